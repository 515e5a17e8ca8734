#include <config.h>

#include "ctl/ca_set.h"

#include "base/text.h"
#include "ctl/file.h"
#include "pki/crypto.h"
#include "pki/name.h"

enum { SHA256_LEN = 32 };

void ca_set_clear(struct ca_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		cert_free(set->cert[i]);
	*set = (struct ca_set){ 0 };
}

static enum err add(struct ca_set *set, struct bytes der, struct why *why)
{
	enum err e;

	if (set->count == CMS_MAX_CERTIFICATES)
		return why_set(why, ERR_ASN1_LIMIT, "there are more than %d certificates", CMS_MAX_CERTIFICATES);
	if ((e = cert_parse(der, &set->cert[set->count], why)) == ERR_OK)
		set->count++;
	return e;
}

enum err ca_set_parse(struct bytes body, bool *is_message, struct ca_set *set, struct why *why)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct ca_set made = { 0 };
	struct buf der = { 0 };
	size_t count = 0;
	enum err e;
	bool is_certificate = add(&made, body, NULL) == ERR_OK;

	if (!is_certificate) {
		struct why cause = { 0 };

		e = cms_certs_only_parse(body, &der, found, &count, &cause);
		for (size_t i = 0; e == ERR_OK && i < count; i++)
			e = add(&made, found[i], &cause);
		if (e != ERR_OK) {
			if (e != ERR_MEMORY)
				e = why_set(why, ERR_SCEP_REPLY, "the reply is neither a certificate nor a message of certificates: %s",
					why_text(&cause, e));
			ca_set_clear(&made);
			goto out;
		}
	}
	*is_message = !is_certificate;
	*set = made;
	e = ERR_OK;
out:
	buf_clear(&der);
	return e;
}

enum err ca_set_parse_pem(struct bytes pem, struct ca_set *set, struct why *why)
{
	struct ca_set made = { 0 };
	struct buf der = { 0 };
	enum err e;

	while ((e = file_next_pem(&pem, "CERTIFICATE", &der)) == ERR_OK) {
		if ((e = add(&made, buf_bytes(&der), why)) != ERR_OK)
			break;
		buf_reset(&der);
	}
	if (e == ERR_NOT_FOUND)
		e = made.count > 0 ? ERR_OK : why_set(why, ERR_CERT_SYNTAX, "there is no PEM certificate");
	else if (e == ERR_TEXT)
		e = why_set(why, ERR_CERT_SYNTAX, "a PEM block does not end or is not base64");
	if (e == ERR_OK)
		*set = made;
	else
		ca_set_clear(&made);
	buf_clear(&der);
	return e;
}

static bool is_same(const struct cert *a, const struct cert *b)
{
	return bytes_is_equal(buf_bytes(&a->der), buf_bytes(&b->der));
}

/* By name and signature, and not by itself. */
static bool is_issued_by(const struct cert *cert, const struct cert *issuer)
{
	return !is_same(cert, issuer) && name_is_equal(cert->issuer, issuer->subject) && cert_verify_issued(cert, issuer, NULL) == ERR_OK;
}

/* May its key be used so? A certificate without KeyUsage may everything. */
static bool may(const struct cert *cert, unsigned usage)
{
	return !cert->has_key_usage || (cert->key_usage & usage) != 0;
}

bool ca_set_is_ca(const struct ca_set *set, size_t i)
{
	const struct cert *cert = set->cert[i];

	if (cert->is_ca)
		return true;
	/*
	 * Roots of version 1 say nothing about themselves: known by being alone, or by what they issued. Only self-signed ones: else the owner
	 * of any certificate of the CA could be its intermediate.
	 */
	if (!may(cert, KEY_USAGE_KEY_CERT_SIGN) || !cert_is_self_signed(cert))
		return false;
	for (size_t k = 0; k < set->count; k++)
		if (is_issued_by(set->cert[k], cert))
			return true;
	return set->count == 1;
}

/* The first RA that may, else the first CA that may, else the first. */
static const struct cert *choose(const struct ca_set *set, unsigned usage)
{
	for (int wants_ca = 0; wants_ca <= 1; wants_ca++)
		for (size_t i = 0; i < set->count; i++)
			if (ca_set_is_ca(set, i) == (wants_ca == 1) && may(set->cert[i], usage))
				return set->cert[i];
	return set->count > 0 ? set->cert[0] : NULL;
}

const struct cert *ca_set_recipient(const struct ca_set *set)
{
	return choose(set, KEY_USAGE_KEY_ENCIPHERMENT);
}

struct bytes ca_set_issuer(const struct ca_set *set)
{
	const struct cert *recipient = ca_set_recipient(set);

