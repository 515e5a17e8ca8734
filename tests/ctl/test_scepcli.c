#include <config.h>

#include "ctl/scepcli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/file.h"
#include "ctl/scepcli_run.h"
#include "scep/message.h"

static void test_caps(void)
{
	struct scep_stub stub;

	run_begin(&stub);
	stub.caps = "AES\r\nPOSTPKIOperation\r\n\r\nX-\x1b[31mred\nSHA-512";
	stub.caps_type = "text/html";
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("caps", stub.http.url));
	CU_ASSERT_STRING_EQUAL((const char *)world.out.ptr, "AES\nPOSTPKIOperation\nX-\\1B[31mred\nSHA-512\n");
	SAYS(world.err, "aes128-cbc, sha512 and POST");
	SAYS(world.err, "Content-Type is \"text/html\"");
	run_end(&stub);
}

static void test_not_found(void)
{
	struct scep_stub stub;

	run_begin(&stub);
	stub.caps = NULL;
	scep_stub_start(&stub);
	IS_STATUS(4, RUN("caps", stub.http.url));
	SAYS(world.err, "HTTP 404");
	IS_STATUS(2, RUN("caps", "ldap://127.0.0.1/"));
	run_end(&stub);
}

static void test_cacert(void)
{
	struct scep_stub stub;
	struct cert *ra, *ca;
	struct buf fingerprint = { 0 }, all = { 0 };

	run_begin(&stub);
	scep_stub_start(&stub);
	UNIT_ERR(ERR_OK, cert_format_fingerprint(buf_bytes(&stub.ca->der), DIGEST_SHA256, &fingerprint));
	UNIT_ERR(ERR_OK, buf_terminate(&fingerprint));
	IS_STATUS(0, RUN("cacert", stub.http.url, "--ca-identifier", "a b&c", "--fingerprint", (const char *)fingerprint.ptr, "--out",
		at("all.pem"), "--out-dir", at("certs")));
	CU_ASSERT_STRING_EQUAL(stub.http.seen->target, "/scep?operation=GetCACert&message=a%20b%26c");
	SAYS(world.out, "1: RA\n");
	SAYS(world.out, "2: root CA\n");
	SAYS(world.out, (const char *)fingerprint.ptr);
	ra = run_read_cert("certs/1-ra.pem");
	ca = run_read_cert("certs/2-ca.pem");
	UNIT_BYTES(buf_bytes(&stub.ra->der), buf_bytes(&ra->der));
	UNIT_BYTES(buf_bytes(&stub.ca->der), buf_bytes(&ca->der));
	UNIT_ERR(ERR_OK, file_read(at("all.pem"), FILE_MAX_LEN, &all, NULL));
	IS_STATUS(0, RUN("cacert", stub.http.url, "--out", "-"));
	UNIT_BYTES(buf_bytes(&all), buf_bytes(&world.out));
	fingerprint.ptr[0] = fingerprint.ptr[0] == '0' ? '1' : '0';
	IS_STATUS(1, RUN("cacert", stub.http.url, "--fingerprint", (const char *)fingerprint.ptr));
	IS_STATUS(2, RUN("cacert", stub.http.url, "--fingerprint", "00:11"));
	cert_free(ra);
	cert_free(ca);
	buf_clear(&fingerprint);
	buf_clear(&all);
	run_end(&stub);
}

