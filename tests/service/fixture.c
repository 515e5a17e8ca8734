#include <config.h>

#include "service/fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/password.h"
#include "pki/crypto.h"
#include "pki/name.h"
#include "service/challenge_memo.h"
#include "service/fake_store.h"

static const char key_secret[] = "0123456789abcdef0123456789abcdef";

/* Made once: RSA keys and slow hashes are what a test spends its time on. */
static struct fake_endpoint endpoint;
static struct key *ca_key, *ra_key, *old_ra_key, *device_key, *other_key, *large_key, *ec_key;
static struct fixture_store seen;

/* What a plan borrows, until fixture_stop(). */
enum { KEPT = 2048 };
static struct buf kept[KEPT];
static size_t kept_count;
static struct cert *signer_cert[KEPT];
static size_t signer_count;

static struct buf *keep(void)
{
	CU_ASSERT_FATAL(kept_count < KEPT);
	return &kept[kept_count++];
}

static struct key *make_key(enum key_kind kind, unsigned bits)
{
	struct key *key = NULL;

	CU_ASSERT_EQUAL_FATAL(key_generate(kind, bits, &key, NULL), ERR_OK);
	return key;
}

static void certify(const char *subject, const struct key *key, const struct cert *issuer, const struct key *issuer_key, bool is_ca, struct buf *der)
{
	struct random random = random_system();
	struct pubkey *pubkey = NULL;
	struct buf name = { 0 };

	CU_ASSERT_EQUAL_FATAL(pubkey_parse(key_get_spki(key), &pubkey, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(name_parse_text(subject, &name, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(cert_sign(&(struct cert_template){ .subject = buf_bytes(&name), .spki = key_get_spki(key), .not_before_utc = FIXTURE_NOW_UTC - 1000,
		.not_after_utc = FIXTURE_NOW_UTC + 86400 * 1000 - (is_ca ? 0 : 1000), .is_ca = is_ca, .path_len = -1,
		.key_usage = is_ca ? KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN : KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT },
		pubkey, issuer, issuer_key, &random, NULL, der, NULL), ERR_OK);
	buf_clear(&name);
	pubkey_free(pubkey);
}

static void seal(const struct key *key, struct buf *pkcs8)
{
	CU_ASSERT_EQUAL_FATAL(key_seal_pkcs8(key, bytes_from_str(key_secret), pkcs8, NULL), ERR_OK);
}

static void make_endpoint(void)
{
	struct cert *ca = NULL;

	CU_ASSERT_EQUAL_FATAL(crypto_init(NULL), ERR_OK);
	ca_key = make_key(KEY_KIND_RSA, 2048);
	ra_key = make_key(KEY_KIND_RSA, 2048);
	old_ra_key = make_key(KEY_KIND_RSA, 2048);
	device_key = make_key(KEY_KIND_RSA, 2048);
	other_key = make_key(KEY_KIND_RSA, 2048);
	large_key = make_key(KEY_KIND_RSA, 3072);
	ec_key = make_key(KEY_KIND_EC_P256, 0);
	certify("CN=Test CA", ca_key, NULL, ca_key, true, &endpoint.ca_der);
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&endpoint.ca_der), &ca, NULL), ERR_OK);
	certify("CN=RA", ra_key, ca, ca_key, false, &endpoint.ra_der);
	certify("CN=old RA", old_ra_key, ca, ca_key, false, &endpoint.old_ra_der);
	seal(ca_key, &endpoint.ca_pkcs8);
	seal(ra_key, &endpoint.ra_pkcs8);
	seal(old_ra_key, &endpoint.old_ra_pkcs8);
	CU_ASSERT_EQUAL_FATAL(password_hash(bytes_from_str(FIXTURE_CHALLENGE), &endpoint.challenge_hash, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&endpoint.challenge_hash), ERR_OK);
	cert_free(ca);
}

static void take_line(void *context, enum log_level level, const char *line)
{
	struct buf *text = context;

	(void)level;
	CU_ASSERT_EQUAL(buf_append_str(text, line), ERR_OK);
	CU_ASSERT_EQUAL(buf_append_str(text, "\n"), ERR_OK);
}

void fixture_start(struct fixture *f)
{
	if (ca_key == NULL)
		make_endpoint();
	memset(f, 0, sizeof *f);
	seen = (struct fixture_store){ .generation = 1, .version = 1, .challenge_mode = ENDPOINT_CHALLENGE_STATIC, .renewal = { .is_allowed = true } };
	f->store = &seen;
	f->now_utc = FIXTURE_NOW_UTC;
	f->seed = 1;
	f->client_key = device_key;
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&endpoint.ca_der), &f->ca_cert, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&endpoint.ra_der), &f->ra_cert, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&endpoint.old_ra_der), &f->old_ra_cert, NULL), ERR_OK);
	log_init(&f->log, "test", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	f->log.write = take_line;
	f->log.context = &f->log_text;
	f->service = (struct service){ .store = fake_store_new(f->store, &endpoint), .log = &f->log, .clock = clock_fixed(&f->now_utc), .random = random_counter(&f->seed),
		.keys.secret = bytes_from_str(key_secret), .cache = endpoint_cache_new() };
	f->service.memo = challenge_memo_new(&f->service.random, f->service.keys.secret);
}

