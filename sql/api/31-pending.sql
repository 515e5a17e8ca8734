-- What scep.fcgi runs for requests that wait for an operator. Each is one statement and one round trip.

CREATE OR REPLACE FUNCTION scepgate.text_as_line(words text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT CASE WHEN octet_length(line) <= 255 THEN line ELSE left(line, 63) || '...' END FROM (SELECT regexp_replace(coalesce(words, ''), '[\x01-\x1f\x7f-\x9f]', ' ', 'g')) AS t (line) $$;
COMMENT ON FUNCTION scepgate.text_as_line(text) IS 'A text as one line of at most 255 octets: control characters become spaces, and of what is too long the beginning stays.';

CREATE OR REPLACE FUNCTION scepgate.quota_hold(endpoint_id integer) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	-- Who holds the lock counts what there is. With the snapshot of a whole transaction he would count what there was when that began, and let in one too many.
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'challenges are minted, and requests begin to wait, in a transaction of the isolation level read committed alone' USING ERRCODE = 'invalid_transaction_state';
	END IF;
	INSERT INTO scepgate.challenge_quota (endpoint_id) VALUES (quota_hold.endpoint_id) ON CONFLICT ON CONSTRAINT challenge_quota_is_there_already DO NOTHING;
	PERFORM FROM scepgate.challenge_quota q WHERE q.endpoint_id = quota_hold.endpoint_id FOR NO KEY UPDATE;
END
$$;
COMMENT ON FUNCTION scepgate.quota_hold(integer)
	IS 'The lock under which requests begin to wait on an endpoint, and challenges are minted for it: one at a time, and each sees what the one before did. Raises invalid_transaction_state in a transaction whose isolation level is not read committed, which would not.';

CREATE OR REPLACE FUNCTION scepgate.pending_take_over(id bigint, transaction_id bytea, csr_sha256 bytea, message_type integer, csr bytea, spends bigint, renews bigint, is_authenticated boolean,
		reference text) RETURNS text
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	new_state text;
BEGIN
	-- What the same transactionID and request left behind, and answers for nothing any more, makes room.
	DELETE FROM scepgate.transaction dead USING scepgate.transaction t JOIN scepgate.endpoint e ON e.id = t.endpoint_id
	WHERE t.id = pending_take_over.id AND dead.id <> t.id AND dead.endpoint_id = t.endpoint_id AND dead.requester_spki_sha256 = t.requester_spki_sha256
		AND dead.transaction_id = pending_take_over.transaction_id AND dead.csr_sha256 = pending_take_over.csr_sha256
		AND NOT scepgate.transaction_is_live(dead.state, dead.updated_at, e.replay_window, dead.expires_at);
	UPDATE scepgate.transaction t SET transaction_id = pending_take_over.transaction_id, csr_sha256 = pending_take_over.csr_sha256, message_type = pending_take_over.message_type,
		csr_der = pending_take_over.csr, challenge_id = coalesce(pending_take_over.spends, t.challenge_id), renewal_of = pending_take_over.renews,
		is_authenticated = t.is_authenticated OR pending_take_over.is_authenticated, reference = coalesce(pending_take_over.reference, ''),
		updated_at = clock_timestamp()
	WHERE t.id = pending_take_over.id AND t.state IN ('pending', 'approved') AND t.expires_at > clock_timestamp()
	RETURNING t.state INTO new_state;
	RETURN new_state;
EXCEPTION WHEN unique_violation THEN
	RETURN NULL; -- this very request was issued at this moment: what waited stays as it was
END
$$;
COMMENT ON FUNCTION scepgate.pending_take_over(bigint, bytea, bytea, integer, bytea, bigint, bigint, boolean, text)
	IS 'Let a transaction that waits go on with a newer request of the same key that asks for the same. The address from which it began to wait stays: by that it is counted. The state in which it is; null when it waits no longer.';

CREATE OR REPLACE FUNCTION scepgate.pending_room(endpoint_id integer, is_authenticated boolean, address inet) RETURNS text
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	max_waiting CONSTANT bigint := 10000; -- on one endpoint: bounds what clients can fill
	forgotten_after CONSTANT interval := '30 days';
	site record;
BEGIN
	SELECT e.pending_max_per_address AS per_address, e.pending_max_per_day AS per_day INTO site FROM scepgate.endpoint e WHERE e.id = pending_room.endpoint_id;
	-- Requests that got no approval and that expired long ago are forgotten, a few at a time.
	DELETE FROM scepgate.transaction WHERE id IN (SELECT t.id FROM scepgate.transaction t WHERE t.endpoint_id = pending_room.endpoint_id AND t.state IN ('pending', 'denied')
		AND t.expires_at < clock_timestamp() - forgotten_after ORDER BY t.expires_at LIMIT 10 FOR UPDATE SKIP LOCKED);
	IF (SELECT count(*) FROM (SELECT FROM scepgate.transaction t WHERE t.endpoint_id = pending_room.endpoint_id AND t.state IN ('pending', 'approved')
		AND t.expires_at > clock_timestamp() LIMIT max_waiting) AS waiting) >= max_waiting
	THEN
		RETURN 'full';
	END IF;
	IF pending_room.is_authenticated THEN
		RETURN NULL;
	END IF;
	IF (SELECT count(*) FROM (SELECT FROM scepgate.transaction t WHERE t.endpoint_id = pending_room.endpoint_id AND t.state = 'pending' AND NOT t.is_authenticated
		AND scepgate.network_of(t.client_address) = scepgate.network_of(pending_room.address) AND t.expires_at > clock_timestamp() LIMIT site.per_address) AS waiting) >= site.per_address
	THEN
		RETURN 'address_full';
	END IF;
	IF (SELECT count(*) FROM (SELECT FROM scepgate.transaction t WHERE t.endpoint_id = pending_room.endpoint_id AND NOT t.is_authenticated
		AND t.created_at > clock_timestamp() - interval '24 hours' LIMIT site.per_day) AS new) >= site.per_day
	THEN
		RETURN 'day_full';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.pending_room(integer, boolean, inet)
	IS 'May one more request begin to wait on this endpoint, whose quota is locked? Null when it may; full: 10000 wait, pending or approved; and for those that came without challenge and renewal, address_full: as many are pending from their network (an IPv4 address, a /64 of IPv6) as the endpoint lets; day_full: as many came within 24 hours as it lets.';

CREATE OR REPLACE FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea,
		message_type integer, static_challenge_id integer, challenge_id bigint, renewal_of bigint, csr bytea, csr_spki_sha256 bytea, subject text, sans text, because text DEFAULT '',
		client_address text DEFAULT '', reference text DEFAULT '', asked_sha256 bytea DEFAULT NULL)
	RETURNS TABLE (outcome text)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site record;
	waiting record;
	refusal text;
	static_id integer;
	spends bigint;
	renews bigint;
	found_state text;
	authenticated boolean;
	address inet := scepgate.address_or_null(enrol_pend.client_address);
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
	-- On one endpoint one request at a time begins to wait: so one key waits once, and the limits are exact. Who waits here finds what the one before has written.
	PERFORM scepgate.quota_hold(enrol_pend.endpoint_id);
	SELECT t.state INTO found_state FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.transaction_id = enrol_pend.transaction_id
		AND t.requester_spki_sha256 = enrol_pend.requester_spki_sha256 AND t.csr_sha256 = enrol_pend.csr_sha256
		AND scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at);
	IF FOUND THEN
		RETURN QUERY SELECT found_state;
		RETURN;
	END IF;
	SELECT t.id, t.challenge_id INTO waiting FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.csr_spki_sha256 = enrol_pend.csr_spki_sha256
		AND t.requester_spki_sha256 = enrol_pend.requester_spki_sha256 AND t.subject = enrol_pend.subject AND t.sans = coalesce(enrol_pend.sans, '')
		AND t.asked_sha256 IS NOT DISTINCT FROM nullif(enrol_pend.asked_sha256, '')
		-- An approval never moves from the renewal of a certificate, which can be stopped, to anything else.
		AND (t.state = 'pending' OR t.state = 'approved' AND t.renewal_of IS NOT DISTINCT FROM nullif(enrol_pend.renewal_of, 0)) AND t.expires_at > clock_timestamp() ORDER BY t.state, t.id LIMIT 1;
	authenticated := site.challenge_mode <> 'none' OR coalesce(enrol_pend.renewal_of > 0, false);
	IF authenticated THEN
		SELECT h.refusal, h.static_id, h.spends, h.renews INTO refusal, static_id, spends, renews
		FROM scepgate.evidence_hold(enrol_pend.endpoint_id, CASE WHEN enrol_pend.renewal_of > 0 THEN 'renewal' WHEN enrol_pend.challenge_id > 0 THEN 'dynamic_challenge' ELSE 'static_challenge' END,
			enrol_pend.static_challenge_id, enrol_pend.challenge_id, enrol_pend.renewal_of, enrol_pend.requester_spki_sha256,
			enrol_pend.csr_spki_sha256, waiting.challenge_id) AS h;
		IF refusal IS NOT NULL THEN
			RETURN QUERY SELECT refusal;
			RETURN;
		END IF;
	END IF;
	IF waiting.id IS NOT NULL THEN
		found_state := scepgate.pending_take_over(waiting.id, enrol_pend.transaction_id, enrol_pend.csr_sha256, enrol_pend.message_type, enrol_pend.csr, spends, renews, authenticated,
			enrol_pend.reference);
	END IF;
	IF found_state IS NOT NULL THEN
		PERFORM scepgate.challenge_spend(spends, enrol_pend.csr_spki_sha256);
		RETURN QUERY SELECT found_state;
		RETURN;
	END IF;
	refusal := scepgate.pending_room(enrol_pend.endpoint_id, authenticated, address);
	IF refusal IS NOT NULL THEN
		RETURN QUERY SELECT refusal;
		RETURN;
	END IF;
	-- A worker that issues for the same request at this moment is waited for here, and its row then found.
	INSERT INTO scepgate.transaction AS t (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, message_type, csr_der, csr_spki_sha256, asked_sha256, challenge_id, renewal_of,
		is_authenticated, pended_because, subject, sans, client_address, reference, expires_at, created_at, updated_at)
	VALUES (enrol_pend.endpoint_id, enrol_pend.transaction_id, enrol_pend.requester_spki_sha256, enrol_pend.csr_sha256, 'pending', enrol_pend.message_type, enrol_pend.csr,
		enrol_pend.csr_spki_sha256, nullif(enrol_pend.asked_sha256, ''), spends, renews, authenticated, scepgate.text_as_line(enrol_pend.because), enrol_pend.subject, coalesce(enrol_pend.sans, ''), address,
		coalesce(enrol_pend.reference, ''), clock_timestamp() + site.pending_lifetime, clock_timestamp(), clock_timestamp())
	ON CONFLICT ON CONSTRAINT transaction_is_recorded_already DO UPDATE SET state = 'pending', certificate_id = NULL, decided_at = NULL, decided_by = NULL, reason = '',
		message_type = EXCLUDED.message_type, csr_der = EXCLUDED.csr_der, csr_spki_sha256 = EXCLUDED.csr_spki_sha256, asked_sha256 = EXCLUDED.asked_sha256, challenge_id = EXCLUDED.challenge_id,
		renewal_of = EXCLUDED.renewal_of, is_authenticated = EXCLUDED.is_authenticated, pended_because = EXCLUDED.pended_because, subject = EXCLUDED.subject, sans = EXCLUDED.sans,
		client_address = EXCLUDED.client_address, reference = EXCLUDED.reference, expires_at = EXCLUDED.expires_at, created_at = EXCLUDED.created_at, updated_at = EXCLUDED.updated_at
		WHERE NOT scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at)
	RETURNING t.id INTO new_id;
	IF new_id IS NULL THEN
		RETURN QUERY SELECT t.state FROM scepgate.transaction t WHERE t.endpoint_id = enrol_pend.endpoint_id AND t.transaction_id = enrol_pend.transaction_id
			AND t.requester_spki_sha256 = enrol_pend.requester_spki_sha256 AND t.csr_sha256 = enrol_pend.csr_sha256;
		RETURN;
	END IF;
	PERFORM scepgate.challenge_spend(spends, enrol_pend.csr_spki_sha256);
	INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
	VALUES ('enrolment_pending', site.application, site.profile, nullif(enrol_pend.reference, ''), address,
		jsonb_strip_nulls(jsonb_build_object('transaction', new_id, 'subject', left(enrol_pend.subject, 1024), 'sans', left(coalesce(enrol_pend.sans, ''), 1024), 'message_type', enrol_pend.message_type,
			'static_challenge_id', static_id, 'challenge_id', spends, 'renewal_of', renews, 'authenticated', authenticated, 'because', nullif(scepgate.text_as_line(enrol_pend.because), ''),
			'transaction_id', scepgate.octets_as_text(enrol_pend.transaction_id))));
	RETURN QUERY SELECT 'pending';
