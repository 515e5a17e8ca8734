#ifndef SCEPGATE_PKI_CMS_ENVELOPED_H
#define SCEPGATE_PKI_CMS_ENVELOPED_H

/* CMS EnvelopedData (RFC 5652 section 6) with key transport: reading, opening with implicit rejection, writing. For a recipient who has a password, see cms_password.h. */

#include "pki/cert.h"

enum { CMS_MAX_RECIPIENTS = 16 };

/** How one KeyTransRecipientInfo names its recipient, and what it carries. Borrowed. */
struct cms_recipient {
	struct bytes issuer;          /* issuerAndSerialNumber: Name, whole SEQUENCE; empty for a key identifier */
	struct bytes serial;          /* INTEGER content */
	struct bytes key_id;          /* subjectKeyIdentifier; empty otherwise. A nested OCTET STRING is unwrapped */
	struct bytes algorithm_oid;   /* keyEncryptionAlgorithm */
	struct bytes algorithm_parameters; /* what stands behind the OID: whole, or nothing */
	struct bytes encrypted_key;
};

/** An EnvelopedData. Slices borrow from `der`, which the struct owns. */
struct cms_enveloped {
	struct buf der;
	struct cms_recipient recipient[CMS_MAX_RECIPIENTS]; /* key transport only; other kinds are skipped */
	size_t recipient_count;
	struct bytes password_recipient; /* content of the first PasswordRecipientInfo, as read; cms_password_open() reads it further */
	size_t password_recipient_count;
	struct bytes cipher_oid;      /* OID content octets, for messages */
	enum cipher cipher;           /* CIPHER_NONE when unknown */
	struct bytes iv;              /* empty when the parameter is absent, or the cipher unknown */
	struct buf ciphertext;        /* chunks joined */
};

/**
 * Read an EnvelopedData inside ContentInfo, or bare (early certmonger).
 *
 * @return ERR_OK, also for a cipher that we do not know; ERR_CMS_SYNTAX; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT; ERR_MEMORY.
 */
enum err cms_enveloped_parse(struct bytes ber, struct cms_enveloped **out, struct why *why);
void cms_enveloped_free(struct cms_enveloped *cms);

/** Does a recipient of it name this certificate, by issuer and serial number or by key identifier? For choosing among several keys of ours. */
bool cms_enveloped_is_for(const struct cms_enveloped *cms, const struct cert *ours);

/**
 * Open it with one of our keys.
 *
 * The recipient is found by issuer and serial, or key identifier; if none fits and there is just one by key transport, that one is tried.
 * Implicit rejection: a wrong key, bad key transport padding and bad content padding end alike.
 *
 * @param ours  in: the certificate of `key`. @param plain out: appended; a secret.
 * @return ERR_OK; ERR_CMS_RECIPIENT when no recipient is ours; ERR_ALG_KEY_TRANSPORT when ours is neither RSAES-PKCS1-v1_5 nor RSAES-OAEP as oaep_parse()
 *         reads it with a key that can (key_can_decrypt_oaep()); ERR_ALG_CIPHER when the cipher is unknown;
 *         ERR_CMS_DECRYPT for everything after that; ERR_KEY or ERR_KEY_SECRET when a token does not work; ERR_RANDOM; ERR_MEMORY.
 * Cost: one private-key operation.
 */
enum err cms_enveloped_open(const struct cms_enveloped *cms, const struct cert *ours, const struct key *key, const struct random *random, struct buf *plain, struct why *why);

/** For BER output, to test servers: how the ContentInfo, EnvelopedData and content are framed. */
enum cms_framing { CMS_FRAMING_DER, CMS_FRAMING_BER };

/**
 * Write ContentInfo { envelopedData } version 0, one recipient by issuerAndSerialNumber, RSAES-PKCS1-v1_5, content type id-data.
 *
 * @param recipient in: whose SPKI must be RSA. @param framing in: CMS_FRAMING_BER uses indefinite lengths and 1000-byte chunks.
 * @param out out: appended. @return ERR_OK; ERR_ALG_KEY_TRANSPORT when the recipient cannot decrypt; ERR_RANDOM; ERR_MEMORY.
 */
enum err cms_enveloped_encode(struct bytes plain, const struct cert *recipient, enum cipher cipher, enum cms_framing framing, const struct random *random, struct buf *out, struct why *why);

#endif
