-- Endpoints, their RA certificates, static challenges and approval rules. In *_alter, null leaves a value as it is. Every function returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.endpoint_alter(application text, profile text, enabled boolean DEFAULT NULL, challenge_mode text DEFAULT NULL, allowed_ciphers text[] DEFAULT NULL,
		allowed_digests text[] DEFAULT NULL, include_chain boolean DEFAULT NULL, replay_window_seconds integer DEFAULT NULL, default_for_host text DEFAULT NULL,
		approval text DEFAULT NULL, ca_certs text DEFAULT NULL, include_root boolean DEFAULT NULL, append_chain boolean DEFAULT NULL, password_recipient boolean DEFAULT NULL,
		allowed_keys text[] DEFAULT NULL, pending_lifetime_seconds integer DEFAULT NULL,
		challenge_lifetime_minutes integer DEFAULT NULL, long_challenges boolean DEFAULT NULL, challenge_max_pending integer DEFAULT NULL, challenge_uses integer DEFAULT NULL, challenge_page_encoding text DEFAULT NULL,
		signer_key_must_match boolean DEFAULT NULL, renewal boolean DEFAULT NULL, renewal_window text DEFAULT NULL, renewal_grace_days integer DEFAULT NULL, renewal_identity text DEFAULT NULL,
		renewal_new_key boolean DEFAULT NULL, renewal_challenge boolean DEFAULT NULL, renewal_at_par boolean DEFAULT NULL, pending_max_per_address integer DEFAULT NULL, pending_max_per_day integer DEFAULT NULL) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	UPDATE scepgate.endpoint e SET
		enabled = coalesce(endpoint_alter.enabled, e.enabled),
		challenge_mode = coalesce(endpoint_alter.challenge_mode, e.challenge_mode),
		allowed_ciphers = coalesce(endpoint_alter.allowed_ciphers, e.allowed_ciphers),
		allowed_digests = coalesce(endpoint_alter.allowed_digests, e.allowed_digests),
		include_chain = coalesce(endpoint_alter.include_chain, e.include_chain),
		replay_window = coalesce(endpoint_alter.replay_window_seconds * interval '1 second', e.replay_window),
		default_for_host = CASE WHEN endpoint_alter.default_for_host IS NULL THEN e.default_for_host ELSE nullif(lower(endpoint_alter.default_for_host), '') END,
		approval = coalesce(endpoint_alter.approval, e.approval),
		ca_certs = coalesce(endpoint_alter.ca_certs, e.ca_certs),
		include_root = coalesce(endpoint_alter.include_root, e.include_root),
		append_chain = coalesce(endpoint_alter.append_chain, e.append_chain),
		password_recipient = coalesce(endpoint_alter.password_recipient, e.password_recipient),
		allowed_keys = coalesce(endpoint_alter.allowed_keys, e.allowed_keys),
		pending_lifetime = coalesce(endpoint_alter.pending_lifetime_seconds * interval '1 second', e.pending_lifetime),
		challenge_lifetime_minutes = coalesce(endpoint_alter.challenge_lifetime_minutes, e.challenge_lifetime_minutes),
		long_challenges = coalesce(endpoint_alter.long_challenges, e.long_challenges),
		challenge_max_pending = coalesce(endpoint_alter.challenge_max_pending, e.challenge_max_pending),
		challenge_uses = coalesce(endpoint_alter.challenge_uses, e.challenge_uses),
		challenge_page_encoding = coalesce(endpoint_alter.challenge_page_encoding, e.challenge_page_encoding),
		signer_key_must_match = coalesce(endpoint_alter.signer_key_must_match, e.signer_key_must_match),
		renewal = coalesce(endpoint_alter.renewal, e.renewal),
		renewal_window = coalesce(endpoint_alter.renewal_window, e.renewal_window),
		renewal_grace_days = coalesce(endpoint_alter.renewal_grace_days, e.renewal_grace_days),
		renewal_identity = coalesce(endpoint_alter.renewal_identity, e.renewal_identity),
		renewal_new_key = coalesce(endpoint_alter.renewal_new_key, e.renewal_new_key),
		renewal_challenge = coalesce(endpoint_alter.renewal_challenge, e.renewal_challenge),
		renewal_at_par = coalesce(endpoint_alter.renewal_at_par, e.renewal_at_par),
		pending_max_per_address = coalesce(endpoint_alter.pending_max_per_address, e.pending_max_per_address),
		pending_max_per_day = coalesce(endpoint_alter.pending_max_per_day, e.pending_max_per_day)
	WHERE e.id = scepgate.endpoint_id(endpoint_alter.application, endpoint_alter.profile) RETURNING e.id
$$;
COMMENT ON FUNCTION scepgate.endpoint_alter(text, text, boolean, text, text[], text[], boolean, integer, text, text, text, boolean, boolean, boolean, text[], integer,
	integer, boolean, integer, integer, text, boolean, boolean, text, integer, text, boolean, boolean, boolean, integer, integer)
	IS 'Change the settings of an endpoint. An empty default_for_host takes the mark away.';

