-- Revocation: who and what is revoked, for which reason; hold and its end; what the next CRL and the next delta are to say, and when they are due.
\ir fixture.psql
SELECT tap.no_plan();

CREATE FUNCTION tap.id_of(number integer) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM scepgate.certificate WHERE der = ('cert ' || number)::bytea $$;
CREATE FUNCTION tap.status(number integer) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', state, revocation) FROM scepgate.certificates WHERE id = tap.id_of(number) $$;
CREATE FUNCTION tap.renews(number integer, old integer) RETURNS text LANGUAGE sql AS $$
	SELECT tap.commits(number, 'renewal ' || number, 'renewal', 'd1', 'tx ' || number, 'd1', renewal_of => tap.id_of(old), static => 0, type => 17)
$$;
-- The numbers of what was revoked.
CREATE FUNCTION tap.numbers(ids bigint[]) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(substr(convert_from(c.der, 'UTF8'), 6), ' ' ORDER BY c.id) FROM scepgate.certificate c WHERE c.id = ANY (ids)
$$;

-- Reasons
SELECT tap.results_eq($$SELECT scepgate.revocation_reason(word) FROM unnest('{unspecified,keyCompromise,cACompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,privilegeWithdrawn,aACompromise}'::text[]) AS word$$,
	'{0,1,2,3,4,5,6,9,10}'::integer[], 'reasons have their names of RFC 5280 section 5.3.1');
SELECT tap.is(scepgate.revocation_reason('KEYCOMPROMISE'), 1, 'in any case');
SELECT tap.is(scepgate.revocation_reason('9'), 9, 'or their numbers');
SELECT tap.throws_like(format('SELECT scepgate.revocation_reason(%L)', word), '%is no reason to revoke: unspecified, keyCompromise,%', format('%L is none', word)) FROM unnest('{removeFromCRL,8,7,11,-,"",stolen}'::text[]) AS word;
SELECT tap.results_eq('SELECT scepgate.revocation_reason_name(n) FROM generate_series(6, 11) AS n', '{certificateHold,NULL,removeFromCRL,privilegeWithdrawn,aACompromise,NULL}'::text[], 'and back');

-- One certificate
SELECT tap.is(tap.commits(1, 'first', requester => 'd1'), 'issued cert 1', 'a device enrols');
SELECT tap.is(tap.renews(2, 1), 'issued cert 2', 'and renews');
SELECT tap.is(scepgate.certificate_revoke(tap.id_of(1), 'keyCompromise', 'lost in a taxi'), tap.id_of(1), 'it is revoked');
SELECT tap.is(tap.status(1), 'revoked keyCompromise', 'and shown so, with the reason');
SELECT tap.is((actor, application, profile, detail ->> 'serial', detail ->> 'reason', detail ->> 'note')::text, (session_user, 'corp', 'wifi', '0100000001', 'keyCompromise', 'lost in a taxi')::text,
	'the audit trail says who revoked what, and why') FROM scepgate.audit_event WHERE event = 'certificate_revoked';
SELECT tap.is(tap.renews(3, 1), 'renewal', 'it renews no more');
SELECT tap.is(tap.renews(3, 2), 'issued cert 3', 'its renewal still does');
SELECT tap.throws_like(format('SELECT scepgate.certificate_revoke(%s)', tap.id_of(1)), 'certificate % is revoked already: %, keyCompromise', 'it is revoked once');
SELECT tap.throws_ok('SELECT scepgate.certificate_revoke(999999)', 'P0002', 'there is no certificate 999999', 'one that there is');
SELECT tap.throws_ok(format('SELECT scepgate.certificate_unhold(%s)', tap.id_of(1)), '55000', format('certificate %s is not on hold', tap.id_of(1)), 'what is not on hold does not come off it');
SELECT tap.throws_ok(format('SELECT scepgate.certificate_unhold(%s)', tap.id_of(2)), '55000', format('certificate %s is not on hold', tap.id_of(2)), 'nor what is valid');
SELECT tap.throws_ok('SELECT scepgate.certificate_unhold(999999)', 'P0002', 'there is no certificate 999999', 'nor what there is not');

