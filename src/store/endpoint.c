#include <config.h>

#include "store/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/ext.h"
#include "store/internal.h"
#include "store/value.h"

enum { ENDPOINT_MAX_ITEMS = 4096 /* elements of one array; the schema's own limits are lower */ };

/* --- reading one row column by column; the first failure sticks --- */

struct reader {
	const struct db_rows *rows;
	size_t column;
	enum err e;
	struct why *why;
};

static void read_fail(struct reader *r)
{
	if (r->e == ERR_OK)
		r->e = why_set(r->why, ERR_DB_SCHEMA, "scepgate.endpoint_load() gives an unexpected value in column %zu: run scepadm db upgrade", r->column);
}

static struct bytes read_value(struct reader *r)
{
	return db_rows_get(r->rows, 0, r->column++);
}

static int64_t read_number(struct reader *r, int64_t min, int64_t max)
{
	int64_t number = min;

	if (!value_number(read_value(r), &number) || number < min || number > max) {
		read_fail(r);
		return min;
	}
	return number;
}

static bool read_bool(struct reader *r)
{
	bool is_true = false;

	if (!value_bool(read_value(r), &is_true))
		read_fail(r);
	return is_true;
}

static void read_string(struct reader *r, char **out)
{
	enum err e = bytes_copy_str(read_value(r), out);

	if (e != ERR_OK && r->e == ERR_OK)
		r->e = e;
}

static void read_octets(struct reader *r, struct buf *out)
{
	enum err e = buf_append(out, read_value(r));

	if (e != ERR_OK && r->e == ERR_OK)
		r->e = e;
}

/* Which of some words a value is. */
static int read_word(struct reader *r, struct bytes value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_is_str(value, words[i]))
			return (int)i;
	read_fail(r);
	return 0;
}

static struct value_array read_array(struct reader *r)
{
	struct value_array array = { { NULL, 0 }, 0 };

	if (!value_array_open(read_value(r), &array) || array.count > ENDPOINT_MAX_ITEMS) {
		read_fail(r);
		array.count = 0;
	}
	return array;
}

/* The next element of an array that must have one. */
static struct bytes read_element(struct reader *r, struct value_array *array)
{
	struct bytes element = { NULL, 0 };

	if (!value_array_next(array, &element))
		read_fail(r);
	return element;
}

static int64_t read_element_number(struct reader *r, struct value_array *array)
{
	int64_t number = 0;

	if (!value_number(read_element(r, array), &number))
		read_fail(r);
	return number;
}

static void read_element_string(struct reader *r, struct value_array *array, char **out)
{
	enum err e = bytes_copy_str(read_element(r, array), out);

	if (e != ERR_OK && r->e == ERR_OK)
		r->e = e;
}

static void read_element_octets(struct reader *r, struct value_array *array, struct buf *out)
{
	enum err e = buf_append(out, read_element(r, array));

	if (e != ERR_OK && r->e == ERR_OK)
		r->e = e;
}

/* Room for the elements of an array; NULL for none, and when there is no memory. */
static void *read_room(struct reader *r, size_t count, size_t size)
{
	void *room = count == 0 ? NULL : calloc(count, size);

	if (room == NULL && count > 0 && r->e == ERR_OK)
		r->e = ERR_MEMORY;
	return room;
}

/* --- the parts of an endpoint, in the order of the statement's columns --- */

static const char endpoint_sql[] =
	"SELECT id, version, application_name, profile_name, is_enabled, challenge_mode, ciphers, digests, include_chain, replay_window_seconds,"
	" policy_name, unlisted, allow_empty_subject, several_common_names, rsa_min_bits, rsa_max_bits, ec_curves, ed25519, max_validity_days, rule_targets, rule_effects, rule_items, rule_patterns,"
	" validity_days, key_usage, extended_key_usage, backdate_seconds, challenge_ids, challenge_names, challenge_hashes, challenge_expiries,"
	" ca_id, ca_certificate, ca_key, chain, ra_ids, ra_certificates, ra_keys, ra_uses,"
	" approval, ca_certs, include_root, append_chain, password_recipient, keys, pending_lifetime_seconds, next_ca_certificate,"
	" signer_key_must_match, renewal, renewal_window, renewal_grace_days, renewal_identity, renewal_new_key, renewal_challenge, renewal_at_par,"
	" approval_kinds, approval_items, approval_patterns,"
	" crl_partitions, crl_urls, ca_urls,"
	" csr_digests, past_ca, validity_hours, valid_until, subject_template, san_templates, extensions"
	" FROM scepgate.endpoint_load($1, $2)";

