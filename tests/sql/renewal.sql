-- Renewal: which certificate may be renewed, by whom and when; what it leaves behind; and how it is stopped.
\ir fixture.psql
SELECT tap.no_plan();

-- What a lookup says of the certificate that signed a message; and what a commit says to a renewal of it. Certificates by their number, which is also the id of nothing else here.
CREATE FUNCTION tap.id_of(number integer) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM scepgate.certificate WHERE der = ('cert ' || number)::bytea $$;
CREATE FUNCTION tap.signer(number integer, application text DEFAULT 'corp', profile text DEFAULT 'wifi') RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', l.signer_state, CASE WHEN l.signer_id = tap.id_of(number) THEN 'known' WHEN l.signer_id IS NOT NULL THEN 'another' END)
	FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('x'), sha256('unseen'), NULL, sha256(('cert ' || number)::bytea)) AS l
	WHERE e.id = scepgate.endpoint_id(signer.application, signer.profile)
$$;
CREATE FUNCTION tap.renews(number integer, old integer, requester text DEFAULT 'd1', challenge bigint DEFAULT NULL, static integer DEFAULT 0) RETURNS text LANGUAGE sql AS $$
	SELECT tap.commits(number, 'renewal ' || number, 'renewal', requester, 'tx ' || number, requester || ' next', renewal_of => tap.id_of(old), challenge => challenge, static => static, type => 17)
$$;

SELECT tap.is(tap.commits(1, 'first', requester => 'd1'), 'issued cert 1', 'a device enrols');
SELECT tap.is(tap.signer(1), 'live known', 'its certificate is known');
SELECT tap.is(l.signer_state || coalesce(l.signer_id::text, ''), 'unknown', 'no signer is unknown') FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('x'), sha256('unseen')) AS l WHERE e.id = :endpoint;
SELECT tap.is(tap.signer(99), 'unknown', 'a certificate that nobody issued is unknown');

-- Only the certificates of the very endpoint
SELECT scepgate.application_create('other') AS a, scepgate.endpoint_attach('other', 'wifi') AS b, scepgate.challenge_set('other', 'wifi', '$2b$10$abcdefghijklmnopqrstuv') AS c,
	scepgate.profile_create('vpn', 'sub', 'p') AS d, scepgate.endpoint_attach('corp', 'vpn') AS e \gset
SELECT tap.is(tap.commits(2, 'elsewhere', requester => 'd1', application => 'other'), 'issued cert 2', 'the same device enrols with another application');
SELECT tap.is(tap.signer(2), 'unknown', 'that certificate is unknown here');
SELECT tap.is(tap.signer(1, 'other'), 'unknown', 'and this one there');
SELECT tap.is(tap.signer(1, 'corp', 'vpn'), 'unknown', 'and on another endpoint of the same application');
SELECT tap.is(tap.renews(10, 2), 'renewal', 'a certificate of another application renews nothing');
UPDATE scepgate.certificate SET application_id = scepgate.application_id('other') WHERE id = tap.id_of(1);
SELECT tap.is(tap.signer(1) || ', ' || tap.renews(10, 1), 'unknown, renewal', 'nor one that is another application''s by its row');
UPDATE scepgate.certificate SET application_id = scepgate.application_id('corp'), endpoint_id = scepgate.endpoint_id('corp', 'vpn') WHERE id = tap.id_of(1);
SELECT tap.is(tap.signer(1) || ', ' || tap.renews(10, 1), 'unknown, renewal', 'nor one of another endpoint of the same application and CA');
UPDATE scepgate.certificate SET endpoint_id = :endpoint WHERE id = tap.id_of(1);
SELECT tap.is(tap.commits(10, 'r', 'renewal', 'd1', renewal_of => renewed), 'renewal', format('nor %s', coalesce(renewed::text, 'none'))) FROM unnest('{NULL,0,-1,9999999}'::bigint[]) AS renewed;
SELECT tap.is(tap.renews(10, 1, 'd2'), 'renewal', 'nor does it for a requester with another key than the certificate''s');
SELECT tap.is(tap.commits(10, 'r', 'renewal', 'd2', key => 'd1', renewal_of => tap.id_of(1)), 'renewal', 'though the same key is to be certified');
SELECT tap.is(tap.commits(10, 'r', 'static_challenge', 'd1', static => 0, renewal_of => tap.id_of(1)), 'challenge', 'a renewal must be called one');
SELECT tap.is(tap.commits(10, 'r', 'approval', 'd1', renewal_of => tap.id_of(1)), 'unapproved', 'and is no approval');
SELECT tap.is((SELECT count(*) FROM scepgate.certificate), 2::bigint, 'none of them left a certificate');

