#include <config.h>

#include "pki/signed_recipe.h"

#include "pki/crypto.h"
#include "support/unit.h"

void recipe_put_oid_sequence(struct buf *out, struct bytes oid)
{
	struct buf inner = { 0 };

	der_put(&inner, DER_OID, oid);
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
}

void recipe_put_sid(struct buf *out, struct bytes issuer, struct bytes serial)
{
	struct buf inner = { 0 };

	buf_append(&inner, issuer);
	der_put(&inner, DER_INTEGER, serial);
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
}

void recipe_put_attribute(struct buf *out, struct bytes type, struct bytes values)
{
	struct buf inner = { 0 };

	der_put(&inner, DER_OID, type);
	der_put(&inner, DER_SET, values);
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
}

void recipe_put_content_type(struct buf *out, struct bytes type)
{
	struct buf value = { 0 };

	der_put(&value, DER_OID, type);
	recipe_put_attribute(out, oid_get(OID_CONTENT_TYPE), buf_bytes(&value));
	buf_clear(&value);
}

void recipe_put_message_digest(struct buf *out, struct bytes content)
{
	uint8_t digest[DIGEST_MAX_LEN];
	struct buf value = { 0 };

	crypto_digest(DIGEST_SHA256, content, digest);
	der_put(&value, DER_OCTET_STRING, bytes_from(digest, digest_len(DIGEST_SHA256)));
	recipe_put_attribute(out, oid_get(OID_MESSAGE_DIGEST), buf_bytes(&value));
	buf_clear(&value);
}

void recipe_put_usual_attributes(struct buf *out)
{
	recipe_put_content_type(out, oid_get(OID_DATA));
	recipe_put_message_digest(out, bytes_from_str(RECIPE_CONTENT));
}

static void put_signer_info(const struct recipe *recipe, const struct identity *signer, struct bytes attributes, struct buf *out)
{
	struct buf inner = { 0 }, set = { 0 }, signature = { 0 };

	if (recipe->hashed.len == 0)
		der_put(&set, DER_SET, attributes);
	else
		buf_append(&set, recipe->hashed);
	UNIT_ERR(ERR_OK, key_sign(signer->key, DIGEST_SHA256, buf_bytes(&set), &signature, NULL));
	der_put(&inner, DER_INTEGER, bytes_from("\x01", 1));
	if (recipe->sid.len == 0)
		recipe_put_sid(&inner, signer->cert->issuer, signer->cert->serial);
	else
		buf_append(&inner, recipe->sid);
	recipe_put_oid_sequence(&inner, oid_get(recipe->digest_oid == 0 ? OID_SHA256 : recipe->digest_oid));
	der_put(&inner, DER_CONTEXT_CONSTRUCTED(0), attributes);
	recipe_put_oid_sequence(&inner, oid_get(OID_RSA_ENCRYPTION));
	der_put(&inner, DER_OCTET_STRING, buf_bytes(&signature));
	buf_append(&inner, recipe->behind);
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
	buf_clear(&set);
	buf_clear(&signature);
}

void recipe_put_encapsulated(const struct recipe *recipe, struct buf *out)
{
	struct buf inner = { 0 }, content = { 0 };

	der_put(&inner, DER_OID, recipe->content_type.len == 0 ? oid_get(OID_DATA) : recipe->content_type);
	if (!recipe->no_content) {
		der_put(&content, DER_OCTET_STRING, bytes_from_str(RECIPE_CONTENT));
		der_put(&inner, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&content));
	}
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
	buf_clear(&content);
}

static void wrap_content_info(struct bytes signed_data, struct buf *out)
{
	struct buf inner = { 0 }, tagged = { 0 };

	der_put(&tagged, DER_SEQUENCE, signed_data);
	der_put(&inner, DER_OID, oid_get(OID_SIGNED_DATA));
	der_put(&inner, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&tagged));
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
	buf_clear(&tagged);
}

void recipe_build(const struct recipe *recipe, const struct identity *signer, struct buf *out)
{
	struct buf inner = { 0 }, attributes = { 0 }, signers = { 0 };
	size_t count = recipe->signer_count == 0 ? 1 : recipe->signer_count;

	if (recipe->attributes.len == 0)
		recipe_put_usual_attributes(&attributes);
	else
		buf_append(&attributes, recipe->attributes);
	der_put(&inner, DER_INTEGER, bytes_from("\x01", 1));
	der_put(&inner, DER_SET, (struct bytes){ 0 });
	recipe_put_encapsulated(recipe, &inner);
	der_put(&inner, DER_CONTEXT_CONSTRUCTED(0), recipe->certificates.len == 0 ? buf_bytes(&signer->cert->der) : recipe->certificates);
	while (count-- > 0)
		put_signer_info(recipe, signer, buf_bytes(&attributes), &signers);
	der_put(&inner, DER_SET, buf_bytes(&signers));
	wrap_content_info(buf_bytes(&inner), out);
	buf_clear(&inner);
	buf_clear(&attributes);
	buf_clear(&signers);
}
