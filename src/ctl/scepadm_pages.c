#include <config.h>

#include "ctl/scepadm_pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ctl/file.h"

enum { PAGE_LEN = 1000 };

enum err scepadm_page_list(struct scepadm *scepadm, const struct rowset *rows, long limit, const char *const *columns, struct why *why)
{
	enum err e = output_rows(stdout, scepadm->format, rows, columns, why);

	if (e == ERR_OK && limit > 0 && rows->row_count == (size_t)limit)
		scepadm_say("There may be more: --after %s shows what comes next.", rowset_find(rows, rows->row_count - 1, "id"));
	return e;
}

static enum err write_pem(FILE *out, const struct rowset *rows, struct why *why)
{
	struct buf der = { 0 }, pem = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < rows->row_count && e == ERR_OK; i++) {
		const char *hex = rowset_find(rows, i, "certificate");

		buf_reset(&der);
		buf_reset(&pem);
		if (hex == NULL)
			e = why_set(why, ERR_INTERNAL, "the database gives no column \"certificate\"");
		else if ((e = text_decode_hex(bytes_from_str(hex), &der)) == ERR_OK && (e = file_put_pem("CERTIFICATE", buf_bytes(&der), &pem)) == ERR_OK)
			fwrite(pem.ptr, 1, pem.len, out);
	}
	buf_clear(&der);
	buf_clear(&pem);
	return e;
}

static enum err write_page(FILE *out, const char *form, const struct rowset *rows, bool is_first, struct why *why)
{
	if (strcmp(form, "pem") == 0)
		return write_pem(out, rows, why);
	return output_lines(out, strcmp(form, "csv") == 0 ? OUTPUT_LINES_CSV : OUTPUT_LINES_JSON, rows, is_first, why);
}

static enum err write_pages(scepadm_page_read *read, void *source, const char *form, FILE *out, const char *path, long limit, struct why *why)
{
	char *after = NULL;
	long count = 0;
	bool is_last = false;
	enum err e = ERR_OK;

	while (e == ERR_OK && !is_last) {
		struct rowset rows = { 0 };
		int at_most = limit > 0 && limit - count < PAGE_LEN ? (int)(limit - count) : PAGE_LEN;

		if ((e = read(source, after, at_most, &rows, why)) != ERR_OK)
			break;
		if ((e = write_page(out, form, &rows, count == 0, why)) == ERR_OK && ferror(out) != 0)
			e = why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
		count += (long)rows.row_count;
		is_last = rows.row_count < (size_t)at_most || count == limit;
		free(after);
		after = NULL;
		if (e == ERR_OK && !is_last && (after = strdup(rowset_find(&rows, rows.row_count - 1, "id"))) == NULL)
			e = ERR_MEMORY;
		rowset_clear(&rows);
	}
	free(after);
	return e;
}

/* Beside its place until it is whole, so that nobody takes half of it for all. */
static enum err export_file(scepadm_page_read *read, void *source, const char *form, const char *file, long limit, struct why *why)
{
	char *part = NULL;
	FILE *out = NULL;
	enum err e;

	if (asprintf(&part, "%s.part", file) < 0)
		return ERR_MEMORY;
	if ((out = fopen(part, "we")) == NULL) {
		e = why_set(why, ERR_IO, "%s: %s", part, strerror(errno));
		goto out;
	}
	e = write_pages(read, source, form, out, file, limit, why);
	if (fclose(out) != 0 && e == ERR_OK)
		e = why_set(why, ERR_IO, "%s: %s", part, strerror(errno));
	if (e == ERR_OK && rename(part, file) != 0)
		e = why_set(why, ERR_IO, "%s: %s", file, strerror(errno));
	if (e != ERR_OK)
		(void)unlink(part);
out:
	free(part);
	return e;
}

enum err scepadm_pages_export(scepadm_page_read *read, void *source, const char *form, const char *file, long limit, struct why *why)
{
	enum err e;

	if (file != NULL && strcmp(file, "-") != 0)
		return export_file(read, source, form, file, limit, why);
	e = write_pages(read, source, form, stdout, "standard output", limit, why);
	if (fflush(stdout) != 0 && e == ERR_OK)
		e = why_set(why, ERR_IO, "standard output: %s", strerror(errno));
	return e;
}
