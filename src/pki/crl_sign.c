#include <config.h>

#include "pki/crl.h"

#include "pki/asn.h"
#include "pki/cert_issuer.h"
#include "pki/der.h"

enum { VERSION_2 = 1, SIGN_BIT = 0x80 };

/* Elements that stay alive until the tree has copied them. */
struct parts {
	struct buf algorithm, this_update, next_update, revoked, extensions;
};

static void parts_clear(struct parts *parts)
{
	buf_clear(&parts->algorithm);
	buf_clear(&parts->this_update);
	buf_clear(&parts->next_update);
	buf_clear(&parts->revoked);
	buf_clear(&parts->extensions);
}

static enum err check_template(const struct crl_template *crl, const struct cert *issuer, const struct key *issuer_key, struct why *why)
{
	if (crl->next_update_utc <= crl->this_update_utc)
		return why_set(why, ERR_VALUE, "the CRL would be out of date before it begins");
	if (issuer->has_key_usage && (issuer->key_usage & KEY_USAGE_CRL_SIGN) == 0)
		return why_set(why, ERR_VALUE, "the issuer's certificate does not allow it to sign CRLs");
	return cert_issuer_check_key(issuer->spki, issuer_key, why);
}

/* The shortest form of an INTEGER above zero, X.690 section 8.3.2. */
static bool is_serial(struct bytes content)
{
	if (content.len == 0 || content.len > CERT_MAX_SERIAL_LEN || (content.ptr[0] & SIGN_BIT) != 0)
		return false;
	return content.ptr[0] != 0 || (content.len > 1 && (content.ptr[1] & SIGN_BIT) != 0);
}

static enum err check_entry(const struct crl_entry *entry, struct why *why)
{
	if (!is_serial(entry->serial))
		return why_set(why, ERR_VALUE, "a serial number of %zu octets is no positive INTEGER", entry->serial.len);
	if (crl_reason_name((int)entry->reason) == NULL || entry->reason == CRL_REASON_REMOVE_FROM_CRL)
		return why_set(why, ERR_VALUE, "a complete CRL cannot give the reason %d", (int)entry->reason);
	return ERR_OK;
}

/*
 * SEQUENCE { userCertificate CertificateSerialNumber, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }   RFC 5280 section 5.1.2.6
 * `content` and `extensions` are storage that is used again for the next one.
 */
static enum err put_entry(const struct crl_entry *entry, struct buf *content, struct buf *extensions, struct buf *out)
{
	enum err e;

	buf_reset(content);
	buf_reset(extensions);
	if ((e = der_put(content, DER_INTEGER, entry->serial)) != ERR_OK || (e = der_put_time(content, entry->revoked_at_utc)) != ERR_OK)
		return e;
	if (entry->reason != CRL_REASON_UNSPECIFIED && ((e = ext_put_crl_reason(extensions, (unsigned)entry->reason)) != ERR_OK ||
	    (e = der_put(content, DER_SEQUENCE, buf_bytes(extensions))) != ERR_OK))
		return e;
	return der_put(out, DER_SEQUENCE, buf_bytes(content));
}

/* revokedCertificates, the whole element; nothing when nothing is revoked. */
static enum err put_revoked(const struct crl_template *crl, struct buf *out, struct why *why)
{
	struct buf list = { 0 }, content = { 0 }, extensions = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < crl->count && e == ERR_OK; i++)
		if ((e = check_entry(&crl->entries[i], why)) == ERR_OK)
			e = put_entry(&crl->entries[i], &content, &extensions, &list);
	if (e == ERR_OK && crl->count > 0)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&list));
	buf_clear(&list);
	buf_clear(&content);
	buf_clear(&extensions);
	return e;
}

static enum err encode_tbs(const struct cert *issuer, const struct parts *parts, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	struct der extensions = { buf_bytes(&parts->extensions) };
	struct der_element extension;
	enum err e;

	if ((e = asn_new("TBSCertList", &asn)) != ERR_OK)
		return e;
	asn_set_small(asn, "version", VERSION_2);
	asn_set_bytes(asn, "signature", buf_bytes(&parts->algorithm));
	asn_set_bytes(asn, "issuer", issuer->subject);
	asn_set_bytes(asn, "thisUpdate", buf_bytes(&parts->this_update));
	asn_set_bytes(asn, "nextUpdate", buf_bytes(&parts->next_update));
	if (parts->revoked.len == 0)
		asn_omit(asn, "revokedCertificates");
	else
		asn_set_bytes(asn, "revokedCertificates", buf_bytes(&parts->revoked));
	while (der_read(&extensions, &extension) == ERR_OK) {
		asn_append(asn, "crlExtensions");
		asn_set_bytes(asn, "crlExtensions.?LAST", extension.raw);
	}
	e = asn_encode(asn, out, why);
	asn_free(asn);
	return e;
}

static enum err encode_list(struct bytes tbs, struct bytes algorithm, struct bytes signature, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = asn_new("CertificateList", &asn)) != ERR_OK)
		return e;
	asn_set_bytes(asn, "tbsCertList", tbs);
	asn_set_bytes(asn, "signatureAlgorithm", algorithm);
	asn_set_bytes(asn, "signature", signature);
	e = asn_encode(asn, out, why);
	asn_free(asn);
	return e;
}

enum err crl_sign(const struct crl_template *crl, const struct cert *issuer, const struct key *issuer_key, struct buf *der, struct why *why)
{
	enum digest digest = cert_issuer_digest(issuer_key);
	struct buf signed_part = { 0 }, signature = { 0 };
	struct parts parts = { 0 };
	enum err e;

	if ((e = check_template(crl, issuer, issuer_key, why)) != ERR_OK)
		return e;
	if ((e = key_signature_algorithm(issuer_key, digest, &parts.algorithm)) != ERR_OK ||
	    (e = der_put_time(&parts.this_update, crl->this_update_utc)) != ERR_OK ||
	    (e = der_put_time(&parts.next_update, crl->next_update_utc)) != ERR_OK ||
	    (e = put_revoked(crl, &parts.revoked, why)) != ERR_OK ||
	    (e = cert_issuer_put_key_id(issuer, &parts.extensions, why)) != ERR_OK ||
	    (e = ext_put_crl_number(&parts.extensions, crl->number)) != ERR_OK ||
	    (e = encode_tbs(issuer, &parts, &signed_part, why)) != ERR_OK ||
	    (e = key_sign(issuer_key, digest, buf_bytes(&signed_part), &signature, why)) != ERR_OK)
		goto out;
	e = encode_list(buf_bytes(&signed_part), buf_bytes(&parts.algorithm), buf_bytes(&signature), der, why);
out:
	parts_clear(&parts);
	buf_clear(&signed_part);
	buf_clear(&signature);
	return e;
}
