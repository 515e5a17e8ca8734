-- API tokens: what lets an MDM mint challenges, and for which endpoints. Every function but token_create returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.token_id(name text) RETURNS integer
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	found_id integer;
BEGIN
	SELECT k.id INTO found_id FROM scepgate.api_token k WHERE k.name = token_id.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no token "%"', token_id.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION scepgate.token_id(text) IS 'The number of an API token; raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.token_allow(name text, application text, profile text) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	token integer := scepgate.token_id(token_allow.name);
BEGIN
	INSERT INTO scepgate.api_token_endpoint (token_id, endpoint_id) VALUES (token, scepgate.endpoint_id(token_allow.application, token_allow.profile));
	RETURN token;
END
$$;
COMMENT ON FUNCTION scepgate.token_allow(text, text, text) IS 'Let a token mint challenges for one endpoint more.';

CREATE OR REPLACE FUNCTION scepgate.token_disallow(name text, application text, profile text) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	token integer := scepgate.token_id(token_disallow.name);
	site integer := scepgate.endpoint_id(token_disallow.application, token_disallow.profile);
BEGIN
	DELETE FROM scepgate.api_token_endpoint x WHERE x.token_id = token AND x.endpoint_id = site;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the token "%" is not for the endpoint %/%', token_disallow.name, token_disallow.application, token_disallow.profile USING ERRCODE = 'no_data_found';
	END IF;
	RETURN token;
END
$$;
COMMENT ON FUNCTION scepgate.token_disallow(text, text, text) IS 'Let a token no longer mint challenges for an endpoint; raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.token_create(name text, endpoints text[] DEFAULT '{}', description text DEFAULT '', expires_at timestamptz DEFAULT NULL)
	RETURNS TABLE (token text, id integer)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	made text;
	new_id integer;
	endpoint text;
BEGIN
	-- 256 random bits: each UUID has 122.
	made := 'sgt_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
	INSERT INTO scepgate.api_token AS k (name, description, hash, expires_at)
	VALUES (token_create.name, coalesce(token_create.description, ''), sha256(convert_to(made, 'UTF8')), token_create.expires_at)
	RETURNING k.id INTO new_id;
	FOREACH endpoint IN ARRAY coalesce(token_create.endpoints, '{}') LOOP
		IF endpoint IS NULL OR endpoint !~ '^[^/]+/[^/]+$' THEN
			RAISE EXCEPTION 'an endpoint is named APPLICATION/PROFILE, not "%"', endpoint USING ERRCODE = 'invalid_parameter_value';
		END IF;
		PERFORM scepgate.token_allow(token_create.name, split_part(endpoint, '/', 1), split_part(endpoint, '/', 2));
	END LOOP;
	RETURN QUERY SELECT made, new_id;
END
$$;
COMMENT ON FUNCTION scepgate.token_create(text, text[], text, timestamptz)
	IS 'Make an API token that may mint challenges for these endpoints, each as APPLICATION/PROFILE, and for none when there are none. The result is the only time that it is seen; stored is its SHA-256.';

CREATE OR REPLACE FUNCTION scepgate.token_revoke(name text) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	token integer := scepgate.token_id(token_revoke.name);
BEGIN
	UPDATE scepgate.api_token k SET revoked_at = clock_timestamp() WHERE k.id = token AND k.revoked_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the token "%" is revoked already', token_revoke.name USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	RETURN token;
END
$$;
COMMENT ON FUNCTION scepgate.token_revoke(text) IS 'Let a token mint nothing from now on. Challenges that it minted stay as they are. Its name stays taken.';
