#include <config.h>

#include "ctl/scep_stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/crl.h"
#include "pki/name.h"
#include "scep/body.h"
#include "scep/media_type.h"
#include "scep/next_ca.h"
#include "scep/query.h"
#include "scep/reply.h"
#include "support/identity.h"
#include "support/unit.h"

enum { DAY_S = 86400 };

static void must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "scep_stub: %s: %s\n", what, err_name(e));
	abort();
}

/* Issue a certificate for a key, also with what is no CA: cert_sign() would refuse that, so it is told that all may issue. */
static struct cert *issue(struct cert_template tbs, const struct cert *issuer, const struct key *issuer_key)
{
	struct random random = random_system();
	struct cert any_issuer;
	struct pubkey *pubkey = NULL;
	struct cert *cert = NULL;
	struct buf der = { 0 };

	tbs.path_len = -1;
	tbs.not_before_utc = SCEP_STUB_NOW_UTC - DAY_S;
	tbs.not_after_utc = SCEP_STUB_NOW_UTC + 365 * DAY_S;
	must(pubkey_parse(tbs.spki, &pubkey, NULL), "public key");
	if (issuer != NULL) {
		any_issuer = *issuer;
		any_issuer.is_ca = true;
		any_issuer.has_key_usage = false;
	}
	must(cert_sign(&tbs, pubkey, issuer == NULL ? NULL : &any_issuer, issuer_key, &random, NULL, &der, NULL), "certificate");
	must(cert_parse(buf_bytes(&der), &cert, NULL), "parse");
	pubkey_free(pubkey);
	buf_clear(&der);
	return cert;
}

static struct key *load_key(const char *vector)
{
	struct key *key = NULL;

	must(key_parse_pem(unit_vector(vector), &key, NULL), vector);
	return key;
}

struct cert *scep_stub_issue(const char *name, const struct key *key, bool is_ca, unsigned key_usage, const struct cert *issuer,
	const struct key *issuer_key)
{
	struct buf subject = { 0 };
	struct cert *cert;

	must(name_parse_text(name, &subject, NULL), name);
	cert = issue((struct cert_template){ .subject = buf_bytes(&subject), .spki = key_get_spki(key), .is_ca = is_ca, .key_usage = key_usage }, issuer,
		issuer_key);
	buf_clear(&subject);
	return cert;
}

void scep_stub_init(struct scep_stub *stub)
{
	static const unsigned ra_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT,
		ca_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN;

	*stub = (struct scep_stub){ .caps = "POSTPKIOperation\nAES\nSHA-256\n" };
	stub->ca_key = load_key("cert/ca_rsa.key");
	stub->other_ca_key = load_key("cert/ca_p384.key");
	stub->ra_key = load_key("cms/ra.key");
	stub->other_ra_key = load_key("cms/other.key");
	stub->ca = scep_stub_issue("CN=Stub CA", stub->ca_key, true, ca_usage | ra_usage, NULL, stub->ca_key);
	stub->other_ca = scep_stub_issue("CN=Stub CA", stub->other_ca_key, true, ca_usage, NULL, stub->other_ca_key);
	stub->ra = scep_stub_issue("CN=Stub RA", stub->ra_key, false, ra_usage, stub->ca, stub->ca_key);
	stub->other_ra = scep_stub_issue("CN=Stub RA", stub->other_ra_key, false, ra_usage, stub->other_ca, stub->other_ca_key);
}

void scep_stub_clear(struct scep_stub *stub)
{
	if (stub->http.pid != 0)
		http_stub_stop(&stub->http);
	cert_free(stub->ca);
	cert_free(stub->other_ca);
	cert_free(stub->ra);
	cert_free(stub->other_ra);
	key_free(stub->ca_key);
	key_free(stub->other_ca_key);
	key_free(stub->ra_key);
	key_free(stub->other_ra_key);
	buf_clear(&stub->kept_csr);
	buf_clear(&stub->kept_id);
	buf_clear(&stub->kept_challenge);
	*stub = (struct scep_stub){ 0 };
}

