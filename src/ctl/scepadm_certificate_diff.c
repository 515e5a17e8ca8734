#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "ctl/scepadm_rows.h"
#include "pki/cert_ext.h"
#include "pki/csr.h"
#include "pki/name.h"

/* What a request asked, and what was signed, side by side: one row for each thing, and for each name. */

struct diff {
	struct scepadm_rows rows;
	enum err error;
};

static bool keep(struct diff *diff, enum err e)
{
	if (e != ERR_OK && diff->error == ERR_OK)
		diff->error = e;
	return e == ERR_OK;
}

/* Either may be empty, and stands for nothing. */
static void put(struct diff *diff, const char *what, const struct buf *asked, const struct buf *signed_)
{
	const char *const cells[] = { what, asked->len == 0 ? "" : (const char *)asked->ptr, signed_->len == 0 ? "" : (const char *)signed_->ptr,
		bytes_is_equal(buf_bytes(asked), buf_bytes(signed_)) ? "" : "differs" };

	scepadm_rows_add(&diff->rows, cells);
}

/* The comparison is over the texts without their ends; a terminated buffer keeps its length. */
static void finish(struct diff *diff, enum err e, struct buf *text)
{
	if (keep(diff, e))
		keep(diff, buf_terminate(text));
}

static void put_subject(struct diff *diff, struct bytes asked, struct bytes given)
{
	struct buf left = { 0 }, right = { 0 };

	finish(diff, name_format(asked, &left), &left);
	finish(diff, name_format(given, &right), &right);
	put(diff, "subject", &left, &right);
	buf_clear(&left);
	buf_clear(&right);
}

static void describe_key(struct diff *diff, const struct pubkey *pubkey, struct buf *out)
{
	finish(diff, buf_append_format(out, "%s, %u bits", key_kind_name(pubkey_get_kind(pubkey)), pubkey_get_bits(pubkey)), out);
}

static void put_key(struct diff *diff, const struct csr *csr, const struct cert *cert)
{
	struct pubkey *pubkey = NULL;
	struct buf left = { 0 }, right = { 0 };

	describe_key(diff, csr->pubkey, &left);
	if (keep(diff, pubkey_parse(cert->spki, &pubkey, NULL)))
		describe_key(diff, pubkey, &right);
	put(diff, "key", &left, &right);
	pubkey_free(pubkey);
	buf_clear(&left);
	buf_clear(&right);
}

/* Is a name among others? */
static bool has_san(struct diff *diff, const struct san *san, const struct ext_request *ext)
{
	const struct san *missing = san;

	return keep(diff, san_find_missing(san, 1, ext->san, ext->san_count, &missing)) && missing == NULL;
}

/* What was asked, beside the same where it was signed; then what was signed without being asked. */
static void put_sans(struct diff *diff, const struct ext_request *asked, const struct ext_request *given)
{
	static const struct buf nothing = { 0 };

	for (size_t i = 0; i < asked->san_count; i++) {
		struct buf text = { 0 };

		finish(diff, san_format(&asked->san[i], &text), &text);
		put(diff, "subjectAltName", &text, has_san(diff, &asked->san[i], given) ? &text : &nothing);
		buf_clear(&text);
	}
	for (size_t i = 0; i < given->san_count; i++) {
		struct buf text = { 0 };

		if (has_san(diff, &given->san[i], asked))
			continue;
		finish(diff, san_format(&given->san[i], &text), &text);
		put(diff, "subjectAltName", &nothing, &text);
		buf_clear(&text);
	}
}

static void list_key_usage(struct diff *diff, const struct ext_request *ext, struct buf *out)
{
	enum err e = ERR_OK;

	for (unsigned bit = KEY_USAGE_DIGITAL_SIGNATURE; bit <= KEY_USAGE_DECIPHER_ONLY && e == ERR_OK; bit <<= 1)
		if (ext->has_key_usage && (ext->key_usage & bit) != 0)
			e = buf_append_format(out, "%s%s", out->len > 0 ? ", " : "", key_usage_name((enum key_usage)bit));
	finish(diff, e, out);
}

static void list_purposes(struct diff *diff, const struct ext_request *ext, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < ext->eku_count && e == ERR_OK; i++)
		if (i == 0 || (e = buf_append_str(out, ", ")) == ERR_OK)
			e = oid_format_name(ext->eku[i], out);
	finish(diff, e, out);
}

static void describe_constraints(struct diff *diff, const struct ext_request *ext, struct buf *out)
{
	finish(diff, ext->has_basic_constraints ? buf_append_str(out, ext->is_ca ? "CA" : "no CA") : ERR_OK, out);
}

typedef void describe(struct diff *diff, const struct ext_request *ext, struct buf *out);