static void test_enroll(void)
{
	struct scep_stub stub;
	struct scep_message *message = NULL;
	struct cert *cert;
	struct csr *csr;

	run_begin(&stub);
	scep_stub_start(&stub);
	UNIT_ERR(ERR_OK, file_write(at("challenge"), bytes_from_str("correct horse\n"), FILE_PUBLIC, NULL));
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=device-1,O=Example", "--san", "dns:device-1.example,ip:192.0.2.1",
		"--key-usage", "digitalSignature", "--eku", "clientAuth,1.2.3", "--key", at("device.key"), "--challenge-file", at("challenge"),
		"--out", at("cert.pem"), "--save-request", at("request.der"),
		"--transaction-id", "t-1"));
	SAYS(world.err, "issued: CN=device-1,O=Example, serial number ");
	CU_ASSERT_STRING_EQUAL(stub.http.seen->method, "POST");
	cert = run_read_cert("cert.pem");
	csr = run_open_request(&stub, "request.der", &message);
	UNIT_BYTES(csr->spki, cert->spki);
	UNIT_BYTES(bytes_from_str("correct horse"), buf_bytes(&csr->challenge));
	CU_ASSERT_EQUAL(csr->ext.san_count, 2);
	CU_ASSERT_EQUAL(csr->ext.eku_count, 2);
	CU_ASSERT_EQUAL(csr->ext.key_usage, KEY_USAGE_DIGITAL_SIGNATURE);
	CU_ASSERT_FALSE(csr->ext.is_ca);
	CU_ASSERT_EQUAL(message->type, SCEP_PKCS_REQ);
	UNIT_BYTES(bytes_from_str("t-1"), message->transaction_id);
	CU_ASSERT_EQUAL(message->sender_nonce.len, SCEP_NONCE_LEN);
	CU_ASSERT_EQUAL(message->envelope->cipher, CIPHER_AES128_CBC);
	CU_ASSERT_EQUAL(message->cms->digest, DIGEST_SHA256);
	UNIT_BYTES(csr->subject, message->cms->signer->subject);
	cert_free(cert);
	csr_free(csr);
	scep_message_free(message);
	run_end(&stub);
}

static void test_new_key(void)
{
	struct scep_stub stub;
	struct stat mode;

	run_begin(&stub);
	scep_stub_start(&stub);
	setenv("SCEPCLI_CHALLENGE", "from the environment", 1);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=new", "--key-out", at("new.key"), "--key-type", "ec:p256", "--verbose"));
	SAYS(world.out, "-----BEGIN CERTIFICATE-----\n");
	SAYS(world.err, "throw-away RSA key");
	SAYS(world.err, "ec-p256, 256 bits");
	SAYS(world.err, "challengePassword    given (not shown)");
	CU_ASSERT_FALSE(run_says(&world.err, "from the environment"));
	CU_ASSERT_EQUAL(stat(at("new.key"), &mode), 0);
	CU_ASSERT_EQUAL(mode.st_mode & 0777, 0600);
	IS_STATUS(1, RUN("enroll", stub.http.url, "--subject", "CN=new", "--key-out", at("new.key"), "--key-type", "ec:p256"));
	SAYS(world.err, "File exists");
	run_end(&stub);
}

static void test_switches(void)
{
	static const struct {
		const char *cipher, *digest;
		enum cipher is_cipher;
		enum digest is_digest;
	} rows[] = {
		{ "aes128-cbc", "sha1", CIPHER_AES128_CBC, DIGEST_SHA1 }, { "aes192-cbc", "sha256", CIPHER_AES192_CBC, DIGEST_SHA256 },
		{ "aes256-cbc", "sha384", CIPHER_AES256_CBC, DIGEST_SHA384 }, { "des3-cbc", "sha512", CIPHER_DES3_CBC, DIGEST_SHA512 },
		{ "des-cbc", "md5", CIPHER_DES_CBC, DIGEST_MD5 },
	};
	struct scep_message *message = NULL;
	struct scep_stub stub;

	run_begin(&stub);
	stub.caps = NULL; /* not asked when cipher, digest and method are given */
	scep_stub_start(&stub);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].cipher);
		IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--cipher", rows[i].cipher,
			"--digest", rows[i].digest, "--get", "--ber",
			"--ask-ca", "--renewal", "--save-request", at("request.der"), "--out", at("cert.pem")));
		CU_ASSERT_STRING_EQUAL(stub.http.seen->method, "GET");
		csr_free(run_open_request(&stub, "request.der", &message));
		CU_ASSERT_EQUAL(message->envelope->cipher, rows[i].is_cipher);
		CU_ASSERT_EQUAL(message->cms->digest, rows[i].is_digest);
		CU_ASSERT_EQUAL(message->type, SCEP_RENEWAL_REQ);
		scep_message_free(message);
		message = NULL;
	}
	unit_row(NULL);
	run_end(&stub);
}

