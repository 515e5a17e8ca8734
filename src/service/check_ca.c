#include <config.h>

#include "service/check_ca.h"

#include <stdio.h>

#include "service/check_ca_published.h"
#include "service/stored_key.h"
#include "store/admin.h"

static enum err open_key(const struct key_access *keys, const struct cert *cert, struct bytes stored, struct why *why)
{
	struct key *key = NULL;
	enum err e;

	if ((e = stored_key_open(keys, stored, &key, why)) == ERR_OK && !bytes_is_equal(cert->spki, key_get_spki(key)))
		e = why_set(why, ERR_KEY, "the private key does not belong to the certificate");
	/* The two halves of a token's key are two objects. */
	if (e == ERR_OK && key_is_in_token(key))
		e = key_check(key, why);
	key_free(key);
	return e;
}

static enum err examine(struct check *check, const char *subject, const char *name, struct bytes cert_der, struct bytes key_stored, struct why *why)
{
	struct why cause = { 0 };
	struct cert *cert = NULL;
	enum err e;

	if ((e = cert_parse(cert_der, &cert, &cause)) != ERR_OK || (e = open_key(&check->keys, cert, key_stored, &cause)) != ERR_OK) {
		check_add(check, false, subject, "%s", why_text(&cause, e));
		e = e == ERR_MEMORY ? e : ERR_OK;
		goto out;
	}
	if (!cert->is_ca || (cert->has_key_usage && !(cert->key_usage & KEY_USAGE_KEY_CERT_SIGN)))
		check_add(check, false, subject, "the certificate is none of a CA (RFC 5280 section 4.2.1.9: CA:TRUE, keyCertSign)");
	check_add_expiry(check, subject, "CA", cert);
	if ((e = check_ca_next(check, subject, name, cert, why)) == ERR_OK)
		e = check_ca_crl(check, subject, name, cert, why);
out:
	cert_free(cert);
	return e;
}

/* A certificate above a CA of ours: it signs nothing here. */
static enum err examine_link(struct check *check, const char *subject, struct bytes cert_der)
{
	struct why cause = { 0 };
	struct cert *cert = NULL;
	enum err e = cert_parse(cert_der, &cert, &cause);
	char not_after[CLOCK_ISO_SIZE];

	if (e != ERR_OK) {
		check_add(check, false, subject, "%s", why_text(&cause, e));
		return e == ERR_MEMORY ? e : ERR_OK;
	}
	clock_format_iso(cert->not_after_utc, not_after);
	check_add(check, cert->has_times && clock_now_utc(&check->service->clock) < cert->not_after_utc, subject, "a link of a chain, without a key here, valid until %s", not_after);
	cert_free(cert);
	return ERR_OK;
}

enum err check_ca(struct check *check, const char *name, struct why *why)
{
	struct buf cert_der = { 0 }, key_stored = { 0 };
	char subject[96];
	enum err e;

	snprintf(subject, sizeof subject, "ca %s", name);
	e = admin_ca_load(check->service->store, name, &cert_der, &key_stored, why);
	if (e == ERR_OK && key_stored.len == 0)
		e = examine_link(check, subject, buf_bytes(&cert_der));
	else if (e == ERR_OK)
		e = examine(check, subject, name, buf_bytes(&cert_der), buf_bytes(&key_stored), why);
	buf_clear(&cert_der);
	buf_clear(&key_stored);
	return e;
}
