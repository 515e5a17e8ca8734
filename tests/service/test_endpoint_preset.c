#include <config.h>

#include <stdio.h>
#include <string.h>

#include "service/endpoint_preset.h"
#include "service/fake_admin.h"
#include "support/unit.h"

/* What a preset may say for each setting, and whether it is a list. */
static const struct {
	const char *name, *words;
	bool is_list;
} settings[ENDPOINT_PRESET_SETTINGS] = {
	{ "allowed_ciphers", "|aes128-cbc|aes192-cbc|aes256-cbc|des3-cbc|des-cbc|", true },
	{ "allowed_digests", "|sha256|sha384|sha512|sha1|md5|", true },
	{ "allowed_keys", "|rsa-2048|rsa-3072|rsa-4096|rsa-other|ec-p256|ec-p384|ec-p521|ed25519|", true },
	{ "ca_certs", "|ra|ca|", false },
	{ "include_chain", "|true|false|", false },
	{ "include_root", "|true|false|", false },
	{ "append_chain", "|true|false|", false },
	{ "password_recipient", "|true|false|", false },
	{ "signer_key_must_match", "|true|false|", false },
	{ "renewal", "|true|false|", false },
	{ "renewal_identity", "|same|unstructured|", false },
};

static void check_words(const char *value, const char *words, bool is_list)
{
	char seen[256] = "|";

	for (const char *at = value; ; at++) {
		size_t len = strcspn(at, is_list ? "," : "");
		char word[32] = "|";

		CU_ASSERT_TRUE_FATAL(len > 0 && len < sizeof word - 2);
		strncat(word, at, len);
		strcat(word, "|");
		CU_ASSERT_PTR_NOT_NULL(strstr(words, word));
		CU_ASSERT_PTR_NULL(strstr(seen, word));
		strcat(seen, word + 1);
		at += len;
		if (*at == '\0')
			return;
	}
}

static void presets_are_whole(void)
{
	const struct endpoint_preset *preset;

	for (size_t number = 0; (preset = endpoint_preset_get(number)) != NULL; number++)
		for (size_t i = 0; i < ENDPOINT_PRESET_SETTINGS; i++) {
			unit_row(preset->name);
			CU_ASSERT_STRING_EQUAL_FATAL(preset->setting[i].name, settings[i].name);
			check_words(preset->setting[i].value, settings[i].words, settings[i].is_list);
		}
	unit_row(NULL);
}

static void presets_have_their_names(void)
{
	char names[256] = "";
	const struct endpoint_preset *preset;

	for (size_t number = 0; (preset = endpoint_preset_get(number)) != NULL; number++) {
		strcat(names, number == 0 ? "" : "|");
		strcat(names, preset->name);
		CU_ASSERT_PTR_EQUAL(endpoint_preset_find(preset->name), preset);
		CU_ASSERT_TRUE(strlen(preset->clients) > 0);
	}
	CU_ASSERT_STRING_EQUAL(names, ENDPOINT_PRESET_NAMES);
	CU_ASSERT_PTR_NULL(endpoint_preset_find("appl"));
	CU_ASSERT_PTR_NULL(endpoint_preset_find(""));
}

