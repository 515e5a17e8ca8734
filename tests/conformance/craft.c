#include <config.h>

#include "conformance/craft.h"

#include <stdlib.h>
#include <string.h>

#include "pki/cms_reframe.h"
#include "pki/crypto.h"
#include "pki/oid.h"

enum { MAX_ATTRIBUTES = 8, IMPOSTOR_BACK_S = 3600, IMPOSTOR_VALIDITY_S = 7 * 86400 };

/* The signed attributes while they are made: whole Attribute elements. */
struct attributes {
	struct buf item[MAX_ATTRIBUTES];
	size_t count;
};

static void attributes_clear(struct attributes *attributes)
{
	for (size_t i = 0; i < MAX_ATTRIBUTES; i++)
		buf_clear(&attributes->item[i]);
}

/* Wrap what `in` holds into an element, and make that the content. */
static enum err wrap(struct buf *in, uint8_t tag)
{
	struct buf out = { 0 };
	enum err e = der_put(&out, tag, buf_bytes(in));

	if (e == ERR_OK)
		buf_move(in, &out);
	buf_clear(&out);
	return e;
}

/* Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }   RFC 5652 section 5.3 */
static enum err add(struct attributes *attributes, struct bytes type, uint8_t tag, struct bytes value)
{
	struct buf *item = &attributes->item[attributes->count++], set = { 0 };
	enum err e;

	if ((e = der_put(&set, tag, value)) == ERR_OK && (e = wrap(&set, DER_SET)) == ERR_OK && (e = der_put(item, DER_OID, type)) == ERR_OK &&
	    (e = buf_append(item, buf_bytes(&set))) == ERR_OK)
		e = wrap(item, DER_SEQUENCE);
	buf_clear(&set);
	return e;
}

