#include <config.h>

#include "pki/ext_read.h"

enum { KEY_USAGE_BITS = 9 };

/* Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }  -- RFC 5280 section 4.1 */
enum err ext_next(struct der *extensions, struct ext_item *out)
{
	struct der_element oid, critical, value;
	struct der inside;
	enum err e;

	if ((e = der_enter(extensions, DER_SEQUENCE, &inside)) != ERR_OK || (e = der_read_tag(&inside, DER_OID, &oid)) != ERR_OK)
		return e;
	if (der_read_optional(&inside, DER_BOOLEAN, &critical) && critical.value.len != 1)
		return ERR_ASN1_SYNTAX;
	if ((e = der_read_tag(&inside, DER_OCTET_STRING, &value)) != ERR_OK || (e = der_end(&inside)) != ERR_OK)
		return e;
	if (oid.value.len == 0)
		return ERR_ASN1_SYNTAX;
	*out = (struct ext_item){ oid.value, critical.value.len == 1 && critical.value.ptr[0] != 0, value.value };
	return ERR_OK;
}

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }  -- RFC 5280 section 4.2.1.9 */
enum err ext_get_basic_constraints(struct bytes value, bool *is_ca, int *path_len)
{
	struct der_element sequence, ca, length;
	struct der inside;
	enum err e;

	if ((e = der_read_only(value, DER_SEQUENCE, &sequence)) != ERR_OK)
		return e;
	inside = (struct der){ sequence.value };
	if (der_read_optional(&inside, DER_BOOLEAN, &ca) && ca.value.len != 1)
		return ERR_ASN1_SYNTAX;
	*path_len = -1;
	if (der_read_optional(&inside, DER_INTEGER, &length) && der_get_small(&length, path_len) != ERR_OK)
		*path_len = 0;
	if ((e = der_end(&inside)) != ERR_OK)
		return e;
	*is_ca = ca.value.len == 1 && ca.value.ptr[0] != 0;
	return ERR_OK;
}

/* KeyUsage ::= BIT STRING, bit 0 is the highest of the first octet  -- RFC 5280 section 4.2.1.3 */
enum err ext_get_key_usage(struct bytes value, unsigned *key_usage)
{
	struct der_element bits;
	unsigned usage = 0;
	size_t count;
	enum err e;

	if ((e = der_read_only(value, DER_BIT_STRING, &bits)) != ERR_OK)
		return e;
	if (bits.value.len < 2 || bits.value.ptr[0] > 7)
		return ERR_ASN1_SYNTAX;
	count = (bits.value.len - 1) * 8 - bits.value.ptr[0];
	for (size_t i = 0; i < count; i++) {
		if ((bits.value.ptr[1 + i / 8] & 0x80 >> i % 8) == 0)
			continue;
		if (i >= KEY_USAGE_BITS)
			return ERR_ASN1_SYNTAX;
		usage |= 1u << i;
	}
	if (usage == 0)
		return ERR_ASN1_SYNTAX;
	*key_usage = usage;
	return ERR_OK;
}
