#include <config.h>

#include <string.h>

#include "service/outcome.h"

/* The envelope of a request: for whom, with which algorithms, and how it fails when it does. */

static struct bytes null(void)
{
	return craft_hex("0500");
}

/* A KeyAgreeRecipientInfo [1], a KEKRecipientInfo [2], a PasswordRecipientInfo [3], an OtherRecipientInfo [4]. RFC 5652 section 6.2. */
static struct bytes key_agreement(void)
{
	return CRAFT(DER_CONTEXT_CONSTRUCTED(1), craft_hex("020103 a005 0603550403 300b 0609 2a864886f70d010903 3000"));
}

static struct bytes key_encryption_key(void)
{
	return CRAFT(DER_CONTEXT_CONSTRUCTED(2), craft_hex("020104 3003 040101 300b 0609 60864801650304012d 0418"), craft_octets(1, 24));
}

/* @param iterations in: INTEGER content. */
static struct bytes password(const char *iterations)
{
	struct bytes derivation = CRAFT(DER_SEQUENCE, CRAFT(DER_OCTET_STRING, craft_octets(1, 16)), CRAFT(DER_INTEGER, craft_hex(iterations)));
	struct bytes cipher = craft_algorithm(OID_AES128_CBC, CRAFT(DER_OCTET_STRING, craft_octets(0, 16)));

	return CRAFT(DER_CONTEXT_CONSTRUCTED(3), craft_hex("020100"), CRAFT(DER_CONTEXT_CONSTRUCTED(0), craft_oid(OID_PBKDF2), derivation), craft_algorithm(OID_PWRI_KEK, cipher),
		CRAFT(DER_OCTET_STRING, craft_octets(1, 32)));
}

static struct bytes other_kind(void)
{
	return CRAFT(DER_CONTEXT_CONSTRUCTED(4), craft_hex("0603550403 0500"));
}

/* A recipient by key transport whom we do not know: the encrypted key is not for us either. */
static struct bytes stranger(const struct fixture *f, const char *serial)
{
	return crafted_recipient(f, &(struct crafted_recipient){ .cert = f->old_ra_cert, .rid = crafted_issuer_and_serial(craft_name("CN=somebody"), craft_hex(serial)) });
}

static struct bytes ra(const struct fixture *f)
{
	return crafted_recipient(f, &(struct crafted_recipient){ 0 });
}

