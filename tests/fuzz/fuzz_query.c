#include <config.h>

/* A raw query, as a server reads it, its message decoded; the same octets as a server's list of capabilities. */

#include <stdint.h>
#include <stdlib.h>

#include "scep/caps.h"
#include "scep/message.h"
#include "scep/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void read_query(struct bytes input)
{
	struct scep_query query;
	struct buf message = { 0 };
	struct why why = { 0 };

	if (scep_query_parse(input, &query, &why) != ERR_OK) {
		demand(why.text[0] != '\0');
		return;
	}
	demand(query.message.len <= input.len);
	if (query.has_message && scep_query_decode_message(query.message, &message, &why) == ERR_OK)
		demand(message.len > 0 && message.len <= SCEP_MAX_MESSAGE_LEN && message.len < query.message.len);
	else
		demand(message.len == 0);
	buf_clear(&message);
}

static void read_caps(struct bytes input)
{
	struct scep_caps caps = scep_caps_parse(input);
	struct buf text = { 0 };

	demand(scep_caps_encode(&caps, &text) == ERR_OK && text.len <= SCEP_CAPS_MAX_LEN);
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_query(bytes_from(data, size));
	read_caps(bytes_from(data, size));
	return 0;
}
