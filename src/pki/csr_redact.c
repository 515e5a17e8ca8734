#include <config.h>

#include "pki/csr.h"

#include "pki/der.h"

/* Attributes ::= SET OF Attribute; Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET }      RFC 2986 section 4.1 */
static enum err copy_attributes(struct bytes level, struct buf *out)
{
	struct der rest = { level };
	struct der_element attribute, type;
	enum err e;

	while (!der_is_end(&rest)) {
		struct der inside;

		if (der_read_tag(&rest, DER_SEQUENCE, &attribute) != ERR_OK)
			return ERR_CSR_SYNTAX;
		inside = (struct der){ attribute.value };
		if (der_read_tag(&inside, DER_OID, &type) != ERR_OK)
			return ERR_CSR_SYNTAX;
		if (!oid_is(type.value, OID_CHALLENGE_PASSWORD) && (e = buf_append(out, attribute.raw)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* CertificationRequestInfo ::= SEQUENCE { version, subject, subjectPKInfo, attributes [0] }            RFC 2986 section 4.1 */
static enum err copy_info(struct bytes info, struct buf *out)
{
	struct der_element whole, element;
	struct buf content = { 0 }, attributes = { 0 };
	struct der rest;
	enum err e;

	if (der_read_only(info, DER_SEQUENCE, &whole) != ERR_OK)
		return ERR_CSR_SYNTAX;
	rest = (struct der){ whole.value };
	while (!der_is_end(&rest)) {
		if ((e = der_read(&rest, &element)) != ERR_OK)
			goto out;
		if (element.tag != DER_CONTEXT_CONSTRUCTED(0))
			e = buf_append(&content, element.raw);
		else if ((e = copy_attributes(element.value, &attributes)) == ERR_OK)
			e = der_put(&content, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&attributes));
		if (e != ERR_OK)
			goto out;
	}
	e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
out:
	buf_clear(&content);
	buf_clear(&attributes);
	return e == ERR_ASN1_SYNTAX ? ERR_CSR_SYNTAX : e;
}

enum err csr_redact(const struct csr *csr, struct buf *out)
{
	static const uint8_t no_unused_bits = 0;
	struct buf content = { 0 };
	enum err e;

	if ((e = copy_info(csr->info, &content)) == ERR_OK && (e = buf_append(&content, csr->algorithm)) == ERR_OK &&
	    (e = der_put(&content, DER_BIT_STRING, bytes_from(&no_unused_bits, 1))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}
