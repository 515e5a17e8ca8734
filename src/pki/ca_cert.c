#include <config.h>

#include "pki/ca_cert.h"

#include "pki/cert_issuer.h"
#include "pki/name.h"

static enum err check_strength(struct bytes spki, struct why *why)
{
	struct pubkey *pubkey = NULL;
	enum err e = pubkey_parse(spki, &pubkey, why);

	if (e == ERR_OK)
		e = pubkey_check_strength(pubkey, why);
	pubkey_free(pubkey);
	return e;
}

enum err ca_cert_check(const struct cert *cert, const struct key *key, struct why *why)
{
	const unsigned needed = key == NULL ? (unsigned)KEY_USAGE_KEY_CERT_SIGN : (unsigned)CA_CERT_KEY_USAGE;

	if (!cert->is_ca)
		return why_set(why, ERR_VALUE, "the certificate is not that of a CA (basicConstraints)");
	if (name_check(cert->subject) != ERR_OK || name_is_empty(cert->subject))
		return why_set(why, ERR_VALUE, "the certificate of the CA has no subject");
	if (cert->has_key_usage && (cert->key_usage & needed) != needed)
		return why_set(why, ERR_VALUE, "the keyUsage of the CA certificate lacks keyCertSign%s", key == NULL ? "" : " or cRLSign");
	if (key != NULL && cert_issuer_check_key(cert->spki, key, NULL) != ERR_OK)
		return why_set(why, ERR_KEY, "the private key does not belong to the certificate");
	return check_strength(cert->spki, why);
}

enum err ca_cert_check_installed(const struct cert *cert, const struct key *key, struct bytes subject, struct why *why)
{
	enum err e = ca_cert_check(cert, key, why);

	if (e == ERR_OK && !name_is_equal(cert->subject, subject))
		e = why_set(why, ERR_VALUE, "the certificate is for another subject than the request");
	return e;
}

enum err ca_cert_template(const struct csr *csr, int path_len, struct cert_template *tbs, struct why *why)
{
	enum err e;

	if (path_len < -1 || path_len > EXT_MAX_PATH_LEN)
		return why_set(why, ERR_VALUE, "a path length is 0 to %d", EXT_MAX_PATH_LEN);
	if (name_is_empty(csr->subject))
		return why_set(why, ERR_VALUE, "the certification request has no subject, and a CA needs one");
	if ((e = csr_verify(csr, why)) != ERR_OK || (e = pubkey_check_strength(csr->pubkey, why)) != ERR_OK)
		return e;
	tbs->subject = csr->subject;
	tbs->spki = csr->spki;
	tbs->is_ca = true;
	tbs->path_len = path_len;
	tbs->key_usage = CA_CERT_KEY_USAGE;
	return ERR_OK;
}

enum err ca_cert_sign_link(const struct cert *subject, const struct cert *issuer, const struct key *issuer_key, const struct cert_template *extra,
	const struct random *random, struct buf *der, struct why *why)
{
	struct cert_template tbs = { .subject = subject->subject, .spki = subject->spki, .is_ca = true, .path_len = subject->path_len,
		.subject_key_id = subject->subject_key_id };
	struct pubkey *pubkey = NULL;
	enum err e;

	if (!subject->has_times || !issuer->has_times)
		return why_set(why, ERR_VALUE, "the validity of a CA certificate cannot be read");
	if ((e = ca_cert_check(subject, NULL, why)) != ERR_OK)
		return e;
	tbs.not_before_utc = subject->not_before_utc > issuer->not_before_utc ? subject->not_before_utc : issuer->not_before_utc;
	tbs.not_after_utc = subject->not_after_utc < issuer->not_after_utc ? subject->not_after_utc : issuer->not_after_utc;
	if (tbs.not_after_utc <= tbs.not_before_utc)
		return why_set(why, ERR_VALUE, "the two CA certificates are never valid together");
	tbs.key_usage = subject->has_key_usage ? subject->key_usage : (unsigned)CA_CERT_KEY_USAGE;
	if (extra != NULL) {
		tbs.crl_urls = extra->crl_urls;
		tbs.delta_crl_urls = extra->delta_crl_urls;
		tbs.ca_issuers_urls = extra->ca_issuers_urls;
		tbs.ocsp_urls = extra->ocsp_urls;
	}
	if ((e = pubkey_parse(subject->spki, &pubkey, why)) == ERR_OK)
		e = cert_sign(&tbs, pubkey, issuer, issuer_key, random, NULL, der, why);
	pubkey_free(pubkey);
	return e;
}
