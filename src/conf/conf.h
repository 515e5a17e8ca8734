#ifndef SCEPGATE_CONF_CONF_H
#define SCEPGATE_CONF_CONF_H

/*
 * The configuration file of a host (scepgate.conf(5)): where the database is, where the key-encryption secret is, how to log. What devices
 * may do is not here but in the database. inih is known in conf.c alone. An unknown section or key is an error that names file and line.
 */

#include "base/bytes.h"
#include "base/log.h"
#include "base/why.h"

/** Environment variable that names the file; without it CONF_DEFAULT_PATH (sysconfdir/scepgate/scepgate.conf) is read. */
#define CONF_ENV "SCEPGATE_CONF"
#define CONF_DEFAULT_PATH SCEPGATE_SYSCONFDIR "/scepgate.conf"

enum { CONF_SECRET_MIN_LEN = 32, CONF_SECRET_MAX_LEN = 1024 };

/**
 * The values shown are those of a file that leaves them out.
 *
 *   [database]
 *   conninfo = host=/run/postgresql dbname=scepgate    ; libpq connection string, without user and password; goes on in lines that start with a blank
 *   worker_user = scepgate_worker                      ; role of scep.fcgi
 *   minter_user = scepgate_minter                      ; role of challenge.fcgi
 *   public_user = scepgate_public                      ; role of pki.fcgi
 *   admin_user =                                       ; role of scepadm; empty: libpq's default (PGUSER or the login name)
 *   connect_timeout = 5                                ; seconds, 1..60
 *   statement_timeout = 15                             ; seconds, 1..600
 *   [keys]
 *   secret_file = key.secret                           ; relative paths start at the folder of the file itself
 *   other_secret_file =                                ; one more secret that opens keys, while the secret is changed; empty: none
 *   pkcs11_module =                                    ; PKCS#11 library for keys in tokens; empty: those that p11-kit is configured with
 *   pkcs11_pin_file =                                  ; file with the PIN of the token; empty: the pin-source of the key's URI
 *   provider = auto                                    ; what works with the keys of the database: auto, gnutls, openssl
 *   [log]
 *   target = stderr                                    ; or syslog
 *   level = info                                       ; error, warning, notice, info, debug
 *   [url]
 *   base = http://localhost                            ; printed in front of /scep/APPLICATION/PROFILE/pkiclient.exe
 */
struct conf {
	char *path;             /* the file that was read */
	char *conninfo;
	char *worker_user;
	char *minter_user;
	char *public_user;
	char *admin_user;       /* NULL when not set */
	int connect_timeout_s;
	int statement_timeout_s;
	char *secret_file;      /* absolute, or relative to the working folder as `path` is */
	char *other_secret_file; /* the same; NULL when not set */
	char *pkcs11_module;    /* the same; NULL when not set */
	char *pkcs11_pin_file;  /* the same; NULL when not set */
	char *key_provider;     /* "auto", "gnutls" or "openssl", which may not be built in: see key_library_from_name() */
	enum log_target log_target;
	enum log_level log_level;
	char *base_url;         /* no trailing slash; "http://localhost" by default */
};

/**
 * Read a file.
 *
 * @param path in: the file; NULL means $SCEPGATE_CONF, or else the compiled-in default.
 * @param conf out: the caller's, free with conf_clear(); untouched on error.
 * @return ERR_OK; ERR_CONF with file, line and cause in why; ERR_MEMORY.
 */
enum err conf_load(const char *path, struct conf *conf, struct why *why);

void conf_clear(struct conf *conf);

/**
 * Read the key-encryption secret: the whole content of a file, one trailing newline removed.
 *
 * The file must be a regular file, owned by root or by the effective user, not writable by group, and without any right for others;
 * its content CONF_SECRET_MIN_LEN..CONF_SECRET_MAX_LEN characters of printable ASCII (so that openssl's -passin file: opens the keys too). Checked on the opened descriptor, so there is no race.
 *
 * @param secret out: the caller's, wiped by buf_clear(); untouched on error.
 * @return ERR_OK; ERR_KEY_SECRET with path and cause; ERR_MEMORY.
 */
enum err conf_secret_load(const char *path, struct buf *secret, struct why *why);

/**
 * Make a secret file: 64 random hexadecimal characters and a newline, mode 0600, never over an existing file.
 * @return ERR_OK; ERR_CONFLICT when the path exists; ERR_KEY_SECRET; ERR_RANDOM.
 */
enum err conf_secret_create(const char *path, struct why *why);

#endif
