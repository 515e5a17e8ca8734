#include <config.h>

#include "ctl/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/explain_clients.h"
#include "ctl/explain_parts.h"
#include "ctl/explain_rules.h"
#include "pki/ber.h"
#include "pki/der.h"
#include "scep/media_type.h"

enum { DEEPER = 2, LARGE_LEN = 16384, LINE_SIZE = 512 };

void explain_clear(struct explain *explain)
{
	buf_clear(&explain->text);
}

enum err explain_say(struct explain *explain, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	return buf_append_format(&explain->text, "%*s%s\n", (int)explain->indent, "", line);
}

bool explain_is_fatal(enum err e)
{
	return e == ERR_MEMORY || e == ERR_RANDOM || e == ERR_INTERNAL;
}

/* By identifier octet, length octets and content, as DER orders the elements of a SET OF; padded with zeros, the shorter one is first. */
static int compare(struct bytes a, struct bytes b)
{
	int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
}

bool explain_is_sorted(struct bytes set)
{
	struct der_element before = { 0 }, element;
	struct der der = { set };

	for (bool is_first = true; der_read(&der, &element) == ERR_OK; is_first = false) {
		if (!is_first && compare(before.raw, element.raw) > 0)
			return false;
		before = element;
	}
	return true;
}

static enum err explain_kind(struct explain *explain, struct bytes sent, struct bytes der, const struct outline *outline)
{
	struct buf plain = { 0 };
	enum err e = ERR_OK;

	switch (outline->kind) {
	case KIND_SIGNED:
		return explain_signed(explain, sent, outline);
	case KIND_DEGENERATE:
		return explain_degenerate(explain, der, outline);
	case KIND_ENVELOPED:
		if ((e = explain_envelope(explain, sent, outline, &plain)) == ERR_OK && plain.len > 0)
			e = explain_element(explain, buf_bytes(&plain));
		break;
	case KIND_CSR:
		return explain_csr(explain, sent);
	case KIND_CERTIFICATE:
		return explain_certificate(explain, der);
	case KIND_CRL:
		return explain_crl(explain, der);
	case KIND_ISSUER_AND_SERIAL:
	case KIND_ISSUER_AND_SUBJECT:
		return explain_names(explain, der, outline);
	case KIND_OTHER_CONTENT:
	case KIND_UNKNOWN:
		explain->traits.has[TRAIT_NOT_PKI_MESSAGE] = true;
		break;
	}
	buf_clear(&plain);
	return e;
}

/* A long CRL has more elements than the gate lets through; in definite form it needs no gate to be read. */
static enum err normalise(struct bytes in, struct buf *der, size_t *used_len, struct why *why)
{
	struct der cursor = { in };
	struct der_element element;
	enum err e = ber_normalise(in, der, used_len, why);

	if (e != ERR_ASN1_LIMIT || der_read_tag(&cursor, DER_SEQUENCE, &element) != ERR_OK)
		return e;
	*used_len = element.raw.len;
	buf_reset(der);
	return buf_append(der, element.raw);
}

static enum err explain_one(struct explain *explain, struct bytes in, struct why *why)
{
	struct buf der = { 0 };
	struct outline outline;
	size_t used_len = 0;
	enum err e;

	if ((e = normalise(in, &der, &used_len, why)) != ERR_OK)
		goto out;
	explain->traits.has[TRAIT_TRAILING] |= used_len < in.len;
	explain->traits.has[TRAIT_BER] |= !bytes_is_equal(buf_bytes(&der), bytes_from(in.ptr, used_len));
	outline = outline_read(buf_bytes(&der));
	if ((e = explain_say(explain, "%s, %zu octets", kind_name(outline.kind), used_len)) != ERR_OK)
		goto out;
	explain->indent += DEEPER;
	e = explain_kind(explain, bytes_from(in.ptr, used_len), buf_bytes(&der), &outline);
	explain->indent -= DEEPER;
out:
	buf_clear(&der);
	return e;
}

enum err explain_element(struct explain *explain, struct bytes in)
{
	struct why why = { 0 };
	enum err e = explain_one(explain, in, &why);

	if (e == ERR_OK || explain_is_fatal(e))
		return e;
	return explain_say(explain, "no ASN.1: %s", why_text(&why, e));
}

static void note_media_type(struct explain *explain)
{
	static const struct {
		enum explain_reply reply;
		const char *name;
	} types[] = { { EXPLAIN_CERT_REP, SCEP_TYPE_PKI_MESSAGE }, { EXPLAIN_GET_CA_CERT, SCEP_TYPE_CA_RA_CERT }, { EXPLAIN_GET_CA_CERT, SCEP_TYPE_CA_CERT } };
	bool is_ca = explain->reply == EXPLAIN_GET_CA_CERT;
	bool is_exact = false, has_parameter = false;

	if (explain->media_type[0] == '\0' || explain->reply == EXPLAIN_NO_REPLY)
		return;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		size_t len = strlen(types[i].name);

		/* One certificate and a message of certificates have a type each. */
		if (types[i].reply != explain->reply || (is_ca && (explain->traits.has[TRAIT_CA_SINGLE] != (i == 2))))
			continue;
		is_exact |= strcmp(explain->media_type, types[i].name) == 0;
		has_parameter |= strncmp(explain->media_type, types[i].name, len) == 0 && (explain->media_type[len] == ';' || explain->media_type[len] == ' ');
	}
	explain->traits.has[is_ca ? TRAIT_CA_MEDIA_PARAMETER : TRAIT_MEDIA_PARAMETER] = has_parameter;
	explain->traits.has[is_ca ? TRAIT_CA_MEDIA_OTHER : TRAIT_MEDIA_OTHER] = !is_exact && !has_parameter;
}

enum err explain_bytes(struct explain *explain, struct bytes in, struct why *why)
{
	enum err e = explain_one(explain, in, why);

	if (e != ERR_OK)
		return e;
	explain->traits.has[TRAIT_LARGE] |= in.len > LARGE_LEN && explain->reply != EXPLAIN_NO_REPLY;
	note_media_type(explain);
	if ((e = rules_format(&explain->traits, &explain->text)) == ERR_OK && explain->reply != EXPLAIN_NO_REPLY)
		e = clients_format(&explain->traits, &explain->text);
	return e;
}
