#include <config.h>

#include "policy/renewal.h"

#include <stdio.h>
#include <string.h>

#include "policy/scene.h"

/* What stands between the certificate of a printer and the name of somebody else: renewal_check_identity(), by the structure of names and never by their text. */

enum { FROM = 1000000000, TO = FROM + 90 * DAY_S };

#define SIGN KEY_USAGE_DIGITAL_SIGNATURE
#define ENCIPHER KEY_USAGE_KEY_ENCIPHERMENT

struct case_row {
	const char *row;
	struct ask old, new;
	const char *why; /* NULL: the same */
};

static enum err check(const struct ask *old_ask, const struct ask *new_ask, enum renewal_identity identity, unsigned key_usage, const char *ekus, struct why *why)
{
	struct cert *old = make_cert(old_ask, FROM, TO);
	struct csr *csr = make_csr(new_ask);
	struct renewal_rules rules = { .is_allowed = true, .identity = identity };
	struct policy_verdict verdict;
	struct profile profile;
	enum err e;

	make_template(csr, &verdict);
	make_profile(&profile, key_usage, ekus);
	e = renewal_check_identity(&rules, &profile, old, &verdict.tbs, why);
	profile_clear(&profile);
	csr_free(csr);
	cert_free(old);
	return e;
}

static void run_identity(const struct case_row *rows, size_t count, enum renewal_identity identity, unsigned key_usage, const char *ekus)
{
	for (size_t i = 0; i < count; i++) {
		struct why why = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].why == NULL ? ERR_OK : ERR_RENEWAL_IDENTITY, check(&rows[i].old, &rows[i].new, identity, key_usage, ekus, &why));
		CU_ASSERT_STRING_EQUAL(why.text, rows[i].why == NULL ? "" : rows[i].why);
		if (strcmp(why.text, rows[i].why == NULL ? "" : rows[i].why) != 0)
			printf("# %s: %s\n", rows[i].row, why.text);
	}
	unit_row(NULL);
}

#define RUN_SAME(rows) run_identity((rows), sizeof(rows) / sizeof((rows)[0]), RENEWAL_IDENTITY_SAME, SIGN, "clientAuth")
#define RUN_LOOSE(rows) run_identity((rows), sizeof(rows) / sizeof((rows)[0]), RENEWAL_IDENTITY_UNSTRUCTURED, SIGN, "clientAuth")

/* { CN=ab } in another string type. */
#define CN_AS(value) { .subject_hex = value }

