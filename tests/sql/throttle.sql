-- Refusals: what of them is audited, and how wrong challenges from one network block the static challenges of an endpoint.
\ir fixture.psql
SELECT tap.no_plan();
SELECT scepgate.application_create('other') AS a, scepgate.endpoint_attach('other', 'wifi') AS other, scepgate.challenge_set('other', 'wifi', '$2b$10$abcdefghijklmnopqrstuv') AS c \gset

CREATE FUNCTION tap.refuse(attempt text, address text DEFAULT '192.0.2.1', endpoint integer DEFAULT scepgate.endpoint_id('corp', 'wifi'), challenge bigint DEFAULT NULL, error text DEFAULT 'ERR_CHALLENGE') RETURNS void LANGUAGE sql AS $$
	SELECT scepgate.enrol_refuse(endpoint, 'tx', sha256('thief'), 19, error, 'wrong', 'CN=x', address, 'ref', substring(sha256(attempt::bytea) FROM 1 FOR 8), challenge)
$$;
-- Wrong challenges FROM to TO, and how long the network is blocked after them.
CREATE FUNCTION tap.guess(first integer, last integer, address text DEFAULT '192.0.2.1') RETURNS void LANGUAGE sql AS $$ SELECT count(tap.refuse(address || n, address)) FROM generate_series(first, last) AS n $$;
CREATE FUNCTION tap.blocked(address text DEFAULT '192.0.2.1', endpoint integer DEFAULT scepgate.endpoint_id('corp', 'wifi')) RETURNS integer LANGUAGE sql AS $$
	SELECT l.blocked_seconds FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('x'), sha256('y'), client_address => address) AS l WHERE e.id = endpoint
