-- What scep.fcgi runs to issue: load an endpoint, look a request up, record a certificate, record a refusal. Each is one statement and one round trip.

CREATE OR REPLACE FUNCTION scepgate.endpoint_default(host text) RETURNS TABLE (application text, profile text)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT a.name, p.name FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE e.default_for_host IN (lower(endpoint_default.host), '*') ORDER BY e.default_for_host = '*' LIMIT 1
$$;
COMMENT ON FUNCTION scepgate.endpoint_default(text) IS 'The endpoint that answers on paths without names: the one of this host, else the one marked "*".';

CREATE OR REPLACE FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) RETURNS boolean
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT EXISTS (SELECT FROM scepgate.endpoint e WHERE e.id = endpoint_is_current.endpoint_id AND e.version = endpoint_is_current.endpoint_version) $$;
COMMENT ON FUNCTION scepgate.endpoint_is_current(integer, bigint) IS 'Is what was loaded of this endpoint still what the database says? False when it is gone.';

CREATE OR REPLACE FUNCTION scepgate.endpoint_load(application text, profile text) RETURNS TABLE (
		id integer, version bigint, application_name text, profile_name text, is_enabled boolean, challenge_mode text, ciphers text[], digests text[], include_chain boolean,
		replay_window_seconds integer, policy_name text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean,
		max_validity_days integer, rule_targets text[], rule_effects text[], rule_items text[], rule_patterns text[], validity_days integer, key_usage text[],
		extended_key_usage text[], backdate_seconds integer, challenge_ids integer[], challenge_names text[], challenge_hashes text[], challenge_expiries bigint[],
		ca_id integer, ca_certificate bytea, ca_key bytea, chain bytea[], ra_ids integer[], ra_certificates bytea[], ra_keys bytea[], ra_uses text[],
		approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, keys text[], pending_lifetime_seconds integer, next_ca_certificate bytea,
		signer_key_must_match boolean, renewal boolean, renewal_window text, renewal_grace_days integer, renewal_identity text, renewal_new_key boolean, renewal_challenge boolean,
		renewal_at_par boolean, approval_kinds text[], approval_items text[], approval_patterns text[], several_common_names boolean,
		crl_partitions integer, crl_urls text[], ca_urls text[],
		csr_digests text[], past_ca text, validity_hours integer, valid_until bigint, subject_template text, san_templates text[], extensions text[])
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT e.id, e.version, a.name, p.name, e.enabled AND a.enabled AND c.enabled, e.challenge_mode, e.allowed_ciphers, e.allowed_digests, e.include_chain,
		extract(epoch FROM e.replay_window)::integer, l.name, l.unlisted, l.allow_empty_subject, l.rsa_min_bits, l.rsa_max_bits, l.ec_curves, l.ed25519,
		l.max_validity_days, rules.targets, rules.effects, rules.items, rules.patterns, p.validity_days, p.key_usage,
		p.extended_key_usage, p.backdate_seconds, challenges.ids, challenges.names, challenges.hashes, challenges.expiries,
		c.id, c.certificate, coalesce(ck.pkcs8, convert_to(ck.uri, 'UTF8')), above.certificates, ras.ids, ras.certificates, ras.keys, ras.uses,
		e.approval, e.ca_certs, e.include_root, e.append_chain, e.password_recipient, e.allowed_keys, extract(epoch FROM e.pending_lifetime)::integer, n.certificate,
		e.signer_key_must_match, e.renewal, e.renewal_window, e.renewal_grace_days, e.renewal_identity, e.renewal_new_key, e.renewal_challenge,
		e.renewal_at_par, approvals.kinds, approvals.items, approvals.patterns, l.several_common_names,
		c.crl_partitions, c.crl_urls, c.ca_urls,
		l.csr_digests, l.past_ca, coalesce(p.validity_hours, 0), coalesce(extract(epoch FROM p.valid_until)::bigint, 0), p.subject_template, p.san_templates, p.extensions
	FROM scepgate.endpoint e
	JOIN scepgate.application a ON a.id = e.application_id
	JOIN scepgate.profile p ON p.id = e.profile_id
	JOIN scepgate.policy l ON l.id = p.policy_id
	JOIN scepgate.ca c ON c.id = p.ca_id
	LEFT JOIN scepgate.private_key ck ON ck.id = c.private_key_id
	LEFT JOIN scepgate.ca_next n ON n.ca_id = c.id
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(r.target ORDER BY r.id), '{}'), coalesce(array_agg(r.effect ORDER BY r.id), '{}'), coalesce(array_agg(r.item ORDER BY r.id), '{}'),
			coalesce(array_agg(r.pattern ORDER BY r.id), '{}')
		FROM scepgate.policy_rule r WHERE r.policy_id = l.id) AS rules (targets, effects, items, patterns)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(s.id ORDER BY s.id), '{}'), coalesce(array_agg(s.name ORDER BY s.id), '{}'), coalesce(array_agg(s.hash ORDER BY s.id), '{}'),
			coalesce(array_agg(coalesce(extract(epoch FROM s.expires_at)::bigint, 0) ORDER BY s.id), '{}')
		FROM scepgate.static_challenge s WHERE s.endpoint_id = e.id) AS challenges (ids, names, hashes, expiries)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(r.kind ORDER BY r.id), '{}'), coalesce(array_agg(r.item ORDER BY r.id), '{}'), coalesce(array_agg(r.pattern ORDER BY r.id), '{}')
		FROM scepgate.approval_rule r WHERE r.endpoint_id = e.id) AS approvals (kinds, items, patterns)
	CROSS JOIN LATERAL (WITH RECURSIVE up (issuer_id, certificate, depth) AS (
			SELECT i.issuer_id, i.certificate, 1 FROM scepgate.ca i WHERE i.id = c.issuer_id
			UNION ALL
			SELECT i.issuer_id, i.certificate, u.depth + 1 FROM up u JOIN scepgate.ca i ON i.id = u.issuer_id WHERE u.depth < 16)
		SELECT coalesce(array_agg(u.certificate ORDER BY u.depth), '{}') FROM up u) AS above (certificates)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(r.id ORDER BY r.state, r.id DESC), '{}'), coalesce(array_agg(r.certificate ORDER BY r.state, r.id DESC), '{}'),
			coalesce(array_agg(coalesce(rk.pkcs8, convert_to(rk.uri, 'UTF8')) ORDER BY r.state, r.id DESC), '{}'), coalesce(array_agg(r.use ORDER BY r.state, r.id DESC), '{}')
		FROM scepgate.ra_certificate r JOIN scepgate.private_key rk ON rk.id = r.private_key_id
		WHERE r.endpoint_id = e.id AND (r.state = 'current' OR r.state = 'previous' AND r.use <> 'sign')) AS ras (ids, certificates, keys, uses)
	WHERE a.name = endpoint_load.application AND p.name = endpoint_load.profile
