#include <config.h>

#include "pki/asn.h"

#include <libtasn1.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "pki/der.h"
#include "pki/oid.h"

/* Made by asn1Parser from scepgate.asn. */
extern const asn1_static_node scepgate_asn_tab[];

enum { TYPE_NAME_SIZE = 128, OCTET_BITS = 8 };

struct asn {
	asn1_node module;
	asn1_node value;
	enum err error;     /* the first of any setter */
	struct why why;
};

static enum err convert(int rc)
{
	return rc == ASN1_SUCCESS ? ERR_OK : rc == ASN1_MEM_ERROR || rc == ASN1_MEM_ALLOC_ERROR ? ERR_MEMORY : ERR_INTERNAL;
}

enum err asn_new(const char *type, struct asn **out)
{
	struct asn *asn = calloc(1, sizeof *asn);
	char name[TYPE_NAME_SIZE];
	enum err e = ERR_MEMORY;

	if (asn == NULL)
		goto out;
	snprintf(name, sizeof name, "ScepGate.%s", type);
	if ((e = convert(asn1_array2tree(scepgate_asn_tab, &asn->module, NULL))) != ERR_OK ||
	    (e = convert(asn1_create_element(asn->module, name, &asn->value))) != ERR_OK)
		goto out;
	*out = asn;
	asn = NULL;
out:
	asn_free(asn);
	return e;
}

void asn_free(struct asn *asn)
{
	if (asn == NULL)
		return;
	asn1_delete_structure2(&asn->value, ASN1_DELETE_FLAG_ZEROIZE);
	asn1_delete_structure(&asn->module);
	free(asn);
}

/* ASN1_ETYPE_INVALID when the path leads nowhere. */
static unsigned type_at(const struct asn *asn, const char *path)
{
	asn1_data_node_st data = { 0 };
	asn1_node node = asn1_find_node(asn->value, path);

	if (node == NULL || asn1_read_node_value(node, &data) != ASN1_SUCCESS)
		return ASN1_ETYPE_INVALID;
	return data.type;
}

static void fail(struct asn *asn, enum err e, const char *path, const char *what)
{
	if (asn->error == ERR_OK)
		asn->error = why_set(&asn->why, e, "ASN.1 element %s: %s", path, what);
}

/* libtasn1 takes a length of 0 for "up to the NUL", so the empty string must be one. */
static void write_value(struct asn *asn, const char *path, const void *value, size_t len)
{
	int rc;

	if (asn->error != ERR_OK)
		return;
	if (len > INT_MAX / OCTET_BITS) {
		fail(asn, ERR_INTERNAL, path, "too long");
		return;
	}
	rc = asn1_write_value(asn->value, path, len == 0 ? "" : value, (int)len);
	if (rc != ASN1_SUCCESS)
		fail(asn, convert(rc), path, asn1_strerror(rc));
}

void asn_set_bytes(struct asn *asn, const char *path, struct bytes value)
{
	switch (type_at(asn, path)) {
	case ASN1_ETYPE_BIT_STRING:
		write_value(asn, path, value.ptr, value.len > INT_MAX / OCTET_BITS ? value.len : value.len * OCTET_BITS);
		break;
	case ASN1_ETYPE_ANY:
		if (value.len == 0) {
			fail(asn, ERR_INTERNAL, path, "nothing for an element");
			break;
		}
		write_value(asn, path, value.ptr, value.len);
		break;
	case ASN1_ETYPE_INTEGER:
	case ASN1_ETYPE_OBJECT_ID:
	case ASN1_ETYPE_BOOLEAN:
		fail(asn, ERR_INTERNAL, path, "not a string");
		break;
	default:
		write_value(asn, path, value.ptr, value.len);
	}
}

void asn_set_oid(struct asn *asn, const char *path, struct bytes oid_content)
{
	struct buf dotted;
	enum err e;

	buf_init(&dotted);
	if ((e = oid_format(oid_content, &dotted)) == ERR_OK && (e = buf_terminate(&dotted)) == ERR_OK)
		write_value(asn, path, dotted.ptr, dotted.len);
	else
		fail(asn, e == ERR_MEMORY ? e : ERR_INTERNAL, path, "not an object identifier");
	buf_clear(&dotted);
}

void asn_set_small(struct asn *asn, const char *path, int value)
{
	const uint8_t content[] = { (uint8_t)((unsigned)value >> 24), (uint8_t)((unsigned)value >> 16), (uint8_t)((unsigned)value >> 8), (uint8_t)value };

	asn_set_integer(asn, path, bytes_from(content, sizeof content));
}

void asn_set_integer(struct asn *asn, const char *path, struct bytes content)
{
	struct buf whole;

	if (content.len == 0) {
		fail(asn, ERR_INTERNAL, path, "an INTEGER without octets");
		return;
	}
	if (type_at(asn, path) != ASN1_ETYPE_ANY) {
		write_value(asn, path, content.ptr, content.len);
		return;
	}
	buf_init(&whole);
	if (der_put(&whole, DER_INTEGER, content) == ERR_OK)
		write_value(asn, path, whole.ptr, whole.len);
	else
		fail(asn, ERR_MEMORY, path, err_text(ERR_MEMORY));
	buf_clear(&whole);
}

void asn_append(struct asn *asn, const char *path)
{
	write_value(asn, path, "NEW", 1);
}

void asn_choose(struct asn *asn, const char *path, const char *alternative)
{
	write_value(asn, path, alternative, 1);
}

void asn_omit(struct asn *asn, const char *path)
{
	int rc;

	if (asn->error != ERR_OK)
		return;
	rc = asn1_write_value(asn->value, path, NULL, 0);
	if (rc != ASN1_SUCCESS)
		fail(asn, convert(rc), path, asn1_strerror(rc));
}

enum err asn_encode(struct asn *asn, struct buf *out, struct why *why)
{
	char words[ASN1_MAX_ERROR_DESCRIPTION_SIZE] = "";
	size_t mark = out->len;
	uint8_t *at;
	int len = 0;
	int rc;
	enum err e;

	if (asn->error != ERR_OK)
		return why_set(why, asn->error, "%s", asn->why.text);
	rc = asn1_der_coding(asn->value, "", NULL, &len, words);
	if (rc != ASN1_MEM_ERROR)
		return why_set(why, ERR_INTERNAL, "ASN.1 cannot be written: %s %s", asn1_strerror(rc), words);
	if ((e = buf_append_space(out, (size_t)len, &at)) != ERR_OK)
		return e;
	rc = asn1_der_coding(asn->value, "", at, &len, words);
	if (rc != ASN1_SUCCESS) {
		out->len = mark;
		return why_set(why, ERR_INTERNAL, "ASN.1 cannot be written: %s %s", asn1_strerror(rc), words);
	}
	out->len = mark + (size_t)len;
	return ERR_OK;
}
