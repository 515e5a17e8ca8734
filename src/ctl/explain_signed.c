#include <config.h>

#include "ctl/explain_parts.h"

#include "ctl/decode.h"
#include "pki/ber.h"

enum { DEEPER = 2 };

/* What each messageType is for. */
static const char *purpose(int type)
{
	switch (type) {
	case SCEP_CERT_REP:
		return "the server answers (RFC 8894 section 3.3.2)";
	case SCEP_RENEWAL_REQ:
		return "a client renews its certificate, which signs the message (RFC 8894 section 3.3.1)";
	case SCEP_PKCS_REQ:
		return "a client asks for a certificate (RFC 8894 section 3.3.1)";
	case SCEP_CERT_POLL:
		return "a client asks again for a request that was put aside (RFC 8894 section 3.3.3)";
	case SCEP_GET_CERT:
		return "a client looks for a certificate (RFC 8894 section 3.3.4)";
	case SCEP_GET_CRL:
		return "a client wants the revocation list of a certificate (RFC 8894 section 3.3.4)";
	}
	return "no messageType of RFC 8894 section 3.2.1.2";
}

static void note_algorithms(struct explain *explain, const struct cms_signed *cms)
{
	struct der outer = { cms->signature_algorithm }, inside;
	struct der_element oid = { 0 };
	struct traits *traits = &explain->traits;
	struct pubkey *key = NULL;

	traits->has[TRAIT_DIGEST_MD5] |= cms->digest == DIGEST_MD5;
	traits->has[TRAIT_DIGEST_SHA1] |= cms->digest == DIGEST_SHA1;
	traits->has[TRAIT_DIGEST_OTHER] |= cms->digest != DIGEST_MD5 && cms->digest != DIGEST_SHA1 && cms->digest != DIGEST_SHA256;
	if (der_enter(&outer, DER_SEQUENCE, &inside) == ERR_OK && der_read_tag(&inside, DER_OID, &oid) == ERR_OK &&
	    pubkey_parse(cms->signer->spki, &key, NULL) == ERR_OK && pubkey_get_kind(key) == KEY_KIND_RSA)
		traits->has[TRAIT_SIGNATURE_NOT_RSA_ENCRYPTION] |= !oid_is(oid.value, OID_RSA_ENCRYPTION);
	pubkey_free(key);
}

/* Who signs a request has to be able to read the answer, and has to be who it says. */
static void note_requester(struct explain *explain, const struct cert *signer)
{
	static const unsigned both = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT;
	struct traits *traits = &explain->traits;
	bool is_self_signed = cert_is_self_signed(signer);
	struct pubkey *key = NULL;

	if (pubkey_parse(signer->spki, &key, NULL) == ERR_OK)
		traits->has[TRAIT_SIGNER_CANNOT_DECRYPT] |= pubkey_get_kind(key) != KEY_KIND_RSA;
	traits->has[TRAIT_RENEWAL_SELF_SIGNED] |= is_self_signed && explain->type == SCEP_RENEWAL_REQ;
	traits->has[TRAIT_SIGNER_USAGE] |= is_self_signed && !traits->has[TRAIT_SIGNER_CANNOT_DECRYPT] && (signer->key_usage & both) != both;
	traits->has[TRAIT_SIGNER_EXPIRED] |= signer->has_times && (explain->now_utc < signer->not_before_utc || explain->now_utc > signer->not_after_utc);
	pubkey_free(key);
}

static enum err verify(struct explain *explain, const struct cms_signed *cms)
{
	struct why why = { 0 };
	enum err e = cms_signed_verify(cms, &why);

	if (explain_is_fatal(e))
		return e;
	explain->traits.has[TRAIT_SIGNATURE_BAD] |= e == ERR_CMS_SIGNATURE;
	if (explain->cert == NULL || !bytes_is_equal(cms->signer->spki, explain->cert->spki))
		return ERR_OK;
	return explain_say(explain, "it is signed with the key of the certificate of --cert");
}

/* Attributes, signature and recipients as lines; where SCEP's own attributes cannot be read, why. */
static enum err show(struct explain *explain, struct bytes in)
{
	struct scep_message *message = NULL;
	struct why why = { 0 };
	enum err e = scep_certrep_parse(in, &message, &why);

	if (e == ERR_OK)
		e = decode_signed(message, explain->indent, &explain->text);
	else if (!explain_is_fatal(e))
		e = explain_say(explain, "as a SCEP message it cannot be read: %s", why_text(&why, e));
	scep_message_free(message);
	return e;
}

static bool is_body(int type, enum kind kind)
{
	switch (type) {
	case SCEP_CERT_REP:
		return kind == KIND_DEGENERATE;
	case SCEP_RENEWAL_REQ:
	case SCEP_PKCS_REQ:
		return kind == KIND_CSR;
	case SCEP_CERT_POLL:
		return kind == KIND_ISSUER_AND_SUBJECT;
	case SCEP_GET_CERT:
	case SCEP_GET_CRL:
		return kind == KIND_ISSUER_AND_SERIAL;
	}
	return true;
}

/* A self-signed signer should be the requester. */
static void note_same_requester(struct explain *explain, struct bytes body, const struct cert *signer)
{
	struct csr *csr = NULL;

	if (explain->type != SCEP_PKCS_REQ || !cert_is_self_signed(signer) || csr_parse(body, &csr, NULL) != ERR_OK)
		return;
	explain->traits.has[TRAIT_SIGNER_SUBJECT] |= !bytes_is_equal(csr->subject, signer->subject);
	explain->traits.has[TRAIT_SIGNER_KEY] |= !bytes_is_equal(csr->spki, signer->spki);
	csr_free(csr);
}

