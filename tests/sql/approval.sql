-- Requests that wait for an operator: from pending to issued, and every way in which they do not get there.
\ir fixture.psql
SELECT tap.no_plan();
SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', replay_window_seconds => 3600, pending_lifetime_seconds => 86400) AS altered \gset
SELECT version FROM scepgate.endpoints WHERE application = 'corp' \gset

-- As a worker that knows the newest version. Requests and requesters by a word.
CREATE FUNCTION tap.pend(request text, requester text DEFAULT 'key', tx text DEFAULT 'tx', challenge integer DEFAULT NULL, type integer DEFAULT 19) RETURNS text LANGUAGE sql AS $$
	SELECT p.outcome FROM scepgate.endpoints v, LATERAL scepgate.enrol_pend(v.id, v.version, tx::bytea, sha256(requester::bytea), sha256(request::bytea), type,
		coalesce(challenge, (SELECT id FROM scepgate.static_challenges WHERE application = 'corp')), 0, 0, request::bytea, sha256(('key of ' || request)::bytea), 'CN=' || request, 'DNS:' || request, '', '192.0.2.7', 'ref-' || request) AS p
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
		type, authorisation, (SELECT id FROM scepgate.static_challenges WHERE application = 'corp'), 0, 0, 'another request', set_byte('\x30c000', 2, number), set_byte('\x0100', 1, number),
		sha256('spki'), 'CN=certified', '', now(), now() + interval '1 day') AS c WHERE v.application = 'corp'
$$;
CREATE FUNCTION tap.id_of(request text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM scepgate.transaction WHERE csr_sha256 = sha256(request::bytea) ORDER BY updated_at DESC LIMIT 1 $$;
CREATE FUNCTION tap.counts() RETURNS text LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM scepgate.certificate) || ' ' || (SELECT count(*) FROM scepgate.transaction) || ' ' || (SELECT count(*) FROM scepgate.audit_event WHERE event LIKE 'enrolment%')
$$;

-- Before there is anything, and what may not be pended
SELECT tap.is(tap.lookup('a'), 'new', 'a request that nobody has seen is new');
SELECT tap.is(tap.poll(), 'new', 'a poll without a request finds nothing');
SELECT tap.is(outcome, 'stale', 'pend: an older version is stale') FROM scepgate.enrol_pend(:endpoint, :version - 1, 'tx', sha256('key'), sha256('a'), 19, :challenge, 0, 0, 'a', sha256('a'), 'CN=a', '');
SELECT tap.is(outcome, 'stale', 'pend: an endpoint that is gone is stale') FROM scepgate.enrol_pend(0, :version, 'tx', sha256('key'), sha256('a'), 19, :challenge, 0, 0, 'a', sha256('a'), 'CN=a', '');
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

