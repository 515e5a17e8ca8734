#include <config.h>

#include "policy/binding.h"

#include <string.h>

#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/name.h"
#include "policy/item.h"

static enum err malformed(const char *what, struct why *why)
{
	return why_set(why, ERR_VALUE, "the challenge is bound to %s", what);
}

/* Empty is as good as absent. */
static bool is_bound(const char *to)
{
	return to != NULL && to[0] != '\0';
}

/* @param name out: appended. */
static enum err parse_subject(const char *text, struct buf *name, struct why *why)
{
	enum err e = name_parse_text(text, name, NULL);

	return e == ERR_TEXT ? malformed("a subject that is no name", why) : e;
}

static enum err check_subject(const char *text, const struct csr *csr, struct why *why)
{
	struct buf name = { 0 };
	char quoted[QUOTE_SIZE];
	enum err e = parse_subject(text, &name, why);

	if (e == ERR_OK && !name_is_equal(buf_bytes(&name), csr->subject))
		e = why_set(why, ERR_CHALLENGE, "the challenge is for the subject %s alone", quote(bytes_from_str(text), quoted));
	buf_clear(&name);
	return e;
}

/* What differs, first what the request has too much. */
static enum err compare_sans(const struct san *bound, size_t bound_count, const struct ext_request *ext, struct why *why)
{
	const struct san *missing;
	struct buf text = { 0 };
	bool is_too_much = true;
	char quoted[QUOTE_SIZE];
	enum err e = san_find_missing(ext->san, ext->san_count, bound, bound_count, &missing);

	if (e == ERR_OK && missing == NULL) {
		is_too_much = false;
		e = san_find_missing(bound, bound_count, ext->san, ext->san_count, &missing);
	}
	if (e == ERR_OK && missing != NULL && (e = san_format(missing, &text)) == ERR_OK)
		e = why_set(why, ERR_CHALLENGE, is_too_much ? "the challenge is not for the subjectAltName %s" : "the challenge is for the subjectAltName %s too",
			quote(buf_bytes(&text), quoted));
	buf_clear(&text);
	return e;
}

/* @param elements out: what the names borrow from. */
static enum err parse_sans(const char *text, struct san bound[EXT_MAX_SAN], size_t *count, struct buf *elements, struct why *why)
{
	enum err e = ERR_OK;

	*count = 0;
	if (strcmp(text, "none") != 0 && (e = san_parse_text(bytes_from_str(text), elements, NULL)) == ERR_OK)
		e = san_parse_elements(buf_bytes(elements), bound, count, NULL);
	return e == ERR_VALUE ? malformed("names that cannot be read", why) : e;
}

static enum err check_sans(const char *text, const struct csr *csr, struct why *why)
{
	struct san bound[EXT_MAX_SAN];
	struct buf elements = { 0 };
	size_t count;
	enum err e = parse_sans(text, bound, &count, &elements, why);

	if (e == ERR_OK)
		e = compare_sans(bound, count, &csr->ext, why);
	buf_clear(&elements);
	return e;
}

static bool names_device(struct bytes type)
{
	return oid_is(type, OID_AT_CN) || oid_is(type, OID_AT_SERIAL_NUMBER) || oid_is(type, OID_AT_UID) || oid_is(type, OID_UNSTRUCTURED_NAME);
}

/* @param is_there out: whether the device is a value of the subject. */
static enum err find_in_subject(const char *device, struct bytes subject, bool *is_there)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	struct buf text = { 0 };
	enum err e = name_start(subject, &cursor);

	*is_there = false;
	while (e == ERR_OK && !*is_there && (e = name_next(&cursor, &attribute)) == ERR_OK) {
		buf_reset(&text);
		if (!names_device(attribute.type))
			continue;
		e = der_get_text(&attribute.value, &text);
		*is_there = e == ERR_OK && bytes_is_str_nocase(buf_bytes(&text), device);
		if (e != ERR_MEMORY)
			e = ERR_OK;
	}
	buf_clear(&text);
	return e == ERR_MEMORY ? e : ERR_OK;
}

