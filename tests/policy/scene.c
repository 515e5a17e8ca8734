#include <config.h>

#include "policy/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/der.h"
#include "pki/name.h"

/* The next word of a list, up to `end` or its end; empty when the list is empty. */
static struct bytes next_word(const char **list, char end)
{
	const char *start = *list, *stop = strchr(start, end);
	struct bytes word = stop == NULL ? bytes_from_str(start) : bytes_from(start, (size_t)(stop - start));

	*list = stop == NULL ? start + word.len : stop + 1;
	return word;
}

static char *copy_word(struct bytes word)
{
	char *copy = NULL;

	if (bytes_copy_str(word, &copy) != ERR_OK)
		abort();
	return copy;
}

void add_rules(struct policy *policy, const char *text)
{
	static const char *const effects[] = { "allow", "require", "deny" }, *const targets[] = { "subject", "san", "ku", "eku" };

	while (*text != '\0') {
		char *line = copy_word(next_word(&text, '|'));
		const char *at = line;
		struct bytes effect = next_word(&at, ' '), target = next_word(&at, ' ');
		struct policy_rule *rule;

		policy->rule = realloc(policy->rule, (policy->rule_count + 1) * sizeof *policy->rule);
		if (policy->rule == NULL)
			abort();
		rule = &policy->rule[policy->rule_count++];
		*rule = (struct policy_rule){ .target = POLICY_SUBJECT, .effect = POLICY_ALLOW };
		for (size_t i = 0; i < 3; i++)
			if (bytes_is_str(effect, effects[i]))
				rule->effect = (enum policy_effect)i;
		for (size_t i = 0; i < 4; i++)
			if (bytes_is_str(target, targets[i]))
				rule->target = (enum policy_target)i;
		rule->item = copy_word(next_word(&at, ' '));
		if (rule->target == POLICY_SUBJECT || rule->target == POLICY_SAN)
			rule->pattern = copy_word(bytes_from_str(at));
		free(line);
	}
}

void make_policy(struct policy *policy, const char *rules, enum policy_unlisted unlisted)
{
	*policy = (struct policy){ .name = copy_word(bytes_from_str("devices")), .unlisted = unlisted, .rsa_min_bits = 2048, .rsa_max_bits = 4096, .ec_p256 = true,
		.ed25519 = true, .max_validity_days = 365 };
	add_rules(policy, rules);
}

void make_profile(struct profile *profile, unsigned key_usage, const char *ekus)
{
	*profile = (struct profile){ .name = copy_word(bytes_from_str("wifi")), .validity_days = 90, .key_usage = key_usage, .backdate_s = POLICY_BACKDATE_DEFAULT_S };
	while (*ekus != '\0') {
		profile->eku = realloc(profile->eku, (profile->eku_count + 1) * sizeof *profile->eku);
		if (profile->eku == NULL)
			abort();
		profile->eku[profile->eku_count++] = copy_word(next_word(&ekus, ','));
	}
}

static void put_sans(const struct ask *ask, struct buf *list)
{
	const char *at = ask->san == NULL ? "" : ask->san;
	struct buf names = { 0 };

	while (*at != '\0') {
		struct bytes word = next_word(&at, ',');
		const char *colon = memchr(word.ptr, ':', word.len);
		size_t type_len = (size_t)(colon - (const char *)word.ptr);

		UNIT_ERR(ERR_OK, san_encode_text(san_type_from_name(bytes_from(word.ptr, type_len)), bytes_from(colon + 1, word.len - type_len - 1), &names, NULL));
	}
	if (ask->san_hex != NULL)
		buf_append(&names, unit_hex(ask->san_hex));
	if (names.len > 0) {
		struct bytes all = buf_bytes(&names);

		UNIT_ERR(ERR_OK, ext_put_san(list, &all, 1, false));
	}
	buf_clear(&names);
}

