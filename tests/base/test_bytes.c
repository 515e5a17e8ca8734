#include <config.h>

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

static void comparing(void)
{
	CU_ASSERT_TRUE(bytes_is_equal(bytes_from(NULL, 0), bytes_from_str("")));
	CU_ASSERT_TRUE(bytes_is_equal(bytes_from("a\0b", 3), bytes_from("a\0b", 3)));
	CU_ASSERT_FALSE(bytes_is_equal(bytes_from("a\0b", 3), bytes_from("a\0c", 3)));
	CU_ASSERT_FALSE(bytes_is_equal(bytes_from_str("a"), bytes_from_str("ab")));
	CU_ASSERT_TRUE(bytes_is_equal_secret(bytes_from_str("abc"), bytes_from_str("abc")));
	CU_ASSERT_FALSE(bytes_is_equal_secret(bytes_from_str("abc"), bytes_from_str("Abc")));
	CU_ASSERT_FALSE(bytes_is_equal_secret(bytes_from_str("abc"), bytes_from_str("abC")));
	CU_ASSERT_FALSE(bytes_is_equal_secret(bytes_from_str("abc"), bytes_from_str("ab")));
	CU_ASSERT_TRUE(bytes_is_equal_secret(bytes_from_str(""), bytes_from(NULL, 0)));
	CU_ASSERT_TRUE(bytes_is_str_nocase(bytes_from_str("PkiClient.EXE"), "pkiclient.exe"));
	CU_ASSERT_FALSE(bytes_is_str_nocase(bytes_from_str("pkiclient.ex"), "pkiclient.exe"));
	CU_ASSERT_FALSE(bytes_is_str(bytes_from_str("A"), "a"));
}

static void copying(void)
{
	char *copy = NULL;

	UNIT_ERR(ERR_TEXT, bytes_copy_str(bytes_from("a\0b", 3), &copy));
	CU_ASSERT_PTR_NULL(copy);
	UNIT_ERR(ERR_OK, bytes_copy_str(bytes_from("abc", 2), &copy));
	CU_ASSERT_STRING_EQUAL("ab", copy);
	free(copy);
	UNIT_ERR(ERR_OK, bytes_copy_str(bytes_from(NULL, 0), &copy));
	CU_ASSERT_STRING_EQUAL("", copy);
	free(copy);
}

static void growing(void)
{
	struct buf buf;

	buf_init(&buf);
	for (int i = 0; i < 1000; i++)
		if (buf_append_byte(&buf, (uint8_t)i) != ERR_OK)
			break;
	CU_ASSERT_EQUAL(1000, buf.len);
	for (size_t i = 0; i < buf.len; i++)
		if (buf.ptr[i] != (uint8_t)i)
			CU_FAIL("an octet changed while the buffer grew");
	UNIT_ERR(ERR_MEMORY, buf_reserve(&buf, SIZE_MAX / 2));
	UNIT_ERR(ERR_MEMORY, buf_reserve(&buf, SIZE_MAX));
	CU_ASSERT_EQUAL(1000, buf.len);
	buf_clear(&buf);
	CU_ASSERT_PTR_NULL(buf.ptr);
	buf_clear(&buf);
}

static void formatting(void)
{
	struct buf buf, moved;

	buf_init(&buf);
	buf_init(&moved);
	UNIT_ERR(ERR_OK, buf_append_str(&buf, "n="));
	UNIT_ERR(ERR_OK, buf_append_format(&buf, "%d;%s", 7, "x"));
	UNIT_ERR(ERR_OK, buf_terminate(&buf));
	CU_ASSERT_STRING_EQUAL("n=7;x", (const char *)buf.ptr);
	CU_ASSERT_EQUAL(5, buf.len);
	buf_move(&moved, &buf);
	CU_ASSERT_EQUAL(0, buf.len);
	UNIT_BYTES(bytes_from_str("n=7;x"), buf_bytes(&moved));
	buf_reset(&moved);
	CU_ASSERT_EQUAL(0, moved.len);
	CU_ASSERT_EQUAL(0, moved.ptr[0]);
	buf_clear(&moved);
}

static const struct unit_case cases[] = {
	{ "bytes compare by length and content", comparing },
	{ "a copy is terminated, and bytes with a NUL are not copied", copying },
	{ "a buffer grows, and refuses a size that overflows", growing },
	{ "a buffer takes formatted text, is moved, and is wiped when reset", formatting },
};

UNIT_MAIN("bytes", cases)
