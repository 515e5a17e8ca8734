#include <config.h>

#include "service/outcome.h"

static void forget_transaction(struct fixture_store *seen)
{
	seen->state = ENROLMENT_NEW;
	seen->lookup_count = seen->poll_count = seen->pend_count = seen->commit_count = seen->refuse_count = 0;
	seen->issued_count = seen->waiting_count = 0;
	seen->refused_error = ERR_OK;
	buf_reset(&seen->issued_der);
}

struct cert *outcome_certificate(const struct buf *content)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	struct cert *cert = NULL;
	size_t count = 0;

	CU_ASSERT_EQUAL_FATAL(cms_certs_only_parse(buf_bytes(content), &der, found, &count, NULL), ERR_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_EQUAL_FATAL(cert_parse(found[0], &cert, NULL), ERR_OK);
	buf_clear(&der);
	return cert;
}

static void check_issued(const struct fixture_store *seen, const struct buf *content)
{
	struct cert *cert;

	CU_ASSERT_EQUAL(seen->commit_count, 1);
	CU_ASSERT_EQUAL(seen->refuse_count, 0);
	if (content->len == 0)
		return;
	cert = outcome_certificate(content);
	UNIT_BYTES(buf_bytes(&seen->issued_der), buf_bytes(&cert->der));
	cert_free(cert);
}

static void check_refused(const struct fixture *f, const struct scep_message *reply, struct outcome expected)
{
	const struct fixture_store *seen = f->store;

	CU_ASSERT_EQUAL(seen->commit_count, 0);
	CU_ASSERT_EQUAL(seen->pend_count, 0);
	CU_ASSERT_EQUAL(seen->issued_der.len, 0);
	if (expected.kind == OUTCOME_HTTP)
		return;
	CU_ASSERT_EQUAL(seen->refuse_count, 1);
	fixture_refused_with(f, expected.error);
	CU_ASSERT_PTR_NOT_NULL(reply);
	if (reply == NULL)
		return;
	CU_ASSERT_EQUAL(reply->fail_info, expected.fail_info);
	CU_ASSERT_FALSE(reply->cms->has_content);
}

static enum err answer_of(struct outcome expected)
{
	switch (expected.kind) {
	case OUTCOME_ISSUED:
		return ERR_OK;
	case OUTCOME_PENDING:
		return ERR_SCEP_PENDING;
	case OUTCOME_FAILURE:
		return ERR_SCEP_FAILURE;
	case OUTCOME_HTTP:
		break;
	}
	return expected.error;
}

void outcome_post(struct fixture *f, const char *row, const struct buf *message, const struct scep_request_plan *plan, struct outcome expected, struct scep_message **reply,
	struct buf *content)
{
	unit_row(row);
	forget_transaction(f->store);
	UNIT_ERR(answer_of(expected), fixture_post(f, message, plan, reply, content));
	switch (expected.kind) {
	case OUTCOME_ISSUED:
		check_issued(f->store, content);
		break;
	case OUTCOME_PENDING:
		CU_ASSERT_EQUAL(f->store->pend_count, 1);
		break;
	case OUTCOME_FAILURE:
	case OUTCOME_HTTP:
		check_refused(f, *reply, expected);
		break;
	}
}

void outcome_exchange(struct fixture *f, const char *row, const struct crafted *crafted, struct outcome expected, struct scep_message **reply, struct buf *content)
{
	struct scep_request_plan plan;
	struct buf message = { 0 };

	crafted_message(f, crafted, &message, &plan);
	outcome_post(f, row, &message, &plan, expected, reply, content);
	buf_clear(&message);
}

void outcome_check(struct fixture *f, const char *row, const struct crafted *crafted, struct outcome expected)
{
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	outcome_exchange(f, row, crafted, expected, &reply, &content);
	scep_message_free(reply);
	buf_clear(&content);
	unit_row(NULL);
}
