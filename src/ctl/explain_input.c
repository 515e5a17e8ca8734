#include <config.h>

#include "ctl/explain_input.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "ctl/file.h"
#include "scep/query.h"

void explain_input_clear(struct explain_input *input)
{
	buf_clear(&input->octets);
	*input = (struct explain_input){ 0 };
}

static bool starts_with(struct bytes text, const char *word)
{
	return text.len >= strlen(word) && strncasecmp((const char *)text.ptr, word, strlen(word)) == 0;
}

static const uint8_t *find(struct bytes text, const char *word)
{
	return text.len == 0 ? NULL : memmem(text.ptr, text.len, word, strlen(word));
}

static struct bytes from(struct bytes text, const uint8_t *at)
{
	return bytes_from(at, text.len - (size_t)(at - text.ptr));
}

/* Without the white space around it. */
static struct bytes trim(struct bytes text)
{
	static const char blanks[] = " \t\r\n";

	while (text.len > 0 && text.ptr[0] != '\0' && strchr(blanks, text.ptr[0]) != NULL)
		text = bytes_from(text.ptr + 1, text.len - 1);
	while (text.len > 0 && text.ptr[text.len - 1] != '\0' && strchr(blanks, text.ptr[text.len - 1]) != NULL)
		text.len--;
	return text;
}

bool explain_input_is_text(const char *argument)
{
	return strstr(argument, "://") != NULL || strstr(argument, "message=") != NULL;
}

/* --- HTTP --- */

/* Content-Type of the headers in front of a body. */
static void take_media_type(struct bytes headers, char media_type[HTTP_CLIENT_MAX_MEDIA_TYPE_LEN + 1])
{
	static const char name[] = "content-type:";

	while (headers.len > 0) {
		const uint8_t *end = memchr(headers.ptr, '\n', headers.len);
		struct bytes line = bytes_from(headers.ptr, end == NULL ? headers.len : (size_t)(end - headers.ptr)), value;

		headers = bytes_from(line.ptr + line.len + (end != NULL), headers.len - line.len - (end != NULL));
		if (!starts_with(line, name))
			continue;
		value = trim(bytes_from(line.ptr + sizeof name - 1, line.len - (sizeof name - 1)));
		if (value.len > HTTP_CLIENT_MAX_MEDIA_TYPE_LEN)
			value.len = HTTP_CLIENT_MAX_MEDIA_TYPE_LEN;
		memcpy(media_type, value.ptr, value.len);
		media_type[value.len] = '\0';
	}
}

/* @return the body behind the headers; false when there are none. */
static bool split_http(struct bytes captured, struct bytes *headers, struct bytes *body)
{
	static const char *const ends[] = { "\r\n\r\n", "\n\n" };

	if (!starts_with(captured, "HTTP/") && !starts_with(captured, "POST "))
		return false;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		const uint8_t *end = find(captured, ends[i]);

		if (end == NULL)
			continue;
		*headers = bytes_from(captured.ptr, (size_t)(end - captured.ptr));
		*body = from(captured, end + strlen(ends[i]));
		return true;
	}
	return false;
}

/* --- URLs --- */

/* From the first parameter to the end of the query: to a quotation mark, a line break, or the protocol of a request line. */
static struct bytes find_query(struct bytes text)
{
	const uint8_t *start = find(text, "message="), *question = memchr(text.ptr, '?', text.len), *http;
	struct bytes query;

	if (question != NULL && question < start)
		start = question + 1;
	else if (find(text, "operation=") != NULL && find(text, "operation=") < start)
		start = find(text, "operation=");
	query = from(text, start);
	if ((http = find(query, " HTTP/")) != NULL)
		query.len = (size_t)(http - query.ptr);
	for (size_t i = 0; i < query.len; i++)
		if (query.ptr[i] == '"' || query.ptr[i] == '\n' || query.ptr[i] == '\r' || query.ptr[i] == '#')
			query.len = i;
	return query;
}

static void note_encoding(struct bytes message, struct traits *traits)
{
	for (size_t i = 0; i < message.len; i++) {
		uint8_t c = message.ptr[i];

		traits->has[TRAIT_URL_NOT_ESCAPED] |= c == '+' || c == '/' || c == '=' || c == ' ';
		traits->has[TRAIT_URL_OTHER_ALPHABET] |= c == '-' || c == '_';
	}
	traits->has[TRAIT_URL_WRAPPED] |= find(message, "%0A") != NULL || find(message, "%0a") != NULL || find(message, "%0D") != NULL;
}

