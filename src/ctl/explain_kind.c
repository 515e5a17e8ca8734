#include <config.h>

#include "ctl/explain_kind.h"

#include "pki/der.h"
#include "pki/oid.h"

const char *kind_name(enum kind kind)
{
	switch (kind) {
	case KIND_SIGNED:
		return "a CMS SignedData";
	case KIND_DEGENERATE:
		return "a degenerate SignedData (certificates-only message)";
	case KIND_ENVELOPED:
		return "a CMS EnvelopedData (pkcsPKIEnvelope)";
	case KIND_OTHER_CONTENT:
		return "a CMS ContentInfo of a type that SCEP does not use";
	case KIND_CSR:
		return "a PKCS#10 certification request";
	case KIND_CERTIFICATE:
		return "a certificate";
	case KIND_CRL:
		return "a certificate revocation list";
	case KIND_ISSUER_AND_SERIAL:
		return "an IssuerAndSerialNumber";
	case KIND_ISSUER_AND_SUBJECT:
		return "an IssuerAndSubject";
	case KIND_UNKNOWN:
		break;
	}
	return "an ASN.1 structure that SCEP does not use";
}

static size_t count_in(const struct der_element *element)
{
	size_t count = 0;

	return der_count(element->value, &count) == ERR_OK ? count : 0;
}

/* SignedData, RFC 5652 section 5.1. What is malformed is left as if absent; its reader will say so. */
static void read_signed(struct der body, struct outline *out)
{
	struct der_element element;
	struct der encap;

	out->kind = KIND_SIGNED;
	if (der_read_tag(&body, DER_INTEGER, &element) != ERR_OK || der_read_tag(&body, DER_SET, &element) != ERR_OK ||
	    der_enter(&body, DER_SEQUENCE, &encap) != ERR_OK || der_read_tag(&encap, DER_OID, &element) != ERR_OK)
		return;
	out->content_type = element.value;
	out->has_content = der_read_optional(&encap, DER_CONTEXT_CONSTRUCTED(0), &element);
	if (der_read_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &element))
		out->certificate_count = count_in(&element);
	if (der_read_optional(&body, DER_CONTEXT_CONSTRUCTED(1), &element))
		out->crl_count = count_in(&element);
	if (der_read_tag(&body, DER_SET, &element) == ERR_OK)
		out->signer_count = count_in(&element);
	if (out->signer_count == 0)
		out->kind = KIND_DEGENERATE;
}

/* EnvelopedData, RFC 5652 section 6.1. */
static void read_enveloped(struct der body, struct outline *out)
{
	struct der_element element;
	struct der recipients, encrypted;

	out->kind = KIND_ENVELOPED;
	if (der_read_tag(&body, DER_INTEGER, &element) != ERR_OK)
		return;
	der_read_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &element);
	if (der_enter(&body, DER_SET, &recipients) != ERR_OK)
		return;
	while (der_read(&recipients, &element) == ERR_OK) {
		if (element.tag == DER_SEQUENCE)
			out->key_trans_count++;
		else if (element.tag == DER_CONTEXT_CONSTRUCTED(3))
			out->password_count++;
		else
			out->other_recipient_count++;
	}
	if (der_enter(&body, DER_SEQUENCE, &encrypted) == ERR_OK && der_read_tag(&encrypted, DER_OID, &element) == ERR_OK)
		out->content_type = element.value;
}

static void read_content_info(struct der der, struct outline *out)
{
	struct der_element element;
	struct der content, body;

	out->kind = KIND_OTHER_CONTENT;
	if (der_read_tag(&der, DER_OID, &element) != ERR_OK)
		return;
	out->type = element.value;
	if (der_enter(&der, DER_CONTEXT_CONSTRUCTED(0), &content) != ERR_OK || der_enter(&content, DER_SEQUENCE, &body) != ERR_OK)
		return;
	if (oid_is(out->type, OID_SIGNED_DATA))
		read_signed(body, out);
	else if (oid_is(out->type, OID_ENVELOPED_DATA))
		read_enveloped(body, out);
}

/* Certificate, CertificationRequest and CertificateList are a signed SEQUENCE, an AlgorithmIdentifier and a BIT STRING: the first tells which. */
static enum kind find_signed_kind(struct der inside)
{
	struct der_element element;
	bool has_integer;

	if (der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(0), &element))
		return KIND_CERTIFICATE;
	has_integer = der_read_optional(&inside, DER_INTEGER, &element);
	if (der_read_tag(&inside, DER_SEQUENCE, &element) != ERR_OK || der_read_tag(&inside, DER_SEQUENCE, &element) != ERR_OK)
		return KIND_UNKNOWN;
	if (der_is_next(&inside, DER_UTC_TIME) || der_is_next(&inside, DER_GENERALIZED_TIME))
		return KIND_CRL;
	if (!has_integer)
		return KIND_UNKNOWN;
	return der_is_next(&inside, DER_SEQUENCE) ? KIND_CERTIFICATE : KIND_CSR;
}

static enum kind find_pair_kind(struct der der)
{
	struct der_element element;

	if (der_read_tag(&der, DER_SEQUENCE, &element) != ERR_OK || der_read(&der, &element) != ERR_OK || !der_is_end(&der))
		return KIND_UNKNOWN;
	return element.tag == DER_INTEGER ? KIND_ISSUER_AND_SERIAL : element.tag == DER_SEQUENCE ? KIND_ISSUER_AND_SUBJECT : KIND_UNKNOWN;
}

struct outline outline_read(struct bytes der)
{
	struct outline out = { .kind = KIND_UNKNOWN };
	struct der whole = { der }, body, inside, rest;
	struct der_element element;
	size_t count = 0;

	if (der_enter(&whole, DER_SEQUENCE, &body) != ERR_OK || der_count(body.rest, &count) != ERR_OK)
		return out;
	rest = body;
	if (der_is_next(&body, DER_OID)) {
		read_content_info(body, &out);
	} else if (der_is_next(&body, DER_INTEGER)) {
		read_enveloped(body, &out);
		out.is_bare = true;
	} else if (count == 3 && der_enter(&rest, DER_SEQUENCE, &inside) == ERR_OK && der_read_tag(&rest, DER_SEQUENCE, &element) == ERR_OK &&
	    der_read_tag(&rest, DER_BIT_STRING, &element) == ERR_OK) {
		out.kind = find_signed_kind(inside);
	} else if (count == 2) {
		out.kind = find_pair_kind(body);
	}
	return out;
}
