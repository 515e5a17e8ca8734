#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/ca_cert.h"
#include "pki/crl.h"
#include "pki/name.h"
#include "support/unit.h"

/*
 * Writes certificates, CRLs and a request of every kind into a folder, for foreign_eyes.test to show to openssl and certtool.
 *
 * usage: make_pki FOLDER SECONDS-SINCE-1970
 */

enum { DAY = 86400 };

static const char *folder;
static int64_t now_utc;
static uint64_t seed = 1;

static void must(enum err e, const char *what, const struct why *why)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "make_pki: %s: %s\n", what, why_text(why, e));
	exit(1);
}

static void save(const char *name, struct bytes content)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if ((file = fopen(path, "w")) == NULL || fwrite(content.ptr, 1, content.len, file) != content.len || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

static struct key *load_key(const char *name)
{
	struct why why = { 0 };
	struct key *key = NULL;

	must(key_parse_pem(unit_vector(name), &key, &why), name, &why);
	return key;
}

static void save_cert(const char *name, struct bytes der)
{
	struct buf pem = { 0 };

	must(cert_encode_pem(der, &pem), name, NULL);
	save(name, buf_bytes(&pem));
	buf_clear(&pem);
}

static struct cert *make(const char *name, struct cert_template tbs, const char *subject, const struct key *key, const struct cert *issuer, const struct key *issuer_key)
{
	struct random random = random_counter(&seed);
	struct buf subject_der = { 0 }, der = { 0 };
	struct pubkey *pubkey = NULL;
	struct cert *cert = NULL;
	struct why why = { 0 };

	must(name_parse_text(subject, &subject_der, &why), subject, &why);
	tbs.subject = buf_bytes(&subject_der);
	tbs.spki = key_get_spki(key);
	tbs.not_before_utc = now_utc - DAY;
	if (tbs.not_after_utc == 0)
		tbs.not_after_utc = now_utc + (tbs.is_ca ? 1000 : 100) * DAY;
	must(pubkey_parse(tbs.spki, &pubkey, &why), name, &why);
	must(cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, &why), name, &why);
	must(cert_parse(buf_bytes(&der), &cert, &why), name, &why);
	save_cert(name, buf_bytes(&der));
	pubkey_free(pubkey);
	buf_clear(&subject_der);
	buf_clear(&der);
	return cert;
}

static void make_link(const char *name, const struct cert *subject, const struct cert *issuer, const struct key *issuer_key)
{
	struct random random = random_counter(&seed);
	struct buf der = { 0 };
	struct why why = { 0 };

	must(ca_cert_sign_link(subject, issuer, issuer_key, NULL, &random, &der, &why), name, &why);
	save_cert(name, buf_bytes(&der));
	buf_clear(&der);
}

static void make_crl(const char *name, struct crl_template list, const struct cert *issuer, const struct key *key)
{
	struct buf der = { 0 };
	struct why why = { 0 };

	list.this_update_utc = now_utc - 3600;
	list.next_update_utc = now_utc + DAY;
	must(crl_sign(&list, issuer, key, &der, &why), name, &why);
	save(name, buf_bytes(&der));
	buf_clear(&der);
}

/* Appends a custom extension and the SID; `more` borrows from `store`. */
static void make_extensions(struct buf store[2], struct bytes more[2])
{
	must(ext_put_sid(&store[0], bytes_from_str("S-1-5-21-1-2-3-1104"), NULL), "SID", NULL);
	must(ext_put_custom(&store[1], unit_hex("2b06010401 82b85c01"), false, unit_hex("0c0568656c6c6f"), NULL), "custom extension", NULL);
	more[0] = buf_bytes(&store[0]);
	more[1] = buf_bytes(&store[1]);
}

struct authority {
	struct cert *cert;
	struct key *key;
};

static const struct cert_template ca_template = { .is_ca = true, .path_len = -1, .key_usage = CA_CERT_KEY_USAGE };

