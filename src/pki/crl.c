#include <config.h>

#include "pki/crl.h"

#include <stdlib.h>

#include "pki/der.h"
#include "pki/ext_read.h"
#include "pki/name.h"

static const char *const reasons[] = {
	[CRL_REASON_UNSPECIFIED] = "unspecified",
	[CRL_REASON_KEY_COMPROMISE] = "keyCompromise",
	[CRL_REASON_CA_COMPROMISE] = "cACompromise",
	[CRL_REASON_AFFILIATION_CHANGED] = "affiliationChanged",
	[CRL_REASON_SUPERSEDED] = "superseded",
	[CRL_REASON_CESSATION_OF_OPERATION] = "cessationOfOperation",
	[CRL_REASON_CERTIFICATE_HOLD] = "certificateHold",
	[CRL_REASON_REMOVE_FROM_CRL] = "removeFromCRL",
	[CRL_REASON_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
	[CRL_REASON_AA_COMPROMISE] = "aACompromise",
};
enum { REASON_COUNT = sizeof reasons / sizeof reasons[0], SIGN_BIT = 0x80 };

const char *crl_reason_name(int reason)
{
	return reason >= 0 && reason < REASON_COUNT ? reasons[reason] : NULL;
}

bool crl_reason_from_name(struct bytes name, enum crl_reason *out)
{
	for (int i = 0; i < REASON_COUNT; i++)
		if (reasons[i] != NULL && bytes_is_str_nocase(name, reasons[i])) {
			*out = (enum crl_reason)i;
			return true;
		}
	return false;
}

static enum err syntax_error(struct why *why, const char *what)
{
	return why_set(why, ERR_CRL_SYNTAX, "the CRL is malformed: %s", what);
}

/*
 * The reasonCode among the extensions of an entry; CRL_REASON_UNSPECIFIED when it is missing or no reason that is known. *is_plain turns false at a critical
 * extension that is not read, such as the certificateIssuer of an indirect CRL.
 */
static enum err read_reason(struct bytes extensions, enum crl_reason *out, bool *is_plain)
{
	struct der level = { extensions };
	struct ext_item item;

	*out = CRL_REASON_UNSPECIFIED;
	while (!der_is_end(&level)) {
		struct der_element reason;

		if (ext_next(&level, &item) != ERR_OK)
			return ERR_CRL_SYNTAX;
		if (!oid_is(item.oid, OID_CRL_REASON)) {
			*is_plain = *is_plain && !item.is_critical;
			continue;
		}
		if (der_read_only(item.value, DER_ENUMERATED, &reason) != ERR_OK || reason.value.len != 1)
			return ERR_CRL_SYNTAX;
		if (crl_reason_name(reason.value.ptr[0]) != NULL)
			*out = (enum crl_reason)reason.value.ptr[0];
	}
	return ERR_OK;
}

/*
 * revokedCertificates SEQUENCE OF SEQUENCE {
 *   userCertificate CertificateSerialNumber,
 *   revocationDate Time,
 *   crlEntryExtensions Extensions OPTIONAL }                     RFC 5280 section 5.1
 */
static enum err read_entry(struct der *revoked, struct crl_entry *out, bool *is_plain)
{
	struct der_element serial, date, extensions;
	struct der inside;

	if (der_enter(revoked, DER_SEQUENCE, &inside) != ERR_OK || der_read_tag(&inside, DER_INTEGER, &serial) != ERR_OK || der_read(&inside, &date) != ERR_OK)
		return ERR_CRL_SYNTAX;
	if (serial.value.len == 0 || serial.value.len > CERT_MAX_SERIAL_LEN || der_get_time(&date, &out->revoked_at_utc) != ERR_OK)
		return ERR_CRL_SYNTAX;
	der_read_optional(&inside, DER_SEQUENCE, &extensions);
	out->serial = serial.value;
	return der_end(&inside) != ERR_OK ? ERR_CRL_SYNTAX : read_reason(extensions.value, &out->reason, is_plain);
}

static enum err read_revoked(struct crl *crl, struct bytes level, struct why *why)
{
	struct der rest = { level };
	struct crl_entry entry;
	bool is_plain = true;

	for (; !der_is_end(&rest); crl->revoked_count++)
		if (read_entry(&rest, &entry, &is_plain) != ERR_OK)
			return syntax_error(why, "an entry");
	crl->has_unknown_critical = !is_plain;
	crl->revoked = level;
	return ERR_OK;
}

static bool read_number(struct bytes value, struct bytes *out)
{
	struct der_element number;

	if (der_read_only(value, DER_INTEGER, &number) != ERR_OK || number.value.len == 0 || number.value.len > CRL_MAX_NUMBER_LEN ||
	    (number.value.ptr[0] & SIGN_BIT) != 0)
		return false;
	*out = number.value;
	return true;
}

/* AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] IMPLICIT OCTET STRING OPTIONAL, … }  -- RFC 5280 section 4.2.1.1 */
static void read_authority_key_id(struct crl *crl, struct bytes value)
{
	struct der_element key_id;
	struct der outer = { value }, inside;

	if (der_enter(&outer, DER_SEQUENCE, &inside) == ERR_OK && der_read_optional(&inside, DER_CONTEXT(0), &key_id))
		crl->authority_key_id = key_id.value;
}

/* BOOLEAN DEFAULT FALSE under an IMPLICIT tag. @return false when it cannot be read. */
static bool read_flag(struct der *der, uint8_t tag, bool *out)
{
	struct der_element flag;

	if (!der_read_optional(der, tag, &flag)) {
		*out = false;
		return true;
	}
	*out = flag.value.len == 1 && flag.value.ptr[0] != 0;
	return flag.value.len == 1;
}

/*
 * IssuingDistributionPoint ::= SEQUENCE {                                                    -- RFC 5280 section 5.2.5
 *      distributionPoint [0] DistributionPointName OPTIONAL, onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE,
 *      onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE, onlySomeReasons [3] ReasonFlags OPTIONAL,
 *      indirectCRL [4] BOOLEAN DEFAULT FALSE, onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
 * A name that is not a fullName, and all behind onlyContainsCACerts, is none of ours.
 */
static bool read_scope(struct crl *crl, struct bytes value)
{
	struct der outer = { value }, inside, names;
	struct der_element point, full_name, reasons_alone;
	bool is_indirect, is_of_attributes;

	if (der_enter(&outer, DER_SEQUENCE, &inside) != ERR_OK || der_end(&outer) != ERR_OK)
		return false;
	crl->has_scope = true;
	if (der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(0), &point)) {
		names = (struct der){ point.value };
		if (der_read_optional(&names, DER_CONTEXT_CONSTRUCTED(0), &full_name))
			crl->scope_names = full_name.value;
		else
			crl->has_unknown_critical = true;
	}
	if (!read_flag(&inside, DER_CONTEXT(1), &crl->only_user_certs) || !read_flag(&inside, DER_CONTEXT(2), &crl->only_ca_certs))
		return false;
	if (der_read_optional(&inside, DER_CONTEXT(3), &reasons_alone))
		crl->has_unknown_critical = true;
	if (!read_flag(&inside, DER_CONTEXT(4), &is_indirect) || !read_flag(&inside, DER_CONTEXT(5), &is_of_attributes) || !der_is_end(&inside))
		return false;
	crl->has_unknown_critical = crl->has_unknown_critical || is_indirect || is_of_attributes;
	return true;
}

