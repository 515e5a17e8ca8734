#include <config.h>

#include "base/secret_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/unit.h"

enum { MAX_LEN = 8 };

static char folder[] = "/tmp/scepgate-secret-file.XXXXXX";
static char path[sizeof folder + 8];

static void write_file(const char *content, mode_t mode)
{
	FILE *file;

	unlink(path);
	if ((file = fopen(path, "w")) == NULL || fputs(content, file) < 0 || fclose(file) != 0 || chmod(path, mode) != 0)
		abort();
}

static void contents(void)
{
	static const struct {
		const char *content, *secret;
	} rows[] = {
		{ "", "" }, { "\n", "" }, { "a", "a" }, { "a\n", "a" }, { "a\n\n", "a\n" }, { "12345678", "12345678" }, { "12345678\n", "12345678" },
		{ "123456789", "123456789" }, { "123456789\n", "123456789" }, { "1234567890", "123456789" }, { "1234567890abcdef", "123456789" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf secret = { 0 };

		unit_row(rows[i].content);
		write_file(rows[i].content, 0600);
		UNIT_ERR(ERR_OK, secret_file_read(path, MAX_LEN, &secret, NULL));
		UNIT_BYTES(bytes_from_str(rows[i].secret), buf_bytes(&secret));
		buf_clear(&secret);
	}
}

static void modes(void)
{
	static const struct {
		const char *name;
		mode_t mode;
		enum err e;
	} rows[] = {
		{ "0600", 0600, ERR_OK }, { "0400", 0400, ERR_OK }, { "0640", 0640, ERR_OK }, { "0440", 0440, ERR_OK }, { "0660", 0660, ERR_KEY_SECRET }, { "0620", 0620, ERR_KEY_SECRET },
		{ "0604", 0604, ERR_KEY_SECRET }, { "0602", 0602, ERR_KEY_SECRET }, { "0601", 0601, ERR_KEY_SECRET }, { "0644", 0644, ERR_KEY_SECRET },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf secret = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].name);
		write_file("hidden", rows[i].mode);
		UNIT_ERR(rows[i].e, secret_file_read(path, MAX_LEN, &secret, &why));
		CU_ASSERT_EQUAL(secret.len, rows[i].e == ERR_OK ? 6 : 0);
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, why.text[0] == '\0');
		CU_ASSERT_PTR_NULL(strstr(why.text, "hidden"));
		buf_clear(&secret);
	}
}

static void no_file(void)
{
	struct buf secret = { 0 };
	struct why why = { 0 };

	unlink(path);
	UNIT_ERR(ERR_KEY_SECRET, secret_file_read(path, MAX_LEN, &secret, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, path));
	UNIT_ERR(ERR_KEY_SECRET, secret_file_read(folder, MAX_LEN, &secret, NULL));
	CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
	UNIT_ERR(ERR_KEY_SECRET, secret_file_read(path, MAX_LEN, &secret, NULL));
	CU_ASSERT_EQUAL(secret.len, 0);
	unlink(path);
}

static const struct unit_case cases[] = {
	{ "the content without its last newline, and never more than one octet too many", contents },
	{ "a file that lets others in is refused", modes },
	{ "what is no regular file is refused, without waiting", no_file },
};

int main(void)
{
	int status;

	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/secret", folder);
	status = unit_main("base/secret_file", cases, sizeof cases / sizeof cases[0]);
	unlink(path);
	rmdir(folder);
	return status;
}
