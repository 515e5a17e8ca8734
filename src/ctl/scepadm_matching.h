#ifndef SCEPGATE_CTL_SCEPADM_MATCHING_H
#define SCEPGATE_CTL_SCEPADM_MATCHING_H

/*
 * One decision on everything that meets some filters: what it would decide is shown, a person is asked, and nothing else than what was shown is decided. With
 * --yes nobody is asked.
 */

#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "ctl/scepadm_rows.h"

enum { SCEPADM_MATCHING_MAX_COLUMNS = 16 };

struct scepadm_matching {
	enum admin_call call;          /* gives the numbers of what it decided */
	enum view view;                /* has a column "id" */
	const char *const *columns;    /* that are shown: SCEPADM_MATCHING_MAX_COLUMNS at most, ending with NULL */
	const char *noun;              /* "request" */
	const char *question, *done;   /* "Approve", "approved" */
	/** Filters and what else the call takes. Borrowed from the line. */
	void (*collect)(const struct command_line *line, struct scepadm_arguments *arguments);
};

/**
 * Decide.
 *
 * @param line in: of a command with the options --yes and --limit. @param decided in/out: has a column "id"; the numbers are added.
 * @return ERR_OK, also when nothing matches; ERR_USAGE when there is nobody to ask; ERR_CONFLICT when he says no, or more matches than he was shown; as admin_call().
 */
enum err scepadm_matching_decide(struct scepadm *scepadm, const struct scepadm_matching *matching, const struct command_line *line, struct scepadm_rows *decided, struct why *why);

#endif
