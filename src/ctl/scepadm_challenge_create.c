#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/command_line.h"
#include "ctl/csv.h"
#include "ctl/file.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "ctl/scepadm_rows.h"
#include "pki/ext.h"
#include "pki/name.h"

enum {
	MINT_MAX_AT_ONCE = 10000,               /* challenges of one call, also lines of a file */
	MINT_MAX_FILE_LEN = 64 * 1024 * 1024,
	MINT_KEY_SHA256_LEN = 32,
	MINT_RESULTS = 3                        /* columns that are added: challenge, id, expires_at */
};

/* What can be said of one challenge: column of a file, option of the line, parameter of the database. */
static const struct {
	const char *column, *option, *parameter;
} properties[] = {
	{ "device", "device", "device" }, { "subject", "subject", "subject" }, { "sans", "sans", "sans" }, { "username", "username", "username" },
	{ "key_sha256", "key-sha256", "spki_sha256" }, { "lifetime_minutes", "lifetime-minutes", "lifetime_minutes" }, { "uses", "uses", "uses" },
	{ "sid", "sid", "sid" },
};
enum { PROPERTIES = sizeof properties / sizeof properties[0], SUBJECT = 1, SANS = 2, KEY_SHA256 = 4, SID = 7 };

/* One run. `rows` begins with a column for each `property` of `shown`, and ends with the results. */
struct mint {
	struct scepadm *scepadm;
	const struct command_line *line;
	struct scepadm_endpoint endpoint;
	size_t shown[PROPERTIES];
	size_t shown_count;
	struct scepadm_rows rows;
};

static const struct command_option *option_of(const struct command *command, const char *name)
{
	size_t i = 0;

	while (strcmp(command->option[i].name, name) != 0)
		i++;
	return &command->option[i];
}

static enum err decode_key(const char *hex, struct buf *octets, struct why *why)
{
	enum err e = text_decode_hex(bytes_from_str(hex), octets);

	if (e == ERR_TEXT || (e == ERR_OK && octets->len != MINT_KEY_SHA256_LEN))
		e = why_set(why, ERR_VALUE, "a key is given as the SHA-256 of its SubjectPublicKeyInfo, %d hexadecimal digits, not \"%s\"",
			2 * MINT_KEY_SHA256_LEN, hex);
	return e;
}

/* A challenge for something that is misspelt would be minted and never open anything. @param value in: by property; NULL: not said. */
static enum err check_values(const char *const *value, struct why *why)
{
	struct buf octets = { 0 };
	enum err e = ERR_OK;

	if (value[SUBJECT] != NULL)
		e = name_parse_text(value[SUBJECT], &octets, why);
	buf_clear(&octets);
	if (e == ERR_OK && value[SANS] != NULL && strcmp(value[SANS], "none") != 0)
		e = san_parse_text(bytes_from_str(value[SANS]), &octets, why);
	buf_clear(&octets);
	if (e == ERR_OK && value[KEY_SHA256] != NULL)
		e = decode_key(value[KEY_SHA256], &octets, why);
	if (e == ERR_OK && value[SID] != NULL)
		e = sid_check(bytes_from_str(value[SID]), why);
	buf_clear(&octets);
	return e;
}

/* Of values that were checked. */
static enum err mint_one(struct mint *mint, const char *const *value, struct why *why)
{
	struct admin_argument argument[2 + PROPERTIES] = {
		{ "application", bytes_from_str(mint->endpoint.application) },
		{ "profile", bytes_from_str(mint->endpoint.profile) },
	};
	const char *cells[PROPERTIES + MINT_RESULTS];
	struct rowset result = { 0 };
	struct buf key = { 0 };
	size_t count = 2, at = 0;
	enum err e = ERR_OK;

