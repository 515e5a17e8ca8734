#include <config.h>

#include "pki/crypto.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "pki/gnutls_map.h"
#include "pki/key.h"

/* The start-up self-test: a library that forbids by policy what SCEP rests on must be found here, and not as implicit rejection of every request. */

/* Made for this test, published here, and protecting nothing. */
static const char test_key_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCg/cA4QDpGUWxn\n"
	"JheKnUjJc38YF7X6FNWZMisCV/yqKIfUOqQgJrnCnq97BEBjuMR5ckBfTSMmWFfU\n"
	"wKBfu3tL8i9jEsiWs0FWHmasItrWDYyWksqLwREokbn5Kibf/EXNY0TRSHX7oYy/\n"
	"iNaro+P1Wsho5PRdsWJ+bJmrId4CIYIYJbjuDAwFj9v82/cQP/fCrKhBpwLWVMZL\n"
	"E7J6fF7mJJMEF5UAbc2QARsU+ZaJ+rruWuv68/0FcXKh1xl9FZdWcN/g0dbipIq4\n"
	"Iojtm23ug58R1wdBT1JaX59IFEpNp+01NZlm2l77w+cDFY/xYTaoGz8BIBHZyOna\n"
	"+BhqHzMfAgMBAAECggEAAxOma0zK8FIZDMWdGJCV9geni6nUWAGy7VkYmlRdJ1Fb\n"
	"+zHdtiGXVkFbIDI+GsnKs3l8AnZCcDarAw1lYz79hb+MqUuQGtU1L/SnyK1n2kRr\n"
	"BeurRE19yvUyBTGJialUGi9F/uvwGU2Gl5iBZcldj3BbOSn7A5lixQDFVRByIj9C\n"
	"56/5SJb1emSysS5AvRnOG3SBS8FYURBc8XGdojCoCFVwMVttfDFAEMBcKjKxHv+n\n"
	"8iuRxn/QXElnma7TL6JRwnubRmRA1sQPOcymMy3E9mwgrTLhAIqmbPABR27FzZmf\n"
	"Q7iCMidLrU6J/miamqqAA//L590Sym6JenM15nxF1QKBgQDdftq0q3+FRh9Ou58P\n"
	"fPB7g5ozq3GARYF+skWWSSVr22RlC6SyfH6UKX8OcaoTa4r35Dde7+s/DGg424vY\n"
	"/5wCFtlr7+oK2Oyj0VfE3RPPc4oMUyHMfprfna3DsOo/vWVpT+Ok3G5V5OiUKyWF\n"
	"Vakn810ulmfbqbJJT0CMCN9MNQKBgQC6EgLFMTpzDePPmsXC0J5wpSR+I9LGPOLP\n"
	"3PUiDrz/Trd8zh17RfSwqZBFjIzd1GPrIsPOBoTwO4LcjeWyPgKmJq7nuqJBw221\n"
	"rA4c6F+HjKLkIM3reRfJ/oXekR/GBCo4Z8SiwEfklaMoIu3kiU1uKCjgwtEDf21o\n"
	"2g/6Z4zkgwKBgQCeb+JDwDUsgRdd+0lxC779qwp/kVBUH+PcW+r48IOrHjk3Klf6\n"
	"MKFenDw9ecLdt1ylq4KMD3QoGljm6uyjIVxYBj4qPmgcsES9fb6ZnEZSa2RBIqoX\n"
	"nCxublzgkUlOpMzIwxOkVuU53c8cRazGLpscb7Gk5IOQFlfopp8WTDZmTQKBgHVu\n"
	"/JSb1znaIFdcZUfpBrYtY/TAgzxeHP/3gja2eo3fjmqUY4LzydTdj5J1fEpcy5sR\n"
	"W+bhsnEz/glY/QkbnexjKaxS3CkJQGqSZm3UMsaH+h5kndHpoRv5KWAo05bT9hmX\n"
	"VEErfbRExK6GLQI5rcbCTdpc2jGM8O5mAgOV6xQlAoGBAKPbn+AxXK5Zuu7lgIeM\n"
	"5SpWO5QD8cCZa+LcoI0M+hDxWH9/039Dyq7BBBXuupGTZ525hBpMEW7WD7Jb8aER\n"
	"GNjlMFdFcH4JkpvfFlcCFUzsKbbpQCfN77gMeE9fXVXt3fTwVhF8lTgFecvdkjU/\n"
	"ltUISt9XxN8Oc809tWC8we46\n"
	"-----END PRIVATE KEY-----\n";