END
$$;
COMMENT ON FUNCTION scepgate.enrol_pend(integer, bigint, bytea, bytea, bytea, integer, integer, bigint, bigint, bytea, bytea, text, text, text, text, text, bytea)
	IS 'Instead of enrol_commit, for an endpoint with approval: record a request that waits for an operator, and spend the dynamic challenge that it came with, whatever the operator will say. csr: the request, encrypted under the key-encryption secret; it is not looked into. because: why it waits. asked_sha256: of what the request asks, without its challenge. One key waits once: when the same requester key waits already for the same key and names and asks for the same, by another transactionID or certification request, that transaction goes on with this request, and an approved one stays approved if both renew the same certificate or none. outcome: pending, also when it was so before; issued, approved or denied when the request is so meanwhile; stale when the endpoint changed; challenge when the challenge that its mode wants went, expired or was spent; renewal when the certificate can no longer be renewed; barred as evidence_hold() says; foreign when another requester key sent the same certification request before; unapproved when the endpoint does not ask for approval; full, address_full and day_full as pending_room() says.';

CREATE OR REPLACE FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea)
	RETURNS TABLE (outcome text, certificate bytea, reason text, csr bytea, csr_sha256 bytea, subject text, sans text, renewal_of bigint, authorisation text,
		granted_device text, granted_username text, granted_sid text)
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT CASE WHEN e.id IS NULL THEN 'stale' ELSE coalesce(t.state, 'new') END, c.der, coalesce(t.reason, ''), CASE t.state WHEN 'approved' THEN t.csr_der END,
		CASE t.state WHEN 'approved' THEN t.csr_sha256 END, CASE t.state WHEN 'approved' THEN t.subject END, CASE t.state WHEN 'approved' THEN t.sans END,
		CASE t.state WHEN 'approved' THEN t.renewal_of END, c.authorisation, g.device, g.username, g.sid
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = enrol_poll.endpoint_id AND e.version = enrol_poll.endpoint_version
	LEFT JOIN LATERAL (SELECT newest.* FROM scepgate.transaction newest WHERE newest.endpoint_id = e.id AND newest.transaction_id = enrol_poll.transaction_id
			AND newest.requester_spki_sha256 = enrol_poll.requester_spki_sha256 ORDER BY newest.updated_at DESC, newest.id DESC LIMIT 1) AS t
		ON scepgate.transaction_is_live(t.state, t.updated_at, e.replay_window, t.expires_at)
	LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id
	LEFT JOIN scepgate.challenge g ON g.id = t.challenge_id AND t.state = 'approved'
$$;
COMMENT ON FUNCTION scepgate.enrol_poll(integer, bigint, bytea, bytea)
	IS 'For CertPoll: what became of the newest request of this requester key with this transactionID. outcome as of enrol_lookup; new also when the transactionID is another requester''s. When approved, csr: the request as it was pended; csr_sha256: the digest that it was pended under; subject and sans as they were recorded; renewal_of: the certificate that it renews; granted_device, granted_username and granted_sid: for which the challenge was minted that it came with.';
