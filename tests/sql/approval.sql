-- Requests that wait for an operator: from pending to issued, and every way in which they do not get there.
\ir fixture.psql
SELECT tap.no_plan();
SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', replay_window_seconds => 3600, pending_lifetime_seconds => 86400) AS altered \gset
SELECT version FROM scepgate.endpoints WHERE application = 'corp' \gset

-- As a worker that knows the newest version. Requests and requesters by a word.
CREATE FUNCTION tap.pend(request text, requester text DEFAULT 'key', tx text DEFAULT 'tx', challenge integer DEFAULT NULL, type integer DEFAULT 19) RETURNS text LANGUAGE sql AS $$
	SELECT p.outcome FROM scepgate.endpoints v, LATERAL scepgate.enrol_pend(v.id, v.version, tx::bytea, sha256(requester::bytea), sha256(request::bytea), type,
		coalesce(challenge, (SELECT id FROM scepgate.static_challenges WHERE application = 'corp')), request::bytea, 'CN=' || request, 'DNS:' || request, '192.0.2.7', 'ref-' || request) AS p
	WHERE v.application = 'corp'
$$;
CREATE FUNCTION tap.lookup(request text, requester text DEFAULT 'key', tx text DEFAULT 'tx') RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', l.outcome, encode(l.certificate, 'hex'), nullif(l.reason, '')) FROM scepgate.endpoints v,
		LATERAL scepgate.enrol_lookup(v.id, v.version, tx::bytea, sha256(requester::bytea), sha256(request::bytea)) AS l WHERE v.application = 'corp'
$$;
CREATE FUNCTION tap.poll(requester text DEFAULT 'key', tx text DEFAULT 'tx', application text DEFAULT 'corp') RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', p.outcome, encode(p.certificate, 'hex'), nullif(p.reason, ''), convert_from(p.csr, 'UTF8'), CASE WHEN p.csr_sha256 = sha256(p.csr) THEN 'digest' END)
	FROM scepgate.endpoints v, LATERAL scepgate.enrol_poll(v.id, v.version, tx::bytea, sha256(requester::bytea)) AS p WHERE v.application = poll.application
$$;
CREATE FUNCTION tap.commit_as(number integer, request text, authorisation text DEFAULT 'approval', requester text DEFAULT 'key', type integer DEFAULT 20) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', c.outcome, encode(c.recorded, 'hex')) FROM scepgate.endpoints v, LATERAL scepgate.enrol_commit(v.id, v.version, 'tx', sha256(requester::bytea), sha256(request::bytea),
		type, authorisation, (SELECT id FROM scepgate.static_challenges WHERE application = 'corp'), 'another request', set_byte('\x30c000', 2, number), set_byte('\x0100', 1, number),
		sha256('spki'), 'CN=certified', '', now(), now() + interval '1 day') AS c WHERE v.application = 'corp'
$$;
CREATE FUNCTION tap.id_of(request text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM scepgate.transaction WHERE csr_sha256 = sha256(request::bytea) ORDER BY updated_at DESC LIMIT 1 $$;
CREATE FUNCTION tap.counts() RETURNS text LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM scepgate.certificate) || ' ' || (SELECT count(*) FROM scepgate.transaction) || ' ' || (SELECT count(*) FROM scepgate.audit_event WHERE event LIKE 'enrolment%')
$$;

