-- From names to rows, with a sentence when there is none. For the functions of the files after this one.

CREATE OR REPLACE FUNCTION scepgate.application_id(name text) RETURNS integer
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	found_id integer;
BEGIN
	SELECT a.id INTO found_id FROM scepgate.application a WHERE a.name = application_id.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no application "%"', application_id.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION scepgate.application_id(text) IS 'The number of an application; raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.ca_id(name text) RETURNS integer
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	found_id integer;
BEGIN
	SELECT c.id INTO found_id FROM scepgate.ca c WHERE c.name = ca_id.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no CA "%"', ca_id.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION scepgate.ca_id(text) IS 'The number of a CA; raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.policy_id(name text) RETURNS integer
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	found_id integer;
BEGIN
	SELECT l.id INTO found_id FROM scepgate.policy l WHERE l.name = policy_id.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no policy "%"', policy_id.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION scepgate.policy_id(text) IS 'The number of a policy; raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.profile_id(name text) RETURNS integer
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	found_id integer;
BEGIN
	SELECT p.id INTO found_id FROM scepgate.profile p WHERE p.name = profile_id.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no profile "%"', profile_id.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION scepgate.profile_id(text) IS 'The number of a profile; raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.endpoint_id(application text, profile text) RETURNS integer
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	of_application integer := scepgate.application_id(endpoint_id.application);
	of_profile integer := scepgate.profile_id(endpoint_id.profile);
	found_id integer;
BEGIN
	SELECT e.id INTO found_id FROM scepgate.endpoint e WHERE e.application_id = of_application AND e.profile_id = of_profile;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the profile "%" is not attached to the application "%"', endpoint_id.profile, endpoint_id.application USING ERRCODE = 'no_data_found';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION scepgate.endpoint_id(text, text) IS 'The number of the endpoint of an application and a profile; raises no_data_found.';
