#include <config.h>

#include "ctl/decode_lines.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "ctl/decode.h"
#include "pki/name.h"

enum { LABEL_WIDTH = 20, VALUE_SIZE = WHY_MAX_LEN + 128, MAX_HEX_LEN = 64 };

enum err decode_text(struct bytes text, struct buf *out)
{
	bool is_text = text_is_utf8(text);
	enum err e = is_text ? ERR_OK : buf_append_byte(out, '#');

	for (size_t i = 0; e == ERR_OK && i < text.len; i++) {
		uint8_t c = text.ptr[i];
		/* C1 controls are 0xc2 0x80 to 0xc2 0x9f in UTF-8. */
		bool is_c1 = c == 0xc2 && i + 1 < text.len && text.ptr[i + 1] < 0xa0;
		bool is_after_c2 = i > 0 && text.ptr[i - 1] == 0xc2 && c >= 0x80 && c < 0xa0;

		if (!is_text)
			e = buf_append_format(out, "%02x", c);
		else if (c < 0x20 || c == 0x7f || c == '\\' || is_c1 || is_after_c2)
			e = buf_append_format(out, "\\%02X", c);
		else
			e = buf_append_byte(out, c);
	}
	return e;
}

void lines_keep(struct lines *lines, enum err e)
{
	if (lines->error == ERR_OK)
		lines->error = e;
}

void lines_heading(struct lines *lines, const char *text)
{
	if (lines->error == ERR_OK)
		lines->error = buf_append_format(lines->out, "%*s%s\n", (int)lines->indent, "", text);
}

void lines_start(struct lines *lines, const char *label)
{
	if (lines->error == ERR_OK)
		lines->error = buf_append_format(lines->out, "%*s%-*s ", (int)lines->indent, "", LABEL_WIDTH, label);
}

void lines_end(struct lines *lines)
{
	if (lines->error == ERR_OK)
		lines->error = buf_append_byte(lines->out, '\n');
}

void lines_format(struct lines *lines, const char *label, const char *format, ...)
{
	char value[VALUE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof value, format, args);
	va_end(args);
	lines_start(lines, label);
	lines_keep(lines, buf_append_str(lines->out, value));
	lines_end(lines);
}

void lines_text(struct lines *lines, const char *label, struct bytes text)
{
	lines_start(lines, label);
	lines_keep(lines, decode_text(text, lines->out));
	lines_end(lines);
}

void lines_hex(struct lines *lines, const char *label, struct bytes octets)
{
	struct bytes shown = { octets.ptr, octets.len > MAX_HEX_LEN ? MAX_HEX_LEN : octets.len };

	lines_start(lines, label);
	lines_keep(lines, text_encode_hex(shown, lines->out));
	lines_keep(lines, buf_append_format(lines->out, "%s (%zu octet%s)", shown.len < octets.len ? "…" : "", octets.len, octets.len == 1 ? "" : "s"));
	lines_end(lines);
}

/* Names of algorithms and extensions as their RFCs spell them; oid_name() has those of attribute types and key purposes. */
static const struct {
	enum oid oid;
	const char *name;
} names[] = {
	{ OID_RSA_ENCRYPTION, "rsaEncryption" }, { OID_RSAES_OAEP, "id-RSAES-OAEP" }, { OID_RSASSA_PSS, "id-RSASSA-PSS" },
	{ OID_MD5_WITH_RSA, "md5WithRSAEncryption" }, { OID_SHA1_WITH_RSA, "sha1WithRSAEncryption" },
	{ OID_SHA224_WITH_RSA, "sha224WithRSAEncryption" }, { OID_SHA256_WITH_RSA, "sha256WithRSAEncryption" },
	{ OID_SHA384_WITH_RSA, "sha384WithRSAEncryption" }, { OID_SHA512_WITH_RSA, "sha512WithRSAEncryption" },
	{ OID_ECDSA_SHA1, "ecdsa-with-SHA1" }, { OID_ECDSA_SHA256, "ecdsa-with-SHA256" }, { OID_ECDSA_SHA384, "ecdsa-with-SHA384" },
	{ OID_ECDSA_SHA512, "ecdsa-with-SHA512" }, { OID_ED25519, "id-Ed25519" }, { OID_SIGNING_TIME, "signingTime" },
	{ OID_SUBJECT_KEY_ID, "subjectKeyIdentifier" }, { OID_AUTHORITY_KEY_ID, "authorityKeyIdentifier" },
	{ OID_CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints" }, { OID_CERTIFICATE_POLICIES, "certificatePolicies" },
	{ OID_AUTHORITY_INFO_ACCESS, "authorityInfoAccess" },
};

static const char *find_name(enum oid oid)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].oid == oid)
			return names[i].name;
	return oid == OID_COUNT ? NULL : oid_name(oid);
}