	for (size_t i = 0; i < set->count; i++)
		if (set->cert[i] == recipient)
			return ca_set_is_ca(set, i) ? recipient->subject : recipient->issuer;
	return bytes_from(NULL, 0);
}

const struct cert *ca_set_signer(const struct ca_set *set, const struct cert *embedded)
{
	for (size_t i = 0; embedded != NULL && i < set->count; i++)
		if (is_same(set->cert[i], embedded))
			return set->cert[i];
	return choose(set, KEY_USAGE_DIGITAL_SIGNATURE);
}

const char *ca_set_role(const struct ca_set *set, size_t i)
{
	const struct cert *cert = set->cert[i];

	if (!ca_set_is_ca(set, i)) {
		if (may(cert, KEY_USAGE_DIGITAL_SIGNATURE) == may(cert, KEY_USAGE_KEY_ENCIPHERMENT))
			return "RA";
		return may(cert, KEY_USAGE_DIGITAL_SIGNATURE) ? "RA (signing)" : "RA (encryption)";
	}
	if (cert == ca_set_recipient(set) || cert == ca_set_signer(set, NULL))
		return "CA, acting as RA";
	return cert_is_self_signed(cert) ? "root CA" : "CA";
}

enum err ca_set_pin(struct ca_set *set, const char *hex, struct why *why)
{
	uint8_t digest[DIGEST_MAX_LEN];
	struct buf wanted = { 0 };
	enum err e = text_decode_hex(bytes_from_str(hex), &wanted);

	if (e == ERR_TEXT || (e == ERR_OK && wanted.len != SHA256_LEN))
		e = why_set(why, ERR_USAGE, "\"%s\" is no SHA-256 fingerprint: that has 64 hexadecimal digits", hex);
	if (e != ERR_OK)
		goto out;
	for (size_t i = 0; i < set->count; i++) {
		if ((e = crypto_digest(DIGEST_SHA256, buf_bytes(&set->cert[i]->der), digest)) != ERR_OK)
			goto out;
		if (bytes_is_equal(buf_bytes(&wanted), bytes_from(digest, SHA256_LEN))) {
			set->pinned = set->cert[i];
			goto out;
		}
	}
	e = why_set(why, ERR_SCEP_REPLY, "none of the server's %zu certificates has the SHA-256 fingerprint %s", set->count, hex);
out:
	buf_clear(&wanted);
	return e;
}

/* The CA certificate of the set that issued this one, by name and signature; NULL when there is none. */
static const struct cert *find_issuer(const struct ca_set *set, const struct cert *cert)
{
	for (size_t i = 0; i < set->count; i++)
		if (is_issued_by(cert, set->cert[i]) && ca_set_is_ca(set, i) && may(set->cert[i], KEY_USAGE_KEY_CERT_SIGN))
			return set->cert[i];
	return NULL;
}

/* Is `cert` the pinned certificate, or below it? *top is where the way up ended. */
static bool reaches_pinned(const struct ca_set *set, const struct cert *cert, const struct cert **top)
{
	*top = cert;
	/* Each step goes to another certificate of the set, so a ring of cross-certificates ends here too. */
	for (size_t steps = 0; steps <= set->count; steps++) {
		const struct cert *issuer;

		if (set->pinned != NULL && is_same(*top, set->pinned))
			return true;
		if ((issuer = find_issuer(set, *top)) == NULL)
			return false;
		*top = issuer;
	}
	return false;
}

enum err ca_set_check_trust(const struct ca_set *set, const struct cert *cert, struct why *why)
{
	const struct cert *top;

	if (set->pinned == NULL || reaches_pinned(set, cert, &top))
		return ERR_OK;
	return why_set(why, ERR_SCEP_REPLY, "the server's RA certificate was not issued by the certificate with the given fingerprint");
}

enum err ca_set_check_chain(const struct ca_set *set, const struct cert *issued, struct why *why)
{
	bool has_ca = false, is_pinned_ca = false;
	const struct cert *top;

	for (size_t i = 0; i < set->count; i++) {
		has_ca |= ca_set_is_ca(set, i);
		is_pinned_ca |= set->pinned == set->cert[i] && ca_set_is_ca(set, i);
	}
	if (reaches_pinned(set, issued, &top) || (!is_pinned_ca && top != issued))
		return ERR_OK;
	if (!has_ca)
		return why_set(why, ERR_NOT_FOUND, "the server's certificates hold no CA certificate");
	if (top != issued)
		return why_set(why, ERR_SCEP_REPLY, "the certificate does not chain to the CA certificate with the given fingerprint");
	return why_set(why, ERR_SCEP_REPLY, "the certificate was not issued by a CA certificate of the server");
}
