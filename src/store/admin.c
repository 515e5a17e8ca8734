#include <config.h>

#include "store/admin.h"

#include <string.h>

#include "store/internal.h"
#include "store/value.h"

enum { ADMIN_MAX_PARAMETERS = DB_MAX_PARAMS };

/* How an argument's bytes become a parameter. PARAMETER_WORDS: a text[] from comma-separated words. */
enum parameter_kind { PARAMETER_TEXT, PARAMETER_OCTETS, PARAMETER_WORDS };

struct parameter {
	const char *name;
	enum parameter_kind kind;
};

struct call {
	const char *function;
	const char *columns; /* of the result, when the function names them; NULL: one, which becomes id */
	struct parameter parameter[ADMIN_MAX_PARAMETERS];
};

#define T(name) { name, PARAMETER_TEXT }
#define O(name) { name, PARAMETER_OCTETS }
#define W(name) { name, PARAMETER_WORDS }
#define ENDPOINT_SETTINGS T("challenge_mode"), W("allowed_ciphers"), W("allowed_digests"), T("include_chain"), T("replay_window_seconds"), T("default_for_host"), \
	T("approval"), T("ca_certs"), T("include_root"), T("append_chain"), T("password_recipient"), W("allowed_keys"), T("pending_lifetime_seconds"), \
	T("challenge_lifetime_minutes"), T("long_challenges"), T("challenge_max_pending"), T("challenge_uses"), T("challenge_page_encoding"), T("signer_key_must_match"), \
	T("renewal"), T("renewal_window"), T("renewal_grace_days"), T("renewal_identity"), T("renewal_new_key"), T("renewal_challenge"), T("renewal_at_par"), \
	T("pending_max_per_address"), T("pending_max_per_day")
#define POLICY_SETTINGS T("description"), T("unlisted"), T("allow_empty_subject"), T("rsa_min_bits"), T("rsa_max_bits"), W("ec_curves"), T("ed25519"), T("max_validity_days"), \
	T("several_common_names"), W("csr_digests"), T("past_ca")
#define PROFILE_SETTINGS T("ca"), T("policy"), T("description"), T("validity_days"), W("key_usage"), W("extended_key_usage"), T("backdate_seconds"), \
	T("validity_hours"), T("valid_until"), T("subject_template"), W("san_templates"), W("extensions")
#define APPROVAL_RULE T("application"), T("profile"), T("kind"), T("item"), T("pattern")
#define TRANSACTIONS T("application"), T("profile"), T("subject"), T("sans"), T("client_network"), T("created_before"), T("reason"), T("at_most")
#define POLICY_RULE T("policy"), T("target"), T("effect"), T("item"), T("pattern")

