#include <config.h>

#include "pki/ext.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/text.h"
#include "pki/der.h"
#include "pki/name.h"

/* GeneralName ::= CHOICE {                                                                 -- RFC 5280 section 4.2.1.6
 *      otherName [0] OtherName, rfc822Name [1] IA5String, dNSName [2] IA5String, x400Address [3] ORAddress, directoryName [4] Name,
 *      ediPartyName [5] EDIPartyName, uniformResourceIdentifier [6] IA5String, iPAddress [7] OCTET STRING, registeredID [8] OBJECT IDENTIFIER }
 * OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY DEFINED BY type-id } */
enum {
	TAG_OTHER_NAME = DER_CONTEXT_CONSTRUCTED(0), TAG_EMAIL = DER_CONTEXT(1), TAG_DNS = DER_CONTEXT(2), TAG_X400_ADDRESS = DER_CONTEXT_CONSTRUCTED(3),
	TAG_DIRECTORY_NAME = DER_CONTEXT_CONSTRUCTED(4), TAG_EDI_PARTY_NAME = DER_CONTEXT_CONSTRUCTED(5), TAG_URI = DER_CONTEXT(6), TAG_IP = DER_CONTEXT(7),
	TAG_REGISTERED_ID = DER_CONTEXT(8),
	IPV4_LEN = 4, IPV6_LEN = 16
};

const char *san_type_name(enum san_type type)
{
	switch (type) {
	case SAN_OTHER:
		return "other";
	case SAN_DNS:
		return "dns";
	case SAN_EMAIL:
		return "email";
	case SAN_IP:
		return "ip";
	case SAN_URI:
		return "uri";
	case SAN_UPN:
		return "upn";
	case SAN_DIRECTORY_NAME:
		return "directoryName";
	case SAN_REGISTERED_ID:
		return "registeredID";
	}
	return "other";
}

enum san_type san_type_from_name(struct bytes name)
{
	static const enum san_type types[] = { SAN_DNS, SAN_EMAIL, SAN_IP, SAN_URI, SAN_UPN, SAN_DIRECTORY_NAME, SAN_REGISTERED_ID };

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (bytes_is_str_nocase(name, san_type_name(types[i])))
			return types[i];
	return SAN_OTHER;
}

/* Visible ASCII and nothing else: no control character, NUL, blank or eighth bit. */
static enum err parse_ascii(const struct der_element *element, enum san_type type, struct san *out, struct why *why)
{
	struct bytes text = element->value;

	if (text.len == 0)
		return why_set(why, ERR_CSR_SYNTAX, "a %s name in the subjectAltName is empty", san_type_name(type));
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= 0x20 || text.ptr[i] >= 0x7f)
			return why_set(why, ERR_CSR_SYNTAX, "a %s name in the subjectAltName has the character 0x%02x", san_type_name(type), text.ptr[i]);
	out->type = type;
	out->value = text;
	return ERR_OK;
}

static enum err parse_ip(const struct der_element *element, struct san *out, struct why *why)
{
	if (element->value.len != IPV4_LEN && element->value.len != IPV6_LEN)
		return why_set(why, ERR_CSR_SYNTAX, "an address in the subjectAltName has %zu octets, not 4 or 16", element->value.len);
	out->type = SAN_IP;
	out->value = element->value;
	return ERR_OK;
}

static enum err parse_other_name(const struct der_element *element, struct san *out, struct why *why)
{
	struct der der = { element->value };
	struct der_element type, value, upn;

	if (der_read_tag(&der, DER_OID, &type) != ERR_OK || type.value.len == 0 || der_read_tag(&der, DER_CONTEXT_CONSTRUCTED(0), &value) != ERR_OK ||
	    der_end(&der) != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "an otherName in the subjectAltName cannot be read");
	out->type = SAN_OTHER;
	out->value = element->value;
	if (!oid_is(type.value, OID_MS_UPN))
		return ERR_OK;
	if (der_read_only(value.value, DER_UTF8_STRING, &upn) != ERR_OK || upn.value.len == 0 || !text_is_utf8(upn.value) || text_has_control(upn.value))
		return why_set(why, ERR_CSR_SYNTAX, "a UPN in the subjectAltName is no UTF8String, is empty or has control characters");
	out->type = SAN_UPN;
	out->value = upn.value;
	return ERR_OK;
}

