-- Views to read, for people and scepadm: plural names, no keys, no hashes of challenges; digests and serial numbers in hexadecimal. Columns are only ever added at the end.

CREATE OR REPLACE FUNCTION scepgate.octets_as_text(octets bytea) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT CASE WHEN encode(octets, 'escape') ~ '^[ -\[\]-~]*$' THEN encode(octets, 'escape') ELSE '0x' || encode(octets, 'hex') END $$;
COMMENT ON FUNCTION scepgate.octets_as_text(bytea) IS 'Octets as people read them: printable ASCII without backslash as it is, anything else as 0x and hexadecimal.';

CREATE OR REPLACE FUNCTION scepgate.revocation_reason_name(reason integer) RETURNS text
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT ('{unspecified,keyCompromise,cACompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,NULL,removeFromCRL,privilegeWithdrawn,aACompromise}'::text[])[reason + 1] $$;
COMMENT ON FUNCTION scepgate.revocation_reason_name(integer) IS 'The name of a CRLReason; null for a number that is none.';

CREATE OR REPLACE VIEW scepgate.applications AS
	SELECT a.name, a.description, a.enabled, (SELECT count(*) FROM scepgate.endpoint e WHERE e.application_id = a.id) AS endpoints, a.created_at
	FROM scepgate.application a;

CREATE OR REPLACE VIEW scepgate.cas AS
	SELECT c.name, c.description, c.enabled, c.subject, i.name AS issuer, c.not_before, c.not_after, coalesce(k.kind, 'none') AS key, encode(sha256(c.certificate), 'hex') AS sha256,
		(SELECT count(*) FROM scepgate.profile p WHERE p.ca_id = c.id) AS profiles, c.created_at, c.certificate,
		c.crl_urls, c.delta_crl_urls, c.ca_urls, c.crl_validity_hours, c.delta_crl_hours, c.crl_partitions, c.publish_on_revocation
	FROM scepgate.ca c LEFT JOIN scepgate.ca i ON i.id = c.issuer_id LEFT JOIN scepgate.private_key k ON k.id = c.private_key_id;

CREATE OR REPLACE VIEW scepgate.ca_certificates AS
	SELECT c.name, i.name AS issuer, c.subject, c.not_before, c.not_after, c.certificate
	FROM scepgate.ca c LEFT JOIN scepgate.ca i ON i.id = c.issuer_id;

CREATE OR REPLACE VIEW scepgate.policies AS
	SELECT l.name, l.description, l.unlisted, l.allow_empty_subject, l.rsa_min_bits, l.rsa_max_bits, l.ec_curves, l.ed25519, l.max_validity_days,
		(SELECT count(*) FROM scepgate.policy_rule r WHERE r.policy_id = l.id) AS rules, (SELECT count(*) FROM scepgate.profile p WHERE p.policy_id = l.id) AS profiles, l.created_at,
		l.several_common_names, l.csr_digests, l.past_ca
	FROM scepgate.policy l;

CREATE OR REPLACE VIEW scepgate.policy_rules AS
	SELECT l.name AS policy, r.target, r.effect, r.item, r.pattern, r.id
	FROM scepgate.policy_rule r JOIN scepgate.policy l ON l.id = r.policy_id;

CREATE OR REPLACE VIEW scepgate.profiles AS
	SELECT p.name, p.description, c.name AS ca, l.name AS policy, p.validity_days, p.key_usage, p.extended_key_usage, p.backdate_seconds,
		(SELECT count(*) FROM scepgate.endpoint e WHERE e.profile_id = p.id) AS endpoints, p.created_at,
		p.validity_hours, p.valid_until, p.subject_template, p.san_templates, p.extensions
	FROM scepgate.profile p JOIN scepgate.ca c ON c.id = p.ca_id JOIN scepgate.policy l ON l.id = p.policy_id;

