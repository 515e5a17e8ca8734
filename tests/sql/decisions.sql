-- What an operator decides on many at once: requests that wait, by filter; and whether a lineage of certificates is renewed.
\ir fixture.psql
SELECT tap.no_plan();

SELECT scepgate.application_create('lab') AS id, scepgate.endpoint_attach('lab', 'wifi') AS lab \gset
INSERT INTO scepgate.transaction (id, endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, reference, expires_at, client_address, created_at,
		decided_at, decided_by, reason)
	SELECT n, endpoint, n::text::bytea, sha256('k'), sha256(n::text::bytea), state, 19, '\x01', subject, sans, 'ref-' || n, now() + ends, address::inet, now() - age,
		CASE WHEN state <> 'pending' THEN now() END, CASE WHEN state <> 'pending' THEN 'somebody' END, ''
	FROM (VALUES
		(1, :endpoint, 'pending', 'CN=a1.example,O=Corp', 'DNS:a1.example', '192.0.2.1', interval '1 hour', interval '3 days'),
		(2, :endpoint, 'pending', 'CN=a2.example,O=Corp', '', '192.0.2.2', interval '1 hour', interval '2 days'),
		(3, :endpoint, 'pending', 'CN=b3.example,O=Corp', 'DNS:b3.example', '198.51.100.3', interval '1 hour', interval '1 day'),
		(4, :lab, 'pending', 'CN=a4.example,O=Lab', 'DNS:a4.example', '2001:db8::4', interval '1 hour', interval '1 day'),
		(5, :endpoint, 'approved', 'CN=a5.example,O=Corp', '', '192.0.2.5', interval '1 hour', interval '1 day'),
		(6, :endpoint, 'denied', 'CN=a6.example,O=Corp', '', '192.0.2.6', interval '1 hour', interval '1 day'),
		(7, :endpoint, 'pending', 'CN=a7.example,O=Corp', '', '192.0.2.7', interval '-1 second', interval '9 days'),
		(8, :endpoint, 'pending', 'CN=50%_\off', '', NULL, interval '1 hour', interval '1 minute')
	) AS t (n, endpoint, state, subject, sans, address, ends, age);
CREATE FUNCTION tap.state(n integer) RETURNS text LANGUAGE sql AS $$ SELECT state FROM scepgate.transaction WHERE id = n $$;
-- Which ones a filter finds; nothing changes.
CREATE FUNCTION tap.finds(filter text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	BEGIN
		EXECUTE format('SELECT coalesce(string_agg(id::text, '' ''), '''') FROM scepgate.transactions_approve(%s) AS t (id)', filter) INTO found;
		RAISE EXCEPTION USING ERRCODE = 'ZZ001';
	EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
		RETURN found;
	END;
END
$$;

SELECT tap.is(tap.finds(filter), found, format('%s finds %s', filter, found)) FROM (VALUES
	('application => ''corp''', '1 2 3 8'),
	('profile => ''wifi''', '1 2 3 4 8'),
	('application => ''lab'', profile => ''wifi''', '4'),
	('subject => ''CN=a*''', '1 2 4'),
	('subject => ''*,O=Corp''', '1 2 3'),
	('subject => ''*''', '1 2 3 4 8'),
	('subject => ''CN=a1.example,O=Corp''', '1'),
	('subject => ''CN=a1.example''', ''),
	('subject => ''CN=a_.example*''', ''),
	('subject => ''CN=%''', ''),
	('subject => ''CN=50%_\off''', '8'),
	('subject => ''CN=5*\*''', '8'),
	('subject => ''cn=a*''', ''),
	('sans => ''DNS:*''', '1 3 4'),
	('sans => ''''', '2 8'),
	('client_network => ''192.0.2.0/24''', '1 2'),
	('client_network => ''192.0.2.77/24''', '1 2'),
	('client_network => ''198.51.100.3''', '3'),
	('client_network => ''2001:db8::/32''', '4'),
	('client_network => ''0.0.0.0/0''', '1 2 3'),
	('created_before => now() - interval ''2 days''', '1'),
	('created_before => now() - interval ''36 hours''', '1 2'),
	('application => ''corp'', at_most => 2', '1 2'),
	('application => ''corp'', subject => ''CN=a*'', sans => ''DNS:*'', client_network => ''192.0.2.0/24'', created_before => now()', '1')
) AS t (filter, found);
SELECT tap.throws_ok(format('SELECT scepgate.%s', statement), code, sentence, statement) FROM (VALUES
	('transactions_approve()', '22023', 'at least one filter must be given: application, profile, subject, sans, client_network or created_before'),
	('transactions_deny(reason => ''x'', at_most => 1)', '22023', NULL),
	('transactions_approve(''corp'', at_most => 0)', '22023', 'at_most is 1 to 10000'),
	('transactions_approve(''corp'', at_most => 10001)', '22023', NULL),
	('transactions_approve(''none'')', 'P0002', 'there is no application "none"'),
	('transactions_approve(profile => ''none'')', 'P0002', 'there is no profile "none"'),
	('transactions_approve(client_network => ''here'')', '22P02', NULL),
	('transactions_deny(''corp'', reason => E''two\nlines'')', '23514', NULL)
) AS t (statement, code, sentence);
SELECT tap.is(tap.state(1), 'pending', 'none of them decided anything');