-- Before there is anything, and what may not be pended
SELECT tap.is(tap.lookup('a'), 'new', 'a request that nobody has seen is new');
SELECT tap.is(tap.poll(), 'new', 'a poll without a request finds nothing');
SELECT tap.is(outcome, 'stale', 'pend: an older version is stale') FROM scepgate.enrol_pend(:endpoint, :version - 1, 'tx', sha256('key'), sha256('a'), 19, :challenge, 'a', 'CN=a');
SELECT tap.is(outcome, 'stale', 'pend: an endpoint that is gone is stale') FROM scepgate.enrol_pend(0, :version, 'tx', sha256('key'), sha256('a'), 19, :challenge, 'a', 'CN=a');
SELECT tap.is(outcome, 'stale', 'poll: an older version is stale') FROM scepgate.enrol_poll(:endpoint, :version - 1, 'tx', sha256('key'));
SELECT tap.is(tap.pend('a', challenge => 0), 'challenge', 'pend: an endpoint with challenges wants one');
SELECT tap.is(tap.pend('a', challenge => 99), 'challenge', 'pend: a challenge that is not there');
SELECT tap.is(tap.commit_as(1, 'a', 'static_challenge', type => 19), 'unapproved', 'a challenge alone issues nothing where an operator decides');
SELECT tap.is(tap.commit_as(1, 'a'), 'unapproved', 'what was never asked is not approved');
SELECT tap.refused_by('SELECT tap.pend(''a'', type => 20)', 'transaction_message_type_can_issue');
SELECT tap.refused_by('SELECT tap.pend(''a'', type => 18)', 'transaction_message_type_can_issue');
SELECT tap.is(tap.counts(), '0 0 0', 'none of them left anything');

-- Pending
SELECT tap.is(tap.pend('a'), 'pending', 'a request is pended');
SELECT tap.is(tap.counts(), '0 1 1', 'with its audit event');
SELECT tap.is(tap.pend('a'), 'pending', 'again it is the same one (RFC 8894 section 4.4: a repeat polls)');
SELECT tap.is(tap.counts(), '0 1 1', 'which leaves nothing new');
SELECT tap.is(tap.lookup('a'), 'pending', 'a repeat finds it pending');
SELECT tap.is(tap.poll(), 'pending', 'so does a poll, which does not get the request back');
SELECT tap.is(tap.lookup('a', 'thief'), 'foreign', 'a repeat signed with another key is refused');
SELECT tap.is(tap.poll('thief'), 'new', 'a stolen transactionID reveals nothing');
SELECT tap.is(tap.poll('key', 'tx2'), 'new', 'another transactionID finds nothing');
SELECT tap.is(tap.commit_as(1, 'a'), 'unapproved', 'a pending request cannot be issued');
SELECT tap.is(tap.commit_as(1, 'a', 'approval', 'thief'), 'foreign', 'nor by another key');
SELECT tap.is(tap.pend('a', 'thief'), 'foreign', 'which cannot pend it either');
SELECT tap.is(tap.counts(), '0 1 1', 'and leaves nothing');
SELECT tap.results_eq('SELECT state, message_type, subject, sans, host(client_address), reference, certificate_id, expires_at > now() + interval ''23 hours'' AND expires_at < now() + interval ''25 hours'' FROM scepgate.transactions',
	'VALUES (''pending'', 19, ''CN=a'', ''DNS:a'', ''192.0.2.7'', ''ref-a'', NULL::bigint, true)', 'the operator sees who asks for what');
SELECT tap.hasnt_view('scepgate', 'transaction_files', 'but not the request, which is encrypted');
SELECT tap.is(pending, 1::bigint, 'the endpoint counts it') FROM scepgate.endpoints WHERE application = 'corp';

