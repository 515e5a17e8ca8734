-- Finding certificates, and counting them.
\ir fixture.psql
SELECT tap.no_plan();

SELECT scepgate.application_create('other') AS a, scepgate.endpoint_attach('other', 'wifi') AS b, scepgate.profile_create('vpn', 'root', 'p') AS c, scepgate.endpoint_attach('other', 'vpn') AS d \gset
SELECT setval(pg_get_serial_sequence('scepgate.certificate', 'id'), 100, false) AS first \gset
INSERT INTO scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, sans, not_before, not_after, message_type, authorisation, revoked_at,
	revocation_reason, renewal_of, lineage)
	SELECT t.id, p.ca_id, '\x0a' || int4send(t.id), e.application_id, e.id, int4send(t.id), 'csr', sha256('s'), t.subject, t.sans, now() - interval '1 year', now() + t.ends, 19, 'static_challenge',
		CASE WHEN t.is_revoked THEN now() END, CASE WHEN t.is_revoked THEN 1 END, t.renewal_of, t.renewal_of
	FROM (VALUES
		(1, 'corp', 'wifi', 'CN=one,O=Corp', 'DNS:One.Example, IP:192.0.2.1', interval '10 days', false, NULL::bigint),
		(2, 'corp', 'wifi', 'CN=two\, not one,OU=CN\=x,O=Corp', '', interval '-1 day', false, NULL),
		(3, 'other', 'wifi', 'serialNumber=SN3+CN=three,O=Corp', 'UPN:three@corp.example, URI:https://a/b, c?DNS:d', interval '100 days', true, NULL),
		(4, 'other', 'vpn', 'CN=50%_\\,UID=u4', 'DirName:CN=dir,O=x, DNS:four.example', interval '40 days', false, NULL),
		(5, 'corp', 'wifi', 'CN=one,O=Corp', 'DNS:one.example', interval '20 days', false, 1),
		(6, 'corp', 'wifi', 'CN=ÄÖ,emailAddress=a@b', 'email:A@B.example', interval '-2 days', false, NULL),
		(7, 'other', 'wifi', '', 'DNS:nameless.example', interval '-3 days', true, NULL)
	) AS t (id, application, profile, subject, sans, ends, is_revoked, renewal_of)
	JOIN scepgate.endpoint e ON e.id = scepgate.endpoint_id(t.application, t.profile) JOIN scepgate.profile p ON p.id = e.profile_id;