static void put_ca_cert(const struct scep_stub *stub, struct buf *reply)
{
	struct bytes certs[] = { buf_bytes(&stub->ra->der), buf_bytes(&stub->ca->der) };
	struct buf body = { 0 };

	if (stub->only_ca) {
		must(buf_append(&body, certs[1]), "body");
		http_stub_put_reply(reply, 200, stub->ca_type != NULL ? stub->ca_type : "application/x-x509-ca-cert", "", buf_bytes(&body));
	} else {
		must(cms_certs_only_encode(certs, stub->without_chain ? 1 : 2, &body, NULL), "certificates");
		http_stub_put_reply(reply, 200, stub->ca_type != NULL ? stub->ca_type : "application/x-x509-ca-ra-cert", "", buf_bytes(&body));
	}
	buf_clear(&body);
}

/* What a request asks, opened. */
static void open_envelope(const struct scep_stub *stub, const struct scep_message *request, struct buf *plain)
{
	struct random random = random_system();

	must(cms_enveloped_open(request->envelope, stub->only_ca ? stub->ca : stub->ra, stub->only_ca ? stub->ca_key : stub->ra_key, &random, plain, NULL),
		"envelope");
}

static void keep(struct scep_stub *stub, const struct scep_message *request, const struct csr *csr)
{
	buf_reset(&stub->kept_csr);
	buf_reset(&stub->kept_id);
	buf_reset(&stub->kept_challenge);
	must(buf_append(&stub->kept_csr, buf_bytes(&csr->der)), "keep");
	must(buf_append(&stub->kept_id, request->transaction_id), "keep");
	must(buf_append(&stub->kept_challenge, buf_bytes(&csr->challenge)), "keep");
}

/* The CSR of a request, or the one that was kept when a poll names it rightly. NULL: a poll that fits nothing. */
static struct csr *find_csr(struct scep_stub *stub, const struct scep_message *request)
{
	struct scep_issuer_and_subject names = { 0 };
	struct buf plain = { 0 };
	struct csr *csr = NULL;

	open_envelope(stub, request, &plain);
	if (request->type == SCEP_CERT_POLL) {
		must(scep_issuer_and_subject_parse(buf_bytes(&plain), &names, NULL), "IssuerAndSubject");
		must(csr_parse(buf_bytes(&stub->kept_csr), &csr, NULL), "kept request");
		if (!bytes_is_equal(names.issuer, stub->ca->subject) || !bytes_is_equal(names.subject, csr->subject) ||
		    !bytes_is_equal(request->transaction_id, buf_bytes(&stub->kept_id))) {
			csr_free(csr);
			csr = NULL;
		}
	} else {
		must(csr_parse(buf_bytes(&plain), &csr, NULL), "request");
		keep(stub, request, csr);
	}
	scep_issuer_and_subject_clear(&names);
	buf_clear(&plain);
	return csr;
}

/* How the stub answers one request. */
struct answer {
	struct scep_responder responder;
	struct scep_reply_style style;
	struct random random;
};

/* The certificates of a SUCCESS. */
static void put_success(const struct scep_stub *stub, const struct scep_message *request, const struct answer *answer, const struct csr *csr,
	struct buf *body)
{
	bool is_other_ca = stub->mode == STUB_OTHER_CA;
	struct bytes password = buf_bytes(&stub->kept_challenge);
	struct cert_template tbs = { .subject = csr->subject, .spki = stub->mode == STUB_OTHER_KEY ? key_get_spki(stub->other_ra_key) : csr->spki,
		.key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .san_count = csr->ext.san_count };
	struct bytes certs[2], san[EXT_MAX_SAN];
	struct cert *issued;
	size_t count = 1;

	for (size_t i = 0; i < csr->ext.san_count; i++)
		san[i] = csr->ext.san[i].raw;
	tbs.san = san;
	issued = issue(tbs, is_other_ca ? stub->other_ca : stub->ca, is_other_ca ? stub->other_ca_key : stub->ca_key);
	certs[0] = buf_bytes(&issued->der);
	if (stub->mode == STUB_CA_CERT_FIRST) {
		certs[0] = buf_bytes(&stub->ca->der);
		certs[1] = buf_bytes(&issued->der);
		count = 2;
	} else if (stub->mode == STUB_NO_CERTIFICATE) {
		count = 0;
	}
	must(scep_reply_success(request, &answer->responder, &answer->style, certs, count, password.len > 0 ? &password : NULL, &answer->random, body, NULL),
		"reply");
	cert_free(issued);
}