/* Which preset says what its clients cannot do without. */
static void presets_keep_their_promise(void)
{
	static const struct {
		const char *row, *preset;
		int setting;
		const char *word;
		bool has;
	} rows[] = {
		{ "iOS takes the first certificate of a reply for its own", "apple", 6, "false", true },
		{ "macOS wants the CA beside the RA, also where the CA is a root", "apple", 5, "true", true },
		{ "Jamf hands replies on to Apple devices", "jamf", 6, "false", true },
		{ "Juniper refuses a reply with the CA certificate", "juniper", 6, "false", true },
		{ "Junos on SRX does 3DES", "juniper", 0, "des3-cbc", true },
		{ "Junos on SRX does SHA-1", "juniper", 1, "sha1", true },
		{ "RouterOS does 3DES", "mikrotik", 0, "des3-cbc", true },
		{ "RouterOS does SHA-1", "mikrotik", 1, "sha1", true },
		{ "the Cisco VPN client wants the CA certificate in the reply", "cisco-legacy", 6, "true", true },
		{ "old Cisco IOS does single DES", "cisco-legacy", 0, "des-cbc", true },
		{ "old Cisco IOS does MD5", "cisco-legacy", 1, "md5", true },
		{ "newer Cisco IOS needs no single DES", "cisco-ios", 0, "des-cbc", false },
		{ "newer Cisco IOS needs no MD5", "cisco-ios", 1, "md5", false },
		{ "RFC 8894 section 2.9 wants no 3DES", "strict-rfc8894", 0, "des3-cbc", false },
		{ "RFC 8894 section 2.9 wants no SHA-1", "strict-rfc8894", 1, "sha1", false },
		{ "RFC 8894 section 2.9: AES128-CBC is a must", "strict-rfc8894", 0, "aes128-cbc", true },
		{ "RFC 8894 section 2.9: SHA-256 is a must", "strict-rfc8894", 1, "sha256", true },
		{ "RFC 8894 section 3.1: keys that cannot decrypt", "strict-rfc8894", 7, "true", true },
		{ "RFC 8894 section 2.3: the key that is certified signs", "strict-rfc8894", 8, "true", true },
		{ "a proxy signs with a key of its own", "jamf", 8, "false", true },
		{ "macOS signs with another key", "apple", 8, "false", true },
		{ "Intune decides on each request, so none goes past its challenge", "intune", 9, "false", true },
		{ "Cisco IOS renews with unstructuredName in the subject", "cisco-ios", 10, "unstructured", true },
		{ "old Cisco IOS too", "cisco-legacy", 10, "unstructured", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct endpoint_preset *preset = endpoint_preset_find(rows[i].preset);
		char list[256], word[64];

		unit_row(rows[i].row);
		CU_ASSERT_PTR_NOT_NULL_FATAL(preset);
		snprintf(list, sizeof list, ",%s,", preset->setting[rows[i].setting].value);
		snprintf(word, sizeof word, ",%s,", rows[i].word);
		CU_ASSERT_EQUAL(strstr(list, word) != NULL, rows[i].has);
	}
	unit_row(NULL);
}

struct changes {
	char text[1024];
};

static void add_change(void *context, const char *setting, const char *before, const char *after)
{
	struct changes *changes = context;
	size_t len = strlen(changes->text);

	snprintf(changes->text + len, sizeof changes->text - len, "%s: %s -> %s\n", setting, before, after);
}

static void preset_is_applied(void)
{
	static const char want[] = "allowed_ciphers: aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc -> aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc,des-cbc\n"
		"allowed_digests: sha256,sha512,sha384,sha1 -> sha256,sha512,sha384,sha1,md5\nappend_chain: false -> true\n";
	const struct endpoint_preset *legacy = endpoint_preset_find("cisco-legacy");
	struct store store = { .settings = endpoint_preset_find("cisco-ios") };
	struct service service = { .store = &store };
	struct changes dry = { "" }, wet = { "" };

	UNIT_ERR(ERR_OK, endpoint_preset_apply(&service, "corp", "phones", legacy, true, add_change, &dry, NULL));
	CU_ASSERT_STRING_EQUAL(dry.text, want);
	CU_ASSERT_EQUAL(store.calls, 0);
	UNIT_ERR(ERR_OK, endpoint_preset_apply(&service, "corp", "phones", legacy, false, add_change, &wet, NULL));
	CU_ASSERT_STRING_EQUAL(wet.text, want);
	CU_ASSERT_EQUAL(store.calls, 1);
	CU_ASSERT_EQUAL(store.call, ADMIN_ENDPOINT_ALTER);
	CU_ASSERT_EQUAL(store.count, ENDPOINT_PRESET_SETTINGS + 2);
	UNIT_BYTES(bytes_from_str("corp"), fake_admin_get(&store, "application"));
	UNIT_BYTES(bytes_from_str("phones"), fake_admin_get(&store, "profile"));
	for (size_t i = 0; i < ENDPOINT_PRESET_SETTINGS; i++)
		UNIT_BYTES(bytes_from_str(legacy->setting[i].value), fake_admin_get(&store, legacy->setting[i].name));
	fake_admin_clear(&store);
}

static void preset_refusals(void)
{
	const struct endpoint_preset *preset = endpoint_preset_find("apple");
	struct store store = { .settings = preset };
	struct service service = { .store = &store };
	struct changes changes = { "" };

	UNIT_ERR(ERR_NOT_FOUND, endpoint_preset_apply(&service, "corp", "none", preset, false, add_change, &changes, NULL));
	UNIT_ERR(ERR_NOT_FOUND, endpoint_preset_apply(&service, "corp", "none", preset, true, add_change, &changes, NULL));
	CU_ASSERT_EQUAL(store.calls, 0);
	store.call_error = ERR_DB_DENIED;
	UNIT_ERR(ERR_DB_DENIED, endpoint_preset_apply(&service, "corp", "phones", preset, false, add_change, &changes, NULL));
	store.call_error = ERR_OK;
	UNIT_ERR(ERR_OK, endpoint_preset_apply(&service, "corp", "phones", preset, false, add_change, &changes, NULL));
	CU_ASSERT_STRING_EQUAL(changes.text, "");
	fake_admin_clear(&store);
}

static const struct unit_case cases[] = {
	{ "every preset has every setting once, with words that the database knows", presets_are_whole },
	{ "presets are found by the names that the command line knows, and no others", presets_have_their_names },
	{ "presets have what their clients cannot do without", presets_keep_their_promise },
	{ "a preset reports what it changes, and changes nothing in a dry run", preset_is_applied },
	{ "no endpoint and a refusal of the database come through; what is the same is no change", preset_refusals },
};

UNIT_MAIN("service/endpoint_preset", cases)
