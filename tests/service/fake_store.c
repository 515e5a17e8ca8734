#include <config.h>

#include "service/fake_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/certificate.h"
#include "store/crl.h"
#include "store/enrolment.h"

/* The functions of src/store that the services call, on memory. Linked instead of libscepgate-store.a. */

struct store {
	struct fixture_store *seen;
	const struct fake_endpoint *endpoint;
};

struct store *fake_store_new(struct fixture_store *seen, const struct fake_endpoint *endpoint)
{
	struct store *store = calloc(1, sizeof *store);

	CU_ASSERT_PTR_NOT_NULL_FATAL(store);
	*store = (struct store){ seen, endpoint };
	return store;
}

void fake_store_free(struct store *store)
{
	free(store);
}

enum err store_generation(struct store *store, uint64_t *generation, struct why *why)
{
	(void)why;
	if (store->seen->load_error == ERR_DB_AWAY)
		return ERR_DB_AWAY;
	*generation = store->seen->generation;
	return ERR_OK;
}

static void set_signer(struct endpoint_signer *signer, int id, const struct buf *cert_der, const struct buf *pkcs8)
{
	signer->id = id;
	CU_ASSERT_EQUAL_FATAL(buf_append(&signer->cert_der, buf_bytes(cert_der)), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(&signer->key_pkcs8, buf_bytes(pkcs8)), ERR_OK);
}

static void set_policy(struct endpoint *row)
{
	static const struct { enum policy_target target; const char *item; } allowed[] = {
		{ POLICY_SUBJECT, "CN" }, { POLICY_SUBJECT, "serialNumber" }, { POLICY_SUBJECT, "emailAddress" }, { POLICY_SAN, "dns" },
		{ POLICY_KEY_USAGE, "digitalSignature" }, { POLICY_KEY_USAGE, "keyEncipherment" }, { POLICY_EXT_KEY_USAGE, "clientAuth" },
	};
	size_t count = sizeof allowed / sizeof allowed[0];

	row->policy = (struct policy){ .name = strdup("p"), .rule_count = count, .unlisted = POLICY_UNLISTED_REFUSE, .rsa_min_bits = 2048, .rsa_max_bits = 4096, .ec_p256 = true,
		.max_validity_days = 400, .allow_empty_subject = true };
	row->policy.rule = calloc(count, sizeof *row->policy.rule);
	for (size_t i = 0; i < count; i++)
		row->policy.rule[i] = (struct policy_rule){ allowed[i].target, POLICY_ALLOW, strdup(allowed[i].item), strdup("*") };
	row->profile = (struct profile){ .name = strdup("phones"), .validity_days = 365, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT,
		.eku = calloc(1, sizeof(char *)), .eku_count = 1, .backdate_s = 300 };
	row->profile.eku[0] = strdup("clientAuth");
}

static void set_algorithms(struct endpoint *row, const struct fixture_store *seen)
{
	row->ciphers = (struct cipher_list){ { CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC, CIPHER_DES3_CBC }, 4 };
	row->digests = (struct digest_list){ { DIGEST_SHA256, DIGEST_SHA512, DIGEST_SHA1 }, 3 };
	if (seen->has_legacy_algorithms) {
		row->ciphers.item[row->ciphers.count++] = CIPHER_DES_CBC;
		row->digests.item[row->digests.count++] = DIGEST_MD5;
	}
	row->keys = (struct key_list){ { KEY_CLASS_RSA_2048, KEY_CLASS_EC_P256 }, 2 };
}

enum err endpoint_load(struct store *store, struct bytes application, struct bytes profile, struct endpoint **out, struct why *why)
{
	const struct fake_endpoint *from = store->endpoint;
	struct fixture_store *seen = store->seen;
	struct endpoint *row;

	(void)why;
	seen->load_count++;
	if (seen->load_error != ERR_OK)
		return seen->load_error;
	if (!bytes_is_str(application, "corp") || !bytes_is_str(profile, "phones"))
		return ERR_NOT_FOUND;
	row = calloc(1, sizeof *row);
	row->id = 7;
	row->version = seen->version;
	row->application = strdup("corp");
	row->profile_name = strdup("phones");
	row->is_enabled = !seen->is_disabled;
	row->include_chain = !seen->leave_chain_out;
	row->include_root = !seen->leave_root_out;
	row->append_chain = seen->append_chain;
	row->password_recipient = seen->password_recipient;
	row->approval = seen->needs_approval ? ENDPOINT_APPROVAL_ALWAYS : ENDPOINT_APPROVAL_NONE;
	row->ca_certs = seen->ca_plays_ra ? ENDPOINT_CA_CERTS_CA : ENDPOINT_CA_CERTS_RA;
	row->challenge_mode = seen->challenge_mode_none ? ENDPOINT_CHALLENGE_NONE : ENDPOINT_CHALLENGE_STATIC;
	row->challenge = calloc(1, sizeof *row->challenge);
	row->challenge[row->challenge_count++] = (struct endpoint_challenge){ 3, strdup("default"), strdup((const char *)from->challenge_hash.ptr), seen->challenge_expires_utc };
	set_algorithms(row, seen);
	set_policy(row);
	set_signer(&row->ca, 1, &from->ca_der, &from->ca_pkcs8);
	row->ra = calloc(2, sizeof *row->ra);
	if (!seen->has_no_ra)
		set_signer(&row->ra[row->ra_count++], 2, &from->ra_der, &from->ra_pkcs8);
	if (seen->has_two_ra)
		set_signer(&row->ra[row->ra_count++], 1, &from->old_ra_der, &from->old_ra_pkcs8);
	if (seen->has_next_ca)
		CU_ASSERT_EQUAL_FATAL(buf_append(&row->next_ca, buf_bytes(&from->old_ra_der)), ERR_OK);
	*out = row;
	return ERR_OK;
}

