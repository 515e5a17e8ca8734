#include <config.h>

#include "pki/csr.h"

#include <stdlib.h>

#include "base/text.h"
#include "pki/ber.h"
#include "pki/der.h"
#include "pki/name.h"

/* CertificationRequest ::= SEQUENCE {                                                      -- RFC 2986 section 4
 *      certificationRequestInfo CertificationRequestInfo, signatureAlgorithm AlgorithmIdentifier, signature BIT STRING }
 * CertificationRequestInfo ::= SEQUENCE {
 *      version INTEGER, subject Name, subjectPKInfo SubjectPublicKeyInfo, attributes [0] IMPLICIT SET OF Attribute }
 * Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY }
 *
 * DEVIATION: the attributes may be missing altogether (Netscape-era clients), the version may be anything (macOS sends 1 or 2), and no order of a SET OF is
 * asked for (strongSwan 5.9.8 sorts none): the signature is checked over the bytes as sent. */

/* What was met while the attributes are walked. */
struct seen {
	size_t attributes;
	bool challenge;
	bool extensions;
};

/* Everything below the ASN.1 gate is an error of the request; only the lack of memory stays what it is. */
static enum err syntax_error(enum err e, struct why *why, const char *what)
{
	return e == ERR_MEMORY ? e : why_set(why, ERR_CSR_SYNTAX, "the certification request is malformed: %s", what);
}

/* The only value of an attribute. @return ERR_NOT_FOUND for an attribute without a value, which is as if absent. */
static enum err read_single_value(struct bytes values, struct der_element *out)
{
	struct der der = { values };
	enum err e;

	if (der_is_end(&der))
		return ERR_NOT_FOUND;
	e = der_read(&der, out);
	return e == ERR_OK ? der_end(&der) : e;
}

/* challengePassword, RFC 2985 section 5.4.1: a DirectoryString. DEVIATION: any string type, and an OCTET STRING of UTF-8 (Symbian-age clients). */
static enum err read_challenge(struct csr *csr, struct bytes values, struct why *why)
{
	struct der_element value;
	enum err e;

	if ((e = read_single_value(values, &value)) == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "the challengePassword of the request has more than one value, or cannot be read");
	if (value.value.len > CSR_MAX_CHALLENGE_LEN * 4)
		return why_set(why, ERR_CSR_SYNTAX, "the challengePassword of the request is longer than %d bytes", CSR_MAX_CHALLENGE_LEN);
	if (value.tag == DER_OCTET_STRING)
		value.tag = DER_UTF8_STRING;
	if ((e = der_get_text(&value, &csr->challenge)) != ERR_OK)
		return syntax_error(e, why, "the challengePassword is no text");
	if (csr->challenge.len > CSR_MAX_CHALLENGE_LEN)
		return why_set(why, ERR_CSR_SYNTAX, "the challengePassword of the request is longer than %d bytes", CSR_MAX_CHALLENGE_LEN);
	csr->has_challenge = true;
	return ERR_OK;
}

/* extensionRequest, RFC 2985 section 5.4.2, or Microsoft's attribute of the same content. */
static enum err read_extension_request(struct csr *csr, struct bytes values, struct why *why)
{
	struct der_element value;
	enum err e;

	if ((e = read_single_value(values, &value)) == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "the extensionRequest of the request has more than one value, or cannot be read");
	return ext_request_parse(value.raw, &csr->ext, why);
}

static enum err read_attribute(struct csr *csr, struct der *attributes, struct seen *seen, struct why *why)
{
	struct der_element type, values;
	struct der inside;

	if (seen->attributes++ == CSR_MAX_ATTRIBUTES)
		return why_set(why, ERR_CSR_SYNTAX, "the certification request has more than %d attributes", CSR_MAX_ATTRIBUTES);
	if (der_enter(attributes, DER_SEQUENCE, &inside) != ERR_OK || der_read_tag(&inside, DER_OID, &type) != ERR_OK ||
	    der_read_tag(&inside, DER_SET, &values) != ERR_OK || der_end(&inside) != ERR_OK)
		return syntax_error(ERR_ASN1_SYNTAX, why, "an attribute cannot be read");
	if (oid_is(type.value, OID_CHALLENGE_PASSWORD)) {
		if (seen->challenge)
			return why_set(why, ERR_CSR_SYNTAX, "the certification request has two challengePassword attributes");
		seen->challenge = true;
		return read_challenge(csr, values.value, why);
	}
	if (oid_is(type.value, OID_EXTENSION_REQUEST) || oid_is(type.value, OID_MS_EXTENSION_REQUEST)) {
		if (seen->extensions)
			return why_set(why, ERR_CSR_SYNTAX, "the certification request has two extensionRequest attributes");
		seen->extensions = true;
		return read_extension_request(csr, values.value, why);
	}
	return ERR_OK; /* friendlyName of certmonger, Microsoft's client information and the like */
}