CREATE OR REPLACE FUNCTION scepgate.ra_certificate_set(application text, profile text, certificate bytea, private_key bytea, spki_sha256 bytea, subject text,
		not_before timestamptz, not_after timestamptz, use text DEFAULT 'both') RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.endpoint_id(ra_certificate_set.application, ra_certificate_set.profile);
	new_id integer;
BEGIN
	UPDATE scepgate.ra_certificate SET state = 'retired' WHERE endpoint_id = site AND state = 'previous' AND not_after < now();
	-- One that does both takes the place of all, and gives it up to either of two.
	UPDATE scepgate.ra_certificate r SET state = 'previous' WHERE r.endpoint_id = site AND r.state = 'current'
		AND (r.use = ra_certificate_set.use OR 'both' IN (r.use, ra_certificate_set.use));
	INSERT INTO scepgate.ra_certificate (endpoint_id, use, state, certificate, private_key_id, subject, not_before, not_after)
	VALUES (site, ra_certificate_set.use, 'current', ra_certificate_set.certificate, scepgate.private_key_create(ra_certificate_set.private_key, ra_certificate_set.spki_sha256),
		ra_certificate_set.subject, ra_certificate_set.not_before, ra_certificate_set.not_after)
	RETURNING id INTO new_id;
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.ra_certificate_set(text, text, bytea, bytea, bytea, text, timestamptz, timestamptz, text)
	IS 'Give an endpoint a new RA certificate: certificate in DER, private_key as encrypted PKCS#8, or the URI of a key in a token as octets. use: both; or sign or decrypt, which must then both be there. The one before becomes previous and still decrypts; expired previous ones are retired.';

