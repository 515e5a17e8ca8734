-- What devices read of the inventory (GetCert, GetCRL, GetNextCACert), settings of endpoints, next CA certificates and CRLs.
\ir fixture.psql
SELECT tap.no_plan();

-- Settings
SELECT tap.results_eq('SELECT approval, ca_certs, include_root, append_chain, password_recipient, array_to_string(keys, '' ''), pending_lifetime_seconds, next_ca_certificate FROM scepgate.endpoint_load(''corp'', ''wifi'')',
	$$VALUES ('none', 'ra', true, false, false, 'rsa-2048 rsa-3072 rsa-4096 rsa-other ec-p256 ec-p384 ec-p521', 604800, NULL::bytea)$$, 'defaults');
SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', ca_certs => 'ca', include_root => false, append_chain => true, password_recipient => true, allowed_keys => '{ed25519,ec-p256}',
	pending_lifetime_seconds => 60) AS altered \gset
SELECT tap.results_eq('SELECT approval, ca_certs, include_root, append_chain, password_recipient, array_to_string(keys, '' ''), pending_lifetime_seconds FROM scepgate.endpoint_load(''corp'', ''wifi'')',
	$$VALUES ('always', 'ca', false, true, true, 'ed25519 ec-p256', 60)$$, 'all of them altered, keys in their order');
SELECT scepgate.endpoint_alter('corp', 'wifi', enabled => true) AS altered \gset
SELECT tap.results_eq('SELECT approval, ca_certs, include_root, append_chain, password_recipient, array_to_string(allowed_keys, '' ''), pending_lifetime_seconds FROM scepgate.endpoints',
	$$VALUES ('always', 'ca', false, true, true, 'ed25519 ec-p256', 60)$$, 'what is left out stays');
SELECT scepgate.application_create('attached') AS id, scepgate.endpoint_attach('attached', 'wifi', approval => 'always', ca_certs => 'ca', include_root => false, append_chain => true,
	password_recipient => true, allowed_keys => '{ed25519}', pending_lifetime_seconds => 7776000) AS id2 \gset
SELECT tap.results_eq('SELECT approval, ca_certs, include_root, append_chain, password_recipient, array_to_string(allowed_keys, '' ''), pending_lifetime_seconds FROM scepgate.endpoints WHERE application = ''attached''',
	$$VALUES ('always', 'ca', false, true, true, 'ed25519', 7776000)$$, 'all of them when attached');
SELECT tap.refused_by(format('SELECT scepgate.endpoint_alter(''corp'', ''wifi'', %s)', setting), refusal) FROM (VALUES
	('approval => ''sometimes''', 'endpoint_approval_is_known'),
	('ca_certs => ''''', 'endpoint_ca_certs_is_ra_or_ca'),
	('allowed_keys => ''{}''', 'endpoint_allowed_keys_are_known'),
	('allowed_keys => ''{rsa-1024}''', 'endpoint_allowed_keys_are_known'),
	('allowed_keys => ''{rsa-2048,rsa-2048}''', 'endpoint_allowed_keys_are_known'),
	('pending_lifetime_seconds => 59', 'endpoint_pending_lifetime_is_1_minute_to_90_days'),
	('pending_lifetime_seconds => 7776001', 'endpoint_pending_lifetime_is_1_minute_to_90_days')
) AS t (setting, refusal);
SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'none') AS altered \gset

-- The next CA certificate (RFC 8894 section 4.7)
SELECT scepgate.ca_create('lone', '\x30a2', 'CN=lone', now(), now() + interval '1 year') AS id, scepgate.profile_create('lone', 'lone', 'p') AS id2, scepgate.endpoint_attach('attached', 'lone') AS id3 \gset
CREATE TEMP TABLE before AS SELECT id, application, profile, version FROM scepgate.endpoints;
CREATE FUNCTION tap.changed() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	names text;
BEGIN
	SELECT coalesce(string_agg(v.application || '/' || v.profile, ' ' ORDER BY v.id), '') INTO names FROM scepgate.endpoints v JOIN before b ON b.id = v.id WHERE v.version > b.version;
	UPDATE before b SET version = v.version FROM scepgate.endpoints v WHERE v.id = b.id;
	RETURN names;
