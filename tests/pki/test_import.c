#include <config.h>

#include "pki/import.h"

#include <stdlib.h>
#include <string.h>

#include "pki/pem.h"
#include "support/unit.h"

#define PASSWORD "pass phrase"

static struct cert *load_cert(const char *name)
{
	struct cert *cert = NULL;

	if (cert_parse_pem(unit_vector(name), &cert, NULL) != ERR_OK)
		CU_FAIL_FATAL("a certificate of the test cannot be read");
	return cert;
}

static bool is_cert(const struct cert *cert, const char *name)
{
	struct cert *other = load_cert(name);
	bool is_same = bytes_is_equal(buf_bytes(&cert->der), buf_bytes(&other->der));

	cert_free(other);
	return is_same;
}

static void forms(void)
{
	static const struct {
		const char *file, *password;
		enum err e;
		bool has_key;
		size_t cert_count;
	} rows[] = {
		{ "import/openssl3.p12", PASSWORD, ERR_OK, true, 2 },
		{ "import/openssl1.p12", PASSWORD, ERR_OK, true, 2 },
		{ "import/adcs-3des.p12", PASSWORD, ERR_OK, true, 2 },
		{ "import/nomac.p12", PASSWORD, ERR_OK, true, 1 },
		{ "import/plain.p12", "", ERR_OK, true, 2 },
		{ "import/plain.p12", PASSWORD, ERR_OK, true, 2 },
		{ "import/empty-password.p12", "", ERR_OK, true, 2 },
		{ "import/utf8.p12", "gr\xc3\xbc\xc3\x9f" "e", ERR_OK, true, 1 },
		{ "import/no-key.p12", PASSWORD, ERR_OK, false, 1 },
		{ "import/sub.p8", "", ERR_OK, true, 0 },
		{ "import/sub.p8", PASSWORD, ERR_OK, true, 0 },
		{ "import/sub.p8e", PASSWORD, ERR_OK, true, 0 },
		{ "import/sub.der", "", ERR_OK, false, 1 },
		{ "import/bundle.pem", PASSWORD, ERR_OK, true, 2 },
		{ "import/chain-unsorted.pem", "", ERR_OK, false, 3 },
		{ "import/traditional-encrypted.pem", PASSWORD, ERR_OK, true, 0 },
		{ "import/ec-params.pem", "", ERR_OK, true, 0 },
		{ "key/rsa2048-traditional.pem", "", ERR_OK, true, 0 },
		{ "key/p256-sec1.pem", "", ERR_OK, true, 0 },
		{ "key/ed25519.pem", "", ERR_OK, true, 0 },
		{ "import/chain.p7b", "", ERR_OK, false, 2 },
		{ "import/chain.p7b.pem", "", ERR_OK, false, 2 },
		{ "import/openssl3.p12", "another", ERR_KEY_SECRET, false, 0 },
		{ "import/openssl3.p12", "", ERR_KEY_SECRET, false, 0 },
		{ "import/openssl1.p12", "another", ERR_KEY_SECRET, false, 0 },
		{ "import/nomac.p12", "another", ERR_KEY_SECRET, false, 0 },
		{ "import/nomac.p12", "", ERR_KEY_SECRET, false, 0 },
		{ "import/empty-password.p12", PASSWORD, ERR_KEY_SECRET, false, 0 },
		{ "import/sub.p8e", "another", ERR_KEY_SECRET, false, 0 },
		{ "import/sub.p8e", "", ERR_KEY_SECRET, false, 0 },
		{ "import/bundle.pem", "another", ERR_KEY_SECRET, false, 0 },
		{ "import/bundle.pem", "", ERR_KEY_SECRET, false, 0 },
		{ "import/traditional-encrypted.pem", "another", ERR_KEY_SECRET, false, 0 },
		{ "import/traditional-encrypted.pem", "", ERR_KEY_SECRET, false, 0 },
		{ "import/rounds-mac.p12", PASSWORD, ERR_VALUE, false, 0 },
		{ "import/rounds.p8e", PASSWORD, ERR_VALUE, false, 0 },
		{ "import/two-keys.pem", "", ERR_VALUE, false, 0 },
		{ "import/request.pem", "", ERR_VALUE, false, 0 },
		{ "key/data.txt", "", ERR_VALUE, false, 0 },
		{ "key/rsa2048.spki", "", ERR_CERT_SYNTAX, false, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct import import = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].file);
		UNIT_ERR(rows[i].e, import_add(unit_vector(rows[i].file), bytes_from_str(rows[i].password), &import, &why));
		CU_ASSERT_EQUAL(import.key != NULL, rows[i].has_key);
		CU_ASSERT_EQUAL(import.cert_count, rows[i].cert_count);
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, why.text[0] == '\0');
		CU_ASSERT_PTR_NULL(strstr(why.text, PASSWORD));
		if (import.key != NULL)
			UNIT_ERR(ERR_OK, key_check(import.key, NULL));
		import_clear(&import);
	}
}

