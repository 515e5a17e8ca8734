#include <config.h>

/* What stands inside the envelope of a request without CSR, as a server reads it: each input is tried as each body. What is read must be written again as it was. */

#include <stdint.h>
#include <stdlib.h>

#include "pki/cert.h"
#include "scep/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void read_serial(struct bytes input)
{
	struct scep_issuer_and_serial body = { 0 };
	struct buf again = { 0 };
	struct why why = { 0 };
	enum err e = scep_issuer_and_serial_parse(input, &body, &why);

	if (e == ERR_OK) {
		demand(body.serial.len > 0 && body.serial.len <= CERT_MAX_SERIAL_LEN);
		demand(scep_issuer_and_serial_encode(body.issuer, body.serial, &again) == ERR_OK && bytes_is_equal(buf_bytes(&again), buf_bytes(&body.der)));
	} else {
		demand(e == ERR_CMS_DECRYPT && why.text[0] != '\0' && body.der.ptr == NULL);
	}
	scep_issuer_and_serial_clear(&body);
	buf_clear(&again);
}

static void read_subject(struct bytes input)
{
	struct scep_issuer_and_subject body = { 0 };
	struct buf again = { 0 };
	struct why why = { 0 };
	enum err e = scep_issuer_and_subject_parse(input, &body, &why);

	if (e == ERR_OK)
		demand(scep_issuer_and_subject_encode(body.issuer, body.subject, &again) == ERR_OK && bytes_is_equal(buf_bytes(&again), buf_bytes(&body.der)));
	else
		demand(e == ERR_CMS_DECRYPT && why.text[0] != '\0' && body.der.ptr == NULL);
	scep_issuer_and_subject_clear(&body);
	buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_serial(bytes_from(data, size));
	read_subject(bytes_from(data, size));
	return 0;
}
