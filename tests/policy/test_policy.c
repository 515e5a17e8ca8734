#include <config.h>

#include "policy/scene.h"

#include <string.h>

static void test_names(void)
{
	static const struct row rows[] = {
		{ "what is listed", NULL, REFUSE, { .subject = "CN=device-1,O=Example Corp", .san = "dns:device-1.example.com" },
			"CN=device-1,O=Example Corp | DNS:device-1.example.com" DEFAULTS },
		{ "an attribute nobody allowed", NULL, REFUSE, { .subject = "CN=device-1,OU=x" }, "no: subject OU \"x\" is not allowed" },
		{ "the same, dropped", NULL, DROP, { .subject = "CN=device-1,OU=x,O=Example" }, "CN=device-1,O=Example |" DEFAULTS "subject OU \"x\" dropped" },
		{ "a value that does not fit", NULL, REFUSE, { .subject = "CN=device-1,O=Other" }, "no: subject O \"Other\" is not allowed" },
		{ "case and blanks do not count", NULL, REFUSE, { .subject = "CN=DEVICE-1,O=example  corp" }, "CN=DEVICE-1,O=example  corp |" DEFAULTS },
		{ "a required value is missing", NULL, REFUSE, { .subject = "O=Example" }, "no: subject CN matching \"device-*\" is required" },
		{ "a required value is another", NULL, REFUSE, { .subject = "CN=printer" },
			"no: subject CN \"printer\" is not allowed; subject CN matching \"device-*\" is required" },
		{ "a required value is dropped", NULL, DROP, { .subject = "CN=printer,O=Example" }, "no: subject CN matching \"device-*\" is required" },
		{ "two values required, one there", "require subject O *|require subject OU *", REFUSE, { .subject = "CN=device-1,O=Example" }, "no: subject OU is required" },
		{ "denied wins over allowed", "deny subject O Example Evil*", REFUSE, { .subject = "CN=device-1,O=Example Evil Ltd" }, "no: subject O \"Example Evil Ltd\" is denied" },
		{ "denied is refused when others are dropped", "deny subject OU *", DROP, { .subject = "CN=device-1,OU=x" }, "no: subject OU \"x\" is denied" },
		{ "denied whatever the case", "deny subject CN device-admin", REFUSE, { .subject = "CN=Device-Admin" },
			"no: subject CN \"Device-Admin\" is denied" },
		{ "denied whatever the blanks", "deny subject CN device admin", REFUSE, { .subject = "CN=\\ device  admin\\ " },
			"no: subject CN \" device  admin \" is denied; subject CN matching \"device-*\" is required" },
		{ "blanks of a pattern that no value has: it denies", "deny subject CN  device  ad*\x20", REFUSE, { .subject = "CN=device admin" },
			"no: subject CN \"device admin\" is denied; subject CN matching \"device-*\" is required" },
		{ "and allows nothing", "allow subject OU a  b|allow subject L  x|allow subject ST x ", REFUSE, { .subject = "CN=device-1,OU=a b,L=x,ST=x" },
			"no: subject ST \"x\" is not allowed; subject L \"x\" is not allowed; subject OU \"a b\" is not allowed" },
		{ "every item allowed", "allow subject * *", REFUSE, { .subject = "CN=device-1,OU=x,2.5.4.97=y" }, "CN=device-1,OU=x,2.5.4.97=#0c0179 |" DEFAULTS },
		{ "an item by its dotted form", "allow subject 2.5.4.11 x", REFUSE, { .subject = "CN=device-1,OU=x" }, "CN=device-1,OU=x |" DEFAULTS },
		{ "an item without case", "allow subject ou x", REFUSE, { .subject = "CN=device-1,OU=x" }, "CN=device-1,OU=x |" DEFAULTS },
		{ "a SAN nobody allowed", NULL, REFUSE, { .san = "dns:device-1.example.org" }, "no: subjectAltName dns \"device-1.example.org\" is not allowed" },
		{ "the same, dropped", NULL, DROP, { .san = "dns:a.example.org,dns:b.example.com" },
			"CN=device-1 | DNS:b.example.com" DEFAULTS "subjectAltName dns \"a.example.org\" dropped" },
		{ "a type nobody allowed", NULL, REFUSE, { .san = "ip:192.0.2.1" }, "no: subjectAltName ip \"192.0.2.1\" is not allowed" },
		{ "every type", "allow san ip 2001:db8:*|allow san email *@example.com|allow san uri urn:*|allow san upn *|allow san directoryName CN=*|allow san registeredID 1.2.*", REFUSE,
			{ .san = "ip:2001:db8::1,email:a@EXAMPLE.com,uri:urn:x,upn:a@b,directoryName:CN=x,registeredID:1.2.3" },
			"CN=device-1 | IP:2001:db8::1 email:a@EXAMPLE.com URI:urn:x UPN:a@b DirName:CN=x RID:1.2.3" DEFAULTS },
		{ "an otherName by its type", "allow san other 1.2.3", REFUSE, { .san_hex = "a009 06022a03 a003 0c0161" }, "CN=device-1 | other:1.2.3#a00906022a03a0030c0161" DEFAULTS },
		{ "a required SAN is missing", "require san dns *", REFUSE, { .subject = NULL }, "no: subjectAltName dns is required" },
		{ "a required SAN is there", "require san dns d*", REFUSE, { .san = "dns:d.example.com" }, "CN=device-1 | DNS:d.example.com" DEFAULTS },
		{ "all violations in one sentence", NULL, REFUSE, { .subject = "CN=a,OU=x", .san = "dns:y,ip:192.0.2.1", .is_ca = true, .key_usage = KEY_USAGE_KEY_CERT_SIGN, .eku = "serverAuth" },
			"no: basicConstraints CA:TRUE is never given; subject OU \"x\" is not allowed; subject CN \"a\" is not allowed; "
			"subjectAltName dns \"y\" is not allowed; subjectAltName ip \"192.0.2.1\" is not allowed; keyUsage keyCertSign is never given; "
			"extKeyUsage serverAuth is not allowed; subject CN matching \"device-*\" is required" },
	};

	RUN(rows);
}

