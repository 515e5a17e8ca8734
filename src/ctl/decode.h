#ifndef SCEPGATE_CTL_DECODE_H
#define SCEPGATE_CTL_DECODE_H

/*
 * Messages and certificates in words, for people who look for the cause of a failure. One "label value" line a fact. Nothing that came from
 * outside reaches the terminal unescaped, and a challenge is never shown.
 */

#include "pki/crl.h"
#include "scep/message.h"

/** Append text from outside: UTF-8 with control characters as \XX, or #hex when it is no UTF-8. @return ERR_OK; ERR_MEMORY. */
enum err decode_text(struct bytes text, struct buf *out);

/*
 * Each appends lines that are indented by `indent` blanks. What cannot be read is said in place; @return ERR_OK; ERR_MEMORY; ERR_INTERNAL.
 */

/** A pkiMessage: attributes, signature (verified), signer, algorithms, envelope and recipients. */
enum err decode_message(const struct scep_message *message, unsigned indent, struct buf *out);

/** The same without the envelope. */
enum err decode_signed(const struct scep_message *message, unsigned indent, struct buf *out);

/** A pkcsPKIEnvelope: cipher and recipients. */
enum err decode_envelope(const struct cms_enveloped *envelope, unsigned indent, struct buf *out);

/** A certification request: names, key, what it asks, and whether its signature verifies. */
enum err decode_csr(const struct csr *csr, unsigned indent, struct buf *out);

/** A certificate: names, serial number, validity, key, usages, alternative names, fingerprints. */
enum err decode_cert(const struct cert *cert, unsigned indent, struct buf *out);

/** A certificate revocation list: issuer, number, times, how many entries. */
enum err decode_crl(const struct crl *crl, unsigned indent, struct buf *out);

#endif
