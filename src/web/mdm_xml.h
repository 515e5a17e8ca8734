#ifndef SCEPGATE_WEB_MDM_XML_H
#define SCEPGATE_WEB_MDM_XML_H

/* XML that an MDM sends. expat is known in mdm_xml.c alone. */

#include "web/mdm_field.h"

#define MDM_XML_ROOT "JSSEvent"

enum { MDM_MAX_XML_DEPTH = 32 /* elements inside of each other, the root among them */ };

/**
 * Read a document. A DOCTYPE is refused, and with it every entity but the five that XML knows itself; nothing is ever fetched. Attributes, comments and
 * instructions are skipped; blanks around a text do not belong to it.
 *
 * Source: XML 1.0, fifth edition.
 *
 * @param body in: hostile; in an encoding that XML allows without asking elsewhere (UTF-8, UTF-16, ISO-8859-1, US-ASCII).
 * @return ERR_OK; ERR_TEXT with the place when it is no XML, has another root than MDM_XML_ROOT, a DOCTYPE, or is too deep; ERR_MEMORY; what the sink says.
 */
enum err mdm_xml_read(struct bytes body, const struct mdm_sink *sink, struct why *why);

#endif
