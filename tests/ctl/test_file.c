#include <config.h>

#include "ctl/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/unit.h"

enum { PATH_SIZE = 128 };

static void make_path(char path[PATH_SIZE])
{
	int fd;

	snprintf(path, PATH_SIZE, "%s/file-test-XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	if ((fd = mkstemp(path)) < 0)
		abort();
	close(fd);
}

static void test_read(void)
{
	char path[PATH_SIZE];
	struct buf out = { 0 };
	struct why why = { 0 };

	make_path(path);
	UNIT_ERR(ERR_OK, file_write(path, bytes_from_str("0123456789"), FILE_PUBLIC, NULL));
	UNIT_ERR(ERR_OK, file_read(path, 10, &out, NULL));
	UNIT_BYTES(bytes_from_str("0123456789"), buf_bytes(&out));
	UNIT_ERR(ERR_IO, file_read(path, 9, &out, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "longer than 9 bytes"));
	CU_ASSERT_EQUAL(out.len, 10);
	UNIT_ERR(ERR_OK, file_write(path, bytes_from_str(""), FILE_PUBLIC, NULL));
	UNIT_ERR(ERR_OK, file_read(path, 0, &out, NULL));
	CU_ASSERT_EQUAL(out.len, 10);
	unlink(path);
	UNIT_ERR(ERR_IO, file_read(path, 10, &out, NULL));
	UNIT_ERR(ERR_IO, file_read("/", 10, &out, NULL));
	buf_clear(&out);
}

static void test_write(void)
{
	char path[PATH_SIZE];
	struct stat mode;

	make_path(path);
	UNIT_ERR(ERR_IO, file_write(path, bytes_from_str("secret"), FILE_PRIVATE, NULL));
	CU_ASSERT_EQUAL(stat(path, &mode), 0);
	CU_ASSERT_EQUAL(mode.st_size, 0);
	unlink(path);
	UNIT_ERR(ERR_OK, file_write(path, bytes_from_str("secret"), FILE_PRIVATE, NULL));
	CU_ASSERT_EQUAL(stat(path, &mode), 0);
	CU_ASSERT_EQUAL(mode.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(mode.st_size, 6);
	UNIT_ERR(ERR_OK, file_write(path, bytes_from_str("new"), FILE_PUBLIC, NULL));
	CU_ASSERT_EQUAL(stat(path, &mode), 0);
	CU_ASSERT_EQUAL(mode.st_size, 3);
	unlink(path);
	UNIT_ERR(ERR_IO, file_write("/nowhere/at/all", bytes_from_str("x"), FILE_PUBLIC, NULL));
}

static void test_pem(void)
{
	static const struct {
		const char *text, *content;
		enum err error;
	} rows[] = {
		{ "-----BEGIN THING-----\nYWJj\n-----END THING-----\n", "abc", ERR_OK },
		{ "-----BEGIN THING-----\r\nYW\r\nJj\r\n-----END THING-----", "abc", ERR_OK },
		{ "-----BEGIN NEW THING-----\nYWJj\n-----END NEW THING-----\n", "abc", ERR_OK },
		{ "text\n-----BEGIN OTHER-----\nZGVm\n-----END OTHER-----\n-----BEGIN THING-----\nYWJj\n-----END THING-----\n", "abc", ERR_OK },
		{ "-----BEGIN SOMETHING-----\nYWJj\n-----END SOMETHING-----\n", "", ERR_NOT_FOUND },
		{ "-----BEGIN THING-----\nYWJj\n", "", ERR_TEXT },
		{ "-----BEGIN THING-----\nYW?j\n-----END THING-----\n", "", ERR_TEXT },
		{ "-----BEGIN THING----\nYWJj\n-----END THING-----\n", "", ERR_NOT_FOUND },
		{ "-----BEGIN -----\n", "", ERR_NOT_FOUND },
		{ "\n", "", ERR_NOT_FOUND },
		{ "", "", ERR_NOT_FOUND },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes rest = bytes_from_str(rows[i].text);
		struct buf der = { 0 };

		unit_row(rows[i].text);
		UNIT_ERR(rows[i].error, file_next_pem(&rest, "THING", &der));
		if (rows[i].error == ERR_OK)
			UNIT_BYTES(bytes_from_str(rows[i].content), buf_bytes(&der));
		buf_clear(&der);
	}
	unit_row(NULL);
}

static void test_several_pem(void)
{
	struct bytes rest = bytes_from_str("-----BEGIN A-----\nYQ==\n-----END A-----\nb\n-----BEGIN A-----\nYg==\n-----END A-----\n");
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, file_next_pem(&rest, "A", &der));
	UNIT_ERR(ERR_OK, file_next_pem(&rest, "A", &der));
	UNIT_BYTES(bytes_from_str("ab"), buf_bytes(&der));
	UNIT_ERR(ERR_NOT_FOUND, file_next_pem(&rest, "A", &der));
	buf_clear(&der);
}

static void test_put_pem(void)
{
	static const size_t lens[] = { 0, 1, 47, 48, 49, 96, 97 };
	uint8_t octets[128];

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		struct buf pem = { 0 }, der = { 0 };
		struct bytes rest;
		size_t line_len = 0;

		UNIT_ERR(ERR_OK, file_put_pem("X509 CRL", bytes_from(octets, lens[i]), &pem));
		for (size_t k = 0; k < pem.len; k++) {
			line_len = pem.ptr[k] == '\n' ? 0 : line_len + 1;
			CU_ASSERT(line_len <= 64);
		}
		rest = buf_bytes(&pem);
		UNIT_ERR(ERR_OK, file_next_pem(&rest, "X509 CRL", &der));
		UNIT_BYTES(bytes_from(octets, lens[i]), buf_bytes(&der));
		CU_ASSERT_EQUAL(rest.len, 0);
		buf_clear(&pem);
		buf_clear(&der);
	}
}

static const struct unit_case cases[] = {
	{ "a file is read up to the limit and not beyond", test_read },
	{ "a private file has mode 0600 and replaces nothing, a public one does", test_write },
	{ "a PEM block is found by the end of its label (RFC 7468)", test_pem },
	{ "several PEM blocks come one after the other", test_several_pem },
	{ "a PEM block that is written has lines of 64 characters and is read again (RFC 7468 section 2)", test_put_pem },
};

UNIT_MAIN("file", cases)
