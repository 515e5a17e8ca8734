#include <config.h>

#include <stdio.h>

#include "pki/ber.h"
#include "service/outcome.h"

/* How a message is framed: BER, lengths, chunks, limits. Levels of framing: 0 ContentInfo, 1 its [0], 2 SignedData, 3 its parts, 5 the octets of eContent. */

enum { ALL_LEVELS = BER_MAX_DEPTH, ECONTENT_LEVEL = 5, ENCRYPTED_LEVEL = 4 };

static void indefinite_outside(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "ContentInfo, SignedData, encapContentInfo, certificates, signerInfos", &(struct crafted){ .framing = &(struct craft_framing){ .indefinite_levels = 4 } },
		issued());
	outcome_check(&f, "and the EnvelopedData inside", &(struct crafted){ .framing = &(struct craft_framing){ .indefinite_levels = 4 },
		.envelope_framing = &(struct craft_framing){ .indefinite_levels = 4 } }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void chunks(void)
{
	static const struct { const char *name; struct craft_framing framing; bool is_good; } rows[] = {
		{ "7 octets, definite", { .chunk_len = 7 }, true },
		{ "1000 octets, definite", { .chunk_len = 1000 }, true },
		{ "7 octets, indefinite", { .chunk_len = 7, .indefinite_levels = 6 }, true },
		{ "1000 octets, indefinite", { .chunk_len = 1000, .indefinite_levels = 6 }, true },
		{ "nested 3 levels", { .chunk_len = 1000, .chunk_levels = 3, .indefinite_levels = 6 }, true },
		{ "nested 4 levels, the last allowed", { .chunk_len = 1000, .chunk_levels = BER_MAX_STRING_DEPTH }, true },
		{ "nested 5 levels", { .chunk_len = 1000, .chunk_levels = BER_MAX_STRING_DEPTH + 1 }, false },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct craft_framing framing = rows[i].framing;

		framing.chunk_at_level = ECONTENT_LEVEL;
		outcome_check(&f, rows[i].name, &(struct crafted){ .framing = &framing }, rows[i].is_good ? issued() : http_error(ERR_ASN1_LIMIT));
	}
	crafted_forget();
	fixture_stop(&f);
}

static void indefinite_signer_info(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "SignerInfo and signedAttrs", &(struct crafted){ .signer_framing = &(struct craft_framing){ .indefinite_levels = ALL_LEVELS } }, issued());
	outcome_check(&f, "and the signature in chunks", &(struct crafted){ .signer_framing = &(struct craft_framing){ .indefinite_levels = ALL_LEVELS, .chunk_len = 100 } },
		issued());
	outcome_check(&f, "and in the order of another SET",
		&(struct crafted){ .signer_framing = &(struct craft_framing){ .indefinite_levels = ALL_LEVELS }, .is_unsorted = true },
		issued());
	crafted_forget();
	fixture_stop(&f);
}

static void indefinite_everywhere(void)
{
	struct craft_framing all = { .indefinite_levels = ALL_LEVELS };
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "the message", &(struct crafted){ .framing = &all }, issued());
	outcome_check(&f, "the envelope", &(struct crafted){ .envelope_framing = &all }, issued());
	outcome_check(&f, "the request", &(struct crafted){ .content = craft_reframe(crafted_csr(&f, &(struct crafted_csr){ 0 }), &all) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void long_lengths(void)
{
	static const unsigned octets[] = { 2, 3, 8, 9, 100 };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof octets / sizeof octets[0]; i++) {
		struct craft_framing framing = { .length_octets = octets[i] };
		char row[64];

		snprintf(row, sizeof row, "%u length octets", octets[i]);
		outcome_check(&f, row, &(struct crafted){ .framing = &framing }, issued());
		outcome_check(&f, row, &(struct crafted){ .envelope_framing = &framing }, issued());
		outcome_check(&f, row, &(struct crafted){ .content = craft_reframe(crafted_csr(&f, &(struct crafted_csr){ 0 }), &framing) }, issued());
	}
	crafted_forget();
	fixture_stop(&f);
}

static void trailing_octets(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "a newline", &(struct crafted){ .behind = craft_hex("0a") }, issued());
	outcome_check(&f, "CR and LF", &(struct crafted){ .behind = craft_hex("0d0a") }, issued());
	outcome_check(&f, "zeros", &(struct crafted){ .behind = craft_octets(0, 512) }, issued());
	outcome_check(&f, "another element", &(struct crafted){ .behind = craft_hex("3003020100") }, issued());
	outcome_check(&f, "end-of-contents of a definite length", &(struct crafted){ .framing = &(struct craft_framing){ .indefinite_levels = 4 }, .behind = craft_hex("0000") },
		issued());
	/* No HTTP stack adds anything behind the envelope: there it is a fault of the client, and refused like all of them. */
	outcome_check(&f, "behind the request", &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .behind = craft_hex("0a") }) },
		refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void chunked_ciphertext(void)
{
	static const struct { const char *name; struct craft_framing framing; } rows[] = {
		{ "definite", { .chunk_len = 100 } },
		{ "indefinite", { .chunk_len = 100, .indefinite_levels = 5 } },
		{ "chunks of one octet", { .chunk_len = 1 } },
		{ "chunks in chunks", { .chunk_len = 100, .chunk_levels = 3, .indefinite_levels = 5 } },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct craft_framing framing = rows[i].framing;

		framing.chunk_at_level = ENCRYPTED_LEVEL;
		outcome_check(&f, rows[i].name, &(struct crafted){ .envelope_framing = &framing }, issued());
	}
	crafted_forget();
	fixture_stop(&f);
}