static void read_digests(struct reader *r, struct digest_list *digests)
{
	struct value_array words = read_array(r);

	while (words.count > 0 && r->e == ERR_OK) {
		enum digest digest = digest_from_name(read_element(r, &words));

		if (digest == DIGEST_NONE || digests->count == DIGEST_COUNT)
			read_fail(r);
		else
			digests->item[digests->count++] = digest;
	}
}

static void read_settings(struct reader *r, struct endpoint *endpoint)
{
	static const char *const modes[] = { [ENDPOINT_CHALLENGE_NONE] = "none", [ENDPOINT_CHALLENGE_STATIC] = "static", [ENDPOINT_CHALLENGE_DYNAMIC] = "dynamic",
		[ENDPOINT_CHALLENGE_BOTH] = "both" };
	struct value_array words;

	endpoint->id = (int)read_number(r, 1, INT32_MAX);
	endpoint->version = read_number(r, 1, INT64_MAX);
	read_string(r, &endpoint->application);
	read_string(r, &endpoint->profile_name);
	endpoint->is_enabled = read_bool(r);
	endpoint->challenge_mode = (enum endpoint_challenge_mode)read_word(r, read_value(r), modes, sizeof(modes) / sizeof(modes[0]));
	words = read_array(r);
	while (words.count > 0 && r->e == ERR_OK) {
		enum cipher cipher = cipher_from_name(read_element(r, &words));

		if (cipher == CIPHER_NONE || endpoint->ciphers.count == CIPHER_COUNT)
			read_fail(r);
		else
			endpoint->ciphers.item[endpoint->ciphers.count++] = cipher;
	}
	read_digests(r, &endpoint->digests);
	endpoint->include_chain = read_bool(r);
	endpoint->replay_window_s = (int)read_number(r, 0, INT32_MAX);
}

static void read_rules(struct reader *r, struct policy *policy)
{
	static const char *const targets[] = { [POLICY_SUBJECT] = "subject", [POLICY_SAN] = "san", [POLICY_KEY_USAGE] = "key_usage", [POLICY_EXT_KEY_USAGE] = "ext_key_usage" };
	static const char *const effects[] = { [POLICY_ALLOW] = "allow", [POLICY_REQUIRE] = "require", [POLICY_DENY] = "deny" };
	struct value_array target = read_array(r), effect = read_array(r), item = read_array(r), pattern = read_array(r);

	if (target.count > POLICY_MAX_RULES) {
		read_fail(r);
		return;
	}
	policy->rule = read_room(r, target.count, sizeof(*policy->rule));
	while (target.count > 0 && r->e == ERR_OK) {
		struct policy_rule *rule = &policy->rule[policy->rule_count++];

		rule->target = (enum policy_target)read_word(r, read_element(r, &target), targets, sizeof(targets) / sizeof(targets[0]));
		rule->effect = (enum policy_effect)read_word(r, read_element(r, &effect), effects, sizeof(effects) / sizeof(effects[0]));
		read_element_string(r, &item, &rule->item);
		read_element_string(r, &pattern, &rule->pattern);
	}
}

static void read_policy(struct reader *r, struct policy *policy)
{
	static const char *const unlisted[] = { [POLICY_UNLISTED_REFUSE] = "refuse", [POLICY_UNLISTED_DROP] = "drop" };
	struct value_array curves;

	read_string(r, &policy->name);
	policy->unlisted = (enum policy_unlisted)read_word(r, read_value(r), unlisted, sizeof(unlisted) / sizeof(unlisted[0]));
	policy->allow_empty_subject = read_bool(r);
	policy->several_common_names = read_bool(r);
	policy->rsa_min_bits = (unsigned)read_number(r, 0, INT32_MAX);
	policy->rsa_max_bits = (unsigned)read_number(r, 0, INT32_MAX);
	curves = read_array(r);
	while (curves.count > 0 && r->e == ERR_OK) {
		struct bytes curve = read_element(r, &curves);

		if (bytes_is_str(curve, "p256"))
			policy->ec_p256 = true;
		else if (bytes_is_str(curve, "p384"))
			policy->ec_p384 = true;
		else if (bytes_is_str(curve, "p521"))
			policy->ec_p521 = true;
		else
			read_fail(r);
	}
	policy->ed25519 = read_bool(r);
	policy->max_validity_days = (int)read_number(r, 1, INT32_MAX);
	read_rules(r, policy);
}