static enum err parse_directory_name(const struct der_element *element, struct san *out, struct why *why)
{
	if (name_check(element->value) != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "a directoryName in the subjectAltName cannot be read");
	out->type = SAN_DIRECTORY_NAME;
	out->value = element->value;
	return ERR_OK;
}

static enum err parse_registered_id(const struct der_element *element, struct san *out, struct why *why)
{
	struct buf text = { 0 };
	enum err e = oid_format(element->value, &text);

	buf_clear(&text);
	if (e == ERR_MEMORY)
		return e;
	if (e != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "a registeredID in the subjectAltName cannot be read");
	out->type = SAN_REGISTERED_ID;
	out->value = element->value;
	return ERR_OK;
}

static enum err parse_element(const struct der_element *element, struct san *out, struct why *why)
{
	switch (element->tag) {
	case TAG_EMAIL:
		return parse_ascii(element, SAN_EMAIL, out, why);
	case TAG_DNS:
		return parse_ascii(element, SAN_DNS, out, why);
	case TAG_URI:
		return parse_ascii(element, SAN_URI, out, why);
	case TAG_IP:
		return parse_ip(element, out, why);
	case TAG_OTHER_NAME:
		return parse_other_name(element, out, why);
	case TAG_DIRECTORY_NAME:
		return parse_directory_name(element, out, why);
	case TAG_REGISTERED_ID:
		return parse_registered_id(element, out, why);
	case TAG_X400_ADDRESS:
	case TAG_EDI_PARTY_NAME:
		out->type = SAN_OTHER;
		out->value = element->value;
		return ERR_OK;
	default: /* any octet can stand here: the tag comes from the network */
		return why_set(why, ERR_CSR_SYNTAX, "the subjectAltName has a name of an unknown form (0x%02x)", element->tag);
	}
}

enum err san_parse(struct bytes general_name, struct san *out, struct why *why)
{
	struct der der = { general_name };
	struct der_element element;
	struct san san;
	enum err e;

	if (general_name.len > EXT_MAX_SAN_LEN)
		return why_set(why, ERR_CSR_SYNTAX, "a name in the subjectAltName is longer than %d bytes", EXT_MAX_SAN_LEN);
	if (der_read(&der, &element) != ERR_OK || der_end(&der) != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "a name in the subjectAltName cannot be read");
	san.raw = element.raw;
	if ((e = parse_element(&element, &san, why)) == ERR_OK)
		*out = san;
	return e;
}

static enum err format_ip(struct bytes address, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(address.len == IPV4_LEN ? AF_INET : AF_INET6, address.ptr, text, sizeof text) == NULL)
		return ERR_INTERNAL;
	return buf_append_str(out, text);
}

/* For an otherName its type; the value can be anything. x400Address and ediPartyName have none. */
static enum err format_other(const struct san *san, struct buf *out)
{
	struct der der = { san->value };
	struct der_element type;
	enum err e;

	if (san->raw.len == 0 || san->raw.ptr[0] != TAG_OTHER_NAME || der_read_tag(&der, DER_OID, &type) != ERR_OK)
		return ERR_OK;
	e = oid_format(type.value, out);
	return e == ERR_ASN1_SYNTAX ? text_encode_hex(type.value, out) : e;
}

enum err san_format_value(const struct san *san, struct buf *out)
{
	switch (san->type) {
	case SAN_DNS:
	case SAN_EMAIL:
	case SAN_URI:
	case SAN_UPN:
		return buf_append(out, san->value);
	case SAN_IP:
		return format_ip(san->value, out);
	case SAN_DIRECTORY_NAME:
		return name_format(san->value, out);
	case SAN_REGISTERED_ID:
		return oid_format(san->value, out);
	case SAN_OTHER:
		return format_other(san, out);
	}
	return ERR_INTERNAL;
}

const char *san_type_prefix(enum san_type type)
{
	switch (type) {
	case SAN_DNS:
		return "DNS:";
	case SAN_EMAIL:
		return "email:";
	case SAN_IP:
		return "IP:";
	case SAN_URI:
		return "URI:";
	case SAN_UPN:
		return "UPN:";
	case SAN_DIRECTORY_NAME:
		return "DirName:";
	case SAN_REGISTERED_ID:
		return "RID:";
	case SAN_OTHER:
		return "other:";
	}
	return "other:";
}

