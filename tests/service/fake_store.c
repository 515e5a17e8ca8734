#include <config.h>

#include "service/fake_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/certificate.h"
#include "store/crl.h"

/* The functions of src/store that the services call, on memory. Linked instead of libscepgate-store.a. What concerns enrolments is in fake_enrolment.c. */

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
	CU_ASSERT_EQUAL_FATAL(buf_append(&signer->key_stored, buf_bytes(pkcs8)), ERR_OK);
}

static void set_policy(struct endpoint *row, const struct fixture_store *seen)
{
	static const struct { enum policy_target target; const char *item; } allowed[] = {
		{ POLICY_SUBJECT, "CN" }, { POLICY_SUBJECT, "serialNumber" }, { POLICY_SUBJECT, "emailAddress" }, { POLICY_SAN, "dns" },
		{ POLICY_KEY_USAGE, "digitalSignature" }, { POLICY_KEY_USAGE, "keyEncipherment" }, { POLICY_EXT_KEY_USAGE, "clientAuth" }, { POLICY_EXT_KEY_USAGE, "emailProtection" },
	};
	size_t count = sizeof allowed / sizeof allowed[0];

	row->policy = (struct policy){ .name = strdup("p"), .rule_count = count, .unlisted = seen->drops_unlisted ? POLICY_UNLISTED_DROP : POLICY_UNLISTED_REFUSE,
		.rsa_min_bits = 2048, .rsa_max_bits = 4096, .ec_p256 = true, .max_validity_days = 400, .allow_empty_subject = true };
	row->policy.rule = calloc(count, sizeof *row->policy.rule);
	for (size_t i = 0; i < count; i++)
		row->policy.rule[i] = (struct policy_rule){ allowed[i].target, POLICY_ALLOW, strdup(allowed[i].item), strdup("*") };
	row->profile = (struct profile){ .name = strdup("phones"), .validity_days = 365, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT,
		.eku = calloc(1, sizeof(char *)), .eku_count = 1, .backdate_s = 300 };
	row->profile.eku[0] = strdup("clientAuth");
	row->profile.subject_template = seen->subject_template == NULL ? NULL : strdup(seen->subject_template);
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

/* One list with one pattern, and one rule more. */
static void set_approval_rules(struct endpoint *row, const struct fixture_store *seen)
{
	struct approval_rules *rules = &row->approval_rules;

	rules->rule = calloc(2, sizeof *rules->rule);
	if (seen->approved_names != NULL)
		rules->rule[rules->count++] = (struct approval_rule){ APPROVAL_SUBJECT, strdup("CN"), strdup(seen->approved_names) };
	if (seen->asks_first_time)
		rules->rule[rules->count++] = (struct approval_rule){ APPROVAL_FIRST_TIME, strdup(""), strdup("*") };
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
	row->approval = seen->approval;
	set_approval_rules(row, seen);
	row->signer_key_must_match = seen->signer_key_must_match;
	row->renewal = seen->renewal;
	row->ca_certs = seen->ca_plays_ra ? ENDPOINT_CA_CERTS_CA : ENDPOINT_CA_CERTS_RA;
	row->challenge_mode = seen->challenge_mode;
	row->challenge = calloc(1, sizeof *row->challenge);
	if (!seen->has_no_static_challenge)
		row->challenge[row->challenge_count++] = (struct endpoint_challenge){ FIXTURE_STATIC_CHALLENGE_ID, strdup("default"),
			strdup(seen->challenge_hash != NULL ? seen->challenge_hash : (const char *)from->challenge_hash.ptr), seen->challenge_expires_utc };
	set_algorithms(row, seen);
	set_policy(row, seen);
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
	approval_rules_clear(&row->approval_rules);
	policy_clear(&row->policy);
	profile_clear(&row->profile);
	buf_clear(&row->ca.cert_der);
	buf_clear(&row->ca.key_stored);
	for (size_t i = 0; i < row->ra_count; i++) {
		buf_clear(&row->ra[i].cert_der);
		buf_clear(&row->ra[i].key_stored);
	}
	free(row->ra);
	buf_clear(&row->next_ca);
	free(row);
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