static void read_profile(struct reader *r, const char *name, struct profile *profile)
{
	struct value_array words;
	enum err e = bytes_copy_str(bytes_from_str(name), &profile->name);

	if (e != ERR_OK && r->e == ERR_OK)
		r->e = e;
	profile->validity_days = (int)read_number(r, 1, INT32_MAX);
	words = read_array(r);
	while (words.count > 0 && r->e == ERR_OK) {
		enum key_usage bit = key_usage_from_name(read_element(r, &words));

		if (bit == 0)
			read_fail(r);
		profile->key_usage |= bit;
	}
	words = read_array(r);
	profile->eku = read_room(r, words.count, sizeof(*profile->eku));
	while (words.count > 0 && r->e == ERR_OK)
		read_element_string(r, &words, &profile->eku[profile->eku_count++]);
	profile->backdate_s = (int)read_number(r, 0, INT32_MAX);
}

static void read_challenges(struct reader *r, struct endpoint *endpoint)
{
	struct value_array id = read_array(r), name = read_array(r), hash = read_array(r), expires = read_array(r);

	endpoint->challenge = read_room(r, id.count, sizeof(*endpoint->challenge));
	while (id.count > 0 && r->e == ERR_OK) {
		struct endpoint_challenge *challenge = &endpoint->challenge[endpoint->challenge_count++];

		challenge->id = (int)read_element_number(r, &id);
		read_element_string(r, &name, &challenge->name);
		read_element_string(r, &hash, &challenge->hash);
		challenge->expires_utc = read_element_number(r, &expires);
	}
}

static void read_signers(struct reader *r, struct endpoint *endpoint)
{
	static const char *const uses[] = { [ENDPOINT_USE_BOTH] = "both", [ENDPOINT_USE_SIGN] = "sign", [ENDPOINT_USE_DECRYPT] = "decrypt" };
	struct value_array chain, id, cert, key, use;

	endpoint->ca.id = (int)read_number(r, 1, INT32_MAX);
	read_octets(r, &endpoint->ca.cert_der);
	read_octets(r, &endpoint->ca.key_stored);
	chain = read_array(r);
	endpoint->chain = read_room(r, chain.count, sizeof(*endpoint->chain));
	while (chain.count > 0 && r->e == ERR_OK)
		read_element_octets(r, &chain, &endpoint->chain[endpoint->chain_count++]);
	id = read_array(r);
	cert = read_array(r);
	key = read_array(r);
	use = read_array(r);
	endpoint->ra = read_room(r, id.count, sizeof(*endpoint->ra));
	while (id.count > 0 && r->e == ERR_OK) {
		struct endpoint_signer *ra = &endpoint->ra[endpoint->ra_count++];

		ra->id = (int)read_element_number(r, &id);
		read_element_octets(r, &cert, &ra->cert_der);
		read_element_octets(r, &key, &ra->key_stored);
		ra->use = (enum endpoint_use)read_word(r, read_element(r, &use), uses, sizeof(uses) / sizeof(uses[0]));
	}
}

