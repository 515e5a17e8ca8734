#ifndef SCEPGATE_SCEP_BODY_H
#define SCEPGATE_SCEP_BODY_H

/*
 * What stands inside the envelope of a request that brings no CSR: IssuerAndSerialNumber (GetCert and GetCRL, RFC 8894 section 3.3.4) and IssuerAndSubject (CertPoll,
 * RFC 8894 section 3.3.3).
 */

#include "base/bytes.h"
#include "base/why.h"

/** IssuerAndSerialNumber. Slices borrow from `der`, which the struct owns. All zero is the initial value; scep_issuer_and_serial_clear() at the end. */
struct scep_issuer_and_serial {
	struct buf der;
	struct bytes issuer;   /* Name, whole SEQUENCE */
	struct bytes serial;   /* INTEGER content octets, as sent: 1..CERT_MAX_SERIAL_LEN */
};

/** IssuerAndSubject, in the same way. */
struct scep_issuer_and_subject {
	struct buf der;
	struct bytes issuer;   /* Name, whole SEQUENCE; clients put the CA's subject, its issuer or the RA's subject there */
	struct bytes subject;  /* Name, whole SEQUENCE, may be empty ("30 00") */
};

/**
 * Read one body.
 *
 * @param ber in: exactly one element, BER or DER; trailing bytes are refused. Hostile.
 * @param out out: in its initial state; untouched on error.
 * @return ERR_OK; ERR_CMS_DECRYPT for whatever is wrong with it: what is behind the envelope fails in one way; ERR_MEMORY.
 */
enum err scep_issuer_and_serial_parse(struct bytes ber, struct scep_issuer_and_serial *out, struct why *why);
enum err scep_issuer_and_subject_parse(struct bytes ber, struct scep_issuer_and_subject *out, struct why *why);

void scep_issuer_and_serial_clear(struct scep_issuer_and_serial *body);
void scep_issuer_and_subject_clear(struct scep_issuer_and_subject *body);

/** Append a body, DER. @param issuer, subject in: Names, whole SEQUENCE. @param serial in: INTEGER content octets. @return ERR_OK; ERR_MEMORY. */
enum err scep_issuer_and_serial_encode(struct bytes issuer, struct bytes serial, struct buf *out);
enum err scep_issuer_and_subject_encode(struct bytes issuer, struct bytes subject, struct buf *out);

#endif