CREATE FUNCTION tap.finds(filter text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	EXECUTE format('SELECT string_agg(t.id::text, '' '' ORDER BY t.place) FROM scepgate.certificate_search(%s) WITH ORDINALITY AS t (id, place)', filter) INTO found;
	RETURN coalesce(found, '');
END
$$;
SELECT tap.is(tap.finds(filter), expected, words) FROM (VALUES
	('', '7 6 5 4 3 2 1', 'without filter all of them, newest first'),
	('at_most => 2', '7 6', 'a page'),
	('at_most => 2, after => 6', '5 4', 'the next page'),
	('at_most => 2, after => 2', '1', 'the last page'),
	('at_most => 2, after => 1', '', 'and behind it nothing'),
	('at_most => 0', '7 6 5 4 3 2 1', 'no limit'),
	('application => ''corp''', '6 5 2 1', 'of an application'),
	('profile => ''wifi''', '7 6 5 3 2 1', 'of a profile, at all its endpoints'),
	('profile => ''wifi'', at_most => 2, after => 5', '3 2', 'page by page'),
	('profile => ''wifi'', application => ''other''', '7 3', 'of both'),
	('profile => ''vpn'', application => ''corp''', '', 'where they do not belong together there are none'),
	('ca => ''root''', '4', 'of a CA'),
	('subject => ''CN=one,O=Corp''', '5 1', 'by all of the subject'),
	('subject => ''cn=ONE''', '5 1', 'by its CN, in any case'),
	('subject => ''CN=one*''', '5 1', 'by the beginning of its CN'),
	('subject => ''*one''', '', 'by the end of the subject'),
	('subject => ''*,o=corp''', '5 3 2 1', 'as it is listed'),
	('subject => ''*CN=three*''', '3', 'by the middle of it'),
	('subject => ''*''', '6 5 4 3 2 1', 'by anything, when there is one'),
	('subject => ''CN=t*''', '3 2', 'an attribute is found in every place'),
	('subject => ''serialnumber=sn3''', '3', 'by the serialNumber in the subject'),
	('subject => ''uid=u*''', '4', 'by UID'),
	('subject => ''emailAddress=a@b''', '6', 'by emailAddress'),
	('subject => ''CN=50%_*''', '4', 'what LIKE takes for special stands for itself'),
	('subject => ''CN=5%''', '', 'as here'),
	('subject => ''CN=5_%_*''', '', 'and here'),
	('subject => ''cn=ÄÖ''', '6', 'beyond ASCII'),
	('subject => ''CN=x''', '', 'an escaped attribute is none'),
	('san => ''one.example''', '5 1', 'by an alternative name'),
	('san => ''DNS:one.example''', '5 1', 'of this type'),
	('san => ''upn:one.example''', '', 'but not of another'),
	('san => ''*.example''', '7 6 5 4 3 1', 'by its end'),
	('san => ''DNS:*.example''', '7 5 4 1', 'of this type'),
	('san => ''192.0.2.*''', '1', 'by its beginning'),
	('san => ''uri:https://a/b, c?dns:d''', '3', 'a comma in a URI ends no name'),
	('san => ''DirName:CN=dir,O=x''', '4', 'nor in a directory name'),
	('san => ''CN=one*''', '', 'a subject is no alternative name'),
	('san => ''*ne.ex*''', '5 1', 'by the middle'),
	('name => ''a@b*''', '6', 'a name of any kind'),
	('name => ''one*''', '5 1', 'of subject or alternative name'),
	('serial => ''0A:00:00:00:04''', '4', 'by serial number'),
	('sha256 => encode(sha256(int4send(4)), ''hex'')', '4', 'by fingerprint'),
	('state => ''valid''', '1 5 4', 'valid ones, the one that ends first before others'),
	('state => ''valid'', after => 1, at_most => 1', '5', 'page by page'),
	('state => ''valid'', after => 4', '', 'to the end'),
	('state => ''expired''', '2 6', 'expired ones, the one that ended last before others'),
	('state => ''expired'', after => 2', '6', 'page by page'),
	('state => ''revoked''', '7 3', 'revoked ones, expired or not'),
	('expiring_within => ''30 days''', '1 5', 'what ends soon'),
	('expiring_within => ''30 days'', after => 1', '5', 'page by page'),
	('expiring_within => ''30 days'', application => ''other''', '', 'and is of an application'),
	('lineage => 5', '5 1', 'a lineage by any of its certificates'),
	('application => ''corp'', subject => ''CN=one'', san => ''one.example'', state => ''valid'', ca => ''sub'', profile => ''wifi''', '1 5', 'all filters together'),
	('subject => ''x'''' OR true --''', '', 'no value is SQL'),
	('san => ''\''''; DROP TABLE x; --*''', '', 'nor a pattern')
) AS t (filter, expected, words);
SELECT tap.throws_ok('SELECT scepgate.certificate_search(' || filter || ')', code, message, message) FROM (VALUES
	('application => ''nobody''', 'P0002', 'there is no application "nobody"'),
	('profile => ''nobody''', 'P0002', 'there is no profile "nobody"'),
	('ca => ''nobody''', 'P0002', 'there is no CA "nobody"'),
	('lineage => 99', 'P0002', 'there is no certificate 99'),
	('state => ''good''', '22023', 'there is no state "good": valid, expired, revoked'),
	('state => ''valid'', after => 99', 'P0002', 'there is no certificate 99, so the list cannot go on behind it')
) AS t (filter, code, message);

-- What many have is not collected, but found on the way.
INSERT INTO scepgate.certificate_name (certificate_id, kind, value) SELECT 6, 'dns', 'many' || n || '.example' FROM generate_series(1, 10001) AS n;
SELECT tap.is(tap.finds('san => ''many*'''), '6', 'a pattern with more than ten thousand matches');
SELECT tap.is(tap.finds('san => ''many*.example'', at_most => 1, after => 7'), '6', 'page by page');

-- Names are cut, and go with their certificate.
UPDATE scepgate.certificate SET subject = 'CN=seven' WHERE id = 7;
INSERT INTO scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, not_before, not_after, message_type, authorisation)
	SELECT 8, ca_id, '\x0b', application_id, endpoint_id, 'long', 'csr', sha256('s'), 'CN=' || repeat('l', 1000), now(), now() + interval '1 day', 19, 'static_challenge' FROM scepgate.certificate WHERE id = 1;
