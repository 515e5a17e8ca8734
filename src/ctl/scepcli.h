#ifndef SCEPGATE_CTL_SCEPCLI_H
#define SCEPGATE_CTL_SCEPCLI_H

/* The parts that scepcli's commands share: what they all know, the algorithms that they agree on with a server, and its certificates. */

#include "base/clock.h"
#include "base/random.h"
#include "ctl/ca_set.h"
#include "ctl/command.h"
#include "ctl/scep_client.h"
#include "scep/caps.h"

/** What every command knows. */
struct scepcli {
	struct scep_client client;
	bool is_verbose;
	struct random random;
	struct clock clock;
	void (*pause)(unsigned seconds); /* between two polls */
};

/** The commands: rows of the table in scepcli.c; each is in its own file. */
extern const struct command scepcli_caps, scepcli_cacert, scepcli_enroll, scepcli_renew, scepcli_poll, scepcli_getcert, scepcli_getcrl, scepcli_nextca,
	scepcli_explain;

/** The program: name, commands, common options. */
extern const struct command_program scepcli_program;

/** For command_main(), whose context is a struct scepcli with random, clock and pause set: takes the common options. */
enum err scepcli_prepare(void *context, const struct command *command, const struct command_line *line, struct why *why);

/** One line on standard error, "scepcli: …". */
void scepcli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Say when a reply has another Content-Type than it should: real clients refuse it (RFC 8894 section 4.1). */
void scepcli_check_media_type(const struct http_client_reply *reply, const char *expected);

/** Ask GetCACaps. @param text out: the reply as sent, appended; may be NULL. */
enum err scepcli_get_caps(const struct scepcli *cli, struct scep_caps *caps, struct buf *text, struct why *why);

/** How a request will be made. */
struct scepcli_choice {
	enum cipher cipher;
	enum digest digest;
	enum scep_transport transport;
};

/**
 * Choose from what a server advertises: AES-128, else 3DES; SHA-256, else SHA-512, SHA-384, SHA-1; POST, else GET. SCEPStandard stands for
 * AES, SHA-256 and POST.
 *
 * @param choice in/out: a cipher or digest that is set already stays. Transport is always set.
 * @return ERR_OK; ERR_VALUE when the server offers none.
 */
enum err scepcli_choose(const struct scep_caps *caps, struct scepcli_choice *choice, struct why *why);

/**
 * The server's certificates: those of a PEM file, else by GetCACert; then the SHA-256 fingerprint is required of them. Each of the texts
 * may be NULL.
 */
enum err scepcli_get_ca(const struct scepcli *cli, const char *ca_file, const char *ca_identifier, const char *fingerprint,
	struct ca_set *set, struct why *why);

/** Print all certificates of a set on standard output, in words. @param role in: what each is; NULL: as ca_set_role() says. */
enum err scepcli_show_set(const struct ca_set *set, const char *role);

/** Write all certificates of a set as PEM into one file; "-" is standard output. */
enum err scepcli_write_set(const struct ca_set *set, const char *path, struct why *why);

#endif
