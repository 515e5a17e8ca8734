-- Dynamic challenges: minting one, by an administrator or for a caller with a token, and revoking one. A challenge is given out once and stored as SHA-256.

CREATE OR REPLACE FUNCTION scepgate.challenge_mint(endpoint_id integer, max_lifetime_minutes integer, max_uses integer, lifetime_minutes integer, uses integer, subject text, sans text,
		spki_sha256 bytea, device text, username text, context jsonb, token_id integer, client_address inet, sid text)
	RETURNS TABLE (outcome text, challenge text, id bigint, expires_at timestamptz)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	kept CONSTANT interval := '30 days'; -- after expiry, so that a late attempt with a spent one is still known as such
	swept CONSTANT integer := 10;
	max_told CONSTANT integer := 400;
	site record;
	pending integer;
	minted text;
	new_id bigint;
	ends timestamptz;
BEGIN
	SELECT e.challenge_mode, e.challenge_max_pending, coalesce(challenge_mint.lifetime_minutes, e.challenge_lifetime_minutes) AS lifetime,
		coalesce(challenge_mint.max_lifetime_minutes, CASE WHEN e.long_challenges THEN 43200 ELSE 1440 END) AS max_lifetime, coalesce(challenge_mint.uses, e.challenge_uses) AS uses,
		a.name AS application, p.name AS profile INTO site
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE e.id = challenge_mint.endpoint_id
	FOR SHARE OF e;
	IF NOT FOUND OR site.challenge_mode NOT IN ('dynamic', 'both') THEN
		RETURN QUERY SELECT 'not_dynamic', NULL::text, NULL::bigint, NULL::timestamptz;
		RETURN;
	END IF;
	IF site.lifetime NOT BETWEEN 1 AND site.max_lifetime OR site.uses NOT BETWEEN 1 AND challenge_mint.max_uses THEN
		RETURN QUERY SELECT 'value', NULL::text, NULL::bigint, NULL::timestamptz;
		RETURN;
	END IF;
	-- One mint of an endpoint at a time: the next one waits here until this transaction ends. What was spent or has expired is found out when the bound reaches the limit.
	PERFORM scepgate.quota_hold(challenge_mint.endpoint_id);
	new_id := nextval(pg_get_serial_sequence('scepgate.challenge', 'id'));
	IF (SELECT q.counted + new_id - q.counted_at_id > site.challenge_max_pending FROM scepgate.challenge_quota q WHERE q.endpoint_id = challenge_mint.endpoint_id) THEN
		SELECT count(*) INTO pending FROM scepgate.challenge c WHERE c.endpoint_id = challenge_mint.endpoint_id AND c.uses_left > 0 AND c.expires_at > clock_timestamp();
		IF pending >= site.challenge_max_pending THEN
			RETURN QUERY SELECT 'full', NULL::text, NULL::bigint, NULL::timestamptz;
			RETURN;
		END IF;
		UPDATE scepgate.challenge_quota q SET counted = pending + 1, counted_at_id = new_id WHERE q.endpoint_id = challenge_mint.endpoint_id;
	END IF;
	-- Old ones are forgotten, a few at a time; not what a request that waits came with.
	DELETE FROM scepgate.challenge WHERE id IN (SELECT c.id FROM scepgate.challenge c WHERE c.expires_at < clock_timestamp() - kept
		AND NOT EXISTS (SELECT FROM scepgate.transaction t WHERE t.challenge_id = c.id AND t.state <> 'issued') ORDER BY c.expires_at LIMIT swept FOR UPDATE SKIP LOCKED);
	-- 128 random bits: each UUID has 122.
	minted := upper(encode(substring(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) FROM 1 FOR 16), 'hex'));
	ends := clock_timestamp() + site.lifetime * interval '1 minute';
	INSERT INTO scepgate.challenge (id, endpoint_id, hash, uses, uses_left, expires_at, subject, sans, spki_sha256, device, username, context, token_id, client_address, sid)
	VALUES (new_id, challenge_mint.endpoint_id, sha256(convert_to(minted, 'UTF8')), site.uses, site.uses, ends, challenge_mint.subject, challenge_mint.sans, challenge_mint.spki_sha256,
		challenge_mint.device, challenge_mint.username, coalesce(challenge_mint.context, '{}'), challenge_mint.token_id, challenge_mint.client_address, challenge_mint.sid);
	INSERT INTO scepgate.audit_event (event, application, profile, client_address, detail)
	VALUES ('challenge_minted', site.application, site.profile, challenge_mint.client_address,
		jsonb_strip_nulls(jsonb_build_object('challenge_id', new_id, 'token', (SELECT k.name FROM scepgate.api_token k WHERE k.id = challenge_mint.token_id), 'expires_at', ends, 'uses', site.uses,
			'subject', left(challenge_mint.subject, max_told), 'sans', left(challenge_mint.sans, max_told), 'spki_sha256', encode(challenge_mint.spki_sha256, 'hex'),
			'device', challenge_mint.device, 'username', challenge_mint.username, 'sid', challenge_mint.sid))
		|| CASE WHEN challenge_mint.context <> '{}' THEN jsonb_build_object('context', challenge_mint.context) ELSE '{}' END);
	RETURN QUERY SELECT 'minted', minted, new_id, ends;