static void bare_enveloped_data(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "DER", &(struct crafted){ .is_envelope_bare = true }, issued());
	outcome_check(&f, "BER", &(struct crafted){ .is_envelope_bare = true, .envelope_framing = &(struct craft_framing){ .indefinite_levels = ALL_LEVELS } }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void versions(void)
{
	static const char *const versions[] = { "00", "01", "02", "03", "05", "ff", "7fffffffff" };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		struct bytes version = craft_hex(versions[i]);

		outcome_check(&f, versions[i], &(struct crafted){ .version = version, .signer_version = version, .envelope_version = version,
			.recipients = crafted_recipient(&f, &(struct crafted_recipient){ .version = version }) }, issued());
	}
	crafted_forget();
	fixture_stop(&f);
}

/* --- limits --- */

static void message_len(void)
{
	struct scep_request_plan plan;
	struct buf message = { 0 };
	struct fixture f;

	fixture_start(&f);
	crafted_message(&f, &(struct crafted){ 0 }, &message, &plan);
	for (int more = 0; more < 2; more++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 }, padded = { 0 };

		CU_ASSERT_EQUAL_FATAL(buf_append(&padded, buf_bytes(&message)), ERR_OK);
		CU_ASSERT_EQUAL_FATAL(buf_append(&padded, craft_octets(0, SCEP_MAX_MESSAGE_LEN + (size_t)more - message.len)), ERR_OK);
		outcome_post(&f, more ? "one octet too many" : "as long as it may be", &padded, &plan, more ? http_error(ERR_HTTP_TOO_LARGE) : issued(), &reply, &content);
		scep_message_free(reply);
		buf_clear(&content);
		buf_clear(&padded);
	}
	unit_row(NULL);
	buf_clear(&message);
	crafted_forget();
	fixture_stop(&f);
}

/* An attribute whose value lies `depth` levels below the attribute's SET. */
static struct bytes deep_attribute(size_t depth)
{
	struct bytes value = craft_hex("0500");

	while (depth-- > 0)
		value = CRAFT(DER_SEQUENCE, value);
	return CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.1"), CRAFT(DER_SET, value));
}

/* An attribute with this many values. */
static struct bytes wide_attribute(size_t count)
{
	struct buf values = { 0 };

	while (count-- > 0)
		CU_ASSERT_EQUAL_FATAL(buf_append(&values, bytes_from("\x05\x00", 2)), ERR_OK);
	return CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.1"), CRAFT(DER_SET, craft_keep(&values)));
}

static size_t count_elements(struct bytes der)
{
	struct der rest = { der };
	struct der_element element;
	size_t count = 0;

	while (der_read(&rest, &element) == ERR_OK)
		count += 1 + ((element.tag & 0x20) != 0 ? count_elements(element.value) : 0);
	return count;
}

static void nesting_and_number(void)
{
	enum { ATTRIBUTE_DEPTH = 8 /* levels open around a value: ContentInfo, [0], SignedData, SET, SignerInfo, [0], Attribute, SET */ };
	struct scep_request_plan plan;
	struct buf message = { 0 };
	struct fixture f;
	size_t usual;

	fixture_start(&f);
	outcome_check(&f, "as deep as it may be", &(struct crafted){ .more = deep_attribute(BER_MAX_DEPTH - ATTRIBUTE_DEPTH) }, issued());
	outcome_check(&f, "one level too deep", &(struct crafted){ .more = deep_attribute(BER_MAX_DEPTH - ATTRIBUTE_DEPTH + 1) }, http_error(ERR_ASN1_LIMIT));
	crafted_message(&f, &(struct crafted){ .more = wide_attribute(0) }, &message, &plan);
	usual = count_elements(buf_bytes(&message));
	outcome_check(&f, "as many elements as there may be", &(struct crafted){ .more = wide_attribute(BER_MAX_ELEMENTS - usual) }, issued());
	outcome_check(&f, "one too many", &(struct crafted){ .more = wide_attribute(BER_MAX_ELEMENTS - usual + 1) }, http_error(ERR_ASN1_LIMIT));
	buf_clear(&message);
	crafted_forget();
	fixture_stop(&f);
}

