#ifndef SCEPGATE_WEB_HTTP_DATE_H
#define SCEPGATE_WEB_HTTP_DATE_H

/* Dates in HTTP headers (RFC 9110 section 5.6.7). */

#include "base/bytes.h"

enum { HTTP_DATE_SIZE = 30 /* "Sun, 06 Nov 1994 08:49:37 GMT" with its NUL */ };

/** @param utc in: years 1970 to 9999, others are brought to the nearest of them. */
void http_date_format(int64_t utc, char out[HTTP_DATE_SIZE]);

/** Read an IMF-fixdate; the two obsolete forms, which no client has sent for twenty years, are none. @return false when it is none. */
bool http_date_parse(struct bytes text, int64_t *utc);

#endif
