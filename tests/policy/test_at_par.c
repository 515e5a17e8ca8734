#include <config.h>

#include "policy/scene.h"

#include <stdio.h>
#include <string.h>

/* What a renewed certificate may keep although the policy has become stricter, and what it may not. */

enum { FROM = 1000000000, TO = FROM + 90 * DAY_S };

struct par_row {
	struct ask had;
	struct row row;
};

static void run_par(const struct par_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i].row;
		struct cert *old = make_cert(&rows[i].had, FROM, TO);
		struct buf line = { 0 };

		unit_row(row->name);
		UNIT_ERR(strncmp(row->expected, "no: ", 4) == 0 ? ERR_POLICY : ERR_OK, decide_at_par(row, old, BASE_RULES, DEFAULT_USAGE, "clientAuth", &line));
		UNIT_BYTES(bytes_from_str(row->expected), buf_bytes(&line));
		if (!bytes_is_str(buf_bytes(&line), row->expected))
			printf("# %s: %.*s\n", row->name, (int)line.len, (const char *)line.ptr);
		buf_clear(&line);
		cert_free(old);
	}
	unit_row(NULL);
}

#define RUN_PAR(rows) run_par((rows), sizeof(rows) / sizeof((rows)[0]))

static void test_kept(void)
{
	static const struct par_row rows[] = {
		{ { .subject = "CN=device-1" }, { "nothing to keep", NULL, REFUSE, { .subject = "CN=device-1" }, "CN=device-1 |" DEFAULTS } },
		{ { .subject = "CN=printer,OU=x" }, { "an unlisted attribute, and a value that no longer fits", NULL, REFUSE, { .subject = "CN=printer,OU=x" },
			"CN=printer,OU=x |" DEFAULTS "subject OU \"x\" kept at par; subject CN \"printer\" kept at par; subject CN matching \"device-*\" not required at par" } },
		{ { .subject = "CN=device-1,OU=x" }, { "what would be dropped is not", NULL, DROP, { .subject = "CN=device-1,OU=x" },
			"CN=device-1,OU=x |" DEFAULTS "subject OU \"x\" kept at par" } },
		{ { .subject = "CN=device-1,OU=x" }, { "what is denied meanwhile", "deny subject OU *", REFUSE, { .subject = "CN=device-1,OU=x" },
			"CN=device-1,OU=x |" DEFAULTS "subject OU \"x\" kept at par" } },
		{ { .subject = "CN=device-1,OU=x" }, { "in another case and string type", NULL, REFUSE,
			{ .subject_hex = "301f 310a 3008 060355040b 130158 3111 300f 0603550403 0c08 6465766963652d31" },
			"CN=device-1,OU=X |" DEFAULTS "subject OU \"X\" kept at par" } },
		{ { .subject = "CN=device-1,OU=Some Unit" }, { "in another case, with other blanks", NULL, REFUSE, { .subject = "CN=device-1,OU=some  unit" },
			"CN=device-1,OU=some  unit |" DEFAULTS "subject OU \"some  unit\" kept at par" } },
		{ { .subject = "CN=device-1", .san = "upn:u@example,ip:192.0.2.1" }, { "SANs", NULL, REFUSE, { .san = "ip:192.0.2.1,upn:U@example" },
			"CN=device-1 | IP:192.0.2.1 UPN:U@example" DEFAULTS "subjectAltName ip \"192.0.2.1\" kept at par; subjectAltName upn \"U@example\" kept at par" } },
		{ { .subject = "CN=device-1", .san = "dns:a.example.com" }, { "a SAN that is denied meanwhile", "deny san dns *", REFUSE, { .san = "dns:a.example.com" },
			"CN=device-1 | DNS:a.example.com" DEFAULTS "subjectAltName dns \"a.example.com\" kept at par" } },
		{ { .subject = "CN=device-1", .key_usage = KEY_USAGE_NON_REPUDIATION, .eku = "msSmartcardLogin,1.2.3" }, { "usages, powerful ones too", "deny eku 1.2.3", REFUSE,
			{ .key_usage = KEY_USAGE_NON_REPUDIATION, .eku = "msSmartcardLogin,1.2.3" },
			"CN=device-1 | | nonRepudiation | msSmartcardLogin+1.2.3 | keyUsage nonRepudiation kept at par; extKeyUsage msSmartcardLogin kept at par; extKeyUsage 1.2.3 kept at par" } },
		{ { .subject = "CN=device-1", .key_usage = DEFAULT_USAGE, .eku = "clientAuth" }, { "defaults of the profile that are denied meanwhile", "deny ku keyEncipherment|deny eku clientAuth",
			REFUSE, { .subject = NULL }, "CN=device-1 |" DEFAULTS "keyUsage keyEncipherment kept at par; extKeyUsage clientAuth kept at par" } },
		{ { .subject = "CN=device-1" }, { "what is required meanwhile", "require subject O *|require san dns *|require ku nonRepudiation|require eku serverAuth", REFUSE,
			{ .subject = "CN=device-1", .key_usage = DEFAULT_USAGE, .eku = "clientAuth" },
			"CN=device-1 |" DEFAULTS "subject O not required at par; subjectAltName dns not required at par; keyUsage nonRepudiation not required at par; "
			"extKeyUsage serverAuth not required at par" } },
		{ { .subject = "CN=device-1,CN=device-2" }, { "two common names, which are too many meanwhile", NULL, REFUSE, { .subject = "CN=device-1,CN=device-2" },
			"CN=device-1,CN=device-2 |" DEFAULTS } },
		{ { .subject = "", .san = "dns:a.example.com" }, { "no names, where one is needed meanwhile", NULL, REFUSE, { .subject = "", .san = "dns:a.example.com" },
			" | DNS:a.example.com" DEFAULTS "subject CN matching \"device-*\" not required at par" } },
	};

	RUN_PAR(rows);
}

