#include <config.h>

#include "pki/cert.h"

#include "pki/asn.h"
#include "pki/cert_issuer.h"
#include "pki/der.h"
#include "pki/name.h"

enum { VERSION_3 = 2, SIGN_BIT = 0x80 };

/* Two Time elements that stay alive until the tree has copied them, and everything else that is made here. */
struct parts {
	uint8_t serial[CERT_SERIAL_LEN];
	struct buf algorithm, not_before, not_after, extensions;
};

static void parts_clear(struct parts *parts)
{
	buf_clear(&parts->algorithm);
	buf_clear(&parts->not_before);
	buf_clear(&parts->not_after);
	buf_clear(&parts->extensions);
}

/* A positive INTEGER in its shortest form, which never gets a leading zero octet in any encoder (RFC 5280 section 4.1.2.2). */
static enum err make_serial(const struct random *random, uint8_t serial[CERT_SERIAL_LEN])
{
	enum err e = random_fill(random, serial, CERT_SERIAL_LEN);

	if (e != ERR_OK)
		return e;
	serial[0] &= (uint8_t)~SIGN_BIT;
	if (serial[0] == 0)
		serial[0] = 1;
	return ERR_OK;
}

static enum err check_template(const struct cert_template *tbs, const struct cert *issuer, const struct key *issuer_key, struct why *why)
{
	if (name_check(tbs->subject) != ERR_OK)
		return why_set(why, ERR_VALUE, "the subject of the certificate is no name");
	if (name_is_empty(tbs->subject) && (tbs->san_count == 0 || tbs->is_ca))
		return why_set(why, ERR_VALUE, "the certificate would have no name at all");
	if (tbs->not_after_utc <= tbs->not_before_utc)
		return why_set(why, ERR_VALUE, "the certificate would end before it begins");
	if (issuer != NULL && (!issuer->has_times || tbs->not_after_utc > issuer->not_after_utc))
		return why_set(why, ERR_VALUE, "the certificate would outlive its issuer");
	return cert_issuer_check_key(issuer == NULL ? tbs->spki : issuer->spki, issuer_key, why);
}

/* Append the Extension elements one after the other. */
static enum err put_extensions(const struct cert_template *tbs, const struct pubkey *subject_key, const struct cert *issuer, struct buf *out, struct why *why)
{
	uint8_t key_id[PUBKEY_KEY_ID_LEN];
	enum err e;

	if ((e = ext_put_basic_constraints(out, tbs->is_ca, tbs->is_ca ? tbs->path_len : -1)) != ERR_OK)
		return e;
	if (tbs->key_usage != 0 && (e = ext_put_key_usage(out, tbs->key_usage)) != ERR_OK)
		return e;
	if (tbs->eku_count > 0 && (e = ext_put_ext_key_usage(out, tbs->eku, tbs->eku_count, false)) != ERR_OK)
		return e;
	if (tbs->san_count > 0 && (e = ext_put_san(out, tbs->san, tbs->san_count, name_is_empty(tbs->subject))) != ERR_OK)
		return e;
	if ((e = pubkey_key_id(subject_key, key_id)) != ERR_OK || (e = ext_put_subject_key_id(out, bytes_from(key_id, sizeof key_id))) != ERR_OK)
		return e;
	return issuer == NULL ? ext_put_authority_key_id(out, bytes_from(key_id, sizeof key_id)) : cert_issuer_put_key_id(issuer, out, why);
}

static enum err encode_tbs(const struct cert_template *tbs, const struct cert *issuer, const struct parts *parts, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	struct der extensions = { buf_bytes(&parts->extensions) };
	struct der_element extension;
	enum err e;

	if ((e = asn_new("TBSCertificate", &asn)) != ERR_OK)
		return e;
	asn_set_small(asn, "version", VERSION_3);
	asn_set_integer(asn, "serialNumber", bytes_from(parts->serial, CERT_SERIAL_LEN));
	asn_set_bytes(asn, "signature", buf_bytes(&parts->algorithm));
	asn_set_bytes(asn, "issuer", issuer == NULL ? tbs->subject : issuer->subject);
	asn_set_bytes(asn, "validity.notBefore", buf_bytes(&parts->not_before));
	asn_set_bytes(asn, "validity.notAfter", buf_bytes(&parts->not_after));
	asn_set_bytes(asn, "subject", tbs->subject);
	asn_set_bytes(asn, "subjectPublicKeyInfo", tbs->spki);
	while (der_read(&extensions, &extension) == ERR_OK) {
		asn_append(asn, "extensions");
		asn_set_bytes(asn, "extensions.?LAST", extension.raw);
	}
	e = asn_encode(asn, out, why);
	asn_free(asn);
	return e;
}

static enum err encode_certificate(struct bytes tbs, struct bytes algorithm, struct bytes signature, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = asn_new("Certificate", &asn)) != ERR_OK)
		return e;
	asn_set_bytes(asn, "tbsCertificate", tbs);
	asn_set_bytes(asn, "signatureAlgorithm", algorithm);
	asn_set_bytes(asn, "signature", signature);
	e = asn_encode(asn, out, why);
	asn_free(asn);
	return e;
}

enum err cert_sign(const struct cert_template *tbs, const struct pubkey *subject_key, const struct cert *issuer, const struct key *issuer_key,
	const struct random *random, uint8_t serial[CERT_SERIAL_LEN], struct buf *der, struct why *why)
{
	enum digest digest = cert_issuer_digest(issuer_key);
	struct parts parts = { 0 };
	struct buf signed_part = { 0 }, signature = { 0 };
	enum err e;

	if ((e = check_template(tbs, issuer, issuer_key, why)) != ERR_OK)
		return e;
	if ((e = make_serial(random, parts.serial)) != ERR_OK ||
	    (e = key_signature_algorithm(issuer_key, digest, &parts.algorithm)) != ERR_OK ||
	    (e = der_put_time(&parts.not_before, tbs->not_before_utc)) != ERR_OK ||
	    (e = der_put_time(&parts.not_after, tbs->not_after_utc)) != ERR_OK ||
	    (e = put_extensions(tbs, subject_key, issuer, &parts.extensions, why)) != ERR_OK ||
	    (e = encode_tbs(tbs, issuer, &parts, &signed_part, why)) != ERR_OK ||
	    (e = key_sign(issuer_key, digest, buf_bytes(&signed_part), &signature, why)) != ERR_OK ||
	    (e = encode_certificate(buf_bytes(&signed_part), buf_bytes(&parts.algorithm), buf_bytes(&signature), der, why)) != ERR_OK)
		goto out;
	if (serial != NULL)
		for (size_t i = 0; i < CERT_SERIAL_LEN; i++)
			serial[i] = parts.serial[i];
out:
	parts_clear(&parts);
	buf_clear(&signed_part);
	buf_clear(&signature);
	return e;
}