static void put_ekus(const struct ask *ask, struct buf *list)
{
	struct buf content = { 0 }, value = { 0 }, inside = { 0 };
	const char *at = ask->eku;

	while (*at != '\0') {
		char *word = copy_word(next_word(&at, ','));
		struct buf oid = { 0 };

		UNIT_ERR(ERR_OK, oid_from_name(word, &oid));
		der_put(&content, DER_OID, buf_bytes(&oid));
		buf_clear(&oid);
		free(word);
	}
	der_put(&value, DER_SEQUENCE, buf_bytes(&content));
	der_put(&inside, DER_OID, oid_get(OID_EXT_KEY_USAGE));
	der_put(&inside, DER_OCTET_STRING, buf_bytes(&value));
	der_put(list, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&content);
	buf_clear(&value);
	buf_clear(&inside);
}

static void put_others(const struct ask *ask, struct buf *list)
{
	const char *at = ask->others == NULL ? "" : ask->others;

	while (*at != '\0') {
		bool is_critical = *at == '!';
		const char *start = at + is_critical;
		char *word = copy_word(next_word(&start, ','));
		struct buf oid = { 0 }, inside = { 0 };

		UNIT_ERR(ERR_OK, oid_parse(word, &oid));
		der_put(&inside, DER_OID, buf_bytes(&oid));
		if (is_critical)
			der_put(&inside, DER_BOOLEAN, unit_hex("ff"));
		der_put(&inside, DER_OCTET_STRING, unit_hex("0500"));
		der_put(list, DER_SEQUENCE, buf_bytes(&inside));
		buf_clear(&oid);
		buf_clear(&inside);
		free(word);
		at = start;
	}
}

static void put_subject(const struct ask *ask, struct buf *out)
{
	if (ask->subject_hex != NULL)
		buf_append(out, unit_hex(ask->subject_hex));
	else
		UNIT_ERR(ERR_OK, name_parse_text(ask->subject == NULL ? "CN=device-1" : ask->subject, out, NULL));
}

enum err wrap_request(struct bytes subject, struct bytes spki, struct bytes extensions, struct csr **csr)
{
	struct buf value = { 0 }, set = { 0 }, attribute = { 0 }, attributes = { 0 }, info = { 0 }, request = { 0 }, whole = { 0 };
	enum err e;

	der_put(&value, DER_SEQUENCE, extensions);
	der_put(&set, DER_SET, buf_bytes(&value));
	der_put(&attribute, DER_OID, oid_get(OID_EXTENSION_REQUEST));
	buf_append(&attribute, buf_bytes(&set));
	der_put(&attributes, DER_SEQUENCE, buf_bytes(&attribute));
	buf_append(&info, unit_hex("020100"));
	buf_append(&info, subject);
	buf_append(&info, spki);
	der_put(&info, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&attributes));
	der_put(&request, DER_SEQUENCE, buf_bytes(&info));
	buf_append(&request, unit_hex("300d06092a864886f70d01010b0500 03020000"));
	der_put(&whole, DER_SEQUENCE, buf_bytes(&request));
	e = csr_parse(buf_bytes(&whole), csr, NULL);
	buf_clear(&value);
	buf_clear(&set);
	buf_clear(&attribute);
	buf_clear(&attributes);
	buf_clear(&info);
	buf_clear(&request);
	buf_clear(&whole);
	return e;
}

/* Every extension that is asked, and the subject. */
static void put_names(const struct ask *ask, struct buf *extensions, struct buf *subject)
{
	if (ask->is_ca || ask->has_ca_false)
		UNIT_ERR(ERR_OK, ext_put_basic_constraints(extensions, ask->is_ca, -1));
	if (ask->key_usage != 0)
		UNIT_ERR(ERR_OK, ext_put_key_usage(extensions, ask->key_usage));
	if (ask->eku != NULL)
		put_ekus(ask, extensions);
	put_sans(ask, extensions);
	put_others(ask, extensions);
	put_subject(ask, subject);
}

static struct key *load_key(const struct ask *ask)
{
	struct key *key = NULL;

	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector(ask->key == NULL ? "cert/ca_rsa.key" : ask->key), &key, NULL));
	return key;
}

struct csr *make_csr(const struct ask *ask)
{
	struct buf list = { 0 }, subject = { 0 };
	struct key *key = load_key(ask);
	struct csr *csr = NULL;

	put_names(ask, &list, &subject);
	UNIT_ERR(ERR_OK, wrap_request(buf_bytes(&subject), key_get_spki(key), buf_bytes(&list), &csr));
	key_free(key);
	buf_clear(&list);
	buf_clear(&subject);
	if (csr == NULL) {
		printf("Bail out! the request of a row cannot be read\n");
		abort();
	}
	return csr;
}