static void together(void)
{
	const struct cert *chain[CHAIN_MAX_LEN];
	struct import import = { 0 };
	size_t count = 0;

	UNIT_ERR(ERR_NOT_FOUND, import_find_chain(&import, chain, &count, NULL));
	UNIT_ERR(ERR_OK, import_add(unit_vector("import/sub.p8e"), bytes_from_str(PASSWORD), &import, NULL));
	UNIT_ERR(ERR_OK, import_add(unit_vector("import/root.pem"), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_NOT_FOUND, import_find_chain(&import, chain, &count, NULL));
	UNIT_ERR(ERR_OK, import_add(unit_vector("import/sub-earlier.pem"), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_OK, import_find_chain(&import, chain, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_TRUE(is_cert(chain[0], "import/sub-earlier.pem"));
	UNIT_ERR(ERR_OK, import_add(unit_vector("import/chain-unsorted.pem"), bytes_from(NULL, 0), &import, NULL));
	CU_ASSERT_EQUAL(import.cert_count, 4);
	UNIT_ERR(ERR_OK, import_find_chain(&import, chain, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_TRUE(is_cert(chain[0], "import/sub.pem"));
	CU_ASSERT_TRUE(is_cert(chain[1], "import/root.pem"));
	/* Another key: nothing is taken, the certificates of the same file neither. */
	UNIT_ERR(ERR_VALUE, import_add(unit_vector("import/openssl3.p12"), bytes_from_str(PASSWORD), &import, NULL));
	UNIT_ERR(ERR_VALUE, import_add(unit_vector("import/ec-params.pem"), bytes_from(NULL, 0), &import, NULL));
	CU_ASSERT_EQUAL(import.cert_count, 4);
	CU_ASSERT_EQUAL(key_get_kind(import.key), KEY_KIND_RSA);
	import_clear(&import);
	CU_ASSERT_PTR_NULL(import.key);
}

static void without_key(void)
{
	const struct cert *chain[CHAIN_MAX_LEN];
	struct import import = { 0 };
	size_t count = 0;

	UNIT_ERR(ERR_OK, import_add(unit_vector("import/chain-unsorted.pem"), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_OK, import_find_chain(&import, chain, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 3);
	CU_ASSERT_TRUE(is_cert(chain[0], "import/leaf.pem"));
	CU_ASSERT_TRUE(is_cert(chain[1], "import/sub.pem"));
	CU_ASSERT_TRUE(is_cert(chain[2], "import/root.pem"));
	CU_ASSERT_TRUE(chain_is_whole(chain, count));
	CU_ASSERT_FALSE(chain_is_whole(chain, 2));
	/* With something that does not belong to it. */
	UNIT_ERR(ERR_OK, import_add(unit_vector("cert/ca_rsa.pem"), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_VALUE, import_find_chain(&import, chain, &count, NULL));
	import_clear(&import);
}

/* As many certificates as are allowed, and one more; and as many octets. */
static void limits(void)
{
	struct buf file = { 0 }, der = { 0 };
	struct import import = { 0 };
	struct bytes root;

	UNIT_ERR(ERR_OK, buf_append(&der, unit_vector("import/sub.der")));
	for (size_t i = 0; i < IMPORT_MAX_CERTIFICATES; i++) {
		der.ptr[der.len - 1] = (uint8_t)i; /* the signature, which nobody looks at here */
		UNIT_ERR(ERR_OK, pem_encode("CERTIFICATE", buf_bytes(&der), &file));
	}
	UNIT_ERR(ERR_OK, import_add(buf_bytes(&file), bytes_from(NULL, 0), &import, NULL));
	CU_ASSERT_EQUAL(import.cert_count, IMPORT_MAX_CERTIFICATES);
	UNIT_ERR(ERR_OK, import_add(buf_bytes(&file), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_VALUE, import_add(unit_vector("import/root.pem"), bytes_from(NULL, 0), &import, NULL));
	CU_ASSERT_EQUAL(import.cert_count, IMPORT_MAX_CERTIFICATES);
	import_clear(&import);

	root = unit_vector("import/root.pem");
	buf_reset(&file);
	while (file.len < IMPORT_MAX_LEN - root.len)
		UNIT_ERR(ERR_OK, buf_append_byte(&file, ' '));
	UNIT_ERR(ERR_OK, buf_append(&file, root));
	CU_ASSERT_EQUAL(file.len, IMPORT_MAX_LEN);
	UNIT_ERR(ERR_OK, import_add(buf_bytes(&file), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_OK, buf_append_byte(&file, '\n'));
	UNIT_ERR(ERR_VALUE, import_add(buf_bytes(&file), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_VALUE, import_add(bytes_from(NULL, 0), bytes_from(NULL, 0), &import, NULL));
	UNIT_ERR(ERR_KEY_SECRET, import_add(root, bytes_from("a\0b", 3), &import, NULL));
	import_clear(&import);
	buf_clear(&file);
	buf_clear(&der);
}

/* Every prefix of a PKCS#12, and every octet of it changed: an error or a key, and no crash. */
static void damaged(void)
{
	struct bytes whole = unit_vector("import/adcs-3des.p12");
	size_t refused = 0;

	for (size_t i = 0; i < whole.len; i += 7) {
		uint8_t *copy = malloc(whole.len);
		struct import import = { 0 };

		if (copy == NULL)
			abort();
		memcpy(copy, whole.ptr, whole.len);
		refused += i > 0 && import_add(bytes_from(copy, i), bytes_from_str(PASSWORD), &import, NULL) != ERR_OK;
		import_clear(&import);
		/* Not the number of rounds, which would only take long. */
		if (i < whole.len - 16) {
			copy[i] ^= 0x81;
			refused += import_add(bytes_from(copy, whole.len), bytes_from_str(PASSWORD), &import, NULL) != ERR_OK;
			import_clear(&import);
		}
		free(copy);
	}
	CU_ASSERT_TRUE(refused > whole.len / 4);
}

static void inventory(void)
{
	static const struct {
		const char *file;
		size_t count;
		enum err end;
	} rows[] = {
		{ "import/three.der", 3, ERR_NOT_FOUND }, { "import/chain-unsorted.pem", 4, ERR_NOT_FOUND }, { "import/bundle.pem", 2, ERR_NOT_FOUND },
		{ "import/request.pem", 0, ERR_NOT_FOUND }, { "key/data.txt", 0, ERR_NOT_FOUND },
	};
	struct buf cut = { 0 };
	struct bytes rest;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf der = { 0 };
		size_t count = 0;
		enum err e;

		unit_row(rows[i].file);
		rest = unit_vector(rows[i].file);
		while ((e = import_next_certificate(&rest, &der, NULL)) == ERR_OK) {
			struct cert *cert = NULL;

			UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
			cert_free(cert);
			buf_reset(&der);
			count++;
		}
		UNIT_ERR(rows[i].end, e);
		CU_ASSERT_EQUAL(count, rows[i].count);
		buf_clear(&der);
	}
	unit_row("cut off");
	rest = unit_vector("import/three.der");
	rest.len -= 1;
	UNIT_ERR(ERR_OK, import_next_certificate(&rest, &cut, NULL));
	UNIT_ERR(ERR_OK, import_next_certificate(&rest, &cut, NULL));
	UNIT_ERR(ERR_CERT_SYNTAX, import_next_certificate(&rest, &cut, NULL));
	rest = unit_vector("import/root.pem");
	rest.len -= 3;
	UNIT_ERR(ERR_CERT_SYNTAX, import_next_certificate(&rest, &cut, NULL));
	buf_clear(&cut);
}

static const struct unit_case cases[] = {
	{ "PEM, PKCS#8, PKCS#12 (RFC 7292) of several products, PKCS#7 and bare certificates are read, with one answer for a wrong password", forms },
	{ "several files together give one key, its certificate and the way up", together },
	{ "certificates without a key are put in order when they are one chain", without_key },
	{ "the last certificate and the last octet that are allowed, and one too many", limits },
	{ "a damaged PKCS#12 is refused", damaged },
	{ "the certificates of a long file come one by one", inventory },
};

UNIT_MAIN("pki/import", cases)
