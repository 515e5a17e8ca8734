#include <config.h>

#include "scep/body.h"

#include <stdlib.h>

#include "pki/cert.h"
#include "support/identity.h"
#include "support/unit.h"

#define ISSUER "300c 310a 3008 0603550403 0c0161"
#define SUBJECT "300c 310a 3008 0603550403 0c0162"

/* --- IssuerAndSerialNumber --- */

static const struct {
	const char *name, *hex;
	enum err expected;
	const char *serial;
} serials[] = {
	{ "usual", "3011" ISSUER "020105", ERR_OK, "05" },
	{ "with a sign octet", "3012" ISSUER "02020080", ERR_OK, "0080" },
	{ "negative, as it is", "3011" ISSUER "020180", ERR_OK, "80" },
	{ "not minimal, as it is", "3012" ISSUER "02020005", ERR_OK, "0005" },
	{ "BER", "3080" ISSUER "020105 0000", ERR_OK, "05" },
	{ "long length octets", "308111" ISSUER "020105", ERR_OK, "05" },
	{ "64 octets", "3050" ISSUER "0240 01020304050607080102030405060708 01020304050607080102030405060708 01020304050607080102030405060708 01020304050607080102030405060708",
		ERR_OK, "01020304050607080102030405060708 01020304050607080102030405060708 01020304050607080102030405060708 01020304050607080102030405060708" },
	{ "65 octets", "3051" ISSUER "0241 00 01020304050607080102030405060708 01020304050607080102030405060708 01020304050607080102030405060708 01020304050607080102030405060708",
		ERR_CMS_DECRYPT, NULL },
	{ "empty issuer", "3005 3000 020105", ERR_OK, "05" },
	{ "no octets", "3010" ISSUER "0200", ERR_CMS_DECRYPT, NULL },
	{ "no serial number", "300e" ISSUER, ERR_CMS_DECRYPT, NULL },
	{ "no issuer", "3003 020105", ERR_CMS_DECRYPT, NULL },
	{ "the other body", "301c" ISSUER SUBJECT, ERR_CMS_DECRYPT, NULL },
	{ "issuer that is no name", "3008 3003 020101 020105", ERR_CMS_DECRYPT, NULL },
	{ "something behind the serial number", "3013" ISSUER "020105 0500", ERR_CMS_DECRYPT, NULL },
	{ "something behind the body", "3011" ISSUER "020105 00", ERR_CMS_DECRYPT, NULL },
	{ "a SET", "3111" ISSUER "020105", ERR_CMS_DECRYPT, NULL },
	{ "a string", "0405 68656c6c6f", ERR_CMS_DECRYPT, NULL },
	{ "nothing", "", ERR_CMS_DECRYPT, NULL },
	{ "a length beyond the end", "3012" ISSUER "020105", ERR_CMS_DECRYPT, NULL },
};

static void test_serial(void)
{
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct scep_issuer_and_serial body = { 0 };
		struct why why = { 0 };

		unit_row(serials[i].name);
		UNIT_ERR(serials[i].expected, scep_issuer_and_serial_parse(unit_hex(serials[i].hex), &body, &why));
		if (serials[i].expected == ERR_OK) {
			UNIT_BYTES(unit_hex(serials[i].serial), body.serial);
			UNIT_BYTES(i == 8 ? unit_hex("3000") : unit_hex(ISSUER), body.issuer);
		} else {
			CU_ASSERT(why.text[0] != '\0');
			CU_ASSERT(body.der.ptr == NULL && body.issuer.len == 0 && body.serial.len == 0);
		}
		scep_issuer_and_serial_clear(&body);
		CU_ASSERT(body.der.ptr == NULL && body.issuer.len == 0 && body.serial.len == 0);
	}
}

/* --- IssuerAndSubject --- */

static const struct {
	const char *name, *hex;
	enum err expected;
	const char *issuer, *subject;
} subjects[] = {
	{ "usual", "301c" ISSUER SUBJECT, ERR_OK, ISSUER, SUBJECT },
	{ "BER", "3080" ISSUER SUBJECT "0000", ERR_OK, ISSUER, SUBJECT },
	{ "empty subject", "3010" ISSUER "3000", ERR_OK, ISSUER, "3000" },
	{ "empty names", "3004 3000 3000", ERR_OK, "3000", "3000" },
	{ "no subject", "300e" ISSUER, ERR_CMS_DECRYPT, NULL, NULL },
	{ "no names", "3000", ERR_CMS_DECRYPT, NULL, NULL },
	{ "the other body", "3011" ISSUER "020105", ERR_CMS_DECRYPT, NULL, NULL },
	{ "subject that is no name", "3013" ISSUER "3003 020101", ERR_CMS_DECRYPT, NULL, NULL },
	{ "issuer that is no name", "3013 3003 020101" SUBJECT, ERR_CMS_DECRYPT, NULL, NULL },
	{ "three names", "302a" ISSUER SUBJECT SUBJECT, ERR_CMS_DECRYPT, NULL, NULL },
	{ "something behind the body", "301c" ISSUER SUBJECT "00", ERR_CMS_DECRYPT, NULL, NULL },
	{ "nothing", "", ERR_CMS_DECRYPT, NULL, NULL },
};

