#include <config.h>

#include "ctl/scepadm_matching.h"

#include <stdio.h>
#include <string.h>

#include "ctl/prompt.h"
#include "ctl/scepadm.h"

static enum err read_one(struct scepadm *scepadm, const struct scepadm_matching *matching, const char *id, struct rowset *row, struct why *why)
{
	struct view_filter filter = { "id", id };
	char what[64];

	snprintf(what, sizeof what, "%s %s", matching->noun, id);
	return scepadm_read_one(scepadm, matching->view, &filter, 1, what, row, why);
}

static bool has_row(const struct rowset *ids, const char *id)
{
	for (size_t i = 0; i < ids->row_count; i++)
		if (strcmp(rowset_get(ids, i, 0), id) == 0)
			return true;
	return false;
}

/*
 * Decide on what matches. @param allowed in: what may be decided, as an earlier call gave it; NULL: all. @param is_kept in: else everything is rolled back, and
 * only the numbers are told.
 */
static enum err decide_matching(struct scepadm *scepadm, const struct scepadm_matching *matching, const struct command_line *line, const struct rowset *allowed,
	bool is_kept, struct rowset *ids, struct why *why)
{
	struct scepadm_arguments arguments;
	struct rowset found = { 0 };
	enum err e;

	matching->collect(line, &arguments);
	if ((e = admin_begin(scepadm->store, why)) != ERR_OK)
		return e;
	e = admin_call(scepadm->store, matching->call, arguments.argument, arguments.count, &found, why);
	for (size_t i = 0; e == ERR_OK && allowed != NULL && i < found.row_count; i++)
		if (!has_row(allowed, rowset_get(&found, i, 0)))
			e = why_set(why, ERR_CONFLICT, "%s %s has come meanwhile and matches too: nothing was %s, look again", matching->noun,
				rowset_get(&found, i, 0), matching->done);
	if (e == ERR_OK && is_kept)
		e = admin_commit(scepadm->store, why);
	else
		admin_rollback(scepadm->store);
	if (e == ERR_OK) {
		*ids = found;
		found = (struct rowset){ 0 };
	}
	rowset_clear(&found);
	return e;
}

/* To standard error: it is part of the question. */
static enum err show_matching(struct scepadm *scepadm, const struct scepadm_matching *matching, const struct rowset *ids, struct why *why)
{
	struct scepadm_rows rows = { 0 };
	enum err e = scepadm_rows_init(&rows, matching->columns);

	for (size_t i = 0; e == ERR_OK && i < ids->row_count; i++) {
		const char *values[SCEPADM_MATCHING_MAX_COLUMNS];
		struct rowset row = { 0 };

		if ((e = read_one(scepadm, matching, rowset_get(ids, i, 0), &row, why)) != ERR_OK)
			break;
		for (size_t c = 0; matching->columns[c] != NULL; c++)
			values[c] = rowset_find(&row, 0, matching->columns[c]);
		scepadm_rows_add(&rows, values);
		rowset_clear(&row);
	}
	if (e == ERR_OK && (e = scepadm_rows_end(&rows)) == ERR_OK)
		e = output_rows(stderr, OUTPUT_TABLE, &rows.rows, NULL, why);
	scepadm_rows_clear(&rows);
	return e;
}

/* Show what a decision would decide, by taking it and rolling back, and ask. No lock is held meanwhile. */
static enum err ask(struct scepadm *scepadm, const struct scepadm_matching *matching, const struct command_line *line, struct rowset *shown, struct why *why)
{
	char question[64];
	enum err e;

	if ((e = decide_matching(scepadm, matching, line, NULL, false, shown, why)) != ERR_OK || shown->row_count == 0)
		return e;
	if ((e = show_matching(scepadm, matching, shown, why)) != ERR_OK)
		return e;
	if (!prompt_is_possible())
		return why_set(why, ERR_USAGE, "these would be %s; it needs --yes when there is nobody to ask", matching->done);
	snprintf(question, sizeof question, "%s %zu %s%s?", matching->question, shown->row_count, matching->noun, shown->row_count == 1 ? "" : "s");
	return prompt_confirm(question, false) ? ERR_OK : why_set(why, ERR_CONFLICT, "nothing was %s", matching->done);
}

enum err scepadm_matching_decide(struct scepadm *scepadm, const struct scepadm_matching *matching, const struct command_line *line,
	struct scepadm_rows *decided, struct why *why)
{
	struct rowset shown = { 0 }, ids = { 0 };
	bool is_asking = !command_is_set(line, "yes");
	enum err e = ERR_OK;

	if (is_asking)
		e = ask(scepadm, matching, line, &shown, why);
	if (e != ERR_OK || (is_asking && shown.row_count == 0))
		goto out;
	if ((e = decide_matching(scepadm, matching, line, is_asking ? &shown : NULL, true, &ids, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < ids.row_count; i++) {
		const char *id = rowset_get(&ids, i, 0);

		scepadm_rows_add(decided, &id);
	}
	if (ids.row_count == (size_t)command_get_number(line, "limit"))
		scepadm_say("There may be more: no more than %zu are %s at once.", ids.row_count, matching->done);
out:
	rowset_clear(&shown);
	rowset_clear(&ids);
	return e;
}

