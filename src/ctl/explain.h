#ifndef SCEPGATE_CTL_EXPLAIN_H
#define SCEPGATE_CTL_EXPLAIN_H

/*
 * Explaining captured bytes: what they are, in words, which rules they break, and how clients would take them as a reply. Everything here is
 * hostile. How files and URLs become bytes is explain_input.h's.
 */

#include "base/random.h"
#include "ctl/explain_trait.h"
#include "pki/cert.h"

/** Which reply a message is. */
enum explain_reply { EXPLAIN_NO_REPLY, EXPLAIN_CERT_REP, EXPLAIN_GET_CA_CERT };

/** One explanation under way. Set what is borrowed; the rest is zero; explain_clear() at the end. */
struct explain {
	/* in, borrowed */
	const struct random *random;
	int64_t now_utc;
	const struct key *key;        /* opens envelopes; NULL: they stay closed */
	const struct cert *cert;      /* that of `key`, or of whoever may have signed; NULL: not known */
	struct bytes challenge;       /* opens PasswordRecipientInfo; empty: not known */
	const char *media_type;       /* Content-Type that came with it; "": not known */
	/* out */
	struct buf text;
	struct traits traits;
	enum explain_reply reply;
	/* between its parts */
	unsigned indent;
	int type;                     /* messageType of the message around a content; 0: there is none */
};

void explain_clear(struct explain *explain);

/**
 * Explain the bytes of one message, certification request, certificate, CRL or GetCACert reply, and append rules and clients.
 *
 * @return ERR_OK, whatever is wrong with them; ERR_ASN1_SYNTAX when they are no ASN.1 at all; ERR_MEMORY, ERR_RANDOM, ERR_INTERNAL.
 */
enum err explain_bytes(struct explain *explain, struct bytes in, struct why *why);

#endif