CREATE OR REPLACE VIEW scepgate.endpoints AS
	SELECT a.name AS application, p.name AS profile, c.name AS ca, l.name AS policy, e.enabled, e.enabled AND a.enabled AND c.enabled AS active, e.challenge_mode,
		(SELECT count(*) FROM scepgate.static_challenge s WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS challenges,
		e.allowed_ciphers, e.allowed_digests, e.include_chain, extract(epoch FROM e.replay_window)::integer AS replay_window_seconds, e.default_for_host,
		(SELECT max(r.not_after) FROM scepgate.ra_certificate r WHERE r.endpoint_id = e.id AND r.state = 'current') AS ra_not_after, e.created_at, e.version, e.id,
		e.approval, e.ca_certs, e.include_root, e.append_chain, e.password_recipient, e.allowed_keys, extract(epoch FROM e.pending_lifetime)::integer AS pending_lifetime_seconds,
		(SELECT count(*) FROM scepgate.transaction t WHERE t.endpoint_id = e.id AND t.state = 'pending' AND t.expires_at > now()) AS pending,
		e.challenge_lifetime_minutes, e.long_challenges, e.challenge_max_pending, e.challenge_uses, e.challenge_page_encoding, e.signer_key_must_match,
		e.renewal, e.renewal_window, e.renewal_grace_days, e.renewal_identity, e.renewal_new_key, e.renewal_challenge, e.renewal_at_par,
		e.pending_max_per_address, e.pending_max_per_day,
		(SELECT count(*) FROM scepgate.challenge d WHERE d.endpoint_id = e.id AND d.uses_left > 0 AND d.expires_at > now()) AS dynamic_challenges
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	JOIN scepgate.ca c ON c.id = p.ca_id JOIN scepgate.policy l ON l.id = p.policy_id;

CREATE OR REPLACE VIEW scepgate.ra_certificates AS
	SELECT a.name AS application, p.name AS profile, r.state, r.use, r.subject, r.not_before, r.not_after, k.kind AS key, encode(sha256(r.certificate), 'hex') AS sha256, r.created_at, r.certificate, r.id
	FROM scepgate.ra_certificate r JOIN scepgate.endpoint e ON e.id = r.endpoint_id JOIN scepgate.application a ON a.id = e.application_id
	JOIN scepgate.profile p ON p.id = e.profile_id JOIN scepgate.private_key k ON k.id = r.private_key_id;

CREATE OR REPLACE VIEW scepgate.static_challenges AS
	SELECT a.name AS application, p.name AS profile, s.name, s.expires_at, coalesce(s.expires_at <= now(), false) AS expired, s.created_at, s.id
	FROM scepgate.static_challenge s JOIN scepgate.endpoint e ON e.id = s.endpoint_id JOIN scepgate.application a ON a.id = e.application_id
	JOIN scepgate.profile p ON p.id = e.profile_id;

CREATE OR REPLACE VIEW scepgate.certificates AS
	SELECT c.id, encode(c.serial, 'hex') AS serial, a.name AS application, p.name AS profile, i.name AS ca, c.subject, c.sans, c.not_before, c.not_after,
		CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.not_after < now() THEN 'expired' WHEN c.not_before > now() THEN 'not yet valid' ELSE 'valid' END AS state,
		c.issued_at, c.authorisation, c.message_type, encode(c.sha256, 'hex') AS sha256, encode(c.spki_sha256, 'hex') AS spki_sha256, c.notes, c.reference, c.renewal_of, c.revoked_at, c.revocation_reason,
		c.challenge_id, coalesce(c.lineage, c.id) AS lineage, coalesce(f.lineage_stopped_at, c.lineage_stopped_at) IS NOT NULL AS renewals_stopped,
		scepgate.revocation_reason_name(c.revocation_reason) AS revocation, c.crl_partition
	FROM scepgate.certificate c LEFT JOIN scepgate.application a ON a.id = c.application_id LEFT JOIN scepgate.endpoint e ON e.id = c.endpoint_id
	LEFT JOIN scepgate.profile p ON p.id = e.profile_id JOIN scepgate.ca i ON i.id = c.ca_id LEFT JOIN scepgate.certificate f ON f.id = c.lineage;

CREATE OR REPLACE VIEW scepgate.certificate_files AS
	SELECT c.id, encode(c.serial, 'hex') AS serial, a.name AS application, i.name AS ca, c.der AS certificate, c.csr_der AS csr
	FROM scepgate.certificate c LEFT JOIN scepgate.application a ON a.id = c.application_id JOIN scepgate.ca i ON i.id = c.ca_id;

CREATE OR REPLACE VIEW scepgate.certificate_counters AS
	SELECT a.name AS application, p.name AS profile, coalesce(sum(n.certificates), 0)::bigint AS total,
		coalesce(sum(n.certificates - n.revoked) FILTER (WHERE n.last_day >= t.today), 0)::bigint AS active,
		coalesce(sum(n.certificates - n.revoked) FILTER (WHERE n.last_day BETWEEN t.today AND t.today + 30), 0)::bigint AS expiring,
		coalesce(sum(n.certificates - n.revoked) FILTER (WHERE n.last_day < t.today), 0)::bigint AS expired,
		coalesce(sum(n.revoked), 0)::bigint AS revoked
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	CROSS JOIN (SELECT (now() AT TIME ZONE 'UTC')::date) AS t (today)
	LEFT JOIN (
		SELECT s.endpoint_id, s.last_day, s.certificates, s.revoked FROM scepgate.certificate_count s
		UNION ALL SELECT d.endpoint_id, d.last_day, d.certificates, d.revoked FROM scepgate.certificate_count_change d
	) AS n ON n.endpoint_id = e.id
	GROUP BY a.name, p.name;

CREATE OR REPLACE VIEW scepgate.transactions AS
	SELECT t.id, a.name AS application, p.name AS profile, scepgate.octets_as_text(t.transaction_id) AS transaction_id, t.certificate_id, encode(c.serial, 'hex') AS serial,
		t.created_at, t.updated_at, CASE t.state WHEN 'issued' THEN t.updated_at + e.replay_window END AS repeatable_until,
		encode(t.requester_spki_sha256, 'hex') AS requester_spki_sha256, encode(t.csr_sha256, 'hex') AS csr_sha256,
		CASE WHEN t.expires_at <= now() THEN 'expired' ELSE t.state END AS state, t.message_type, t.subject, t.sans, t.client_address, t.reference, t.expires_at, t.decided_at,
		t.decided_by, t.reason, t.challenge_id, t.renewal_of, t.pended_because, t.is_authenticated
	FROM scepgate.transaction t JOIN scepgate.endpoint e ON e.id = t.endpoint_id JOIN scepgate.application a ON a.id = e.application_id
	JOIN scepgate.profile p ON p.id = e.profile_id LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id;

CREATE OR REPLACE VIEW scepgate.audit_events AS
	SELECT v.id, v.at, v.event, v.actor, v.application, v.profile, v.reference, v.client_address, v.detail, v.detail ->> 'token' AS token
	FROM scepgate.audit_event v;

CREATE OR REPLACE VIEW scepgate.next_cas AS
	SELECT c.name AS ca, n.subject, n.not_before, n.not_after, coalesce(k.kind, 'none') AS key, encode(sha256(n.certificate), 'hex') AS sha256, n.created_at, n.certificate
	FROM scepgate.ca_next n JOIN scepgate.ca c ON c.id = n.ca_id LEFT JOIN scepgate.private_key k ON k.id = n.private_key_id;

CREATE OR REPLACE VIEW scepgate.ca_requests AS
	SELECT q.name, q.description, q.subject, k.kind AS key, encode(k.spki_sha256, 'hex') AS spki_sha256, q.created_at, q.csr
	FROM scepgate.ca_request q JOIN scepgate.private_key k ON k.id = q.private_key_id;

CREATE OR REPLACE VIEW scepgate.private_keys AS
	SELECT k.id, k.kind, k.uri, encode(k.spki_sha256, 'hex') AS spki_sha256, k.created_at, (
		SELECT string_agg(u.used_by, ', ' ORDER BY u.used_by) FROM (
			SELECT 'ca ' || c.name AS used_by FROM scepgate.ca c WHERE c.private_key_id = k.id
			UNION ALL SELECT 'next ca ' || c.name FROM scepgate.ca_next n JOIN scepgate.ca c ON c.id = n.ca_id WHERE n.private_key_id = k.id
			UNION ALL SELECT 'ca request ' || q.name FROM scepgate.ca_request q WHERE q.private_key_id = k.id
			UNION ALL SELECT 'ra ' || a.name || '/' || p.name || ' (' || r.state || ')' FROM scepgate.ra_certificate r JOIN scepgate.endpoint e ON e.id = r.endpoint_id
				JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id WHERE r.private_key_id = k.id) AS u) AS used_by
	FROM scepgate.private_key k;

CREATE OR REPLACE VIEW scepgate.crls AS
	SELECT c.name AS ca, l.number, l.partition, l.is_delta, l.base_number, l.revoked, l.this_update, l.next_update, l.published_at, octet_length(l.der) AS octets,
		encode(l.sha256, 'hex') AS sha256, l.taken_at
	FROM scepgate.crl l JOIN scepgate.ca c ON c.id = l.ca_id;

CREATE OR REPLACE VIEW scepgate.crl_files AS
	SELECT c.name AS ca, l.number, l.partition, l.is_delta, l.der AS crl
	FROM scepgate.crl l JOIN scepgate.ca c ON c.id = l.ca_id;

CREATE OR REPLACE VIEW scepgate.challenges AS
	SELECT d.id, a.name AS application, p.name AS profile, CASE WHEN d.uses_left = 0 THEN 'spent' WHEN d.expires_at <= now() THEN 'expired' ELSE 'live' END AS state,
		d.uses, d.uses_left, d.expires_at, d.subject, d.sans, encode(d.spki_sha256, 'hex') AS spki_sha256, d.device, d.username, d.context, k.name AS token, d.client_address,
		d.spent_at, encode(d.spent_by_spki_sha256, 'hex') AS spent_by_spki_sha256, d.created_at, d.created_by, d.sid
	FROM scepgate.challenge d JOIN scepgate.endpoint e ON e.id = d.endpoint_id JOIN scepgate.application a ON a.id = e.application_id
	JOIN scepgate.profile p ON p.id = e.profile_id LEFT JOIN scepgate.api_token k ON k.id = d.token_id;

CREATE OR REPLACE VIEW scepgate.api_tokens AS
	SELECT k.name, k.description, ARRAY(SELECT a.name || '/' || p.name FROM scepgate.api_token_endpoint x JOIN scepgate.endpoint e ON e.id = x.endpoint_id
			JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id WHERE x.token_id = k.id ORDER BY 1) AS endpoints,
		CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired' ELSE 'live' END AS state, k.expires_at, k.last_used_at, k.revoked_at,
		k.created_at, k.created_by, k.id
	FROM scepgate.api_token k;

CREATE OR REPLACE VIEW scepgate.approval_rules AS
	SELECT a.name AS application, p.name AS profile, r.kind, r.item, r.pattern, r.id
	FROM scepgate.approval_rule r JOIN scepgate.endpoint e ON e.id = r.endpoint_id JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id;

CREATE OR REPLACE VIEW scepgate.throttles AS
	SELECT a.name AS application, p.name AS profile, h.network, coalesce(h.blocked_until > now(), false) AS blocked, h.blocked_until, h.blocks, cardinality(h.attempts) AS wrong_challenges,
		h.attempts_since, h.refusals, h.refusals_since, h.suppressed, h.updated_at
	FROM scepgate.throttle h JOIN scepgate.endpoint e ON e.id = h.endpoint_id JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id;