static int compare_items(const void *a, const void *b)
{
	const struct buf *x = a, *y = b;
	int order = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static enum err add_cms_attributes(const struct craft *craft, enum digest digest, struct attributes *attributes)
{
	struct bytes covered = craft->content;
	uint8_t computed[DIGEST_MAX_LEN];
	enum err e;

	if ((craft->oddities & CRAFT_BAD_MESSAGE_DIGEST) != 0)
		covered = bytes_from_str("another content");
	if ((e = crypto_digest(digest, covered, computed)) != ERR_OK ||
	    (e = add(attributes, oid_get(OID_CONTENT_TYPE), DER_OID, oid_get(OID_DATA))) != ERR_OK)
		return e;
	return add(attributes, oid_get(OID_MESSAGE_DIGEST), DER_OCTET_STRING, bytes_from(computed, digest_len(digest)));
}

static enum err add_scep_attributes(const struct craft *craft, struct attributes *attributes)
{
	uint8_t tag = craft->transaction_id_tag == 0 ? DER_PRINTABLE_STRING : craft->transaction_id_tag;
	unsigned odd = craft->oddities;
	enum err e = ERR_OK;

	if ((odd & CRAFT_NO_MESSAGE_TYPE) == 0)
		e = add(attributes, oid_get(OID_SCEP_MESSAGE_TYPE), DER_PRINTABLE_STRING, bytes_from_str(craft->message_type));
	if (e == ERR_OK && (odd & CRAFT_DOUBLE_MESSAGE_TYPE) != 0)
		e = add(attributes, oid_get(OID_SCEP_MESSAGE_TYPE), DER_PRINTABLE_STRING, bytes_from_str("22"));
	if (e == ERR_OK && (odd & CRAFT_NO_TRANSACTION_ID) == 0)
		e = add(attributes, oid_get(OID_SCEP_TRANSACTION_ID), tag, craft->transaction_id);
	if (e == ERR_OK && (odd & CRAFT_DOUBLE_TRANSACTION_ID) != 0)
		e = add(attributes, oid_get(OID_SCEP_TRANSACTION_ID), tag, bytes_from_str("another"));
	if (e == ERR_OK && (odd & CRAFT_NO_SENDER_NONCE) == 0)
		e = add(attributes, oid_get(OID_SCEP_SENDER_NONCE), DER_OCTET_STRING, craft->sender_nonce);
	/* 2.16.840.1.113733.1.9.8, an attribute of old drafts that no server has a use for. */
	if (e == ERR_OK && (odd & CRAFT_UNKNOWN_ATTRIBUTE) != 0)
		e = add(attributes, bytes_from("\x60\x86\x48\x01\x86\xf8\x45\x01\x09\x08", 10), DER_PRINTABLE_STRING, bytes_from_str("of no use"));
	return e;
}

/* The SET OF attributes, as it is signed. */
static enum err make_attributes(const struct craft *craft, enum digest digest, struct buf *set)
{
	struct attributes attributes = { 0 };
	enum err e;

	if ((e = add_cms_attributes(craft, digest, &attributes)) != ERR_OK || (e = add_scep_attributes(craft, &attributes)) != ERR_OK)
		goto out;
	qsort(attributes.item, attributes.count, sizeof attributes.item[0], compare_items);
	for (size_t i = 0; e == ERR_OK && i < attributes.count; i++) {
		size_t at = (craft->oddities & CRAFT_UNSORTED) != 0 ? attributes.count - 1 - i : i;

		e = buf_append(set, buf_bytes(&attributes.item[at]));
	}
	if (e == ERR_OK)
		e = wrap(set, DER_SET);
out:
	attributes_clear(&attributes);
	return e;
}

static enum err put_algorithm(struct buf *out, struct bytes oid, struct bytes parameters)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = der_put(&content, DER_OID, oid)) == ERR_OK && (e = buf_append(&content, parameters)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

static struct bytes null_element(void)
{
	return bytes_from("\x05\x00", 2);
}

static enum err put_version(struct buf *out, uint8_t version)
{
	return der_put(out, DER_INTEGER, bytes_from(&version, 1));
}

static enum err put_signature_algorithm(const struct key *key, enum digest digest, struct buf *out)
{
	return key_get_kind(key) == KEY_KIND_RSA ? put_algorithm(out, oid_get(OID_RSA_ENCRYPTION), null_element()) :
		key_signature_algorithm(key, digest, out);
}

/* SignerInfo, RFC 5652 section 5.3, version 1: by issuerAndSerialNumber. */
static enum err make_signer_info(const struct craft *craft, enum digest digest, struct buf *info, struct why *why)
{
	struct buf set = { 0 }, signature = { 0 };
	enum err e;

	if ((e = make_attributes(craft, digest, &set)) != ERR_OK ||
	    (e = key_sign(craft->signer->key, digest, buf_bytes(&set), &signature, why)) != ERR_OK)
		goto out;
	set.ptr[0] = DER_CONTEXT_CONSTRUCTED(0);
	if ((craft->oddities & CRAFT_BAD_SIGNATURE) != 0)
		signature.ptr[signature.len - 1] ^= 1;
	if ((e = put_version(info, 1)) == ERR_OK &&
	    (e = craft_issuer_and_serial(craft->signer->cert->issuer, craft->signer->cert->serial, info)) == ERR_OK &&
	    (e = put_algorithm(info, oid_get(digest_oid(digest)), null_element())) == ERR_OK && (e = buf_append(info, buf_bytes(&set))) == ERR_OK &&
	    (e = put_signature_algorithm(craft->signer->key, digest, info)) == ERR_OK &&
	    (e = der_put(info, DER_OCTET_STRING, buf_bytes(&signature))) == ERR_OK)
		e = wrap(info, DER_SEQUENCE);
out:
	buf_clear(&set);
	buf_clear(&signature);
	return e;
}

static enum err put_signer_infos(const struct craft *craft, enum digest digest, struct buf *out, struct why *why)
{
	size_t copies = (craft->oddities & CRAFT_NO_SIGNER) != 0 ? 0 : (craft->oddities & CRAFT_TWO_SIGNERS) != 0 ? 2 : 1;
	struct buf info = { 0 }, set = { 0 };
	enum err e = make_signer_info(craft, digest, &info, why);

	for (size_t i = 0; e == ERR_OK && i < copies; i++)
		e = buf_append(&set, buf_bytes(&info));
	if (e == ERR_OK)
		e = der_put(out, DER_SET, buf_bytes(&set));
	buf_clear(&info);
	buf_clear(&set);
	return e;
}

static enum err put_certificates(const struct craft *craft, struct buf *out)
{
	struct buf set = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < craft->extra_count; i++)
		e = buf_append(&set, buf_bytes(&craft->extra[i]->der));
	if (e == ERR_OK && (e = buf_append(&set, buf_bytes(&craft->signer->cert->der))) == ERR_OK)
		e = der_put(out, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&set));
	buf_clear(&set);
	return e;
}

