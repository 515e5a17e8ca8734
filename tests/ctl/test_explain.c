#include <config.h>

#include "ctl/explain.h"

#include <stdio.h>
#include <string.h>

#include "ctl/explain_clients.h"
#include "ctl/explain_rules.h"
#include "ctl/scep_stub.h"
#include "scep/body.h"
#include "scep/next_ca.h"
#include "scep/reply.h"
#include "scep/request.h"
#include "support/identity.h"
#include "support/unit.h"

enum { MAX_TRAITS = 8, NOW_UTC = SCEP_STUB_NOW_UTC };

static const uint8_t nonce[] = "0123456789abcdef";

static void start(struct explain *explain, const struct random *random)
{
	*explain = (struct explain){ .random = random, .now_utc = NOW_UTC, .media_type = "" };
}

static bool holds(const struct explain *explain, const char *words)
{
	return memmem(explain->text.ptr, explain->text.len, words, strlen(words)) != NULL;
}

#define HOLDS(explain, words) do { \
		bool is_there = holds(&(explain), (words)); \
		if (!is_there) \
			printf("# \"%s\" is not in:\n%.*s", (words), (int)(explain).text.len, (const char *)(explain).text.ptr); \
		CU_ASSERT(is_there); \
	} while (0)

/* Exactly these were seen, but for those that say what kind of thing it is. `expected` ends with TRAIT_COUNT. */
static void is_traits(const enum trait *expected, const struct explain *explain)
{
	static const enum trait kinds[] = { TRAIT_SUCCESS, TRAIT_FAILURE, TRAIT_PENDING, TRAIT_CIPHER_AES, TRAIT_CA_SINGLE, TRAIT_CA_SEVERAL };

	for (int trait = 0; trait < TRAIT_COUNT; trait++) {
		bool is_expected = false, is_kind = false;

		for (size_t i = 0; i < MAX_TRAITS && expected[i] != TRAIT_COUNT; i++)
			is_expected |= (int)expected[i] == trait;
		for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
			is_kind |= (int)kinds[i] == trait;
		if (!is_kind && explain->traits.has[trait] != is_expected)
			printf("# trait %d is %sthere: %s\n", trait, is_expected ? "not " : "", rule_find((enum trait)trait) == NULL ? "" : rule_find((enum trait)trait)->text);
		CU_ASSERT(is_kind || explain->traits.has[trait] == is_expected);
	}
}