static enum err find_device(const char *device, struct bytes subject, const struct san *sans, size_t san_count, bool *is_there)
{
	enum err e = find_in_subject(device, subject, is_there);

	for (size_t i = 0; e == ERR_OK && i < san_count && !*is_there; i++)
		*is_there = (sans[i].type == SAN_DNS || sans[i].type == SAN_URI) && bytes_is_str_nocase(sans[i].value, device);
	return e;
}

static enum err check_device(const char *device, const struct csr *csr, struct why *why)
{
	char quoted[QUOTE_SIZE];
	bool is_there;
	enum err e = find_device(device, csr->subject, csr->ext.san, csr->ext.san_count, &is_there);

	if (e != ERR_OK || is_there)
		return e;
	return why_set(why, ERR_CHALLENGE, "the challenge is for the device %s, which the request does not name", quote(bytes_from_str(device), quoted));
}

enum err binding_check_certified(const char *device, const struct cert_template *tbs, struct why *why)
{
	struct san sans[EXT_MAX_SAN];
	char quoted[QUOTE_SIZE];
	bool is_there;
	enum err e;

	if (!is_bound(device))
		return ERR_OK;
	if (tbs->san_count > EXT_MAX_SAN)
		return ERR_INTERNAL;
	for (size_t i = 0; i < tbs->san_count; i++)
		if ((e = san_parse(tbs->san[i], &sans[i], why)) != ERR_OK)
			return e;
	if ((e = find_device(device, tbs->subject, sans, tbs->san_count, &is_there)) != ERR_OK || is_there)
		return e;
	return why_set(why, ERR_POLICY, "the challenge is for the device %s, and the policy leaves nothing in the certificate that names it", quote(bytes_from_str(device), quoted));
}

static enum err check_digest(struct bytes spki_sha256, struct why *why)
{
	return spki_sha256.len == digest_len(DIGEST_SHA256) ? ERR_OK : malformed("a key, with a digest of another length", why);
}

static enum err check_key(struct bytes spki_sha256, const struct csr *csr, struct why *why)
{
	uint8_t digest[DIGEST_MAX_LEN];
	enum err e;

	if ((e = check_digest(spki_sha256, why)) != ERR_OK || (e = crypto_digest(DIGEST_SHA256, csr->spki, digest)) != ERR_OK)
		return e;
	return bytes_is_equal(bytes_from(digest, spki_sha256.len), spki_sha256) ? ERR_OK : why_set(why, ERR_CHALLENGE, "the challenge is for another key");
}

enum err binding_check(const struct binding *binding, const struct csr *csr, struct why *why)
{
	enum err e;

	if (is_bound(binding->subject) && (e = check_subject(binding->subject, csr, why)) != ERR_OK)
		return e;
	if (is_bound(binding->sans) && (e = check_sans(binding->sans, csr, why)) != ERR_OK)
		return e;
	if (is_bound(binding->device) && (e = check_device(binding->device, csr, why)) != ERR_OK)
		return e;
	return binding->spki_sha256.len == 0 ? ERR_OK : check_key(binding->spki_sha256, csr, why);
}

enum err binding_validate(const struct binding *binding, struct why *why)
{
	struct san bound[EXT_MAX_SAN];
	struct buf parsed = { 0 };
	size_t count;
	enum err e = ERR_OK;

	if (is_bound(binding->subject))
		e = parse_subject(binding->subject, &parsed, why);
	buf_clear(&parsed);
	if (e == ERR_OK && is_bound(binding->sans))
		e = parse_sans(binding->sans, bound, &count, &parsed, why);
	buf_clear(&parsed);
	return e != ERR_OK || binding->spki_sha256.len == 0 ? e : check_digest(binding->spki_sha256, why);
}
