-- Certificate revocation lists: what the next one says, and publishing it. It is signed elsewhere. For one that is published by hand, crl_prepare() and crl_publish() in one
-- transaction are enough.
--
-- Partition 0 is the list of everything that a CA has revoked; the partitions 1, 2, … are for the certificates that point to them. A delta says what changed since the newest complete
-- list of its partition.

CREATE OR REPLACE FUNCTION scepgate.crl_wait(ca text) RETURNS timestamptz
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	-- Revocations hold this row shared until they are committed.
	PERFORM FROM scepgate.ca c WHERE c.id = scepgate.ca_id(crl_wait.ca) FOR NO KEY UPDATE;
	RETURN clock_timestamp();
END
$$;
COMMENT ON FUNCTION scepgate.crl_wait(text)
	IS 'Wait for revocations of a CA that are under way. Whoever looks after that sees everything that was revoked before the time that this returns. To be called in a transaction of its own: until its end nothing can be revoked.';

CREATE OR REPLACE FUNCTION scepgate.crl_prepare(ca text, partition integer DEFAULT 0, is_delta boolean DEFAULT false)
	RETURNS TABLE (ca_id integer, number bigint, base_number bigint, expired_since timestamptz, changed_since timestamptz, validity_hours integer, crl_urls text[], delta_crl_urls text[])
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	-- What a clock may have been set back between two CRLs: a delta may say more than is new.
	clock_margin CONSTANT interval := '5 minutes';
	site scepgate.ca;
	base scepgate.crl;
BEGIN
	SELECT c.* INTO site FROM scepgate.ca c WHERE c.id = scepgate.ca_id(crl_prepare.ca);
	IF coalesce(crl_prepare.partition NOT BETWEEN 0 AND (CASE site.crl_partitions WHEN 1 THEN 0 ELSE site.crl_partitions END), true) THEN
		RAISE EXCEPTION 'the CA "%" has no partition %', crl_prepare.ca, crl_prepare.partition USING ERRCODE = 'no_data_found';
	END IF;
	INSERT INTO scepgate.crl_sequence AS s (ca_id, number) VALUES (site.id, 1)
	ON CONFLICT ON CONSTRAINT crl_sequence_is_there_already DO UPDATE SET number = s.number + 1
	RETURNING s.number INTO number;
	SELECT l.* INTO base FROM scepgate.crl l WHERE l.ca_id = site.id AND l.partition = crl_prepare.partition AND NOT l.is_delta ORDER BY l.number DESC LIMIT 1;
	IF crl_prepare.is_delta AND base.number IS NULL THEN
		RAISE EXCEPTION 'there is no complete CRL yet that a delta could start from' USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	ca_id := site.id;
	base_number := CASE WHEN crl_prepare.is_delta THEN base.number END;
	expired_since := coalesce(base.this_update, '-infinity');
	changed_since := CASE WHEN crl_prepare.is_delta THEN base.taken_at - clock_margin END;
	validity_hours := CASE WHEN crl_prepare.is_delta THEN site.delta_crl_hours ELSE site.crl_validity_hours END;
	crl_urls := scepgate.crl_urls_of(site.crl_urls, crl_prepare.partition);
	delta_crl_urls := CASE WHEN crl_prepare.is_delta OR site.delta_crl_hours IS NULL THEN '{}' ELSE scepgate.crl_urls_of(site.delta_crl_urls, crl_prepare.partition) END;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION scepgate.crl_prepare(text, integer, boolean) IS 'Begin the next CRL of a CA: its number, which nobody else gets; until the end of the transaction everybody else who publishes for this CA waits. It is to name what is revoked and ended not before expired_since, the thisUpdate of the last complete one (RFC 5280 section 3.3); a delta what changed after changed_since, and that is revoked no more as removeFromCRL. base_number: of the complete CRL that a delta starts from. crl_urls: where this one is fetched; delta_crl_urls: where its deltas are.';

CREATE OR REPLACE FUNCTION scepgate.crl_urls_of(urls text[], partition integer) RETURNS text[]
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT coalesce(array_agg(replace(t.url, '{partition}', partition::text) ORDER BY t.n), '{}') FROM unnest(urls) WITH ORDINALITY AS t (url, n)
	WHERE (strpos(t.url, '{partition}') > 0) = (partition > 0)
$$;
COMMENT ON FUNCTION scepgate.crl_urls_of(text[], integer) IS 'Those URLs that are for a partition, with its number in place of {partition}; for 0 those without.';

CREATE OR REPLACE FUNCTION scepgate.crl_append(ca_id integer, number bigint, octets bytea) RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ INSERT INTO scepgate.crl_piece (ca_id, number, octets) VALUES (crl_append.ca_id, crl_append.number, crl_append.octets) RETURNING id $$;
COMMENT ON FUNCTION scepgate.crl_append(integer, bigint, bytea) IS 'The next octets of a CRL that crl_prepare() gave a number to, for crl_publish() without der, in the same transaction.';

CREATE OR REPLACE FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamptz, next_update timestamptz, der bytea DEFAULT NULL, partition integer DEFAULT 0,
		base_number bigint DEFAULT NULL, revoked integer DEFAULT NULL, taken_at timestamptz DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.ca_id(crl_publish.ca);
	list bytea := crl_publish.der;
	digest bytea;
