#ifndef SCEPGATE_SERVICE_AUTHORISERS_H
#define SCEPGATE_SERVICE_AUTHORISERS_H

/* The table of authorisers: a declaration here and a row in authorisers.c for each. */

#include "service/authoriser.h"

extern const struct authoriser authorise_renewal;
extern const struct authoriser authorise_dynamic;
extern const struct authoriser authorise_static;

/** All of them, in the order in which they are asked; the last is NULL. */
extern const struct authoriser *const authorisers[];

#endif
