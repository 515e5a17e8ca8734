#include <config.h>

/* A CRL, and a message with a CRL alone, as a client reads them. */

#include <stdint.h>
#include <stdlib.h>

#include "pki/cms_signed.h"
#include "pki/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void read_crl(struct bytes der)
{
	struct crl *crl = NULL;
	struct crl_entry entry;
	struct why why = { 0 };

	if (crl_parse(der, &crl, &why) != ERR_OK) {
		demand(crl == NULL && why.text[0] != '\0');
		return;
	}
	demand(crl->issuer.len > 0 && crl->number.len <= CRL_MAX_NUMBER_LEN && (crl->revoked_count == 0) == (crl->revoked.len == 0));
	if (crl_find(crl, bytes_from("\x01", 1), &entry) == ERR_OK)
		demand(crl_reason_name((int)entry.reason) != NULL);
	crl_free(crl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf der = { 0 };
	struct bytes crl;

	read_crl(bytes_from(data, size));
	if (cms_crl_only_parse(bytes_from(data, size), &der, &crl, NULL) == ERR_OK)
		read_crl(crl);
	buf_clear(&der);
	return 0;
}