static void key_identifier(void)
{
	struct bytes two = craft_hex("02"), key_id;
	struct fixture f;

	fixture_start(&f);
	key_id = f.ra_cert->subject_key_id;
	CU_ASSERT_EQUAL_FATAL(key_id.len, 20);
	outcome_check(&f, "primitive",
		&(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .version = two, .rid = CRAFT(DER_CONTEXT(0), key_id) }) },
		issued());
	outcome_check(&f, "constructed", &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .version = two,
		.rid = CRAFT(DER_CONTEXT_CONSTRUCTED(0), CRAFT(DER_OCTET_STRING, key_id)) }) }, issued());
	/* The value of the extension instead of what it holds. */
	outcome_check(&f, "in an OCTET STRING of its own, among others", &(struct crafted){ .recipients = CRAFT_JOIN(stranger(&f, "01"), crafted_recipient(&f,
		&(struct crafted_recipient){ .version = two, .rid = CRAFT(DER_CONTEXT(0), CRAFT(DER_OCTET_STRING, key_id)) })) }, issued());
	outcome_check(&f, "the same of somebody else", &(struct crafted){ .recipients = CRAFT_JOIN(stranger(&f, "01"), crafted_recipient(&f,
		&(struct crafted_recipient){ .version = two, .rid = CRAFT(DER_CONTEXT(0), CRAFT(DER_OCTET_STRING, craft_octets(9, 20))) })) },
		refused(FAIL_BAD_REQUEST, ERR_CMS_RECIPIENT));
	outcome_check(&f, "among others", &(struct crafted){ .recipients = CRAFT_JOIN(stranger(&f, "01"), crafted_recipient(&f, &(struct crafted_recipient){ .version = two,
		.rid = CRAFT(DER_CONTEXT(0), key_id) })) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

/* The issuer in another string type and case is the same name (RFC 5280 section 7.1). */
static void issuer_encoded_anew(void)
{
	static const struct { const char *name, *issuer; bool is_ours; } rows[] = {
		{ "another string type", "Test CA", true }, { "another case, more blanks", "test  ca", true }, { "another name", "Test CB", false },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes name = CRAFT(DER_SEQUENCE, CRAFT(DER_SET, CRAFT(DER_SEQUENCE, craft_oid(OID_AT_CN), craft_text(DER_PRINTABLE_STRING, rows[i].issuer))));

		CU_ASSERT_FALSE(bytes_is_equal(name, f.ra_cert->issuer));
		outcome_check(&f, rows[i].name, &(struct crafted){ .recipients = CRAFT_JOIN(stranger(&f, "01"),
			crafted_recipient(&f, &(struct crafted_recipient){ .rid = crafted_issuer_and_serial(name, f.ra_cert->serial) })) },
			rows[i].is_ours ? issued() : refused(FAIL_BAD_REQUEST, ERR_CMS_RECIPIENT));
	}
	crafted_forget();
	fixture_stop(&f);
}

static void several_recipients(void)
{
	struct fixture f;
	struct bytes ours, all_kinds;

	fixture_start(&f);
	ours = ra(&f);
	all_kinds = CRAFT_JOIN(key_agreement(), key_encryption_key(), password("00c350"), other_kind());
	outcome_check(&f, "the CA's too, as scepclient does",
		&(struct crafted){ .recipients = CRAFT_JOIN(ours, crafted_recipient(&f, &(struct crafted_recipient){ .cert = f.ca_cert })) },
		issued());
	outcome_check(&f, "the CA's first", &(struct crafted){ .recipients = CRAFT_JOIN(crafted_recipient(&f, &(struct crafted_recipient){ .cert = f.ca_cert }), ours) },
		issued());
	outcome_check(&f, "all kinds behind", &(struct crafted){ .recipients = CRAFT_JOIN(ours, all_kinds) }, issued());
	outcome_check(&f, "all kinds in front", &(struct crafted){ .recipients = CRAFT_JOIN(all_kinds, ours) }, issued());
	outcome_check(&f, "strangers around", &(struct crafted){ .recipients = CRAFT_JOIN(stranger(&f, "01"), ours, stranger(&f, "02")) }, issued());
	outcome_check(&f, "ours twice", &(struct crafted){ .recipients = CRAFT_JOIN(ours, ours) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void our_key_under_another_name(void)
{
	struct bytes renewed, ca_name;
	struct fixture f;

	fixture_start(&f);
	renewed = crafted_recipient(&f, &(struct crafted_recipient){ .rid = crafted_issuer_and_serial(f.ra_cert->issuer, craft_hex("11")) });
	ca_name = crafted_recipient(&f, &(struct crafted_recipient){ .rid = crafted_issuer_and_serial(f.ca_cert->issuer, f.ca_cert->serial) });
	outcome_check(&f, "an older certificate of the same key", &(struct crafted){ .recipients = renewed }, issued());
	outcome_check(&f, "the CA's name for the RA's key", &(struct crafted){ .recipients = ca_name }, issued());
	/* Never is one of several tried that does not name us: who may choose among them has an oracle. */
	outcome_check(&f, "with a stranger beside", &(struct crafted){ .recipients = CRAFT_JOIN(renewed, stranger(&f, "01")) },
		refused(FAIL_BAD_REQUEST, ERR_CMS_RECIPIENT));
	outcome_check(&f, "the only one is a stranger", &(struct crafted){ .recipients = stranger(&f, "01") }, refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	crafted_forget();
	fixture_stop(&f);
}

static void short_encrypted_key(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "without its zeros in front", &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){
		.encrypted_key = crafted_short_encrypted_key(&f) }) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void oaep(void)
{
	struct bytes digest = CRAFT(DER_CONTEXT_CONSTRUCTED(0), craft_algorithm(OID_SHA256, null()));
	const struct { const char *name; struct bytes parameters; bool is_read; } rows[] = {
		{ "SHA-256", CRAFT(DER_SEQUENCE, digest), true }, { "SHA-1", craft_hex("3000"), true }, { "no parameters", craft_none(), true },
		{ "NULL for parameters", null(), false }, { "no SourceFunc in its place", craft_hex("3004 a202 3000"), false },
	};
	/* What is encrypted is under another padding, so that it fails as all that cannot be read. */
	const struct outcome read_or_not[] = { refused(FAIL_BAD_ALG, ERR_ALG_KEY_TRANSPORT), refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT) };
	const bool can = key_library_is_built_in(KEY_LIBRARY_OPENSSL);
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){
			.algorithm = craft_algorithm(OID_RSAES_OAEP, rows[i].parameters) }) }, read_or_not[can && rows[i].is_read]);
	outcome_check(&f, "no key transport that anybody knows", &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){
		.algorithm = CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.5")) }) }, refused(FAIL_BAD_ALG, ERR_ALG_KEY_TRANSPORT));
	crafted_forget();
	fixture_stop(&f);
}

static void single_des(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "not allowed", &(struct crafted){ .cipher = CIPHER_DES_CBC }, http_error(ERR_ALG_CIPHER));
	fixture_stop(&f);
	fixture_start(&f);
	f.store->has_legacy_algorithms = true;
	outcome_check(&f, "allowed by name", &(struct crafted){ .cipher = CIPHER_DES_CBC }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void no_iv(void)
{
	struct fixture f;

	fixture_start(&f);
	f.store->has_legacy_algorithms = true;
	outcome_check(&f, "DES, absent: zeros", &(struct crafted){ .cipher = CIPHER_DES_CBC, .cipher_algorithm = craft_algorithm(OID_DES_CBC, craft_none()) }, issued());
	outcome_check(&f, "DES, NULL: zeros", &(struct crafted){ .cipher = CIPHER_DES_CBC, .cipher_algorithm = craft_algorithm(OID_DES_CBC, null()) }, issued());
	outcome_check(&f, "AES, absent", &(struct crafted){ .cipher_algorithm = craft_algorithm(OID_AES128_CBC, craft_none()) },
		refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	outcome_check(&f, "AES, NULL", &(struct crafted){ .cipher_algorithm = craft_algorithm(OID_AES128_CBC, null()) }, refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	outcome_check(&f, "triple DES, absent", &(struct crafted){ .cipher = CIPHER_DES3_CBC, .cipher_algorithm = craft_algorithm(OID_DES3_CBC, craft_none()) },
		refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	crafted_forget();
	fixture_stop(&f);
}

static void ciphers(void)
{
	static const enum cipher served[] = { CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC, CIPHER_DES3_CBC };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof served / sizeof served[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 };

		outcome_exchange(&f, cipher_name(served[i]), &(struct crafted){ .cipher = served[i] }, issued(), &reply, &content);
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
		CU_ASSERT_EQUAL(reply->envelope->cipher, served[i]);
		scep_message_free(reply);
		buf_clear(&content);
	}
	unit_row(NULL);
	crafted_forget();
	fixture_stop(&f);
}

static void authenticated_encryption(void)
{
	struct bytes parameters = craft_hex("3011 040c 000102030405060708090a0b 020110");
	struct bytes info = CRAFT(DER_SEQUENCE, craft_oid(OID_DATA), CRAFT(DER_SEQUENCE, craft_other_oid("2.16.840.1.101.3.4.1.6"), parameters), CRAFT(DER_CONTEXT(0), craft_octets(1, 64)));
	struct bytes enveloped;
	struct fixture f;

	fixture_start(&f);
	enveloped = CRAFT(DER_SEQUENCE, craft_oid(OID_AUTH_ENVELOPED_DATA), CRAFT(DER_CONTEXT_CONSTRUCTED(0),
		CRAFT(DER_SEQUENCE, craft_hex("020100"), CRAFT(DER_SET, ra(&f)), info, CRAFT(DER_OCTET_STRING, craft_octets(1, 16)))));
	/* Not an EnvelopedData at all, so like any content that cannot be read; the log says which. */
	outcome_check(&f, "AuthEnvelopedData", &(struct crafted){ .envelope = enveloped }, refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&f.log_text), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)f.log_text.ptr, "AuthEnvelopedData"));
	outcome_check(&f, "AES-GCM in an EnvelopedData",
		&(struct crafted){ .cipher_algorithm = CRAFT(DER_SEQUENCE, craft_other_oid("2.16.840.1.101.3.4.1.6"), parameters) },
		http_error(ERR_ALG_CIPHER));
	crafted_forget();
	fixture_stop(&f);
}

static void unknown_ciphers(void)
{
	struct bytes rc2 = craft_hex("300e 0202 00a0 0408 0001020304050607");
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "RC2", &(struct crafted){ .cipher_algorithm = CRAFT(DER_SEQUENCE, craft_other_oid("1.2.840.113549.3.2"), rc2) }, http_error(ERR_ALG_CIPHER));
	outcome_check(&f, "nobody's", &(struct crafted){ .cipher_algorithm = CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.6")) }, http_error(ERR_ALG_CIPHER));
	outcome_check(&f, "an OID of nothing", &(struct crafted){ .cipher_algorithm = craft_hex("3002 0600") }, http_error(ERR_ALG_CIPHER));
	crafted_forget();
	fixture_stop(&f);
}

/* --- attacks, and limits --- */

static struct outcome cannot_be_read(void)
{
	return refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT);
}

static void ivs_and_ciphertexts(void)
{
	static const size_t iv_lens[] = { 1, 8, 15, 17, 32, 255 }, ciphertext_lens[] = { 0, 1, 15, 17, 4095 };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof iv_lens / sizeof iv_lens[0]; i++)
		outcome_check(&f, "an IV of another length",
			&(struct crafted){ .cipher_algorithm = craft_algorithm(OID_AES128_CBC, CRAFT(DER_OCTET_STRING, craft_octets(0, iv_lens[i]))) },
			cannot_be_read());
	for (size_t i = 0; i < sizeof ciphertext_lens / sizeof ciphertext_lens[0]; i++)
		outcome_check(&f, "a ciphertext that is not of whole blocks", &(struct crafted){ .encrypted_content = CRAFT(DER_CONTEXT(0), craft_octets(7, ciphertext_lens[i])) },
			cannot_be_read());
	outcome_check(&f, "one block of nothing", &(struct crafted){ .encrypted_content = CRAFT(DER_CONTEXT(0), craft_octets(7, 16)) }, cannot_be_read());
	outcome_check(&f, "an IV that is no OCTET STRING", &(struct crafted){ .cipher_algorithm = craft_algorithm(OID_AES128_CBC, craft_hex("020100")) }, cannot_be_read());
	crafted_forget();
	fixture_stop(&f);
}

