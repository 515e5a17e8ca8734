#include <config.h>

#include "ctl/scepcli_lookup.h"

#include <string.h>

#include "base/text.h"
#include "ctl/scepcli_reply.h"
#include "pki/der.h"
#include "scep/body.h"

enum { TRANSACTION_LEN = 16 /* random octets */ };

/* "0x" in front and half an octet are what other programs print. */
static enum err decode_digits(const char *hex, struct buf *octets)
{
	struct buf digits = { 0 };
	enum err e = ERR_OK;

	if (strncmp(hex, "0x", 2) == 0)
		hex += 2;
	if (strpbrk(hex, ": ") == NULL && strlen(hex) % 2 == 1)
		e = buf_append_byte(&digits, '0');
	if (e == ERR_OK && (e = buf_append_str(&digits, hex)) == ERR_OK)
		e = text_decode_hex(buf_bytes(&digits), octets);
	buf_clear(&digits);
	return e;
}

enum err scepcli_serial_read(const char *hex, struct buf *content, struct why *why)
{
	struct buf octets = { 0 }, integer = { 0 };
	struct der_element element;
	enum err e = decode_digits(hex, &octets);

	if (e == ERR_TEXT || (e == ERR_OK && (octets.len == 0 || octets.len > CERT_MAX_SERIAL_LEN)))
		e = why_set(why, ERR_USAGE, "\"%s\" is no serial number: that is 1 to %d octets in hexadecimal", hex, CERT_MAX_SERIAL_LEN);
	if (e == ERR_OK && (e = der_put_unsigned(&integer, buf_bytes(&octets))) == ERR_OK &&
	    (e = der_read_only(buf_bytes(&integer), DER_INTEGER, &element)) == ERR_OK)
		e = buf_append(content, element.value);
	buf_clear(&octets);
	buf_clear(&integer);
	return e;
}

static enum err make_transaction_id(const struct random *random, struct buf *out)
{
	uint8_t octets[TRANSACTION_LEN];
	enum err e = random_fill(random, octets, sizeof octets);

	return e == ERR_OK ? text_encode_hex(bytes_from(octets, sizeof octets), out) : e;
}

enum err scepcli_lookup(const struct scepcli_session *session, int type, struct bytes serial, struct scepcli_request *request, struct buf *content,
	struct why *why)
{
	struct buf reply = { 0 };
	enum err e;

	request->type = type;
	if ((e = scepcli_request_take_signer(command_get(session->line, "cert"), command_get(session->line, "key"), request, why)) != ERR_OK ||
	    (e = make_transaction_id(&session->cli->random, &request->transaction_id)) != ERR_OK ||
	    (e = scep_issuer_and_serial_encode(request->signer->issuer, serial.len > 0 ? serial : request->signer->serial, &request->body)) != ERR_OK ||
	    (e = scepcli_request_encode(session, request, why)) != ERR_OK ||
	    (e = scepcli_session_keep(session, buf_bytes(&request->message), bytes_from(NULL, 0), why)) != ERR_OK ||
	    (e = scepcli_session_send(session, buf_bytes(&request->message), &reply, why)) != ERR_OK)
		goto out;
	e = scepcli_reply_content(session, request, buf_bytes(&reply), content, why);
out:
	buf_clear(&reply);
	return e;
}

enum err scepcli_lookup_run(struct scepcli *cli, const struct command_line *line,
	enum err (*get)(const struct scepcli_session *session, struct bytes serial, struct why *why), struct why *why)
{
	const char *hex = command_get(line, "serial");
	struct scepcli_needs needs = { true, true, true };
	struct scepcli_session session = { 0 };
	struct buf serial = { 0 };
	enum err e;

	if ((hex == NULL || (e = scepcli_serial_read(hex, &serial, why)) == ERR_OK) && (e = scepcli_session_open(cli, line, &needs, &session, why)) == ERR_OK)
		e = get(&session, buf_bytes(&serial), why);
	scepcli_session_close(&session);
	buf_clear(&serial);
	return e;
}
