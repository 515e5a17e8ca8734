#include <config.h>

#include "service/sealed_request.h"

#include <string.h>

#include "pki/crypto.h"
#include "pki/der.h"

enum { KEY_LEN = 32, MAC_LEN = 32, IV_LEN = 16 };

/* One key for each use, so that neither says anything about the other or about the secret. */
static enum err derive(struct bytes secret, const char *use, uint8_t key[KEY_LEN])
{
	return crypto_hmac_sha256(secret, bytes_from_str(use), key);
}

static enum err put_number(struct buf *out, uint64_t number)
{
	uint8_t octets[8];

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)(number >> (56 - 8 * i));
	return buf_append(out, bytes_from(octets, sizeof octets));
}

/* The MAC covers the transaction too: endpoint, requester and request have fixed lengths, the transactionID comes with its own. */
static enum err make_mac(struct bytes secret, const struct enrolment_key *key, struct bytes iv_and_ciphertext, uint8_t mac[MAC_LEN])
{
	uint8_t mac_key[KEY_LEN];
	struct buf data = { 0 };
	enum err e;

	if ((e = derive(secret, "scepgate pending request: authentication", mac_key)) == ERR_OK && (e = put_number(&data, (uint64_t)key->endpoint_id)) == ERR_OK &&
	    (e = put_number(&data, key->transaction_id.len)) == ERR_OK && (e = buf_append(&data, key->transaction_id)) == ERR_OK &&
	    (e = buf_append(&data, key->requester_spki_sha256)) == ERR_OK && (e = buf_append(&data, key->csr_sha256)) == ERR_OK &&
	    (e = buf_append(&data, iv_and_ciphertext)) == ERR_OK)
		e = crypto_hmac_sha256(bytes_from(mac_key, sizeof mac_key), buf_bytes(&data), mac);
	explicit_bzero(mac_key, sizeof mac_key);
	buf_clear(&data);
	return e;
}

enum err sealed_request_encode(const struct service *service, const struct enrolment_key *key, const struct sealed_content *content, struct buf *sealed)
{
	uint8_t cipher_key[KEY_LEN], iv[IV_LEN], mac[MAC_LEN];
	struct buf plain = { 0 }, made = { 0 };
	enum err e;

	/* One element behind the other. */
	if ((e = buf_append(&plain, content->csr_der)) != ERR_OK || (e = buf_append(&plain, content->renewed_der)) != ERR_OK)
		goto out;
	if ((e = derive(service->keys.secret, "scepgate pending request: encryption", cipher_key)) == ERR_OK && (e = random_fill(&service->random, iv, sizeof iv)) == ERR_OK &&
	    (e = buf_append(&made, bytes_from(iv, sizeof iv))) == ERR_OK &&
	    (e = crypto_cbc_encrypt(CIPHER_AES256_CBC, bytes_from(cipher_key, sizeof cipher_key), bytes_from(iv, sizeof iv), buf_bytes(&plain), &made)) == ERR_OK &&
	    (e = make_mac(service->keys.secret, key, buf_bytes(&made), mac)) == ERR_OK && (e = buf_append(&made, bytes_from(mac, sizeof mac))) == ERR_OK)
		e = buf_append(sealed, buf_bytes(&made));
out:
	explicit_bzero(cipher_key, sizeof cipher_key);
	buf_clear(&plain);
	buf_clear(&made);
	return e;
}

static enum err split(struct bytes plain, struct sealed_content *content)
{
	struct der rest = { plain };
	struct der_element csr, renewed = { 0 };

	if (der_read(&rest, &csr) != ERR_OK || (!der_is_end(&rest) && der_read(&rest, &renewed) != ERR_OK) || !der_is_end(&rest))
		return ERR_APPROVAL;
	*content = (struct sealed_content){ csr.raw, renewed.raw };
	return ERR_OK;
}

/* The secret under which it was sealed, for this transaction. */
static enum err find_secret(const struct key_access *keys, const struct enrolment_key *key, struct bytes sealed, struct bytes *secret, struct why *why)
{
	const struct bytes secrets[] = { keys->secret, keys->other_secret };
	uint8_t mac[MAC_LEN];
	struct bytes covered;
	enum err e;

	if (sealed.len < IV_LEN + MAC_LEN)
		return why_set(why, ERR_APPROVAL, "the stored request is not one that a worker sealed");
	covered = bytes_from(sealed.ptr, sealed.len - MAC_LEN);
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		if (secrets[i].len == 0)
			continue;
		if ((e = make_mac(secrets[i], key, covered, mac)) != ERR_OK)
			return e;
		if (bytes_is_equal_secret(bytes_from(mac, sizeof mac), bytes_from(sealed.ptr + covered.len, MAC_LEN))) {
			*secret = secrets[i];
			return ERR_OK;
		}
	}
	return why_set(why, ERR_APPROVAL, "the stored request was sealed for another transaction or under another secret, or was changed");
}

enum err sealed_request_open(const struct service *service, const struct enrolment_key *key, struct bytes sealed, struct buf *plain, struct sealed_content *content, struct why *why)
{
	uint8_t cipher_key[KEY_LEN];
	struct bytes secret, iv, ciphertext;
	enum err e;

	if ((e = find_secret(&service->keys, key, sealed, &secret, why)) != ERR_OK)
		return e;
	iv = bytes_from(sealed.ptr, IV_LEN);
	ciphertext = bytes_from(sealed.ptr + IV_LEN, sealed.len - IV_LEN - MAC_LEN);
	if ((e = derive(secret, "scepgate pending request: encryption", cipher_key)) == ERR_OK)
		e = crypto_cbc_decrypt(CIPHER_AES256_CBC, bytes_from(cipher_key, sizeof cipher_key), iv, ciphertext, plain);
	explicit_bzero(cipher_key, sizeof cipher_key);
	if (e == ERR_OK)
		e = split(buf_bytes(plain), content);
	return e == ERR_CMS_DECRYPT || e == ERR_APPROVAL ? why_set(why, ERR_APPROVAL, "the stored request cannot be read") : e;
}
