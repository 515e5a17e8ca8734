-- The two round trips of an enrolment, and what they leave behind.
\ir fixture.psql
SELECT tap.no_plan();

CREATE FUNCTION tap.commit_as(number integer, endpoint integer, version bigint, challenge integer, authorisation text DEFAULT 'static_challenge', message_type integer DEFAULT 19,
	request text DEFAULT 'csr', requester text DEFAULT 'key', tx text DEFAULT 'tx') RETURNS text LANGUAGE sql AS $$
	SELECT outcome || ' ' || coalesce(encode(recorded, 'hex'), '') FROM scepgate.enrol_commit(endpoint, version, tx::bytea, sha256(requester::bytea), sha256(convert_to(request, 'UTF8')), message_type, authorisation, challenge, 0, 0,
		'\x30cc', set_byte('\x30c000', 2, number), set_byte('\x0100', 1, number), sha256('spki'), 'CN=d', '', now(), now() + interval '1 day')
$$;
CREATE FUNCTION tap.lookup_as(endpoint integer, version bigint, request text DEFAULT 'csr', requester text DEFAULT 'key', tx text DEFAULT 'tx') RETURNS text LANGUAGE sql AS $$
	SELECT outcome || ' ' || coalesce(encode(certificate, 'hex'), '') FROM scepgate.enrol_lookup(endpoint, version, tx::bytea, sha256(requester::bytea), sha256(convert_to(request, 'UTF8')))
$$;
CREATE FUNCTION tap.recorded() RETURNS text LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM scepgate.certificate) || ' ' || (SELECT count(*) FROM scepgate.transaction) || ' ' ||
		(SELECT count(*) FROM scepgate.audit_event WHERE event = 'certificate_issued')
$$;

SELECT tap.is(tap.lookup_as(:endpoint, :version), 'new ', 'a new request is new');
SELECT tap.is(tap.lookup_as(:endpoint, :version - 1), 'stale ', 'an older version is stale');
SELECT tap.is(tap.lookup_as(:endpoint, :version + 1), 'stale ', 'a version to come is stale');
SELECT tap.is(tap.lookup_as(0, :version), 'stale ', 'an endpoint that is gone is stale');
SELECT tap.is(scepgate.endpoint_is_current(:endpoint, :version), true, 'the version that was loaded is current');
SELECT tap.is(scepgate.endpoint_is_current(:endpoint, :version - 1), false, 'another one is not');

SELECT tap.is(tap.commit_as(1, :endpoint, :version - 1, :challenge), 'stale ', 'commit: an older version is stale');
SELECT tap.is(tap.commit_as(1, 0, :version, :challenge), 'stale ', 'commit: an endpoint that is gone is stale');
SELECT tap.is(tap.commit_as(1, :endpoint, :version, :challenge + 1), 'challenge ', 'commit: a challenge that is not there');
SELECT tap.is(tap.commit_as(1, :endpoint, :version, NULL), 'challenge ', 'commit: no challenge');
SELECT tap.is(tap.commit_as(1, :endpoint, :version, :challenge, 'yes'), 'challenge ', 'commit: an unknown authorisation');
SELECT tap.is(tap.commit_as(1, :endpoint, :version, :challenge, NULL), 'challenge ', 'commit: no authorisation');
SELECT scepgate.application_create('other') AS id, scepgate.endpoint_attach('other', 'wifi') AS id2, scepgate.challenge_set('other', 'wifi', '$2b$10$abcdefghijklmnopqrstuv') AS other \gset
SELECT tap.is(tap.commit_as(1, :endpoint, :version, :other), 'challenge ', 'commit: a challenge of another endpoint');
SELECT tap.is(tap.recorded(), '0 0 0', 'none of them left anything');
SELECT tap.refused_by(format('SELECT tap.commit_as(1, %s, %s, %s, message_type => 20)', :endpoint, :version, :challenge), 'transaction_message_type_can_issue');

