#include <config.h>

#include "pki/import_parts.h"

#include <gnutls/pkcs12.h>
#include <gnutls/x509.h>

#include "pki/der.h"
#include "pki/gnutls_map.h"
#include "pki/key_provider.h"

/* PKCS#12 (RFC 7292): GnuTLS opens it, once the rounds that it asks for have been looked at. */

static enum err check_count(unsigned rounds, struct why *why)
{
	if (rounds > IMPORT_MAX_ITERATIONS)
		return why_set(why, ERR_VALUE, "the file asks for %u rounds of key derivation, more than %d", rounds, IMPORT_MAX_ITERATIONS);
	return ERR_OK;
}

enum err import_check_rounds(struct bytes in, bool is_pem, struct why *why)
{
	gnutls_datum_t datum = gnutls_map_datum(in);
	unsigned schema, rounds = 0;
	int rc = gnutls_pkcs8_info(&datum, is_pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, &schema, NULL, NULL, NULL, &rounds, NULL);

	return rc < 0 ? ERR_OK : check_count(rounds, why);
}

/* PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, macData MacData OPTIONAL }  -- RFC 7292 section 4 */
static bool has_mac(struct bytes pfx)
{
	struct der outer = { pfx }, inside;
	struct der_element version, content, mac;

	return der_enter(&outer, DER_SEQUENCE, &inside) == ERR_OK && der_read(&inside, &version) == ERR_OK && der_read(&inside, &content) == ERR_OK &&
		der_read(&inside, &mac) == ERR_OK;
}

static enum err check_mac(gnutls_pkcs12_t file, const char **password, struct why *why)
{
	gnutls_mac_algorithm_t mac;
	unsigned rounds = 0;
	char *oid = NULL; /* GnuTLS 3.7.9 keeps it when nobody asks for it and the algorithm is unknown */
	enum err e;
	int rc;

	rc = gnutls_pkcs12_mac_info(file, &mac, NULL, NULL, &rounds, &oid);
	gnutls_free(oid);
	if (rc < 0)
		return gnutls_map_error(rc, ERR_VALUE, "the MAC of the PKCS#12", why);
	if ((e = check_count(rounds, why)) != ERR_OK)
		return e;
	rc = gnutls_pkcs12_verify_mac(file, *password);
	/* No password is two things: none, and an empty one. Products differ. */
	if (rc < 0 && *password == NULL && (rc = gnutls_pkcs12_verify_mac(file, "")) >= 0)
		*password = "";
	return rc < 0 ? gnutls_map_error(rc, ERR_KEY_SECRET, "the password does not open the PKCS#12", why) : ERR_OK;
}

static enum err add_private_key(const gnutls_datum_t *data, const char *password, struct import *import, struct why *why)
{
	gnutls_x509_privkey_t x509;
	struct key *key = NULL;
	enum err e;
	int rc;

	if ((e = import_check_rounds(bytes_from(data->data, data->size), false, why)) != ERR_OK)
		return e;
	if (gnutls_x509_privkey_init(&x509) < 0)
		return ERR_MEMORY;
	if ((rc = gnutls_x509_privkey_import_pkcs8(x509, data, GNUTLS_X509_FMT_DER, password, password == NULL ? GNUTLS_PKCS_PLAIN : 0)) < 0) {
		gnutls_x509_privkey_deinit(x509);
		return gnutls_map_error(rc, rc == GNUTLS_E_DECRYPTION_FAILED ? ERR_KEY_SECRET : ERR_KEY, "the private key of the PKCS#12 cannot be read", why);
	}
	if ((e = key_software_take(x509, &key, why)) != ERR_OK)
		return e;
	return import_take_key(key, import, why);
}

/* CRLs and secrets of other kinds are left. */
static enum err add_element(gnutls_pkcs12_bag_t bag, unsigned index, const char *password, struct import *import, struct why *why)
{
	int type = gnutls_pkcs12_bag_get_type(bag, index);
	gnutls_datum_t data = { NULL, 0 };
	int rc;

	if (type != GNUTLS_BAG_CERTIFICATE && type != GNUTLS_BAG_PKCS8_KEY && type != GNUTLS_BAG_PKCS8_ENCRYPTED_KEY)
		return ERR_OK;
	if ((rc = gnutls_pkcs12_bag_get_data(bag, index, &data)) < 0)
		return gnutls_map_error(rc, ERR_VALUE, "the PKCS#12 cannot be read", why);
	if (type == GNUTLS_BAG_CERTIFICATE)
		return import_add_certificate(bytes_from(data.data, data.size), import, why);
	return add_private_key(&data, type == GNUTLS_BAG_PKCS8_KEY ? NULL : password == NULL ? "" : password, import, why);
}

static enum err open_bag(gnutls_pkcs12_bag_t bag, const char *password, struct why *why)
{
	unsigned rounds = 0, schema;
	enum err e;
	int rc;

	if (gnutls_pkcs12_bag_get_type(bag, 0) != GNUTLS_BAG_ENCRYPTED)
		return ERR_OK;
	if ((rc = gnutls_pkcs12_bag_enc_info(bag, &schema, NULL, NULL, NULL, &rounds, NULL)) < 0)
		return gnutls_map_error(rc, ERR_VALUE, "the encryption of the PKCS#12 is not known", why);
	if ((e = check_count(rounds, why)) != ERR_OK)
		return e;
	if ((rc = gnutls_pkcs12_bag_decrypt(bag, password == NULL ? "" : password)) < 0)
		return gnutls_map_error(rc, ERR_KEY_SECRET, "the password does not open the PKCS#12", why);
	return ERR_OK;
}

/* @return ERR_NOT_FOUND behind the last one. */
static enum err add_bag(gnutls_pkcs12_t file, int index, const char *password, struct import *import, struct why *why)
{
	gnutls_pkcs12_bag_t bag;
	enum err e;
	int rc;

	if (gnutls_pkcs12_bag_init(&bag) < 0)
		return ERR_MEMORY;
	rc = gnutls_pkcs12_get_bag(file, index, bag);
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		e = ERR_NOT_FOUND;
	else if (rc < 0)
		e = gnutls_map_error(rc, ERR_VALUE, "the PKCS#12 cannot be read", why);
	else if ((e = open_bag(bag, password, why)) == ERR_OK)
		for (int i = 0; i < gnutls_pkcs12_bag_get_count(bag) && e == ERR_OK; i++)
			e = add_element(bag, (unsigned)i, password, import, why);
	gnutls_pkcs12_bag_deinit(bag);
	return e;
}

enum err import_add_pkcs12(struct bytes der, const char *password, struct import *import, struct why *why)
{
	gnutls_datum_t datum = gnutls_map_datum(der);
	gnutls_pkcs12_t file;
	enum err e;
	int rc;

	if (gnutls_pkcs12_init(&file) < 0)
		return ERR_MEMORY;
	if ((rc = gnutls_pkcs12_import(file, &datum, GNUTLS_X509_FMT_DER, 0)) < 0)
		e = gnutls_map_error(rc, ERR_VALUE, "the PKCS#12 cannot be read", why);
	else /* Without a MAC there is nothing to verify; what is encrypted shows by itself whether the password fits. */
		e = has_mac(der) ? check_mac(file, &password, why) : ERR_OK;
	for (int i = 0; e == ERR_OK; i++)
		e = add_bag(file, i, password, import, why);
	gnutls_pkcs12_deinit(file);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
