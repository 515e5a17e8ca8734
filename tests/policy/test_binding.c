#include <config.h>

#include "policy/binding.h"

#include <stdio.h>
#include <string.h>

#include "pki/crypto.h"
#include "policy/scene.h"

static void test_binding(void)
{
	static const struct {
		const char *row;
		struct binding binding;
		struct ask ask;
		enum err e;
		const char *why;
	} rows[] = {
		{ "bound to nothing", { .subject = NULL }, { .subject = "CN=a" }, ERR_OK, "" },
		{ "empty texts bind to nothing", { .subject = "", .sans = "", .device = "" }, { .subject = "CN=a" }, ERR_OK, "" },
		{ "the subject", { .subject = "CN=Device-1,O=Example" }, { .subject = "CN=device-1,O=Example" }, ERR_OK, "" },
		{ "the subject, of another string type", { .subject = "CN=ab" }, { .subject_hex = "300d 310b 3009 0603550403 13026162" }, ERR_OK, "" },
		{ "another subject", { .subject = "CN=printer" }, { .subject = "CN=ceo" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=printer\" alone" },
		{ "more in the subject", { .subject = "CN=printer" }, { .subject = "CN=printer,OU=board" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=printer\" alone" },
		{ "a second CN", { .subject = "CN=printer" }, { .subject = "CN=printer,CN=ceo" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=printer\" alone" },
		{ "less in the subject", { .subject = "CN=a,OU=b" }, { .subject = "CN=a" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=a,OU=b\" alone" },
		{ "no subject", { .subject = "CN=a" }, { .subject = "" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=a\" alone" },
		{ "the same text of another structure", { .subject = "CN=a,OU=b" }, { .subject = "CN=a\\,OU=b" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=a,OU=b\" alone" },
		{ "another order", { .subject = "CN=a,O=b" }, { .subject = "O=b,CN=a" }, ERR_CHALLENGE, "the challenge is for the subject \"CN=a,O=b\" alone" },
		{ "a subject that is none", { .subject = "device-1" }, { .subject = "CN=device-1" }, ERR_VALUE, "the challenge is bound to a subject that is no name" },
		{ "a subject of a blank is no name, and binds to no request but one without", { .subject = " " }, { .subject = "CN=a" }, ERR_CHALLENGE,
			"the challenge is for the subject \" \" alone" },
		{ "the SANs", { .sans = "DNS:a.example, UPN:b@example" }, { .san = "upn:b@example,dns:A.example" }, ERR_OK, "" },
		{ "another SAN", { .sans = "UPN:printer@example" }, { .san = "upn:ceo@example" }, ERR_CHALLENGE, "the challenge is not for the subjectAltName \"UPN:ceo@example\"" },
		{ "one SAN more", { .sans = "DNS:a.example" }, { .san = "dns:a.example,upn:ceo@example" }, ERR_CHALLENGE, "the challenge is not for the subjectAltName \"UPN:ceo@example\"" },
		{ "one SAN less", { .sans = "DNS:a.example, UPN:b@example" }, { .san = "dns:a.example" }, ERR_CHALLENGE, "the challenge is for the subjectAltName \"UPN:b@example\" too" },
		{ "one SAN twice", { .sans = "DNS:a.example" }, { .san = "dns:a.example,dns:a.example" }, ERR_CHALLENGE, "the challenge is not for the subjectAltName \"DNS:a.example\"" },
		{ "no SAN where one is bound", { .sans = "DNS:a.example" }, { .subject = "CN=a" }, ERR_CHALLENGE, "the challenge is for the subjectAltName \"DNS:a.example\" too" },
		{ "none, and there is none", { .sans = "none" }, { .subject = "CN=a" }, ERR_OK, "" },
		{ "none, and there is one", { .sans = "none" }, { .san = "dns:a.example" }, ERR_CHALLENGE, "the challenge is not for the subjectAltName \"DNS:a.example\"" },
		{ "SANs that are none", { .sans = "a.example" }, { .san = "dns:a.example" }, ERR_VALUE, "the challenge is bound to names that cannot be read" },
		{ "SANs of an unknown type", { .sans = "DNS:a.example, SID:S-1-5" }, { .san = "dns:a.example" }, ERR_VALUE, "the challenge is bound to names that cannot be read" },
		{ "a blank for SANs", { .sans = " " }, { .subject = "CN=a" }, ERR_VALUE, "the challenge is bound to names that cannot be read" },
		{ "None is not none", { .sans = "None" }, { .subject = "CN=a" }, ERR_VALUE, "the challenge is bound to names that cannot be read" },
		{ "a device by its CN", { .device = "DEVICE-1" }, { .subject = "CN=device-1,O=Example" }, ERR_OK, "" },
		{ "a device by its serialNumber", { .device = "C02X" }, { .subject = "CN=user,serialNumber=C02X" }, ERR_OK, "" },
		{ "a device by its UID", { .device = "u1" }, { .subject = "CN=user,UID=u1" }, ERR_OK, "" },
		{ "a device by its unstructuredName", { .device = "r1.example" }, { .subject = "unstructuredName=r1.example" }, ERR_OK, "" },
		{ "a device by its host name", { .device = "a.example" }, { .subject = "CN=user", .san = "dns:A.example" }, ERR_OK, "" },
		{ "a device by a URI", { .device = "urn:uuid:1" }, { .subject = "CN=user", .san = "uri:urn:uuid:1" }, ERR_OK, "" },
		{ "a device by its OU is not enough", { .device = "device-1" }, { .subject = "CN=ceo,OU=device-1" }, ERR_CHALLENGE,
			"the challenge is for the device \"device-1\", which the request does not name" },
		{ "nor by a UPN", { .device = "a@example" }, { .subject = "CN=ceo", .san = "upn:a@example" }, ERR_CHALLENGE,
			"the challenge is for the device \"a@example\", which the request does not name" },
		{ "nor by a part of a value", { .device = "device-1" }, { .subject = "CN=device-10" }, ERR_CHALLENGE,
			"the challenge is for the device \"device-1\", which the request does not name" },
		{ "nor does a part of it do", { .device = "device-10" }, { .subject = "CN=device-1" }, ERR_CHALLENGE,
			"the challenge is for the device \"device-10\", which the request does not name" },
		{ "nor a value that a NUL cuts", { .device = "a" }, { .subject_hex = "300e 310c 300a 0603550403 0c03610062" }, ERR_CHALLENGE,
			"the challenge is for the device \"a\", which the request does not name" },
		{ "a star stands for itself", { .device = "*" }, { .subject = "CN=device-1" }, ERR_CHALLENGE, "the challenge is for the device \"*\", which the request does not name" },
		{ "all of them must fit", { .subject = "CN=device-1", .sans = "DNS:a.example", .device = "device-2" }, { .subject = "CN=device-1", .san = "dns:a.example" }, ERR_CHALLENGE,
			"the challenge is for the device \"device-2\", which the request does not name" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct csr *csr = make_csr(&rows[i].ask);
		struct why why = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, binding_check(&rows[i].binding, csr, &why));
		CU_ASSERT_STRING_EQUAL(why.text, rows[i].why);
		if (strcmp(why.text, rows[i].why) != 0)
			printf("# %s: %s\n", rows[i].row, why.text);
		UNIT_ERR(rows[i].e == ERR_VALUE ? ERR_VALUE : ERR_OK, binding_validate(&rows[i].binding, NULL));
		csr_free(csr);
	}
	unit_row(NULL);
}

static void test_certified(void)
{
	static const struct {
		const char *row, *device;
		struct ask certified;
		enum err e;
	} rows[] = {
		{ "bound to none", NULL, { .subject = "CN=ceo" }, ERR_OK }, { "nor to an empty text", "", { .subject = "CN=ceo" }, ERR_OK },
		{ "in the subject", "c02x", { .subject = "CN=user,serialNumber=C02X" }, ERR_OK }, { "as a host name", "a.example", { .subject = "CN=user", .san = "dns:b.example,dns:A.example" }, ERR_OK },
		{ "as a URI", "urn:uuid:1", { .subject = "CN=user", .san = "uri:urn:uuid:1" }, ERR_OK }, { "nowhere any more", "c02x", { .subject = "CN=user" }, ERR_POLICY },
		{ "in an attribute that names no device", "c02x", { .subject = "CN=user,OU=c02x" }, ERR_POLICY }, { "nor does another host name", "a.example", { .san = "dns:a.example.org" }, ERR_POLICY },
		{ "nor a mail address", "a@example", { .san = "email:a@example" }, ERR_POLICY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct csr *csr = make_csr(&rows[i].certified);
		struct policy_verdict verdict = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].row);
		make_template(csr, &verdict);
		UNIT_ERR(rows[i].e, binding_check_certified(rows[i].device, &verdict.tbs, &why));
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, why.text[0] == '\0');
		csr_free(csr);
	}
	unit_row(NULL);
}

static void test_key(void)
{
	struct ask ask = { .subject = "CN=a" }, other_ask = { .subject = "CN=a", .key = "cert/device_p256.key" };
	struct csr *csr = make_csr(&ask), *other = make_csr(&other_ask);
	uint8_t digest[DIGEST_MAX_LEN] = { 0 };
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, crypto_digest(DIGEST_SHA256, csr->spki, digest));
	for (size_t len = 0; len <= 33; len++) {
		UNIT_ERR(len == 0 || len == 32 ? ERR_OK : ERR_VALUE, binding_check(&(struct binding){ .spki_sha256 = bytes_from(digest, len) }, csr, NULL));
		UNIT_ERR(len == 0 || len == 32 ? ERR_OK : ERR_VALUE, binding_validate(&(struct binding){ .spki_sha256 = bytes_from(digest, len) }, NULL));
	}
	UNIT_ERR(ERR_CHALLENGE, binding_check(&(struct binding){ .spki_sha256 = bytes_from(digest, 32) }, other, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the challenge is for another key");
	digest[31] ^= 1;
	UNIT_ERR(ERR_CHALLENGE, binding_check(&(struct binding){ .spki_sha256 = bytes_from(digest, 32) }, csr, NULL));
	csr_free(csr);
	csr_free(other);
}

static const struct unit_case cases[] = {
	{ "a challenge is good for what it was minted for and nothing else; a binding that is malformed is known as such before", test_binding },
	{ "a challenge for a device is for a certificate that names it", test_certified },
	{ "a challenge for a key is good for no other", test_key },
};

UNIT_MAIN("policy/binding", cases)
