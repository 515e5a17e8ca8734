#include <config.h>

#include "pki/cms_signed.h"

#include "pki/ber.h"
#include "pki/cms_common.h"
#include "pki/cms_signed_parts.h"

enum err cms_certs_only_encode(const struct bytes *certificates, size_t count, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = cms_degenerate_new(&asn)) != ERR_OK)
		return e;
	cms_certificates_set(asn, certificates, count);
	asn_omit(asn, "crls");
	e = cms_content_info_encode(OID_SIGNED_DATA, asn, out, why);
	asn_free(asn);
	return e;
}

enum err cms_certs_only_parse(struct bytes ber, struct buf *der, struct bytes found[CMS_MAX_CERTIFICATES], size_t *count, struct why *why)
{
	struct bytes certificates[CMS_MAX_CERTIFICATES];
	struct cms_signed_parts parts;
	struct der_element element;
	struct buf framed = { 0 };
	struct der rest;
	size_t seen = 0;
	enum err e;

	if ((e = ber_normalise(ber, &framed, NULL, why)) != ERR_OK || (e = cms_signed_parts_parse(buf_bytes(&framed), &parts, why)) != ERR_OK)
		goto out;
	for (rest = (struct der){ parts.certificates }; !der_is_end(&rest);) {
		if (der_read(&rest, &element) != ERR_OK) {
			e = why_set(why, ERR_CMS_SYNTAX, "the certificates of the message are malformed");
			goto out;
		}
		if (element.tag != DER_SEQUENCE)
			continue;
		if (seen == CMS_MAX_CERTIFICATES) {
			e = why_set(why, ERR_ASN1_LIMIT, "the message has more than %d certificates", CMS_MAX_CERTIFICATES);
			goto out;
		}
		certificates[seen++] = element.raw;
	}
	if (seen == 0) {
		e = why_set(why, ERR_CMS_SYNTAX, "there is no certificate in the certificates-only message");
		goto out;
	}
	for (size_t i = 0; i < seen; i++)
		found[i] = certificates[i];
	*count = seen;
	buf_move(der, &framed);
out:
	buf_clear(&framed);
	return e;
}
