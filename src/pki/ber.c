#include <config.h>

#include "pki/ber.h"

#include <stdlib.h>

#include "pki/der.h"

enum { LENGTH_INDEFINITE = 0x80, LENGTH_RESERVED = 0xff, TAG_CLASS = 0xc0, TAG_NUMBER = 0x1f, CONSTRUCTED = 0x20, FIRST_NODES = 64 };

/* What becomes of an element in the output. */
enum node_kind {
	NODE_PRIMITIVE,     /* header and content */
	NODE_CONSTRUCTED,   /* header; its children follow */
	NODE_STRING,        /* outermost constructed string: primitive header; the chunks below it follow */
	NODE_STRING_INNER,  /* constructed string inside one: nothing of its own */
	NODE_CHUNK          /* primitive string inside one: content alone */
};

struct node {
	enum node_kind kind;
	uint8_t tag;
	uint8_t unused_bits;   /* NODE_STRING of a BIT STRING: of the last chunk */
	uint32_t parent;
	size_t at;             /* in the input, of what is copied */
	size_t len;            /* of what is copied */
	size_t out_len;        /* content in the output, without the header */
};

/* An open constructed element. */
struct frame {
	uint32_t node;
	uint32_t string;       /* node of the outermost constructed string around, when string_depth > 0 */
	unsigned string_depth;
	bool is_indefinite;
	size_t end;            /* of its content; when indefinite: where it must have ended, given by what is around */
};

struct parser {
	struct bytes in;
	size_t at;
	struct node *node;
	size_t node_count;
	size_t node_cap;
	struct frame frame[BER_MAX_DEPTH];
	size_t depth;
	struct why *why;
};

struct header {
	uint8_t tag;
	bool is_indefinite;
	size_t len;
};

/* Tags 3, 4 and the character string and time types of X.680; 29 is a structure in spite of its name. */
static bool is_string_tag(uint8_t tag)
{
	const uint32_t strings = 1u << 3 | 1u << 4 | 1u << 12 | 0x1ffu << 18 | 1u << 27 | 1u << 28 | 1u << 30;

	return (tag & TAG_CLASS) == 0 && (strings >> (tag & TAG_NUMBER) & 1) != 0;
}

static enum err syntax(const struct parser *p, const char *what)
{
	return why_set(p->why, ERR_ASN1_SYNTAX, "ASN.1 at octet %zu: %s", p->at, what);
}

/* X.690 sections 8.1.2 and 8.1.3. */
static enum err read_header(struct parser *p, size_t end, struct header *out)
{
	size_t len;

	if (end - p->at < 2)
		return syntax(p, "the message ends inside an identifier or length");
	out->tag = p->in.ptr[p->at];
	if ((out->tag & TAG_NUMBER) == TAG_NUMBER)
		return syntax(p, "a tag number above 30");
	if ((out->tag & ~CONSTRUCTED) == 0)
		return syntax(p, "end-of-contents where an element must stand");
	p->at++;
	len = p->in.ptr[p->at++];
	out->is_indefinite = len == LENGTH_INDEFINITE;
	if (out->is_indefinite) {
		out->len = 0;
		return (out->tag & CONSTRUCTED) != 0 ? ERR_OK : syntax(p, "a primitive element of indefinite length");
	}
	if (len == LENGTH_RESERVED)
		return syntax(p, "a reserved length octet");
	if (len > LENGTH_INDEFINITE) {
		size_t octets = len - LENGTH_INDEFINITE;

		if (octets > end - p->at)
			return syntax(p, "the message ends inside a length");
		for (len = 0; octets > 0; octets--) {
			if (len > SIZE_MAX >> 8)
				return syntax(p, "a length that points outside");
			len = len << 8 | p->in.ptr[p->at++];
		}
	}
	if (len > end - p->at)
		return syntax(p, "a length that points outside");
	out->len = len;
	return ERR_OK;
}

static enum err add_node(struct parser *p, struct node node)
{
	if (p->node_count == BER_MAX_ELEMENTS)
		return why_set(p->why, ERR_ASN1_LIMIT, "ASN.1: more than %d elements", BER_MAX_ELEMENTS);
	if (p->node_count == p->node_cap) {
		size_t cap = p->node_cap == 0 ? FIRST_NODES : p->node_cap * 2;
		struct node *grown = reallocarray(p->node, cap, sizeof *grown);

		if (grown == NULL)
			return ERR_MEMORY;
		p->node = grown;
		p->node_cap = cap;
	}
	p->node[p->node_count++] = node;
	return ERR_OK;
}

/* A primitive string inside a constructed one. X.690 section 8.6.4: of BIT STRING chunks, the last alone may have unused bits. */
static enum err add_chunk(struct parser *p, const struct frame *around, const struct header *header)
{
	struct node *string = &p->node[around->string];
	struct node chunk = { NODE_CHUNK, header->tag, 0, around->node, p->at, header->len, header->len };

	if ((string->tag & TAG_NUMBER) == DER_BIT_STRING) {
		if (header->len == 0 || p->in.ptr[p->at] > 7 || (header->len == 1 && p->in.ptr[p->at] != 0) || string->unused_bits != 0)
			return syntax(p, "a BIT STRING in chunks that do not fit together");
		string->unused_bits = p->in.ptr[p->at];
		chunk.at++;
		chunk.len--;
		chunk.out_len--;
	}
	p->at += header->len;
	return add_node(p, chunk);
}