/* TBSCertificate, RFC 5280 section 4.1; no extensions, no field. */
static void put_tbs(struct bytes subject, struct bytes spki, struct bytes extensions, int64_t not_before_utc, int64_t not_after_utc, struct buf *out)
{
	struct buf validity = { 0 }, list = { 0 };

	der_put_time(&validity, not_before_utc);
	der_put_time(&validity, not_after_utc);
	buf_append(out, unit_hex("a003 020102 020101 300d 06092a864886f70d01010b 0500 3000"));
	der_put(out, DER_SEQUENCE, buf_bytes(&validity));
	buf_append(out, subject);
	buf_append(out, spki);
	if (extensions.len > 0) {
		der_put(&list, DER_SEQUENCE, extensions);
		der_put(out, DER_CONTEXT_CONSTRUCTED(3), buf_bytes(&list));
	}
	buf_clear(&validity);
	buf_clear(&list);
}

struct cert *make_cert(const struct ask *ask, int64_t not_before_utc, int64_t not_after_utc)
{
	struct buf list = { 0 }, subject = { 0 }, tbs = { 0 }, inside = { 0 }, whole = { 0 };
	struct key *key = load_key(ask);
	struct cert *cert = NULL;

	put_names(ask, &list, &subject);
	put_tbs(buf_bytes(&subject), key_get_spki(key), buf_bytes(&list), not_before_utc, not_after_utc, &tbs);
	der_put(&inside, DER_SEQUENCE, buf_bytes(&tbs));
	buf_append(&inside, unit_hex("300d 06092a864886f70d01010b 0500 03020000"));
	der_put(&whole, DER_SEQUENCE, buf_bytes(&inside));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&whole), &cert, NULL));
	key_free(key);
	buf_clear(&list);
	buf_clear(&subject);
	buf_clear(&tbs);
	buf_clear(&inside);
	buf_clear(&whole);
	if (cert == NULL) {
		printf("Bail out! the certificate of a row cannot be read\n");
		abort();
	}
	return cert;
}

void make_template(const struct csr *csr, struct policy_verdict *out)
{
	*out = (struct policy_verdict){ .tbs = { .subject = csr->subject, .spki = csr->spki, .is_ca = csr->ext.is_ca, .path_len = -1, .key_usage = csr->ext.key_usage,
		.eku = out->eku, .eku_count = csr->ext.eku_count, .san = out->san, .san_count = csr->ext.san_count } };
	for (size_t i = 0; i < csr->ext.eku_count; i++)
		out->eku[i] = csr->ext.eku[i];
	for (size_t i = 0; i < csr->ext.san_count; i++)
		out->san[i] = csr->ext.san[i].raw;
}

struct cert *load_issuer(void)
{
	struct cert *issuer = NULL;

	UNIT_ERR(ERR_OK, cert_parse_pem(unit_vector("cert/ca_rsa.pem"), &issuer, NULL));
	return issuer;
}

/* What was decided as one line: "SUBJECT | SAN SAN | usage+usage | purpose+purpose | notes". */
static void summarise(const struct policy_verdict *verdict, struct buf *out)
{
	struct san san;
	const char *plus = "";

	UNIT_ERR(ERR_OK, name_format(verdict->tbs.subject, out));
	buf_append_str(out, " |");
	for (size_t i = 0; i < verdict->tbs.san_count; i++) {
		buf_append_byte(out, ' ');
		UNIT_ERR(ERR_OK, san_parse(verdict->tbs.san[i], &san, NULL));
		UNIT_ERR(ERR_OK, san_format(&san, out));
	}
	buf_append_str(out, " | ");
	for (unsigned bit = 1; bit <= KEY_USAGE_DECIPHER_ONLY; bit <<= 1)
		if ((verdict->tbs.key_usage & bit) != 0) {
			buf_append_format(out, "%s%s", plus, key_usage_name((enum key_usage)bit));
			plus = "+";
		}
	buf_append_str(out, " | ");
	for (size_t i = 0; i < verdict->tbs.eku_count; i++) {
		buf_append_str(out, i == 0 ? "" : "+");
		UNIT_ERR(ERR_OK, oid_format_name(verdict->tbs.eku[i], out));
	}
	for (size_t i = 0; i < verdict->tbs.extension_count; i++) {
		buf_append_byte(out, ' ');
		text_encode_hex(verdict->tbs.extensions[i], out);
	}
	buf_append_str(out, " | ");
	buf_append(out, buf_bytes(&verdict->notes));
}

