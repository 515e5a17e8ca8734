#include <config.h>

#include "pki/import.h"

#include "pki/ber.h"
#include "pki/cert_issuer.h"
#include "pki/der.h"
#include "pki/pem.h"

/* What an import is good for: which certificate is the key's, and which ones stand in a file of many. */

/* Of several that fit, the one that ends last: what was renewed with the same key. */
static const struct cert *find_of_key(const struct import *import)
{
	const struct cert *best = NULL;

	for (size_t i = 0; i < import->cert_count; i++) {
		const struct cert *cert = import->cert[i];

		if (cert_issuer_check_key(cert->spki, import->key, NULL) != ERR_OK)
			continue;
		if (best == NULL || cert->not_after_utc > best->not_after_utc)
			best = cert;
	}
	return best;
}

/* The only one that issued none of the others. NULL when there is no such, or more than one. */
static const struct cert *find_lowest(const struct import *import)
{
	const struct cert *lowest = NULL;

	for (size_t i = 0; i < import->cert_count; i++) {
		bool is_issuer = false;

		for (size_t j = 0; j < import->cert_count && !is_issuer; j++)
			is_issuer = j != i && cert_verify_issued(import->cert[j], import->cert[i], NULL) == ERR_OK;
		if (is_issuer)
			continue;
		if (lowest != NULL)
			return NULL;
		lowest = import->cert[i];
	}
	return lowest;
}

enum err import_find_chain(const struct import *import, const struct cert *chain[CHAIN_MAX_LEN], size_t *chain_count, struct why *why)
{
	const struct cert *first = import->key != NULL ? find_of_key(import) : find_lowest(import);
	const struct cert *pool[IMPORT_MAX_CERTIFICATES], *made[CHAIN_MAX_LEN];
	size_t count = 0;
	enum err e;

	if (first == NULL && import->key != NULL)
		return why_set(why, ERR_NOT_FOUND, "none of the %zu certificates is for the private key", import->cert_count);
	if (first == NULL)
		return why_set(why, import->cert_count == 0 ? ERR_NOT_FOUND : ERR_VALUE, "the %zu certificates are not one chain", import->cert_count);
	for (size_t i = 0; i < import->cert_count; i++)
		pool[i] = import->cert[i];
	if ((e = chain_build(first, pool, import->cert_count, made, &count, why)) != ERR_OK)
		return e;
	if (import->key == NULL && count != import->cert_count)
		return why_set(why, ERR_VALUE, "the %zu certificates are not one chain", import->cert_count);
	for (size_t i = 0; i < count; i++)
		chain[i] = made[i];
	*chain_count = count;
	return ERR_OK;
}

/* The next CERTIFICATE block. */
static enum err next_block(struct bytes *rest, struct buf *ber, struct why *why)
{
	struct pem_block block;
	enum err e;

	do
		e = pem_next(rest, &block);
	while (e == ERR_OK && !bytes_is_str(block.label, "CERTIFICATE") && !bytes_is_str(block.label, "X509 CERTIFICATE"));
	if (e == ERR_OK)
		e = pem_decode(&block, ber);
	return e == ERR_TEXT ? why_set(why, ERR_CERT_SYNTAX, "a block of the PEM has no end, or is no base64") : e;
}

static enum err next_element(struct bytes *rest, struct buf *ber, struct why *why)
{
	struct der der = { *rest };
	struct der_element element;
	enum err e;

	if (der_read(&der, &element) != ERR_OK)
		return why_set(why, ERR_CERT_SYNTAX, "what stands behind a certificate is no other one");
	if ((e = buf_append(ber, element.raw)) == ERR_OK)
		*rest = der.rest;
	return e;
}

/* No text begins so: a certificate has more than 127 octets, so that its length is of the long form. */
static bool is_der(struct bytes in)
{
	return in.len > 1 && in.ptr[0] == DER_SEQUENCE && in.ptr[1] >= 0x80;
}

enum err import_next_certificate(struct bytes *rest, struct buf *der, struct why *why)
{
	struct bytes left = *rest;
	struct buf ber = { 0 };
	size_t used_len = 0, mark = der->len;
	enum err e = is_der(left) ? next_element(&left, &ber, why) : next_block(&left, &ber, why);

	if (e == ERR_OK && (e = ber_normalise(buf_bytes(&ber), der, &used_len, why)) != ERR_MEMORY && (e != ERR_OK || used_len != ber.len)) {
		der->len = mark;
		e = why_set(why, ERR_CERT_SYNTAX, "what should be a certificate is not one element");
	}
	if (e == ERR_OK)
		*rest = left;
	buf_clear(&ber);
	return e;
}
