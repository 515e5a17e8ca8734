#include <config.h>

#include "ctl/scepadm_commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "ctl/scepadm_rows.h"
#include "service/key_rewrap.h"
#include "service/stored_key.h"
#include "store/admin.h"
#include "store/sealed.h"
#include "store/view.h"

static const char *place_word(enum stored_key_place place)
{
	switch (place) {
	case STORED_KEY_SECRET:
		return "secret";
	case STORED_KEY_OTHER_SECRET:
		return "other";
	case STORED_KEY_UNKNOWN:
		return "unknown";
	case STORED_KEY_TOKEN:
		return "token";
	}
	return "";
}

/* What is sealed, read without changing anything. */
static enum err read_sealed(struct scepadm *scepadm, struct sealed_list *list, struct why *why)
{
	enum err e = admin_begin(scepadm->store, why);

	if (e != ERR_OK)
		return e;
	e = sealed_keys_load(scepadm->store, list, why);
	admin_rollback(scepadm->store);
	return e;
}

static const struct sealed_item *find_item(const struct sealed_list *list, const char *id)
{
	int64_t number = strtoll(id, NULL, 10);

	for (size_t i = 0; i < list->count; i++)
		if (list->item[i].id == number)
			return &list->item[i];
	return NULL;
}

static enum err add_row(const struct scepadm *scepadm, const struct rowset *keys, size_t i, const struct sealed_list *list, struct scepadm_rows *rows)
{
	const char *id = rowset_find(keys, i, "id");
	const struct sealed_item *item = find_item(list, id);
	enum stored_key_place place = STORED_KEY_TOKEN;
	enum err e = item == NULL ? ERR_OK : stored_key_find(&scepadm->service.keys, buf_bytes(&item->sealed), &place);

	if (e == ERR_OK)
		scepadm_rows_add(rows, (const char *const[]){ id, rowset_find(keys, i, "used_by"), place_word(place), rowset_find(keys, i, "uri"), rowset_find(keys, i, "spki_sha256"),
			rowset_find(keys, i, "created_at") });
	return e;
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "id", "used_by", "opened_by", "uri", "spki_sha256", "created_at", NULL };
	static const char *const shown[] = { "id", "used_by", "opened_by", "uri", "created_at", NULL };
	struct scepadm *scepadm = context;
	struct scepadm_rows rows = { 0 };
	struct sealed_list list = { 0 };
	struct rowset keys = { 0 };
	enum err e;

	(void)line;
	if ((e = scepadm_secret_load(scepadm, why)) != ERR_OK || (e = scepadm_rows_init(&rows, columns)) != ERR_OK ||
	    (e = view_read(scepadm->store, VIEW_PRIVATE_KEY, NULL, 0, 0, &keys, why)) != ERR_OK || (e = read_sealed(scepadm, &list, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; e == ERR_OK && i < keys.row_count; i++)
		e = add_row(scepadm, &keys, i, &list, &rows);
	if (e == ERR_OK && (e = scepadm_rows_end(&rows)) == ERR_OK)
		e = output_rows(stdout, scepadm->format, &rows.rows, shown, why);
out:
	sealed_list_clear(&list);
	rowset_clear(&keys);
	scepadm_rows_clear(&rows);
	return e;
}

static enum err run_rewrap(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct key_rewrap_count count;
	struct buf secret = { 0 };
	char keys[16], requests[16], known[16];
	enum err e;

	if ((e = scepadm_secret_load(scepadm, why)) != ERR_OK || (e = conf_secret_load(command_get(line, "FILE"), &secret, why)) != ERR_OK ||
	    (e = key_rewrap(&scepadm->service, buf_bytes(&secret), &count, why)) != ERR_OK)
		goto out;
	snprintf(keys, sizeof keys, "%d", count.keys);
	snprintf(requests, sizeof requests, "%d", count.requests);
	snprintf(known, sizeof known, "%d", count.keys_known + count.requests_known);
	e = output_fields(stdout, scepadm->format, (const struct output_field[]){
		{ "keys", keys, ROWSET_LITERAL }, { "requests", requests, ROWSET_LITERAL }, { "known", known, ROWSET_LITERAL } }, 3, why);
	if (e == ERR_OK)
		scepadm_say("Keep the old secret until no host has it as its secret_file, and as long as a backup of before is to be read.");
out:
	buf_clear(&secret);
	return e;
}

static const struct command_option rewrap_options[] = {
	{ .name = "FILE", .type = OPTION_FILE, .is_positional = true, .is_required = true, .help = "file of the new key-encryption secret, as secret create makes it" },
};

const struct command scepadm_key_list = {
	"key", "list", "list the private keys, and which of this host's secrets opens each", .role = ROLE_ADMIN, .run = run_list
};
const struct command scepadm_key_rewrap = {
	"key", "rewrap", "seal all keys and waiting requests under another key-encryption secret", OPTIONS(rewrap_options), .role = ROLE_ADMIN, .is_destructive = true, .run = run_rewrap
};