/* A root, a CA below it, and two devices: one that is revoked, and one that is held and let go. */
static void hierarchy(const struct authority *root)
{
	struct bytes crl_urls[] = { bytes_from_str("http://pki.example/sub.crl"), bytes_from_str("ldap:///cn=sub,o=Example?certificateRevocationList") };
	struct bytes delta_url = bytes_from_str("http://pki.example/sub-delta.crl"), ca_url = bytes_from_str("http://pki.example/sub.crt"), ocsp_url = bytes_from_str("http://ocsp.example/");
	struct bytes part_url = bytes_from_str("http://pki.example/sub-2.crl");
	struct bytes eku = oid_get(OID_KP_CLIENT_AUTH), more[2], san[2];
	struct buf store[2] = { 0 }, san_store[2] = { 0 };
	struct cert_template sub_template = ca_template, device = { .path_len = -1, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .eku = &eku, .eku_count = 1, .san = san, .san_count = 2,
		.crl_urls = { crl_urls, 2 }, .delta_crl_urls = { &delta_url, 1 }, .ca_issuers_urls = { &ca_url, 1 }, .ocsp_urls = { &ocsp_url, 1 }, .extensions = more, .extension_count = 2 };
	struct key *sub_key = load_key("key/rsa2048.pem"), *device_key = load_key("cert/device_p256.key");
	struct cert *sub, *revoked, *held, *part;
	struct crl_entry entries[2];

	sub_template.path_len = 0;
	sub_template.not_after_utc = now_utc + 500 * DAY;
	sub = make("sub.pem", sub_template, "CN=Sub,O=Example", sub_key, root->cert, root->key);
	make_extensions(store, more);
	must(san_encode_text(SAN_DNS, bytes_from_str("d.example"), &san_store[0], NULL), "SAN", NULL);
	must(san_encode_sid(bytes_from_str("S-1-5-21-1-2-3-1104"), &san_store[1], NULL), "SAN", NULL);
	san[0] = buf_bytes(&san_store[0]);
	san[1] = buf_bytes(&san_store[1]);
	revoked = make("revoked.pem", device, "CN=revoked", device_key, sub, sub_key);
	held = make("held.pem", device, "CN=held", device_key, sub, sub_key);
	device.crl_urls = (struct url_list){ &part_url, 1 };
	device.delta_crl_urls = (struct url_list){ NULL, 0 };
	part = make("part.pem", device, "CN=part", device_key, sub, sub_key);

	entries[0] = (struct crl_entry){ held->serial, now_utc - 7200, CRL_REASON_CERTIFICATE_HOLD };
	make_crl("full.crl", (struct crl_template){ .number = 10, .entries = entries, .count = 1, .delta_urls = { &delta_url, 1 } }, sub, sub_key);
	entries[0].reason = CRL_REASON_REMOVE_FROM_CRL;
	entries[1] = (struct crl_entry){ revoked->serial, now_utc - 3700, CRL_REASON_KEY_COMPROMISE };
	make_crl("delta.crl", (struct crl_template){ .number = 11, .entries = entries, .count = 2, .is_delta = true, .base_number = 10 }, sub, sub_key);
	entries[0] = (struct crl_entry){ part->serial, now_utc - 7200, CRL_REASON_CESSATION_OF_OPERATION };
	make_crl("part.crl", (struct crl_template){ .number = 1, .entries = entries, .count = 1, .scope = { { &part_url, 1 }, true, false } }, sub, sub_key);
	make_crl("empty.crl", (struct crl_template){ .number = 12 }, sub, sub_key);
	make_crl("root.crl", (struct crl_template){ .number = 1, .scope = { { NULL, 0 }, false, true } }, root->cert, root->key);

	for (size_t i = 0; i < 2; i++) {
		buf_clear(&store[i]);
		buf_clear(&san_store[i]);
	}
	cert_free(sub);
	cert_free(revoked);
	cert_free(held);
	cert_free(part);
	key_free(sub_key);
	key_free(device_key);
}

/* The same CA with a new key, linked to the old one both ways; and a device below the new one. */
static void rollover(const struct authority *root)
{
	struct cert_template device = { .path_len = -1, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE };
	struct key *next_key = load_key("cert/ca_ed25519.key"), *device_key = load_key("cert/device_p256.key");
	struct cert *next = make("next.pem", ca_template, "CN=Root,O=Example", next_key, NULL, next_key);
	struct cert *of_next = make("of-next.pem", device, "CN=n", device_key, next, next_key), *of_root = make("of-root.pem", device, "CN=o", device_key, root->cert, root->key);

	make_link("new-with-old.pem", next, root->cert, root->key);
	make_link("old-with-new.pem", root->cert, next, next_key);
	make_crl("next.crl", (struct crl_template){ .number = UINT64_MAX }, next, next_key);
	cert_free(next);
	cert_free(of_next);
	cert_free(of_root);
	key_free(next_key);
	key_free(device_key);
}

static void request(void)
{
	struct csr_template template = { .ask_ca = true, .has_path_len = true, .path_len = 2, .key_usage = CA_CERT_KEY_USAGE };
	struct key *key = load_key("cert/ca_rsa.key");
	struct buf subject = { 0 }, der = { 0 };
	struct why why = { 0 };

	must(name_parse_text("CN=Our CA,O=Example", &subject, &why), "request", &why);
	template.subject = buf_bytes(&subject);
	must(csr_encode(&template, key, DIGEST_SHA256, &der, &why), "request", &why);
	save("request.der", buf_bytes(&der));
	buf_clear(&subject);
	buf_clear(&der);
	key_free(key);
}

int main(int argc, char **argv)
{
	struct authority root;

	if (argc != 3)
		return 2;
	folder = argv[1];
	now_utc = strtoll(argv[2], NULL, 10);
	root.key = load_key("cert/ca_p384.key");
	root.cert = make("root.pem", ca_template, "CN=Root,O=Example", root.key, NULL, root.key);
	hierarchy(&root);
	rollover(&root);
	request();
	cert_free(root.cert);
	key_free(root.key);
	return 0;
}
