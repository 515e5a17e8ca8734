#include <config.h>

#include "service/pointers.h"

#include <string.h>

/* Append a URL with the number in place of each placeholder. */
static enum err put_url(const char *url, int partition, struct buf *out)
{
	static const char placeholder[] = ENDPOINT_PARTITION;
	const char *found;
	enum err e = ERR_OK;

	for (; e == ERR_OK && (found = strstr(url, placeholder)) != NULL; url = found + sizeof placeholder - 1)
		if ((e = buf_append(out, bytes_from(url, (size_t)(found - url)))) == ERR_OK)
			e = buf_append_format(out, "%d", partition);
	return e == ERR_OK ? buf_append_str(out, url) : e;
}

/* 256 is divided by few of the numbers that there may be of partitions; that some are a little larger than others does no harm. */
static enum err choose_partition(int partitions, const struct random *random, int *out)
{
	uint8_t chance;
	enum err e;

	if (partitions <= 1)
		return ERR_OK;
	if ((e = random_fill(random, &chance, 1)) == ERR_OK)
		*out = 1 + chance % partitions;
	return e;
}

enum err pointers_make(const struct endpoint_pointers *settings, const struct random *random, struct pointers *out)
{
	struct pointers made = { 0 };
	size_t ends[ENDPOINT_MAX_URLS], start = 0;
	enum err e;

	if ((e = choose_partition(settings->crl_partitions, random, &made.partition)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < settings->crl_url_count && made.crl_url_count < ENDPOINT_MAX_URLS; i++) {
		if ((strstr(settings->crl_url[i], ENDPOINT_PARTITION) != NULL) != (made.partition > 0))
			continue;
		e = put_url(settings->crl_url[i], made.partition, &made.texts);
		ends[made.crl_url_count++] = made.texts.len;
	}
	/* The buffer moves no more. */
	for (size_t i = 0; e == ERR_OK && i < made.crl_url_count; i++) {
		made.crl_url[i] = bytes_from(made.texts.ptr + start, ends[i] - start);
		start = ends[i];
	}
	for (size_t i = 0; i < settings->ca_url_count && i < ENDPOINT_MAX_URLS; i++)
		made.ca_url[made.ca_url_count++] = bytes_from_str(settings->ca_url[i]);
	if (e == ERR_OK)
		*out = made;
	else
		pointers_clear(&made);
	return e;
}

void pointers_clear(struct pointers *pointers)
{
	buf_clear(&pointers->texts);
	*pointers = (struct pointers){ 0 };
}