-- Deciding
SELECT tap.throws_ok('SELECT scepgate.transaction_approve(0)', 'P0002', 'there is no transaction 0', 'what is not there cannot be approved');
SELECT tap.refused_by(format('SELECT scepgate.transaction_deny(%s, %L)', tap.id_of('a'), E'two\nlines'), 'transaction_reason_is_a_line');
SELECT tap.taken(format('SELECT scepgate.transaction_deny(%s, %L)', tap.id_of('a'), repeat('x', 255)));
SELECT tap.refused_by(format('SELECT scepgate.transaction_deny(%s, %L)', tap.id_of('a'), repeat('x', 256)), 'transaction_reason_is_a_line');
UPDATE scepgate.transaction SET expires_at = expires_at - interval '1 hour';
SELECT expires_at AS before FROM scepgate.transaction \gset
SELECT tap.is(scepgate.transaction_deny(tap.id_of('a'), 'who are you?'), tap.id_of('a'), 'an operator denies');
SELECT tap.is(tap.poll(), 'denied who are you?', 'the device is told, with the reason');
SELECT tap.is(tap.lookup('a'), 'denied who are you?', 'also when it repeats');
SELECT tap.is(tap.pend('a'), 'denied', 'a denied request is not pended again');
SELECT tap.is(tap.commit_as(1, 'a'), 'unapproved', 'nor issued');
SELECT tap.throws_ok(format('SELECT scepgate.transaction_deny(%s)', tap.id_of('a')), '55000', format('transaction %s was denied already, by %s', tap.id_of('a'), session_user), 'once is enough');
SELECT tap.is(expires_at = :'before', true, 'a denial does not put off when it expires') FROM scepgate.transaction;
SELECT tap.is(scepgate.transaction_approve(tap.id_of('a')), tap.id_of('a'), 'an operator thinks better of it');
SELECT tap.is(tap.lookup('a'), 'approved', 'a repeat finds it approved');
SELECT tap.is(tap.poll(), 'approved a digest', 'a poll gets the request');
SELECT tap.is(expires_at > :'before', true, 'an approval counts its life anew') FROM scepgate.transaction;
SELECT tap.is(l.subject || ' ' || l.sans, 'CN=a DNS:a', 'a repeat learns what the operator saw') FROM scepgate.endpoints v, LATERAL scepgate.enrol_lookup(v.id, v.version, 'tx', sha256('key'), sha256('a')) AS l WHERE v.application = 'corp';
SELECT tap.is(p.subject || ' ' || p.sans, 'CN=a DNS:a', 'so does a poll') FROM scepgate.endpoints v, LATERAL scepgate.enrol_poll(v.id, v.version, 'tx', sha256('key')) AS p WHERE v.application = 'corp';
SELECT tap.is(tap.poll('thief'), 'new', 'another key still nothing');
SELECT tap.is(tap.pend('a'), 'approved', 'an approved request is not pended again');
SELECT tap.is(tap.commit_as(1, 'a', 'approval', 'thief'), 'foreign', 'another key cannot fetch it');
SELECT tap.is(tap.commit_as(1, 'b'), 'unapproved', 'nor can another request under the same transactionID');
SELECT tap.is(tap.commit_as(1, 'a', 'static_challenge', type => 19), 'unapproved', 'the challenge is no way round');

-- Issuing
SELECT tap.is(tap.commit_as(1, 'a'), 'issued 30c001', 'an approved request is issued');
SELECT tap.is(tap.commit_as(2, 'a'), 'repeat 30c001', 'a second worker gets the same certificate');
SELECT tap.is(tap.poll(), 'issued 30c001', 'a poll gets it');
SELECT tap.is(tap.lookup('a'), 'issued 30c001', 'and a repeat');
SELECT tap.is(tap.pend('a'), 'issued', 'it is not pended again');
SELECT tap.is(tap.poll('thief'), 'new', 'another key gets nothing');
SELECT tap.results_eq('SELECT message_type, authorisation, csr_der FROM scepgate.certificate', 'VALUES (19, ''approval'', ''another request''::bytea)',
	'recorded are the message type that was approved, and the request as the commit gives it');
SELECT tap.results_eq('SELECT state, serial, subject, decided_by = session_user, expires_at FROM scepgate.transactions', 'VALUES (''issued'', ''0101'', ''CN=a'', true, NULL::timestamptz)', 'the transaction says who approved');
SELECT tap.throws_ok(format('SELECT scepgate.transaction_deny(%s)', tap.id_of('a')), '55000', format('transaction %s has its certificate already', tap.id_of('a')), 'what is issued is beyond denial');
SELECT tap.results_eq('SELECT event, reference, detail ->> ''subject'' FROM scepgate.audit_event WHERE event LIKE ''enrolment%'' OR event = ''certificate_issued'' ORDER BY id',
	$$VALUES ('enrolment_pending', 'ref-a', 'CN=a'), ('enrolment_denied', 'ref-a', 'CN=a'), ('enrolment_approved', 'ref-a', 'CN=a'), ('certificate_issued', NULL, 'CN=certified')$$, 'the audit trail tells it all');