static void test_not_kept(void)
{
	static const struct par_row rows[] = {
		{ { .subject = "CN=device-1" }, { "a new attribute", NULL, REFUSE, { .subject = "CN=device-1,OU=x" }, "no: subject OU \"x\" is not allowed" } },
		{ { .subject = "CN=device-1,OU=x" }, { "a new value of an old type", NULL, REFUSE, { .subject = "CN=device-1,OU=y" }, "no: subject OU \"y\" is not allowed" } },
		{ { .subject = "CN=device-1,OU=x" }, { "an old value of a new type", NULL, REFUSE, { .subject = "CN=device-1,L=x" }, "no: subject L \"x\" is not allowed" } },
		{ { .subject = "CN=printer" }, { "a new name", NULL, REFUSE, { .subject = "CN=ceo" },
			"no: subject CN \"ceo\" is not allowed" } },
		{ { .subject = "CN=device-1,OU=x" }, { "a new value is dropped as ever", NULL, DROP, { .subject = "CN=device-1,OU=y" },
			"CN=device-1 |" DEFAULTS "subject OU \"y\" dropped" } },
		{ { .subject = "CN=device-1", .san = "upn:a@example" }, { "a new SAN", NULL, REFUSE, { .san = "upn:ceo@example" }, "no: subjectAltName upn \"ceo@example\" is not allowed" } },
		{ { .subject = "CN=device-1", .san = "upn:a@example" }, { "the text of an old SAN as another type", NULL, REFUSE, { .san = "email:a@example" },
			"no: subjectAltName email \"a@example\" is not allowed" } },
		{ { .subject = "CN=device-1" }, { "a common name more", NULL, REFUSE, { .subject = "CN=device-1,CN=device-2" }, "no: the subject has 2 common names" } },
		{ { .subject = "CN=device-1", .eku = "1.2.3" }, { "a new purpose", NULL, REFUSE, { .eku = "1.2.3,serverAuth" }, "no: extKeyUsage serverAuth is not allowed" } },
		{ { .subject = "CN=device-1", .eku = "anyExtendedKeyUsage" }, { "a purpose for which any was enough", NULL, REFUSE, { .eku = "serverAuth" },
			"no: extKeyUsage serverAuth is not allowed" } },
		{ { .subject = "CN=device-1" }, { "a usage where there was no extension", NULL, REFUSE, { .key_usage = KEY_USAGE_NON_REPUDIATION }, "no: keyUsage nonRepudiation is not allowed" } },
		{ { .subject = "CN=device-1,O=Example" }, { "what is required and was there is not left out", "require subject O *", REFUSE, { .subject = "CN=device-1" }, "no: subject O is required" } },
		{ { .subject = "CN=device-1", .san = "dns:a.example.com" }, { "a SAN that is required and was there", "require san dns *", REFUSE, { .subject = "CN=device-1" },
			"no: subjectAltName dns is required" } },
		{ { .subject = "CN=device-1", .key_usage = KEY_USAGE_KEY_ENCIPHERMENT }, { "a keyUsage that is required and was there", "require ku keyEncipherment", REFUSE,
			{ .key_usage = KEY_USAGE_DIGITAL_SIGNATURE }, "no: keyUsage keyEncipherment is required" } },
		{ { .subject = "CN=device-1", .eku = "serverAuth" }, { "a purpose that is required and was there", "require eku serverAuth", REFUSE, { .eku = "clientAuth" },
			"no: extKeyUsage serverAuth is required" } },
		{ { .subject = "CN=a" }, { "the names may not go", NULL, REFUSE, { .subject = "", .san = "dns:a.example.com" },
			"no: the subject is empty" } },
		{ { .subject = "" }, { "neither subject nor SAN", NULL, REFUSE, { .subject = "" }, "no: there is neither a subject nor a subjectAltName" } },
	};

	RUN_PAR(rows);
}