$$;
COMMENT ON FUNCTION scepgate.endpoint_load(text, text) IS 'All that a worker needs of one endpoint, as one row and one snapshot; no row when there is no such endpoint. RA certificates: the current ones first. Private keys are encrypted PKCS#8, or the URI of a key in a token, as octets.';

CREATE OR REPLACE FUNCTION scepgate.transaction_is_live(state text, updated_at timestamptz, replay_window interval, expires_at timestamptz) RETURNS boolean
	LANGUAGE sql VOLATILE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT CASE state WHEN 'issued' THEN updated_at > clock_timestamp() - replay_window ELSE expires_at > clock_timestamp() END $$;
COMMENT ON FUNCTION scepgate.transaction_is_live(text, timestamptz, interval, timestamptz) IS 'Does a transaction still answer for its request? An issued one inside the replay window, another one until it expires.';

CREATE OR REPLACE FUNCTION scepgate.request_is_foreign(endpoint_id integer, requester_spki_sha256 bytea, csr_sha256 bytea) RETURNS boolean
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT EXISTS (SELECT FROM scepgate.transaction t WHERE t.endpoint_id = request_is_foreign.endpoint_id AND t.csr_sha256 = request_is_foreign.csr_sha256
		AND t.requester_spki_sha256 <> request_is_foreign.requester_spki_sha256
		AND coalesce(t.csr_spki_sha256, (SELECT k.spki_sha256 FROM scepgate.certificate k WHERE k.id = t.certificate_id)) IS DISTINCT FROM request_is_foreign.requester_spki_sha256)
