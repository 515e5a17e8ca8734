#ifndef SCEPGATE_TESTS_CONFORMANCE_DEGENERATE_H
#define SCEPGATE_TESTS_CONFORMANCE_DEGENERATE_H

/* Strict reading of a degenerate SignedData (RFC 8894 section 3.4), as GetCACert, CertRep and GetNextCACert carry it. */

#include "pki/cms_signed.h"

/** Borrowed from `der`, which the struct owns. All zero is the initial value; degenerate_clear() at the end. */
struct degenerate {
	struct buf der;
	struct bytes certificate[CMS_MAX_CERTIFICATES]; /* whole elements, in their order */
	size_t certificate_count;
	struct bytes crls;                              /* content of [1]; empty when absent */
	size_t crl_count;
};

void degenerate_clear(struct degenerate *degenerate);

/** @param out out: untouched on error. @return ERR_OK; ERR_SCEP_REPLY with what is wrong. */
enum err degenerate_parse(struct bytes ber, struct degenerate *out, struct why *why);

#endif
