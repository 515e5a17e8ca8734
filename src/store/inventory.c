#include <config.h>

#include "store/inventory.h"

#include "store/internal.h"

#define PAGE_SQL(columns_, joins_) \
	"SELECT " columns_ " FROM scepgate.certificate_search($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, $10::interval, $11::bigint, $12::bigint," \
	" $13::bigint, $14::integer) WITH ORDINALITY AS s (id, place) JOIN scepgate.certificates v ON v.id = s.id " joins_ " ORDER BY s.place"

static struct db_param text_or_null(const char *text)
{
	return text == NULL ? (struct db_param){ DB_PARAM_NULL, { NULL, 0 }, 0 } : db_text(text);
}

enum err inventory_read(struct store *store, const struct inventory_filter *filter, bool with_files, const char *after, int at_most, struct rowset *rows, struct why *why)
{
	const struct db_param params[] = { text_or_null(filter->application), text_or_null(filter->profile), text_or_null(filter->ca), text_or_null(filter->subject), text_or_null(filter->san),
		text_or_null(filter->name), text_or_null(filter->serial), text_or_null(filter->sha256), text_or_null(filter->state), text_or_null(filter->expiring_within), text_or_null(filter->lineage),
		text_or_null(filter->challenge), text_or_null(after), db_number(at_most) };
	const char *sql = with_files ? PAGE_SQL("v.*, f.certificate", "JOIN scepgate.certificate_files f ON f.id = v.id") : PAGE_SQL("v.*", "");
	struct db_rows *found = NULL;
	enum err e;

	if ((e = store_query(store, STORE_RETRY, sql, params, sizeof(params) / sizeof(params[0]), DB_FORMAT_TEXT, &found, why)) == ERR_OK)
		e = rowset_copy(found, rows);
	db_rows_free(found);
	return e;
}