SELECT tap.is(tap.finds('subject => ''CN=' || repeat('l', 1000) || ''''), '8', 'a long name is found by its beginning');
DELETE FROM scepgate.certificate WHERE id = 8;
SELECT tap.is_empty('SELECT FROM scepgate.certificate_name WHERE certificate_id = 8', 'names go with their certificate');

-- Counters
CREATE FUNCTION tap.counters() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', application || '/' || profile, total, active, expiring, expired, revoked), ', ' ORDER BY application, profile) FROM scepgate.certificate_counters
$$;
SELECT tap.is(tap.counters(), 'corp/wifi 4 2 2 2 0, other/vpn 1 1 0 0 0, other/wifi 2 0 0 0 2', 'counted by application and profile: total, active, expiring, expired, revoked');
SELECT scepgate.certificate_counts_sum() AS summed \gset
SELECT tap.is_empty('SELECT FROM scepgate.certificate_count_change', 'the changes are summed up');
SELECT tap.is(tap.counters(), 'corp/wifi 4 2 2 2 0, other/vpn 1 1 0 0 0, other/wifi 2 0 0 0 2', 'which changes nothing');
UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 6 WHERE id IN (1, 2);
SELECT tap.is(tap.counters(), 'corp/wifi 4 1 1 1 2, other/vpn 1 1 0 0 0, other/wifi 2 0 0 0 2', 'revocation counts at once');
UPDATE scepgate.certificate SET revoked_at = NULL, revocation_reason = NULL WHERE id = 1;
SELECT tap.is(tap.counters(), 'corp/wifi 4 2 2 1 1, other/vpn 1 1 0 0 0, other/wifi 2 0 0 0 2', 'and so does its end');
DELETE FROM scepgate.certificate WHERE id = 4;
SELECT scepgate.certificate_counts_sum() AS summed \gset
SELECT tap.is(tap.counters(), 'corp/wifi 4 2 2 1 1, other/vpn 0 0 0 0 0, other/wifi 2 0 0 0 2', 'what is deleted counts no more');
SELECT tap.set_eq('SELECT endpoint_id, last_day, certificates, revoked FROM scepgate.certificate_count WHERE certificates <> 0',
	$$SELECT endpoint_id, (not_after AT TIME ZONE 'UTC')::date, count(*)::bigint AS n, count(revoked_at)::bigint AS r FROM scepgate.certificate GROUP BY 1, 2$$, 'the sums are what counting gives');

-- Audit events
INSERT INTO scepgate.audit_event (event, detail) VALUES ('challenge_minted', '{"token": "jamf"}'), ('challenge_minted', '{}');
SELECT tap.results_eq('SELECT token FROM scepgate.audit_events ORDER BY id DESC LIMIT 2', $$VALUES (NULL), ('jamf')$$, 'an event shows the API token that was used');

SELECT * FROM tap.finish();
ROLLBACK;
