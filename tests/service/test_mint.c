#include <config.h>

#include "service/mint.h"

#include <stdlib.h>
#include <string.h>

#include "service/fake_mint.h"
#include "support/unit.h"

/* A call that mints, whose members a case may change. */
static struct mint_call good_call(void)
{
	return (struct mint_call){
		.token = bytes_from_str(FAKE_TOKEN),
		.target = { bytes_from_str("corp"), bytes_from_str("devices"), bytes_from_str("ca.example") },
		.request = { .token_name = FAKE_TOKEN_NAME, .subject = "", .sans = "", .device = "", .username = "", .context = "", .client_address = "192.0.2.1" },
	};
}

static enum err serve(struct fake_mint *fake, const struct mint_call *call, struct mint_names *names, struct minted *minted, struct why *why)
{
	struct service service = { .store = fake_mint_store(fake) };

	*why = (struct why){ 0 };
	*names = (struct mint_names){ NULL, NULL };
	*minted = (struct minted){ .expires_utc = 0 };
	return mint_serve(&service, call, names, minted, why);
}

static void minted_for_its_endpoint(void)
{
	struct mint_call call = good_call();
	struct fake_mint fake = { .page_encoding = "utf-8" };
	struct mint_names names;
	struct minted minted;
	struct why why;

	call.request.uses = 2;
	call.request.subject = "CN=a,O=Example";
	UNIT_ERR(ERR_OK, serve(&fake, &call, &names, &minted, &why));
	CU_ASSERT_STRING_EQUAL(FAKE_CHALLENGE, minted.challenge);
	CU_ASSERT_STRING_EQUAL("utf-8", minted.page_encoding);
	CU_ASSERT_STRING_EQUAL("corp", names.application);
	CU_ASSERT_STRING_EQUAL("devices", names.profile);
	CU_ASSERT_EQUAL(0, fake.defaults);
	CU_ASSERT_STRING_EQUAL("corp/devices by 'jamf' for 0, 2 uses; subject 'CN=a,O=Example' sans '' device '' user '' key 0; ; 192.0.2.1", fake.seen);
	minted_clear(&minted);
	mint_names_clear(&names);
	CU_ASSERT_PTR_NULL(names.application);
}

