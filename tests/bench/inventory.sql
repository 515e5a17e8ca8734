-- Fill the inventory with :certificates certificates of four profiles in five applications: subjects and alternative names of their own, a tenth revoked, half expired. For inventory.bench.
SET client_min_messages = warning;
SELECT scepgate.ca_create('root', '\x30a0', 'CN=root', now(), now() + interval '20 years'), scepgate.policy_create('p'), scepgate.ca_create('rare', '\x30a1', 'CN=rare', now(), now() + interval '20 years');
SELECT scepgate.profile_create('profile' || n, CASE n WHEN 4 THEN 'rare' ELSE 'root' END, 'p') FROM generate_series(1, 4) AS n;
SELECT scepgate.application_create('application' || n) FROM generate_series(1, 5) AS n;
SELECT scepgate.endpoint_attach('application' || a, 'profile' || p) FROM generate_series(1, 4) AS a, generate_series(1, 3) AS p;
SELECT scepgate.endpoint_attach('application5', 'profile4');
CREATE PROCEDURE pg_temp.fill(first bigint, last bigint) LANGUAGE sql AS $$
	INSERT INTO scepgate.certificate (ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, sans, not_before, not_after, message_type, authorisation, revoked_at,
		revocation_reason, issued_at)
	SELECT p.ca_id, '\x01'::bytea || int8send(n), e.application_id, e.id, int8send(n) || decode(repeat(md5(n::text), 20), 'hex'), decode(repeat(md5(n::text), 10), 'hex'), sha256(int8send(n)),
		'CN=device-' || n || ',OU=unit' || n % 7 || ',O=Corp', 'DNS:host' || n || '.site' || n % 50 || '.example, UPN:user' || n || '@corp.example',
		t.start, t.start + interval '1 year', 19, 'static_challenge', CASE WHEN n % 10 = 3 THEN t.start + interval '1 day' END, CASE WHEN n % 10 = 3 THEN 1 END, t.start
	FROM generate_series(first, last) AS n
	-- One in ten thousand is of the rare profile, and only old ones are.
	CROSS JOIN LATERAL (SELECT now() - interval '2 years' + (n - 1) * interval '2 years' / current_setting('bench.certificates')::bigint) AS t (start)
	JOIN scepgate.endpoint e ON e.id = (SELECT min(id) FROM scepgate.endpoint) + CASE WHEN n % 10000 = 1 AND n < current_setting('bench.certificates')::bigint / 2 THEN 12 ELSE n % 12 END
	JOIN scepgate.profile p ON p.id = e.profile_id ORDER BY n
$$;
SELECT set_config('bench.certificates', :'certificates', false) AS size \gset
SELECT format('CALL pg_temp.fill(%s, %s)', n, least(n + 99999, :certificates)) FROM generate_series(1, :certificates, 100000) AS n \gexec
SELECT scepgate.certificate_counts_sum();
VACUUM ANALYZE;
