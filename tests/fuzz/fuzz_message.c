#include <config.h>

/*
 * A pkiMessage from the first octet to the certification request, as a server reads one, and a certificates-only message, as a client does. The key is that of the test
 * vectors, so that the messages of the corpus open.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "scep/message.h"
#include "scep/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_KEY_FILE = 8192 };

static const struct digest_list digests = { { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 }, 6 };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static struct bytes read_vector(const char *path, uint8_t content[MAX_KEY_FILE])
{
	FILE *file = fopen(path, "rb");
	size_t len;

	demand(file != NULL);
	len = fread(content, 1, MAX_KEY_FILE, file);
	fclose(file);
	return bytes_from(content, len);
}

/* Loaded at the first input, and kept: the process ends with the inputs. */
static void load(struct cert **cert, struct key **key)
{
	static struct cert *ra_cert;
	static struct key *ra_key;
	uint8_t content[MAX_KEY_FILE];

	if (ra_cert == NULL) {
		demand(cert_parse(read_vector(TEST_VECTORS "/cms/ra.crt", content), &ra_cert, NULL) == ERR_OK);
		demand(key_parse_pem(read_vector(TEST_VECTORS "/cms/ra.key", content), &ra_key, NULL) == ERR_OK);
	}
	*cert = ra_cert;
	*key = ra_key;
}

static void open_envelope(const struct scep_message *message, const struct cert *cert, const struct key *key)
{
	uint64_t seed = 1;
	struct random random = random_counter(&seed);
	struct buf plain = { 0 };
	struct csr *csr = NULL;

	if (cms_enveloped_open(message->envelope, cert, key, &random, &plain, NULL) == ERR_OK && csr_parse(buf_bytes(&plain), &csr, NULL) == ERR_OK) {
		(void)csr_verify(csr, NULL);
		csr_free(csr);
	}
	buf_clear(&plain);
}

static void read_message(struct bytes input)
{
	struct scep_message *message = NULL;
	struct why why = { 0 };
	struct cert *cert;
	struct key *key;

	if (scep_message_parse(input, &message, &why) != ERR_OK) {
		demand(message == NULL && why.text[0] != '\0');
		return;
	}
	load(&cert, &key);
	demand(message->transaction_id.len > 0 && message->transaction_id.len <= SCEP_MAX_TRANSACTION_ID_LEN && message->sender_nonce.len <= SCEP_MAX_NONCE_LEN);
	demand(message->type == SCEP_CERT_REP || message->sender_nonce.len > 0);
	demand((message->envelope_error == ERR_OK) || message->envelope == NULL);
	(void)scep_message_verify(message, &digests, NULL);
	(void)scep_reply_check_recipient(message, false, (struct bytes){ NULL, 0 }, NULL);
	if (message->envelope != NULL)
		open_envelope(message, cert, key);
	scep_message_free(message);
}

static void read_certs_only(struct bytes input)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	size_t count = 0;

	if (cms_certs_only_parse(input, &der, found, &count, NULL) == ERR_OK) {
		demand(count > 0 && count <= CMS_MAX_CERTIFICATES);
		for (size_t i = 0; i < count; i++) {
			struct cert *cert = NULL;

			if (cert_parse(found[i], &cert, NULL) == ERR_OK)
				cert_free(cert);
		}
	}
	buf_clear(&der);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cms_enveloped *enveloped = NULL;

	read_message(bytes_from(data, size));
	read_certs_only(bytes_from(data, size));
	if (cms_enveloped_parse(bytes_from(data, size), &enveloped, NULL) == ERR_OK)
		cms_enveloped_free(enveloped);
	return 0;
}