	if (value[KEY_SHA256] != NULL && (e = decode_key(value[KEY_SHA256], &key, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < PROPERTIES; i++)
		if (value[i] != NULL)
			argument[count++] = (struct admin_argument){ properties[i].parameter, i == KEY_SHA256 ? buf_bytes(&key) : bytes_from_str(value[i]) };
	if ((e = admin_call(mint->scepadm->store, ADMIN_CHALLENGE_CREATE, argument, count, &result, why)) != ERR_OK)
		goto out;
	for (; at < mint->shown_count; at++)
		cells[at] = value[mint->shown[at]];
	cells[at++] = rowset_find(&result, 0, "challenge");
	cells[at++] = rowset_find(&result, 0, "id");
	cells[at] = rowset_find(&result, 0, "expires_at");
	scepadm_rows_add(&mint->rows, cells);
out:
	rowset_clear(&result);
	buf_clear(&key);
	return e;
}

static enum err rows_init(struct mint *mint)
{
	const char *names[PROPERTIES + MINT_RESULTS + 1];
	size_t count = 0;

	for (; count < mint->shown_count; count++)
		names[count] = properties[mint->shown[count]].column;
	names[count++] = "challenge";
	names[count++] = "id";
	names[count++] = "expires_at";
	names[count] = NULL;
	return scepadm_rows_init(&mint->rows, names);
}

/* --- from the options --- */

static enum err mint_counted(struct mint *mint, struct why *why)
{
	const char *value[PROPERTIES];
	enum err e;

	for (size_t i = 0; i < PROPERTIES; i++) {
		value[i] = command_get(mint->line, properties[i].option);
		if (value[i] != NULL)
			mint->shown[mint->shown_count++] = i;
	}
	if ((e = check_values(value, why)) != ERR_OK || (e = rows_init(mint)) != ERR_OK || (e = admin_begin(mint->scepadm->store, why)) != ERR_OK)
		return e;
	for (long left = command_get_number(mint->line, "count"); e == ERR_OK && left > 0; left--)
		e = mint_one(mint, value, why);
	return e;
}

/* --- from a file --- */

/* The header names the columns; what is unknown or doubled is an error, so that nothing is minted for less than was meant. */
static enum err take_header(struct mint *mint, const struct csv_record *header, struct why *why)
{
	bool is_named[PROPERTIES] = { false };

	for (size_t i = 0; i < header->count; i++) {
		size_t property = 0;

		while (property < PROPERTIES && strcmp(properties[property].column, header->field[i]) != 0)
			property++;
		if (property == PROPERTIES)
			return why_set(why, ERR_VALUE, "line %zu: there is no column \"%s\"; there are device, subject, sans, username, key_sha256, "
				"lifetime_minutes, uses and sid", header->line, header->field[i]);
		if (is_named[property])
			return why_set(why, ERR_VALUE, "line %zu names the column %s twice", header->line, header->field[i]);
		is_named[property] = true;
		mint->shown[mint->shown_count++] = property;
	}
	return rows_init(mint);
}

/* The values of a line. An empty field says nothing; then the option speaks for all lines. */
static enum err take_values(const struct mint *mint, const struct csv_record *record, const char **value, struct why *why)
{
	for (size_t i = 0; i < PROPERTIES; i++)
		value[i] = command_get(mint->line, properties[i].option);
	for (size_t i = 0; i < record->count; i++) {
		size_t property = mint->shown[i];

		if (*record->field[i] == '\0')
			continue;
		value[property] = record->field[i];
		if (command_value_check(option_of(mint->line->command, properties[property].option), value[property], why) != ERR_OK)
			return ERR_VALUE;
	}
	return check_values(value, why);
}

static enum err take_record(struct mint *mint, const struct csv_record *record, bool is_minting, struct why *why)
{
	const char *value[PROPERTIES];
	struct why cause = { 0 };
	enum err e;

	if (record->count != mint->shown_count)
		return why_set(why, ERR_VALUE, "line %zu has %zu fields, the header %zu", record->line, record->count, mint->shown_count);
	e = take_values(mint, record, value, &cause);
	if (e == ERR_OK && is_minting)
		e = mint_one(mint, value, &cause);
	return e == ERR_OK ? ERR_OK : why_set(why, e, "line %zu: %s", record->line, why_text(&cause, e));
}

static enum err take_records(struct mint *mint, struct csv_reader reader, bool is_minting, struct why *why)
{
	struct csv_record record = { 0 };
	size_t count = 0;
	enum err e;

	while ((e = csv_next(&reader, &record, why)) == ERR_OK) {
		if (count++ == MINT_MAX_AT_ONCE)
			e = why_set(why, ERR_VALUE, "line %zu: at most %d challenges are minted at once", record.line, MINT_MAX_AT_ONCE);
		else
			e = take_record(mint, &record, is_minting, why);
		if (e != ERR_OK)
			break;
	}
	csv_record_clear(&record);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* All lines are looked at before the first challenge is minted: others who mint wait meanwhile. */
static enum err mint_file(struct mint *mint, struct why *why)
{
	struct csv_reader reader;
	struct csv_record header = { 0 };
	struct buf content = { 0 };
	enum err e;

	if ((e = file_read(command_get(mint->line, "csv"), MINT_MAX_FILE_LEN, &content, why)) != ERR_OK)
		goto out;
	csv_reader_init(&reader, buf_bytes(&content));
	if ((e = csv_next(&reader, &header, why)) == ERR_NOT_FOUND)
		e = why_set(why, ERR_VALUE, "the file is empty: its first line must name the columns");
	if (e != ERR_OK || (e = take_header(mint, &header, why)) != ERR_OK || (e = take_records(mint, reader, false, why)) != ERR_OK)
		goto out;
	if ((e = admin_begin(mint->scepadm->store, why)) == ERR_OK)
		e = take_records(mint, reader, true, why);
out:
	csv_record_clear(&header);
	buf_clear(&content);
	return e;
}

/* --- */

/* Without --format the challenges alone, so that they can go into a variable or a file; of a file what was read, completed. */
static enum err show(const struct mint *mint, struct why *why)
{
	const struct rowset *rows = &mint->rows.rows;

	if (command_has(mint->line, "format"))
		return output_rows(stdout, mint->scepadm->format, rows, NULL, why);
	if (command_has(mint->line, "csv"))
		return output_rows(stdout, OUTPUT_CSV, rows, NULL, why);
	for (size_t i = 0; i < rows->row_count; i++)
		printf("%s\n", rowset_find(rows, i, "challenge"));
	return ERR_OK;
}

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct mint mint = { .scepadm = scepadm, .line = line };
	enum err e;

	if (command_has(line, "csv") && command_has(line, "count"))
		return why_set(why, ERR_USAGE, "--count is of no use with --csv: a line of the file is a challenge");
	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &mint.endpoint, why)) != ERR_OK)
		return e;
	e = command_has(line, "csv") ? mint_file(&mint, why) : mint_counted(&mint, why);
	if (e == ERR_OK && (e = scepadm_rows_end(&mint.rows)) == ERR_OK)
		e = admin_commit(scepadm->store, why);
	else
		admin_rollback(scepadm->store);
	if (e == ERR_OK)
		e = show(&mint, why);
	scepadm_rows_clear(&mint.rows);
	return e;
}

