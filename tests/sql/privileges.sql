-- Who may do what: the table below is all there is. What it does not list must be refused.
\ir fixture.psql
SELECT tap.no_plan();

CREATE TEMP TABLE role_name AS SELECT unnest('{scepgate_worker,scepgate_admin,scepgate_operator,scepgate_auditor,scepgate_minter,scepgate_public,stranger}'::text[]) AS role;
CREATE ROLE stranger;

-- role, objects, privileges
CREATE TEMP TABLE allowed (role text, objects text[], privileges text[]);
INSERT INTO allowed VALUES
	('scepgate_worker', '{schema_version}', '{SELECT}'),
	('scepgate_minter', '{schema_version}', '{SELECT}'),
	('scepgate_public', '{schema_version,ca_certificates,crls,crl_files}', '{SELECT}'),
	('scepgate_operator', '{schema_version,schema_api,applications,cas,ca_certificates,policies,policy_rules,profiles,endpoints,ra_certificates,static_challenges,certificates,certificate_files,certificate_counters,transactions,audit_events,next_cas,ca_requests,private_keys,crls,crl_files,challenges,api_tokens,approval_rules,throttles}', '{SELECT}'),
	('scepgate_auditor', '{schema_version,schema_api,applications,cas,ca_certificates,policies,policy_rules,profiles,endpoints,ra_certificates,static_challenges,certificates,certificate_files,certificate_counters,transactions,audit_events,next_cas,ca_requests,private_keys,crls,crl_files,challenges,api_tokens,approval_rules,throttles}', '{SELECT}'),
	('scepgate_admin', '{schema_version,schema_api,applications,cas,ca_certificates,policies,policy_rules,profiles,endpoints,ra_certificates,static_challenges,certificates,certificate_files,certificate_counters,transactions,audit_events,next_cas,ca_requests,private_keys,crls,crl_files,challenges,api_tokens,approval_rules,throttles}', '{SELECT}'),
	('scepgate_admin', '{certificate,transaction,crl,audit_event}', '{SELECT}'),
	('scepgate_admin', '{application,ca,private_key,policy,policy_rule,profile,endpoint,static_challenge,approval_rule,api_token,api_token_endpoint,ra_certificate,ca_next,ca_request}', '{SELECT,INSERT,UPDATE,DELETE}'),
	('scepgate_admin', '{throttle}', '{SELECT,DELETE}');

SELECT tap.set_eq(
	$$SELECT r.role, c.relname::text, p.privilege FROM role_name r CROSS JOIN pg_class c
		CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS p (privilege)
		WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind IN ('r', 'v', 'p', 'm') AND has_table_privilege(r.role, c.oid, p.privilege)$$,
	$$SELECT role, unnest(objects), privilege FROM allowed CROSS JOIN unnest(privileges) AS t (privilege)$$,
	'each role may do on tables and views what is listed, and nothing else');
SELECT tap.is_empty($$SELECT r.role, c.relname, a.attname FROM role_name r CROSS JOIN pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		CROSS JOIN unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS p (privilege)
		WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind IN ('r', 'v') AND has_column_privilege(r.role, c.oid, a.attnum, p.privilege) AND NOT has_table_privilege(r.role, c.oid, p.privilege)$$,
	'no role has rights on single columns');
SELECT tap.is_empty($$SELECT r.role, c.relname FROM role_name r CROSS JOIN pg_class c WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind = 'S'
		AND has_sequence_privilege(r.role, c.oid, 'USAGE, SELECT, UPDATE')$$, 'no role has rights on sequences');
SELECT tap.set_eq($$SELECT r.role, p.privilege FROM role_name r CROSS JOIN unnest('{USAGE,CREATE}'::text[]) AS p (privilege) WHERE has_schema_privilege(r.role, 'scepgate', p.privilege)$$,
	$$SELECT role, 'USAGE' FROM role_name WHERE role <> 'stranger'$$, 'our roles enter the schema, strangers do not, and none creates in it');