-- Renewing
SELECT tap.is(tap.renews(10, 1), 'issued cert 10', 'the holder of a certificate renews it without challenge');
SELECT tap.is(tap.renews(10, 1), 'repeat cert 10', 'and the same request gets the same certificate');
SELECT tap.results_eq('SELECT renewal_of, lineage, authorisation, message_type, challenge_id FROM scepgate.certificate WHERE id = tap.id_of(10)', 'VALUES (tap.id_of(1), tap.id_of(1), ''renewal'', 17, NULL::bigint)',
	'the new certificate says which one it renews');
SELECT tap.is((renewal_of, csr_spki_sha256)::text, (tap.id_of(1), sha256('d1 next'))::text, 'and so does the transaction') FROM scepgate.transaction WHERE transaction_id = 'tx 10';
SELECT tap.is(detail ->> 'renewal_of' || ' ' || (detail ->> 'lineage'), tap.id_of(1) || ' ' || tap.id_of(1), 'and the audit event') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
SELECT tap.is(tap.renews(11, 10, 'd1 next'), 'issued cert 11', 'what was renewed can be renewed again');
SELECT tap.results_eq('SELECT renewal_of, lineage FROM scepgate.certificate WHERE id = tap.id_of(11)', 'VALUES (tap.id_of(10), tap.id_of(1))', 'in the lineage of the first');
SELECT tap.is(tap.renews(12, 1), 'issued cert 12', 'the first one can be renewed again as well');
SELECT tap.is(tap.signer(11), 'live known', 'the newest is live');
SELECT tap.results_eq('SELECT renewal_of, lineage FROM scepgate.certificate WHERE id = tap.id_of(1)', 'VALUES (NULL::bigint, NULL::bigint)', 'the first says nothing of that');
UPDATE scepgate.endpoint SET challenge_mode = 'none' WHERE id = :endpoint;
SELECT tap.is(tap.renews(13, 11, 'd1 next next'), 'issued cert 13', 'an endpoint that takes no challenges renews');
SELECT tap.is(tap.commits(14, 'r', 'static_challenge'), 'challenge', 'and enrols nobody');
UPDATE scepgate.endpoint SET challenge_mode = 'static', renewal = false WHERE id = :endpoint;
SELECT tap.is(tap.renews(14, 1), 'renewal', 'an endpoint without renewal renews nothing');
SELECT tap.is(tap.renews(10, 1), 'repeat cert 10', 'what was issued before it repeats');
UPDATE scepgate.endpoint SET renewal = true WHERE id = :endpoint;

-- The profile gets another CA: the certificates of the first one are still the endpoint's.
SELECT scepgate.ca_create('sub2', '\x30a9', 'CN=sub2', now(), now() + interval '10 years', tap.sealed(9), sha256('9')) AS ca, scepgate.profile_alter('wifi', ca => 'sub2') AS altered \gset
SELECT tap.is(tap.signer(1) || ', ' || tap.renews(15, 1), 'live known, issued cert 15', 'a change of the CA is survived by renewing');
SELECT tap.is(ca, 'sub2', 'under the new one') FROM scepgate.certificates WHERE id = tap.id_of(15);
SELECT scepgate.profile_alter('wifi', ca => 'sub') AS altered \gset

