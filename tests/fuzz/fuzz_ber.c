#include <config.h>

/*
 * ber_normalise() over anything, and what it promises: the output is DER-framed, so a second pass changes nothing; der_read() gets through all of it.
 */

#include <stdint.h>
#include <stdlib.h>

#include "pki/ber.h"
#include "pki/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void walk(struct bytes level, int depth)
{
	struct der der = { level };
	struct der_element element;

	demand(depth <= BER_MAX_DEPTH);
	while (!der_is_end(&der)) {
		demand(der_read(&der, &element) == ERR_OK);
		if ((element.tag & 0x20) != 0)
			walk(element.value, depth + 1);
	}
}

static void read_values(struct bytes level)
{
	struct der der = { level };
	struct der_element element;
	struct buf text;
	int64_t utc;
	int number;

	buf_init(&text);
	while (!der_is_end(&der) && der_read(&der, &element) == ERR_OK) {
		buf_reset(&text);
		(void)der_get_text(&element, &text);
		(void)der_get_time(&element, &utc);
		(void)der_get_small(&element, &number);
		(void)der_join_string(&element, DER_CONTEXT(0), &text);
	}
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once, twice;
	struct why why = { 0 };
	size_t used;

	buf_init(&once);
	buf_init(&twice);
	if (ber_normalise(bytes_from(data, size), &once, &used, &why) == ERR_OK) {
		struct der_element element;

		demand(used <= size && used >= 2);
		walk(buf_bytes(&once), 0);
		demand(ber_normalise(buf_bytes(&once), &twice, &used, &why) == ERR_OK && used == once.len);
		demand(bytes_is_equal(buf_bytes(&once), buf_bytes(&twice)));
		demand(der_read_only(buf_bytes(&once), once.ptr[0], &element) == ERR_OK);
		read_values(buf_bytes(&once));
		read_values(element.value);
	} else {
		demand(once.len == 0);
	}
	buf_clear(&twice);
	buf_clear(&once);
	return 0;
}
