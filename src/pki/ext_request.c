#include <config.h>

#include "pki/ext.h"

#include "pki/ext_read.h"

/* Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension  -- RFC 5280 section 4.1. An empty one asks for nothing. */

static enum err read_basic_constraints(const struct ext_item *item, struct ext_request *out, struct why *why)
{
	if (ext_get_basic_constraints(item->value, &out->is_ca, &out->path_len) != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "the basicConstraints of the request cannot be read");
	out->has_basic_constraints = true;
	return ERR_OK;
}

static enum err read_key_usage(const struct ext_item *item, struct ext_request *out, struct why *why)
{
	if (ext_get_key_usage(item->value, &out->key_usage) != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "the keyUsage of the request cannot be read, or names no usage");
	out->has_key_usage = true;
	return ERR_OK;
}

/* ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId  -- RFC 5280 section 4.2.1.12 */
static enum err read_ext_key_usage(const struct ext_item *item, struct ext_request *out, struct why *why)
{
	struct der_element sequence, purpose;
	struct der der;

	if (der_read_only(item->value, DER_SEQUENCE, &sequence) != ERR_OK || sequence.value.len == 0)
		return why_set(why, ERR_CSR_SYNTAX, "the extKeyUsage of the request cannot be read, or names no purpose");
	for (der = (struct der){ sequence.value }; !der_is_end(&der); out->eku[out->eku_count++] = purpose.value) {
		if (out->eku_count == EXT_MAX_EKU)
			return why_set(why, ERR_CSR_SYNTAX, "the extKeyUsage of the request names more than %d purposes", EXT_MAX_EKU);
		if (der_read_tag(&der, DER_OID, &purpose) != ERR_OK || purpose.value.len == 0)
			return why_set(why, ERR_CSR_SYNTAX, "the extKeyUsage of the request cannot be read");
	}
	out->has_eku = true;
	return ERR_OK;
}

/* GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName  -- RFC 5280 section 4.2.1.6 */
static enum err read_san(const struct ext_item *item, struct ext_request *out, struct why *why)
{
	struct der_element sequence;

	if (der_read_only(item->value, DER_SEQUENCE, &sequence) != ERR_OK || sequence.value.len == 0)
		return why_set(why, ERR_CSR_SYNTAX, "the subjectAltName of the request cannot be read, or is empty");
	return san_parse_elements(sequence.value, out->san, &out->san_count, why);
}

static enum err read_item(const struct ext_item *item, struct ext_request *out, struct why *why)
{
	if (oid_is(item->oid, OID_BASIC_CONSTRAINTS))
		return read_basic_constraints(item, out, why);
	if (oid_is(item->oid, OID_KEY_USAGE))
		return read_key_usage(item, out, why);
	if (oid_is(item->oid, OID_EXT_KEY_USAGE))
		return read_ext_key_usage(item, out, why);
	if (oid_is(item->oid, OID_SUBJECT_ALT_NAME))
		return read_san(item, out, why);
	out->other[out->other_count++] = (struct ext_other){ item->oid, item->is_critical };
	return ERR_OK;
}

enum err ext_request_parse(struct bytes extensions, struct ext_request *out, struct why *why)
{
	struct ext_request request = { 0 };
	struct bytes seen[EXT_MAX_COUNT];
	size_t count = 0;
	struct der_element sequence;
	struct ext_item item;
	struct der der;
	enum err e;

	if (der_read_only(extensions, DER_SEQUENCE, &sequence) != ERR_OK)
		return why_set(why, ERR_CSR_SYNTAX, "the requested extensions cannot be read");
	for (der = (struct der){ sequence.value }; !der_is_end(&der); seen[count++] = item.oid) {
		if (count == EXT_MAX_COUNT)
			return why_set(why, ERR_CSR_SYNTAX, "the request asks for more than %d extensions", EXT_MAX_COUNT);
		if (ext_next(&der, &item) != ERR_OK)
			return why_set(why, ERR_CSR_SYNTAX, "the requested extension number %zu cannot be read", count + 1);
		for (size_t i = 0; i < count; i++)
			if (bytes_is_equal(seen[i], item.oid))
				return why_set(why, ERR_CSR_SYNTAX, "the request asks for one extension twice");
		if ((e = read_item(&item, &request, why)) != ERR_OK)
			return e;
	}
	*out = request;
	return ERR_OK;
}
