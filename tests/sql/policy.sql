-- Policies and profiles: ready policies, what a profile builds, how validity is given, and for whom a challenge was minted.
\ir fixture.psql
SELECT tap.no_plan();

-- Ready policies
SELECT scepgate.policy_create_from(r.name, r.name) AS id FROM scepgate.ready_policies() AS r;
SELECT tap.results_eq('SELECT name, unlisted, allow_empty_subject, ed25519, max_validity_days, rules > 4 FROM scepgate.policies WHERE name <> ''p'' ORDER BY name',
	$$VALUES ('device', 'drop', false, false, 825, true), ('eap-tls', 'drop', false, true, 825, true), ('iot', 'drop', false, true, 3650, true),
		('tls-server', 'refuse', true, true, 398, true), ('user', 'drop', false, false, 825, true)$$, 'each ready policy can be made, with rules');
SELECT tap.results_eq('SELECT policy, target, effect, item FROM scepgate.policy_rules WHERE effect = ''require'' AND policy <> ''p'' ORDER BY policy',
	$$VALUES ('device', 'subject', 'require', 'CN'), ('eap-tls', 'subject', 'require', 'CN'), ('iot', 'subject', 'require', 'CN'), ('tls-server', 'san', 'require', 'dns'),
		('user', 'subject', 'require', 'CN')$$, 'each names what must be there');
SELECT tap.is_empty($$SELECT FROM scepgate.policy_rules WHERE policy IN (SELECT name FROM scepgate.ready_policies()) AND item IN ('*', 'codeSigning', 'OCSPSigning', 'msSmartcardLogin')$$,
	'and none allows everything, or power over others');
SELECT tap.throws_ok($$SELECT scepgate.policy_create_from('x', 'nonsense')$$, 'P0002', 'there is no ready policy "nonsense"', 'there are no others');
SELECT tap.refused_by($$SELECT scepgate.policy_create_from('device', 'device')$$, 'policy_name_is_taken');

-- Settings of policies
SELECT tap.results_eq('SELECT several_common_names, csr_digests, past_ca FROM scepgate.policies WHERE name = ''p''',
	$$VALUES (false, '{sha1,sha224,sha256,sha384,sha512}'::text[], 'clip')$$, 'a policy of defaults allows one common name, every digest, and clips');
SELECT scepgate.policy_alter('p', several_common_names => true, csr_digests => '{sha256}', past_ca => 'refuse') AS id;
SELECT tap.results_eq($$SELECT several_common_names, csr_digests, past_ca FROM scepgate.endpoint_load('corp', 'wifi')$$, $$VALUES (true, '{sha256}'::text[], 'refuse')$$, 'a worker sees what was set');
SELECT tap.refused_by(format('SELECT scepgate.policy_alter(''p'', csr_digests => %L)', digests), 'policy_csr_digests_are_known') FROM unnest('{"{}","{md5}","{sha256,sha256}","{NULL}"}'::text[]) AS digests;
SELECT tap.refused_by($$SELECT scepgate.policy_alter('p', past_ca => 'ignore')$$, 'policy_past_ca_is_clip_or_refuse');

-- Validity: what was given last counts
CREATE FUNCTION tap.validity() RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', validity_days, validity_hours, valid_until AT TIME ZONE 'UTC') FROM scepgate.profiles WHERE name = 'wifi' $$;
SELECT tap.is(tap.validity(), '365', 'days');
SELECT scepgate.profile_alter('wifi', validity_hours => 36) AS id;
SELECT tap.is(tap.validity(), '365 36', 'hours beside them, which count');
SELECT scepgate.profile_alter('wifi', description => 'another') AS id;
SELECT tap.is(tap.validity(), '365 36', 'and stay when something else changes');
SELECT scepgate.profile_alter('wifi', valid_until => '2030-12-31 23:59:59+00') AS id;
SELECT tap.is(tap.validity(), '365 2030-12-31 23:59:59', 'a date takes their place');
SELECT tap.results_eq($$SELECT validity_hours, valid_until FROM scepgate.endpoint_load('corp', 'wifi')$$, $$VALUES (0, 1924991999::bigint)$$, 'a worker sees it in seconds');
SELECT scepgate.profile_alter('wifi', validity_days => 30) AS id;
SELECT tap.is(tap.validity(), '30', 'and days the date''s');
SELECT tap.taken('SELECT scepgate.profile_alter(''wifi'', validity_hours => 825 * 24)');
SELECT tap.refused_by('SELECT scepgate.profile_alter(''wifi'', validity_hours => 825 * 24 + 1)', 'profile_validity_is_within_its_policy');
SELECT tap.refused_by('SELECT scepgate.profile_alter(''wifi'', validity_hours => 0)', 'profile_validity_is_1_to_876000_hours');
SELECT tap.refused_by('SELECT scepgate.profile_alter(''wifi'', validity_hours => 1, valid_until => now())', 'profile_validity_is_in_hours_or_until_a_time');
SELECT tap.taken('SELECT scepgate.profile_alter(''wifi'', valid_until => ''9999-12-31'')');