-- Room for requests that come without challenge and renewal: for one network at a time, and for one day
DELETE FROM scepgate.transaction WHERE state <> 'issued';
UPDATE scepgate.endpoint SET pending_max_per_address = 2, pending_max_per_day = 5, challenge_mode = 'none' WHERE id = :endpoint;
CREATE FUNCTION tap.flood(number integer, address text) RETURNS text LANGUAGE sql AS $$ SELECT tap.pends('flood ' || number, 'k' || number, 'f', address => address) $$;
SELECT tap.is(tap.flood(number, address), outcome, format('number %s, from "%s": %s', number, address, outcome)) FROM (VALUES
	(1, '2001:db8:1:2::1', 'pending'), (2, '2001:db8:1:2:ffff::2', 'pending'), (3, '2001:db8:1:2:3::3', 'address_full'), (4, '2001:db8:1:3::1', 'pending'), (1, '2001:db8:1:2::1', 'pending'),
	(5, '192.0.2.1', 'pending'), (6, '::ffff:192.0.2.1', 'pending'), (7, '192.0.2.1', 'address_full'), (8, '192.0.2.2', 'day_full')
) AS t (number, address, outcome);
SELECT tap.is(count(*), 5::bigint, 'those wait, and are known to have come without challenge') FROM scepgate.transaction WHERE state = 'pending' AND NOT is_authenticated;
UPDATE scepgate.endpoint SET pending_max_per_day = 8 WHERE id = :endpoint;
SELECT tap.is(tap.flood(number, address), outcome, format('number %s, from "%s": %s', number, address, outcome)) FROM (VALUES
	(10, NULL, 'pending'), (11, 'nowhere', 'pending'), (12, '', 'address_full'), (13, '198.51.100.1', 'pending'), (14, '198.51.100.2', 'day_full')
) AS t (number, address, outcome);
UPDATE scepgate.transaction SET created_at = clock_timestamp() - interval '23 hours 59 minutes' WHERE csr_sha256 = sha256('flood 1');
SELECT tap.is(tap.flood(14, '198.51.100.2'), 'day_full', 'what came a minute less than a day ago counts');
UPDATE scepgate.transaction SET created_at = clock_timestamp() - interval '24 hours' WHERE csr_sha256 = sha256('flood 1');
SELECT tap.is(tap.flood(14, '198.51.100.2'), 'pending', 'after a day not any more');
UPDATE scepgate.endpoint SET pending_max_per_day = 100 WHERE id = :endpoint;
SELECT tap.is(tap.flood(3, '2001:db8:1:2:3::3'), 'address_full', 'what waits counts for its network as long as it waits');
SELECT scepgate.transaction_approve(tap.id_of('flood 1')) AS approved \gset
SELECT tap.is(tap.flood(3, '2001:db8:1:2:3::3'), 'pending', 'until an operator decides');
SELECT scepgate.transaction_deny(tap.id_of('flood 2')) AS denied \gset
SELECT tap.is(tap.flood(20, '2001:db8:1:2:3::4'), 'pending', 'one way or the other');
UPDATE scepgate.transaction SET expires_at = clock_timestamp() WHERE csr_sha256 = sha256('flood 3');
SELECT tap.is(tap.flood(21, '2001:db8:1:2:3::5'), 'pending', 'or it expires');
SELECT tap.is(tap.flood(22, '2001:db8:1:2:3::6'), 'address_full', 'then as many wait again');
UPDATE scepgate.transaction SET created_at = clock_timestamp() - interval '2 days', expires_at = clock_timestamp() WHERE csr_sha256 = sha256('flood 21');
UPDATE scepgate.endpoint SET pending_max_per_day = (SELECT count(*) + 1 FROM scepgate.transaction WHERE NOT is_authenticated AND created_at > clock_timestamp() - interval '24 hours') WHERE id = :endpoint;
SELECT tap.is(tap.flood(21, '203.0.113.1') || ' ' || tap.flood(30, '203.0.113.2'), 'pending day_full', 'one that expired and comes again counts as new');
UPDATE scepgate.endpoint SET pending_max_per_day = 1, pending_max_per_address = 1, challenge_mode = 'static' WHERE id = :endpoint;
SELECT tap.is(tap.flood(40, '192.0.2.1') || ' ' || tap.flood(41, '192.0.2.1') || ' ' || tap.flood(42, '192.0.2.1'), 'pending pending pending', 'what comes with a challenge is not limited like that');
SELECT tap.is(bool_and(is_authenticated), true, 'and known to have come with one') FROM scepgate.transaction WHERE csr_sha256 IN (sha256('flood 40'), sha256('flood 41'), sha256('flood 42'));
UPDATE scepgate.endpoint SET pending_max_per_day = 1000, pending_max_per_address = 1, challenge_mode = 'none' WHERE id = :endpoint;
SELECT tap.is(tap.flood(43, '192.0.2.77') || ' ' || tap.flood(44, '192.0.2.77'), 'pending address_full', 'nor does it count against those that come without');
UPDATE scepgate.transaction SET client_address = '192.0.2.78' WHERE csr_sha256 IN (sha256('flood 40'), sha256('flood 41'));
SELECT tap.is(tap.flood(45, '192.0.2.78') || ' ' || tap.flood(46, '192.0.2.78'), 'pending address_full', 'from the same address');
SELECT tap.is(tap.pends('flood 47', 'k40', 'f2', subject => 'CN=flood 40'), 'pending', 'what began to wait with a challenge');
SELECT tap.is(is_authenticated, true, 'came with one, however it comes again') FROM scepgate.transaction WHERE csr_sha256 = sha256('flood 47');
UPDATE scepgate.transaction SET expires_at = clock_timestamp() WHERE csr_sha256 IN (sha256('flood 43'), sha256('flood 45'));
UPDATE scepgate.endpoint SET pending_max_per_address = 20, challenge_mode = 'static' WHERE id = :endpoint;
SELECT tap.is(tap.flood(43, '192.0.2.77'), 'pending', 'what began without, expired, and comes again with a challenge');
SELECT tap.is(is_authenticated, true, 'came with one') FROM scepgate.transaction WHERE csr_sha256 = sha256('flood 43');
UPDATE scepgate.endpoint SET approval = 'none' WHERE id = :endpoint;
SELECT tap.is(tap.commits(70, 'flood 45', requester => 'k45', tx => 'f'), 'issued cert 70', 'and what is issued with a challenge then');
SELECT tap.is(is_authenticated, true, 'as well') FROM scepgate.transaction WHERE csr_sha256 = sha256('flood 45');
UPDATE scepgate.endpoint SET approval = 'always' WHERE id = :endpoint;

