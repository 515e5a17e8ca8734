#ifndef SCEPGATE_WEB_MSCEP_PAGE_H
#define SCEPGATE_WEB_MSCEP_PAGE_H

/*
 * The page on which Microsoft's Network Device Enrollment Service shows a challenge to a person, and which MDMs, scripts and devices read by program. Their anchors are kept to the
 * blank: one line, tags in upper case, `> The enrollment challenge password is: <B> X </B> <P> This password can be used only once` around the challenge, the fingerprint of the CA
 * before it in groups of eight digits, so that nobody takes it for the challenge.
 */

#include "base/bytes.h"

/** How the page is encoded; the database knows them as "utf-16le-bom", "utf-16le" and "utf-8". */
enum mscep_encoding {
	MSCEP_UTF_16LE_BOM, /* which all known readers take */
	MSCEP_UTF_16LE,     /* as Microsoft's server sends it */
	MSCEP_UTF_8
};

/** An unknown or empty name is MSCEP_UTF_16LE_BOM. */
enum mscep_encoding mscep_encoding_from_name(const char *name);

/** The media type with its charset; a constant. */
const char *mscep_page_media_type(enum mscep_encoding encoding);

/**
 * Append the page with a challenge.
 *
 * @param challenge in: of ASCII letters and digits.
 * @param ca_der    in: the CA certificate. Its fingerprint is by MD5, as on Microsoft's page, or by SHA-256 where the crypto library does not compute that; empty: without.
 * @param minutes   in: how long the challenge lives.
 * @return ERR_OK; ERR_MEMORY.
 */
enum err mscep_page_encode_challenge(const char *challenge, struct bytes ca_der, int64_t minutes, enum mscep_encoding encoding, struct buf *out);

/** Append the page that says that no more challenges are given out for now. @return ERR_OK; ERR_MEMORY. */
enum err mscep_page_encode_full(enum mscep_encoding encoding, struct buf *out);

/** Append the page that says that this user gets none. @return ERR_OK; ERR_MEMORY. */
enum err mscep_page_encode_forbidden(enum mscep_encoding encoding, struct buf *out);

#endif
