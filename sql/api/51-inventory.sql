-- Finding certificates among millions. Each filter alone is answered from an index, and a page is continued behind a certificate, not after so many rows.

CREATE OR REPLACE FUNCTION scepgate.name_condition(pattern text, kinds text, OUT condition text, OUT is_indexed boolean)
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	folded text := left(lower(name_condition.pattern COLLATE "C"), 400);
	like_value text := replace(regexp_replace(folded, '([\\%_])', '\\\1', 'g'), '*', '%');
BEGIN
	IF strpos(folded, '*') = 0 THEN
		condition := format('n.value = %L', folded);
	ELSIF folded !~ '^\*' THEN
		condition := format('n.value LIKE %L', like_value);
	ELSE
		-- Who begins with anything is found by the end.
		condition := format('reverse(n.value) LIKE %L', replace(regexp_replace(reverse(folded), '([\\%_])', '\\\1', 'g'), '*', '%'));
	END IF;
	is_indexed := folded !~ '^\*.*\*$' AND folded <> '*';
	IF NOT is_indexed THEN
		condition := format('n.value LIKE %L', like_value);
	END IF;
	condition := condition || coalesce(' AND n.kind ' || name_condition.kinds, '');
END
$$;
COMMENT ON FUNCTION scepgate.name_condition(text, text)
	IS 'The condition on certificate_name for a pattern, in which * is any run of characters, and whether an index answers it: it must begin or end with something else. kinds: SQL on the kind, or null. For certificate_search.';

CREATE OR REPLACE FUNCTION scepgate.name_filter(condition text, is_indexed boolean) RETURNS text
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
	AS $$
DECLARE
	few CONSTANT integer := 10000;
	found bigint[];
BEGIN
	IF name_filter.is_indexed THEN
		EXECUTE format('SELECT array_agg(t.id) FROM (SELECT n.certificate_id FROM scepgate.certificate_name n WHERE %s LIMIT %s) AS t (id)', name_filter.condition, few + 1) INTO found;
		IF coalesce(cardinality(found), 0) <= few THEN
			RETURN format('c.id = ANY (%L::bigint[])', coalesce(found, '{}'));
		END IF;
	END IF;
	RETURN format('EXISTS (SELECT FROM scepgate.certificate_name n WHERE n.certificate_id = c.id AND %s)', name_filter.condition);
END
$$;
COMMENT ON FUNCTION scepgate.name_filter(text, boolean)
	IS 'The condition on certificate c for one on certificate_name n: the certificates themselves when they are few; else each is looked at, since one that meets it is then soon found. For certificate_search.';

CREATE OR REPLACE FUNCTION scepgate.certificate_conditions(application text, profile text, ca text, subject text, san text, name text, serial text, sha256 text, state text,
		expiring_within interval, lineage bigint, challenge_id bigint) RETURNS text[]
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	conditions text[] := '{}';
	typed text[];
	c record;
BEGIN
	IF application IS NOT NULL THEN
		conditions := conditions || format('c.application_id = %s', scepgate.application_id(application));
	END IF;
	IF ca IS NOT NULL THEN
		conditions := conditions || format('c.ca_id = %s', scepgate.ca_id(ca));
	END IF;
	IF subject IS NOT NULL THEN
		typed := regexp_match(subject, '^(CN|serialNumber|UID|emailAddress)=([^,+\\]*)$', 'i');
		c := scepgate.name_condition(coalesce(typed[2], subject), format('= %L', coalesce(lower(typed[1] COLLATE "C"), 'subject')));
		conditions := conditions || scepgate.name_filter(c.condition, c.is_indexed);
	END IF;
	IF san IS NOT NULL THEN
		typed := regexp_match(san, '^(DNS|email|IP|URI|UPN|DirName|RID|other):(.*)$', 'i');
		c := scepgate.name_condition(coalesce(typed[2], san), coalesce('= ' || quote_literal(lower(typed[1] COLLATE "C")), 'IN (''dns'', ''email'', ''ip'', ''uri'', ''upn'', ''dirname'', ''rid'', ''other'')'));
		conditions := conditions || scepgate.name_filter(c.condition, c.is_indexed);
	END IF;
	IF name IS NOT NULL THEN
		c := scepgate.name_condition(name, NULL);
		conditions := conditions || scepgate.name_filter(c.condition, c.is_indexed);
	END IF;
	IF serial IS NOT NULL THEN
		conditions := conditions || format('encode(c.serial, ''hex'') = %L', lower(regexp_replace(serial, '[: ]', '', 'g')));
	END IF;
	IF sha256 IS NOT NULL THEN
		conditions := conditions || format('encode(c.sha256, ''hex'') = %L', lower(regexp_replace(sha256, '[: ]', '', 'g')));
	END IF;
	IF lineage IS NOT NULL THEN
		IF NOT EXISTS (SELECT FROM scepgate.certificate o WHERE o.id = certificate_conditions.lineage) THEN
			RAISE EXCEPTION 'there is no certificate %', lineage USING ERRCODE = 'no_data_found';
		END IF;
		conditions := conditions || format('coalesce(c.lineage, c.id) = %s', (SELECT coalesce(o.lineage, o.id) FROM scepgate.certificate o WHERE o.id = certificate_conditions.lineage));
	END IF;
	IF challenge_id IS NOT NULL THEN
		conditions := conditions || format('c.challenge_id = %s', challenge_id);
	END IF;
	IF expiring_within IS NOT NULL THEN
		conditions := conditions || format('c.revoked_at IS NULL AND c.not_after BETWEEN %L AND %L', now(), now() + expiring_within);
	END IF;
	RETURN conditions || CASE state
		WHEN 'valid' THEN format('c.revoked_at IS NULL AND c.not_before <= %1$L AND c.not_after >= %1$L', now())
		WHEN 'expired' THEN format('c.revoked_at IS NULL AND c.not_after < %L', now())
		WHEN 'revoked' THEN 'c.revoked_at IS NOT NULL' END;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_conditions(text, text, text, text, text, text, text, text, text, interval, bigint, bigint) IS 'The filters of certificate_search as conditions on certificate c, but that on the profile.';