END
$$;
COMMENT ON FUNCTION scepgate.challenge_mint(integer, integer, integer, integer, integer, text, text, bytea, text, text, jsonb, integer, inet, text)
	IS 'Mint a dynamic challenge; for challenge_create and challenge_request. lifetime_minutes, uses: null for those of the endpoint. max_lifetime_minutes: null for the hard limit. outcome: minted; not_dynamic; value when lifetime or uses is out of range; full when as many as the endpoint allows are pending, neither spent nor expired.';

CREATE OR REPLACE FUNCTION scepgate.challenge_create(application text, profile text, lifetime_minutes integer DEFAULT NULL, uses integer DEFAULT NULL, subject text DEFAULT NULL,
		sans text DEFAULT NULL, spki_sha256 bytea DEFAULT NULL, device text DEFAULT NULL, username text DEFAULT NULL, context jsonb DEFAULT '{}',
		sid text DEFAULT NULL)
	RETURNS TABLE (challenge text, id bigint, expires_at timestamptz)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	max_uses CONSTANT integer := 1000;
	made record;
BEGIN
	SELECT m.* INTO made FROM scepgate.challenge_mint(scepgate.endpoint_id(challenge_create.application, challenge_create.profile), NULL, max_uses, challenge_create.lifetime_minutes,
		challenge_create.uses, challenge_create.subject, challenge_create.sans, challenge_create.spki_sha256, challenge_create.device, challenge_create.username,
		challenge_create.context, NULL, NULL, challenge_create.sid) AS m;
	IF made.outcome = 'not_dynamic' THEN
		RAISE EXCEPTION 'the endpoint %/% takes no dynamic challenges: its challenge_mode must be dynamic or both', challenge_create.application, challenge_create.profile
			USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF made.outcome = 'full' THEN
		RAISE EXCEPTION 'as many challenges of the endpoint %/% are pending as its challenge_max_pending allows', challenge_create.application, challenge_create.profile
			USING ERRCODE = 'configuration_limit_exceeded';
	ELSIF made.outcome IS DISTINCT FROM 'minted' THEN
		RAISE EXCEPTION 'a challenge lives 1 to 1440 minutes, or to 43200 on an endpoint with long_challenges, and has 1 to % uses', max_uses USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN QUERY SELECT made.challenge, made.id, made.expires_at;
END
$$;
COMMENT ON FUNCTION scepgate.challenge_create(text, text, integer, integer, text, text, bytea, text, text, jsonb, text)
	IS 'Mint a dynamic challenge: the result is the only time that it is seen. Bound to what is given of subject, sans, spki_sha256 and device; username and context are kept beside it, and sid, the Windows account that its certificate is for. Lifetime and uses may be more than the endpoint''s own settings. Raises no_data_found; object_not_in_prerequisite_state when the endpoint takes none; configuration_limit_exceeded when too many are pending.';

CREATE OR REPLACE FUNCTION scepgate.challenge_revoke(id bigint) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	old record;
BEGIN
	SELECT c.uses_left, c.expires_at, a.name AS application, p.name AS profile INTO old
	FROM scepgate.challenge c JOIN scepgate.endpoint e ON e.id = c.endpoint_id JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE c.id = challenge_revoke.id
	FOR UPDATE OF c;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no challenge %', challenge_revoke.id USING ERRCODE = 'no_data_found';
	END IF;
	IF old.uses_left = 0 OR old.expires_at <= clock_timestamp() THEN
		RAISE EXCEPTION 'challenge % is % already', challenge_revoke.id, CASE old.uses_left WHEN 0 THEN 'spent' ELSE 'expired' END USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	UPDATE scepgate.challenge c SET expires_at = clock_timestamp() WHERE c.id = challenge_revoke.id;
	INSERT INTO scepgate.audit_event (event, application, profile, detail)
	VALUES ('challenge_revoked', old.application, old.profile, jsonb_build_object('challenge_id', challenge_revoke.id, 'uses_left', old.uses_left));
	RETURN challenge_revoke.id;
END
$$;
COMMENT ON FUNCTION scepgate.challenge_revoke(bigint) IS 'Let a dynamic challenge expire now. Raises no_data_found; object_not_in_prerequisite_state when it is spent or expired already.';