CREATE OR REPLACE FUNCTION scepgate.endpoint_attach(application text, profile text, ra_certificate bytea DEFAULT NULL, ra_private_key bytea DEFAULT NULL, ra_spki_sha256 bytea DEFAULT NULL,
		ra_subject text DEFAULT NULL, ra_not_before timestamptz DEFAULT NULL, ra_not_after timestamptz DEFAULT NULL, challenge_mode text DEFAULT NULL, allowed_ciphers text[] DEFAULT NULL,
		allowed_digests text[] DEFAULT NULL, include_chain boolean DEFAULT NULL, replay_window_seconds integer DEFAULT NULL, default_for_host text DEFAULT NULL,
		approval text DEFAULT NULL, ca_certs text DEFAULT NULL, include_root boolean DEFAULT NULL, append_chain boolean DEFAULT NULL, password_recipient boolean DEFAULT NULL,
		allowed_keys text[] DEFAULT NULL, pending_lifetime_seconds integer DEFAULT NULL,
		challenge_lifetime_minutes integer DEFAULT NULL, long_challenges boolean DEFAULT NULL, challenge_max_pending integer DEFAULT NULL, challenge_uses integer DEFAULT NULL, challenge_page_encoding text DEFAULT NULL,
		signer_key_must_match boolean DEFAULT NULL, renewal boolean DEFAULT NULL, renewal_window text DEFAULT NULL, renewal_grace_days integer DEFAULT NULL, renewal_identity text DEFAULT NULL,
		renewal_new_key boolean DEFAULT NULL, renewal_challenge boolean DEFAULT NULL, renewal_at_par boolean DEFAULT NULL, pending_max_per_address integer DEFAULT NULL, pending_max_per_day integer DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	new_id integer;
BEGIN
	INSERT INTO scepgate.endpoint (application_id, profile_id)
	VALUES (scepgate.application_id(endpoint_attach.application), scepgate.profile_id(endpoint_attach.profile)) RETURNING id INTO new_id;
	PERFORM scepgate.endpoint_alter(endpoint_attach.application, endpoint_attach.profile, NULL, endpoint_attach.challenge_mode, endpoint_attach.allowed_ciphers,
		endpoint_attach.allowed_digests, endpoint_attach.include_chain, endpoint_attach.replay_window_seconds, endpoint_attach.default_for_host, endpoint_attach.approval,
		endpoint_attach.ca_certs, endpoint_attach.include_root, endpoint_attach.append_chain, endpoint_attach.password_recipient, endpoint_attach.allowed_keys,
		endpoint_attach.pending_lifetime_seconds, endpoint_attach.challenge_lifetime_minutes, endpoint_attach.long_challenges, endpoint_attach.challenge_max_pending,
		endpoint_attach.challenge_uses, endpoint_attach.challenge_page_encoding, endpoint_attach.signer_key_must_match, endpoint_attach.renewal,
		endpoint_attach.renewal_window, endpoint_attach.renewal_grace_days, endpoint_attach.renewal_identity, endpoint_attach.renewal_new_key,
		endpoint_attach.renewal_challenge, endpoint_attach.renewal_at_par, endpoint_attach.pending_max_per_address, endpoint_attach.pending_max_per_day);
	IF endpoint_attach.ra_certificate IS NOT NULL THEN
		PERFORM scepgate.ra_certificate_set(endpoint_attach.application, endpoint_attach.profile, endpoint_attach.ra_certificate, endpoint_attach.ra_private_key,
			endpoint_attach.ra_spki_sha256, endpoint_attach.ra_subject, endpoint_attach.ra_not_before, endpoint_attach.ra_not_after);
	END IF;
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.endpoint_attach(text, text, bytea, bytea, bytea, text, timestamptz, timestamptz, text, text[], text[], boolean, integer, text, text, text, boolean, boolean, boolean, text[], integer,
	integer, boolean, integer, integer, text, boolean, boolean, text, integer, text, boolean, boolean, boolean, integer, integer)
	IS 'Attach a profile to an application: makes the endpoint, with its RA certificate and settings. Settings that are left out keep the defaults of the table; the challenge mode is then none, and nothing is issued.';

CREATE OR REPLACE FUNCTION scepgate.endpoint_detach(application text, profile text) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ DELETE FROM scepgate.endpoint e WHERE e.id = scepgate.endpoint_id(endpoint_detach.application, endpoint_detach.profile) RETURNING e.id $$;
COMMENT ON FUNCTION scepgate.endpoint_detach(text, text) IS 'Delete an endpoint that has issued nothing, with its RA certificates, their keys, and its challenges. One that has issued can be disabled.';

CREATE OR REPLACE FUNCTION scepgate.challenge_set(application text, profile text, hash text, name text DEFAULT 'default', expires_at timestamptz DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.endpoint_id(challenge_set.application, challenge_set.profile);
	new_id integer;
BEGIN
	INSERT INTO scepgate.static_challenge AS s (endpoint_id, name, hash, expires_at)
	VALUES (site, coalesce(challenge_set.name, 'default'), challenge_set.hash, challenge_set.expires_at)
	ON CONFLICT ON CONSTRAINT static_challenge_name_is_taken DO UPDATE SET hash = EXCLUDED.hash, expires_at = EXCLUDED.expires_at
	RETURNING s.id INTO new_id;
	UPDATE scepgate.endpoint e SET challenge_mode = CASE e.challenge_mode WHEN 'none' THEN 'static' ELSE 'both' END WHERE e.id = site AND e.challenge_mode IN ('none', 'dynamic');
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.challenge_set(text, text, text, text, timestamptz)
	IS 'Add or replace a static challenge, given as crypt(3) hash. An endpoint whose challenge mode was none now takes static challenges, one whose mode was dynamic takes both.';

CREATE OR REPLACE FUNCTION scepgate.challenge_remove(application text, profile text, name text DEFAULT 'default') RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	site integer := scepgate.endpoint_id(challenge_remove.application, challenge_remove.profile);
	old_id integer;
BEGIN
	DELETE FROM scepgate.static_challenge s WHERE s.endpoint_id = site AND s.name = coalesce(challenge_remove.name, 'default') RETURNING s.id INTO old_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the endpoint %/% has no challenge "%"', challenge_remove.application, challenge_remove.profile, challenge_remove.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN old_id;
END
$$;
COMMENT ON FUNCTION scepgate.challenge_remove(text, text, text) IS 'Remove a static challenge; raises no_data_found. When it was the last one, no static challenge opens the endpoint any more.';

CREATE OR REPLACE FUNCTION scepgate.approval_rule_add(application text, profile text, kind text, item text DEFAULT '', pattern text DEFAULT '*') RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	INSERT INTO scepgate.approval_rule (endpoint_id, kind, item, pattern)
	VALUES (scepgate.endpoint_id(approval_rule_add.application, approval_rule_add.profile), approval_rule_add.kind, coalesce(approval_rule_add.item, ''),
		coalesce(approval_rule_add.pattern, '*')) RETURNING id
$$;
COMMENT ON FUNCTION scepgate.approval_rule_add(text, text, text, text, text)
	IS 'Add a rule by which requests wait for an operator, on an endpoint whose approval is rules. kind subject or san: what the pattern of the item does not list waits; first_time: the first request for these names does.';

CREATE OR REPLACE FUNCTION scepgate.approval_rule_remove(application text, profile text, kind text, item text DEFAULT '', pattern text DEFAULT '*') RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	site integer := scepgate.endpoint_id(approval_rule_remove.application, approval_rule_remove.profile);
	old_id integer;
BEGIN
	DELETE FROM scepgate.approval_rule r WHERE r.endpoint_id = site AND r.kind = approval_rule_remove.kind AND r.item = coalesce(approval_rule_remove.item, '')
		AND r.pattern = coalesce(approval_rule_remove.pattern, '*')
	RETURNING r.id INTO old_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the endpoint %/% has no such approval rule', approval_rule_remove.application, approval_rule_remove.profile USING ERRCODE = 'no_data_found';
	END IF;
	RETURN old_id;
END
$$;
COMMENT ON FUNCTION scepgate.approval_rule_remove(text, text, text, text, text) IS 'Remove an approval rule, named by all that it says; raises no_data_found.';