END
$$;
SELECT scepgate.ca_next_set('sub', '\x30d1', 'CN=sub', now() + interval '9 years', now() + interval '20 years', tap.sealed(7), sha256('7')) AS next \gset
SELECT tap.is(tap.changed(), 'corp/wifi attached/wifi', 'a next certificate makes the endpoints of its CA stale, and no others');
SELECT tap.is(next_ca_certificate, '\x30d1', 'they load it') FROM scepgate.endpoint_load('corp', 'wifi');
SELECT tap.is(next_ca_certificate, NULL, 'others do not') FROM scepgate.endpoint_load('attached', 'lone');
SELECT tap.results_eq('SELECT ca, subject, key, certificate FROM scepgate.next_cas', $$VALUES ('sub', 'CN=sub', 'pkcs8', '\x30d1'::bytea)$$, 'the view shows it');
UPDATE scepgate.private_key SET pkcs8 = tap.sealed(8) WHERE spki_sha256 = sha256('7');
SELECT tap.is(tap.changed(), 'corp/wifi attached/wifi', 'so does a change of its key');
SELECT scepgate.ca_next_set('sub', '\x30d2', 'CN=sub', now() + interval '9 years', now() + interval '20 years') AS next \gset
SELECT tap.is(next_ca_certificate, '\x30d2', 'set again it is replaced') FROM scepgate.endpoint_load('corp', 'wifi');
SELECT tap.is_empty('SELECT FROM scepgate.private_key WHERE spki_sha256 = sha256(''7'')', 'and its key is gone');
SELECT tap.is(key, 'none', 'it may be announced before its key is here') FROM scepgate.next_cas;
SELECT tap.is(detail -> 'created' ->> 'certificate', 'sha256:' || encode(sha256('\x30d2'), 'hex'), 'the audit trail has its digest') FROM scepgate.audit_event WHERE event = 'ca_next_created' ORDER BY id DESC LIMIT 1;
SELECT tap.refused_by(format('INSERT INTO scepgate.ca_next (ca_id, certificate, subject, not_before, not_after) SELECT %s FROM scepgate.ca WHERE name = ''sub''', row), refusal) FROM (VALUES
	('id, ''x'', '''', now(), now() + interval ''1 day''', 'ca_next_is_the_only_one'),
	('id, '''', '''', now(), now() + interval ''1 day''', 'ca_next_certificate_has_a_length'),
	('id, ''x'', '''', now(), now()', 'ca_next_validity_is_in_order'),
	('0, ''x'', '''', now(), now() + interval ''1 day''', 'ca_next_needs_its_ca')
) AS t (row, refusal);
SELECT tap.is(scepgate.ca_next_remove('sub'), :next, 'it can be taken back');
SELECT tap.throws_ok('SELECT scepgate.ca_next_remove(''sub'')', 'P0002', 'the CA "sub" has no next certificate', 'once');
SELECT tap.throws_ok('SELECT scepgate.ca_next_remove(''nobody'')', 'P0002', 'there is no CA "nobody"', 'of a CA that there is');
SELECT scepgate.ca_next_set('lone', '\x30d3', 'CN=lone', now(), now() + interval '1 day', tap.sealed(9), sha256('9')) AS next \gset
SELECT tap.lives_ok('SELECT scepgate.endpoint_detach(''attached'', ''lone''), scepgate.profile_delete(''lone''), scepgate.ca_delete(''lone'')', 'a CA goes with its next certificate');
SELECT tap.is_empty('SELECT FROM scepgate.private_key WHERE spki_sha256 = sha256(''9'')', 'and that with its key');

