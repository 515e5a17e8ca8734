#include <config.h>

#include "ctl/decode.h"

#include "ctl/decode_lines.h"

enum err decode_crl(const struct crl *crl, unsigned indent, struct buf *out)
{
	struct lines lines = { out, indent, ERR_OK };

	lines_name(&lines, "issuer", crl->issuer);
	if (crl->number.len > 0)
		lines_hex(&lines, "CRLNumber", crl->number);
	else
		lines_format(&lines, "CRLNumber", "none");
	lines_time(&lines, "thisUpdate", crl->this_update_utc);
	if (crl->has_next_update)
		lines_time(&lines, "nextUpdate", crl->next_update_utc);
	else
		lines_format(&lines, "nextUpdate", "none");
	lines_format(&lines, "revoked", "%zu certificate%s", crl->revoked_count, crl->revoked_count == 1 ? "" : "s");
	if (crl->is_delta)
		lines_hex(&lines, "delta of CRLNumber", crl->base_number);
	if (crl->has_scope)
		lines_format(&lines, "scope", "a part%s", crl->only_user_certs ? ": user certificates" : crl->only_ca_certs ? ": CA certificates" : "");
	if (crl->has_unknown_critical)
		lines_format(&lines, "scope", "limited: it has a critical extension that is not read here");
	return lines.error;
}
