#include <config.h>

#include <stdio.h>
#include <string.h>

#include "pki/crypto.h"
#include "service/fake_store.h"

/* The transaction, the challenge and the certificate that the store in memory knows, one of each, and what it makes of them: as the SQL functions do. */

static bool is_current(const struct store *store, const struct enrolment_key *key)
{
	return key->endpoint_id == 7 && key->endpoint_version == store->seen->version;
}

static bool is_requester(const struct fixture_store *seen, struct bytes transaction_id, struct bytes requester_spki_sha256)
{
	return seen->state != ENROLMENT_NEW && bytes_is_equal(buf_bytes(&seen->transaction_id), transaction_id) &&
	       bytes_is_equal(buf_bytes(&seen->requester), requester_spki_sha256);
}

static bool is_recorded(const struct fixture_store *seen, const struct enrolment_key *key)
{
	return is_requester(seen, key->transaction_id, key->requester_spki_sha256) && bytes_is_equal(buf_bytes(&seen->csr_sha256), key->csr_sha256);
}

/* The same request, from another key. */
static bool is_foreign(const struct fixture_store *seen, const struct enrolment_key *key)
{
	return seen->state != ENROLMENT_NEW && bytes_is_equal(buf_bytes(&seen->csr_sha256), key->csr_sha256) &&
	       !bytes_is_equal(buf_bytes(&seen->requester), key->requester_spki_sha256);
}

static void keep(struct buf *to, struct bytes value)
{
	buf_reset(to);
	CU_ASSERT_EQUAL_FATAL(buf_append(to, value), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(to), ERR_OK);
}

static void keep_key(struct fixture_store *seen, const struct enrolment_key *key)
{
	keep(&seen->csr_sha256, key->csr_sha256);
	keep(&seen->transaction_id, key->transaction_id);
	keep(&seen->requester, key->requester_spki_sha256);
}

static enum err tell(const struct fixture_store *seen, struct enrolment_found *found)
{
	found->state = seen->state;
	snprintf(found->reason, sizeof found->reason, "%s", seen->reason == NULL ? "" : seen->reason);
	if (seen->state == ENROLMENT_APPROVED) {
		keep(&found->subject, buf_bytes(&seen->subject));
		keep(&found->sans, buf_bytes(&seen->sans));
		found->renewal_of = seen->renewal_of;
	}
	if (seen->state != ENROLMENT_ISSUED)
		return ERR_OK;
	snprintf(found->authorisation, sizeof found->authorisation, "%s", seen->authorisation);
	return buf_append(&found->certificate_der, buf_bytes(&seen->issued_der));
}

static bool is_sha256_of(const uint8_t *sha256, struct bytes data)
{
	uint8_t digest[DIGEST_MAX_LEN];

	CU_ASSERT_EQUAL_FATAL(crypto_digest(DIGEST_SHA256, data, digest), ERR_OK);
	return sha256 != NULL && memcmp(sha256, digest, ENROLMENT_HASH_LEN) == 0;
}

static void keep_text(struct buf *to, const char *text)
{
	keep(to, bytes_from_str(text == NULL ? "" : text));
}

static bool has_dynamic(const struct fixture_store *seen)
{
	return seen->challenge_mode == ENDPOINT_CHALLENGE_DYNAMIC || seen->challenge_mode == ENDPOINT_CHALLENGE_BOTH;
}

static void tell_challenge(const struct fixture_store *seen, const struct enrolment_evidence *evidence, struct enrolment_challenge *challenge)
{
	const struct fixture_dynamic *dynamic = &seen->dynamic;

	keep_text(&challenge->subject, NULL);
	keep_text(&challenge->sans, NULL);
	keep_text(&challenge->device, NULL);
	keep_text(&challenge->username, NULL);
	if (dynamic->text == NULL || !has_dynamic(seen) || !is_sha256_of(evidence->challenge_sha256, bytes_from_str(dynamic->text)))
		return;
	challenge->state = dynamic->state;
	challenge->id = FIXTURE_DYNAMIC_CHALLENGE_ID;
	challenge->is_anothers = dynamic->is_anothers;
	keep_text(&challenge->subject, dynamic->subject);
	keep_text(&challenge->sans, dynamic->sans);
	keep_text(&challenge->device, dynamic->device);
	if (dynamic->key != NULL) {
		uint8_t digest[DIGEST_MAX_LEN];

		challenge->has_spki = true;
		CU_ASSERT_EQUAL_FATAL(crypto_digest(DIGEST_SHA256, key_get_spki(dynamic->key), digest), ERR_OK);
		memcpy(challenge->spki_sha256, digest, sizeof challenge->spki_sha256);
	}
}