/* The dotted form, with the name where there is one. */
static void put_oid(struct lines *lines, struct bytes oid)
{
	const char *name = find_name(oid_find(oid));

	if (oid_format(oid, lines->out) != ERR_OK)
		lines_keep(lines, buf_append_str(lines->out, "(not an object identifier)"));
	else if (name != NULL)
		lines_keep(lines, buf_append_format(lines->out, " (%s)", name));
}

void lines_oid(struct lines *lines, const char *label, struct bytes oid)
{
	lines_start(lines, label);
	put_oid(lines, oid);
	lines_end(lines);
}

void lines_name(struct lines *lines, const char *label, struct bytes name)
{
	struct buf text = { 0 };
	enum err e = name_is_empty(name) ? buf_append_str(&text, "(empty)") : name_format(name, &text);

	lines_start(lines, label);
	if (e == ERR_OK)
		lines_keep(lines, buf_append(lines->out, buf_bytes(&text)));
	else
		lines_keep(lines, e == ERR_MEMORY ? e : buf_append_str(lines->out, "(not a name)"));
	lines_end(lines);
	buf_clear(&text);
}

void lines_key(struct lines *lines, struct bytes spki)
{
	struct why why = { 0 };
	struct pubkey *key = NULL;
	enum err e = pubkey_parse(spki, &key, &why);

	if (e == ERR_MEMORY)
		lines_keep(lines, e);
	else if (e != ERR_OK)
		lines_format(lines, "key", "(not usable: %s)", why_text(&why, e));
	else
		lines_format(lines, "key", "%s, %u bits", key_kind_name(pubkey_get_kind(key)), pubkey_get_bits(key));
	pubkey_free(key);
}

void lines_time(struct lines *lines, const char *label, int64_t utc)
{
	char text[CLOCK_ISO_SIZE];

	clock_format_iso(utc, text);
	lines_format(lines, label, "%s", text);
}

static void put_comma(struct lines *lines, size_t i)
{
	if (i > 0)
		lines_keep(lines, buf_append_str(lines->out, ", "));
}

static void put_usages(struct lines *lines, unsigned usages)
{
	size_t count = 0;

	lines_start(lines, "keyUsage");
	for (unsigned bit = KEY_USAGE_DIGITAL_SIGNATURE; bit <= KEY_USAGE_DECIPHER_ONLY; bit <<= 1)
		if ((usages & bit) != 0) {
			put_comma(lines, count++);
			lines_keep(lines, buf_append_str(lines->out, key_usage_name(bit)));
		}
	lines_end(lines);
}

static void put_san(struct lines *lines, const struct san *san)
{
	struct buf text = { 0 };
	enum err e = san_format(san, &text);

	if (e == ERR_OK)
		lines_text(lines, "subjectAltName", buf_bytes(&text));
	else if (e == ERR_MEMORY)
		lines_keep(lines, e);
	else
		lines_format(lines, "subjectAltName", "(not readable)");
	buf_clear(&text);
}

void lines_extensions(struct lines *lines, const struct ext_request *ext)
{
	if (ext->has_basic_constraints)
		lines_format(lines, "basicConstraints", "CA:%s", ext->is_ca ? "TRUE" : "FALSE");
	if (ext->has_key_usage)
		put_usages(lines, ext->key_usage);
	if (ext->has_eku) {
		lines_start(lines, "extKeyUsage");
		for (size_t i = 0; i < ext->eku_count; i++) {
			put_comma(lines, i);
			lines_keep(lines, oid_format_name(ext->eku[i], lines->out));
		}
		lines_end(lines);
	}
	for (size_t i = 0; i < ext->san_count; i++)
		put_san(lines, &ext->san[i]);
	for (size_t i = 0; i < ext->other_count; i++)
		lines_oid(lines, ext->other[i].is_critical ? "critical extension" : "other extension", ext->other[i].oid);
}
