#include <config.h>

#include "pki/cert.h"

#include "pki/asn.h"
#include "pki/cert_issuer.h"
#include "pki/der.h"
#include "pki/ext_read.h"
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

/* RFC 5280 section 6.1.4 (k) to (n): whose certificates may a CA sign? One that is self-issued is no step down. */
static enum err check_issuer(const struct cert_template *tbs, const struct cert *issuer, struct why *why)
{
	bool is_step = !bytes_is_equal(tbs->subject, issuer->subject);
	int most = issuer->path_len - (is_step ? 1 : 0);

	if (!issuer->is_ca || (issuer->has_key_usage && (issuer->key_usage & KEY_USAGE_KEY_CERT_SIGN) == 0))
		return why_set(why, ERR_VALUE, "the issuer's certificate does not allow it to sign certificates");
	if (!tbs->is_ca || issuer->path_len < 0)
		return ERR_OK;
	if (most < 0)
		return why_set(why, ERR_VALUE, "the issuer's pathLenConstraint allows no CA below it");
	if (tbs->path_len > most)
		return why_set(why, ERR_VALUE, "the issuer's pathLenConstraint is %d, so that of this CA is %d at most", issuer->path_len, most);
	return ERR_OK;
}

static enum err check_template(const struct cert_template *tbs, const struct cert *issuer, const struct key *issuer_key, struct why *why)
{
	enum err e;

	if (name_check(tbs->subject) != ERR_OK)
		return why_set(why, ERR_VALUE, "the subject of the certificate is no name");
	if (name_is_empty(tbs->subject) && (tbs->san_count == 0 || tbs->is_ca))
		return why_set(why, ERR_VALUE, "the certificate would have no name at all");
	if (tbs->not_after_utc <= tbs->not_before_utc)
		return why_set(why, ERR_VALUE, "the certificate would end before it begins");
	if (issuer != NULL && (!issuer->has_times || tbs->not_after_utc > issuer->not_after_utc))
		return why_set(why, ERR_VALUE, "the certificate would outlive its issuer");
	if (issuer != NULL && (e = check_issuer(tbs, issuer, why)) != ERR_OK)
		return e;
	return cert_issuer_check_key(issuer == NULL ? tbs->spki : issuer->spki, issuer_key, why);
}

static enum err put_key_ids(const struct cert_template *tbs, const struct pubkey *subject_key, const struct cert *issuer, struct buf *out, struct why *why)
{
	uint8_t made[PUBKEY_KEY_ID_LEN];
	struct bytes key_id = tbs->subject_key_id;
	enum err e;

	if (key_id.len == 0) {
		if ((e = pubkey_key_id(subject_key, made)) != ERR_OK)
			return e;
		key_id = bytes_from(made, sizeof made);
	}
	if ((e = ext_put_subject_key_id(out, key_id)) != ERR_OK)
		return e;
	return issuer == NULL ? ext_put_authority_key_id(out, key_id) : cert_issuer_put_key_id(issuer, out, why);
}

static enum err put_pointers(const struct cert_template *tbs, struct buf *out, struct why *why)
{
	enum err e = ERR_OK;

	if (tbs->crl_urls.count > 0)
		e = ext_put_crl_distribution_points(out, tbs->crl_urls, why);
	if (e == ERR_OK && tbs->delta_crl_urls.count > 0)
		e = ext_put_freshest_crl(out, tbs->delta_crl_urls, why);
	if (e == ERR_OK && tbs->ca_issuers_urls.count + tbs->ocsp_urls.count > 0)
		e = ext_put_authority_info_access(out, tbs->ca_issuers_urls, tbs->ocsp_urls, why);
	return e;
}

/* Has the template a field of its own for it? */
static bool is_ours(struct bytes oid)
{
	static const enum oid ours[] = {
		OID_BASIC_CONSTRAINTS, OID_KEY_USAGE, OID_EXT_KEY_USAGE, OID_SUBJECT_ALT_NAME, OID_SUBJECT_KEY_ID, OID_AUTHORITY_KEY_ID,
		OID_CRL_DISTRIBUTION_POINTS, OID_FRESHEST_CRL, OID_AUTHORITY_INFO_ACCESS,
	};

	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		if (oid_is(oid, ours[i]))
			return true;
	return false;
}

/* A certificate has no extension twice, RFC 5280 section 4.2. */
static enum err put_others(const struct cert_template *tbs, struct buf *out, struct why *why)
{
	struct bytes seen[EXT_MAX_COUNT];
	enum err e = ERR_OK;

	if (tbs->extension_count > EXT_MAX_COUNT)
		return why_set(why, ERR_VALUE, "%zu extensions are too many, %d are allowed", tbs->extension_count, EXT_MAX_COUNT);
	for (size_t i = 0; i < tbs->extension_count && e == ERR_OK; i++) {
		struct der der = { tbs->extensions[i] };
		struct ext_item item;

		if (ext_next(&der, &item) != ERR_OK || !der_is_end(&der))
			return why_set(why, ERR_VALUE, "an extension is malformed");
		if (is_ours(item.oid))
			return why_set(why, ERR_VALUE, "one of the extensions is made from settings of its own, and cannot be given whole");
		for (size_t j = 0; j < i; j++)
			if (bytes_is_equal(seen[j], item.oid))
				return why_set(why, ERR_VALUE, "an extension stands there twice");
		seen[i] = item.oid;
		e = buf_append(out, tbs->extensions[i]);
	}
	return e;
}

/* Append the Extension elements one after the other. */
static enum err put_extensions(const struct cert_template *tbs, const struct pubkey *subject_key, const struct cert *issuer, struct buf *out, struct why *why)
{
	enum err e;

	if ((e = ext_put_basic_constraints(out, tbs->is_ca, tbs->is_ca ? tbs->path_len : -1)) != ERR_OK)
		return e;
	if (tbs->key_usage != 0 && (e = ext_put_key_usage(out, tbs->key_usage)) != ERR_OK)
		return e;
	if (tbs->eku_count > 0 && (e = ext_put_ext_key_usage(out, tbs->eku, tbs->eku_count, false)) != ERR_OK)
		return e;
	if (tbs->san_count > 0 && (e = ext_put_san(out, tbs->san, tbs->san_count, name_is_empty(tbs->subject))) != ERR_OK)
		return e;
	if ((e = put_key_ids(tbs, subject_key, issuer, out, why)) != ERR_OK || (e = put_pointers(tbs, out, why)) != ERR_OK)
		return e;
	return put_others(tbs, out, why);
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
