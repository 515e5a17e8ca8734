#include <config.h>

#include "service/craft.h"

#include <stdlib.h>
#include <string.h>

#include "pki/name.h"

enum { CONSTRUCTED = 0x20, INDEFINITE = 0x80, MAX_SET = 128 };

/* All that was made, a list of blocks. */
static struct block {
	struct block *next;
	struct buf buf;
} *blocks;

static void must(enum err e)
{
	CU_ASSERT_EQUAL_FATAL(e, ERR_OK);
}

struct bytes craft_keep(struct buf *buf)
{
	struct block *block = calloc(1, sizeof *block);

	CU_ASSERT_PTR_NOT_NULL_FATAL(block);
	block->next = blocks;
	blocks = block;
	buf_move(&block->buf, buf);
	return buf_bytes(&block->buf);
}

void craft_forget(void)
{
	while (blocks != NULL) {
		struct block *next = blocks->next;

		buf_clear(&blocks->buf);
		free(blocks);
		blocks = next;
	}
}

struct bytes craft_none(void)
{
	return bytes_from(NULL, 0);
}

struct bytes craft_join(const struct bytes *part, size_t count)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < count; i++)
		must(buf_append(&out, part[i]));
	return craft_keep(&out);
}

struct bytes craft_element(uint8_t tag, const struct bytes *part, size_t count)
{
	struct bytes content = craft_join(part, count);
	struct buf out = { 0 };

	must(der_put(&out, tag, content));
	return craft_keep(&out);
}

struct bytes craft_oid(enum oid oid)
{
	return CRAFT(DER_OID, oid_get(oid));
}

struct bytes craft_other_oid(const char *dotted)
{
	struct buf content = { 0 };

	must(oid_parse(dotted, &content));
	return CRAFT(DER_OID, craft_keep(&content));
}

struct bytes craft_text(uint8_t tag, const char *text)
{
	return CRAFT(tag, bytes_from_str(text));
}

struct bytes craft_hex(const char *hex)
{
	return CRAFT_JOIN(unit_hex(hex));
}

struct bytes craft_octets(uint8_t octet, size_t len)
{
	struct buf out = { 0 };
	uint8_t *at;

	must(buf_append_space(&out, len, &at));
	memset(at, octet, len);
	return craft_keep(&out);
}

struct bytes craft_algorithm(enum oid oid, struct bytes parameters)
{
	return CRAFT(DER_SEQUENCE, craft_oid(oid), parameters);
}

struct bytes craft_attribute(enum oid type, struct bytes values)
{
	return CRAFT(DER_SEQUENCE, craft_oid(type), CRAFT(DER_SET, values));
}

struct bytes craft_name(const char *text)
{
	struct buf out = { 0 };

	must(name_parse_text(text, &out, NULL));
	return craft_keep(&out);
}

/* Ascending as octet strings. No element is a prefix of another, so the shorter one never needs padding. */
static int compare(const void *a, const void *b)
{
	const struct bytes *x = a, *y = b;
	int order = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

struct bytes craft_set_of(const struct bytes *item, size_t count)
{
	struct bytes sorted[MAX_SET];
	size_t used = 0;

	CU_ASSERT_FATAL(count <= MAX_SET);
	for (size_t i = 0; i < count; i++)
		if (item[i].len > 0)
			sorted[used++] = item[i];
	qsort(sorted, used, sizeof sorted[0], compare);
	return craft_join(sorted, used);
}

/* --- another encoding of the same --- */

static void put_length(struct buf *out, size_t len, unsigned octets)
{
	if (octets == 0) {
		struct buf header = { 0 };

		must(der_put_header(&header, 0, len));
		must(buf_append(out, bytes_from(header.ptr + 1, header.len - 1)));
		buf_clear(&header);
		return;
	}
	must(buf_append_byte(out, (uint8_t)(INDEFINITE | octets)));
	while (octets-- > 0)
		must(buf_append_byte(out, octets < sizeof len ? (uint8_t)(len >> (8 * octets)) : 0));
}

static void put(struct buf *out, uint8_t tag, struct bytes content, bool is_indefinite, unsigned length_octets)
{
	static const uint8_t end_of_contents[2];

	must(buf_append_byte(out, tag));
	if (is_indefinite)
		must(buf_append_byte(out, INDEFINITE));
	else
		put_length(out, content.len, length_octets);
	must(buf_append(out, content));
	if (is_indefinite)
		must(buf_append(out, bytes_from(end_of_contents, sizeof end_of_contents)));
}

/* A constructed string of chunks, each of which is such a string again while `levels` are left. */
static void put_chunks(struct buf *out, uint8_t tag, struct bytes content, const struct craft_framing *framing, unsigned levels, bool is_indefinite)
{
	struct buf inside = { 0 };

	for (size_t at = 0; at < content.len;) {
		size_t len = content.len - at < framing->chunk_len ? content.len - at : framing->chunk_len;
		struct bytes chunk = bytes_from(content.ptr + at, len);

		if (levels > 1)
			put_chunks(&inside, DER_OCTET_STRING, chunk, framing, levels - 1, is_indefinite);
		else
			put(&inside, DER_OCTET_STRING, chunk, false, framing->length_octets);
		at += len;
	}
	put(out, tag | CONSTRUCTED, buf_bytes(&inside), is_indefinite, framing->length_octets);
	buf_clear(&inside);
}

static void reframe(struct bytes der, const struct craft_framing *framing, unsigned level, struct buf *out)
{
	struct der rest = { der };
	struct der_element element;

	while (!der_is_end(&rest)) {
		bool is_indefinite = level < framing->indefinite_levels;
		bool is_string;

		must(der_read(&rest, &element));
		is_string = (element.tag == DER_OCTET_STRING || element.tag == DER_CONTEXT(0)) && framing->chunk_len > 0 &&
			(framing->chunk_at_level == 0 || framing->chunk_at_level == level);
		if (is_string) {
			put_chunks(out, element.tag, element.value, framing, framing->chunk_levels == 0 ? 1 : framing->chunk_levels, is_indefinite);
		} else if ((element.tag & CONSTRUCTED) != 0) {
			struct buf inside = { 0 };

			reframe(element.value, framing, level + 1, &inside);
			put(out, element.tag, buf_bytes(&inside), is_indefinite, framing->length_octets);
			buf_clear(&inside);
		} else {
			put(out, element.tag, element.value, false, framing->length_octets);
		}
	}
}

struct bytes craft_reframe(struct bytes der, const struct craft_framing *framing)
{
	struct buf out = { 0 };

	reframe(der, framing, 0, &out);
	return craft_keep(&out);
}