/* The functions of sql/api and their parameters. */
static const struct call calls[] = {
	[ADMIN_APPLICATION_CREATE] = { "application_create", NULL, { T("name"), T("description") } },
	[ADMIN_APPLICATION_ALTER] = { "application_alter", NULL, { T("name"), T("new_name"), T("description"), T("enabled") } },
	[ADMIN_APPLICATION_DELETE] = { "application_delete", NULL, { T("name") } },
	[ADMIN_CA_CREATE] = { "ca_create", NULL, { T("name"), T("description"), O("certificate"), O("private_key"), O("spki_sha256"), T("subject"), T("not_before"), T("not_after"),
		T("issuer") } },
	[ADMIN_CA_ALTER] = { "ca_alter", NULL, { T("name"), T("new_name"), T("description"), T("enabled"), W("crl_urls"), W("delta_crl_urls"), W("ca_urls"), T("crl_validity_hours"),
		T("delta_crl_hours"), T("crl_partitions"), T("publish_on_revocation") } },
	[ADMIN_CA_DELETE] = { "ca_delete", NULL, { T("name") } },
	[ADMIN_POLICY_CREATE] = { "policy_create", NULL, { T("name"), POLICY_SETTINGS } },
	[ADMIN_POLICY_CREATE_FROM] = { "policy_create_from", NULL, { T("name"), T("ready") } },
	[ADMIN_POLICY_ALTER] = { "policy_alter", NULL, { T("name"), T("new_name"), POLICY_SETTINGS } },
	[ADMIN_POLICY_DELETE] = { "policy_delete", NULL, { T("name") } },
	[ADMIN_POLICY_RULE_ADD] = { "policy_rule_add", NULL, { POLICY_RULE } },
	[ADMIN_POLICY_RULE_REMOVE] = { "policy_rule_remove", NULL, { POLICY_RULE } },
	[ADMIN_PROFILE_CREATE] = { "profile_create", NULL, { T("name"), PROFILE_SETTINGS } },
	[ADMIN_PROFILE_ALTER] = { "profile_alter", NULL, { T("name"), T("new_name"), PROFILE_SETTINGS } },
	[ADMIN_PROFILE_DELETE] = { "profile_delete", NULL, { T("name") } },
	[ADMIN_ENDPOINT_ATTACH] = { "endpoint_attach", NULL, { T("application"), T("profile"), O("ra_certificate"), O("ra_private_key"), O("ra_spki_sha256"), T("ra_subject"),
		T("ra_not_before"), T("ra_not_after"), ENDPOINT_SETTINGS } },
	[ADMIN_ENDPOINT_ALTER] = { "endpoint_alter", NULL, { T("application"), T("profile"), T("enabled"), ENDPOINT_SETTINGS } },
	[ADMIN_ENDPOINT_DETACH] = { "endpoint_detach", NULL, { T("application"), T("profile") } },
	[ADMIN_RA_CERTIFICATE_SET] = { "ra_certificate_set", NULL, { T("application"), T("profile"), O("certificate"), O("private_key"), O("spki_sha256"), T("subject"), T("not_before"),
		T("not_after"), T("use") } },
	[ADMIN_CHALLENGE_SET] = { "challenge_set", NULL, { T("application"), T("profile"), T("name"), T("hash"), T("expires_at") } },
	[ADMIN_CHALLENGE_REMOVE] = { "challenge_remove", NULL, { T("application"), T("profile"), T("name") } },
	[ADMIN_CHALLENGE_CREATE] = { "challenge_create", "challenge, id, expires_at", { T("application"), T("profile"), T("lifetime_minutes"), T("uses"), T("subject"), T("sans"),
		O("spki_sha256"), T("device"), T("username"), T("context"), T("sid") } },
	[ADMIN_CHALLENGE_REVOKE] = { "challenge_revoke", NULL, { T("id") } },
	[ADMIN_TOKEN_CREATE] = { "token_create", "token, id", { T("name"), W("endpoints"), T("description"), T("expires_at") } },
	[ADMIN_TOKEN_ALLOW] = { "token_allow", NULL, { T("name"), T("application"), T("profile") } },
	[ADMIN_TOKEN_DISALLOW] = { "token_disallow", NULL, { T("name"), T("application"), T("profile") } },
	[ADMIN_TOKEN_REVOKE] = { "token_revoke", NULL, { T("name") } },
	[ADMIN_APPROVAL_RULE_ADD] = { "approval_rule_add", NULL, { APPROVAL_RULE } },
	[ADMIN_APPROVAL_RULE_REMOVE] = { "approval_rule_remove", NULL, { APPROVAL_RULE } },
	[ADMIN_TRANSACTION_APPROVE] = { "transaction_approve", NULL, { T("id"), T("reason") } },
	[ADMIN_TRANSACTION_DENY] = { "transaction_deny", NULL, { T("id"), T("reason") } },
	[ADMIN_TRANSACTIONS_APPROVE] = { "transactions_approve", NULL, { TRANSACTIONS } },
	[ADMIN_TRANSACTIONS_DENY] = { "transactions_deny", NULL, { TRANSACTIONS } },
	[ADMIN_LINEAGE_STOP] = { "lineage_stop", NULL, { T("certificate_id"), T("reason") } },
	[ADMIN_LINEAGE_RESUME] = { "lineage_resume", NULL, { T("certificate_id") } },
	[ADMIN_CERTIFICATE_REVOKE] = { "certificate_revoke", NULL, { T("id"), T("reason"), T("note") } },
	[ADMIN_CERTIFICATE_UNHOLD] = { "certificate_unhold", NULL, { T("id"), T("note") } },
	[ADMIN_CERTIFICATES_REVOKE] = { "certificates_revoke", NULL, { T("application"), T("profile"), T("ca"), T("subject"), T("sans"), T("lineage"), T("issued_before"), T("issued_after"),
		T("reason"), T("note"), T("at_most") } },
	[ADMIN_CA_NEXT_SET] = { "ca_next_set", NULL, { T("ca"), O("certificate"), O("private_key"), O("spki_sha256"), T("subject"), T("not_before"), T("not_after") } },
	[ADMIN_CA_NEXT_REMOVE] = { "ca_next_remove", NULL, { T("ca") } },
	[ADMIN_CA_REQUEST_CREATE] = { "ca_request_create", NULL, { T("name"), O("csr"), T("subject"), O("private_key"), O("spki_sha256"), T("description") } },
	[ADMIN_CA_REQUEST_DELETE] = { "ca_request_delete", NULL, { T("name") } },
	[ADMIN_SUBORDINATE_RECORD] = { "subordinate_record", NULL, { T("ca"), O("certificate"), O("serial"), O("spki_sha256"), T("subject"), T("not_before"), T("not_after"), O("csr") } },
	[ADMIN_CERTIFICATE_IMPORT] = { "certificate_import", NULL, { T("application"), T("profile"), O("certificate"), O("serial"), O("spki_sha256"), T("subject"), T("sans"),
		T("not_before"), T("not_after"), T("revoked_at"), T("revocation_reason") } },
	[ADMIN_CRL_PUBLISH] = { "crl_publish", NULL, { T("ca"), T("number"), T("this_update"), T("next_update"), O("der"), T("partition"), T("base_number"), T("revoked"),
		T("taken_at") } },
};
#undef T
#undef O
#undef W