void fixture_stop(struct fixture *f)
{
	endpoint_cache_free(f->service.cache);
	challenge_memo_free(f->service.memo);
	fake_store_free(f->service.store);
	cert_free(f->ca_cert);
	cert_free(f->ra_cert);
	cert_free(f->old_ra_cert);
	buf_clear(&f->log_text);
	buf_clear(&seen.issued_der);
	buf_clear(&seen.csr_der);
	buf_clear(&seen.subject);
	buf_clear(&seen.sans);
	buf_clear(&seen.csr_sha256);
	buf_clear(&seen.transaction_id);
	buf_clear(&seen.requester);
	buf_clear(&seen.because);
	buf_clear(&seen.notes);
	buf_clear(&seen.refused_detail);
	buf_clear(&seen.attempt);
	fixture_forget();
}

void fixture_forget(void)
{
	while (kept_count > 0)
		buf_clear(&kept[--kept_count]);
	while (signer_count > 0)
		cert_free(signer_cert[--signer_count]);
}

struct key *fixture_other_key(void)
{
	if (ca_key == NULL)
		make_endpoint();
	return other_key;
}

struct key *fixture_large_key(void)
{
	if (ca_key == NULL)
		make_endpoint();
	return large_key;
}

struct key *fixture_ec_key(void)
{
	if (ca_key == NULL)
		make_endpoint();
	return ec_key;
}

/* GeneralName: dNSName. */
static struct bytes dns_name(const char *dns)
{
	struct buf *name = keep();

	CU_ASSERT_EQUAL_FATAL(der_put(name, DER_CONTEXT(2), bytes_from_str(dns)), ERR_OK);
	return buf_bytes(name);
}

/* Somebody else's CA, of the same name. */
static struct cert *make_false_ca(void)
{
	struct buf der = { 0 };
	struct cert *cert = NULL;

	certify("CN=Test CA", other_key, NULL, other_key, true, &der);
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&der), &cert, NULL), ERR_OK);
	buf_clear(&der);
	return cert;
}

struct cert *fixture_certificate(const struct fixture *f, const struct fixture_certificate *certificate)
{
	struct cert *false_ca = certificate->forged ? make_false_ca() : NULL;
	struct bytes subject_key = key_get_spki(certificate->key == NULL ? f->client_key : certificate->key);
	struct bytes client_auth = oid_get(OID_KP_CLIENT_AUTH), dns = bytes_from(NULL, 0);
	uint64_t seed = 1;
	struct random random = random_counter(&seed);
	struct buf name = { 0 }, der = { 0 };
	struct pubkey *pubkey = NULL;
	struct cert *cert = NULL;

