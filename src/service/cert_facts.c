#include <config.h>

#include "service/cert_facts.h"

#include <stdlib.h>

#include "pki/cert_ext.h"
#include "pki/crypto.h"
#include "pki/name.h"

enum { SERIAL_MAX_LEN = 20 /* RFC 5280 section 4.1.2.2 */ };

static enum err put_sans(const struct cert *cert, struct buf *out, struct why *why)
{
	struct ext_request *ext = NULL;
	enum err e = cert_ext_read(cert, &ext, why);

	for (size_t i = 0; e == ERR_OK && ext != NULL && i < ext->san_count; i++)
		if (i == 0 || (e = buf_append_str(out, ", ")) == ERR_OK)
			e = san_format(&ext->san[i], out);
	free(ext);
	return e;
}

enum err cert_facts_read(const struct cert *cert, struct cert_facts *facts, struct why *why)
{
	struct cert_facts made = { .der = buf_bytes(&cert->der), .serial = cert->serial };
	uint8_t hash[DIGEST_MAX_LEN];
	enum err e;

	if (!cert->has_times)
		return why_set(why, ERR_CERT_SYNTAX, "the validity of the certificate cannot be read");
	if (cert->serial.len == 0 || cert->serial.len > SERIAL_MAX_LEN)
		return why_set(why, ERR_CERT_SYNTAX, "the serial number of the certificate has not 1 to %d octets", SERIAL_MAX_LEN);
	if ((e = name_format(cert->subject, &made.subject)) != ERR_OK || (e = put_sans(cert, &made.sans, why)) != ERR_OK ||
	    (e = crypto_digest(DIGEST_SHA256, cert->spki, hash)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < sizeof made.spki_sha256; i++)
		made.spki_sha256[i] = hash[i];
	clock_format_iso(cert->not_before_utc, made.not_before);
	clock_format_iso(cert->not_after_utc, made.not_after);
	*facts = made;
	made = (struct cert_facts){ 0 };
out:
	cert_facts_clear(&made);
	return e;
}

void cert_facts_clear(struct cert_facts *facts)
{
	buf_clear(&facts->subject);
	buf_clear(&facts->sans);
}

void cert_facts_arguments(const struct cert_facts *facts, struct admin_argument out[CERT_FACTS_ARGUMENTS])
{
	out[0] = (struct admin_argument){ "certificate", facts->der };
	out[1] = (struct admin_argument){ "serial", facts->serial };
	out[2] = (struct admin_argument){ "spki_sha256", bytes_from(facts->spki_sha256, sizeof facts->spki_sha256) };
	out[3] = (struct admin_argument){ "subject", buf_bytes(&facts->subject) };
	out[4] = (struct admin_argument){ "not_before", bytes_from_str(facts->not_before) };
	out[5] = (struct admin_argument){ "not_after", bytes_from_str(facts->not_after) };
}
