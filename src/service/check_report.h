#ifndef SCEPGATE_SERVICE_CHECK_REPORT_H
#define SCEPGATE_SERVICE_CHECK_REPORT_H

/* How the parts of a check report what they find. Private to service/check*.c. */

#include "pki/cert.h"
#include "service/check.h"

/** A check under way. */
struct check {
	struct service *service;
	check_report *report;
	void *context;
	struct key_access keys;       /* without secrets when those could not be read */
	int failed;
};

/** Report one finding that is good, or failed. */
void check_add(struct check *check, bool is_ok, const char *subject, const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Report a warning. */
void check_warn(struct check *check, const char *subject, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Report on the validity of a certificate whose key was found good. @param what in: "CA" or "RA". */
void check_add_expiry(struct check *check, const char *subject, const char *what, const struct cert *cert);

#endif