enum err san_format(const struct san *san, struct buf *out)
{
	enum err e = buf_append_str(out, san_type_prefix(san->type));

	if (e == ERR_OK)
		e = san_format_value(san, out);
	/* Two names must not read alike: operators approve what they read. */
	if (e == ERR_OK && san->type == SAN_OTHER && (e = buf_append_byte(out, '#')) == ERR_OK)
		e = text_encode_hex(san->raw, out);
	return e;
}

/* --- from text -------------------------------------------------------------------------------------------------------------- */

static enum err encode_ip(struct bytes text, struct buf *out, struct why *why)
{
	uint8_t address[IPV6_LEN];
	size_t len = 0;
	char *str = NULL;
	enum err e;

	if ((e = bytes_copy_str(text, &str)) == ERR_MEMORY)
		return e;
	if (str != NULL && inet_pton(AF_INET, str, address) == 1)
		len = IPV4_LEN;
	else if (str != NULL && inet_pton(AF_INET6, str, address) == 1)
		len = IPV6_LEN;
	free(str);
	if (len == 0)
		return why_set(why, ERR_VALUE, "the address is neither IPv4 nor IPv6");
	return der_put(out, TAG_IP, bytes_from(address, len));
}

static enum err encode_upn(struct bytes text, struct buf *out)
{
	struct buf upn = { 0 }, inside = { 0 };
	enum err e;

	if ((e = der_put(&upn, DER_UTF8_STRING, text)) == ERR_OK && (e = der_put(&inside, DER_OID, oid_get(OID_MS_UPN))) == ERR_OK &&
	    (e = der_put(&inside, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&upn))) == ERR_OK)
		e = der_put(out, TAG_OTHER_NAME, buf_bytes(&inside));
	buf_clear(&upn);
	buf_clear(&inside);
	return e;
}

/* A name or an identifier, whose text needs a parser of its own. */
static enum err encode_parsed(enum san_type type, struct bytes text, struct buf *out, struct why *why)
{
	struct buf inside = { 0 };
	char *str = NULL;
	enum err e;

	if ((e = bytes_copy_str(text, &str)) == ERR_OK)
		e = type == SAN_DIRECTORY_NAME ? name_parse_text(str, &inside, why) : oid_parse(str, &inside);
	free(str);
	if (e == ERR_TEXT)
		e = why_set(why, ERR_VALUE, "the %s is not valid", san_type_name(type));
	if (e == ERR_OK)
		e = der_put(out, type == SAN_DIRECTORY_NAME ? TAG_DIRECTORY_NAME : TAG_REGISTERED_ID, buf_bytes(&inside));
	buf_clear(&inside);
	return e;
}

static enum err encode_element(enum san_type type, struct bytes text, struct buf *out, struct why *why)
{
	switch (type) {
	case SAN_DNS:
		return der_put(out, TAG_DNS, text);
	case SAN_EMAIL:
		return der_put(out, TAG_EMAIL, text);
	case SAN_URI:
		return der_put(out, TAG_URI, text);
	case SAN_IP:
		return encode_ip(text, out, why);
	case SAN_UPN:
		return encode_upn(text, out);
	case SAN_DIRECTORY_NAME:
	case SAN_REGISTERED_ID:
		return encode_parsed(type, text, out, why);
	case SAN_OTHER:
		return why_set(why, ERR_VALUE, "a name of this type cannot be given as text");
	}
	return ERR_VALUE;
}

enum err san_encode_text(enum san_type type, struct bytes text, struct buf *out, struct why *why)
{
	struct buf element = { 0 };
	struct san san;
	enum err e;

	/* What we write must be what we would read. */
	if ((e = encode_element(type, text, &element, why)) == ERR_OK && (e = san_parse(buf_bytes(&element), &san, why)) == ERR_OK)
		e = buf_append(out, buf_bytes(&element));
	if (e == ERR_CSR_SYNTAX)
		e = ERR_VALUE;
	buf_clear(&element);
	return e;
}