$$;
COMMENT ON FUNCTION scepgate.request_is_foreign(integer, bytea, bytea)
	IS 'Was the same certification request recorded on this endpoint for another requester key? Then whoever sends it now took it, with its challenge, from a message of somebody else, unless the key that it is for is the requester''s own: a device that was given a new key under its old one, and renews with the new one now.';

CREATE OR REPLACE FUNCTION scepgate.transaction_of(endpoint_id integer, replay_window interval, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea)
	RETURNS SETOF scepgate.transaction
	LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_variable
BEGIN
	-- STABLE: with the snapshot of the statement that asks. A newer one could show a transaction whose certificate that statement does not see yet.
	RETURN QUERY SELECT t.* FROM scepgate.transaction t WHERE t.endpoint_id = transaction_of.endpoint_id AND t.transaction_id = transaction_of.transaction_id
		AND t.requester_spki_sha256 = transaction_of.requester_spki_sha256 AND t.csr_sha256 = transaction_of.csr_sha256
		AND scepgate.transaction_is_live(t.state, t.updated_at, replay_window, t.expires_at);
	IF NOT FOUND THEN
		RETURN QUERY SELECT t.* FROM scepgate.transaction t WHERE t.endpoint_id = transaction_of.endpoint_id AND t.csr_sha256 = transaction_of.csr_sha256 AND t.state = 'issued' AND t.renewal_of IS NULL
			AND t.csr_spki_sha256 = transaction_of.requester_spki_sha256 AND t.requester_spki_sha256 <> transaction_of.requester_spki_sha256
			AND scepgate.transaction_is_live(t.state, t.updated_at, replay_window, t.expires_at) ORDER BY t.id LIMIT 1;
	END IF;
END
$$;
COMMENT ON FUNCTION scepgate.transaction_of(integer, interval, bytea, bytea, bytea)
	IS 'The live transaction of a request: its own; else one in which somebody else sent the same certification request first and had it certified by a challenge, when the key that it is for is the requester''s own. So nobody can use up a challenge by wrapping a captured request into a message of his own and being faster.';

CREATE OR REPLACE FUNCTION scepgate.address_or_null(address text) RETURNS inet
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN nullif(split_part(address, '%', 1), '')::inet; -- without the zone of a link-local address
EXCEPTION WHEN invalid_text_representation THEN
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.address_or_null(text) IS 'An IP address from text; null for what is none, so that an odd address never loses an audit event.';

CREATE OR REPLACE FUNCTION scepgate.enrol_lookup(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea,
		challenge_sha256 bytea DEFAULT NULL, signer_sha256 bytea DEFAULT NULL, client_address text DEFAULT '')
	RETURNS TABLE (outcome text, certificate bytea, reason text, subject text, sans text, renewal_of bigint, blocked_seconds integer, challenge_id bigint, challenge_state text,
		challenge_subject text, challenge_sans text, challenge_spki_sha256 bytea, challenge_device text, challenge_username text, challenge_is_anothers boolean,
		signer_id bigint, signer_state text, authorisation text, challenge_sid text, granted_device text, granted_username text, granted_sid text)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