static void test_subject(void)
{
	static const struct case_row rows[] = {
		{ "the same", { .subject = "CN=device-1,O=Example" }, { .subject = "CN=device-1,O=Example" }, NULL },
		{ "another case", { .subject = "CN=device-1,O=Example" }, { .subject = "CN=DEVICE-1,O=EXAMPLE" }, NULL },
		{ "other blanks", { .subject = "CN=my  printer" }, { .subject = "CN=\\ my printer\\ " }, NULL },
		{ "UTF8String and PrintableString", CN_AS("300d 310b 3009 0603550403 0c026162"), CN_AS("300d 310b 3009 0603550403 13026162"), NULL },
		{ "UTF8String and T61String", CN_AS("300d 310b 3009 0603550403 0c02c3a9"), CN_AS("300c 310a 3008 0603550403 1401e9"), NULL },
		{ "UTF8String and BMPString", CN_AS("300d 310b 3009 0603550403 0c02c3a9"), CN_AS("300d 310b 3009 0603550403 1e0200e9"), NULL },
		{ "UTF8String and UniversalString", CN_AS("300d 310b 3009 0603550403 0c02c3a9"), CN_AS("300f 310d 300b 0603550403 1c04000000e9"), NULL },
		{ "another name", { .subject = "CN=printer" }, { .subject = "CN=ceo" }, "the subject of the certificate is \"CN=printer\", and would become \"CN=ceo\"" },
		{ "a name longer by one character", { .subject = "CN=ceo" }, { .subject = "CN=ceo1" }, "the subject of the certificate is \"CN=ceo\", and would become \"CN=ceo1\"" },
		{ "a comma and OU= within a CN is no OU", { .subject = "CN=a\\,OU=b" }, { .subject = "CN=a,OU=b" },
			"the subject of the certificate is \"CN=a\\,OU=b\", and would become \"CN=a,OU=b\"" },
		{ "and an OU is no text of a CN", { .subject = "CN=a,OU=b" }, { .subject = "CN=a\\,OU=b" },
			"the subject of the certificate is \"CN=a,OU=b\", and would become \"CN=a\\,OU=b\"" },
		{ "a plus within a CN is no second attribute", { .subject = "CN=a\\+OU=b" }, { .subject = "CN=a+OU=b" },
			"the subject of the certificate is \"CN=a\\+OU=b\", and would become \"CN=a+OU=b\"" },
		{ "composed and decomposed letters differ", { .subject = "CN=\xc3\xa9" }, { .subject = "CN=e\xcc\x81" },
			"the subject of the certificate is \"CN=\xc3\xa9\", and would become \"CN=e\xcc\x81\"" },
		{ "letters that look alike differ", { .subject = "CN=ceo" }, { .subject = "CN=\xd1\x81" "eo" },
			"the subject of the certificate is \"CN=ceo\", and would become \"CN=\xd1\x81" "eo\"" },
		{ "no case beyond ASCII", { .subject = "CN=\xc3\x84" }, { .subject = "CN=\xc3\xa4" },
			"the subject of the certificate is \"CN=\xc3\x84\", and would become \"CN=\xc3\xa4\"" },
		{ "a blank that is none of ASCII", { .subject = "CN=a b" }, { .subject = "CN=a\xc2\xa0" "b" },
			"the subject of the certificate is \"CN=a b\", and would become \"CN=a\xc2\xa0" "b\"" },
		{ "a zero-width non-joiner counts", { .subject = "CN=\xd9\x85\xdb\x8c" }, { .subject = "CN=\xd9\x85\xe2\x80\x8c\xdb\x8c" },
			"the subject of the certificate is \"CN=\xd9\x85\xdb\x8c\", and would become \"CN=\xd9\x85\\E2\\80\\8C\xdb\x8c\"" },
		{ "another order", { .subject = "CN=a,O=b" }, { .subject = "O=b,CN=a" }, "the subject of the certificate is \"CN=a,O=b\", and would become \"O=b,CN=a\"" },
		{ "another type", { .subject = "CN=a,OU=b" }, { .subject = "CN=a,O=b" }, "the subject of the certificate is \"CN=a,OU=b\", and would become \"CN=a,O=b\"" },
		{ "values of two attributes swapped", { .subject = "CN=a,O=b" }, { .subject = "CN=b,O=a" }, "the subject of the certificate is \"CN=a,O=b\", and would become \"CN=b,O=a\"" },
		{ "one attribute more", { .subject = "CN=a" }, { .subject = "CN=a,OU=b" }, "the subject of the certificate is \"CN=a\", and would become \"CN=a,OU=b\"" },
		{ "one attribute less", { .subject = "CN=a,OU=b" }, { .subject = "CN=a" }, "the subject of the certificate is \"CN=a,OU=b\", and would become \"CN=a\"" },
		{ "a second CN", { .subject = "CN=printer" }, { .subject = "CN=printer,CN=ceo" }, "the subject of the certificate is \"CN=printer\", and would become \"CN=printer,CN=ceo\"" },
		{ "a second CN in the RDN of the first", { .subject = "CN=printer" }, { .subject = "CN=printer+CN=ceo" },
			"the subject of the certificate is \"CN=printer\", and would become \"CN=ceo+CN=printer\"" },
		{ "the same CN twice", { .subject = "CN=a" }, { .subject = "CN=a,CN=a" }, "the subject of the certificate is \"CN=a\", and would become \"CN=a,CN=a\"" },
		{ "of two CNs one", { .subject = "CN=a,CN=b" }, { .subject = "CN=a" }, "the subject of the certificate is \"CN=a,CN=b\", and would become \"CN=a\"" },
		{ "two CNs, one of them doubled", { .subject = "CN=a+CN=b" }, { .subject = "CN=a+CN=a" },
			"the subject of the certificate is \"CN=a+CN=b\", and would become \"CN=a+CN=a\"" },
		{ "an RDN in another order", { .subject_hex = "3016 3114 3008 0603550403 0c0161 3008 060355040b 0c0162" },
			{ .subject_hex = "3016 3114 3008 060355040b 0c0162 3008 0603550403 0c0161" }, NULL },
		{ "one RDN of two attributes made two of one", { .subject = "CN=a+OU=b" }, { .subject = "CN=a,OU=b" },
			"the subject of the certificate is \"CN=a+OU=b\", and would become \"CN=a,OU=b\"" },
		{ "two RDNs made one", { .subject = "CN=a,OU=b" }, { .subject = "CN=a+OU=b" }, "the subject of the certificate is \"CN=a,OU=b\", and would become \"CN=a+OU=b\"" },
		{ "an attribute in the RDN of the neighbour", { .subject = "CN=a+OU=b,O=c" }, { .subject = "CN=a,OU=b+O=c" },
			"the subject of the certificate is \"CN=a+OU=b,O=c\", and would become \"CN=a,O=c+OU=b\"" },
		{ "what is no text, the same", { .subject_hex = "300c 310a 3008 060355042d 030161" }, { .subject_hex = "300c 310a 3008 060355042d 030161" }, NULL },
		{ "what is no text, another", { .subject_hex = "300c 310a 3008 060355042d 030161" }, { .subject_hex = "300c 310a 3008 060355042d 030162" },
			"the subject of the certificate is \"2.5.4.45=#030161\", and would become \"2.5.4.45=#030162\"" },
		{ "octets that are no UTF-8, and their Latin-1", CN_AS("300c 310a 3008 0603550403 0c01e9"), CN_AS("300c 310a 3008 0603550403 1401e9"),
			"the subject of the certificate is \"CN=#0c01e9\", and would become \"CN=\xc3\xa9\"" },
		{ "a NUL does not end a name", CN_AS("300f 310d 300b 0603550403 0c0463656f00"), CN_AS("300e 310c 300a 0603550403 0c0363656f"),
			"the subject of the certificate is \"CN=#0c0463656f00\", and would become \"CN=ceo\"" },
		{ "no names, with SANs", { .subject = "", .san = "dns:a.example" }, { .subject = "", .san = "dns:a.example" }, NULL },
		{ "no names, then one", { .subject = "", .san = "dns:a.example" }, { .subject = "CN=ceo", .san = "dns:a.example" },
			"the subject of the certificate is \"\", and would become \"CN=ceo\"" },
		{ "one, then no names", { .subject = "CN=a", .san = "dns:a.example" }, { .subject = "", .san = "dns:a.example" },
			"the subject of the certificate is \"CN=a\", and would become \"\"" },
		{ "it would be a CA", { .subject = "CN=a" }, { .subject = "CN=a", .is_ca = true }, "it would become a CA" },
		{ "unstructuredName counts", { .subject = "CN=a,unstructuredName=r1" }, { .subject = "CN=a,unstructuredName=r2" },
			"the subject of the certificate is \"CN=a,unstructuredName=r1\", and would become \"CN=a,unstructuredName=r2\"" },
	};

	RUN_SAME(rows);
}