static void test_ber(void)
{
	struct buf request = { 0 };
	struct scep_stub stub;

	run_begin(&stub);
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--ber", "--request-only", "--save-request",
		at("request.der")));
	UNIT_ERR(ERR_OK, file_read(at("request.der"), FILE_MAX_LEN, &request, NULL));
	CU_ASSERT(request.len > 2 && request.ptr[0] == 0x30 && request.ptr[1] == 0x80);
	buf_clear(&request);
	run_end(&stub);
}

static void test_bad_replies(void)
{
	static const struct {
		enum scep_stub_mode mode;
		const char *words;
	} rows[] = {
		{ STUB_REFUSES, "the server refused: failInfo 2 (badRequest), failInfoText \"not \\1B[31mtoday\"" },
		{ STUB_REFUSES_SILENTLY, "the server refused: failInfo 0 (badAlg), no failInfoText" },
		{ STUB_PENDING, "PENDING" },
		{ STUB_OTHER_SIGNER, "signed by another key" },
		{ STUB_OTHER_NONCE, "recipientNonce" },
		{ STUB_OTHER_TRANSACTION, "transactionID" },
		{ STUB_OTHER_KEY, "no certificate of the reply is for the key of the request" },
		{ STUB_OTHER_CA, "was not issued by a CA certificate of the server" },
		{ STUB_NO_CERTIFICATE, "no certificate in the certificates-only message" },
		{ STUB_ECHO, "the reply is a PKCSReq" },
		{ STUB_GARBAGE, "scepcli: " },
	};
	struct scep_stub stub;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].words);
		run_begin(&stub);
		stub.mode = rows[i].mode;
		scep_stub_start(&stub);
		IS_STATUS(rows[i].mode == STUB_PENDING ? 5 : 1, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--out", at("cert.pem"), "--save-reply",
			at("reply.der"), "--verbose"));
		SAYS(world.err, rows[i].words);
		CU_ASSERT_EQUAL(access(at("cert.pem"), F_OK), -1);
		CU_ASSERT_EQUAL(access(at("reply.der"), F_OK), 0);
		CU_ASSERT_EQUAL(strchr((const char *)world.err.ptr, '\x1b'), NULL);
		run_end(&stub);
	}
	unit_row(NULL);
}

static void test_http_errors(void)
{
	static const struct {
		int status, exit_status;
		const char *words;
	} rows[] = {
		{ 400, 1, "HTTP 400: des-cbc 1.3.14.3.2.7\n" }, { 404, 4, "HTTP 404: des-cbc" }, { 503, 1, "try again in 10 seconds" },
		{ 301, 1, "redirects are not followed" }, { 500, 1, "HTTP 500" },
	};
	struct scep_stub stub;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].words);
		run_begin(&stub);
		stub.status = rows[i].status;
		scep_stub_start(&stub);
		IS_STATUS(rows[i].exit_status, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key")));
		SAYS(world.err, rows[i].words);
		CU_ASSERT_EQUAL(world.out.len, 0);
		run_end(&stub);
	}
	unit_row(NULL);
}

static void test_lenient(void)
{
	struct scep_stub stub;

	run_begin(&stub);
	stub.mode = STUB_CA_CERT_FIRST;
	stub.reply_type = "application/x-pki-message; charset=utf-8";
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key")));
	SAYS(world.err, "not the first of the reply");
	SAYS(world.err, "Content-Type");
	run_end(&stub);

	run_begin(&stub);
	stub.without_chain = true;
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key")));
	SAYS(world.err, "not checked against a CA certificate");
	run_end(&stub);

	run_begin(&stub);
	stub.only_ca = true;
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key")));
	run_end(&stub);
}

