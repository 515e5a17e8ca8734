#include <config.h>

#include "pki/import.h"

#include <stdlib.h>
#include <string.h>

#include "pki/ber.h"
#include "pki/cert_issuer.h"
#include "pki/cms_signed.h"
#include "pki/der.h"
#include "pki/import_parts.h"
#include "pki/pem.h"

void import_clear(struct import *import)
{
	key_free(import->key);
	for (size_t i = 0; i < import->cert_count; i++)
		cert_free(import->cert[i]);
	*import = (struct import){ 0 };
}

static bool has_cert(const struct import *import, struct bytes der)
{
	for (size_t i = 0; i < import->cert_count; i++)
		if (bytes_is_equal(buf_bytes(&import->cert[i]->der), der))
			return true;
	return false;
}

enum err import_add_certificate(struct bytes ber, struct import *import, struct why *why)
{
	struct buf der = { 0 };
	size_t used_len = 0;
	enum err e = ber_normalise(ber, &der, &used_len, why);

	if (e != ERR_MEMORY && (e != ERR_OK || used_len != ber.len))
		e = why_set(why, ERR_CERT_SYNTAX, "what should be a certificate is not one element");
	if (e == ERR_OK && !has_cert(import, buf_bytes(&der))) {
		if (import->cert_count == IMPORT_MAX_CERTIFICATES)
			e = why_set(why, ERR_VALUE, "there are more than %d certificates", IMPORT_MAX_CERTIFICATES);
		else if ((e = cert_parse(buf_bytes(&der), &import->cert[import->cert_count], why)) == ERR_OK)
			import->cert_count++;
	}
	buf_clear(&der);
	return e;
}

enum err import_take_key(struct key *key, struct import *import, struct why *why)
{
	if (import->key != NULL) {
		key_free(key);
		return why_set(why, ERR_VALUE, "there is more than one private key");
	}
	import->key = key;
	return ERR_OK;
}

static enum err add_key(struct bytes in, bool is_pem, const char *password, struct import *import, struct why *why)
{
	struct key *key = NULL;
	enum err e;

	if ((e = import_check_rounds(in, is_pem, why)) != ERR_OK || (e = key_import(in, is_pem, password, &key, why)) != ERR_OK)
		return e;
	return import_take_key(key, import, why);
}

static enum err add_message(struct bytes ber, struct import *import, struct why *why)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	size_t count = 0;
	enum err e = cms_certs_only_parse(ber, &der, found, &count, why);

	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = import_add_certificate(found[i], import, why);
	buf_clear(&der);
	return e;
}

/* --- PEM -------------------------------------------------------------------------------------------------------------------- */

enum kind { KIND_OTHER, KIND_CERTIFICATE, KIND_KEY, KIND_MESSAGE };

static enum kind find_label(struct bytes label)
{
	static const struct {
		const char *label;
		enum kind kind;
	} labels[] = {
		{ "CERTIFICATE", KIND_CERTIFICATE }, { "X509 CERTIFICATE", KIND_CERTIFICATE }, { "PRIVATE KEY", KIND_KEY }, { "ENCRYPTED PRIVATE KEY", KIND_KEY },
		{ "RSA PRIVATE KEY", KIND_KEY }, { "EC PRIVATE KEY", KIND_KEY }, { "PKCS7", KIND_MESSAGE }, { "CMS", KIND_MESSAGE },
	};

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (bytes_is_str(label, labels[i].label))
			return labels[i].kind;
	return KIND_OTHER;
}

static enum err add_block(const struct pem_block *block, const char *password, struct import *import, struct why *why)
{
	enum kind kind = find_label(block->label);
	struct buf ber = { 0 };
	enum err e = ERR_OK;

	if (kind == KIND_KEY)
		return add_key(block->raw, true, password, import, why);
	if (kind == KIND_OTHER) /* parameters of a curve, a CRL, a request: nothing that is taken over */
		return ERR_OK;
	if ((e = pem_decode(block, &ber)) == ERR_TEXT)
		e = why_set(why, ERR_CERT_SYNTAX, "a block of the PEM is no base64");
	if (e == ERR_OK)
		e = kind == KIND_CERTIFICATE ? import_add_certificate(buf_bytes(&ber), import, why) : add_message(buf_bytes(&ber), import, why);
	buf_clear(&ber);
	return e;
}

static enum err add_pem(struct bytes text, const char *password, struct import *import, struct why *why)
{
	struct pem_block block;
	enum err e;

