#include <config.h>

#include "service/key_rewrap.h"

#include "service/sealed_request.h"
#include "service/stored_key.h"
#include "store/admin.h"
#include "store/sealed.h"

/* The present secrets, and the new one. */
struct change {
	struct service *service;
	struct service after;          /* the same, whose secret is the new one: it seals */
	struct key_rewrap_count count;
};

static enum err change_key(struct change *change, const struct sealed_item *item, struct why *why)
{
	const struct key_access now = { .secret = change->after.keys.secret, .other_secret = { NULL, 0 } };
	struct bytes sealed = buf_bytes(&item->sealed);
	enum stored_key_place place;
	struct key *key = NULL;
	struct buf renewed = { 0 };
	enum err e;

	if ((e = stored_key_find(&now, sealed, &place)) != ERR_OK)
		return e;
	if (place == STORED_KEY_SECRET) {
		change->count.keys_known++;
		return ERR_OK;
	}
	if ((e = stored_key_open(&change->service->keys, sealed, &key, why)) == ERR_OK && (e = stored_key_encode(&change->after.keys, key, &renewed, why)) == ERR_OK &&
	    (e = sealed_key_save(change->service->store, item->id, buf_bytes(&renewed), why)) == ERR_OK)
		change->count.keys++;
	key_free(key);
	buf_clear(&renewed);
	return e;
}

static enum err change_keys(struct change *change, struct why *why)
{
	struct sealed_list list = { 0 };
	enum err e = sealed_keys_load(change->service->store, &list, why);

	for (size_t i = 0; e == ERR_OK && i < list.count; i++)
		e = change_key(change, &list.item[i], why);
	sealed_list_clear(&list);
	return e;
}

static enum err change_request(struct change *change, const struct sealed_item *item, struct why *why)
{
	const struct enrolment_key key = sealed_item_key(item);
	struct service now = change->after;
	struct sealed_content content;
	struct buf plain = { 0 }, renewed = { 0 };
	enum err e;

	now.keys.other_secret = (struct bytes){ NULL, 0 };
	if ((e = sealed_request_open(&now, &key, buf_bytes(&item->sealed), &plain, &content, NULL)) == ERR_OK) {
		change->count.requests_known++;
		goto out;
	}
	if (e == ERR_APPROVAL && (e = sealed_request_open(change->service, &key, buf_bytes(&item->sealed), &plain, &content, why)) == ERR_OK &&
	    (e = sealed_request_encode(&change->after, &key, &content, &renewed)) == ERR_OK &&
	    (e = sealed_request_save(change->service->store, item->id, buf_bytes(&renewed), why)) == ERR_OK)
		change->count.requests++;
out:
	buf_clear(&plain);
	buf_clear(&renewed);
	return e;
}

/* Page by page: there may be very many. */
static enum err change_requests(struct change *change, struct why *why)
{
	struct sealed_list list = { 0 };
	int64_t after = 0;
	bool is_more = true;
	enum err e = ERR_OK;

	while (is_more && (e = sealed_requests_load(change->service->store, after, &list, why)) == ERR_OK) {
		is_more = list.count == SEALED_PAGE_LEN;
		for (size_t i = 0; e == ERR_OK && i < list.count; i++) {
			after = list.item[i].id;
			e = change_request(change, &list.item[i], why);
		}
		sealed_list_clear(&list);
		if (e != ERR_OK)
			break;
	}
	return e;
}

enum err key_rewrap(struct service *service, struct bytes secret, struct key_rewrap_count *count, struct why *why)
{
	struct change change = { .service = service, .after = *service };
	enum err e;

	change.after.keys.secret = secret;
	if ((e = admin_begin(service->store, why)) != ERR_OK)
		return e;
	if ((e = change_keys(&change, why)) == ERR_OK && (e = change_requests(&change, why)) == ERR_OK &&
	    (e = sealed_record(service->store, change.count.keys, change.count.requests, why)) == ERR_OK)
		e = admin_commit(service->store, why);
	else
		admin_rollback(service->store);
	if (e == ERR_OK)
		*count = change.count;
	return e;
}