enum err decide(const struct row *row, const char *rules, unsigned key_usage, const char *ekus, struct buf *line)
{
	return decide_at_par(row, NULL, rules, key_usage, ekus, line);
}

enum err decide_at_par(const struct row *row, const struct cert *at_par, const char *rules, unsigned key_usage, const char *ekus, struct buf *line)
{
	return decide_on_stage(row, &(struct stage){ .facts = { .renewed = at_par, .is_at_par = at_par != NULL } }, rules, key_usage, ekus, line);
}

static void copy_words(const char *list, char ***words, size_t *count)
{
	while (list != NULL && *list != '\0') {
		*words = realloc(*words, (*count + 1) * sizeof **words);
		if (*words == NULL)
			abort();
		(*words)[(*count)++] = copy_word(next_word(&list, '|'));
	}
}

static void set_stage(const struct stage *stage, struct policy *policy, struct profile *profile)
{
	const char *digests = stage->digests == NULL ? "" : stage->digests;

	policy->several_common_names |= stage->several_common_names;
	while (*digests != '\0')
		policy->csr_digests.item[policy->csr_digests.count++] = digest_from_name(next_word(&digests, ','));
	profile->subject_template = stage->subject_template == NULL ? NULL : copy_word(bytes_from_str(stage->subject_template));
	copy_words(stage->san_templates, &profile->san_template, &profile->san_template_count);
	copy_words(stage->extensions, &profile->extension, &profile->extension_count);
}

enum err decide_on_stage(const struct row *row, const struct stage *stage, const char *rules, unsigned key_usage, const char *ekus, struct buf *line)
{
	struct policy policy;
	struct profile profile;
	struct policy_verdict *verdict = NULL;
	struct cert *issuer = load_issuer();
	struct csr *csr = make_csr(&row->ask);
	struct why why = { 0 };
	enum err e;

	make_policy(&policy, rules, row->unlisted);
	if (row->more_rules != NULL)
		add_rules(&policy, row->more_rules);
	policy.allow_empty_subject = row->ask.allow_empty_subject;
	policy.several_common_names = row->ask.several_common_names;
	make_profile(&profile, key_usage, ekus);
	set_stage(stage, &policy, &profile);
	e = policy_decide(&policy, &profile, csr, issuer, &stage->facts, issuer->not_before_utc + DAY_S, &verdict, &why);
	if (e == ERR_OK) {
		summarise(verdict, line);
		UNIT_BYTES(csr->spki, verdict->tbs.spki);
		CU_ASSERT(!verdict->tbs.is_ca);
		CU_ASSERT_EQUAL(why.text[0], '\0');
	} else {
		CU_ASSERT_PTR_NULL(verdict);
		buf_append_format(line, "no: %s", why.text);
	}
	policy_verdict_free(verdict);
	policy_clear(&policy);
	profile_clear(&profile);
	csr_free(csr);
	cert_free(issuer);
	return e;
}

void run_rows(const struct row *rows, size_t count, const char *rules, unsigned key_usage, const char *ekus)
{
	for (size_t i = 0; i < count; i++) {
		struct buf line = { 0 };
		enum err e;

		unit_row(rows[i].name);
		e = decide(&rows[i], rules, key_usage, ekus, &line);
		UNIT_ERR(strncmp(rows[i].expected, "no: ", 4) == 0 ? ERR_POLICY : ERR_OK, e);
		UNIT_BYTES(bytes_from_str(rows[i].expected), buf_bytes(&line));
		if (!bytes_is_str(buf_bytes(&line), rows[i].expected))
			printf("# %s: %.*s\n", rows[i].name, (int)line.len, (const char *)line.ptr);
		buf_clear(&line);
	}
	unit_row(NULL);
}
