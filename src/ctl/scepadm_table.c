#include <config.h>

#include "ctl/scepadm.h"

#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_commands.h"
#include "pki/crypto.h"

static const struct command *const commands[] = {
	&scepadm_setup,
	&scepadm_check,
	&scepadm_db_init, &scepadm_db_upgrade, &scepadm_db_status,
	&scepadm_secret_create,
	&scepadm_key_list, &scepadm_key_rewrap,
	&scepadm_ca_create, &scepadm_ca_list, &scepadm_ca_show, &scepadm_ca_alter, &scepadm_ca_delete, &scepadm_ca_export,
	&scepadm_ca_import, &scepadm_ca_sign, &scepadm_ca_request, &scepadm_ca_request_list, &scepadm_ca_request_export, &scepadm_ca_request_remove,
		&scepadm_ca_install,
	&scepadm_ca_next_create, &scepadm_ca_next_remove,
	&scepadm_crl_publish, &scepadm_crl_list, &scepadm_crl_show, &scepadm_crl_export,
	&scepadm_policy_create, &scepadm_policy_list, &scepadm_policy_show, &scepadm_policy_alter, &scepadm_policy_delete,
	&scepadm_policy_allow, &scepadm_policy_require, &scepadm_policy_deny, &scepadm_policy_unrule,
	&scepadm_profile_create, &scepadm_profile_list, &scepadm_profile_show, &scepadm_profile_alter, &scepadm_profile_delete,
	&scepadm_application_create, &scepadm_application_list, &scepadm_application_show, &scepadm_application_alter,
		&scepadm_application_delete,
	&scepadm_endpoint_attach, &scepadm_endpoint_list, &scepadm_endpoint_show, &scepadm_endpoint_alter, &scepadm_endpoint_detach,
	&scepadm_endpoint_preset, &scepadm_endpoint_presets,
	&scepadm_endpoint_renew_ra, &scepadm_endpoint_ra_import, &scepadm_endpoint_rule_add, &scepadm_endpoint_rule_remove,
	&scepadm_challenge_create, &scepadm_challenge_list, &scepadm_challenge_show, &scepadm_challenge_revoke, &scepadm_challenge_set,
		&scepadm_challenge_remove,
	&scepadm_token_create, &scepadm_token_list, &scepadm_token_show, &scepadm_token_allow, &scepadm_token_disallow, &scepadm_token_revoke,
	&scepadm_request_list, &scepadm_request_show, &scepadm_request_approve, &scepadm_request_deny,
	&scepadm_certificate_list, &scepadm_certificate_search, &scepadm_certificate_count, &scepadm_certificate_show, &scepadm_certificate_export, &scepadm_certificate_import, &scepadm_certificate_stop_renewal,
		&scepadm_certificate_resume_renewal, &scepadm_certificate_revoke, &scepadm_certificate_unhold, &scepadm_certificate_diff,
	&scepadm_transaction_list, &scepadm_transaction_show,
	&scepadm_audit_list, &scepadm_audit_export,
	NULL,
};

static const struct command_option common[] = {
	FILE_OPTION("conf", "the configuration file; without it SCEPGATE_CONF, or " SCEPGATE_SYSCONFDIR "/scepgate.conf"),
	TEXT_OPTION("user", "ROLE", "the database role to act as; without it admin_user of the configuration, or libpq's default"),
	CHOICE_OPTION("format", "FORMAT", OUTPUT_FORMATS, "table", "form of the output"),
	FLAG_OPTION("yes", "ask nothing and do it"),
};

const struct command_program scepadm_program = {
	.name = "scepadm",
	.summary = "administer scepgate",
	.libraries = crypto_versions,
	.command = commands,
	.common = common,
	.common_count = sizeof common / sizeof common[0],
};