static void no_ber_at_all(void)
{
	static const struct { const char *name, *hex; enum err error; } rows[] = {
		{ "end-of-contents is missing", "3080 0609 2a864886f70d010702", ERR_ASN1_SYNTAX },
		{ "half an end-of-contents", "3080 0609 2a864886f70d010702 00", ERR_ASN1_SYNTAX },
		{ "a primitive of indefinite length", "3080 0480 0000 0000", ERR_ASN1_SYNTAX },
		{ "a reserved length", "30ff 00", ERR_ASN1_SYNTAX },
		{ "4 GiB", "3084 ffffffff 0609", ERR_ASN1_SYNTAX },
		{ "2 to the 64th", "3089 010000000000000000 0609", ERR_ASN1_SYNTAX },
		{ "nothing but a header", "30", ERR_ASN1_SYNTAX },
		{ "empty chunks for ever", "3080 2480 0400 0400 0400", ERR_ASN1_SYNTAX },
		{ "a high tag number", "3003 1f8101 00", ERR_ASN1_SYNTAX },
		{ "HTML", "3c21444f43545950452068746d6c3e", ERR_ASN1_SYNTAX },
		{ "another content type", "300d 0609 2a864886f70d010706 a000", ERR_CMS_SYNTAX },
		{ "an empty SignedData", "300f 0609 2a864886f70d010702 a002 3000", ERR_CMS_SYNTAX },
		{ "an empty SEQUENCE", "3000", ERR_CMS_SYNTAX },
	};
	struct scep_request_plan plan = { 0 };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf message = { 0 }, content = { 0 };

		CU_ASSERT_EQUAL_FATAL(buf_append(&message, unit_hex(rows[i].hex)), ERR_OK);
		outcome_post(&f, rows[i].name, &message, &plan, http_error(rows[i].error), &reply, &content);
		buf_clear(&message);
	}
	unit_row(NULL);
	fixture_stop(&f);
}

/* Change the last length octet of every header, by one each way, at every level that is in the clear. */
static void each_length(struct fixture *f, const struct buf *message, const struct scep_request_plan *plan, struct bytes level)
{
	struct der rest = { level };
	struct der_element element;

	while (der_read(&rest, &element) == ERR_OK) {
		uint8_t *at = message->ptr + (element.value.ptr - message->ptr) - 1;

		for (int step = -1; step <= 1; step += 2) {
			struct scep_message *reply = NULL;
			struct buf content = { 0 };

			*at = (uint8_t)(*at + step);
			CU_ASSERT_NOT_EQUAL(fixture_post(f, message, plan, &reply, &content), ERR_OK);
			CU_ASSERT_EQUAL(f->store->commit_count, 0);
			*at = (uint8_t)(*at - step);
			scep_message_free(reply);
			buf_clear(&content);
		}
		if ((element.tag & 0x20) != 0)
			each_length(f, message, plan, element.value);
	}
}

static void lengths_that_lie(void)
{
	struct scep_request_plan plan;
	struct buf message = { 0 };
	struct fixture f;

	fixture_start(&f);
	crafted_message(&f, &(struct crafted){ 0 }, &message, &plan);
	each_length(&f, &message, &plan, buf_bytes(&message));
	buf_clear(&message);
	crafted_forget();
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "ContentInfo, SignedData, eContent and certificates of indefinite length are read (RFC 5652 section 2)", indefinite_outside },
	{ "an eContent in chunks is joined, nested four levels at most (RFC 5652 section 5.2)", chunks },
	{ "of a SignerInfo in indefinite form the DER form is what was signed (RFC 5652 section 5.4)", indefinite_signer_info },
	{ "every constructed element may be indefinite, names and attribute values too (RFC 5652 section 2)", indefinite_everywhere },
	{ "length octets need not be minimal in what is read (RFC 5652 section 2)", long_lengths },
	{ "octets behind the message are cut off: HTTP stacks add them (RFC 8894 section 4.3)", trailing_octets },
	{ "an encryptedContent in chunks is joined (RFC 5652 section 6.1)", chunked_ciphertext },
	{ "an EnvelopedData without its ContentInfo is read, as early certmonger sends it (RFC 8894 section 3.2.2)", bare_enveloped_data },
	{ "the versions of SignedData, SignerInfo, EnvelopedData and RecipientInfo may be anything (RFC 5652 sections 5.1, 5.3, 6.1, 6.2.1)", versions },
	{ "a message of 65536 octets is served, a longer one is HTTP 413", message_len },
	{ "elements nest 32 levels and number 4096 at most", nesting_and_number },
	{ "what is no BER, or no pkiMessage, is an HTTP error and reaches no database", no_ber_at_all },
	{ "no length octet can be wrong by one, either way, in a message that is served", lengths_that_lie },
};

UNIT_MAIN("corner_framing", cases)