/* X.690 section 8.23.6: the chunks of every string but BIT STRING are OCTET STRINGs; some encoders repeat the type itself. */
static bool is_chunk_of(uint8_t string_tag, uint8_t tag)
{
	uint8_t primitive = (uint8_t)(tag & ~CONSTRUCTED);

	return primitive == (string_tag & ~CONSTRUCTED) || (primitive == DER_OCTET_STRING && (string_tag & TAG_NUMBER) != DER_BIT_STRING);
}

static enum err open_frame(struct parser *p, const struct frame *around, const struct header *header, size_t end)
{
	struct frame frame = { .node = (uint32_t)p->node_count, .is_indefinite = header->is_indefinite,
		.end = header->is_indefinite ? end : p->at + header->len };
	struct node node = { .kind = NODE_CONSTRUCTED, .tag = header->tag, .parent = around == NULL ? 0 : around->node };
	enum err e;

	if (p->depth == BER_MAX_DEPTH)
		return why_set(p->why, ERR_ASN1_LIMIT, "ASN.1: nested deeper than %d", BER_MAX_DEPTH);
	if (is_string_tag(header->tag)) {
		bool is_inner = around != NULL && around->string_depth > 0;

		frame.string = is_inner ? around->string : frame.node;
		frame.string_depth = is_inner ? around->string_depth + 1 : 1;
		if (frame.string_depth > BER_MAX_STRING_DEPTH)
			return why_set(p->why, ERR_ASN1_LIMIT, "ASN.1: a string in pieces of pieces, nested deeper than %d", BER_MAX_STRING_DEPTH);
		node.kind = is_inner ? NODE_STRING_INNER : NODE_STRING;
		/* The octet that counts unused bits. */
		node.out_len = !is_inner && (header->tag & TAG_NUMBER) == DER_BIT_STRING ? 1 : 0;
	}
	if ((e = add_node(p, node)) == ERR_OK)
		p->frame[p->depth++] = frame;
	return e;
}

static enum err parse_element(struct parser *p)
{
	const struct frame *around = p->depth == 0 ? NULL : &p->frame[p->depth - 1];
	size_t end = around == NULL ? p->in.len : around->end;
	struct header header = { 0 };
	struct node node;
	enum err e;

	if ((e = read_header(p, end, &header)) != ERR_OK)
		return e;
	if (around != NULL && around->string_depth > 0) {
		if (!is_chunk_of(p->node[around->string].tag, header.tag))
			return syntax(p, "a string in pieces, one of which is no string");
		if ((header.tag & CONSTRUCTED) == 0)
			return add_chunk(p, around, &header);
	}
	if ((header.tag & CONSTRUCTED) != 0)
		return open_frame(p, around, &header, end);
	node = (struct node){ NODE_PRIMITIVE, header.tag, 0, around == NULL ? 0 : around->node, p->at, header.len, header.len };
	p->at += header.len;
	return add_node(p, node);
}

/* Is the innermost open element at its end? Takes the end-of-contents octets of an indefinite one. */
static bool take_end(struct parser *p)
{
	const struct frame *frame = &p->frame[p->depth - 1];

	if (!frame->is_indefinite)
		return p->at == frame->end;
	if (frame->end - p->at < 2 || p->in.ptr[p->at] != 0 || p->in.ptr[p->at + 1] != 0)
		return false;
	p->at += 2;
	return true;
}

/* Read one element with all that is inside. The nodes come out parents first. */
static enum err parse(struct parser *p)
{
	enum err e = parse_element(p);

	while (e == ERR_OK && p->depth > 0) {
		if (take_end(p))
			p->depth--;
		else
			e = parse_element(p);
	}
	return e;
}

static bool has_header(const struct node *node)
{
	return node->kind != NODE_CHUNK && node->kind != NODE_STRING_INNER;
}

static size_t total_len(const struct node *node)
{
	return node->out_len + (has_header(node) ? der_header_len(node->out_len) : 0);
}

static enum err write_node(const struct parser *p, const struct node *node, struct buf *out)
{
	uint8_t tag = node->kind == NODE_STRING ? (uint8_t)(node->tag & ~CONSTRUCTED) : node->tag;
	enum err e = has_header(node) ? der_put_header(out, tag, node->out_len) : ERR_OK;

	if (e == ERR_OK && node->kind == NODE_STRING && tag == DER_BIT_STRING)
		e = buf_append_byte(out, node->unused_bits);
	return e == ERR_OK ? buf_append(out, bytes_from(p->in.ptr + node->at, node->len)) : e;
}

static enum err write_out(struct parser *p, struct buf *out)
{
	enum err e;

	/* Children stand behind their parents, so one walk from the end adds up all lengths. */
	for (size_t i = p->node_count - 1; i > 0; i--)
		p->node[p->node[i].parent].out_len += total_len(&p->node[i]);
	e = buf_reserve(out, total_len(&p->node[0]));
	for (size_t i = 0; i < p->node_count && e == ERR_OK; i++)
		e = write_node(p, &p->node[i], out);
	return e;
}

enum err ber_normalise(struct bytes in, struct buf *out, size_t *used_len, struct why *why)
{
	struct parser p = { .in = in, .why = why };
	size_t mark = out->len;
	enum err e;

	if ((e = parse(&p)) != ERR_OK || (e = write_out(&p, out)) != ERR_OK) {
		out->len = mark;
		goto out;
	}
	if (used_len != NULL)
		*used_len = p.at;
out:
	free(p.node);
	return e;
}
