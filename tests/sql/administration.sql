-- The administrative functions: defaults, changes of single values, renewal of RA certificates, and what is not found.
\ir fixture.psql
SELECT tap.no_plan();

SELECT tap.results_eq('SELECT unlisted, allow_empty_subject, rsa_min_bits, rsa_max_bits, ec_curves, ed25519, max_validity_days, rules FROM scepgate.policies',
	$$VALUES ('refuse', false, 2048, 8192, '{p256,p384,p521}'::text[], false, 825, 1::bigint)$$, 'a policy of defaults');
SELECT tap.results_eq('SELECT ca, policy, validity_days, key_usage, extended_key_usage, backdate_seconds FROM scepgate.profiles',
	$$VALUES ('sub', 'p', 365, '{digitalSignature,keyEncipherment}'::text[], '{clientAuth}'::text[], 300)$$, 'a profile of defaults');
DO $$ BEGIN PERFORM scepgate.application_create('bare'); PERFORM scepgate.endpoint_attach('bare', 'wifi'); END $$;
SELECT tap.results_eq('SELECT enabled, challenge_mode, challenges, allowed_ciphers, allowed_digests, include_chain, replay_window_seconds, default_for_host FROM scepgate.endpoints WHERE application = ''bare''',
	$$VALUES (true, 'none', 0::bigint, '{aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc}'::text[], '{sha256,sha512,sha384,sha1}'::text[], true, 86400, NULL::text)$$,
	'an endpoint of defaults opens to nobody, and knows neither DES nor MD5');

SELECT tap.results_eq('SELECT challenge_lifetime_minutes, long_challenges, challenge_max_pending, challenge_uses, challenge_page_encoding, signer_key_must_match, dynamic_challenges FROM scepgate.endpoints WHERE application = ''bare''',
	$$VALUES (60, false, 100, 1, 'utf-16le-bom', false, 0::bigint)$$, 'its dynamic challenges live an hour, for one enrolment, and a hundred at once');
SELECT tap.results_eq('SELECT renewal, renewal_window, renewal_grace_days, renewal_identity, renewal_new_key, renewal_challenge, renewal_at_par, pending_max_per_address, pending_max_per_day FROM scepgate.endpoints WHERE application = ''bare''',
	$$VALUES (true, 'any', 0, 'same', false, false, false, 20, 1000)$$, 'and what it issued can be renewed at any time, under the same names, not after it expired');

SELECT scepgate.endpoint_alter('bare', 'wifi', include_chain => false) AS id \gset
SELECT scepgate.endpoint_alter('bare', 'wifi', replay_window_seconds => 60, default_for_host => 'SCEP.example') AS id \gset
SELECT scepgate.endpoint_alter('bare', 'wifi', allowed_digests => '{sha512}', enabled => false) AS id \gset
SELECT tap.results_eq('SELECT enabled, challenge_mode, allowed_digests, include_chain, replay_window_seconds, default_for_host FROM scepgate.endpoints WHERE application = ''bare''',
	$$VALUES (false, 'none', '{sha512}'::text[], false, 60, 'scep.example')$$, 'each change changes what it names alone');
SELECT scepgate.endpoint_alter('bare', 'wifi', challenge_lifetime_minutes => 5, long_challenges => true, challenge_max_pending => 7, challenge_uses => 2, challenge_page_encoding => 'utf-8',
	signer_key_must_match => true, renewal => false, renewal_window => '33%', renewal_grace_days => 9, renewal_identity => 'unstructured', renewal_new_key => true, renewal_challenge => true,
	renewal_at_par => true, pending_max_per_address => 3, pending_max_per_day => 4, approval => 'rules', challenge_mode => 'both') AS id \gset
SELECT tap.results_eq('SELECT challenge_mode, approval, challenge_lifetime_minutes, long_challenges, challenge_max_pending, challenge_uses, challenge_page_encoding, signer_key_must_match, renewal, renewal_window, renewal_grace_days, renewal_identity, renewal_new_key, renewal_challenge, renewal_at_par, pending_max_per_address, pending_max_per_day FROM scepgate.endpoints WHERE application = ''bare''',
	$$VALUES ('both', 'rules', 5, true, 7, 2, 'utf-8', true, false, '33%', 9, 'unstructured', true, true, true, 3, 4)$$, 'what opens an endpoint is set');
SELECT scepgate.application_create('full') AS id, scepgate.endpoint_attach('full', 'wifi', challenge_lifetime_minutes => 5, long_challenges => true, challenge_max_pending => 7, challenge_uses => 2,
	challenge_page_encoding => 'utf-8', signer_key_must_match => true, renewal => false, renewal_window => '33%', renewal_grace_days => 9, renewal_identity => 'unstructured', renewal_new_key => true,
	renewal_challenge => true, renewal_at_par => true, pending_max_per_address => 3, pending_max_per_day => 4, approval => 'rules', challenge_mode => 'both') AS id2 \gset
