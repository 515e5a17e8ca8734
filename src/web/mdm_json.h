#ifndef SCEPGATE_WEB_MDM_JSON_H
#define SCEPGATE_WEB_MDM_JSON_H

/* JSON in the dealings with an MDM: reading what it sends, and writing what is kept of it. jansson is known in mdm_json.c alone in this folder. */

#include "web/mdm_field.h"

/**
 * Read an object.
 *
 * Source: RFC 8259.
 *
 * @param body in: hostile; UTF-8 without byte order mark.
 * @return ERR_OK; ERR_TEXT with the place when it is no JSON, no object, has a name twice in one object, a NUL, a number that is too large, or trailing octets; ERR_MEMORY;
 *         what the sink says.
 */
enum err mdm_json_read(struct bytes body, const struct mdm_sink *sink, struct why *why);

enum {
	MDM_MAX_CONTEXT_LEN = 8192,     /* of the JSON text, as PostgreSQL writes it */
	MDM_MAX_CONTEXT_FIELDS = 64,
	MDM_MAX_CONTEXT_VALUE_LEN = 256 /* octets of a value; more is cut off */
};

/** What is kept of a body: an object that grows to its limits, and of which the text then says `"cut": "yes"`. */
struct mdm_context;

/** @return ERR_OK; ERR_MEMORY. */
enum err mdm_context_new(struct mdm_context **out);
void mdm_context_free(struct mdm_context *context);

/** Keep one scalar, as text; without effect for what is not UTF-8, whose name is too long, or that does not fit any more. @return ERR_OK; ERR_MEMORY. */
enum err mdm_context_add(struct mdm_context *context, const struct mdm_field *field);

/** Append the JSON text; nothing when nothing was kept. @return ERR_OK; ERR_MEMORY. */
enum err mdm_context_encode(const struct mdm_context *context, struct buf *out);

#endif