static enum err read_info(struct csr *csr, struct bytes info, struct why *why)
{
	struct der der = { info };
	struct der_element version, subject, spki, attributes;
	struct seen seen = { 0 };
	enum err e;

	if (der_read_tag(&der, DER_INTEGER, &version) != ERR_OK || der_read_tag(&der, DER_SEQUENCE, &subject) != ERR_OK ||
	    der_read_tag(&der, DER_SEQUENCE, &spki) != ERR_OK)
		return syntax_error(ERR_ASN1_SYNTAX, why, "version, subject or public key is missing");
	if ((e = name_check(subject.raw)) != ERR_OK)
		return syntax_error(e, why, e == ERR_ASN1_LIMIT ? "the subject is too long" : "the subject is no name");
	csr->subject = subject.raw;
	csr->spki = spki.raw;
	if (der_read_optional(&der, DER_CONTEXT_CONSTRUCTED(0), &attributes)) {
		struct der level = { attributes.value };

		while (!der_is_end(&level))
			if ((e = read_attribute(csr, &level, &seen, why)) != ERR_OK)
				return e;
	}
	if (der_end(&der) != ERR_OK)
		return syntax_error(ERR_ASN1_SYNTAX, why, "there is something behind the attributes");
	return ERR_OK;
}

static enum err read_request(struct csr *csr, struct why *why)
{
	struct der_element request, info, algorithm, signature;
	struct der der;

	if (der_read_only(buf_bytes(&csr->der), DER_SEQUENCE, &request) != ERR_OK)
		return syntax_error(ERR_ASN1_SYNTAX, why, "it is no SEQUENCE");
	der = (struct der){ request.value };
	if (der_read_tag(&der, DER_SEQUENCE, &info) != ERR_OK || der_read_tag(&der, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    der_read_tag(&der, DER_BIT_STRING, &signature) != ERR_OK || der_end(&der) != ERR_OK)
		return syntax_error(ERR_ASN1_SYNTAX, why, "it has not the three parts of a request");
	/* An empty one is that of csr_redact(). */
	if (signature.value.len < 1 || signature.value.ptr[0] != 0)
		return syntax_error(ERR_ASN1_SYNTAX, why, "the signature is not of whole octets");
	csr->info = info.raw;
	csr->algorithm = algorithm.raw;
	csr->signature = bytes_from(signature.value.ptr + 1, signature.value.len - 1);
	return read_info(csr, info.value, why);
}

enum err csr_parse(struct bytes ber, struct csr **out, struct why *why)
{
	struct csr *csr = calloc(1, sizeof *csr);
	size_t used_len;
	enum err e;

	if (csr == NULL)
		return ERR_MEMORY;
	if ((e = ber_normalise(ber, &csr->der, &used_len, why)) != ERR_OK) {
		e = syntax_error(e, why, "it is no ASN.1");
		goto out;
	}
	if (used_len != ber.len) {
		e = why_set(why, ERR_CSR_SYNTAX, "%zu bytes stand behind the certification request", ber.len - used_len);
		goto out;
	}
	if ((e = read_request(csr, why)) != ERR_OK || (e = pubkey_parse(csr->spki, &csr->pubkey, why)) != ERR_OK)
		goto out;
	*out = csr;
	csr = NULL;
out:
	csr_free(csr);
	return e;
}

void csr_free(struct csr *csr)
{
	if (csr == NULL)
		return;
	pubkey_free(csr->pubkey);
	buf_clear(&csr->challenge);
	buf_clear(&csr->der);
	free(csr);
}

enum err csr_verify(const struct csr *csr, struct why *why)
{
	enum digest used = DIGEST_NONE;
	struct why leaf = { 0 };
	enum err e;

	if (csr->signature.len == 0)
		return why_set(why, ERR_CSR_SIGNATURE, "the certification request is not signed");
	e = pubkey_verify(csr->pubkey, csr->algorithm, DIGEST_NONE, csr->info, csr->signature, &used, &leaf);
	if (e == ERR_CMS_SIGNATURE)
		return why_set(why, ERR_CSR_SIGNATURE, "the signature of the certification request does not verify");
	if (e == ERR_OK && used == DIGEST_MD5)
		return why_set(why, ERR_ALG_DIGEST, "the certification request is signed with MD5");
	return e == ERR_OK ? e : why_set(why, e, "the signature of the certification request: %s", why_text(&leaf, e));
}
