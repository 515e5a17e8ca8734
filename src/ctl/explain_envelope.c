#include <config.h>

#include "ctl/explain_parts.h"

#include "ctl/decode.h"
#include "pki/cms_password.h"
#include "pki/name.h"
#include "scep/request.h"

static void note_cipher(struct explain *explain, const struct cms_enveloped *envelope)
{
	struct traits *traits = &explain->traits;

	switch (envelope->cipher) {
	case CIPHER_NONE:
		traits->has[TRAIT_CIPHER_OTHER] = true;
		break;
	case CIPHER_DES_CBC:
		traits->has[TRAIT_CIPHER_DES] = true;
		break;
	case CIPHER_DES3_CBC:
		traits->has[TRAIT_CIPHER_DES3] = true;
		break;
	case CIPHER_AES128_CBC:
		traits->has[TRAIT_CIPHER_AES] = true;
		break;
	case CIPHER_AES192_CBC:
	case CIPHER_AES256_CBC:
		traits->has[TRAIT_CIPHER_LONG_AES] = true;
		break;
	}
}

static void note_recipients(struct explain *explain, const struct cms_enveloped *envelope, const struct outline *outline)
{
	struct traits *traits = &explain->traits;
	size_t count = outline->key_trans_count + outline->password_count + outline->other_recipient_count;

	traits->has[TRAIT_NO_RECIPIENT] |= count == 0;
	traits->has[TRAIT_RECIPIENTS_SEVERAL] |= count > 1;
	traits->has[TRAIT_RECIPIENT_PASSWORD] |= outline->password_count > 0;
	traits->has[TRAIT_RECIPIENT_OTHER] |= outline->other_recipient_count > 0;
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		traits->has[TRAIT_RECIPIENT_KEY_ID] |= envelope->recipient[i].key_id.len > 0;
		traits->has[TRAIT_OAEP] |= oid_is(envelope->recipient[i].algorithm_oid, OID_RSAES_OAEP);
	}
}

/* Without a certificate to go with the key, one that nobody names: then the only recipient is tried. */
static enum err make_cert(const struct explain *explain, struct cert **cert, struct why *why)
{
	struct buf name = { 0 }, der = { 0 };
	enum err e;

	if ((e = name_from_cn(bytes_from_str("scepcli explain"), &name)) == ERR_OK &&
	    (e = scep_self_signed(buf_bytes(&name), explain->key, explain->now_utc, explain->random, &der, why)) == ERR_OK)
		e = cert_parse(buf_bytes(&der), cert, why);
	buf_clear(&name);
	buf_clear(&der);
	return e;
}

static enum err open_with_key(struct explain *explain, const struct cms_enveloped *envelope, struct buf *plain, struct why *why)
{
	struct cert *made = NULL;
	enum err e = explain->cert != NULL ? ERR_OK : make_cert(explain, &made, why);

	if (e == ERR_OK)
		e = cms_enveloped_open(envelope, explain->cert != NULL ? explain->cert : made, explain->key, explain->random, plain, why);
	cert_free(made);
	return e;
}

static enum err say_recipient(struct explain *explain, const struct cms_enveloped *envelope)
{
	if (explain->cert == NULL || envelope->recipient_count == 0)
		return ERR_OK;
	return explain_say(explain, cms_enveloped_is_for(envelope, explain->cert) ? "the certificate of --cert is a recipient" :
		"the certificate of --cert is NOT among the recipients");
}

static enum err open(struct explain *explain, struct bytes in, const struct cms_enveloped *envelope, const struct outline *outline, struct buf *plain)
{
	bool has_password = outline->password_count > 0 && explain->challenge.len > 0;
	bool has_key = outline->key_trans_count > 0 && explain->key != NULL;
	struct why why = { 0 };
	enum err e = say_recipient(explain, envelope);

	if (e != ERR_OK)
		return e;
	if (!has_password && !has_key)
		return explain_say(explain, "its content stays closed: that takes %s%s%s", outline->key_trans_count > 0 ? "--key and --cert of a recipient" : "",
			outline->key_trans_count > 0 && outline->password_count > 0 ? ", or " : "", outline->password_count > 0 ? "--challenge-file" : "");
	e = has_key ? open_with_key(explain, envelope, plain, &why) : cms_password_open(in, explain->challenge, plain, &why);
	if (e == ERR_OK)
		return explain_say(explain, "opened with the %s", has_key ? "key" : "challenge");
	if (explain_is_fatal(e))
		return e;
	return explain_say(explain, "NOT OPENED with the %s: %s", has_key ? "key" : "challenge", why_text(&why, e));
}

enum err explain_envelope(struct explain *explain, struct bytes in, const struct outline *outline, struct buf *plain)
{
	struct cms_enveloped *envelope = NULL;
	struct why why = { 0 };
	enum err e = cms_enveloped_parse(in, &envelope, &why);

	if (e != ERR_OK) {
		explain->traits.has[TRAIT_ENVELOPE_UNREADABLE] = true;
		return explain_is_fatal(e) ? e : explain_say(explain, "the envelope cannot be read: %s", why_text(&why, e));
	}
	explain->traits.has[TRAIT_ENVELOPE_BARE] |= outline->is_bare;
	explain->traits.has[TRAIT_INNER_TYPE] |= outline->content_type.len > 0 && !oid_is(outline->content_type, OID_DATA);
	note_cipher(explain, envelope);
	note_recipients(explain, envelope, outline);
	if ((e = decode_envelope(envelope, explain->indent, &explain->text)) == ERR_OK)
		e = open(explain, in, envelope, outline, plain);
	cms_enveloped_free(envelope);
	return e;
}
