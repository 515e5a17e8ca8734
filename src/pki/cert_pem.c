#include <config.h>

#include "pki/cert.h"

#include "pki/ber.h"
#include "pki/pem.h"

/* The textual form of certificates, RFC 7468 section 5. */

#define LABEL "CERTIFICATE"

/* The first block that is a certificate. */
static enum err find_block(struct bytes pem, struct pem_block *out, struct why *why)
{
	enum err e;

	do
		e = pem_next(&pem, out);
	while (e == ERR_OK && !bytes_is_str(out->label, LABEL));
	if (e == ERR_TEXT)
		return why_set(why, ERR_CERT_SYNTAX, "there is no line -----END " LABEL "-----");
	return e == ERR_OK ? e : why_set(why, ERR_CERT_SYNTAX, "there is no line -----BEGIN " LABEL "-----");
}

enum err cert_parse_pem(struct bytes pem, struct cert **out, struct why *why)
{
	struct buf ber = { 0 }, der = { 0 };
	struct pem_block block;
	size_t used_len;
	enum err e;

	if ((e = find_block(pem, &block, why)) != ERR_OK)
		return e;
	if ((e = pem_decode(&block, &ber)) == ERR_OK && (e = ber_normalise(buf_bytes(&ber), &der, &used_len, why)) == ERR_OK)
		e = used_len == ber.len ? cert_parse(buf_bytes(&der), out, why) : ERR_CERT_SYNTAX;
	if (e != ERR_OK && e != ERR_MEMORY)
		e = why_set(why, ERR_CERT_SYNTAX, "what the PEM holds is not one certificate");
	buf_clear(&ber);
	buf_clear(&der);
	return e;
}

enum err cert_encode_pem(struct bytes der, struct buf *out)
{
	return pem_encode(LABEL, der, out);
}
