#include <config.h>

#include "service/endpoint_cache.h"

#include <stdlib.h>

enum { BUCKET_COUNT = 256 };

struct cache_entry {
	struct cache_entry *next;
	struct live_endpoint *live;
};

struct endpoint_cache {
	uint64_t generation;
	struct cache_entry *bucket[BUCKET_COUNT];
};

/* FNV-1a. The keys are names of existing endpoints alone, so nobody can choose them to collide. */
static size_t bucket_of(struct bytes application, struct bytes profile)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < application.len; i++)
		hash = (hash ^ application.ptr[i]) * 16777619u;
	hash = (hash ^ '/') * 16777619u;
	for (size_t i = 0; i < profile.len; i++)
		hash = (hash ^ profile.ptr[i]) * 16777619u;
	return hash % BUCKET_COUNT;
}

struct endpoint_cache *endpoint_cache_new(void)
{
	return calloc(1, sizeof(struct endpoint_cache));
}

void endpoint_cache_drop(struct endpoint_cache *cache)
{
	for (size_t i = 0; i < BUCKET_COUNT; i++) {
		while (cache->bucket[i] != NULL) {
			struct cache_entry *entry = cache->bucket[i];

			cache->bucket[i] = entry->next;
			live_endpoint_free(entry->live);
			free(entry);
		}
	}
}

void endpoint_cache_free(struct endpoint_cache *cache)
{
	if (cache == NULL)
		return;
	endpoint_cache_drop(cache);
	free(cache);
}

static struct live_endpoint *find(const struct endpoint_cache *cache, struct bytes application, struct bytes profile)
{
	for (const struct cache_entry *entry = cache->bucket[bucket_of(application, profile)]; entry != NULL; entry = entry->next)
		if (bytes_is_str(application, entry->live->row->application) && bytes_is_str(profile, entry->live->row->profile_name))
			return entry->live;
	return NULL;
}

static enum err load(const struct service *service, struct bytes application, struct bytes profile, struct live_endpoint **out, struct why *why)
{
	struct endpoint *row = NULL;
	enum err e;

	if ((e = endpoint_load(service->store, application, profile, &row, why)) != ERR_OK)
		return e;
	if (!row->is_enabled)
		e = why_set(why, ERR_NOT_FOUND, "endpoint %s/%s is disabled", row->application, row->profile_name);
	else
		e = live_endpoint_make(row, &service->keys, out, why);
	if (e != ERR_OK)
		endpoint_free(row);
	return e;
}

enum err endpoint_cache_get(const struct service *service, struct bytes application, struct bytes profile, const struct live_endpoint **out, struct why *why)
{
	struct endpoint_cache *cache = service->cache;
	struct cache_entry *entry;
	struct live_endpoint *live;
	uint64_t generation;
	size_t bucket;
	enum err e;

	if ((e = store_generation(service->store, &generation, why)) != ERR_OK)
		return e;
	if (generation != cache->generation) {
		endpoint_cache_drop(cache);
		cache->generation = generation;
	}
	live = find(cache, application, profile);
	if (live != NULL) {
		*out = live;
		return ERR_OK;
	}
	entry = malloc(sizeof *entry);
	if (entry == NULL)
		return ERR_MEMORY;
	/* A notification that arrives while this loads moves the generation on, and the entry is dropped at the next call. */
	if ((e = load(service, application, profile, &live, why)) != ERR_OK) {
		free(entry);
		return e;
	}
	bucket = bucket_of(application, profile);
	*entry = (struct cache_entry){ cache->bucket[bucket], live };
	cache->bucket[bucket] = entry;
	*out = live;
	return ERR_OK;
}
