#include <config.h>

#include "pki/csr.h"

#include "base/text.h"
#include "pki/asn.h"
#include "pki/der.h"
#include "pki/name.h"

/* Append the whole Extensions value; nothing when nothing is asked. */
static enum err put_extensions(const struct csr_template *request, struct buf *out)
{
	struct buf list = { 0 };
	enum err e = ERR_OK;

	if (request->ask_ca)
		e = ext_put_basic_constraints(&list, true, request->has_path_len ? request->path_len : -1);
	if (e == ERR_OK && request->key_usage != 0)
		e = ext_put_key_usage(&list, request->key_usage);
	if (e == ERR_OK && request->eku_count > 0)
		e = ext_put_ext_key_usage(&list, request->eku, request->eku_count, false);
	if (e == ERR_OK && request->san_count > 0)
		e = ext_put_san(&list, request->san, request->san_count, name_is_empty(request->subject));
	if (e == ERR_OK && list.len > 0)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&list));
	buf_clear(&list);
	return e;
}

/* PrintableString where its alphabet suffices, since old servers read nothing else; UTF8String otherwise (RFC 2985 section 5.4.1). */
static enum err put_challenge(struct bytes challenge, struct buf *out)
{
	return der_put(out, der_is_printable(challenge) ? DER_PRINTABLE_STRING : DER_UTF8_STRING, challenge);
}

static void append_attribute(struct asn *asn, enum oid type, struct bytes value)
{
	asn_append(asn, "attributes");
	asn_set_oid(asn, "attributes.?LAST.type", oid_get(type));
	asn_append(asn, "attributes.?LAST.values");
	asn_set_bytes(asn, "attributes.?LAST.values.?LAST", value);
}

static enum err encode_info(const struct csr_template *request, struct bytes spki, struct buf *out, struct why *why)
{
	struct buf extensions = { 0 }, challenge = { 0 };
	struct asn *asn = NULL;
	enum err e;

	if ((e = put_extensions(request, &extensions)) != ERR_OK || (e = put_challenge(request->challenge, &challenge)) != ERR_OK ||
	    (e = asn_new("CertificationRequestInfo", &asn)) != ERR_OK)
		goto out;
	asn_set_small(asn, "version", 0);
	asn_set_bytes(asn, "subject", request->subject);
	asn_set_bytes(asn, "subjectPKInfo", spki);
	if (request->challenge.len > 0)
		append_attribute(asn, OID_CHALLENGE_PASSWORD, buf_bytes(&challenge));
	if (extensions.len > 0)
		append_attribute(asn, OID_EXTENSION_REQUEST, buf_bytes(&extensions));
	e = asn_encode(asn, out, why);
out:
	asn_free(asn);
	buf_clear(&extensions);
	buf_clear(&challenge);
	return e;
}

enum err csr_encode(const struct csr_template *request, const struct key *key, enum digest digest, struct buf *out, struct why *why)
{
	struct buf info = { 0 }, algorithm = { 0 }, signature = { 0 };
	struct asn *asn = NULL;
	enum err e;

	if (name_check(request->subject) != ERR_OK)
		return why_set(why, ERR_VALUE, "the subject of the request is no name");
	if (request->has_path_len && (request->path_len < 0 || request->path_len > EXT_MAX_PATH_LEN))
		return why_set(why, ERR_VALUE, "a path length is 0 to %d", EXT_MAX_PATH_LEN);
	if (!text_is_utf8(request->challenge) || request->challenge.len > CSR_MAX_CHALLENGE_LEN)
		return why_set(why, ERR_VALUE, "the challenge is no UTF-8, or longer than %d bytes", CSR_MAX_CHALLENGE_LEN);
	if ((e = encode_info(request, key_get_spki(key), &info, why)) != ERR_OK ||
	    (e = key_signature_algorithm(key, digest, &algorithm)) != ERR_OK ||
	    (e = key_sign(key, digest, buf_bytes(&info), &signature, why)) != ERR_OK ||
	    (e = asn_new("CertificationRequest", &asn)) != ERR_OK)
		goto out;
	asn_set_bytes(asn, "certificationRequestInfo", buf_bytes(&info));
	asn_set_bytes(asn, "signatureAlgorithm", buf_bytes(&algorithm));
	asn_set_bytes(asn, "signature", buf_bytes(&signature));
	e = asn_encode(asn, out, why);
out:
	asn_free(asn);
	buf_clear(&info);
	buf_clear(&algorithm);
	buf_clear(&signature);
	return e;
}