/* Which of the optional messages of RFC 8894 it serves, and how. */
static void read_protocol_settings(struct reader *r, struct endpoint *endpoint)
{
	static const char *const approvals[] = { [ENDPOINT_APPROVAL_NONE] = "none", [ENDPOINT_APPROVAL_ALWAYS] = "always", [ENDPOINT_APPROVAL_RULES] = "rules" };
	static const char *const ca_certs[] = { [ENDPOINT_CA_CERTS_RA] = "ra", [ENDPOINT_CA_CERTS_CA] = "ca" };
	struct value_array words;

	endpoint->approval = (enum endpoint_approval)read_word(r, read_value(r), approvals, sizeof(approvals) / sizeof(approvals[0]));
	endpoint->ca_certs = (enum endpoint_ca_certs)read_word(r, read_value(r), ca_certs, sizeof(ca_certs) / sizeof(ca_certs[0]));
	endpoint->include_root = read_bool(r);
	endpoint->append_chain = read_bool(r);
	endpoint->password_recipient = read_bool(r);
	words = read_array(r);
	while (words.count > 0 && r->e == ERR_OK) {
		enum key_class key_class = key_class_from_name(read_element(r, &words));

		if (key_class == KEY_CLASS_NONE || endpoint->keys.count == KEY_CLASS_COUNT)
			read_fail(r);
		else
			endpoint->keys.item[endpoint->keys.count++] = key_class;
	}
	endpoint->pending_lifetime_s = (int)read_number(r, 0, INT32_MAX);
	read_octets(r, &endpoint->next_ca);
}

static void read_renewal(struct reader *r, struct renewal_rules *renewal)
{
	static const char *const identities[] = { [RENEWAL_IDENTITY_SAME] = "same", [RENEWAL_IDENTITY_UNSTRUCTURED] = "unstructured" };

	renewal->is_allowed = read_bool(r);
	if (renewal_window_parse(read_value(r), &renewal->window) != ERR_OK)
		read_fail(r);
	renewal->grace_days = (int)read_number(r, 0, RENEWAL_MAX_GRACE_DAYS);
	renewal->identity = (enum renewal_identity)read_word(r, read_value(r), identities, sizeof(identities) / sizeof(identities[0]));
	renewal->needs_new_key = read_bool(r);
	renewal->needs_challenge = read_bool(r);
	renewal->is_at_par = read_bool(r);
}

static void read_approval_rules(struct reader *r, struct approval_rules *rules)
{
	static const char *const kinds[] = { [APPROVAL_SUBJECT] = "subject", [APPROVAL_SAN] = "san", [APPROVAL_FIRST_TIME] = "first_time" };
	struct value_array kind = read_array(r), item = read_array(r), pattern = read_array(r);

	rules->rule = read_room(r, kind.count, sizeof(*rules->rule));
	while (kind.count > 0 && r->e == ERR_OK) {
		struct approval_rule *rule = &rules->rule[rules->count++];

		rule->kind = (enum approval_rule_kind)read_word(r, read_element(r, &kind), kinds, sizeof(kinds) / sizeof(kinds[0]));
		read_element_string(r, &item, &rule->item);
		read_element_string(r, &pattern, &rule->pattern);
	}
}

static char **read_strings(struct reader *r, size_t *count)
{
	struct value_array word = read_array(r);
	char **strings = read_room(r, word.count, sizeof(*strings));

	while (word.count > 0 && r->e == ERR_OK)
		read_element_string(r, &word, &strings[(*count)++]);
	return strings;
}

static void read_pointers(struct reader *r, struct endpoint_pointers *pointers)
{
	pointers->crl_partitions = (int)read_number(r, 1, ENDPOINT_MAX_PARTITIONS);
	pointers->crl_url = read_strings(r, &pointers->crl_url_count);
	pointers->ca_url = read_strings(r, &pointers->ca_url_count);
}

/* What came to policies and profiles later than the columns above. */
static void read_more_policy(struct reader *r, struct policy *policy, struct profile *profile)
{
	static const char *const past_ca[] = { [POLICY_PAST_CA_CLIP] = "clip", [POLICY_PAST_CA_REFUSE] = "refuse" };

	read_digests(r, &policy->csr_digests);
	policy->past_ca = (enum policy_past_ca)read_word(r, read_value(r), past_ca, sizeof(past_ca) / sizeof(past_ca[0]));
	profile->validity_hours = (int)read_number(r, 0, INT32_MAX);
	profile->valid_until_utc = read_number(r, 0, INT64_MAX);
	read_string(r, &profile->subject_template);
	profile->san_template = read_strings(r, &profile->san_template_count);
	profile->extension = read_strings(r, &profile->extension_count);
}

enum err endpoint_load(struct store *store, struct bytes application, struct bytes profile, struct endpoint **out, struct why *why)
{
	const struct db_param params[] = { db_text_bytes(application), db_text_bytes(profile) };
	struct reader r = { NULL, 0, ERR_OK, why };
	struct endpoint *endpoint = NULL;
	struct db_rows *rows = NULL;

