#include <config.h>

#include "ctl/scepcli_csr.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/file.h"
#include "ctl/key_type.h"
#include "ctl/prompt.h"
#include "pki/cert_ext.h"
#include "pki/name.h"

/* There is no configuration here: the fastest will do. @param key in: becomes *out, or is freed. */
static enum err take_key(struct key *key, struct key **out, struct why *why)
{
	enum err e = key_use_library(key, KEY_LIBRARY_AUTO, why);

	if (e == ERR_OK)
		*out = key;
	else
		key_free(key);
	return e;
}

enum err scepcli_key_make(const char *type, struct key **out, struct why *why)
{
	struct key *key = NULL;
	enum key_kind kind;
	unsigned bits;
	enum err e;

	if (!key_type_from_name(type, &kind, &bits))
		return why_set(why, ERR_USAGE, "\"%s\" is no type of key", type);
	if ((e = key_generate(kind, bits, &key, why)) != ERR_OK)
		return e;
	return take_key(key, out, why);
}

enum err scepcli_key_read(const char *path, struct key **out, struct why *why)
{
	struct buf pem = { 0 };
	struct key *key = NULL;
	enum err e;

	if ((e = file_read(path, FILE_MAX_LEN, &pem, why)) == ERR_OK && (e = key_parse_pem(buf_bytes(&pem), &key, why)) == ERR_OK)
		e = take_key(key, out, why);
	buf_clear(&pem);
	return e;
}

enum err scepcli_cert_read(const char *path, struct cert **out, struct why *why)
{
	struct buf pem = { 0 };
	enum err e = file_read(path, FILE_MAX_LEN, &pem, why);

	if (e == ERR_OK)
		e = cert_parse_pem(buf_bytes(&pem), out, why);
	buf_clear(&pem);
	return e;
}

enum err scepcli_csr_read(const char *path, struct buf *der, struct why *why)
{
	struct buf content = { 0 };
	struct bytes rest;
	enum err e = file_read(path, FILE_MAX_LEN, &content, why);

	if (e != ERR_OK)
		return e;
	rest = buf_bytes(&content);
	e = file_next_pem(&rest, "CERTIFICATE REQUEST", der);
	if (e == ERR_TEXT)
		why_set(why, e, "%s: the PEM block does not end or is not base64", path);
	if (e == ERR_NOT_FOUND)
		e = buf_append(der, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

/* The next word of a comma-separated list. @return false at the end. */
static bool next_word(const char **at, struct bytes *word)
{
	if (*at == NULL || **at == '\0')
		return false;
	*word = bytes_from(*at, strcspn(*at, ","));
	*at += word->len;
	if (**at == ',')
		(*at)++;
	return true;
}

static unsigned read_key_usage(const char *list)
{
	struct bytes word;
	unsigned usage = 0;

	while (next_word(&list, &word))
		usage |= key_usage_from_name(word);
	return usage;
}

/* Octets of several items one after the other, and where each is. */
struct items {
	struct buf store;
	size_t end[EXT_MAX_SAN];
	struct bytes item[EXT_MAX_SAN];
	size_t count;
};

/* Slices are taken when the store grows no more. */
static void items_slice(struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		size_t start = i == 0 ? 0 : items->end[i - 1];

		items->item[i] = bytes_from(items->store.ptr + start, items->end[i] - start);
	}
}

static enum err put_eku(struct bytes word, struct buf *out, struct why *why)
{
	char *name = NULL;
	enum err e = bytes_copy_str(word, &name);

	if (e == ERR_OK && (e = oid_from_name(name, out)) == ERR_TEXT)
		why_set(why, e, "\"%s\" is no extended key usage", name);
	free(name);
	return e;
}

static enum err read_ekus(const char *list, struct items *items, struct why *why)
{
	struct bytes word;
	enum err e;

	while (next_word(&list, &word)) {
		if (items->count == EXT_MAX_EKU)
			return why_set(why, ERR_USAGE, "there are more than %d usages in one list", EXT_MAX_EKU);
		if ((e = put_eku(word, &items->store, why)) != ERR_OK)
			return e;
		items->end[items->count++] = items->store.len;
	}
	items_slice(items);
	return ERR_OK;
}

/* "dns:host,ip:192.0.2.1,uri:…"; empty for none. */
static enum err read_sans(const char *list, struct items *items, struct why *why)
{
	struct san san[EXT_MAX_SAN];
	enum err e;

	if (list == NULL || list[0] == '\0')
		return ERR_OK;
	if ((e = san_parse_text(bytes_from_str(list), &items->store, why)) == ERR_OK)
		e = san_parse_elements(buf_bytes(&items->store), san, &items->count, why);
	for (size_t i = 0; i < items->count; i++)
		items->item[i] = san[i].raw;
	return e == ERR_VALUE ? ERR_USAGE : e;
}

enum err scepcli_challenge_read(const char *path, struct buf *challenge, struct why *why)
{
	/* No challenge is no error: renewals need none. */
	if (path == NULL)
		return buf_append_str(challenge, getenv(SCEPCLI_CHALLENGE_ENV));
	return prompt_secret(path, "Challenge", challenge, why);
}

static enum err take_subject(const struct scepcli_csr_wish *wish, struct buf *subject, struct why *why)
{
	if (wish->subject == NULL && wish->old != NULL)
		return buf_append(subject, wish->old->subject);
	return name_parse_text(wish->subject, subject, why);
}

/* The alternative names of the old certificate, octet for octet. */
static enum err copy_san(const struct cert *old, struct items *san, struct why *why)
{
	struct ext_request *ext = NULL;
	enum err e = cert_ext_read(old, &ext, why);

	for (size_t i = 0; e == ERR_OK && ext != NULL && i < ext->san_count; i++) {
		e = buf_append(&san->store, ext->san[i].raw);
		san->end[san->count++] = san->store.len;
	}
	items_slice(san);
	free(ext);
	return e;
}

static enum err take_san(const struct scepcli_csr_wish *wish, struct items *san, struct why *why)
{
	if (wish->san == NULL && wish->old != NULL)
		return copy_san(wish->old, san, why);
	return read_sans(wish->san, san, why);
}

enum err scepcli_csr_make(const struct scepcli_csr_wish *wish, const struct key *key, enum digest digest, struct buf *der, struct why *why)
{
	struct items eku = { 0 }, san = { 0 };
	struct buf subject = { 0 }, challenge = { 0 };
	struct csr_template request = { 0 };
	enum err e;

	if ((e = take_subject(wish, &subject, why)) != ERR_OK || (e = scepcli_challenge_read(wish->challenge_file, &challenge, why)) != ERR_OK ||
	    (e = take_san(wish, &san, why)) != ERR_OK || (e = read_ekus(wish->eku, &eku, why)) != ERR_OK)
		goto out;
	request = (struct csr_template){ .subject = buf_bytes(&subject), .challenge = buf_bytes(&challenge), .san = san.item, .san_count = san.count,
		.key_usage = read_key_usage(wish->key_usage), .eku = eku.item, .eku_count = eku.count, .ask_ca = wish->ask_ca };
	/* What is under test is the message's digest; nobody takes a request that is itself signed with a broken one. */
	e = csr_encode(&request, key, digest == DIGEST_MD5 ? DIGEST_SHA256 : digest, der, why);
out:
	buf_clear(&subject);
	buf_clear(&challenge);
	buf_clear(&eku.store);
	buf_clear(&san.store);
	return e;
}