static void swap_ra(struct scep_stub *stub)
{
	struct cert *cert = stub->ra;
	struct key *key = stub->ra_key;

	stub->ra = stub->other_ra;
	stub->ra_key = stub->other_ra_key;
	stub->other_ra = cert;
	stub->other_ra_key = key;
}

static void test_fingerprint(void)
{
	struct buf right = { 0 }, ra = { 0 };
	struct scep_stub stub;

	run_begin(&stub);
	UNIT_ERR(ERR_OK, cert_format_fingerprint(buf_bytes(&stub.ca->der), DIGEST_SHA256, &right));
	UNIT_ERR(ERR_OK, cert_format_fingerprint(buf_bytes(&stub.ra->der), DIGEST_SHA256, &ra));
	UNIT_ERR(ERR_OK, buf_terminate(&right));
	UNIT_ERR(ERR_OK, buf_terminate(&ra));
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--fingerprint", (const char *)right.ptr));
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--fingerprint", (const char *)ra.ptr));
	right.ptr[0] = right.ptr[0] == '0' ? '1' : '0';
	stub.http.seen->count = 0;
	IS_STATUS(1, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--fingerprint", (const char *)right.ptr));
	CU_ASSERT_PTR_NOT_NULL(strstr(stub.http.seen->target, "GetCACert")); /* and nothing was sent after it */
	buf_clear(&right);
	run_end(&stub);

	/* The right CA certificate beside an RA certificate that is not its. */
	run_begin(&stub);
	UNIT_ERR(ERR_OK, cert_format_fingerprint(buf_bytes(&stub.ca->der), DIGEST_SHA256, &right));
	UNIT_ERR(ERR_OK, buf_terminate(&right));
	swap_ra(&stub);
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key")));
	IS_STATUS(1, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--fingerprint", (const char *)right.ptr));
	SAYS(world.err, "was not issued by the certificate with the given fingerprint");
	CU_ASSERT_PTR_NOT_NULL(strstr(stub.http.seen->target, "GetCACert"));
	buf_clear(&right);
	buf_clear(&ra);
	run_end(&stub);
}

static void test_kept_messages(void)
{
	struct scep_stub stub;
	struct buf kept = { 0 };

	run_begin(&stub);
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("cacert", stub.http.url, "--out", at("ca.pem")));
	stub.http.seen->count = 0;
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--ca-file", at("ca.pem"), "--cipher",
		"aes256-cbc", "--digest", "sha512",
		"--request-only", "--save-request", at("request.der")));
	CU_ASSERT_EQUAL(stub.http.seen->count, 0);
	IS_STATUS(0, RUN("enroll", stub.http.url, "--send", at("request.der"), "--key", at("device.key"), "--out", at("cert.pem"), "--post"));
	UNIT_ERR(ERR_OK, file_read(at("request.der"), FILE_MAX_LEN, &kept, NULL));
	UNIT_BYTES(buf_bytes(&kept), bytes_from(stub.http.seen->body, stub.http.seen->body_len));
	cert_free(run_read_cert("cert.pem"));
	run_put_vector("cms/other.key", "other.key");
	IS_STATUS(1, RUN("enroll", stub.http.url, "--send", at("request.der"), "--key", at("other.key")));
	SAYS(world.err, "cannot open the reply");
	buf_clear(&kept);
	run_end(&stub);
}

