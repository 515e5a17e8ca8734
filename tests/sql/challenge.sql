-- Dynamic challenges: what is minted, how many, for how long, for whom; and that nobody reads them again.
\ir fixture.psql
SELECT tap.no_plan();

-- Is this text in any row of any table of the schema?
CREATE FUNCTION tap.is_stored(secret text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	tab regclass;
	is_found boolean;
BEGIN
	FOR tab IN SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind IN ('r', 'v') LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %s AS t WHERE position(lower(%L) IN lower(t::text)) > 0 OR position(%L IN t::text) > 0)', tab, secret, encode(convert_to(secret, 'UTF8'), 'hex')) INTO is_found;
		IF is_found THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END
$$;
-- Everything here is one transaction, in which now() stands still; so the views, which go by it, see what expires a little later than the functions do.
CREATE FUNCTION tap.pending() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM scepgate.challenge WHERE uses_left > 0 AND expires_at > clock_timestamp() $$;
-- Mint so many. The number of different ones.
CREATE FUNCTION tap.mint(count integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	minted text[] := '{}';
BEGIN
	FOR n IN 1 .. count LOOP
		minted := minted || (SELECT challenge FROM scepgate.challenge_create('corp', 'wifi'));
	END LOOP;
	RETURN (SELECT pg_catalog.count(DISTINCT one) FROM unnest(minted) AS t (one));
END
$$;
-- What a mint for a token says: its outcome.
CREATE FUNCTION tap.asked(token text, name text DEFAULT '', application text DEFAULT 'corp', profile text DEFAULT 'wifi', lifetime integer DEFAULT NULL, uses integer DEFAULT NULL,
		subject text DEFAULT NULL, spki_sha256 bytea DEFAULT NULL, device text DEFAULT NULL, username text DEFAULT NULL, context jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT outcome FROM scepgate.challenge_request(sha256(convert_to(token, 'UTF8')), name, application, profile, lifetime, uses, subject, NULL, spki_sha256, device, username, context, '192.0.2.9')
$$;

-- Only where they are taken
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '55000', 'the endpoint corp/wifi takes no dynamic challenges: its challenge_mode must be dynamic or both',
	'an endpoint with static challenges takes no dynamic ones');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'none') AS id \gset
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '55000', NULL, 'nor does one that nothing opens');
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''none'')', 'P0002', 'there is no profile "none"', 'an endpoint that is not there');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'dynamic') AS id \gset
SELECT scepgate.challenge_set('corp', 'wifi', '$2b$10$abcdefghijklmnopqrstuv', 'second') AS id \gset
SELECT tap.is(challenge_mode, 'both', 'a static challenge for an endpoint with dynamic ones makes it take both') FROM scepgate.endpoints WHERE application = 'corp';

-- What is minted
SELECT challenge AS minted, id AS first, expires_at AS ends FROM scepgate.challenge_create('corp', 'wifi', subject => 'CN=d', sans => 'DNS:d.example', spki_sha256 => sha256('k'),
	device => 'SN1', username => 'alice', context => '{"webhook": {"id": 7}}') \gset
SELECT tap.matches(:'minted'::text, '^[0-9A-F]{32}$', 'a challenge is 32 upper-case hexadecimal characters: 128 bits');
SELECT tap.is(hash, sha256(convert_to(:'minted', 'UTF8')), 'its SHA-256 is stored') FROM scepgate.challenge;
SELECT tap.is(tap.is_stored(:'minted'), false, 'it is itself in no table and no view');
SELECT tap.is(tap.is_stored('SN1'), true, 'which would be seen');
SELECT tap.results_eq('SELECT application, profile, state, uses, uses_left, subject, sans, spki_sha256, device, username, context, token, spent_at FROM scepgate.challenges',
	$$VALUES ('corp', 'wifi', 'live', 1, 1, 'CN=d', 'DNS:d.example', encode(sha256('k'), 'hex'), 'SN1', 'alice', '{"webhook": {"id": 7}}'::jsonb, NULL::text, NULL::timestamptz)$$,
	'the view says all but the challenge');
SELECT tap.ok(:'ends'::timestamptz BETWEEN clock_timestamp() + interval '59 minutes' AND clock_timestamp() + interval '60 minutes', 'it lives an hour unless told otherwise');
SELECT tap.is(detail - 'expires_at', jsonb_build_object('challenge_id', :first, 'uses', 1, 'subject', 'CN=d', 'sans', 'DNS:d.example', 'spki_sha256', encode(sha256('k'), 'hex'), 'device', 'SN1',
	'username', 'alice', 'context', '{"webhook": {"id": 7}}'::jsonb), 'and the audit trail what it is for') FROM scepgate.audit_events WHERE event = 'challenge_minted';