SELECT tap.is(tap.commit_as(1, :endpoint, :version, :challenge), 'issued 30c001', 'commit records a certificate');
SELECT tap.is(tap.recorded(), '1 1 1', 'with its transaction and audit event');
SELECT tap.is(tap.lookup_as(:endpoint, :version), 'issued 30c001', 'the same request finds its certificate');
SELECT tap.is(tap.commit_as(2, :endpoint, :version, :challenge), 'repeat 30c001', 'commit of the same request hands out what is there');
SELECT tap.is(tap.recorded(), '1 1 1', 'and records nothing');
SELECT tap.is(tap.commit_as(3, :endpoint, :version, :challenge, request => 'other'), 'issued 30c003', 'another request under the same transactionID is another one');
SELECT tap.refused_by(format('SELECT tap.commit_as(3, %s, %s, %s, request => %L)', :endpoint, :version, :challenge, 'third'), 'certificate_serial_is_taken');
SELECT tap.is(tap.recorded(), '2 2 2', 'a serial number that is taken leaves nothing');

UPDATE scepgate.transaction SET updated_at = clock_timestamp() - interval '1 day' WHERE csr_sha256 = sha256('csr');
SELECT tap.is(tap.lookup_as(:endpoint, :version), 'new ', 'at the end of the replay window a repeat is new');
SELECT tap.is(tap.commit_as(4, :endpoint, :version, :challenge), 'issued 30c004', 'and gets a new certificate');
SELECT tap.is(tap.recorded(), '3 2 3', 'in the same transaction');
UPDATE scepgate.transaction SET updated_at = clock_timestamp() - interval '1 day' + interval '1 minute' WHERE csr_sha256 = sha256('csr');
SELECT tap.is(tap.commit_as(5, :endpoint, :version, :challenge), 'repeat 30c004', 'a minute before its end it is a repeat');

-- A request that was taken from a message of somebody else and signed anew.
SELECT tap.is(tap.lookup_as(:endpoint, :version, requester => 'thief'), 'foreign ', 'the same request of another key is foreign');
SELECT tap.is(tap.lookup_as(:endpoint, :version, requester => 'thief', tx => 'tx2'), 'foreign ', 'under another transactionID too');
SELECT tap.is(tap.commit_as(6, :endpoint, :version, :challenge, requester => 'thief', tx => 'tx2'), 'foreign ', 'and gets nothing');
SELECT tap.is(tap.commit_as(6, :endpoint, :version, :challenge, 'approval', requester => 'thief'), 'foreign ', 'in no way');
SELECT tap.is(tap.lookup_as(:endpoint, :version - 1, requester => 'thief'), 'stale ', 'an older version is stale all the same');
SELECT tap.is(tap.lookup_as(id, version, requester => 'thief'), 'new ', 'on another endpoint it is new') FROM scepgate.endpoints WHERE application = 'other';
SELECT tap.is(tap.recorded(), '3 2 3', 'it leaves nothing');
UPDATE scepgate.transaction SET updated_at = clock_timestamp() - interval '2 days' WHERE csr_sha256 = sha256('csr');
SELECT tap.is(tap.lookup_as(:endpoint, :version, requester => 'thief'), 'foreign ', 'it stays foreign after the replay window');
SELECT tap.is(tap.lookup_as(:endpoint, :version, tx => 'tx2'), 'new ', 'the same key may ask again under another transactionID');
SELECT tap.is(tap.commit_as(6, :endpoint, :version, :challenge, tx => 'tx2'), 'issued 30c006', 'and gets a certificate');

-- Unless the request is for the very key that signs it now: a device was given that key under its old one.
SELECT tap.is(tap.commits(30, 'rekeyed', requester => 'old key', key => 'new key'), 'issued cert 30', 'a request for another key than the one that signs the message');
SELECT tap.is(tap.lookup_as(:endpoint, :version, 'rekeyed', 'new key'), 'issued ' || encode('cert 30', 'hex'), 'and the key that it is for, when it signs, gets the certificate that somebody else was faster to get for it');
SELECT tap.is(tap.lookup_as(:endpoint, :version, 'rekeyed', 'thief'), 'foreign ', 'and stays foreign for a third one');
SELECT tap.is(tap.commits(31, 'rekeyed', requester => 'thief', key => 'new key'), 'foreign', 'whatever it says that it is for');
SELECT tap.is(tap.commits(31, 'rekeyed', requester => 'thief', key => 'thief'), 'foreign', 'as the first one recorded it');
UPDATE scepgate.transaction SET csr_spki_sha256 = NULL WHERE csr_sha256 = sha256('rekeyed');
SELECT tap.is(tap.lookup_as(:endpoint, :version, 'rekeyed', 'new key') || tap.lookup_as(:endpoint, :version, 'rekeyed', 'thief'), 'new foreign ', 'transactions of before the key was recorded have it with their certificate');
SELECT tap.is(tap.commits(31, 'rekeyed', requester => 'new key'), 'issued cert 31', 'that key gets its own certificate');
SELECT tap.is(l.authorisation, expected, 'a lookup says by what right a certificate was issued') FROM (VALUES ('rekeyed', 'static_challenge'), ('unseen', NULL)) AS t (request, expected),
	scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('new key'), sha256(request::bytea)) AS l WHERE e.id = :endpoint;
