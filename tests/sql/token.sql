-- API tokens: made once, stored as a digest, for some endpoints, until they expire or are revoked.
\ir fixture.psql
SELECT tap.no_plan();

SELECT scepgate.application_create('lab') AS id, scepgate.endpoint_attach('lab', 'wifi') AS id2 \gset
SELECT version FROM scepgate.endpoints WHERE application = 'lab' \gset
SELECT token, id AS token_id FROM scepgate.token_create('jamf', '{corp/wifi,lab/wifi}', 'the MDM', '2030-01-01T00:00:00Z') \gset
SELECT tap.matches(:'token'::text, '^sgt_[0-9a-f]{64}$', 'a token is 256 bits in hexadecimal, and says what it is');
SELECT tap.is(hash, sha256(convert_to(:'token', 'UTF8')), 'its SHA-256 is stored') FROM scepgate.api_token;
SELECT tap.results_eq('SELECT name, description, endpoints, state, expires_at, last_used_at, revoked_at, id FROM scepgate.api_tokens',
	format('VALUES (''jamf'', ''the MDM'', ''{corp/wifi,lab/wifi}''::text[], ''live'', ''2030-01-01T00:00:00Z''::timestamptz, NULL::timestamptz, NULL::timestamptz, %s)', :token_id), 'the view says all but the token');
SELECT tap.is_empty(format('SELECT FROM scepgate.audit_event v WHERE position(%L IN v::text) > 0 OR position(%L IN v::text) > 0', :'token', encode(sha256(convert_to(:'token', 'UTF8')), 'hex')),
	'neither the token nor its hash is in the audit trail');
SELECT tap.results_eq('SELECT event, application, profile, detail #>> ''{created,token}'', coalesce(detail #>> ''{created,hash}'', '''') FROM scepgate.audit_events WHERE event LIKE ''api\_token%'' ORDER BY id',
	$$VALUES ('api_token_created', NULL, NULL, NULL, '(not recorded)'), ('api_token_endpoint_created', 'corp', 'wifi', 'jamf', ''), ('api_token_endpoint_created', 'lab', 'wifi', 'jamf', '')$$,
	'that it was made is');
SELECT tap.isnt(token, :'token'::text, 'the next one is another one') FROM scepgate.token_create('fleet');
SELECT tap.results_eq('SELECT endpoints FROM scepgate.api_tokens WHERE name = ''fleet''', 'SELECT ''{}''::text[]', 'without endpoints it is for none');

