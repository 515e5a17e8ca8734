#include <config.h>

#include "pki/ca_cert.h"

#include <stdlib.h>
#include <string.h>

#include "pki/cert_ext.h"
#include "pki/chain.h"
#include "pki/name.h"
#include "support/unit.h"

enum { NOW = 1763000000, DAY = 86400 };

static struct random the_random(void)
{
	static uint64_t seed;

	return random_counter(&seed);
}

static struct key *load_key(const char *name)
{
	struct key *key = NULL;

	if (key_parse_pem(unit_vector(name), &key, NULL) != ERR_OK)
		abort();
	return key;
}

/* What a certificate of these tests is. */
struct recipe {
	const char *subject;
	bool is_leaf;
	int path_len;
	unsigned key_usage;
	int64_t from, days;
	bool anybody_issues;     /* an issuer that may not is taken as if it might */
};

static struct cert *issue(const struct recipe *recipe, const struct key *key, const struct cert *issuer, const struct key *issuer_key, enum err expected)
{
	struct cert_template tbs = { .spki = key_get_spki(key), .is_ca = !recipe->is_leaf, .path_len = recipe->path_len, .key_usage = recipe->key_usage,
		.not_before_utc = recipe->from, .not_after_utc = recipe->from + recipe->days * DAY };
	struct random random = the_random();
	struct pubkey *pubkey = NULL;
	struct cert *cert = NULL, any;
	struct buf subject = { 0 }, der = { 0 };

	UNIT_ERR(ERR_OK, name_parse_text(recipe->subject, &subject, NULL));
	tbs.subject = buf_bytes(&subject);
	if (recipe->anybody_issues) {
		any = *issuer;
		any.is_ca = true;
		any.has_key_usage = false;
		any.path_len = -1;
		issuer = &any;
	}
	UNIT_ERR(ERR_OK, pubkey_parse(tbs.spki, &pubkey, NULL));
	UNIT_ERR(expected, cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, NULL));
	if (expected == ERR_OK && cert_parse(buf_bytes(&der), &cert, NULL) != ERR_OK)
		abort();
	pubkey_free(pubkey);
	buf_clear(&subject);
	buf_clear(&der);
	return cert;
}

static const struct recipe root_recipe = { "CN=Root,O=Example", false, -1, CA_CERT_KEY_USAGE, NOW - DAY, 3650, false };

static void path_lengths(void)
{
	static const struct {
		const char *name;
		int issuer_path_len;
		bool same_name;
		int path_len;
		bool is_leaf;
		enum err expected;
	} rows[] = {
		{ "no limit", -1, false, -1, false, ERR_OK }, { "no limit, and one below", -1, false, 3, false, ERR_OK }, { "a device below 0", 0, false, -1, true, ERR_OK },
		{ "a CA below 0", 0, false, -1, false, ERR_VALUE }, { "a CA with 0 below 0", 0, false, 0, false, ERR_VALUE }, { "a CA with 0 below 1", 1, false, 0, false, ERR_OK },
		{ "a CA with 1 below 1", 1, false, 1, false, ERR_VALUE }, { "a CA without below 1", 1, false, -1, false, ERR_OK }, { "itself below 0", 0, true, 0, false, ERR_OK },
		{ "itself, without a limit, below 0", 0, true, -1, false, ERR_OK }, { "itself, with 1, below 0", 0, true, 1, false, ERR_VALUE },
		{ "the largest", -1, false, EXT_MAX_PATH_LEN, false, ERR_OK }, { "one too many", -1, false, EXT_MAX_PATH_LEN + 1, false, ERR_VALUE },
	};
	struct key *root_key = load_key("cert/ca_p384.key"), *key = load_key("cert/device_p256.key");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct recipe top = root_recipe;
		struct recipe below = { rows[i].same_name ? top.subject : "CN=Below", rows[i].is_leaf, rows[i].path_len, rows[i].is_leaf ? KEY_USAGE_DIGITAL_SIGNATURE : (unsigned)CA_CERT_KEY_USAGE, NOW, 30, false };
		struct cert *root, *cert;

		unit_row(rows[i].name);
		top.path_len = rows[i].issuer_path_len;
		root = issue(&top, root_key, NULL, root_key, ERR_OK);
		CU_ASSERT_EQUAL(root->path_len, rows[i].issuer_path_len);
		cert = issue(&below, key, root, root_key, rows[i].expected);
		if (cert != NULL) {
			const struct cert *chain[] = { cert, root };

			CU_ASSERT_EQUAL(cert->path_len, rows[i].is_leaf ? -1 : rows[i].path_len);
			UNIT_ERR(ERR_OK, chain_check(chain, 2, NOW, NULL));
		}
		cert_free(cert);
		cert_free(root);
	}
	key_free(root_key);
	key_free(key);
}

