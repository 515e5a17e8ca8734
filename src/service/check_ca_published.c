#include <config.h>

#include "service/check_ca_published.h"

#include "base/text.h"
#include "pki/crl.h"
#include "store/view.h"

/* A CRL is made again long before it ends, so whoever has less than this part of its time left has missed several turns. */
enum { CRL_LEFT_QUOTIENT = 4 };

/* The octets of the newest row of a view; empty when there is none. */
static enum err octets_load(struct check *check, enum view view, const struct view_filter *filters, size_t count, const char *column, struct buf *out, struct why *why)
{
	struct rowset rows = { 0 };
	const char *hex;
	enum err e;

	if ((e = view_read(check->service->store, view, filters, count, 1, &rows, why)) != ERR_OK)
		return e;
	if (rows.row_count > 0) {
		hex = rowset_find(&rows, 0, column);
		e = hex == NULL ? why_set(why, ERR_DB_SCHEMA, "a view has no column %s", column) : text_decode_hex(bytes_from_str(hex), out);
	}
	rowset_clear(&rows);
	return e;
}

static void examine_next(struct check *check, const char *subject, const struct cert *ca, const struct cert *next)
{
	int64_t now_utc = clock_now_utc(&check->service->clock);
	char not_before[CLOCK_ISO_SIZE], not_after[CLOCK_ISO_SIZE];
	int failed = check->failed;

	if (!next->is_ca || (next->has_key_usage && !(next->key_usage & KEY_USAGE_KEY_CERT_SIGN)))
		check_add(check, false, subject, "the next certificate is none of a CA (RFC 5280 section 4.2.1.9: CA:TRUE, keyCertSign)");
	if (!bytes_is_equal(next->subject, ca->subject))
		check_add(check, false, subject, "the next certificate has another subject than the CA");
	if (bytes_is_equal(next->spki, ca->spki))
		check_add(check, false, subject, "the next certificate has the key of the present one");
	if (!next->has_times) {
		check_add(check, false, subject, "the validity of the next certificate cannot be read");
		return;
	}
	clock_format_iso(next->not_before_utc, not_before);
	clock_format_iso(next->not_after_utc, not_after);
	if (next->not_after_utc - now_utc < (int64_t)CHECK_EXPIRY_WARNING_DAYS * 86400)
		check_add(check, false, subject, "the next certificate is near its end too, on %s: use `scepadm ca next-create`", not_after);
	else if (ca->has_times && (next->not_after_utc <= ca->not_after_utc || next->not_before_utc >= ca->not_after_utc))
		check_add(check, false, subject, "the next certificate, valid from %s to %s, does not follow the present one", not_before, not_after);
	if (check->failed == failed)
		check_add(check, true, subject, "the next certificate is announced, valid from %s to %s", not_before, not_after);
}

enum err check_ca_next(struct check *check, const char *subject, const char *name, const struct cert *ca, struct why *why)
{
	const struct view_filter filter = { "ca", name };
	struct why cause = { 0 };
	struct cert *next = NULL;
	struct buf der = { 0 };
	enum err e;

	if ((e = octets_load(check, VIEW_CA_NEXT, &filter, 1, "certificate", &der, why)) != ERR_OK || der.len == 0)
		goto out;
	if ((e = cert_parse(buf_bytes(&der), &next, &cause)) == ERR_OK)
		examine_next(check, subject, ca, next);
	else if (e != ERR_MEMORY) {
		check_add(check, false, subject, "the next certificate: %s", why_text(&cause, e));
		e = ERR_OK;
	}
out:
	cert_free(next);
	buf_clear(&der);
	return e;
}

static void examine_crl(struct check *check, const char *subject, const struct cert *ca, const struct crl *crl)
{
	int64_t now_utc = clock_now_utc(&check->service->clock);
	struct why cause = { 0 };
	char next_update[CLOCK_ISO_SIZE];
	enum err e;

	if ((e = crl_verify(crl, ca, &cause)) != ERR_OK)
		check_add(check, false, subject, "the CRL was not signed by this CA: %s", why_text(&cause, e));
	if (!crl->has_next_update) {
		check_add(check, false, subject, "the CRL does not say when the next one comes (RFC 5280 section 5.1.2.5)");
		return;
	}
	clock_format_iso(crl->next_update_utc, next_update);
	if (now_utc >= crl->next_update_utc)
		check_add(check, false, subject, "the CRL is out of date since %s: use `scepadm crl publish`", next_update);
	else if (crl->next_update_utc - now_utc < (crl->next_update_utc - crl->this_update_utc) / CRL_LEFT_QUOTIENT)
		check_add(check, false, subject, "the CRL is out of date soon, on %s: use `scepadm crl publish`", next_update);
	else
		check_add(check, true, subject, "the CRL with %zu revoked certificates is good until %s", crl->revoked_count, next_update);
}

enum err check_ca_crl(struct check *check, const char *subject, const char *name, const struct cert *ca, struct why *why)
{
	const struct view_filter complete[] = { { "ca", name }, { "partition", "0" }, { "is_delta", "false" } };
	struct why cause = { 0 };
	struct crl *crl = NULL;
	struct buf der = { 0 };
	enum err e;

	if ((e = octets_load(check, VIEW_CRL_FILE, complete, 3, "crl", &der, why)) != ERR_OK)
		goto out;
	if (der.len == 0) {
		check_add(check, true, subject, "no CRL is published: a device that asks for one is refused");
		goto out;
	}
	if ((e = crl_parse(buf_bytes(&der), &crl, &cause)) == ERR_OK)
		examine_crl(check, subject, ca, crl);
	else if (e != ERR_MEMORY) {
		check_add(check, false, subject, "the CRL: %s", why_text(&cause, e));
		e = ERR_OK;
	}
out:
	crl_free(crl);
	buf_clear(&der);
	return e;
}
