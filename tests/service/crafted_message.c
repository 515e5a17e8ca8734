#include <config.h>

#include "service/crafted_message.h"

#include "pki/crypto.h"
#include "service/crafted_signature.h"

enum { MAX_ATTRIBUTES = 128, SIGNERS = 256 };

/* The certificates that plans borrow. */
static struct cert *signers[SIGNERS];
static size_t signer_count;

void crafted_forget(void)
{
	while (signer_count > 0)
		cert_free(signers[--signer_count]);
	craft_forget();
}

static void must(enum err e)
{
	CU_ASSERT_EQUAL_FATAL(e, ERR_OK);
}

/* What was asked for, or the usual. */
static struct bytes either(struct bytes wanted, struct bytes usual)
{
	return wanted.len > 0 ? wanted : usual;
}

static struct bytes integer(struct bytes wanted, const char *usual)
{
	return CRAFT(DER_INTEGER, either(wanted, craft_hex(usual)));
}

static struct bytes null(void)
{
	return craft_hex("0500");
}

static struct bytes sign(const struct key *key, enum digest digest, struct bytes data)
{
	struct buf out = { 0 };

	must(key_sign(key, digest, data, &out, NULL));
	return craft_keep(&out);
}

static struct bytes signature_algorithm(const struct key *key, enum digest digest)
{
	struct buf out = { 0 };

	must(key_signature_algorithm(key, digest, &out));
	return craft_keep(&out);
}

static struct bytes digest_of(enum digest digest, struct bytes data)
{
	uint8_t octets[DIGEST_MAX_LEN];

	must(crypto_digest(digest, data, octets));
	return CRAFT_JOIN(bytes_from(octets, digest_len(digest)));
}

/* --- PKCS#10 --- */

struct bytes crafted_csr(const struct fixture *f, const struct crafted_csr *csr)
{
	const struct key *key = csr->key == NULL ? f->client_key : csr->key;
	enum digest digest = csr->digest == DIGEST_NONE ? DIGEST_SHA256 : csr->digest;
	struct bytes challenge = either(csr->challenge, craft_text(DER_PRINTABLE_STRING, FIXTURE_CHALLENGE));
	struct bytes attributes, info;

	attributes = CRAFT(DER_CONTEXT_CONSTRUCTED(0), csr->no_challenge ? craft_none() : craft_attribute(OID_CHALLENGE_PASSWORD, challenge), csr->more);
	info = CRAFT(DER_SEQUENCE, integer(csr->version, "00"), either(csr->subject, craft_name("CN=device-1")), either(csr->spki, key_get_spki(key)),
		csr->no_attributes ? craft_none() : attributes);
	return CRAFT_JOIN(CRAFT(DER_SEQUENCE, info, signature_algorithm(key, digest), CRAFT(DER_BIT_STRING, craft_hex("00"), sign(key, digest, info))), csr->behind);
}

struct bytes crafted_extension(enum oid type, struct bytes value)
{
	return CRAFT(DER_SEQUENCE, craft_oid(type), CRAFT(DER_OCTET_STRING, value));
}

struct bytes crafted_extension_request(enum oid attribute_type, struct bytes extensions)
{
	return craft_attribute(attribute_type, CRAFT(DER_SEQUENCE, extensions));
}

struct bytes crafted_san(size_t count)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct buf name = { 0 };

		must(buf_append_format(&name, "host-%zu.example", i));
		must(der_put(&names, DER_CONTEXT(2), buf_bytes(&name)));
		buf_clear(&name);
	}
	return crafted_extension(OID_SUBJECT_ALT_NAME, CRAFT(DER_SEQUENCE, craft_keep(&names)));
}

/* --- the signer's certificate --- */

static struct bytes usual_validity(int64_t now_utc)
{
	struct buf out = { 0 };

	must(der_put_time(&out, now_utc - 3600));
	must(der_put_time(&out, now_utc + 86400));
	return craft_keep(&out);
}