BEGIN
	-- In plpgsql, which keeps the plan: planning this costs more than running it.
	RETURN QUERY SELECT CASE WHEN e.id IS NULL THEN 'stale'
			WHEN scepgate.request_is_foreign(e.id, enrol_lookup.requester_spki_sha256, enrol_lookup.csr_sha256) THEN 'foreign'
			ELSE coalesce(t.state, 'new') END,
		c.der, coalesce(t.reason, ''), CASE t.state WHEN 'approved' THEN t.subject END, CASE t.state WHEN 'approved' THEN t.sans END, CASE t.state WHEN 'approved' THEN t.renewal_of END,
		coalesce(greatest(ceil(extract(epoch FROM h.blocked_until - clock_timestamp())), 0), 0)::integer,
		d.id, coalesce(CASE WHEN d.spent_at IS NOT NULL AND NOT used.waits THEN 'spent' WHEN d.spent_at IS NULL AND d.expires_at <= clock_timestamp() THEN 'expired' WHEN d.id IS NOT NULL THEN 'live' END, 'unknown'),
		d.subject, d.sans, d.spki_sha256, d.device, d.username,
		coalesce(d.spent_at IS NOT NULL AND d.spent_by_spki_sha256 IS DISTINCT FROM enrol_lookup.requester_spki_sha256 AND NOT used.by_requester, false),
		s.id, coalesce(CASE WHEN s.revoked_at IS NOT NULL THEN 'revoked' WHEN NOT s.renews THEN 'stopped' WHEN s.renews THEN 'live' END, 'unknown'),
		c.authorisation, d.sid, g.device, g.username, g.sid
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = enrol_lookup.endpoint_id AND e.version = enrol_lookup.endpoint_version
	LEFT JOIN LATERAL scepgate.transaction_of(e.id, e.replay_window, enrol_lookup.transaction_id, enrol_lookup.requester_spki_sha256, enrol_lookup.csr_sha256) AS t ON true
	LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id
	LEFT JOIN scepgate.challenge g ON g.id = t.challenge_id AND t.state = 'approved'
	LEFT JOIN scepgate.throttle h ON h.endpoint_id = e.id AND h.network = scepgate.network_of(scepgate.address_or_null(enrol_lookup.client_address))
	LEFT JOIN scepgate.challenge d ON d.endpoint_id = e.id AND d.hash = enrol_lookup.challenge_sha256 AND e.challenge_mode IN ('dynamic', 'both')
	LEFT JOIN LATERAL (
		SELECT coalesce(bool_or(u.state IN ('pending', 'approved') AND u.expires_at > clock_timestamp()), false) AS waits,
			count(u.id) > 0 OR EXISTS (SELECT FROM scepgate.certificate k WHERE k.challenge_id = d.id AND k.spki_sha256 = enrol_lookup.requester_spki_sha256) AS by_requester
		FROM scepgate.transaction u WHERE u.challenge_id = d.id AND u.endpoint_id = e.id AND u.requester_spki_sha256 = enrol_lookup.requester_spki_sha256) AS used ON d.spent_at IS NOT NULL
	LEFT JOIN LATERAL (
		SELECT k.id, k.revoked_at, coalesce(root.id IS NOT NULL AND root.lineage_stopped_at IS NULL, false) AS renews
		FROM scepgate.certificate k LEFT JOIN scepgate.certificate root ON root.id = coalesce(k.lineage, k.id)
		WHERE encode(k.sha256, 'hex') = encode(enrol_lookup.signer_sha256, 'hex') AND k.endpoint_id = e.id AND k.application_id = e.application_id ORDER BY k.id LIMIT 1) AS s ON true;
END
$$;
COMMENT ON FUNCTION scepgate.enrol_lookup(integer, bigint, bytea, bytea, bytea, bytea, bytea, text) IS 'First round trip of an enrolment. outcome: new; issued, with the certificate that this very request got inside the replay window, and by what right (authorisation); pending, approved or denied, with the operator''s reason, and when approved with subject and sans as they were recorded, and the certificate that it renews, and granted_device, granted_username and granted_sid, for which the challenge was minted that it came with; foreign when another requester key sent the same certification request before; stale when the endpoint is no longer of this version. blocked_seconds: how long static challenges from this address are not looked at. challenge_state, of the dynamic challenge with this SHA-256, where the endpoint takes dynamic ones: unknown; live, also when the same requester''s waiting request spent it; spent, and challenge_is_anothers when no request of this requester key came with it; expired. signer_state, of the certificate of this endpoint with this SHA-256: unknown; live; revoked; stopped, when its lineage is.';

