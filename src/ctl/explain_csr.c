#include <config.h>

#include "ctl/explain_parts.h"

#include "ctl/decode.h"
#include "pki/csr.h"
#include "pki/der.h"
#include "pki/name.h"
#include "scep/body.h"

enum { MIN_RSA_BITS = 2048 };

static bool is_directory_string(uint8_t tag)
{
	return tag == DER_PRINTABLE_STRING || tag == DER_UTF8_STRING || tag == DER_T61_STRING || tag == DER_BMP_STRING || tag == DER_UNIVERSAL_STRING;
}

static void note_attribute(struct explain *explain, struct der attribute)
{
	struct der_element type, values, value;
	struct der inside;

	if (der_read_tag(&attribute, DER_OID, &type) != ERR_OK || der_read_tag(&attribute, DER_SET, &values) != ERR_OK)
		return;
	inside = (struct der){ values.value };
	explain->traits.has[TRAIT_CSR_MS_EXTENSIONS] |= oid_is(type.value, OID_MS_EXTENSION_REQUEST);
	if (oid_is(type.value, OID_CHALLENGE_PASSWORD) && der_read(&inside, &value) == ERR_OK)
		explain->traits.has[TRAIT_CSR_CHALLENGE_STRING] |= !is_directory_string(value.tag);
}

/* CertificationRequestInfo, RFC 2986 section 4.1, as it was sent. */
static void note_info(struct explain *explain, struct bytes info)
{
	struct der outer = { info }, body, attributes, attribute;
	struct traits *traits = &explain->traits;
	struct der_element version, element;
	int number = -1;

	if (der_enter(&outer, DER_SEQUENCE, &body) != ERR_OK || der_read_tag(&body, DER_INTEGER, &version) != ERR_OK)
		return;
	traits->has[TRAIT_CSR_VERSION] |= der_get_small(&version, &number) != ERR_OK || number != 0;
	if (der_read_tag(&body, DER_SEQUENCE, &element) != ERR_OK || der_read_tag(&body, DER_SEQUENCE, &element) != ERR_OK)
		return;
	if (!der_read_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &element)) {
		traits->has[TRAIT_CSR_NO_ATTRIBUTES] = true;
		return;
	}
	traits->has[TRAIT_CSR_UNSORTED] |= !explain_is_sorted(element.value);
	for (attributes = (struct der){ element.value }; der_enter(&attributes, DER_SEQUENCE, &attribute) == ERR_OK; )
		note_attribute(explain, attribute);
}

static enum err note_csr(struct explain *explain, const struct csr *csr)
{
	struct traits *traits = &explain->traits;
	enum err e = csr_verify(csr, NULL);

	if (explain_is_fatal(e))
		return e;
	traits->has[TRAIT_CSR_SIGNATURE] |= e == ERR_CSR_SIGNATURE;
	traits->has[TRAIT_CSR_MD5] |= e == ERR_ALG_DIGEST;
	traits->has[TRAIT_CSR_NO_SUBJECT] |= name_is_empty(csr->subject);
	traits->has[TRAIT_CSR_NO_CHALLENGE] |= csr->challenge.len == 0 && explain->type != SCEP_RENEWAL_REQ;
	traits->has[TRAIT_CSR_ASKS_CA] |= csr->ext.is_ca;
	traits->has[TRAIT_CSR_SMALL_KEY] |= pubkey_get_kind(csr->pubkey) == KEY_KIND_RSA && pubkey_get_bits(csr->pubkey) < MIN_RSA_BITS;
	note_info(explain, csr->info);
	return ERR_OK;
}

enum err explain_csr(struct explain *explain, struct bytes in)
{
	struct csr *csr = NULL;
	struct why why = { 0 };
	enum err e = csr_parse(in, &csr, &why);

	if (e != ERR_OK)
		return explain_is_fatal(e) ? e : explain_say(explain, "it cannot be read: %s", why_text(&why, e));
	if ((e = note_csr(explain, csr)) == ERR_OK)
		e = decode_csr(csr, explain->indent, &explain->text);
	csr_free(csr);
	return e;
}

static enum err say_issuer_and_serial(struct lines *lines, struct bytes der, struct why *why)
{
	struct scep_issuer_and_serial body = { 0 };
	enum err e = scep_issuer_and_serial_parse(der, &body, why);

	if (e == ERR_OK) {
		lines_name(lines, "issuer", body.issuer);
		lines_hex(lines, "serial", body.serial);
	}
	scep_issuer_and_serial_clear(&body);
	return e;
}

static enum err say_issuer_and_subject(struct lines *lines, struct bytes der, struct why *why)
{
	struct scep_issuer_and_subject body = { 0 };
	enum err e = scep_issuer_and_subject_parse(der, &body, why);

	if (e == ERR_OK) {
		lines_name(lines, "issuer", body.issuer);
		lines_name(lines, "subject", body.subject);
	}
	scep_issuer_and_subject_clear(&body);
	return e;
}

enum err explain_names(struct explain *explain, struct bytes der, const struct outline *outline)
{
	struct lines lines = { &explain->text, explain->indent, ERR_OK };
	struct why why = { 0 };
	enum err e = outline->kind == KIND_ISSUER_AND_SERIAL ? say_issuer_and_serial(&lines, der, &why) : say_issuer_and_subject(&lines, der, &why);

	if (e != ERR_OK)
		return explain_is_fatal(e) ? e : explain_say(explain, "it cannot be read: %s", why_text(&why, e));
	return lines.error;
}