CREATE OR REPLACE FUNCTION scepgate.challenge_refused(application text, profile text, client_address inet, token text, reason text) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	-- One event a minute for the same cause: a caller that keeps asking does not fill the audit trail.
	INSERT INTO scepgate.audit_event (event, application, profile, client_address, detail)
	SELECT 'challenge_refused', challenge_refused.application, challenge_refused.profile, challenge_refused.client_address,
		jsonb_build_object('token', challenge_refused.token, 'reason', challenge_refused.reason)
	WHERE NOT EXISTS (SELECT FROM scepgate.audit_event v WHERE v.at > clock_timestamp() - interval '1 minute' AND v.event = 'challenge_refused' AND v.application = challenge_refused.application
		AND v.profile = challenge_refused.profile AND v.detail ->> 'token' = challenge_refused.token AND v.detail ->> 'reason' = challenge_refused.reason)
$$;
COMMENT ON FUNCTION scepgate.challenge_refused(text, text, inet, text, text) IS 'Write the audit event of a caller with a good token who got no challenge, at most one a minute for the same token, endpoint and reason.';

CREATE OR REPLACE FUNCTION scepgate.challenge_request(token_sha256 bytea, token_name text, application text, profile text, lifetime_minutes integer, uses integer, subject text, sans text,
		spki_sha256 bytea, device text, username text, context jsonb, client_address text, sid text DEFAULT NULL)
	RETURNS TABLE (outcome text, challenge text, expires_at timestamptz, page_encoding text, ca_certificate bytea)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	address inet := scepgate.address_or_null(challenge_request.client_address);
	caller record;
	site record;
	made record;
	told text;
BEGIN
	-- Credentials first: who has none is told nothing of endpoints, and leaves no row.
	SELECT k.id, k.name INTO caller FROM scepgate.api_token k
	WHERE k.hash = challenge_request.token_sha256 AND (coalesce(challenge_request.token_name, '') = '' OR k.name = challenge_request.token_name)
		AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp());
	IF NOT FOUND THEN
		RETURN QUERY SELECT 'credentials', NULL::text, NULL::timestamptz, NULL::text, NULL::bytea;
		RETURN;
	END IF;
	UPDATE scepgate.api_token k SET last_used_at = clock_timestamp()
	WHERE k.id = caller.id AND (k.last_used_at IS NULL OR k.last_used_at <= clock_timestamp() - interval '1 minute');
	SELECT e.id, e.challenge_page_encoding, e.challenge_lifetime_minutes, e.challenge_uses, c.certificate,
		EXISTS (SELECT FROM scepgate.api_token_endpoint x WHERE x.token_id = caller.id AND x.endpoint_id = e.id) AS is_allowed INTO site
	FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id JOIN scepgate.ca c ON c.id = p.ca_id
	WHERE a.name = challenge_request.application AND p.name = challenge_request.profile AND e.enabled AND a.enabled AND c.enabled;
	IF NOT FOUND THEN
		RETURN QUERY SELECT 'not_found', NULL::text, NULL::timestamptz, NULL::text, NULL::bytea;
		RETURN;
	END IF;
	IF NOT site.is_allowed THEN
		PERFORM scepgate.challenge_refused(challenge_request.application, challenge_request.profile, address, caller.name, 'forbidden');
		RETURN QUERY SELECT 'forbidden', NULL::text, NULL::timestamptz, site.challenge_page_encoding, NULL::bytea;
		RETURN;
	END IF;
	BEGIN
		SELECT m.* INTO made FROM scepgate.challenge_mint(site.id, site.challenge_lifetime_minutes, site.challenge_uses, challenge_request.lifetime_minutes, challenge_request.uses,
			nullif(challenge_request.subject, ''), nullif(challenge_request.sans, ''), challenge_request.spki_sha256, nullif(challenge_request.device, ''),
			nullif(challenge_request.username, ''), challenge_request.context, caller.id, address, nullif(challenge_request.sid, '')) AS m;
		told := made.outcome;
	EXCEPTION WHEN check_violation THEN
		told := 'value'; -- a binding or the context that the table does not take
	END;
	IF told = 'full' THEN
		PERFORM scepgate.challenge_refused(challenge_request.application, challenge_request.profile, address, caller.name, 'full');
	END IF;
	IF told IS DISTINCT FROM 'minted' THEN
		RETURN QUERY SELECT told, NULL::text, NULL::timestamptz, site.challenge_page_encoding, NULL::bytea;
		RETURN;
	END IF;
	RETURN QUERY SELECT 'minted', made.challenge, made.expires_at, site.challenge_page_encoding, site.certificate;
END
$$;
COMMENT ON FUNCTION scepgate.challenge_request(bytea, text, text, text, integer, integer, text, text, bytea, text, text, jsonb, text, text)
	IS 'For challenge.fcgi: mint a dynamic challenge for a caller with an API token, known by its SHA-256 and, unless empty, its name. Lifetime and uses may be less than the endpoint''s, never more. outcome: minted, with challenge, end, and certificate of the endpoint''s CA; credentials: no such token, expired, revoked, or of another name; not_found: no such endpoint, or not active; forbidden: the token is not for it; not_dynamic; full; value: something is out of its limits.';
