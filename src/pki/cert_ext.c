#include <config.h>

#include "pki/cert_ext.h"

#include <stdlib.h>

#include "pki/ext_read.h"

/* The Extensions value of a certificate: TBSCertificate.extensions [3], RFC 5280 section 4.1. @return false when there is none. */
static bool find_extensions(const struct cert *cert, struct bytes *extensions)
{
	struct der outer = { cert->tbs }, tbs;
	struct der_element element;

	if (der_enter(&outer, DER_SEQUENCE, &tbs) != ERR_OK)
		return false;
	while (der_read(&tbs, &element) == ERR_OK)
		if (element.tag == DER_CONTEXT_CONSTRUCTED(3)) {
			*extensions = element.value;
			return true;
		}
	return false;
}

enum err cert_find_extension(const struct cert *cert, struct bytes oid, struct cert_extension *out)
{
	struct bytes extensions = { NULL, 0 };
	struct der der, level;
	struct ext_item item;

	if (!find_extensions(cert, &extensions))
		return ERR_NOT_FOUND;
	der = (struct der){ extensions };
	if (der_enter(&der, DER_SEQUENCE, &level) != ERR_OK)
		return ERR_NOT_FOUND;
	while (ext_next(&level, &item) == ERR_OK)
		if (bytes_is_equal(item.oid, oid)) {
			*out = (struct cert_extension){ item.is_critical, item.value };
			return ERR_OK;
		}
	return ERR_NOT_FOUND;
}

enum err cert_ext_read(const struct cert *cert, struct ext_request **ext, struct why *why)
{
	struct ext_request *made = NULL;
	struct bytes extensions;
	enum err e = ERR_OK;

	if (find_extensions(cert, &extensions)) {
		if ((made = calloc(1, sizeof *made)) == NULL)
			return ERR_MEMORY;
		e = ext_request_parse(extensions, made, why);
	}
	if (e == ERR_OK)
		*ext = made;
	else
		free(made);
	return e;
}
