-- How long each search takes, in milliseconds, best of three. Prints: milliseconds, rows, filter. For inventory.bench.
SELECT set_config('bench.certificates', :'certificates', false) AS size \gset
CREATE TEMP TABLE search (place integer GENERATED ALWAYS AS IDENTITY, filter text, milliseconds numeric, found integer);
INSERT INTO search (filter)
	SELECT replace(replace(f, 'MIDDLE', (current_setting('bench.certificates')::bigint / 2)::text), 'EARLY', '50') FROM unnest(ARRAY[
		'', 'after => MIDDLE', 'after => EARLY',
		'application => ''application2''', 'application => ''application2'', after => MIDDLE', 'application => ''application5''',
		'profile => ''profile2''', 'profile => ''profile2'', after => MIDDLE', 'profile => ''profile4''', 'application => ''application2'', profile => ''profile2'', after => EARLY',
		'ca => ''root''', 'ca => ''rare''',
		'serial => ''01'' || lpad(to_hex(MIDDLE), 16, ''0'')', 'sha256 => repeat(''0'', 64)',
		'subject => ''CN=device-MIDDLE''', 'subject => ''CN=device-1*''', 'subject => ''CN=device-1*'', after => EARLY', 'subject => ''CN=device-77*''', 'subject => ''*-1234''', 'subject => ''CN=device-12345*,O=Corp''',
		'subject => ''nobody*''', 'subject => ''*nobody''',
		'san => ''host12345.*''', 'san => ''DNS:*.site7.example''', 'san => ''DNS:*.site7.example'', after => MIDDLE', 'san => ''UPN:user4711@corp.example''', 'name => ''host*''', 'name => ''*@corp.example''',
		'san => ''*4711*''',
		'state => ''valid''', 'state => ''valid'', after => MIDDLE + 1000', 'state => ''expired''', 'state => ''expired'', after => MIDDLE - 1000', 'state => ''revoked''', 'state => ''revoked'', after => EARLY',
		'expiring_within => ''1 day''', 'expiring_within => ''90 days''',
		'application => ''application2'', state => ''valid''', 'application => ''application5'', state => ''expired''', 'application => ''application2'', subject => ''CN=device-7*''', 'application => ''application5'', subject => ''CN=device-7*'''
	]) AS f;
DO $$
DECLARE
	s record;
	start timestamptz;
	took numeric;
	n integer;
BEGIN
	FOR s IN SELECT place, filter FROM search ORDER BY place LOOP
		FOR round IN 1 .. 3 LOOP
			start := clock_timestamp();
			EXECUTE format('SELECT count(v.*) FROM scepgate.certificate_search(%s) WITH ORDINALITY AS s (id, place) JOIN scepgate.certificates v ON v.id = s.id', s.filter) INTO n;
			took := round(1000 * extract(epoch FROM clock_timestamp() - start), 2);
			UPDATE search SET milliseconds = least(milliseconds, took), found = n WHERE place = s.place;
		END LOOP;
	END LOOP;
END
$$;
SELECT lpad(milliseconds::text, 10) || lpad(found::text, 6) || '  ' || filter FROM search ORDER BY place;
SELECT 'counters: ' || string_agg(concat_ws(' ', application || '/' || profile, total, active, expiring, expired, revoked), ', ') FROM (SELECT * FROM scepgate.certificate_counters ORDER BY 1, 2 LIMIT 3) AS c;
