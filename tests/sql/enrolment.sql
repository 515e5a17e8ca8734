-- The two round trips of an enrolment, and what they leave behind.
\ir fixture.psql
SELECT tap.no_plan();

CREATE FUNCTION tap.commit_as(number integer, endpoint integer, version bigint, challenge integer, authorisation text DEFAULT 'static_challenge', message_type integer DEFAULT 19,
	request text DEFAULT 'csr', requester text DEFAULT 'key', tx text DEFAULT 'tx') RETURNS text LANGUAGE sql AS $$
	SELECT outcome || ' ' || coalesce(encode(recorded, 'hex'), '') FROM scepgate.enrol_commit(endpoint, version, tx::bytea, sha256(requester::bytea), sha256(convert_to(request, 'UTF8')), message_type, authorisation, challenge,
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
SELECT tap.lives_ok(format('SELECT outcome FROM scepgate.endpoints v, LATERAL scepgate.enrol_commit(v.id, v.version, ''tx-long'', sha256(''key''), sha256(''long''), 19, ''static_challenge'', %s, ''x'', ''x'', ''\x0777'', sha256(''s''),
	repeat(E''\x01'', 100000), repeat(E''\x01'', 100000), now(), now() + interval ''1 day'', repeat(E''\x01'', 100000)) AS c WHERE v.application = ''corp''', :challenge),
	'long names are no hindrance to recording a certificate');

SELECT * FROM tap.finish();
ROLLBACK;