-- One key waits once
DELETE FROM scepgate.transaction WHERE state <> 'issued';
SELECT tap.is(tap.pends('n1', 'dev', 'tx1', subject => 'CN=dev', sans => 'DNS:dev', because => E'first\nline'), 'pending', 'a device asks');
SELECT tap.is(pended_because, 'first line', 'why it waits is one line') FROM scepgate.transaction WHERE csr_sha256 = sha256('n1');
UPDATE scepgate.transaction SET updated_at = updated_at - interval '1 hour' WHERE csr_sha256 = sha256('n1');
SELECT id AS first, expires_at AS expiry, created_at AS created, (SELECT count(*) FROM scepgate.audit_event) AS events FROM scepgate.transaction WHERE csr_sha256 = sha256('n1') \gset
SELECT tap.is(tap.pends('n2', 'dev', 'tx2', subject => 'CN=dev', sans => 'DNS:dev', address => '192.0.2.99'), 'pending', 'and with the same key for the same names anew');
SELECT tap.is((id, convert_from(csr_der, 'UTF8'), convert_from(transaction_id, 'UTF8'), reference, host(client_address))::text, (:first::bigint, 'n2'::text, 'tx2'::text, 'ref-n2'::text, '192.0.2.7'::text)::text,
	'the same transaction goes on with the newer request, and stays counted by the address from which it began to wait') FROM scepgate.transaction WHERE state = 'pending';
SELECT tap.is((expires_at, created_at, updated_at > clock_timestamp() - interval '1 minute', pended_because)::text, (:'expiry'::timestamptz, :'created'::timestamptz, true, 'first line'::text)::text, 'waits no longer than before')
	FROM scepgate.transaction WHERE id = :first;
