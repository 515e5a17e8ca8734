#ifndef SCEPGATE_PKI_IMPORT_H
#define SCEPGATE_PKI_IMPORT_H

/*
 * Taking over a key with its certificates from a file that another product wrote: PEM with any number of blocks, PKCS#8 (encrypted or not), the older
 * RSA and EC forms, PKCS#12 (AD CS, EJBCA, OpenSSL 1.1 and 3), a certificate, a certificates-only message. The file comes from an administrator, but
 * from a foreign product all the same.
 */

#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/key.h"

enum {
	IMPORT_MAX_LEN = 1 << 20,          /* bytes of one file */
	IMPORT_MAX_CERTIFICATES = 64,      /* in one file */
	IMPORT_MAX_ITERATIONS = 10000000,  /* rounds of a key derivation that a PKCS#12 may ask for: some seconds */
	IMPORT_MAX_PASSWORD_LEN = 1024
};

/** What several files together held. All zero is the initial value; import_clear() at the end. */
struct import {
	struct key *key;               /* NULL: there was none. One at most */
	struct cert *cert[IMPORT_MAX_CERTIFICATES]; /* in the order of the files, each once */
	size_t cert_count;
};

/**
 * Read one file, whatever it is, and add what it holds.
 *
 * @param file     in: 1..IMPORT_MAX_LEN bytes. @param password in: UTF-8 without NUL; empty when there is none. Not looked at unless something is encrypted.
 * @param import   in/out: unchanged on error.
 * @return ERR_OK; ERR_KEY_SECRET when the password does not open it, or is needed; ERR_KEY for a private key that cannot be read; ERR_CERT_SYNTAX;
 *         ERR_VALUE when it is nothing of that, holds a second key, too much, or asks for too many rounds; ERR_MEMORY.
 */
enum err import_add(struct bytes file, struct bytes password, struct import *import, struct why *why);
void import_clear(struct import *import);

/**
 * Find the certificate of the key, and the way from it upwards.
 *
 * @param chain out: the certificate of the key first; borrowed from `import`. When several fit the key, the one that is valid longest. Without a key:
 *              the lowest certificate, when all of them are one chain. Untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND when no certificate fits; ERR_VALUE.
 */
enum err import_find_chain(const struct import *import, const struct cert *chain[CHAIN_MAX_LEN], size_t *chain_count, struct why *why);

/**
 * Give the certificates of a file one after the other, however many: for an inventory that is taken over. PEM, or DER certificates one behind the other.
 *
 * @param rest in/out: the file; on return what is left. @param der out: one certificate, DER, appended. @return ERR_OK; ERR_NOT_FOUND at the end;
 *             ERR_CERT_SYNTAX; ERR_MEMORY. Cost: linear.
 */
enum err import_next_certificate(struct bytes *rest, struct buf *der, struct why *why);

#endif
