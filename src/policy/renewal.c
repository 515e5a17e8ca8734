#include <config.h>

#include "policy/renewal.h"

#include <stdlib.h>

#include "base/clock.h"
#include "pki/cert_ext.h"
#include "pki/name.h"
#include "policy/item.h"

enum { SECONDS_A_DAY = 86400, PERCENT = 100 };

/* --- the time --------------------------------------------------------------------------------------------------------------- */

/* A number without sign and leading zeros, 1 to max, and one character behind it. */
static bool read_amount(struct bytes text, char unit, int max, int *out)
{
	int amount = 0;

	if (text.len < 2 || text.ptr[text.len - 1] != (uint8_t)unit || text.ptr[0] == '0')
		return false;
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		amount = amount * 10 + (text.ptr[i] - '0');
		if (amount > max)
			return false;
	}
	*out = amount;
	return true;
}

enum err renewal_window_parse(struct bytes text, struct renewal_window *out)
{
	struct renewal_window window = { RENEWAL_WINDOW_ANY, 0 };

	if (bytes_is_str(text, "any")) {
		*out = window;
		return ERR_OK;
	}
	if (read_amount(text, 'd', RENEWAL_MAX_DAYS, &window.amount))
		window.kind = RENEWAL_WINDOW_DAYS;
	else if (read_amount(text, '%', RENEWAL_MAX_PERCENT, &window.amount))
		window.kind = RENEWAL_WINDOW_PERCENT;
	else
		return ERR_VALUE;
	*out = window;
	return ERR_OK;
}

/* The first second of the window. Times are between the years 0 and 9999, so nothing here overflows. */
static int64_t window_begin(const struct renewal_window *window, const struct cert *old)
{
	int64_t life = old->not_after_utc - old->not_before_utc;

	switch (window->kind) {
	case RENEWAL_WINDOW_ANY:
		return old->not_before_utc;
	case RENEWAL_WINDOW_DAYS:
		return old->not_after_utc - (int64_t)window->amount * SECONDS_A_DAY;
	case RENEWAL_WINDOW_PERCENT:
		return old->not_after_utc - life * window->amount / PERCENT;
	}
	return INT64_MAX;
}

enum err renewal_check_time(const struct renewal_rules *rules, const struct cert *old, int64_t now_utc, struct why *why)
{
	char iso[CLOCK_ISO_SIZE];
	int64_t begin;

	if (!old->has_times || old->not_after_utc < old->not_before_utc)
		return why_set(why, ERR_RENEWAL, "the validity of the certificate cannot be read");
	if (now_utc < old->not_before_utc)
		return why_set(why, ERR_RENEWAL, "the certificate is not valid yet");
	/* RFC 5280 section 4.1.2.5: valid through notAfter, inclusive. */
	if (now_utc > old->not_after_utc + (int64_t)rules->grace_days * SECONDS_A_DAY) {
		clock_format_iso(old->not_after_utc, iso);
		return why_set(why, ERR_RENEWAL, "the certificate expired at %s", iso);
	}
	begin = window_begin(&rules->window, old);
	if (now_utc < begin) {
		clock_format_iso(begin, iso);
		return why_set(why, ERR_RENEWAL_TIME, "the certificate can be renewed from %s", iso);
	}
	return ERR_OK;
}

/* --- the key ---------------------------------------------------------------------------------------------------------------- */

enum err renewal_check_key(const struct renewal_rules *rules, const struct cert *old, const struct csr *csr, struct why *why)
{
	struct pubkey *pubkey = NULL;
	bool is_same = true;
	enum err e;

	if (!rules->needs_new_key)
		return ERR_OK;
	if ((e = pubkey_parse(old->spki, &pubkey, NULL)) == ERR_OK)
		e = pubkey_compare(csr->pubkey, pubkey, &is_same, NULL);
	pubkey_free(pubkey);
	if (e == ERR_MEMORY)
		return e;
	if (e != ERR_OK)
		return why_set(why, ERR_RENEWAL_IDENTITY, "the key cannot be compared with that of the certificate");
	return is_same ? why_set(why, ERR_RENEWAL_IDENTITY, "the key is that of the certificate, and a new one is needed") : ERR_OK;
}

