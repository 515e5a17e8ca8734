#ifndef SCEPGATE_CTL_SCEPADM_CRL_H
#define SCEPGATE_CTL_SCEPADM_CRL_H

#include "ctl/scepadm.h"

/**
 * Publish the CRLs that a change of certificates made due, of one CA or (NULL) of all. Says on standard error what was published. That this role cannot sign
 * CRLs, or this host has no key secret, is said too, and no error: a timer elsewhere does it.
 */
enum err scepadm_crl_publish_after(struct scepadm *scepadm, const char *ca, struct why *why);

#endif
