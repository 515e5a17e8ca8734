#ifndef SCEPGATE_BASE_SECRET_FILE_H
#define SCEPGATE_BASE_SECRET_FILE_H

/* Files that hold one line with a secret: the key-encryption secret, the PIN of a token. */

#include "base/bytes.h"
#include "base/why.h"

/**
 * Read such a file. It must be a regular file that belongs to root or to this process, is written by nobody else and not read by others: mode 0600, or 0640 with
 * the group of those who need it.
 *
 * @param max_len in: longest secret. @param secret out: the content without a newline at its end, max_len + 1 bytes at most, so that the caller sees one that is too
 *                long; untouched on error.
 * @return ERR_OK; ERR_KEY_SECRET with the path and the cause; ERR_MEMORY.
 */
enum err secret_file_read(const char *path, size_t max_len, struct buf *secret, struct why *why);

#endif
