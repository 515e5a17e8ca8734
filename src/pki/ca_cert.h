#ifndef SCEPGATE_PKI_CA_CERT_H
#define SCEPGATE_PKI_CA_CERT_H

/*
 * What is particular to certificates of CAs: those that we sign for others, those that others sign for us, and those that link an old key to a new
 * one. A CA's own certificate is signed by cert_sign(), and its request made by csr_encode() with ask_ca.
 */

#include "pki/cert.h"
#include "pki/csr.h"

/** keyCertSign and cRLSign: what a CA needs. */
enum { CA_CERT_KEY_USAGE = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN };

/**
 * May this certificate and key sign as a CA: CA:TRUE, a subject, keyCertSign and cRLSign (when it has a keyUsage at all), a key that is strong
 * enough, and the certificate's own?
 *
 * @param key in: NULL when only the certificate is there: a link of a chain, whose CRLs are made elsewhere, so that cRLSign is not asked for.
 * @return ERR_OK; ERR_VALUE when it is no certificate of a CA; ERR_KEY when the key is another's; ERR_ALG_KEY when it is weak; ERR_MEMORY.
 */
enum err ca_cert_check(const struct cert *cert, const struct key *key, struct why *why);

/**
 * What to sign for the CSR of a subordinate CA that is elsewhere: subject and key are its own, all else ours. Its proof of possession is verified,
 * and the strength of its key.
 *
 * @param path_len in: 0..EXT_MAX_PATH_LEN; -1: as many CAs below it as the issuer allows. What the CSR asks for is not looked at; csr->ext tells it.
 * @param tbs      out: subject, spki, is_ca, path_len, key_usage; borrows from `csr`. All else is as it was; times and URLs are the caller's to set.
 *                 Untouched on error.
 * @return ERR_OK; ERR_CSR_SIGNATURE and what csr_verify() says; ERR_ALG_KEY; ERR_VALUE for an empty subject.
 */
enum err ca_cert_template(const struct csr *csr, int path_len, struct cert_template *tbs, struct why *why);

/**
 * Does an installed certificate answer our request: the same key, the same subject, and that of a CA? @param subject in: of the request, whole SEQUENCE.
 *
 * @return as ca_cert_check(), and ERR_VALUE when the subject is another (RFC 5280 section 7.1), since certificates that were issued already name it.
 */
enum err ca_cert_check_installed(const struct cert *cert, const struct key *key, struct bytes subject, struct why *why);

/**
 * Sign a link certificate (RFC 4210 section 4.4): who trusts `issuer` alone comes by it to trust `subject`. New-with-old has the next CA certificate
 * as subject and the present one as issuer; old-with-new the other way round. It says what `subject` says (name, key, SKI, usages, path length), and
 * is valid while both are.
 *
 * @param extra in: URLs, as in a template of which nothing else is looked at; NULL for none.
 * @param der   out: appended. @return as cert_sign(); ERR_VALUE when the two are never valid together.
 */
enum err ca_cert_sign_link(const struct cert *subject, const struct cert *issuer, const struct key *issuer_key, const struct cert_template *extra,
	const struct random *random, struct buf *der, struct why *why);

#endif