static void tell_evidence(const struct fixture_store *seen, const struct enrolment_evidence *evidence, struct enrolment_found *found)
{
	tell_challenge(seen, evidence, &found->challenge);
	found->blocked_s = seen->blocked_s;
	if (seen->known_certificate == NULL || !is_sha256_of(evidence->signer_sha256, buf_bytes(&seen->known_certificate->der)))
		return;
	found->signer = seen->known_state;
	found->signer_id = FIXTURE_CERTIFICATE_ID;
}

void enrolment_found_clear(struct enrolment_found *found)
{
	buf_clear(&found->certificate_der);
	buf_clear(&found->subject);
	buf_clear(&found->sans);
	buf_clear(&found->challenge.subject);
	buf_clear(&found->challenge.sans);
	buf_clear(&found->challenge.device);
	buf_clear(&found->challenge.username);
}

enum err enrolment_lookup(struct store *store, const struct enrolment_key *key, const struct enrolment_evidence *evidence, struct enrolment_found *found, struct why *why)
{
	(void)why;
	store->seen->lookup_count++;
	if (store->seen->lookup_error != ERR_OK)
		return store->seen->lookup_error;
	if (!is_current(store, key))
		return ERR_STALE;
	if (is_foreign(store->seen, key))
		return ERR_CHALLENGE;
	tell_evidence(store->seen, evidence, found);
	return is_recorded(store->seen, key) ? tell(store->seen, found) : ERR_OK;
}

enum err enrolment_poll(struct store *store, int endpoint_id, int64_t endpoint_version, struct bytes transaction_id, struct bytes requester_spki_sha256,
	struct enrolment_found *found, struct buf *csr_der, uint8_t csr_sha256[ENROLMENT_HASH_LEN], struct why *why)
{
	struct fixture_store *seen = store->seen;

	(void)why;
	seen->poll_count++;
	if (endpoint_id != 7 || endpoint_version != seen->version)
		return ERR_STALE;
	if (!is_requester(seen, transaction_id, requester_spki_sha256))
		return ERR_OK;
	if (seen->state == ENROLMENT_APPROVED) {
		memcpy(csr_sha256, seen->csr_sha256.ptr, ENROLMENT_HASH_LEN);
		CU_ASSERT_EQUAL_FATAL(buf_append(csr_der, buf_bytes(&seen->csr_der)), ERR_OK);
	}
	return tell(seen, found);
}

/* Is the static challenge, or the dynamic one, that comes with it good now? */
static bool is_challenge_good(const struct fixture_store *seen, int static_challenge_id, int64_t challenge_id)
{
	bool has_static = seen->challenge_mode == ENDPOINT_CHALLENGE_STATIC || seen->challenge_mode == ENDPOINT_CHALLENGE_BOTH;

	if (challenge_id != 0)
		return static_challenge_id == 0 && challenge_id == FIXTURE_DYNAMIC_CHALLENGE_ID && has_dynamic(seen) && seen->dynamic.state == ENROLMENT_CHALLENGE_LIVE;
	return static_challenge_id == FIXTURE_STATIC_CHALLENGE_ID && has_static;
}

static bool is_renewal_good(const struct fixture_store *seen, int64_t renewal_of)
{
	return seen->renewal.is_allowed && renewal_of == FIXTURE_CERTIFICATE_ID && seen->known_state == ENROLMENT_SIGNER_LIVE;
}

/* Exactly what the right needs comes with it, and it is good. */
static enum err check_right(const struct fixture_store *seen, const char *authorisation, int static_challenge_id, int64_t challenge_id, int64_t renewal_of)
{
	bool is_renewal = strcmp(authorisation, "renewal") == 0;
	bool has_challenge = is_challenge_good(seen, static_challenge_id, challenge_id);

	if (strcmp(authorisation, "static_challenge") == 0 && renewal_of == 0 && challenge_id == 0)
		return has_challenge ? ERR_OK : ERR_CHALLENGE;
	if (strcmp(authorisation, "dynamic_challenge") == 0 && renewal_of == 0 && challenge_id != 0)
		return has_challenge ? ERR_OK : ERR_CHALLENGE;
	if (seen->other_right != NULL && strcmp(authorisation, seen->other_right) == 0)
		return static_challenge_id == 0 && challenge_id == 0 && renewal_of == 0 ? ERR_OK : ERR_CHALLENGE;
	CU_ASSERT_TRUE(is_renewal);
	CU_ASSERT_TRUE(seen->renewal.needs_challenge || (static_challenge_id == 0 && challenge_id == 0));
	if (!is_renewal || !is_renewal_good(seen, renewal_of))
		return ERR_RENEWAL;
	return has_challenge || !seen->renewal.needs_challenge ? ERR_OK : ERR_CHALLENGE;
}

static void spend(struct fixture_store *seen, int64_t challenge_id)
{
	if (challenge_id != 0)
		seen->dynamic.state = ENROLMENT_CHALLENGE_SPENT;
}

