#include <config.h>

/* An envelope for a recipient who has a password, as a client opens one. The password is that of the test vectors, so that the messages of the corpus open. */

#include <stdint.h>
#include <stdlib.h>

#include "pki/cms_password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf plain = { 0 };
	struct why why = { 0 };
	enum err e = cms_password_open(bytes_from(data, size), bytes_from_str("correct horse"), &plain, &why);

	demand(e == ERR_OK || (plain.len == 0 && why.text[0] != '\0'));
	demand(plain.len <= size);
	buf_clear(&plain);
	return 0;
}