SELECT tap.is((SELECT string_agg(detail ->> 'static_challenge_id', ' ') FROM scepgate.audit_event WHERE event = 'certificate_issued' AND detail ->> 'serial' IN ('010000001e', '010000001f')), :'challenge' || ' ' || :'challenge', 'the audit events name the static challenge');

-- Disabled, expired, switched off: whoever knows the newest version still gets nothing.
CREATE FUNCTION tap.commit_after(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE statement;
	SELECT tap.commit_as(9, v.id, v.version, (SELECT id FROM scepgate.static_challenges WHERE application = 'corp'), request => statement) INTO result
	FROM scepgate.endpoints v WHERE v.application = 'corp';
	RETURN result;
END
$$;
SELECT tap.is(tap.commit_after(statement), expected, statement) FROM (VALUES
	('UPDATE scepgate.endpoint SET enabled = false', 'stale '),
	('UPDATE scepgate.endpoint SET enabled = true; UPDATE scepgate.application SET enabled = false', 'stale '),
	('UPDATE scepgate.application SET enabled = true; UPDATE scepgate.ca SET enabled = false WHERE name = ''sub''', 'stale '),
	('UPDATE scepgate.ca SET enabled = true; UPDATE scepgate.static_challenge SET expires_at = clock_timestamp()', 'challenge '),
	('UPDATE scepgate.static_challenge SET expires_at = clock_timestamp() + interval ''1 hour''; UPDATE scepgate.endpoint SET challenge_mode = ''none''', 'challenge '),
	('UPDATE scepgate.endpoint SET challenge_mode = ''static''', 'issued 30c009')
) AS t (statement, expected);

-- Dynamic challenges: what a lookup says of one
CREATE FUNCTION tap.seen(secret text, requester text DEFAULT 'key', application text DEFAULT 'corp') RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', l.challenge_state, CASE WHEN l.challenge_id IS NULL THEN 'no id' END, CASE WHEN l.challenge_is_anothers THEN 'breach' END)
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256(requester::bytea), sha256('unseen'),
		sha256(secret::bytea)) AS l WHERE a.name = seen.application
$$;
CREATE FUNCTION tap.uses(challenge bigint) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', d.uses_left, CASE WHEN d.spent_at > now() - interval '1 minute' THEN 'spent' END, (SELECT word FROM unnest('{d1,d2,d3,d4,d5,key,spki}'::text[]) AS word WHERE sha256(word::bytea) = d.spent_by_spki_sha256))
	FROM scepgate.challenge d WHERE d.id = uses.challenge
$$;
SELECT tap.challenge('one') AS one, tap.challenge('other', application => 'other') AS others \gset
SELECT tap.is(tap.seen('one'), 'unknown no id', 'where only static challenges are taken a dynamic one is unknown');
SELECT tap.is(tap.commits(40, 'dynamic', 'dynamic_challenge', challenge => :one), 'challenge', 'and opens nothing');
UPDATE scepgate.endpoint SET challenge_mode = 'none';
SELECT tap.is(tap.seen('one'), 'unknown no id', 'where none are taken too');
SELECT tap.is(tap.commits(40, 'dynamic', 'dynamic_challenge', challenge => :one), 'challenge', 'and it opens nothing');
UPDATE scepgate.endpoint SET challenge_mode = 'dynamic';
SELECT tap.is(tap.seen('one'), 'live', 'a dynamic challenge is live');
SELECT tap.is(tap.seen('One'), 'unknown no id', 'letters count');
SELECT tap.is(tap.seen('two'), 'unknown no id', 'one that nobody minted is unknown');
SELECT tap.is(tap.seen('other'), 'unknown no id', 'one of another endpoint is unknown here');
SELECT tap.is(tap.seen('one', application => 'other'), 'unknown no id', 'and this one there');
SELECT tap.is(tap.seen(NULL), 'unknown no id', 'no challenge is unknown');
SELECT tap.is(tap.commits(40, 'static', 'static_challenge'), 'challenge', 'an endpoint with dynamic challenges takes no static one');
UPDATE scepgate.endpoint SET challenge_mode = 'both';
SELECT tap.is(tap.seen('one'), 'live', 'an endpoint with both takes a dynamic one');
SELECT tap.is(tap.commits(40, 'static', 'static_challenge'), 'issued cert 40', 'and a static one');
INSERT INTO scepgate.challenge (endpoint_id, hash, expires_at, subject, sans, spki_sha256, device, username)
	VALUES (:endpoint, sha256('bound'), now() + interval '1 hour', 'CN=a', 'DNS:a', sha256('d1'), 'serial 1', 'alice') RETURNING id AS bound \gset
