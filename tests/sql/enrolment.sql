-- The two round trips of an enrolment, and what they leave behind.
\ir fixture.psql
SELECT tap.no_plan();

CREATE FUNCTION tap.commit_as(number integer, endpoint integer, version bigint, challenge integer, authorisation text DEFAULT 'static_challenge', message_type integer DEFAULT 19,
	request text DEFAULT 'csr') RETURNS text LANGUAGE sql AS $$
	SELECT outcome || ' ' || coalesce(encode(recorded, 'hex'), '') FROM scepgate.enrol_commit(endpoint, version, 'tx', sha256('key'), sha256(convert_to(request, 'UTF8')), message_type, authorisation, challenge,
		'\x30cc', set_byte('\x30c000', 2, number), set_byte('\x0100', 1, number), sha256('spki'), 'CN=d', '', now(), now() + interval '1 day')
$$;
CREATE FUNCTION tap.lookup_as(endpoint integer, version bigint, request text DEFAULT 'csr') RETURNS text LANGUAGE sql AS $$
	SELECT outcome || ' ' || coalesce(encode(certificate, 'hex'), '') FROM scepgate.enrol_lookup(endpoint, version, 'tx', sha256('key'), sha256(convert_to(request, 'UTF8')))
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

SELECT * FROM tap.finish();
ROLLBACK;