-- GetCert: who gets what. Certificates are named by their application, profile and a number.
SELECT scepgate.application_create('other') AS id, scepgate.endpoint_attach('other', 'wifi') AS id2, scepgate.profile_create('vpn', 'root', 'p') AS id3,
	scepgate.endpoint_attach('corp', 'vpn') AS id4, scepgate.profile_create('tls', 'sub', 'p') AS id5, scepgate.endpoint_attach('corp', 'tls') AS id6 \gset
INSERT INTO scepgate.certificate (ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, not_before, not_after, message_type, authorisation, revoked_at, revocation_reason)
	SELECT p.ca_id, set_byte('\x0100', 1, t.number), e.application_id, e.id, convert_to(t.application || '/' || t.profile || '/' || t.number, 'UTF8'), 'csr', sha256('s'), 'CN=x',
		now() + t.starts, now() + t.ends, 19, 'static_challenge', t.revoked_at, CASE WHEN t.revoked_at IS NOT NULL THEN 1 END
	FROM (VALUES
		('corp', 'wifi', 1, interval '-1 day', interval '1 day', NULL::timestamptz),
		('corp', 'wifi', 2, interval '-1 day', interval '1 day', now()),
		('corp', 'wifi', 3, interval '-2 days', interval '-1 day', NULL),
		('corp', 'wifi', 4, interval '1 day', interval '2 days', NULL),
		('corp', 'tls', 5, interval '-1 day', interval '1 day', NULL),
		('corp', 'vpn', 6, interval '-1 day', interval '1 day', NULL),
		('other', 'wifi', 7, interval '-1 day', interval '1 day', NULL)
	) AS t (application, profile, number, starts, ends, revoked_at)
	JOIN scepgate.endpoint e ON e.id = scepgate.endpoint_id(t.application, t.profile) JOIN scepgate.profile p ON p.id = e.profile_id;
SELECT tap.is((SELECT concat_ws(' ', f.outcome, convert_from(f.certificate, 'UTF8')) FROM scepgate.endpoints v,
		LATERAL scepgate.certificate_find(v.id, v.version, set_byte('\x0100', 1, wanted), sha256(convert_to(requester, 'UTF8'))) AS f
		WHERE v.application = 'corp' AND v.profile = 'wifi'), expected, words) FROM (VALUES
	('corp/wifi/1', 1, 'found corp/wifi/1', 'a device reads its own certificate'),
	('corp/wifi/1', 2, 'found corp/wifi/2', 'and one of its application that is revoked'),
	('corp/wifi/1', 3, 'found corp/wifi/3', 'or has expired'),
	('corp/wifi/1', 5, 'found corp/tls/5', 'or is of another endpoint with the same CA'),
	('corp/wifi/1', 6, 'none', 'not one of another CA'),
	('corp/wifi/1', 7, 'none', 'not one of another application'),
	('corp/wifi/1', 8, 'none', 'not one that is not there'),
	('corp/wifi/2', 1, 'none', 'a revoked requester reads nothing'),
	('corp/wifi/3', 1, 'none', 'nor does an expired one'),
	('corp/wifi/4', 1, 'none', 'nor one that is not valid yet'),
	('corp/tls/5', 1, 'none', 'nor one of another endpoint'),
	('other/wifi/7', 7, 'none', 'nor one of another application, not even its own here'),
	('stranger', 1, 'none', 'nor a stranger')
) AS t (requester, wanted, expected, words);
SELECT tap.is(outcome, 'stale', 'an older version is stale') FROM scepgate.certificate_find(:endpoint, :version - 1, '\x01', sha256('x'));

-- CRLs
SELECT tap.is_empty(format('SELECT * FROM scepgate.crl_latest(%s)', (SELECT id FROM scepgate.ca WHERE name = 'sub')), 'no CRL before the first');
SELECT tap.results_eq('SELECT number, base_number, expired_since, changed_since, validity_hours, crl_urls, delta_crl_urls FROM scepgate.crl_prepare(''sub'')',
	$$VALUES (1::bigint, NULL::bigint, '-infinity'::timestamptz, NULL::timestamptz, 168, '{}'::text[], '{}'::text[])$$, 'the first one has the number 1 and names everything');