-- Templates and extensions
SELECT scepgate.profile_alter('wifi', subject_template => 'CN={challenge.device},O=Corp', san_templates => '{"upn:{challenge.user}","dns:{csr.CN}.example"}', extensions => '{1.2.3=0500,critical:1.2.4=0500}') AS id;
SELECT tap.results_eq($$SELECT subject_template, san_templates, extensions FROM scepgate.endpoint_load('corp', 'wifi')$$,
	$$VALUES ('CN={challenge.device},O=Corp', '{"upn:{challenge.user}","dns:{csr.CN}.example"}'::text[], '{1.2.3=0500,critical:1.2.4=0500}'::text[])$$, 'a worker sees them');
SELECT tap.taken(format('SELECT scepgate.profile_alter(''wifi'', subject_template => %L)', repeat('x', 1024)));
SELECT tap.refused_by(format('SELECT scepgate.profile_alter(''wifi'', subject_template => %L)', text), 'profile_subject_template_is_a_line') FROM unnest(ARRAY[repeat('x', 1025), E'CN=a\nb']) AS text;
SELECT tap.taken('SELECT scepgate.profile_alter(''wifi'', san_templates => array_fill(''dns:a''::text, ARRAY[16]))');
SELECT tap.refused_by(format('SELECT scepgate.profile_alter(''wifi'', san_templates => %s)', list), 'profile_san_templates_are_lines')
	FROM unnest(ARRAY['array_fill(''dns:a''::text, ARRAY[17])', '''{NULL}''', 'ARRAY[E''dns:\n'']', 'ARRAY[repeat(''x'', 8193)]']) AS list;
SELECT tap.refused_by(format('SELECT scepgate.profile_alter(''wifi'', extensions => %L)', list), 'profile_extensions_are_identifiers_with_hexadecimal')
	FROM unnest('{"{1.2.3}","{1.2.3=}","{1.2.3=050}","{x=0500}","{3.2.1=0500}","{NULL}","{1.2.3=0500,\"\"}","{1.2.1=05,1.2.2=05,1.2.3=05,1.2.4=05,1.2.5=05,1.2.6=05,1.2.7=05,1.2.8=05,1.2.9=05}"}'::text[]) AS list;
SELECT scepgate.profile_alter('wifi', subject_template => '', san_templates => '{}', extensions => '{}') AS id;
SELECT tap.results_eq('SELECT subject_template, san_templates, extensions FROM scepgate.profiles WHERE name = ''wifi''', $$VALUES ('', '{}'::text[], '{}'::text[])$$, 'and takes them away');

-- For whom a challenge was minted
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'dynamic', approval => 'always') AS id;
SELECT challenge FROM scepgate.challenge_create('corp', 'wifi', device => 'd', username => 'u', sid => 'S-1-5-21-1-2-3-500') \gset
SELECT tap.is(sid, 'S-1-5-21-1-2-3-500', 'an account is shown with its challenge') FROM scepgate.challenges;
SELECT tap.refused_by(format('SELECT * FROM scepgate.challenge_create(''corp'', ''wifi'', sid => %L)', sid), 'challenge_sid_is_a_security_identifier')
	FROM unnest(ARRAY['', 'S-1', 'S-1-5', 'S-2-5-21', 's-1-5-21', 'S-1-5-21-x', 'S-1-5-21 ', 'S-1-5-' || repeat('1', 200)]) AS sid;
SELECT tap.results_eq(format($$SELECT l.challenge_device, l.challenge_username, l.challenge_sid, l.granted_device FROM scepgate.endpoint e,
		LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('k'), sha256('r'), sha256(convert_to(%L, 'UTF8'))) AS l WHERE e.id = %s$$, :'challenge', :endpoint),
	$$VALUES ('d', 'u', 'S-1-5-21-1-2-3-500', NULL::text)$$, 'a lookup tells of whom');

-- What a request that waited was granted is what its own challenge says, whatever it shows now
CREATE FUNCTION tap.granted(transaction bytea) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', l.outcome, l.granted_device, l.granted_username, l.granted_sid, p.granted_device, p.granted_username, p.granted_sid) FROM scepgate.endpoint e,
		LATERAL scepgate.enrol_lookup(e.id, e.version, granted.transaction, sha256('k'), sha256(granted.transaction)) AS l, LATERAL scepgate.enrol_poll(e.id, e.version, granted.transaction, sha256('k')) AS p
	WHERE e.id = scepgate.endpoint_id('corp', 'wifi')
$$;
INSERT INTO scepgate.transaction (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, csr_spki_sha256, state, message_type, csr_der, subject, sans, reference, expires_at, challenge_id)
	SELECT :endpoint, 'waits', sha256('k'), sha256('waits'), sha256('c'), 'pending', 19, '\x30', 'CN=d', '', 'ref', now() + interval '1 day', c.id FROM scepgate.challenge c;
SELECT tap.is(tap.granted('waits'), 'pending', 'nothing while it waits');
UPDATE scepgate.transaction SET state = 'approved', decided_at = now(), decided_by = 'me' WHERE transaction_id = 'waits';
SELECT tap.is(tap.granted('waits'), 'approved d u S-1-5-21-1-2-3-500 d u S-1-5-21-1-2-3-500', 'whom its challenge was minted for when it was approved, in lookup and poll');
UPDATE scepgate.transaction SET challenge_id = NULL WHERE transaction_id = 'waits';
SELECT tap.is(tap.granted('waits'), 'approved', 'nobody when it came without one');

SELECT * FROM tap.finish();
ROLLBACK;
