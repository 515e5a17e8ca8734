#ifndef SCEPGATE_CTL_SCEPADM_COMMANDS_H
#define SCEPGATE_CTL_SCEPADM_COMMANDS_H

/* The rows of scepadm's table of commands, each defined in the file of its noun. */

#include "ctl/command.h"

extern const struct command scepadm_db_init, scepadm_db_upgrade, scepadm_db_status;
extern const struct command scepadm_secret_create;
extern const struct command scepadm_key_list, scepadm_key_rewrap;
extern const struct command scepadm_ca_create, scepadm_ca_list, scepadm_ca_show, scepadm_ca_alter, scepadm_ca_delete, scepadm_ca_export;
extern const struct command scepadm_ca_next_create, scepadm_ca_next_remove;
extern const struct command scepadm_crl_publish, scepadm_crl_list, scepadm_crl_show, scepadm_crl_export;
extern const struct command scepadm_ca_import, scepadm_ca_sign, scepadm_ca_request, scepadm_ca_request_list, scepadm_ca_request_export, scepadm_ca_request_remove,
	scepadm_ca_install;
extern const struct command scepadm_policy_create, scepadm_policy_list, scepadm_policy_show, scepadm_policy_alter, scepadm_policy_delete;
extern const struct command scepadm_policy_allow, scepadm_policy_require, scepadm_policy_deny, scepadm_policy_unrule;
extern const struct command scepadm_profile_create, scepadm_profile_list, scepadm_profile_show, scepadm_profile_alter, scepadm_profile_delete;
extern const struct command scepadm_application_create, scepadm_application_list, scepadm_application_show, scepadm_application_alter,
	scepadm_application_delete;
extern const struct command scepadm_endpoint_attach, scepadm_endpoint_list, scepadm_endpoint_show, scepadm_endpoint_alter,
	scepadm_endpoint_detach;
extern const struct command scepadm_endpoint_preset, scepadm_endpoint_presets;
extern const struct command scepadm_endpoint_renew_ra, scepadm_endpoint_rule_add, scepadm_endpoint_rule_remove;
extern const struct command scepadm_endpoint_ra_import, scepadm_certificate_import;
extern const struct command scepadm_challenge_create, scepadm_challenge_list, scepadm_challenge_show, scepadm_challenge_revoke, scepadm_challenge_set,
	scepadm_challenge_remove;
extern const struct command scepadm_token_create, scepadm_token_list, scepadm_token_show, scepadm_token_allow, scepadm_token_disallow,
	scepadm_token_revoke;
extern const struct command scepadm_request_list, scepadm_request_show, scepadm_request_approve, scepadm_request_deny;
extern const struct command scepadm_certificate_list, scepadm_certificate_search, scepadm_certificate_count, scepadm_certificate_show, scepadm_certificate_export, scepadm_certificate_stop_renewal,
	scepadm_certificate_resume_renewal, scepadm_certificate_revoke, scepadm_certificate_unhold, scepadm_certificate_diff;
extern const struct command scepadm_transaction_list, scepadm_transaction_show;
extern const struct command scepadm_audit_list, scepadm_audit_export;
extern const struct command scepadm_setup, scepadm_check;

struct scepadm;
struct scepadm_endpoint;

/** Show a CA, or an endpoint, as `ca show` and `endpoint show` do; for commands that end so. */
enum err scepadm_ca_print(struct scepadm *scepadm, const char *name, struct why *why);
enum err scepadm_endpoint_print(struct scepadm *scepadm, const struct scepadm_endpoint *endpoint, struct why *why);

#endif