void endpoint_free(struct endpoint *row)
{
	if (row == NULL)
		return;
	free(row->application);
	free(row->profile_name);
	for (size_t i = 0; i < row->challenge_count; i++) {
		free(row->challenge[i].name);
		free(row->challenge[i].hash);
	}
	free(row->challenge);
	policy_clear(&row->policy);
	profile_clear(&row->profile);
	buf_clear(&row->ca.cert_der);
	buf_clear(&row->ca.key_pkcs8);
	for (size_t i = 0; i < row->ra_count; i++) {
		buf_clear(&row->ra[i].cert_der);
		buf_clear(&row->ra[i].key_pkcs8);
	}
	free(row->ra);
	buf_clear(&row->next_ca);
	free(row);
}

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

static void keep(struct buf *to, struct bytes value)
{
	buf_reset(to);
	CU_ASSERT_EQUAL_FATAL(buf_append(to, value), ERR_OK);
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
	}
	return seen->state == ENROLMENT_ISSUED ? buf_append(&found->certificate_der, buf_bytes(&seen->issued_der)) : ERR_OK;
}

void enrolment_found_clear(struct enrolment_found *found)
{
	buf_clear(&found->certificate_der);
	buf_clear(&found->subject);
	buf_clear(&found->sans);
}

enum err enrolment_lookup(struct store *store, const struct enrolment_key *key, struct enrolment_found *found, struct why *why)
{
	(void)why;
	store->seen->lookup_count++;
	if (store->seen->lookup_error != ERR_OK)
		return store->seen->lookup_error;
	if (!is_current(store, key))
		return ERR_STALE;
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

enum err enrolment_pend(struct store *store, const struct enrolment_key *key, const struct enrolment_pending *request, enum enrolment_state *state, struct why *why)
{
	struct fixture_store *seen = store->seen;

	(void)why;
	seen->pend_count++;
	if (!is_current(store, key))
		return ERR_STALE;
	CU_ASSERT_EQUAL(request->static_challenge_id, seen->challenge_mode_none ? 0 : 3);
	keep_key(seen, key);
	keep(&seen->csr_der, request->csr_der);
	keep(&seen->subject, bytes_from_str(request->subject));
	keep(&seen->sans, bytes_from_str(request->sans));
	seen->state = ENROLMENT_PENDING;
	*state = seen->state;
	return ERR_OK;
}

enum err enrolment_commit(struct store *store, const struct enrolment_key *key, const struct enrolment_record *record, struct buf *recorded_der, struct why *why)
{
	struct fixture_store *seen = store->seen;
	bool is_approved = is_recorded(seen, key) && seen->state == ENROLMENT_APPROVED;

	(void)why;
	seen->commit_count++;
	if (seen->commit_error != ERR_OK)
		return seen->commit_error;
	if (!is_current(store, key))
		return ERR_STALE;
	CU_ASSERT_STRING_EQUAL(record->authorisation, is_approved ? "approval" : "static_challenge");
	CU_ASSERT_EQUAL(record->static_challenge_id, is_approved ? 0 : 3);
	if (!is_recorded(seen, key) || is_approved) {
		keep(&seen->issued_der, record->certificate_der);
		keep(&seen->csr_der, record->csr_der);
		keep_key(seen, key);
		seen->state = ENROLMENT_ISSUED;
	}
	return buf_append(recorded_der, buf_bytes(&seen->issued_der));
}

enum err certificate_find(struct store *store, int endpoint_id, int64_t endpoint_version, struct bytes serial, struct bytes requester_cert_sha256, struct buf *der, struct why *why)
{
	const struct fixture_store *seen = store->seen;

	(void)why;
	CU_ASSERT_EQUAL(endpoint_id, 7);
	CU_ASSERT_EQUAL(endpoint_version, seen->version);
	CU_ASSERT_EQUAL(requester_cert_sha256.len, ENROLMENT_HASH_LEN);
	if (!seen->knows_requester || !bytes_is_str(serial, "\x2a"))
		return ERR_NOT_FOUND;
	return buf_append(der, buf_bytes(&store->endpoint->old_ra_der));
}

enum err crl_latest(struct store *store, int ca_id, struct buf *der, struct why *why)
{
	(void)why;
	CU_ASSERT_EQUAL(ca_id, 1);
	return store->seen->has_crl ? buf_append(der, buf_bytes(&store->endpoint->crl_der)) : ERR_NOT_FOUND;
}

enum err enrolment_refuse(struct store *store, const struct enrolment_refusal *refusal, struct why *why)
{
	struct fixture_store *seen = store->seen;

	(void)why;
	seen->refuse_count++;
	seen->refused_error = refusal->error;
	memcpy(seen->refused_reference, refusal->reference, sizeof seen->refused_reference);
	return ERR_OK;
}