UPDATE scepgate.transaction SET updated_at = clock_timestamp() - interval '1 hour';
SELECT tap.is(tap.poll(), 'new', 'after the replay window the poll finds nothing');
SELECT tap.is(tap.commit_as(3, 'a'), 'unapproved', 'an approval is good for one certificate');
SELECT tap.is(tap.pend('a'), 'pending', 'and the request waits anew');
SELECT tap.is(tap.counts(), '1 1 4', 'in the same transaction; the certificate stays');

-- The newest of several requests is polled
UPDATE scepgate.transaction SET updated_at = updated_at - interval '1 minute';
SELECT tap.is(tap.pend('b'), 'pending', 'the same device asks for something else under the same transactionID');
SELECT scepgate.transaction_approve(tap.id_of('b')) AS approved \gset
SELECT tap.is(tap.poll(), 'approved b digest', 'a poll finds the newer one');
SELECT tap.is(tap.lookup('a'), 'pending', 'the older one is undisturbed');
SELECT tap.is(tap.pend('b', 'second key'), 'foreign', 'the same request of another key is refused');
SELECT tap.is(tap.pend('b2', 'second key'), 'pending', 'another request of another key is its own transaction');
SELECT tap.is(tap.poll('second key'), 'pending', 'which waits for itself');

-- Expiry: an operator is too late, a device is too late
SELECT tap.is(tap.commit_as(4, 'b'), 'issued 30c004', 'in time an approval issues');
SELECT tap.is(tap.pend('c'), 'pending', 'a third request');
UPDATE scepgate.transaction SET expires_at = clock_timestamp() + interval '1 minute' WHERE csr_sha256 = sha256('c');
SELECT tap.is(tap.lookup('c'), 'pending', 'a minute before it expires it is pending');
UPDATE scepgate.transaction SET expires_at = now() WHERE csr_sha256 = sha256('c');
SELECT tap.is(tap.lookup('c'), 'new', 'when it expires it is new');
SELECT tap.is(tap.poll(), 'new', 'for a poll too');
SELECT tap.is(state, 'expired', 'the operator sees that') FROM scepgate.transactions WHERE id = tap.id_of('c');
SELECT tap.throws_ok(format('SELECT scepgate.transaction_approve(%s)', tap.id_of('c')), '55000', format('transaction %s has expired: the device must ask again', tap.id_of('c')), 'and cannot approve any more');
SELECT tap.is(tap.pend('c'), 'pending', 'the device asks again');
SELECT scepgate.transaction_approve(tap.id_of('c')) AS approved \gset
UPDATE scepgate.transaction SET expires_at = clock_timestamp() WHERE csr_sha256 = sha256('c');
SELECT tap.is(tap.commit_as(5, 'c'), 'unapproved', 'an approval expires as well');
SELECT tap.is(tap.lookup('c'), 'new', 'and the request is new again');
UPDATE scepgate.transaction SET expires_at = clock_timestamp() - interval '31 days' WHERE csr_sha256 = sha256('c');
UPDATE scepgate.transaction SET state = 'pending', decided_at = NULL, decided_by = NULL WHERE csr_sha256 = sha256('c');
INSERT INTO scepgate.transaction (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, reference, expires_at, decided_at, decided_by)
	SELECT :endpoint, 'old', sha256('key'), sha256(state::bytea), state, 19, 'x', '', '', '', now() - interval '31 days', now(), 'x' FROM unnest('{denied,approved}'::text[]) AS state;
