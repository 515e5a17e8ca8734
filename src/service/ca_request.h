#ifndef SCEPGATE_SERVICE_CA_REQUEST_H
#define SCEPGATE_SERVICE_CA_REQUEST_H

/* A CA of ours whose certificate another one signs: its key and request are made here, its certificate is installed when it has come. */

#include "pki/algorithm.h"
#include "pki/import.h"
#include "service/service.h"

struct ca_request_plan {
	const char *name;             /* of the CA that it will be */
	const char *description;      /* may be NULL */
	const char *subject;          /* RFC 4514 text */
	enum key_kind key_kind;       /* as for ca_create() */
	unsigned key_bits;
	const char *key_uri;          /* its key is in a token, and not made; NULL: make one */
	bool has_path_len;            /* ask for a pathLenConstraint */
	int path_len;                 /* 0..EXT_MAX_PATH_LEN */
};

/**
 * Make key and certification request, and store both.
 *
 * @param csr_der out: appended. @return ERR_OK; ERR_TEXT; ERR_VALUE; ERR_CONFLICT when a CA or a request has the name; ERR_KEY_SECRET; ERR_DB_*; ERR_MEMORY.
 */
enum err ca_request(struct service *service, const struct ca_request_plan *plan, struct buf *csr_der, struct why *why);

/**
 * Make a CA of a request and its certificate; the request is then gone. As ca_import() otherwise, which finds and stores what is above it.
 *
 * @param is_partial in: as in struct ca_import_plan. @param import in: certificates without a key. @return as ca_import(); ERR_NOT_FOUND when there is no request of that name, or no certificate for its key; ERR_VALUE when the
 *               certificate is for another subject.
 */
enum err ca_install(struct service *service, const char *name, bool is_partial, const struct import *import, struct why *why);

#endif