struct bytes crafted_cert(const struct fixture *f, const struct crafted_cert *cert)
{
	const struct key *key = cert->key == NULL ? f->client_key : cert->key;
	struct bytes name = either(cert->subject, craft_name("CN=device-1"));
	struct bytes algorithm = signature_algorithm(key, DIGEST_SHA256);
	struct bytes tbs = CRAFT(DER_SEQUENCE,
		cert->no_version ? craft_none() : either(cert->version, craft_hex("a003020102")),
		cert->is_serial_empty ? craft_hex("0200") : integer(cert->serial, "2a"),
		algorithm, name, CRAFT(DER_SEQUENCE, either(cert->validity, usual_validity(f->now_utc))), name, either(cert->spki, key_get_spki(key)),
		cert->extensions.len == 0 ? craft_none() : CRAFT(DER_CONTEXT_CONSTRUCTED(3), CRAFT(DER_SEQUENCE, cert->extensions)));

	return CRAFT(DER_SEQUENCE, tbs, algorithm, CRAFT(DER_BIT_STRING, craft_hex("00"), sign(key, DIGEST_SHA256, tbs)));
}

struct bytes crafted_issuer_and_serial(struct bytes issuer, struct bytes serial)
{
	return CRAFT(DER_SEQUENCE, issuer, CRAFT(DER_INTEGER, serial));
}

/* --- EnvelopedData --- */

/* The same key and IV in every message; the key is one for DES too, with the parity that it must have. */
static struct bytes content_key(enum cipher cipher)
{
	struct bytes longest = craft_hex("0123456789abcdef 23456789abcdef01 456789abcdef0123 6789abcdef012345");

	return bytes_from(longest.ptr, cipher_key_len(cipher));
}

static struct bytes content_iv(enum cipher cipher)
{
	return craft_octets(0, cipher_block_len(cipher));
}

static enum cipher cipher_or_usual(enum cipher cipher)
{
	return cipher == CIPHER_NONE ? CIPHER_AES128_CBC : cipher;
}

static struct bytes encrypt_key(const struct cert *cert, enum cipher cipher)
{
	struct pubkey *pubkey = NULL;
	struct buf out = { 0 };

	must(pubkey_parse(cert->spki, &pubkey, NULL));
	must(pubkey_encrypt(pubkey, content_key(cipher), &out, NULL));
	pubkey_free(pubkey);
	return craft_keep(&out);
}

struct bytes crafted_short_encrypted_key(const struct fixture *f)
{
	for (;;) {
		struct bytes key = encrypt_key(f->ra_cert, CIPHER_AES128_CBC);

		if (key.ptr[0] == 0)
			return bytes_from(key.ptr + 1, key.len - 1);
	}
}

struct bytes crafted_recipient(const struct fixture *f, const struct crafted_recipient *recipient)
{
	const struct cert *cert = recipient->cert == NULL ? f->ra_cert : recipient->cert;
	struct bytes encrypted_key = recipient->encrypted_key;

	if (encrypted_key.len == 0)
		encrypted_key = encrypt_key(cert, cipher_or_usual(recipient->cipher));
	return CRAFT(DER_SEQUENCE, integer(recipient->version, "00"), either(recipient->rid, crafted_issuer_and_serial(cert->issuer, cert->serial)),
		either(recipient->algorithm, craft_algorithm(OID_RSA_ENCRYPTION, null())), CRAFT(DER_OCTET_STRING, encrypted_key));
}

static struct bytes encrypted_content(const struct crafted *crafted, enum cipher cipher, struct bytes plain)
{
	struct buf ciphertext = { 0 };

	if (crafted->no_encrypted_content)
		return craft_none();
	if (crafted->encrypted_content.len > 0)
		return crafted->encrypted_content;
	must(crypto_cbc_encrypt(cipher, content_key(cipher), content_iv(cipher), plain, &ciphertext));
	return CRAFT(DER_CONTEXT(0), craft_keep(&ciphertext));
}

static struct bytes envelope(const struct fixture *f, const struct crafted *crafted)
{
	enum cipher cipher = cipher_or_usual(crafted->cipher);
	struct bytes plain = either(crafted->content, crafted_csr(f, &(struct crafted_csr){ 0 }));
	struct bytes recipients = crafted->recipients, algorithm, enveloped;

