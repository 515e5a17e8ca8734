#ifndef SCEPGATE_CTL_SCEPADM_ENDPOINT_SETTINGS_H
#define SCEPGATE_CTL_SCEPADM_ENDPOINT_SETTINGS_H

/* The settings of an endpoint as options of attach, alter and setup. */

#include "ctl/scepadm_arguments.h"
#include "service/endpoint_preset.h"

#define PRESET_OPTION \
	CHOICE_OPTION("preset", "NAME", ENDPOINT_PRESET_NAMES, NULL, "begin with the settings of this preset; options that are given too win over it")

#define CHALLENGE_SETTINGS \
	CHOICE_OPTION("challenge-mode", "MODE", "none|static|dynamic|both", NULL, \
		"which challenges open it; none opens nothing; static as soon as a static one is set"), \
	NUMBER_OPTION("challenge-lifetime-minutes", "MINUTES", 1, 43200, NULL, \
		"how long a dynamic challenge lives, more than 1440 only with --long-challenges; 60 when attached without"), \
	BOOL_OPTION("long-challenges", "whether dynamic challenges may live for up to 30 days; no when attached without"), \
	NUMBER_OPTION("challenge-max-pending", "NUMBER", 1, 1000000, NULL, \
		"how many dynamic challenges may be live at a time; 100 when attached without"), \
	NUMBER_OPTION("challenge-uses", "NUMBER", 1, 1000, NULL, "how many certificates a dynamic challenge is good for; 1 when attached without"), \
	CHOICE_OPTION("challenge-page-encoding", "ENCODING", "utf-16le-bom|utf-16le|utf-8", NULL, \
		"encoding of the NDES page on which MDMs read challenges; utf-16le-bom when attached without"), \
	BOOL_OPTION("signer-key-must-match", "whether a request, but for a renewal, must be signed with the key that is to be certified; no when attached without")

#define RENEWAL_SETTINGS \
	BOOL_OPTION("renewal", "whether a certificate of the endpoint opens it for its own renewal; yes when attached without"), \
	TEXT_OPTION("renewal-window", "WINDOW", "when: any, or the last days or percent of its life, such as 30d or 20%; any when attached without"), \
	NUMBER_OPTION("renewal-grace-days", "DAYS", 0, 365, NULL, "how long after its end it may still be renewed; 0 when attached without"), \
	CHOICE_OPTION("renewal-identity", "RULE", "same|unstructured", NULL, \
		"how the names must agree: all, or without unstructuredName and unstructuredAddress; same when attached without"), \
	BOOL_OPTION("renewal-new-key", "whether a renewal must have a new key; no when attached without"), \
	BOOL_OPTION("renewal-challenge", "whether a renewal needs a live challenge as well; no when attached without"), \
	BOOL_OPTION("renewal-at-par", "whether names and usages stay though the policy would refuse them now; no when attached without")

#define APPROVAL_SETTINGS \
	CHOICE_OPTION("approval", "WHEN", "none|always|rules", NULL, \
		"whether an operator decides: never, on each request, or where a rule of the endpoint says so; none when attached without"), \
	NUMBER_OPTION("pending-lifetime-seconds", "SECONDS", 60, 7776000, NULL, \
		"how long a request waits for the operator, and the decision for the device; 604800 when attached without"), \
	NUMBER_OPTION("pending-max-per-address", "NUMBER", 1, 100000, NULL, \
		"how many requests without challenge may wait from one address; 20 when attached without"), \
	NUMBER_OPTION("pending-max-per-day", "NUMBER", 1, 1000000, NULL, \
		"how many requests without challenge may begin to wait in 24 hours; 1000 when attached without")

#define MESSAGE_SETTINGS \
	LIST_OPTION("ciphers", "CIPHER,...", CIPHER_CHOICES, \
		"content ciphers that are allowed, best first; all but des-cbc when attached without"), \
	LIST_OPTION("digests", "DIGEST,...", DIGEST_CHOICES, \
		"digests that are allowed, best first; sha256,sha512,sha384,sha1 when attached without"), \
	LIST_OPTION("keys", "KEY,...", KEY_CLASS_CHOICES, \
		"keys that may be certified, as far as the policy allows them too; all but ed25519 when attached without"), \
	CHOICE_OPTION("ca-certs", "WHO", "ra|ca", NULL, \
		"who stands first in GetCACert, decrypts requests and signs replies: the RA certificate, or the CA itself; ra when attached without"), \
	BOOL_OPTION("include-chain", "whether GetCACert carries the CA and its chain beside the RA certificate; yes when attached without"), \
	BOOL_OPTION("include-root", "whether that chain goes up to the self-signed root; yes when attached without"), \
	BOOL_OPTION("append-chain", "whether a reply carries the chain behind the issued certificate; no when attached without"), \
	BOOL_OPTION("password-recipient", \
		"whether a reply to a key that cannot decrypt is enveloped under the challenge; no when attached without"), \
	NUMBER_OPTION("replay-window-seconds", "SECONDS", 0, 2592000, NULL, \
		"how long a repeated request gets the same certificate; 86400 when attached without"), \
	TEXT_OPTION("default-for-host", "HOST", "make it the endpoint of URLs without names, for this host name, or * for all; empty: for none")

#define ENDPOINT_SETTINGS CHALLENGE_SETTINGS, RENEWAL_SETTINGS, APPROVAL_SETTINGS, MESSAGE_SETTINGS

/**
 * Collect the settings that were given, under the names that the database has for them, and those of the preset, if there is an option of this name
 * and it was given.
 *
 * @param except in: options that are no settings; ends with NULL; "preset" must be among them when the command has it. @param out out: also cleared.
 */
void scepadm_settings_collect(const struct command_line *line, const char *const *except, const struct endpoint_preset *preset, struct scepadm_arguments *out);

/** The preset that was asked for; NULL: none. For commands with PRESET_OPTION. */
const struct endpoint_preset *scepadm_preset_get(const struct command_line *line);

#endif
