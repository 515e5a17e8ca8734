#include <config.h>

#include "ctl/scepcli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/decode.h"
#include "ctl/file.h"
#include "scep/media_type.h"

enum { INDENT = 2 };

void scepcli_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("scepcli: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

void scepcli_check_media_type(const struct http_client_reply *reply, const char *expected)
{
	struct why shown = { 0 };

	if (strcmp(reply->media_type, expected) == 0)
		return;
	why_set(&shown, ERR_OK, "%s", reply->media_type); /* control characters become '?' */
	scepcli_say("warning: the Content-Type is \"%s\", not \"%s\"; many devices refuse that", shown.text, expected);
}

enum err scepcli_get_caps(const struct scepcli *cli, struct scep_caps *caps, struct buf *text, struct why *why)
{
	struct http_client_reply reply = { 0 };
	enum err e = scep_client_get_ca_caps(&cli->client, &reply, why);

	if (e != ERR_OK)
		return e;
	scepcli_check_media_type(&reply, SCEP_TYPE_CAPS);
	if (text != NULL)
		e = buf_append(text, buf_bytes(&reply.body));
	if (e == ERR_OK)
		*caps = scep_caps_parse(buf_bytes(&reply.body));
	http_client_reply_clear(&reply);
	return e;
}

enum err scepcli_choose(const struct scep_caps *caps, struct scepcli_choice *choice, struct why *why)
{
	bool is_standard = caps->scep_standard;
	enum cipher cipher = caps->aes || is_standard ? CIPHER_AES128_CBC : caps->des3 ? CIPHER_DES3_CBC : CIPHER_NONE;
	enum digest digest = caps->sha256 || is_standard ? DIGEST_SHA256 : caps->sha512 ? DIGEST_SHA512 : caps->sha384 ? DIGEST_SHA384 :
		caps->sha1 ? DIGEST_SHA1 : DIGEST_NONE;

	if (choice->cipher == CIPHER_NONE && cipher == CIPHER_NONE)
		return why_set(why, ERR_VALUE, "the server advertises neither AES nor DES3: name a cipher with --cipher");
	if (choice->digest == DIGEST_NONE && digest == DIGEST_NONE)
		return why_set(why, ERR_VALUE, "the server advertises no digest from SHA-1 to SHA-512: name one with --digest");
	if (choice->cipher == CIPHER_NONE)
		choice->cipher = cipher;
	if (choice->digest == DIGEST_NONE)
		choice->digest = digest;
	choice->transport = caps->post || is_standard ? SCEP_TRANSPORT_POST : SCEP_TRANSPORT_GET;
	return ERR_OK;
}

static enum err read_ca_file(const char *path, struct ca_set *set, struct why *why)
{
	struct buf pem = { 0 };
	enum err e = file_read(path, FILE_MAX_LEN, &pem, why);

	if (e == ERR_OK)
		e = ca_set_parse_pem(buf_bytes(&pem), set, why);
	buf_clear(&pem);
	return e;
}

static enum err ask_ca_cert(const struct scepcli *cli, const char *ca_identifier, struct ca_set *set, struct why *why)
{
	struct http_client_reply reply = { 0 };
	bool is_message;
	enum err e = scep_client_get_ca_cert(&cli->client, ca_identifier, &reply, why);

	if (e == ERR_OK && (e = ca_set_parse(buf_bytes(&reply.body), &is_message, set, why)) == ERR_OK)
		scepcli_check_media_type(&reply, is_message ? SCEP_TYPE_CA_RA_CERT : SCEP_TYPE_CA_CERT);
	http_client_reply_clear(&reply);
	return e;
}

enum err scepcli_get_ca(const struct scepcli *cli, const char *ca_file, const char *ca_identifier, const char *fingerprint,
	struct ca_set *set, struct why *why)
{
	struct ca_set made = { 0 };
	enum err e = ca_file != NULL ? read_ca_file(ca_file, &made, why) : ask_ca_cert(cli, ca_identifier, &made, why);

	if (e == ERR_OK && fingerprint != NULL)
		e = ca_set_pin(&made, fingerprint, why);
	if (e == ERR_OK)
		e = ca_set_check_trust(&made, ca_set_recipient(&made), why);
	if (e == ERR_OK)
		*set = made;
	else
		ca_set_clear(&made);
	return e;
}

enum err scepcli_show_set(const struct ca_set *set, const char *role)
{
	struct buf text = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < set->count; i++)
		if ((e = buf_append_format(&text, "%s%zu: %s\n", i > 0 ? "\n" : "", i + 1, role != NULL ? role : ca_set_role(set, i))) == ERR_OK)
			e = decode_cert(set->cert[i], INDENT, &text);
	if (e == ERR_OK)
		fwrite(text.ptr, 1, text.len, stdout);
	buf_clear(&text);
	return e;
}

enum err scepcli_write_set(const struct ca_set *set, const char *path, struct why *why)
{
	struct buf pem = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < set->count; i++)
		e = cert_encode_pem(buf_bytes(&set->cert[i]->der), &pem);
	if (e == ERR_OK)
		e = file_write(path, buf_bytes(&pem), FILE_PUBLIC, why);
	buf_clear(&pem);
	return e;
}