#define WILDCARD "CN=*.example.com"

/* A certificate that another CA gave may have what is never given here. */
static void test_refused_always(void)
{
	static const struct par_row rows[] = {
		{ { .subject = "CN=device-1", .is_ca = true }, { "CA:TRUE", NULL, REFUSE, { .is_ca = true }, "no: basicConstraints CA:TRUE is never given" } },
		{ { .subject = "CN=device-1", .key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN }, { "keyCertSign and cRLSign", NULL, DROP,
			{ .key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN }, "no: keyUsage keyCertSign is never given; keyUsage cRLSign is never given" } },
		{ { .subject = WILDCARD }, { "a wildcard common name", NULL, REFUSE, { .subject = WILDCARD },
			"no: subject CN \"*.example.com\" (a wildcard) is not allowed" } },
		{ { .subject = "CN=device-1", .san = "dns:*.example.com" }, { "a wildcard host", NULL, REFUSE, { .san = "dns:*.example.com" },
			"no: subjectAltName dns \"*.example.com\" (a wildcard) is not allowed" } },
		{ { .subject = "CN=device-1", .san = "ip:::ffff:192.0.2.1" }, { "an IPv4-mapped address", NULL, DROP, { .san = "ip:::ffff:192.0.2.1" },
			"CN=device-1 |" DEFAULTS "subjectAltName ip \"::ffff:192.0.2.1\" (an IPv4-mapped address) dropped" } },
		{ { .subject = "CN=device-1,OU=a\\E2\\80\\AEb" }, { "characters that turn the text", NULL, REFUSE, { .subject = "CN=device-1,OU=a\\E2\\80\\AEb" },
			"no: subject OU has invisible characters" } },
		{ { .subject = "CN=device-1", .san_hex = "a015 060a2b060104018237140203 a007 0c05 61e280ae62" }, { "a turned UPN", NULL, REFUSE,
			{ .san_hex = "a015 060a2b060104018237140203 a007 0c05 61e280ae62" }, "no: subjectAltName upn has invisible characters" } },
		{ { .subject_hex = "301e 3111 300f 0603550403 1308 6465766963652d31 3109 3007 060355040b 1300" }, { "an empty value", NULL, REFUSE,
			{ .subject_hex = "301e 3111 300f 0603550403 1308 6465766963652d31 3109 3007 060355040b 1300" }, "no: subject OU \"\" (empty) is not allowed" } },
		{ { .subject = "CN=device-1", .key_usage = KEY_USAGE_KEY_AGREEMENT }, { "a usage that the key cannot do", NULL, REFUSE, { .key_usage = KEY_USAGE_KEY_AGREEMENT },
			"no: keyUsage keyAgreement (the key cannot do it) is not allowed" } },
		{ { .subject = "CN=device-1", .others = "1.2.3" }, { "an extension that nobody reads", NULL, REFUSE, { .others = "1.2.3" }, "no: extension 1.2.3 is not allowed" } },
	};

	RUN_PAR(rows);
}

/* --- keys ------------------------------------------------------------------------------------------------------------------- */

