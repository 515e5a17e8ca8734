#ifndef SCEPGATE_CTL_EXPLAIN_CLIENTS_H
#define SCEPGATE_CTL_EXPLAIN_CLIENTS_H

/* What the clients in the field do with a reply, as far as it is known: one table row for what one or several of them mind. */

#include "base/bytes.h"
#include "ctl/explain_trait.h"

enum client {
	CLIENT_APPLE, CLIENT_WINDOWS, CLIENT_CISCO, CLIENT_SSCEP, CLIENT_JSCEP, CLIENT_MICROMDM, CLIENT_STRONGSWAN, CLIENT_CERTMONGER, CLIENT_MIKROTIK, CLIENT_COUNT
};

/** How a client takes a reply. The order is that of badness. */
enum verdict { VERDICT_TAKES, VERDICT_DEPENDS, VERDICT_REFUSES };

/** "iOS, macOS", "Windows, Intune", … */
const char *client_name(enum client client);

/** The worst that is known. */
enum verdict client_judge(enum client client, const struct traits *traits);

/** Append a heading and a line or more for each client. @return ERR_OK; ERR_MEMORY. */
enum err clients_format(const struct traits *traits, struct buf *out);

#endif