SELECT tap.results_eq('SELECT scepgate.transactions_approve(''corp'', subject => ''CN=a*'', reason => ''as listed'')', 'VALUES (1::bigint), (2)', 'those that wait and meet the filters are approved');
SELECT tap.results_eq('SELECT scepgate.transactions_deny(client_network => ''0.0.0.0/0'', reason => ''not ours'')', 'VALUES (3::bigint)', 'others are denied');
SELECT tap.is(string_agg(id || ' ' || state || ' ' || reason, ', ' ORDER BY id), '1 approved as listed, 2 approved as listed, 3 denied not ours, 4 pending , 5 approved , 6 denied , 7 pending , 8 pending ',
	'what was decided before, and what expired, stays as it is') FROM scepgate.transaction;
SELECT tap.results_eq('SELECT event, (detail ->> ''transaction'')::integer, reference, detail ->> ''reason'' FROM scepgate.audit_events WHERE event LIKE ''enrolment%'' ORDER BY id',
	$$VALUES ('enrolment_approved', 1, 'ref-1', 'as listed'), ('enrolment_approved', 2, 'ref-2', 'as listed'), ('enrolment_denied', 3, 'ref-3', 'not ours')$$, 'each is audited');
SELECT tap.is_empty('SELECT scepgate.transactions_approve(''corp'', subject => ''CN=a*'')', 'then none is left');

-- Lineages
CREATE FUNCTION tap.certificate(number integer, lineage integer, renews integer) RETURNS void LANGUAGE sql AS $$
	INSERT INTO scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, not_before, not_after, message_type, authorisation, renewal_of, lineage)
	SELECT number, p.ca_id, set_byte('\x0100', 1, number), e.application_id, e.id, set_byte('\x30c000', 2, number), '\x01', sha256('k'), 'CN=' || number, now(), now() + interval '1 day', 19,
		CASE WHEN renews IS NULL THEN 'static_challenge' ELSE 'renewal' END, renews, lineage
	FROM scepgate.endpoint e JOIN scepgate.profile p ON p.id = e.profile_id JOIN scepgate.application a ON a.id = e.application_id WHERE a.name = 'corp'
$$;
SELECT tap.certificate(1, NULL, NULL), tap.certificate(2, 1, 1), tap.certificate(3, 1, 2), tap.certificate(4, NULL, NULL) \gset ignored_
SELECT tap.results_eq('SELECT id, lineage, renewals_stopped FROM scepgate.certificates ORDER BY id', 'VALUES (1::bigint, 1::bigint, false), (2, 1, false), (3, 1, false), (4, 4, false)', 'a lineage begins with an enrolment');
SELECT tap.is(scepgate.lineage_stop(3, 'stolen'), 1::bigint, 'it is stopped by any of its certificates');
SELECT tap.results_eq('SELECT id, lineage, renewals_stopped FROM scepgate.certificates ORDER BY id', 'VALUES (1::bigint, 1::bigint, true), (2, 1, true), (3, 1, true), (4, 4, false)', 'as a whole');
SELECT tap.results_eq('SELECT state, revoked_at FROM scepgate.certificates WHERE lineage = 1', 'VALUES (''valid'', NULL::timestamptz), (''valid'', NULL), (''valid'', NULL)', 'which revokes none');
SELECT tap.throws_ok('SELECT scepgate.lineage_stop(2)', '55000', 'renewals of certificate 2 are stopped already', 'once');
SELECT tap.throws_ok('SELECT scepgate.lineage_resume(4)', '55000', 'renewals of certificate 4 are allowed already', 'what was not stopped cannot be resumed');
SELECT tap.throws_ok('SELECT scepgate.lineage_stop(9)', 'P0002', 'there is no certificate 9', 'nor what is not there');
SELECT tap.throws_ok('SELECT scepgate.lineage_stop(NULL)', 'P0002', NULL, 'nor nothing');
SELECT tap.is(scepgate.lineage_resume(2), 1::bigint, 'it is resumed by any of its certificates');
SELECT tap.is(scepgate.lineage_stop(4), 4::bigint, 'a certificate that was never renewed is stopped by itself');
SELECT tap.results_eq('SELECT id, renewals_stopped FROM scepgate.certificates ORDER BY id', 'VALUES (1::bigint, false), (2, false), (3, false), (4, true)', 'and alone');
SELECT tap.results_eq('SELECT event, application, profile, detail FROM scepgate.audit_events WHERE event LIKE ''lineage%'' ORDER BY id',
	$$VALUES ('lineage_stopped', 'corp', 'wifi', '{"certificate_id": 3, "lineage": 1, "serial": "0101", "subject": "CN=1", "reason": "stolen"}'::jsonb),
		('lineage_resumed', 'corp', 'wifi', '{"certificate_id": 2, "lineage": 1, "serial": "0101", "subject": "CN=1", "reason": ""}'),
		('lineage_stopped', 'corp', 'wifi', '{"certificate_id": 4, "lineage": 4, "serial": "0104", "subject": "CN=4", "reason": ""}')$$, 'each is audited');

SELECT * FROM tap.finish();
ROLLBACK;
