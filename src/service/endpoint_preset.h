#ifndef SCEPGATE_SERVICE_ENDPOINT_PRESET_H
#define SCEPGATE_SERVICE_ENDPOINT_PRESET_H

/*
 * Settings of an endpoint that fit a family of clients together: what GetCACert and CertRep carry, the algorithms, and how the
 * family signs and renews. Each preset sets all of them, so that nothing is left of the one before. Approval, challenges and times are the administrator's, and no preset touches them. The reason of every setting is in
 * scepadm-endpoint(8).
 */

#include "service/service.h"

enum { ENDPOINT_PRESET_SETTINGS = 11 };

/** The names of all presets, for the table of commands. */
#define ENDPOINT_PRESET_NAMES "apple|windows|intune|jamf|cisco-ios|cisco-legacy|juniper|mikrotik|strict-rfc8894"

/** One argument of endpoint_alter; also a column of the view of endpoints. */
struct endpoint_preset_setting {
	const char *name;
	const char *value;            /* as the view shows it */
};

struct endpoint_preset {
	const char *name;
	const char *clients;          /* whom it is for */
	struct endpoint_preset_setting setting[ENDPOINT_PRESET_SETTINGS]; /* the same names in the same order in each preset */
};

/** By number, from 0. @return NULL behind the last one. */
const struct endpoint_preset *endpoint_preset_get(size_t number);
/** @return NULL when there is none of this name. */
const struct endpoint_preset *endpoint_preset_find(const char *name);

/** Called for each setting that changes. Borrowed. */
typedef void endpoint_preset_report(void *context, const char *setting, const char *before, const char *after);

/**
 * Give an endpoint the settings of a preset.
 *
 * @param is_dry_run in: report alone, change nothing.
 * @return ERR_OK, also when nothing changes; ERR_NOT_FOUND without such an endpoint; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err endpoint_preset_apply(struct service *service, const char *application, const char *profile, const struct endpoint_preset *preset,
	bool is_dry_run, endpoint_preset_report *report, void *context, struct why *why);

#endif
