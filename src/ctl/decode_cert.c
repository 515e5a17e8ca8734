#include <config.h>

#include "ctl/decode.h"

#include <stdlib.h>

#include "base/text.h"
#include "pki/cert_ext.h"
#include "ctl/decode_lines.h"

static void put_extensions(struct lines *lines, const struct cert *cert)
{
	struct ext_request *ext = NULL;
	struct why why = { 0 };
	enum err e = cert_ext_read(cert, &ext, &why);

	if (e == ERR_OK && ext != NULL)
		lines_extensions(lines, ext);
	else if (e == ERR_MEMORY)
		lines_keep(lines, e);
	else if (e != ERR_OK)
		lines_format(lines, "extensions", "(not readable: %s)", why_text(&why, e));
	free(ext);
}

static void put_fingerprint(struct lines *lines, const char *label, const struct cert *cert, enum digest digest)
{
	lines_start(lines, label);
	lines_keep(lines, cert_format_fingerprint(buf_bytes(&cert->der), digest, lines->out));
	lines_end(lines);
}

enum err decode_cert(const struct cert *cert, unsigned indent, struct buf *out)
{
	struct lines lines = { out, indent, ERR_OK };

	lines_name(&lines, "subject", cert->subject);
	lines_name(&lines, "issuer", cert->issuer);
	lines_start(&lines, "serial");
	lines_keep(&lines, text_encode_hex(cert->serial, out));
	lines_end(&lines);
	if (cert->has_times) {
		lines_time(&lines, "notBefore", cert->not_before_utc);
		lines_time(&lines, "notAfter", cert->not_after_utc);
	} else {
		lines_format(&lines, "validity", "(not readable)");
	}
	lines_key(&lines, cert->spki);
	put_extensions(&lines, cert);
	put_fingerprint(&lines, "SHA-256 fingerprint", cert, DIGEST_SHA256);
	put_fingerprint(&lines, "SHA-1 fingerprint", cert, DIGEST_SHA1);
	put_fingerprint(&lines, "MD5 fingerprint", cert, DIGEST_MD5);
	return lines.error;
}
