#include <config.h>

#include "conformance/degenerate.h"

#include "pki/ber.h"

void degenerate_clear(struct degenerate *degenerate)
{
	buf_clear(&degenerate->der);
	*degenerate = (struct degenerate){ 0 };
}

static enum err refuse(struct why *why, const char *what)
{
	return why_set(why, ERR_SCEP_REPLY, "the degenerate SignedData: %s", what);
}

/*
 * ContentInfo { signedData } around SignedData, RFC 5652 section 5.1. @param data out: a cursor behind version.
 */
static enum err enter(struct bytes der, struct der *data, struct why *why)
{
	struct der outer = { der }, info, content;
	struct der_element element;

	if (der_enter(&outer, DER_SEQUENCE, &info) != ERR_OK || der_read_tag(&info, DER_OID, &element) != ERR_OK ||
	    !oid_is(element.value, OID_SIGNED_DATA))
		return refuse(why, "it is no ContentInfo { signedData }");
	if (der_enter(&info, DER_CONTEXT_CONSTRUCTED(0), &content) != ERR_OK || der_enter(&content, DER_SEQUENCE, data) != ERR_OK ||
	    der_read_tag(data, DER_INTEGER, &element) != ERR_OK || der_read_tag(data, DER_SET, &element) != ERR_OK)
		return refuse(why, "it has no version or no digestAlgorithms");
	return ERR_OK;
}

static enum err read_encapsulated(struct der *data, struct why *why)
{
	struct der encapsulated;
	struct der_element type;

	if (der_enter(data, DER_SEQUENCE, &encapsulated) != ERR_OK || der_read_tag(&encapsulated, DER_OID, &type) != ERR_OK)
		return refuse(why, "it has no encapContentInfo");
	if (!oid_is(type.value, OID_DATA))
		return refuse(why, "its eContentType is not id-data");
	return der_is_end(&encapsulated) ? ERR_OK : refuse(why, "its content is not omitted");
}

static enum err read_sets(struct der *data, struct degenerate *out, struct why *why)
{
	struct der_element certificates, crls, signers, certificate;
	struct der inside;

	if (der_read_optional(data, DER_CONTEXT_CONSTRUCTED(0), &certificates)) {
		for (inside = (struct der){ certificates.value }; !der_is_end(&inside); out->certificate[out->certificate_count++] = certificate.raw)
			if (out->certificate_count == CMS_MAX_CERTIFICATES || der_read_tag(&inside, DER_SEQUENCE, &certificate) != ERR_OK)
				return refuse(why, "its certificates cannot be read");
	}
	if (der_read_optional(data, DER_CONTEXT_CONSTRUCTED(1), &crls)) {
		out->crls = crls.value;
		if (der_count(crls.value, &out->crl_count) != ERR_OK)
			return refuse(why, "its crls cannot be read");
	}
	if (der_read_tag(data, DER_SET, &signers) != ERR_OK || der_end(data) != ERR_OK)
		return refuse(why, "it has no signerInfos");
	return signers.value.len == 0 ? ERR_OK : refuse(why, "it has signers");
}

enum err degenerate_parse(struct bytes ber, struct degenerate *out, struct why *why)
{
	struct degenerate read = { 0 };
	struct der data;
	size_t used = 0;
	enum err e;

	if ((e = ber_normalise(ber, &read.der, &used, why)) != ERR_OK)
		goto out;
	if (used != ber.len) {
		e = refuse(why, "bytes follow it");
		goto out;
	}
	if ((e = enter(buf_bytes(&read.der), &data, why)) != ERR_OK || (e = read_encapsulated(&data, why)) != ERR_OK ||
	    (e = read_sets(&data, &read, why)) != ERR_OK)
		goto out;
	*out = read;
	read = (struct degenerate){ 0 };
out:
	degenerate_clear(&read);
	return e;
}