SELECT tap.is((l.challenge_id, l.challenge_state, l.challenge_subject, l.challenge_sans, l.challenge_spki_sha256, l.challenge_device, l.challenge_username)::text,
	(:bound::bigint, 'live', 'CN=a', 'DNS:a', sha256('d1'), 'serial 1', 'alice')::text, 'a lookup says what a challenge is bound to')
	FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('key'), sha256('unseen'), sha256('bound')) AS l WHERE e.id = :endpoint;
SELECT tap.is(tap.commits(41, 'bound', 'dynamic_challenge', 'd2', challenge => :bound), 'challenge', 'a challenge that is bound to a key opens for no other');
SELECT tap.is(tap.uses(:bound), '1', 'and is not spent by that');
SELECT tap.is(tap.commits(41, 'bound', 'dynamic_challenge', 'mdm', key => 'd1', challenge => :bound), 'issued cert 41', 'it opens for that key, whoever signs the message');

-- Spent with the certificate and not before
SELECT tap.is(tap.commits(42, 'a', 'dynamic_challenge', 'd1'), 'challenge', 'a dynamic challenge that is not said');
SELECT tap.is(tap.commits(42, 'a', 'dynamic_challenge', 'd1', challenge => 0), 'challenge', 'or is 0');
SELECT tap.is(tap.commits(42, 'a', 'dynamic_challenge', 'd1', challenge => -1), 'challenge', 'or is not there');
SELECT tap.is(tap.commits(42, 'a', 'dynamic_challenge', 'd1', challenge => :others), 'challenge', 'or is another endpoint''s');
SELECT tap.is(tap.commits(42, 'a', 'dynamic_challenge', 'd1', challenge => 0, static => :challenge), 'challenge', 'a static one does not stand in for it');
SELECT tap.is(tap.commits(42, 'a', 'static_challenge', 'd1', challenge => :one, static => 0), 'challenge', 'nor it for a static one');
SELECT tap.is(tap.commits(42, 'a', 'Dynamic_challenge', 'd1', challenge => :one), 'challenge', 'words count as they are');
SELECT tap.is(tap.commits(42, 'a', NULL, 'd1', challenge => :one), 'challenge', 'no word is none');
SELECT tap.refused_by(format('SELECT tap.commits(42, ''a'', ''dynamic_challenge'', ''d1'', challenge => %s, type => 20)', :one), 'transaction_message_type_can_issue');
SELECT tap.refused_by(format('SELECT tap.commits(41, ''a'', ''dynamic_challenge'', ''d1'', challenge => %s)', :one), 'certificate_serial_is_taken');
SELECT tap.is(tap.uses(:one), '1', 'none of them spent it: what fails burns no challenge');
SELECT tap.is(tap.commits(42, 'a', 'dynamic_challenge', 'd1', challenge => :one, static => :challenge), 'issued cert 42', 'the dynamic challenge opens');
SELECT tap.is(tap.uses(:one), '0 spent d1', 'and is spent, by the key that is certified');
SELECT tap.results_eq($$SELECT authorisation, challenge_id, renewal_of, lineage FROM scepgate.certificate WHERE subject = 'CN=d' ORDER BY id DESC LIMIT 1$$, format('VALUES (''dynamic_challenge'', %s::bigint, NULL::bigint, NULL::bigint)', :one),
	'the certificate says with which challenge it came');
