#include <config.h>

#include "base/password.h"

#include <string.h>

#include "support/unit.h"

static void round_trip(void)
{
	struct buf hash, again;

	buf_init(&hash);
	buf_init(&again);
	UNIT_ERR(ERR_OK, password_hash(bytes_from_str("correct horse"), &hash, NULL));
	CU_ASSERT_EQUAL(0, strncmp((const char *)hash.ptr, "$y$", 3));
	CU_ASSERT_EQUAL(hash.len, strlen((const char *)hash.ptr));
	UNIT_ERR(ERR_OK, password_check(bytes_from_str("correct horse"), (const char *)hash.ptr, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from_str("correct horsE"), (const char *)hash.ptr, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from_str("correct horse "), (const char *)hash.ptr, NULL));
	UNIT_ERR(ERR_OK, password_hash(bytes_from_str("correct horse"), &again, NULL));
	CU_ASSERT_FALSE(bytes_is_equal(buf_bytes(&hash), buf_bytes(&again)));
	buf_clear(&again);
	buf_clear(&hash);
}

static void methods(void)
{
	/* All of "correct horse", made with crypt(3). */
	static const struct {
		const char *hash;
		enum err e;
	} rows[] = {
		{ "$y$j9T$abcdefghijkl$mgJuY4gMXijl7wcJZVq47c5gOPi/i3xTgQt/6zXaLs/", ERR_OK },
		{ "$gy$j9T$abcdefghijkl$Y.WiLJ4cWVh1PFY4lz5YCtIffrDehkODLqXBiY7.uI9", ERR_OK },
		{ "$7$CU..../....abcdefgh$zsdaqwx89mPOv8.UAUJOC7yCeca1WUSV.qqzsN2U1JA", ERR_OK },
		{ "$2a$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", ERR_OK },
		{ "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", ERR_OK },
		{ "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", ERR_OK },
		{ "$2x$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", ERR_VALUE },
		{ "$6$abcdefgh$yIZAF3gQPvtKZO/9qOJKffAKKbtS3ef3qmwyugk4uWVjX8YZf/GV3A8SkFxEPY0T56CcilGrHKLffBsp6dLMG.", ERR_VALUE },
		{ "$5$abcdefgh$ruMep1ijHnJPZbETDNiumskxcX3kN4lzZd5VlsqE7eB", ERR_VALUE },
		{ "$1$abcdefgh$y6iHhJNbuC0xpbk0w9pm80", ERR_VALUE },
		{ "abhfCpXqd4GrI", ERR_VALUE },
		{ "correct horse", ERR_VALUE }, { "", ERR_VALUE }, { "*0", ERR_VALUE }, { "$y$", ERR_VALUE }, { "$2b$", ERR_VALUE }, { "$2b$99$xx", ERR_VALUE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].hash);
		UNIT_ERR(rows[i].e, password_check(bytes_from_str("correct horse"), rows[i].hash, NULL));
	}
}

static void limits(void)
{
	static const char hash[] = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
	char longest[PASSWORD_MAX_LEN + 1];
	struct why why = { 0 };
	struct buf out;

	memset(longest, 'p', sizeof longest);
	buf_init(&out);
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from_str(""), &out, NULL));
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from_str("1234567"), &out, &why));
	CU_ASSERT_PTR_NULL(strstr(why.text, "1234567"));
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from(longest, PASSWORD_MAX_LEN + 1), &out, NULL));
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from_str("1234567\n"), &out, NULL));
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from("12345678\0x", 10), &out, NULL));
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from_str("1234567\xff"), &out, NULL));
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from_str("\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac"), &out, NULL)); /* four characters, nine octets */
	UNIT_ERR(ERR_VALUE, password_hash(bytes_from_str("123456\xc3\xa4"), &out, NULL)); /* seven, eight */
	CU_ASSERT_EQUAL(0, out.len);
	UNIT_ERR(ERR_OK, password_hash(bytes_from_str("12345678"), &out, NULL));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, password_hash(bytes_from_str("1234567\xc3\xa4"), &out, NULL));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, password_hash(bytes_from(longest, PASSWORD_MAX_LEN), &out, NULL));
	UNIT_ERR(ERR_OK, password_check(bytes_from(longest, PASSWORD_MAX_LEN), (const char *)out.ptr, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from(longest, PASSWORD_MAX_LEN + 1), (const char *)out.ptr, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from_str(""), hash, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from_str("short"), hash, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from("correct horse\0", 14), hash, NULL));
	buf_clear(&out);
}

/* bcrypt reads 72 octets and takes no notice of the rest. */
static void bcrypt_limit(void)
{
	/* Of 72 times "p", made with crypt(3). */
	static const char hash[] = "$2b$04$abcdefghijklmnopqrstuuNt.0ah97gHY3F7JC1Z6EXmQc0bQBhIO";
	char longer[PASSWORD_BCRYPT_MAX_LEN + 1];
	struct why why = { 0 };
	struct buf out;

	memset(longer, 'p', sizeof longer);
	buf_init(&out);
	UNIT_ERR(ERR_OK, password_check(bytes_from(longer, PASSWORD_BCRYPT_MAX_LEN), hash, &why));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from(longer, PASSWORD_BCRYPT_MAX_LEN - 1), hash, &why));
	CU_ASSERT_STRING_EQUAL("", why.text);
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from(longer, PASSWORD_BCRYPT_MAX_LEN + 1), hash, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "72 octets"));
	UNIT_ERR(ERR_OK, password_hash(bytes_from(longer, PASSWORD_BCRYPT_MAX_LEN + 1), &out, NULL));
	UNIT_ERR(ERR_OK, password_check(bytes_from(longer, PASSWORD_BCRYPT_MAX_LEN + 1), (const char *)out.ptr, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from(longer, PASSWORD_BCRYPT_MAX_LEN), (const char *)out.ptr, NULL));
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "a hash is yescrypt, salted, and verifies its own password alone", round_trip },
	{ "yescrypt, scrypt and bcrypt hashes verify, weaker methods are refused", methods },
	{ "a password has 8 octets to the limit, of UTF-8 without control characters", limits },
	{ "a password of 72 octets may match a bcrypt hash, one of 73 never does", bcrypt_limit },
};

UNIT_MAIN("password", cases)
