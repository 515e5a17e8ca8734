#ifndef SCEPGATE_PKI_CMS_PASSWORD_H
#define SCEPGATE_PKI_CMS_PASSWORD_H

/*
 * CMS EnvelopedData for whoever knows a password: PasswordRecipientInfo (RFC 5652 section 6.2.4) with PBKDF2 (RFC 8018) and the key wrap of RFC 3211. SCEP
 * sends a CertRep so when the requester's key cannot decrypt; the password is then the challenge (RFC 8894 section 3.1).
 */

#include "base/random.h"
#include "base/why.h"
#include "pki/algorithm.h"

enum {
	CMS_PASSWORD_ITERATIONS = 100000, /* that we write */
	CMS_PASSWORD_SALT_LEN = 16,
	CMS_PASSWORD_MAX_LEN = 8192,      /* of the password; as long as the longest challenge */
	/* What we read. The least is that of RFC 8018 section 4.2, and below the 2048 of OpenSSL; the most takes a second or two. */
	CMS_PASSWORD_MIN_ITERATIONS = 1000,
	CMS_PASSWORD_MAX_ITERATIONS = 2000000,
	CMS_PASSWORD_MIN_SALT_LEN = 8,
	CMS_PASSWORD_MAX_SALT_LEN = 128
};

/**
 * Write ContentInfo { envelopedData } version 3 with one PasswordRecipientInfo, content type id-data, DER: PBKDF2 with HMAC-SHA-256, id-alg-PWRI-KEK over AES-CBC
 * with a key at least as long as that of the content's cipher.
 *
 * @param password in: 1..CMS_PASSWORD_MAX_LEN bytes, UTF-8. A secret. @param cipher in: of the content.
 * @param out      out: appended. @return ERR_OK; ERR_VALUE for a password that is empty or too long; ERR_ALG_CIPHER for CIPHER_NONE; ERR_RANDOM; ERR_MEMORY.
 * Cost: CMS_PASSWORD_ITERATIONS steps of PBKDF2, some tens of milliseconds.
 */
enum err cms_password_encode(struct bytes plain, struct bytes password, enum cipher cipher, const struct random *random, struct buf *out, struct why *why);

/**
 * Open an EnvelopedData that has exactly one PasswordRecipientInfo, whatever other recipients there are.
 *
 * Any PRF of HMAC with SHA-1 or SHA-2 is taken (HMAC-SHA-1 when none is named, RFC 8018 appendix A.2), and any content cipher; the key is wrapped with AES or Triple-DES.
 *
 * @param ber   in: hostile. @param password in: 1..CMS_PASSWORD_MAX_LEN bytes.
 * @param plain out: appended; a secret.
 * @return ERR_OK; what cms_enveloped_parse() says; ERR_CMS_RECIPIENT when there is no PasswordRecipientInfo; ERR_ALG_CIPHER when the content's cipher is
 *         unknown; ERR_CMS_DECRYPT for everything after that: parameters out of bounds and a wrong password end alike, but for `why`; ERR_MEMORY.
 * Cost: at most CMS_PASSWORD_MAX_ITERATIONS steps of PBKDF2.
 */
enum err cms_password_open(struct bytes ber, struct bytes password, struct buf *plain, struct why *why);

#endif