static void test_subject_bytes(void)
{
	struct policy policy;
	struct profile profile;
	struct cert *issuer = load_issuer();
	/* O as T61String; serialNumber and CN in one RDN, which is not in the order of DER; CN as BMPString; OU */
	struct ask ask = { .subject_hex = "303b 310b 3009 060355040a 1402 4578 311f 3008 0603550405 130131 3013 0603550403 1e0c 006400650076006900630065 310b 3009 060355040b 0c027878" };
	struct csr *csr = make_csr(&ask);
	struct policy_verdict *verdict = NULL;

	make_profile(&profile, DEFAULT_USAGE, "clientAuth");
	make_policy(&policy, "allow subject * *", POLICY_UNLISTED_DROP);
	UNIT_ERR(ERR_OK, policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, NULL));
	UNIT_BYTES(csr->subject, verdict->tbs.subject);
	CU_ASSERT_PTR_EQUAL(csr->subject.ptr, verdict->tbs.subject.ptr);
	CU_ASSERT_EQUAL(verdict->notes.len, 0);
	policy_verdict_free(verdict);
	policy_clear(&policy);
	/* the first attribute of the RDN goes, the second keeps its octets and begins it */
	make_policy(&policy, "allow subject CN *|allow subject O *", POLICY_UNLISTED_DROP);
	UNIT_ERR(ERR_OK, policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, NULL));
	UNIT_BYTES(unit_hex("3024 310b 3009 060355040a 1402 4578 3115 3013 0603550403 1e0c 006400650076006900630065"), verdict->tbs.subject);
	UNIT_BYTES(bytes_from_str("subject serialNumber \"1\" dropped; subject OU \"xx\" dropped"), buf_bytes(&verdict->notes));
	policy_verdict_free(verdict);
	policy_clear(&policy);
	profile_clear(&profile);
	csr_free(csr);
	cert_free(issuer);
}