SELECT tap.throws_ok('SELECT scepgate.crl_prepare(''nobody'')', 'P0002', 'there is no CA "nobody"', 'of a CA that there is');
SELECT tap.throws_ok('SELECT scepgate.crl_prepare(''sub'', ' || coalesce(n::text, 'NULL') || ')', 'P0002', format('the CA "sub" has no partition %s', coalesce(n::text, '<NULL>')), 'and of a partition that there is')
	FROM unnest('{1,-1,NULL}'::integer[]) AS t (n);
SELECT tap.throws_ok('SELECT scepgate.crl_prepare(''sub'', is_delta => true)', '55000', 'there is no complete CRL yet that a delta could start from', 'a delta starts from a complete one');
SELECT tap.is(scepgate.crl_publish('sub', 5, now() - interval '3 hours', now() + interval '1 day', '\x30e5'), 5::bigint, 'any number may be the first');
SELECT tap.is(number, 6::bigint, 'the next one is one more') FROM scepgate.crl_prepare('sub');
SELECT tap.is(number, 7::bigint, 'a number is given once') FROM scepgate.crl_prepare('sub');
SELECT tap.throws_ok('SELECT scepgate.crl_publish(''sub'', ' || number || ', now(), now() + interval ''1 day'', ''x'')', '23505', format('CRL %s or a later one was published already', number),
	'not ' || number || ' again, nor one before what was given out last') FROM unnest('{6,5,4,1}'::integer[]) AS t (number);
SELECT tap.refused_by('SELECT scepgate.crl_publish(''root'', 0, now(), now() + interval ''1 day'', ''x'')', 'crl_number_is_positive');
SELECT tap.refused_by('SELECT scepgate.crl_publish(''sub'', 8, now(), now(), ''x'')', 'crl_updates_are_in_order');
SELECT tap.refused_by('SELECT scepgate.crl_publish(''sub'', 8, now(), now() + interval ''1 day'', '''')', 'crl_der_has_a_length');
SELECT tap.is(scepgate.crl_publish('sub', 9, now() - interval '2 hours', now() + interval '1 day', '\x30e9'), 9::bigint, 'numbers may be left out');
SELECT tap.results_eq(format('SELECT * FROM scepgate.crl_latest(%s)', (SELECT id FROM scepgate.ca WHERE name = 'sub')), $$VALUES ('\x30e9'::bytea)$$, 'the latest is the one with the highest number');
SELECT tap.is(scepgate.crl_publish('root', 1, now(), now() + interval '1 day', '\x30f1'), 1::bigint, 'each CA counts for itself');
SELECT tap.throws_ok('UPDATE scepgate.crl SET der = ''x''', '42501', NULL, 'a published CRL never changes');
SELECT tap.is(expired_since, now() - interval '2 hours', 'what expired since the last CRL is named once more (RFC 5280 section 3.3)') FROM scepgate.crl_prepare('sub');
DO $$ BEGIN PERFORM scepgate.crl_publish('root', n, now(), now() + interval '1 day', '\x30f1') FROM generate_series(2, 31) AS n; END $$;
SELECT tap.results_eq('SELECT min(number), max(number) FROM scepgate.crls WHERE ca = ''root''', 'VALUES (2::bigint, 31::bigint)', 'the newest thirty of a CA are kept');
SELECT tap.is(scepgate.crl_publish('root', 32, now(), now() + interval '1 day', convert_to(repeat('x', 1048577), 'UTF8')), 32::bigint, 'a long one');
SELECT tap.is(count(*), 3::bigint, 'leaves three') FROM scepgate.crls WHERE ca = 'root';
SELECT tap.is(detail ->> 'number', '32', 'the audit trail has each') FROM scepgate.audit_event WHERE event = 'crl_published' ORDER BY id DESC LIMIT 1;

SELECT * FROM tap.finish();
ROLLBACK;
