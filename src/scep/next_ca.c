#include <config.h>

#include "scep/next_ca.h"

#include "scep/message.h"

enum err scep_next_ca_encode(const struct bytes *certificates, size_t count, const struct cert *signer, const struct key *key, enum digest digest, struct buf *out,
	struct why *why)
{
	struct bytes embedded = buf_bytes(&signer->der), content;
	struct buf certs_only = { 0 };
	enum err e;

	if (count == 0 || count > CMS_MAX_CERTIFICATES)
		return why_set(why, ERR_VALUE, "%zu certificates cannot be the next CA's; 1 to %d can", count, CMS_MAX_CERTIFICATES);
	if ((e = cms_certs_only_encode(certificates, count, &certs_only, why)) == ERR_OK) {
		content = buf_bytes(&certs_only);
		e = cms_signed_encode(&content, NULL, 0, &embedded, 1, signer, key, digest, out, why);
	}
	buf_clear(&certs_only);
	return e;
}

/* Who signed is told by the key alone: the certificate in the message may be another one of the same CA. */
static enum err check_signature(const struct cms_signed *cms, const struct cert *ca, struct why *why)
{
	if (!bytes_is_equal(cms->signer->spki, ca->spki))
		return why_set(why, ERR_CMS_SIGNATURE, "the answer is signed by another key than that of the CA's certificate");
	if (cms->digest == DIGEST_MD5)
		return why_set(why, ERR_ALG_DIGEST, "the answer is signed with MD5");
	return cms_signed_verify(cms, why);
}

enum err scep_next_ca_open(struct bytes ber, const struct cert *ca, struct buf *der, struct bytes found[CMS_MAX_CERTIFICATES], size_t *count, struct why *why)
{
	struct cms_signed *cms = NULL;
	enum err e;

	if (ber.len > SCEP_MAX_REPLY_LEN)
		return why_set(why, ERR_ASN1_LIMIT, "the answer has more than %d octets", SCEP_MAX_REPLY_LEN);
	if ((e = cms_signed_parse(ber, &cms, why)) != ERR_OK || (e = check_signature(cms, ca, why)) != ERR_OK)
		goto out;
	e = cms_certs_only_parse(buf_bytes(&cms->content), der, found, count, why);
out:
	cms_signed_free(cms);
	return e;
}
