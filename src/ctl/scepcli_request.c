#include <config.h>

#include "ctl/scepcli_request.h"

#include <string.h>

#include "ctl/file.h"
#include "pki/der.h"
#include "pki/name.h"

static const char throw_away_key_type[] = "rsa:2048";

void scepcli_request_clear(struct scepcli_request *request)
{
	key_free(request->key);
	key_free(request->own_signer_key);
	cert_free(request->signer);
	buf_clear(&request->csr);
	buf_clear(&request->body);
	buf_clear(&request->issuer);
	buf_clear(&request->subject);
	buf_clear(&request->challenge);
	buf_clear(&request->spki);
	buf_clear(&request->transaction_id);
	buf_clear(&request->sender_nonce);
	buf_clear(&request->message);
	*request = (struct scepcli_request){ 0 };
}

const struct key *scepcli_request_signer_key(const struct scepcli_request *request)
{
	return request->own_signer_key != NULL ? request->own_signer_key : request->key;
}

struct scep_request_plan scepcli_request_plan(const struct scepcli_request *request)
{
	return (struct scep_request_plan){ .type = request->type, .content = buf_bytes(request->body.len > 0 ? &request->body : &request->csr),
		.signer = request->signer, .key = scepcli_request_signer_key(request), .digest = request->digest,
		.transaction_id = buf_bytes(&request->transaction_id), .sender_nonce = buf_bytes(&request->sender_nonce),
		.password = buf_bytes(&request->challenge) };
}

/* The key to be certified: one that is there, or a new one, which is kept in its file before it is used. */
static enum err take_key(const struct scepcli_wish *wish, struct scepcli_request *request, struct why *why)
{
	struct buf pem = { 0 };
	enum err e;

	if (wish->key != NULL)
		return scepcli_key_read(wish->key, &request->key, why);
	if (wish->csr != NULL || wish->envelope != NULL)
		return ERR_OK;
	if ((e = scepcli_key_make(wish->key_type, &request->key, why)) == ERR_OK && (e = key_encode_pem(request->key, &pem, why)) == ERR_OK)
		e = file_write(wish->key_out, buf_bytes(&pem), FILE_PRIVATE, why);
	buf_clear(&pem);
	return e;
}

static enum err take_csr(const struct scepcli_wish *wish, enum digest digest, struct scepcli_request *request, struct why *why)
{
	struct csr *csr = NULL;
	enum err e;

	e = wish->csr != NULL ? scepcli_csr_read(wish->csr, &request->csr, why) : scepcli_csr_make(&wish->names, request->key, digest, &request->csr, why);
	if (e == ERR_OK && (e = csr_parse(buf_bytes(&request->csr), &csr, why)) == ERR_OK &&
	    (e = buf_append(&request->spki, csr->spki)) == ERR_OK && (e = buf_append(&request->subject, csr->subject)) == ERR_OK)
		e = buf_append(&request->challenge, buf_bytes(&csr->challenge));
	if (e == ERR_OK && request->key != NULL && !bytes_is_equal(key_get_spki(request->key), csr->spki))
		e = why_set(why, ERR_KEY, "the key of --key is not the one that the certification request is for");
	csr_free(csr);
	return e;
}

/* The signer's key: one that is named, else that of the request when replies can be encrypted to it, else one that is thrown away. */
static enum err take_signer_key(const struct scepcli_wish *wish, struct scepcli_request *request, struct why *why)
{
	if (wish->signer_key != NULL)
		return scepcli_key_read(wish->signer_key, &request->own_signer_key, why);
	if (request->key != NULL && (key_get_kind(request->key) == KEY_KIND_RSA || wish->signer_cert != NULL))
		return ERR_OK;
	if (wish->signer_cert != NULL)
		return why_set(why, ERR_USAGE, "--signer-cert needs --signer-key or --key");
	scepcli_say("a throw-away RSA key signs the message, because replies are encrypted to the signer");
	request->has_throw_away_key = true;
	return scepcli_key_make(throw_away_key_type, &request->own_signer_key, why);
}

