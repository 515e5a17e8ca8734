#include <config.h>

#include "pki/cms_common.h"

#include <stdio.h>

enum { MAX_PATH_LEN = 128 };

/*
 * ContentInfo ::= SEQUENCE {
 *   contentType ContentType,
 *   content [0] EXPLICIT ANY DEFINED BY contentType }            RFC 5652 section 3
 */
enum err cms_content_info_enter(struct bytes der, struct bytes *type, struct der *content, struct why *why)
{
	struct der outer = { der }, info, inside;
	struct der_element oid;

	if (der_enter(&outer, DER_SEQUENCE, &info) != ERR_OK || der_end(&outer) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the message is not a SEQUENCE");
	if (der_read_tag(&info, DER_OID, &oid) != ERR_OK || der_enter(&info, DER_CONTEXT_CONSTRUCTED(0), &inside) != ERR_OK || der_end(&info) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the message is not a ContentInfo");
	*type = oid.value;
	*content = inside;
	return ERR_OK;
}

enum err cms_degenerate_new(struct asn **out)
{
	enum err e;

	if ((e = asn_new("SignedData", out)) != ERR_OK)
		return e;
	asn_set_small(*out, "version", 1);
	asn_set_oid(*out, "encapContentInfo.eContentType", oid_get(OID_DATA));
	asn_omit(*out, "encapContentInfo.eContent");
	return ERR_OK;
}

enum err cms_content_info_encode(enum oid type, struct asn *content, struct buf *out, struct why *why)
{
	struct asn *info = NULL;
	struct buf inner = { 0 };
	enum err e;

	if ((e = asn_encode(content, &inner, why)) != ERR_OK || (e = asn_new("ContentInfo", &info)) != ERR_OK)
		goto out;
	asn_set_oid(info, "contentType", oid_get(type));
	asn_set_bytes(info, "content", buf_bytes(&inner));
	e = asn_encode(info, out, why);
out:
	asn_free(info);
	buf_clear(&inner);
	return e;
}

void cms_algorithm_set(struct asn *asn, const char *path, enum oid algorithm, struct bytes parameters)
{
	char field[MAX_PATH_LEN];

	snprintf(field, sizeof(field), "%s.algorithm", path);
	asn_set_oid(asn, field, oid_get(algorithm));
	snprintf(field, sizeof(field), "%s.parameters", path);
	if (parameters.len == 0)
		asn_omit(asn, field);
	else
		asn_set_bytes(asn, field, parameters);
}

struct bytes cms_null_parameters(void)
{
	static const uint8_t null[] = { DER_NULL, 0 };

	return bytes_from(null, sizeof(null));
}

enum err cms_issuer_and_serial_set(struct asn *asn, const char *path, const struct cert *cert)
{
	char field[MAX_PATH_LEN];
	struct buf serial = { 0 };
	enum err e;

	snprintf(field, sizeof(field), "%s.issuer", path);
	asn_set_bytes(asn, field, cert->issuer);
	/* The octets as they stand in the certificate: clients compare them, and not all are minimal. */
	snprintf(field, sizeof(field), "%s.serialNumber", path);
	if ((e = der_put(&serial, DER_INTEGER, cert->serial)) == ERR_OK)
		asn_set_bytes(asn, field, buf_bytes(&serial));
	buf_clear(&serial);
	return e;
}

void cms_certificates_set(struct asn *asn, const struct bytes *certificates, size_t count)
{
	if (count == 0)
		asn_omit(asn, "certificates");
	for (size_t i = 0; i < count; i++) {
		asn_append(asn, "certificates");
		asn_set_bytes(asn, "certificates.?LAST", certificates[i]);
	}
}