static void test_ready_parts(void)
{
	struct scep_message *message = NULL;
	struct scep_stub stub;
	struct csr *csr;
	struct buf pem = { 0 };

	run_begin(&stub);
	scep_stub_start(&stub);
	run_put_vector("csr/openssl_rsa.der", "request.p10");
	UNIT_ERR(ERR_OK, cert_encode_pem(unit_vector("cms/client.crt"), &pem));
	UNIT_ERR(ERR_OK, file_write(at("old.pem"), buf_bytes(&pem), FILE_PUBLIC, NULL));
	IS_STATUS(0, RUN("enroll", stub.http.url, "--csr", at("request.p10"), "--signer-cert", at("old.pem"), "--signer-key", at("device.key"),
		"--save-request", at("request.der")));
	csr = run_open_request(&stub, "request.der", &message);
	UNIT_BYTES(unit_vector("csr/openssl_rsa.der"), buf_bytes(&csr->der));
	UNIT_BYTES(unit_vector("cms/client.crt"), buf_bytes(&message->cms->signer->der));
	csr_free(csr);
	scep_message_free(message);
	message = NULL;
	IS_STATUS(1, RUN("enroll", stub.http.url, "--csr", at("request.p10"), "--key", at("device.key")));
	run_put_vector("cms/other.key", "other.key");
	IS_STATUS(1, RUN("enroll", stub.http.url, "--csr", at("request.p10"), "--signer-cert", at("old.pem"), "--signer-key", at("other.key")));
	run_put_vector("cms/enveloped_aes256.der", "envelope.der");
	IS_STATUS(0, RUN("enroll", stub.http.url, "--envelope", at("envelope.der"), "--key", at("device.key"), "--request-only",
		"--save-request", at("request.der")));
	buf_reset(&pem);
	UNIT_ERR(ERR_OK, file_read(at("request.der"), FILE_MAX_LEN, &pem, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&pem), &message, NULL));
	UNIT_BYTES(unit_vector("cms/enveloped_aes256.der"), buf_bytes(&message->cms->content));
	scep_message_free(message);
	buf_clear(&pem);
	run_end(&stub);
}

static void test_usage(void)
{
	static const char *const rows[][12] = {
		{ "enroll", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", "--key", "k", "--get", "--post", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", "--key", "k", "--key-out", "k2", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", "--key", "k", "--cipher", "rc4", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", "--key", "k", "--request-only", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--send", "f", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--send", "f", "--key", "k", "--subject", "CN=d", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--csr", "f", "--san", "dns:d", NULL },
		{ "enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", "--key", "k", "--challenge", "secret", NULL },
		{ "cacert", "http://127.0.0.1:1/scep", "--timeout", "0", NULL },
	};
	struct scep_stub stub;

	run_begin(&stub);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		IS_STATUS(2, run_words(rows[i]));
	IS_STATUS(1, RUN("enroll", "http://127.0.0.1:1/scep", "--subject", "CN=d", "--key", at("device.key")));
	run_end(&stub);
}

static const struct unit_case cases[] = {
	{ "caps prints the keywords as sent, made fit for a terminal (RFC 8894 section 3.5.2)", test_caps },
	{ "an URL that serves nothing ends with exit status 4, no URL with 2", test_not_found },
	{ "cacert tells RA from CA, saves all of them, and checks a fingerprint (RFC 8894 section 4.2)", test_cacert },
	{ "enroll asks what its options say and saves what it gets (RFC 8894 section 4.3)", test_enroll },
	{ "a new key is written with mode 0600, and never over an old one", test_new_key },
	{ "cipher, digest, GET, BER and RenewalReq are as asked, and GetCACaps is then not needed", test_switches },
	{ "--ber sends indefinite lengths", test_ber },
	{ "FAILURE and every reply that does not fit end with exit status 1, PENDING with 5, none with a certificate (RFC 8894 section 3.3.2)", test_bad_replies },
	{ "HTTP errors are told with what the server says", test_http_errors },
	{ "what many servers do otherwise is a warning", test_lenient },
	{ "with a fingerprint nothing is sent to a server that has not that certificate", test_fingerprint },
	{ "a message is kept, sent later octet for octet, and its reply opened", test_kept_messages },
	{ "ready requests, envelopes and signers are taken as they are", test_ready_parts },
	{ "contradicting and missing options are usage errors, and a challenge is no argument", test_usage },
};

UNIT_MAIN("scepcli", cases)