static void test_empty_subject(void)
{
	static const struct row rows[] = {
		{ "empty, not allowed", NULL, REFUSE, { .subject = "", .san = "dns:a.example.com" }, "no: the subject is empty" },
		{ "empty, allowed, with a SAN", NULL, REFUSE, { .subject = "", .san = "dns:a.example.com", .allow_empty_subject = true }, " | DNS:a.example.com" DEFAULTS },
		{ "empty, allowed, without a SAN", NULL, REFUSE, { .subject = "", .allow_empty_subject = true }, "no: there is neither a subject nor a subjectAltName" },
		{ "all of it dropped", NULL, DROP, { .subject = "OU=x", .san = "dns:a.example.com", .allow_empty_subject = true }, " | DNS:a.example.com" DEFAULTS "subject OU \"x\" dropped" },
		{ "all of it dropped, not allowed", NULL, DROP, { .subject = "OU=x", .san = "dns:a.example.com" }, "no: the subject is empty" },
		{ "all of both dropped", NULL, DROP, { .subject = "OU=x", .san = "dns:a.example.org", .allow_empty_subject = true }, "no: there is neither a subject nor a subjectAltName" },
	};

	run_rows(rows, sizeof rows / sizeof rows[0], "allow subject CN *|allow san dns *.example.com", DEFAULT_USAGE, "clientAuth");
}

