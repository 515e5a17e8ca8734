#include <config.h>

#include "service/grant.h"

#include <stdlib.h>

struct grant *grant_new(const char *authorisation)
{
	struct grant *grant = calloc(1, sizeof *grant);

	if (grant != NULL)
		grant->authorisation = authorisation;
	return grant;
}

void grant_free(struct grant *grant)
{
	free(grant);
}
