#ifndef SCEPGATE_STORE_INTERNAL_H
#define SCEPGATE_STORE_INTERNAL_H

/* What the files of src/store share. Not for other layers. */

#include "store/db.h"
#include "store/enrolment.h"
#include "store/rowset.h"
#include "store/store.h"

/** The highest migration in the ledger, as a bigint; 0 when it is empty. */
#define STORE_VERSION_SQL "SELECT coalesce(max(version), 0) FROM scepgate.schema_version"

enum store_retry {
	STORE_ONCE,
	STORE_RETRY /* a read: when the connection turns out to be lost, once more on a fresh one */
};

/**
 * Run one statement on the store's connection, which is made when there is none. Inside a transaction there is never a fresh connection: a lost one fails
 * every call until admin_rollback().
 *
 * @return as store_connect() and db_query().
 */
enum err store_query(struct store *store, enum store_retry retry, const char *sql, const struct db_param *params, size_t count, enum db_format format, struct db_rows **rows,
	struct why *why);

/** Run a script of statements. @return as store_connect() and db_script(). */
enum err store_script(struct store *store, const char *sql, struct why *why);

/** The connection, for db_sentences_load(); NULL when there is none. Borrowed until the next call. */
struct db *store_db(struct store *store);

/** Is a transaction open? Set by admin_begin(), cleared by admin_commit() and admin_rollback(). */
bool store_is_in_transaction(const struct store *store);
void store_set_in_transaction(struct store *store, bool is_open);

/** Do the digests of the key have the right length? @return ERR_OK; ERR_INTERNAL. */
enum err enrolment_key_check(const struct enrolment_key *key, struct why *why);

/** Say why the database refused: the outcome of a function that found or wrote nothing. @return ERR_CHALLENGE; ERR_APPROVAL; ERR_RENEWAL; ERR_STALE. */
enum err enrolment_outcome_refused(struct bytes outcome, struct why *why);

/** Which state a word of the database is. @return false for any other word; *state is then untouched. */
bool enrolment_state_read(struct bytes word, enum enrolment_state *state);

/** Copy textual rows into a rowset. @param out out: untouched on error. @return ERR_OK; ERR_MEMORY. */
enum err rowset_copy(const struct db_rows *rows, struct rowset *out);

#endif