SELECT tap.is((challenge_id, csr_spki_sha256, is_authenticated)::text, (:one::bigint, sha256('d1'), true)::text, 'and so does the transaction') FROM scepgate.transaction WHERE csr_sha256 = sha256('a');
SELECT tap.is(detail -> 'challenge_id', to_jsonb(:one::bigint), 'and the audit event') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
SELECT tap.is(detail ? 'static_challenge_id', false, 'which names no challenge that was not needed') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;

-- After that
SELECT tap.is(tap.commits(43, 'a', 'dynamic_challenge', 'd1', challenge => :one), 'repeat cert 42', 'the same request gets the same certificate although its challenge is spent');
SELECT tap.is(tap.lookup_as(id, version, 'a', 'd1'), 'issued ' || encode('cert 42', 'hex'), 'which a lookup finds as well') FROM scepgate.endpoint WHERE id = :endpoint;
SELECT tap.is(tap.commits(43, 'a2', 'dynamic_challenge', 'd1', challenge => :one), 'challenge', 'another request of the same key gets none');
SELECT tap.is(tap.commits(43, 'a', 'dynamic_challenge', 'd1', tx => 'tx2', challenge => :one), 'challenge', 'nor does the same under another transactionID');
SELECT tap.is(tap.commits(43, 'b', 'dynamic_challenge', 'd2', challenge => :one), 'challenge', 'nor another key');
SELECT tap.is(tap.commits(43, 'a', 'dynamic_challenge', 'd2', challenge => :one), 'foreign', 'nor a thief of the request');
SELECT tap.is(tap.seen('one', 'd1'), 'spent', 'who spent it is told that it is spent');
SELECT tap.is(tap.seen('one', 'd2'), 'spent breach', 'for another key that is a breach');
SELECT tap.is(tap.seen('bound', 'mdm'), 'spent', 'not for the key that signed the message then');
SELECT tap.is(tap.seen('bound', 'd1'), 'spent', 'nor for the key that was certified');
SELECT tap.is(tap.seen('bound', 'd2'), 'spent breach', 'but for a third one');
UPDATE scepgate.transaction SET updated_at = updated_at - interval '2 days' WHERE csr_sha256 = sha256('a');
SELECT tap.is(tap.commits(43, 'a', 'dynamic_challenge', 'd1', challenge => :one), 'challenge', 'after the replay window the same request gets nothing either');
UPDATE scepgate.challenge SET expires_at = now() - interval '1 day' WHERE id = :one;
SELECT tap.is(tap.seen('one', 'd2'), 'spent breach', 'what was spent stays spent when it expires, and a breach a breach');

-- Expiry
SELECT tap.challenge('soon', life => '1 minute') AS soon, tap.challenge('late', life => '-1 second') AS late \gset
SELECT tap.is(tap.seen('soon'), 'live', 'a minute before it expires it is live');
SELECT tap.is(tap.seen('late'), 'expired', 'a second after it is expired');
SELECT tap.is(tap.commits(44, 'late', 'dynamic_challenge', challenge => :late), 'challenge', 'and opens nothing');
SELECT tap.is(tap.commits(44, 'soon', 'dynamic_challenge', challenge => :soon), 'issued cert 44', 'before that it opens');
UPDATE scepgate.challenge SET expires_at = clock_timestamp() + interval '0.3 s' WHERE id = :late;
SELECT tap.is(tap.seen('late'), 'live', 'expiry is looked at when it matters, not when a session began');
SELECT pg_sleep(0.35) \g /dev/null
SELECT tap.is(tap.seen('late'), 'expired', 'a moment later it is expired');
SELECT tap.is(tap.commits(45, 'late', 'dynamic_challenge', challenge => :late), 'challenge', 'and opens nothing');