-- Hold
SELECT tap.is(scepgate.certificate_revoke(tap.id_of(3), 'certificateHold'), tap.id_of(3), 'one is put on hold');
SELECT tap.is(tap.renews(4, 3), 'renewal', 'on hold it is not renewed');
SELECT tap.throws_like(format('SELECT scepgate.certificate_revoke(%s, ''certificateHold'')', tap.id_of(3)), 'certificate % is revoked already: %, certificateHold', 'it is put on hold once');
SELECT tap.is(scepgate.certificate_unhold(tap.id_of(3), 'it was in the other bag'), tap.id_of(3), 'it comes off hold');
SELECT tap.is(tap.status(3), 'valid', 'is valid');
SELECT tap.is(tap.renews(4, 3), 'issued cert 4', 'and is renewed again');
SELECT tap.is(detail ->> 'before' || ': ' || (detail ->> 'note'), 'certificateHold: it was in the other bag', 'the audit trail has that') FROM scepgate.audit_event WHERE event = 'certificate_unheld';
SELECT scepgate.certificate_revoke(tap.id_of(3), 'certificateHold') AS id \gset
SELECT revoked_at AS held FROM scepgate.certificate WHERE id = tap.id_of(3) \gset
SELECT tap.is(scepgate.certificate_revoke(tap.id_of(3), 'superseded'), tap.id_of(3), 'what is on hold can be revoked for another reason');
SELECT tap.is((revoked_at = :'held', revocation_reason, status_changed_at > revoked_at)::text, '(t,4,t)', 'since it was put on hold') FROM scepgate.certificate WHERE id = tap.id_of(3);

-- Many
SELECT scepgate.application_create('other') AS a, scepgate.endpoint_attach('other', 'wifi') AS b, scepgate.challenge_set('other', 'wifi', '$2b$10$abcdefghijklmnopqrstuv') AS c \gset
SELECT tap.commits(n, 'many ' || n, requester => 'm' || n, subject => format('CN=host-%s,O=50%%_off', n), sans => 'DNS:h' || n, application => CASE WHEN n < 15 THEN 'corp' ELSE 'other' END)
	FROM generate_series(11, 19) AS n \g /dev/null
SELECT tap.throws_ok('SELECT scepgate.certificates_revoke()', '22023', 'at least one filter must be given: application, profile, ca, subject, sans, lineage, issued_before or issued_after', 'nobody revokes everything');
SELECT tap.throws_ok(format('SELECT scepgate.certificates_revoke(''corp'', at_most => %s)', n), '22023', 'at_most is 1 to 100000', format('not %s at once', n)) FROM unnest('{0,100001}'::integer[]) AS n;
SELECT tap.throws_ok('SELECT scepgate.certificates_revoke(''nobody'')', 'P0002', NULL, 'no application of that name');
SELECT tap.throws_ok('SELECT scepgate.certificates_revoke(lineage => 999999)', 'P0002', 'there is no certificate 999999', 'no lineage of that number');
SELECT tap.throws_like('SELECT scepgate.certificates_revoke(''corp'', reason => ''removeFromCRL'')', '%is no reason to revoke%', 'a reason is needed');
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(subject => 'CN=host-1*,O=50%_off', application => 'corp', at_most => 2))), '11 12', 'the oldest first, so many at most');
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(subject => 'CN=host-1*,O=50%_off', application => 'corp'))), '13 14', 'then the others; those that are revoked are passed over');
SELECT tap.is_empty('SELECT scepgate.certificates_revoke(subject => ''CN=host-1_,*'')', 'an underscore is none but itself');
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(sans => 'DNS:h16', profile => 'wifi', ca => 'sub'))), '16', 'by alternative name, profile and CA');
SELECT tap.is_empty('SELECT scepgate.certificates_revoke(sans => ''DNS:h17'', ca => ''root'')', 'of another CA is none');
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(lineage => tap.id_of(4)))), '2 4', 'a whole lineage, named by any of it');
SELECT tap.is(tap.renews(5, 4), 'renewal', 'of which nothing is renewed any more');
UPDATE scepgate.certificate SET issued_at = '2020-01-01' WHERE id = tap.id_of(17);
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(issued_before => '2020-01-02'))), '17', 'by the time of issuance');
SELECT tap.is_empty('SELECT scepgate.certificates_revoke(issued_after => now() + interval ''1 hour'')', 'from a time on');
UPDATE scepgate.certificate SET not_before = now() - interval '3 days', not_after = now() - interval '1 day' WHERE id = tap.id_of(18);
SELECT tap.is_empty('SELECT scepgate.certificates_revoke(sans => ''DNS:h18'')', 'what has ended is left out');
UPDATE scepgate.endpoint SET renewal_grace_days = 2;
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(sans => 'DNS:h18', reason => 'certificateHold'))), '18', 'unless it can still be renewed');
SELECT tap.is(tap.numbers(ARRAY(SELECT scepgate.certificates_revoke(sans => 'DNS:h18'))), '18', 'what is on hold is revoked with others');
SELECT tap.is(count(*), 14::bigint, 'each has its audit event') FROM scepgate.audit_event WHERE event = 'certificate_revoked';