/* FIPS 180-2 appendix B.1 */
static const uint8_t abc_sha256[] = {
	0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
	0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
};

static enum err check_digest(struct why *why)
{
	uint8_t digest[DIGEST_MAX_LEN];

	if (crypto_digest(DIGEST_SHA256, bytes_from_str("abc"), digest) != ERR_OK || memcmp(digest, abc_sha256, sizeof abc_sha256) != 0)
		return why_set(why, ERR_INTERNAL, "GnuTLS %s does not compute SHA-256", gnutls_check_version(NULL));
	return ERR_OK;
}

static enum err check_cipher(enum cipher cipher, struct why *why)
{
	struct bytes key = bytes_from(abc_sha256, cipher_key_len(cipher));
	struct bytes iv = bytes_from(abc_sha256, cipher_block_len(cipher));
	struct bytes plain = bytes_from_str("self-test");
	struct buf sealed, opened;
	enum err e = ERR_OK;

	buf_init(&sealed);
	buf_init(&opened);
	if (crypto_cbc_encrypt(cipher, key, iv, plain, &sealed) != ERR_OK || crypto_cbc_decrypt(cipher, key, iv, buf_bytes(&sealed), &opened) != ERR_OK ||
	    !bytes_is_equal(buf_bytes(&opened), plain))
		e = why_set(why, ERR_INTERNAL, "GnuTLS %s does not do %s", gnutls_check_version(NULL), cipher_name(cipher));
	buf_clear(&opened);
	buf_clear(&sealed);
	return e;
}

/* GnuTLS 3.8.5 and later can forbid RSAES-PKCS1-v1_5 system-wide (allow-rsa-pkcs1-encrypt = false). */
static enum err check_key_transport(struct why *why)
{
	struct bytes secret = bytes_from(abc_sha256, 16);
	struct random random = random_system();
	struct key *key = NULL;
	struct pubkey *pubkey = NULL;
	struct buf sealed;
	uint8_t opened[16];
	enum err e;

	buf_init(&sealed);
	if ((e = key_parse_pem(bytes_from_str(test_key_pem), &key, why)) != ERR_OK || (e = pubkey_parse(key_get_spki(key), &pubkey, why)) != ERR_OK ||
	    (e = pubkey_encrypt(pubkey, secret, &sealed, why)) != ERR_OK ||
	    (e = key_decrypt(key, &random, buf_bytes(&sealed), opened, sizeof opened, why)) != ERR_OK)
		goto out;
	if (memcmp(opened, secret.ptr, secret.len) != 0)
		e = ERR_INTERNAL;
out:
	if (e != ERR_OK)
		e = why_set(why, ERR_INTERNAL, "GnuTLS %s does not do RSAES-PKCS1-v1_5; a system-wide policy may forbid it", gnutls_check_version(NULL));
	buf_clear(&sealed);
	pubkey_free(pubkey);
	key_free(key);
	return e;
}

enum err crypto_init(struct why *why)
{
	enum err e;
	int rc;

	if ((rc = gnutls_global_init()) < 0)
		return gnutls_map_error(rc, ERR_INTERNAL, "GnuTLS", why);
	if ((e = check_digest(why)) != ERR_OK || (e = check_cipher(CIPHER_AES128_CBC, why)) != ERR_OK ||
	    (e = check_cipher(CIPHER_DES3_CBC, why)) != ERR_OK)
		return e;
	return check_key_transport(why);
}
