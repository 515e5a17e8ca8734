#include <config.h>

#include "pki/cms_signed.h"

#include "pki/ber.h"
#include "pki/cms_common.h"
#include "pki/cms_signed_parts.h"

enum err cms_crl_only_encode(struct bytes crl_der, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = cms_degenerate_new(&asn)) != ERR_OK)
		return e;
	asn_omit(asn, "certificates");
	asn_append(asn, "crls");
	asn_set_bytes(asn, "crls.?LAST", crl_der);
	e = cms_content_info_encode(OID_SIGNED_DATA, asn, out, why);
	asn_free(asn);
	return e;
}

/* RevocationInfoChoices: a SET OF CHOICE, of which a CRL is the one without a tag of its own. */
static enum err find_crl(struct bytes framed, struct bytes *crl, struct why *why)
{
	struct cms_signed_parts parts;
	struct der_element element;
	struct der rest;
	enum err e;

	if ((e = cms_signed_parts_parse(framed, &parts, why)) != ERR_OK)
		return e;
	for (rest = (struct der){ parts.crls }; !der_is_end(&rest);) {
		if (der_read(&rest, &element) != ERR_OK)
			return why_set(why, ERR_CMS_SYNTAX, "the CRLs of the message are malformed");
		if (element.tag != DER_SEQUENCE)
			continue;
		*crl = element.raw;
		return ERR_OK;
	}
	return why_set(why, ERR_CMS_SYNTAX, "there is no CRL in the message");
}

enum err cms_crl_only_parse(struct bytes ber, struct buf *der, struct bytes *crl, struct why *why)
{
	struct buf framed = { 0 };
	struct bytes found;
	enum err e;

	/* In definite form nothing needs to be rewritten, and the levels above the CRL are all that is looked at. */
	if ((e = buf_append(&framed, ber)) == ERR_OK && find_crl(buf_bytes(&framed), &found, NULL) != ERR_OK) {
		buf_reset(&framed);
		if ((e = ber_normalise(ber, &framed, NULL, why)) == ERR_OK)
			e = find_crl(buf_bytes(&framed), &found, why);
	}
	if (e == ERR_OK) {
		*crl = found;
		buf_move(der, &framed);
	}
	buf_clear(&framed);
	return e;
}