static enum err explain_body(struct explain *explain, struct bytes body, const struct cert *signer)
{
	struct buf der = { 0 };
	enum err e = ber_normalise(body, &der, NULL, NULL);

	if (e == ERR_OK && !is_body(explain->type, outline_read(buf_bytes(&der)).kind))
		explain->traits.has[TRAIT_BODY_OTHER] = true;
	buf_clear(&der);
	note_same_requester(explain, body, signer);
	return explain_is_fatal(e) ? e : explain_element(explain, body);
}

/* What stands where the pkcsPKIEnvelope should. */
static enum err explain_content(struct explain *explain, const struct cms_signed *cms)
{
	struct buf der = { 0 }, plain = { 0 };
	struct bytes content = buf_bytes(&cms->content);
	struct outline outline;
	enum err e = ber_normalise(content, &der, NULL, NULL);

	if (e != ERR_OK) {
		explain->traits.has[TRAIT_ENVELOPE_UNREADABLE] = true;
		e = explain_is_fatal(e) ? e : explain_say(explain, "the content is no ASN.1");
		goto out;
	}
	outline = outline_read(buf_bytes(&der));
	if ((e = explain_say(explain, "content: %s, %zu octets", kind_name(outline.kind), content.len)) != ERR_OK)
		goto out;
	explain->indent += DEEPER;
	if (outline.kind == KIND_ENVELOPED) {
		if ((e = explain_envelope(explain, content, &outline, &plain)) == ERR_OK && plain.len > 0)
			e = explain_body(explain, buf_bytes(&plain), cms->signer);
	} else {
		explain->traits.has[TRAIT_ENVELOPE_UNREADABLE] = true;
		explain->traits.has[TRAIT_NOT_ENVELOPED] |= outline.kind == KIND_CSR || outline.kind == KIND_DEGENERATE;
		e = explain_body(explain, content, cms->signer);
	}
	explain->indent -= DEEPER;
out:
	buf_clear(&der);
	buf_clear(&plain);
	return e;
}

static enum err explain_pki_message(struct explain *explain, struct bytes in, const struct cms_signed *cms)
{
	struct traits *traits = &explain->traits;
	bool has_content = cms->has_content;
	enum err e;

	if ((e = explain_say(explain, "%s: %s", scep_message_type_name(explain->type), purpose(explain->type))) != ERR_OK || (e = show(explain, in)) != ERR_OK ||
	    (e = verify(explain, cms)) != ERR_OK)
		return e;
	if (explain->type == SCEP_CERT_REP)
		explain->reply = EXPLAIN_CERT_REP;
	else
		note_requester(explain, cms->signer);
	note_algorithms(explain, cms);
	traits->has[TRAIT_CONTENT_IN_FAILURE] |= traits->has[TRAIT_FAILURE] && has_content;
	traits->has[TRAIT_CONTENT_IN_PENDING] |= traits->has[TRAIT_PENDING] && has_content;
	traits->has[TRAIT_NO_ENVELOPE] |= !traits->has[TRAIT_FAILURE] && !traits->has[TRAIT_PENDING] && cms->content.len == 0;
	return cms->content.len > 1 ? explain_content(explain, cms) : ERR_OK;
}

/* The answer to GetNextCACert has no attributes of SCEP, and a message of certificates as content. */
static bool is_next_ca(const struct cms_signed *cms)
{
	struct der_element value;
	struct buf der = { 0 };
	bool is_it = cms_signed_get_attribute(cms, OID_SCEP_MESSAGE_TYPE, &value) == ERR_NOT_FOUND &&
		cms_signed_get_attribute(cms, OID_SCEP_TRANSACTION_ID, &value) == ERR_NOT_FOUND &&
		ber_normalise(buf_bytes(&cms->content), &der, NULL, NULL) == ERR_OK && outline_read(buf_bytes(&der)).kind == KIND_DEGENERATE;

	buf_clear(&der);
	return is_it;
}

static enum err explain_next_ca(struct explain *explain, const struct cms_signed *cms)
{
	enum err e = explain_say(explain, "the answer to GetNextCACert: the next CA certificates, signed by the current CA (RFC 8894 section 4.7.1)");

	explain->type = SCEP_CERT_REP; /* its certificates are no answer to GetCACert */
	if (e == ERR_OK && (e = verify(explain, cms)) == ERR_OK)
		e = explain_element(explain, buf_bytes(&cms->content));
	explain->traits.has[TRAIT_CERTS_CA_FIRST] = false;
	return e;
}

enum err explain_signed(struct explain *explain, struct bytes in, const struct outline *outline)
{
	struct traits *traits = &explain->traits;
	struct cms_signed *cms = NULL;
	struct why why = { 0 };
	enum err e;

	traits->has[TRAIT_CONTENT_TYPE] |= outline->content_type.len > 0 && !oid_is(outline->content_type, OID_DATA);
	traits->has[TRAIT_SIGNERS] |= outline->signer_count != 1;
	traits->has[TRAIT_NO_SIGNER_CERT] |= outline->certificate_count == 0;
	if ((e = cms_signed_parse(in, &cms, &why)) != ERR_OK) {
		traits->has[TRAIT_UNREADABLE] |= !traits->has[TRAIT_SIGNERS] && !traits->has[TRAIT_NO_SIGNER_CERT];
		return explain_is_fatal(e) ? e : explain_say(explain, "it cannot be read: %s", why_text(&why, e));
	}
	if (is_next_ca(cms)) {
		e = explain_next_ca(explain, cms);
	} else {
		explain_attributes(cms, traits, &explain->type);
		e = explain_pki_message(explain, in, cms);
	}
	cms_signed_free(cms);
	return e;
}
