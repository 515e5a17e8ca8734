#ifndef SCEPGATE_STORE_ADMIN_H
#define SCEPGATE_STORE_ADMIN_H

/*
 * Changes that an administrator makes: each is one documented function of the schema, called with named arguments, the same that a DBA calls from psql. The database
 * checks values; its refusal comes back as a sentence.
 */

#include "base/bytes.h"
#include "store/rowset.h"
#include "store/store.h"

enum admin_call {
	ADMIN_APPLICATION_CREATE, ADMIN_APPLICATION_ALTER, ADMIN_APPLICATION_DELETE,
	ADMIN_CA_CREATE, ADMIN_CA_ALTER, ADMIN_CA_DELETE,
	ADMIN_POLICY_CREATE, ADMIN_POLICY_CREATE_FROM, ADMIN_POLICY_ALTER, ADMIN_POLICY_DELETE, ADMIN_POLICY_RULE_ADD, ADMIN_POLICY_RULE_REMOVE,
	ADMIN_PROFILE_CREATE, ADMIN_PROFILE_ALTER, ADMIN_PROFILE_DELETE,
	ADMIN_ENDPOINT_ATTACH, ADMIN_ENDPOINT_ALTER, ADMIN_ENDPOINT_DETACH,
	ADMIN_RA_CERTIFICATE_SET,
	ADMIN_CHALLENGE_SET, ADMIN_CHALLENGE_REMOVE,
	ADMIN_CHALLENGE_CREATE, ADMIN_CHALLENGE_REVOKE,
	ADMIN_TOKEN_CREATE, ADMIN_TOKEN_ALLOW, ADMIN_TOKEN_DISALLOW, ADMIN_TOKEN_REVOKE,
	ADMIN_APPROVAL_RULE_ADD, ADMIN_APPROVAL_RULE_REMOVE,
	ADMIN_TRANSACTION_APPROVE, ADMIN_TRANSACTION_DENY, ADMIN_TRANSACTIONS_APPROVE, ADMIN_TRANSACTIONS_DENY,
	ADMIN_LINEAGE_STOP, ADMIN_LINEAGE_RESUME,
	ADMIN_CERTIFICATE_REVOKE, ADMIN_CERTIFICATE_UNHOLD, ADMIN_CERTIFICATES_REVOKE,
	ADMIN_CA_NEXT_SET, ADMIN_CA_NEXT_REMOVE,
	ADMIN_CA_REQUEST_CREATE, ADMIN_CA_REQUEST_DELETE, ADMIN_SUBORDINATE_RECORD, ADMIN_CERTIFICATE_IMPORT,
	ADMIN_CRL_PUBLISH
};

/** One named argument. `name` is a parameter of the SQL function; one that is not in the call's table is ERR_INTERNAL. Arguments left out keep the function's default. */
struct admin_argument {
	const char *name;
	struct bytes value;      /* text, or raw octets for a bytea parameter; borrowed */
};

/**
 * Call one.
 *
 * @param result out: one row with the column id; or, for CHALLENGE_CREATE, one with challenge, id and expires_at; for TOKEN_CREATE, one with token and id; for
 *        TRANSACTIONS_* and CERTIFICATES_REVOKE, a row with the id for each transaction that was decided or certificate that was revoked, maybe none. challenge and token are secrets, and rowset_clear() wipes them. May be NULL.
 * @return ERR_OK; ERR_NOT_FOUND when a thing that is named does not exist; ERR_CONFLICT when it exists already, is in use, is in another state, or a limit is reached; ERR_VALUE for a value that a
 *         constraint refuses, with the constraint's meaning in why; ERR_DB_DENIED; ERR_DB_AWAY; ERR_DB.
 */
enum err admin_call(struct store *store, enum admin_call call, const struct admin_argument *arguments, size_t count, struct rowset *result, struct why *why);

/** Several changes as one: begin, then calls, then commit or roll back. Calls between them see and form one database transaction. @return ERR_OK; ERR_DB_AWAY; ERR_DB. */
enum err admin_begin(struct store *store, struct why *why);
enum err admin_commit(struct store *store, struct why *why);
void admin_rollback(struct store *store);

/** A CA's certificate and sealed key by name, for signing RA certificates. @return ERR_OK; ERR_NOT_FOUND; … */
enum err admin_ca_load(struct store *store, const char *name, struct buf *cert_der, struct buf *key_stored, struct why *why);

/** The certification request and sealed key of a CA that waits for its certificate. @return as admin_ca_load(). */
enum err admin_ca_request_load(struct store *store, const char *name, struct buf *csr_der, struct buf *key_stored, struct why *why);

#endif