static void test_vectors(void)
{
	static const struct {
		const char *vector, *words;
		enum trait traits[MAX_TRAITS];
	} rows[] = {
		{ "cms/strongswan_aes.der", "PKCSReq: a client asks for a certificate", { TRAIT_SIGNATURE_NOT_RSA_ENCRYPTION, TRAIT_SIGNER_USAGE, TRAIT_CSR_UNSORTED, TRAIT_COUNT } },
		{ "cms/strongswan_des3.der", "opened with the key", { TRAIT_SIGNATURE_NOT_RSA_ENCRYPTION, TRAIT_SIGNER_USAGE, TRAIT_CSR_UNSORTED, TRAIT_CIPHER_DES3, TRAIT_COUNT } },
		{ "csr/strongswan_rsa.der", "a PKCS#10 certification request", { TRAIT_CSR_UNSORTED, TRAIT_COUNT } },
		{ "csr/openssl_rsa.der", "signature            verifies", { TRAIT_COUNT } },
		{ "csr/openssl_empty.der", "(empty)", { TRAIT_CSR_NO_SUBJECT, TRAIT_CSR_NO_CHALLENGE, TRAIT_COUNT } },
		{ "csr/openssl_ca.der", "CA:TRUE", { TRAIT_CSR_ASKS_CA, TRAIT_COUNT } },
		{ "csr/openssl_md5.der", "DOES NOT VERIFY", { TRAIT_CSR_MD5, TRAIT_COUNT } },
		{ "csr/openssl_rsa1024.der", "1024 bits", { TRAIT_CSR_SMALL_KEY, TRAIT_COUNT } },
		{ "csr/made_no_attributes.der", "challengePassword    none", { TRAIT_CSR_NO_ATTRIBUTES, TRAIT_CSR_NO_CHALLENGE, TRAIT_COUNT } },
		{ "csr/made_version2.der", "a PKCS#10 certification request", { TRAIT_CSR_VERSION, TRAIT_COUNT } },
		{ "csr/made_bad_signature.der", "DOES NOT VERIFY", { TRAIT_CSR_SIGNATURE, TRAIT_COUNT } },
		{ "csr/made_indefinite.ber", "a PKCS#10 certification request", { TRAIT_BER, TRAIT_COUNT } },
		{ "cert/serial_negative.der", "a certificate", { TRAIT_CERT_SERIAL, TRAIT_COUNT } },
		{ "cert/serial_32_octets.der", "a certificate", { TRAIT_CERT_SERIAL, TRAIT_COUNT } },
		{ "cms/enveloped_aes256.der", "a CMS EnvelopedData", { TRAIT_CIPHER_LONG_AES, TRAIT_COUNT } },
		{ "cms/enveloped_keyid.der", "a CMS EnvelopedData", { TRAIT_RECIPIENT_KEY_ID, TRAIT_COUNT } },
		{ "cms/enveloped_oaep.der", "NOT OPENED with the key", { TRAIT_OAEP, TRAIT_COUNT } },
		{ "cms/enveloped_stream.ber", "a CMS EnvelopedData", { TRAIT_BER, TRAIT_COUNT } },
	};
	struct random random = random_system();
	struct identity ra = identity_load("ra");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct explain explain;

		unit_row(rows[i].vector);
		start(&explain, &random);
		explain.key = ra.key;
		explain.cert = ra.cert;
		UNIT_ERR(ERR_OK, explain_bytes(&explain, unit_vector(rows[i].vector), NULL));
		HOLDS(explain, rows[i].words);
		if (strncmp(rows[i].vector, "cms/enveloped", 13) != 0)
			is_traits(rows[i].traits, &explain);
		else
			CU_ASSERT(explain.traits.has[rows[i].traits[0]]);
		CU_ASSERT_EQUAL(explain.reply, strncmp(rows[i].vector, "cert/", 5) == 0 ? EXPLAIN_GET_CA_CERT : EXPLAIN_NO_REPLY);
		explain_clear(&explain);
	}
	unit_row(NULL);
	identity_clear(&ra);
}

/* One signed attribute more, less or otherwise than in a good message. */
struct change {
	const char *name;
	enum oid type;
	const char *value; /* whole element in hexadecimal; NULL: left out */
	enum trait traits[MAX_TRAITS];
};

/* A CertRep FAILURE with this change. */
static void make_failure(const struct change *change, const struct identity *signer, struct buf *der)
{
	struct cms_attribute_value attributes[] = {
		{ OID_SCEP_TRANSACTION_ID, unit_hex("13 03 61 62 63") }, { OID_SCEP_MESSAGE_TYPE, unit_hex("13 01 33") }, { OID_SCEP_PKI_STATUS, unit_hex("13 01 32") },
		{ OID_SCEP_FAIL_INFO, unit_hex("13 01 32") }, { OID_SCEP_FAIL_INFO_TEXT, unit_hex("0c 02 6e 6f") },
		{ OID_SCEP_SENDER_NONCE, unit_hex("04 10 00112233445566778899aabbccddeeff") },
		{ OID_SCEP_RECIPIENT_NONCE, unit_hex("04 10 ffeeddccbbaa99887766554433221100") },
	};
	struct bytes cert = buf_bytes(&signer->cert->der);
	size_t count = 0;

	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
		if (attributes[i].type == change->type && change->value == NULL)
			continue;
		attributes[count] = attributes[i];
		if (attributes[i].type == change->type)
			attributes[count].value = unit_hex(change->value);
		count++;
	}
	UNIT_ERR(ERR_OK, cms_signed_encode(NULL, attributes, count, &cert, 1, signer->cert, signer->key, DIGEST_SHA256, der, NULL));
}