static const struct command_option options[] = {
	POSITIONAL("ENDPOINT", "the endpoint that it opens, as APPLICATION/PROFILE"),
	NUMBER_OPTION("lifetime-minutes", "MINUTES", 1, 43200, NULL,
		"how long it lives; without it as the endpoint says; more than 1440 only where the endpoint has --long-challenges"),
	NUMBER_OPTION("uses", "NUMBER", 1, 1000, NULL, "how many certificates it opens the door for; without it as the endpoint says"),
	TEXT_OPTION("subject", "DN", "only for a request with this subject, RFC 4514"),
	TEXT_OPTION("sans", "LIST", "only for a request with exactly these alternative names: \"DNS:a.example, UPN:b@example\"; none for no names"),
	TEXT_OPTION("key-sha256", "HEX", "only for a request with this key: SHA-256 of its SubjectPublicKeyInfo"),
	TEXT_OPTION("device", "ID", "only for a request that names this device, or that the profile's templates give it to"),
	TEXT_OPTION("username", "NAME", "whose device it is, for templates of the profile; recorded, not compared"),
	TEXT_OPTION("sid", "SID", "the Windows account that the certificate is for, S-1-5-21-..."),
	NUMBER_OPTION("count", "NUMBER", 1, MINT_MAX_AT_ONCE, "1", "how many, all alike"),
	FILE_OPTION("csv", "mint one for each line of this file, - for standard input; its header names the columns"),
};

const struct command scepadm_challenge_create = {
	"challenge", "create", "mint dynamic challenges and print them, once", OPTIONS(options), .role = ROLE_OPERATOR, .run = run_create
};
