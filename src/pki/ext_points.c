#include <config.h>

#include "pki/ext.h"

#include "pki/der.h"
#include "pki/ext_put.h"

/* Extensions that point somewhere: where CRLs, deltas, the issuer's certificate and its OCSP responder are, and which part of the certificates a CRL covers. */

enum { TAG_URI = DER_CONTEXT(6) };

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )  -- RFC 3986 section 3.1 */
static bool has_scheme(struct bytes url)
{
	size_t i = 0;

	if (url.len == 0 || !is_letter(url.ptr[0]))
		return false;
	while (i < url.len && (is_letter(url.ptr[i]) || (url.ptr[i] >= '0' && url.ptr[i] <= '9') || url.ptr[i] == '+' || url.ptr[i] == '-' || url.ptr[i] == '.'))
		i++;
	return i < url.len && url.ptr[i] == ':' && i + 1 < url.len;
}

static enum err check_url(struct bytes url, struct why *why)
{
	if (!has_scheme(url) || url.len > EXT_MAX_SAN_LEN)
		return why_set(why, ERR_VALUE, "a URL has no scheme, or is longer than %d characters", EXT_MAX_SAN_LEN);
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= 0x20 || url.ptr[i] >= 0x7f)
			return why_set(why, ERR_VALUE, "a URL has a character that must be escaped");
	return ERR_OK;
}

static enum err check_urls(struct url_list urls, struct why *why)
{
	enum err e = ERR_OK;

	if (urls.count > EXT_MAX_URLS)
		return why_set(why, ERR_VALUE, "%zu URLs are too many, %d are allowed", urls.count, EXT_MAX_URLS);
	for (size_t i = 0; i < urls.count && e == ERR_OK; i++)
		e = check_url(urls.url[i], why);
	return e;
}

/* DistributionPointName ::= CHOICE { fullName [0] GeneralNames, … }, in the EXPLICIT [0] of who has it  -- RFC 5280 section 4.2.1.13 */
static enum err put_point_name(struct url_list urls, struct buf *out, struct why *why)
{
	struct buf names = { 0 }, full_name = { 0 };
	enum err e = check_urls(urls, why);

	for (size_t i = 0; i < urls.count && e == ERR_OK; i++)
		e = der_put(&names, TAG_URI, urls.url[i]);
	if (e == ERR_OK && (e = der_put(&full_name, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&names))) == ERR_OK)
		e = der_put(out, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&full_name));
	buf_clear(&names);
	buf_clear(&full_name);
	return e;
}

/*
 * CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint; DistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName OPTIONAL, … }
 */
static enum err put_points(struct buf *out, enum oid oid, struct url_list urls, struct why *why)
{
	struct buf name = { 0 }, point = { 0 };
	enum err e = urls.count == 0 ? ERR_VALUE : put_point_name(urls, &name, why);

	if (e == ERR_OK && (e = der_put(&point, DER_SEQUENCE, buf_bytes(&name))) == ERR_OK)
		e = ext_put_sequence(out, oid, false, buf_bytes(&point));
	buf_clear(&name);
	buf_clear(&point);
	return e;
}

enum err ext_put_crl_distribution_points(struct buf *out, struct url_list urls, struct why *why)
{
	return put_points(out, OID_CRL_DISTRIBUTION_POINTS, urls, why);
}

enum err ext_put_freshest_crl(struct buf *out, struct url_list urls, struct why *why)
{
	return put_points(out, OID_FRESHEST_CRL, urls, why);
}

/* AccessDescription ::= SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }  -- RFC 5280 section 4.2.2.1 */
static enum err put_access(struct url_list urls, enum oid method, struct buf *out, struct why *why)
{
	struct buf description = { 0 };
	enum err e = check_urls(urls, why);

	for (size_t i = 0; i < urls.count && e == ERR_OK; i++) {
		buf_reset(&description);
		if ((e = der_put(&description, DER_OID, oid_get(method))) == ERR_OK && (e = der_put(&description, TAG_URI, urls.url[i])) == ERR_OK)
			e = der_put(out, DER_SEQUENCE, buf_bytes(&description));
	}
	buf_clear(&description);
	return e;
}

enum err ext_put_authority_info_access(struct buf *out, struct url_list ca_issuers, struct url_list ocsp, struct why *why)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = put_access(ca_issuers, OID_AD_CA_ISSUERS, &content, why)) == ERR_OK && (e = put_access(ocsp, OID_AD_OCSP, &content, why)) == ERR_OK)
		e = content.len == 0 ? ERR_VALUE : ext_put_sequence(out, OID_AUTHORITY_INFO_ACCESS, false, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

/* BaseCRLNumber ::= CRLNumber  -- RFC 5280 section 5.2.4 */
enum err ext_put_delta_crl_indicator(struct buf *out, uint64_t base_number)
{
	return ext_put_number(out, OID_DELTA_CRL_INDICATOR, true, base_number);
}

/*
 * IssuingDistributionPoint ::= SEQUENCE {                                                    -- RFC 5280 section 5.2.5
 *      distributionPoint [0] DistributionPointName OPTIONAL, onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE,
 *      onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE, … }
 */
enum err ext_put_issuing_distribution_point(struct buf *out, const struct crl_scope *scope, struct why *why)
{
	static const uint8_t yes = 0xff;
	struct buf content = { 0 };
	enum err e = ERR_OK;

	if (scope->only_user_certs && scope->only_ca_certs)
		return why_set(why, ERR_VALUE, "a CRL cannot be of user certificates alone and of CA certificates alone");
	if (scope->urls.count > 0)
		e = put_point_name(scope->urls, &content, why);
	if (e == ERR_OK && scope->only_user_certs)
		e = der_put(&content, DER_CONTEXT(1), bytes_from(&yes, 1));
	if (e == ERR_OK && scope->only_ca_certs)
		e = der_put(&content, DER_CONTEXT(2), bytes_from(&yes, 1));
	if (e == ERR_OK)
		e = content.len == 0 ? ERR_VALUE : ext_put_sequence(out, OID_ISSUING_DISTRIBUTION_POINT, true, buf_bytes(&content));
	buf_clear(&content);
	return e;
}