	if (certificate->dns != NULL)
		dns = dns_name(certificate->dns);
	CU_ASSERT_EQUAL_FATAL(pubkey_parse(subject_key, &pubkey, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(name_parse_text(certificate->subject == NULL ? "CN=device-1" : certificate->subject, &name, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(cert_sign(&(struct cert_template){
		.subject = buf_bytes(&name),
		.spki = subject_key,
		.not_before_utc = certificate->not_before_utc == 0 ? FIXTURE_NOW_UTC - 100 * FIXTURE_DAY_S : certificate->not_before_utc,
		.not_after_utc = certificate->not_after_utc == 0 ? FIXTURE_NOW_UTC + 100 * FIXTURE_DAY_S : certificate->not_after_utc,
		.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT,
		.eku = &client_auth, .eku_count = 1,
		.san = &dns, .san_count = dns.len > 0 ? 1 : 0,
	}, pubkey, certificate->forged ? false_ca : f->ca_cert, certificate->forged ? other_key : ca_key, &random, NULL, &der, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&der), &cert, NULL), ERR_OK);
	cert_free(false_ca);
	pubkey_free(pubkey);
	buf_clear(&name);
	buf_clear(&der);
	return cert;
}

static void make_csr(const struct fixture *f, const struct fixture_request *request, const char *challenge, struct buf *csr)
{
	struct bytes eku = request->eku == OID_DATA ? bytes_from(NULL, 0) : oid_get(request->eku);
	struct bytes dns = request->dns == NULL ? bytes_from(NULL, 0) : dns_name(request->dns);
	struct buf name = { 0 };

	if (request->content.len > 0) {
		CU_ASSERT_EQUAL_FATAL(buf_append(csr, request->content), ERR_OK);
		return;
	}
	if (request->no_csr) {
		CU_ASSERT_EQUAL_FATAL(buf_append_str(csr, "this is no certification request"), ERR_OK);
		return;
	}
	CU_ASSERT_EQUAL_FATAL(name_parse_text(request->subject == NULL ? "CN=device-1" : request->subject, &name, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(csr_encode(&(struct csr_template){ .subject = buf_bytes(&name), .challenge = bytes_from_str(challenge), .ask_ca = request->ask_ca,
		.eku = &eku, .eku_count = eku.len > 0 ? 1 : 0, .san = &dns, .san_count = dns.len > 0 ? 1 : 0 },
		request->csr_key == NULL ? f->client_key : request->csr_key, DIGEST_SHA256, csr, NULL), ERR_OK);
	if (request->spoil_csr_signature)
		csr->ptr[csr->len - 1] ^= 1;
	buf_clear(&name);
}

void fixture_message(struct fixture *f, const struct fixture_request *request, struct buf *message, struct scep_request_plan *plan)
{
	const struct key *signer_key = request->signer_key == NULL ? f->client_key : request->signer_key;
	struct buf *csr = keep();
	struct buf *der = keep();
	struct buf *nonce = keep();
	struct buf name = { 0 };
	uint8_t octets[SCEP_NONCE_LEN];
	struct cert *signer = NULL;

	make_csr(f, request, request->challenge == NULL ? FIXTURE_CHALLENGE : request->challenge, csr);
	CU_ASSERT_EQUAL_FATAL(name_parse_text("CN=device-1", &name, NULL), ERR_OK);
	if (request->signer == NULL) {
		CU_ASSERT_EQUAL_FATAL(scep_self_signed(buf_bytes(&name), signer_key, f->now_utc, &f->service.random, der, NULL), ERR_OK);
	} else {
		CU_ASSERT_EQUAL_FATAL(buf_append(der, buf_bytes(&request->signer->der)), ERR_OK);
	}
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(der), &signer, NULL), ERR_OK);
	CU_ASSERT_FATAL(signer_count < KEPT);
	signer_cert[signer_count++] = signer;
	CU_ASSERT_EQUAL_FATAL(random_fill(&f->service.random, octets, sizeof octets), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(nonce, bytes_from(octets, sizeof octets)), ERR_OK);
	*plan = (struct scep_request_plan){
		.type = request->type == 0 ? SCEP_PKCS_REQ : request->type,
		.content = buf_bytes(csr),
		.signer = signer,
		.key = signer_key,
		.recipient = request->for_ca ? f->ca_cert : request->for_old_ra ? f->old_ra_cert : f->ra_cert,
		.cipher = request->cipher == CIPHER_NONE ? CIPHER_AES128_CBC : request->cipher,
		.digest = request->digest == DIGEST_NONE ? DIGEST_SHA256 : request->digest,
		.framing = CMS_FRAMING_DER,
		.transaction_id = bytes_from_str(request->transaction_id == NULL ? "T1" : request->transaction_id),
		.sender_nonce = buf_bytes(nonce),
		.password = bytes_from_str(request->challenge == NULL ? FIXTURE_CHALLENGE : request->challenge),
	};
	CU_ASSERT_EQUAL_FATAL(scep_request_encode(plan, &f->service.random, message, NULL), ERR_OK);
	buf_clear(&name);
}

enum err fixture_post(struct fixture *f, const struct buf *message, const struct scep_request_plan *plan, struct scep_message **reply, struct buf *certs)
{
	struct scep_call call = { .application = bytes_from_str("corp"), .profile = bytes_from_str("phones"), .is_post = true, .body = buf_bytes(message),
		.client_address = "192.0.2.1", .user_agent = "test" };
	struct scep_answer answer = { 0 };
	struct buf text = { 0 };
	enum err e;

	if ((e = scep_serve(&f->service, &call, &answer, &text)) == ERR_OK) {
		CU_ASSERT_STRING_EQUAL(answer.media_type, "application/x-pki-message");
		e = scep_certrep_open(buf_bytes(&answer.body), plan, f->store->ca_plays_ra ? f->ca_cert : f->ra_cert, &f->service.random, reply, certs, NULL);
	}
	buf_clear(&answer.body);
	buf_clear(&text);
	return e;
}

enum err fixture_enrol(struct fixture *f, const struct fixture_request *request, struct scep_message **reply, struct buf *certs)
{
	struct scep_request_plan plan;
	struct buf message = { 0 };
	enum err e;

	fixture_message(f, request, &message, &plan);
	e = fixture_post(f, &message, &plan, reply, certs);
	buf_clear(&message);
	return e;
}

void fixture_expect_refused(struct fixture *f, const struct fixture_request *request, enum fail_info fail_info, enum err recorded, struct buf *text)
{
	struct fixture_store *store = f->store;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	store->refuse_count = store->issued_count = store->waiting_count = 0;
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(f, request, &reply, &content));
	CU_ASSERT_EQUAL(store->refuse_count, 1);
	fixture_refused_with(f, recorded);
	CU_ASSERT_EQUAL(store->issued_count + store->waiting_count, 0);
	CU_ASSERT_EQUAL(content.len, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->fail_info, fail_info);
	CU_ASSERT_FALSE(reply->cms->has_content);
	if (text != NULL)
		CU_ASSERT_EQUAL(buf_append(text, reply->fail_info_text), ERR_OK);
	scep_message_free(reply);
	buf_clear(&content);
}

void fixture_expect_issued(struct fixture *f, const struct fixture_request *request, const char *authorisation)
{
	struct fixture_store *store = f->store;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	store->issued_count = 0;
	UNIT_ERR(ERR_OK, fixture_enrol(f, request, &reply, &content));
	CU_ASSERT_EQUAL(store->issued_count, 1);
	CU_ASSERT_TRUE(content.len > 0);
	CU_ASSERT_STRING_EQUAL(store->authorisation, authorisation);
	store->state = ENROLMENT_NEW;
	scep_message_free(reply);
	buf_clear(&content);
}

const char *fixture_text(struct buf *text)
{
	CU_ASSERT_EQUAL_FATAL(buf_terminate(text), ERR_OK);
	return (const char *)text->ptr;
}

void fixture_refused_with(const struct fixture *f, enum err expected)
{
	enum err recorded = f->store->refused_error;

	if (expected == ERR_CMS_DECRYPT && recorded == ERR_CSR_SYNTAX)
		return;
	UNIT_ERR(expected, recorded);
}
