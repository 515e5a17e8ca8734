-- Who may do what. Everything is taken away first, so what stands here is all there is. Grant the roles to login roles of your own rather than changing this.

DO $privileges$
DECLARE
	role text;
	call text;
	tab text;
BEGIN
	FOREACH role IN ARRAY '{public,scepgate_worker,scepgate_admin,scepgate_operator,scepgate_auditor,scepgate_minter,scepgate_public}'::text[] LOOP
		EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA scepgate FROM %s', role);
		EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA scepgate FROM %s', role);
		EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA scepgate FROM %s', role);
		EXECUTE format('REVOKE ALL ON SCHEMA scepgate FROM %s', role);
	END LOOP;
	FOREACH role IN ARRAY '{scepgate_worker,scepgate_admin,scepgate_operator,scepgate_auditor,scepgate_minter,scepgate_public}'::text[] LOOP
		EXECUTE format('GRANT USAGE ON SCHEMA scepgate TO %I', role);
		EXECUTE format('GRANT SELECT ON scepgate.schema_version TO %I', role);
	END LOOP;

	-- The worker: these functions, and nothing else.
	FOREACH call IN ARRAY '{endpoint_load,endpoint_default,endpoint_is_current,enrol_lookup,enrol_commit,enrol_pend,enrol_poll,enrol_refuse,certificate_find,crl_latest}'::text[] LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION scepgate.%I TO scepgate_worker', call);
	END LOOP;

	-- The administrator: every administrative function, and plain SQL on configuration, for which the functions of the constraints are needed too.
	FOREACH call IN ARRAY '{application_create,application_alter,application_delete,ca_create,ca_alter,ca_delete,policy_create,policy_create_from,policy_alter,policy_delete,policy_rule_add,policy_rule_remove,
		profile_create,profile_alter,profile_delete,endpoint_attach,endpoint_alter,endpoint_detach,ra_certificate_set,challenge_set,challenge_remove,
		challenge_create,challenge_revoke,token_create,token_allow,token_disallow,token_revoke,approval_rule_add,approval_rule_remove,
		transaction_approve,transaction_deny,transactions_approve,transactions_deny,lineage_stop,lineage_resume,ca_next_set,ca_next_remove,ca_request_create,ca_request_delete,subordinate_record,certificate_import,certificate_revoke,certificate_unhold,certificates_revoke,
		crl_wait,crl_prepare,crl_append,crl_publish,crl_due,crl_latest,
		sealed_keys,sealed_key_set,sealed_requests,sealed_request_set,secret_changed,
		endpoint_load,endpoint_default,endpoint_is_current,
		words_are_known,is_dotted_oid,is_attribute_type,is_key_purpose,are_key_purposes,is_rule_item,are_urls}'::text[] LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION scepgate.%I TO scepgate_admin', call);
	END LOOP;
	FOREACH tab IN ARRAY '{application,ca,private_key,policy,policy_rule,profile,endpoint,static_challenge,approval_rule,api_token,api_token_endpoint,ra_certificate,ca_next,ca_request}'::text[] LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON scepgate.%I TO scepgate_admin', tab);
	END LOOP;
	GRANT SELECT ON scepgate.certificate, scepgate.transaction, scepgate.crl, scepgate.audit_event, scepgate.schema_api TO scepgate_admin;
	-- To forgive an address.
	GRANT SELECT, DELETE ON scepgate.throttle TO scepgate_admin;

	-- The operator: challenges for single enrolments, decisions on requests that wait, the end of renewals, and revocation.
	FOREACH call IN ARRAY '{challenge_create,challenge_revoke,transaction_approve,transaction_deny,transactions_approve,transactions_deny,lineage_stop,lineage_resume,
		certificate_revoke,certificate_unhold,certificates_revoke}'::text[] LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION scepgate.%I TO scepgate_operator', call);
	END LOOP;

	-- challenge.fcgi: mint for a caller with a token, and nothing else.
	GRANT EXECUTE ON FUNCTION scepgate.challenge_request, scepgate.endpoint_default TO scepgate_minter;

	-- Views: all of them for people; CA certificates and CRLs for publication.
	FOREACH tab IN ARRAY '{applications,cas,ca_certificates,policies,policy_rules,profiles,endpoints,ra_certificates,static_challenges,certificates,certificate_files,certificate_counters,transactions,audit_events,
		next_cas,ca_requests,private_keys,crls,crl_files,challenges,api_tokens,approval_rules,throttles}'::text[] LOOP
		EXECUTE format('GRANT SELECT ON scepgate.%I TO scepgate_admin, scepgate_operator, scepgate_auditor', tab);
	END LOOP;
	GRANT EXECUTE ON FUNCTION scepgate.certificate_search TO scepgate_admin, scepgate_operator, scepgate_auditor;
	GRANT EXECUTE ON FUNCTION scepgate.octets_as_text(bytea), scepgate.revocation_reason_name(integer) TO scepgate_admin, scepgate_operator, scepgate_auditor;
	GRANT SELECT ON scepgate.schema_api TO scepgate_operator, scepgate_auditor;
	GRANT SELECT ON scepgate.ca_certificates, scepgate.crls, scepgate.crl_files TO scepgate_public;
	GRANT EXECUTE ON FUNCTION scepgate.public_ca, scepgate.public_crl TO scepgate_public;
END
$privileges$;