SELECT tap.is(tap.mint(50), 50::bigint, 'no two are the same');
SELECT tap.lives_ok($$SELECT scepgate.challenge_create('corp', 'wifi', subject => repeat(E'\x01', 4096), sans => repeat(E'\x01', 4096), device => repeat('"', 255), username => repeat('"', 255),
	context => jsonb_build_object('a', repeat('"', 4090)))$$, 'the longest binding and context fit into the audit event');
DELETE FROM scepgate.challenge;
UPDATE scepgate.challenge_quota SET counted_at_id = 0;

-- Limits of lifetime and uses
SELECT tap.lives_ok(format('SELECT scepgate.challenge_create(''corp'', ''wifi'', %s)', limits), 'minted: ' || limits)
	FROM unnest('{lifetime_minutes => 1,lifetime_minutes => 1440,uses => 1,uses => 1000}'::text[]) AS t (limits);
SELECT tap.throws_ok(format('SELECT scepgate.challenge_create(''corp'', ''wifi'', %s)', limits), '22023', NULL, 'not minted: ' || limits)
	FROM unnest('{lifetime_minutes => 0,lifetime_minutes => -1,lifetime_minutes => 1441,uses => 0,uses => 1001}'::text[]) AS t (limits);
SELECT scepgate.endpoint_alter('corp', 'wifi', long_challenges => true) AS id \gset
SELECT tap.lives_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'', 43200)', 'minted for 30 days, where that is chosen');
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'', 43201)', '22023', NULL, 'and no minute more');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_lifetime_minutes => 43200, challenge_uses => 5) AS id \gset
SELECT id AS long FROM scepgate.challenge_create('corp', 'wifi') \gset
SELECT tap.results_eq(format('SELECT uses, uses_left, round(extract(epoch FROM expires_at - created_at) / 60)::integer FROM scepgate.challenges WHERE id = %s', :long), 'VALUES (5, 5, 43200)',
	'what is not told is as the endpoint says');
SELECT tap.refused_by('SELECT scepgate.endpoint_alter(''corp'', ''wifi'', long_challenges => false)', 'endpoint_challenge_lifetime_is_1_to_1440_minutes');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_lifetime_minutes => 60, challenge_uses => 1, long_challenges => false) AS id \gset
SELECT tap.refused_by(format('SELECT scepgate.challenge_create(''corp'', ''wifi'', %s)', binding), name) FROM (VALUES
	('subject => ''''', 'challenge_subject_is_short'),
	('subject => repeat(''a'', 4097)', 'challenge_subject_is_short'),
	('sans => repeat(''a'', 4097)', 'challenge_sans_is_short'),
	('spki_sha256 => ''\x00''', 'challenge_spki_sha256_is_sha256'),
	('device => repeat(''a'', 256)', 'challenge_device_is_a_line'),
	('device => E''a\nb''', 'challenge_device_is_a_line'),
	('username => E''a\tb''', 'challenge_username_is_a_line'),
	('context => ''[]''', 'challenge_context_is_a_short_object'),
	('context => ''null''', 'challenge_context_is_a_short_object'),
	('context => jsonb_build_object(''a'', repeat(''b'', 8192))', 'challenge_context_is_a_short_object')
) AS t (binding, name);

-- As many as may be pending, and not one more
DELETE FROM scepgate.challenge;
UPDATE scepgate.challenge_quota SET counted_at_id = 0;
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 3) AS id \gset
SELECT tap.mint(3) AS minted \gset
SELECT min(id) AS one, max(id) AS three FROM scepgate.challenge \gset
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '53400', 'as many challenges of the endpoint corp/wifi are pending as its challenge_max_pending allows', 'the fourth of three is refused');
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '53400', NULL, 'and refused again');
SELECT tap.is(scepgate.challenge_revoke(:one), :one::bigint, 'one is revoked');
SELECT tap.lives_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', 'which makes room for one');
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '53400', NULL, 'and no more');
UPDATE scepgate.challenge SET expires_at = clock_timestamp() WHERE id = :three;
SELECT tap.lives_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', 'one that expires makes room');
UPDATE scepgate.challenge SET uses_left = 0, spent_at = now() WHERE id = (SELECT max(id) FROM scepgate.challenge);
SELECT tap.lives_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', 'one that is spent makes room');
SELECT tap.is(tap.pending(), 3::bigint, 'three are pending');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 2) AS id \gset
UPDATE scepgate.challenge SET expires_at = clock_timestamp() WHERE id = (SELECT max(id) FROM scepgate.challenge);
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '53400', NULL, 'a lower limit holds from then on');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 4) AS id \gset
SELECT tap.is(tap.mint(2), 2::bigint, 'a higher one too');
SELECT tap.throws_ok('SELECT scepgate.challenge_create(''corp'', ''wifi'')', '53400', NULL, 'exactly');
SELECT tap.is(tap.pending(), 4::bigint, 'four are pending');

