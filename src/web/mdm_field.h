#ifndef SCEPGATE_WEB_MDM_FIELD_H
#define SCEPGATE_WEB_MDM_FIELD_H

/* What the readers of JSON and of XML hand to mdm_body.c: one value after the other, each with the names that lead to it. */

#include "base/bytes.h"
#include "base/why.h"

enum {
	MDM_MAX_PATH = 3,      /* names in a path; what stands deeper is not told of */
	MDM_MAX_KEY_LEN = 64   /* octets of a name that is of interest */
};

enum mdm_kind {
	MDM_SCALAR,            /* text, a number, true or false; in XML an element without elements inside */
	MDM_OBJECT,            /* what is inside is told of by itself */
	MDM_OTHER              /* a list or null */
};

/** All borrowed for the call. */
struct mdm_field {
	const char *path[MDM_MAX_PATH]; /* from below the root on; UTF-8, in XML cut behind MDM_MAX_KEY_LEN + 1 octets */
	size_t depth;                   /* 1..MDM_MAX_PATH names */
	enum mdm_kind kind;
	struct bytes text;              /* of a scalar: UTF-8 without NUL */
};

/** Where they go. What is no ERR_OK ends the reading. */
struct mdm_sink {
	enum err (*take)(void *context, const struct mdm_field *field, struct why *why);
	void *context;
};

#endif
