#include <config.h>

#include "service/get_cert.h"

#include "pki/crypto.h"
#include "store/certificate.h"

static enum err find(const struct pki_operation *operation, struct bytes serial, struct buf *der, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	uint8_t requester[DIGEST_MAX_LEN];
	enum err e;

	if ((e = crypto_digest(DIGEST_SHA256, buf_bytes(&operation->message->cms->signer->der), requester)) != ERR_OK)
		return e;
	e = certificate_find(operation->service->store, row->id, row->version, serial, bytes_from(requester, ENROLMENT_HASH_LEN), der, why);
	return e == ERR_NOT_FOUND ? why_set(why, ERR_CERT_ID, "no such certificate, or not for this requester") : e;
}

enum err get_cert(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	struct scep_issuer_and_serial body = { 0 };
	enum err e;

	if ((e = pki_operation_open_name(operation, &body, why)) == ERR_OK)
		e = find(operation, body.serial, &outcome->der, why);
	if (e == ERR_OK)
		outcome->kind = PKI_OUTCOME_CERTIFICATE;
	scep_issuer_and_serial_clear(&body);
	return e;
}
