#ifndef SCEPGATE_SERVICE_CERTIFICATE_IMPORT_H
#define SCEPGATE_SERVICE_CERTIFICATE_IMPORT_H

/* Certificates that another server issued under a CA that is here now: recorded at an endpoint, so that their holders renew there. */

#include "pki/crl.h"
#include "service/service.h"

/** All of it borrowed. */
struct certificate_import_plan {
	const char *application, *profile;
	const struct crl *crl;        /* the CA's last CRL of the other server: what it names is recorded as revoked; NULL for none */
	bool skip_foreign;            /* pass certificates over that the CA of the endpoint has not issued; else they are an error */
};

/** What became of them. */
struct certificate_import_count {
	size_t imported, revoked /* of the imported ones */, known, foreign;
};

/**
 * Record the certificates of some files.
 *
 * @param files in: PEM or DER, any number of certificates each. @param count out: untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND without such an endpoint; ERR_CERT_SYNTAX, ERR_VALUE, ERR_CMS_SIGNATURE with the number of the file and certificate, and then none is recorded; ERR_VALUE also for
 *         a CRL of another CA, or one that is not complete; ERR_CONFLICT when another certificate has the serial number; ERR_DB_*; ERR_MEMORY. Cost: a signature and a statement each.
 */
enum err certificate_import(struct service *service, const struct certificate_import_plan *plan, const struct bytes *files, size_t file_count,
	struct certificate_import_count *count, struct why *why);

#endif
