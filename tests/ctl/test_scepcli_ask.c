#include <config.h>

#include "ctl/scepcli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/file.h"
#include "ctl/scepcli_run.h"

static void put_text(const char *name, const char *text)
{
	UNIT_ERR(ERR_OK, file_write(at(name), bytes_from_str(text), FILE_PUBLIC, NULL));
}

/* A certificate for device.key, as old.pem. */
static void enrol_old(struct scep_stub *stub)
{
	scep_stub_start(stub);
	IS_STATUS(0, RUN("enroll", stub->http.url, "--subject", "CN=device-1,O=Example", "--san", "dns:device-1.example,ip:192.0.2.1", "--key", at("device.key"), "--out",
		at("old.pem"), "--save-request", at("first.der")));
}

static void test_renew(void)
{
	static const struct {
		const char *option, *value;
		int type;
		bool is_same_key;
	} rows[] = { { "--verbose", NULL, SCEP_RENEWAL_REQ, true }, { "--as-pkcsreq", NULL, SCEP_PKCS_REQ, true }, { "--key-out", "new.key", SCEP_RENEWAL_REQ, false } };
	struct scep_stub stub;

	run_begin(&stub);
	enrol_old(&stub);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scep_message *message = NULL, *first = NULL;
		struct cert *old = run_read_cert("old.pem"), *fresh;
		struct csr *csr;

		unit_row(rows[i].option);
		IS_STATUS(0, RUN("renew", stub.http.url, "--cert", at("old.pem"), "--key", at("device.key"), "--out", at("new.pem"), "--save-request",
			at("request.der"), rows[i].option, rows[i].value == NULL ? NULL : at(rows[i].value)));
		csr = run_open_request(&stub, "request.der", &message);
		csr_free(run_open_request(&stub, "first.der", &first));
		fresh = run_read_cert("new.pem");
		CU_ASSERT_EQUAL(message->type, rows[i].type);
		UNIT_BYTES(buf_bytes(&old->der), buf_bytes(&message->cms->signer->der));
		UNIT_BYTES(old->subject, csr->subject);
		CU_ASSERT_EQUAL(csr->ext.san_count, 2);
		CU_ASSERT_EQUAL(bytes_is_equal(old->spki, csr->spki), rows[i].is_same_key);
		CU_ASSERT_FALSE(bytes_is_equal(first->transaction_id, message->transaction_id));
		UNIT_BYTES(csr->spki, fresh->spki);
		scep_message_free(message);
		scep_message_free(first);
		csr_free(csr);
		cert_free(old);
		cert_free(fresh);
	}
	unit_row(NULL);
	run_end(&stub);
}

static void test_renew_other_names(void)
{
	struct scep_message *message = NULL;
	struct scep_stub stub;
	struct csr *csr;

	run_begin(&stub);
	enrol_old(&stub);
	put_text("challenge", "again\n");
	IS_STATUS(0, RUN("renew", stub.http.url, "--cert", at("old.pem"), "--key", at("device.key"), "--subject", "CN=other", "--san", "dns:other.example", "--challenge-file",
		at("challenge"), "--transaction-id", "t-9", "--save-request", at("request.der")));
	csr = run_open_request(&stub, "request.der", &message);
	CU_ASSERT_EQUAL(csr->ext.san_count, 1);
	UNIT_BYTES(bytes_from_str("again"), buf_bytes(&csr->challenge));
	UNIT_BYTES(bytes_from_str("t-9"), message->transaction_id);
	SAYS(world.err, "issued: CN=other,");
	csr_free(csr);
	scep_message_free(message);
	run_put_vector("cms/other.key", "other.key");
	IS_STATUS(1, RUN("renew", stub.http.url, "--cert", at("old.pem"), "--key", at("other.key")));
	IS_STATUS(2, RUN("renew", stub.http.url, "--cert", at("old.pem"), "--key", at("device.key"), "--key-type", "ec:p256"));
	IS_STATUS(2, RUN("renew", stub.http.url, "--cert", at("old.pem")));
	run_end(&stub);
}

/* What the message in a file carries, and is signed with. */
static struct scep_message *read_message(const char *name)
{
	struct scep_message *message = NULL;
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, file_read(at(name), FILE_MAX_LEN, &der, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&der), &message, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(message);
	buf_clear(&der);
	return message;
}

