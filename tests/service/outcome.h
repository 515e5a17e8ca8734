#ifndef SCEPGATE_TESTS_SERVICE_OUTCOME_H
#define SCEPGATE_TESTS_SERVICE_OUTCOME_H

/* What the service must make of a crafted message: POST it, and check the answer, the audit row and the store. */

#include "service/crafted_message.h"

enum outcome_kind { OUTCOME_ISSUED, OUTCOME_PENDING, OUTCOME_FAILURE, OUTCOME_HTTP };

struct outcome {
	enum outcome_kind kind;
	enum fail_info fail_info;  /* of a FAILURE: what the device reads */
	enum err error;            /* what is recorded for the operator; of OUTCOME_HTTP what scep_serve() returns */
};

/* The words for it. */
static inline struct outcome issued(void)
{
	return (struct outcome){ OUTCOME_ISSUED, NO_FAIL_INFO, ERR_OK };
}
static inline struct outcome pending(void)
{
	return (struct outcome){ OUTCOME_PENDING, NO_FAIL_INFO, ERR_OK };
}
static inline struct outcome refused(enum fail_info fail_info, enum err recorded)
{
	return (struct outcome){ OUTCOME_FAILURE, fail_info, recorded };
}
static inline struct outcome http_error(enum err error)
{
	return (struct outcome){ OUTCOME_HTTP, NO_FAIL_INFO, error };
}

/** One fixture serves many messages: the store forgets its transaction before each. @param row borrowed; names the message when an assertion fails. */
void outcome_check(struct fixture *f, const char *row, const struct crafted *crafted, struct outcome expected);

/** The same, for a look at the reply: *reply may be NULL (HTTP), free with scep_message_free(); *content is appended. */
void outcome_exchange(struct fixture *f, const char *row, const struct crafted *crafted, struct outcome expected, struct scep_message **reply, struct buf *content);

/** The same for a message that is at hand. */
void outcome_post(struct fixture *f, const char *row, const struct buf *message, const struct scep_request_plan *plan, struct outcome expected, struct scep_message **reply,
	struct buf *content);

/** The first certificate of a degenerate message. Free with cert_free(). */
struct cert *outcome_certificate(const struct buf *content);

#endif
