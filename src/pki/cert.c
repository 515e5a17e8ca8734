#include <config.h>

#include "pki/cert.h"

#include <stdlib.h>

#include "pki/crypto.h"
#include "pki/ext_read.h"
#include "pki/name.h"

/* Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }  -- RFC 5280 section 4.1
 * TBSCertificate ::= SEQUENCE {
 *      version [0] EXPLICIT INTEGER DEFAULT v1, serialNumber INTEGER, signature AlgorithmIdentifier, issuer Name, validity Validity, subject Name,
 *      subjectPublicKeyInfo SubjectPublicKeyInfo, issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL, extensions [3] EXPLICIT Extensions OPTIONAL } */

static enum err syntax_error(struct why *why, const char *what)
{
	return why_set(why, ERR_CERT_SYNTAX, "the certificate is malformed: %s", what);
}

/* Validity ::= SEQUENCE { notBefore Time, notAfter Time }. What is in another form is as if unknown. */
static void read_validity(struct cert *cert, struct bytes validity)
{
	struct der der = { validity };
	struct der_element not_before, not_after;

	cert->has_times = der_read(&der, &not_before) == ERR_OK && der_read(&der, &not_after) == ERR_OK && der_is_end(&der) &&
		der_get_time(&not_before, &cert->not_before_utc) == ERR_OK && der_get_time(&not_after, &cert->not_after_utc) == ERR_OK;
}

static void read_authority_key_id(struct cert *cert, struct bytes value)
{
	struct der_element sequence, key_id;
	struct der der;

	if (der_read_only(value, DER_SEQUENCE, &sequence) != ERR_OK)
		return;
	der = (struct der){ sequence.value };
	if (der_read_optional(&der, DER_CONTEXT(0), &key_id))
		cert->authority_key_id = key_id.value;
}

static void read_extension(struct cert *cert, const struct ext_item *item)
{
	struct der_element key_id;

	if (oid_is(item->oid, OID_SUBJECT_KEY_ID) && der_read_only(item->value, DER_OCTET_STRING, &key_id) == ERR_OK)
		cert->subject_key_id = key_id.value;
	else if (oid_is(item->oid, OID_AUTHORITY_KEY_ID))
		read_authority_key_id(cert, item->value);
	else if (oid_is(item->oid, OID_BASIC_CONSTRAINTS))
		(void)ext_get_basic_constraints(item->value, &cert->is_ca, &cert->path_len);
	else if (oid_is(item->oid, OID_KEY_USAGE))
		cert->has_key_usage = ext_get_key_usage(item->value, &cert->key_usage) == ERR_OK;
}

/* Of a doubled extension the first counts. What follows one that is no Extension at all is not looked at. */
static void read_extensions(struct cert *cert, struct bytes explicit)
{
	struct bytes seen[EXT_MAX_COUNT];
	size_t count = 0;
	struct der der = { explicit };
	struct der level;
	struct ext_item item;

	if (der_enter(&der, DER_SEQUENCE, &level) != ERR_OK)
		return;
	while (count < EXT_MAX_COUNT && ext_next(&level, &item) == ERR_OK) {
		size_t i = 0;

		while (i < count && !bytes_is_equal(seen[i], item.oid))
			i++;
		if (i == count)
			read_extension(cert, &item);
		seen[count++] = item.oid;
	}
}

static enum err read_tbs(struct cert *cert, struct bytes tbs, struct why *why)
{
	struct der der = { tbs };
	struct der_element version, serial, algorithm, issuer, validity, subject, spki, more;

	der_read_optional(&der, DER_CONTEXT_CONSTRUCTED(0), &version);
	if (der_read_tag(&der, DER_INTEGER, &serial) != ERR_OK || der_read_tag(&der, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    der_read_tag(&der, DER_SEQUENCE, &issuer) != ERR_OK || der_read_tag(&der, DER_SEQUENCE, &validity) != ERR_OK ||
	    der_read_tag(&der, DER_SEQUENCE, &subject) != ERR_OK || der_read_tag(&der, DER_SEQUENCE, &spki) != ERR_OK)
		return syntax_error(why, "serial number, issuer or public key is missing");
	if (serial.value.len > CERT_MAX_SERIAL_LEN)
		return syntax_error(why, "the serial number is too long");
	cert->serial = serial.value;
	cert->issuer = issuer.raw;
	cert->subject = subject.raw;
	cert->spki = spki.raw;
	cert->path_len = -1;
	read_validity(cert, validity.value);
	while (der_read(&der, &more) == ERR_OK)
		if (more.tag == DER_CONTEXT_CONSTRUCTED(3)) {
			read_extensions(cert, more.value);
			break;
		}
	return ERR_OK;
}

static enum err read_certificate(struct cert *cert, struct why *why)
{
	struct der_element certificate, tbs, algorithm, signature;
	struct der der;

	if (der_read_only(buf_bytes(&cert->der), DER_SEQUENCE, &certificate) != ERR_OK)
		return syntax_error(why, "it is not one SEQUENCE");
	der = (struct der){ certificate.value };
	if (der_read_tag(&der, DER_SEQUENCE, &tbs) != ERR_OK || der_read_tag(&der, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    der_read_tag(&der, DER_BIT_STRING, &signature) != ERR_OK || signature.value.len == 0 || signature.value.ptr[0] != 0)
		return syntax_error(why, "it has not the three parts of a certificate");
	cert->tbs = tbs.raw;
	cert->algorithm = algorithm.raw;
	cert->signature = bytes_from(signature.value.ptr + 1, signature.value.len - 1);
	return read_tbs(cert, tbs.value, why);
}

enum err cert_parse(struct bytes der, struct cert **out, struct why *why)
{
	struct cert *cert = calloc(1, sizeof *cert);
	enum err e;

	if (cert == NULL)
		return ERR_MEMORY;
	if ((e = buf_append(&cert->der, der)) != ERR_OK || (e = read_certificate(cert, why)) != ERR_OK)
		goto out;
	*out = cert;
	cert = NULL;
out:
	cert_free(cert);
	return e;
}

void cert_free(struct cert *cert)
{
	if (cert == NULL)
		return;
	buf_clear(&cert->der);
	free(cert);
}

enum err cert_verify_issued(const struct cert *cert, const struct cert *issuer, struct why *why)
{
	struct pubkey *pubkey = NULL;
	struct why leaf = { 0 };
	enum err e;

	if (!name_is_equal(cert->issuer, issuer->subject))
		return why_set(why, ERR_CMS_SIGNATURE, "the certificate names another issuer");
	if ((e = pubkey_parse(issuer->spki, &pubkey, why)) != ERR_OK)
		return e;
	e = pubkey_verify(pubkey, cert->algorithm, DIGEST_NONE, cert->tbs, cert->signature, NULL, &leaf);
	if (e != ERR_OK)
		e = why_set(why, e, "the signature of the certificate: %s", why_text(&leaf, e));
	pubkey_free(pubkey);
	return e;
}

bool cert_is_self_signed(const struct cert *cert)
{
	return cert_verify_issued(cert, cert, NULL) == ERR_OK;
}

enum err cert_format_fingerprint(struct bytes der, enum digest digest, struct buf *out)
{
	uint8_t hash[DIGEST_MAX_LEN];
	enum err e = crypto_digest(digest, der, hash);

	for (size_t i = 0; i < digest_len(digest) && e == ERR_OK; i++)
		e = buf_append_format(out, "%s%02X", i == 0 ? "" : ":", hash[i]);
	return e;
}