-- When CRLs are due
CREATE FUNCTION tap.due() RETURNS text LANGUAGE sql AS $$ SELECT coalesce(string_agg(concat_ws(' ', crl_partition, CASE WHEN crl_is_delta THEN 'delta' END, because), ', '), 'nothing') FROM scepgate.crl_due('sub') $$;
CREATE FUNCTION tap.publishes(delta boolean DEFAULT false, part integer DEFAULT 0, age interval DEFAULT '0', life interval DEFAULT '9 hours') RETURNS bigint LANGUAGE sql AS $$
	SELECT scepgate.crl_publish('sub', p.number, clock_timestamp() - age, clock_timestamp() - age + life, '\x30', part, p.base_number, taken_at => clock_timestamp()) FROM scepgate.crl_prepare('sub', part, delta) AS p
$$;
SELECT tap.is(tap.due(), '0 first', 'the first CRL is due');
SELECT tap.results_eq('SELECT ca_name FROM scepgate.crl_due()', '{sub}'::text[], 'of every CA with a key');
SELECT tap.throws_ok('SELECT scepgate.crl_due(''nobody'')', 'P0002', NULL, 'or of one that there is');
SELECT tap.isnt(tap.publishes(), NULL, 'when it is published');
SELECT tap.is(tap.due(), 'nothing', 'nothing is due');
SELECT tap.isnt(scepgate.certificate_revoke(tap.id_of(19), 'certificateHold'), NULL, 'a revocation');
SELECT tap.is(tap.due(), '0 revocation', 'makes the next one due');
UPDATE scepgate.ca SET publish_on_revocation = false WHERE name = 'sub';
SELECT tap.is(tap.due(), 'nothing', 'unless the CA does without');
UPDATE scepgate.ca SET publish_on_revocation = true WHERE name = 'sub';
SELECT tap.isnt(tap.publishes(), NULL, 'published again');
SELECT tap.is(tap.due(), 'nothing', 'it is done');
SELECT tap.isnt(tap.publishes(age => '5 hours 59 minutes'), NULL, 'a CRL that has a little more than a third of its time left');
SELECT tap.is(tap.due(), 'nothing', 'is good');
SELECT tap.isnt(tap.publishes(age => '6 hours'), NULL, 'one with a third');
SELECT tap.is(tap.due(), '0 time', 'is to be followed by the next');
UPDATE scepgate.ca SET not_before = now() - interval '3 years', not_after = now() - interval '1 year' WHERE name = 'sub';
SELECT tap.is(tap.due(), 'nothing', 'a CA that has ended publishes nothing');
UPDATE scepgate.ca SET not_after = now() + interval '1 year', delta_crl_hours = 3 WHERE name = 'sub';
SELECT tap.is(tap.due(), '0 time, 0 delta first', 'with deltas both, the complete one first');
SELECT tap.isnt(tap.publishes(), NULL, 'then');
SELECT tap.is(tap.due(), '0 delta first', 'the delta that follows it');
SELECT tap.isnt(tap.publishes(true), NULL, 'is published');
SELECT tap.is(tap.due(), 'nothing', 'nothing is due then');
SELECT tap.isnt(scepgate.certificate_unhold(tap.id_of(19)), NULL, 'the end of a hold');
SELECT tap.is(tap.due(), '0 delta revocation', 'makes a delta due, not a complete one');
SELECT tap.isnt(tap.publishes(true, age => '2 hours', life => '3 hours'), NULL, 'a delta');
SELECT tap.is(tap.due(), '0 delta time', 'has its own time');

-- What the next one is to say
SELECT base_number, changed_since, expired_since, validity_hours FROM scepgate.crl_prepare('sub', is_delta => true) \gset delta_
SELECT number, taken_at, this_update FROM scepgate.crls WHERE ca = 'sub' AND NOT is_delta ORDER BY number DESC LIMIT 1 \gset complete_
SELECT tap.is(:delta_base_number, :complete_number, 'a delta starts from the newest complete one');
SELECT tap.is(:'delta_changed_since'::timestamptz, :'complete_taken_at'::timestamptz - interval '5 minutes', 'says what changed since that, and a little more');
SELECT tap.is((:'delta_expired_since'::timestamptz, :delta_validity_hours)::text, (:'complete_this_update'::timestamptz, 3)::text, 'and is good as long as the CA says');
SELECT tap.refused_by(format('INSERT INTO scepgate.crl (ca_id, number, this_update, next_update, der, taken_at, is_delta, base_number) VALUES ((SELECT id FROM scepgate.ca WHERE name = ''sub''), 1000, now(), now() + interval ''1 day'', ''x'', now(), %L, %L)',
	is_delta, base), 'crl_delta_has_an_older_base') FROM (VALUES (true, NULL), (false, 1), (true, 1000)) AS t (is_delta, base);

