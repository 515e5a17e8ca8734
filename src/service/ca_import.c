#include <config.h>

#include "service/ca_import.h"

#include <stdio.h>
#include <stdlib.h>

#include "pki/ca_cert.h"
#include "service/ca_sign.h"
#include "service/cert_facts.h"
#include "service/stored_cas.h"
#include "service/stored_key.h"
#include "store/admin.h"

enum { NAME_SIZE = 96 };

/* A CA that comes in: its chain among what came with it and what is stored. */
struct incoming {
	const struct ca_import_plan *plan;
	const struct key *key;         /* NULL: a link */
	struct buf key_stored;
	struct stored_cas stored;
	const struct cert *chain[CHAIN_MAX_LEN];
	size_t chain_count;
};

static void incoming_clear(struct incoming *in)
{
	buf_clear(&in->key_stored);
	stored_cas_clear(&in->stored);
}

static enum err find_chain(struct incoming *in, const struct import *import, struct why *why)
{
	const struct cert *own[CHAIN_MAX_LEN], **pool;
	size_t own_count, count = 0;
	enum err e;

	if ((e = import_find_chain(import, own, &own_count, why)) != ERR_OK)
		return e;
	if ((pool = calloc(import->cert_count + in->stored.count + 1, sizeof(const struct cert *))) == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < import->cert_count; i++)
		pool[count++] = import->cert[i];
	for (size_t i = 0; i < in->stored.count; i++)
		pool[count++] = in->stored.cert[i];
	e = chain_build(own[0], pool, count, in->chain, &in->chain_count, why);
	free(pool);
	return e;
}

static enum err check(const struct service *service, const struct incoming *in, struct why *why)
{
	enum err e;

	if ((e = ca_cert_check(in->chain[0], in->key, why)) != ERR_OK || (e = chain_check(in->chain, in->chain_count, clock_now_utc(&service->clock), why)) != ERR_OK)
		return e;
	if (!in->plan->is_partial && !chain_is_whole(in->chain, in->chain_count))
		return why_set(why, ERR_VALUE, "the chain does not reach a root: a certificate above it is neither in the files nor stored, or has not signed what is below it");
	return in->key == NULL ? ERR_OK : key_check(in->key, why);
}

/* The row of one certificate of the chain. @param key_stored in: empty for a link. */
static enum err store_one(struct service *service, const struct cert *cert, const char *name, const char *issuer, const char *description, struct bytes key_stored, struct why *why)
{
	struct admin_argument argument[CERT_FACTS_ARGUMENTS + 4], facts_argument[CERT_FACTS_ARGUMENTS];
	struct cert_facts facts = { 0 };
	size_t count = 0;
	enum err e;

	if ((e = cert_facts_read(cert, &facts, why)) != ERR_OK)
		return e;
	cert_facts_arguments(&facts, facts_argument);
	for (size_t i = 0; i < CERT_FACTS_ARGUMENTS; i++) {
		bool is_of_the_key = bytes_is_str(bytes_from_str(facts_argument[i].name), "spki_sha256");

		if (!bytes_is_str(bytes_from_str(facts_argument[i].name), "serial") && (!is_of_the_key || key_stored.len > 0))
			argument[count++] = facts_argument[i];
	}
	argument[count++] = (struct admin_argument){ "name", bytes_from_str(name) };
	if (key_stored.len > 0)
		argument[count++] = (struct admin_argument){ "private_key", key_stored };
	if (issuer != NULL)
		argument[count++] = (struct admin_argument){ "issuer", bytes_from_str(issuer) };
	if (description != NULL)
		argument[count++] = (struct admin_argument){ "description", bytes_from_str(description) };
	e = admin_call(service->store, ADMIN_CA_CREATE, argument, count, NULL, why);
	cert_facts_clear(&facts);
	return e;
}

/* From the top downwards; what is stored stays as it is. */
static enum err store_chain(struct service *service, const struct incoming *in, struct why *why)
{
	char names[CHAIN_MAX_LEN][NAME_SIZE];
	const char *issuer = NULL, *name;
	bool has_key = false, issuer_signs = false;
	enum err e = ERR_OK;

	for (size_t i = in->chain_count - 1; i > 0 && e == ERR_OK; i--) {
		if ((name = stored_cas_find(&in->stored, in->chain[i], &has_key)) == NULL) {
			if (i == 1)
				snprintf(names[i], NAME_SIZE, "%s-issuer", in->plan->name);
			else
				snprintf(names[i], NAME_SIZE, "%s-issuer-%zu", in->plan->name, i);
			name = names[i];
			has_key = false;
			e = store_one(service, in->chain[i], name, issuer, NULL, (struct bytes){ NULL, 0 }, why);
		}
		issuer = name;
		issuer_signs = has_key;
	}
	if (e == ERR_OK)
		e = store_one(service, in->chain[0], in->plan->name, issuer, in->plan->description, buf_bytes(&in->key_stored), why);
	if (e == ERR_OK && issuer_signs)
		e = ca_sign_record(service, issuer, buf_bytes(&in->chain[0]->der), (struct bytes){ NULL, 0 }, why);
	return e;
}

