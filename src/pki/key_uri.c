#include <config.h>

#include "pki/key_uri.h"

#include <string.h>

#include "base/text.h"
#include "pki/key.h"

/* pk11-URI = "pkcs11:" [ pk11-path ] [ "?" pk11-query ]; attributes of the path end with ";", those of the query with "&"  -- RFC 7512 section 2.3 */

#define SCHEME KEY_URI_SCHEME
#define TYPE_PRIVATE "private"

/* What a path may say, and a bit for each to see it once. */
static const char *const path_attributes[] = {
	"token", "manufacturer", "serial", "model", "library-manufacturer", "library-version", "library-description", "object", "type", "id",
	"slot-manufacturer", "slot-description", "slot-id",
};
enum { PATH_ATTRIBUTES = sizeof path_attributes / sizeof path_attributes[0] };

struct attribute {
	struct bytes name, value;
};

/* Take the next attribute off. @return false at the end. */
static bool next_attribute(struct bytes *rest, char separator, struct attribute *out)
{
	const uint8_t *end, *equals;
	struct bytes whole = *rest;

	if (rest->len == 0)
		return false;
	if ((end = memchr(rest->ptr, separator, rest->len)) != NULL) {
		whole.len = (size_t)(end - rest->ptr);
		*rest = bytes_from(end + 1, rest->len - whole.len - 1);
	} else {
		*rest = bytes_from(rest->ptr + rest->len, 0);
	}
	equals = memchr(whole.ptr, '=', whole.len);
	*out = (struct attribute){ whole, { NULL, 0 } };
	if (equals != NULL) {
		out->name.len = (size_t)(equals - whole.ptr);
		out->value = bytes_from(equals + 1, whole.len - out->name.len - 1);
	}
	return true;
}

/* Visible ASCII, and every '%' with its two digits. */
static bool is_well_formed(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] <= 0x20 || text.ptr[i] >= 0x7f)
			return false;
		if (text.ptr[i] == '%' && (text.len - i < 3 || text_hex_value(text.ptr[i + 1]) < 0 || text_hex_value(text.ptr[i + 2]) < 0))
			return false;
	}
	return true;
}

static int find_path_attribute(struct bytes name)
{
	for (int i = 0; i < PATH_ATTRIBUTES; i++)
		if (bytes_is_str(name, path_attributes[i]))
			return i;
	return -1;
}

static enum err check_path(struct bytes path, bool *has_type, struct why *why)
{
	struct attribute attribute;
	unsigned seen = 0;
	bool names_object = false;

	*has_type = false;
	while (next_attribute(&path, ';', &attribute)) {
		int which = find_path_attribute(attribute.name);

		if (which < 0)
			return why_set(why, ERR_VALUE, "the pkcs11 URI has an attribute that is not known, or that may not stand before the '?'");
		if ((seen >> which & 1) != 0 || attribute.value.len == 0)
			return why_set(why, ERR_VALUE, "the pkcs11 URI has the attribute %s twice, or without a value", path_attributes[which]);
		seen |= 1u << which;
		names_object = names_object || bytes_is_str(attribute.name, "object") || bytes_is_str(attribute.name, "id");
		if (!bytes_is_str(attribute.name, "type"))
			continue;
		*has_type = true;
		if (!bytes_is_str(attribute.value, TYPE_PRIVATE))
			return why_set(why, ERR_VALUE, "the pkcs11 URI is not that of a private key (type=" TYPE_PRIVATE ")");
	}
	return names_object ? ERR_OK : why_set(why, ERR_VALUE, "the pkcs11 URI names neither object nor id of a key");
}

/* A path, or a "file:" URI of this host (RFC 8089). */
static enum err read_pin_source(struct bytes value, struct buf *out, struct why *why)
{
	struct buf text = { 0 };
	struct bytes path;
	enum err e;

	if ((e = buf_append(&text, value)) != ERR_OK || (e = text_decode_percent(&text)) != ERR_OK)
		goto out;
	path = buf_bytes(&text);
	if (path.len >= 5 && bytes_is_str_nocase(bytes_from(path.ptr, 5), "file:"))
		path = bytes_from(path.ptr + 5, path.len - 5);
	if (path.len >= 3 && bytes_is_str(bytes_from(path.ptr, 3), "///"))
		path = bytes_from(path.ptr + 2, path.len - 2);
	if (path.len == 0 || path.ptr[0] != '/' || memchr(path.ptr, '\0', path.len) != NULL)
		e = why_set(why, ERR_VALUE, "the pin-source of the pkcs11 URI is not an absolute path, or \"file:\" and one");
	else if ((e = buf_append(out, path)) == ERR_OK)
		e = buf_terminate(out);
out:
	buf_clear(&text);
	return e;
}

static enum err read_query(struct bytes query, struct buf *pin_path, struct why *why)
{
	struct attribute attribute;
	enum err e;

	while (next_attribute(&query, '&', &attribute)) {
		if (bytes_is_str(attribute.name, "pin-value"))
			return why_set(why, ERR_VALUE, "the pkcs11 URI has a pin-value; a PIN is read from a file, see pin-source");
		if (bytes_is_str(attribute.name, "module-path") || bytes_is_str(attribute.name, "module-name"))
			return why_set(why, ERR_VALUE, "the pkcs11 URI names a module; modules are those of p11-kit's configuration");
		if (!bytes_is_str(attribute.name, "pin-source") || pin_path->len > 0)
			return why_set(why, ERR_VALUE, "the pkcs11 URI has something else than one pin-source behind the '?'");
		if ((e = read_pin_source(attribute.value, pin_path, why)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err key_uri_split(const char *uri, struct buf *object, struct buf *pin_path, struct why *why)
{
	struct bytes whole = bytes_from_str(uri), path, query = { NULL, 0 };
	const size_t scheme_len = strlen(SCHEME);
	const uint8_t *mark;
	bool has_type;
	enum err e;

	if (whole.len <= scheme_len || !bytes_is_str_nocase(bytes_from(whole.ptr, scheme_len), SCHEME))
		return why_set(why, ERR_VALUE, "this is no pkcs11 URI");
	if (whole.len > KEY_URI_MAX_LEN || !is_well_formed(whole))
		return why_set(why, ERR_VALUE, "the pkcs11 URI is longer than %d characters, or has some that must be escaped", KEY_URI_MAX_LEN);
	path = bytes_from(whole.ptr + scheme_len, whole.len - scheme_len);
	if ((mark = memchr(path.ptr, '?', path.len)) != NULL) {
		query = bytes_from(mark + 1, path.len - (size_t)(mark - path.ptr) - 1);
		path.len = (size_t)(mark - path.ptr);
	}
	if ((e = check_path(path, &has_type, why)) != ERR_OK || (e = read_query(query, pin_path, why)) != ERR_OK ||
	    (e = buf_append_str(object, SCHEME)) != ERR_OK || (e = buf_append(object, path)) != ERR_OK)
		return e;
	if (!has_type && (e = buf_append_str(object, ";type=" TYPE_PRIVATE)) != ERR_OK)
		return e;
	return buf_terminate(object);
}

enum err key_uri_check(const char *uri, struct why *why)
{
	struct buf object = { 0 }, pin_path = { 0 };
	enum err e = key_uri_split(uri, &object, &pin_path, why);

	buf_clear(&object);
	buf_clear(&pin_path);
	return e;
}