static void issuers(void)
{
	static const struct recipe tops[] = {
		{ "CN=Root", true, -1, CA_CERT_KEY_USAGE, NOW - DAY, 3650, false }, { "CN=Root", false, -1, KEY_USAGE_CRL_SIGN | KEY_USAGE_DIGITAL_SIGNATURE, NOW - DAY, 3650, false },
	};
	static const struct recipe below = { "CN=d", true, -1, KEY_USAGE_DIGITAL_SIGNATURE, NOW, 30, false };
	struct key *root_key = load_key("cert/ca_p384.key"), *key = load_key("cert/device_p256.key");

	for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++) {
		struct cert *root = issue(&tops[i], root_key, NULL, root_key, ERR_OK);

		CU_ASSERT_PTR_NULL(issue(&below, key, root, root_key, ERR_VALUE));
		cert_free(root);
	}
	key_free(root_key);
	key_free(key);
}

static void checks(void)
{
	struct key *key = load_key("cert/ca_p384.key"), *other = load_key("cert/device_p256.key"), *small = load_key("key/rsa1024.pem");
	const struct {
		const char *name;
		struct recipe recipe;
		const struct key *of, *with;
		enum err expected;
	} rows[] = {
		{ "in order", root_recipe, key, key, ERR_OK },
		{ "without a key", root_recipe, key, NULL, ERR_OK },
		{ "of another key", root_recipe, key, other, ERR_KEY },
		{ "no CA", { "CN=Root", true, -1, CA_CERT_KEY_USAGE, NOW, 30, false }, key, key, ERR_VALUE },
		{ "without keyCertSign", { "CN=Root", false, -1, KEY_USAGE_CRL_SIGN, NOW, 30, false }, key, key, ERR_VALUE },
		{ "without cRLSign", { "CN=Root", false, -1, KEY_USAGE_KEY_CERT_SIGN, NOW, 30, false }, key, key, ERR_VALUE },
		{ "without cRLSign, a link alone", { "CN=Root", false, -1, KEY_USAGE_KEY_CERT_SIGN, NOW, 30, false }, key, NULL, ERR_OK },
		{ "without any usages", { "CN=Root", false, -1, 0, NOW, 30, false }, key, key, ERR_OK },
		{ "with a weak key", root_recipe, small, small, ERR_ALG_KEY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cert *cert = issue(&rows[i].recipe, rows[i].of, NULL, rows[i].of, ERR_OK);
		struct why why = { 0 };

		unit_row(rows[i].name);
		UNIT_ERR(rows[i].expected, ca_cert_check(cert, rows[i].with, &why));
		CU_ASSERT_EQUAL(rows[i].expected == ERR_OK, why.text[0] == '\0');
		cert_free(cert);
	}
	key_free(key);
	key_free(other);
	key_free(small);
}

/* --- requests --------------------------------------------------------------------------------------------------------------- */

static struct csr *request(const char *subject, const struct key *key, bool has_path_len, int path_len, enum err expected)
{
	struct csr_template template = { .ask_ca = true, .has_path_len = has_path_len, .path_len = path_len, .key_usage = CA_CERT_KEY_USAGE };
	struct buf name = { 0 }, der = { 0 };
	struct csr *csr = NULL;

	UNIT_ERR(ERR_OK, name_parse_text(subject, &name, NULL));
	template.subject = buf_bytes(&name);
	UNIT_ERR(expected, csr_encode(&template, key, DIGEST_SHA256, &der, NULL));
	if (expected == ERR_OK && csr_parse(buf_bytes(&der), &csr, NULL) != ERR_OK)
		abort();
	buf_clear(&name);
	buf_clear(&der);
	return csr;
}

static void foreign_request(void)
{
	struct key *root_key = load_key("cert/ca_p384.key"), *key = load_key("key/rsa2048.pem"), *small = load_key("key/rsa1024.pem");
	struct cert *root = issue(&root_recipe, root_key, NULL, root_key, ERR_OK), *cert = NULL;
	struct csr *csr = request("CN=Sub+serialNumber=7,O=Else", key, true, 4, ERR_OK), *nameless = request("", key, false, 0, ERR_OK), *weak = request("CN=w", small, false, 0, ERR_OK);
	struct cert_template tbs = { .not_before_utc = NOW, .not_after_utc = NOW + DAY };
	struct random random = the_random();
	struct buf der = { 0 };

	CU_ASSERT_TRUE(csr->ext.is_ca);
	CU_ASSERT_EQUAL(csr->ext.path_len, 4);
	CU_ASSERT_EQUAL(weak->ext.path_len, -1);
	UNIT_ERR(ERR_OK, ca_cert_template(csr, 0, &tbs, NULL));
	UNIT_ERR(ERR_OK, cert_sign(&tbs, csr->pubkey, root, root_key, &random, NULL, &der, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(cert);
	UNIT_BYTES(csr->subject, cert->subject);
	UNIT_BYTES(csr->spki, cert->spki);
	UNIT_BYTES(root->subject, cert->issuer);
	UNIT_BYTES(root->subject_key_id, cert->authority_key_id);
	CU_ASSERT_EQUAL(cert->path_len, 0);
	CU_ASSERT_EQUAL(cert->key_usage, CA_CERT_KEY_USAGE);
	UNIT_ERR(ERR_OK, cert_verify_issued(cert, root, NULL));
	/* As who asked for it sees it. */
	UNIT_ERR(ERR_OK, ca_cert_check_installed(cert, key, csr->subject, NULL));
	UNIT_ERR(ERR_VALUE, ca_cert_check_installed(cert, key, root->subject, NULL));
	UNIT_ERR(ERR_KEY, ca_cert_check_installed(cert, root_key, csr->subject, NULL));

	UNIT_ERR(ERR_VALUE, ca_cert_template(nameless, 0, &tbs, NULL));
	UNIT_ERR(ERR_ALG_KEY, ca_cert_template(weak, 0, &tbs, NULL));
	UNIT_ERR(ERR_VALUE, ca_cert_template(csr, -2, &tbs, NULL));
	UNIT_ERR(ERR_VALUE, ca_cert_template(csr, EXT_MAX_PATH_LEN + 1, &tbs, NULL));
	CU_ASSERT_EQUAL(tbs.path_len, 0);
	csr->signature.len--;
	UNIT_ERR(ERR_CSR_SIGNATURE, ca_cert_template(csr, 0, &tbs, NULL));
	CU_ASSERT_PTR_NULL(request("CN=Sub", key, true, -1, ERR_VALUE));
	CU_ASSERT_PTR_NULL(request("CN=Sub", key, true, EXT_MAX_PATH_LEN + 1, ERR_VALUE));
	csr_free(csr);
	csr_free(nameless);
	csr_free(weak);
	cert_free(cert);
	cert_free(root);
	key_free(root_key);
	key_free(key);
	key_free(small);
	buf_clear(&der);
}

/* --- links ------------------------------------------------------------------------------------------------------------------ */

static struct cert *link_of(const struct cert *subject, const struct cert *issuer, const struct key *issuer_key, const struct cert_template *extra)
{
	struct random random = the_random();
	struct buf der = { 0 };
	struct cert *cert = NULL;

	UNIT_ERR(ERR_OK, ca_cert_sign_link(subject, issuer, issuer_key, extra, &random, &der, NULL));
	if (cert_parse(buf_bytes(&der), &cert, NULL) != ERR_OK)
		abort();
	buf_clear(&der);
	return cert;
}

/* The present CA, the next one, and a device of each: who trusts one root accepts the devices of the other by a link. */
static void links(void)
{
	static const struct recipe next_recipe = { "CN=Root,O=Example", false, -1, CA_CERT_KEY_USAGE, NOW, 7300, false };
	static const struct recipe device = { "CN=d", true, -1, KEY_USAGE_DIGITAL_SIGNATURE, NOW, 30, false };
	static const struct recipe late_recipe = { "CN=Root,O=Example", false, -1, CA_CERT_KEY_USAGE, NOW + 3648 * (int64_t)DAY, 10, false };
	struct bytes url = bytes_from_str("http://pki.example/ca.crl");
	struct cert_template extra = { .crl_urls = { &url, 1 }, .ca_issuers_urls = { &url, 1 }, .subject = bytes_from_str("not looked at") };
	struct key *old_key = load_key("cert/ca_rsa.key"), *new_key = load_key("cert/ca_p384.key"), *key = load_key("cert/device_p256.key");
	struct cert *old = issue(&root_recipe, old_key, NULL, old_key, ERR_OK), *new = issue(&next_recipe, new_key, NULL, new_key, ERR_OK);
	struct cert *late = issue(&late_recipe, new_key, NULL, new_key, ERR_OK);
	struct cert *of_old = issue(&device, key, old, old_key, ERR_OK), *of_new = issue(&device, key, new, new_key, ERR_OK);
	struct cert *old_with_new = link_of(old, new, new_key, NULL), *new_with_old = link_of(new, old, old_key, &extra);
	const struct cert *by_old[] = { of_new, new_with_old, old }, *by_new[] = { of_old, old_with_new, new };
	const struct cert *pool[] = { old, new_with_old, new, old_with_new, of_old, of_new }, *chain[CHAIN_MAX_LEN], *by_link[] = { new_with_old, of_new, of_old };
	struct random random = the_random();
	struct cert_extension found;
	struct cert *other_id;
	struct buf der = { 0 };
	size_t count = 0;

	UNIT_ERR(ERR_OK, chain_check(by_old, 3, NOW, NULL));
	UNIT_ERR(ERR_OK, chain_check(by_new, 3, NOW, NULL));
	UNIT_BYTES(new->subject_key_id, new_with_old->subject_key_id);
	UNIT_BYTES(old->subject_key_id, new_with_old->authority_key_id);
	UNIT_BYTES(new->spki, new_with_old->spki);
	CU_ASSERT_EQUAL(new_with_old->not_before_utc, new->not_before_utc);
	CU_ASSERT_EQUAL(new_with_old->not_after_utc, old->not_after_utc);
	CU_ASSERT_EQUAL(old_with_new->not_before_utc, new->not_before_utc);
	CU_ASSERT_EQUAL(old_with_new->not_after_utc, old->not_after_utc);
	UNIT_ERR(ERR_OK, cert_find_extension(new_with_old, oid_get(OID_CRL_DISTRIBUTION_POINTS), &found));
	UNIT_ERR(ERR_NOT_FOUND, cert_find_extension(old_with_new, oid_get(OID_CRL_DISTRIBUTION_POINTS), &found));
	/* What the subject calls its key is kept, whatever others would make of it. */
	new->subject_key_id = unit_hex("0102030405");
	other_id = link_of(new, old, old_key, NULL);
	UNIT_BYTES(unit_hex("0102030405"), other_id->subject_key_id);
	cert_free(other_id);
	/* The short way, although there is a long one. */
	UNIT_ERR(ERR_OK, chain_build(of_new, pool, 6, chain, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_PTR_EQUAL(chain[1], new);
	UNIT_ERR(ERR_OK, chain_build(of_new, by_link, 3, chain, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_PTR_EQUAL(chain[1], new_with_old);
	UNIT_ERR(ERR_OK, ca_cert_sign_link(late, old, old_key, NULL, &random, &der, NULL));
	buf_reset(&der);
	late->not_before_utc = old->not_after_utc;
	UNIT_ERR(ERR_VALUE, ca_cert_sign_link(late, old, old_key, NULL, &random, &der, NULL));
	UNIT_ERR(ERR_VALUE, ca_cert_sign_link(of_old, old, old_key, NULL, &random, &der, NULL));
	UNIT_ERR(ERR_KEY, ca_cert_sign_link(new, old, new_key, NULL, &random, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	cert_free(old);
	cert_free(new);
	cert_free(late);
	cert_free(of_old);
	cert_free(of_new);
	cert_free(old_with_new);
	cert_free(new_with_old);
	key_free(old_key);
	key_free(new_key);
	key_free(key);
	buf_clear(&der);
}

/* --- chains ----------------------------------------------------------------------------------------------------------------- */

static void chains(void)
{
	static const struct {
		const char *name;
		struct recipe middle, low;
		int64_t at;
		enum err expected;
	} rows[] = {
		{ "in order", { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=d", true, -1, KEY_USAGE_DIGITAL_SIGNATURE, NOW, 30, false }, NOW, ERR_OK },
		{ "to the last second", { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=d", true, -1, 1, NOW, 30, false }, NOW + 30 * DAY, ERR_OK },
		{ "and no longer", { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=d", true, -1, 1, NOW, 30, false }, NOW + 30 * DAY + 1, ERR_CA_VALIDITY },
		{ "too early", { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=d", true, -1, 1, NOW, 30, false }, NOW - 1, ERR_CA_VALIDITY },
		{ "the middle one is no CA", { "CN=M", true, -1, 1, NOW, 100, false }, { "CN=d", true, -1, 1, NOW, 30, true }, NOW, ERR_VALUE },
		{ "the middle one may not sign", { "CN=M", false, -1, KEY_USAGE_CRL_SIGN, NOW, 100, false }, { "CN=d", true, -1, 1, NOW, 30, true }, NOW, ERR_VALUE },
		{ "a CA below 0", { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=N", false, -1, CA_CERT_KEY_USAGE, NOW, 30, true }, NOW, ERR_VALUE },
		{ "a CA below 1", { "CN=M", false, 1, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=N", false, 0, CA_CERT_KEY_USAGE, NOW, 30, false }, NOW, ERR_OK },
		{ "itself below 0", { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 100, false }, { "CN=M", false, 0, CA_CERT_KEY_USAGE, NOW, 30, false }, NOW, ERR_OK },
	};
	struct key *root_key = load_key("cert/ca_p384.key"), *middle_key = load_key("cert/ca_ed25519.key"), *key = load_key("cert/device_p256.key");
	struct cert *root = issue(&root_recipe, root_key, NULL, root_key, ERR_OK);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cert *middle = issue(&rows[i].middle, middle_key, root, root_key, ERR_OK), *low = issue(&rows[i].low, key, middle, middle_key, ERR_OK);
		const struct cert *chain[] = { low, middle, root }, *swapped[] = { low, root, middle };

		unit_row(rows[i].name);
		UNIT_ERR(rows[i].expected, chain_check(chain, 3, rows[i].at, NULL));
		if (rows[i].expected == ERR_OK) {
			UNIT_ERR(ERR_VALUE, chain_check(swapped, 3, rows[i].at, NULL));
			/* A changed octet of a signature, and of a name that means the same. */
			((uint8_t *)(uintptr_t)low->signature.ptr)[low->signature.len - 1] ^= 1;
			UNIT_ERR(ERR_CMS_SIGNATURE, chain_check(chain, 3, rows[i].at, NULL));
			((uint8_t *)(uintptr_t)low->signature.ptr)[low->signature.len - 1] ^= 1;
			((uint8_t *)(uintptr_t)low->issuer.ptr)[low->issuer.len - 1] ^= 0x20;
			UNIT_ERR(ERR_VALUE, chain_check(chain, 3, rows[i].at, NULL));
		}
		cert_free(middle);
		cert_free(low);
	}
	unit_row(NULL);
	UNIT_ERR(ERR_VALUE, chain_check(NULL, 0, NOW, NULL));
	cert_free(root);
	key_free(root_key);
	key_free(middle_key);
	key_free(key);
}

static const struct unit_case cases[] = {
	{ "pathLenConstraint is kept when signing (RFC 5280 sections 4.2.1.9 and 6.1.4)", path_lengths },
	{ "only a CA with keyCertSign signs", issuers },
	{ "a CA certificate fits its purpose and its key, or not", checks },
	{ "the request of a CA elsewhere is signed, and what comes back is checked (RFC 2986)", foreign_request },
	{ "link certificates lead from the old key to the new one and back (RFC 4210 section 4.4)", links },
	{ "chains are checked: names octet for octet, signatures, CAs, path lengths, times (RFC 5280 section 6.1)", chains },
};

UNIT_MAIN("pki/ca_cert", cases)
