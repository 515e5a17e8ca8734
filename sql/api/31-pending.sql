-- What scep.fcgi runs for requests that wait for an operator. Each is one statement and one round trip.

CREATE OR REPLACE FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea,
		message_type integer, static_challenge_id integer, csr bytea, subject text, sans text DEFAULT '', client_address text DEFAULT '', reference text DEFAULT '')
	RETURNS TABLE (outcome text)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	max_waiting CONSTANT integer := 10000; -- on one endpoint: bounds what a client without a challenge can fill
	site record;
	address inet := scepgate.address_or_null(enrol_pend.client_address);
	found_state text;
	new_id bigint;
BEGIN
	SELECT e.challenge_mode, e.approval, e.replay_window, e.pending_lifetime, a.name AS application, p.name AS profile INTO site
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id JOIN scepgate.ca c ON c.id = p.ca_id
	WHERE e.id = enrol_pend.endpoint_id AND e.version = enrol_pend.endpoint_version AND e.enabled AND a.enabled AND c.enabled
	FOR SHARE OF e;
	IF NOT FOUND THEN
		RETURN QUERY SELECT 'stale';
		RETURN;
	END IF;
	IF site.approval = 'none' THEN
		RETURN QUERY SELECT 'unapproved';
		RETURN;
	END IF;
	IF scepgate.request_is_foreign(enrol_pend.endpoint_id, enrol_pend.requester_spki_sha256, enrol_pend.csr_sha256) THEN
		RETURN QUERY SELECT 'foreign';
		RETURN;
	END IF;
	IF site.challenge_mode <> 'none' AND NOT scepgate.challenge_is_live(enrol_pend.endpoint_id, site.challenge_mode, enrol_pend.static_challenge_id) THEN
		RETURN QUERY SELECT 'challenge';
		RETURN;
	END IF;
	SELECT t.state INTO found_state FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.transaction_id = enrol_pend.transaction_id
		AND t.requester_spki_sha256 = enrol_pend.requester_spki_sha256 AND t.csr_sha256 = enrol_pend.csr_sha256
		AND scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at);
	IF FOUND THEN
		RETURN QUERY SELECT found_state;
		RETURN;
	END IF;
	-- Room: requests that got no approval and that expired a month ago are forgotten, a few at a time.
	DELETE FROM scepgate.transaction WHERE id IN (SELECT t.id FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.state IN ('pending', 'denied')
		AND t.expires_at < clock_timestamp() - interval '30 days' ORDER BY t.expires_at LIMIT 10 FOR UPDATE SKIP LOCKED);
	IF (SELECT count(*) FROM (SELECT FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.state IN ('pending', 'approved')
		AND t.expires_at > clock_timestamp() LIMIT max_waiting) AS waiting) >= max_waiting
	THEN
		RETURN QUERY SELECT 'full';
		RETURN;
	END IF;
	-- Of two workers with the same request the second waits here for the first, and then finds its row.
	INSERT INTO scepgate.transaction AS t (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, subject, sans, client_address,
		reference, expires_at, created_at, updated_at)
	VALUES (enrol_pend.endpoint_id, enrol_pend.transaction_id, enrol_pend.requester_spki_sha256, enrol_pend.csr_sha256, 'pending', enrol_pend.message_type, enrol_pend.csr,
		enrol_pend.subject, coalesce(enrol_pend.sans, ''), address, coalesce(enrol_pend.reference, ''), clock_timestamp() + site.pending_lifetime,
		clock_timestamp(), clock_timestamp())
	ON CONFLICT ON CONSTRAINT transaction_is_recorded_already DO UPDATE SET state = 'pending', certificate_id = NULL, decided_at = NULL, decided_by = NULL, reason = '',
		message_type = EXCLUDED.message_type, csr_der = EXCLUDED.csr_der, subject = EXCLUDED.subject, sans = EXCLUDED.sans, client_address = EXCLUDED.client_address,
		reference = EXCLUDED.reference, expires_at = EXCLUDED.expires_at, updated_at = EXCLUDED.updated_at
		WHERE NOT scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at)
	RETURNING t.id INTO new_id;
	IF new_id IS NULL THEN
		RETURN QUERY SELECT t.state FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.transaction_id = enrol_pend.transaction_id
			AND t.requester_spki_sha256 = enrol_pend.requester_spki_sha256 AND t.csr_sha256 = enrol_pend.csr_sha256;
		RETURN;
	END IF;
	INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
	VALUES ('enrolment_pending', site.application, site.profile, nullif(enrol_pend.reference, ''), address,
		jsonb_strip_nulls(jsonb_build_object('transaction', new_id, 'subject', left(enrol_pend.subject, 1024), 'sans', left(coalesce(enrol_pend.sans, ''), 1024), 'message_type', enrol_pend.message_type,
			'static_challenge_id', nullif(enrol_pend.static_challenge_id, 0), 'transaction_id', scepgate.octets_as_text(enrol_pend.transaction_id))));
	RETURN QUERY SELECT 'pending';
END
$$;
COMMENT ON FUNCTION scepgate.enrol_pend(integer, bigint, bytea, bytea, bytea, integer, integer, bytea, text, text, text, text)
	IS 'Instead of enrol_commit, for an endpoint with approval: record a request that waits for an operator. csr: the request, encrypted under the key-encryption secret; it is not looked into. outcome: pending, also when it was so before; issued, approved or denied when the same request is so meanwhile; stale when the endpoint changed; challenge when the challenge that its mode wants went or expired; foreign when another requester key sent the same certification request before; unapproved when the endpoint does not ask for approval; full when 10000 requests, pending or approved, wait on the endpoint already.';

CREATE OR REPLACE FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea)
	RETURNS TABLE (outcome text, certificate bytea, reason text, csr bytea, csr_sha256 bytea, subject text, sans text)
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT CASE WHEN e.id IS NULL THEN 'stale' ELSE coalesce(t.state, 'new') END, c.der, coalesce(t.reason, ''), CASE t.state WHEN 'approved' THEN t.csr_der END,
		CASE t.state WHEN 'approved' THEN t.csr_sha256 END, CASE t.state WHEN 'approved' THEN t.subject END, CASE t.state WHEN 'approved' THEN t.sans END
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = enrol_poll.endpoint_id AND e.version = enrol_poll.endpoint_version
	LEFT JOIN LATERAL (SELECT newest.* FROM scepgate.transaction newest WHERE newest.endpoint_id = e.id AND newest.transaction_id = enrol_poll.transaction_id
			AND newest.requester_spki_sha256 = enrol_poll.requester_spki_sha256 ORDER BY newest.updated_at DESC, newest.id DESC LIMIT 1) AS t
		ON scepgate.transaction_is_live(t.state, t.updated_at, e.replay_window, t.expires_at)
	LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id
$$;
COMMENT ON FUNCTION scepgate.enrol_poll(integer, bigint, bytea, bytea)
	IS 'For CertPoll: what became of the newest request of this requester key with this transactionID. outcome as of enrol_lookup; new also when the transactionID is another requester''s. When approved, csr: the request as it was pended; csr_sha256: the digest that it was pended under; subject and sans as they were recorded.';
