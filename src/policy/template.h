#ifndef SCEPGATE_POLICY_TEMPLATE_H
#define SCEPGATE_POLICY_TEMPLATE_H

/*
 * Names that a profile builds: "CN={challenge.device},O=Example" for the subject, "upn:{challenge.user}@corp.example" for a SubjectAltName. In a value, {WORD} stands for what
 * is known under that word, and {WORD|TEXT} for the text when nothing is; "{{" and "}}" stand for the braces. The words:
 *
 *   csr.TYPE            the value of an attribute of the request's subject: csr.CN, csr.serialNumber, csr.1.2.3
 *   csr.san.TYPE        the SubjectAltName of a type: dns, email, ip, uri, upn, registeredID
 *   challenge.device, challenge.user, challenge.sid  what the challenge was minted for
 *   application, profile
 *
 * What is put in is a value whatever is in it; it is never read as part of the text around it. A word without value, or with several, refuses.
 */

#include "policy/policy.h"

enum { TEMPLATE_MAX_LEN = 1024 };

/** Where values come from. Borrowed. */
struct template_source {
	const struct csr *csr;
	const struct policy_facts *facts;
	const char *profile;
};

/** Append a name, DER. @return ERR_OK; ERR_POLICY with the cause when it cannot be built; ERR_MEMORY. */
enum err template_subject(const struct template_source *source, const char *text, struct buf *out, struct why *why);

/** Append a GeneralName element. @return as template_subject(). */
enum err template_san(const struct template_source *source, const char *text, struct buf *out, struct why *why);

/** Does a template of this profile put {challenge.device} in, without a text to take instead? Then that is the device, whatever the request says. */
bool template_names_device(const struct profile *profile);

/** Does the profile build names at all? */
bool template_builds_names(const struct profile *profile);

/** Can it be read, and are its words known? For whoever sets it. @return ERR_OK; ERR_VALUE with the cause; ERR_MEMORY. */
enum err template_check_subject(const char *text, struct why *why);
enum err template_check_san(const char *text, struct why *why);

#endif
