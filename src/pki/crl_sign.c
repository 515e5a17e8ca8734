#include <config.h>

#include "pki/crl.h"

/* A CRL of entries that are in memory, into memory. */

struct array {
	const struct crl_template *crl;
	size_t at;
};

static enum err array_next(void *context, struct crl_entry *out, struct why *why)
{
	struct array *array = context;

	(void)why;
	if (array->at == array->crl->count)
		return ERR_NOT_FOUND;
	*out = array->crl->entries[array->at++];
	return ERR_OK;
}

static enum err array_rewind(void *context, struct why *why)
{
	struct array *array = context;

	(void)why;
	array->at = 0;
	return ERR_OK;
}

static enum err buf_write(void *context, struct bytes piece, struct why *why)
{
	(void)why;
	return buf_append(context, piece);
}

enum err crl_sign(const struct crl_template *crl, const struct cert *issuer, const struct key *issuer_key, struct buf *der, struct why *why)
{
	struct array array = { crl, 0 };
	const struct crl_source source = { array_next, array_rewind, &array };
	const struct crl_sink sink = { buf_write, der };
	const size_t mark = der->len;
	enum err e = crl_write(crl, &source, issuer, issuer_key, &sink, NULL, why);

	if (e != ERR_OK)
		der->len = mark;
	return e;
}
