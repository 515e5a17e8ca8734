#include <config.h>

#include "pki/oid.h"

#include <string.h>
#include <strings.h>

enum {
	ARC_MAX_SEPTETS = 19, /* one arc: 133 bits, room for the UUID arcs below 2.25 */
	ARC_MAX_DIGITS = 41   /* and the same in decimal */
};

/* The octets of the dotted forms in oid.h; the unit test derives each from its dotted form. */
#define ROW(name, octets) [OID_##name] = { (const uint8_t *)(octets), sizeof(octets) - 1 },
static const struct bytes table[OID_COUNT] = {
	ROW(DATA, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
	ROW(SIGNED_DATA, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
	ROW(ENVELOPED_DATA, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03")
	ROW(AUTH_ENVELOPED_DATA, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")
	ROW(CONTENT_TYPE, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")
	ROW(MESSAGE_DIGEST, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")
	ROW(SIGNING_TIME, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")
	ROW(SCEP_MESSAGE_TYPE, "\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x02")
	ROW(SCEP_PKI_STATUS, "\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x03")
	ROW(SCEP_FAIL_INFO, "\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x04")
	ROW(SCEP_SENDER_NONCE, "\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x05")
	ROW(SCEP_RECIPIENT_NONCE, "\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x06")
	ROW(SCEP_TRANSACTION_ID, "\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x07")
	ROW(SCEP_FAIL_INFO_TEXT, "\x2b\x06\x01\x05\x05\x07\x18\x01")
	ROW(CHALLENGE_PASSWORD, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07")
	ROW(EXTENSION_REQUEST, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e")
	ROW(MS_EXTENSION_REQUEST, "\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0e")
	ROW(UNSTRUCTURED_NAME, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02")
	ROW(UNSTRUCTURED_ADDRESS, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x08")
	ROW(FRIENDLY_NAME, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14")
	ROW(MD5, "\x2a\x86\x48\x86\xf7\x0d\x02\x05")
	ROW(SHA1, "\x2b\x0e\x03\x02\x1a")
	ROW(SHA224, "\x60\x86\x48\x01\x65\x03\x04\x02\x04")
	ROW(SHA256, "\x60\x86\x48\x01\x65\x03\x04\x02\x01")
	ROW(SHA384, "\x60\x86\x48\x01\x65\x03\x04\x02\x02")
	ROW(SHA512, "\x60\x86\x48\x01\x65\x03\x04\x02\x03")
	ROW(PBKDF2, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c")
	ROW(PBES2, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d")
	ROW(PWRI_KEK, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x09")
	ROW(HMAC_SHA1, "\x2a\x86\x48\x86\xf7\x0d\x02\x07")
	ROW(HMAC_SHA224, "\x2a\x86\x48\x86\xf7\x0d\x02\x08")
	ROW(HMAC_SHA256, "\x2a\x86\x48\x86\xf7\x0d\x02\x09")
	ROW(HMAC_SHA384, "\x2a\x86\x48\x86\xf7\x0d\x02\x0a")
	ROW(HMAC_SHA512, "\x2a\x86\x48\x86\xf7\x0d\x02\x0b")
	ROW(DES_CBC, "\x2b\x0e\x03\x02\x07")
	ROW(DES3_CBC, "\x2a\x86\x48\x86\xf7\x0d\x03\x07")
	ROW(AES128_CBC, "\x60\x86\x48\x01\x65\x03\x04\x01\x02")
	ROW(AES192_CBC, "\x60\x86\x48\x01\x65\x03\x04\x01\x16")
	ROW(AES256_CBC, "\x60\x86\x48\x01\x65\x03\x04\x01\x2a")
	ROW(RSA_ENCRYPTION, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
	ROW(RSAES_OAEP, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07")
	ROW(RSASSA_PSS, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
	ROW(MGF1, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08")
	ROW(P_SPECIFIED, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x09")
	ROW(MD5_WITH_RSA, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04")
	ROW(SHA1_WITH_RSA, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05")
	ROW(SHA1_WITH_RSA_OIW, "\x2b\x0e\x03\x02\x1d")
	ROW(SHA224_WITH_RSA, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e")
	ROW(SHA256_WITH_RSA, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
	ROW(SHA384_WITH_RSA, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c")
	ROW(SHA512_WITH_RSA, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d")
	ROW(EC_PUBLIC_KEY, "\x2a\x86\x48\xce\x3d\x02\x01")
	ROW(SECP256R1, "\x2a\x86\x48\xce\x3d\x03\x01\x07")
	ROW(SECP384R1, "\x2b\x81\x04\x00\x22")
	ROW(SECP521R1, "\x2b\x81\x04\x00\x23")
	ROW(ECDSA_SHA1, "\x2a\x86\x48\xce\x3d\x04\x01")
	ROW(ECDSA_SHA256, "\x2a\x86\x48\xce\x3d\x04\x03\x02")
	ROW(ECDSA_SHA384, "\x2a\x86\x48\xce\x3d\x04\x03\x03")
	ROW(ECDSA_SHA512, "\x2a\x86\x48\xce\x3d\x04\x03\x04")
	ROW(ED25519, "\x2b\x65\x70")
	ROW(SUBJECT_KEY_ID, "\x55\x1d\x0e")
	ROW(KEY_USAGE, "\x55\x1d\x0f")
	ROW(SUBJECT_ALT_NAME, "\x55\x1d\x11")
	ROW(BASIC_CONSTRAINTS, "\x55\x1d\x13")
	ROW(CRL_DISTRIBUTION_POINTS, "\x55\x1d\x1f")
	ROW(CERTIFICATE_POLICIES, "\x55\x1d\x20")
	ROW(AUTHORITY_KEY_ID, "\x55\x1d\x23")
	ROW(EXT_KEY_USAGE, "\x55\x1d\x25")
	ROW(AUTHORITY_INFO_ACCESS, "\x2b\x06\x01\x05\x05\x07\x01\x01")
	ROW(AD_CA_ISSUERS, "\x2b\x06\x01\x05\x05\x07\x30\x02")
	ROW(AD_OCSP, "\x2b\x06\x01\x05\x05\x07\x30\x01")
	ROW(MS_TEMPLATE_NAME, "\x2b\x06\x01\x04\x01\x82\x37\x14\x02")
	ROW(MS_TEMPLATE, "\x2b\x06\x01\x04\x01\x82\x37\x15\x07")
	ROW(MS_APPLICATION_POLICIES, "\x2b\x06\x01\x04\x01\x82\x37\x15\x0a")
	ROW(MS_SID, "\x2b\x06\x01\x04\x01\x82\x37\x19\x02")
	ROW(MS_OBJECT_SID, "\x2b\x06\x01\x04\x01\x82\x37\x19\x02\x01")
	ROW(MS_UPN, "\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03")
	ROW(SMIME_CAPABILITIES, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0f")
	ROW(CRL_NUMBER, "\x55\x1d\x14")
	ROW(CRL_REASON, "\x55\x1d\x15")
	ROW(DELTA_CRL_INDICATOR, "\x55\x1d\x1b")
	ROW(ISSUING_DISTRIBUTION_POINT, "\x55\x1d\x1c")
	ROW(FRESHEST_CRL, "\x55\x1d\x2e")
	ROW(KP_SERVER_AUTH, "\x2b\x06\x01\x05\x05\x07\x03\x01")
	ROW(KP_CLIENT_AUTH, "\x2b\x06\x01\x05\x05\x07\x03\x02")
	ROW(KP_CODE_SIGNING, "\x2b\x06\x01\x05\x05\x07\x03\x03")
	ROW(KP_EMAIL_PROTECTION, "\x2b\x06\x01\x05\x05\x07\x03\x04")
	ROW(KP_TIME_STAMPING, "\x2b\x06\x01\x05\x05\x07\x03\x08")
	ROW(KP_OCSP_SIGNING, "\x2b\x06\x01\x05\x05\x07\x03\x09")
	ROW(KP_IPSEC_IKE, "\x2b\x06\x01\x05\x05\x07\x03\x11")
	ROW(KP_EAP_OVER_LAN, "\x2b\x06\x01\x05\x05\x07\x03\x0e")
	ROW(KP_MS_SMARTCARD_LOGON, "\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x02")
	ROW(KP_MS_CERT_REQUEST_AGENT, "\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x01")
	ROW(KP_ANY, "\x55\x1d\x25\x00")
	ROW(AT_CN, "\x55\x04\x03")
	ROW(AT_SURNAME, "\x55\x04\x04")
	ROW(AT_SERIAL_NUMBER, "\x55\x04\x05")
	ROW(AT_C, "\x55\x04\x06")
	ROW(AT_L, "\x55\x04\x07")
	ROW(AT_ST, "\x55\x04\x08")
	ROW(AT_STREET, "\x55\x04\x09")
	ROW(AT_O, "\x55\x04\x0a")
	ROW(AT_OU, "\x55\x04\x0b")
	ROW(AT_TITLE, "\x55\x04\x0c")
	ROW(AT_GIVEN_NAME, "\x55\x04\x2a")
	ROW(AT_DN_QUALIFIER, "\x55\x04\x2e")
	ROW(AT_UID, "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01")
	ROW(AT_DC, "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19")
	ROW(AT_EMAIL, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")
};
#undef ROW

/* In the order in which a doubled name would be looked up: attribute types, attributes of requests, key purposes. */
static const struct {
	enum oid oid;
	const char *name;
} names[] = {
	{ OID_AT_CN, "CN" }, { OID_AT_SURNAME, "SN" }, { OID_AT_SERIAL_NUMBER, "serialNumber" }, { OID_AT_C, "C" }, { OID_AT_L, "L" },
	{ OID_AT_ST, "ST" }, { OID_AT_STREET, "street" }, { OID_AT_O, "O" }, { OID_AT_OU, "OU" }, { OID_AT_TITLE, "title" },
	{ OID_AT_GIVEN_NAME, "givenName" }, { OID_AT_DN_QUALIFIER, "dnQualifier" }, { OID_AT_UID, "UID" }, { OID_AT_DC, "DC" },
	{ OID_AT_EMAIL, "emailAddress" }, { OID_UNSTRUCTURED_NAME, "unstructuredName" }, { OID_UNSTRUCTURED_ADDRESS, "unstructuredAddress" },
	{ OID_KP_SERVER_AUTH, "serverAuth" }, { OID_KP_CLIENT_AUTH, "clientAuth" }, { OID_KP_CODE_SIGNING, "codeSigning" },
	{ OID_KP_EMAIL_PROTECTION, "emailProtection" }, { OID_KP_TIME_STAMPING, "timeStamping" }, { OID_KP_OCSP_SIGNING, "OCSPSigning" },
	{ OID_KP_IPSEC_IKE, "ipsecIKE" }, { OID_KP_EAP_OVER_LAN, "eapOverLAN" }, { OID_KP_MS_SMARTCARD_LOGON, "msSmartcardLogin" },
	{ OID_KP_MS_CERT_REQUEST_AGENT, "certificateRequestAgent" }, { OID_KP_ANY, "anyExtendedKeyUsage" },
};

struct bytes oid_get(enum oid oid)
{
	return table[oid];
}

enum oid oid_find(struct bytes content)
{
	size_t i;

	for (i = 0; i < OID_COUNT; i++)
		if (bytes_is_equal(content, table[i]))
			break;
	return (enum oid)i;
}

/* An arc of any size: digits of a base, least significant first. */
struct arc {
	int base;
	size_t max;
	size_t count;
	uint8_t digit[ARC_MAX_DIGITS];
};

/* arc = arc * factor + term. The term may be negative as long as the result is not. @return false when it does not fit. */
static bool arc_step(struct arc *arc, int factor, int term)
{
	int carry = term;

	for (size_t i = 0; i < arc->count || carry != 0; i++) {
		int value = (i < arc->count ? arc->digit[i] * factor : 0) + carry;

		if (i == arc->max)
			return false;
		carry = value >= 0 ? value / arc->base : -((arc->base - 1 - value) / arc->base);
		arc->digit[i] = (uint8_t)(value - carry * arc->base);
		if (i == arc->count)
			arc->count++;
	}
	while (arc->count > 0 && arc->digit[arc->count - 1] == 0)
		arc->count--;
	return true;
}

static enum err arc_append_decimal(const struct arc *arc, struct buf *out)
{
	char text[ARC_MAX_DIGITS + 1];
	size_t len = 0;

	for (size_t i = arc->count; i > 0; i--)
		text[len++] = (char)('0' + arc->digit[i - 1]);
	if (len == 0)
		text[len++] = '0';
	return buf_append(out, bytes_from(text, len));
}

static enum err arc_append_septets(const struct arc *arc, struct buf *out)
{
	enum err e = ERR_OK;

	if (arc->count == 0)
		return buf_append_byte(out, 0);
	for (size_t i = arc->count; i > 0 && e == ERR_OK; i--)
		e = buf_append_byte(out, (uint8_t)(arc->digit[i - 1] | (i > 1 ? 0x80 : 0)));
	return e;
}

/* X.690 section 8.19: the first subidentifier is 40 * first arc + second arc, and the first arc is 0, 1 or 2. */
static enum err format_first(struct bytes septets, struct buf *out)
{
	struct arc arc = { .base = 10, .max = ARC_MAX_DIGITS };
	int top = septets.len > 1 || septets.ptr[0] >= 80 ? 2 : septets.ptr[0] / 40;
	enum err e;

	for (size_t i = 0; i < septets.len; i++)
		if (!arc_step(&arc, 128, (septets.ptr[i] & 0x7f) - (i + 1 == septets.len ? top * 40 : 0)))
			return ERR_ASN1_SYNTAX;
	if ((e = buf_append_byte(out, (uint8_t)('0' + top))) != ERR_OK || (e = buf_append_byte(out, '.')) != ERR_OK)
		return e;
	return arc_append_decimal(&arc, out);
}

static enum err format_next(struct bytes septets, struct buf *out)
{
	struct arc arc = { .base = 10, .max = ARC_MAX_DIGITS };
	enum err e;

	for (size_t i = 0; i < septets.len; i++)
		if (!arc_step(&arc, 128, septets.ptr[i] & 0x7f))
			return ERR_ASN1_SYNTAX;
	if ((e = buf_append_byte(out, '.')) != ERR_OK)
		return e;
	return arc_append_decimal(&arc, out);
}

enum err oid_format(struct bytes content, struct buf *out)
{
	size_t mark = out->len;
	size_t at = 0;
	enum err e = ERR_ASN1_SYNTAX;

	while (at < content.len) {
		size_t end = at;

		while (end < content.len && (content.ptr[end] & 0x80) != 0)
			end++;
		if (end == content.len || content.ptr[at] == 0x80 || end - at >= ARC_MAX_SEPTETS) {
			e = ERR_ASN1_SYNTAX;
			break;
		}
		end++;
		e = at == 0 ? format_first(bytes_from(content.ptr, end), out) : format_next(bytes_from(content.ptr + at, end - at), out);
		if (e != ERR_OK)
			break;
		at = end;
	}
	if (e != ERR_OK)
		out->len = mark;
	return e;
}

/* Read one decimal arc, without leading zeros, up to a dot or the end. @return the first character behind it, or NULL. */
static const char *arc_parse(const char *text, struct arc *arc)
{
	const char *start = text;

	*arc = (struct arc){ .base = 128, .max = ARC_MAX_SEPTETS };
	for (; *text >= '0' && *text <= '9'; text++)
		if (!arc_step(arc, 10, *text - '0'))
			return NULL;
	if (text == start || (*start == '0' && text - start > 1) || (*text != '.' && *text != '\0'))
		return NULL;
	return text;
}

/* Read "T.S" and give the first subidentifier. @return the first character behind it, or NULL. */
static const char *first_parse(const char *text, struct arc *arc)
{
	int top = text[0] - '0';

	if (top < 0 || top > 2 || text[1] != '.' || (text = arc_parse(text + 2, arc)) == NULL)
		return NULL;
	if (top < 2 && (arc->count > 1 || (arc->count == 1 && arc->digit[0] >= 40)))
		return NULL;
	return arc_step(arc, 1, top * 40) ? text : NULL;
}

enum err oid_parse(const char *dotted, struct buf *out)
{
	size_t mark = out->len;
	struct arc arc;
	const char *text = first_parse(dotted, &arc);
	enum err e = ERR_TEXT;

	while (text != NULL && (e = arc_append_septets(&arc, out)) == ERR_OK && *text != '\0') {
		e = ERR_TEXT;
		text = arc_parse(text + 1, &arc);
	}
	if (e != ERR_OK)
		out->len = mark;
	return e;
}

const char *oid_name(enum oid oid)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].oid == oid)
			return names[i].name;
	return NULL;
}

enum err oid_from_name(const char *name, struct buf *out)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcasecmp(names[i].name, name) == 0)
			return buf_append(out, oid_get(names[i].oid));
	return oid_parse(name, out);
}

enum err oid_format_name(struct bytes content, struct buf *out)
{
	const char *name = oid_name(oid_find(content));

	return name != NULL ? buf_append_str(out, name) : oid_format(content, out);
}
