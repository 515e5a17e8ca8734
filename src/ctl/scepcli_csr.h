#ifndef SCEPGATE_CTL_SCEPCLI_CSR_H
#define SCEPGATE_CTL_SCEPCLI_CSR_H

/*
 * The certification request of `scepcli enroll` and `renew`: read from a file, or made from subject, alternative names, the challenge and
 * what else is asked. And files of keys and certificates.
 */

#include "pki/cert.h"
#include "pki/csr.h"

/** What a certification request shall say, as options give it. Borrowed; NULL: not given. */
struct scepcli_csr_wish {
	const char *subject, *san, *key_usage, *eku;
	bool ask_ca;
	const char *challenge_file;
	const struct cert *old;   /* in a renewal: subject and alternative names come from here unless they are given */
};

/** The environment variable that holds a challenge; it is no option, because arguments show in the list of processes. */
#define SCEPCLI_CHALLENGE_ENV "SCEPCLI_CHALLENGE"

/** Read a PEM private key. */
enum err scepcli_key_read(const char *path, struct key **out, struct why *why);

/** Read a PEM certificate. */
enum err scepcli_cert_read(const char *path, struct cert **out, struct why *why);

/** Make a key. @param type in: "rsa:2048", "ec:p256", "ed25519", … */
enum err scepcli_key_make(const char *type, struct key **out, struct why *why);

/** Read a request, PEM or DER. @param der out: appended. */
enum err scepcli_csr_read(const char *path, struct buf *der, struct why *why);

/** Read the challenge from a file, "-" for standard input; NULL: from the environment, where none is no error. @param challenge out: appended. A secret. */
enum err scepcli_challenge_read(const char *path, struct buf *challenge, struct why *why);

/** Make a request, signed with `key`. @param der out: appended. */
enum err scepcli_csr_make(const struct scepcli_csr_wish *wish, const struct key *key, enum digest digest, struct buf *der, struct why *why);

#endif