-- role, functions
CREATE TEMP TABLE callable (role text, functions text[]);
INSERT INTO callable VALUES
	('scepgate_worker', '{endpoint_load,endpoint_default,endpoint_is_current,enrol_lookup,enrol_commit,enrol_pend,enrol_poll,enrol_refuse,certificate_find,crl_latest}'),
	('scepgate_minter', '{challenge_request,endpoint_default}'),
	('scepgate_public', '{public_ca,public_crl}'),
	('scepgate_operator', '{octets_as_text,certificate_search,challenge_create,challenge_revoke,transaction_approve,transaction_deny,transactions_approve,transactions_deny,lineage_stop,lineage_resume,certificate_revoke,certificate_unhold,certificates_revoke,revocation_reason_name}'),
	('scepgate_auditor', '{octets_as_text,certificate_search,revocation_reason_name}'),
	('scepgate_admin', '{octets_as_text,certificate_search,revocation_reason_name,endpoint_load,endpoint_default,endpoint_is_current,words_are_known,is_dotted_oid,is_attribute_type,is_key_purpose,are_key_purposes,is_rule_item,are_urls}'),
	('scepgate_admin', '{application_create,application_alter,application_delete,ca_create,ca_alter,ca_delete,policy_create,policy_create_from,policy_alter,policy_delete,policy_rule_add,policy_rule_remove,profile_create,profile_alter,profile_delete,endpoint_attach,endpoint_alter,endpoint_detach,ra_certificate_set,challenge_set,challenge_remove,challenge_create,challenge_revoke,token_create,token_allow,token_disallow,token_revoke,approval_rule_add,approval_rule_remove,transaction_approve,transaction_deny,transactions_approve,transactions_deny,lineage_stop,lineage_resume,ca_next_set,ca_next_remove,ca_request_create,ca_request_delete,subordinate_record,certificate_import,certificate_revoke,certificate_unhold,certificates_revoke,crl_wait,crl_prepare,crl_append,crl_publish,crl_due,crl_latest,sealed_keys,sealed_key_set,sealed_requests,sealed_request_set,secret_changed}');
SELECT tap.set_eq(
	$$SELECT r.role, p.proname::text FROM role_name r CROSS JOIN pg_proc p WHERE p.pronamespace = 'scepgate'::regnamespace AND has_function_privilege(r.role, p.oid, 'EXECUTE')$$,
	$$SELECT role, unnest(functions) FROM callable$$,
	'each role may call the functions that are listed, and no other');
SELECT tap.is_empty($$SELECT r.role, o.role FROM role_name r CROSS JOIN (SELECT role FROM role_name UNION ALL SELECT 'scepgate_owner') o WHERE r.role <> o.role AND pg_has_role(r.role, o.role, 'MEMBER')$$,
	'no role is a member of another');

