#ifndef SCEPGATE_STORE_SEALED_H
#define SCEPGATE_STORE_SEALED_H

/*
 * What stands in the database under the key-encryption secret, to be sealed anew under another one: keys and requests that wait. Inside a transaction (admin_begin()), which
 * locks what is read. Keys are read before requests (sql/api/53-keys.sql says why).
 */

#include "store/enrolment.h"
#include "store/store.h"

enum { SEALED_PAGE_LEN = 500 /* requests that are read at once */ };

struct sealed_item {
	int64_t id;
	struct buf sealed;
	struct buf transaction_id, requester_spki_sha256, csr_sha256; /* of requests */
	int endpoint_id;
};

struct sealed_list {
	struct sealed_item *item;
	size_t count;
};

/** The item's transaction, as sealed_request_open() wants it. Borrowed. */
struct enrolment_key sealed_item_key(const struct sealed_item *item);

/** All keys that are sealed. @param list out: free with sealed_list_clear(); untouched on error. @return ERR_OK; ERR_DB_*; ERR_MEMORY. */
enum err sealed_keys_load(struct store *store, struct sealed_list *list, struct why *why);

/** The first SEALED_PAGE_LEN requests behind this number. As above. */
enum err sealed_requests_load(struct store *store, int64_t after, struct sealed_list *list, struct why *why);

/** Replace what was read. @return ERR_OK; ERR_NOT_FOUND when it is gone; ERR_VALUE when it is not encrypted PKCS#8; ERR_DB_*. */
enum err sealed_key_save(struct store *store, int64_t id, struct bytes sealed, struct why *why);
enum err sealed_request_save(struct store *store, int64_t id, struct bytes sealed, struct why *why);

/** Write the audit event: so many were replaced. */
enum err sealed_record(struct store *store, int keys, int requests, struct why *why);

void sealed_list_clear(struct sealed_list *list);

#endif