CREATE OR REPLACE FUNCTION scepgate.enrol_commit(
		endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea,
		message_type integer, authorisation text, static_challenge_id integer, challenge_id bigint, renewal_of bigint, csr bytea, certificate bytea, serial bytea, spki_sha256 bytea,
		subject text, sans text, not_before timestamptz, not_after timestamptz, notes text DEFAULT '', client_address text DEFAULT '', reference text DEFAULT '',
		crl_partition integer DEFAULT 0)
	RETURNS TABLE (outcome text, recorded bytea)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site record;
	refusal text;
	spends bigint; -- the dynamic challenge that this commit uses up
	came_with bigint; -- the dynamic challenge that is recorded
	renews bigint;
	lineage bigint;
	approved bigint;
	request record;
	static_id integer; -- the static challenge that it came with
	new_id bigint;
	address inet := scepgate.address_or_null(enrol_commit.client_address);
BEGIN
	-- The share lock waits for a change of configuration that is under way, and holds off the next one until this certificate is recorded.
	SELECT e.application_id, e.replay_window, p.ca_id, a.name AS application, p.name AS profile INTO site
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id JOIN scepgate.ca c ON c.id = p.ca_id
	WHERE e.id = enrol_commit.endpoint_id AND e.version = enrol_commit.endpoint_version AND e.enabled AND a.enabled AND c.enabled
	FOR SHARE OF e;
	IF NOT FOUND THEN
		RETURN QUERY SELECT 'stale', NULL::bytea;
		RETURN;
	END IF;
	IF scepgate.request_is_foreign(enrol_commit.endpoint_id, enrol_commit.requester_spki_sha256, enrol_commit.csr_sha256) THEN
		RETURN QUERY SELECT 'foreign', NULL::bytea;
		RETURN;
	END IF;
	new_id := nextval(pg_get_serial_sequence('scepgate.certificate', 'id'));
	-- Default deny: what is not known to authorise does not.
	IF enrol_commit.authorisation = 'approval' THEN
		SELECT h.refusal, h.approved, h.came_with, h.renews, h.lineage INTO refusal, approved, came_with, renews, lineage
		FROM scepgate.approval_hold(enrol_commit.endpoint_id, enrol_commit.transaction_id, enrol_commit.requester_spki_sha256, enrol_commit.csr_sha256) AS h;
	ELSE
		refusal := scepgate.operator_is_asked(enrol_commit.endpoint_id, enrol_commit.authorisation, enrol_commit.subject, coalesce(enrol_commit.sans, ''));
		IF refusal IS NULL THEN
			SELECT h.refusal, h.static_id, h.spends, h.spends, h.renews, h.lineage INTO refusal, static_id, spends, came_with, renews, lineage
			FROM scepgate.evidence_hold(enrol_commit.endpoint_id, enrol_commit.authorisation, enrol_commit.static_challenge_id, enrol_commit.challenge_id, enrol_commit.renewal_of,
				enrol_commit.requester_spki_sha256, enrol_commit.spki_sha256, NULL) AS h;
		END IF;
	END IF;
	-- Of two workers with the same request the second waits for the row that the first writes, and then finds it issued.
	IF refusal IS NULL AND approved IS NOT NULL THEN
		UPDATE scepgate.transaction t SET state = 'issued', certificate_id = new_id, csr_der = NULL, expires_at = NULL, updated_at = clock_timestamp() WHERE t.id = approved
		RETURNING t.id, t.message_type INTO request;
	ELSIF refusal IS NULL THEN
		INSERT INTO scepgate.transaction AS t (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, certificate_id, message_type, csr_spki_sha256, challenge_id, renewal_of,
			subject, sans, client_address, reference, created_at, updated_at)
		VALUES (enrol_commit.endpoint_id, enrol_commit.transaction_id, enrol_commit.requester_spki_sha256, enrol_commit.csr_sha256, 'issued', new_id, enrol_commit.message_type,
			enrol_commit.spki_sha256, came_with, renews, enrol_commit.subject, coalesce(enrol_commit.sans, ''), address, coalesce(enrol_commit.reference, ''), clock_timestamp(), clock_timestamp())
		ON CONFLICT ON CONSTRAINT transaction_is_recorded_already DO UPDATE SET state = 'issued', certificate_id = new_id, csr_der = NULL, expires_at = NULL, decided_at = NULL,
			decided_by = NULL, reason = '', pended_because = '', is_authenticated = true, message_type = EXCLUDED.message_type, csr_spki_sha256 = EXCLUDED.csr_spki_sha256,
			challenge_id = EXCLUDED.challenge_id, renewal_of = EXCLUDED.renewal_of, subject = EXCLUDED.subject, sans = EXCLUDED.sans, client_address = EXCLUDED.client_address,
			reference = EXCLUDED.reference, updated_at = EXCLUDED.updated_at
			WHERE NOT scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at)
		RETURNING t.id, t.message_type INTO request;
	ELSE
		SELECT NULL::bigint AS id INTO request;
	END IF;
	IF request.id IS NULL THEN
		RETURN QUERY SELECT CASE WHEN t.state = 'issued' THEN 'repeat' ELSE coalesce(refusal, 'unapproved') END, c.der
			FROM (VALUES (true)) AS one (x)
			LEFT JOIN LATERAL scepgate.transaction_of(enrol_commit.endpoint_id, site.replay_window, enrol_commit.transaction_id, enrol_commit.requester_spki_sha256,
				enrol_commit.csr_sha256) AS t ON true
			LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id;
		RETURN;
	END IF;
	IF spends IS NOT NULL THEN
		PERFORM scepgate.challenge_spend(spends, enrol_commit.spki_sha256);
	END IF;
	INSERT INTO scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, sans, not_before, not_after, message_type, authorisation, challenge_id,
		renewal_of, lineage, notes, reference, crl_partition)
	VALUES (new_id, site.ca_id, enrol_commit.serial, site.application_id, enrol_commit.endpoint_id, enrol_commit.certificate, enrol_commit.csr, enrol_commit.spki_sha256,
		enrol_commit.subject, coalesce(enrol_commit.sans, ''), enrol_commit.not_before, enrol_commit.not_after, request.message_type, enrol_commit.authorisation, came_with,
		renews, lineage, coalesce(enrol_commit.notes, ''), coalesce(enrol_commit.reference, ''), enrol_commit.crl_partition);
	INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
	VALUES ('certificate_issued', site.application, site.profile, nullif(enrol_commit.reference, ''), address,
		jsonb_build_object('certificate_id', new_id, 'serial', encode(enrol_commit.serial, 'hex'), 'subject', left(enrol_commit.subject, 1024), 'sans', left(coalesce(enrol_commit.sans, ''), 1024),
			'message_type', request.message_type, 'authorisation', enrol_commit.authorisation, 'transaction', request.id,
			'transaction_id', scepgate.octets_as_text(enrol_commit.transaction_id), 'notes', left(coalesce(enrol_commit.notes, ''), 400))
			|| jsonb_strip_nulls(jsonb_build_object('challenge_id', came_with, 'renewal_of', renews, 'lineage', lineage, 'static_challenge_id', static_id)));
	RETURN QUERY SELECT 'issued', enrol_commit.certificate;
END
$$;
COMMENT ON FUNCTION scepgate.enrol_commit(integer, bigint, bytea, bytea, bytea, integer, text, integer, bigint, bigint, bytea, bytea, bytea, bytea, text, text, timestamptz, timestamptz, text, text, text, integer)
	IS 'Second round trip of an enrolment: records certificate, transaction and audit event, and spends the dynamic challenge. authorisation: static_challenge; dynamic_challenge; renewal, of the certificate renewal_of, with one of the two where the endpoint asks for it; or approval, for an approved transaction, whose own message type, challenge and renewal are recorded. csr: the request to keep with the certificate, with the challenge overwritten and without its signature; it is not looked into. crl_partition: that of the CRL that the certificate points to. outcome: issued; repeat, with the certificate that the same request got from another worker; stale when the endpoint changed; challenge when the challenge went, expired or was spent; renewal when that certificate can no longer be renewed; barred as evidence_hold() says; foreign when another requester key sent the same certification request before; unapproved when an operator must decide and did not say yes; first_time when he must because these names are new. Nothing is written unless issued.';