/* digestAlgorithms and encapContentInfo. */
static enum err put_content(const struct craft *craft, enum digest digest, struct buf *out)
{
	struct buf algorithms = { 0 }, content = { 0 }, info = { 0 };
	enum err e;

	if ((e = put_algorithm(&algorithms, oid_get(digest_oid(digest)), null_element())) != ERR_OK ||
	    (e = der_put(out, DER_SET, buf_bytes(&algorithms))) != ERR_OK ||
	    (e = der_put(&info, DER_OID, oid_get(OID_DATA))) != ERR_OK)
		goto out;
	if (craft->content.len > 0 && ((e = der_put(&content, DER_OCTET_STRING, craft->content)) != ERR_OK ||
	    (e = der_put(&info, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&content))) != ERR_OK))
		goto out;
	e = der_put(out, DER_SEQUENCE, buf_bytes(&info));
out:
	buf_clear(&algorithms);
	buf_clear(&content);
	buf_clear(&info);
	return e;
}

static enum err put_content_info(struct buf *content, enum oid type, struct buf *out)
{
	struct buf info = { 0 };
	enum err e;

	if ((e = wrap(content, DER_SEQUENCE)) == ERR_OK && (e = wrap(content, DER_CONTEXT_CONSTRUCTED(0))) == ERR_OK &&
	    (e = der_put(&info, DER_OID, oid_get(type))) == ERR_OK && (e = buf_append(&info, buf_bytes(content))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&info));
	buf_clear(&info);
	return e;
}

enum err craft_message(const struct craft *craft, struct buf *out, struct why *why)
{
	enum digest digest = craft->digest == DIGEST_NONE ? DIGEST_SHA256 : craft->digest;
	struct buf data = { 0 }, der = { 0 };
	enum err e;

	if ((e = put_version(&data, 1)) == ERR_OK && (e = put_content(craft, digest, &data)) == ERR_OK &&
	    (e = put_certificates(craft, &data)) == ERR_OK &&
	    (e = put_signer_infos(craft, digest, &data, why)) == ERR_OK && (e = put_content_info(&data, OID_SIGNED_DATA, &der)) == ERR_OK)
		e = (craft->oddities & CRAFT_BER) != 0 ? cms_reframe_ber(buf_bytes(&der), out) : buf_append(out, buf_bytes(&der));
	buf_clear(&data);
	buf_clear(&der);
	return e;
}

/* TBSCertificate of version 3 without extensions, RFC 5280 section 4.1.2. */
static enum err put_impostor_tbs(const struct cert *model, const struct key *key, int64_t now_utc, struct bytes algorithm, struct buf *out)
{
	struct buf validity = { 0 }, tbs = { 0 };
	enum err e;

	if ((e = der_put_time(&validity, now_utc - IMPOSTOR_BACK_S)) == ERR_OK &&
	    (e = der_put_time(&validity, now_utc + IMPOSTOR_VALIDITY_S)) == ERR_OK &&
	    (e = put_version(&tbs, 2)) == ERR_OK && (e = wrap(&tbs, DER_CONTEXT_CONSTRUCTED(0))) == ERR_OK &&
	    (e = der_put(&tbs, DER_INTEGER, model->serial)) == ERR_OK &&
	    (e = buf_append(&tbs, algorithm)) == ERR_OK && (e = buf_append(&tbs, model->issuer)) == ERR_OK &&
	    (e = der_put(&tbs, DER_SEQUENCE, buf_bytes(&validity))) == ERR_OK && (e = buf_append(&tbs, model->subject)) == ERR_OK &&
	    (e = buf_append(&tbs, key_get_spki(key))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&tbs));
	buf_clear(&validity);
	buf_clear(&tbs);
	return e;
}

enum err craft_impostor(const struct cert *model, const struct key *key, int64_t now_utc, struct buf *out, struct why *why)
{
	struct buf algorithm = { 0 }, certificate = { 0 }, signature = { 0 };
	enum err e;