/* --- the identity ----------------------------------------------------------------------------------------------------------- */

/* Both subjects without what the rule does not look at. */
static enum err compare_subjects_loosely(struct bytes a, struct bytes b, bool *is_same)
{
	static const enum oid unstructured[] = { OID_UNSTRUCTURED_NAME, OID_UNSTRUCTURED_ADDRESS };
	enum { COUNT = sizeof unstructured / sizeof unstructured[0] };
	struct buf rest_a = { 0 }, rest_b = { 0 };
	enum err e;

	if ((e = name_canonicalise(a, unstructured, COUNT, &rest_a)) == ERR_OK && (e = name_canonicalise(b, unstructured, COUNT, &rest_b)) == ERR_OK)
		/* Where nothing else is left, nothing else says who it is. */
		*is_same = !name_is_empty(buf_bytes(&rest_a)) && bytes_is_equal(buf_bytes(&rest_a), buf_bytes(&rest_b));
	buf_clear(&rest_a);
	buf_clear(&rest_b);
	return e == ERR_MEMORY ? e : ERR_OK;
}

static enum err check_subject(enum renewal_identity identity, struct bytes old, struct bytes subject, struct why *why)
{
	struct buf had = { 0 }, wanted = { 0 };
	bool is_same = name_is_equal(old, subject);
	char quoted_had[QUOTE_SIZE], quoted_wanted[QUOTE_SIZE];
	enum err e = ERR_OK;

	switch (identity) {
	case RENEWAL_IDENTITY_SAME:
		break;
	case RENEWAL_IDENTITY_UNSTRUCTURED:
		if (!is_same)
			e = compare_subjects_loosely(old, subject, &is_same);
		break;
	}
	if (e != ERR_OK || is_same)
		return e;
	if (name_format(old, &had) == ERR_OK && name_format(subject, &wanted) == ERR_OK)
		e = why_set(why, ERR_RENEWAL_IDENTITY, "the subject of the certificate is %s, and would become %s", quote(buf_bytes(&had), quoted_had),
			quote(buf_bytes(&wanted), quoted_wanted));
	else
		e = why_set(why, ERR_RENEWAL_IDENTITY, "the subject would become another");
	buf_clear(&had);
	buf_clear(&wanted);
	return e;
}

static enum err report_san(const char *what, const struct san *san, struct why *why)
{
	struct buf text = { 0 };
	char quoted[QUOTE_SIZE];
	enum err e = san_format(san, &text);

	if (e == ERR_OK)
		e = why_set(why, ERR_RENEWAL_IDENTITY, "the subjectAltName %s %s", quote(buf_bytes(&text), quoted), what);
	buf_clear(&text);
	return e;
}

static enum err check_sans(const struct ext_request *old, const struct cert_template *tbs, struct why *why)
{
	struct san sans[EXT_MAX_SAN];
	const struct san *missing;
	enum err e;

	if (tbs->san_count > EXT_MAX_SAN)
		return why_set(why, ERR_RENEWAL_IDENTITY, "there are more than %d subjectAltNames", EXT_MAX_SAN);
	for (size_t i = 0; i < tbs->san_count; i++)
		if (san_parse(tbs->san[i], &sans[i], NULL) != ERR_OK)
			return why_set(why, ERR_RENEWAL_IDENTITY, "a subjectAltName cannot be read");
	if ((e = san_find_missing(sans, tbs->san_count, old->san, old->san_count, &missing)) != ERR_OK)
		return e;
	if (missing != NULL)
		return report_san("is not in the certificate", missing, why);
	if ((e = san_find_missing(old->san, old->san_count, sans, tbs->san_count, &missing)) != ERR_OK)
		return e;
	return missing == NULL ? ERR_OK : report_san("of the certificate would be missing", missing, why);
}

