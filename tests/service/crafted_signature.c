#include <config.h>

#include "service/crafted_signature.h"

#include <gnutls/abstract.h>

#include "pki/crypto.h"
#include "pki/gnutls_map.h"
#include "service/craft.h"

static gnutls_privkey_t open_key(const struct key *key)
{
	struct buf pem = { 0 };
	gnutls_privkey_t handle;
	gnutls_datum_t datum;

	CU_ASSERT_EQUAL_FATAL(key_encode_pem(key, &pem, NULL), ERR_OK);
	datum = gnutls_map_datum(buf_bytes(&pem));
	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_init(&handle), 0);
	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_import_x509_raw(handle, &datum, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
	buf_clear(&pem);
	return handle;
}

static struct bytes take(gnutls_privkey_t handle, gnutls_datum_t *signature)
{
	struct buf out = { 0 };

	CU_ASSERT_EQUAL_FATAL(buf_append(&out, bytes_from(signature->data, signature->size)), ERR_OK);
	gnutls_free(signature->data);
	gnutls_privkey_deinit(handle);
	return craft_keep(&out);
}

struct bytes crafted_sign_without_null(const struct key *key, struct bytes data)
{
	gnutls_privkey_t handle = open_key(key);
	uint8_t digest[DIGEST_MAX_LEN];
	gnutls_datum_t signature, datum;
	struct bytes info;

	CU_ASSERT_EQUAL_FATAL(crypto_digest(DIGEST_SHA256, data, digest), ERR_OK);
	info = CRAFT(DER_SEQUENCE, craft_algorithm(OID_SHA256, craft_none()), CRAFT(DER_OCTET_STRING, bytes_from(digest, digest_len(DIGEST_SHA256))));
	datum = gnutls_map_datum(info);
	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_sign_hash(handle, GNUTLS_DIG_UNKNOWN, GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA, &datum, &signature), 0);
	return take(handle, &signature);
}

struct bytes crafted_sign_pss(const struct key *key, struct bytes data)
{
	gnutls_privkey_t handle = open_key(key);
	gnutls_datum_t signature, datum = gnutls_map_datum(data);

	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_sign_data2(handle, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, 0, &datum, &signature), 0);
	return take(handle, &signature);
}