static void put_crl(const struct scep_stub *stub, const struct scep_message *request, const struct answer *answer, struct bytes serial, struct buf *body)
{
	bool is_other_ca = stub->mode == STUB_OTHER_CA;
	struct crl_entry entry = { serial, SCEP_STUB_NOW_UTC - DAY_S, CRL_REASON_KEY_COMPROMISE };
	struct crl_template crl = { .number = 7, .this_update_utc = SCEP_STUB_NOW_UTC - DAY_S, .next_update_utc = SCEP_STUB_NOW_UTC + DAY_S, .entries = &entry,
		.count = stub->revokes ? 1 : 0 };
	struct buf der = { 0 };

	must(crl_sign(&crl, is_other_ca ? stub->other_ca : stub->ca, is_other_ca ? stub->other_ca_key : stub->ca_key, &der, NULL), "CRL");
	must(scep_reply_crl(request, &answer->responder, &answer->style, buf_bytes(&der), &answer->random, body, NULL), "reply");
	buf_clear(&der);
}

/* GetCert and GetCRL: of the certificate that asks, or badCertId. */
static void put_lookup(const struct scep_stub *stub, const struct scep_message *request, const struct answer *answer, struct buf *body)
{
	const struct cert *asks = request->cms->signer;
	struct bytes cert = buf_bytes(stub->mode == STUB_OTHER_KEY ? &stub->ra->der : &asks->der);
	struct scep_issuer_and_serial wanted = { 0 };
	struct buf plain = { 0 };

	open_envelope(stub, request, &plain);
	must(scep_issuer_and_serial_parse(buf_bytes(&plain), &wanted, NULL), "IssuerAndSerialNumber");
	if (!bytes_is_equal(wanted.issuer, asks->issuer) || !bytes_is_equal(wanted.serial, asks->serial))
		must(scep_reply_failure(request, &answer->responder, &answer->style, FAIL_BAD_CERT_ID, NULL, &answer->random, body, NULL), "failure");
	else if (request->type == SCEP_GET_CRL)
		put_crl(stub, request, answer, wanted.serial, body);
	else
		must(scep_reply_success(request, &answer->responder, &answer->style, &cert, 1, NULL, &answer->random, body, NULL), "reply");
	scep_issuer_and_serial_clear(&wanted);
	buf_clear(&plain);
}

static void put_granted(struct scep_stub *stub, const struct scep_message *request, const struct answer *answer, struct buf *body)
{
	struct csr *csr;

	if (request->type == SCEP_GET_CERT || request->type == SCEP_GET_CRL) {
		put_lookup(stub, request, answer, body);
		return;
	}
	csr = find_csr(stub, request);
	if (csr == NULL)
		must(scep_reply_failure(request, &answer->responder, &answer->style, FAIL_BAD_CERT_ID, "no such transaction", &answer->random, body, NULL), "failure");
	else if (stub->pending_count > 0 && stub->pending_count-- > 0)
		must(scep_reply_pending(request, &answer->responder, &answer->style, &answer->random, body, NULL), "pending");
	else
		put_success(stub, request, answer, csr, body);
	csr_free(csr);
}

