#ifndef SCEPGATE_CTL_FILE_H
#define SCEPGATE_CTL_FILE_H

/* Whole files in and out, and the armour of PEM (RFC 7468), for the commands. */

#include "base/bytes.h"
#include "base/why.h"

enum { FILE_MAX_LEN = 1048576 };

/** Who may read a file that is written. */
enum file_privacy {
	FILE_PUBLIC,   /* as the umask says; an older file is replaced */
	FILE_PRIVATE   /* the owner alone; an older file is left alone, and that is an error */
};

/**
 * Read a whole file; "-" is standard input.
 *
 * @param max_len in: longer is an error. @param out out: appended; untouched on error.
 * @return ERR_OK; ERR_IO with the cause; ERR_MEMORY.
 */
enum err file_read(const char *path, size_t max_len, struct buf *out, struct why *why);

/** Write a whole file; "-" is standard output. @return ERR_OK; ERR_IO with the cause. */
enum err file_write(const char *path, struct bytes content, enum file_privacy privacy, struct why *why);

/**
 * Find the next PEM block whose label ends with `label` and decode it: "CERTIFICATE REQUEST" takes "NEW CERTIFICATE REQUEST" too. Other
 * blocks and text between them are skipped.
 *
 * @param rest in/out: what is still to be read; moved behind the block. @param der out: appended.
 * @return ERR_OK; ERR_NOT_FOUND when there is none; ERR_TEXT for a block that does not end or is not base64; ERR_MEMORY.
 */
enum err file_next_pem(struct bytes *rest, const char *label, struct buf *der);

/** Append a PEM block with this label, lines of 64 characters. @return ERR_OK; ERR_MEMORY. */
enum err file_put_pem(const char *label, struct bytes der, struct buf *out);

#endif