static enum err read_extension(struct crl *crl, const struct ext_item *item, struct why *why)
{
	if (oid_is(item->oid, OID_CRL_NUMBER))
		return read_number(item->value, &crl->number) ? ERR_OK : syntax_error(why, "its number");
	if (oid_is(item->oid, OID_DELTA_CRL_INDICATOR)) {
		crl->is_delta = true;
		return read_number(item->value, &crl->base_number) ? ERR_OK : syntax_error(why, "the number of the CRL that it is a delta of");
	}
	if (oid_is(item->oid, OID_ISSUING_DISTRIBUTION_POINT))
		return read_scope(crl, item->value) ? ERR_OK : syntax_error(why, "its scope");
	if (oid_is(item->oid, OID_AUTHORITY_KEY_ID))
		read_authority_key_id(crl, item->value);
	else if (item->is_critical)
		crl->has_unknown_critical = true;
	return ERR_OK;
}

/* Of a doubled extension nobody can say which counts. */
static enum err read_extensions(struct crl *crl, struct bytes explicit_tag, struct why *why)
{
	struct bytes seen[EXT_MAX_COUNT];
	struct der outer = { explicit_tag }, level;
	struct ext_item item;
	size_t count = 0;
	enum err e;

	if (der_enter(&outer, DER_SEQUENCE, &level) != ERR_OK || der_end(&outer) != ERR_OK)
		return syntax_error(why, "the extensions");
	while (!der_is_end(&level)) {
		if (count == EXT_MAX_COUNT || ext_next(&level, &item) != ERR_OK)
			return syntax_error(why, "an extension, or too many");
		for (size_t i = 0; i < count; i++)
			if (bytes_is_equal(seen[i], item.oid))
				return syntax_error(why, "an extension stands there twice");
		seen[count++] = item.oid;
		if ((e = read_extension(crl, &item, why)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/*
 * TBSCertList ::= SEQUENCE {
 *   version Version OPTIONAL,
 *   signature AlgorithmIdentifier,
 *   issuer Name,
 *   thisUpdate Time,
 *   nextUpdate Time OPTIONAL,
 *   revokedCertificates SEQUENCE OF … OPTIONAL,
 *   crlExtensions [0] EXPLICIT Extensions OPTIONAL }             RFC 5280 section 5.1
 */
static enum err read_tbs(struct crl *crl, struct bytes content, struct why *why)
{
	struct der_element version, algorithm, issuer, this_update, next_update, revoked, extensions;
	struct der tbs = { content };
	enum err e;

	der_read_optional(&tbs, DER_INTEGER, &version);
	if (der_read_tag(&tbs, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&tbs, DER_SEQUENCE, &issuer) != ERR_OK || name_check(issuer.raw) != ERR_OK ||
	    der_read(&tbs, &this_update) != ERR_OK || der_get_time(&this_update, &crl->this_update_utc) != ERR_OK)
		return syntax_error(why, "algorithm, issuer or thisUpdate");
	if (!bytes_is_equal(algorithm.raw, crl->algorithm))
		return syntax_error(why, "it names two signature algorithms");
	crl->issuer = issuer.raw;
	crl->has_next_update = der_read_optional(&tbs, DER_UTC_TIME, &next_update) || der_read_optional(&tbs, DER_GENERALIZED_TIME, &next_update);
	if (crl->has_next_update && der_get_time(&next_update, &crl->next_update_utc) != ERR_OK)
		return syntax_error(why, "nextUpdate");
	if (der_read_optional(&tbs, DER_SEQUENCE, &revoked) && (e = read_revoked(crl, revoked.value, why)) != ERR_OK)
		return e;
	if (der_read_optional(&tbs, DER_CONTEXT_CONSTRUCTED(0), &extensions) && (e = read_extensions(crl, extensions.value, why)) != ERR_OK)
		return e;
	return der_end(&tbs) == ERR_OK ? ERR_OK : syntax_error(why, "something behind its end");
}

/* CertificateList ::= SEQUENCE { tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }  -- RFC 5280 section 5.1 */
static enum err read_list(struct crl *crl, struct why *why)
{
	struct der outer = { buf_bytes(&crl->der) }, list;
	struct der_element tbs, algorithm, signature;

	if (der_enter(&outer, DER_SEQUENCE, &list) != ERR_OK || der_end(&outer) != ERR_OK || der_read_tag(&list, DER_SEQUENCE, &tbs) != ERR_OK ||
	    der_read_tag(&list, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&list, DER_BIT_STRING, &signature) != ERR_OK || der_end(&list) != ERR_OK ||
	    signature.value.len == 0 || signature.value.ptr[0] != 0)
		return syntax_error(why, "it has not the three parts of a CRL");
	crl->tbs = tbs.raw;
	crl->algorithm = algorithm.raw;
	crl->signature = bytes_from(signature.value.ptr + 1, signature.value.len - 1);
	return read_tbs(crl, tbs.value, why);
}

enum err crl_parse(struct bytes der, struct crl **out, struct why *why)
{
	struct crl *crl = calloc(1, sizeof *crl);
	enum err e;

	if (crl == NULL)
		return ERR_MEMORY;
	if ((e = buf_append(&crl->der, der)) != ERR_OK || (e = read_list(crl, why)) != ERR_OK)
		goto out;
	*out = crl;
	crl = NULL;
out:
	crl_free(crl);
	return e;
}

void crl_free(struct crl *crl)
{
	if (crl == NULL)
		return;
	buf_clear(&crl->der);
	free(crl);
}

bool crl_next_entry(struct bytes *rest, struct crl_entry *out)
{
	struct der der = { *rest };
	bool is_plain = true;

	/* All of them have been read once. */
	if (der_is_end(&der) || read_entry(&der, out, &is_plain) != ERR_OK)
		return false;
	*rest = der.rest;
	return true;
}

enum err crl_find(const struct crl *crl, struct bytes serial, struct crl_entry *out)
{
	struct bytes rest = crl->revoked;
	struct crl_entry entry;

	while (crl_next_entry(&rest, &entry)) {
		if (!bytes_is_equal(entry.serial, serial))
			continue;
		if (out != NULL)
			*out = entry;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

enum err crl_verify(const struct crl *crl, const struct cert *issuer, struct why *why)
{
	struct pubkey *pubkey = NULL;
	struct why leaf = { 0 };
	enum err e;

	if (!name_is_equal(crl->issuer, issuer->subject))
		return why_set(why, ERR_CMS_SIGNATURE, "the CRL names another issuer");
	if ((e = pubkey_parse(issuer->spki, &pubkey, why)) != ERR_OK)
		return e;
	e = pubkey_verify(pubkey, crl->algorithm, DIGEST_NONE, crl->tbs, crl->signature, NULL, &leaf);
	if (e != ERR_OK)
		e = why_set(why, e, "the signature of the CRL: %s", why_text(&leaf, e));
	pubkey_free(pubkey);
	return e;
}
