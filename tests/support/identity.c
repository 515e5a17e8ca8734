#include <config.h>

#include "support/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

enum { PATH_SIZE = 64 };

struct identity identity_load(const char *name)
{
	struct identity identity = { 0 };
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "cms/%s.crt", name);
	if (cert_parse(unit_vector(path), &identity.cert, NULL) != ERR_OK)
		abort();
	snprintf(path, sizeof(path), "cms/%s.key", name);
	if (key_parse_pem(unit_vector(path), &identity.key, NULL) != ERR_OK)
		abort();
	return identity;
}

void identity_clear(struct identity *identity)
{
	cert_free(identity->cert);
	key_free(identity->key);
	*identity = (struct identity){ 0 };
}

static uint8_t *copy_of(struct bytes in)
{
	uint8_t *copy = malloc(in.len == 0 ? 1 : in.len);

	if (copy == NULL)
		abort();
	if (in.len > 0)
		memcpy(copy, in.ptr, in.len);
	return copy;
}

void identity_each_truncation(struct bytes message, void (*visit)(struct bytes damaged, void *context), void *context)
{
	for (size_t len = 0; len < message.len; len++) {
		uint8_t *copy = copy_of(bytes_from(message.ptr, len));

		visit(bytes_from(copy, len), context);
		free(copy);
	}
}

void identity_each_flip(struct bytes message, const uint8_t *masks, size_t mask_count, void (*visit)(struct bytes damaged, void *context), void *context)
{
	uint8_t *copy = copy_of(message);

	for (size_t i = 0; i < message.len; i++) {
		for (size_t j = 0; j < mask_count; j++) {
			copy[i] ^= masks[j];
			visit(bytes_from(copy, message.len), context);
			copy[i] ^= masks[j];
		}
	}
	free(copy);
}