-- In date, and in the grace after it
CREATE FUNCTION tap.dated(number bigint, validity text, grace integer DEFAULT 0) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	UPDATE scepgate.endpoint SET renewal_grace_days = grace WHERE id = scepgate.endpoint_id('corp', 'wifi') AND renewal_grace_days <> grace;
	UPDATE scepgate.certificate SET not_before = date_trunc('second', clock_timestamp()) + split_part(validity, ' to ', 1)::interval, not_after = date_trunc('second', clock_timestamp()) + split_part(validity, ' to ', 2)::interval
	WHERE id = tap.id_of(1);
	RETURN tap.renews(number::integer, 1);
END
$$;
SELECT tap.is(split_part(tap.dated(100 + row_number() OVER (), validity, grace), ' ', 1), outcome, format('valid from %s, with a grace of %s days: %s', validity, grace, outcome)) FROM (VALUES
	('-10 days to 10 days', 0, 'issued'), ('-10 days to 2 seconds', 0, 'issued'), ('-10 days to -2 seconds', 0, 'renewal'), ('0 seconds to 10 days', 0, 'issued'), ('1 minute to 10 days', 0, 'renewal'),
	('1 minute to 10 days', 365, 'renewal'), ('-10 days to -2 seconds', 1, 'issued'), ('-10 days to -86398 seconds', 1, 'issued'), ('-10 days to -86402 seconds', 1, 'renewal'),
	('-400 days to -31535998 seconds', 365, 'issued'), ('-400 days to -31536002 seconds', 365, 'renewal')
) AS t (validity, grace, outcome);
SELECT tap.is(tap.dated(220, '-10 days to 10 days'), 'issued cert 220', 'in the middle of its life it is renewed');

-- Revoked
UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1 WHERE id = tap.id_of(1);
SELECT tap.is(tap.signer(1), 'revoked known', 'a revoked certificate is known as such');
SELECT tap.is(tap.renews(20, 1), 'renewal', 'and is not renewed');
SELECT tap.is(tap.signer(12), 'live known', 'one that renewed it is live all the same');
SELECT tap.is(tap.renews(20, 12, 'd1 next'), 'issued cert 20', 'and is renewed');
UPDATE scepgate.certificate SET revoked_at = now() + interval '1 day' WHERE id = tap.id_of(1);
SELECT tap.is(tap.signer(1) || ', ' || tap.renews(21, 1), 'revoked known, renewal', 'whenever that was');
UPDATE scepgate.certificate SET revoked_at = NULL, revocation_reason = NULL WHERE id = tap.id_of(1);

-- Stopped: recorded at the first certificate of the lineage, for all of them
UPDATE scepgate.certificate SET lineage_stopped_at = now() WHERE id = tap.id_of(1);
SELECT tap.is(tap.signer(number), 'stopped known', format('certificate %s of a stopped lineage is known as such', number)) FROM unnest('{1,10,11,13,20}'::int[]) AS number;
SELECT tap.is(tap.renews(21, 1) || ' ' || tap.renews(21, 10, 'd1 next') || ' ' || tap.renews(21, 11, 'd1 next next'), 'renewal renewal renewal', 'and none of them is renewed');
SELECT tap.is(tap.renews(10, 1), 'repeat cert 10', 'what was renewed before is repeated');
SELECT tap.is(tap.commits(21, 'anew', requester => 'd1'), 'barred', 'a static challenge does not begin another one for the same key');
SELECT tap.is(tap.commits(21, 'anew', requester => 'd1', key => 'd1 anew'), 'barred', 'nor for what that key signs');
SELECT tap.is(tap.commits(21, 'anew', requester => 'd1 anew'), 'issued cert 21', 'but for another key');
SELECT tap.is(tap.signer(21) || ', ' || tap.renews(22, 21, 'd1 anew'), 'live known, issued cert 22', 'which is renewed');
SELECT tap.refused_by('UPDATE scepgate.certificate SET lineage_stopped_at = now() WHERE id = tap.id_of(10)', 'certificate_lineage_is_stopped_at_its_first');
SELECT tap.refused_by('UPDATE scepgate.certificate SET lineage = NULL WHERE id = tap.id_of(10)', 'certificate_lineage_begins_with_an_enrolment');
UPDATE scepgate.certificate SET lineage = 9999999 WHERE id = tap.id_of(22);
SELECT tap.is(tap.signer(22) || ', ' || tap.renews(23, 22, 'd1 anew next'), 'stopped known, renewal', 'a lineage whose beginning is gone is not renewed');
UPDATE scepgate.certificate SET lineage_stopped_at = NULL WHERE id = tap.id_of(1);
SELECT tap.is(tap.signer(11) || ', ' || tap.renews(24, 11, 'd1 next next'), 'live known, issued cert 24', 'a stop can be taken back');

