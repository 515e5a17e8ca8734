-- Every change of configuration counts up the endpoints that it concerns, is audited without secrets, and the audit trail only grows.
\ir fixture.psql
SELECT tap.no_plan();

-- A second tenant, whose endpoint must stay as it is unless it is concerned.
DO $$
BEGIN
	PERFORM scepgate.policy_create('q');
	PERFORM scepgate.ca_create('lone', '\x30a2', 'CN=lone', now(), now() + interval '1 year', tap.sealed(3), sha256('3'));
	PERFORM scepgate.profile_create('vpn', 'lone', 'q');
	PERFORM scepgate.application_create('lab');
	PERFORM scepgate.endpoint_attach('lab', 'vpn', '\x30b2', tap.sealed(4), sha256('4'), 'CN=ra lab', now(), now() + interval '1 year');
END
$$;

-- Run a statement and say which endpoints it counted up.
CREATE FUNCTION tap.counted_up(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	CREATE TEMP TABLE before ON COMMIT DROP AS SELECT id, version FROM scepgate.endpoint;
	EXECUTE statement;
	SELECT coalesce(string_agg(v.application, ' ' ORDER BY v.application), '') INTO result FROM scepgate.endpoints v JOIN before b ON b.id = v.id WHERE v.version > b.version;
	DROP TABLE before;
	RETURN result;
END
$$;

SELECT tap.is(tap.counted_up(statement), concerned, format('concerns "%s": %s', concerned, statement)) FROM (VALUES
	('UPDATE scepgate.application SET description = ''x'' WHERE name = ''corp''', 'corp'),
	('UPDATE scepgate.application SET enabled = false', 'corp lab'),
	('UPDATE scepgate.application SET enabled = true WHERE name = ''lab''', 'lab'),
	('UPDATE scepgate.application SET enabled = enabled', ''),
	('INSERT INTO scepgate.application (name) VALUES (''new'')', ''),
	('UPDATE scepgate.ca SET enabled = false WHERE name = ''sub''', 'corp'),
	('UPDATE scepgate.ca SET description = ''above'' WHERE name = ''root''', 'corp'),
	('UPDATE scepgate.ca SET enabled = false WHERE name = ''lone''', 'lab'),
	('UPDATE scepgate.private_key SET pkcs8 = pkcs8 || ''\x00'' WHERE spki_sha256 = sha256(''1'')', 'corp'),
	('UPDATE scepgate.private_key SET pkcs8 = pkcs8 || ''\x00'' WHERE spki_sha256 = sha256(''4'')', 'lab'),
	('UPDATE scepgate.policy SET ed25519 = true WHERE name = ''q''', 'lab'),
	('SELECT scepgate.approval_rule_add(''lab'', ''vpn'', ''subject'', ''CN'')', 'lab'),
	('UPDATE scepgate.approval_rule SET pattern = ''*.example''', 'lab'),
	('SELECT scepgate.approval_rule_remove(''lab'', ''vpn'', ''subject'', ''CN'', ''*.example'')', 'lab'),
	('SELECT scepgate.token_create(''jamf'', ''{corp/wifi}'')', ''),
	('SELECT scepgate.token_revoke(''jamf'')', ''),
	('SELECT scepgate.policy_rule_add(''q'', ''san'', ''allow'', ''dns'')', 'lab'),
	('UPDATE scepgate.policy_rule SET pattern = ''x*'' WHERE item = ''dns''', 'lab'),
	('UPDATE scepgate.policy_rule SET policy_id = scepgate.policy_id(''p'') WHERE item = ''dns''', 'corp lab'),
	('DELETE FROM scepgate.policy_rule WHERE item = ''dns''', 'corp'),
	('UPDATE scepgate.profile SET validity_days = 90 WHERE name = ''wifi''', 'corp'),
	('UPDATE scepgate.endpoint SET include_chain = false WHERE id = scepgate.endpoint_id(''lab'', ''vpn'')', 'lab'),
	('UPDATE scepgate.endpoint SET version = 1', 'corp lab'),
	('SELECT scepgate.challenge_set(''lab'', ''vpn'', ''$2b$10$abcdefghijklmnopqrstuv'')', 'lab'),
	('DELETE FROM scepgate.static_challenge WHERE endpoint_id = scepgate.endpoint_id(''lab'', ''vpn'')', 'lab'),
	('UPDATE scepgate.ra_certificate SET state = ''previous'' WHERE subject = ''CN=ra lab''', 'lab'),
	('DELETE FROM scepgate.ra_certificate WHERE subject = ''CN=ra lab''', 'lab')
) AS t (statement, concerned);
SELECT tap.is_empty('SELECT FROM scepgate.private_key WHERE spki_sha256 = sha256(''4'')', 'a private key goes with its last certificate');
SELECT tap.is((SELECT version FROM scepgate.endpoint WHERE id = scepgate.endpoint_id('corp', 'wifi')) > :version, true, 'a version cannot be set back');

-- What the channel is told is seen by a listening session when the transaction commits; here: that each table has the trigger.
SELECT tap.set_eq($$SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'configuration_changed' AND tgfoid = 'scepgate.configuration_changed'::regproc$$,
	$$SELECT 'scepgate.' || unnest('{application,ca,private_key,policy,policy_rule,profile,endpoint,static_challenge,approval_rule,ra_certificate,ca_next,ca_request}'::text[])$$, 'every table of configuration notifies');

-- Audit
DELETE FROM scepgate.audit_event;
SET LOCAL ROLE scepgate_admin;
UPDATE scepgate.endpoint SET challenge_mode = 'none', allowed_ciphers = '{des-cbc}' WHERE id = :endpoint;
SELECT scepgate.challenge_set('corp', 'wifi', '$2b$10$bbbbbbbbbbbbbbbbbbbbbb') AS id \gset
UPDATE scepgate.private_key SET pkcs8 = pkcs8 || '\x00' WHERE spki_sha256 = sha256('1');
INSERT INTO scepgate.application (name) VALUES ('by-hand');
DELETE FROM scepgate.application WHERE name = 'by-hand';
RESET ROLE;
SELECT tap.results_eq($$SELECT event, application, profile, actor = session_user FROM scepgate.audit_event ORDER BY id$$,
	$$VALUES ('endpoint_changed', 'corp', 'wifi', true), ('static_challenge_changed', 'corp', 'wifi', true), ('endpoint_changed', 'corp', 'wifi', true),
		('private_key_changed', NULL, NULL, true), ('application_created', 'by-hand', NULL, true), ('application_deleted', 'by-hand', NULL, true)$$,
	'each change by plain SQL is one audit event, and versions alone are none');
SELECT tap.is(detail -> 'changed', '{"challenge_mode": ["static", "none"], "allowed_ciphers": [["aes128-cbc", "aes192-cbc", "aes256-cbc", "des3-cbc"], ["des-cbc"]]}'::jsonb,
	'an event holds old and new values') FROM scepgate.audit_event WHERE event = 'endpoint_changed' ORDER BY id LIMIT 1;
SELECT tap.is_empty($$SELECT FROM scepgate.audit_event WHERE detail::text LIKE '%$2b$%' OR detail::text LIKE '%06092a864886f70d01050d%'$$, 'no event holds a hash or a key');
SELECT tap.is(count(*), 1::bigint, 'but it says that the hash changed') FROM scepgate.audit_event WHERE detail -> 'changed' -> 'hash' = '["(not recorded)", "(not recorded)"]';

GRANT UPDATE, DELETE, TRUNCATE ON scepgate.audit_event TO scepgate_admin;
SELECT tap.throws_ok('SELECT tap.as_role(''scepgate_admin'', ''UPDATE scepgate.audit_event SET actor = ''''x'''''')', '42501', NULL, 'even a role with the right to update changes no event');
SELECT tap.throws_ok('SELECT tap.as_role(''scepgate_admin'', ''DELETE FROM scepgate.audit_event'')', '42501', NULL, 'nor deletes one');
SELECT tap.throws_ok('SELECT tap.as_role(''scepgate_admin'', ''TRUNCATE scepgate.audit_event'')', '42501', NULL, 'nor all');
SELECT tap.lives_ok('SELECT tap.as_role(''scepgate_owner'', ''DELETE FROM scepgate.audit_event WHERE at < now() - interval ''''1 year'''''')', 'the owner may clean up');

SELECT * FROM tap.finish();
ROLLBACK;
