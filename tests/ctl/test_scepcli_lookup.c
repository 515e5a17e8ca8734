#include <config.h>

#include "ctl/scepcli_lookup.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ctl/file.h"
#include "ctl/scepcli_run.h"
#include "pki/crl.h"

static void test_serial(void)
{
	static const struct {
		const char *hex, *content;
	} rows[] = { { "01", "01" }, { "1", "01" }, { "0x7f", "7f" }, { "80", "0080" }, { "0080", "0080" }, { "00:80", "0080" }, { "abC", "0abc" }, { "0000", "00" },
		{ "12 34", "1234" } };
	static const char *const bad[] = { "", "0x", "g", "-1", "0xx1" };
	char hex[2 * (CERT_MAX_SERIAL_LEN + 1) + 1];
	struct buf content = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].hex);
		UNIT_ERR(ERR_OK, scepcli_serial_read(rows[i].hex, &content, NULL));
		UNIT_BYTES(unit_hex(rows[i].content), buf_bytes(&content));
		buf_reset(&content);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_row(bad[i]);
		UNIT_ERR(ERR_USAGE, scepcli_serial_read(bad[i], &content, NULL));
	}
	unit_row("longest, and one too long");
	memset(hex, '1', sizeof hex);
	hex[2 * CERT_MAX_SERIAL_LEN] = '\0';
	UNIT_ERR(ERR_OK, scepcli_serial_read(hex, &content, NULL));
	hex[2 * CERT_MAX_SERIAL_LEN] = '1';
	hex[sizeof hex - 1] = '\0';
	UNIT_ERR(ERR_USAGE, scepcli_serial_read(hex, &content, NULL));
	unit_row(NULL);
	buf_clear(&content);
}

/* Enrol device.key as own.pem. @param serial out: in hexadecimal. */
static void enrol(struct scep_stub *stub, struct buf *serial)
{
	struct cert *cert;

	IS_STATUS(0, RUN("enroll", stub->http.url, "--subject", "CN=d", "--key", at("device.key"), "--out", at("own.pem")));
	cert = run_read_cert("own.pem");
	UNIT_ERR(ERR_OK, text_encode_hex(cert->serial, serial));
	UNIT_ERR(ERR_OK, buf_terminate(serial));
	cert_free(cert);
}

static void test_getcert(void)
{
	struct scep_message *message = NULL;
	struct buf serial = { 0 }, own = { 0 }, got = { 0 };
	struct scep_stub stub;

	run_begin(&stub);
	scep_stub_start(&stub);
	enrol(&stub, &serial);
	IS_STATUS(0, RUN("getcert", stub.http.url, "--serial", (const char *)serial.ptr, "--cert", at("own.pem"), "--key", at("device.key"), "--out", at("got.pem"),
		"--save-request", at("request.der")));
	SAYS(world.err, "found: CN=d, serial number");
	UNIT_ERR(ERR_OK, file_read(at("own.pem"), FILE_MAX_LEN, &own, NULL));
	UNIT_ERR(ERR_OK, file_read(at("got.pem"), FILE_MAX_LEN, &got, NULL));
	UNIT_BYTES(buf_bytes(&own), buf_bytes(&got));
	buf_reset(&got);
	UNIT_ERR(ERR_OK, file_read(at("request.der"), FILE_MAX_LEN, &got, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&got), &message, NULL));
	CU_ASSERT_EQUAL(message->type, SCEP_GET_CERT);
	scep_message_free(message);
	IS_STATUS(1, RUN("getcert", stub.http.url, "--serial", "77", "--cert", at("own.pem"), "--key", at("device.key")));
	SAYS(world.err, "failInfo 4 (badCertId), no failInfoText");
	IS_STATUS(2, RUN("getcert", stub.http.url, "--serial", "x", "--cert", at("own.pem"), "--key", at("device.key")));
	IS_STATUS(2, RUN("getcert", stub.http.url, "--cert", at("own.pem"), "--key", at("device.key")));
	buf_clear(&serial);
	buf_clear(&own);
	buf_clear(&got);
	run_end(&stub);
}

static void test_getcert_other(void)
{
	struct buf serial = { 0 };
	struct cert *own;
	struct buf pem = { 0 };
	struct scep_stub stub;
	struct key *key = NULL;

	run_begin(&stub);
	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector("cms/client.key"), &key, NULL));
	own = scep_stub_issue("CN=own", key, false, 0, stub.ca, stub.ca_key);
	UNIT_ERR(ERR_OK, cert_encode_pem(buf_bytes(&own->der), &pem));
	UNIT_ERR(ERR_OK, file_write(at("own.pem"), buf_bytes(&pem), FILE_PUBLIC, NULL));
	UNIT_ERR(ERR_OK, text_encode_hex(own->serial, &serial));
	UNIT_ERR(ERR_OK, buf_terminate(&serial));
	stub.mode = STUB_OTHER_KEY;
	scep_stub_start(&stub);
	IS_STATUS(1, RUN("getcert", stub.http.url, "--serial", (const char *)serial.ptr, "--cert", at("own.pem"), "--key", at("device.key"), "--out", at("got.pem")));
	SAYS(world.err, "no certificate of the reply has the serial number");
	CU_ASSERT_EQUAL(access(at("got.pem"), F_OK), -1);
	key_free(key);
	cert_free(own);
	buf_clear(&pem);
	buf_clear(&serial);
	run_end(&stub);
}