static const struct parameter *parameter_find(const struct call *call, const char *name)
{
	for (size_t i = 0; i < ADMIN_MAX_PARAMETERS && call->parameter[i].name != NULL; i++)
		if (strcmp(call->parameter[i].name, name) == 0)
			return &call->parameter[i];
	return NULL;
}

/* One argument: its place in the statement and its value. @param words in/out: storage of a converted list. */
static enum err argument_add(const struct call *call, const struct admin_argument *argument, size_t i, struct buf *sql, struct buf *words, struct db_param *param, struct why *why)
{
	const struct parameter *parameter = parameter_find(call, argument->name);
	enum err e = ERR_OK;

	if (parameter == NULL)
		return why_set(why, ERR_INTERNAL, "scepgate.%s() has no parameter %s", call->function, argument->name);
	switch (parameter->kind) {
	case PARAMETER_TEXT:
		*param = db_text_bytes(argument->value);
		break;
	case PARAMETER_OCTETS:
		*param = db_octets(argument->value);
		break;
	case PARAMETER_WORDS:
		if ((e = value_put_array(argument->value, words)) == ERR_OK)
			*param = db_text_bytes(buf_bytes(words));
		break;
	}
	return e == ERR_OK ? buf_append_format(sql, "%s%s => $%zu", i == 0 ? "" : ", ", parameter->name, i + 1) : e;
}

static enum err sentences_load(struct store *store, struct why *why)
{
	enum err e = store_connect(store, why);

	return e == ERR_OK ? db_sentences_load(store_db(store), why) : e;
}

enum err admin_call(struct store *store, enum admin_call which, const struct admin_argument *arguments, size_t count, struct rowset *result, struct why *why)
{
	const struct call *call = &calls[which];
	struct db_param params[ADMIN_MAX_PARAMETERS] = { 0 };
	struct buf words[ADMIN_MAX_PARAMETERS] = { 0 }, sql = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if (count > ADMIN_MAX_PARAMETERS)
		return why_set(why, ERR_INTERNAL, "scepgate.%s() has fewer parameters than %zu", call->function, count);
	if ((e = buf_append_format(&sql, "SELECT %s FROM scepgate.%s(", call->columns == NULL ? "id" : call->columns, call->function)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < count; i++)
		if ((e = argument_add(call, &arguments[i], i, &sql, &words[i], &params[i], why)) != ERR_OK)
			goto out;
	if ((e = buf_append_str(&sql, call->columns == NULL ? ") AS call (id)" : ")")) != ERR_OK || (e = buf_terminate(&sql)) != ERR_OK || (e = sentences_load(store, why)) != ERR_OK ||
		(e = store_query(store, STORE_ONCE, (const char *)sql.ptr, params, count, DB_FORMAT_TEXT, &rows, why)) != ERR_OK)
		goto out;
	if (result != NULL)
		e = rowset_copy(rows, result);
out:
	db_rows_free(rows);
	for (size_t i = 0; i < ADMIN_MAX_PARAMETERS; i++)
		buf_clear(&words[i]);
	buf_clear(&sql);
	return e;
}

enum err admin_begin(struct store *store, struct why *why)
{
	enum err e;