	if ((e = key_signature_algorithm(key, DIGEST_SHA256, &algorithm)) == ERR_OK &&
	    (e = put_impostor_tbs(model, key, now_utc, buf_bytes(&algorithm), &certificate)) == ERR_OK &&
	    (e = buf_append_byte(&signature, 0)) == ERR_OK && (e = key_sign(key, DIGEST_SHA256, buf_bytes(&certificate), &signature, why)) == ERR_OK &&
	    (e = buf_append(&certificate, buf_bytes(&algorithm))) == ERR_OK &&
	    (e = der_put(&certificate, DER_BIT_STRING, buf_bytes(&signature))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&certificate));
	buf_clear(&algorithm);
	buf_clear(&certificate);
	buf_clear(&signature);
	return e;
}

enum err craft_issuer_and_subject(struct bytes issuer, struct bytes subject, struct buf *out)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = buf_append(&content, issuer)) == ERR_OK && (e = buf_append(&content, subject)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

enum err craft_issuer_and_serial(struct bytes issuer, struct bytes serial, struct buf *out)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = buf_append(&content, issuer)) == ERR_OK && (e = der_put(&content, DER_INTEGER, serial)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

/* KeyTransRecipientInfo, RFC 5652 section 6.2.1, version 0. */
static enum err put_recipient(const struct cert *recipient, struct bytes key, struct buf *out, struct why *why)
{
	struct buf info = { 0 }, encrypted = { 0 };
	struct pubkey *pubkey = NULL;
	enum err e;

	if ((e = pubkey_parse(recipient->spki, &pubkey, why)) == ERR_OK && (e = pubkey_encrypt(pubkey, key, &encrypted, why)) == ERR_OK &&
	    (e = put_version(&info, 0)) == ERR_OK && (e = craft_issuer_and_serial(recipient->issuer, recipient->serial, &info)) == ERR_OK &&
	    (e = put_algorithm(&info, oid_get(OID_RSA_ENCRYPTION), null_element())) == ERR_OK &&
	    (e = der_put(&info, DER_OCTET_STRING, buf_bytes(&encrypted))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&info));
	pubkey_free(pubkey);
	buf_clear(&info);
	buf_clear(&encrypted);
	return e;
}

/* EncryptedContentInfo, RFC 5652 section 6.1. */
static enum err put_encrypted(const struct craft_envelope *envelope, struct bytes key, struct bytes iv, struct buf *out)
{
	struct buf info = { 0 }, parameters = { 0 }, ciphertext = { 0 };
	enum err e;

	if ((e = crypto_cbc_encrypt(envelope->cipher, key, iv, envelope->plain, &ciphertext)) == ERR_OK &&
	    (e = der_put(&parameters, DER_OCTET_STRING, iv)) == ERR_OK && (e = der_put(&info, DER_OID, oid_get(OID_DATA))) == ERR_OK &&
	    (e = put_algorithm(&info, oid_get(cipher_oid(envelope->cipher)), buf_bytes(&parameters))) == ERR_OK &&
	    (e = der_put(&info, DER_CONTEXT(0), buf_bytes(&ciphertext))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&info));
	buf_clear(&info);
	buf_clear(&parameters);
	buf_clear(&ciphertext);
	return e;
}

enum err craft_envelope(const struct craft_envelope *envelope, const struct random *random, struct buf *out, struct why *why)
{
	uint8_t key[CIPHER_MAX_KEY_LEN], sent_key[CIPHER_MAX_KEY_LEN], iv[CIPHER_MAX_BLOCK_LEN];
	size_t key_len = cipher_key_len(envelope->cipher);
	struct buf data = { 0 }, recipients = { 0 };
	enum err e;

	if ((e = random_fill(random, key, sizeof key)) != ERR_OK || (e = random_fill(random, sent_key, sizeof sent_key)) != ERR_OK ||
	    (e = random_fill(random, iv, sizeof iv)) != ERR_OK)
		goto out;
	for (size_t i = 0; e == ERR_OK && i < envelope->recipient_count; i++)
		e = put_recipient(envelope->recipient[i], bytes_from(envelope->has_wrong_key ? sent_key : key, key_len), &recipients, why);
	if (e == ERR_OK && (e = put_version(&data, 0)) == ERR_OK && (e = der_put(&data, DER_SET, buf_bytes(&recipients))) == ERR_OK &&
	    (e = put_encrypted(envelope, bytes_from(key, key_len), bytes_from(iv, cipher_block_len(envelope->cipher)), &data)) == ERR_OK)
		e = put_content_info(&data, OID_ENVELOPED_DATA, out);
out:
	explicit_bzero(key, sizeof key);
	buf_clear(&data);
	buf_clear(&recipients);
	return e;
}