static void default_endpoint(void)
{
	static const struct {
		const char *host, *token;
		enum err default_answer, e;
		unsigned mints;
	} rows[] = {
		{ "ca.example", FAKE_TOKEN, ERR_OK, ERR_OK, 1 },
		{ "ca.example", "sgt_other", ERR_OK, ERR_HTTP_CREDENTIALS, 1 },
		{ "nowhere.example", FAKE_TOKEN, ERR_OK, ERR_NOT_FOUND, 1 },
		{ "nowhere.example", "sgt_other", ERR_OK, ERR_HTTP_CREDENTIALS, 1 },
		{ "", FAKE_TOKEN, ERR_OK, ERR_OK, 1 },
		{ "ca.example", FAKE_TOKEN, ERR_DB_AWAY, ERR_DB_AWAY, 0 },
		{ "ca.example", FAKE_TOKEN, ERR_DB_DENIED, ERR_DB_DENIED, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mint_call call = good_call();
		struct fake_mint fake = { .default_answer = rows[i].default_answer };
		struct mint_names names;
		struct minted minted;
		struct why why;

		unit_row(rows[i].host);
		call.target = (struct mint_target){ .host = bytes_from_str(rows[i].host) };
		call.token = bytes_from_str(rows[i].token);
		UNIT_ERR(rows[i].e, serve(&fake, &call, &names, &minted, &why));
		CU_ASSERT_EQUAL(1, fake.defaults);
		CU_ASSERT_EQUAL(rows[i].mints, fake.mints);
		CU_ASSERT_TRUE(rows[i].e == ERR_OK || why.text[0] != '\0');
		minted_clear(&minted);
		mint_names_clear(&names);
	}
	unit_row(NULL);
}

static void meant_endpoint(void)
{
	static const struct {
		const char *name, *application, *profile, *host;
		bool is_default_asked, is_stranger;
		enum err e;
		const char *asked; /* how the question to the database begins */
	} rows[] = {
		{ "the same", "corp", "devices", "", false, false, ERR_OK, "corp/devices" },
		{ "another profile", "corp", "device", "", false, false, ERR_CONFLICT, "/ " },
		{ "another application", "corpx", "devices", "", false, false, ERR_CONFLICT, "/ " },
		{ "the default of a host, which is the same", "", "", "ca.example", false, false, ERR_OK, "corp/devices" },
		{ "the default of a host that has none", "", "", "nowhere.example", false, false, ERR_OK, "corp/devices" },
		{ "the same, where the default was asked", "corp", "devices", "", true, false, ERR_OK, "corp/devices" },
		{ "another, where the default was asked", "corp", "printers", "", true, false, ERR_CONFLICT, "/ " },
		/* A stranger could otherwise try names until there is no conflict, and know the default endpoint. */
		{ "a stranger that names the default", "corp", "devices", "", true, true, ERR_HTTP_CREDENTIALS, "corp/devices" },
		{ "a stranger that names another", "corp", "printers", "", true, true, ERR_HTTP_CREDENTIALS, "/ " },
		{ "a stranger at the address of another", "", "", "ca.example", false, true, ERR_HTTP_CREDENTIALS, "corp/devices" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct mint_target meant = { bytes_from_str(rows[i].application), bytes_from_str(rows[i].profile), bytes_from_str(rows[i].host) };
		struct mint_call call = good_call();
		struct fake_mint fake = { .page_encoding = NULL };
		struct mint_names names;
		struct minted minted;
		struct why why;

		unit_row(rows[i].name);
		call.meant = &meant;
		if (rows[i].is_default_asked)
			call.target = (struct mint_target){ .host = bytes_from_str("ca.example") };
		if (rows[i].is_stranger)
			call.token = bytes_from_str("sgt_other");
		UNIT_ERR(rows[i].e, serve(&fake, &call, &names, &minted, &why));
		CU_ASSERT_EQUAL(strncmp(rows[i].asked, fake.seen, strlen(rows[i].asked)), 0);
		CU_ASSERT_EQUAL(minted.challenge[0] != '\0', rows[i].e == ERR_OK);
		CU_ASSERT_EQUAL(rows[i].e == ERR_CONFLICT, strstr(why.text, "another endpoint") != NULL);
		minted_clear(&minted);
		mint_names_clear(&names);
	}
	unit_row(NULL);
}

static void bindings(void)
{
	static const struct {
		const char *name, *subject, *sans;
		size_t key_len;
		enum err e;
	} rows[] = {
		{ "a subject and names", "CN=a,O=Example", "DNS:a.example", 32, ERR_OK }, { "no names", "", "none", 0, ERR_OK },
		{ "no name", "printer", "", 0, ERR_VALUE }, { "half a name", "CN=a,", "", 0, ERR_VALUE }, { "an unknown type", "NOSUCH=a", "", 0, ERR_VALUE },
		{ "a name without its type", "", "a.example", 0, ERR_VALUE }, { "half a digest", "", "", 31, ERR_VALUE },
	};
	static const uint8_t digest[32];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mint_call call = good_call();
		struct fake_mint fake = { .page_encoding = NULL };
		struct mint_names names;
		struct minted minted;
		struct why why;

		unit_row(rows[i].name);
		call.request.subject = rows[i].subject;
		call.request.sans = rows[i].sans;
		call.request.spki_sha256 = bytes_from(digest, rows[i].key_len);
		UNIT_ERR(rows[i].e, serve(&fake, &call, &names, &minted, &why));
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, fake.mints);
		minted_clear(&minted);
		mint_names_clear(&names);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "a caller with a token gets a challenge for the endpoint of the address", minted_for_its_endpoint },
	{ "at the root it is for the host's default endpoint; who has no token is not told whether there is one", default_endpoint },
	{ "a caller that will use it at another endpoint gets none; an address that is none of ours says nothing; who has no token is told of neither", meant_endpoint },
	{ "a challenge cannot be bound to what is malformed", bindings }
};

UNIT_MAIN("mint", cases)