-- More than one use
SELECT tap.challenge('thrice', uses => 3) AS thrice \gset
SELECT tap.is(tap.commits(50, 'm1', 'dynamic_challenge', 'd1', challenge => :thrice), 'issued cert 50', 'a challenge with three uses opens once');
SELECT tap.is(tap.uses(:thrice), '2', 'and has two left');
SELECT tap.is(tap.commits(51, 'm1', 'dynamic_challenge', 'd1', challenge => :thrice), 'repeat cert 50', 'a repeat');
SELECT tap.is(tap.uses(:thrice), '2', 'costs none');
SELECT tap.is(tap.seen('thrice', 'd2'), 'live', 'for others it is live');
SELECT tap.is(tap.commits(51, 'm2', 'dynamic_challenge', 'd2', challenge => :thrice), 'issued cert 51', 'it opens twice');
SELECT tap.is(tap.commits(52, 'm3', 'dynamic_challenge', 'd3', challenge => :thrice), 'issued cert 52', 'it opens thrice');
SELECT tap.is(tap.uses(:thrice), '0 spent d3', 'then it is spent');
SELECT tap.is(tap.commits(53, 'm4', 'dynamic_challenge', 'd4', challenge => :thrice), 'challenge', 'and opens no more');
SELECT tap.challenge('twice', uses => 2) AS twice \gset
SELECT tap.is(tap.commits(54, 'm5', 'dynamic_challenge', 'mdm', key => 'd5', challenge => :twice) || ', ' || tap.commits(55, 'm6', 'dynamic_challenge', 'mdm', key => 'd4', challenge => :twice), 'issued cert 54, issued cert 55',
	'two devices behind one signer');
SELECT tap.is(tap.seen('twice', 'mdm') || ', ' || tap.seen('twice', 'd5') || ', ' || tap.seen('twice', 'd4') || ', ' || tap.seen('twice', 'd1'), 'spent, spent, spent, spent breach', 'neither of them is a breach when it signs itself');
SELECT tap.is(string_agg(tap.seen('thrice', d), ', ' ORDER BY d), 'spent, spent, spent, spent breach', 'who used it is no breach, who did not is') FROM unnest('{d1,d2,d3,d4}'::text[]) AS d;

-- What was issued is kept.
SELECT tap.refused_by('SELECT scepgate.endpoint_detach(''corp'', ''wifi'')', 'endpoint_has_issued_certificates');
SELECT tap.refused_by('DELETE FROM scepgate.certificate', 'certificate_still_has_its_transaction');
SELECT tap.is(tap.counts, true, 'certificates name what they belong to') FROM (SELECT bool_and(application = 'corp' AND profile = 'wifi' AND ca = 'sub' AND state = 'valid') AS counts FROM scepgate.certificates) AS tap;

-- Refusals
SELECT scepgate.enrol_refuse(:endpoint, '\x746f', sha256('k'), 19, 'ERR_CHALLENGE', 'wrong', 'CN=x', '192.0.2.1', 'ref1');
SELECT scepgate.enrol_refuse(0, '', '', 0, 'ERR_CMS_SYNTAX', '', '', 'nowhere', '');
SELECT tap.results_eq($$SELECT application, profile, reference, host(client_address), detail ->> 'error', detail ->> 'transaction_id', actor = session_user FROM scepgate.audit_events
		WHERE event = 'enrolment_refused' ORDER BY id$$,
	$$VALUES ('corp', 'wifi', 'ref1', '192.0.2.1', 'ERR_CHALLENGE', 'to', true), (NULL, NULL, NULL, NULL, 'ERR_CMS_SYNTAX', NULL, true)$$, 'refusals are recorded with what is known');

SELECT scepgate.enrol_refuse(:endpoint, decode(repeat('00', 10000), 'hex'), '', 19, 'ERR_POLICY', repeat(E'\x01', 100000), repeat('"', 100000));
SELECT tap.results_eq($$SELECT length(detail ->> 'detail'), length(detail ->> 'subject'), length(detail ->> 'transaction_id') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1$$,
	'VALUES (400, 1024, 512)', 'of what is too long the beginning is recorded');
SELECT tap.lives_ok(format('SELECT outcome FROM scepgate.endpoints v, LATERAL scepgate.enrol_commit(v.id, v.version, ''tx-long'', sha256(''key''), sha256(''long''), 19, ''static_challenge'', %s, 0, 0, ''x'', ''x'', ''\x0777'', sha256(''s''),
	repeat(E''\x01'', 100000), repeat(E''\x01'', 100000), now(), now() + interval ''1 day'', repeat(E''\x01'', 100000)) AS c WHERE v.application = ''corp''', :challenge),
	'long names are no hindrance to recording a certificate');

SELECT * FROM tap.finish();
ROLLBACK;