static void test_attributes(void)
{
	static const struct change rows[] = {
		{ "nothing", OID_DATA, NULL, { TRAIT_COUNT } },
		{ "no messageType", OID_SCEP_MESSAGE_TYPE, NULL, { TRAIT_NO_TYPE, TRAIT_COUNT } },
		{ "messageType 18", OID_SCEP_MESSAGE_TYPE, "13 02 31 38", { TRAIT_TYPE_UNDEFINED, TRAIT_COUNT } },
		{ "messageType \"03\"", OID_SCEP_MESSAGE_TYPE, "13 02 30 33", { TRAIT_TYPE_VALUE, TRAIT_COUNT } },
		{ "messageType as UTF8String", OID_SCEP_MESSAGE_TYPE, "0c 01 33", { TRAIT_ATTRIBUTE_STRING, TRAIT_COUNT } },
		{ "no transactionID", OID_SCEP_TRANSACTION_ID, NULL, { TRAIT_NO_TRANSACTION_ID, TRAIT_COUNT } },
		{ "transactionID with \"_\"", OID_SCEP_TRANSACTION_ID, "13 01 5f", { TRAIT_TRANSACTION_ID_VALUE, TRAIT_COUNT } },
		{ "transactionID with \"+ / =\"", OID_SCEP_TRANSACTION_ID, "13 05 2b 20 2f 20 3d", { TRAIT_COUNT } },
		{ "empty transactionID", OID_SCEP_TRANSACTION_ID, "13 00", { TRAIT_TRANSACTION_ID_VALUE, TRAIT_COUNT } },
		{ "no senderNonce", OID_SCEP_SENDER_NONCE, NULL, { TRAIT_NO_SENDER_NONCE, TRAIT_COUNT } },
		{ "senderNonce of 8 octets", OID_SCEP_SENDER_NONCE, "04 08 0011223344556677", { TRAIT_NONCE_LEN, TRAIT_COUNT } },
		{ "senderNonce as INTEGER", OID_SCEP_SENDER_NONCE, "02 01 01", { TRAIT_NONCE_TYPE, TRAIT_COUNT } },
		{ "no recipientNonce", OID_SCEP_RECIPIENT_NONCE, NULL, { TRAIT_NO_RECIPIENT_NONCE, TRAIT_COUNT } },
		{ "no pkiStatus", OID_SCEP_PKI_STATUS, NULL, { TRAIT_NO_STATUS, TRAIT_NO_ENVELOPE, TRAIT_COUNT } },
		{ "pkiStatus 1", OID_SCEP_PKI_STATUS, "13 01 31", { TRAIT_STATUS_UNDEFINED, TRAIT_NO_ENVELOPE, TRAIT_COUNT } },
		{ "pkiStatus 0", OID_SCEP_PKI_STATUS, "13 01 30", { TRAIT_NO_ENVELOPE, TRAIT_COUNT } },
		{ "pkiStatus 3", OID_SCEP_PKI_STATUS, "13 01 33", { TRAIT_COUNT } },
		{ "no failInfo", OID_SCEP_FAIL_INFO, NULL, { TRAIT_NO_FAIL_INFO, TRAIT_COUNT } },
		{ "failInfo 4", OID_SCEP_FAIL_INFO, "13 01 34", { TRAIT_COUNT } },
		{ "failInfo 5", OID_SCEP_FAIL_INFO, "13 01 35", { TRAIT_FAIL_INFO_UNDEFINED, TRAIT_COUNT } },
		{ "failInfoText as PrintableString", OID_SCEP_FAIL_INFO_TEXT, "13 02 6e 6f", { TRAIT_FAIL_INFO_TEXT_STRING, TRAIT_COUNT } },
	};
	struct random random = random_system();
	struct identity ra = identity_load("ra");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct explain explain;
		struct buf der = { 0 };

		unit_row(rows[i].name);
		make_failure(&rows[i], &ra, &der);
		start(&explain, &random);
		UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&der), NULL));
		/* Without its type, or with another, it is a request that lacks things; that is not this table's. */
		if (explain.reply == EXPLAIN_CERT_REP)
			is_traits(rows[i].traits, &explain);
		else
			CU_ASSERT(explain.traits.has[rows[i].traits[0]]);
		explain_clear(&explain);
		buf_clear(&der);
	}
	unit_row(NULL);
	identity_clear(&ra);
}