enum err enrolment_pend(struct store *store, const struct enrolment_key *key, const struct enrolment_pending *request, enum enrolment_state *state, struct why *why)
{
	struct fixture_store *seen = store->seen;
	const char *authorisation = request->renewal_of != 0 ? "renewal" : request->challenge_id != 0 ? "dynamic_challenge" : "static_challenge";
	bool is_authenticated = seen->challenge_mode != ENDPOINT_CHALLENGE_NONE || request->renewal_of != 0;
	enum err e;

	(void)why;
	seen->pend_count++;
	if (!is_current(store, key))
		return ERR_STALE;
	if (seen->pend_error != ERR_OK)
		return seen->pend_error;
	if (seen->approval == ENDPOINT_APPROVAL_NONE)
		return ERR_APPROVAL;
	CU_ASSERT_TRUE(is_authenticated || (request->static_challenge_id == 0 && request->challenge_id == 0));
	if (is_authenticated && seen->other_right == NULL && (e = check_right(seen, authorisation, request->static_challenge_id, request->challenge_id, request->renewal_of)) != ERR_OK)
		return e;
	CU_ASSERT_EQUAL(request->csr_spki_sha256.len, ENROLMENT_HASH_LEN);
	spend(seen, request->challenge_id);
	keep_key(seen, key);
	keep(&seen->csr_der, request->csr_der);
	keep(&seen->subject, bytes_from_str(request->subject));
	keep(&seen->sans, bytes_from_str(request->sans));
	keep(&seen->because, bytes_from_str(request->because));
	seen->renewal_of = request->renewal_of;
	seen->waiting_count++;
	seen->state = seen->pends_as == ENROLMENT_NEW ? ENROLMENT_PENDING : seen->pends_as;
	*state = seen->state;
	return ERR_OK;
}

static enum err check_commit(const struct fixture_store *seen, const struct enrolment_key *key, const struct enrolment_record *record)
{
	bool is_approved = is_recorded(seen, key) && seen->state == ENROLMENT_APPROVED;

	if (strcmp(record->authorisation, "approval") == 0) {
		CU_ASSERT_EQUAL(record->static_challenge_id, 0);
		CU_ASSERT_EQUAL(record->challenge_id, 0);
		if (!is_approved)
			return ERR_APPROVAL;
		return seen->renewal_of == 0 || is_renewal_good(seen, seen->renewal_of) ? ERR_OK : ERR_RENEWAL;
	}
	if (seen->approval == ENDPOINT_APPROVAL_ALWAYS)
		return ERR_APPROVAL;
	if (seen->approval == ENDPOINT_APPROVAL_RULES && seen->asks_first_time && strcmp(record->authorisation, "renewal") != 0)
		return ERR_APPROVAL;
	return check_right(seen, record->authorisation, record->static_challenge_id, record->challenge_id, record->renewal_of);
}

enum err enrolment_commit(struct store *store, const struct enrolment_key *key, const struct enrolment_record *record, struct buf *recorded_der, struct why *why)
{
	struct fixture_store *seen = store->seen;
	enum err e;

	(void)why;
	seen->commit_count++;
	if (seen->commit_error != ERR_OK)
		return seen->commit_error;
	if (!is_current(store, key))
		return ERR_STALE;
	if (!is_recorded(seen, key) || seen->state != ENROLMENT_ISSUED) {
		if ((e = check_commit(seen, key, record)) != ERR_OK)
			return e;
		spend(seen, record->challenge_id);
		keep(&seen->issued_der, record->certificate_der);
		keep(&seen->csr_der, record->csr_der);
		keep(&seen->notes, bytes_from_str(record->notes));
		keep_key(seen, key);
		snprintf(seen->authorisation, sizeof seen->authorisation, "%s", record->authorisation);
		seen->renewal_of = record->renewal_of;
		seen->issued_count++;
		seen->state = ENROLMENT_ISSUED;
	}
	return buf_append(recorded_der, buf_bytes(&seen->issued_der));
}

enum err enrolment_refuse(struct store *store, const struct enrolment_refusal *refusal, struct why *why)
{
	struct fixture_store *seen = store->seen;

	(void)why;
	CU_ASSERT_TRUE(refusal->attempt.len == 0 || refusal->attempt.len == ENROLMENT_ATTEMPT_LEN);
	seen->refuse_count++;
	seen->refused_error = refusal->error;
	seen->breached_challenge_id = refusal->breached_challenge_id;
	keep(&seen->attempt, refusal->attempt);
	keep(&seen->refused_detail, bytes_from_str(refusal->detail));
	memcpy(seen->refused_reference, refusal->reference, sizeof seen->refused_reference);
	return ERR_OK;
}