static void test_usages(void)
{
	static const struct row rows[] = {
		{ "nothing asked: the profile's", NULL, REFUSE, { .subject = NULL }, "CN=device-1 |" DEFAULTS },
		{ "less asked than the profile gives", NULL, REFUSE, { .key_usage = KEY_USAGE_DIGITAL_SIGNATURE }, "CN=device-1 | | digitalSignature | clientAuth | " },
		{ "unlisted usage", NULL, REFUSE, { .key_usage = DEFAULT_USAGE | KEY_USAGE_DATA_ENCIPHERMENT }, "no: keyUsage dataEncipherment is not allowed" },
		{ "unlisted usage dropped", NULL, DROP, { .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_DATA_ENCIPHERMENT },
			"CN=device-1 | | digitalSignature | clientAuth | keyUsage dataEncipherment dropped" },
		{ "all usages dropped: the profile's", NULL, DROP, { .key_usage = KEY_USAGE_NON_REPUDIATION }, "CN=device-1 |" DEFAULTS "keyUsage nonRepudiation dropped" },
		{ "RSA cannot agree on keys", "allow ku keyAgreement", REFUSE, { .key_usage = KEY_USAGE_KEY_AGREEMENT },
			"no: keyUsage keyAgreement (the key cannot do it) is not allowed" },
		{ "EC cannot encipher keys", NULL, REFUSE, { .key = "cert/device_p256.key", .key_usage = DEFAULT_USAGE },
			"no: keyUsage keyEncipherment (the key cannot do it) is not allowed" },
		{ "EC, dropped", NULL, DROP, { .key = "cert/device_p256.key", .key_usage = DEFAULT_USAGE },
			"CN=device-1 | | digitalSignature | clientAuth | keyUsage keyEncipherment (the key cannot do it) dropped" },
		{ "EC, the profile's without it", NULL, REFUSE, { .key = "cert/device_p256.key" }, "CN=device-1 | | digitalSignature | clientAuth | " },
		{ "EC agrees on keys", "allow ku keyAgreement", REFUSE, { .key = "cert/device_p256.key", .key_usage = KEY_USAGE_KEY_AGREEMENT },
			"CN=device-1 | | keyAgreement | clientAuth | " },
		{ "Ed25519 signs and nothing else", "allow ku keyAgreement", REFUSE, { .key = "cert/ca_ed25519.key", .key_usage = KEY_USAGE_KEY_AGREEMENT },
			"no: keyUsage keyAgreement (the key cannot do it) is not allowed" },
		{ "Ed25519, the profile's", NULL, REFUSE, { .key = "cert/ca_ed25519.key" }, "CN=device-1 | | digitalSignature | clientAuth | " },
		{ "a denied usage", "deny ku keyEncipherment", REFUSE, { .key_usage = DEFAULT_USAGE }, "no: keyUsage keyEncipherment is denied" },
		{ "a denied default", "deny ku keyEncipherment", REFUSE, { .subject = NULL }, "no: keyEncipherment is the profile's default, and denied" },
		{ "a required usage not asked", "require ku keyEncipherment", REFUSE, { .key_usage = KEY_USAGE_DIGITAL_SIGNATURE }, "no: keyUsage keyEncipherment is required" },
		{ "a required usage from the profile", "require ku keyEncipherment", REFUSE, { .subject = NULL }, "CN=device-1 |" DEFAULTS },
		{ "an unlisted purpose", NULL, REFUSE, { .eku = "clientAuth,serverAuth" }, "no: extKeyUsage serverAuth is not allowed" },
		{ "an unlisted purpose dropped", NULL, DROP, { .eku = "serverAuth,clientAuth" },
			"CN=device-1 | | digitalSignature+keyEncipherment | clientAuth | extKeyUsage serverAuth dropped" },
		{ "a purpose twice", NULL, REFUSE, { .eku = "clientAuth,clientAuth" }, "CN=device-1 |" DEFAULTS },
		{ "a foreign purpose by its dotted form", "allow eku 1.2.3", REFUSE, { .eku = "1.2.3" }, "CN=device-1 | | digitalSignature+keyEncipherment | 1.2.3 | " },
		{ "every ordinary purpose", "allow eku *", REFUSE, { .eku = "serverAuth,ipsecIKE,1.2.3" },
			"CN=device-1 | | digitalSignature+keyEncipherment | serverAuth+ipsecIKE+1.2.3 | " },
		{ "a denied purpose", "allow eku *|deny eku serverAuth", REFUSE, { .eku = "serverAuth" }, "no: extKeyUsage serverAuth is denied" },
		{ "a required purpose from the profile", "require eku clientAuth", REFUSE, { .subject = NULL }, "CN=device-1 |" DEFAULTS },
		{ "a required purpose not asked", "require eku serverAuth", REFUSE, { .eku = "clientAuth" }, "no: extKeyUsage serverAuth is required" },
	};

	RUN(rows);
}