	if (store_is_in_transaction(store))
		return why_set(why, ERR_INTERNAL, "a transaction is open already");
	if ((e = sentences_load(store, why)) == ERR_OK && (e = store_query(store, STORE_ONCE, "BEGIN", NULL, 0, DB_FORMAT_TEXT, NULL, why)) == ERR_OK)
		store_set_in_transaction(store, true);
	return e;
}

/* COMMIT of a transaction in which a statement failed succeeds and rolls back, so the answer must be looked at. */
enum err admin_commit(struct store *store, struct why *why)
{
	enum err e;

	if (!store_is_in_transaction(store))
		return why_set(why, ERR_INTERNAL, "no transaction is open");
	/* Fails when an earlier statement did, and makes deferred constraints speak now. */
	if ((e = store_query(store, STORE_ONCE, "SET CONSTRAINTS ALL IMMEDIATE", NULL, 0, DB_FORMAT_TEXT, NULL, why)) == ERR_OK)
		e = store_query(store, STORE_ONCE, "COMMIT", NULL, 0, DB_FORMAT_TEXT, NULL, why);
	if (e == ERR_OK)
		store_set_in_transaction(store, false);
	else
		admin_rollback(store);
	return e;
}

void admin_rollback(struct store *store)
{
	if (!store_is_in_transaction(store))
		return;
	/* Without a connection there is nothing left to roll back; the error is the caller's already. */
	(void)store_query(store, STORE_ONCE, "ROLLBACK", NULL, 0, DB_FORMAT_TEXT, NULL, NULL);
	store_set_in_transaction(store, false);
}

/* A certificate or request by name, and its sealed key. @param what in: for the message. */
static enum err sealed_load(struct store *store, const char *sql, const char *what, const char *name, struct buf *der, struct buf *key_stored, struct why *why)
{
	struct buf first = { 0 }, key = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if ((e = store_query(store, STORE_ONCE, sql, (struct db_param[]){ db_text(name) }, 1, DB_FORMAT_BINARY, &rows, why)) != ERR_OK)
		goto out;
	if (db_rows_count(rows) == 0) {
		e = why_set(why, ERR_NOT_FOUND, "there is no %s \"%s\"", what, name);
		goto out;
	}
	if ((e = buf_append(&first, db_rows_get(rows, 0, 0))) != ERR_OK || (e = buf_append(&key, db_rows_get(rows, 0, 1))) != ERR_OK)
		goto out;
	buf_move(der, &first);
	buf_move(key_stored, &key);
out:
	buf_clear(&first);
	buf_clear(&key);
	db_rows_free(rows);
	return e;
}

enum err admin_ca_load(struct store *store, const char *name, struct buf *cert_der, struct buf *key_stored, struct why *why)
{
	return sealed_load(store, "SELECT c.certificate, coalesce(k.pkcs8, convert_to(k.uri, 'UTF8')) FROM scepgate.ca c LEFT JOIN scepgate.private_key k ON k.id = c.private_key_id WHERE c.name = $1", "CA", name, cert_der,
		key_stored, why);
}

enum err admin_ca_request_load(struct store *store, const char *name, struct buf *csr_der, struct buf *key_stored, struct why *why)
{
	return sealed_load(store, "SELECT q.csr, coalesce(k.pkcs8, convert_to(k.uri, 'UTF8')) FROM scepgate.ca_request q JOIN scepgate.private_key k ON k.id = q.private_key_id WHERE q.name = $1", "request of a CA", name, csr_der,
		key_stored, why);
}