static void test_unstructured(void)
{
	static const struct case_row rows[] = {
		{ "the same", { .subject = "CN=a,unstructuredName=r1" }, { .subject = "CN=a,unstructuredName=r1" }, NULL },
		{ "another unstructuredName", { .subject = "CN=a,unstructuredName=r1" }, { .subject = "CN=a,unstructuredName=r2" }, NULL },
		{ "another unstructuredAddress", { .subject = "CN=a,unstructuredAddress=192.0.2.1" }, { .subject = "CN=a,unstructuredAddress=192.0.2.2" }, NULL },
		{ "one more", { .subject = "CN=a" }, { .subject = "unstructuredName=r2+unstructuredAddress=192.0.2.2,CN=a" }, NULL },
		{ "one less", { .subject = "unstructuredName=r2,CN=a" }, { .subject = "CN=a" }, NULL },
		{ "in the RDN of another", { .subject = "CN=a+unstructuredName=r1" }, { .subject = "CN=a" }, NULL },
		{ "SANs as ever", { .subject = "CN=a,unstructuredName=r1", .san = "dns:a.example" }, { .subject = "CN=a,unstructuredName=r2", .san = "dns:b.example" },
			"the subjectAltName \"DNS:b.example\" is not in the certificate" },
		{ "another name under cover of one that does not count", { .subject = "CN=printer,unstructuredName=r1" }, { .subject = "CN=ceo,unstructuredName=r1" },
			"the subject of the certificate is \"CN=printer,unstructuredName=r1\", and would become \"CN=ceo,unstructuredName=r1\"" },
		{ "a second CN in the RDN of one that does not count", { .subject = "CN=printer,unstructuredName=r1" }, { .subject = "CN=printer,unstructuredName=r1+CN=ceo" },
			"the subject of the certificate is \"CN=printer,unstructuredName=r1\", and would become \"CN=printer,CN=ceo+unstructuredName=r1\"" },
		{ "where nothing else says who it is, it counts", { .subject = "unstructuredName=r1" }, { .subject = "unstructuredName=r2" },
			"the subject of the certificate is \"unstructuredName=r1\", and would become \"unstructuredName=r2\"" },
		{ "and the same is the same", { .subject = "unstructuredName=r1" }, { .subject = "unstructuredName=R1" }, NULL },
		{ "nor may it vanish then", { .subject = "unstructuredName=r1" }, { .subject = "" },
			"the subject of the certificate is \"unstructuredName=r1\", and would become \"\"" },
		{ "nor come to a certificate without a subject", { .subject = "", .san = "dns:a.example" }, { .subject = "unstructuredName=r1", .san = "dns:a.example" },
			"the subject of the certificate is \"\", and would become \"unstructuredName=r1\"" },
	};

	RUN_LOOSE(rows);
}