CREATE OR REPLACE FUNCTION scepgate.certificate_search(application text DEFAULT NULL, profile text DEFAULT NULL, ca text DEFAULT NULL, subject text DEFAULT NULL, san text DEFAULT NULL,
		name text DEFAULT NULL, serial text DEFAULT NULL, sha256 text DEFAULT NULL, state text DEFAULT NULL, expiring_within interval DEFAULT NULL, lineage bigint DEFAULT NULL,
		challenge_id bigint DEFAULT NULL, after bigint DEFAULT NULL, at_most integer DEFAULT 100) RETURNS SETOF bigint
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 100
	AS $$
DECLARE
	conditions text[] := array_remove(scepgate.certificate_conditions(application, profile, ca, subject, san, name, serial, sha256, state, expiring_within, lineage, challenge_id), NULL);
	way text := CASE WHEN state = 'expired' THEN '-' WHEN state = 'valid' OR expiring_within IS NOT NULL THEN '+' ELSE '' END;
	sorting text := CASE way WHEN '-' THEN 'c.not_after DESC, c.id DESC' WHEN '+' THEN 'c.not_after, c.id' ELSE 'c.id DESC' END;
	endpoints integer[];
	since timestamptz;
BEGIN
	IF state NOT IN ('valid', 'expired', 'revoked') THEN
		RAISE EXCEPTION 'there is no state "%": valid, expired, revoked', state USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF after IS NOT NULL AND way = '' THEN
		conditions := conditions || format('c.id < %s', after);
	ELSIF after IS NOT NULL THEN
		SELECT c.not_after INTO since FROM scepgate.certificate c WHERE c.id = certificate_search.after;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'there is no certificate %, so the list cannot go on behind it', after USING ERRCODE = 'no_data_found';
		END IF;
		conditions := conditions || format('(c.not_after, c.id) %s (%L::timestamptz, %s)', CASE way WHEN '-' THEN '<' ELSE '>' END, since, after);
	END IF;
	IF profile IS NOT NULL THEN
		SELECT coalesce(array_agg(e.id), '{}') INTO endpoints FROM scepgate.endpoint e
		WHERE e.profile_id = scepgate.profile_id(profile) AND (certificate_search.application IS NULL OR e.application_id = scepgate.application_id(certificate_search.application));
	END IF;
	IF cardinality(endpoints) > 1 AND way = '' AND at_most > 0 THEN
		-- The newest of each endpoint, and of these the newest.
		RETURN QUERY EXECUTE format('SELECT t.id FROM unnest(%L::integer[]) AS e (endpoint_id), LATERAL (SELECT c.id FROM scepgate.certificate c WHERE %s ORDER BY c.id DESC LIMIT %s) AS t ORDER BY t.id DESC LIMIT %3$s',
			endpoints, array_to_string(conditions || 'c.endpoint_id = e.endpoint_id'::text, ' AND '), at_most);
		RETURN;
	END IF;
	IF endpoints IS NOT NULL THEN
		conditions := conditions || CASE cardinality(endpoints) WHEN 1 THEN format('c.endpoint_id = %s', endpoints[1]) ELSE format('c.endpoint_id = ANY (%L::integer[])', endpoints) END;
	END IF;
	RETURN QUERY EXECUTE concat_ws(' ', 'SELECT c.id FROM scepgate.certificate c', 'WHERE ' || nullif(array_to_string(conditions, ' AND '), ''), 'ORDER BY ' || sorting, 'LIMIT ' || nullif(at_most, 0));