static enum err check_plan(const struct ca_import_plan *plan, const struct import *import, struct why *why)
{
	if (plan->is_link && import->key != NULL)
		return why_set(why, ERR_VALUE, "a link of a chain has no private key here, but there is one in the files");
	if (!plan->is_link && import->key == NULL)
		return why_set(why, ERR_VALUE, "there is no private key in the files");
	return ERR_OK;
}

static enum err forget_request(struct service *service, const char *request, struct why *why)
{
	const struct admin_argument argument = { "name", bytes_from_str(request == NULL ? "" : request) };

	return request == NULL ? ERR_OK : admin_call(service->store, ADMIN_CA_REQUEST_DELETE, &argument, 1, NULL, why);
}

/* All of it or nothing. */
static enum err store_all(struct service *service, const struct incoming *in, struct why *why)
{
	enum err e = admin_begin(service->store, why);

	if (e != ERR_OK)
		return e;
	if ((e = forget_request(service, in->plan->request, why)) == ERR_OK && (e = store_chain(service, in, why)) == ERR_OK)
		return admin_commit(service->store, why);
	admin_rollback(service->store);
	return e;
}

enum err ca_import(struct service *service, const struct ca_import_plan *plan, const struct import *import, struct why *why)
{
	struct incoming in = { .plan = plan, .key = import->key };
	enum err e;

	if ((e = check_plan(plan, import, why)) != ERR_OK || (e = stored_cas_load(service, &in.stored, why)) != ERR_OK || (e = find_chain(&in, import, why)) != ERR_OK ||
	    (e = check(service, &in, why)) != ERR_OK)
		goto out;
	if (in.key != NULL && (e = stored_key_encode(&service->keys, in.key, &in.key_stored, why)) != ERR_OK)
		goto out;
	e = store_all(service, &in, why);
out:
	incoming_clear(&in);
	return e;
}

static enum err check_ra(const struct service *service, const struct cert *cert, const struct key *key, struct why *why)
{
	const unsigned needed = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT;
	int64_t now_utc = clock_now_utc(&service->clock);
	enum err e;

	if (cert->has_key_usage && (cert->key_usage & needed) != needed)
		return why_set(why, ERR_VALUE, "the keyUsage of the RA certificate lacks digitalSignature or keyEncipherment");
	if (!cert->has_times || now_utc < cert->not_before_utc || now_utc >= cert->not_after_utc)
		return why_set(why, ERR_VALUE, "the RA certificate is not valid now");
	if ((e = key_check(key, why)) != ERR_OK)
		return e;
	return key_check_decrypt(key, &service->random, why);
}

enum err ra_import(struct service *service, const char *application, const char *profile, const struct import *import, struct why *why)
{
	struct admin_argument argument[CERT_FACTS_ARGUMENTS + 3], facts_argument[CERT_FACTS_ARGUMENTS];
	const struct ca_import_plan plan = { .name = profile };
	const struct cert *chain[CHAIN_MAX_LEN];
	struct cert_facts facts = { 0 };
	struct buf key_stored = { 0 };
	size_t chain_count, count = 0;
	enum err e;

	if ((e = check_plan(&plan, import, why)) != ERR_OK || (e = import_find_chain(import, chain, &chain_count, why)) != ERR_OK ||
	    (e = check_ra(service, chain[0], import->key, why)) != ERR_OK || (e = cert_facts_read(chain[0], &facts, why)) != ERR_OK ||
	    (e = stored_key_encode(&service->keys, import->key, &key_stored, why)) != ERR_OK)
		goto out;
	cert_facts_arguments(&facts, facts_argument);
	for (size_t i = 0; i < CERT_FACTS_ARGUMENTS; i++)
		if (!bytes_is_str(bytes_from_str(facts_argument[i].name), "serial"))
			argument[count++] = facts_argument[i];
	argument[count++] = (struct admin_argument){ "private_key", buf_bytes(&key_stored) };
	argument[count++] = (struct admin_argument){ "application", bytes_from_str(application) };
	argument[count++] = (struct admin_argument){ "profile", bytes_from_str(profile) };
	e = admin_call(service->store, ADMIN_RA_CERTIFICATE_SET, argument, count, NULL, why);
out:
	cert_facts_clear(&facts);
	buf_clear(&key_stored);
	return e;
}
