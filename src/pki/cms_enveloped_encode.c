#include <config.h>

#include "pki/cms_enveloped.h"

#include "pki/cms_common.h"
#include "pki/cms_content.h"
#include "pki/cms_reframe.h"

static enum err encode(const struct cms_content *content, struct bytes encrypted_key, const struct cert *recipient, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = asn_new("EnvelopedData", &asn)) != ERR_OK)
		return e;
	asn_set_small(asn, "version", 0);
	asn_append(asn, "recipientInfos");
	asn_choose(asn, "recipientInfos.?LAST", "ktri");
	asn_set_small(asn, "recipientInfos.?LAST.ktri.version", 0);
	if ((e = cms_issuer_and_serial_set(asn, "recipientInfos.?LAST.ktri.rid", recipient)) != ERR_OK)
		goto out;
	cms_algorithm_set(asn, "recipientInfos.?LAST.ktri.keyEncryptionAlgorithm", OID_RSA_ENCRYPTION, cms_null_parameters());
	asn_set_bytes(asn, "recipientInfos.?LAST.ktri.encryptedKey", encrypted_key);
	cms_content_set(asn, content);
	e = cms_content_info_encode(OID_ENVELOPED_DATA, asn, out, why);
out:
	asn_free(asn);
	return e;
}

enum err cms_enveloped_encode(struct bytes plain, const struct cert *recipient, enum cipher cipher, enum cms_framing framing, const struct random *random,
	struct buf *out, struct why *why)
{
	struct cms_content content = { 0 };
	struct buf encrypted_key = { 0 }, der = { 0 };
	struct pubkey *pubkey = NULL;
	enum err e;

	if ((e = pubkey_parse(recipient->spki, &pubkey, why)) != ERR_OK)
		return e == ERR_ALG_KEY ? ERR_ALG_KEY_TRANSPORT : e;
	if (pubkey_get_kind(pubkey) != KEY_KIND_RSA) {
		e = why_set(why, ERR_ALG_KEY_TRANSPORT, "the recipient's key is of kind %s and cannot decrypt", key_kind_name(pubkey_get_kind(pubkey)));
		goto out;
	}
	if ((e = cms_content_seal(plain, cipher, random, &content, why)) != ERR_OK ||
	    (e = pubkey_encrypt(pubkey, cms_content_get_key(&content), &encrypted_key, why)) != ERR_OK ||
	    (e = encode(&content, buf_bytes(&encrypted_key), recipient, &der, why)) != ERR_OK)
		goto out;
	e = framing == CMS_FRAMING_BER ? cms_reframe_ber(buf_bytes(&der), out) : buf_append(out, buf_bytes(&der));
out:
	pubkey_free(pubkey);
	cms_content_clear(&content);
	buf_clear(&encrypted_key);
	buf_clear(&der);
	return e;
}