/* directoryName { CN=a+OU=b }, in three forms, and otherName 1.2.3 UTF8String or PrintableString */
#define DIRECTORY "a418 3016 3114 3008 0603550403 0c0161 3008 060355040b 0c0162"
#define DIRECTORY_OTHER_FORM "a418 3016 3114 3008 060355040b 130142 3008 0603550403 130141"
#define DIRECTORY_TWO_RDNS "a41a 3018 310a 3008 0603550403 0c0161 310a 3008 060355040b 0c0162"
#define OTHER "a009 06022a03 a003 0c0161"
#define OTHER_OTHER_FORM "a009 06022a03 a003 130161"

static void test_sans(void)
{
	static const struct case_row rows[] = {
		{ "the same", { .san = "dns:a.example,ip:192.0.2.1" }, { .san = "dns:a.example,ip:192.0.2.1" }, NULL },
		{ "another order", { .san = "dns:a.example,ip:192.0.2.1" }, { .san = "ip:192.0.2.1,dns:a.example" }, NULL },
		{ "a host name in another case (RFC 5280 section 7.2)", { .san = "dns:a.example" }, { .san = "dns:A.EXAMPLE" }, NULL },
		{ "one more", { .san = "dns:a.example" }, { .san = "dns:a.example,upn:ceo@example" }, "the subjectAltName \"UPN:ceo@example\" is not in the certificate" },
		{ "one less", { .san = "dns:a.example,dns:b.example" }, { .san = "dns:a.example" }, "the subjectAltName \"DNS:b.example\" of the certificate would be missing" },
		{ "another", { .san = "dns:a.example" }, { .san = "dns:b.example" }, "the subjectAltName \"DNS:b.example\" is not in the certificate" },
		{ "none, then one", { .subject = NULL }, { .san = "dns:b.example" }, "the subjectAltName \"DNS:b.example\" is not in the certificate" },
		{ "one, then none", { .san = "dns:a.example" }, { .subject = NULL }, "the subjectAltName \"DNS:a.example\" of the certificate would be missing" },
		{ "as many, one of them doubled", { .san = "dns:a.example,dns:b.example" }, { .san = "dns:a.example,dns:a.example" },
			"the subjectAltName \"DNS:a.example\" is not in the certificate" },
		{ "one doubled", { .san = "dns:a.example" }, { .san = "dns:a.example,dns:A.example" }, "the subjectAltName \"DNS:A.example\" is not in the certificate" },
		{ "both doubled", { .san = "dns:a.example,dns:A.example" }, { .san = "dns:A.EXAMPLE,dns:a.example" }, NULL },
		{ "a host name and one below it", { .san = "dns:a.example" }, { .san = "dns:b.a.example" }, "the subjectAltName \"DNS:b.a.example\" is not in the certificate" },
		{ "a dot at the end", { .san = "dns:a.example" }, { .san = "dns:a.example." }, "the subjectAltName \"DNS:a.example.\" is not in the certificate" },
		{ "the same text of another type", { .san = "upn:a@example" }, { .san = "email:a@example" }, "the subjectAltName \"email:a@example\" is not in the certificate" },
		{ "a host name as URI", { .san = "dns:a.example" }, { .san = "uri:a.example" }, "the subjectAltName \"URI:a.example\" is not in the certificate" },
		{ "another address", { .san = "ip:192.0.2.1" }, { .san = "ip:192.0.2.2" }, "the subjectAltName \"IP:192.0.2.2\" is not in the certificate" },
		{ "an IPv4-mapped address", { .san = "ip:192.0.2.1" }, { .san = "ip:::ffff:192.0.2.1" }, "the subjectAltName \"IP:::ffff:192.0.2.1\" is not in the certificate" },
		{ "IPv6, written otherwise", { .san = "ip:2001:db8::1" }, { .san = "ip:2001:0DB8:0:0::0001" }, NULL },
		{ "the host of an e-mail address in another case (RFC 5280 section 7.5)", { .san = "email:a@example.com" }, { .san = "email:a@EXAMPLE.com" }, NULL },
		{ "its mailbox in another case", { .san = "email:a@example.com" }, { .san = "email:A@example.com" }, "the subjectAltName \"email:A@example.com\" is not in the certificate" },
		{ "its host begins behind the last @", { .san_hex = "8105 4140624063" }, { .san_hex = "8105 6140624063" }, "the subjectAltName \"email:a@b@c\" is not in the certificate" },
		{ "an e-mail address without a host, in another case", { .san_hex = "8101 41" }, { .san_hex = "8101 61" }, "the subjectAltName \"email:a\" is not in the certificate" },
		{ "a URI in another case", { .san = "uri:urn:x" }, { .san = "uri:urn:X" }, "the subjectAltName \"URI:urn:X\" is not in the certificate" },
		{ "a UPN in another case, as policies compare it", { .san = "upn:user@example" }, { .san = "upn:USER@Example" }, NULL },
		{ "another UPN", { .san = "upn:printer@example" }, { .san = "upn:ceo@example" }, "the subjectAltName \"UPN:ceo@example\" is not in the certificate" },
		{ "a UPN, composed and decomposed", { .san = "upn:\xc3\xa9@example" }, { .san = "upn:e\xcc\x81@example" }, "the subjectAltName \"UPN:e\xcc\x81@example\" is not in the certificate" },
		{ "a directoryName in another form", { .san_hex = DIRECTORY }, { .san_hex = DIRECTORY_OTHER_FORM }, NULL },
		{ "a directoryName of another structure", { .san_hex = DIRECTORY }, { .san_hex = DIRECTORY_TWO_RDNS }, "the subjectAltName \"DirName:OU=b,CN=a\" is not in the certificate" },
		{ "an otherName", { .san_hex = OTHER }, { .san_hex = OTHER }, NULL },
		{ "an otherName of other octets", { .san_hex = OTHER }, { .san_hex = OTHER_OTHER_FORM }, "the subjectAltName \"other:1.2.3#a00906022a03a003130161\" is not in the certificate" },
		{ "a registeredID", { .san = "registeredID:1.2.3" }, { .san = "registeredID:1.2.3" }, NULL },
		{ "another registeredID", { .san = "registeredID:1.2.3" }, { .san = "registeredID:1.2.4" }, "the subjectAltName \"RID:1.2.4\" is not in the certificate" },
		{ "x400Address", { .san_hex = "a302 3000" }, { .san_hex = "a502 3000" }, "the subjectAltName \"other:#a5023000\" is not in the certificate" },
	};

	RUN_SAME(rows);
}