-- Pieces
SELECT number AS next FROM scepgate.crl_prepare('sub') \gset
SELECT scepgate.crl_append((SELECT id FROM scepgate.ca WHERE name = 'sub'), :next, convert_to(word, 'UTF8')) FROM unnest('{a,list,in pieces}'::text[]) AS word \g /dev/null
SELECT tap.is(scepgate.crl_publish('sub', :next, now(), now() + interval '1 day', revoked => 7), :next::bigint, 'a CRL is put together from pieces');
SELECT tap.is((convert_from(f.crl, 'UTF8'), l.octets, l.revoked)::text, '("alistin pieces",14,7)', 'in their order') FROM scepgate.crl_files f JOIN scepgate.crls l USING (ca, number) WHERE f.number = :next AND f.ca = 'sub';
SELECT tap.is_empty('SELECT FROM scepgate.crl_piece', 'of which none is left');
SELECT tap.throws_ok(format('SELECT scepgate.crl_publish(''sub'', %s, now(), now() + interval ''1 day'')', :next + 1), '23502', NULL, 'without pieces there is none');

-- Partitions
SELECT tap.refused_by('UPDATE scepgate.ca SET crl_partitions = 2', 'ca_partitions_have_a_url');
SELECT tap.isnt(scepgate.ca_alter('sub', crl_partitions => 2, delta_crl_hours => 0, crl_urls => ARRAY['http://a.example/pki/sub.crl', 'http://a.example/pki/sub/{partition}.crl', 'ldap://b.example/p{partition}/{partition}']), NULL,
	'a CA gets partitions');
SELECT tap.throws_ok('UPDATE scepgate.ca SET crl_partitions = 1 WHERE name = ''sub''', '23514', NULL, 'and has never fewer again');
SELECT tap.isnt(tap.publishes(), NULL, 'besides the CRL of everything');
SELECT tap.is(tap.due(), '1 first, 2 first', 'each partition has its CRL');
SELECT tap.results_eq('SELECT crl_urls FROM scepgate.crl_prepare(''sub'', 2)', $$VALUES ('{http://a.example/pki/sub/2.crl,ldap://b.example/p2/2}'::text[])$$, 'with its own URLs');
SELECT tap.results_eq('SELECT crl_urls FROM scepgate.crl_prepare(''sub'', 0)', $$VALUES ('{http://a.example/pki/sub.crl}'::text[])$$, 'and the one of everything those without a partition');
SELECT tap.throws_ok('SELECT scepgate.crl_prepare(''sub'', 3)', 'P0002', 'the CA "sub" has no partition 3', 'two are two');
SELECT tap.is(scepgate.crl_publish('sub', number, now() - interval '1 minute', now() + interval '1 day', '\x31', 1), number, 'one of them') FROM scepgate.crl_prepare('sub', 1);
SELECT tap.isnt(scepgate.crl_latest((SELECT id FROM scepgate.ca WHERE name = 'sub')), '\x31', 'is not the one that GetCRL gives out');
SELECT tap.is(tap.due(), '2 first', 'and the other one is still due');
SELECT tap.isnt(tap.publishes(part => 2), NULL, 'until it is published');
SELECT scepgate.certificate_revoke(tap.id_of(19)) AS id \gset
SELECT tap.is(tap.due(), '0 revocation', 'a revocation concerns the CRL of everything');
UPDATE scepgate.certificate SET crl_partition = 2 WHERE id = tap.id_of(19);
SELECT tap.is(tap.due(), '0 revocation, 2 revocation', 'and that of its partition');

-- URLs
SELECT tap.refused_by(format('UPDATE scepgate.ca SET %I = %L', col, urls), format('ca_%s_are_urls', col)) FROM unnest('{crl_urls,delta_crl_urls,ca_urls}'::text[]) AS col,
	(VALUES ('{ftp://a.example/x}'), ('{http://a b}'), ('{http://ä.example/}'), ('{NULL}'), ('{http://}'), ('{{http://a/},{http://b/}}'), (format('{%s}', repeat('http://a/,', 8) || 'http://a/')),
		(format('{http://%s}', repeat('a', 994)))) AS t (urls);
SELECT tap.taken(format('UPDATE scepgate.ca SET ca_urls = %L', urls)) FROM (VALUES ('{}'), (format('{%s}', repeat('http://a/,', 7) || 'https://a/')), (format('{http://%s}', repeat('a', 993)))) AS t (urls);

SELECT * FROM tap.finish();
ROLLBACK;