/* A certificate without usages is good for all of them: only a profile that gives none may make one out of one that names some. */
static enum err check_key_usage(const struct profile *profile, const struct ext_request *old, const struct cert_template *tbs, struct why *why)
{
	unsigned new_usage = tbs->key_usage & ~(old->key_usage | profile->key_usage);

	if (tbs->key_usage == 0 && old->has_key_usage && profile->key_usage != 0)
		return why_set(why, ERR_RENEWAL_IDENTITY, "the certificate has a keyUsage, and would have none");
	for (unsigned bit = KEY_USAGE_DIGITAL_SIGNATURE; bit <= KEY_USAGE_DECIPHER_ONLY; bit <<= 1)
		if ((new_usage & bit) != 0)
			return why_set(why, ERR_RENEWAL_IDENTITY, "the certificate does not have the keyUsage %s", key_usage_name((enum key_usage)bit));
	return ERR_OK;
}

static enum err profile_has_purpose(const struct profile *profile, struct bytes purpose, bool *is_there)
{
	struct buf oid = { 0 };
	enum err e = ERR_OK;

	*is_there = false;
	for (size_t i = 0; i < profile->eku_count && !*is_there && e == ERR_OK; i++) {
		buf_reset(&oid);
		if ((e = oid_from_name(profile->eku[i], &oid)) == ERR_OK)
			*is_there = bytes_is_equal(buf_bytes(&oid), purpose);
		else if (e == ERR_TEXT) /* one that is unknown, which policy_decide() refuses to give */
			e = ERR_OK;
	}
	buf_clear(&oid);
	return e;
}

static bool has_purpose(const struct ext_request *ext, struct bytes purpose)
{
	for (size_t i = 0; i < ext->eku_count; i++)
		if (bytes_is_equal(ext->eku[i], purpose))
			return true;
	return false;
}

static enum err check_purposes(const struct profile *profile, const struct ext_request *old, const struct cert_template *tbs, struct why *why)
{
	struct buf name = { 0 };
	bool is_there;
	enum err e;

	if (tbs->eku_count == 0 && old->has_eku && profile->eku_count != 0)
		return why_set(why, ERR_RENEWAL_IDENTITY, "the certificate has an extKeyUsage, and would have none");
	for (size_t i = 0; i < tbs->eku_count; i++) {
		if (has_purpose(old, tbs->eku[i]))
			continue;
		if ((e = profile_has_purpose(profile, tbs->eku[i], &is_there)) != ERR_OK)
			return e;
		if (is_there)
			continue;
		if ((e = oid_format_name(tbs->eku[i], &name)) != ERR_MEMORY)
			e = why_set(why, ERR_RENEWAL_IDENTITY, "the certificate does not have the extKeyUsage %.*s", (int)name.len, (const char *)name.ptr);
		buf_clear(&name);
		return e;
	}
	return ERR_OK;
}

enum err renewal_check_identity(const struct renewal_rules *rules, const struct profile *profile, const struct cert *old, const struct cert_template *tbs, struct why *why)
{
	static const struct ext_request none = { 0 };
	struct ext_request *ext = NULL;
	const struct ext_request *had;
	enum err e;

	if ((e = check_subject(rules->identity, old->subject, tbs->subject, why)) != ERR_OK)
		return e;
	if ((e = cert_ext_read(old, &ext, NULL)) != ERR_OK)
		return e == ERR_MEMORY ? e : why_set(why, ERR_RENEWAL_IDENTITY, "the extensions of the certificate cannot be read");
	had = ext == NULL ? &none : ext;
	if (tbs->is_ca)
		e = why_set(why, ERR_RENEWAL_IDENTITY, "it would become a CA");
	else if ((e = check_sans(had, tbs, why)) == ERR_OK && (e = check_key_usage(profile, had, tbs, why)) == ERR_OK)
		e = check_purposes(profile, had, tbs, why);
	free(ext);
	return e;
}
