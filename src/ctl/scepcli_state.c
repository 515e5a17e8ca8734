#include <config.h>

#include "ctl/scepcli_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/file.h"
#include "pki/name.h"

static const char first_line[] = "scepcli-state 1";

static enum err put_hex(const char *name, struct bytes value, struct buf *out)
{
	enum err e;

	if (value.len == 0)
		return ERR_OK;
	if ((e = buf_append_format(out, "%s ", name)) != ERR_OK || (e = text_encode_hex(value, out)) != ERR_OK)
		return e;
	return buf_append_byte(out, '\n');
}

/* For people. */
static enum err put_remark(struct bytes name, struct buf *out)
{
	enum err e = buf_append_str(out, "# ");

	if (e == ERR_OK)
		e = name_format(name, out);
	return e == ERR_OK ? buf_append_byte(out, '\n') : e;
}

/* Where the signer's key is: a file, by its whole path, or this one. */
static enum err put_key(const struct scepcli_request *request, const char *key_file, struct buf *out, struct why *why)
{
	char *path;
	enum err e;

	if (request->has_throw_away_key)
		return ERR_OK;
	if ((path = realpath(key_file, NULL)) == NULL)
		return why_set(why, ERR_IO, "%s: %s", key_file, strerror(errno));
	e = buf_append_format(out, "keyFile %s\n", path);
	free(path);
	return e;
}

enum err scepcli_state_save(const char *path, const struct scepcli_request *request, const char *key_file, struct why *why)
{
	struct buf text = { 0 };
	enum err e;

	if ((e = buf_append_format(&text, "%s\n", first_line)) != ERR_OK || (e = put_remark(buf_bytes(&request->subject), &text)) != ERR_OK ||
	    (e = put_hex("transactionID", buf_bytes(&request->transaction_id), &text)) != ERR_OK ||
	    (e = put_hex("issuer", buf_bytes(&request->issuer), &text)) != ERR_OK ||
	    (e = put_hex("subject", buf_bytes(&request->subject), &text)) != ERR_OK ||
	    (e = put_hex("publicKey", buf_bytes(&request->spki), &text)) != ERR_OK || (e = put_key(request, key_file, &text, why)) != ERR_OK ||
	    (e = cert_encode_pem(buf_bytes(&request->signer->der), &text)) != ERR_OK)
		goto out;
	if (request->has_throw_away_key && (e = key_encode_pem(request->own_signer_key, &text, why)) != ERR_OK)
		goto out;
	e = file_write(path, buf_bytes(&text), FILE_PRIVATE, why);
out:
	buf_clear(&text);
	return e;
}

/* "name value": the value of this name. @return false when the line has another. */
static bool read_value(struct bytes line, const char *name, struct bytes *value)
{
	size_t len = strlen(name);

	if (line.len <= len || memcmp(line.ptr, name, len) != 0 || line.ptr[len] != ' ')
		return false;
	*value = bytes_from(line.ptr + len + 1, line.len - len - 1);
	return true;
}

static enum err read_line(struct bytes line, struct scepcli_request *request, struct why *why)
{
	struct {
		const char *name;
		struct buf *at;
	} values[] = { { "transactionID", &request->transaction_id }, { "issuer", &request->issuer }, { "subject", &request->subject },
		{ "publicKey", &request->spki } };
	struct bytes value;
	char *path = NULL;
	enum err e;

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (read_value(line, values[i].name, &value) && values[i].at->len == 0)
			return text_decode_hex(value, values[i].at);
	if (!read_value(line, "keyFile", &value) || request->own_signer_key != NULL)
		return ERR_TEXT;
	if ((e = bytes_copy_str(value, &path)) == ERR_OK)
		e = scepcli_key_read(path, &request->own_signer_key, why);
	free(path);
	return e;
}

/* The lines in front of the certificate. */
static enum err read_lines(struct bytes text, struct scepcli_request *request, struct why *why)
{
	bool is_first = true;
	enum err e = ERR_OK;

	while (e == ERR_OK && text.len > 0 && text.ptr[0] != '-') {
		const uint8_t *end = memchr(text.ptr, '\n', text.len);
		struct bytes line = { text.ptr, end == NULL ? text.len : (size_t)(end - text.ptr) };

		if (is_first)
			e = bytes_is_str(line, first_line) ? ERR_OK : ERR_TEXT;
		else if (line.len > 0 && line.ptr[0] != '#')
			e = read_line(line, request, why);
		is_first = false;
		text = bytes_from(line.ptr + line.len + (end != NULL), text.len - line.len - (end != NULL));
	}
	return e != ERR_OK || !is_first ? e : ERR_TEXT;
}

enum err scepcli_state_load(const char *path, struct scepcli_request *out, struct why *why)
{
	struct scepcli_request request = { 0 };
	struct buf text = { 0 };
	enum err e = file_read(path, FILE_MAX_LEN, &text, why);

	if (e == ERR_OK && ((e = read_lines(buf_bytes(&text), &request, why)) == ERR_TEXT || (e == ERR_OK && request.transaction_id.len == 0)))
		e = why_set(why, ERR_TEXT, "%s is no file of --state", path);
	if (e == ERR_OK)
		e = cert_parse_pem(buf_bytes(&text), &request.signer, why);
	if (e == ERR_OK && request.own_signer_key == NULL) {
		request.has_throw_away_key = true;
		e = key_parse_pem(buf_bytes(&text), &request.own_signer_key, why);
	}
	if (e == ERR_OK && !bytes_is_equal(request.signer->spki, key_get_spki(request.own_signer_key)))
		e = why_set(why, ERR_KEY, "%s: the key is not the one of the certificate that signed the request", path);
	if (e == ERR_OK)
		*out = request;
	else
		scepcli_request_clear(&request);
	buf_clear(&text);
	return e;
}
