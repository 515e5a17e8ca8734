-- Refusals: their audit events, and the throttle that counts wrong challenges by endpoint and network address, so that all workers on all hosts count together.

CREATE OR REPLACE FUNCTION scepgate.throttle_sweep(endpoint_id integer) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	max_networks CONSTANT integer := 10000; -- of one endpoint
	quiet_for CONSTANT interval := '1 day';
	at_once CONSTANT integer := 10;
BEGIN
	WITH quiet AS (
		SELECT h.endpoint_id, h.network FROM scepgate.throttle h WHERE h.updated_at < clock_timestamp() - quiet_for ORDER BY h.updated_at LIMIT at_once FOR UPDATE SKIP LOCKED
	), too_many AS (
		SELECT h.endpoint_id, h.network FROM scepgate.throttle h WHERE h.endpoint_id = throttle_sweep.endpoint_id
			AND (SELECT count(*) FROM (SELECT FROM scepgate.throttle o WHERE o.endpoint_id = throttle_sweep.endpoint_id LIMIT max_networks) AS there) >= max_networks
			AND (h.blocked_until IS NULL OR h.blocked_until <= clock_timestamp())
		ORDER BY h.updated_at LIMIT 1 FOR UPDATE SKIP LOCKED
	), gone AS (
		DELETE FROM scepgate.throttle h USING (SELECT * FROM quiet UNION SELECT * FROM too_many) AS old WHERE h.endpoint_id = old.endpoint_id AND h.network = old.network
		RETURNING h.endpoint_id, h.network, h.suppressed
	)
	INSERT INTO scepgate.audit_event (event, application, profile, client_address, detail)
	SELECT 'refusals_suppressed', a.name, p.name, g.network, jsonb_build_object('suppressed', g.suppressed)
	FROM gone g JOIN scepgate.endpoint e ON e.id = g.endpoint_id JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE g.suppressed > 0;
END
$$;
COMMENT ON FUNCTION scepgate.throttle_sweep(integer)
	IS 'Make room before a network is counted for the first time: forget a few that were quiet for a day, and the one that was quiet longest, blocked ones left out, when this endpoint has 10000. What was suppressed of them is told.';

CREATE OR REPLACE FUNCTION scepgate.throttle_count(endpoint_id integer, address inet, attempt bytea, OUT is_written boolean, OUT suppressed bigint, OUT blocked_seconds integer)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_variable
DECLARE
	max_attempts CONSTANT integer := 10;             -- distinct wrong challenges
	attempts_within CONSTANT interval := '15 minutes';
	first_block_seconds CONSTANT integer := 60;      -- doubled by each further block
	max_block_seconds CONSTANT integer := 3600;
	blocks_count_for CONSTANT interval := '1 day';
	max_refusals CONSTANT integer := 120;            -- audit events of refusals
	refusals_within CONSTANT interval := '1 minute';
	this_network CONSTANT inet := scepgate.network_of(address);
	h scepgate.throttle;
	now timestamptz;
BEGIN
	IF NOT EXISTS (SELECT FROM scepgate.throttle o WHERE o.endpoint_id = throttle_count.endpoint_id AND o.network = this_network) THEN
		PERFORM scepgate.throttle_sweep(endpoint_id);
	END IF;
	INSERT INTO scepgate.throttle AS o (endpoint_id, network) VALUES (throttle_count.endpoint_id, this_network)
	ON CONFLICT ON CONSTRAINT throttle_is_there_already DO UPDATE SET updated_at = clock_timestamp() RETURNING o.* INTO h;
	now := clock_timestamp();
	IF h.attempts_since <= now - attempts_within THEN
		h.attempts := '{}';
	END IF;
	IF octet_length(attempt) > 0 AND substring(attempt FROM 1 FOR 8) <> ALL (h.attempts) THEN
		h.attempts_since := CASE WHEN cardinality(h.attempts) = 0 THEN now ELSE h.attempts_since END;
		h.attempts := h.attempts || substring(attempt FROM 1 FOR 8);
	END IF;
	IF cardinality(h.attempts) >= max_attempts THEN
		h.attempts := '{}';
		h.blocks := CASE WHEN h.blocked_until > now - blocks_count_for THEN h.blocks ELSE 0 END + 1;
		blocked_seconds := least(first_block_seconds * 2 ^ least(h.blocks - 1, 16), max_block_seconds);
		h.blocked_until := now + blocked_seconds * interval '1 second';
	END IF;
	IF h.refusals_since <= now - refusals_within THEN
		h.refusals := 0;
		h.refusals_since := now;
	END IF;
	is_written := h.refusals < max_refusals;
	suppressed := CASE WHEN is_written THEN h.suppressed END;
	UPDATE scepgate.throttle o SET attempts = h.attempts, attempts_since = h.attempts_since, blocks = h.blocks, blocked_until = h.blocked_until, refusals_since = h.refusals_since,
		refusals = h.refusals + is_written::integer, suppressed = CASE WHEN is_written THEN 0 ELSE h.suppressed + 1 END
	WHERE o.endpoint_id = h.endpoint_id AND o.network = h.network;
