#include <config.h>

#include "pki/ext.h"

#include "pki/ber.h"
#include "pki/der.h"
#include "pki/ext_put.h"

/* Extensions that an administrator gives whole, and the one by which Windows finds the account of a certificate. */

#define SID_URI "tag:microsoft.com,2022-09-14:sid:"

static enum err check_oid(struct bytes oid, struct why *why)
{
	struct buf text = { 0 };
	enum err e = oid_format(oid, &text);

	buf_clear(&text);
	return e == ERR_ASN1_SYNTAX ? why_set(why, ERR_VALUE, "the identifier of the extension is malformed") : e;
}

/* The gate leaves what is DER as it is, so what it changes is not DER. */
static enum err check_value(struct bytes value, struct why *why)
{
	struct buf normal = { 0 };
	enum err e;

	if (value.len == 0 || value.len > EXT_MAX_VALUE_LEN)
		return why_set(why, ERR_VALUE, "the value of an extension has 1 to %d octets", EXT_MAX_VALUE_LEN);
	e = ber_normalise(value, &normal, NULL, NULL);
	if (e != ERR_MEMORY && (e != ERR_OK || !bytes_is_equal(buf_bytes(&normal), value)))
		e = why_set(why, ERR_VALUE, "the value of the extension is not exactly one element of DER");
	buf_clear(&normal);
	return e;
}

enum err ext_put_custom(struct buf *out, struct bytes oid, bool critical, struct bytes value, struct why *why)
{
	enum err e;

	if ((e = check_oid(oid, why)) != ERR_OK || (e = check_value(value, why)) != ERR_OK)
		return e;
	return ext_put(out, oid, critical, value);
}

/* --- security identifiers --------------------------------------------------------------------------------------------------- */

/* Decimal without leading zeros, up to `max`. @return octets read; 0 when there is no such number. */
static size_t read_number(struct bytes text, uint64_t max)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
		if (i > 0 && text.ptr[0] == '0')
			return 0;
		value = value * 10 + (uint64_t)(text.ptr[i] - '0');
		if (value > max)
			return 0;
	}
	return i;
}

/* SID = "S-1-" IdentifierAuthority 1*15("-" SubAuthority); the authority has 48 bits, each of the others 32 */
enum err sid_check(struct bytes sid, struct why *why)
{
	enum { SUBAUTHORITIES = 15 };
	struct bytes rest = sid;
	size_t count, len;

	if (sid.len < 4 || !bytes_is_str(bytes_from(sid.ptr, 4), "S-1-"))
		return why_set(why, ERR_VALUE, "a security identifier begins with \"S-1-\"");
	rest = bytes_from(sid.ptr + 4, sid.len - 4);
	for (count = 0;; count++) {
		if ((len = read_number(rest, count == 0 ? 0xffffffffffff : 0xffffffff)) == 0)
			return why_set(why, ERR_VALUE, "the security identifier has something else than numbers, or one that is too large");
		rest = bytes_from(rest.ptr + len, rest.len - len);
		if (rest.len == 0)
			break;
		if (rest.ptr[0] != '-')
			return why_set(why, ERR_VALUE, "the security identifier has something else than numbers, or one that is too large");
		rest = bytes_from(rest.ptr + 1, rest.len - 1);
	}
	if (count < 1 || count > SUBAUTHORITIES)
		return why_set(why, ERR_VALUE, "a security identifier has 1 to %d numbers behind its authority", SUBAUTHORITIES);
	return ERR_OK;
}

/* The value is GeneralNames: one otherName, of which the value is an OCTET STRING with the text. */
enum err ext_put_sid(struct buf *out, struct bytes sid, struct why *why)
{
	struct buf text = { 0 }, inside = { 0 }, other_name = { 0 };
	enum err e = sid_check(sid, why);

	if (e == ERR_OK && (e = der_put(&text, DER_OCTET_STRING, sid)) == ERR_OK &&
	    (e = der_put(&inside, DER_OID, oid_get(OID_MS_OBJECT_SID))) == ERR_OK &&
	    (e = der_put(&inside, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&text))) == ERR_OK &&
	    (e = der_put(&other_name, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&inside))) == ERR_OK)
		e = ext_put_sequence(out, OID_MS_SID, false, buf_bytes(&other_name));
	buf_clear(&text);
	buf_clear(&inside);
	buf_clear(&other_name);
	return e;
}

enum err san_encode_sid(struct bytes sid, struct buf *out, struct why *why)
{
	struct buf uri = { 0 };
	enum err e = sid_check(sid, why);

	if (e == ERR_OK && (e = buf_append_str(&uri, SID_URI)) == ERR_OK && (e = buf_append(&uri, sid)) == ERR_OK)
		e = san_encode_text(SAN_URI, buf_bytes(&uri), out, why);
	buf_clear(&uri);
	return e;
}