static void put_certrep(struct scep_stub *stub, struct scep_message *request, struct buf *body)
{
	static const uint8_t other[] = "AAAAAAAAAAAAAAAA";
	bool is_other = stub->mode == STUB_OTHER_SIGNER;
	struct answer answer = {
		.responder = { is_other ? stub->other_ra : stub->only_ca ? stub->ca : stub->ra,
			is_other ? stub->other_ra_key : stub->only_ca ? stub->ca_key : stub->ra_key },
		.style = { request->cms->digest, request->envelope == NULL ? CIPHER_AES128_CBC : request->envelope->cipher },
		.random = random_system(),
	};

	if (stub->mode == STUB_OTHER_NONCE)
		request->sender_nonce = bytes_from(other, sizeof other - 1);
	if (stub->mode == STUB_OTHER_TRANSACTION)
		request->transaction_id = bytes_from(other, sizeof other - 1);
	switch (stub->mode) {
	case STUB_REFUSES:
		must(scep_reply_failure(request, &answer.responder, &answer.style, FAIL_BAD_REQUEST, "not \x1b[31mtoday", &answer.random, body, NULL), "failure");
		break;
	case STUB_REFUSES_SILENTLY:
		must(scep_reply_failure(request, &answer.responder, &answer.style, FAIL_BAD_ALG, NULL, &answer.random, body, NULL), "failure");
		break;
	case STUB_PENDING:
		must(scep_reply_pending(request, &answer.responder, &answer.style, &answer.random, body, NULL), "pending");
		break;
	case STUB_GOOD:
	case STUB_OTHER_SIGNER:
	case STUB_OTHER_NONCE:
	case STUB_OTHER_TRANSACTION:
	case STUB_OTHER_KEY:
	case STUB_OTHER_CA:
	case STUB_CA_CERT_FIRST:
	case STUB_NO_CERTIFICATE:
		put_granted(stub, request, &answer, body);
		break;
	case STUB_ECHO:
	case STUB_GARBAGE:
		break;
	}
}

/* The other CA certificate comes next. */
static void put_next_ca(const struct scep_stub *stub, struct buf *reply)
{
	bool is_other = stub->mode == STUB_OTHER_SIGNER;
	struct bytes next = buf_bytes(&stub->other_ca->der);
	struct buf body = { 0 };

	must(scep_next_ca_encode(&next, 1, is_other ? stub->other_ca : stub->ca, is_other ? stub->other_ca_key : stub->ca_key, DIGEST_SHA256, &body, NULL), "next CA");
	http_stub_put_reply(reply, 200, stub->ca_type != NULL ? stub->ca_type : SCEP_TYPE_NEXT_CA, "", buf_bytes(&body));
	buf_clear(&body);
}

static void put_pki_operation(struct scep_stub *stub, struct bytes message, struct buf *reply)
{
	struct scep_message *request = NULL;
	struct buf body = { 0 };

	if (stub->status != 0) {
		http_stub_put_reply(reply, stub->status, "text/plain", stub->status == 503 ? "Retry-After: 10\r\n" : "",
			bytes_from_str("des-cbc 1.3.14.3.2.7\nmore\n"));
		return;
	}
	if (stub->mode == STUB_ECHO) {
		must(buf_append(&body, message), "echo");
	} else if (stub->mode == STUB_GARBAGE) {
		must(buf_append_str(&body, "<html>"), "garbage");
	} else {
		must(scep_message_parse(message, &request, NULL), "message");
		put_certrep(stub, request, &body);
	}
	http_stub_put_reply(reply, 200, stub->reply_type != NULL ? stub->reply_type : "application/x-pki-message", "", buf_bytes(&body));
	scep_message_free(request);
	buf_clear(&body);
}

static void handle(const struct http_stub_seen *seen, void *context, struct buf *reply)
{
	struct scep_stub *stub = context;
	const char *mark = strchr(seen->target, '?');
	struct scep_query query = { 0 };
	struct buf message = { 0 };

	must(scep_query_parse(bytes_from_str(mark == NULL ? "" : mark + 1), &query, NULL), "query");
	switch (query.operation) {
	case SCEP_OP_GET_CA_CAPS:
		http_stub_put_reply(reply, stub->caps == NULL ? 404 : 200, stub->caps_type != NULL ? stub->caps_type : "text/plain", "",
			bytes_from_str(stub->caps));
		break;
	case SCEP_OP_GET_CA_CERT:
		put_ca_cert(stub, reply);
		break;
	case SCEP_OP_GET_NEXT_CA_CERT:
		put_next_ca(stub, reply);
		break;
	case SCEP_OP_PKI_OPERATION:
		if (strcmp(seen->method, "GET") == 0)
			must(scep_query_decode_message(query.message, &message, NULL), "base64");
		else
			must(buf_append(&message, bytes_from(seen->body, seen->body_len)), "body");
		put_pki_operation(stub, buf_bytes(&message), reply);
		break;
	}
	buf_clear(&message);
}

void scep_stub_start(struct scep_stub *stub)
{
	http_stub_start(handle, stub, &stub->http);
}
