#include <config.h>

#include "pki/ext.h"

#include "pki/der.h"
#include "pki/ext_put.h"

static const struct {
	enum key_usage bit;
	const char *name;
} key_usages[] = {
	{ KEY_USAGE_DIGITAL_SIGNATURE, "digitalSignature" }, { KEY_USAGE_NON_REPUDIATION, "nonRepudiation" }, { KEY_USAGE_KEY_ENCIPHERMENT, "keyEncipherment" },
	{ KEY_USAGE_DATA_ENCIPHERMENT, "dataEncipherment" }, { KEY_USAGE_KEY_AGREEMENT, "keyAgreement" }, { KEY_USAGE_KEY_CERT_SIGN, "keyCertSign" },
	{ KEY_USAGE_CRL_SIGN, "cRLSign" }, { KEY_USAGE_ENCIPHER_ONLY, "encipherOnly" }, { KEY_USAGE_DECIPHER_ONLY, "decipherOnly" },
};
enum { KEY_USAGE_COUNT = sizeof key_usages / sizeof key_usages[0], KEY_USAGE_ALL = (1 << KEY_USAGE_COUNT) - 1, CRL_REASON_MAX = 10 };

const char *key_usage_name(enum key_usage bit)
{
	for (size_t i = 0; i < KEY_USAGE_COUNT; i++)
		if (key_usages[i].bit == bit)
			return key_usages[i].name;
	return NULL;
}

enum key_usage key_usage_from_name(struct bytes name)
{
	for (size_t i = 0; i < KEY_USAGE_COUNT; i++)
		if (bytes_is_str_nocase(name, key_usages[i].name))
			return key_usages[i].bit;
	return (enum key_usage)0;
}

enum err ext_put(struct buf *out, struct bytes oid, bool critical, struct bytes value)
{
	static const uint8_t yes = 0xff;
	struct buf inside = { 0 };
	enum err e;

	/* Written only when true, as DER wants of a DEFAULT. */
	if ((e = der_put(&inside, DER_OID, oid)) == ERR_OK && critical)
		e = der_put(&inside, DER_BOOLEAN, bytes_from(&yes, 1));
	if (e == ERR_OK && (e = der_put(&inside, DER_OCTET_STRING, value)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&inside);
	return e;
}

enum err ext_put_sequence(struct buf *out, enum oid oid, bool critical, struct bytes content)
{
	struct buf value = { 0 };
	enum err e = der_put(&value, DER_SEQUENCE, content);

	if (e == ERR_OK)
		e = ext_put(out, oid_get(oid), critical, buf_bytes(&value));
	buf_clear(&value);
	return e;
}

enum err ext_put_number(struct buf *out, enum oid oid, bool critical, uint64_t number)
{
	uint8_t octets[sizeof number];
	struct buf value = { 0 };
	enum err e;

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)(number >> 8 * (sizeof octets - 1 - i));
	if ((e = der_put_unsigned(&value, bytes_from(octets, sizeof octets))) == ERR_OK)
		e = ext_put(out, oid_get(oid), critical, buf_bytes(&value));
	buf_clear(&value);
	return e;
}

enum err ext_put_basic_constraints(struct buf *out, bool is_ca, int path_len)
{
	static const uint8_t yes = 0xff;
	uint8_t octets[2] = { (uint8_t)(path_len >> 8), (uint8_t)path_len };
	struct buf content = { 0 };
	enum err e = ERR_OK;

	if (path_len < -1 || path_len > EXT_MAX_PATH_LEN || (path_len >= 0 && !is_ca))
		return ERR_VALUE;
	if (is_ca)
		e = der_put(&content, DER_BOOLEAN, bytes_from(&yes, 1));
	if (e == ERR_OK && path_len >= 0)
		e = der_put_unsigned(&content, bytes_from(octets, sizeof octets));
	if (e == ERR_OK)
		e = ext_put_sequence(out, OID_BASIC_CONSTRAINTS, true, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

enum err ext_put_key_usage(struct buf *out, unsigned key_usage)
{
	uint8_t octets[3] = { 0 }; /* unused bits, then the bits, the first of them highest */
	size_t len = 2;
	struct buf value = { 0 };
	enum err e;

	if (key_usage == 0 || (key_usage & ~(unsigned)KEY_USAGE_ALL) != 0)
		return ERR_VALUE;
	for (size_t i = 0; i < KEY_USAGE_COUNT; i++)
		if ((key_usage >> i & 1) != 0)
			octets[1 + i / 8] |= (uint8_t)(0x80 >> i % 8);
	if (octets[2] != 0)
		len = 3;
	/* DER wants no trailing zero bits in a named bit list, X.690 section 11.2.2. */
	while ((octets[len - 1] >> octets[0] & 1) == 0)
		octets[0]++;
	if ((e = der_put(&value, DER_BIT_STRING, bytes_from(octets, len))) == ERR_OK)
		e = ext_put(out, oid_get(OID_KEY_USAGE), true, buf_bytes(&value));
	buf_clear(&value);
	return e;
}

enum err ext_put_ext_key_usage(struct buf *out, const struct bytes *oids, size_t count, bool critical)
{
	struct buf content = { 0 };
	enum err e = count == 0 ? ERR_VALUE : ERR_OK;

	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = der_put(&content, DER_OID, oids[i]);
	if (e == ERR_OK)
		e = ext_put_sequence(out, OID_EXT_KEY_USAGE, critical, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

enum err ext_put_san(struct buf *out, const struct bytes *general_names, size_t count, bool critical)
{
	struct buf content = { 0 };
	enum err e = count == 0 ? ERR_VALUE : ERR_OK;

	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = buf_append(&content, general_names[i]);
	if (e == ERR_OK)
		e = ext_put_sequence(out, OID_SUBJECT_ALT_NAME, critical, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

enum err ext_put_subject_key_id(struct buf *out, struct bytes key_id)
{
	struct buf value = { 0 };
	enum err e = key_id.len == 0 ? ERR_VALUE : der_put(&value, DER_OCTET_STRING, key_id);

	if (e == ERR_OK)
		e = ext_put(out, oid_get(OID_SUBJECT_KEY_ID), false, buf_bytes(&value));
	buf_clear(&value);
	return e;
}

/* AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] IMPLICIT OCTET STRING OPTIONAL, … }  -- RFC 5280 section 4.2.1.1 */
enum err ext_put_authority_key_id(struct buf *out, struct bytes key_id)
{
	struct buf content = { 0 };
	enum err e = key_id.len == 0 ? ERR_VALUE : der_put(&content, DER_CONTEXT(0), key_id);

	if (e == ERR_OK)
		e = ext_put_sequence(out, OID_AUTHORITY_KEY_ID, false, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

/* CRLNumber ::= INTEGER (0..MAX)  -- RFC 5280 section 5.2.3 */
enum err ext_put_crl_number(struct buf *out, uint64_t number)
{
	return ext_put_number(out, OID_CRL_NUMBER, false, number);
}

/* CRLReason ::= ENUMERATED { … }  -- RFC 5280 section 5.3.1 */
enum err ext_put_crl_reason(struct buf *out, unsigned reason)
{
	uint8_t octet = (uint8_t)reason;
	struct buf value = { 0 };
	enum err e = reason > CRL_REASON_MAX ? ERR_VALUE : der_put(&value, DER_ENUMERATED, bytes_from(&octet, 1));

	if (e == ERR_OK)
		e = ext_put(out, oid_get(OID_CRL_REASON), false, buf_bytes(&value));
	buf_clear(&value);
	return e;
}