END
$$;
COMMENT ON FUNCTION scepgate.certificate_search(text, text, text, text, text, text, text, text, text, interval, bigint, bigint, bigint, integer)
	IS 'The numbers of the certificates that meet all filters given. In subject, san and name * stands for any run of characters, and case of ASCII letters does not matter. subject: all of it, or CN=, serialNumber=, UID= or emailAddress= of it. san: a name of any type, or after its type and a colon. name: any of them. lineage: all of that of this certificate. Newest first; with expiring_within or state valid the one that ends first, with state expired the one that ended last. after: go on behind this certificate. at_most: 0 is all. Raises no_data_found for an application, profile or CA that is not there.';

-- What its tables and indexes are for.

DO $comments$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT * FROM (VALUES
		('TABLE', 'certificate_name', 'The names by which certificates are found, as certificate_names() gives them; filled by a trigger.'),
		('COLUMN', 'certificate_name.certificate_id', 'The certificate.'),
		('COLUMN', 'certificate_name.kind', 'subject: all of it. cn, serialnumber, uid, emailaddress: an attribute of it. dns, email, ip, uri, upn, dirname, rid, other: an alternative name.'),
		('COLUMN', 'certificate_name.value', 'The name, in lower case.'),
		('TABLE', 'certificate_count', 'How many certificates there are, by endpoint and last day of validity; together with certificate_count_change.'),
		('COLUMN', 'certificate_count.endpoint_id', 'The endpoint that issued them.'),
		('COLUMN', 'certificate_count.last_day', 'The day on which they end, UTC.'),
		('COLUMN', 'certificate_count.certificates', 'How many, revoked ones too.'),
		('COLUMN', 'certificate_count.revoked', 'How many of them are revoked.'),
		('TABLE', 'certificate_count_change', 'What has changed since certificate_count was summed up: rows are added by triggers and taken away by certificate_counts_sum().'),
		('COLUMN', 'certificate_count_change.id', 'Number of the row.'),
		('COLUMN', 'certificate_count_change.endpoint_id', 'The endpoint.'),
		('COLUMN', 'certificate_count_change.last_day', 'The day on which the certificates end, UTC.'),
		('COLUMN', 'certificate_count_change.certificates', 'How many more; negative: fewer.'),
		('COLUMN', 'certificate_count_change.revoked', 'How many more of them are revoked.'),
		('INDEX', 'certificate_name_by_value', 'Finds certificates by a name or its beginning.'),
		('INDEX', 'certificate_name_by_end', 'Finds certificates by the end of a name.'),
		('INDEX', 'certificate_by_ca', 'Finds the certificates of a CA.'),
		('INDEX', 'certificate_revoked', 'Finds the certificates that are revoked.'),
		('INDEX', 'audit_event_by_application', 'Finds the events of an application.'),
		('INDEX', 'audit_event_by_event', 'Finds the events of one kind.'),
		('INDEX', 'audit_event_by_token', 'Finds what was done with an API token.'),
		('INDEX', 'audit_event_by_client', 'Finds the events of a network address.')
	) AS t (kind, name, comment) LOOP
		EXECUTE format('COMMENT ON %s scepgate.%s IS %L', c.kind, c.name, c.comment);
	END LOOP;
	FOR c IN SELECT * FROM (VALUES
		('certificate_name', 'certificate_name_needs_its_certificate', 'There is no such certificate.'),
		('certificate_name', 'certificate_name_kind_is_known', 'A name is of one of the kinds listed.'),
		('certificate_name', 'certificate_name_value_has_a_length', 'A name is searched by its first 400 characters.'),
		('certificate_name', 'certificate_name_is_there_already', 'The certificate has this name already.'),
		('certificate_count', 'certificate_count_needs_its_endpoint', 'There is no such endpoint.'),
		('certificate_count', 'certificate_count_is_there_already', 'This day is counted already.'),
		('certificate_count_change', 'certificate_count_change_needs_its_endpoint', 'There is no such endpoint.'),
		('certificate_count_change', 'certificate_count_change_id_is_taken', 'This number is taken.')
	) AS t (tab, con, comment) LOOP
		EXECUTE format('COMMENT ON CONSTRAINT %I ON scepgate.%I IS %L', c.con, c.tab, c.comment);
	END LOOP;
END
$comments$;