$$;
CREATE FUNCTION tap.events(word text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM scepgate.audit_event WHERE event = word $$;
CREATE FUNCTION tap.row_of(address text DEFAULT '192.0.2.1') RETURNS scepgate.throttle LANGUAGE sql AS $$
	SELECT h.* FROM scepgate.throttle h WHERE h.endpoint_id = scepgate.endpoint_id('corp', 'wifi') AND h.network = scepgate.network_of(address::inet)
$$;
-- Let time pass for all that is counted.
CREATE FUNCTION tap.elapse(period interval) RETURNS void LANGUAGE sql AS $$
	UPDATE scepgate.throttle SET attempts_since = attempts_since - period, blocked_until = blocked_until - period, refusals_since = refusals_since - period, updated_at = updated_at - period
$$;

-- Networks
SELECT tap.is(scepgate.network_of(address::inet)::text, network, format('%s counts as %s', coalesce(address, 'an unknown address'), network)) FROM (VALUES
	('192.0.2.1', '192.0.2.1/32'), ('192.0.2.1/24', '192.0.2.1/32'), ('::ffff:192.0.2.1', '192.0.2.1/32'), ('::ffff:255.255.255.255', '255.255.255.255/32'), ('::ffff:c000:201', '192.0.2.1/32'),
	('2001:db8::1', '2001:db8::/64'), ('2001:db8::ffff:ffff:ffff:ffff', '2001:db8::/64'), ('2001:db8:0:1::', '2001:db8:0:1::/64'), ('2001:db8::1/32', '2001:db8::/64'), ('::1', '::/64'),
	('::fffe:192.0.2.1', '::/64'), (NULL, '0.0.0.0/32')) AS t (address, network);

-- Ten distinct wrong ones
SELECT tap.is(tap.blocked(), 0, 'a network that did nothing is not blocked');
SELECT tap.guess(1, 9) \g /dev/null
SELECT tap.is(tap.blocked(), 0, 'nor is it after nine wrong challenges');
SELECT tap.guess(1, 9), tap.guess(1, 9) \g /dev/null
SELECT tap.is(tap.blocked(), 0, 'nor when the same ones come again: a fleet with an outdated challenge does not lock itself out');
SELECT tap.refuse(NULL), tap.refuse(NULL, error => 'ERR_POLICY') \g /dev/null
SELECT scepgate.enrol_refuse(:endpoint, 'tx', sha256('k'), 19, 'ERR_CHALLENGE', 'none', '', '192.0.2.1', '', '') \g /dev/null
SELECT tap.is(tap.blocked(), 0, 'nor by refusals without a wrong challenge');
SELECT tap.is(tap.events('challenge_throttled'), 0::bigint, 'which no event says');
SELECT tap.guess(10, 10) \g /dev/null
SELECT tap.is(tap.blocked(), 60, 'the tenth blocks it for a minute');
SELECT tap.is(detail, '{"network": "192.0.2.1", "seconds": 60}'::jsonb, 'which an event says') FROM scepgate.audit_event WHERE event = 'challenge_throttled' AND application = 'corp' AND profile = 'wifi' AND host(client_address) = '192.0.2.1';
SELECT tap.is(tap.blocked(address), seconds, format('%s is blocked for %s seconds', coalesce(address, 'an unknown address'), seconds)) FROM (VALUES
	('192.0.2.2', 0), ('::ffff:192.0.2.1', 60), ('192.0.2.1%eth0', 60), ('2001:db8::1', 0), (NULL, 0), ('', 0), ('nowhere', 0)) AS t (address, seconds);
SELECT tap.is(tap.blocked(endpoint => :other), 0, 'another endpoint is not concerned');
SELECT tap.elapse('59 s') \g /dev/null
SELECT tap.is(tap.blocked(), 1, 'a second is told as a second');
SELECT tap.elapse('1 s') \g /dev/null
SELECT tap.is(tap.blocked(), 0, 'then it is over');

-- Doubling
CREATE FUNCTION tap.again(round integer, pause interval DEFAULT '0 s') RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
	PERFORM tap.elapse(coalesce((tap.row_of()).blocked_until - clock_timestamp(), interval '0') + interval '1 ms' + pause);
	PERFORM tap.guess(100 * round, 100 * round + 9);
	RETURN tap.blocked();
END
$$;
SELECT tap.is(array_agg(tap.again(round)), '{120,240,480,960,1920,3600,3600,3600}', 'each further block is twice as long, up to an hour') FROM generate_series(1, 8) AS round;
SELECT tap.is(tap.events('challenge_throttled'), 9::bigint, 'and has its event');
SELECT tap.is(tap.again(9, '23 hours 59 minutes'), 3600, 'within a day of the last one it stays so');
SELECT tap.is(tap.again(10, '1 day'), 60, 'after a quiet day it begins anew');
SELECT tap.is(tap.again(11), 120, 'and doubles again');

-- The quarter of an hour
SELECT tap.guess(1, 9, '192.0.2.3'), tap.elapse('14 minutes 59 seconds'), tap.guess(10, 10, '192.0.2.3') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.3'), 60, 'ten within a quarter of an hour block');
SELECT tap.guess(1, 9, '192.0.2.4'), tap.elapse('15 minutes'), tap.guess(10, 10, '192.0.2.4') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.4'), 0, 'ten within more do not');
SELECT tap.guess(11, 18, '192.0.2.4') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.4'), 0, 'the tenth is the first of the next quarter');
SELECT tap.guess(19, 19, '192.0.2.4') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.4'), 60, 'of which the tenth blocks');
SELECT tap.guess(1, 5, '192.0.2.8'), tap.elapse('10 minutes'), tap.guess(6, 9, '192.0.2.8'), tap.elapse('5 minutes'), tap.guess(10, 10, '192.0.2.8') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.8'), 0, 'it counts from the first wrong one');
SELECT tap.guess(1, 15, '192.0.2.5'), tap.elapse('61 s'), tap.guess(16, 19, '192.0.2.5') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.5'), 0, 'what was under way when the block began');
SELECT tap.guess(20, 20, '192.0.2.5') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.5'), 120, 'counts for the next one');
SELECT tap.guess(1, 5, '2001:db8::1'), tap.guess(6, 10, '2001:db8::2') \g /dev/null
SELECT tap.is(tap.blocked('2001:db8::3') || ' ' || tap.blocked('2001:db8:0:1::1'), '60 0', 'addresses of one /64 count together');
SELECT tap.guess(1, 5, ''), tap.guess(6, 9, 'nowhere'), tap.refuse('unknown', NULL) \g /dev/null
SELECT tap.is(tap.blocked(NULL) || ' ' || tap.blocked('') || ' ' || tap.blocked('elsewhere'), '60 60 60', 'and so do unknown ones');

-- No row grows
SELECT tap.is(max(cardinality(attempts)) <= 9 AND max(octet_length(array_to_string(attempts, ''))) <= 200, true, 'no row holds more than nine wrong challenges') FROM scepgate.throttle;
SELECT scepgate.enrol_refuse(:endpoint, 'tx', sha256('k'), 19, 'ERR_CHALLENGE', '', '', '192.0.2.6', '', decode(repeat('ab', 100000), 'hex')) \g /dev/null
SELECT tap.is((tap.row_of('192.0.2.6')).attempts, ARRAY['\xabababababababab'::bytea], 'of what is longer than 8 octets the beginning is kept');

-- Events of refusals: so many a minute, and the number of the others with the next one
DELETE FROM scepgate.throttle;
DELETE FROM scepgate.audit_event;
SELECT count(tap.refuse('same')) FROM generate_series(1, 120) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused'), 120::bigint, 'a hundred and twenty refusals of one network in a minute are audited');
SELECT count(tap.refuse('same', error => 'ERR_POLICY')) FROM generate_series(1, 7) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused') || ' ' || (tap.row_of()).suppressed, '120 7', 'more are not, but counted');
SELECT tap.refuse('same', '192.0.2.2'), tap.refuse('same', endpoint => :other) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused'), 122::bigint, 'other networks and other endpoints have their own share');
SELECT tap.guess(1, 9) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused') || ' ' || tap.blocked() || ' ' || tap.events('challenge_throttled'), '122 60 1', 'wrong challenges count all the same, and a block is told');
SELECT tap.elapse('59 s'), tap.refuse('same') \g /dev/null
SELECT tap.is(tap.events('enrolment_refused'), 122::bigint, 'the minute counts from the first of them');
SELECT tap.elapse('1 s'), tap.refuse('same') \g /dev/null
SELECT tap.is(tap.events('enrolment_refused') || ' ' || (detail ->> 'suppressed'), '123 17', 'the first one after it tells how many were suppressed') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
SELECT tap.refuse('same') \g /dev/null
SELECT tap.is(detail ? 'suppressed', false, 'once') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
SELECT count(tap.refuse('same')) FROM generate_series(1, 119) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused') || ' ' || (tap.row_of()).suppressed, '242 1', 'and the next minute has as many, no more');
DELETE FROM scepgate.audit_event;
SELECT count(tap.refuse('same', endpoint => 0)) FROM generate_series(1, 130) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused'), 120::bigint, 'of an endpoint that is gone as many');
SELECT tap.is(count(*), 0::bigint, 'and nothing is counted for it') FROM scepgate.throttle WHERE endpoint_id = 0;
UPDATE scepgate.audit_event SET at = at - interval '61 s';
SELECT tap.refuse('same', endpoint => 0), tap.refuse('same', endpoint => NULL) \g /dev/null
SELECT tap.is(tap.events('enrolment_refused'), 122::bigint, 'a minute later more');

-- A challenge that another key had spent
UPDATE scepgate.endpoint SET challenge_mode = 'dynamic' WHERE id = :endpoint;
SELECT tap.challenge('spent') AS spent, tap.challenge('fresh') AS fresh \gset
SELECT tap.commits(1, 'a', 'dynamic_challenge', 'victim', challenge => :spent) AS outcome \gset
DELETE FROM scepgate.audit_event;
SELECT tap.refuse(NULL, '192.0.2.50', challenge => :spent) \g /dev/null
SELECT tap.is((event, detail ->> 'challenge_id', detail ->> 'spent_by_spki_sha256', detail ->> 'requester_spki_sha256', detail ->> 'error', detail ? 'spent_at')::text,
	('challenge_breach', :'spent', encode(sha256('victim'), 'hex'), encode(sha256('thief'), 'hex'), 'ERR_CHALLENGE', true)::text, 'is a breach, told with both keys') FROM scepgate.audit_event;
SELECT tap.is(tap.events('enrolment_refused'), 0::bigint, 'instead of the refusal');
SELECT tap.is((tap.row_of('192.0.2.50')).refusals, 1, 'and counts as one');
SELECT tap.refuse(NULL, '192.0.2.51', :other, challenge => :spent) \g /dev/null
SELECT tap.is(event || ' ' || (detail ? 'spent_by_spki_sha256')::text, 'challenge_breach false', 'of another endpoint''s nothing is told') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
SELECT tap.refuse(NULL, '192.0.2.52', challenge => none) FROM unnest('{0,-1,NULL}'::bigint[]) AS none \g /dev/null
SELECT tap.is(tap.events('challenge_breach') || ' ' || tap.events('enrolment_refused'), '2 3', 'no challenge is no breach');
SELECT tap.is_empty($$SELECT FROM scepgate.audit_event WHERE detail::text LIKE '%' || encode(sha256('spent'), 'hex') || '%' OR detail::text LIKE '%spent"%:%"spent"%'$$, 'no event holds a challenge or its hash');

-- Blocked or not, commits and dynamic challenges go on.
SELECT tap.guess(1, 10, '192.0.2.7') \g /dev/null
SELECT tap.is(tap.blocked('192.0.2.7') || ' ' || tap.commits(2, 'b', 'dynamic_challenge', 'x', challenge => :fresh), '60 issued cert 2', 'a dynamic challenge opens from a blocked network');

-- Sweeping
DELETE FROM scepgate.throttle;
DELETE FROM scepgate.audit_event;
INSERT INTO scepgate.throttle (endpoint_id, network, suppressed, updated_at) SELECT :endpoint, inet '198.51.100.0' + n, CASE n WHEN 3 THEN 5 ELSE 0 END, clock_timestamp() - interval '1 day' - n * interval '1 s' FROM generate_series(1, 25) AS n;
INSERT INTO scepgate.throttle (endpoint_id, network, updated_at) VALUES (:endpoint, '203.0.113.1', clock_timestamp() - interval '23 hours 59 minutes');
SELECT tap.refuse('a', '192.0.2.1') \g /dev/null
SELECT tap.is(count(*), 17::bigint, 'when a new network is counted ten that were quiet for a day are forgotten') FROM scepgate.throttle;
SELECT tap.refuse('b', '192.0.2.1') \g /dev/null
SELECT tap.is(count(*), 17::bigint, 'when a known one is none') FROM scepgate.throttle;
SELECT tap.refuse('a', '192.0.2.2'), tap.refuse('a', '192.0.2.3') \g /dev/null
SELECT tap.is(string_agg(host(network), ' ' ORDER BY network), '192.0.2.1 192.0.2.2 192.0.2.3 203.0.113.1', 'what was quiet for less stays') FROM scepgate.throttle;
SELECT tap.is((application, profile, host(client_address), detail)::text, ('corp'::text, 'wifi'::text, '198.51.100.3'::text, '{"suppressed": 5}'::jsonb)::text, 'and what was suppressed is told') FROM scepgate.audit_event WHERE event = 'refusals_suppressed';
SELECT tap.is(tap.events('refusals_suppressed'), 1::bigint, 'where there was something');
INSERT INTO scepgate.throttle (endpoint_id, network, updated_at) SELECT :other, inet '10.0.0.0' + n, clock_timestamp() - interval '5 hours' FROM generate_series(1, 20) AS n;
INSERT INTO scepgate.throttle (endpoint_id, network, updated_at) SELECT :endpoint, inet '10.0.0.0' + n, clock_timestamp() - n * interval '1 s' FROM generate_series(1, 9995) AS n;
SELECT tap.refuse('a', '192.0.2.4') \g /dev/null
SELECT tap.is(count(*), 10000::bigint, 'an endpoint counts ten thousand networks') FROM scepgate.throttle WHERE endpoint_id = :endpoint;
SELECT tap.refuse('a', '192.0.2.5'), tap.refuse('a', '192.0.2.6') \g /dev/null
SELECT tap.is(count(*), 10000::bigint, 'and no more') FROM scepgate.throttle WHERE endpoint_id = :endpoint;
SELECT tap.is(string_agg(host(inet '10.0.0.0' + n), ' ' ORDER BY n DESC), '10.0.39.11', 'those that were quiet longest went') FROM generate_series(9994, 9995) AS n WHERE NOT EXISTS (SELECT FROM scepgate.throttle WHERE endpoint_id = :endpoint AND network = inet '10.0.0.0' + n);
SELECT tap.is(count(*), 20::bigint, 'none of another endpoint') FROM scepgate.throttle WHERE endpoint_id = :other;
SELECT scepgate.endpoint_detach('other', 'wifi') AS detached \gset
SELECT tap.is(count(*), 0::bigint, 'what an endpoint counted goes with it') FROM scepgate.throttle WHERE endpoint_id = :other;

SELECT * FROM tap.finish();
ROLLBACK;
