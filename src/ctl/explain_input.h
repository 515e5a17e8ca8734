#ifndef SCEPGATE_CTL_EXPLAIN_INPUT_H
#define SCEPGATE_CTL_EXPLAIN_INPUT_H

/* From what people have captured to the octets of a message: files in DER, BER, PEM, base64 or hexadecimal, whole HTTP messages, log lines and URLs. */

#include "ctl/explain_trait.h"
#include "ctl/http_client.h"

enum { EXPLAIN_INPUT_MAX_LEN = 8388608 };

/** What was found. All zero is the initial value; explain_input_clear() at the end. */
struct explain_input {
	struct buf octets;
	const char *form;         /* how it stood there, for a sentence. Borrowed for ever */
	char media_type[HTTP_CLIENT_MAX_MEDIA_TYPE_LEN + 1]; /* Content-Type, when there was one; else "" */
};

void explain_input_clear(struct explain_input *input);

/**
 * Find the message in a captured text or file.
 *
 * @param traits in/out: what is wrong with a URL, and HTML, are noted.
 * @param input  out: in its initial state.
 * @return ERR_OK; ERR_VALUE when there is none, with the cause; ERR_MEMORY.
 */
enum err explain_input_take(struct bytes captured, struct explain_input *input, struct traits *traits, struct why *why);

/** Does an argument hold the message itself (a URL or a query with one), and is no file name? */
bool explain_input_is_text(const char *argument);

#endif