static enum err decide_with(const char *old_key, const char *new_key, bool at_par, struct buf *notes)
{
	struct ask had = { .key = old_key }, asked = { .key = new_key };
	struct cert *old = make_cert(&had, FROM, TO), *issuer = load_issuer();
	struct csr *csr = make_csr(&asked);
	struct policy policy;
	struct profile profile;
	struct policy_verdict *verdict = NULL;
	enum err e;

	make_policy(&policy, BASE_RULES, REFUSE);
	policy.rsa_min_bits = 3072;
	policy.ec_p256 = policy.ed25519 = false;
	make_profile(&profile, KEY_USAGE_DIGITAL_SIGNATURE, "clientAuth");
	e = policy_decide(&policy, &profile, csr, issuer, &(struct policy_facts){ .renewed = at_par ? old : NULL, .is_at_par = at_par }, issuer->not_before_utc, &verdict, NULL);
	if (verdict != NULL)
		buf_append(notes, buf_bytes(&verdict->notes));
	policy_verdict_free(verdict);
	policy_clear(&policy);
	profile_clear(&profile);
	csr_free(csr);
	cert_free(old);
	cert_free(issuer);
	return e;
}

static void test_keys(void)
{
	static const struct {
		const char *row, *old, *key;
		bool at_par;
		enum err e;
		const char *notes;
	} rows[] = {
		{ "RSA-2048 under a policy from 3072 bits, an enrolment", NULL, NULL, false, ERR_ALG_KEY, "" },
		{ "the same key", NULL, NULL, true, ERR_OK, "key kept at par: the RSA key has 2048 bits, 3072 to 4096 are allowed" },
		{ "another key of that size", NULL, "cms/client.key", true, ERR_ALG_KEY, "" },
		{ "the same P-256 key", "cert/device_p256.key", "cert/device_p256.key", true, ERR_OK, "key kept at par: ec-p256 keys are not allowed" },
		{ "another P-256 key", "cert/device_p256.key", "cms/ec.key", true, ERR_ALG_KEY, "" },
		{ "a P-256 key for one of RSA", NULL, "cert/device_p256.key", true, ERR_ALG_KEY, "" },
		{ "the same Ed25519 key", "cert/ca_ed25519.key", "cert/ca_ed25519.key", true, ERR_OK, "key kept at par: ed25519 keys are not allowed" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf notes = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, decide_with(rows[i].old, rows[i].key, rows[i].at_par, &notes));
		UNIT_BYTES(bytes_from_str(rows[i].notes), buf_bytes(&notes));
		buf_clear(&notes);
	}
	unit_row(NULL);
}

/* A request and a certificate with the key of a vector that is too weak, or of no type that we serve. */
static void test_weak_keys(void)
{
	static const char *const weak[] = { "csr/openssl_rsa1024.der", "csr/openssl_secp256k1.der", "csr/openssl_dsa.der" };

	for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
		struct ask had = { .subject = NULL };
		struct cert *old = make_cert(&had, FROM, TO), *issuer = load_issuer();
		struct csr *csr = NULL;
		struct policy policy;
		struct profile profile;
		struct policy_verdict *verdict = NULL;

		unit_row(weak[i]);
		make_policy(&policy, "allow subject * *|allow san dns *", DROP);
		policy.rsa_min_bits = 1;
		make_profile(&profile, KEY_USAGE_DIGITAL_SIGNATURE, "clientAuth");
		UNIT_ERR(ERR_OK, csr_parse(unit_vector(weak[i]), &csr, NULL));
		old->spki = csr->spki;
		UNIT_ERR(ERR_ALG_KEY, policy_decide(&policy, &profile, csr, issuer, &(struct policy_facts){ .renewed = old, .is_at_par = true }, issuer->not_before_utc, &verdict, NULL));
		policy_verdict_free(verdict);
		policy_clear(&policy);
		profile_clear(&profile);
		csr_free(csr);
		cert_free(old);
		cert_free(issuer);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "what the renewed certificate has is kept, and noted", test_kept },
	{ "what it does not have is not gained", test_not_kept },
	{ "what is refused always is refused still", test_refused_always },
	{ "the same key is kept, and no other of its kind", test_keys },
	{ "weak and foreign keys are not kept", test_weak_keys },
};

UNIT_MAIN("policy/at_par", cases)