	while ((e = pem_next(&text, &block)) == ERR_OK)
		if ((e = add_block(&block, password, import, why)) != ERR_OK)
			return e;
	return e == ERR_NOT_FOUND ? ERR_OK : why_set(why, ERR_VALUE, "a block of the PEM has no end");
}

/* --- DER -------------------------------------------------------------------------------------------------------------------- */

/*
 * PFX ::= SEQUENCE { version INTEGER {v3(3)}, authSafe ContentInfo, macData MacData OPTIONAL }                  RFC 7292 section 4
 * ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }                          RFC 5652 section 3
 * Certificate ::= SEQUENCE { tbsCertificate SEQUENCE, signatureAlgorithm SEQUENCE, signatureValue BIT STRING }  RFC 5280 section 4.1
 * EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm SEQUENCE, encryptedData OCTET STRING }             RFC 5958 section 3
 * PrivateKeyInfo, RSAPrivateKey and ECPrivateKey begin with an INTEGER 0 or 1
 */
static enum err add_der(struct bytes ber, struct bytes der, const char *password, struct import *import, struct why *why)
{
	struct der outer = { der }, inside;
	struct der_element first, second;
	int version;

	if (der_enter(&outer, DER_SEQUENCE, &inside) != ERR_OK || !der_is_end(&outer) || der_read(&inside, &first) != ERR_OK ||
	    der_read(&inside, &second) != ERR_OK)
		return why_set(why, ERR_VALUE, "this is neither PEM, nor a certificate, nor a private key, nor PKCS#7 or PKCS#12");
	if (first.tag == DER_INTEGER && der_get_small(&first, &version) == ERR_OK && version == 3)
		return import_add_pkcs12(der, password, import, why);
	if (first.tag == DER_INTEGER || second.tag == DER_OCTET_STRING)
		return add_key(der, false, password, import, why);
	if (first.tag == DER_OID)
		return add_message(ber, import, why);
	return import_add_certificate(ber, import, why);
}

static enum err add_ber(struct bytes file, const char *password, struct import *import, struct why *why)
{
	struct buf der = { 0 };
	size_t used_len = 0;
	enum err e = ber_normalise(file, &der, &used_len, NULL);

	if (e != ERR_MEMORY && (e != ERR_OK || used_len != file.len))
		e = why_set(why, ERR_VALUE, "this is neither PEM nor one element of ASN.1");
	if (e == ERR_OK)
		e = add_der(file, buf_bytes(&der), password, import, why);
	buf_clear(&der);
	return e;
}

/* Both together, or `import` as it was. */
static enum err merge(struct import *import, struct import *added, struct why *why)
{
	size_t start = import->cert_count;
	enum err e = ERR_OK;

	if (import->key != NULL && added->key != NULL)
		return why_set(why, ERR_VALUE, "there is more than one private key");
	for (size_t i = 0; i < added->cert_count && e == ERR_OK; i++)
		e = import_add_certificate(buf_bytes(&added->cert[i]->der), import, why);
	if (e == ERR_OK && added->key != NULL) {
		import->key = added->key;
		added->key = NULL;
	}
	while (e != ERR_OK && import->cert_count > start)
		cert_free(import->cert[--import->cert_count]);
	return e;
}

enum err import_add(struct bytes file, struct bytes password, struct import *import, struct why *why)
{
	struct import added = { 0 };
	struct buf text = { 0 };
	const char *given = NULL;
	enum err e = ERR_OK;

	if (file.len == 0 || file.len > IMPORT_MAX_LEN)
		return why_set(why, ERR_VALUE, "the file has no octets, or more than %d", IMPORT_MAX_LEN);
	if (password.len > IMPORT_MAX_PASSWORD_LEN || (password.len > 0 && memchr(password.ptr, '\0', password.len) != NULL))
		return why_set(why, ERR_KEY_SECRET, "the password is longer than %d octets, or has a NUL", IMPORT_MAX_PASSWORD_LEN);
	if (password.len > 0) {
		if ((e = buf_append(&text, password)) != ERR_OK || (e = buf_terminate(&text)) != ERR_OK)
			goto out;
		given = (const char *)text.ptr;
	}
	e = pem_is_pem(file) ? add_pem(file, given, &added, why) : add_ber(file, given, &added, why);
	if (e == ERR_OK && added.key == NULL && added.cert_count == 0)
		e = why_set(why, ERR_VALUE, "there is neither a private key nor a certificate in the file");
	if (e == ERR_OK)
		e = merge(import, &added, why);
out:
	buf_clear(&text);
	import_clear(&added);
	return e;
}