/* A PKCSReq of `client` to `ra`, parsed. */
static struct scep_message *make_request(const struct identity *client, const struct identity *ra, enum cipher cipher, struct buf *der)
{
	struct random random = random_system();
	struct scep_request_plan plan = { .type = SCEP_PKCS_REQ, .content = unit_vector("csr/openssl_rsa.der"), .signer = client->cert, .key = client->key, .recipient = ra->cert,
		.cipher = cipher, .digest = DIGEST_SHA256, .transaction_id = bytes_from_str("t"), .sender_nonce = bytes_from(nonce, 16) };
	struct scep_message *message = NULL;

	UNIT_ERR(ERR_OK, scep_request_encode(&plan, &random, der, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(der), &message, NULL));
	return message;
}

static void test_replies(void)
{
	static const struct {
		const char *name;
		bool is_ca_first, is_des;
		const char *media_type;
		enum trait traits[MAX_TRAITS];
		unsigned refusing; /* bits of enum client */
	} rows[] = {
		{ "good", false, false, "application/x-pki-message", { TRAIT_COUNT }, 0 },
		{ "CA first", true, false, "", { TRAIT_CERTS_CA_FIRST, TRAIT_COUNT }, 1 << CLIENT_APPLE | 1 << CLIENT_MICROMDM },
		{ "single DES", false, true, "", { TRAIT_CIPHER_DES, TRAIT_COUNT }, 0 },
		{ "Content-Type with charset", false, false, "application/x-pki-message; charset=utf-8", { TRAIT_MEDIA_PARAMETER, TRAIT_COUNT }, 1 << CLIENT_CERTMONGER },
		{ "Content-Type that is another", false, false, "application/octet-stream", { TRAIT_MEDIA_OTHER, TRAIT_COUNT }, 1 << CLIENT_CERTMONGER | 1 << CLIENT_SSCEP },
	};
	struct random random = random_system();
	struct identity ra = identity_load("ra"), client = identity_load("client");
	struct cert *ca = NULL;

	UNIT_ERR(ERR_OK, cert_parse_pem(unit_vector("cert/ca_rsa.pem"), &ca, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes certs[] = { unit_vector("cert/issued_rsa.der"), buf_bytes(&ca->der) };
		struct scep_responder responder = { ra.cert, ra.key };
		struct scep_reply_style style = { DIGEST_SHA256, rows[i].is_des ? CIPHER_DES_CBC : CIPHER_AES128_CBC };
		struct buf der = { 0 }, reply = { 0 };
		struct scep_message *request = make_request(&client, &ra, CIPHER_AES128_CBC, &der);
		struct explain explain;

		unit_row(rows[i].name);
		if (rows[i].is_ca_first)
			certs[0] = certs[1];
		UNIT_ERR(ERR_OK, scep_reply_success(request, &responder, &style, certs, 2, NULL, &random, &reply, NULL));
		start(&explain, &random);
		explain.key = client.key;
		explain.media_type = rows[i].media_type;
		UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&reply), NULL));
		HOLDS(explain, "CertRep: the server answers");
		HOLDS(explain, "certificate 1\n");
		is_traits(rows[i].traits, &explain);
		CU_ASSERT_EQUAL(explain.reply, EXPLAIN_CERT_REP);
		for (int who = 0; who < CLIENT_COUNT; who++)
			CU_ASSERT_EQUAL(client_judge((enum client)who, &explain.traits) == VERDICT_REFUSES, (rows[i].refusing & 1u << who) != 0);
		explain_clear(&explain);
		scep_message_free(request);
		buf_clear(&der);
		buf_clear(&reply);
	}
	unit_row(NULL);
	cert_free(ca);
	identity_clear(&ra);
	identity_clear(&client);
}

