#ifndef SCEPGATE_WEB_MDM_BODY_H
#define SCEPGATE_WEB_MDM_BODY_H

/*
 * The body with which an MDM asks for a challenge: nothing; the webhook SCEPChallenge of Jamf Pro as JSON or XML, which Fleet sends too; and an object of our own in either,
 * that says what the challenge is to be bound to:
 *
 *   { "webhook": { "webhookEvent": "SCEPChallenge", "id": 1, "name": "…", "eventTimestamp": 1 },
 *     "event": { "scepServerUrl": "…", …, "device": { … } },
 *     "challenge": { "subject": "…", "sans": "…", "device": "…", "username": "…", "sid": "…", "key_sha256": "…", "lifetime_minutes": 1, "uses": 1 } }
 *
 * Everything may be left out. Names that are not known are skipped, but for those in "challenge": a binding that was misspelt must not be none.
 */

#include "base/bytes.h"
#include "base/why.h"

enum {
	MDM_MAX_NAMES_LEN = 4096,           /* characters of subject and of sans */
	MDM_MAX_WORD_LEN = 255,             /* characters of device, of username and of sid */
	MDM_MAX_LIFETIME_MINUTES = 43200,
	MDM_MAX_USES = 1000,
	MDM_KEY_HASH_LEN = 32,
	MDM_MAX_SCEP_URL_LEN = 2048
};

/** All zero: nothing was asked. The texts are terminated when they are not empty. */
struct mdm_body {
	struct buf subject, sans, device, username, sid;
	struct buf key_sha256;              /* MDM_KEY_HASH_LEN octets, or empty */
	int lifetime_minutes, uses;         /* 0: as the endpoint says */
	struct buf scep_url;                /* event.scepServerUrl, at most MDM_MAX_SCEP_URL_LEN octets, or empty */
	struct buf context;                 /* a JSON object of what else is known: webhook, event, device; or empty */
};

/**
 * Read a body; what it is shows its first character, whatever the Content-Type says.
 *
 * @param body in: hostile; at most HTTP_MAX_BODY_LEN octets.
 * @param out  out: the caller's, free with mdm_body_clear(); untouched on error.
 * @param why  out: a sentence that the caller of the web server may read too.
 * @return ERR_OK; ERR_TEXT when it can be read in no way; ERR_HTTP_CONTENT when the webhook is for another event than SCEPChallenge; ERR_VALUE when something in "challenge" is
 *         unknown, given twice, empty, not text or out of its limits; ERR_MEMORY.
 */
enum err mdm_body_parse(struct bytes body, struct mdm_body *out, struct why *why);

void mdm_body_clear(struct mdm_body *body);

#endif