static void test_profile_defaults(void)
{
	static const struct row plain = { "nothing asked", NULL, REFUSE, { .subject = NULL }, NULL };
	static const struct row dropped = { "all dropped", NULL, DROP, { .key_usage = KEY_USAGE_NON_REPUDIATION, .eku = "serverAuth" }, NULL };
	static const struct row ec = { "an EC key", NULL, REFUSE, { .key = "cert/device_p256.key" }, NULL };
	static const struct {
		const char *row;
		const struct row *of;
		unsigned key_usage;
		const char *ekus, *expected;
	} rows[] = {
		{ "a profile without usages", &plain, 0, "", "CN=device-1 | |  |  | " },
		{ "purposes by name and dotted", &plain, KEY_USAGE_DIGITAL_SIGNATURE, "serverAuth,1.3.6.1.5.5.7.3.2", "CN=device-1 | | digitalSignature | serverAuth+clientAuth | " },
		{ "an unknown purpose", &plain, KEY_USAGE_DIGITAL_SIGNATURE, "nosuch",
			"no: extKeyUsage nosuch of the profile is unknown; no extKeyUsage is left" },
		{ "keyCertSign in a profile", &plain, KEY_USAGE_KEY_CERT_SIGN, "", "no: keyUsage keyCertSign is the profile's default, and never given; no keyUsage is left" },
		{ "empty EKU after filtering is not unrestricted", &dropped, 0, "", "no: no keyUsage is left; no extKeyUsage is left" },
		{ "the key can do none of the profile's usages", &ec, KEY_USAGE_KEY_ENCIPHERMENT, "clientAuth", "no: no keyUsage is left" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf line = { 0 };

		unit_row(rows[i].row);
		decide(rows[i].of, BASE_RULES, rows[i].key_usage, rows[i].ekus, &line);
		UNIT_BYTES(bytes_from_str(rows[i].expected), buf_bytes(&line));
		buf_clear(&line);
	}
	unit_row(NULL);
}

/* --- keys, validity, limits --------------------------------------------------------------------------------------------------- */

static void test_keys(void)
{
	static const struct {
		const char *row, *csr;
		unsigned rsa_min_bits, rsa_max_bits;
		bool ec_p256, ed25519;
		enum err e;
		const char *why;
	} rows[] = {
		{ "RSA", "csr/openssl_rsa.der", 2048, 4096, false, false, ERR_OK, "" },
		{ "no RSA", "csr/openssl_rsa.der", 0, 0, true, true, ERR_ALG_KEY, "RSA keys are not allowed" },
		{ "RSA below the policy's least", "csr/openssl_rsa.der", 3072, 4096, true, true, ERR_ALG_KEY, "the RSA key has 2048 bits, 3072 to 4096 are allowed" },
		{ "P-256", "csr/openssl_p256.der", 0, 0, true, false, ERR_OK, "" },
		{ "no P-256", "csr/openssl_p256.der", 2048, 4096, false, true, ERR_ALG_KEY, "ec-p256 keys are not allowed" },
		{ "Ed25519", "csr/openssl_ed25519.der", 0, 0, false, true, ERR_OK, "" },
		{ "no Ed25519", "csr/openssl_ed25519.der", 2048, 4096, true, false, ERR_ALG_KEY, "ed25519 keys are not allowed" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy policy;
		struct profile profile;
		struct policy_verdict *verdict = NULL;
		struct cert *issuer = load_issuer();
		struct csr *csr = NULL;
		struct why why = { 0 };

		unit_row(rows[i].row);
		make_policy(&policy, "allow subject * *|allow san dns *|allow ku digitalSignature", POLICY_UNLISTED_DROP);
		policy.rsa_min_bits = rows[i].rsa_min_bits;
		policy.rsa_max_bits = rows[i].rsa_max_bits;
		policy.ec_p256 = rows[i].ec_p256;
		policy.ed25519 = rows[i].ed25519;
		make_profile(&profile, 0, "clientAuth");
		UNIT_ERR(ERR_OK, csr_parse(unit_vector(rows[i].csr), &csr, NULL));
		UNIT_ERR(rows[i].e, policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, &why));
		CU_ASSERT_STRING_EQUAL(why.text, rows[i].why);
		policy_verdict_free(verdict);
		csr_free(csr);
		cert_free(issuer);
		policy_clear(&policy);
		profile_clear(&profile);
	}
	unit_row(NULL);
}

static void test_validity(void)
{
	enum { CA_FROM = 1000000000, CA_TO = CA_FROM + 1000 * DAY_S };
	static const struct {
		const char *row;
		int64_t now;
		int policy_days, profile_days, backdate_s;
		enum err e;
		int64_t from, to;
	} rows[] = {
		{ "an ordinary one", CA_FROM + DAY_S, 365, 90, 300, ERR_OK, CA_FROM + DAY_S - 300, CA_FROM + 91 * DAY_S },
		{ "the policy's days when fewer", CA_FROM + DAY_S, 30, 90, 300, ERR_OK, CA_FROM + DAY_S - 300, CA_FROM + 31 * DAY_S },
		{ "not before the CA", CA_FROM + 100, 365, 90, 300, ERR_OK, CA_FROM, CA_FROM + 100 + 90 * DAY_S },
		{ "in the CA's first second", CA_FROM, 365, 90, 300, ERR_OK, CA_FROM, CA_FROM + 90 * DAY_S },
		{ "a second too early", CA_FROM - 1, 365, 90, 300, ERR_CA_VALIDITY, 0, 0 },
		{ "clipped to the CA's end", CA_TO - DAY_S, 365, 90, 300, ERR_OK, CA_TO - DAY_S - 300, CA_TO },
		{ "a second before the CA's end", CA_TO - 1, 365, 90, 0, ERR_OK, CA_TO - 1, CA_TO },
		{ "at the CA's end", CA_TO, 365, 90, 300, ERR_CA_VALIDITY, 0, 0 },
		{ "a day back", CA_FROM + 2 * DAY_S, 365, 90, 86400, ERR_OK, CA_FROM + DAY_S, CA_FROM + 92 * DAY_S },
		{ "no days", CA_FROM + DAY_S, 365, 0, 300, ERR_CA_VALIDITY, 0, 0 },
		{ "no days in the policy", CA_FROM + DAY_S, 0, 90, 300, ERR_CA_VALIDITY, 0, 0 },
		{ "more days than a year has seconds", CA_FROM + DAY_S, 2000000000, 2000000000, 300, ERR_OK, CA_FROM + DAY_S - 300, CA_TO },
	};
	struct ask ask = { .subject = NULL };
	struct csr *csr = make_csr(&ask);
	struct cert *issuer = load_issuer();

	issuer->not_before_utc = CA_FROM;
	issuer->not_after_utc = CA_TO;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy policy;
		struct profile profile;
		struct policy_verdict *verdict = NULL;
		struct why why = { 0 };

		unit_row(rows[i].row);
		make_policy(&policy, BASE_RULES, POLICY_UNLISTED_REFUSE);
		make_profile(&profile, DEFAULT_USAGE, "clientAuth");
		policy.max_validity_days = rows[i].policy_days;
		profile.validity_days = rows[i].profile_days;
		profile.backdate_s = rows[i].backdate_s;
		UNIT_ERR(rows[i].e, policy_decide(&policy, &profile, csr, issuer, NULL, rows[i].now, &verdict, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
		if (verdict != NULL) {
			CU_ASSERT_EQUAL(verdict->tbs.not_before_utc, rows[i].from);
			CU_ASSERT_EQUAL(verdict->tbs.not_after_utc, rows[i].to);
		}
		policy_verdict_free(verdict);
		policy_clear(&policy);
		profile_clear(&profile);
	}
	unit_row(NULL);
	cert_free(issuer);
	csr_free(csr);
}

static void test_unreadable_ca(void)
{
	struct ask ask = { .subject = NULL };
	struct csr *csr = make_csr(&ask);
	struct cert *issuer = load_issuer();
	struct policy policy;
	struct profile profile;
	struct policy_verdict *verdict = NULL;

	issuer->has_times = false;
	make_policy(&policy, BASE_RULES, POLICY_UNLISTED_REFUSE);
	make_profile(&profile, DEFAULT_USAGE, "clientAuth");
	UNIT_ERR(ERR_CA_VALIDITY, policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, NULL));
	policy_clear(&policy);
	profile_clear(&profile);
	cert_free(issuer);
	csr_free(csr);
}

/* Nothing configured means refused. */
static void test_default_deny(void)
{
	static const struct row rows[] = {
		{ "no rule, a name", NULL, REFUSE, { .subject = NULL }, "no: subject CN \"device-1\" is not allowed" },
		{ "no rule, dropped", NULL, DROP, { .subject = NULL }, "no: the subject is empty" },
		{ "no rule, a SAN", NULL, DROP, { .subject = "", .san = "dns:a.example.com", .allow_empty_subject = true }, "no: there is neither a subject nor a subjectAltName" },
		{ "no rule, usages", "allow subject CN *", REFUSE, { .key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .eku = "clientAuth" },
			"no: keyUsage digitalSignature is not allowed; extKeyUsage clientAuth is not allowed" },
	};

	run_rows(rows, sizeof rows / sizeof rows[0], "", DEFAULT_USAGE, "clientAuth");
}

static void test_rule_count(void)
{
	struct ask ask = { .subject = NULL };
	struct csr *csr = make_csr(&ask);
	struct cert *issuer = load_issuer();
	struct policy policy;
	struct profile profile;

	make_policy(&policy, BASE_RULES, POLICY_UNLISTED_REFUSE);
	make_profile(&profile, DEFAULT_USAGE, "clientAuth");
	while (policy.rule_count < POLICY_MAX_RULES)
		add_rules(&policy, "allow subject OU x");
	for (size_t i = 0; i < 2; i++) {
		struct policy_verdict *verdict = NULL;

		UNIT_ERR(i == 0 ? ERR_OK : ERR_POLICY, policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, NULL));
		policy_verdict_free(verdict);
		add_rules(&policy, "allow subject OU x");
	}
	policy_clear(&policy);
	CU_ASSERT_EQUAL(policy.rule_count, 0);
	profile_clear(&profile);
	cert_free(issuer);
	csr_free(csr);
}