/* Which body belongs into which message: a CSR, IssuerAndSubject or IssuerAndSerialNumber. */
static void test_bodies(void)
{
	static const struct {
		int type;
		size_t fitting;
		const char *words;
	} rows[] = {
		{ SCEP_PKCS_REQ, 0, "PKCSReq: a client asks for a certificate" }, { SCEP_RENEWAL_REQ, 0, "RenewalReq: a client renews its certificate" },
		{ SCEP_CERT_POLL, 1, "CertPoll: a client asks again" }, { SCEP_GET_CERT, 2, "GetCert: a client looks for a certificate" },
		{ SCEP_GET_CRL, 2, "GetCRL: a client wants the revocation list" },
	};
	struct random random = random_system();
	struct identity ra = identity_load("ra"), client = identity_load("client");
	struct buf names = { 0 }, serial = { 0 };
	struct bytes bodies[3];

	UNIT_ERR(ERR_OK, scep_issuer_and_subject_encode(ra.cert->subject, client.cert->subject, &names));
	UNIT_ERR(ERR_OK, scep_issuer_and_serial_encode(ra.cert->subject, client.cert->serial, &serial));
	bodies[0] = unit_vector("csr/openssl_rsa.der");
	bodies[1] = buf_bytes(&names);
	bodies[2] = buf_bytes(&serial);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t k = 0; k < sizeof bodies / sizeof bodies[0]; k++) {
			struct scep_request_plan plan = { .type = rows[i].type, .content = bodies[k], .signer = client.cert, .key = client.key, .recipient = ra.cert,
				.cipher = CIPHER_AES128_CBC, .digest = DIGEST_SHA256, .transaction_id = bytes_from_str("t"), .sender_nonce = bytes_from(nonce, 16) };
			struct explain explain;
			struct buf der = { 0 };

			unit_row(rows[i].words);
			UNIT_ERR(ERR_OK, scep_request_encode(&plan, &random, &der, NULL));
			start(&explain, &random);
			explain.key = ra.key;
			UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&der), NULL));
			HOLDS(explain, rows[i].words);
			CU_ASSERT_EQUAL(explain.traits.has[TRAIT_BODY_OTHER], k != rows[i].fitting);
			CU_ASSERT_EQUAL(explain.traits.has[TRAIT_SIGNER_KEY], rows[i].type == SCEP_PKCS_REQ && k == 0);
			CU_ASSERT_EQUAL(explain.traits.has[TRAIT_RENEWAL_SELF_SIGNED], rows[i].type == SCEP_RENEWAL_REQ);
			explain_clear(&explain);
			buf_clear(&der);
		}
	unit_row(NULL);
	identity_clear(&ra);
	identity_clear(&client);
	buf_clear(&names);
	buf_clear(&serial);
}

static void test_openers(void)
{
	struct random random = random_system();
	struct identity ra = identity_load("ra"), other = identity_load("other");
	struct bytes message = unit_vector("cms/strongswan_aes.der");
	const struct {
		const struct key *key;
		const struct cert *cert;
		const char *words;
		bool is_open;
	} rows[] = {
		{ NULL, NULL, "its content stays closed", false }, { ra.key, NULL, "opened with the key", true }, { ra.key, ra.cert, "the certificate of --cert is a recipient", true },
		{ other.key, other.cert, "the certificate of --cert is NOT among the recipients", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct explain explain;

		unit_row(rows[i].words);
		start(&explain, &random);
		explain.key = rows[i].key;
		explain.cert = rows[i].cert;
		UNIT_ERR(ERR_OK, explain_bytes(&explain, message, NULL));
		HOLDS(explain, rows[i].words);
		CU_ASSERT_EQUAL(holds(&explain, "a PKCS#10 certification request"), rows[i].is_open);
		explain_clear(&explain);
	}
	unit_row(NULL);
	identity_clear(&ra);
	identity_clear(&other);
}

static void test_ca_certs(void)
{
	struct random random = random_system();
	struct scep_stub stub;
	struct bytes certs[2], next;
	struct explain explain;
	struct buf der = { 0 };

	scep_stub_init(&stub);
	certs[0] = buf_bytes(&stub.ra->der);
	certs[1] = buf_bytes(&stub.ca->der);
	UNIT_ERR(ERR_OK, cms_certs_only_encode(certs, 2, &der, NULL));
	start(&explain, &random);
	explain.media_type = "application/x-x509-ca-ra-cert";
	UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&der), NULL));
	is_traits((const enum trait[]){ TRAIT_COUNT }, &explain);
	HOLDS(explain, "certificate 1: RA\n");
	HOLDS(explain, "micromdm          takes it: encrypts to all of the certificates");
	explain_clear(&explain);

	buf_reset(&der);
	UNIT_ERR(ERR_OK, cms_certs_only_encode(certs, 1, &der, NULL));
	start(&explain, &random);
	explain.media_type = "application/x-x509-ca-cert";
	UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&der), NULL));
	is_traits((const enum trait[]){ TRAIT_CA_ALONE, TRAIT_CA_NO_ROOT, TRAIT_CA_MEDIA_OTHER, TRAIT_COUNT }, &explain);
	CU_ASSERT_EQUAL(client_judge(CLIENT_APPLE, &explain.traits), VERDICT_REFUSES);
	explain_clear(&explain);

	start(&explain, &random);
	explain.media_type = "application/x-x509-ca-cert";
	UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&stub.other_ca->der), NULL));
	is_traits((const enum trait[]){ TRAIT_CA_USAGE, TRAIT_COUNT }, &explain);
	explain_clear(&explain);

	buf_reset(&der);
	next = buf_bytes(&stub.other_ca->der);
	UNIT_ERR(ERR_OK, scep_next_ca_encode(&next, 1, stub.ca, stub.ca_key, DIGEST_SHA256, &der, NULL));
	start(&explain, &random);
	UNIT_ERR(ERR_OK, explain_bytes(&explain, buf_bytes(&der), NULL));
	is_traits((const enum trait[]){ TRAIT_COUNT }, &explain);
	HOLDS(explain, "the answer to GetNextCACert");
	explain_clear(&explain);
	buf_clear(&der);
	scep_stub_clear(&stub);
}