SELECT tap.is((SELECT count(*) FROM scepgate.audit_event), :events::bigint, 'and writes no further event, so that it fills nothing');
UPDATE scepgate.transaction SET asked_sha256 = sha256('more') WHERE id = :first;
SELECT tap.is(tap.pends('n2 else', 'dev', 'tx2 else', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'a request of the same key for the same names that asks for something else');
SELECT tap.is(count(*), 2::bigint, 'waits by itself') FROM scepgate.transaction WHERE state = 'pending' AND subject = 'CN=dev';
DELETE FROM scepgate.transaction WHERE csr_sha256 = sha256('n2 else');
UPDATE scepgate.transaction SET asked_sha256 = NULL WHERE id = :first;
SELECT tap.is(tap.lookup('n2', 'dev', 'tx2') || ' ' || tap.lookup('n1', 'dev', 'tx1'), 'pending new', 'the newer request finds it, the older one does not');
SELECT tap.is(tap.poll('dev', 'tx2') || ' ' || tap.poll('dev', 'tx1'), 'pending new', 'so does a poll');
SELECT tap.is(tap.pends('n3', 'dev', 'tx2', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'another request under the same transactionID');
SELECT tap.is(tap.pends('n3', 'dev', 'tx3', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'the same request under another transactionID');
SELECT tap.is(string_agg(id || ' ' || convert_from(transaction_id, 'UTF8'), ','), :first || ' tx3', 'it is one all the time') FROM scepgate.transaction WHERE state = 'pending';
SELECT tap.is(tap.pends('n4', 'other', 'tx4', key => 'dev', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'not with another requester key');
SELECT tap.is(tap.pends('n5', 'dev', 'tx5', key => 'other', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'not with another key in the request');
SELECT tap.is(tap.pends('n6', 'dev', 'tx6', subject => 'CN=Dev', sans => 'DNS:dev'), 'pending', 'not for another subject');
SELECT tap.is(tap.pends('n7', 'dev', 'tx7', subject => 'CN=dev', sans => 'DNS:dev, DNS:dev2'), 'pending', 'not for other SANs');
SELECT tap.is(count(*), 5::bigint, 'each of these waits for itself') FROM scepgate.transaction WHERE state = 'pending';
DELETE FROM scepgate.transaction WHERE state = 'pending' AND id <> :first;
SELECT scepgate.transaction_approve(:first, 'welcome') AS approved \gset
SELECT tap.is(tap.pends('n8', 'dev', 'tx8', subject => 'CN=dev', sans => 'DNS:dev', static => 0), 'challenge', 'who comes without challenge goes on with nothing');
SELECT tap.is(tap.pends('n8', 'dev', 'tx8', subject => 'CN=dev', sans => 'DNS:dev'), 'approved', 'who was approved and comes with a newer request is approved');
SELECT tap.is(tap.lookup('n8', 'dev', 'tx8') || ' ' || tap.poll('dev', 'tx8'), 'approved welcome approved welcome n8 digest', 'a lookup and a poll find that, with the newer request');
SELECT tap.is(tap.commits(80, 'n3', 'approval', 'dev', 'tx3'), 'unapproved', 'the older one is approved no longer');
SELECT tap.is(tap.commits(80, 'n8', 'approval', 'dev', 'tx8'), 'issued cert 80', 'the newer one is issued');
SELECT tap.is(tap.pends('n9', 'dev', 'tx9', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'what comes after that waits anew');
SELECT scepgate.transaction_deny(id) AS denied, id AS denied_id FROM scepgate.transaction WHERE csr_sha256 = sha256('n9') \gset
SELECT tap.is(tap.pends('n10', 'dev', 'tx10', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'so does what comes after a denial');
SELECT tap.is(tap.lookup('n9', 'dev', 'tx9'), 'denied', 'which stands');
UPDATE scepgate.transaction SET expires_at = clock_timestamp() WHERE csr_sha256 = sha256('n10');
SELECT tap.is(tap.pends('n11', 'dev', 'tx11', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'and after an expiry');
SELECT tap.is(tap.pends('n10', 'dev', 'tx10', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'a request that expired goes on where a newer one waits');
SELECT tap.is(count(*) || ' ' || bool_and(expires_at > now()), '1 true', 'in one transaction') FROM scepgate.transaction WHERE requester_spki_sha256 = sha256('dev') AND state = 'pending';
UPDATE scepgate.transaction SET updated_at = clock_timestamp() - interval '2 days' WHERE csr_sha256 = sha256('n8');
SELECT tap.is(tap.pends('n8', 'dev', 'tx8', subject => 'CN=dev', sans => 'DNS:dev'), 'pending', 'so does one that was issued longer ago than the replay window');
SELECT tap.is(count(*), 1::bigint, 'in one transaction') FROM scepgate.transaction WHERE requester_spki_sha256 = sha256('dev') AND state IN ('pending', 'issued') AND subject = 'CN=dev';

-- With a dynamic challenge: it is spent when the request begins to wait, whatever the operator says
UPDATE scepgate.endpoint SET challenge_mode = 'dynamic' WHERE id = :endpoint;
SELECT tap.challenge('wait') AS wait, tap.challenge('more') AS more, tap.challenge('bound', key => 'else') AS bound, tap.challenge('thrice', uses => 3) AS thrice \gset
CREATE FUNCTION tap.left_of(number bigint) RETURNS integer LANGUAGE sql AS $$ SELECT uses_left FROM scepgate.challenge WHERE id = number $$;
CREATE FUNCTION tap.seen(secret text, requester text) RETURNS text LANGUAGE sql AS $$
	SELECT l.challenge_state || CASE WHEN l.challenge_is_anothers THEN ' breach' ELSE '' END FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'unseen', sha256(requester::bytea),
		sha256('unseen'), sha256(secret::bytea)) AS l WHERE e.id = scepgate.endpoint_id('corp', 'wifi')
$$;
SELECT tap.is(tap.pends('w', 'dd'), 'challenge', 'a static challenge is none there');
SELECT tap.is(tap.pends('w', 'dd', challenge => :bound), 'challenge', 'nor is one for another key');
SELECT tap.is(tap.pends('w', 'dd', challenge => :wait, static => 0, subject => 'CN=w'), 'pending', 'a request waits with its challenge');
SELECT tap.is((uses_left, spent_by_spki_sha256)::text, (0, sha256('dd'))::text, 'which is spent by its key') FROM scepgate.challenge WHERE id = :wait;
SELECT tap.is((challenge_id, is_authenticated)::text, (:wait::bigint, true)::text, 'and known to the transaction') FROM scepgate.transaction WHERE csr_sha256 = sha256('w');
SELECT tap.is(detail -> 'challenge_id', to_jsonb(:wait::bigint), 'and the audit event') FROM scepgate.audit_event WHERE event = 'enrolment_pending' ORDER BY id DESC LIMIT 1;
SELECT tap.is(tap.pends('w', 'dd', challenge => :wait, static => 0), 'pending', 'the same request still waits');
SELECT tap.is(tap.seen('wait', 'dd'), 'live', 'for its requester it is live as long as the request waits');
SELECT tap.is(tap.seen('wait', 'ee'), 'spent breach', 'for another one it is spent, and a breach');
SELECT tap.is(tap.pends('w2', 'ee', challenge => :wait, subject => 'CN=w'), 'challenge', 'who gets nothing with it');
SELECT tap.is(tap.pends('w2', 'dd', challenge => :wait, subject => 'CN=other'), 'challenge', 'nor does the same key for other names');
SELECT tap.is(tap.commits(90, 'w2', 'dynamic_challenge', 'dd', challenge => :wait), 'unapproved', 'nor at once');
SELECT tap.is(tap.pends('w2', 'dd', 'tx2', challenge => :wait, subject => 'CN=w'), 'pending', 'but who comes back with a newer request resumes with it');
SELECT tap.is(tap.pends('w3', 'dd', 'tx3', challenge => :more, subject => 'CN=w'), 'pending', 'or with another one');
SELECT tap.is(tap.left_of(:more), 0, 'which is spent then');
SELECT tap.is((SELECT challenge_id FROM scepgate.transaction WHERE csr_sha256 = sha256('w3')), :more::bigint, 'and recorded');
SELECT tap.is(tap.seen('wait', 'dd') || ', ' || tap.seen('more', 'dd'), 'spent, live', 'the first one is of no use any more, and no breach');
SELECT scepgate.transaction_approve(id) AS approved FROM scepgate.transaction WHERE csr_sha256 = sha256('w3') \gset
SELECT tap.is(tap.pends('w4', 'dd', 'tx4', challenge => :more, subject => 'CN=w'), 'approved', 'approved it resumes as well');
SELECT tap.is(tap.commits(90, 'w4', 'approval', 'dd', 'tx4'), 'issued cert 90', 'and is issued');
SELECT tap.is((authorisation, challenge_id)::text, ('approval'::text, :more::bigint)::text, 'with the challenge that it waited with') FROM scepgate.certificate ORDER BY id DESC LIMIT 1;
SELECT tap.is(tap.seen('more', 'dd'), 'spent', 'now that is spent for everybody');
SELECT tap.challenge('denied') AS denied \gset
SELECT tap.is(tap.pends('d1', 'de', challenge => :denied) || ' ' || tap.seen('denied', 'de'), 'pending live', 'one that waits');
SELECT scepgate.transaction_deny(id) AS id FROM scepgate.transaction WHERE csr_sha256 = sha256('d1') \gset
SELECT tap.is(tap.seen('denied', 'de'), 'spent', 'and is denied has its challenge spent');
SELECT tap.is(tap.pends('t1', 'tt', challenge => :thrice) || ' ' || tap.left_of(:thrice), 'pending 2', 'a challenge with more uses gives one');
SELECT tap.is(tap.pends('t1', 'tt', challenge => :thrice) || ' ' || tap.left_of(:thrice), 'pending 2', 'a repeat costs none');
SELECT tap.is(tap.pends('t2', 'tt', 'tx2', challenge => :thrice, subject => 'CN=t1') || ' ' || tap.left_of(:thrice), 'pending 2', 'nor does a newer request of the same key');
SELECT tap.is(tap.pends('t3', 'uu', challenge => :thrice) || ' ' || tap.left_of(:thrice), 'pending 1', 'another key costs another');
UPDATE scepgate.challenge SET expires_at = clock_timestamp() WHERE id = :thrice;
SELECT tap.is(tap.pends('t4', 'vv', challenge => :thrice) || ' ' || tap.left_of(:thrice), 'challenge 1', 'an expired one is refused');
INSERT INTO scepgate.transaction (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, reference, expires_at)
	SELECT :endpoint, 'flood', sha256('k'), sha256(n::text::bytea), 'pending', 19, 'x', '', '', '', now() + interval '1 day' FROM generate_series(1, 10000) AS n;
SELECT tap.challenge('room') AS room \gset
SELECT tap.is(tap.pends('full', 'ww', challenge => :room) || ' ' || tap.left_of(:room), 'full 1', 'what finds no room spends nothing');
DELETE FROM scepgate.transaction WHERE transaction_id = 'flood';

-- Only what a rule names
UPDATE scepgate.endpoint SET approval = 'rules', challenge_mode = 'both' WHERE id = :endpoint;
SELECT tap.is(tap.commits(91, 'x1', requester => 'xx', subject => 'CN=x'), 'issued cert 91', 'without rules nobody is asked');
SELECT tap.is(tap.commits(99, 'x0', requester => 'xx', subject => ''), 'issued cert 99', 'not even for a certificate without names');
INSERT INTO scepgate.approval_rule (endpoint_id, kind, item, pattern) VALUES (:endpoint, 'subject', 'CN', 'ap-*');
SELECT tap.is(tap.commits(92, 'x2', requester => 'xx', subject => 'CN=y'), 'issued cert 92', 'nor for a list of names, which the worker has looked at');
INSERT INTO scepgate.approval_rule (endpoint_id, kind) VALUES (:endpoint, 'first_time');
SELECT tap.is(tap.commits(93, 'x3', requester => 'xx', subject => 'CN=x'), 'issued cert 93', 'names that were seen before are issued');
SELECT tap.is(tap.commits(94, 'x4', requester => 'xx', subject => subject, sans => sans), 'first_time', format('subject "%s", SANs "%s" are new', subject, sans)) FROM (VALUES
	('CN=z', ''), ('CN=X', ''), ('CN=x', 'DNS:x'), ('', 'CN=x'), ('', ''), ('CN=x ', '')) AS t (subject, sans);
SELECT tap.is(tap.commits(94, 'x4', 'dynamic_challenge', 'xx', challenge => :room, subject => 'CN=z'), 'first_time', 'with a dynamic challenge too');
SELECT tap.is(tap.left_of(:room), 1, 'which is not spent');
SELECT tap.is(tap.commits(94, 'x4', 'nothing', 'xx', subject => 'CN=x'), 'challenge', 'names that were seen are no authorisation');
SELECT tap.is(tap.pends('x4', 'xx', challenge => :room, subject => 'CN=z', because => 'first time'), 'pending', 'what is new waits');
SELECT tap.is(pended_because, 'first time', 'with the reason') FROM scepgate.transaction WHERE csr_sha256 = sha256('x4');
SELECT tap.is(tap.commits(94, 'x5', 'dynamic_challenge', 'xx', 'tx5', challenge => :room, subject => 'CN=z'), 'first_time', 'and is sent to wait when it comes again');
SELECT scepgate.transaction_approve(id) AS approved FROM scepgate.transaction WHERE csr_sha256 = sha256('x4') \gset
SELECT tap.is(tap.commits(94, 'x4', 'approval', 'xx', subject => 'CN=z'), 'issued cert 94', 'until an operator says yes');
SELECT tap.is(tap.commits(95, 'x6', requester => 'xx', subject => 'CN=z'), 'issued cert 95', 'then it is known');
UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1 WHERE subject = 'CN=z';
SELECT tap.is(tap.commits(96, 'x7', requester => 'xx', subject => 'CN=z'), 'first_time', 'what was revoked does not count');
SELECT tap.is(tap.commits(95, 'x6', requester => 'xx', subject => 'CN=z'), 'repeat cert 95', 'a repeat is a repeat all the same');
SELECT scepgate.application_create('other') AS a, scepgate.endpoint_attach('other', 'wifi') AS b, scepgate.challenge_set('other', 'wifi', '$2b$10$abcdefghijklmnopqrstuv') AS c,
	tap.commits(97, 'x8', application => 'other', subject => 'CN=elsewhere') AS d, scepgate.profile_create('vpn', 'sub', 'p') AS e, scepgate.endpoint_attach('corp', 'vpn') AS f \gset
SELECT tap.is(tap.commits(98, 'x9', requester => 'xx', subject => 'CN=elsewhere'), 'first_time', 'what another application knows does not count');
UPDATE scepgate.certificate SET endpoint_id = scepgate.endpoint_id('corp', 'vpn'), not_before = now() - interval '9 days', not_after = now() - interval '1 day' WHERE subject = 'CN=y';
SELECT tap.is(tap.commits(98, 'x10', requester => 'yy', subject => 'CN=y'), 'issued cert 98', 'what another endpoint of the application knows does, also when it has expired');

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
