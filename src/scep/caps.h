#ifndef SCEPGATE_SCEP_CAPS_H
#define SCEPGATE_SCEP_CAPS_H

/* GetCACaps (RFC 8894 section 3.5): the keyword list from what an endpoint allows, and reading a server's list. */

#include "pki/algorithm.h"

enum { SCEP_CAPS_MAX_LEN = 1023 /* certmonger reads no longer list */ };

/** What is advertised. */
struct scep_caps {
	bool post, renewal, next_ca, scep_standard, aes, des3, sha1, sha256, sha384, sha512;
};

/**
 * What an endpoint with these lists advertises. AES stands for AES-128 (Table 7), so it is listed when aes128-cbc is allowed; SCEPStandard when
 * AES-128, SHA-256 and POST are; SHA-384 is unregistered, but strongSwan 5.9.8 refuses AES without it.
 */
struct scep_caps scep_caps_make(const struct cipher_list *ciphers, const struct digest_list *digests, bool renewal, bool next_ca);

/** Append the keywords, one a line, LF after each; no empty line. @return ERR_OK; ERR_MEMORY. */
enum err scep_caps_encode(const struct scep_caps *caps, struct buf *out);

/** Read a server's list: CR, LF or CRLF separate; unknown keywords are ignored; case counts, as RFC 8894 says. */
struct scep_caps scep_caps_parse(struct bytes text);

#endif