static void visit(struct bytes damaged, void *context)
{
	struct explain explain;
	struct why why = { 0 };
	enum err e;

	start(&explain, context);
	e = explain_bytes(&explain, damaged, &why);
	CU_ASSERT(e == ERR_OK || e == ERR_ASN1_SYNTAX || e == ERR_ASN1_LIMIT);
	explain_clear(&explain);
}

static void test_damaged(void)
{
	static const uint8_t masks[] = { 0x01, 0x80 };
	static const char *const vectors[] = { "csr/made_certmonger_like.der", "cms/enveloped_mixed.der", "cms/certs_only.der" };
	struct random random = random_system();

	identity_each_truncation(unit_vector("cms/strongswan_aes.der"), visit, &random);
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
		identity_each_truncation(unit_vector(vectors[i]), visit, &random);
	identity_each_flip(unit_vector("cms/enveloped_mixed.der"), masks, sizeof masks, visit, &random);
}

static void test_tables(void)
{
	/* Only what says of what kind something is, or is in the table of clients alone, breaks no rule. */
	static const enum trait without[] = { TRAIT_SUCCESS, TRAIT_FAILURE, TRAIT_PENDING, TRAIT_CIPHER_AES, TRAIT_CA_SINGLE, TRAIT_CA_SEVERAL };

	for (int trait = 0; trait < TRAIT_COUNT; trait++) {
		const struct rule *rule = rule_find((enum trait)trait);
		bool is_without = false;

		for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
			is_without |= (int)without[i] == trait;
		CU_ASSERT_EQUAL(rule == NULL, is_without);
		CU_ASSERT(rule == NULL || (strncmp(rule->section, "RFC ", 4) == 0 && strstr(rule->section, " section ") != NULL));
	}
	for (int who = 0; who < CLIENT_COUNT; who++)
		CU_ASSERT_PTR_NOT_NULL(client_name((enum client)who));
}

static const struct unit_case cases[] = {
	{ "messages, requests and certificates of real clients are told with the rules that they break", test_vectors },
	{ "each signed attribute that is missing or wrong breaks its rule (RFC 8894 section 3.2.1)", test_attributes },
	{ "a reply is judged as the clients would (RFC 8894 section 3.3.2)", test_replies },
	{ "each messageType has its body, and its signer (RFC 8894 sections 3.2.2 and 3.3)", test_bodies },
	{ "an envelope is opened with the key, and it is told whose it is (RFC 8894 section 3.2.2)", test_openers },
	{ "answers to GetCACert and GetNextCACert are told apart and judged (RFC 8894 sections 4.2.1 and 4.7.1)", test_ca_certs },
	{ "damaged messages are explained or refused, and nothing else happens", test_damaged },
	{ "every trait has a rule with its section, but those that only name a kind", test_tables },
};

UNIT_MAIN("explain", cases)
