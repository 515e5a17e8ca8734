#ifndef SCEPGATE_CTL_DECODE_LINES_H
#define SCEPGATE_CTL_DECODE_LINES_H

/* Lines of decode.h: a label, and a value in one of the forms that values have. Internal to decode*.c. */

#include "pki/cert.h"
#include "pki/key.h"

/** A text under way. Remembers the first error; then every call does nothing. */
struct lines {
	struct buf *out;
	unsigned indent;
	enum err error;
};

/** Keep the first error. */
void lines_keep(struct lines *lines, enum err e);

void lines_heading(struct lines *lines, const char *text);
void lines_format(struct lines *lines, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Start a line whose value the caller appends to lines->out; lines_end() ends it. */
void lines_start(struct lines *lines, const char *label);
void lines_end(struct lines *lines);

void lines_text(struct lines *lines, const char *label, struct bytes text);
void lines_hex(struct lines *lines, const char *label, struct bytes octets);
void lines_oid(struct lines *lines, const char *label, struct bytes oid);
void lines_name(struct lines *lines, const char *label, struct bytes name);
void lines_key(struct lines *lines, struct bytes spki);
void lines_time(struct lines *lines, const char *label, int64_t utc);

/** What extensions say: usages, constraints, alternative names, the rest by identifier. */
void lines_extensions(struct lines *lines, const struct ext_request *ext);

#endif