static void test_pending(void)
{
	struct scep_message *request, *poll;
	struct scep_stub stub;
	struct stat mode;

	run_begin(&stub);
	stub.pending_count = 2;
	scep_stub_start(&stub);
	IS_STATUS(5, RUN("enroll", stub.http.url, "--subject", "CN=d,O=Example", "--key", at("device.key"), "--state", at("state"), "--out", at("cert.pem"),
		"--save-request", at("request.der")));
	SAYS(world.err, "PENDING");
	CU_ASSERT_EQUAL(stat(at("state"), &mode), 0);
	CU_ASSERT_EQUAL(mode.st_mode & 0777, 0600);
	IS_STATUS(5, RUN("poll", stub.http.url, "--state", at("state"), "--out", at("cert.pem")));
	CU_ASSERT_EQUAL(access(at("state"), F_OK), 0);
	CU_ASSERT_EQUAL(access(at("cert.pem"), F_OK), -1);
	IS_STATUS(0, RUN("poll", stub.http.url, "--state", at("state"), "--out", at("cert.pem"), "--save-request", at("poll.der")));
	SAYS(world.err, "issued: CN=d,O=Example");
	CU_ASSERT_EQUAL(access(at("state"), F_OK), -1);
	CU_ASSERT_EQUAL(world.paused_s, 0);
	cert_free(run_read_cert("cert.pem"));
	request = read_message("request.der");
	poll = read_message("poll.der");
	CU_ASSERT_EQUAL(poll->type, SCEP_CERT_POLL);
	UNIT_BYTES(request->transaction_id, poll->transaction_id);
	UNIT_BYTES(buf_bytes(&request->cms->signer->der), buf_bytes(&poll->cms->signer->der));
	CU_ASSERT_FALSE(bytes_is_equal(request->sender_nonce, poll->sender_nonce));
	scep_message_free(request);
	scep_message_free(poll);
	run_end(&stub);
}

static void test_wait(void)
{
	static const struct {
		const char *wait, *interval;
		int status;
		unsigned paused_s;
	} rows[] = { { "90", "30", 0, 90 }, { "200", "30", 0, 90 }, { "89", "30", 0, 89 }, { "60", "30", 5, 60 }, { "0", "30", 5, 0 } };
	struct scep_stub stub;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].wait);
		run_begin(&stub);
		stub.pending_count = 3;
		scep_stub_start(&stub);
		IS_STATUS(rows[i].status, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--state", at("state"), "--wait", rows[i].wait,
			"--poll-interval", rows[i].interval, "--out", at("cert.pem")));
		CU_ASSERT_EQUAL(world.paused_s, rows[i].paused_s);
		CU_ASSERT_EQUAL(access(at("cert.pem"), F_OK), rows[i].status == 0 ? 0 : -1);
		CU_ASSERT_EQUAL(access(at("state"), F_OK), rows[i].status == 0 ? -1 : 0);
		run_end(&stub);
	}
	unit_row(NULL);

	run_begin(&stub);
	stub.pending_count = 3;
	scep_stub_start(&stub);
	IS_STATUS(5, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--state", at("state")));
	IS_STATUS(0, RUN("poll", stub.http.url, "--state", at("state"), "--wait", "60"));
	CU_ASSERT_EQUAL(world.paused_s, 60);
	run_end(&stub);
}