static void encrypted_keys(void)
{
	static const size_t lens[] = { 1, 16, 255, 257, 1024 };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++)
		outcome_check(&f, "an encryptedKey of any length", &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){
			.encrypted_key = craft_octets(5, lens[i]) }) }, cannot_be_read());
	outcome_check(&f, "larger than the modulus",
		&(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .encrypted_key = craft_octets(0xff, 256) }) },
		cannot_be_read());
	outcome_check(&f, "zeros", &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .encrypted_key = craft_octets(0, 256) }) },
		cannot_be_read());
	outcome_check(&f, "a key for another cipher", &(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .cipher = CIPHER_AES256_CBC }) },
		cannot_be_read());
	crafted_forget();
	fixture_stop(&f);
}

static void missing_parts(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "no encryptedContent", &(struct crafted){ .no_encrypted_content = true }, cannot_be_read());
	outcome_check(&f, "encryptedContent with another tag", &(struct crafted){ .encrypted_content = CRAFT(DER_CONTEXT(1), craft_octets(1, 16)) }, cannot_be_read());
	outcome_check(&f, "a cipher without OID", &(struct crafted){ .cipher_algorithm = craft_hex("3000") }, cannot_be_read());
	outcome_check(&f, "key transport without OID",
		&(struct crafted){ .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .algorithm = craft_hex("3000") }) },
		cannot_be_read());
	outcome_check(&f, "an empty EnvelopedData", &(struct crafted){ .envelope = craft_hex("300f 0609 2a864886f70d010703 a002 3000") }, cannot_be_read());
	outcome_check(&f, "a SignedData for an envelope", &(struct crafted){ .envelope = craft_hex("300f 0609 2a864886f70d010702 a002 3000") }, cannot_be_read());
	outcome_check(&f, "a request in the clear", &(struct crafted){ .envelope = crafted_csr(&f, &(struct crafted_csr){ 0 }) }, cannot_be_read());
	outcome_check(&f, "no ASN.1", &(struct crafted){ .envelope = craft_octets(0xff, 64) }, cannot_be_read());
	outcome_check(&f, "one octet", &(struct crafted){ .envelope = craft_octets(0, 1) }, cannot_be_read());
	outcome_check(&f, "the content of another message", &(struct crafted){ .content = craft_hex("3003020101") }, refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void password_alone(void)
{
	static const char *const iterations[] = { "00", "03e8", "00c350", "7fffffff", "0080000000", "ffffffffffffffff" };
	struct fixture f;

	/* Of ours no password is known to a client: nothing is derived, so a count of iterations costs nothing. */
	fixture_start(&f);
	for (size_t i = 0; i < sizeof iterations / sizeof iterations[0]; i++)
		outcome_check(&f, iterations[i], &(struct crafted){ .recipients = password(iterations[i]) }, refused(FAIL_BAD_REQUEST, ERR_CMS_RECIPIENT));
	outcome_check(&f, "a PasswordRecipientInfo of nothing", &(struct crafted){ .recipients = craft_hex("a300") }, refused(FAIL_BAD_REQUEST, ERR_CMS_RECIPIENT));
	outcome_check(&f, "no recipient by key transport", &(struct crafted){ .recipients = CRAFT_JOIN(key_agreement(), key_encryption_key(), other_kind()) },
		refused(FAIL_BAD_REQUEST, ERR_CMS_RECIPIENT));
	crafted_forget();
	fixture_stop(&f);
}

/* What the device reads, without the reference, which is new every time. */
static struct bytes text_of(struct fixture *f, const char *row, const struct crafted *crafted, enum err recorded)
{
	const size_t reference_len = strlen("reference : ") + ENROLMENT_REFERENCE_LEN;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	struct bytes text;

	outcome_exchange(f, row, crafted, refused(FAIL_BAD_REQUEST, recorded), &reply, &content);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_FATAL(reply->fail_info_text.len > reference_len);
	text = CRAFT_JOIN(bytes_from(reply->fail_info_text.ptr + reference_len, reply->fail_info_text.len - reference_len));
	scep_message_free(reply);
	return text;
}

static void one_answer_for_all(void)
{
	struct fixture f;
	struct bytes expected, broken;

	fixture_start(&f);
	broken = CRAFT(DER_CONTEXT(0), craft_octets(7, 1600));
	const struct { const char *name; struct crafted crafted; enum err recorded; } rows[] = {
		{ "an encryptedKey of noise", { .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .encrypted_key = craft_octets(5, 256) }) }, ERR_CMS_DECRYPT },
		{ "a key of another length", { .recipients = crafted_recipient(&f, &(struct crafted_recipient){ .cipher = CIPHER_DES_CBC }) }, ERR_CMS_DECRYPT },
		{ "a ciphertext of noise", { .encrypted_content = broken }, ERR_CMS_DECRYPT },
		{ "half a block", { .encrypted_content = CRAFT(DER_CONTEXT(0), craft_octets(7, 1608)) }, ERR_CMS_DECRYPT },
		{ "plaintext that is no request", { .content = craft_octets('x', 900) }, ERR_CSR_SYNTAX },
		{ "a request with a wrong signature", { .content = crafted_csr(&f, &(struct crafted_csr){ .spki = key_get_spki(fixture_other_key()) }) }, ERR_CSR_SIGNATURE },
		{ "a request with octets behind", { .content = crafted_csr(&f, &(struct crafted_csr){ .behind = craft_hex("00") }) }, ERR_CSR_SYNTAX },
		{ "a request signed with MD5", { .content = crafted_csr(&f, &(struct crafted_csr){ .digest = DIGEST_MD5 }) }, ERR_ALG_DIGEST },
		{ "a request with two challenges", { .content = crafted_csr(&f, &(struct crafted_csr){ .challenge = craft_hex("1301 41 1301 42") }) }, ERR_CSR_SYNTAX },
		{ "a request without a key", { .content = crafted_csr(&f, &(struct crafted_csr){ .spki = craft_hex("3000") }) }, ERR_ALG_KEY },
	};

	expected = text_of(&f, rows[0].name, &rows[0].crafted, rows[0].recorded);
	for (size_t i = 1; i < sizeof rows / sizeof rows[0]; i++)
		UNIT_BYTES(expected, text_of(&f, rows[i].name, &rows[i].crafted, rows[i].recorded));
	unit_row(NULL);
	crafted_forget();
	fixture_stop(&f);
}