	/* What cannot be a name costs no round trip. */
	if (!text_is_name(application) || !text_is_name(profile))
		return why_set(why, ERR_NOT_FOUND, "there is no endpoint of this application and profile");
	if ((r.e = store_query(store, STORE_RETRY, endpoint_sql, params, 2, DB_FORMAT_BINARY, &rows, why)) != ERR_OK)
		goto out;
	if (db_rows_count(rows) == 0) {
		r.e = why_set(why, ERR_NOT_FOUND, "there is no endpoint of this application and profile");
		goto out;
	}
	if ((endpoint = calloc(1, sizeof(*endpoint))) == NULL) {
		r.e = ERR_MEMORY;
		goto out;
	}
	r.rows = rows;
	read_settings(&r, endpoint);
	read_policy(&r, &endpoint->policy);
	read_profile(&r, endpoint->profile_name, &endpoint->profile);
	read_challenges(&r, endpoint);
	read_signers(&r, endpoint);
	read_protocol_settings(&r, endpoint);
	endpoint->signer_key_must_match = read_bool(&r);
	read_renewal(&r, &endpoint->renewal);
	read_approval_rules(&r, &endpoint->approval_rules);
	read_pointers(&r, &endpoint->pointers);
	read_more_policy(&r, &endpoint->policy, &endpoint->profile);
	if (r.e == ERR_OK) {
		*out = endpoint;
		endpoint = NULL;
	}
out:
	endpoint_free(endpoint);
	db_rows_free(rows);
	return r.e;
}

enum err endpoint_default_find(struct store *store, struct bytes host, char **application, char **profile, struct why *why)
{
	/* The host comes from a client; one that is no text has no endpoint of its own. */
	bool is_text = text_is_utf8(host) && (host.len == 0 || memchr(host.ptr, '\0', host.len) == NULL);
	const struct db_param params[] = { is_text ? db_text_bytes(host) : db_text("") };
	struct db_rows *rows = NULL;
	char *first = NULL;
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT application, profile FROM scepgate.endpoint_default($1)", params, 1, DB_FORMAT_TEXT, &rows, why);
	if (e == ERR_OK && db_rows_count(rows) == 0)
		e = why_set(why, ERR_NOT_FOUND, "no endpoint is the default for this host");
	if (e == ERR_OK && (e = bytes_copy_str(db_rows_get(rows, 0, 0), &first)) == ERR_OK && (e = bytes_copy_str(db_rows_get(rows, 0, 1), profile)) == ERR_OK) {
		*application = first;
		first = NULL;
	}
	free(first);
	db_rows_free(rows);
	return e;
}

static void signer_clear(struct endpoint_signer *signer)
{
	buf_clear(&signer->cert_der);
	buf_clear(&signer->key_stored);
}

static void pointers_clear(struct endpoint_pointers *pointers)
{
	for (size_t i = 0; i < pointers->crl_url_count; i++)
		free(pointers->crl_url[i]);
	for (size_t i = 0; i < pointers->ca_url_count; i++)
		free(pointers->ca_url[i]);
	free(pointers->crl_url);
	free(pointers->ca_url);
}

void endpoint_free(struct endpoint *endpoint)
{
	if (endpoint == NULL)
		return;
	for (size_t i = 0; i < endpoint->challenge_count; i++) {
		free(endpoint->challenge[i].name);
		free(endpoint->challenge[i].hash);
	}
	for (size_t i = 0; i < endpoint->chain_count; i++)
		buf_clear(&endpoint->chain[i]);
	for (size_t i = 0; i < endpoint->ra_count; i++)
		signer_clear(&endpoint->ra[i]);
	buf_clear(&endpoint->next_ca);
	signer_clear(&endpoint->ca);
	pointers_clear(&endpoint->pointers);
	approval_rules_clear(&endpoint->approval_rules);
	policy_clear(&endpoint->policy);
	profile_clear(&endpoint->profile);
	free(endpoint->challenge);
	free(endpoint->chain);
	free(endpoint->ra);
	free(endpoint->application);
	free(endpoint->profile_name);
	free(endpoint);
}
