#ifndef SCEPGATE_TESTS_PKI_SIGNED_RECIPE_H
#define SCEPGATE_TESTS_PKI_SIGNED_RECIPE_H

/* SignedData put together by hand, so that one thing at a time can be wrong with it. */

#include "pki/der.h"
#include "pki/oid.h"
#include "support/identity.h"

#define RECIPE_CONTENT "content"

/* What a message is put together from; everything is content of the level, and empty means the usual. */
struct recipe {
	struct bytes content_type;  /* OID */
	bool no_content;
	struct bytes attributes;    /* as they stand in the message */
	struct bytes hashed;        /* whole element that is signed; empty: `attributes` as a SET */
	enum oid digest_oid;
	struct bytes sid;           /* whole element */
	struct bytes certificates;
	struct bytes behind;        /* after the signature */
	size_t signer_count;
};

/** Append the message; SHA-256 and RSA sign it. */
void recipe_build(const struct recipe *recipe, const struct identity *signer, struct buf *out);

/* Parts of it, appended. */
void recipe_put_oid_sequence(struct buf *out, struct bytes oid);                     /* AlgorithmIdentifier without parameters */
void recipe_put_sid(struct buf *out, struct bytes issuer, struct bytes serial);
void recipe_put_attribute(struct buf *out, struct bytes type, struct bytes values);
void recipe_put_content_type(struct buf *out, struct bytes type);
void recipe_put_message_digest(struct buf *out, struct bytes content);
void recipe_put_usual_attributes(struct buf *out);                                   /* contentType and messageDigest, in DER order */
void recipe_put_encapsulated(const struct recipe *recipe, struct buf *out);

#endif