static void test_usages(void)
{
	static const struct case_row rows[] = {
		{ "the same", { .key_usage = ENCIPHER, .eku = "serverAuth" }, { .key_usage = ENCIPHER, .eku = "serverAuth" }, NULL },
		{ "fewer", { .key_usage = SIGN | ENCIPHER, .eku = "serverAuth,ipsecIKE" }, { .key_usage = ENCIPHER, .eku = "ipsecIKE" }, NULL },
		{ "those of the profile", { .key_usage = ENCIPHER, .eku = "serverAuth" }, { .key_usage = SIGN, .eku = "clientAuth" }, NULL },
		{ "some of both", { .key_usage = ENCIPHER, .eku = "serverAuth" }, { .key_usage = SIGN | ENCIPHER, .eku = "clientAuth,serverAuth" }, NULL },
		{ "a keyUsage that neither has", { .key_usage = ENCIPHER }, { .key_usage = ENCIPHER | KEY_USAGE_NON_REPUDIATION }, "the certificate does not have the keyUsage nonRepudiation" },
		{ "a purpose that neither has", { .eku = "clientAuth" }, { .eku = "clientAuth,msSmartcardLogin" }, "the certificate does not have the extKeyUsage msSmartcardLogin" },
		{ "a purpose without a name", { .eku = "1.2.3" }, { .eku = "1.2.3,1.2.4" }, "the certificate does not have the extKeyUsage 1.2.4" },
		{ "anyExtendedKeyUsage has no other in it", { .eku = "anyExtendedKeyUsage" }, { .eku = "serverAuth" }, "the certificate does not have the extKeyUsage serverAuth" },
		{ "a certificate without usages does not have one", { .subject = NULL }, { .key_usage = ENCIPHER }, "the certificate does not have the keyUsage keyEncipherment" },
		{ "nor a purpose", { .subject = NULL }, { .eku = "OCSPSigning" }, "the certificate does not have the extKeyUsage OCSPSigning" },
		{ "no keyUsage at all would be every one", { .key_usage = SIGN }, { .subject = NULL }, "the certificate has a keyUsage, and would have none" },
		{ "no extKeyUsage at all would be every one", { .eku = "clientAuth" }, { .subject = NULL }, "the certificate has an extKeyUsage, and would have none" },
		{ "none as before", { .subject = NULL }, { .subject = NULL }, NULL },
	};
	static const struct case_row none = { "a profile that gives none", { .key_usage = SIGN, .eku = "clientAuth" }, { .subject = NULL }, NULL };

	RUN_SAME(rows);
	run_identity(&none, 1, RENEWAL_IDENTITY_SAME, 0, "");
}

