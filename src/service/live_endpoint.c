#include <config.h>

#include "service/live_endpoint.h"

#include <stdlib.h>

#include "scep/caps.h"
#include "scep/next_ca.h"
#include "service/scep_service.h"
#include "service/stored_key.h"

static enum err signer_open(const struct endpoint_signer *row, const struct key_access *keys, struct cert **cert_out, struct key **key_out, struct why *why)
{
	struct cert *cert = NULL;
	struct key *key = NULL;
	enum err e;

	if ((e = cert_parse(buf_bytes(&row->cert_der), &cert, why)) != ERR_OK)
		goto out;
	if ((e = stored_key_open(keys, buf_bytes(&row->key_stored), &key, why)) != ERR_OK)
		goto out;
	if (!bytes_is_equal(cert->spki, key_get_spki(key))) {
		e = why_set(why, ERR_KEY, "the stored private key does not belong to its certificate");
		goto out;
	}
	*cert_out = cert;
	*key_out = key;
	cert = NULL;
	key = NULL;
out:
	cert_free(cert);
	key_free(key);
	return e;
}

static enum err ra_open(struct live_ra *ra, const struct endpoint_signer *row, const struct key_access *keys, struct why *why)
{
	return signer_open(row, keys, &ra->cert, &ra->key, why);
}

/* Without a certificate that only signs, the current one does both. */
static enum err open_ras(struct live_endpoint *live, const struct endpoint *row, const struct key_access *keys, struct why *why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < row->ra_count && e == ERR_OK; i++) {
		if (row->ra[i].use != ENDPOINT_USE_SIGN) {
			if ((e = ra_open(&live->ra[live->ra_count], &row->ra[i], keys, why)) == ERR_OK)
				live->ra_count++;
		} else if (live->signer_alone.cert == NULL) {
			e = ra_open(&live->signer_alone, &row->ra[i], keys, why);
		}
	}
	return e;
}

static enum err open_signers(struct live_endpoint *live, const struct endpoint *row, const struct key_access *keys, struct why *why)
{
	bool ca_plays_ra = row->ca_certs == ENDPOINT_CA_CERTS_CA;
	enum err e;

	if (row->ra_count == 0 && !ca_plays_ra)
		return why_set(why, ERR_ENDPOINT_NOT_READY, "endpoint %s/%s has no RA certificate", row->application, row->profile_name);
	if ((e = signer_open(&row->ca, keys, &live->ca_cert, &live->ca_key, why)) != ERR_OK)
		return e;
	if (ca_plays_ra && key_get_kind(live->ca_key) != KEY_KIND_RSA)
		return why_set(why, ERR_ENDPOINT_NOT_READY, "the CA of endpoint %s/%s cannot play RA: its key is not RSA", row->application, row->profile_name);
	live->ra = calloc(1 + row->ra_count, sizeof *live->ra);
	if (live->ra == NULL)
		return ERR_MEMORY;
	if (ca_plays_ra) {
		if ((e = ra_open(&live->ra[0], &row->ca, keys, why)) != ERR_OK)
			return e;
		live->ra_count = 1;
	}
	if ((e = open_ras(live, row, keys, why)) != ERR_OK)
		return e;
	if (live->ra_count == 0)
		return why_set(why, ERR_ENDPOINT_NOT_READY, "endpoint %s/%s has no RA certificate that requests can be encrypted for", row->application, row->profile_name);
	live->signer = live->signer_alone.cert != NULL && !ca_plays_ra ? &live->signer_alone : &live->ra[0];
	return ERR_OK;
}

static bool is_root(struct bytes der)
{
	struct cert *cert = NULL;
	bool is_self_signed;

	if (cert_parse(der, &cert, NULL) != ERR_OK)
		return false;
	is_self_signed = cert_is_self_signed(cert);
	cert_free(cert);
	return is_self_signed;
}

/*
 * The issuing CA and what is above it, without the root above it where the endpoint leaves that out: some clients need it there, others refuse it. The issuing CA stays, though it
 * may be a root itself: Apple's clients want it beside the RA certificate.
 */
