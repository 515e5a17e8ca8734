#include <config.h>

#include "scep/query.h"

#include <string.h>

#include "base/text.h"
#include "scep/message.h"

enum { SHOWN_NAME_LEN = 32 };

static const struct operation {
	const char *word;
	enum scep_operation operation;
} operations[] = {
	{ "GetCACaps", SCEP_OP_GET_CA_CAPS },
	{ "GetCACert", SCEP_OP_GET_CA_CERT },
	{ "GetCACertChain", SCEP_OP_GET_CA_CERT }, /* early drafts; old certmonger */
	{ "GetNextCACert", SCEP_OP_GET_NEXT_CA_CERT },
	{ "PKIOperation", SCEP_OP_PKI_OPERATION },
};

static enum err refuse_operation(struct bytes word, struct why *why)
{
	char shown[SHOWN_NAME_LEN + 1];
	size_t len = word.len < SHOWN_NAME_LEN ? word.len : SHOWN_NAME_LEN;

	for (size_t i = 0; i < len; i++)
		shown[i] = word.ptr[i] >= ' ' && word.ptr[i] <= '~' ? (char)word.ptr[i] : '?';
	shown[len] = '\0';
	return why_set(why, ERR_HTTP_OPERATION, "the operation \"%s\"%s is unknown", shown, word.len > len ? "..." : "");
}

static enum err take_operation(struct bytes word, struct scep_query *query, struct why *why)
{
	if (query->has_operation)
		return why_set(why, ERR_HTTP_QUERY, "the query names its operation twice");
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		if (bytes_is_str(word, operations[i].word)) {
			query->has_operation = true;
			query->operation = operations[i].operation;
			return ERR_OK;
		}
	}
	return refuse_operation(word, why);
}

static enum err take_parameter(struct bytes parameter, struct scep_query *query, struct why *why)
{
	const uint8_t *equals = parameter.len == 0 ? NULL : memchr(parameter.ptr, '=', parameter.len);
	struct bytes name = parameter, value = { 0 };

	if (equals != NULL) {
		name.len = (size_t)(equals - parameter.ptr);
		value = bytes_from(equals + 1, parameter.len - name.len - 1);
	}
	if (bytes_is_str(name, "operation"))
		return take_operation(value, query, why);
	if (bytes_is_str(name, "message")) {
		if (query->has_message)
			return why_set(why, ERR_HTTP_QUERY, "the query has two messages");
		query->has_message = true;
		query->message = value;
	}
	return ERR_OK;
}

enum err scep_query_parse(struct bytes raw, struct scep_query *out, struct why *why)
{
	struct scep_query query = { 0 };
	size_t start = 0;
	enum err e;

	for (size_t i = 0; i <= raw.len; i++) {
		if (i < raw.len && raw.ptr[i] != '&')
			continue;
		if (i > start && (e = take_parameter(bytes_from(raw.ptr + start, i - start), &query, why)) != ERR_OK)
			return e;
		start = i + 1;
	}
	*out = query;
	return ERR_OK;
}

/* What clients and the stacks before us make of base64. */
static void tidy(struct buf *text)
{
	size_t to = 0;

	for (size_t from = 0; from < text->len; from++) {
		uint8_t octet = text->ptr[from];

		if (octet == '\r' || octet == '\n' || octet == '\t')
			continue;
		text->ptr[to++] = octet == ' ' || octet == '-' ? '+' : octet == '_' ? '/' : octet;
	}
	text->len = to;
}

enum err scep_query_decode_message(struct bytes value, struct buf *out, struct why *why)
{
	struct buf text = { 0 }, message = { 0 };
	enum err e;

	if ((e = buf_append(&text, value)) != ERR_OK)
		goto out;
	if (text_decode_percent(&text) != ERR_OK || text_decode_percent(&text) != ERR_OK) {
		e = why_set(why, ERR_HTTP_QUERY, "the message of the query has a broken %%-escape");
		goto out;
	}
	tidy(&text);
	e = text_decode_base64(buf_bytes(&text), &message);
	if (e == ERR_TEXT)
		e = why_set(why, ERR_HTTP_QUERY, "the message of the query is not base64");
	else if (e == ERR_OK && message.len == 0)
		e = why_set(why, ERR_HTTP_QUERY, "the message of the query is empty");
	else if (e == ERR_OK && message.len > SCEP_MAX_MESSAGE_LEN)
		e = why_set(why, ERR_HTTP_TOO_LARGE, "the message of the query has more than %d octets", SCEP_MAX_MESSAGE_LEN);
	else if (e == ERR_OK)
		e = buf_append(out, buf_bytes(&message));
out:
	buf_clear(&text);
	buf_clear(&message);
	return e;
}
