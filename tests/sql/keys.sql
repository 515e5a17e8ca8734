-- Where keys are, what RA certificates are for, and what is sealed anew when the key-encryption secret changes.
\ir fixture.psql
SELECT tap.no_plan();

SELECT scepgate.ca_create('token', '\x30f0', 'CN=token', now(), now() + interval '1 year', 'pkcs11:token=t;object=ca', sha256('t')) AS ca \gset
SELECT tap.results_eq($$SELECT kind, uri, used_by FROM scepgate.private_keys WHERE used_by = 'ca token'$$, $$VALUES ('pkcs11', 'pkcs11:token=t;object=ca', 'ca token')$$, 'octets that begin with pkcs11: are the URI of a key');
SELECT tap.throws_ok($$SELECT scepgate.ca_create('x', '\x30f1', 'CN=x', now(), now() + interval '1 year', 'pkcs11:object=x?pin-value=1', sha256('x'))$$, '23514', NULL, 'never with a PIN');
SELECT tap.throws_ok($$SELECT scepgate.ca_create('x', '\x30f1', 'CN=x', now(), now() + interval '1 year', convert_to('pkcs11:object=' || repeat('x', 2048), 'UTF8'), sha256('x'))$$, '23514', NULL, 'nor of any length');
SELECT tap.throws_ok($$SELECT scepgate.ca_create('x', '\x30f1', 'CN=x', now(), now() + interval '1 year', '\x3003020100', sha256('x'))$$, '23514', NULL, 'what is neither a URI nor encrypted is refused');
SELECT scepgate.profile_create('vpn', 'token', 'p') AS p, scepgate.endpoint_attach('corp', 'vpn', '\x30b5', 'pkcs11:object=ra', sha256('r'), 'CN=ra', now(), now() + interval '1 year') AS e \gset
SELECT tap.results_eq($$SELECT ca_key, ra_keys, ra_uses FROM scepgate.endpoint_load('corp', 'vpn')$$, $$VALUES ('pkcs11:token=t;object=ca'::bytea, ARRAY['pkcs11:object=ra'::bytea], '{both}'::text[])$$, 'the worker gets URIs as they are');

-- One certificate for both, or two
CREATE FUNCTION tap.ra(number integer, use text) RETURNS integer LANGUAGE sql AS $$
	SELECT scepgate.ra_certificate_set('corp', 'wifi', '\x30b0'::bytea || set_byte('\x00', 0, number), tap.sealed(number), sha256(number::text::bytea), 'CN=' || use || number, now(), now() + interval '1 year', use) $$;
CREATE FUNCTION tap.ras() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT r.state || ' ' || r.use || ' ' || r.subject FROM scepgate.ra_certificates r WHERE r.application = 'corp' AND r.profile = 'wifi' AND r.subject <> 'CN=ra' ORDER BY r.id $$;
SELECT tap.ra(11, 'decrypt') AS a, tap.ra(12, 'sign') AS b \gset
SELECT tap.results_eq('SELECT tap.ras()', ARRAY['current decrypt CN=decrypt11', 'current sign CN=sign12'], 'two take the place of one');
SELECT tap.is((SELECT ra_uses FROM scepgate.endpoint_load('corp', 'wifi')), '{sign,decrypt,both}'::text[], 'and the one before still decrypts');
SELECT tap.ra(13, 'sign') AS a \gset
SELECT tap.results_eq('SELECT tap.ras()', ARRAY['current decrypt CN=decrypt11', 'previous sign CN=sign12', 'current sign CN=sign13'], 'each is replaced for itself');
SELECT tap.is((SELECT ra_uses FROM scepgate.endpoint_load('corp', 'wifi')), '{sign,decrypt,both}'::text[], 'one that signed alone is of no use any more');
SELECT tap.ra(14, 'both') AS a \gset
SELECT tap.results_eq('SELECT tap.ras()', ARRAY['previous decrypt CN=decrypt11', 'previous sign CN=sign12', 'previous sign CN=sign13', 'current both CN=both14'], 'and one takes the place of two');
SELECT tap.throws_ok($$SELECT tap.ra(15, 'none')$$, '23514', NULL, 'for nothing else');

-- What is sealed
SELECT tap.is((SELECT count(*) FROM scepgate.sealed_keys()), (SELECT count(*) FROM scepgate.private_key WHERE kind = 'pkcs8'), 'keys that are sealed are read, those in tokens are not');
SELECT id AS key, version AS before FROM scepgate.sealed_keys() JOIN (SELECT version FROM scepgate.endpoint WHERE profile_id = (SELECT id FROM scepgate.profile WHERE name = 'wifi')) v ON true
	WHERE sealed = tap.sealed(1) \gset
SELECT tap.is(scepgate.sealed_key_set(:key, tap.sealed(99)), :key::bigint, 'a key is sealed anew');
SELECT tap.ok((SELECT version > :before FROM scepgate.endpoint WHERE profile_id = (SELECT id FROM scepgate.profile WHERE name = 'wifi')), 'and workers load its endpoints again');
SELECT tap.is(scepgate.sealed_key_set((SELECT id FROM scepgate.private_keys WHERE used_by = 'ca token'), tap.sealed(98)), NULL, 'not one in a token');
SELECT tap.is(scepgate.sealed_key_set(0, tap.sealed(98)), NULL, 'nor one that is not there');
SELECT tap.throws_ok(format('SELECT scepgate.sealed_key_set(%s, %L)', :key, '\x3003020100'), '23514', NULL, 'never in the clear');
SELECT scepgate.secret_changed(3, 4) AS done \gset
SELECT tap.results_eq($$SELECT detail FROM scepgate.audit_events WHERE event = 'keys_rewrapped'$$, $$VALUES ('{"keys": 3, "requests": 4}'::jsonb)$$, 'it is audited');

SELECT * FROM tap.finish();
ROLLBACK;