static void put_described(struct diff *diff, const char *what, describe *text, const struct ext_request *asked, const struct ext_request *given)
{
	struct buf left = { 0 }, right = { 0 };

	text(diff, asked, &left);
	text(diff, given, &right);
	put(diff, what, &left, &right);
	buf_clear(&left);
	buf_clear(&right);
}

static bool has_extension(const struct ext_request *ext, struct bytes oid)
{
	for (size_t i = 0; i < ext->other_count; i++)
		if (bytes_is_equal(ext->other[i].oid, oid))
			return true;
	return false;
}

/* Extensions by identifier. @param is_asked in: whether `ext` is the request's. */
static void put_others(struct diff *diff, const struct ext_request *ext, const struct ext_request *other, bool is_asked)
{
	static const struct buf nothing = { 0 };

	for (size_t i = 0; i < ext->other_count; i++) {
		bool is_both = has_extension(other, ext->other[i].oid);
		struct buf oid = { 0 };

		if (is_both && !is_asked)
			continue;
		finish(diff, oid_format(ext->other[i].oid, &oid), &oid);
		put(diff, "extension", is_asked || is_both ? &oid : &nothing, !is_asked || is_both ? &oid : &nothing);
		buf_clear(&oid);
	}
}

static void put_time(struct diff *diff, const char *what, int64_t utc)
{
	char iso[CLOCK_ISO_SIZE];
	const char *const cells[] = { what, "", iso, "" };

	clock_format_iso(utc, iso);
	scepadm_rows_add(&diff->rows, cells);
}

static void compare(struct diff *diff, const struct csr *csr, const struct cert *cert, const struct ext_request *given)
{
	const struct ext_request *asked = &csr->ext;

	put_subject(diff, csr->subject, cert->subject);
	put_sans(diff, asked, given);
	put_key(diff, csr, cert);
	put_described(diff, "keyUsage", list_key_usage, asked, given);
	put_described(diff, "extKeyUsage", list_purposes, asked, given);
	put_described(diff, "basicConstraints", describe_constraints, asked, given);
	put_others(diff, asked, given, true);
	put_others(diff, given, asked, false);
	if (!cert->has_times)
		return;
	put_time(diff, "notBefore", cert->not_before_utc);
	put_time(diff, "notAfter", cert->not_after_utc);
}

static enum err compare_row(struct diff *diff, const struct rowset *row, struct why *why)
{
	static const struct ext_request nothing = { 0 };
	struct buf request = { 0 }, certificate = { 0 };
	struct csr *csr = NULL;
	struct cert *cert = NULL;
	struct ext_request *ext = NULL;
	enum err e;

	if (rowset_find(row, 0, "csr") == NULL) {
		e = why_set(why, ERR_NOT_FOUND, "the certificate was issued elsewhere, and its request is not known");
		goto out;
	}
	if ((e = record_octets(row, "csr", &request, why)) != ERR_OK || (e = record_octets(row, "certificate", &certificate, why)) != ERR_OK)
		goto out;
	if ((e = csr_parse(buf_bytes(&request), &csr, why)) != ERR_OK || (e = cert_parse(buf_bytes(&certificate), &cert, why)) != ERR_OK ||
	    (e = cert_ext_read(cert, &ext, why)) != ERR_OK)
		goto out;
	compare(diff, csr, cert, ext == NULL ? &nothing : ext);
	e = diff->error;
out:
	free(ext);
	cert_free(cert);
	csr_free(csr);
	buf_clear(&request);
	buf_clear(&certificate);
	return e;
}

static enum err run_diff(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "item", "asked", "signed", "note", NULL };
	struct view_filter filter = { "id", command_get(line, "ID") };
	struct scepadm *scepadm = context;
	struct diff diff = { .error = ERR_OK };
	struct rowset row = { 0 };
	char what[64];
	enum err e;

	snprintf(what, sizeof what, "certificate %s", filter.value);
	if ((e = scepadm_read_one(scepadm, VIEW_CERTIFICATE_FILE, &filter, 1, what, &row, why)) != ERR_OK || (e = scepadm_rows_init(&diff.rows, columns)) != ERR_OK)
		goto out;
	if ((e = compare_row(&diff, &row, why)) == ERR_OK && (e = scepadm_rows_end(&diff.rows)) == ERR_OK)
		e = output_rows(stdout, scepadm->format, &diff.rows.rows, NULL, why);
out:
	scepadm_rows_clear(&diff.rows);
	rowset_clear(&row);
	return e;
}

static const struct command_option options[] = {
	NUMBER_POSITIONAL("ID", "number of the certificate, as list shows it"),
};

const struct command scepadm_certificate_diff = {
	"certificate", "diff", "show what a request asked beside what was signed", OPTIONS(options), .role = ROLE_AUDITOR, .run = run_diff
};