SELECT tap.is(tap.pend('d'), 'pending', 'a month later another request comes');
SELECT tap.is(tap.id_of('c'), NULL, 'and what nobody decided on is forgotten');
SELECT tap.is(tap.id_of('denied'), NULL, 'so is what was denied');
SELECT tap.isnt(tap.id_of('approved'), NULL, 'but not an approval');

-- Approval switched off: what waits still waits, what is new is issued
SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'none') AS altered \gset
SELECT tap.is(tap.pend('e'), 'unapproved', 'an endpoint without approval pends nothing');
SELECT tap.is(tap.commit_as(6, 'e', 'static_challenge', type => 19), 'issued 30c006', 'but issues');
SELECT tap.is(tap.commit_as(7, 'd', 'static_challenge', type => 19), 'unapproved', 'what waits for an operator is not issued by its challenge');
SELECT scepgate.transaction_approve(tap.id_of('d')) AS approved \gset
SELECT tap.is(tap.commit_as(7, 'd'), 'issued 30c007', 'but by his approval');

-- Without challenges, and full
SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', challenge_mode => 'none') AS altered \gset
SELECT tap.is(tap.pend('f', challenge => 0), 'pending', 'without challenge mode the operator alone decides');
INSERT INTO scepgate.transaction (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, reference, expires_at)
	SELECT :endpoint, 'flood', sha256('k'), sha256(n::text::bytea), 'pending', 19, 'x', '', '', '', now() + interval '1 day'
	FROM generate_series(1, 10000 - (SELECT count(*)::integer FROM scepgate.transaction WHERE state IN ('pending', 'approved') AND expires_at > now())) AS n;
INSERT INTO scepgate.transaction (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, reference, expires_at)
	SELECT :endpoint, 'over', sha256('k'), sha256('over'), 'pending', 19, 'x', '', '', '', now();
SELECT tap.is(tap.pend('g'), 'full', 'ten thousand wait: no more');
SELECT tap.is(tap.pend('f'), 'pending', 'those that wait may repeat');
DELETE FROM scepgate.transaction WHERE csr_sha256 = sha256('1');
SELECT tap.is(tap.pend('g'), 'pending', 'one less: there is room');
SELECT tap.is(tap.pend('h'), 'full', 'for one');
UPDATE scepgate.transaction SET state = 'approved', decided_at = now(), decided_by = 'x' WHERE csr_sha256 = sha256('2');
SELECT tap.is(tap.pend('h'), 'full', 'an approval takes room until it is used');
UPDATE scepgate.transaction SET state = 'denied' WHERE csr_sha256 = sha256('2');
SELECT tap.is(tap.pend('h'), 'pending', 'a denial takes none');

-- The constraints behind it
SELECT tap.refused_by('UPDATE scepgate.transaction SET state = ''done'', decided_at = now(), decided_by = ''x'' WHERE state = ''pending''', 'transaction_state_is_known');
SELECT tap.refused_by('UPDATE scepgate.transaction SET certificate_id = (SELECT max(id) FROM scepgate.certificate) WHERE state = ''pending''', 'transaction_certificate_comes_with_issuance');
SELECT tap.refused_by('UPDATE scepgate.transaction SET csr_der = NULL WHERE state = ''pending''', 'transaction_request_is_kept_until_issuance');
SELECT tap.refused_by('UPDATE scepgate.transaction SET csr_der = '''' WHERE state = ''pending''', 'transaction_csr_der_has_a_length');
SELECT tap.refused_by('UPDATE scepgate.transaction SET expires_at = NULL WHERE state = ''pending''', 'transaction_expires_until_issuance');
SELECT tap.refused_by('UPDATE scepgate.transaction SET decided_at = now() WHERE state = ''pending''', 'transaction_decision_has_time_and_person');
SELECT tap.refused_by('UPDATE scepgate.transaction SET decided_at = now(), decided_by = ''x'' WHERE state = ''pending''', 'transaction_is_decided_or_pending');

SELECT * FROM tap.finish();
ROLLBACK;