static void test_subject(void)
{
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		struct scep_issuer_and_subject body = { 0 };
		struct why why = { 0 };

		unit_row(subjects[i].name);
		UNIT_ERR(subjects[i].expected, scep_issuer_and_subject_parse(unit_hex(subjects[i].hex), &body, &why));
		if (subjects[i].expected == ERR_OK) {
			UNIT_BYTES(unit_hex(subjects[i].issuer), body.issuer);
			UNIT_BYTES(unit_hex(subjects[i].subject), body.subject);
		} else {
			CU_ASSERT(why.text[0] != '\0');
			CU_ASSERT(body.der.ptr == NULL && body.issuer.len == 0 && body.subject.len == 0);
		}
		scep_issuer_and_subject_clear(&body);
		CU_ASSERT(body.der.ptr == NULL && body.issuer.len == 0 && body.subject.len == 0);
	}
}

static void test_encode(void)
{
	struct identity ra = identity_load("ra"), client = identity_load("client");
	struct scep_issuer_and_serial by_serial = { 0 };
	struct scep_issuer_and_subject by_subject = { 0 };
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, scep_issuer_and_serial_encode(unit_hex(ISSUER), unit_hex("0080"), &der));
	UNIT_BYTES(unit_hex("3012" ISSUER "02020080"), buf_bytes(&der));
	buf_reset(&der);
	UNIT_ERR(ERR_OK, scep_issuer_and_subject_encode(unit_hex(ISSUER), unit_hex(SUBJECT), &der));
	UNIT_BYTES(unit_hex("301c" ISSUER SUBJECT), buf_bytes(&der));
	buf_reset(&der);
	UNIT_ERR(ERR_OK, scep_issuer_and_serial_encode(ra.cert->subject, client.cert->serial, &der));
	UNIT_ERR(ERR_OK, scep_issuer_and_serial_parse(buf_bytes(&der), &by_serial, NULL));
	UNIT_BYTES(ra.cert->subject, by_serial.issuer);
	UNIT_BYTES(client.cert->serial, by_serial.serial);
	buf_reset(&der);
	UNIT_ERR(ERR_OK, scep_issuer_and_subject_encode(ra.cert->subject, client.cert->subject, &der));
	UNIT_ERR(ERR_OK, scep_issuer_and_subject_parse(buf_bytes(&der), &by_subject, NULL));
	UNIT_BYTES(ra.cert->subject, by_subject.issuer);
	UNIT_BYTES(client.cert->subject, by_subject.subject);
	scep_issuer_and_serial_clear(&by_serial);
	scep_issuer_and_subject_clear(&by_subject);
	buf_clear(&der);
	identity_clear(&ra);
	identity_clear(&client);
}

/* --- damage --- */

static void visit(struct bytes damaged, void *context)
{
	struct scep_issuer_and_serial by_serial = { 0 };
	struct scep_issuer_and_subject by_subject = { 0 };
	size_t *refused = context;
	enum err e = scep_issuer_and_serial_parse(damaged, &by_serial, NULL);

	CU_ASSERT(e == ERR_OK || e == ERR_CMS_DECRYPT);
	*refused += e != ERR_OK;
	e = scep_issuer_and_subject_parse(damaged, &by_subject, NULL);
	CU_ASSERT(e == ERR_OK || e == ERR_CMS_DECRYPT);
	*refused += e != ERR_OK;
	scep_issuer_and_serial_clear(&by_serial);
	scep_issuer_and_subject_clear(&by_subject);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x02, 0x20, 0x80 };
	struct bytes by_serial = unit_hex("3011" ISSUER "020105"), by_subject = unit_hex("301c" ISSUER SUBJECT);
	size_t refused = 0;

	identity_each_truncation(by_serial, visit, &refused);
	identity_each_truncation(by_subject, visit, &refused);
	CU_ASSERT_EQUAL(refused, 2 * (by_serial.len + by_subject.len));
	identity_each_flip(by_serial, masks, sizeof(masks), visit, &refused);
	identity_each_flip(by_subject, masks, sizeof(masks), visit, &refused);
}

static const struct unit_case cases[] = {
	{ "IssuerAndSerialNumber is a Name and an INTEGER of 1 to 64 octets (RFC 5652 section 10.2.4)", test_serial },
	{ "IssuerAndSubject is two Names (RFC 8894 section 3.3.3)", test_subject },
	{ "what is written is DER and reads back", test_encode },
	{ "a body that is cut or changed anywhere is refused in one way, without harm", test_damage },
};

UNIT_MAIN("body", cases)