/* One case: is the certificate revoked, and by whom is the CRL signed? */
static void get_crl(bool revokes, enum scep_stub_mode mode, int status, const char *words)
{
	struct buf pem = { 0 }, der = { 0 };
	struct crl *crl = NULL;
	struct scep_stub stub;
	struct bytes rest;

	unit_row(words);
	run_begin(&stub);
	stub.revokes = revokes;
	stub.mode = mode;
	scep_stub_start(&stub);
	IS_STATUS(mode == STUB_OTHER_CA ? 1 : 0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--out", at("own.pem")));
	if (mode == STUB_OTHER_CA) {
		UNIT_ERR(ERR_OK, cert_encode_pem(unit_vector("cms/client.crt"), &pem));
		UNIT_ERR(ERR_OK, file_write(at("own.pem"), buf_bytes(&pem), FILE_PUBLIC, NULL));
		buf_reset(&pem);
	}
	IS_STATUS(status, RUN("getcrl", stub.http.url, "--cert", at("own.pem"), "--key", at("device.key"), "--out", at("crl.pem")));
	SAYS(world.err, words);
	if (status == 0) {
		UNIT_ERR(ERR_OK, file_read(at("crl.pem"), FILE_MAX_LEN, &pem, NULL));
		rest = buf_bytes(&pem);
		UNIT_ERR(ERR_OK, file_next_pem(&rest, "X509 CRL", &der));
		UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&der), &crl, NULL));
		CU_ASSERT_EQUAL(crl->revoked_count, revokes ? 1 : 0);
		crl_free(crl);
	} else {
		CU_ASSERT_EQUAL(access(at("crl.pem"), F_OK), -1);
	}
	buf_clear(&pem);
	buf_clear(&der);
	run_end(&stub);
}

static void test_getcrl(void)
{
	get_crl(false, STUB_GOOD, 0, "the certificate is not revoked");
	get_crl(true, STUB_GOOD, 0, "the certificate is revoked since 2026-12-31T00:00:00Z (keyCompromise)");
	get_crl(false, STUB_OTHER_CA, 1, "the CRL is not signed by a CA certificate of the server");
	unit_row(NULL);
}

static void test_next_ca(void)
{
	struct buf fingerprint = { 0 };
	struct scep_stub stub;
	struct cert *next;

	run_begin(&stub);
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("cacert", stub.http.url, "--out", at("ca.pem")));
	IS_STATUS(0, RUN("nextca", stub.http.url, "--ca-file", at("ca.pem"), "--out", at("next.pem")));
	CU_ASSERT_STRING_EQUAL(stub.http.seen->target, "/scep?operation=GetNextCACert");
	SAYS(world.out, "1: next CA\n");
	next = run_read_cert("next.pem");
	UNIT_BYTES(buf_bytes(&stub.other_ca->der), buf_bytes(&next->der));
	cert_free(next);
	UNIT_ERR(ERR_OK, cert_format_fingerprint(buf_bytes(&stub.ca->der), DIGEST_SHA256, &fingerprint));
	UNIT_ERR(ERR_OK, buf_terminate(&fingerprint));
	IS_STATUS(0, RUN("nextca", stub.http.url, "--fingerprint", (const char *)fingerprint.ptr));
	IS_STATUS(2, RUN("nextca", stub.http.url));
	buf_clear(&fingerprint);
	run_end(&stub);

	run_begin(&stub);
	stub.mode = STUB_OTHER_SIGNER;
	stub.ca_type = "application/octet-stream";
	scep_stub_start(&stub);
	IS_STATUS(0, RUN("cacert", stub.http.url, "--out", at("ca.pem")));
	IS_STATUS(1, RUN("nextca", stub.http.url, "--ca-file", at("ca.pem"), "--out", at("next.pem")));
	SAYS(world.err, "the answer is not valid");
	SAYS(world.err, "Content-Type");
	CU_ASSERT_EQUAL(access(at("next.pem"), F_OK), -1);
	run_end(&stub);
}

static const struct unit_case cases[] = {
	{ "serial numbers are read as other programs print them, 1 to 64 octets", test_serial },
	{ "getcert asks by issuer and serial number, and badCertId is a refusal (RFC 8894 section 3.3.4)", test_getcert },
	{ "getcert takes no other certificate than the one it asked for (RFC 8894 section 4.5.1)", test_getcert_other },
	{ "getcrl verifies the CRL and says whether the certificate is revoked (RFC 8894 section 4.6.1)", test_getcrl },
	{ "nextca believes the current CA alone (RFC 8894 section 4.7.1)", test_next_ca },
};

UNIT_MAIN("scepcli_lookup", cases)