SELECT tap.throws_ok(statement, code, sentence, statement) FROM (VALUES
	('SELECT scepgate.token_create(''jamf'')', '23505', NULL),
	('SELECT scepgate.token_create(''Jamf'')', '23514', NULL),
	('SELECT scepgate.token_create('''')', '23514', NULL),
	('SELECT scepgate.token_create(NULL)', '23502', NULL),
	('SELECT scepgate.token_create(''x'', ''{corp}'')', '22023', 'an endpoint is named APPLICATION/PROFILE, not "corp"'),
	('SELECT scepgate.token_create(''x'', ''{corp/}'')', '22023', NULL),
	('SELECT scepgate.token_create(''x'', ''{corp/wifi/x}'')', '22023', NULL),
	('SELECT scepgate.token_create(''x'', ''{NULL}'')', '22023', NULL),
	('SELECT scepgate.token_create(''x'', ''{corp/none}'')', 'P0002', 'there is no profile "none"'),
	('SELECT scepgate.token_create(''x'', ''{corp/wifi,corp/wifi}'')', '23505', NULL),
	('SELECT scepgate.token_allow(''x'', ''corp'', ''wifi'')', 'P0002', 'there is no token "x"'),
	('SELECT scepgate.token_allow(''jamf'', ''corp'', ''wifi'')', '23505', NULL),
	('SELECT scepgate.token_allow(''jamf'', ''none'', ''wifi'')', 'P0002', 'there is no application "none"'),
	('SELECT scepgate.token_disallow(''x'', ''corp'', ''wifi'')', 'P0002', 'there is no token "x"'),
	('SELECT scepgate.token_disallow(''fleet'', ''corp'', ''wifi'')', 'P0002', 'the token "fleet" is not for the endpoint corp/wifi'),
	('SELECT scepgate.token_revoke(''x'')', 'P0002', 'there is no token "x"')
) AS t (statement, code, sentence);
SELECT tap.is_empty('SELECT FROM scepgate.api_token WHERE name = ''x''', 'a token whose endpoints are not there is not made');

SELECT tap.is(scepgate.token_disallow('jamf', 'lab', 'wifi'), :token_id, 'an endpoint less');
SELECT tap.is(scepgate.token_allow('fleet', 'lab', 'wifi'), (SELECT id FROM scepgate.api_token WHERE name = 'fleet'), 'an endpoint more');
SELECT tap.results_eq('SELECT name, endpoints FROM scepgate.api_tokens ORDER BY name', $$VALUES ('fleet', '{lab/wifi}'::text[]), ('jamf', '{corp/wifi}')$$, 'changes what they are for');
SELECT tap.is(detail #>> '{deleted,token}', 'jamf', 'and is audited with the name') FROM scepgate.audit_events WHERE event = 'api_token_endpoint_deleted';

-- Last use, once a minute, is no event
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'dynamic') AS id \gset
SELECT count(*) AS events FROM scepgate.audit_event WHERE event LIKE 'api\_token%' \gset
SELECT outcome FROM scepgate.challenge_request(sha256(convert_to(:'token', 'UTF8')), '', 'corp', 'wifi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '') \gset
SELECT last_used_at AS used FROM scepgate.api_tokens WHERE name = 'jamf' \gset
SELECT tap.ok(:'used'::timestamptz BETWEEN now() AND clock_timestamp(), 'the last use is known');
SELECT outcome FROM scepgate.challenge_request(sha256(convert_to(:'token', 'UTF8')), '', 'corp', 'wifi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '') \gset
SELECT tap.is(last_used_at, :'used'::timestamptz, 'to the minute') FROM scepgate.api_tokens WHERE name = 'jamf';
UPDATE scepgate.api_token SET last_used_at = now() - interval '61 seconds' WHERE name = 'jamf';
SELECT outcome FROM scepgate.challenge_request(sha256(convert_to(:'token', 'UTF8')), '', 'corp', 'none', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '') \gset
SELECT tap.ok(last_used_at >= :'used', 'also when nothing was minted') FROM scepgate.api_tokens WHERE name = 'jamf';
SELECT tap.is((SELECT count(*) FROM scepgate.audit_event WHERE event LIKE 'api\_token%'), :events::bigint, 'and writes no event');
SELECT tap.is((SELECT version FROM scepgate.endpoints WHERE application = 'lab'), :version::bigint, 'tokens are no configuration of an endpoint: its version stands still');

SELECT tap.is(scepgate.token_revoke('jamf'), :token_id, 'a token is revoked');
SELECT tap.throws_ok('SELECT scepgate.token_revoke(''jamf'')', '55000', 'the token "jamf" is revoked already', 'once');
SELECT tap.is(event, 'api_token_changed', 'which is audited') FROM scepgate.audit_events WHERE detail #> '{changed,revoked_at}' IS NOT NULL;
UPDATE scepgate.api_token SET expires_at = now() WHERE name = 'fleet';
SELECT tap.results_eq('SELECT name, state FROM scepgate.api_tokens ORDER BY name', $$VALUES ('fleet', 'expired'), ('jamf', 'revoked')$$, 'the view says so');

-- Deleting, by plain SQL
SELECT count(*) AS minted FROM scepgate.challenge \gset
DELETE FROM scepgate.api_token WHERE name = 'jamf';
SELECT tap.is((SELECT count(*) FROM scepgate.challenge WHERE token_id IS NULL), :minted::bigint, 'what a deleted token minted stays');
SELECT scepgate.endpoint_detach('lab', 'wifi') AS id \gset
SELECT tap.results_eq('SELECT endpoints FROM scepgate.api_tokens', 'SELECT ''{}''::text[]', 'an endpoint that is detached goes from its tokens');

SELECT * FROM tap.finish();
ROLLBACK;
