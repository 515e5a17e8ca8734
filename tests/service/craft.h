#ifndef SCEPGATE_TESTS_SERVICE_CRAFT_H
#define SCEPGATE_TESTS_SERVICE_CRAFT_H

/*
 * ASN.1 written as an expression, right or wrong: CRAFT(DER_SEQUENCE, craft_oid(OID_DATA), craft_hex("0500")). What is returned lives until craft_forget().
 */

#include "pki/der.h"
#include "pki/oid.h"
#include "support/unit.h"

/** An element of definite length around these, one after the other. */
#define CRAFT(tag, ...) craft_element((tag), (struct bytes[]){ __VA_ARGS__ }, sizeof((struct bytes[]){ __VA_ARGS__ }) / sizeof(struct bytes))
struct bytes craft_element(uint8_t tag, const struct bytes *part, size_t count);

/** These, one after the other, without a header. */
#define CRAFT_JOIN(...) craft_join((struct bytes[]){ __VA_ARGS__ }, sizeof((struct bytes[]){ __VA_ARGS__ }) / sizeof(struct bytes))
struct bytes craft_join(const struct bytes *part, size_t count);

struct bytes craft_none(void);                                  /* no octets: what is left out */
struct bytes craft_oid(enum oid oid);                           /* OBJECT IDENTIFIER */
struct bytes craft_other_oid(const char *dotted);
struct bytes craft_text(uint8_t tag, const char *text);         /* a string of any type */
struct bytes craft_hex(const char *hex);                        /* octets as they are */
struct bytes craft_octets(uint8_t octet, size_t len);           /* the same octet again and again */
struct bytes craft_algorithm(enum oid oid, struct bytes parameters); /* AlgorithmIdentifier */
struct bytes craft_attribute(enum oid type, struct bytes values); /* Attribute around the content of its SET */
struct bytes craft_name(const char *text);                      /* Name, RFC 4514 text */
struct bytes craft_set_of(const struct bytes *item, size_t count); /* content of a SET OF in DER order */
struct bytes craft_keep(struct buf *buf);                       /* takes what the buffer holds */

/** How an encoding is spoilt, or made another encoding of the same value. */
struct craft_framing {
	unsigned indefinite_levels;   /* from the outside; constructed elements of indefinite length */
	size_t chunk_len;             /* OCTET STRINGs and [0] primitive become constructed strings of chunks; 0: they stay */
	unsigned chunk_levels;        /* how deep the chunks nest in one another; 0 is as 1 */
	unsigned chunk_at_level;      /* only strings at this level; 0: at every one */
	unsigned length_octets;       /* lengths of at least so many octets beside the first; 0: minimal */
};

/** Encode DER in another way. @param der in: one element or several in a row. */
struct bytes craft_reframe(struct bytes der, const struct craft_framing *framing);

/** Free everything that the functions above have returned. */
void craft_forget(void);

#endif