/* SANs that the CA dropped are none of the certificate's identity: asking for them again, and having them dropped again, is the same; and getting one is not. */
static void test_dropped(void)
{
	static const struct {
		const char *row, *rules;
		enum err e;
	} rows[] = {
		{ "dropped again", "allow subject CN *", ERR_OK },
		{ "allowed meanwhile", "allow subject CN *|allow san upn *", ERR_RENEWAL_IDENTITY },
	};
	struct ask had = { .subject = "CN=device-1" }, asked = { .subject = "CN=device-1", .san = "upn:ceo@example" };
	struct cert *old = make_cert(&had, FROM, TO), *issuer = load_issuer();
	struct csr *csr = make_csr(&asked);
	struct renewal_rules rules = { .is_allowed = true };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy policy;
		struct profile profile;
		struct policy_verdict *verdict = NULL;

		unit_row(rows[i].row);
		make_policy(&policy, rows[i].rules, DROP);
		make_profile(&profile, SIGN, "clientAuth");
		UNIT_ERR(ERR_OK, policy_decide(&policy, &profile, csr, issuer, &(struct policy_facts){ .renewed = old, .is_at_par = true }, issuer->not_before_utc, &verdict, NULL));
		if (verdict != NULL)
			UNIT_ERR(rows[i].e, renewal_check_identity(&rules, &profile, old, &verdict->tbs, NULL));
		policy_verdict_free(verdict);
		policy_clear(&policy);
		profile_clear(&profile);
	}
	unit_row(NULL);
	csr_free(csr);
	cert_free(old);
	cert_free(issuer);
}

