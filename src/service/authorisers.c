#include <config.h>

#include "service/authorisers.h"

/*
 * A renewal comes first: some clients repeat their spent challenge in it (certmonger), which is then not looked at. Static challenges come last, since comparing one
 * is slow, and a challenge that was minted is none of them.
 */
const struct authoriser *const authorisers[] = { &authorise_renewal, &authorise_dynamic, &authorise_static, NULL };
