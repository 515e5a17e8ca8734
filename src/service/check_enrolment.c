#include <config.h>

#include "service/check_enrolment.h"

#include <stdio.h>
#include <string.h>

#include "base/password.h"
#include "store/view.h"

enum { DAY_S = 86400 };

/* --- static challenges --- */

static bool challenge_is_usable(struct check *check, const char *subject, const struct endpoint_challenge *challenge)
{
	char expires[CLOCK_ISO_SIZE];

	if (challenge->expires_utc != 0 && challenge->expires_utc <= clock_now_utc(&check->service->clock)) {
		clock_format_iso(challenge->expires_utc, expires);
		check_add(check, true, subject, "the static challenge \"%s\" has expired on %s", challenge->name, expires);
		return false;
	}
	/* Any well-formed password tells whether the method of the hash is one that is accepted. */
	if (password_check(bytes_from_str("scepadm check"), challenge->hash, NULL) == ERR_VALUE) {
		check_add(check, false, subject, "the hash of the static challenge \"%s\" is of no accepted method", challenge->name);
		return false;
	}
	return true;
}

static bool ends_soon(const struct check *check, const struct endpoint_challenge *challenge)
{
	return challenge->expires_utc != 0 &&
		challenge->expires_utc < clock_now_utc(&check->service->clock) + (int64_t)CHECK_CHALLENGE_WARNING_DAYS * DAY_S;
}

/* One that ends soon is in order while another stays. @param is_needed in: nothing else opens the endpoint. */
static void check_static(struct check *check, const char *subject, const struct endpoint *row, bool is_needed)
{
	size_t usable = 0, staying = 0;

	for (size_t i = 0; i < row->challenge_count; i++) {
		const struct endpoint_challenge *challenge = &row->challenge[i];
		char expires[CLOCK_ISO_SIZE];

		if (!challenge_is_usable(check, subject, challenge))
			continue;
		usable++;
		staying += !ends_soon(check, challenge);
		clock_format_iso(challenge->expires_utc, expires);
		if (ends_soon(check, challenge))
			check_warn(check, subject, "the static challenge \"%s\" ends soon, on %s", challenge->name, expires);
	}
	if (usable > 0 && (staying > 0 || !is_needed))
		check_add(check, true, subject, "%zu usable static challenge%s", usable, usable == 1 ? "" : "s");
	else if (usable > 0)
		check_add(check, false, subject, "after the static challenges that end soon there is none: use `scepadm challenge set`");
	else if (is_needed)
		check_add(check, false, subject, "there is no usable static challenge, so nobody can enrol: use `scepadm challenge set`");
	else
		check_warn(check, subject, "it takes static challenges, but there is no usable one");
}

/* --- dynamic challenges --- */

/* Is the word one of "a,b,c"? */
static bool words_have(const char *words, const char *word)
{
	while (*words != '\0') {
		size_t len = strcspn(words, ",");

		if (len == strlen(word) && strncmp(words, word, len) == 0)
			return true;
		words += len + (words[len] == ',');
	}
	return false;
}

static enum err check_dynamic(struct check *check, const char *subject, const struct endpoint *row, struct why *why)
{
	struct view_filter filter = { "state", "live" };
	struct rowset rows = { 0 };
	size_t tokens = 0;
	char name[160];
	enum err e;

	snprintf(name, sizeof name, "%s/%s", row->application, row->profile_name);
	if ((e = view_read(check->service->store, VIEW_API_TOKEN, &filter, 1, 0, &rows, why)) != ERR_OK)
		return e;
	for (size_t i = 0; i < rows.row_count; i++) {
		const char *endpoints = rowset_find(&rows, i, "endpoints");

		tokens += endpoints != NULL && words_have(endpoints, name);
	}
	if (tokens > 0)
		check_add(check, true, subject, "%zu API token%s mint%s dynamic challenges for it", tokens, tokens == 1 ? "" : "s", tokens == 1 ? "s" : "");
	else
		check_warn(check, subject, "no API token mints dynamic challenges for it, so an operator must: `scepadm token create`, `scepadm challenge create`");
	rowset_clear(&rows);
	return ERR_OK;
}

/* --- renewal --- */

static enum err check_renewal(struct check *check, const char *subject, const struct endpoint *row, struct why *why)
{
	struct view_filter filters[] = { { "application", row->application }, { "profile", row->profile_name }, { "state", "valid" } };
	struct rowset rows = { 0 };
	char soon[CLOCK_ISO_SIZE];
	const char *ends;
	enum err e;

	if (row->renewal.is_allowed)
		return ERR_OK;
	if ((e = view_read(check->service->store, VIEW_CERTIFICATE_ENDING, filters, 3, 1, &rows, why)) != ERR_OK)
		return e;
	clock_format_iso(clock_now_utc(&check->service->clock) + (int64_t)CHECK_EXPIRY_WARNING_DAYS * DAY_S, soon);
	ends = rows.row_count == 0 ? NULL : rowset_find(&rows, 0, "not_after");
	if (ends != NULL && strcmp(ends, soon) < 0)
		check_warn(check, subject, "certificates end soon, the first on %s, and none can be renewed (--renewal no): devices need new challenges", ends);
	rowset_clear(&rows);
	return ERR_OK;
}

/* --- */

static void check_closed(struct check *check, const char *subject, const struct endpoint *row)
{
	switch (row->approval) {
	case ENDPOINT_APPROVAL_ALWAYS:
		check_add(check, true, subject, "requests need no challenge, and each waits for an operator");
		return;
	case ENDPOINT_APPROVAL_NONE:
	case ENDPOINT_APPROVAL_RULES:
		check_add(check, false, subject, "the challenge mode is none, so nobody can enrol: use `scepadm challenge set`, or --challenge-mode dynamic");
		return;
	}
}

enum err check_enrolment(struct check *check, const char *subject, const struct endpoint *row, struct why *why)
{
	enum err e = ERR_OK;

	switch (row->challenge_mode) {
	case ENDPOINT_CHALLENGE_NONE:
		check_closed(check, subject, row);
		break;
	case ENDPOINT_CHALLENGE_STATIC:
		check_static(check, subject, row, true);
		break;
	case ENDPOINT_CHALLENGE_DYNAMIC:
		e = check_dynamic(check, subject, row, why);
		break;
	case ENDPOINT_CHALLENGE_BOTH:
		check_static(check, subject, row, false);
		e = check_dynamic(check, subject, row, why);
		break;
	}
	return e == ERR_OK ? check_renewal(check, subject, row, why) : e;
}