/* A certificate from elsewhere, whose SANs are none. */
static void test_unreadable(void)
{
	struct csr *csr = NULL;
	struct cert *old = NULL;
	struct renewal_rules rules = { .is_allowed = true };
	struct policy_verdict verdict;
	struct profile profile;
	struct why why = { 0 };
	struct ask ask = { .subject = "CN=a", .san = "dns:a.example" };
	struct buf der = { 0 };
	uint8_t *at;

	old = make_cert(&ask, FROM, TO);
	buf_append(&der, buf_bytes(&old->der));
	at = memmem(der.ptr, der.len, "a.example", 9);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at[1] = '\0';
	cert_free(old);
	old = NULL;
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &old, NULL));
	ask.san = NULL;
	csr = make_csr(&ask);
	make_template(csr, &verdict);
	make_profile(&profile, SIGN, "clientAuth");
	UNIT_ERR(ERR_RENEWAL_IDENTITY, renewal_check_identity(&rules, &profile, old, &verdict.tbs, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the extensions of the certificate cannot be read");
	profile_clear(&profile);
	csr_free(csr);
	cert_free(old);
	buf_clear(&der);
}

/* The most that a certificate has: 64 names on both sides, in opposite order, and one too many. */
static void test_many(void)
{
	struct buf list = { 0 }, backwards = { 0 };
	struct ask old = { .subject = "CN=a" }, new = { .subject = "CN=a" };

	for (int i = 0; i < EXT_MAX_SAN; i++) {
		buf_append_format(&list, "%supn:user-%d@example", i == 0 ? "" : ",", i);
		buf_append_format(&backwards, "%supn:USER-%d@example", i == 0 ? "" : ",", EXT_MAX_SAN - 1 - i);
	}
	buf_terminate(&list);
	buf_terminate(&backwards);
	old.san = (const char *)list.ptr;
	new.san = (const char *)backwards.ptr;
	UNIT_ERR(ERR_OK, check(&old, &new, RENEWAL_IDENTITY_SAME, SIGN, "clientAuth", NULL));
	backwards.ptr[backwards.len - 1] = 'x';
	UNIT_ERR(ERR_RENEWAL_IDENTITY, check(&old, &new, RENEWAL_IDENTITY_SAME, SIGN, "clientAuth", NULL));
	buf_clear(&list);
	buf_clear(&backwards);
}

static const struct unit_case cases[] = {
	{ "the subject is compared by its structure (RFC 5280 section 7.1)", test_subject },
	{ "unstructuredName and unstructuredAddress can be left out, where something else says who it is", test_unstructured },
	{ "SANs are compared as a set, each by its type (RFC 5280 section 7)", test_sans },
	{ "usages come from the certificate or the profile", test_usages },
	{ "names that the CA dropped are not gained by a renewal", test_dropped },
	{ "a certificate whose extensions cannot be read is not renewed", test_unreadable },
	{ "64 names are compared", test_many },
};

UNIT_MAIN("policy/identity", cases)