	if (crafted->envelope.len > 0)
		return crafted->envelope;
	if (recipients.len == 0)
		recipients = crafted_recipient(f, &(struct crafted_recipient){ .cipher = cipher });
	algorithm = either(crafted->cipher_algorithm, craft_algorithm(cipher_oid(cipher), CRAFT(DER_OCTET_STRING, content_iv(cipher))));
	enveloped = CRAFT(DER_SEQUENCE, integer(crafted->envelope_version, "00"), CRAFT(DER_SET, recipients),
		CRAFT(DER_SEQUENCE, craft_oid(OID_DATA), algorithm, encrypted_content(crafted, cipher, plain)));
	if (!crafted->is_envelope_bare)
		enveloped = CRAFT(DER_SEQUENCE, craft_oid(OID_ENVELOPED_DATA), CRAFT(DER_CONTEXT_CONSTRUCTED(0), enveloped));
	return crafted->envelope_framing == NULL ? enveloped : craft_reframe(enveloped, crafted->envelope_framing);
}

/* --- signed attributes --- */

struct attributes {
	struct bytes item[MAX_ATTRIBUTES];
	size_t count;
};

static void add(struct attributes *attributes, const struct crafted *crafted, enum oid type, struct bytes wanted, struct bytes usual)
{
	if (type != crafted->without)
		attributes->item[attributes->count++] = craft_attribute(type, either(wanted, usual));
}

static void collect(const struct crafted *crafted, enum digest digest, struct bytes content, struct attributes *out)
{
	struct der more = { crafted->more };
	struct der_element element;
	struct buf type = { 0 };

	must(buf_append_format(&type, "%d", crafted->type == 0 ? SCEP_PKCS_REQ : crafted->type));
	must(buf_terminate(&type));
	add(out, crafted, OID_CONTENT_TYPE, crafted->content_type, craft_oid(crafted->encapsulated_type));
	add(out, crafted, OID_MESSAGE_DIGEST, crafted->message_digest, CRAFT(DER_OCTET_STRING, digest_of(digest, content)));
	add(out, crafted, OID_SCEP_MESSAGE_TYPE, crafted->message_type, craft_text(DER_PRINTABLE_STRING, (const char *)type.ptr));
	add(out, crafted, OID_SCEP_TRANSACTION_ID, crafted->transaction_id, craft_text(DER_PRINTABLE_STRING, "T1"));
	add(out, crafted, OID_SCEP_SENDER_NONCE, crafted->sender_nonce, CRAFT(DER_OCTET_STRING, craft_octets(0x5a, SCEP_NONCE_LEN)));
	for (; !der_is_end(&more); out->item[out->count++] = element.raw) {
		CU_ASSERT_FATAL(out->count < MAX_ATTRIBUTES);
		must(der_read(&more, &element));
	}
	buf_clear(&type);
}

/* The level as it stands on the wire: in DER order, or in the very opposite. */
static struct bytes order(const struct crafted *crafted, const struct attributes *attributes)
{
	struct bytes sorted = craft_set_of(attributes->item, attributes->count);
	struct bytes reversed = craft_none();
	struct der rest = { sorted };
	struct der_element element;

	if (!crafted->is_unsorted)
		return sorted;
	while (!der_is_end(&rest)) {
		must(der_read(&rest, &element));
		reversed = CRAFT_JOIN(element.raw, reversed);
	}
	return reversed;
}

/* --- SignerInfo, SignedData --- */

static struct bytes signature_value(const struct crafted *crafted, const struct key *key, enum digest digest, struct bytes data)
{
	switch (crafted->signature) {
	case CRAFTED_SIGNATURE_WITHOUT_NULL:
		return crafted_sign_without_null(key, data);
	case CRAFTED_SIGNATURE_PSS:
		return crafted_sign_pss(key, data);
	case CRAFTED_SIGNATURE_USUAL:
		break;
	}
	return sign(key, digest, data);
}

static struct bytes signer_info(const struct crafted *crafted, const struct key *key, const struct cert *cert, struct bytes content)
{
	enum digest digest = crafted->digest == DIGEST_NONE ? DIGEST_SHA256 : crafted->digest;
	struct attributes attributes = { .count = 0 };
	struct bytes level, hashed, info;