static enum err read_signer_cert(const char *path, struct scepcli_request *request, struct why *why)
{
	enum err e = scepcli_cert_read(path, &request->signer, why);

	if (e == ERR_OK && !bytes_is_equal(request->signer->spki, key_get_spki(scepcli_request_signer_key(request))))
		e = why_set(why, ERR_KEY, "the key that signs is not the one of the signer's certificate");
	return e;
}

enum err scepcli_request_take_signer(const char *cert_file, const char *key_file, struct scepcli_request *request, struct why *why)
{
	enum err e = scepcli_key_read(key_file, &request->own_signer_key, why);

	return e == ERR_OK ? read_signer_cert(cert_file, request, why) : e;
}

/* A self-signed certificate with the subject of the request (RFC 8894 section 2.3). */
static enum err make_signer_cert(const struct scepcli *cli, const struct scepcli_wish *wish, struct scepcli_request *request, struct why *why)
{
	struct buf subject = { 0 }, der = { 0 };
	enum err e;

	if (request->csr.len > 0)
		e = buf_append(&subject, buf_bytes(&request->subject));
	else if (wish->names.subject != NULL)
		e = name_parse_text(wish->names.subject, &subject, why);
	else
		e = name_from_cn(bytes_from_str("scepcli"), &subject);
	if (e == ERR_OK)
		e = scep_self_signed(buf_bytes(&subject), scepcli_request_signer_key(request), clock_now_utc(&cli->clock), &cli->random, &der, why);
	if (e == ERR_OK)
		e = cert_parse(buf_bytes(&der), &request->signer, why);
	buf_clear(&subject);
	buf_clear(&der);
	return e;
}

/*
 * The same for each try of one enrolment, so that a server can answer it once; in a renewal the old certificate counts too, else the renewal of a
 * key would be a repetition of its first enrolment.
 */
static enum err make_transaction_id(const struct scepcli_wish *wish, struct scepcli_request *request)
{
	struct buf hashed = { 0 };
	enum err e = buf_append(&hashed, request->spki.len > 0 ? buf_bytes(&request->spki) : request->signer->spki);

	if (e == ERR_OK && wish->names.old != NULL)
		e = buf_append(&hashed, buf_bytes(&wish->names.old->der));
	if (e == ERR_OK)
		e = scep_transaction_id(buf_bytes(&hashed), &request->transaction_id);
	buf_clear(&hashed);
	return e;
}

static enum err take_transaction_id(const struct scepcli_wish *wish, struct scepcli_request *request, struct why *why)
{
	const char *id = wish->transaction_id;

	if (id == NULL)
		return make_transaction_id(wish, request);
	if (*id == '\0' || strlen(id) > SCEP_MAX_TRANSACTION_ID_LEN)
		return why_set(why, ERR_USAGE, "--transaction-id takes 1 to %d bytes", SCEP_MAX_TRANSACTION_ID_LEN);
	return buf_append_str(&request->transaction_id, id);
}

/* A message around a ready envelope. */
static enum err encode_around(const char *path, const struct scep_request_plan *plan, struct buf *message, struct why *why)
{
	struct scep_header header = { .type = plan->type, .transaction_id = plan->transaction_id, .transaction_id_tag = DER_PRINTABLE_STRING,
		.sender_nonce = plan->sender_nonce };
	struct buf envelope = { 0 };
	struct bytes slice;
	enum err e = file_read(path, FILE_MAX_LEN, &envelope, why);

	slice = buf_bytes(&envelope);
	if (e == ERR_OK)
		e = scep_message_encode(&header, &slice, plan->signer, plan->key, plan->digest, message, why);
	buf_clear(&envelope);
	return e;
}

/* @param envelope in: file with a ready one; NULL: none. */
static enum err encode(const struct scepcli_session *session, const char *envelope, struct scepcli_request *request, struct why *why)
{
	struct scep_request_plan plan;
	uint8_t *nonce;
	enum err e;

