#include <config.h>

#include "pki/cms_signed_sent.h"

#include "pki/ber.h"
#include "pki/der.h"

enum { LONG_FORM = 0x80, MAX_LENGTH_OCTETS = 8 };

/*
 * A cursor in BER. Definite lengths need not be tracked inwards: whoever calls has checked the whole structure in normalised form, so only the memory
 * has to be guarded here, and inside an element of indefinite length there is no end to know.
 */
struct cursor {
	struct bytes rest;
	struct buf scratch; /* what ber_normalise() writes while an element is measured */
};

/* Step over identifier and length octets, into a constructed element of this tag. */
static enum err enter(struct cursor *at, uint8_t tag)
{
	size_t header_len = 2;

	if (at->rest.len < header_len || at->rest.ptr[0] != tag)
		return ERR_CMS_SYNTAX;
	if (at->rest.ptr[1] > LONG_FORM)
		header_len += at->rest.ptr[1] & 0x7fu;
	if (header_len > 2 + MAX_LENGTH_OCTETS || header_len > at->rest.len)
		return ERR_CMS_SYNTAX;
	at->rest.ptr += header_len;
	at->rest.len -= header_len;
	return ERR_OK;
}

/* Step over one whole element; *element, which may be NULL, is what was stepped over. */
static enum err skip(struct cursor *at, struct bytes *element)
{
	size_t used_len = 0;
	enum err e;

	buf_reset(&at->scratch);
	if ((e = ber_normalise(at->rest, &at->scratch, &used_len, NULL)) != ERR_OK)
		return e == ERR_MEMORY ? e : ERR_CMS_SYNTAX;
	if (element != NULL)
		*element = bytes_from(at->rest.ptr, used_len);
	at->rest.ptr += used_len;
	at->rest.len -= used_len;
	return ERR_OK;
}

static enum err skip_optional(struct cursor *at, uint8_t tag)
{
	return at->rest.len > 0 && at->rest.ptr[0] == tag ? skip(at, NULL) : ERR_OK;
}

enum err cms_signed_find_sent_attributes(struct bytes ber, struct bytes *sent)
{
	struct cursor at = { ber, { 0 } };
	struct bytes attributes;
	enum err e;

	if ((e = enter(&at, DER_SEQUENCE)) != ERR_OK || (e = skip(&at, NULL)) != ERR_OK ||                      /* ContentInfo, contentType */
	    (e = enter(&at, DER_CONTEXT_CONSTRUCTED(0))) != ERR_OK || (e = enter(&at, DER_SEQUENCE)) != ERR_OK || /* content, SignedData */
	    (e = skip(&at, NULL)) != ERR_OK || (e = skip(&at, NULL)) != ERR_OK || (e = skip(&at, NULL)) != ERR_OK || /* version, digestAlgorithms, encapContentInfo */
	    (e = skip_optional(&at, DER_CONTEXT_CONSTRUCTED(0))) != ERR_OK || (e = skip_optional(&at, DER_CONTEXT_CONSTRUCTED(1))) != ERR_OK ||
	    (e = enter(&at, DER_SET)) != ERR_OK || (e = enter(&at, DER_SEQUENCE)) != ERR_OK ||                   /* signerInfos, SignerInfo */
	    (e = skip(&at, NULL)) != ERR_OK || (e = skip(&at, NULL)) != ERR_OK || (e = skip(&at, NULL)) != ERR_OK || /* version, sid, digestAlgorithm */
	    (e = skip(&at, &attributes)) != ERR_OK)
		goto out;
	if (attributes.ptr[0] != DER_CONTEXT_CONSTRUCTED(0)) {
		e = ERR_CMS_SYNTAX;
		goto out;
	}
	*sent = attributes;
out:
	buf_clear(&at.scratch);
	return e;
}