SELECT tap.is((SELECT to_jsonb(f) - '{id,application_id,version,enabled,allowed_digests,include_chain,replay_window,default_for_host}'::text[] FROM scepgate.endpoint f WHERE id = :id2),
	(SELECT to_jsonb(f) - '{id,application_id,version,enabled,allowed_digests,include_chain,replay_window,default_for_host}'::text[] FROM scepgate.endpoint f WHERE id = :id), 'or when the endpoint is made');
SELECT scepgate.endpoint_detach('full', 'wifi') AS id, scepgate.application_delete('full') AS id2 \gset

-- Approval rules
SELECT scepgate.approval_rule_add('bare', 'wifi', 'subject', 'CN', '*.example') AS id, scepgate.approval_rule_add('bare', 'wifi', 'first_time') AS id2 \gset
SELECT tap.results_eq('SELECT application, profile, kind, item, pattern FROM scepgate.approval_rules ORDER BY id', $$VALUES ('bare', 'wifi', 'subject', 'CN', '*.example'), ('bare', 'wifi', 'first_time', '', '*')$$,
	'approval rules are added');
SELECT tap.is(event, 'approval_rule_created', 'and audited') FROM scepgate.audit_events WHERE application = 'bare' AND detail #>> '{created,kind}' = 'first_time';
SELECT tap.results_eq('SELECT approval_kinds, approval_items, approval_patterns FROM scepgate.endpoint_load(''bare'', ''wifi'')',
	$$VALUES ('{subject,first_time}'::text[], '{CN,""}'::text[], '{*.example,*}'::text[])$$, 'and loaded by the worker');
SELECT tap.is(scepgate.approval_rule_remove('bare', 'wifi', 'first_time'), :id2, 'and removed');
SELECT tap.throws_ok('SELECT scepgate.approval_rule_remove(''bare'', ''wifi'', ''first_time'')', 'P0002', 'the endpoint bare/wifi has no such approval rule', 'once');
SELECT tap.throws_ok('SELECT scepgate.approval_rule_remove(''bare'', ''wifi'', ''subject'', ''CN'')', 'P0002', NULL, 'by all that they say');

SELECT tap.results_eq('SELECT * FROM scepgate.endpoint_default(''Scep.Example'')', $$VALUES ('bare', 'wifi')$$, 'the default of a host');
SELECT tap.results_eq('SELECT * FROM scepgate.endpoint_default(''other'')', $$VALUES ('corp', 'wifi')$$, 'the default of all others');
SELECT scepgate.endpoint_alter('bare', 'wifi', default_for_host => '') AS id \gset
SELECT tap.results_eq('SELECT * FROM scepgate.endpoint_default(''scep.example'')', $$VALUES ('corp', 'wifi')$$, 'an empty host takes the mark away');
SELECT scepgate.policy_alter('p', new_name => 'strict', unlisted => 'drop') AS id \gset
SELECT scepgate.profile_alter('wifi', policy => 'strict', description => 'd', validity_days => 30) AS id \gset
SELECT scepgate.application_alter('bare', new_name => 'renamed') AS id \gset
SELECT scepgate.ca_alter('sub', description => 'x') AS id \gset
SELECT tap.results_eq('SELECT application, profile, ca, policy FROM scepgate.endpoints ORDER BY application', $$VALUES ('corp', 'wifi', 'sub', 'strict'), ('renamed', 'wifi', 'sub', 'strict')$$,
	'names change everywhere at once');

-- RA certificates
SELECT scepgate.ra_certificate_set('corp', 'wifi', '\x30b1', tap.sealed(5), sha256('5'), 'CN=ra2', now(), now() + interval '1 year') AS id \gset
SELECT tap.results_eq('SELECT state, subject FROM scepgate.ra_certificates ORDER BY id', $$VALUES ('previous', 'CN=ra'), ('current', 'CN=ra2')$$, 'a new RA certificate makes the current one previous');
UPDATE scepgate.ra_certificate SET not_before = now() - interval '2 years', not_after = now() - interval '1 second' WHERE subject = 'CN=ra';
SELECT scepgate.ra_certificate_set('corp', 'wifi', '\x30b2', tap.sealed(6), sha256('6'), 'CN=ra3', now(), now() + interval '1 year') AS id \gset
SELECT tap.results_eq('SELECT state, subject FROM scepgate.ra_certificates ORDER BY id', $$VALUES ('retired', 'CN=ra'), ('previous', 'CN=ra2'), ('current', 'CN=ra3')$$,
	'an expired previous one is retired, one that is not still decrypts');