END
$$;
COMMENT ON FUNCTION scepgate.throttle_count(integer, inet, bytea)
	IS 'Count a refusal, and the wrong challenge with which it came, if attempt is its keyed digest. Ten distinct ones within 15 minutes of the first block the static challenges of the endpoint for this network for 60 seconds, each further block within a day for twice as long, at most 3600 seconds. is_written: whether the refusal is to be audited: 120 are within a minute. suppressed: how many were not since the last that was. blocked_seconds: when a block begins.';

CREATE OR REPLACE FUNCTION scepgate.enrol_refuse(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, message_type integer, error text, detail text,
		subject text DEFAULT '', client_address text DEFAULT '', reference text DEFAULT '', attempt bytea DEFAULT NULL, challenge_id bigint DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	max_without_endpoint CONSTANT integer := 120; -- audit events a minute of refusals that nothing counts, because their endpoint is gone
	address CONSTANT inet := scepgate.address_or_null(enrol_refuse.client_address);
	site record;
	counted record;
	breach jsonb;
BEGIN
	SELECT e.id, a.name AS application, p.name AS profile INTO site
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE e.id = enrol_refuse.endpoint_id FOR KEY SHARE OF e;
	IF site.id IS NULL THEN
		SELECT count(*) < max_without_endpoint AS is_written, 0::bigint AS suppressed, NULL::integer AS blocked_seconds INTO counted
		FROM (SELECT FROM scepgate.audit_event v WHERE v.at > clock_timestamp() - interval '1 minute' AND v.event = 'enrolment_refused' AND v.application IS NULL
			LIMIT max_without_endpoint) AS lately;
	ELSE
		SELECT * INTO counted FROM scepgate.throttle_count(site.id, address, enrol_refuse.attempt);
	END IF;
	IF counted.is_written THEN
		IF enrol_refuse.challenge_id > 0 THEN
			SELECT jsonb_build_object('challenge_id', enrol_refuse.challenge_id, 'spent_by_spki_sha256', encode(d.spent_by_spki_sha256, 'hex'), 'spent_at', d.spent_at) INTO breach
			FROM (VALUES (true)) AS one (x) LEFT JOIN scepgate.challenge d ON d.id = enrol_refuse.challenge_id AND d.endpoint_id = site.id;
		END IF;
		INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
		VALUES (CASE WHEN breach IS NULL THEN 'enrolment_refused' ELSE 'challenge_breach' END, site.application, site.profile, nullif(enrol_refuse.reference, ''), address,
			jsonb_strip_nulls(jsonb_build_object('error', enrol_refuse.error, 'detail', left(enrol_refuse.detail, 400), 'subject', nullif(left(enrol_refuse.subject, 1024), ''),
				'message_type', nullif(enrol_refuse.message_type, 0), 'transaction_id', nullif(left(scepgate.octets_as_text(enrol_refuse.transaction_id), 512), ''),
				'requester_spki_sha256', nullif(left(encode(enrol_refuse.requester_spki_sha256, 'hex'), 64), ''), 'suppressed', nullif(counted.suppressed, 0)) || coalesce(breach, '{}')));
	END IF;
	IF counted.blocked_seconds IS NOT NULL THEN
		INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
		VALUES ('challenge_throttled', site.application, site.profile, nullif(enrol_refuse.reference, ''), address,
			jsonb_build_object('network', scepgate.network_of(address), 'seconds', counted.blocked_seconds));
	END IF;
END
$$;
COMMENT ON FUNCTION scepgate.enrol_refuse(integer, bytea, bytea, integer, text, text, text, text, text, bytea, bigint)
	IS 'Write the audit event of a refused enrolment, detail cut to 400 characters and subject to 1024, as far as throttle_count() lets, which also counts the wrong challenge whose keyed digest attempt is. challenge_id: a dynamic challenge that another key had spent; the event is then challenge_breach, with both keys.';
