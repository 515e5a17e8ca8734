#include <config.h>

#include "service/get_crl.h"

#include "store/crl.h"

enum err get_crl(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	struct scep_issuer_and_serial body = { 0 };
	enum err e;

	if ((e = pki_operation_open_name(operation, &body, why)) == ERR_OK)
		e = crl_latest(operation->service->store, operation->endpoint->row->ca.id, &outcome->der, why);
	if (e == ERR_NOT_FOUND)
		e = why_set(why, ERR_CERT_ID, "the CA has published no CRL");
	if (e == ERR_OK)
		outcome->kind = PKI_OUTCOME_CRL;
	scep_issuer_and_serial_clear(&body);
	return e;
}