	collect(crafted, digest, content, &attributes);
	level = order(crafted, &attributes);
	hashed = CRAFT(DER_SET, crafted->is_signed_as_sent ? level : craft_set_of(attributes.item, attributes.count));
	if (crafted->no_signed_attributes)
		hashed = content;
	info = CRAFT(DER_SEQUENCE, integer(crafted->signer_version, "01"), either(crafted->sid, crafted_issuer_and_serial(cert->issuer, cert->serial)),
		either(crafted->digest_algorithm, craft_algorithm(digest_oid(digest), null())),
		crafted->no_signed_attributes ? craft_none() : CRAFT(DER_CONTEXT_CONSTRUCTED(0), level),
		either(crafted->signature_algorithm, craft_algorithm(OID_RSA_ENCRYPTION, null())),
		CRAFT(DER_OCTET_STRING, signature_value(crafted, key, digest, hashed)), crafted->unsigned_attributes);
	return crafted->signer_framing == NULL ? info : craft_reframe(info, crafted->signer_framing);
}

static struct bytes signed_data(const struct crafted *crafted, const struct key *key, const struct cert *cert, struct bytes content)
{
	struct bytes digests = either(crafted->digest_algorithms, craft_algorithm(OID_SHA256, null()));
	struct bytes info = craft_none();

	for (int i = 0; i < (crafted->signer_count == 0 ? 1 : crafted->signer_count); i++)
		info = CRAFT_JOIN(info, signer_info(crafted, key, cert, content));
	return CRAFT(DER_SEQUENCE, integer(crafted->version, "01"), CRAFT(DER_SET, crafted->no_digest_algorithms ? craft_none() : digests),
		CRAFT(DER_SEQUENCE, craft_oid(crafted->encapsulated_type),
			crafted->no_encapsulated ? craft_none() : CRAFT(DER_CONTEXT_CONSTRUCTED(0), CRAFT(DER_OCTET_STRING, content))),
		CRAFT(DER_CONTEXT_CONSTRUCTED(0), either(crafted->certificates, buf_bytes(&cert->der))), crafted->crls, CRAFT(DER_SET, info));
}

static const struct cert *keep_signer(struct bytes der)
{
	CU_ASSERT_FATAL(signer_count < SIGNERS);
	must(cert_parse(der, &signers[signer_count], NULL));
	return signers[signer_count++];
}

/* The content of the only value of an attribute. */
static struct bytes value_or(struct bytes values, struct bytes usual)
{
	struct der der = { values };
	struct der_element element;

	return der_read(&der, &element) == ERR_OK ? element.value : usual;
}

void crafted_message(struct fixture *f, const struct crafted *crafted, struct buf *message, struct scep_request_plan *plan)
{
	const struct key *key = crafted->key == NULL ? f->client_key : crafted->key;
	const struct cert *cert = keep_signer(either(crafted->signer_der, crafted_cert(f, &(struct crafted_cert){ .key = key })));
	struct bytes content = envelope(f, crafted);
	struct bytes made = CRAFT(DER_SEQUENCE, craft_oid(OID_SIGNED_DATA), CRAFT(DER_CONTEXT_CONSTRUCTED(0), signed_data(crafted, key, cert, content)));

	*plan = (struct scep_request_plan){
		.type = crafted->type == 0 ? SCEP_PKCS_REQ : crafted->type,
		.signer = cert,
		.key = key,
		.recipient = f->ra_cert,
		.digest = crafted->digest == DIGEST_NONE ? DIGEST_SHA256 : crafted->digest,
		.transaction_id = value_or(crafted->transaction_id, bytes_from_str("T1")),
		.sender_nonce = value_or(crafted->sender_nonce, craft_octets(0x5a, SCEP_NONCE_LEN)),
		.password = bytes_from_str(FIXTURE_CHALLENGE),
	};
	must(buf_append(message, crafted->framing == NULL ? made : craft_reframe(made, crafted->framing)));
	must(buf_append(message, crafted->behind));
}