BEGIN
	IF list IS NULL THEN
		SELECT string_agg(p.octets, '' ORDER BY p.id) INTO list FROM scepgate.crl_piece p WHERE p.ca_id = site AND p.number = crl_publish.number;
		DELETE FROM scepgate.crl_piece WHERE ca_id = site AND number <= crl_publish.number;
	END IF;
	INSERT INTO scepgate.crl AS l (ca_id, number, this_update, next_update, der, partition, is_delta, base_number, revoked, taken_at)
	VALUES (site, crl_publish.number, crl_publish.this_update, crl_publish.next_update, list, crl_publish.partition, crl_publish.base_number IS NOT NULL, crl_publish.base_number,
		crl_publish.revoked, coalesce(crl_publish.taken_at, crl_publish.this_update))
	RETURNING l.sha256 INTO digest;
	-- The newest thirty of each kind, or three when they are long.
	DELETE FROM scepgate.crl WHERE ca_id = site AND number IN (SELECT l.number FROM scepgate.crl l
		WHERE l.ca_id = site AND l.partition = crl_publish.partition AND l.is_delta = (crl_publish.base_number IS NOT NULL)
		ORDER BY l.number DESC OFFSET CASE WHEN octet_length(list) > 1048576 THEN 3 ELSE 30 END);
	INSERT INTO scepgate.audit_event (event, detail)
	VALUES ('crl_published', jsonb_build_object('ca', crl_publish.ca, 'number', crl_publish.number, 'this_update', crl_publish.this_update, 'next_update', crl_publish.next_update,
		'sha256', encode(digest, 'hex')) || jsonb_strip_nulls(jsonb_build_object('partition', nullif(crl_publish.partition, 0), 'base_number', crl_publish.base_number,
		'revoked', crl_publish.revoked)));
	RETURN crl_publish.number;
END
$$;
COMMENT ON FUNCTION scepgate.crl_publish(text, bigint, timestamptz, timestamptz, bytea, integer, bigint, integer, timestamptz)
	IS 'Publish a CRL, DER, whose number must be greater than that of every earlier one of this CA, of all partitions and deltas together. Without der it is what crl_append() put together. base_number makes it a delta; revoked: how many entries it has; taken_at: up to when all revocations are in it, which a delta starts from. Of each partition the newest 30 are kept, complete ones and deltas each; 3 when they are longer than a mebibyte. Returns the number.';

CREATE OR REPLACE FUNCTION scepgate.crl_due(ca text DEFAULT NULL) RETURNS TABLE (ca_name text, crl_partition integer, crl_is_delta boolean, because text)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	WITH scope AS (
		SELECT c.id, c.name, c.delta_crl_hours, c.publish_on_revocation, n AS partition, complete.number, complete.taken_at, complete.this_update, complete.next_update,
			delta.number AS delta_number, delta.taken_at AS delta_taken_at, delta.this_update AS delta_this_update, delta.next_update AS delta_next_update,
			(SELECT max(k.status_changed_at) FROM scepgate.certificate k WHERE k.ca_id = c.id AND (n = 0 OR k.crl_partition = n)
				AND k.status_changed_at > complete.taken_at) AS changed_at
		FROM scepgate.ca c CROSS JOIN LATERAL generate_series(0, CASE c.crl_partitions WHEN 1 THEN 0 ELSE c.crl_partitions END) AS n
		LEFT JOIN LATERAL (SELECT l.number, l.taken_at, l.this_update, l.next_update FROM scepgate.crl l WHERE l.ca_id = c.id AND l.partition = n AND NOT l.is_delta
			ORDER BY l.number DESC LIMIT 1) AS complete ON true
		LEFT JOIN LATERAL (SELECT l.number, l.taken_at, l.this_update, l.next_update FROM scepgate.crl l WHERE l.ca_id = c.id AND l.partition = n AND l.is_delta
			ORDER BY l.number DESC LIMIT 1) AS delta ON true
		WHERE (crl_due.ca IS NULL OR c.id = scepgate.ca_id(crl_due.ca)) AND c.private_key_id IS NOT NULL AND clock_timestamp() BETWEEN c.not_before AND c.not_after),
	judged AS (
		SELECT s.*, CASE
			WHEN s.number IS NULL THEN 'first'
			WHEN clock_timestamp() >= s.next_update - (s.next_update - s.this_update) / 3 THEN 'time'
			WHEN s.delta_crl_hours IS NULL AND s.publish_on_revocation AND s.changed_at > s.taken_at THEN 'revocation'
		END AS complete_because, CASE
			WHEN s.delta_crl_hours IS NULL OR s.number IS NULL THEN NULL
			WHEN s.delta_number IS NULL OR s.delta_number < s.number THEN 'first'
			WHEN clock_timestamp() >= s.delta_next_update - (s.delta_next_update - s.delta_this_update) / 3 THEN 'time'
			WHEN s.publish_on_revocation AND s.changed_at > s.delta_taken_at THEN 'revocation'
		END AS delta_because
		FROM scope s)
	SELECT j.name, j.partition, d.is_delta, CASE WHEN d.is_delta THEN coalesce(j.delta_because, 'complete') ELSE j.complete_because END
	FROM judged j CROSS JOIN (VALUES (false), (true)) AS d (is_delta)
	WHERE CASE WHEN d.is_delta THEN j.delta_crl_hours IS NOT NULL AND coalesce(j.delta_because, j.complete_because) IS NOT NULL ELSE j.complete_because IS NOT NULL END
	ORDER BY j.name, j.partition, d.is_delta
$$;
COMMENT ON FUNCTION scepgate.crl_due(text) IS 'Which CRLs are to be published now, of one CA or of all that are valid and have a key, in the order in which they are to be: the first of its kind; when a third of the time until nextUpdate is left; when something was revoked, or came off hold, where the CA publishes on revocation (with deltas: a delta); a delta after its complete one.';
