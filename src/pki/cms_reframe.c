#include <config.h>

#include "pki/cms_reframe.h"

#include "pki/der.h"

enum { INDEFINITE = 0x80, CONSTRUCTED = 0x20 };

/*
 * The levels of both messages, from the outside: 0 ContentInfo, 1 its [0], 2 SignedData or EnvelopedData, 3 encapContentInfo or encryptedContentInfo,
 * 4 eContent's [0] or encryptedContent, 5 the OCTET STRING of eContent.
 */
enum { LEVEL_CONTENT_INFO = 3, LEVEL_CONTENT = 4, LEVEL_STRING = 5 };

static enum err open_indefinite(struct buf *out, uint8_t tag)
{
	enum err e = buf_append_byte(out, tag);

	return e != ERR_OK ? e : buf_append_byte(out, INDEFINITE);
}

static enum err close_indefinite(struct buf *out)
{
	static const uint8_t end_of_contents[2];

	return buf_append(out, bytes_from(end_of_contents, sizeof(end_of_contents)));
}

static enum err put_chunks(struct buf *out, const struct der_element *string)
{
	struct bytes rest = string->value;
	enum err e;

	if ((e = open_indefinite(out, string->tag | CONSTRUCTED)) != ERR_OK)
		return e;
	while (rest.len > 0) {
		size_t len = rest.len < CMS_BER_CHUNK_LEN ? rest.len : CMS_BER_CHUNK_LEN;

		if ((e = der_put(out, DER_OCTET_STRING, bytes_from(rest.ptr, len))) != ERR_OK)
			return e;
		rest = bytes_from(rest.ptr + len, rest.len - len);
	}
	return close_indefinite(out);
}

/* Does this element of `level` lead down to the content? */
static bool is_on_path(const struct der_element *element, int level)
{
	struct der inside = { element->value };

	if (level < LEVEL_CONTENT_INFO)
		return element->tag == DER_SEQUENCE || element->tag == DER_CONTEXT_CONSTRUCTED(0);
	if (level == LEVEL_CONTENT_INFO)
		return element->tag == DER_SEQUENCE && der_is_next(&inside, DER_OID);
	return level == LEVEL_CONTENT && element->tag == DER_CONTEXT_CONSTRUCTED(0);
}

/* Recursion ends at LEVEL_STRING. */
static enum err reframe_level(struct bytes content, int level, struct buf *out)
{
	struct der rest = { content };
	struct der_element element;
	enum err e;

	while (!der_is_end(&rest)) {
		if ((e = der_read(&rest, &element)) != ERR_OK)
			return e;
		if ((level == LEVEL_CONTENT && element.tag == DER_CONTEXT(0)) || (level == LEVEL_STRING && element.tag == DER_OCTET_STRING)) {
			e = put_chunks(out, &element);
		} else if (is_on_path(&element, level)) {
			if ((e = open_indefinite(out, element.tag)) == ERR_OK && (e = reframe_level(element.value, level + 1, out)) == ERR_OK)
				e = close_indefinite(out);
		} else {
			e = buf_append(out, element.raw);
		}
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err cms_reframe_ber(struct bytes der, struct buf *out)
{
	struct buf ber = { 0 };
	enum err e = reframe_level(der, 0, &ber);

	if (e == ERR_OK)
		e = buf_append(out, buf_bytes(&ber));
	buf_clear(&ber);
	return e;
}