static enum err take_query(struct bytes text, struct explain_input *input, struct traits *traits, struct why *why)
{
	struct scep_query query = { 0 };
	struct why cause = { 0 };
	enum err e = scep_query_parse(find_query(text), &query, &cause);

	if (e == ERR_MEMORY)
		return e;
	if (e != ERR_OK)
		return why_set(why, ERR_VALUE, "the query is not valid: %s", why_text(&cause, e));
	traits->has[TRAIT_URL_NO_OPERATION] = !query.has_operation;
	if (query.has_operation && query.operation != SCEP_OP_PKI_OPERATION)
		return why_set(why, ERR_VALUE, "it is a query for certificates or capabilities: its message parameter is the name of a CA");
	note_encoding(query.message, traits);
	input->form = "the message parameter of a GET";
	if ((e = scep_query_decode_message(query.message, &input->octets, &cause)) != ERR_OK && e != ERR_MEMORY)
		e = why_set(why, ERR_VALUE, "the message parameter cannot be decoded: %s", why_text(&cause, e));
	return e;
}

/* --- text --- */

static bool is_asn1(struct bytes octets)
{
	return octets.len > 1 && octets.ptr[0] == 0x30;
}

static enum err squeeze(struct bytes text, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '\r' && text.ptr[i] != '\n')
			e = buf_append_byte(out, text.ptr[i]);
	return e;
}

static enum err take_encoded(struct bytes text, struct explain_input *input, struct why *why)
{
	static const struct {
		enum err (*decode)(struct bytes in, struct buf *out);
		const char *form;
	} codings[] = { { text_decode_hex, "hexadecimal" }, { text_decode_base64, "base64" } };
	struct buf squeezed = { 0 };
	enum err e = squeeze(text, &squeezed);

	for (size_t i = 0; e == ERR_OK && i < sizeof codings / sizeof codings[0]; i++) {
		buf_reset(&input->octets);
		e = codings[i].decode(buf_bytes(&squeezed), &input->octets);
		if (e == ERR_OK && is_asn1(buf_bytes(&input->octets))) {
			input->form = codings[i].form;
			goto out;
		}
		e = e == ERR_MEMORY ? e : ERR_OK;
	}
	if (e == ERR_OK)
		e = why_set(why, ERR_VALUE, "this is neither DER, BER, PEM, base64, hexadecimal, an HTTP message nor a URL with a message");
out:
	buf_clear(&squeezed);
	return e;
}

static enum err take_pem(struct bytes text, struct explain_input *input, struct why *why)
{
	static const char *const labels[] = { "CERTIFICATE REQUEST", "CERTIFICATE", "CRL", "PKCS7", "CMS", "MESSAGE" };

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		struct bytes rest = text;
		enum err e;

		buf_reset(&input->octets);
		if ((e = file_next_pem(&rest, labels[i], &input->octets)) == ERR_NOT_FOUND)
			continue;
		input->form = "PEM";
		return e == ERR_TEXT ? why_set(why, ERR_VALUE, "the PEM block does not end or is not base64") : e;
	}
	return why_set(why, ERR_VALUE, "the PEM block is none that SCEP knows: a certificate, a request, a CRL or a CMS message");
}

static enum err take_text(struct bytes text, struct explain_input *input, struct traits *traits, struct why *why)
{
	if (starts_with(text, "<")) {
		traits->has[TRAIT_HTML] = true;
		return why_set(why, ERR_VALUE, "this is an HTML page");
	}
	if (find(text, "-----BEGIN ") != NULL)
		return take_pem(text, input, why);
	if (find(text, "message=") != NULL)
		return take_query(text, input, traits, why);
	if (find(text, "operation=") != NULL || find(text, "://") != NULL)
		return why_set(why, ERR_VALUE, "the URL has no message");
	return take_encoded(text, input, why);
}

enum err explain_input_take(struct bytes captured, struct explain_input *input, struct traits *traits, struct why *why)
{
	struct bytes headers, body = captured;

	if (split_http(captured, &headers, &body))
		take_media_type(headers, input->media_type);
	if (body.len == 0)
		return why_set(why, ERR_VALUE, "there is nothing in it");
	if (!is_asn1(body))
		return take_text(trim(body), input, traits, why);
	input->form = body.len < captured.len ? "the body of an HTTP message" : "the octets as they are";
	return buf_append(&input->octets, body);
}