-- With a challenge beside it, where the endpoint asks for both
SELECT tap.challenge('beside') AS beside, tap.challenge('late', life => '-1 second') AS late, tap.challenge('others', application => 'other') AS others, tap.challenge('bound', key => 'someone') AS bound \gset
UPDATE scepgate.endpoint SET challenge_mode = 'both' WHERE id = :endpoint;
SELECT tap.is(tap.renews(30, 1, challenge => :late), 'issued cert 30', 'a challenge beside a renewal is not looked at');
SELECT tap.is(tap.renews(31, 1, challenge => :beside, static => :challenge), 'issued cert 31', 'nor one that is live');
SELECT tap.is(uses_left, 1, 'nor is it spent') FROM scepgate.challenge WHERE id = :beside;
SELECT tap.is(detail ? 'static_challenge_id' OR detail ? 'challenge_id', false, 'nor recorded') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
UPDATE scepgate.endpoint SET renewal_challenge = true WHERE id = :endpoint;
SELECT tap.is(tap.renews(32, 1), 'challenge', 'where it is asked for a renewal without one is refused');
SELECT tap.is(tap.renews(32, 1, challenge => wrong), 'challenge', 'so is one with ' || what) FROM (VALUES ('0', 0), ('an expired one', :late), ('another endpoint''s', :others), ('one for another key', :bound), ('none that is there', 9999999)) AS t (what, wrong);
SELECT tap.is(tap.renews(32, 1, challenge => :late, static => :challenge), 'challenge', 'a static one does not mend that');
SELECT tap.is(tap.renews(32, 2, challenge => :beside), 'renewal', 'with one, but another application''s certificate');
SELECT tap.is(tap.commits(32, 'r', 'dynamic_challenge', challenge => :late, renewal_of => tap.id_of(1)), 'challenge', 'a renewal does not mend a challenge');
SELECT tap.is(uses_left, 1, 'none of them spent it') FROM scepgate.challenge WHERE id = :beside;
SELECT tap.is(tap.renews(32, 1, challenge => :beside), 'issued cert 32', 'with both it is renewed');
SELECT tap.is(uses_left || ' ' || (spent_by_spki_sha256 = sha256('d1 next'))::text, '0 true', 'and the challenge is spent') FROM scepgate.challenge WHERE id = :beside;
SELECT tap.is((authorisation, challenge_id, renewal_of)::text, ('renewal'::text, :beside::bigint, tap.id_of(1))::text, 'recorded are both') FROM scepgate.certificate WHERE id = tap.id_of(32);
SELECT tap.is(tap.renews(32, 1, challenge => :beside), 'repeat cert 32', 'a repeat gets its certificate');
SELECT tap.is(tap.renews(33, 1, challenge => :beside), 'challenge', 'a second renewal with it nothing');
SELECT tap.is(tap.renews(33, 1, static => :challenge), 'issued cert 33', 'a static one does as well');
SELECT tap.is((detail -> 'static_challenge_id', detail -> 'renewal_of')::text, (to_jsonb(:challenge::integer), to_jsonb(tap.id_of(1)))::text, 'which the audit event names') FROM scepgate.audit_event ORDER BY id DESC LIMIT 1;
UPDATE scepgate.static_challenge SET expires_at = clock_timestamp() WHERE id = :challenge;
SELECT tap.is(tap.renews(34, 1, static => :challenge), 'challenge', 'unless it has expired');
UPDATE scepgate.static_challenge SET expires_at = NULL WHERE id = :challenge;
UPDATE scepgate.endpoint SET challenge_mode = 'none' WHERE id = :endpoint;
SELECT tap.is(tap.renews(34, 1, static => :challenge), 'challenge', 'an endpoint that asks for both and takes no challenges renews nothing');
UPDATE scepgate.endpoint SET challenge_mode = 'both', renewal_challenge = false WHERE id = :endpoint;

