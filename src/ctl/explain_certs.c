#include <config.h>

#include "ctl/explain_parts.h"

#include "ctl/ca_set.h"
#include "ctl/decode.h"

enum { DEEPER = 2, MAX_SERIAL_LEN = 20 };

void explain_note_certificate(struct explain *explain, const struct cert *cert)
{
	struct traits *traits = &explain->traits;
	bool is_negative = cert->serial.len > 0 && (cert->serial.ptr[0] & 0x80) != 0;
	bool is_zero = cert->serial.len == 1 && cert->serial.ptr[0] == 0;

	traits->has[TRAIT_CERT_EXPIRED] |= cert->has_times && explain->now_utc > cert->not_after_utc;
	traits->has[TRAIT_CERT_NOT_YET] |= cert->has_times && explain->now_utc < cert->not_before_utc;
	traits->has[TRAIT_CERT_SERIAL] |= is_negative || is_zero || cert->serial.len > MAX_SERIAL_LEN;
}

/* What clients need to see in the certificates of a GetCACert. */
static void note_ca_set(struct explain *explain, const struct ca_set *set)
{
	const struct cert *recipient = ca_set_recipient(set), *signer = ca_set_signer(set, NULL);
	struct traits *traits = &explain->traits;
	bool has_root = false;

	for (size_t i = 0; i < set->count; i++)
		has_root |= cert_is_self_signed(set->cert[i]);
	explain->reply = EXPLAIN_GET_CA_CERT;
	traits->has[TRAIT_CA_NO_ROOT] |= !has_root;
	traits->has[TRAIT_CA_SEVERAL] |= set->count > 1;
	traits->has[TRAIT_CA_USAGE] |= recipient == NULL || signer == NULL || (recipient->key_usage & KEY_USAGE_KEY_ENCIPHERMENT) == 0 ||
		(signer->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0;
}

static enum err show_set(struct explain *explain, const struct ca_set *set)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < set->count; i++) {
		e = explain->type == 0 ? explain_say(explain, "certificate %zu: %s", i + 1, ca_set_role(set, i)) : explain_say(explain, "certificate %zu", i + 1);
		if (e == ERR_OK)
			e = decode_cert(set->cert[i], explain->indent + DEEPER, &explain->text);
		explain_note_certificate(explain, set->cert[i]);
	}
	return e;
}

static enum err explain_certificates(struct explain *explain, struct bytes der)
{
	struct ca_set set = { 0 };
	struct why why = { 0 };
	bool is_message;
	enum err e = ca_set_parse(der, &is_message, &set, &why);

	if (e != ERR_OK)
		return explain_is_fatal(e) ? e : explain_say(explain, "its certificates cannot be read: %s", why_text(&why, e));
	e = show_set(explain, &set);
	if (explain->type == 0) {
		note_ca_set(explain, &set);
		explain->traits.has[TRAIT_CA_ALONE] |= set.count == 1;
	} else {
		explain->traits.has[TRAIT_CERTS_CA_FIRST] |= set.cert[0]->is_ca;
	}
	ca_set_clear(&set);
	return e;
}

static enum err explain_crl_of(struct explain *explain, struct bytes der)
{
	struct buf store = { 0 };
	struct bytes crl;
	struct why why = { 0 };
	enum err e = cms_crl_only_parse(der, &store, &crl, &why);

	if (e == ERR_OK)
		e = explain_crl(explain, crl);
	else if (!explain_is_fatal(e))
		e = explain_say(explain, "its CRL cannot be read: %s", why_text(&why, e));
	buf_clear(&store);
	return e;
}

enum err explain_degenerate(struct explain *explain, struct bytes der, const struct outline *outline)
{
	struct traits *traits = &explain->traits;
	enum err e = ERR_OK;

	traits->has[TRAIT_CERTS_CONTENT] |= outline->has_content;
	traits->has[TRAIT_CERTS_TYPE] |= outline->content_type.len > 0 && !oid_is(outline->content_type, OID_DATA);
	traits->has[TRAIT_CERTS_NONE] |= outline->certificate_count == 0 && outline->crl_count == 0;
	traits->has[TRAIT_CERTS_BESIDE_CRL] |= outline->certificate_count > 0 && outline->crl_count > 0;
	if (explain->type == 0 && outline->certificate_count > 0)
		e = explain_say(explain, "as it stands alone: the answer to a GetCACert (RFC 8894 section 4.2.1), or the opened content of a CertRep");
	if (e == ERR_OK && outline->certificate_count > 0)
		e = explain_certificates(explain, der);
	if (e == ERR_OK && outline->crl_count > 0)
		e = explain_crl_of(explain, der);
	return e;
}

enum err explain_certificate(struct explain *explain, struct bytes der)
{
	struct ca_set set = { 0 };
	struct why why = { 0 };
	bool is_message;
	enum err e = ca_set_parse(der, &is_message, &set, &why);

	if (e != ERR_OK)
		return explain_is_fatal(e) ? e : explain_say(explain, "it cannot be read: %s", why_text(&why, e));
	e = decode_cert(set.cert[0], explain->indent, &explain->text);
	explain_note_certificate(explain, set.cert[0]);
	if (explain->type == 0 && set.cert[0]->is_ca) {
		note_ca_set(explain, &set);
		explain->traits.has[TRAIT_CA_SINGLE] = true;
	}
	ca_set_clear(&set);
	return e;
}

static enum err verify_crl(struct explain *explain, const struct crl *crl)
{
	struct why why = { 0 };
	enum err e;

	if (explain->cert == NULL || !explain->cert->is_ca)
		return explain_say(explain, "its signature is not verified: that takes the CA certificate, as --cert");
	e = crl_verify(crl, explain->cert, &why);
	if (explain_is_fatal(e))
		return e;
	explain->traits.has[TRAIT_CRL_SIGNATURE] |= e != ERR_OK;
	return explain_say(explain, e == ERR_OK ? "its signature verifies with the certificate of --cert" : "its signature DOES NOT VERIFY");
}

enum err explain_crl(struct explain *explain, struct bytes der)
{
	struct traits *traits = &explain->traits;
	struct crl *crl = NULL;
	struct why why = { 0 };
	enum err e = crl_parse(der, &crl, &why);

	if (e != ERR_OK)
		return explain_is_fatal(e) ? e : explain_say(explain, "it cannot be read: %s", why_text(&why, e));
	traits->has[TRAIT_CRL_NO_NUMBER] |= crl->number.len == 0;
	traits->has[TRAIT_CRL_NO_NEXT_UPDATE] |= !crl->has_next_update;
	traits->has[TRAIT_CRL_EXPIRED] |= crl->has_next_update && explain->now_utc > crl->next_update_utc;
	if ((e = decode_crl(crl, explain->indent, &explain->text)) == ERR_OK)
		e = verify_crl(explain, crl);
	crl_free(crl);
	return e;
}