static void number_of_recipients(void)
{
	struct bytes strangers = craft_none();
	struct fixture f;

	fixture_start(&f);
	for (int i = 0; i < CMS_MAX_RECIPIENTS - 1; i++)
		strangers = CRAFT_JOIN(strangers, stranger(&f, "01"));
	outcome_check(&f, "as many as there may be", &(struct crafted){ .recipients = CRAFT_JOIN(strangers, ra(&f)) }, issued());
	outcome_check(&f, "one too many", &(struct crafted){ .recipients = CRAFT_JOIN(strangers, ra(&f), ra(&f)) }, cannot_be_read());
	crafted_forget();
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "the recipient may be named by key identifier (RFC 5652 section 6.2.1)", key_identifier },
	{ "the issuer of ours may be encoded anew (RFC 5280 section 7.1)", issuer_encoded_anew },
	{ "ours is found among several recipients of all kinds (RFC 5652 section 6.2)", several_recipients },
	{ "our key under another certificate's name is tried when it is the only recipient, and else never (RFC 5652 section 6.2.1)", our_key_under_another_name },
	{ "an encryptedKey shorter than the modulus is padded (RFC 8017 section 7.2.2)", short_encrypted_key },
	{ "RSAES-OAEP is read where the key provider can; without that, with bad parameters, and for unknown key transports: badAlg (RFC 3560 section 2)", oaep },
	{ "single DES is an HTTP error that names it, unless the endpoint allows it (RFC 8894 section 2.9)", single_des },
	{ "an IV may be missing with single DES alone, where that is allowed, and is zero (RFC 3370 section 5)", no_iv },
	{ "AES of three sizes and triple DES are served, and mirrored (RFC 8894 section 2.9)", ciphers },
	{ "AuthEnvelopedData cannot be read; AES-GCM in an EnvelopedData is a cipher that is not allowed (RFC 5083 section 2)", authenticated_encryption },
	{ "RC2 and unknown ciphers are an HTTP error (RFC 8894 section 2.9)", unknown_ciphers },
	{ "IV and ciphertext of other lengths fail as all that cannot be read (RFC 5652 section 6.3)", ivs_and_ciphertexts },
	{ "an encryptedKey of any octets fails as all that cannot be read (RFC 3218 section 2.3.2)", encrypted_keys },
	{ "an envelope with a part missing, or none, fails as all that cannot be read (RFC 5652 section 6.1)", missing_parts },
	{ "an envelope for a password alone is for nobody here, and nothing is computed (RFC 8894 section 3.1)", password_alone },
	{ "all that goes wrong from the encryptedKey to the proof of possession reads alike (RFC 3218 section 2.3.2)", one_answer_for_all },
	{ "an envelope has 16 recipients by key transport at most", number_of_recipients },
};

UNIT_MAIN("corner_recipients", cases)
