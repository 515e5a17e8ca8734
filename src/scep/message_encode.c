#include <config.h>

#include "scep/message.h"

enum { MAX_ATTRIBUTES = 7 };

/* The attributes of one message while it is made: values as whole elements. */
struct attributes {
	struct cms_attribute_value item[MAX_ATTRIBUTES];
	struct buf value[MAX_ATTRIBUTES];
	size_t count;
};

static enum err add(struct attributes *attributes, enum oid type, uint8_t tag, struct bytes value)
{
	struct buf *element = &attributes->value[attributes->count];
	enum err e;

	if ((e = der_put(element, tag, value)) != ERR_OK)
		return e;
	attributes->item[attributes->count++] = (struct cms_attribute_value){ type, buf_bytes(element) };
	return ERR_OK;
}

static enum err add_number(struct attributes *attributes, enum oid type, int number)
{
	struct buf text = { 0 };
	enum err e;

	if ((e = buf_append_format(&text, "%d", number)) == ERR_OK)
		e = add(attributes, type, DER_PRINTABLE_STRING, buf_bytes(&text));
	buf_clear(&text);
	return e;
}

/* What a CertRep says beside: RFC 8894 section 3.2.1, table 1. */
static enum err add_status(struct attributes *attributes, const struct scep_header *header)
{
	enum err e;

	if ((e = add_number(attributes, OID_SCEP_PKI_STATUS, (int)header->pki_status)) != ERR_OK ||
	    (e = add(attributes, OID_SCEP_RECIPIENT_NONCE, DER_OCTET_STRING, header->recipient_nonce)) != ERR_OK)
		return e;
	if (header->pki_status != PKI_STATUS_FAILURE)
		return ERR_OK;
	if ((e = add_number(attributes, OID_SCEP_FAIL_INFO, (int)header->fail_info)) != ERR_OK)
		return e;
	return header->fail_info_text.len == 0 ? ERR_OK : add(attributes, OID_SCEP_FAIL_INFO_TEXT, DER_UTF8_STRING, header->fail_info_text);
}

static enum err fill(struct attributes *attributes, const struct scep_header *header)
{
	enum err e;

	if ((e = add_number(attributes, OID_SCEP_MESSAGE_TYPE, header->type)) != ERR_OK ||
	    (e = add(attributes, OID_SCEP_TRANSACTION_ID, header->transaction_id_tag, header->transaction_id)) != ERR_OK ||
	    (e = add(attributes, OID_SCEP_SENDER_NONCE, DER_OCTET_STRING, header->sender_nonce)) != ERR_OK)
		return e;
	return header->type == SCEP_CERT_REP ? add_status(attributes, header) : ERR_OK;
}

enum err scep_message_encode(const struct scep_header *header, const struct bytes *envelope, const struct cert *signer, const struct key *key, enum digest digest,
	struct buf *out, struct why *why)
{
	struct attributes attributes = { 0 };
	struct bytes embedded = buf_bytes(&signer->der);
	enum err e;

	if ((e = fill(&attributes, header)) == ERR_OK)
		e = cms_signed_encode(envelope, attributes.item, attributes.count, &embedded, 1, signer, key, digest, out, why);
	for (size_t i = 0; i < MAX_ATTRIBUTES; i++)
		buf_clear(&attributes.value[i]);
	return e;
}
