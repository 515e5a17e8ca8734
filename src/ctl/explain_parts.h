#ifndef SCEPGATE_CTL_EXPLAIN_PARTS_H
#define SCEPGATE_CTL_EXPLAIN_PARTS_H

/*
 * The parts of explain.c, a file for each kind of message. Each appends lines to explain->text and sets traits. What cannot be read is said in place.
 * @return ERR_OK; ERR_MEMORY; ERR_RANDOM; ERR_INTERNAL. Internal to explain*.c.
 */

#include "ctl/decode_lines.h"
#include "ctl/explain.h"
#include "ctl/explain_kind.h"
#include "scep/message.h"

/** A line of words, under the indentation that holds now. */
enum err explain_say(struct explain *explain, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Only these errors end an explanation; every other one is said and forgotten. */
bool explain_is_fatal(enum err e);

/** Explain one element of any kind, as explain_bytes() does, inside another. */
enum err explain_element(struct explain *explain, struct bytes in);

/** A SignedData with signers: a pkiMessage. @param in in: as it was sent. */
enum err explain_signed(struct explain *explain, struct bytes in, const struct outline *outline);

/** The signed attributes: which are there, and what they are made of. @param type out: messageType; 0: none that can be read. */
void explain_attributes(const struct cms_signed *cms, struct traits *traits, int *type);

/** An EnvelopedData: its recipients, and its content if that can be opened. @param in in: as it was sent. @param plain out: appended when it was opened. */
enum err explain_envelope(struct explain *explain, struct bytes in, const struct outline *outline, struct buf *plain);

/** A SignedData without signers. */
enum err explain_degenerate(struct explain *explain, struct bytes der, const struct outline *outline);

enum err explain_csr(struct explain *explain, struct bytes in);
enum err explain_certificate(struct explain *explain, struct bytes der);
enum err explain_crl(struct explain *explain, struct bytes der);

/** IssuerAndSerialNumber or IssuerAndSubject. */
enum err explain_names(struct explain *explain, struct bytes der, const struct outline *outline);

/** What times and serial number of a certificate show. */
void explain_note_certificate(struct explain *explain, const struct cert *cert);

/** Are the elements of a SET OF in the order of DER? @param set in: its content. */
bool explain_is_sorted(struct bytes set);

#endif
