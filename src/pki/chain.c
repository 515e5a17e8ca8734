#include <config.h>

#include "pki/chain.h"

/* A certificate whose issuer has its own name. That its key signed it is another question. */
static bool is_self_issued(const struct cert *cert)
{
	return bytes_is_equal(cert->issuer, cert->subject);
}

static bool is_same(const struct cert *a, const struct cert *b)
{
	return bytes_is_equal(buf_bytes(&a->der), buf_bytes(&b->der));
}

static bool has(const struct cert *const *chain, size_t count, const struct cert *cert)
{
	for (size_t i = 0; i < count; i++)
		if (is_same(chain[i], cert))
			return true;
	return false;
}

/* Who issued it? A self-signed one before any other: with link certificates about there are longer ways to the same root. NULL: nobody. */
static const struct cert *find_issuer(const struct cert *cert, const struct cert *const *pool, size_t pool_count)
{
	const struct cert *found = NULL;

	for (size_t i = 0; i < pool_count; i++) {
		if (is_same(pool[i], cert) || cert_verify_issued(cert, pool[i], NULL) != ERR_OK)
			continue;
		if (cert_is_self_signed(pool[i]))
			return pool[i];
		if (found == NULL)
			found = pool[i];
	}
	return found;
}

enum err chain_build(const struct cert *leaf, const struct cert *const *pool, size_t pool_count, const struct cert *chain[CHAIN_MAX_LEN],
	size_t *chain_count, struct why *why)
{
	const struct cert *made[CHAIN_MAX_LEN];
	size_t count = 0;

	for (const struct cert *next = leaf; next != NULL && !has(made, count, next);) {
		if (count == CHAIN_MAX_LEN)
			return why_set(why, ERR_VALUE, "the chain is longer than %d certificates", CHAIN_MAX_LEN);
		made[count++] = next;
		next = cert_is_self_signed(next) ? NULL : find_issuer(next, pool, pool_count);
	}
	for (size_t i = 0; i < count; i++)
		chain[i] = made[i];
	*chain_count = count;
	return ERR_OK;
}

static enum err check_times(const struct cert *cert, size_t place, int64_t now_utc, struct why *why)
{
	if (!cert->has_times)
		return why_set(why, ERR_CA_VALIDITY, "the validity of certificate %zu of the chain cannot be read", place);
	if (now_utc < cert->not_before_utc || now_utc > cert->not_after_utc)
		return why_set(why, ERR_CA_VALIDITY, "certificate %zu of the chain is %s", place, now_utc < cert->not_before_utc ? "not valid yet" : "expired");
	return ERR_OK;
}

/* @param below how many CAs that count stand below this one. */
static enum err check_ca(const struct cert *cert, size_t place, int below, struct why *why)
{
	if (!cert->is_ca || (cert->has_key_usage && (cert->key_usage & KEY_USAGE_KEY_CERT_SIGN) == 0))
		return why_set(why, ERR_VALUE, "certificate %zu of the chain may not sign certificates", place);
	if (cert->path_len >= 0 && below > cert->path_len)
		return why_set(why, ERR_VALUE, "certificate %zu of the chain allows %d CAs below it, and there are %d", place, cert->path_len, below);
	return ERR_OK;
}

static enum err check_link(const struct cert *cert, const struct cert *issuer, size_t place, struct why *why)
{
	if (!bytes_is_equal(cert->issuer, issuer->subject))
		return why_set(why, ERR_VALUE, "certificate %zu of the chain does not name the next one as its issuer, octet for octet", place);
	return cert_verify_issued(cert, issuer, why);
}

enum err chain_check(const struct cert *const *chain, size_t chain_count, int64_t now_utc, struct why *why)
{
	int below = 0;
	enum err e;

	if (chain_count == 0 || chain_count > CHAIN_MAX_LEN)
		return why_set(why, ERR_VALUE, "a chain has 1 to %d certificates", CHAIN_MAX_LEN);
	for (size_t i = 0; i < chain_count; i++) {
		const struct cert *cert = chain[i];

		if ((e = check_times(cert, i + 1, now_utc, why)) != ERR_OK || (i > 0 && (e = check_ca(cert, i + 1, below, why)) != ERR_OK))
			return e;
		if (i + 1 < chain_count)
			e = check_link(cert, chain[i + 1], i + 1, why);
		else if (is_self_issued(cert))
			e = cert_verify_issued(cert, cert, why);
		if (e != ERR_OK)
			return e;
		/* RFC 5280 section 6.1.4 (l): self-issued ones do not count; a CA at the end will have certificates below it. */
		below += cert->is_ca && !is_self_issued(cert);
	}
	return ERR_OK;
}

bool chain_is_whole(const struct cert *const *chain, size_t chain_count)
{
	return chain_count > 0 && cert_is_self_signed(chain[chain_count - 1]);
}