static void test_sentences_are_cut(void)
{
	static const struct row many = { "many", NULL, REFUSE, { .subject = "CN=device-1,OU=a,OU=b,OU=c,OU=d,OU=e,OU=f,OU=g,OU=h,OU=i,OU=k,OU=l,OU=m,OU=n,OU=o,OU=p,OU=q" }, NULL };
	static const struct row lengthy = { "long", NULL, REFUSE,
		{ .subject = "CN=device-1,UID=xééééééééééééééééééééééééééééééééééééééééééé" }, NULL };
	struct buf line = { 0 };

	UNIT_ERR(ERR_POLICY, decide(&many, BASE_RULES, DEFAULT_USAGE, "clientAuth", &line));
	CU_ASSERT_EQUAL(line.len, strlen("no: ") + WHY_MAX_LEN);
	UNIT_BYTES(bytes_from_str("..."), bytes_from(line.ptr + line.len - 3, 3));
	buf_reset(&line);
	/* 1 + 43 * 2 octets: cut after 63 of them, since the 64th is the middle of a character */
	UNIT_ERR(ERR_POLICY, decide(&lengthy, BASE_RULES, DEFAULT_USAGE, "clientAuth", &line));
	UNIT_BYTES(bytes_from_str("no: subject UID \"xééééééééééééééééééééééééééééééé...\" is not allowed"), buf_bytes(&line));
	buf_clear(&line);
}

static const struct unit_case cases[] = {
	{ "names: what rules list goes in, the rest is refused or dropped", test_names },
	{ "the subject is the request's own octets, or what is left of them", test_subject_bytes },
	{ "an empty subject needs the policy's word and a SAN (RFC 5280 section 4.1.2.6)", test_empty_subject },
	{ "usages: what is asked, what the key can do, what the profile gives (RFC 5280 section 4.2.1.3)", test_usages },
	{ "the profile's usages fill in, and never nothing after filtering", test_profile_defaults },
	{ "keys are of the kinds and sizes that the policy names", test_keys },
	{ "validity stays inside the CA's, and begins a little earlier (RFC 5280 section 4.1.2.5)", test_validity },
	{ "a CA whose validity cannot be read issues nothing", test_unreadable_ca },
	{ "nothing configured means refused", test_default_deny },
	{ "a policy has 256 rules at most", test_rule_count },
	{ "sentences are cut between characters", test_sentences_are_cut },
};

UNIT_MAIN("policy/policy", cases)