SELECT tap.is(ra_certificates, '{"\\x30b2","\\x30b1"}'::bytea[], 'a worker gets the current one first, and no retired one') FROM scepgate.endpoint_load('corp', 'wifi');
SELECT tap.is(chain, '{"\\x30a0"}'::bytea[], 'and the chain above the CA') FROM scepgate.endpoint_load('corp', 'wifi');

-- Challenges
SELECT scepgate.challenge_set('corp', 'wifi', '$2b$10$bbbbbbbbbbbbbbbbbbbbbb', 'next', now() - interval '1 second') AS id \gset
SELECT tap.results_eq('SELECT name, expired FROM scepgate.static_challenges ORDER BY name', $$VALUES ('default', false), ('next', true)$$, 'several challenges, of which one expired');
SELECT tap.is(challenges, 1::bigint, 'an expired one does not count') FROM scepgate.endpoints WHERE application = 'corp';
SELECT scepgate.challenge_set('corp', 'wifi', '$2b$10$cccccccccccccccccccccc', 'next') AS id \gset
SELECT tap.is(challenges, 2::bigint, 'setting it again replaces hash and end') FROM scepgate.endpoints WHERE application = 'corp';
SELECT scepgate.challenge_remove('corp', 'wifi', 'next') AS id \gset
SELECT scepgate.challenge_remove('corp', 'wifi') AS id \gset
SELECT tap.results_eq('SELECT challenge_mode, challenges FROM scepgate.endpoints WHERE application = ''corp''', $$VALUES ('static', 0::bigint)$$, 'without challenges the endpoint stays closed');

-- Deleting
SELECT scepgate.endpoint_detach('corp', 'wifi') AS id, scepgate.endpoint_detach('renamed', 'wifi') AS id2 \gset
SELECT scepgate.profile_delete('wifi') AS id, scepgate.policy_delete('strict') AS id2, scepgate.ca_delete('sub') AS id3, scepgate.ca_delete('root') AS id4 \gset
SELECT scepgate.application_delete('corp') AS id, scepgate.application_delete('renamed') AS id2 \gset
SELECT tap.is((SELECT count(*) FROM scepgate.private_key) + (SELECT count(*) FROM scepgate.ra_certificate) + (SELECT count(*) FROM scepgate.static_challenge) +
	(SELECT count(*) FROM scepgate.policy_rule) + (SELECT count(*) FROM scepgate.approval_rule) + (SELECT count(*) FROM scepgate.endpoint), 0::bigint, 'what belonged to them is gone, keys too');

SELECT tap.throws_ok(statement, 'P0002', sentence, statement) FROM (VALUES
	('SELECT scepgate.application_alter(''x'')', 'there is no application "x"'),
	('SELECT scepgate.application_delete(''x'')', 'there is no application "x"'),
	('SELECT scepgate.ca_alter(''x'')', 'there is no CA "x"'),
	('SELECT scepgate.ca_delete(''x'')', 'there is no CA "x"'),
	('SELECT scepgate.ca_create(''y'', ''\x01'', '''', now(), now() + interval ''1 day'', issuer => ''x'')', 'there is no CA "x"'),
	('SELECT scepgate.policy_alter(''x'')', 'there is no policy "x"'),
	('SELECT scepgate.policy_delete(''x'')', 'there is no policy "x"'),
	('SELECT scepgate.policy_rule_add(''x'', ''san'', ''allow'', ''dns'')', 'there is no policy "x"'),
	('SELECT scepgate.policy_rule_remove(''x'', ''san'', ''allow'', ''dns'')', 'there is no policy "x"'),
	('SELECT scepgate.profile_create(''y'', ''x'', ''p'')', 'there is no CA "x"'),
	('SELECT scepgate.profile_alter(''x'')', 'there is no profile "x"'),
	('SELECT scepgate.profile_delete(''x'')', 'there is no profile "x"'),
	('SELECT scepgate.endpoint_attach(''x'', ''y'')', 'there is no application "x"'),
	('SELECT scepgate.endpoint_alter(''x'', ''y'')', 'there is no application "x"'),
	('SELECT scepgate.endpoint_detach(''x'', ''y'')', 'there is no application "x"'),
	('SELECT scepgate.approval_rule_add(''x'', ''y'', ''first_time'')', 'there is no application "x"'),
	('SELECT scepgate.approval_rule_remove(''x'', ''y'', ''first_time'')', 'there is no application "x"'),
	('SELECT scepgate.challenge_create(''x'', ''y'')', 'there is no application "x"'),
	('SELECT scepgate.challenge_set(''x'', ''y'', '''')', 'there is no application "x"'),
	('SELECT scepgate.challenge_remove(''x'', ''y'')', 'there is no application "x"')
) AS t (statement, sentence);

SELECT * FROM tap.finish();
ROLLBACK;