static enum err make_chain(struct live_endpoint *live, const struct endpoint *row)
{
	live->chain = calloc(1 + row->chain_count, sizeof *live->chain);
	if (live->chain == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < 1 + row->chain_count; i++) {
		struct bytes der = buf_bytes(i == 0 ? &row->ca.cert_der : &row->chain[i - 1]);

		if (i == 0 || row->include_root || !is_root(der))
			live->chain[live->chain_count++] = der;
	}
	return ERR_OK;
}

/*
 * RFC 8894 section 4.2.1. With an RA its certificate comes first, since iOS and sscep take the first that fits; of two, the one to encrypt for, which most clients look
 * for, and then the one that signs; then CA and chain, unless switched off.
 */
static enum err make_ca_certs(struct live_endpoint *live, const struct endpoint *row, struct why *why)
{
	struct bytes *certs;
	size_t count = 0;
	enum err e;

	if (row->ca_certs == ENDPOINT_CA_CERTS_CA) {
		live->ca_certs_type = SCEP_TYPE_CA_CERT;
		return buf_append(&live->ca_certs, buf_bytes(&row->ca.cert_der));
	}
	certs = calloc(2 + live->chain_count, sizeof *certs);
	if (certs == NULL)
		return ERR_MEMORY;
	certs[count++] = buf_bytes(&live->ra[0].cert->der);
	if (live->signer != &live->ra[0])
		certs[count++] = buf_bytes(&live->signer->cert->der);
	for (size_t i = 0; row->include_chain && i < live->chain_count; i++)
		certs[count++] = live->chain[i];
	e = cms_certs_only_encode(certs, count, &live->ca_certs, why);
	free(certs);
	live->ca_certs_type = SCEP_TYPE_CA_RA_CERT;
	return e;
}

/* RFC 8894 section 4.7.1: signed with the current CA's key, once for all who ask. */
static enum err make_next_ca(struct live_endpoint *live, const struct endpoint *row, struct why *why)
{
	struct bytes next = buf_bytes(&row->next_ca);

	if (next.len == 0)
		return ERR_OK;
	return scep_next_ca_encode(&next, 1, live->ca_cert, live->ca_key, row->digests.item[0], &live->next_ca, why);
}

static enum err make_caps(struct live_endpoint *live, const struct endpoint *row)
{
	struct scep_caps caps = scep_caps_make(&row->ciphers, &row->digests, row->renewal.is_allowed, row->next_ca.len > 0);

	return scep_caps_encode(&caps, &live->caps);
}

enum err live_endpoint_make(struct endpoint *row, const struct key_access *keys, struct live_endpoint **out, struct why *why)
{
	struct live_endpoint *live = calloc(1, sizeof *live);
	enum err e;

	if (live == NULL)
		return ERR_MEMORY;
	if ((e = open_signers(live, row, keys, why)) != ERR_OK || (e = make_chain(live, row)) != ERR_OK || (e = make_ca_certs(live, row, why)) != ERR_OK ||
	    (e = make_next_ca(live, row, why)) != ERR_OK || (e = make_caps(live, row)) != ERR_OK)
		goto out;
	live->row = row;
	*out = live;
	live = NULL;
out:
	live_endpoint_free(live);
	return e;
}

void live_endpoint_free(struct live_endpoint *live)
{
	if (live == NULL)
		return;
	for (size_t i = 0; live->ra != NULL && i < live->ra_count; i++) {
		cert_free(live->ra[i].cert);
		key_free(live->ra[i].key);
	}
	free(live->ra);
	cert_free(live->signer_alone.cert);
	key_free(live->signer_alone.key);
	free(live->chain);
	cert_free(live->ca_cert);
	key_free(live->ca_key);
	buf_clear(&live->caps);
	buf_clear(&live->ca_certs);
	buf_clear(&live->next_ca);
	endpoint_free(live->row);
	free(live);
}
