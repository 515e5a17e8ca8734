#ifndef SCEPGATE_CTL_CA_SET_H
#define SCEPGATE_CTL_CA_SET_H

/*
 * The certificates that a server answers to GetCACert (RFC 8894 section 4.2), seen by a client: which is RA and which CA, whom to encrypt
 * to, who may sign replies, and what can be trusted when one fingerprint is known.
 */

#include "pki/cms_signed.h"

/** All zero is the initial value; ca_set_clear() at the end. */
struct ca_set {
	struct cert *cert[CMS_MAX_CERTIFICATES]; /* in the server's order */
	size_t count;
	const struct cert *pinned;               /* the one with the known fingerprint; NULL: none is known */
};

void ca_set_clear(struct ca_set *set);

/**
 * Read the body of a GetCACert reply: one certificate, or a certificates-only message, whatever the media type said.
 *
 * @param is_message out: it was a certificates-only message. @param set out: untouched on error.
 * @return ERR_OK; ERR_SCEP_REPLY when it is neither, or empty; ERR_MEMORY.
 */
enum err ca_set_parse(struct bytes body, bool *is_message, struct ca_set *set, struct why *why);

/**
 * Read all certificates of a PEM file, as `scepcli cacert --out` writes it. @return ERR_OK; ERR_CERT_SYNTAX when one is broken or there is
 * none; ERR_ASN1_LIMIT; ERR_MEMORY.
 */
enum err ca_set_parse_pem(struct bytes pem, struct ca_set *set, struct why *why);

/** Is certificate `i` a CA's: by BasicConstraints; or self-signed, without usages that forbid it, and issuer of another of the set, or alone? */
bool ca_set_is_ca(const struct ca_set *set, size_t i);

/** "RA", "RA (signing)", "RA (encryption)", "CA", "root CA", "CA, acting as RA". Borrowed for ever. */
const char *ca_set_role(const struct ca_set *set, size_t i);

/**
 * The certificate to encrypt requests to: the first RA that may encipher keys, else the first CA that may, else the first of all. NULL when
 * the set is empty.
 */
const struct cert *ca_set_recipient(const struct ca_set *set);

/** The name of the CA that issues: the recipient's own when that is a CA, else its issuer's. Borrowed; empty when the set is. */
struct bytes ca_set_issuer(const struct ca_set *set);

/**
 * The certificate that a reply has to be signed with: the one of the set that the reply embeds, else the first RA that may sign, else the
 * first CA that may, else the first of all.
 *
 * @param embedded in: signer's certificate in the reply; NULL: not known yet.
 */
const struct cert *ca_set_signer(const struct ca_set *set, const struct cert *embedded);

/**
 * Require that one certificate of the set has this SHA-256 fingerprint, and trust it from now on.
 *
 * @param hex in: 64 hexadecimal digits, colons and blanks allowed. @return ERR_OK; ERR_USAGE when that is no SHA-256; ERR_SCEP_REPLY when
 * no certificate has it.
 */
enum err ca_set_pin(struct ca_set *set, const char *hex, struct why *why);

/** Is this certificate of the set the pinned one, or issued by it, directly or not? Always, when none is pinned. @return ERR_OK; ERR_SCEP_REPLY. */
enum err ca_set_check_trust(const struct ca_set *set, const struct cert *cert, struct why *why);

/**
 * Follow an issued certificate up through the CA certificates of the set, verifying each signature. It must reach at least one CA
 * certificate, and the pinned one if that is a CA's.
 *
 * @return ERR_OK; ERR_NOT_FOUND when the set has no CA certificate at all; ERR_SCEP_REPLY with the cause.
 */
enum err ca_set_check_chain(const struct ca_set *set, const struct cert *issued, struct why *why);

#endif
