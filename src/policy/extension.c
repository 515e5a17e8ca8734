#include <config.h>

#include "policy/extension.h"

#include <string.h>

#include "base/text.h"

enum { DOTTED_SIZE = 128 };

/* What is decided otherwise: nobody can bring CA:TRUE or an account in by this door. */
static bool is_made_elsewhere(struct bytes oid)
{
	static const enum oid made[] = {
		OID_SUBJECT_KEY_ID, OID_KEY_USAGE, OID_SUBJECT_ALT_NAME, OID_BASIC_CONSTRAINTS, OID_CRL_DISTRIBUTION_POINTS, OID_AUTHORITY_KEY_ID, OID_EXT_KEY_USAGE,
		OID_AUTHORITY_INFO_ACCESS, OID_FRESHEST_CRL, OID_MS_SID,
	};

	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
		if (oid_is(oid, made[i]))
			return true;
	return false;
}

static enum err read_oid(const char *text, size_t len, struct buf *out, struct why *why)
{
	char dotted[DOTTED_SIZE];
	enum err e;

	if (len == 0 || len >= sizeof dotted)
		return why_set(why, ERR_VALUE, "an extension is given as OID=HEX or critical:OID=HEX");
	memcpy(dotted, text, len);
	dotted[len] = '\0';
	if ((e = oid_parse(dotted, out)) == ERR_TEXT)
		return why_set(why, ERR_VALUE, "%s is no object identifier", dotted);
	if (e == ERR_OK && is_made_elsewhere(buf_bytes(out)))
		return why_set(why, ERR_VALUE, "the extension %s is made by scepgate itself", dotted);
	return e;
}

enum err extension_put(const char *text, struct buf *out, struct why *why)
{
	static const char critical[] = "critical:";
	bool is_critical = strncmp(text, critical, sizeof critical - 1) == 0;
	const char *dotted = is_critical ? text + sizeof critical - 1 : text;
	size_t dotted_len = strcspn(dotted, "=");
	struct buf oid = { 0 }, value = { 0 };
	enum err e;

	if ((e = read_oid(dotted, dotted[dotted_len] == '=' ? dotted_len : 0, &oid, why)) != ERR_OK)
		goto out;
	if ((e = text_decode_hex(bytes_from_str(dotted + dotted_len + 1), &value)) == ERR_OK)
		e = ext_put_custom(out, buf_bytes(&oid), is_critical, buf_bytes(&value), why);
	else if (e != ERR_MEMORY)
		e = why_set(why, ERR_VALUE, "the value of an extension is given in hexadecimal");
out:
	buf_clear(&oid);
	buf_clear(&value);
	return e;
}