-- Revoking
SELECT tap.throws_ok(format('SELECT scepgate.challenge_revoke(%s)', :one), '55000', format('challenge %s is expired already', :one), 'a challenge is revoked once');
UPDATE scepgate.challenge SET uses_left = 0, spent_at = now() WHERE id = :one;
UPDATE scepgate.challenge SET expires_at = now() WHERE id = :three;
SELECT tap.throws_ok(format('SELECT scepgate.challenge_revoke(%s)', :one), '55000', format('challenge %s is spent already', :one), 'a spent one is not');
SELECT tap.throws_ok('SELECT scepgate.challenge_revoke(0)', 'P0002', 'there is no challenge 0', 'nor one that is not there');
SELECT tap.is(detail, jsonb_build_object('challenge_id', :one, 'uses_left', 1), 'who revokes is told of') FROM scepgate.audit_events WHERE event = 'challenge_revoked';
SELECT tap.set_eq('SELECT DISTINCT state FROM scepgate.challenges', '{live,spent,expired}'::text[], 'the view knows live, spent and expired ones');

-- Old ones are forgotten, but not what a waiting request came with
DELETE FROM scepgate.challenge;
INSERT INTO scepgate.challenge (endpoint_id, hash, expires_at, device) SELECT :endpoint, sha256(convert_to(n::text, 'UTF8')), now() - interval '30 days' + (n - 13) * interval '1 minute', 'n' || n FROM generate_series(1, 14) AS n;
INSERT INTO scepgate.transaction (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, reference, expires_at, challenge_id)
	SELECT :endpoint, 'tx', sha256('k'), sha256('r'), 'pending', 19, '\x01', 'CN=d', '', '', now() + interval '1 day', id FROM scepgate.challenge WHERE device = 'n1';
SELECT scepgate.challenge_create('corp', 'wifi', device => 'new') AS id \gset
SELECT tap.set_eq('SELECT device FROM scepgate.challenge', '{n1,n12,n13,n14,new}'::text[], 'ten at a time');
SELECT scepgate.challenge_create('corp', 'wifi', device => 'newer') AS id \gset
SELECT tap.set_eq('SELECT device FROM scepgate.challenge', '{n1,n14,new,newer}'::text[], 'thirty days after they expired');

