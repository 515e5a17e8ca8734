#include <config.h>

#include "pki/cms_signer.h"

#include "pki/cms_signed.h"
#include "pki/name.h"

/* A subjectKeyIdentifier with an OCTET STRING inside: sent as a constructed string of one chunk, or, by some clients, as the whole value of the extension. */
static bool unwrap_key_id(struct bytes outer, struct bytes *key_id)
{
	struct der_element string;

	if (der_read_only(outer, DER_OCTET_STRING, &string) != ERR_OK)
		return false;
	*key_id = string.value;
	return true;
}

/*
 * SignerIdentifier ::= CHOICE {
 *   issuerAndSerialNumber IssuerAndSerialNumber,
 *   subjectKeyIdentifier [0] SubjectKeyIdentifier }              RFC 5652 sections 5.3, 6.2.1, 10.2.4
 */
enum err cms_identifier_read(struct der *der, struct cms_identifier *out)
{
	struct cms_identifier identifier = { 0 };
	struct der_element key_id, issuer, serial;
	struct der inside;

	if (der_read_optional(der, DER_CONTEXT(0), &key_id)) {
		identifier.key_id = key_id.value;
	} else if (der_read_optional(der, DER_CONTEXT_CONSTRUCTED(0), &key_id)) {
		if (!unwrap_key_id(key_id.value, &identifier.key_id))
			return ERR_CMS_SYNTAX;
	} else {
		if (der_enter(der, DER_SEQUENCE, &inside) != ERR_OK || der_read_tag(&inside, DER_SEQUENCE, &issuer) != ERR_OK ||
		    der_read_tag(&inside, DER_INTEGER, &serial) != ERR_OK || der_end(&inside) != ERR_OK)
			return ERR_CMS_SYNTAX;
		identifier.issuer = issuer.raw;
		identifier.serial = serial.value;
	}
	if (identifier.issuer.len == 0 && identifier.key_id.len == 0)
		return ERR_CMS_SYNTAX;
	*out = identifier;
	return ERR_OK;
}

static bool is_computed_key_id(struct bytes key_id, struct bytes spki)
{
	uint8_t computed[PUBKEY_KEY_ID_LEN];
	struct pubkey *pubkey = NULL;
	bool equal;

	if (pubkey_parse(spki, &pubkey, NULL) != ERR_OK)
		return false;
	equal = pubkey_key_id(pubkey, computed) == ERR_OK && bytes_is_equal(key_id, bytes_from(computed, sizeof(computed)));
	pubkey_free(pubkey);
	return equal;
}

static bool is_key_id_of(struct bytes key_id, const struct cert *cert)
{
	return cert->subject_key_id.len > 0 ? bytes_is_equal(key_id, cert->subject_key_id) : is_computed_key_id(key_id, cert->spki);
}

bool cms_identifier_is_of(const struct cms_identifier *identifier, const struct cert *cert)
{
	struct bytes inner;

	if (identifier->key_id.len > 0)
		return is_key_id_of(identifier->key_id, cert) || (unwrap_key_id(identifier->key_id, &inner) && is_key_id_of(inner, cert));
	return bytes_is_equal(identifier->serial, cert->serial) &&
		(bytes_is_equal(identifier->issuer, cert->issuer) || name_is_equal(identifier->issuer, cert->issuer));
}

/* What the search has seen so far. */
struct search {
	struct cert *fits;  /* owned */
	struct cert *other; /* owned: the last one that does not fit */
	size_t count;
};

static enum err look_at(struct search *search, struct bytes der, const struct cms_identifier *sid, struct why *why)
{
	struct cert *cert = NULL;
	enum err e = cert_parse(der, &cert, NULL);

	if (e == ERR_MEMORY)
		return e;
	if (e != ERR_OK) /* some certificate of a chain: it matters only if it is the signer's, and then it is missed */
		return ERR_OK;
	if (!cms_identifier_is_of(sid, cert)) {
		cert_free(search->other);
		search->other = cert;
		return ERR_OK;
	}
	if (search->fits == NULL) {
		search->fits = cert;
		return ERR_OK;
	}
	if (!bytes_is_equal(buf_bytes(&search->fits->der), buf_bytes(&cert->der)))
		e = why_set(why, ERR_CMS_SYNTAX, "two different certificates in the message fit its signer");
	cert_free(cert);
	return e;
}

enum err cms_signer_find(struct bytes certificates, const struct cms_identifier *sid, struct cert **out, struct why *why)
{
	struct search search = { 0 };
	struct der rest = { certificates };
	struct der_element element;
	enum err e = ERR_OK;

	while (!der_is_end(&rest)) {
		if (der_read(&rest, &element) != ERR_OK) {
			e = why_set(why, ERR_CMS_SYNTAX, "the certificates of the message are malformed");
			goto out;
		}
		if (element.tag != DER_SEQUENCE)
			continue;
		if (++search.count > CMS_MAX_CERTIFICATES) {
			e = why_set(why, ERR_ASN1_LIMIT, "the message has more than %d certificates", CMS_MAX_CERTIFICATES);
			goto out;
		}
		if ((e = look_at(&search, element.raw, sid, why)) != ERR_OK)
			goto out;
	}
	if (search.fits != NULL) {
		*out = search.fits;
		search.fits = NULL;
	} else if (search.count == 1 && search.other != NULL) {
		*out = search.other;
		search.other = NULL;
	} else {
		e = why_set(why, ERR_CMS_SYNTAX, "none of the %zu certificates in the message is its signer's", search.count);
	}
out:
	cert_free(search.fits);
	cert_free(search.other);
	return e;
}