/* The signer of a request for an EC key is a throw-away RSA key: it must survive until the poll. */
static void test_throw_away_key(void)
{
	struct buf state = { 0 };
	struct scep_stub stub;

	run_begin(&stub);
	stub.pending_count = 1;
	scep_stub_start(&stub);
	IS_STATUS(5, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key-out", at("ec.key"), "--key-type", "ec:p256", "--state", at("state")));
	UNIT_ERR(ERR_OK, file_read(at("state"), FILE_MAX_LEN, &state, NULL));
	UNIT_ERR(ERR_OK, buf_terminate(&state));
	CU_ASSERT(run_says(&state, "PRIVATE KEY"));
	CU_ASSERT_FALSE(run_says(&state, "keyFile"));
	IS_STATUS(0, RUN("poll", stub.http.url, "--state", at("state"), "--out", at("cert.pem")));
	cert_free(run_read_cert("cert.pem"));
	buf_clear(&state);
	run_end(&stub);

	run_begin(&stub);
	stub.pending_count = 1;
	scep_stub_start(&stub);
	IS_STATUS(5, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--state", at("state")));
	UNIT_ERR(ERR_OK, file_read(at("state"), FILE_MAX_LEN, &state, NULL));
	UNIT_ERR(ERR_OK, buf_terminate(&state));
	CU_ASSERT_FALSE(run_says(&state, "PRIVATE KEY"));
	CU_ASSERT(run_says(&state, "/device.key\n"));
	buf_clear(&state);
	run_end(&stub);
}

static void test_state_files(void)
{
	static const char *const broken[] = { "", "\n", "scepcli-state 1\n", "scepcli-state 2\ntransactionID 31\n", "scepcli-state 1\ntransactionID 3\n",
		"scepcli-state 1\nwhat 31\n", "scepcli-state 1\ntransactionID 31\ntransactionID 31\n", "scepcli-state 1\ntransactionID 31\n",
		"scepcli-state 1\ntransactionID 31\nkeyFile /nowhere\n" };
	struct buf state = { 0 };
	struct scep_stub stub;
	char *id;

	run_begin(&stub);
	stub.pending_count = 1;
	scep_stub_start(&stub);
	IS_STATUS(5, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--state", at("state")));
	stub.http.seen->count = 0;
	IS_STATUS(1, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("device.key"), "--state", at("state")));
	SAYS(world.err, "exists");
	CU_ASSERT_EQUAL(stub.http.seen->count, 0);
	UNIT_ERR(ERR_OK, file_read(at("state"), FILE_MAX_LEN, &state, NULL));
	UNIT_ERR(ERR_OK, buf_terminate(&state));
	id = strstr((char *)state.ptr, "transactionID ");
	CU_ASSERT_PTR_NOT_NULL_FATAL(id);
	id[15] = id[15] == '1' ? '2' : '1';
	UNIT_ERR(ERR_OK, file_write(at("other"), buf_bytes(&state), FILE_PUBLIC, NULL));
	IS_STATUS(1, RUN("poll", stub.http.url, "--state", at("other")));
	SAYS(world.err, "failInfo 4 (badCertId)");
	CU_ASSERT_EQUAL(access(at("other"), F_OK), 0);
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		unit_row(broken[i]);
		put_text("broken", broken[i]);
		stub.http.seen->count = 0;
		IS_STATUS(1, RUN("poll", stub.http.url, "--state", at("broken")));
		CU_ASSERT_EQUAL(stub.http.seen->count, 0);
	}
	unit_row(NULL);
	IS_STATUS(1, RUN("poll", stub.http.url, "--state", at("nowhere")));
	IS_STATUS(2, RUN("poll", stub.http.url));
	buf_clear(&state);
	run_end(&stub);
}

static void test_password(void)
{
	struct scep_stub stub;

	run_begin(&stub);
	stub.pending_count = 1;
	scep_stub_start(&stub);
	put_text("challenge", "correct horse\n");
	put_text("wrong", "wrong horse\n");
	run_put_vector("cms/ec.key", "ec.key");
	IS_STATUS(5, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("ec.key"), "--signer-key", at("ec.key"), "--challenge-file", at("challenge"),
		"--state", at("state")));
	IS_STATUS(1, RUN("poll", stub.http.url, "--state", at("state"), "--challenge-file", at("wrong")));
	CU_ASSERT_EQUAL(access(at("state"), F_OK), 0);
	IS_STATUS(0, RUN("poll", stub.http.url, "--state", at("state"), "--challenge-file", at("challenge"), "--out", at("old.pem")));
	IS_STATUS(0, RUN("enroll", stub.http.url, "--subject", "CN=d", "--key", at("ec.key"), "--signer-key", at("ec.key"), "--challenge-file", at("challenge"),
		"--save-reply", at("reply.der"), "--verbose"));
	SAYS(world.err, "recipient: whoever has the challenge");
	IS_STATUS(0, RUN("renew", stub.http.url, "--cert", at("old.pem"), "--key", at("ec.key"), "--challenge-file", at("challenge"), "--out", at("new.pem")));
	cert_free(run_read_cert("new.pem"));
	IS_STATUS(0, RUN("explain", at("reply.der"), "--challenge-file", at("challenge")));
	SAYS(world.out, "opened with the challenge");
	SAYS(world.out, "REFUSES it: is not known to read PasswordRecipientInfo");
	IS_STATUS(0, RUN("explain", at("reply.der"), "--challenge-file", at("wrong")));
	SAYS(world.out, "NOT OPENED");
	run_end(&stub);
}

static const struct unit_case cases[] = {
	{ "renew takes names from the old certificate, which signs the message (RFC 8894 section 2.5)", test_renew },
	{ "renew asks for other names when it is told to, and only with the right key", test_renew_other_names },
	{ "a PENDING enroll leaves what poll needs, and poll asks under the same transactionID (RFC 8894 section 3.3.3)", test_pending },
	{ "--wait polls for so long, and no longer (RFC 8894 section 4.4)", test_wait },
	{ "a throw-away key is kept with the state, another key is not", test_throw_away_key },
	{ "state files are never overwritten, and broken ones end before anything is sent", test_state_files },
	{ "an EC signer reads its reply under the challenge (RFC 8894 section 3.1)", test_password },
};

UNIT_MAIN("scepcli_ask", cases)