-- Beside approval
UPDATE scepgate.endpoint SET approval = 'always' WHERE id = :endpoint;
SELECT tap.is(tap.renews(40, 1), 'unapproved', 'where an operator decides on everything he decides on renewals');
SELECT tap.is(tap.pends('r40', 'd1', key => 'd1 next', renewal_of => tap.id_of(2), static => 0), 'renewal', 'what cannot be renewed does not wait');
SELECT tap.is(tap.pends('r40', 'd2', key => 'd1 next', renewal_of => tap.id_of(1), static => 0), 'renewal', 'nor what is another key''s');
UPDATE scepgate.endpoint SET challenge_mode = 'none', pending_max_per_address = 1 WHERE id = :endpoint;
SELECT tap.is(tap.pends('r39', 'd1', key => 'd1 next', renewal_of => tap.id_of(2)), 'renewal', 'also where there are no challenges');
SELECT tap.is(tap.pends('r38', 'd1', key => 'd1 38', renewal_of => tap.id_of(1)) || ' ' || tap.pends('r39', 'd1', key => 'd1 39', renewal_of => tap.id_of(1)), 'pending pending', 'what can waits there, and is not limited as others are');
UPDATE scepgate.endpoint SET challenge_mode = 'both' WHERE id = :endpoint;
SELECT tap.is(tap.pends('r40', 'd1', key => 'd1 next', renewal_of => tap.id_of(1), static => 0, type => 17), 'pending', 'a renewal waits without challenge');
SELECT tap.is((renewal_of, is_authenticated, challenge_id)::text, (tap.id_of(1), true, NULL::bigint)::text, 'with the certificate that it renews') FROM scepgate.transaction WHERE csr_sha256 = sha256('r40');
SELECT tap.is(detail -> 'renewal_of', to_jsonb(tap.id_of(1)), 'which the audit event names') FROM scepgate.audit_event WHERE event = 'enrolment_pending' ORDER BY id DESC LIMIT 1;
SELECT scepgate.transaction_approve(id) AS approved FROM scepgate.transaction WHERE csr_sha256 = sha256('r40') \gset
SELECT tap.is((l.outcome, l.renewal_of)::text, ('approved'::text, tap.id_of(1))::text, 'a lookup tells it when it is approved') FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx', sha256('d1'), sha256('r40')) AS l WHERE e.id = :endpoint;
SELECT tap.is((l.outcome, l.renewal_of)::text, ('approved'::text, tap.id_of(1))::text, 'and a poll') FROM scepgate.endpoint e, LATERAL scepgate.enrol_poll(e.id, e.version, 'tx', sha256('d1')) AS l WHERE e.id = :endpoint;
CREATE FUNCTION tap.after(statement text, undo text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE statement;
	result := tap.commits(40, 'r40', 'approval', 'd1', key => 'd1 next');
	EXECUTE undo;
	RETURN result;
END
$$;
SELECT tap.is(tap.after(statement, undo), 'renewal', 'an approval does not outweigh ' || what) FROM (VALUES
	('a revocation', 'UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1 WHERE id = tap.id_of(1)', 'UPDATE scepgate.certificate SET revoked_at = NULL, revocation_reason = NULL WHERE id = tap.id_of(1)'),
	('a stop', 'UPDATE scepgate.certificate SET lineage_stopped_at = now() WHERE id = tap.id_of(1)', 'UPDATE scepgate.certificate SET lineage_stopped_at = NULL WHERE id = tap.id_of(1)'),
	('the end of its life', 'UPDATE scepgate.certificate SET not_after = not_after - interval ''20 days'', not_before = not_before - interval ''20 days'' WHERE id = tap.id_of(1)', 'UPDATE scepgate.certificate SET not_after = not_after + interval ''20 days'', not_before = not_before + interval ''20 days'' WHERE id = tap.id_of(1)'),
	('an endpoint that renews no more', 'UPDATE scepgate.endpoint SET renewal = false', 'UPDATE scepgate.endpoint SET renewal = true')
) AS t (what, statement, undo);
SELECT tap.is(tap.commits(40, 'r40', 'approval', 'd1', key => 'd1 next', renewal_of => tap.id_of(2)), 'issued cert 40', 'after that it is issued');
SELECT tap.is((authorisation, renewal_of, lineage, message_type)::text, ('approval'::text, tap.id_of(1), tap.id_of(1), 17)::text, 'as the renewal that was approved, whatever the commit says') FROM scepgate.certificate WHERE id = tap.id_of(40);
SELECT tap.is(tap.signer(40), 'live known', 'and can be renewed in its turn');
UPDATE scepgate.endpoint SET approval = 'rules' WHERE id = :endpoint;
INSERT INTO scepgate.approval_rule (endpoint_id, kind) VALUES (:endpoint, 'first_time');
SELECT tap.is(tap.commits(41, 'new names', 'static_challenge', 'd9', subject => 'CN=never seen'), 'first_time', 'where new names wait');
SELECT tap.is(tap.commits(41, 'new names', 'renewal', 'd1', renewal_of => tap.id_of(1), subject => 'CN=never seen'), 'issued cert 41', 'a renewal does not');

-- What the README tells an owner who cleans up: lineages go when the last of them is long expired.
CREATE FUNCTION tap.clean_up() RETURNS text LANGUAGE sql AS $$
	WITH old AS (SELECT c.id FROM scepgate.certificate c WHERE c.not_after < now() - interval '1 year'
		AND NOT EXISTS (SELECT FROM scepgate.certificate n WHERE coalesce(n.lineage, n.id) = coalesce(c.lineage, c.id) AND n.not_after >= now() - interval '1 year')),
	gone AS (DELETE FROM scepgate.transaction t USING old WHERE t.certificate_id = old.id)
	DELETE FROM scepgate.certificate c USING old WHERE c.id = old.id;
	SELECT string_agg(convert_from(der, 'UTF8'), ', ' ORDER BY id) FROM scepgate.certificate;
$$;
DELETE FROM scepgate.transaction;
DELETE FROM scepgate.certificate;
UPDATE scepgate.endpoint SET approval = 'none' WHERE id = :endpoint;
SELECT tap.commits(1, 'c1', requester => 'd1') || tap.renews(2, 1) || tap.renews(3, 2, 'd1 next') || tap.commits(4, 'c4', requester => 'd4') || tap.commits(5, 'c5', requester => 'd5') AS outcomes \gset
UPDATE scepgate.certificate SET not_before = now() - interval '3 years', not_after = now() - interval '2 years' WHERE id <> ALL (ARRAY[tap.id_of(3), tap.id_of(5)]);
SELECT tap.is(tap.clean_up(), 'cert 1, cert 2, cert 3, cert 5', 'what was renewed is kept as long as its last renewal');
UPDATE scepgate.certificate SET not_before = now() - interval '3 years', not_after = now() - interval '2 years' WHERE id = tap.id_of(3);
SELECT tap.is(tap.clean_up(), 'cert 5', 'then the whole lineage goes');
SELECT tap.lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and nothing is left that refers to it');

SELECT * FROM tap.finish();
ROLLBACK;