-- And the same in deed, for what matters most.
SELECT tap.throws_ok(format('SELECT tap.as_role(%L, %L)', role, statement), '42501', NULL, role || ' may not: ' || statement) FROM (VALUES
	('scepgate_worker', 'SELECT * FROM scepgate.private_key'),
	('scepgate_worker', 'INSERT INTO scepgate.audit_event (event) VALUES (''x'')'),
	('scepgate_worker', 'SELECT * FROM scepgate.certificates'),
	('scepgate_worker', 'SELECT scepgate.challenge_set(''corp'', ''wifi'', ''$2b$10$abcdefghijklmnopqrstuv'')'),
	('scepgate_worker', 'SELECT scepgate.audit_configuration(''x'', NULL, ''{}'')'),
	('scepgate_admin', 'INSERT INTO scepgate.certificate (der) VALUES (''x'')'),
	('scepgate_admin', 'UPDATE scepgate.certificate SET revoked_at = NULL'),
	('scepgate_admin', 'DELETE FROM scepgate.audit_event'),
	('scepgate_admin', 'INSERT INTO scepgate.audit_event (event) VALUES (''x'')'),
	('scepgate_admin', 'DELETE FROM scepgate.transaction'),
	('scepgate_admin', 'SELECT scepgate.enrol_refuse(0, ''x'', ''x'', 0, ''x'', ''x'')'),
	('scepgate_admin', 'CREATE TABLE scepgate.x ()'),
	('scepgate_auditor', 'SELECT hash FROM scepgate.static_challenge'),
	('scepgate_auditor', 'SELECT pkcs8 FROM scepgate.private_key'),
	('scepgate_operator', 'SELECT scepgate.application_create(''x'')'),
	('scepgate_operator', 'SELECT scepgate.transaction_decide(1, ''issued'', '''')'),
	('scepgate_operator', 'SELECT scepgate.crl_publish(''root'', 1, now(), now() + interval ''1 day'', ''x'')'),
	('scepgate_worker', 'SELECT scepgate.transaction_approve(1)'),
	('scepgate_worker', 'SELECT scepgate.certificate_revoke(1)'),
	('scepgate_auditor', 'SELECT scepgate.certificate_unhold(1)'),
	('scepgate_operator', 'SELECT scepgate.certificate_record_status(1, 1, '''')'),
	('scepgate_operator', 'SELECT scepgate.crl_append(1, 1, ''x'')'),
	('scepgate_admin', 'UPDATE scepgate.crl_sequence SET number = 0'),
	('scepgate_admin', 'UPDATE scepgate.transaction SET state = ''approved'''),
	('scepgate_admin', 'INSERT INTO scepgate.crl (ca_id, number) VALUES (1, 1)'),
	('scepgate_minter', 'SELECT * FROM scepgate.endpoint_load(''corp'', ''wifi'')'),
	('scepgate_minter', 'SELECT scepgate.challenge_create(''corp'', ''wifi'')'),
	('scepgate_minter', 'SELECT * FROM scepgate.challenge_mint(1, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)'),
	('scepgate_minter', 'SELECT scepgate.token_create(''x'')'),
	('scepgate_minter', 'SELECT hash FROM scepgate.api_token'),
	('scepgate_minter', 'SELECT * FROM scepgate.challenges'),
	('scepgate_minter', 'SELECT scepgate.transaction_approve(1)'),
	('scepgate_worker', 'SELECT scepgate.challenge_create(''corp'', ''wifi'')'),
	('scepgate_worker', 'SELECT * FROM scepgate.challenge_request(sha256(''x''), '''', ''corp'', ''wifi'', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '''')'),
	('scepgate_worker', 'SELECT scepgate.lineage_resume(1)'),
	('scepgate_admin', 'SELECT hash FROM scepgate.challenge'),
	('scepgate_admin', 'UPDATE scepgate.challenge SET uses_left = 9'),
	('scepgate_admin', 'UPDATE scepgate.throttle SET blocked_until = NULL'),
	('scepgate_admin', 'SELECT scepgate.transactions_decide(''issued'', ''corp'', NULL, NULL, NULL, NULL, NULL, '''', 1)'),
	('scepgate_operator', 'SELECT scepgate.token_create(''x'')'),
	('scepgate_operator', 'SELECT scepgate.approval_rule_add(''corp'', ''wifi'', ''first_time'')'),
	('scepgate_auditor', 'SELECT scepgate.challenge_revoke(1)'),
	('scepgate_auditor', 'SELECT hash FROM scepgate.api_token'),
	('scepgate_public', 'SELECT * FROM scepgate.api_tokens'),
	('scepgate_public', 'SELECT * FROM scepgate.cas'),
	('stranger', 'SELECT * FROM scepgate.ca_certificates')
) AS t (role, statement);
SELECT tap.lives_ok(format('SELECT tap.as_role(%L, %L)', role, statement), role || ' may: ' || statement) FROM (VALUES
	('scepgate_worker', 'SELECT * FROM scepgate.endpoint_load(''corp'', ''wifi'')'),
	('scepgate_worker', 'SELECT scepgate.enrol_refuse(0, ''x'', ''x'', 0, ''x'', ''x'')'),
	('scepgate_admin', 'INSERT INTO scepgate.application (name) VALUES (''by-hand'')'),
	('scepgate_admin', 'UPDATE scepgate.profile SET extended_key_usage = ''{serverAuth}'' WHERE name = ''wifi'''),
	('scepgate_admin', 'UPDATE scepgate.endpoint SET allowed_ciphers = ''{des-cbc}'''),
	('scepgate_admin', 'INSERT INTO scepgate.policy_rule (policy_id, target, effect, item) SELECT id, ''san'', ''allow'', ''dns'' FROM scepgate.policy'),
	('scepgate_auditor', 'SELECT * FROM scepgate.transactions'),
	('scepgate_auditor', 'SELECT * FROM scepgate.challenges, scepgate.api_tokens, scepgate.approval_rules, scepgate.throttles'),
	('scepgate_admin', 'UPDATE scepgate.endpoint SET challenge_mode = ''both'''),
	('scepgate_admin', 'INSERT INTO scepgate.approval_rule (endpoint_id, kind, item) SELECT id, ''subject'', ''CN'' FROM scepgate.endpoint'),
	('scepgate_admin', 'INSERT INTO scepgate.api_token (name, hash) VALUES (''by-hand'', sha256(''sgt_by-hand''))'),
	('scepgate_admin', 'INSERT INTO scepgate.api_token_endpoint SELECT k.id, e.id FROM scepgate.api_token k, scepgate.endpoint e'),
	('scepgate_admin', 'DELETE FROM scepgate.throttle'),
	('scepgate_operator', 'SELECT scepgate.challenge_create(''corp'', ''wifi'')'),
	('scepgate_minter', 'SELECT * FROM scepgate.challenge_request(sha256(''sgt_by-hand''), '''', ''corp'', ''wifi'', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '''')'),
	('scepgate_minter', 'SELECT * FROM scepgate.endpoint_default(''x'')'),
	('scepgate_operator', 'SELECT * FROM scepgate.static_challenges'),
	('scepgate_public', 'SELECT * FROM scepgate.ca_certificates')
) AS t (role, statement);
SELECT tap.hasnt_column('scepgate', view, 'hash', view || ' has no hash') FROM unnest('{static_challenges,challenges,api_tokens}'::name[]) AS t (view);

SELECT * FROM tap.finish();
ROLLBACK;
