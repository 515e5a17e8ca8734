#include <config.h>

#include "ctl/explain_parts.h"

#include <string.h>

enum { NONCE_LEN = 16, MAX_FAIL_INFO = 4, MAX_DIGITS = 3 };

/* The only value of an attribute. @return false when it is not there, or there is another number of values: then that is noted. */
static bool get_value(const struct cms_signed *cms, enum oid type, struct traits *traits, bool *is_there, struct der_element *value)
{
	enum err e = cms_signed_get_attribute(cms, type, value);

	*is_there = e != ERR_NOT_FOUND;
	traits->has[TRAIT_ATTRIBUTE_VALUES] |= e == ERR_CMS_SYNTAX;
	return e == ERR_OK;
}

/* The characters of RFC 5280 appendix B: letters, digits, blank and '()+,-./:=? */
static bool is_printable(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!is_letter && (c == '\0' || strchr(" '()+,-./:=?", c) == NULL))
			return false;
	}
	return true;
}

/* @return -1 when it is no number without leading zeros. */
static int read_number(struct bytes text)
{
	int number = 0;

	if (text.len == 0 || text.len > MAX_DIGITS || (text.len > 1 && text.ptr[0] == '0'))
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
		number = 10 * number + (text.ptr[i] - '0');
	}
	return number;
}

/* A PrintableString with a number. @param missing in: trait when it is not there; TRAIT_COUNT: it need not be. @return -1 when it is none. */
static int note_number(const struct cms_signed *cms, enum oid type, enum trait missing, struct traits *traits)
{
	struct der_element value;
	bool is_there;

	if (!get_value(cms, type, traits, &is_there, &value)) {
		if (!is_there && missing != TRAIT_COUNT)
			traits->has[missing] = true;
		return -1;
	}
	traits->has[TRAIT_ATTRIBUTE_STRING] |= value.tag != DER_PRINTABLE_STRING;
	return read_number(value.value);
}

static void note_nonce(const struct cms_signed *cms, enum oid type, enum trait missing, struct traits *traits)
{
	struct der_element value;
	bool is_there;

	if (get_value(cms, type, traits, &is_there, &value)) {
		traits->has[TRAIT_NONCE_TYPE] |= value.tag != DER_OCTET_STRING;
		traits->has[TRAIT_NONCE_LEN] |= value.tag == DER_OCTET_STRING && value.value.len != NONCE_LEN;
	} else if (!is_there && missing != TRAIT_COUNT) {
		traits->has[missing] = true;
	}
}

static void note_transaction_id(const struct cms_signed *cms, struct traits *traits)
{
	struct der_element value;
	bool is_there;

	if (!get_value(cms, OID_SCEP_TRANSACTION_ID, traits, &is_there, &value)) {
		traits->has[TRAIT_NO_TRANSACTION_ID] |= !is_there;
		return;
	}
	traits->has[TRAIT_ATTRIBUTE_STRING] |= value.tag != DER_PRINTABLE_STRING;
	traits->has[TRAIT_TRANSACTION_ID_VALUE] |= value.value.len == 0 || !is_printable(value.value);
}

/* pkiStatus, failInfo and failInfoText of a CertRep. */
static void note_status(const struct cms_signed *cms, struct traits *traits)
{
	int status = note_number(cms, OID_SCEP_PKI_STATUS, TRAIT_NO_STATUS, traits);
	int fail_info = note_number(cms, OID_SCEP_FAIL_INFO, status == PKI_STATUS_FAILURE ? TRAIT_NO_FAIL_INFO : TRAIT_COUNT, traits);
	struct der_element value;
	bool is_there;

	traits->has[TRAIT_SUCCESS] = status == PKI_STATUS_SUCCESS;
	traits->has[TRAIT_FAILURE] = status == PKI_STATUS_FAILURE;
	traits->has[TRAIT_PENDING] = status == PKI_STATUS_PENDING;
	traits->has[TRAIT_STATUS_UNDEFINED] = !traits->has[TRAIT_NO_STATUS] && !traits->has[TRAIT_SUCCESS] && !traits->has[TRAIT_FAILURE] &&
		!traits->has[TRAIT_PENDING];
	traits->has[TRAIT_FAIL_INFO_UNDEFINED] = traits->has[TRAIT_FAILURE] && !traits->has[TRAIT_NO_FAIL_INFO] && (fail_info < 0 || fail_info > MAX_FAIL_INFO);
	if (get_value(cms, OID_SCEP_FAIL_INFO_TEXT, traits, &is_there, &value))
		traits->has[TRAIT_FAIL_INFO_TEXT_STRING] = value.tag != DER_UTF8_STRING;
}

static bool is_defined(int type)
{
	return type == SCEP_CERT_REP || type == SCEP_RENEWAL_REQ || type == SCEP_PKCS_REQ || type == SCEP_CERT_POLL || type == SCEP_GET_CERT || type == SCEP_GET_CRL;
}

static void note_cms(const struct cms_signed *cms, struct traits *traits)
{
	struct der_element set, value;
	struct der raw = { cms->signed_attributes_raw };
	bool is_there;

	get_value(cms, OID_CONTENT_TYPE, traits, &is_there, &value);
	traits->has[TRAIT_NO_CONTENT_TYPE_ATTRIBUTE] |= !is_there;
	get_value(cms, OID_MESSAGE_DIGEST, traits, &is_there, &value);
	traits->has[TRAIT_NO_DIGEST_ATTRIBUTE] |= !is_there;
	traits->has[TRAIT_ATTRIBUTES_NOT_DER] |= cms->signed_attributes_sent.len > 0 || (der_read(&raw, &set) == ERR_OK && !explain_is_sorted(set.value));
}

void explain_attributes(const struct cms_signed *cms, struct traits *traits, int *type)
{
	int number = note_number(cms, OID_SCEP_MESSAGE_TYPE, TRAIT_NO_TYPE, traits);
	bool has_type = !traits->has[TRAIT_NO_TYPE];

	traits->has[TRAIT_TYPE_VALUE] |= has_type && number < 0;
	traits->has[TRAIT_TYPE_UNDEFINED] |= has_type && number >= 0 && !is_defined(number);
	note_cms(cms, traits);
	note_transaction_id(cms, traits);
	note_nonce(cms, OID_SCEP_SENDER_NONCE, TRAIT_NO_SENDER_NONCE, traits);
	note_nonce(cms, OID_SCEP_RECIPIENT_NONCE, number == SCEP_CERT_REP ? TRAIT_NO_RECIPIENT_NONCE : TRAIT_COUNT, traits);
	if (number == SCEP_CERT_REP)
		note_status(cms, traits);
	*type = number < 0 ? 0 : number;
}