	buf_reset(&request->sender_nonce);
	buf_reset(&request->message);
	if ((e = buf_append_space(&request->sender_nonce, SCEP_NONCE_LEN, &nonce)) != ERR_OK ||
	    (e = random_fill(&session->cli->random, nonce, SCEP_NONCE_LEN)) != ERR_OK)
		return e;
	request->digest = session->choice.digest;
	plan = scepcli_request_plan(request);
	plan.recipient = ca_set_recipient(&session->ca);
	plan.cipher = session->choice.cipher;
	plan.framing = command_is_set(session->line, "ber") ? CMS_FRAMING_BER : CMS_FRAMING_DER;
	if (envelope != NULL)
		return encode_around(envelope, &plan, &request->message, why);
	return scep_request_encode(&plan, &session->cli->random, &request->message, why);
}

enum err scepcli_request_encode(const struct scepcli_session *session, struct scepcli_request *request, struct why *why)
{
	return encode(session, NULL, request, why);
}

enum err scepcli_request_make(const struct scepcli_session *session, const struct scepcli_wish *wish, struct scepcli_request *out,
	struct why *why)
{
	struct scepcli_request request = { .type = wish->type };
	enum err e;

	if ((e = take_key(wish, &request, why)) != ERR_OK)
		goto out;
	if (wish->envelope == NULL)
		e = take_csr(wish, session->choice.digest, &request, why);
	else if (request.key != NULL)
		e = buf_append(&request.spki, key_get_spki(request.key));
	if (e != ERR_OK || (e = take_signer_key(wish, &request, why)) != ERR_OK)
		goto out;
	if (wish->signer_cert != NULL)
		e = read_signer_cert(wish->signer_cert, &request, why);
	else
		e = make_signer_cert(session->cli, wish, &request, why);
	if (e != ERR_OK || (e = take_transaction_id(wish, &request, why)) != ERR_OK || (e = encode(session, wish->envelope, &request, why)) != ERR_OK)
		goto out;
	*out = request;
	request = (struct scepcli_request){ 0 };
out:
	scepcli_request_clear(&request);
	return e;
}

enum err scepcli_request_load(const char *message_file, const char *key_file, const char *signer_key_file, const char *challenge_file,
	struct scepcli_request *out, struct why *why)
{
	struct scepcli_request request = { 0 };
	struct scep_message *message = NULL;
	enum err e;

	if ((key_file != NULL && (e = scepcli_key_read(key_file, &request.key, why)) != ERR_OK) ||
	    (signer_key_file != NULL && (e = scepcli_key_read(signer_key_file, &request.own_signer_key, why)) != ERR_OK) ||
	    (e = scepcli_challenge_read(challenge_file, &request.challenge, why)) != ERR_OK ||
	    (e = file_read(message_file, FILE_MAX_LEN, &request.message, why)) != ERR_OK ||
	    (e = scep_message_parse(buf_bytes(&request.message), &message, why)) != ERR_OK ||
	    (e = cert_parse(buf_bytes(&message->cms->signer->der), &request.signer, why)) != ERR_OK ||
	    (e = buf_append(&request.transaction_id, message->transaction_id)) != ERR_OK ||
	    (e = buf_append(&request.sender_nonce, message->sender_nonce)) != ERR_OK)
		goto out;
	if (request.key != NULL && (e = buf_append(&request.spki, key_get_spki(request.key))) != ERR_OK)
		goto out;
	if (!bytes_is_equal(request.signer->spki, key_get_spki(scepcli_request_signer_key(&request)))) {
		e = why_set(why, ERR_KEY, "the key is not the one that signed the message, so it cannot open the reply");
		goto out;
	}
	request.type = message->type;
	request.digest = message->cms->digest;
	*out = request;
	request = (struct scepcli_request){ 0 };
out:
	scep_message_free(message);
	scepcli_request_clear(&request);
	return e;
}