-- For a caller with a token
DELETE FROM scepgate.transaction;
DELETE FROM scepgate.challenge;
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 6) AS id \gset
SELECT token FROM scepgate.token_create('jamf', '{corp/wifi}') \gset
SELECT token AS other FROM scepgate.token_create('fleet') \gset
SELECT scepgate.application_create('other') AS id, scepgate.endpoint_attach('other', 'wifi', challenge_mode => 'dynamic') AS id2 \gset
SELECT tap.is(tap.asked(:'token'), 'minted', 'a caller with a token for the endpoint gets a challenge');
SELECT tap.is(tap.asked(:'token', 'jamf'), 'minted', 'also by name');
SELECT tap.results_eq(format('SELECT outcome, length(challenge), expires_at > now(), page_encoding, ca_certificate FROM scepgate.challenge_request(sha256(convert_to(%L, ''UTF8'')), '''', ''corp'', ''wifi'', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)', :'token'),
	$$VALUES ('minted', 32, true, 'utf-16le-bom', '\x30a1'::bytea)$$, 'with the encoding of the page and the certificate of the CA');
SELECT tap.results_eq('SELECT token, host(client_address) FROM scepgate.challenges WHERE token IS NOT NULL ORDER BY id LIMIT 1', $$VALUES ('jamf', '192.0.2.9')$$,
	'and the view says who asked, and from where');
SELECT tap.is(tap.is_stored(challenge), false, 'no such challenge is in any table or view') FROM scepgate.challenge_request(sha256(convert_to(:'token', 'UTF8')), '', 'corp', 'wifi', 1, 1, NULL, NULL, NULL, NULL, NULL, '{}', '');
SELECT tap.is(tap.asked(:'token' || 'x'), 'credentials', 'another token is none');
SELECT tap.is(tap.asked(''), 'credentials', 'an empty one is none');
SELECT tap.is((SELECT outcome FROM scepgate.challenge_request(NULL, '', 'corp', 'wifi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)), 'credentials', 'no token at all is none');
SELECT tap.is((SELECT outcome FROM scepgate.challenge_request(sha256(sha256(convert_to(:'token', 'UTF8'))), '', 'corp', 'wifi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)), 'credentials', 'the stored hash is none');
SELECT tap.is(tap.asked(:'token', 'fleet'), 'credentials', 'nor is the token under the name of another');
SELECT tap.is(tap.asked(:'token', application => 'none'), 'not_found', 'an endpoint that is not there');
SELECT tap.is(tap.asked('x', application => 'none'), 'credentials', 'of which nobody is told without credentials');
SELECT tap.is(tap.asked(:'other'), 'forbidden', 'a token for nothing');
SELECT tap.is(tap.asked(:'token', application => 'other'), 'forbidden', 'a token for another endpoint');
SELECT tap.is(tap.asked(:'token', application => 'other'), 'forbidden', 'again');
SELECT tap.results_eq('SELECT application, host(client_address), detail FROM scepgate.audit_events WHERE event = ''challenge_refused'' ORDER BY id',
	$$VALUES ('corp', '192.0.2.9', '{"token": "fleet", "reason": "forbidden"}'::jsonb), ('other', '192.0.2.9', '{"token": "jamf", "reason": "forbidden"}')$$, 'is told in the audit trail, once a minute');
SELECT tap.is(tap.asked(:'token', lifetime => 60, uses => 1), 'minted', 'as long and as often as the endpoint says');
SELECT tap.is(tap.asked(:'token', lifetime => 61), 'value', 'a token gets no longer life');
SELECT tap.is(tap.asked(:'token', lifetime => 0), 'value', 'and no shorter one than a minute');
SELECT tap.is(tap.asked(:'token', uses => 2), 'value', 'and no more uses');
SELECT tap.is(tap.asked(:'token', device => E'a\nb'), 'value', 'a device of two lines');
SELECT tap.is(tap.asked(:'token', context => '[]'), 'value', 'a context that is no object');
SELECT tap.is(tap.asked(:'token', spki_sha256 => '\x00'), 'value', 'a digest that is none');
SELECT tap.is(tap.asked(:'token', subject => '', device => '', username => ''), 'minted', 'empty texts');
SELECT tap.results_eq('SELECT subject, device, username FROM scepgate.challenges ORDER BY id DESC LIMIT 1', 'VALUES (NULL::text, NULL::text, NULL::text)', 'bind to nothing');
SELECT tap.is(tap.asked(:'token'), 'full', 'one more than may be pending');
DELETE FROM scepgate.challenge;
SELECT tap.is(count(*), 1::bigint, 'that it was full is told too') FROM scepgate.audit_events WHERE event = 'challenge_refused' AND detail ->> 'reason' = 'full';
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'static') AS id \gset
SELECT tap.is(tap.asked(:'token'), 'not_dynamic', 'an endpoint that takes no dynamic ones');
SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'both', enabled => false) AS id \gset
SELECT tap.is(tap.asked(:'token'), 'not_found', 'a disabled endpoint is not there');
SELECT scepgate.endpoint_alter('corp', 'wifi', enabled => true) AS id, scepgate.ca_alter('sub', enabled => false) AS id2 \gset
SELECT tap.is(tap.asked(:'token'), 'not_found', 'nor is one of a disabled CA');
SELECT scepgate.ca_alter('sub', enabled => true) AS id, scepgate.token_revoke('jamf') AS id2 \gset
SELECT tap.is(tap.asked(:'token'), 'credentials', 'a revoked token mints nothing');
SELECT scepgate.token_allow('fleet', 'corp', 'wifi') AS id \gset
SELECT tap.is(tap.asked(:'other'), 'minted', 'one that may mints');
UPDATE scepgate.api_token SET expires_at = clock_timestamp() WHERE name = 'fleet';
SELECT tap.is(tap.asked(:'other'), 'credentials', 'an expired one does not');

-- With its endpoint a challenge goes, and what it authorised stays
SELECT tap.taken('SELECT scepgate.endpoint_detach(''other'', ''wifi'')');

SELECT * FROM tap.finish();
ROLLBACK;
