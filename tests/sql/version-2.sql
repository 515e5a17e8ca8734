-- The schema at version 2 with some rows, as pg_dump wrote it. Never made anew: it is what an upgrade finds. Needs the roles of sql/roles.sql.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA scepgate;

ALTER SCHEMA scepgate OWNER TO scepgate_owner;

COMMENT ON SCHEMA scepgate IS 'scepgate, a SCEP (RFC 8894) enrolment gateway and certificate authority. Tables are singular, the views to read are plural. See sql/README.';

CREATE FUNCTION scepgate.address_or_null(address text) RETURNS inet
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	RETURN nullif(split_part(address, '%', 1), '')::inet; -- without the zone of a link-local address
EXCEPTION WHEN invalid_text_representation THEN
	RETURN NULL;
END
$$;

ALTER FUNCTION scepgate.address_or_null(address text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.address_or_null(address text) IS 'An IP address from text; null for what is none, so that an odd address never loses an audit event.';

CREATE FUNCTION scepgate.application_alter(name text, new_name text DEFAULT NULL::text, description text DEFAULT NULL::text, enabled boolean DEFAULT NULL::boolean) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	UPDATE scepgate.application a SET
		name = coalesce(application_alter.new_name, a.name),
		description = coalesce(application_alter.description, a.description),
		enabled = coalesce(application_alter.enabled, a.enabled)
	WHERE a.id = scepgate.application_id(application_alter.name) RETURNING a.id
$$;

ALTER FUNCTION scepgate.application_alter(name text, new_name text, description text, enabled boolean) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.application_alter(name text, new_name text, description text, enabled boolean) IS 'Rename, describe, enable or disable an application.';

CREATE FUNCTION scepgate.application_create(name text, description text DEFAULT ''::text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	INSERT INTO scepgate.application (name, description) VALUES (application_create.name, coalesce(application_create.description, '')) RETURNING id
$$;

ALTER FUNCTION scepgate.application_create(name text, description text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.application_create(name text, description text) IS 'Make an application.';

CREATE FUNCTION scepgate.application_delete(name text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ DELETE FROM scepgate.application a WHERE a.id = scepgate.application_id(application_delete.name) RETURNING a.id $$;

ALTER FUNCTION scepgate.application_delete(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.application_delete(name text) IS 'Delete an application that has no endpoints.';

CREATE FUNCTION scepgate.application_id(name text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.application_id(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.application_id(name text) IS 'The number of an application; raises no_data_found.';

CREATE FUNCTION scepgate.are_key_purposes(words text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT coalesce(array_ndims(words), 1) = 1 AND cardinality(words) <= 32 AND coalesce(bool_and(word IS NOT NULL AND scepgate.is_key_purpose(word)), true)
		AND count(*) = count(DISTINCT lower(word)) FROM unnest(words) AS t (word) $$;

ALTER FUNCTION scepgate.are_key_purposes(words text[]) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.are_key_purposes(words text[]) IS 'At most 32 extended key usages, none of them null or twice? An empty list is.';

CREATE FUNCTION scepgate.audit_configuration(table_name text, before jsonb, after jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
	fact jsonb := coalesce(after, before);
	changes jsonb;
BEGIN
	IF before IS NULL OR after IS NULL THEN
		SELECT jsonb_object_agg(key, scepgate.audit_value(key, value)) INTO changes FROM jsonb_each(fact) WHERE key NOT IN ('id', 'version');
	ELSE
		SELECT jsonb_object_agg(key, jsonb_build_array(scepgate.audit_value(key, before -> key), scepgate.audit_value(key, value))) INTO changes
		FROM jsonb_each(after) WHERE key <> 'version' AND value IS DISTINCT FROM before -> key;
	END IF;
	IF changes IS NULL THEN
		RETURN; -- only the version moved on
	END IF;
	INSERT INTO scepgate.audit_event (event, application, profile, detail)
	VALUES (table_name || CASE WHEN before IS NULL THEN '_created' WHEN after IS NULL THEN '_deleted' ELSE '_changed' END,
		CASE table_name WHEN 'application' THEN fact ->> 'name' ELSE (SELECT a.name FROM scepgate.application a WHERE a.id = coalesce((fact ->> 'application_id')::integer,
			(SELECT e.application_id FROM scepgate.endpoint e WHERE e.id = (fact ->> 'endpoint_id')::integer))) END,
		CASE table_name WHEN 'profile' THEN fact ->> 'name' ELSE (SELECT p.name FROM scepgate.profile p WHERE p.id = coalesce((fact ->> 'profile_id')::integer,
			(SELECT e.profile_id FROM scepgate.endpoint e WHERE e.id = (fact ->> 'endpoint_id')::integer))) END,
		jsonb_strip_nulls(jsonb_build_object('id', fact -> 'id', 'name', fact -> 'name'))
			|| jsonb_build_object(CASE WHEN before IS NULL THEN 'created' WHEN after IS NULL THEN 'deleted' ELSE 'changed' END, changes));
END
$$;

ALTER FUNCTION scepgate.audit_configuration(table_name text, before jsonb, after jsonb) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.audit_configuration(table_name text, before jsonb, after jsonb) IS 'Write the audit event of one changed row: who, what, old and new values; no secret.';

CREATE FUNCTION scepgate.audit_event_keep() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	IF NOT pg_has_role(current_user, 'scepgate_owner', 'MEMBER') THEN
		RAISE EXCEPTION 'audit events are never changed, and deleted only by a member of scepgate_owner' USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN CASE WHEN TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' THEN OLD WHEN TG_LEVEL = 'ROW' THEN NEW END;
END
$$;

ALTER FUNCTION scepgate.audit_event_keep() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.audit_event_keep() IS 'Trigger: the audit trail only grows, but for maintenance by a member of scepgate_owner.';

CREATE FUNCTION scepgate.audit_value(column_name text, value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT CASE
		WHEN value IS NULL OR value = 'null' THEN 'null'
		WHEN column_name IN ('pkcs8', 'hash') THEN '"(not recorded)"'
		WHEN column_name = 'certificate' THEN to_jsonb('sha256:' || encode(sha256((value #>> '{}')::bytea), 'hex'))
		WHEN jsonb_typeof(value) = 'string' AND length(value #>> '{}') > 400 THEN to_jsonb(left(value #>> '{}', 400) || '...')
		ELSE value END $$;

ALTER FUNCTION scepgate.audit_value(column_name text, value jsonb) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.audit_value(column_name text, value jsonb) IS 'How a value of a configuration table stands in an audit event: secrets not at all, certificates as digest, long texts cut to 400 characters.';

CREATE FUNCTION scepgate.ca_alter(name text, new_name text DEFAULT NULL::text, description text DEFAULT NULL::text, enabled boolean DEFAULT NULL::boolean) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	UPDATE scepgate.ca c SET
		name = coalesce(ca_alter.new_name, c.name),
		description = coalesce(ca_alter.description, c.description),
		enabled = coalesce(ca_alter.enabled, c.enabled)
	WHERE c.id = scepgate.ca_id(ca_alter.name) RETURNING c.id
$$;

ALTER FUNCTION scepgate.ca_alter(name text, new_name text, description text, enabled boolean) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ca_alter(name text, new_name text, description text, enabled boolean) IS 'Rename, describe, enable or disable a CA. Its certificate and key never change: make another CA.';

CREATE FUNCTION scepgate.ca_create(name text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea DEFAULT NULL::bytea, spki_sha256 bytea DEFAULT NULL::bytea, description text DEFAULT ''::text, issuer text DEFAULT NULL::text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
	new_id integer;
BEGIN
	INSERT INTO scepgate.ca (name, description, certificate, private_key_id, issuer_id, subject, not_before, not_after)
	VALUES (ca_create.name, coalesce(ca_create.description, ''), ca_create.certificate,
		CASE WHEN ca_create.private_key IS NOT NULL THEN scepgate.private_key_create(ca_create.private_key, ca_create.spki_sha256) END,
		CASE WHEN ca_create.issuer IS NOT NULL THEN scepgate.ca_id(ca_create.issuer) END,
		ca_create.subject, ca_create.not_before, ca_create.not_after)
	RETURNING id INTO new_id;
	RETURN new_id;
END
$$;

ALTER FUNCTION scepgate.ca_create(name text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea, description text, issuer text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ca_create(name text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea, description text, issuer text) IS 'Store a CA: certificate in DER, private_key as encrypted PKCS#8 with the digest of its SubjectPublicKeyInfo. Without private_key it is a link of a chain only. issuer: the name of the CA above it, if that one is stored here.';

CREATE FUNCTION scepgate.ca_delete(name text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ DELETE FROM scepgate.ca c WHERE c.id = scepgate.ca_id(ca_delete.name) RETURNING c.id $$;

ALTER FUNCTION scepgate.ca_delete(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ca_delete(name text) IS 'Delete a CA, with its private key, that has issued nothing and that no profile uses.';

CREATE FUNCTION scepgate.ca_id(name text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.ca_id(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ca_id(name text) IS 'The number of a CA; raises no_data_found.';

CREATE FUNCTION scepgate.ca_next_remove(ca text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
	old_id integer;
BEGIN
	DELETE FROM scepgate.ca_next n WHERE n.ca_id = scepgate.ca_id(ca_next_remove.ca) RETURNING n.id INTO old_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the CA "%" has no next certificate', ca_next_remove.ca USING ERRCODE = 'no_data_found';
	END IF;
	RETURN old_id;
END
$$;

ALTER FUNCTION scepgate.ca_next_remove(ca text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ca_next_remove(ca text) IS 'Take back the next certificate of a CA, with its private key; raises no_data_found.';

CREATE FUNCTION scepgate.ca_next_set(ca text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea DEFAULT NULL::bytea, spki_sha256 bytea DEFAULT NULL::bytea) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.ca_id(ca_next_set.ca);
	new_id integer;
BEGIN
	DELETE FROM scepgate.ca_next WHERE ca_id = site;
	INSERT INTO scepgate.ca_next (ca_id, certificate, private_key_id, subject, not_before, not_after)
	VALUES (site, ca_next_set.certificate, CASE WHEN ca_next_set.private_key IS NOT NULL THEN scepgate.private_key_create(ca_next_set.private_key, ca_next_set.spki_sha256) END,
		ca_next_set.subject, ca_next_set.not_before, ca_next_set.not_after)
	RETURNING id INTO new_id;
	RETURN new_id;
END
$$;

ALTER FUNCTION scepgate.ca_next_set(ca text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ca_next_set(ca text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea) IS 'Announce the next certificate of a CA, which GetNextCACert then gives out (RFC 8894 section 4.7): certificate in DER, private_key as encrypted PKCS#8, when it is kept here. Replaces one that was announced before, with its key.';

CREATE FUNCTION scepgate.certificate_find(endpoint_id integer, endpoint_version bigint, serial bytea, requester_sha256 bytea) RETURNS TABLE(outcome text, certificate bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT CASE WHEN e.id IS NULL THEN 'stale' WHEN c.id IS NULL THEN 'none' ELSE 'found' END, c.der
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = certificate_find.endpoint_id AND e.version = certificate_find.endpoint_version
	LEFT JOIN scepgate.profile p ON p.id = e.profile_id
	LEFT JOIN scepgate.certificate r ON encode(r.sha256, 'hex') = encode(certificate_find.requester_sha256, 'hex') AND r.endpoint_id = e.id AND r.revoked_at IS NULL
		AND clock_timestamp() BETWEEN r.not_before AND r.not_after
	LEFT JOIN scepgate.certificate c ON r.id IS NOT NULL AND c.ca_id = p.ca_id AND c.serial = certificate_find.serial AND c.application_id = e.application_id
$$;

ALTER FUNCTION scepgate.certificate_find(endpoint_id integer, endpoint_version bigint, serial bytea, requester_sha256 bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.certificate_find(endpoint_id integer, endpoint_version bigint, serial bytea, requester_sha256 bytea) IS 'For GetCert: the certificate of the endpoint''s CA and application with this serial number, for a requester whose own certificate (by its SHA-256) the same endpoint issued and which is unrevoked and in date. outcome: found, none, stale.';

CREATE FUNCTION scepgate.challenge_is_live(endpoint_id integer, challenge_mode text, static_challenge_id integer) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT challenge_is_live.challenge_mode = 'static' AND EXISTS (SELECT FROM scepgate.static_challenge s WHERE s.id = challenge_is_live.static_challenge_id
		AND s.endpoint_id = challenge_is_live.endpoint_id AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp()))
$$;

ALTER FUNCTION scepgate.challenge_is_live(endpoint_id integer, challenge_mode text, static_challenge_id integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.challenge_is_live(endpoint_id integer, challenge_mode text, static_challenge_id integer) IS 'Does this static challenge open this endpoint, whose challenge mode is given, now?';

CREATE FUNCTION scepgate.challenge_remove(application text, profile text, name text DEFAULT 'default'::text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.challenge_remove(application text, profile text, name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.challenge_remove(application text, profile text, name text) IS 'Remove a static challenge; raises no_data_found. When it was the last one, everything is refused.';

CREATE FUNCTION scepgate.challenge_set(application text, profile text, hash text, name text DEFAULT 'default'::text, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
	UPDATE scepgate.endpoint e SET challenge_mode = 'static' WHERE e.id = site AND e.challenge_mode = 'none';
	RETURN new_id;
END
$$;

ALTER FUNCTION scepgate.challenge_set(application text, profile text, hash text, name text, expires_at timestamp with time zone) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.challenge_set(application text, profile text, hash text, name text, expires_at timestamp with time zone) IS 'Add or replace a static challenge, given as crypt(3) hash. An endpoint whose challenge mode was none now takes static challenges.';

CREATE FUNCTION scepgate.configuration_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
	before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
	after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
	IF before IS NOT DISTINCT FROM after THEN
		RETURN NULL;
	END IF;
	UPDATE scepgate.endpoint e SET version = e.version + 1 WHERE e.id IN (
		SELECT scepgate.configuration_endpoints(TG_TABLE_NAME, (side ->> 'id')::integer, coalesce(side ->> 'endpoint_id', side ->> 'policy_id', side ->> 'ca_id')::integer)
		FROM unnest(ARRAY[before, after]) AS t (side));
	PERFORM pg_notify('scepgate_config', TG_TABLE_NAME);
	PERFORM scepgate.audit_configuration(TG_TABLE_NAME, before, after);
	RETURN NULL;
END
$$;

ALTER FUNCTION scepgate.configuration_changed() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.configuration_changed() IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE FUNCTION scepgate.configuration_endpoints(table_name text, row_id integer, owner_id integer) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	WITH RECURSIVE below (id, depth) AS (
		SELECT c.id, 0 FROM scepgate.ca c WHERE table_name = 'ca' AND c.id = row_id OR table_name = 'private_key' AND c.private_key_id = row_id
		UNION
		SELECT c.id, b.depth + 1 FROM scepgate.ca c JOIN below b ON c.issuer_id = b.id WHERE b.depth < 16
	)
	SELECT e.id FROM scepgate.endpoint e JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE CASE table_name
		WHEN 'application' THEN e.application_id = row_id
		WHEN 'ca' THEN p.ca_id IN (SELECT b.id FROM below b)
		WHEN 'ca_next' THEN p.ca_id = owner_id
		WHEN 'private_key' THEN p.ca_id IN (SELECT b.id FROM below b) OR e.id IN (SELECT r.endpoint_id FROM scepgate.ra_certificate r WHERE r.private_key_id = row_id)
			OR p.ca_id IN (SELECT n.ca_id FROM scepgate.ca_next n WHERE n.private_key_id = row_id)
		WHEN 'policy' THEN p.policy_id = row_id
		WHEN 'policy_rule' THEN p.policy_id = owner_id
		WHEN 'profile' THEN p.id = row_id
		WHEN 'static_challenge' THEN e.id = owner_id
		WHEN 'ra_certificate' THEN e.id = owner_id
		ELSE false END
$$;

ALTER FUNCTION scepgate.configuration_endpoints(table_name text, row_id integer, owner_id integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.configuration_endpoints(table_name text, row_id integer, owner_id integer) IS 'The endpoints that a row of a configuration table concerns. owner_id: its policy, endpoint or CA, where it has one.';

CREATE FUNCTION scepgate.configuration_lock() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	-- One change of configuration at a time: a profile that is attached while its policy changes would otherwise miss its new version. The lock is one that only
	-- the owner may take: an advisory lock could be held by whoever can log in.
	LOCK TABLE scepgate.schema_version IN SHARE ROW EXCLUSIVE MODE;
	RETURN NULL;
END
$$;

ALTER FUNCTION scepgate.configuration_lock() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.configuration_lock() IS 'Trigger: lets one transaction at a time change configuration.';

CREATE FUNCTION scepgate.crl_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	RAISE EXCEPTION 'a CRL never changes after it was published: publish the next one' USING ERRCODE = 'insufficient_privilege';
END
$$;

ALTER FUNCTION scepgate.crl_keep() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.crl_keep() IS 'Trigger: a published CRL never changes.';

CREATE FUNCTION scepgate.crl_latest(ca_id integer) RETURNS SETOF bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT l.der FROM scepgate.crl l WHERE l.ca_id = crl_latest.ca_id ORDER BY l.number DESC LIMIT 1 $$;

ALTER FUNCTION scepgate.crl_latest(ca_id integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.crl_latest(ca_id integer) IS 'The CRL of a CA with the highest number, DER; no row when none was published.';

CREATE FUNCTION scepgate.crl_material(ca text) RETURNS TABLE(ca_id integer, number bigint, serials bytea[], revoked_at bigint[], reasons integer[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.ca_id(crl_material.ca);
BEGIN
	RETURN QUERY
		-- Reason 8 (removeFromCRL) says that a certificate is no longer on hold.
		WITH latest AS (SELECT l.number, l.this_update FROM scepgate.crl l WHERE l.ca_id = site ORDER BY l.number DESC LIMIT 1)
		SELECT site, coalesce((SELECT latest.number FROM latest), 0) + 1, coalesce(array_agg(c.serial ORDER BY c.serial), '{}'),
			coalesce(array_agg(floor(extract(epoch FROM c.revoked_at))::bigint ORDER BY c.serial), '{}'), coalesce(array_agg(c.revocation_reason ORDER BY c.serial), '{}')
		FROM scepgate.certificate c WHERE c.ca_id = site AND c.revoked_at IS NOT NULL AND c.revocation_reason <> 8 AND c.not_after >= coalesce((SELECT latest.this_update FROM latest), '-infinity');
END
$$;

ALTER FUNCTION scepgate.crl_material(ca text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.crl_material(ca text) IS 'What the next CRL of a CA says, as one snapshot: its number, and serial number, time (seconds since 1970) and reason of each revoked certificate that had not expired when the last CRL was made (RFC 5280 section 3.3).';

CREATE FUNCTION scepgate.crl_number_check() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	-- One publisher of a CA at a time: the next one waits here and then sees the number of this one.
	PERFORM FROM scepgate.ca c WHERE c.id = NEW.ca_id FOR NO KEY UPDATE;
	IF EXISTS (SELECT FROM scepgate.crl l WHERE l.ca_id = NEW.ca_id AND l.number >= NEW.number) THEN
		RAISE EXCEPTION 'CRL % or a later one was published already', NEW.number
			USING ERRCODE = 'unique_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'crl_number_increases';
	END IF;
	RETURN NEW;
END
$$;

ALTER FUNCTION scepgate.crl_number_check() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.crl_number_check() IS 'Trigger: the numbers of the CRLs of a CA strictly increase, whoever publishes (RFC 5280 section 5.2.3).';

CREATE FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamp with time zone, next_update timestamp with time zone, der bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
	kept CONSTANT integer := 30;
	site integer := scepgate.ca_id(crl_publish.ca);
BEGIN
	INSERT INTO scepgate.crl (ca_id, number, this_update, next_update, der)
	VALUES (site, crl_publish.number, crl_publish.this_update, crl_publish.next_update, crl_publish.der);
	DELETE FROM scepgate.crl WHERE ca_id = site AND number IN (SELECT l.number FROM scepgate.crl l WHERE l.ca_id = site ORDER BY l.number DESC OFFSET kept);
	INSERT INTO scepgate.audit_event (event, detail)
	VALUES ('crl_published', jsonb_build_object('ca', crl_publish.ca, 'number', crl_publish.number, 'this_update', crl_publish.this_update, 'next_update', crl_publish.next_update,
		'sha256', encode(sha256(crl_publish.der), 'hex')));
	RETURN crl_publish.number;
END
$$;

ALTER FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamp with time zone, next_update timestamp with time zone, der bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamp with time zone, next_update timestamp with time zone, der bytea) IS 'Publish a CRL, DER, whose number must be greater than that of every earlier one of this CA. The newest 30 of a CA are kept. Returns the number.';

CREATE FUNCTION scepgate.endpoint_alter(application text, profile text, enabled boolean DEFAULT NULL::boolean, challenge_mode text DEFAULT NULL::text, allowed_ciphers text[] DEFAULT NULL::text[], allowed_digests text[] DEFAULT NULL::text[], include_chain boolean DEFAULT NULL::boolean, replay_window_seconds integer DEFAULT NULL::integer, default_for_host text DEFAULT NULL::text, approval text DEFAULT NULL::text, ca_certs text DEFAULT NULL::text, include_root boolean DEFAULT NULL::boolean, append_chain boolean DEFAULT NULL::boolean, password_recipient boolean DEFAULT NULL::boolean, allowed_keys text[] DEFAULT NULL::text[], pending_lifetime_seconds integer DEFAULT NULL::integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
		pending_lifetime = coalesce(endpoint_alter.pending_lifetime_seconds * interval '1 second', e.pending_lifetime)
	WHERE e.id = scepgate.endpoint_id(endpoint_alter.application, endpoint_alter.profile) RETURNING e.id
$$;

ALTER FUNCTION scepgate.endpoint_alter(application text, profile text, enabled boolean, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_alter(application text, profile text, enabled boolean, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) IS 'Change the settings of an endpoint. An empty default_for_host takes the mark away.';

CREATE FUNCTION scepgate.endpoint_attach(application text, profile text, ra_certificate bytea DEFAULT NULL::bytea, ra_private_key bytea DEFAULT NULL::bytea, ra_spki_sha256 bytea DEFAULT NULL::bytea, ra_subject text DEFAULT NULL::text, ra_not_before timestamp with time zone DEFAULT NULL::timestamp with time zone, ra_not_after timestamp with time zone DEFAULT NULL::timestamp with time zone, challenge_mode text DEFAULT NULL::text, allowed_ciphers text[] DEFAULT NULL::text[], allowed_digests text[] DEFAULT NULL::text[], include_chain boolean DEFAULT NULL::boolean, replay_window_seconds integer DEFAULT NULL::integer, default_for_host text DEFAULT NULL::text, approval text DEFAULT NULL::text, ca_certs text DEFAULT NULL::text, include_root boolean DEFAULT NULL::boolean, append_chain boolean DEFAULT NULL::boolean, password_recipient boolean DEFAULT NULL::boolean, allowed_keys text[] DEFAULT NULL::text[], pending_lifetime_seconds integer DEFAULT NULL::integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
		endpoint_attach.pending_lifetime_seconds);
	IF endpoint_attach.ra_certificate IS NOT NULL THEN
		PERFORM scepgate.ra_certificate_set(endpoint_attach.application, endpoint_attach.profile, endpoint_attach.ra_certificate, endpoint_attach.ra_private_key,
			endpoint_attach.ra_spki_sha256, endpoint_attach.ra_subject, endpoint_attach.ra_not_before, endpoint_attach.ra_not_after);
	END IF;
	RETURN new_id;
END
$$;

ALTER FUNCTION scepgate.endpoint_attach(application text, profile text, ra_certificate bytea, ra_private_key bytea, ra_spki_sha256 bytea, ra_subject text, ra_not_before timestamp with time zone, ra_not_after timestamp with time zone, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_attach(application text, profile text, ra_certificate bytea, ra_private_key bytea, ra_spki_sha256 bytea, ra_subject text, ra_not_before timestamp with time zone, ra_not_after timestamp with time zone, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) IS 'Attach a profile to an application: makes the endpoint, with its RA certificate and settings. Settings that are left out keep the defaults of the table; the challenge mode is then none, and nothing is issued.';

CREATE FUNCTION scepgate.endpoint_default(host text) RETURNS TABLE(application text, profile text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT a.name, p.name FROM scepgate.endpoint e JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE e.default_for_host IN (lower(endpoint_default.host), '*') ORDER BY e.default_for_host = '*' LIMIT 1
$$;

ALTER FUNCTION scepgate.endpoint_default(host text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_default(host text) IS 'The endpoint that answers on paths without names: the one of this host, else the one marked "*".';

CREATE FUNCTION scepgate.endpoint_detach(application text, profile text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ DELETE FROM scepgate.endpoint e WHERE e.id = scepgate.endpoint_id(endpoint_detach.application, endpoint_detach.profile) RETURNING e.id $$;

ALTER FUNCTION scepgate.endpoint_detach(application text, profile text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_detach(application text, profile text) IS 'Delete an endpoint that has issued nothing, with its RA certificates, their keys, and its challenges. One that has issued can be disabled.';

CREATE FUNCTION scepgate.endpoint_id(application text, profile text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.endpoint_id(application text, profile text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_id(application text, profile text) IS 'The number of the endpoint of an application and a profile; raises no_data_found.';

CREATE FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT EXISTS (SELECT FROM scepgate.endpoint e WHERE e.id = endpoint_is_current.endpoint_id AND e.version = endpoint_is_current.endpoint_version) $$;

ALTER FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) IS 'Is what was loaded of this endpoint still what the database says? False when it is gone.';

CREATE FUNCTION scepgate.endpoint_load(application text, profile text) RETURNS TABLE(id integer, version bigint, application_name text, profile_name text, is_enabled boolean, challenge_mode text, ciphers text[], digests text[], include_chain boolean, replay_window_seconds integer, policy_name text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer, rule_targets text[], rule_effects text[], rule_items text[], rule_patterns text[], validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer, challenge_ids integer[], challenge_names text[], challenge_hashes text[], challenge_expiries bigint[], ca_id integer, ca_certificate bytea, ca_pkcs8 bytea, chain bytea[], ra_ids integer[], ra_certificates bytea[], ra_pkcs8s bytea[], approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, keys text[], pending_lifetime_seconds integer, next_ca_certificate bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT e.id, e.version, a.name, p.name, e.enabled AND a.enabled AND c.enabled, e.challenge_mode, e.allowed_ciphers, e.allowed_digests, e.include_chain,
		extract(epoch FROM e.replay_window)::integer, l.name, l.unlisted, l.allow_empty_subject, l.rsa_min_bits, l.rsa_max_bits, l.ec_curves, l.ed25519,
		l.max_validity_days, rules.targets, rules.effects, rules.items, rules.patterns, p.validity_days, p.key_usage,
		p.extended_key_usage, p.backdate_seconds, challenges.ids, challenges.names, challenges.hashes, challenges.expiries,
		c.id, c.certificate, ck.pkcs8, above.certificates, ras.ids, ras.certificates, ras.pkcs8s,
		e.approval, e.ca_certs, e.include_root, e.append_chain, e.password_recipient, e.allowed_keys, extract(epoch FROM e.pending_lifetime)::integer, n.certificate
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
	CROSS JOIN LATERAL (WITH RECURSIVE up (issuer_id, certificate, depth) AS (
			SELECT i.issuer_id, i.certificate, 1 FROM scepgate.ca i WHERE i.id = c.issuer_id
			UNION ALL
			SELECT i.issuer_id, i.certificate, u.depth + 1 FROM up u JOIN scepgate.ca i ON i.id = u.issuer_id WHERE u.depth < 16)
		SELECT coalesce(array_agg(u.certificate ORDER BY u.depth), '{}') FROM up u) AS above (certificates)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(r.id ORDER BY r.state, r.id DESC), '{}'), coalesce(array_agg(r.certificate ORDER BY r.state, r.id DESC), '{}'),
			coalesce(array_agg(coalesce(rk.pkcs8, '') ORDER BY r.state, r.id DESC), '{}')
		FROM scepgate.ra_certificate r JOIN scepgate.private_key rk ON rk.id = r.private_key_id
		WHERE r.endpoint_id = e.id AND r.state IN ('current', 'previous')) AS ras (ids, certificates, pkcs8s)
	WHERE a.name = endpoint_load.application AND p.name = endpoint_load.profile
$$;

ALTER FUNCTION scepgate.endpoint_load(application text, profile text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_load(application text, profile text) IS 'All that a worker needs of one endpoint, as one row and one snapshot; no row when there is no such endpoint. RA certificates: the current one first. Private keys are encrypted.';

CREATE FUNCTION scepgate.endpoint_next_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	NEW.version := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.version + 1 END;
	RETURN NEW;
END
$$;

ALTER FUNCTION scepgate.endpoint_next_version() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.endpoint_next_version() IS 'Trigger: counts the version of an endpoint up, whatever the statement says.';

CREATE FUNCTION scepgate.enrol_commit(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, authorisation text, static_challenge_id integer, csr bytea, certificate bytea, serial bytea, spki_sha256 bytea, subject text, sans text, not_before timestamp with time zone, not_after timestamp with time zone, notes text DEFAULT ''::text, client_address text DEFAULT ''::text, reference text DEFAULT ''::text) RETURNS TABLE(outcome text, recorded bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
	site record;
	request record;
	new_id bigint;
	address inet := scepgate.address_or_null(enrol_commit.client_address);
BEGIN
	-- The share lock waits for a change of configuration that is under way, and holds off the next one until this certificate is recorded.
	SELECT e.application_id, e.challenge_mode, e.approval, e.replay_window, p.ca_id, a.name AS application, p.name AS profile INTO site
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
	-- Default deny: what is not known to authorise does not. Of two workers with the same request the second waits for the row that the first writes, and then finds it issued.
	IF enrol_commit.authorisation = 'approval' THEN
		SELECT t.id, t.message_type INTO request FROM scepgate.transaction t
		WHERE t.endpoint_id = enrol_commit.endpoint_id AND t.transaction_id = enrol_commit.transaction_id AND t.requester_spki_sha256 = enrol_commit.requester_spki_sha256
			AND t.csr_sha256 = enrol_commit.csr_sha256 AND t.state = 'approved' AND t.expires_at > clock_timestamp()
		FOR UPDATE;
		UPDATE scepgate.transaction t SET state = 'issued', certificate_id = new_id, csr_der = NULL, expires_at = NULL, updated_at = clock_timestamp() WHERE t.id = request.id;
	ELSIF enrol_commit.authorisation IS DISTINCT FROM 'static_challenge'
		OR NOT scepgate.challenge_is_live(enrol_commit.endpoint_id, site.challenge_mode, enrol_commit.static_challenge_id)
	THEN
		RETURN QUERY SELECT 'challenge', NULL::bytea;
		RETURN;
	ELSIF site.approval <> 'none' THEN
		RETURN QUERY SELECT 'unapproved', NULL::bytea;
		RETURN;
	ELSE
		INSERT INTO scepgate.transaction AS t (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, state, certificate_id, message_type, subject, sans, client_address,
			reference, created_at, updated_at)
		VALUES (enrol_commit.endpoint_id, enrol_commit.transaction_id, enrol_commit.requester_spki_sha256, enrol_commit.csr_sha256, 'issued', new_id, enrol_commit.message_type,
			enrol_commit.subject, coalesce(enrol_commit.sans, ''), address, coalesce(enrol_commit.reference, ''), clock_timestamp(), clock_timestamp())
		ON CONFLICT ON CONSTRAINT transaction_is_recorded_already DO UPDATE SET state = 'issued', certificate_id = new_id, csr_der = NULL, expires_at = NULL, decided_at = NULL,
			decided_by = NULL, reason = '', message_type = EXCLUDED.message_type, subject = EXCLUDED.subject, sans = EXCLUDED.sans, client_address = EXCLUDED.client_address,
			reference = EXCLUDED.reference, updated_at = EXCLUDED.updated_at
			WHERE NOT scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at)
		RETURNING t.id, t.message_type INTO request;
	END IF;
	IF request.id IS NULL THEN
		RETURN QUERY SELECT CASE t.state WHEN 'issued' THEN 'repeat' ELSE 'unapproved' END, c.der
			FROM (VALUES (true)) AS one (x)
			LEFT JOIN scepgate.transaction t ON t.endpoint_id = enrol_commit.endpoint_id AND t.transaction_id = enrol_commit.transaction_id
				AND t.requester_spki_sha256 = enrol_commit.requester_spki_sha256 AND t.csr_sha256 = enrol_commit.csr_sha256
				AND scepgate.transaction_is_live(t.state, t.updated_at, site.replay_window, t.expires_at)
			LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id;
		RETURN;
	END IF;
	INSERT INTO scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, sans, not_before, not_after, message_type, authorisation, notes, reference)
	VALUES (new_id, site.ca_id, enrol_commit.serial, site.application_id, enrol_commit.endpoint_id, enrol_commit.certificate, enrol_commit.csr, enrol_commit.spki_sha256,
		enrol_commit.subject, coalesce(enrol_commit.sans, ''), enrol_commit.not_before, enrol_commit.not_after, request.message_type, enrol_commit.authorisation,
		coalesce(enrol_commit.notes, ''), coalesce(enrol_commit.reference, ''));
	INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
	VALUES ('certificate_issued', site.application, site.profile, nullif(enrol_commit.reference, ''), address,
		jsonb_build_object('certificate_id', new_id, 'serial', encode(enrol_commit.serial, 'hex'), 'subject', left(enrol_commit.subject, 1024), 'sans', left(coalesce(enrol_commit.sans, ''), 1024),
			'message_type', request.message_type, 'authorisation', enrol_commit.authorisation, 'transaction', request.id,
			'transaction_id', scepgate.octets_as_text(enrol_commit.transaction_id), 'notes', left(coalesce(enrol_commit.notes, ''), 400))
			|| CASE enrol_commit.authorisation WHEN 'static_challenge' THEN jsonb_build_object('static_challenge_id', enrol_commit.static_challenge_id) ELSE '{}' END);
	RETURN QUERY SELECT 'issued', enrol_commit.certificate;
END
$$;

ALTER FUNCTION scepgate.enrol_commit(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, authorisation text, static_challenge_id integer, csr bytea, certificate bytea, serial bytea, spki_sha256 bytea, subject text, sans text, not_before timestamp with time zone, not_after timestamp with time zone, notes text, client_address text, reference text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.enrol_commit(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, authorisation text, static_challenge_id integer, csr bytea, certificate bytea, serial bytea, spki_sha256 bytea, subject text, sans text, not_before timestamp with time zone, not_after timestamp with time zone, notes text, client_address text, reference text) IS 'Second round trip of an enrolment: records certificate, transaction and audit event. authorisation: static_challenge; or approval, for an approved transaction, whose own message type is recorded. csr: the request to keep with the certificate, with the challenge overwritten and without its signature; it is not looked into. outcome: issued; repeat, with the certificate that the same request got from another worker; stale when the endpoint changed; challenge when the challenge went or expired; foreign when another requester key sent the same certification request before; unapproved when an operator must decide and did not say yes. Nothing is written unless issued.';

CREATE FUNCTION scepgate.enrol_lookup(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea) RETURNS TABLE(outcome text, certificate bytea, reason text, subject text, sans text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT CASE WHEN e.id IS NULL THEN 'stale'
			WHEN scepgate.request_is_foreign(e.id, enrol_lookup.requester_spki_sha256, enrol_lookup.csr_sha256) THEN 'foreign'
			ELSE coalesce(t.state, 'new') END,
		c.der, coalesce(t.reason, ''), CASE t.state WHEN 'approved' THEN t.subject END, CASE t.state WHEN 'approved' THEN t.sans END
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = enrol_lookup.endpoint_id AND e.version = enrol_lookup.endpoint_version
	LEFT JOIN scepgate.transaction t ON t.endpoint_id = e.id AND t.transaction_id = enrol_lookup.transaction_id AND t.requester_spki_sha256 = enrol_lookup.requester_spki_sha256
		AND t.csr_sha256 = enrol_lookup.csr_sha256 AND scepgate.transaction_is_live(t.state, t.updated_at, e.replay_window, t.expires_at)
	LEFT JOIN scepgate.certificate c ON c.id = t.certificate_id
$$;

ALTER FUNCTION scepgate.enrol_lookup(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.enrol_lookup(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea) IS 'First round trip of an enrolment. outcome: new; issued, with the certificate that this very request got inside the replay window; pending, approved or denied, with the operator''s reason, and when approved with subject and sans as they were recorded; foreign when another requester key sent the same certification request before; stale when the endpoint is no longer of this version.';

CREATE FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, static_challenge_id integer, csr bytea, subject text, sans text DEFAULT ''::text, client_address text DEFAULT ''::text, reference text DEFAULT ''::text) RETURNS TABLE(outcome text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, static_challenge_id integer, csr bytea, subject text, sans text, client_address text, reference text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, static_challenge_id integer, csr bytea, subject text, sans text, client_address text, reference text) IS 'Instead of enrol_commit, for an endpoint with approval: record a request that waits for an operator. csr: the request, encrypted under the key-encryption secret; it is not looked into. outcome: pending, also when it was so before; issued, approved or denied when the same request is so meanwhile; stale when the endpoint changed; challenge when the challenge that its mode wants went or expired; foreign when another requester key sent the same certification request before; unapproved when the endpoint does not ask for approval; full when 10000 requests, pending or approved, wait on the endpoint already.';

CREATE FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea) RETURNS TABLE(outcome text, certificate bytea, reason text, csr bytea, csr_sha256 bytea, subject text, sans text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea) IS 'For CertPoll: what became of the newest request of this requester key with this transactionID. outcome as of enrol_lookup; new also when the transactionID is another requester''s. When approved, csr: the request as it was pended; csr_sha256: the digest that it was pended under; subject and sans as they were recorded.';

CREATE FUNCTION scepgate.enrol_refuse(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, message_type integer, error text, detail text, subject text DEFAULT ''::text, client_address text DEFAULT ''::text, reference text DEFAULT ''::text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	INSERT INTO scepgate.audit_event (event, application, profile, reference, client_address, detail)
	SELECT 'enrolment_refused', a.name, p.name, nullif(enrol_refuse.reference, ''), scepgate.address_or_null(enrol_refuse.client_address),
		jsonb_strip_nulls(jsonb_build_object('error', enrol_refuse.error, 'detail', left(enrol_refuse.detail, 400), 'subject', nullif(left(enrol_refuse.subject, 1024), ''),
			'message_type', nullif(enrol_refuse.message_type, 0), 'transaction_id', nullif(left(scepgate.octets_as_text(enrol_refuse.transaction_id), 512), ''),
			'requester_spki_sha256', nullif(left(encode(enrol_refuse.requester_spki_sha256, 'hex'), 64), '')))
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = enrol_refuse.endpoint_id
	LEFT JOIN scepgate.application a ON a.id = e.application_id
	LEFT JOIN scepgate.profile p ON p.id = e.profile_id
$$;

ALTER FUNCTION scepgate.enrol_refuse(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, message_type integer, error text, detail text, subject text, client_address text, reference text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.enrol_refuse(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, message_type integer, error text, detail text, subject text, client_address text, reference text) IS 'Write the audit event of a refused enrolment, detail cut to 400 characters and subject to 1024.';

CREATE FUNCTION scepgate.is_attribute_type(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT lower(word) IN ('cn', 'sn', 'serialnumber', 'c', 'l', 'st', 'street', 'o', 'ou', 'title', 'givenname', 'dnqualifier', 'uid', 'dc', 'emailaddress',
		'unstructuredname', 'unstructuredaddress') OR scepgate.is_dotted_oid(word) $$;

ALTER FUNCTION scepgate.is_attribute_type(word text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.is_attribute_type(word text) IS 'Is this an attribute type of a subject name, by short name (any case) or dotted?';

CREATE FUNCTION scepgate.is_dotted_oid(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$ SELECT length(word) <= 120 AND word ~ '^([01]\.([0-9]|[123][0-9])|2\.(0|[1-9][0-9]*))(\.(0|[1-9][0-9]*))+$' $_$;

ALTER FUNCTION scepgate.is_dotted_oid(word text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.is_dotted_oid(word text) IS 'Is this an object identifier in dotted form with at least three arcs?';

CREATE FUNCTION scepgate.is_key_purpose(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT lower(word) IN ('serverauth', 'clientauth', 'codesigning', 'emailprotection', 'timestamping', 'ocspsigning', 'ipsecike', 'eapoverlan', 'mssmartcardlogin',
		'certificaterequestagent', 'anyextendedkeyusage') OR scepgate.is_dotted_oid(word) $$;

ALTER FUNCTION scepgate.is_key_purpose(word text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.is_key_purpose(word text) IS 'Is this an extended key usage, by short name (any case) or dotted?';

CREATE FUNCTION scepgate.is_rule_item(target text, item text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT CASE target
		WHEN 'subject' THEN item = '*' OR scepgate.is_attribute_type(item)
		WHEN 'san' THEN item IN ('dns', 'email', 'ip', 'uri', 'upn', 'directoryName', 'registeredID', 'other')
		WHEN 'key_usage' THEN item IN ('digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'encipherOnly', 'decipherOnly')
		WHEN 'ext_key_usage' THEN item = '*' OR scepgate.is_key_purpose(item)
		ELSE true END $$;

ALTER FUNCTION scepgate.is_rule_item(target text, item text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.is_rule_item(target text, item text) IS 'Can a policy rule with this target name this item?';

CREATE FUNCTION scepgate.octets_as_text(octets bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$ SELECT CASE WHEN encode(octets, 'escape') ~ '^[ -\[\]-~]*$' THEN encode(octets, 'escape') ELSE '0x' || encode(octets, 'hex') END $_$;

ALTER FUNCTION scepgate.octets_as_text(octets bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.octets_as_text(octets bytea) IS 'Octets as people read them: printable ASCII without backslash as it is, anything else as 0x and hexadecimal.';

CREATE FUNCTION scepgate.policy_alter(name text, new_name text DEFAULT NULL::text, description text DEFAULT NULL::text, unlisted text DEFAULT NULL::text, allow_empty_subject boolean DEFAULT NULL::boolean, rsa_min_bits integer DEFAULT NULL::integer, rsa_max_bits integer DEFAULT NULL::integer, ec_curves text[] DEFAULT NULL::text[], ed25519 boolean DEFAULT NULL::boolean, max_validity_days integer DEFAULT NULL::integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	UPDATE scepgate.policy l SET
		name = coalesce(policy_alter.new_name, l.name),
		description = coalesce(policy_alter.description, l.description),
		unlisted = coalesce(policy_alter.unlisted, l.unlisted),
		allow_empty_subject = coalesce(policy_alter.allow_empty_subject, l.allow_empty_subject),
		rsa_min_bits = coalesce(policy_alter.rsa_min_bits, l.rsa_min_bits),
		rsa_max_bits = coalesce(policy_alter.rsa_max_bits, l.rsa_max_bits),
		ec_curves = coalesce(policy_alter.ec_curves, l.ec_curves),
		ed25519 = coalesce(policy_alter.ed25519, l.ed25519),
		max_validity_days = coalesce(policy_alter.max_validity_days, l.max_validity_days)
	WHERE l.id = scepgate.policy_id(policy_alter.name) RETURNING l.id
$$;

ALTER FUNCTION scepgate.policy_alter(name text, new_name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_alter(name text, new_name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) IS 'Change a policy, for all its profiles at once.';

CREATE FUNCTION scepgate.policy_create(name text, description text DEFAULT ''::text, unlisted text DEFAULT 'refuse'::text, allow_empty_subject boolean DEFAULT false, rsa_min_bits integer DEFAULT 2048, rsa_max_bits integer DEFAULT 8192, ec_curves text[] DEFAULT '{p256,p384,p521}'::text[], ed25519 boolean DEFAULT false, max_validity_days integer DEFAULT 825) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	INSERT INTO scepgate.policy (name, description, unlisted, allow_empty_subject, rsa_min_bits, rsa_max_bits, ec_curves, ed25519, max_validity_days)
	VALUES (policy_create.name, policy_create.description, policy_create.unlisted, policy_create.allow_empty_subject, policy_create.rsa_min_bits, policy_create.rsa_max_bits,
		policy_create.ec_curves, policy_create.ed25519, policy_create.max_validity_days)
	RETURNING id
$$;

ALTER FUNCTION scepgate.policy_create(name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_create(name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) IS 'Make a policy. Without rules it lists nothing, so with unlisted = refuse it refuses every name and usage.';

CREATE FUNCTION scepgate.policy_delete(name text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ DELETE FROM scepgate.policy l WHERE l.id = scepgate.policy_id(policy_delete.name) RETURNING l.id $$;

ALTER FUNCTION scepgate.policy_delete(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_delete(name text) IS 'Delete a policy, with its rules, that no profile uses.';

CREATE FUNCTION scepgate.policy_id(name text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.policy_id(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_id(name text) IS 'The number of a policy; raises no_data_found.';

CREATE FUNCTION scepgate.policy_limits_check() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	IF EXISTS (SELECT FROM scepgate.profile p JOIN scepgate.policy l ON l.id = p.policy_id
		WHERE CASE TG_TABLE_NAME WHEN 'profile' THEN p.id = NEW.id ELSE l.id = NEW.id END AND p.validity_days > l.max_validity_days)
	THEN
		RAISE EXCEPTION 'a profile may not give a longer validity than its policy allows (max_validity_days)'
			USING ERRCODE = 'check_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'profile_validity_is_within_its_policy';
	END IF;
	RETURN NULL;
END
$$;

ALTER FUNCTION scepgate.policy_limits_check() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_limits_check() IS 'Trigger: no profile gives a longer validity than its policy allows.';

CREATE FUNCTION scepgate.policy_rule_add(policy text, target text, effect text, item text, pattern text DEFAULT '*'::text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	INSERT INTO scepgate.policy_rule (policy_id, target, effect, item, pattern)
	VALUES (scepgate.policy_id(policy_rule_add.policy), policy_rule_add.target, policy_rule_add.effect, policy_rule_add.item, coalesce(policy_rule_add.pattern, '*')) RETURNING id
$$;

ALTER FUNCTION scepgate.policy_rule_add(policy text, target text, effect text, item text, pattern text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_rule_add(policy text, target text, effect text, item text, pattern text) IS 'Add a rule to a policy: target subject, san, key_usage or ext_key_usage; effect allow, require or deny.';

CREATE FUNCTION scepgate.policy_rule_count_check() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	IF (SELECT count(*) FROM scepgate.policy_rule r WHERE r.policy_id = NEW.policy_id) > 256 THEN
		RAISE EXCEPTION 'a policy has at most 256 rules'
			USING ERRCODE = 'check_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'policy_has_at_most_256_rules';
	END IF;
	RETURN NULL;
END
$$;

ALTER FUNCTION scepgate.policy_rule_count_check() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_rule_count_check() IS 'Trigger: a policy has at most 256 rules.';

CREATE FUNCTION scepgate.policy_rule_remove(policy text, target text, effect text, item text, pattern text DEFAULT '*'::text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
	old_id integer;
BEGIN
	DELETE FROM scepgate.policy_rule r WHERE r.policy_id = scepgate.policy_id(policy_rule_remove.policy) AND r.target = policy_rule_remove.target
		AND r.effect = policy_rule_remove.effect AND r.item = policy_rule_remove.item AND r.pattern = coalesce(policy_rule_remove.pattern, '*')
	RETURNING r.id INTO old_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the policy "%" has no such rule', policy_rule_remove.policy USING ERRCODE = 'no_data_found';
	END IF;
	RETURN old_id;
END
$$;

ALTER FUNCTION scepgate.policy_rule_remove(policy text, target text, effect text, item text, pattern text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.policy_rule_remove(policy text, target text, effect text, item text, pattern text) IS 'Remove a rule, named by all that it says; raises no_data_found.';

CREATE FUNCTION scepgate.private_key_create(pkcs8 bytea, spki_sha256 bytea) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ INSERT INTO scepgate.private_key (kind, pkcs8, spki_sha256) VALUES ('pkcs8', private_key_create.pkcs8, private_key_create.spki_sha256) RETURNING id $$;

ALTER FUNCTION scepgate.private_key_create(pkcs8 bytea, spki_sha256 bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.private_key_create(pkcs8 bytea, spki_sha256 bytea) IS 'Store an encrypted PKCS#8. For the functions that store certificates.';

CREATE FUNCTION scepgate.private_key_sweep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	DELETE FROM scepgate.private_key k WHERE k.id = OLD.private_key_id
		AND NOT EXISTS (SELECT FROM scepgate.ca c WHERE c.private_key_id = k.id) AND NOT EXISTS (SELECT FROM scepgate.ra_certificate r WHERE r.private_key_id = k.id)
		AND NOT EXISTS (SELECT FROM scepgate.ca_next n WHERE n.private_key_id = k.id);
	RETURN NULL;
END
$$;

ALTER FUNCTION scepgate.private_key_sweep() OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.private_key_sweep() IS 'Trigger: deletes a private key together with the last certificate that used it.';

CREATE FUNCTION scepgate.profile_alter(name text, new_name text DEFAULT NULL::text, ca text DEFAULT NULL::text, policy text DEFAULT NULL::text, description text DEFAULT NULL::text, validity_days integer DEFAULT NULL::integer, key_usage text[] DEFAULT NULL::text[], extended_key_usage text[] DEFAULT NULL::text[], backdate_seconds integer DEFAULT NULL::integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	UPDATE scepgate.profile p SET
		name = coalesce(profile_alter.new_name, p.name),
		description = coalesce(profile_alter.description, p.description),
		ca_id = CASE WHEN profile_alter.ca IS NULL THEN p.ca_id ELSE scepgate.ca_id(profile_alter.ca) END,
		policy_id = CASE WHEN profile_alter.policy IS NULL THEN p.policy_id ELSE scepgate.policy_id(profile_alter.policy) END,
		validity_days = coalesce(profile_alter.validity_days, p.validity_days),
		key_usage = coalesce(profile_alter.key_usage, p.key_usage),
		extended_key_usage = coalesce(profile_alter.extended_key_usage, p.extended_key_usage),
		backdate_seconds = coalesce(profile_alter.backdate_seconds, p.backdate_seconds)
	WHERE p.id = scepgate.profile_id(profile_alter.name) RETURNING p.id
$$;

ALTER FUNCTION scepgate.profile_alter(name text, new_name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.profile_alter(name text, new_name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) IS 'Change a profile, for all applications that it is attached to at once.';

CREATE FUNCTION scepgate.profile_create(name text, ca text, policy text, description text DEFAULT ''::text, validity_days integer DEFAULT 365, key_usage text[] DEFAULT '{digitalSignature,keyEncipherment}'::text[], extended_key_usage text[] DEFAULT '{clientAuth}'::text[], backdate_seconds integer DEFAULT 300) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	INSERT INTO scepgate.profile (name, description, ca_id, policy_id, validity_days, key_usage, extended_key_usage, backdate_seconds)
	VALUES (profile_create.name, profile_create.description, scepgate.ca_id(profile_create.ca), scepgate.policy_id(profile_create.policy), profile_create.validity_days,
		profile_create.key_usage, profile_create.extended_key_usage, profile_create.backdate_seconds)
	RETURNING id
$$;

ALTER FUNCTION scepgate.profile_create(name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.profile_create(name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) IS 'Make a profile of a CA, a policy and default values.';

CREATE FUNCTION scepgate.profile_delete(name text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ DELETE FROM scepgate.profile p WHERE p.id = scepgate.profile_id(profile_delete.name) RETURNING p.id $$;

ALTER FUNCTION scepgate.profile_delete(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.profile_delete(name text) IS 'Delete a profile that is attached to no application.';

CREATE FUNCTION scepgate.profile_id(name text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

ALTER FUNCTION scepgate.profile_id(name text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.profile_id(name text) IS 'The number of a profile; raises no_data_found.';

CREATE FUNCTION scepgate.ra_certificate_set(application text, profile text, certificate bytea, private_key bytea, spki_sha256 bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.endpoint_id(ra_certificate_set.application, ra_certificate_set.profile);
	new_id integer;
BEGIN
	UPDATE scepgate.ra_certificate SET state = 'retired' WHERE endpoint_id = site AND state = 'previous' AND not_after < now();
	UPDATE scepgate.ra_certificate SET state = 'previous' WHERE endpoint_id = site AND state = 'current';
	INSERT INTO scepgate.ra_certificate (endpoint_id, use, state, certificate, private_key_id, subject, not_before, not_after)
	VALUES (site, 'both', 'current', ra_certificate_set.certificate, scepgate.private_key_create(ra_certificate_set.private_key, ra_certificate_set.spki_sha256),
		ra_certificate_set.subject, ra_certificate_set.not_before, ra_certificate_set.not_after)
	RETURNING id INTO new_id;
	RETURN new_id;
END
$$;

ALTER FUNCTION scepgate.ra_certificate_set(application text, profile text, certificate bytea, private_key bytea, spki_sha256 bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.ra_certificate_set(application text, profile text, certificate bytea, private_key bytea, spki_sha256 bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone) IS 'Give an endpoint a new RA certificate: certificate in DER, private_key as encrypted PKCS#8. The one before becomes previous and still decrypts; expired previous ones are retired.';

CREATE FUNCTION scepgate.request_is_foreign(endpoint_id integer, requester_spki_sha256 bytea, csr_sha256 bytea) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT EXISTS (SELECT FROM scepgate.transaction t WHERE t.endpoint_id = request_is_foreign.endpoint_id AND t.csr_sha256 = request_is_foreign.csr_sha256
		AND t.requester_spki_sha256 <> request_is_foreign.requester_spki_sha256)
$$;

ALTER FUNCTION scepgate.request_is_foreign(endpoint_id integer, requester_spki_sha256 bytea, csr_sha256 bytea) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.request_is_foreign(endpoint_id integer, requester_spki_sha256 bytea, csr_sha256 bytea) IS 'Was the same certification request recorded on this endpoint for another requester key? Then whoever sends it now took it, with its challenge, from a message of somebody else.';

CREATE FUNCTION scepgate.transaction_approve(id bigint, reason text DEFAULT ''::text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT scepgate.transaction_decide(transaction_approve.id, 'approved', transaction_approve.reason) $$;

ALTER FUNCTION scepgate.transaction_approve(id bigint, reason text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.transaction_approve(id bigint, reason text) IS 'Approve a request that waits, or was denied and has not expired: the device gets its certificate when it asks next, if it does so within the pending lifetime of the endpoint.';

CREATE FUNCTION scepgate.transaction_decide(id bigint, decision text, reason text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
	request record;
BEGIN
	SELECT t.state, t.expires_at, t.decided_by, t.reference, t.subject, t.transaction_id, e.pending_lifetime, a.name AS application, p.name AS profile INTO request
	FROM scepgate.transaction t JOIN scepgate.endpoint e ON e.id = t.endpoint_id JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE t.id = transaction_decide.id
	FOR UPDATE OF t;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no transaction %', transaction_decide.id USING ERRCODE = 'no_data_found';
	END IF;
	IF request.state = 'issued' THEN
		RAISE EXCEPTION 'transaction % has its certificate already', transaction_decide.id USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF request.expires_at <= clock_timestamp() THEN
		RAISE EXCEPTION 'transaction % has expired: the device must ask again', transaction_decide.id USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF request.state = transaction_decide.decision THEN
		RAISE EXCEPTION 'transaction % was % already, by %', transaction_decide.id, request.state, request.decided_by USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	UPDATE scepgate.transaction t SET state = transaction_decide.decision, reason = coalesce(transaction_decide.reason, ''), decided_at = clock_timestamp(), decided_by = session_user,
		expires_at = CASE transaction_decide.decision WHEN 'approved' THEN clock_timestamp() + request.pending_lifetime ELSE t.expires_at END
	WHERE t.id = transaction_decide.id;
	INSERT INTO scepgate.audit_event (event, application, profile, reference, detail)
	VALUES ('enrolment_' || transaction_decide.decision, request.application, request.profile, nullif(request.reference, ''),
		jsonb_build_object('transaction', transaction_decide.id, 'transaction_id', scepgate.octets_as_text(request.transaction_id), 'subject', left(request.subject, 1024),
			'reason', coalesce(transaction_decide.reason, ''), 'before', request.state));
	RETURN transaction_decide.id;
END
$$;

ALTER FUNCTION scepgate.transaction_decide(id bigint, decision text, reason text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.transaction_decide(id bigint, decision text, reason text) IS 'Decide on a request that has no certificate yet and has not expired. For transaction_approve and transaction_deny.';

CREATE FUNCTION scepgate.transaction_deny(id bigint, reason text DEFAULT ''::text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT scepgate.transaction_decide(transaction_deny.id, 'denied', transaction_deny.reason) $$;

ALTER FUNCTION scepgate.transaction_deny(id bigint, reason text) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.transaction_deny(id bigint, reason text) IS 'Deny a request that waits, or was approved and has no certificate yet. The device is told so, with the reason, until the request expires, which a denial does not put off; after that it may ask anew.';

CREATE FUNCTION scepgate.transaction_is_live(state text, updated_at timestamp with time zone, replay_window interval, expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT CASE state WHEN 'issued' THEN updated_at > clock_timestamp() - replay_window ELSE expires_at > clock_timestamp() END $$;

ALTER FUNCTION scepgate.transaction_is_live(state text, updated_at timestamp with time zone, replay_window interval, expires_at timestamp with time zone) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.transaction_is_live(state text, updated_at timestamp with time zone, replay_window interval, expires_at timestamp with time zone) IS 'Does a transaction still answer for its request? An issued one inside the replay window, another one until it expires.';

CREATE FUNCTION scepgate.words_are_known(words text[], known text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT coalesce(array_ndims(words), 1) = 1 AND words <@ known AND cardinality(words) = (SELECT count(DISTINCT word) FROM unnest(words) AS t (word)) $$;

ALTER FUNCTION scepgate.words_are_known(words text[], known text[]) OWNER TO scepgate_owner;

COMMENT ON FUNCTION scepgate.words_are_known(words text[], known text[]) IS 'Is each word one of the known ones, none of them null or twice? An empty list is.';

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE scepgate.application (
    id integer NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT application_description_is_short CHECK ((length(description) <= 1000)),
    CONSTRAINT application_name_is_valid CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text))
);

ALTER TABLE scepgate.application OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.application IS 'Tenants: an application is a set of devices that belongs together and owns endpoints and issued certificates.';

COMMENT ON COLUMN scepgate.application.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.application.name IS 'Name in URLs and commands: 1 to 64 of a-z 0-9 - _ . starting with a letter or digit.';

COMMENT ON COLUMN scepgate.application.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.application.enabled IS 'False: all endpoints of the application are as if they were not there.';

COMMENT ON COLUMN scepgate.application.created_at IS 'When it was made.';

COMMENT ON CONSTRAINT application_description_is_short ON scepgate.application IS 'A description has at most 1000 characters.';

COMMENT ON CONSTRAINT application_name_is_valid ON scepgate.application IS 'The name of an application has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit.';

ALTER TABLE scepgate.application ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE scepgate.endpoint (
    id integer NOT NULL,
    application_id integer NOT NULL,
    profile_id integer NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    challenge_mode text DEFAULT 'none'::text NOT NULL,
    allowed_ciphers text[] DEFAULT '{aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc}'::text[] NOT NULL,
    allowed_digests text[] DEFAULT '{sha256,sha512,sha384,sha1}'::text[] NOT NULL,
    include_chain boolean DEFAULT true NOT NULL,
    replay_window interval DEFAULT '1 day'::interval NOT NULL,
    default_for_host text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    approval text DEFAULT 'none'::text NOT NULL,
    ca_certs text DEFAULT 'ra'::text NOT NULL,
    include_root boolean DEFAULT true NOT NULL,
    append_chain boolean DEFAULT false NOT NULL,
    password_recipient boolean DEFAULT false NOT NULL,
    allowed_keys text[] DEFAULT '{rsa-2048,rsa-3072,rsa-4096,rsa-other,ec-p256,ec-p384,ec-p521}'::text[] NOT NULL,
    pending_lifetime interval DEFAULT '7 days'::interval NOT NULL,
    CONSTRAINT endpoint_allowed_ciphers_are_known CHECK (((cardinality(allowed_ciphers) > 0) AND scepgate.words_are_known(allowed_ciphers, '{des-cbc,des3-cbc,aes128-cbc,aes192-cbc,aes256-cbc}'::text[]))),
    CONSTRAINT endpoint_allowed_digests_are_known CHECK (((cardinality(allowed_digests) > 0) AND scepgate.words_are_known(allowed_digests, '{md5,sha1,sha224,sha256,sha384,sha512}'::text[]))),
    CONSTRAINT endpoint_allowed_keys_are_known CHECK (((cardinality(allowed_keys) > 0) AND scepgate.words_are_known(allowed_keys, '{rsa-2048,rsa-3072,rsa-4096,rsa-other,ec-p256,ec-p384,ec-p521,ed25519}'::text[]))),
    CONSTRAINT endpoint_approval_is_known CHECK ((approval = ANY (ARRAY['none'::text, 'always'::text]))),
    CONSTRAINT endpoint_ca_certs_is_ra_or_ca CHECK ((ca_certs = ANY (ARRAY['ra'::text, 'ca'::text]))),
    CONSTRAINT endpoint_challenge_mode_is_known CHECK ((challenge_mode = ANY (ARRAY['none'::text, 'static'::text]))),
    CONSTRAINT endpoint_default_for_host_is_a_host CHECK (((default_for_host = '*'::text) OR ((length(default_for_host) <= 253) AND (default_for_host ~ '^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$'::text)) OR (default_for_host ~ '^\[[0-9a-f:.]+\]$'::text))),
    CONSTRAINT endpoint_pending_lifetime_is_1_minute_to_90_days CHECK (((pending_lifetime >= '00:01:00'::interval) AND (pending_lifetime <= '90 days'::interval))),
    CONSTRAINT endpoint_replay_window_is_0_to_30_days CHECK (((replay_window >= '00:00:00'::interval) AND (replay_window <= '30 days'::interval)))
);

ALTER TABLE scepgate.endpoint OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.endpoint IS 'Endpoints: one application and profile with SCEP settings; each has one URL. A row is the settings alone, see endpoints for the whole.';

COMMENT ON COLUMN scepgate.endpoint.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.endpoint.application_id IS 'The application.';

COMMENT ON COLUMN scepgate.endpoint.profile_id IS 'The profile.';

COMMENT ON COLUMN scepgate.endpoint.version IS 'Counted up by triggers whenever anything that concerns this endpoint changes; a worker that loaded another version can record nothing.';

COMMENT ON COLUMN scepgate.endpoint.enabled IS 'False: answers as if it were not there.';

COMMENT ON COLUMN scepgate.endpoint.challenge_mode IS 'none: every enrolment is refused. static: one of its static challenges is needed.';

COMMENT ON COLUMN scepgate.endpoint.allowed_ciphers IS 'Content ciphers taken and advertised, preferred first. des-cbc is for old devices that know nothing else.';

COMMENT ON COLUMN scepgate.endpoint.allowed_digests IS 'Digests taken and advertised, preferred first. md5 is for old devices that know nothing else.';

COMMENT ON COLUMN scepgate.endpoint.include_chain IS 'True: GetCACert carries CA and chain beside the RA certificate.';

COMMENT ON COLUMN scepgate.endpoint.replay_window IS 'How long the same request gets the same certificate again.';

COMMENT ON COLUMN scepgate.endpoint.default_for_host IS 'Host name, lower case, for which this endpoint answers on paths without names; * for all other hosts.';

COMMENT ON COLUMN scepgate.endpoint.created_at IS 'When it was made.';

COMMENT ON COLUMN scepgate.endpoint.approval IS 'none: what is authorised is issued at once. always: each request waits for an operator.';

COMMENT ON COLUMN scepgate.endpoint.ca_certs IS 'ra: GetCACert starts with the RA certificate. ca: the CA is its own RA; requests are encrypted to the CA''s key, which must be RSA, and GetCACert starts with its certificate.';

COMMENT ON COLUMN scepgate.endpoint.include_root IS 'True: the chain, where one is sent, goes up to its self-signed root. False: the root is left out.';

COMMENT ON COLUMN scepgate.endpoint.append_chain IS 'True: a reply carries CA and chain behind the issued certificate. Some devices take the last certificate, or have room for one.';

COMMENT ON COLUMN scepgate.endpoint.password_recipient IS 'True: the reply to a key that cannot decrypt (EC, Ed25519) is encrypted under the challenge (RFC 8894 section 3.1).';

COMMENT ON COLUMN scepgate.endpoint.allowed_keys IS 'Types and sizes of keys that may be certified, on top of what the policy allows.';

COMMENT ON COLUMN scepgate.endpoint.pending_lifetime IS 'How long a request waits for an operator; counted anew for the device when it is approved.';

COMMENT ON CONSTRAINT endpoint_allowed_ciphers_are_known ON scepgate.endpoint IS 'Ciphers are aes128-cbc, aes192-cbc, aes256-cbc, des3-cbc and des-cbc, each at most once and at least one.';

COMMENT ON CONSTRAINT endpoint_allowed_digests_are_known ON scepgate.endpoint IS 'Digests are sha256, sha512, sha384, sha224, sha1 and md5, each at most once and at least one.';

COMMENT ON CONSTRAINT endpoint_allowed_keys_are_known ON scepgate.endpoint IS 'Keys are rsa-2048, rsa-3072, rsa-4096, rsa-other, ec-p256, ec-p384, ec-p521 and ed25519, each at most once and at least one.';

COMMENT ON CONSTRAINT endpoint_approval_is_known ON scepgate.endpoint IS 'approval is none or always.';

COMMENT ON CONSTRAINT endpoint_ca_certs_is_ra_or_ca ON scepgate.endpoint IS 'ca_certs is ra or ca.';

COMMENT ON CONSTRAINT endpoint_challenge_mode_is_known ON scepgate.endpoint IS 'challenge_mode is none or static.';

COMMENT ON CONSTRAINT endpoint_default_for_host_is_a_host ON scepgate.endpoint IS 'default_for_host is a host name or address in lower case without port, or *.';

COMMENT ON CONSTRAINT endpoint_pending_lifetime_is_1_minute_to_90_days ON scepgate.endpoint IS 'The pending lifetime is 1 minute to 90 days.';

COMMENT ON CONSTRAINT endpoint_replay_window_is_0_to_30_days ON scepgate.endpoint IS 'The replay window is 0 to 30 days.';

CREATE VIEW scepgate.applications AS
 SELECT a.name,
    a.description,
    a.enabled,
    ( SELECT count(*) AS count
           FROM scepgate.endpoint e
          WHERE (e.application_id = a.id)) AS endpoints,
    a.created_at
   FROM scepgate.application a;

ALTER TABLE scepgate.applications OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.applications IS 'Applications.';

COMMENT ON COLUMN scepgate.applications.name IS 'Name in URLs and commands: 1 to 64 of a-z 0-9 - _ . starting with a letter or digit.';

COMMENT ON COLUMN scepgate.applications.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.applications.enabled IS 'False: all endpoints of the application are as if they were not there.';

COMMENT ON COLUMN scepgate.applications.endpoints IS 'How many endpoints it has.';

COMMENT ON COLUMN scepgate.applications.created_at IS 'When it was made.';

CREATE TABLE scepgate.audit_event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    event text NOT NULL,
    actor text DEFAULT SESSION_USER NOT NULL,
    application text,
    profile text,
    reference text,
    client_address inet,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_event_detail_is_an_object CHECK ((jsonb_typeof(detail) = 'object'::text)),
    CONSTRAINT audit_event_detail_is_short CHECK ((octet_length((detail)::text) <= 16384)),
    CONSTRAINT audit_event_event_is_a_word CHECK ((event ~ '^[a-z_]{1,64}$'::text))
);

ALTER TABLE scepgate.audit_event OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.audit_event IS 'The audit trail: enrolments granted and refused, and every change of configuration, also by plain SQL. Only grows.';

COMMENT ON COLUMN scepgate.audit_event.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.audit_event.at IS 'When it happened.';

COMMENT ON COLUMN scepgate.audit_event.event IS 'What happened, one word: certificate_issued, enrolment_refused, enrolment_pending, enrolment_approved, enrolment_denied, crl_published, or table_created, table_changed, table_deleted.';

COMMENT ON COLUMN scepgate.audit_event.actor IS 'The role that logged in to the database.';

COMMENT ON COLUMN scepgate.audit_event.application IS 'Name of the application at that time.';

COMMENT ON COLUMN scepgate.audit_event.profile IS 'Name of the profile at that time.';

COMMENT ON COLUMN scepgate.audit_event.reference IS 'Reference id of the request, as in the log and in the reply to the device.';

COMMENT ON COLUMN scepgate.audit_event.client_address IS 'Where the request came from.';

COMMENT ON COLUMN scepgate.audit_event.detail IS 'The rest. Never holds a secret.';

COMMENT ON CONSTRAINT audit_event_detail_is_an_object ON scepgate.audit_event IS 'The detail of an event is a JSON object.';

COMMENT ON CONSTRAINT audit_event_detail_is_short ON scepgate.audit_event IS 'The detail of an event has at most 16384 octets.';

COMMENT ON CONSTRAINT audit_event_event_is_a_word ON scepgate.audit_event IS 'An event is one word of a-z and _.';

ALTER TABLE scepgate.audit_event ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.audit_events AS
 SELECT v.id,
    v.at,
    v.event,
    v.actor,
    v.application,
    v.profile,
    v.reference,
    v.client_address,
    v.detail
   FROM scepgate.audit_event v;

ALTER TABLE scepgate.audit_events OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.audit_events IS 'The audit trail.';

COMMENT ON COLUMN scepgate.audit_events.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.audit_events.at IS 'When it happened.';

COMMENT ON COLUMN scepgate.audit_events.event IS 'What happened, one word: certificate_issued, enrolment_refused, enrolment_pending, enrolment_approved, enrolment_denied, crl_published, or table_created, table_changed, table_deleted.';

COMMENT ON COLUMN scepgate.audit_events.actor IS 'The role that logged in to the database.';

COMMENT ON COLUMN scepgate.audit_events.application IS 'Name of the application at that time.';

COMMENT ON COLUMN scepgate.audit_events.profile IS 'Name of the profile at that time.';

COMMENT ON COLUMN scepgate.audit_events.reference IS 'Reference id of the request, as in the log and in the reply to the device.';

COMMENT ON COLUMN scepgate.audit_events.client_address IS 'Where the request came from.';

COMMENT ON COLUMN scepgate.audit_events.detail IS 'The rest. Never holds a secret.';

CREATE TABLE scepgate.ca (
    id integer NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    certificate bytea NOT NULL,
    private_key_id integer,
    issuer_id integer,
    subject text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ca_certificate_has_a_length CHECK (((octet_length(certificate) >= 1) AND (octet_length(certificate) <= 65536))),
    CONSTRAINT ca_description_is_short CHECK ((length(description) <= 1000)),
    CONSTRAINT ca_is_not_its_own_issuer CHECK ((issuer_id <> id)),
    CONSTRAINT ca_name_is_valid CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text)),
    CONSTRAINT ca_validity_is_in_order CHECK ((not_before < not_after))
);

ALTER TABLE scepgate.ca OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.ca IS 'Certificate authorities. One without a private key is a link of a chain and issues nothing.';

COMMENT ON COLUMN scepgate.ca.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.ca.name IS 'Name in URLs and commands, as for applications.';

COMMENT ON COLUMN scepgate.ca.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.ca.enabled IS 'False: nothing is issued; endpoints of its profiles are as if they were not there.';

COMMENT ON COLUMN scepgate.ca.certificate IS 'The CA certificate, DER.';

COMMENT ON COLUMN scepgate.ca.private_key_id IS 'Its key; null for a CA that is only a link of a chain.';

COMMENT ON COLUMN scepgate.ca.issuer_id IS 'The CA above it; null for a root, or when the one above is not known here.';

COMMENT ON COLUMN scepgate.ca.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.ca.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.ca.not_after IS 'End of its validity; no issued certificate lasts longer.';

COMMENT ON COLUMN scepgate.ca.created_at IS 'When it was stored.';

COMMENT ON CONSTRAINT ca_certificate_has_a_length ON scepgate.ca IS 'A CA certificate has 1 to 65536 octets.';

COMMENT ON CONSTRAINT ca_description_is_short ON scepgate.ca IS 'A description has at most 1000 characters.';

COMMENT ON CONSTRAINT ca_is_not_its_own_issuer ON scepgate.ca IS 'A root has no issuer here; a CA cannot name itself.';

COMMENT ON CONSTRAINT ca_name_is_valid ON scepgate.ca IS 'The name of a CA has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit.';

COMMENT ON CONSTRAINT ca_validity_is_in_order ON scepgate.ca IS 'not_before must be earlier than not_after.';

CREATE VIEW scepgate.ca_certificates AS
 SELECT c.name,
    i.name AS issuer,
    c.subject,
    c.not_before,
    c.not_after,
    c.certificate
   FROM (scepgate.ca c
     LEFT JOIN scepgate.ca i ON ((i.id = c.issuer_id)));

ALTER TABLE scepgate.ca_certificates OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.ca_certificates IS 'CA certificates, for publication.';

COMMENT ON COLUMN scepgate.ca_certificates.name IS 'Name in URLs and commands, as for applications.';

COMMENT ON COLUMN scepgate.ca_certificates.issuer IS 'Name of the CA above it, if it is known here.';

COMMENT ON COLUMN scepgate.ca_certificates.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.ca_certificates.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.ca_certificates.not_after IS 'End of its validity; no issued certificate lasts longer.';

COMMENT ON COLUMN scepgate.ca_certificates.certificate IS 'The CA certificate, DER.';

ALTER TABLE scepgate.ca ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.ca_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE scepgate.ca_next (
    id integer NOT NULL,
    ca_id integer NOT NULL,
    certificate bytea NOT NULL,
    private_key_id integer,
    subject text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ca_next_certificate_has_a_length CHECK (((octet_length(certificate) >= 1) AND (octet_length(certificate) <= 65536))),
    CONSTRAINT ca_next_validity_is_in_order CHECK ((not_before < not_after))
);

ALTER TABLE scepgate.ca_next OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.ca_next IS 'The next certificates of CAs, as GetNextCACert gives them out.';

COMMENT ON COLUMN scepgate.ca_next.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.ca_next.ca_id IS 'The CA whose next certificate it is.';

COMMENT ON COLUMN scepgate.ca_next.certificate IS 'The next certificate, DER.';

COMMENT ON COLUMN scepgate.ca_next.private_key_id IS 'Its key; null when that is not kept here yet.';

COMMENT ON COLUMN scepgate.ca_next.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.ca_next.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.ca_next.not_after IS 'End of its validity.';

COMMENT ON COLUMN scepgate.ca_next.created_at IS 'When it was stored.';

COMMENT ON CONSTRAINT ca_next_certificate_has_a_length ON scepgate.ca_next IS 'A CA certificate has 1 to 65536 octets.';

COMMENT ON CONSTRAINT ca_next_validity_is_in_order ON scepgate.ca_next IS 'not_before must be earlier than not_after.';

ALTER TABLE scepgate.ca_next ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.ca_next_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE scepgate.private_key (
    id integer NOT NULL,
    kind text DEFAULT 'pkcs8'::text NOT NULL,
    pkcs8 bytea,
    uri text,
    spki_sha256 bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT private_key_is_encrypted CHECK (((POSITION(('\x06092a864886f70d01050d'::bytea) IN (SUBSTRING(pkcs8 FROM 1 FOR 24))) > 0) AND (octet_length(pkcs8) <= 65536))),
    CONSTRAINT private_key_is_where_its_kind_says CHECK ((((kind = 'pkcs8'::text) = (pkcs8 IS NOT NULL)) AND ((kind = 'pkcs11'::text) = (uri IS NOT NULL)))),
    CONSTRAINT private_key_kind_is_known CHECK ((kind = ANY (ARRAY['pkcs8'::text, 'pkcs11'::text]))),
    CONSTRAINT private_key_spki_sha256_is_sha256 CHECK ((octet_length(spki_sha256) = 32)),
    CONSTRAINT private_key_uri_is_pkcs11 CHECK (((uri ~~ 'pkcs11:%'::text) AND (uri !~~ '%pin-value=%'::text)))
);

ALTER TABLE scepgate.private_key OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.private_key IS 'Private keys of CAs and RA certificates: encrypted PKCS#8, or the URI of a key in a token. Deleted with the last certificate that uses them.';

COMMENT ON COLUMN scepgate.private_key.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.private_key.kind IS 'pkcs8: encrypted in the column pkcs8. pkcs11: in a token, named by uri.';

COMMENT ON COLUMN scepgate.private_key.pkcs8 IS 'EncryptedPrivateKeyInfo (PBES2) under the key-encryption secret, which is not in this database.';

COMMENT ON COLUMN scepgate.private_key.uri IS 'PKCS#11 URI without a PIN.';

COMMENT ON COLUMN scepgate.private_key.spki_sha256 IS 'SHA-256 of the SubjectPublicKeyInfo, to match key and certificate.';

COMMENT ON COLUMN scepgate.private_key.created_at IS 'When it was stored.';

COMMENT ON CONSTRAINT private_key_is_encrypted ON scepgate.private_key IS 'A private key is stored as encrypted PKCS#8 (PBES2) only, of at most 64 KiB.';

COMMENT ON CONSTRAINT private_key_is_where_its_kind_says ON scepgate.private_key IS 'A key of kind pkcs8 has pkcs8 and no uri, one of kind pkcs11 has a uri and no pkcs8.';

COMMENT ON CONSTRAINT private_key_kind_is_known ON scepgate.private_key IS 'A private key is of kind pkcs8 or pkcs11.';

COMMENT ON CONSTRAINT private_key_spki_sha256_is_sha256 ON scepgate.private_key IS 'A SHA-256 digest has 32 octets.';

COMMENT ON CONSTRAINT private_key_uri_is_pkcs11 ON scepgate.private_key IS 'The URI of a key starts with pkcs11: and holds no PIN.';

CREATE TABLE scepgate.profile (
    id integer NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    ca_id integer NOT NULL,
    policy_id integer NOT NULL,
    validity_days integer DEFAULT 365 NOT NULL,
    key_usage text[] DEFAULT '{digitalSignature,keyEncipherment}'::text[] NOT NULL,
    extended_key_usage text[] DEFAULT '{clientAuth}'::text[] NOT NULL,
    backdate_seconds integer DEFAULT 300 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT profile_backdate_is_0_to_86400_seconds CHECK (((backdate_seconds >= 0) AND (backdate_seconds <= 86400))),
    CONSTRAINT profile_description_is_short CHECK ((length(description) <= 1000)),
    CONSTRAINT profile_extended_key_usage_is_known CHECK (scepgate.are_key_purposes(extended_key_usage)),
    CONSTRAINT profile_key_usage_is_known CHECK (scepgate.words_are_known(key_usage, '{digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,encipherOnly,decipherOnly}'::text[])),
    CONSTRAINT profile_name_is_valid CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text)),
    CONSTRAINT profile_validity_is_1_to_36500_days CHECK (((validity_days >= 1) AND (validity_days <= 36500)))
);

ALTER TABLE scepgate.profile OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.profile IS 'Profiles: a CA, a policy and default values; attached to applications.';

COMMENT ON COLUMN scepgate.profile.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.profile.name IS 'Name in URLs and commands, as for applications.';

COMMENT ON COLUMN scepgate.profile.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.profile.ca_id IS 'The CA that signs.';

COMMENT ON COLUMN scepgate.profile.policy_id IS 'The policy that decides.';

COMMENT ON COLUMN scepgate.profile.validity_days IS 'Validity of issued certificates; cut at the end of the CA.';

COMMENT ON COLUMN scepgate.profile.key_usage IS 'Key usages when the request asks none, RFC 5280 names.';

COMMENT ON COLUMN scepgate.profile.extended_key_usage IS 'Extended key usages when the request asks none: names or dotted.';

COMMENT ON COLUMN scepgate.profile.backdate_seconds IS 'How far notBefore is set back for devices with slow clocks.';

COMMENT ON COLUMN scepgate.profile.created_at IS 'When it was made.';

COMMENT ON CONSTRAINT profile_backdate_is_0_to_86400_seconds ON scepgate.profile IS 'backdate_seconds is 0 to 86400.';

COMMENT ON CONSTRAINT profile_description_is_short ON scepgate.profile IS 'A description has at most 1000 characters.';

COMMENT ON CONSTRAINT profile_extended_key_usage_is_known ON scepgate.profile IS 'Extended key usages are short names (clientAuth, serverAuth, …) or dotted object identifiers, at most 32, each at most once.';

COMMENT ON CONSTRAINT profile_key_usage_is_known ON scepgate.profile IS 'Key usages are digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, encipherOnly, decipherOnly, each at most once. keyCertSign and cRLSign are never given to a device.';

COMMENT ON CONSTRAINT profile_name_is_valid ON scepgate.profile IS 'The name of a profile has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit.';

COMMENT ON CONSTRAINT profile_validity_is_1_to_36500_days ON scepgate.profile IS 'validity_days is 1 to 36500.';

CREATE VIEW scepgate.cas AS
 SELECT c.name,
    c.description,
    c.enabled,
    c.subject,
    i.name AS issuer,
    c.not_before,
    c.not_after,
    COALESCE(k.kind, 'none'::text) AS key,
    encode(sha256(c.certificate), 'hex'::text) AS sha256,
    ( SELECT count(*) AS count
           FROM scepgate.profile p
          WHERE (p.ca_id = c.id)) AS profiles,
    c.created_at,
    c.certificate
   FROM ((scepgate.ca c
     LEFT JOIN scepgate.ca i ON ((i.id = c.issuer_id)))
     LEFT JOIN scepgate.private_key k ON ((k.id = c.private_key_id)));

ALTER TABLE scepgate.cas OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.cas IS 'Certificate authorities.';

COMMENT ON COLUMN scepgate.cas.name IS 'Name in URLs and commands, as for applications.';

COMMENT ON COLUMN scepgate.cas.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.cas.enabled IS 'False: nothing is issued; endpoints of its profiles are as if they were not there.';

COMMENT ON COLUMN scepgate.cas.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.cas.issuer IS 'Name of the CA above it, if it is known here.';

COMMENT ON COLUMN scepgate.cas.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.cas.not_after IS 'End of its validity; no issued certificate lasts longer.';

COMMENT ON COLUMN scepgate.cas.key IS 'Where its key is: pkcs8 (here, encrypted), pkcs11 (in a token), none.';

COMMENT ON COLUMN scepgate.cas.sha256 IS 'SHA-256 fingerprint of the certificate.';

COMMENT ON COLUMN scepgate.cas.profiles IS 'How many profiles use it.';

COMMENT ON COLUMN scepgate.cas.created_at IS 'When it was stored.';

COMMENT ON COLUMN scepgate.cas.certificate IS 'The CA certificate, DER.';

CREATE TABLE scepgate.certificate (
    id bigint NOT NULL,
    ca_id integer NOT NULL,
    serial bytea NOT NULL,
    application_id integer NOT NULL,
    endpoint_id integer NOT NULL,
    der bytea NOT NULL,
    csr_der bytea NOT NULL,
    sha256 bytea GENERATED ALWAYS AS (sha256(der)) STORED NOT NULL,
    spki_sha256 bytea NOT NULL,
    subject text NOT NULL,
    sans text DEFAULT ''::text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    message_type integer NOT NULL,
    authorisation text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    renewal_of bigint,
    revoked_at timestamp with time zone,
    revocation_reason integer,
    reference text DEFAULT ''::text NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT certificate_authorisation_is_known CHECK ((authorisation = ANY (ARRAY['static_challenge'::text, 'approval'::text]))),
    CONSTRAINT certificate_csr_der_has_a_length CHECK (((octet_length(csr_der) >= 1) AND (octet_length(csr_der) <= 1048576))),
    CONSTRAINT certificate_der_has_a_length CHECK (((octet_length(der) >= 1) AND (octet_length(der) <= 1048576))),
    CONSTRAINT certificate_message_type_can_issue CHECK ((message_type = ANY (ARRAY[17, 19]))),
    CONSTRAINT certificate_reason_comes_with_revocation CHECK (((revoked_at IS NULL) = (revocation_reason IS NULL))),
    CONSTRAINT certificate_revocation_reason_is_known CHECK ((revocation_reason = ANY (ARRAY[0, 1, 2, 3, 4, 5, 6, 8, 9, 10]))),
    CONSTRAINT certificate_serial_is_1_to_20_octets CHECK (((octet_length(serial) >= 1) AND (octet_length(serial) <= 20))),
    CONSTRAINT certificate_spki_sha256_is_sha256 CHECK ((octet_length(spki_sha256) = 32)),
    CONSTRAINT certificate_validity_is_in_order CHECK ((not_before < not_after))
);

ALTER TABLE scepgate.certificate OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.certificate IS 'Issued certificates, written by enrol_commit() alone.';

COMMENT ON COLUMN scepgate.certificate.id IS 'Number of the row, in order of issuance.';

COMMENT ON COLUMN scepgate.certificate.ca_id IS 'The CA that signed it.';

COMMENT ON COLUMN scepgate.certificate.serial IS 'Serial number, content octets of the INTEGER.';

COMMENT ON COLUMN scepgate.certificate.application_id IS 'The application that it belongs to.';

COMMENT ON COLUMN scepgate.certificate.endpoint_id IS 'The endpoint that issued it.';

COMMENT ON COLUMN scepgate.certificate.der IS 'The certificate, DER.';

COMMENT ON COLUMN scepgate.certificate.csr_der IS 'The request as it was asked, with the challenge overwritten and without its signature.';

COMMENT ON COLUMN scepgate.certificate.sha256 IS 'SHA-256 fingerprint of the certificate.';

COMMENT ON COLUMN scepgate.certificate.spki_sha256 IS 'SHA-256 of its SubjectPublicKeyInfo.';

COMMENT ON COLUMN scepgate.certificate.subject IS 'Subject, RFC 4514 text.';

COMMENT ON COLUMN scepgate.certificate.sans IS 'Subject alternative names, as text; empty when there are none.';

COMMENT ON COLUMN scepgate.certificate.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.certificate.not_after IS 'End of its validity.';

COMMENT ON COLUMN scepgate.certificate.message_type IS 'SCEP message type that asked for it: 19 PKCSReq, 17 RenewalReq.';

COMMENT ON COLUMN scepgate.certificate.authorisation IS 'What authorised it.';

COMMENT ON COLUMN scepgate.certificate.notes IS 'What policy dropped from the request.';

COMMENT ON COLUMN scepgate.certificate.renewal_of IS 'The certificate that it renews.';

COMMENT ON COLUMN scepgate.certificate.revoked_at IS 'When it was revoked; null when it was not.';

COMMENT ON COLUMN scepgate.certificate.revocation_reason IS 'CRLReason of RFC 5280 section 5.3.1.';

COMMENT ON COLUMN scepgate.certificate.reference IS 'Reference id of the request, as in the log and in audit_event.';

COMMENT ON COLUMN scepgate.certificate.issued_at IS 'When it was recorded.';

COMMENT ON CONSTRAINT certificate_authorisation_is_known ON scepgate.certificate IS 'The authorisation is static_challenge or approval.';

COMMENT ON CONSTRAINT certificate_csr_der_has_a_length ON scepgate.certificate IS 'A certification request has 1 to 1048576 octets.';

COMMENT ON CONSTRAINT certificate_der_has_a_length ON scepgate.certificate IS 'A certificate has 1 to 1048576 octets.';

COMMENT ON CONSTRAINT certificate_message_type_can_issue ON scepgate.certificate IS 'Only PKCSReq (19) and RenewalReq (17) lead to a certificate.';

COMMENT ON CONSTRAINT certificate_reason_comes_with_revocation ON scepgate.certificate IS 'A revoked certificate has a time and a reason, another one neither.';

COMMENT ON CONSTRAINT certificate_revocation_reason_is_known ON scepgate.certificate IS 'A revocation reason is 0 to 6 or 8 to 10 (RFC 5280 section 5.3.1).';

COMMENT ON CONSTRAINT certificate_serial_is_1_to_20_octets ON scepgate.certificate IS 'A serial number has 1 to 20 octets (RFC 5280 section 4.1.2.2).';

COMMENT ON CONSTRAINT certificate_spki_sha256_is_sha256 ON scepgate.certificate IS 'A SHA-256 digest has 32 octets.';

COMMENT ON CONSTRAINT certificate_validity_is_in_order ON scepgate.certificate IS 'not_before must be earlier than not_after.';

CREATE VIEW scepgate.certificate_files AS
 SELECT c.id,
    encode(c.serial, 'hex'::text) AS serial,
    a.name AS application,
    i.name AS ca,
    c.der AS certificate,
    c.csr_der AS csr
   FROM ((scepgate.certificate c
     JOIN scepgate.application a ON ((a.id = c.application_id)))
     JOIN scepgate.ca i ON ((i.id = c.ca_id)));

ALTER TABLE scepgate.certificate_files OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.certificate_files IS 'Issued certificates and their requests, DER.';

COMMENT ON COLUMN scepgate.certificate_files.id IS 'Number of the row, in order of issuance.';

COMMENT ON COLUMN scepgate.certificate_files.serial IS 'Serial number, hexadecimal.';

COMMENT ON COLUMN scepgate.certificate_files.application IS 'Name of the application that it belongs to.';

COMMENT ON COLUMN scepgate.certificate_files.ca IS 'Name of the CA that signed it.';

COMMENT ON COLUMN scepgate.certificate_files.certificate IS 'The certificate, DER.';

COMMENT ON COLUMN scepgate.certificate_files.csr IS 'The request as it was asked, with the challenge overwritten and without its signature.';

ALTER TABLE scepgate.certificate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.certificates AS
 SELECT c.id,
    encode(c.serial, 'hex'::text) AS serial,
    a.name AS application,
    p.name AS profile,
    i.name AS ca,
    c.subject,
    c.sans,
    c.not_before,
    c.not_after,
        CASE
            WHEN (c.revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (c.not_after < now()) THEN 'expired'::text
            WHEN (c.not_before > now()) THEN 'not yet valid'::text
            ELSE 'valid'::text
        END AS state,
    c.issued_at,
    c.authorisation,
    c.message_type,
    encode(c.sha256, 'hex'::text) AS sha256,
    encode(c.spki_sha256, 'hex'::text) AS spki_sha256,
    c.notes,
    c.reference,
    c.renewal_of,
    c.revoked_at,
    c.revocation_reason
   FROM ((((scepgate.certificate c
     JOIN scepgate.application a ON ((a.id = c.application_id)))
     JOIN scepgate.endpoint e ON ((e.id = c.endpoint_id)))
     JOIN scepgate.profile p ON ((p.id = e.profile_id)))
     JOIN scepgate.ca i ON ((i.id = c.ca_id)));

ALTER TABLE scepgate.certificates OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.certificates IS 'Issued certificates.';

COMMENT ON COLUMN scepgate.certificates.id IS 'Number of the row, in order of issuance.';

COMMENT ON COLUMN scepgate.certificates.serial IS 'Serial number, hexadecimal.';

COMMENT ON COLUMN scepgate.certificates.application IS 'Name of the application that it belongs to.';

COMMENT ON COLUMN scepgate.certificates.profile IS 'Name of the profile.';

COMMENT ON COLUMN scepgate.certificates.ca IS 'Name of the CA that signed it.';

COMMENT ON COLUMN scepgate.certificates.subject IS 'Subject, RFC 4514 text.';

COMMENT ON COLUMN scepgate.certificates.sans IS 'Subject alternative names, as text; empty when there are none.';

COMMENT ON COLUMN scepgate.certificates.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.certificates.not_after IS 'End of its validity.';

COMMENT ON COLUMN scepgate.certificates.state IS 'valid, expired, not yet valid or revoked.';

COMMENT ON COLUMN scepgate.certificates.issued_at IS 'When it was recorded.';

COMMENT ON COLUMN scepgate.certificates.authorisation IS 'What authorised it.';

COMMENT ON COLUMN scepgate.certificates.message_type IS 'SCEP message type that asked for it: 19 PKCSReq, 17 RenewalReq.';

COMMENT ON COLUMN scepgate.certificates.sha256 IS 'SHA-256 fingerprint of the certificate.';

COMMENT ON COLUMN scepgate.certificates.spki_sha256 IS 'SHA-256 of its SubjectPublicKeyInfo.';

COMMENT ON COLUMN scepgate.certificates.notes IS 'What policy dropped from the request.';

COMMENT ON COLUMN scepgate.certificates.reference IS 'Reference id of the request, as in the log and in audit_event.';

COMMENT ON COLUMN scepgate.certificates.renewal_of IS 'The certificate that it renews.';

COMMENT ON COLUMN scepgate.certificates.revoked_at IS 'When it was revoked; null when it was not.';

COMMENT ON COLUMN scepgate.certificates.revocation_reason IS 'CRLReason of RFC 5280 section 5.3.1.';

CREATE TABLE scepgate.crl (
    ca_id integer NOT NULL,
    number bigint NOT NULL,
    this_update timestamp with time zone NOT NULL,
    next_update timestamp with time zone NOT NULL,
    der bytea NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT crl_der_has_a_length CHECK (((octet_length(der) >= 1) AND (octet_length(der) <= 67108864))),
    CONSTRAINT crl_number_is_positive CHECK ((number > 0)),
    CONSTRAINT crl_updates_are_in_order CHECK ((this_update < next_update))
);

ALTER TABLE scepgate.crl OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.crl IS 'Certificate revocation lists, written by crl_publish() alone.';

COMMENT ON COLUMN scepgate.crl.ca_id IS 'The CA that signed it.';

COMMENT ON COLUMN scepgate.crl.number IS 'Its CRL number.';

COMMENT ON COLUMN scepgate.crl.this_update IS 'When it was made.';

COMMENT ON COLUMN scepgate.crl.next_update IS 'When the next one is due at the latest.';

COMMENT ON COLUMN scepgate.crl.der IS 'The CRL, DER.';

COMMENT ON COLUMN scepgate.crl.published_at IS 'When it was stored here.';

COMMENT ON CONSTRAINT crl_der_has_a_length ON scepgate.crl IS 'A CRL has 1 to 67108864 octets.';

COMMENT ON CONSTRAINT crl_number_is_positive ON scepgate.crl IS 'CRLs are numbered from 1.';

COMMENT ON CONSTRAINT crl_updates_are_in_order ON scepgate.crl IS 'this_update must be earlier than next_update.';

CREATE VIEW scepgate.crls AS
 SELECT c.name AS ca,
    l.number,
    l.this_update,
    l.next_update,
    l.published_at,
    octet_length(l.der) AS octets,
    encode(sha256(l.der), 'hex'::text) AS sha256,
    l.der AS crl
   FROM (scepgate.crl l
     JOIN scepgate.ca c ON ((c.id = l.ca_id)));

ALTER TABLE scepgate.crls OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.crls IS 'Certificate revocation lists.';

COMMENT ON COLUMN scepgate.crls.ca IS 'Name of the CA that signed it.';

COMMENT ON COLUMN scepgate.crls.number IS 'Its CRL number.';

COMMENT ON COLUMN scepgate.crls.this_update IS 'When it was made.';

COMMENT ON COLUMN scepgate.crls.next_update IS 'When the next one is due at the latest.';

COMMENT ON COLUMN scepgate.crls.published_at IS 'When it was stored here.';

COMMENT ON COLUMN scepgate.crls.octets IS 'Length of the CRL.';

COMMENT ON COLUMN scepgate.crls.sha256 IS 'SHA-256 digest of the CRL.';

COMMENT ON COLUMN scepgate.crls.crl IS 'The CRL, DER.';

ALTER TABLE scepgate.endpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.endpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE scepgate.policy (
    id integer NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    unlisted text DEFAULT 'refuse'::text NOT NULL,
    allow_empty_subject boolean DEFAULT false NOT NULL,
    rsa_min_bits integer DEFAULT 2048 NOT NULL,
    rsa_max_bits integer DEFAULT 8192 NOT NULL,
    ec_curves text[] DEFAULT '{p256,p384,p521}'::text[] NOT NULL,
    ed25519 boolean DEFAULT false NOT NULL,
    max_validity_days integer DEFAULT 825 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT policy_allows_some_key_type CHECK (((rsa_max_bits > 0) OR (cardinality(ec_curves) > 0) OR ed25519)),
    CONSTRAINT policy_description_is_short CHECK ((length(description) <= 1000)),
    CONSTRAINT policy_ec_curves_are_known CHECK (scepgate.words_are_known(ec_curves, '{p256,p384,p521}'::text[])),
    CONSTRAINT policy_max_validity_is_1_to_36500_days CHECK (((max_validity_days >= 1) AND (max_validity_days <= 36500))),
    CONSTRAINT policy_name_is_valid CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text)),
    CONSTRAINT policy_rsa_bits_are_2048_to_8192_or_both_0 CHECK ((((rsa_min_bits = 0) AND (rsa_max_bits = 0)) OR ((2048 <= rsa_min_bits) AND (rsa_min_bits <= rsa_max_bits) AND (rsa_max_bits <= 8192)))),
    CONSTRAINT policy_unlisted_is_refuse_or_drop CHECK ((unlisted = ANY (ARRAY['refuse'::text, 'drop'::text])))
);

ALTER TABLE scepgate.policy OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.policy IS 'Policies: the rules that a request must meet.';

COMMENT ON COLUMN scepgate.policy.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.policy.name IS 'Name in commands, as for applications.';

COMMENT ON COLUMN scepgate.policy.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.policy.unlisted IS 'What happens to an item that no rule lists: refuse the request, or drop the item.';

COMMENT ON COLUMN scepgate.policy.allow_empty_subject IS 'True: a request without subject is taken if it has a subject alternative name.';

COMMENT ON COLUMN scepgate.policy.rsa_min_bits IS 'Smallest RSA modulus, 2048 or more; 0, with rsa_max_bits, for no RSA.';

COMMENT ON COLUMN scepgate.policy.rsa_max_bits IS 'Largest RSA modulus, up to 8192; 0, with rsa_min_bits, for no RSA.';

COMMENT ON COLUMN scepgate.policy.ec_curves IS 'Curves that are allowed: p256, p384, p521. Empty: no EC keys.';

COMMENT ON COLUMN scepgate.policy.ed25519 IS 'Are Ed25519 keys allowed?';

COMMENT ON COLUMN scepgate.policy.max_validity_days IS 'The longest validity that a profile may give.';

COMMENT ON COLUMN scepgate.policy.created_at IS 'When it was made.';

COMMENT ON CONSTRAINT policy_allows_some_key_type ON scepgate.policy IS 'A policy must allow some type of key: RSA, a curve, or Ed25519.';

COMMENT ON CONSTRAINT policy_description_is_short ON scepgate.policy IS 'A description has at most 1000 characters.';

COMMENT ON CONSTRAINT policy_ec_curves_are_known ON scepgate.policy IS 'Curves are p256, p384 and p521, each at most once.';

COMMENT ON CONSTRAINT policy_max_validity_is_1_to_36500_days ON scepgate.policy IS 'max_validity_days is 1 to 36500.';

COMMENT ON CONSTRAINT policy_name_is_valid ON scepgate.policy IS 'The name of a policy has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit.';

COMMENT ON CONSTRAINT policy_rsa_bits_are_2048_to_8192_or_both_0 ON scepgate.policy IS 'RSA keys have 2048 to 8192 bits, the smallest size not above the largest; both 0 for no RSA.';

COMMENT ON CONSTRAINT policy_unlisted_is_refuse_or_drop ON scepgate.policy IS 'unlisted is refuse or drop.';

CREATE TABLE scepgate.ra_certificate (
    id integer NOT NULL,
    endpoint_id integer NOT NULL,
    use text DEFAULT 'both'::text NOT NULL,
    state text DEFAULT 'current'::text NOT NULL,
    certificate bytea NOT NULL,
    private_key_id integer NOT NULL,
    subject text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ra_certificate_has_a_length CHECK (((octet_length(certificate) >= 1) AND (octet_length(certificate) <= 65536))),
    CONSTRAINT ra_certificate_state_is_known CHECK ((state = ANY (ARRAY['next'::text, 'current'::text, 'previous'::text, 'retired'::text]))),
    CONSTRAINT ra_certificate_use_is_known CHECK ((use = ANY (ARRAY['both'::text, 'sign'::text, 'decrypt'::text]))),
    CONSTRAINT ra_certificate_validity_is_in_order CHECK ((not_before < not_after))
);

ALTER TABLE scepgate.ra_certificate OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.ra_certificate IS 'RA certificates of endpoints: requests are encrypted for them, replies are signed with them.';

COMMENT ON COLUMN scepgate.ra_certificate.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.ra_certificate.endpoint_id IS 'The endpoint.';

COMMENT ON COLUMN scepgate.ra_certificate.use IS 'both, or one of sign and decrypt.';

COMMENT ON COLUMN scepgate.ra_certificate.state IS 'next: not used yet. current: signs, decrypts, and is given out. previous: still decrypts. retired: kept for the record.';

COMMENT ON COLUMN scepgate.ra_certificate.certificate IS 'The certificate, DER.';

COMMENT ON COLUMN scepgate.ra_certificate.private_key_id IS 'Its key.';

COMMENT ON COLUMN scepgate.ra_certificate.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.ra_certificate.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.ra_certificate.not_after IS 'End of its validity.';

COMMENT ON COLUMN scepgate.ra_certificate.created_at IS 'When it was stored.';

COMMENT ON CONSTRAINT ra_certificate_has_a_length ON scepgate.ra_certificate IS 'An RA certificate has 1 to 65536 octets.';

COMMENT ON CONSTRAINT ra_certificate_state_is_known ON scepgate.ra_certificate IS 'An RA certificate is next, current, previous or retired.';

COMMENT ON CONSTRAINT ra_certificate_use_is_known ON scepgate.ra_certificate IS 'An RA certificate is for both, sign or decrypt.';

COMMENT ON CONSTRAINT ra_certificate_validity_is_in_order ON scepgate.ra_certificate IS 'not_before must be earlier than not_after.';

CREATE TABLE scepgate.static_challenge (
    id integer NOT NULL,
    endpoint_id integer NOT NULL,
    name text DEFAULT 'default'::text NOT NULL,
    hash text NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT static_challenge_hash_is_yescrypt_scrypt_or_bcrypt CHECK (((length(hash) <= 384) AND (hash ~ '^\$(y|gy|7|2a|2b|2y)\$[!-~]{20,}$'::text))),
    CONSTRAINT static_challenge_name_is_valid CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text))
);

ALTER TABLE scepgate.static_challenge OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.static_challenge IS 'Static challenges of endpoints, as slow hashes. Any one that is not expired opens the endpoint.';

COMMENT ON COLUMN scepgate.static_challenge.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.static_challenge.endpoint_id IS 'The endpoint.';

COMMENT ON COLUMN scepgate.static_challenge.name IS 'Name in commands; several with different names let one be replaced without a gap.';

COMMENT ON COLUMN scepgate.static_challenge.hash IS 'crypt(3) hash: yescrypt, scrypt or bcrypt, such as crypt(challenge, gen_salt(''bf'', 10)) of pgcrypto.';

COMMENT ON COLUMN scepgate.static_challenge.expires_at IS 'From then on it opens nothing; null: never.';

COMMENT ON COLUMN scepgate.static_challenge.created_at IS 'When the name was first used.';

COMMENT ON CONSTRAINT static_challenge_hash_is_yescrypt_scrypt_or_bcrypt ON scepgate.static_challenge IS 'A challenge is stored as a crypt(3) hash of yescrypt, scrypt or bcrypt, never in the clear.';

COMMENT ON CONSTRAINT static_challenge_name_is_valid ON scepgate.static_challenge IS 'The name of a challenge has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit.';

CREATE TABLE scepgate.transaction (
    id bigint NOT NULL,
    endpoint_id integer NOT NULL,
    transaction_id bytea NOT NULL,
    requester_spki_sha256 bytea NOT NULL,
    csr_sha256 bytea NOT NULL,
    certificate_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    state text NOT NULL,
    message_type integer NOT NULL,
    csr_der bytea,
    subject text NOT NULL,
    sans text NOT NULL,
    client_address inet,
    reference text NOT NULL,
    expires_at timestamp with time zone,
    decided_at timestamp with time zone,
    decided_by text,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT transaction_certificate_comes_with_issuance CHECK (((state = 'issued'::text) = (certificate_id IS NOT NULL))),
    CONSTRAINT transaction_csr_der_has_a_length CHECK (((octet_length(csr_der) >= 1) AND (octet_length(csr_der) <= 1048576))),
    CONSTRAINT transaction_csr_sha256_is_sha256 CHECK ((octet_length(csr_sha256) = 32)),
    CONSTRAINT transaction_decision_has_time_and_person CHECK (((decided_at IS NULL) = (decided_by IS NULL))),
    CONSTRAINT transaction_expires_until_issuance CHECK (((state <> 'issued'::text) = (expires_at IS NOT NULL))),
    CONSTRAINT transaction_is_decided_or_pending CHECK (((state = 'issued'::text) OR ((state = 'pending'::text) = (decided_at IS NULL)))),
    CONSTRAINT transaction_message_type_can_issue CHECK ((message_type = ANY (ARRAY[17, 19]))),
    CONSTRAINT transaction_reason_is_a_line CHECK (((octet_length(reason) <= 255) AND (reason !~ '[\x01-\x1f\x7f-\x9f]'::text))),
    CONSTRAINT transaction_request_is_kept_until_issuance CHECK (((state <> 'issued'::text) = (csr_der IS NOT NULL))),
    CONSTRAINT transaction_requester_spki_sha256_is_sha256 CHECK ((octet_length(requester_spki_sha256) = 32)),
    CONSTRAINT transaction_state_is_known CHECK ((state = ANY (ARRAY['issued'::text, 'pending'::text, 'approved'::text, 'denied'::text]))),
    CONSTRAINT transaction_transaction_id_is_1_to_255_octets CHECK (((octet_length(transaction_id) >= 1) AND (octet_length(transaction_id) <= 255)))
);

ALTER TABLE scepgate.transaction OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.transaction IS 'Enrolments as devices see them: which request got which certificate, so that a repeated request gets the same one; and requests that wait for an operator.';

COMMENT ON COLUMN scepgate.transaction.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.transaction.endpoint_id IS 'The endpoint.';

COMMENT ON COLUMN scepgate.transaction.transaction_id IS 'transactionID, as the device sent it.';

COMMENT ON COLUMN scepgate.transaction.requester_spki_sha256 IS 'SHA-256 of the SubjectPublicKeyInfo that signed the message.';

COMMENT ON COLUMN scepgate.transaction.csr_sha256 IS 'SHA-256 of the whole certification request.';

COMMENT ON COLUMN scepgate.transaction.certificate_id IS 'The certificate that this request got; null while it has none.';

COMMENT ON COLUMN scepgate.transaction.created_at IS 'When the request was first recorded.';

COMMENT ON COLUMN scepgate.transaction.updated_at IS 'When it was last recorded as pending, or a certificate was last issued for it; the replay window starts then.';

COMMENT ON COLUMN scepgate.transaction.state IS 'issued: it has its certificate. pending: it waits for an operator. approved: it gets its certificate when the device asks next. denied: it gets none.';

COMMENT ON COLUMN scepgate.transaction.message_type IS 'SCEP message type of the request: 19 PKCSReq, 17 RenewalReq.';

COMMENT ON COLUMN scepgate.transaction.csr_der IS 'The pending request, encrypted under the key-encryption secret; null when issued.';

COMMENT ON COLUMN scepgate.transaction.subject IS 'Subject, RFC 4514 text: what the request asks, or, when nobody had to approve it, what was certified.';

COMMENT ON COLUMN scepgate.transaction.sans IS 'Subject alternative names, as text, likewise; empty when there are none.';

COMMENT ON COLUMN scepgate.transaction.client_address IS 'Where the request came from.';

COMMENT ON COLUMN scepgate.transaction.reference IS 'Reference id of the request, as in the log and in audit_event.';

COMMENT ON COLUMN scepgate.transaction.expires_at IS 'Until then it is pending, approved or denied; after that the device must ask anew. Null when issued.';

COMMENT ON COLUMN scepgate.transaction.decided_at IS 'When an operator decided.';

COMMENT ON COLUMN scepgate.transaction.decided_by IS 'The role that logged in to decide.';

COMMENT ON COLUMN scepgate.transaction.reason IS 'What the operator said; for the device too when denied.';

COMMENT ON CONSTRAINT transaction_certificate_comes_with_issuance ON scepgate.transaction IS 'An issued transaction has a certificate, another one has none.';

COMMENT ON CONSTRAINT transaction_csr_der_has_a_length ON scepgate.transaction IS 'A pending request, encrypted, has 1 to 1048576 octets.';

COMMENT ON CONSTRAINT transaction_csr_sha256_is_sha256 ON scepgate.transaction IS 'A SHA-256 digest has 32 octets.';

COMMENT ON CONSTRAINT transaction_decision_has_time_and_person ON scepgate.transaction IS 'A decision has a time and a role, both or neither.';

COMMENT ON CONSTRAINT transaction_expires_until_issuance ON scepgate.transaction IS 'A transaction that is not issued expires some time, an issued one does not.';

COMMENT ON CONSTRAINT transaction_is_decided_or_pending ON scepgate.transaction IS 'An approved or denied transaction was decided, a pending one was not.';

COMMENT ON CONSTRAINT transaction_message_type_can_issue ON scepgate.transaction IS 'Only PKCSReq (19) and RenewalReq (17) ask for a certificate.';

COMMENT ON CONSTRAINT transaction_reason_is_a_line ON scepgate.transaction IS 'A reason has at most 255 octets and no control characters.';

COMMENT ON CONSTRAINT transaction_request_is_kept_until_issuance ON scepgate.transaction IS 'A transaction that is not issued has its request, an issued one has it with the certificate.';

COMMENT ON CONSTRAINT transaction_requester_spki_sha256_is_sha256 ON scepgate.transaction IS 'A SHA-256 digest has 32 octets.';

COMMENT ON CONSTRAINT transaction_state_is_known ON scepgate.transaction IS 'A transaction is issued, pending, approved or denied.';

COMMENT ON CONSTRAINT transaction_transaction_id_is_1_to_255_octets ON scepgate.transaction IS 'A transactionID has 1 to 255 octets.';

CREATE VIEW scepgate.endpoints AS
 SELECT a.name AS application,
    p.name AS profile,
    c.name AS ca,
    l.name AS policy,
    e.enabled,
    (e.enabled AND a.enabled AND c.enabled) AS active,
    e.challenge_mode,
    ( SELECT count(*) AS count
           FROM scepgate.static_challenge s
          WHERE ((s.endpoint_id = e.id) AND ((s.expires_at IS NULL) OR (s.expires_at > now())))) AS challenges,
    e.allowed_ciphers,
    e.allowed_digests,
    e.include_chain,
    (EXTRACT(epoch FROM e.replay_window))::integer AS replay_window_seconds,
    e.default_for_host,
    ( SELECT max(r.not_after) AS max
           FROM scepgate.ra_certificate r
          WHERE ((r.endpoint_id = e.id) AND (r.state = 'current'::text))) AS ra_not_after,
    e.created_at,
    e.version,
    e.id,
    e.approval,
    e.ca_certs,
    e.include_root,
    e.append_chain,
    e.password_recipient,
    e.allowed_keys,
    (EXTRACT(epoch FROM e.pending_lifetime))::integer AS pending_lifetime_seconds,
    ( SELECT count(*) AS count
           FROM scepgate.transaction t
          WHERE ((t.endpoint_id = e.id) AND (t.state = 'pending'::text) AND (t.expires_at > now()))) AS pending
   FROM ((((scepgate.endpoint e
     JOIN scepgate.application a ON ((a.id = e.application_id)))
     JOIN scepgate.profile p ON ((p.id = e.profile_id)))
     JOIN scepgate.ca c ON ((c.id = p.ca_id)))
     JOIN scepgate.policy l ON ((l.id = p.policy_id)));

ALTER TABLE scepgate.endpoints OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.endpoints IS 'Endpoints: where devices enrol.';

COMMENT ON COLUMN scepgate.endpoints.application IS 'Name of the application.';

COMMENT ON COLUMN scepgate.endpoints.profile IS 'Name of the profile.';

COMMENT ON COLUMN scepgate.endpoints.ca IS 'Name of the CA that signs.';

COMMENT ON COLUMN scepgate.endpoints.policy IS 'Name of the policy that decides.';

COMMENT ON COLUMN scepgate.endpoints.enabled IS 'False: answers as if it were not there.';

COMMENT ON COLUMN scepgate.endpoints.active IS 'Does it answer? True when endpoint, application and CA are all enabled.';

COMMENT ON COLUMN scepgate.endpoints.challenge_mode IS 'none: every enrolment is refused. static: one of its static challenges is needed.';

COMMENT ON COLUMN scepgate.endpoints.challenges IS 'How many static challenges open it now.';

COMMENT ON COLUMN scepgate.endpoints.allowed_ciphers IS 'Content ciphers taken and advertised, preferred first. des-cbc is for old devices that know nothing else.';

COMMENT ON COLUMN scepgate.endpoints.allowed_digests IS 'Digests taken and advertised, preferred first. md5 is for old devices that know nothing else.';

COMMENT ON COLUMN scepgate.endpoints.include_chain IS 'True: GetCACert carries CA and chain beside the RA certificate.';

COMMENT ON COLUMN scepgate.endpoints.replay_window_seconds IS 'How long the same request gets the same certificate again.';

COMMENT ON COLUMN scepgate.endpoints.default_for_host IS 'Host name, lower case, for which this endpoint answers on paths without names; * for all other hosts.';

COMMENT ON COLUMN scepgate.endpoints.ra_not_after IS 'When its current RA certificate ends.';

COMMENT ON COLUMN scepgate.endpoints.created_at IS 'When it was made.';

COMMENT ON COLUMN scepgate.endpoints.version IS 'Counted up by triggers whenever anything that concerns this endpoint changes; a worker that loaded another version can record nothing.';

COMMENT ON COLUMN scepgate.endpoints.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.endpoints.approval IS 'none: what is authorised is issued at once. always: each request waits for an operator.';

COMMENT ON COLUMN scepgate.endpoints.ca_certs IS 'ra: GetCACert starts with the RA certificate. ca: the CA is its own RA; requests are encrypted to the CA''s key, which must be RSA, and GetCACert starts with its certificate.';

COMMENT ON COLUMN scepgate.endpoints.include_root IS 'True: the chain, where one is sent, goes up to its self-signed root. False: the root is left out.';

COMMENT ON COLUMN scepgate.endpoints.append_chain IS 'True: a reply carries CA and chain behind the issued certificate. Some devices take the last certificate, or have room for one.';

COMMENT ON COLUMN scepgate.endpoints.password_recipient IS 'True: the reply to a key that cannot decrypt (EC, Ed25519) is encrypted under the challenge (RFC 8894 section 3.1).';

COMMENT ON COLUMN scepgate.endpoints.allowed_keys IS 'Types and sizes of keys that may be certified, on top of what the policy allows.';

COMMENT ON COLUMN scepgate.endpoints.pending_lifetime_seconds IS 'How long a request waits for an operator; counted anew for the device when it is approved.';

COMMENT ON COLUMN scepgate.endpoints.pending IS 'How many requests wait for an operator now.';

CREATE VIEW scepgate.next_cas AS
 SELECT c.name AS ca,
    n.subject,
    n.not_before,
    n.not_after,
    COALESCE(k.kind, 'none'::text) AS key,
    encode(sha256(n.certificate), 'hex'::text) AS sha256,
    n.created_at,
    n.certificate
   FROM ((scepgate.ca_next n
     JOIN scepgate.ca c ON ((c.id = n.ca_id)))
     LEFT JOIN scepgate.private_key k ON ((k.id = n.private_key_id)));

ALTER TABLE scepgate.next_cas OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.next_cas IS 'The next certificates of CAs, as GetNextCACert gives them out.';

COMMENT ON COLUMN scepgate.next_cas.ca IS 'Name of the CA.';

COMMENT ON COLUMN scepgate.next_cas.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.next_cas.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.next_cas.not_after IS 'End of its validity.';

COMMENT ON COLUMN scepgate.next_cas.key IS 'Where its key is: pkcs8 (here, encrypted), pkcs11 (in a token), none.';

COMMENT ON COLUMN scepgate.next_cas.sha256 IS 'SHA-256 fingerprint of the certificate.';

COMMENT ON COLUMN scepgate.next_cas.created_at IS 'When it was stored.';

COMMENT ON COLUMN scepgate.next_cas.certificate IS 'The next certificate, DER.';

CREATE TABLE scepgate.policy_rule (
    id integer NOT NULL,
    policy_id integer NOT NULL,
    target text NOT NULL,
    effect text NOT NULL,
    item text NOT NULL,
    pattern text DEFAULT '*'::text NOT NULL,
    CONSTRAINT policy_rule_effect_is_known CHECK ((effect = ANY (ARRAY['allow'::text, 'require'::text, 'deny'::text]))),
    CONSTRAINT policy_rule_item_is_known_for_its_target CHECK (scepgate.is_rule_item(target, item)),
    CONSTRAINT policy_rule_pattern_is_text CHECK (((length(pattern) >= 1) AND (length(pattern) <= 256) AND (pattern !~ '[\x01-\x1f\x7f-\x9f]'::text))),
    CONSTRAINT policy_rule_target_is_known CHECK ((target = ANY (ARRAY['subject'::text, 'san'::text, 'key_usage'::text, 'ext_key_usage'::text])))
);

ALTER TABLE scepgate.policy_rule OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.policy_rule IS 'Rules of policies: what a request may, must or must not ask. Deny wins; an item without an allow or require rule that matches is unlisted.';

COMMENT ON COLUMN scepgate.policy_rule.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.policy_rule.policy_id IS 'The policy.';

COMMENT ON COLUMN scepgate.policy_rule.target IS 'What it speaks of: subject, san, key_usage or ext_key_usage.';

COMMENT ON COLUMN scepgate.policy_rule.effect IS 'allow, require or deny.';

COMMENT ON COLUMN scepgate.policy_rule.item IS 'Attribute type (CN, O, …), kind of name (dns, ip, …), usage (digitalSignature, clientAuth, …) or dotted object identifier; * for any subject attribute or purpose.';

COMMENT ON COLUMN scepgate.policy_rule.pattern IS 'What the value must look like; * stands for any run of characters. Not looked at for usages.';

COMMENT ON CONSTRAINT policy_rule_effect_is_known ON scepgate.policy_rule IS 'The effect of a rule is allow, require or deny.';

COMMENT ON CONSTRAINT policy_rule_item_is_known_for_its_target ON scepgate.policy_rule IS 'The item is not known for this target. subject: *, CN, O, OU, … or dotted; san: dns, email, ip, uri, upn, directoryName, registeredID, other; key_usage: digitalSignature, keyEncipherment, …; ext_key_usage: *, clientAuth, serverAuth, … or dotted.';

COMMENT ON CONSTRAINT policy_rule_pattern_is_text ON scepgate.policy_rule IS 'A pattern has 1 to 256 characters and no control characters.';

COMMENT ON CONSTRAINT policy_rule_target_is_known ON scepgate.policy_rule IS 'The target of a rule is subject, san, key_usage or ext_key_usage.';

CREATE VIEW scepgate.policies AS
 SELECT l.name,
    l.description,
    l.unlisted,
    l.allow_empty_subject,
    l.rsa_min_bits,
    l.rsa_max_bits,
    l.ec_curves,
    l.ed25519,
    l.max_validity_days,
    ( SELECT count(*) AS count
           FROM scepgate.policy_rule r
          WHERE (r.policy_id = l.id)) AS rules,
    ( SELECT count(*) AS count
           FROM scepgate.profile p
          WHERE (p.policy_id = l.id)) AS profiles,
    l.created_at
   FROM scepgate.policy l;

ALTER TABLE scepgate.policies OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.policies IS 'Policies.';

COMMENT ON COLUMN scepgate.policies.name IS 'Name in commands, as for applications.';

COMMENT ON COLUMN scepgate.policies.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.policies.unlisted IS 'What happens to an item that no rule lists: refuse the request, or drop the item.';

COMMENT ON COLUMN scepgate.policies.allow_empty_subject IS 'True: a request without subject is taken if it has a subject alternative name.';

COMMENT ON COLUMN scepgate.policies.rsa_min_bits IS 'Smallest RSA modulus, 2048 or more; 0, with rsa_max_bits, for no RSA.';

COMMENT ON COLUMN scepgate.policies.rsa_max_bits IS 'Largest RSA modulus, up to 8192; 0, with rsa_min_bits, for no RSA.';

COMMENT ON COLUMN scepgate.policies.ec_curves IS 'Curves that are allowed: p256, p384, p521. Empty: no EC keys.';

COMMENT ON COLUMN scepgate.policies.ed25519 IS 'Are Ed25519 keys allowed?';

COMMENT ON COLUMN scepgate.policies.max_validity_days IS 'The longest validity that a profile may give.';

COMMENT ON COLUMN scepgate.policies.rules IS 'How many rules it has.';

COMMENT ON COLUMN scepgate.policies.profiles IS 'How many profiles use it.';

COMMENT ON COLUMN scepgate.policies.created_at IS 'When it was made.';

ALTER TABLE scepgate.policy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.policy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE scepgate.policy_rule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.policy_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.policy_rules AS
 SELECT l.name AS policy,
    r.target,
    r.effect,
    r.item,
    r.pattern,
    r.id
   FROM (scepgate.policy_rule r
     JOIN scepgate.policy l ON ((l.id = r.policy_id)));

ALTER TABLE scepgate.policy_rules OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.policy_rules IS 'Rules of policies, in the order in which they were added by id.';

COMMENT ON COLUMN scepgate.policy_rules.policy IS 'Name of the policy.';

COMMENT ON COLUMN scepgate.policy_rules.target IS 'What it speaks of: subject, san, key_usage or ext_key_usage.';

COMMENT ON COLUMN scepgate.policy_rules.effect IS 'allow, require or deny.';

COMMENT ON COLUMN scepgate.policy_rules.item IS 'Attribute type (CN, O, …), kind of name (dns, ip, …), usage (digitalSignature, clientAuth, …) or dotted object identifier; * for any subject attribute or purpose.';

COMMENT ON COLUMN scepgate.policy_rules.pattern IS 'What the value must look like; * stands for any run of characters. Not looked at for usages.';

COMMENT ON COLUMN scepgate.policy_rules.id IS 'Number of the row.';

ALTER TABLE scepgate.private_key ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.private_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE scepgate.profile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.profile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.profiles AS
 SELECT p.name,
    p.description,
    c.name AS ca,
    l.name AS policy,
    p.validity_days,
    p.key_usage,
    p.extended_key_usage,
    p.backdate_seconds,
    ( SELECT count(*) AS count
           FROM scepgate.endpoint e
          WHERE (e.profile_id = p.id)) AS endpoints,
    p.created_at
   FROM ((scepgate.profile p
     JOIN scepgate.ca c ON ((c.id = p.ca_id)))
     JOIN scepgate.policy l ON ((l.id = p.policy_id)));

ALTER TABLE scepgate.profiles OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.profiles IS 'Profiles.';

COMMENT ON COLUMN scepgate.profiles.name IS 'Name in URLs and commands, as for applications.';

COMMENT ON COLUMN scepgate.profiles.description IS 'Free text for people.';

COMMENT ON COLUMN scepgate.profiles.ca IS 'Name of the CA that signs.';

COMMENT ON COLUMN scepgate.profiles.policy IS 'Name of the policy that decides.';

COMMENT ON COLUMN scepgate.profiles.validity_days IS 'Validity of issued certificates; cut at the end of the CA.';

COMMENT ON COLUMN scepgate.profiles.key_usage IS 'Key usages when the request asks none, RFC 5280 names.';

COMMENT ON COLUMN scepgate.profiles.extended_key_usage IS 'Extended key usages when the request asks none: names or dotted.';

COMMENT ON COLUMN scepgate.profiles.backdate_seconds IS 'How far notBefore is set back for devices with slow clocks.';

COMMENT ON COLUMN scepgate.profiles.endpoints IS 'How many applications it is attached to.';

COMMENT ON COLUMN scepgate.profiles.created_at IS 'When it was made.';

ALTER TABLE scepgate.ra_certificate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.ra_certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.ra_certificates AS
 SELECT a.name AS application,
    p.name AS profile,
    r.state,
    r.use,
    r.subject,
    r.not_before,
    r.not_after,
    k.kind AS key,
    encode(sha256(r.certificate), 'hex'::text) AS sha256,
    r.created_at,
    r.certificate,
    r.id
   FROM ((((scepgate.ra_certificate r
     JOIN scepgate.endpoint e ON ((e.id = r.endpoint_id)))
     JOIN scepgate.application a ON ((a.id = e.application_id)))
     JOIN scepgate.profile p ON ((p.id = e.profile_id)))
     JOIN scepgate.private_key k ON ((k.id = r.private_key_id)));

ALTER TABLE scepgate.ra_certificates OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.ra_certificates IS 'RA certificates of endpoints.';

COMMENT ON COLUMN scepgate.ra_certificates.application IS 'Name of the application.';

COMMENT ON COLUMN scepgate.ra_certificates.profile IS 'Name of the profile.';

COMMENT ON COLUMN scepgate.ra_certificates.state IS 'next: not used yet. current: signs, decrypts, and is given out. previous: still decrypts. retired: kept for the record.';

COMMENT ON COLUMN scepgate.ra_certificates.use IS 'both, or one of sign and decrypt.';

COMMENT ON COLUMN scepgate.ra_certificates.subject IS 'Subject of the certificate, RFC 4514 text.';

COMMENT ON COLUMN scepgate.ra_certificates.not_before IS 'Start of its validity.';

COMMENT ON COLUMN scepgate.ra_certificates.not_after IS 'End of its validity.';

COMMENT ON COLUMN scepgate.ra_certificates.key IS 'Where its key is: pkcs8 (here, encrypted) or pkcs11 (in a token).';

COMMENT ON COLUMN scepgate.ra_certificates.sha256 IS 'SHA-256 fingerprint of the certificate.';

COMMENT ON COLUMN scepgate.ra_certificates.created_at IS 'When it was stored.';

COMMENT ON COLUMN scepgate.ra_certificates.certificate IS 'The certificate, DER.';

COMMENT ON COLUMN scepgate.ra_certificates.id IS 'Number of the row.';

CREATE TABLE scepgate.schema_api (
    single boolean DEFAULT true NOT NULL,
    digest bytea,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT schema_api_digest_is_sha256 CHECK ((octet_length(digest) = 32)),
    CONSTRAINT schema_api_single_is_true CHECK (single)
);

ALTER TABLE scepgate.schema_api OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.schema_api IS 'Which views and functions (sql/api) were applied last; one row.';

COMMENT ON COLUMN scepgate.schema_api.single IS 'Always true: keeps the table to one row.';

COMMENT ON COLUMN scepgate.schema_api.digest IS 'SHA-256 over the files, when scepadm applied them; null when psql did.';

COMMENT ON COLUMN scepgate.schema_api.applied_at IS 'When they were applied.';

COMMENT ON COLUMN scepgate.schema_api.applied_by IS 'The role that logged in to apply them.';

COMMENT ON CONSTRAINT schema_api_digest_is_sha256 ON scepgate.schema_api IS 'A SHA-256 digest has 32 octets.';

COMMENT ON CONSTRAINT schema_api_single_is_true ON scepgate.schema_api IS 'The column single is always true.';

CREATE TABLE scepgate.schema_version (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT schema_version_is_positive CHECK ((version > 0))
);

ALTER TABLE scepgate.schema_version OWNER TO scepgate_owner;

COMMENT ON TABLE scepgate.schema_version IS 'Ledger of migrations: the highest version is the version of the schema. The first statement of each migration inserts its row, so two upgrades at once cannot both run it.';

COMMENT ON COLUMN scepgate.schema_version.version IS 'Number of the migration, from its file name.';

COMMENT ON COLUMN scepgate.schema_version.name IS 'What the migration brought.';

COMMENT ON COLUMN scepgate.schema_version.applied_at IS 'When it was applied.';

COMMENT ON COLUMN scepgate.schema_version.applied_by IS 'The role that logged in to apply it.';

COMMENT ON CONSTRAINT schema_version_is_positive ON scepgate.schema_version IS 'Migrations are numbered from 1.';

ALTER TABLE scepgate.static_challenge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.static_challenge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.static_challenges AS
 SELECT a.name AS application,
    p.name AS profile,
    s.name,
    s.expires_at,
    COALESCE((s.expires_at <= now()), false) AS expired,
    s.created_at,
    s.id
   FROM (((scepgate.static_challenge s
     JOIN scepgate.endpoint e ON ((e.id = s.endpoint_id)))
     JOIN scepgate.application a ON ((a.id = e.application_id)))
     JOIN scepgate.profile p ON ((p.id = e.profile_id)));

ALTER TABLE scepgate.static_challenges OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.static_challenges IS 'Static challenges of endpoints, without their hashes.';

COMMENT ON COLUMN scepgate.static_challenges.application IS 'Name of the application.';

COMMENT ON COLUMN scepgate.static_challenges.profile IS 'Name of the profile.';

COMMENT ON COLUMN scepgate.static_challenges.name IS 'Name in commands; several with different names let one be replaced without a gap.';

COMMENT ON COLUMN scepgate.static_challenges.expires_at IS 'From then on it opens nothing; null: never.';

COMMENT ON COLUMN scepgate.static_challenges.expired IS 'True when it opens nothing any more.';

COMMENT ON COLUMN scepgate.static_challenges.created_at IS 'When the name was first used.';

COMMENT ON COLUMN scepgate.static_challenges.id IS 'Number of the row.';

ALTER TABLE scepgate.transaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME scepgate.transaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW scepgate.transactions AS
 SELECT t.id,
    a.name AS application,
    p.name AS profile,
    scepgate.octets_as_text(t.transaction_id) AS transaction_id,
    t.certificate_id,
    encode(c.serial, 'hex'::text) AS serial,
    t.created_at,
    t.updated_at,
        CASE t.state
            WHEN 'issued'::text THEN (t.updated_at + e.replay_window)
            ELSE NULL::timestamp with time zone
        END AS repeatable_until,
    encode(t.requester_spki_sha256, 'hex'::text) AS requester_spki_sha256,
    encode(t.csr_sha256, 'hex'::text) AS csr_sha256,
        CASE
            WHEN (t.expires_at <= now()) THEN 'expired'::text
            ELSE t.state
        END AS state,
    t.message_type,
    t.subject,
    t.sans,
    t.client_address,
    t.reference,
    t.expires_at,
    t.decided_at,
    t.decided_by,
    t.reason
   FROM ((((scepgate.transaction t
     JOIN scepgate.endpoint e ON ((e.id = t.endpoint_id)))
     JOIN scepgate.application a ON ((a.id = e.application_id)))
     JOIN scepgate.profile p ON ((p.id = e.profile_id)))
     LEFT JOIN scepgate.certificate c ON ((c.id = t.certificate_id)));

ALTER TABLE scepgate.transactions OWNER TO scepgate_owner;

COMMENT ON VIEW scepgate.transactions IS 'Enrolments as devices see them.';

COMMENT ON COLUMN scepgate.transactions.id IS 'Number of the row.';

COMMENT ON COLUMN scepgate.transactions.application IS 'Name of the application.';

COMMENT ON COLUMN scepgate.transactions.profile IS 'Name of the profile.';

COMMENT ON COLUMN scepgate.transactions.transaction_id IS 'transactionID as text; 0x and hexadecimal when it is not printable.';

COMMENT ON COLUMN scepgate.transactions.certificate_id IS 'The certificate that this request got; null while it has none.';

COMMENT ON COLUMN scepgate.transactions.serial IS 'Serial number of the certificate that this request got, hexadecimal.';

COMMENT ON COLUMN scepgate.transactions.created_at IS 'When the request was first recorded.';

COMMENT ON COLUMN scepgate.transactions.updated_at IS 'When it was last recorded as pending, or a certificate was last issued for it; the replay window starts then.';

COMMENT ON COLUMN scepgate.transactions.repeatable_until IS 'Until then the same request gets the same certificate again; null when it has none.';

COMMENT ON COLUMN scepgate.transactions.requester_spki_sha256 IS 'SHA-256 of the SubjectPublicKeyInfo that signed the message.';

COMMENT ON COLUMN scepgate.transactions.csr_sha256 IS 'SHA-256 of the whole certification request.';

COMMENT ON COLUMN scepgate.transactions.state IS 'issued; pending: waits for an operator; approved: gets its certificate when the device asks next; denied; expired: the device must ask anew.';

COMMENT ON COLUMN scepgate.transactions.message_type IS 'SCEP message type of the request: 19 PKCSReq, 17 RenewalReq.';

COMMENT ON COLUMN scepgate.transactions.subject IS 'Subject, RFC 4514 text: what the request asks, or, when nobody had to approve it, what was certified.';

COMMENT ON COLUMN scepgate.transactions.sans IS 'Subject alternative names, as text, likewise; empty when there are none.';

COMMENT ON COLUMN scepgate.transactions.client_address IS 'Where the request came from.';

COMMENT ON COLUMN scepgate.transactions.reference IS 'Reference id of the request, as in the log and in audit_event.';

COMMENT ON COLUMN scepgate.transactions.expires_at IS 'Until then it is pending, approved or denied; after that the device must ask anew. Null when issued.';

COMMENT ON COLUMN scepgate.transactions.decided_at IS 'When an operator decided.';

COMMENT ON COLUMN scepgate.transactions.decided_by IS 'The role that logged in to decide.';

COMMENT ON COLUMN scepgate.transactions.reason IS 'What the operator said; for the device too when denied.';

COPY scepgate.application (id, name, description, enabled, created_at) FROM stdin;
1	corp		t	2026-11-22 05:58:45.963795+00
\.

COPY scepgate.audit_event (id, at, event, actor, application, profile, reference, client_address, detail) FROM stdin;
1	2026-11-22 05:58:45.951118+00	ca_created	postgres	\N	\N	\N	\N	{"id": 1, "name": "root", "created": {"name": "root", "enabled": true, "subject": "CN=root", "issuer_id": null, "not_after": "2044-01-01T00:00:00+00:00", "created_at": "2026-11-22T05:58:45.945625+00:00", "not_before": "2024-01-01T00:00:00+00:00", "certificate": "sha256:7cbe3373d2ac185d08991bd067305ca1e88805cae833fe30a6422ef3819d11a5", "description": "", "private_key_id": null}}
2	2026-11-22 05:58:45.952907+00	private_key_created	postgres	\N	\N	\N	\N	{"id": 1, "created": {"uri": null, "kind": "pkcs8", "pkcs8": "(not recorded)", "created_at": "2026-11-22T05:58:45.951886+00:00", "spki_sha256": "\\\\x6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"}}
3	2026-11-22 05:58:45.953824+00	ca_created	postgres	\N	\N	\N	\N	{"id": 2, "name": "sub", "created": {"name": "sub", "enabled": true, "subject": "CN=sub", "issuer_id": 1, "not_after": "2034-01-01T00:00:00+00:00", "created_at": "2026-11-22T05:58:45.951886+00:00", "not_before": "2024-01-01T00:00:00+00:00", "certificate": "sha256:4dc506c50968c1b3e3649c3afaa8a6ba68d532da8c1c7cae3acd39e050da8930", "description": "", "private_key_id": 1}}
4	2026-11-22 05:58:45.955262+00	ca_next_created	postgres	\N	\N	\N	\N	{"id": 1, "created": {"ca_id": 2, "subject": "CN=sub", "not_after": "2040-01-01T00:00:00+00:00", "created_at": "2026-11-22T05:58:45.954098+00:00", "not_before": "2030-01-01T00:00:00+00:00", "certificate": "sha256:3bbf06f5268ce6e796f8a31fb5ae1e2415b207e8f9b504534a482243b5a1d4b9", "private_key_id": null}}
5	2026-11-22 05:58:45.956442+00	crl_published	postgres	\N	\N	\N	\N	{"ca": "sub", "number": 1, "sha256": "aa74ed7e3de110f5f2e5f65e5981bdfc09c6a511cae82a0406254ce5e511d49b", "next_update": "2024-03-01T00:00:00+00:00", "this_update": "2024-02-01T00:00:00+00:00"}
6	2026-11-22 05:58:45.958114+00	policy_created	postgres	\N	\N	\N	\N	{"id": 1, "name": "p", "created": {"name": "p", "ed25519": false, "unlisted": "refuse", "ec_curves": ["p256", "p384", "p521"], "created_at": "2026-11-22T05:58:45.956628+00:00", "description": "", "rsa_max_bits": 8192, "rsa_min_bits": 2048, "max_validity_days": 825, "allow_empty_subject": false}}
7	2026-11-22 05:58:45.95965+00	policy_rule_created	postgres	\N	\N	\N	\N	{"id": 1, "created": {"item": "CN", "effect": "allow", "target": "subject", "pattern": "*", "policy_id": 1}}
8	2026-11-22 05:58:45.96121+00	profile_created	postgres	\N	wifi	\N	\N	{"id": 1, "name": "wifi", "created": {"name": "wifi", "ca_id": 2, "key_usage": ["digitalSignature", "keyEncipherment"], "policy_id": 1, "created_at": "2026-11-22T05:58:45.960071+00:00", "description": "", "validity_days": 365, "backdate_seconds": 300, "extended_key_usage": ["clientAuth"]}}
9	2026-11-22 05:58:45.962436+00	profile_created	postgres	\N	vpn	\N	\N	{"id": 2, "name": "vpn", "created": {"name": "vpn", "ca_id": 2, "key_usage": ["digitalSignature", "keyEncipherment"], "policy_id": 1, "created_at": "2026-11-22T05:58:45.961707+00:00", "description": "", "validity_days": 30, "backdate_seconds": 300, "extended_key_usage": ["clientAuth"]}}
10	2026-11-22 05:58:45.963383+00	profile_created	postgres	\N	lab	\N	\N	{"id": 3, "name": "lab", "created": {"name": "lab", "ca_id": 2, "key_usage": ["digitalSignature", "keyEncipherment"], "policy_id": 1, "created_at": "2026-11-22T05:58:45.962747+00:00", "description": "", "validity_days": 365, "backdate_seconds": 300, "extended_key_usage": ["clientAuth"]}}
11	2026-11-22 05:58:45.964443+00	application_created	postgres	corp	\N	\N	\N	{"id": 1, "name": "corp", "created": {"name": "corp", "enabled": true, "created_at": "2026-11-22T05:58:45.963795+00:00", "description": ""}}
12	2026-11-22 05:58:45.967181+00	endpoint_created	postgres	corp	wifi	\N	\N	{"id": 1, "created": {"enabled": true, "approval": "none", "ca_certs": "ra", "created_at": "2026-11-22T05:58:45.964652+00:00", "profile_id": 1, "allowed_keys": ["rsa-2048", "rsa-3072", "rsa-4096", "rsa-other", "ec-p256", "ec-p384", "ec-p521"], "append_chain": false, "include_root": true, "include_chain": true, "replay_window": "1 day", "application_id": 1, "challenge_mode": "none", "allowed_ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "des3-cbc"], "allowed_digests": ["sha256", "sha512", "sha384", "sha1"], "default_for_host": null, "pending_lifetime": "7 days", "password_recipient": false}}
13	2026-11-22 05:58:45.968929+00	endpoint_changed	postgres	corp	wifi	\N	\N	{"id": 1, "changed": {"default_for_host": [null, "*"]}}
14	2026-11-22 05:58:45.970297+00	private_key_created	postgres	\N	\N	\N	\N	{"id": 2, "created": {"uri": null, "kind": "pkcs8", "pkcs8": "(not recorded)", "created_at": "2026-11-22T05:58:45.964652+00:00", "spki_sha256": "\\\\xd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"}}
15	2026-11-22 05:58:45.972413+00	ra_certificate_created	postgres	corp	wifi	\N	\N	{"id": 1, "created": {"use": "both", "state": "current", "subject": "CN=ra", "not_after": "2034-01-01T00:00:00+00:00", "created_at": "2026-11-22T05:58:45.964652+00:00", "not_before": "2024-01-01T00:00:00+00:00", "certificate": "sha256:f5b7a065280691d5718921d220c7b8599142918f6fd37aed8f02e01db2ad572c", "endpoint_id": 1, "private_key_id": 2}}
16	2026-11-22 05:58:45.973958+00	endpoint_created	postgres	corp	vpn	\N	\N	{"id": 2, "created": {"enabled": true, "approval": "none", "ca_certs": "ra", "created_at": "2026-11-22T05:58:45.97268+00:00", "profile_id": 2, "allowed_keys": ["rsa-2048", "rsa-3072", "rsa-4096", "rsa-other", "ec-p256", "ec-p384", "ec-p521"], "append_chain": false, "include_root": true, "include_chain": true, "replay_window": "1 day", "application_id": 1, "challenge_mode": "none", "allowed_ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "des3-cbc"], "allowed_digests": ["sha256", "sha512", "sha384", "sha1"], "default_for_host": null, "pending_lifetime": "7 days", "password_recipient": false}}
17	2026-11-22 05:58:45.975127+00	endpoint_changed	postgres	corp	vpn	\N	\N	{"id": 2, "changed": {"approval": ["none", "always"]}}
18	2026-11-22 05:58:45.976046+00	private_key_created	postgres	\N	\N	\N	\N	{"id": 3, "created": {"uri": null, "kind": "pkcs8", "pkcs8": "(not recorded)", "created_at": "2026-11-22T05:58:45.97268+00:00", "spki_sha256": "\\\\x4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce"}}
19	2026-11-22 05:58:45.977753+00	ra_certificate_created	postgres	corp	vpn	\N	\N	{"id": 2, "created": {"use": "both", "state": "current", "subject": "CN=ra", "not_after": "2034-01-01T00:00:00+00:00", "created_at": "2026-11-22T05:58:45.97268+00:00", "not_before": "2024-01-01T00:00:00+00:00", "certificate": "sha256:e6236b9d12ceaa61619fdee923a1a33003c14bcd53cd4d80470de30b8fc79453", "endpoint_id": 2, "private_key_id": 3}}
20	2026-11-22 05:58:45.979085+00	endpoint_created	postgres	corp	lab	\N	\N	{"id": 3, "created": {"enabled": true, "approval": "none", "ca_certs": "ra", "created_at": "2026-11-22T05:58:45.977972+00:00", "profile_id": 3, "allowed_keys": ["rsa-2048", "rsa-3072", "rsa-4096", "rsa-other", "ec-p256", "ec-p384", "ec-p521"], "append_chain": false, "include_root": true, "include_chain": true, "replay_window": "1 day", "application_id": 1, "challenge_mode": "none", "allowed_ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "des3-cbc"], "allowed_digests": ["sha256", "sha512", "sha384", "sha1"], "default_for_host": null, "pending_lifetime": "7 days", "password_recipient": false}}
21	2026-11-22 05:58:45.980267+00	endpoint_changed	postgres	corp	lab	\N	\N	{"id": 3, "changed": {"approval": ["none", "always"], "pending_lifetime": ["7 days", "2160:00:00"]}}
22	2026-11-22 05:58:45.981085+00	private_key_created	postgres	\N	\N	\N	\N	{"id": 4, "created": {"uri": null, "kind": "pkcs8", "pkcs8": "(not recorded)", "created_at": "2026-11-22T05:58:45.977972+00:00", "spki_sha256": "\\\\x4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a"}}
23	2026-11-22 05:58:45.982527+00	ra_certificate_created	postgres	corp	lab	\N	\N	{"id": 3, "created": {"use": "both", "state": "current", "subject": "CN=ra", "not_after": "2034-01-01T00:00:00+00:00", "created_at": "2026-11-22T05:58:45.977972+00:00", "not_before": "2024-01-01T00:00:00+00:00", "certificate": "sha256:fb3df4aadf0be0ac6f193b5c02ecb6a2497f0835ff09ff5c6e9e51cd51f01772", "endpoint_id": 3, "private_key_id": 4}}
24	2026-11-22 05:58:45.984894+00	static_challenge_created	postgres	corp	wifi	\N	\N	{"id": 1, "name": "default", "created": {"hash": "(not recorded)", "name": "default", "created_at": "2026-11-22T05:58:45.982757+00:00", "expires_at": null, "endpoint_id": 1}}
25	2026-11-22 05:58:45.985829+00	endpoint_changed	postgres	corp	wifi	\N	\N	{"id": 1, "changed": {"challenge_mode": ["none", "static"]}}
26	2026-11-22 05:58:45.987408+00	static_challenge_created	postgres	corp	vpn	\N	\N	{"id": 2, "name": "default", "created": {"hash": "(not recorded)", "name": "default", "created_at": "2026-11-22T05:58:45.986033+00:00", "expires_at": null, "endpoint_id": 2}}
27	2026-11-22 05:58:45.988186+00	endpoint_changed	postgres	corp	vpn	\N	\N	{"id": 2, "changed": {"challenge_mode": ["none", "static"]}}
28	2026-11-22 05:58:45.99146+00	certificate_issued	postgres	corp	wifi	ref-1	192.0.2.1	{"sans": "DNS:d1.example", "notes": "", "serial": "0101", "subject": "CN=d1.example", "transaction": 1, "message_type": 19, "authorisation": "static_challenge", "certificate_id": 1, "transaction_id": "tx-1", "static_challenge_id": 1}
29	2026-11-22 05:58:45.992117+00	certificate_issued	postgres	corp	wifi	ref-2	192.0.2.1	{"sans": "DNS:d2.example", "notes": "", "serial": "0102", "subject": "CN=d2.example", "transaction": 2, "message_type": 19, "authorisation": "static_challenge", "certificate_id": 2, "transaction_id": "tx-2", "static_challenge_id": 1}
30	2026-11-22 05:58:45.992611+00	certificate_issued	postgres	corp	wifi	ref-3	192.0.2.1	{"sans": "DNS:d3.example", "notes": "", "serial": "0103", "subject": "CN=d3.example", "transaction": 3, "message_type": 19, "authorisation": "static_challenge", "certificate_id": 3, "transaction_id": "tx-3", "static_challenge_id": 1}
31	2026-11-22 05:58:45.994729+00	enrolment_pending	postgres	corp	lab	ref-w1	192.0.2.2	{"sans": "", "subject": "CN=w1", "transaction": 4, "message_type": 19, "transaction_id": "wait-1", "static_challenge_id": 3}
32	2026-11-22 05:58:45.995374+00	enrolment_pending	postgres	corp	lab	ref-w2	192.0.2.2	{"sans": "", "subject": "CN=w2", "transaction": 5, "message_type": 19, "transaction_id": "wait-2", "static_challenge_id": 3}
33	2026-11-22 05:58:45.995929+00	enrolment_pending	postgres	corp	lab	ref-w3	192.0.2.2	{"sans": "", "subject": "CN=w3", "transaction": 6, "message_type": 19, "transaction_id": "wait-3", "static_challenge_id": 3}
34	2026-11-22 05:58:45.996501+00	enrolment_pending	postgres	corp	vpn	ref-w1	192.0.2.2	{"sans": "", "subject": "CN=w1", "transaction": 7, "message_type": 19, "transaction_id": "wait-1", "static_challenge_id": 2}
35	2026-11-22 05:58:45.997007+00	enrolment_pending	postgres	corp	vpn	ref-w2	192.0.2.2	{"sans": "", "subject": "CN=w2", "transaction": 8, "message_type": 19, "transaction_id": "wait-2", "static_challenge_id": 2}
36	2026-11-22 05:58:45.997479+00	enrolment_pending	postgres	corp	vpn	ref-w3	192.0.2.2	{"sans": "", "subject": "CN=w3", "transaction": 9, "message_type": 19, "transaction_id": "wait-3", "static_challenge_id": 2}
37	2026-11-22 05:58:45.998727+00	enrolment_approved	postgres	corp	lab	ref-w2	\N	{"before": "pending", "reason": "well", "subject": "CN=w2", "transaction": 5, "transaction_id": "wait-2"}
38	2026-11-22 05:58:45.999082+00	enrolment_approved	postgres	corp	vpn	ref-w2	\N	{"before": "pending", "reason": "well", "subject": "CN=w2", "transaction": 8, "transaction_id": "wait-2"}
39	2026-11-22 05:58:45.999644+00	enrolment_denied	postgres	corp	lab	ref-w3	\N	{"before": "pending", "reason": "no", "subject": "CN=w3", "transaction": 6, "transaction_id": "wait-3"}
40	2026-11-22 05:58:45.999997+00	enrolment_denied	postgres	corp	vpn	ref-w3	\N	{"before": "pending", "reason": "no", "subject": "CN=w3", "transaction": 9, "transaction_id": "wait-3"}
41	2026-11-22 05:58:46.001179+00	certificate_issued	postgres	corp	lab	ref-w2	192.0.2.2	{"sans": "", "notes": "", "serial": "0104", "subject": "CN=w2", "transaction": 5, "message_type": 19, "authorisation": "approval", "certificate_id": 4, "transaction_id": "wait-2"}
\.

COPY scepgate.ca (id, name, description, enabled, certificate, private_key_id, issuer_id, subject, not_before, not_after, created_at) FROM stdin;
1	root		t	\\x30a0	\N	\N	CN=root	2024-01-01 00:00:00+00	2044-01-01 00:00:00+00	2026-11-22 05:58:45.945625+00
2	sub		t	\\x30a1	1	1	CN=sub	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	2026-11-22 05:58:45.951886+00
\.

COPY scepgate.ca_next (id, ca_id, certificate, private_key_id, subject, not_before, not_after, created_at) FROM stdin;
1	2	\\x30a2	\N	CN=sub	2030-01-01 00:00:00+00	2040-01-01 00:00:00+00	2026-11-22 05:58:45.954098+00
\.

COPY scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, sans, not_before, not_after, message_type, authorisation, notes, renewal_of, revoked_at, revocation_reason, reference, issued_at) FROM stdin;
1	2	\\x0101	1	1	\\x30c001	\\x30cc	\\x6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b	CN=d1.example	DNS:d1.example	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	19	static_challenge		\N	\N	\N	ref-1	2026-11-22 05:58:45.988412+00
2	2	\\x0102	1	1	\\x30c002	\\x30cc	\\xd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35	CN=d2.example	DNS:d2.example	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	19	static_challenge		\N	\N	\N	ref-2	2026-11-22 05:58:45.988412+00
3	2	\\x0103	1	1	\\x30c003	\\x30cc	\\x4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce	CN=d3.example	DNS:d3.example	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	19	static_challenge		\N	\N	\N	ref-3	2026-11-22 05:58:45.988412+00
4	2	\\x0104	1	3	\\x30c004	\\x30cc	\\x4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a	CN=w2		2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	19	approval		\N	\N	\N	ref-w2	2026-11-22 05:58:46.000401+00
\.

COPY scepgate.crl (ca_id, number, this_update, next_update, der, published_at) FROM stdin;
2	1	2024-02-01 00:00:00+00	2024-03-01 00:00:00+00	\\x30d1	2026-11-22 05:58:45.955812+00
\.

COPY scepgate.endpoint (id, application_id, profile_id, version, enabled, challenge_mode, allowed_ciphers, allowed_digests, include_chain, replay_window, default_for_host, created_at, approval, ca_certs, include_root, append_chain, password_recipient, allowed_keys, pending_lifetime) FROM stdin;
3	1	3	3	t	none	{aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc}	{sha256,sha512,sha384,sha1}	t	1 day	\N	2026-11-22 05:58:45.977972+00	always	ra	t	f	f	{rsa-2048,rsa-3072,rsa-4096,rsa-other,ec-p256,ec-p384,ec-p521}	2160:00:00
1	1	1	5	t	static	{aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc}	{sha256,sha512,sha384,sha1}	t	1 day	*	2026-11-22 05:58:45.964652+00	none	ra	t	f	f	{rsa-2048,rsa-3072,rsa-4096,rsa-other,ec-p256,ec-p384,ec-p521}	7 days
2	1	2	5	t	static	{aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc}	{sha256,sha512,sha384,sha1}	t	1 day	\N	2026-11-22 05:58:45.97268+00	always	ra	t	f	f	{rsa-2048,rsa-3072,rsa-4096,rsa-other,ec-p256,ec-p384,ec-p521}	7 days
\.

COPY scepgate.policy (id, name, description, unlisted, allow_empty_subject, rsa_min_bits, rsa_max_bits, ec_curves, ed25519, max_validity_days, created_at) FROM stdin;
1	p		refuse	f	2048	8192	{p256,p384,p521}	f	825	2026-11-22 05:58:45.956628+00
\.

COPY scepgate.policy_rule (id, policy_id, target, effect, item, pattern) FROM stdin;
1	1	subject	allow	CN	*
\.

COPY scepgate.private_key (id, kind, pkcs8, uri, spki_sha256, created_at) FROM stdin;
1	pkcs8	\\x3000300006092a864886f70d01050d01	\N	\\x6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b	2026-11-22 05:58:45.951886+00
2	pkcs8	\\x3000300006092a864886f70d01050d02	\N	\\xd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35	2026-11-22 05:58:45.964652+00
3	pkcs8	\\x3000300006092a864886f70d01050d03	\N	\\x4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce	2026-11-22 05:58:45.97268+00
4	pkcs8	\\x3000300006092a864886f70d01050d04	\N	\\x4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a	2026-11-22 05:58:45.977972+00
\.

COPY scepgate.profile (id, name, description, ca_id, policy_id, validity_days, key_usage, extended_key_usage, backdate_seconds, created_at) FROM stdin;
1	wifi		2	1	365	{digitalSignature,keyEncipherment}	{clientAuth}	300	2026-11-22 05:58:45.960071+00
2	vpn		2	1	30	{digitalSignature,keyEncipherment}	{clientAuth}	300	2026-11-22 05:58:45.961707+00
3	lab		2	1	365	{digitalSignature,keyEncipherment}	{clientAuth}	300	2026-11-22 05:58:45.962747+00
\.

COPY scepgate.ra_certificate (id, endpoint_id, use, state, certificate, private_key_id, subject, not_before, not_after, created_at) FROM stdin;
1	1	both	current	\\x30b0	2	CN=ra	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	2026-11-22 05:58:45.964652+00
2	2	both	current	\\x30b1	3	CN=ra	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	2026-11-22 05:58:45.97268+00
3	3	both	current	\\x30b2	4	CN=ra	2024-01-01 00:00:00+00	2034-01-01 00:00:00+00	2026-11-22 05:58:45.977972+00
\.

COPY scepgate.schema_api (single, digest, applied_at, applied_by) FROM stdin;
t	\N	2026-11-22 05:58:45.84839+00	postgres
\.

COPY scepgate.schema_version (version, name, applied_at, applied_by) FROM stdin;
1	first tables	2026-11-22 05:58:45.803775+00	postgres
2	RFC 8894 in full	2026-11-22 05:58:45.834984+00	postgres
\.

COPY scepgate.static_challenge (id, endpoint_id, name, hash, expires_at, created_at) FROM stdin;
1	1	default	$2b$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789.	\N	2026-11-22 05:58:45.982757+00
2	2	default	$2b$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789.	\N	2026-11-22 05:58:45.986033+00
\.

COPY scepgate.transaction (id, endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, certificate_id, created_at, updated_at, state, message_type, csr_der, subject, sans, client_address, reference, expires_at, decided_at, decided_by, reason) FROM stdin;
1	1	\\x74782d31	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b	1	2026-11-22 05:58:45.990344+00	2026-11-22 05:58:45.990344+00	issued	19	\N	CN=d1.example	DNS:d1.example	192.0.2.1	ref-1	\N	\N	\N	
2	1	\\x74782d32	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\xd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35	2	2026-11-22 05:58:45.991841+00	2026-11-22 05:58:45.991841+00	issued	19	\N	CN=d2.example	DNS:d2.example	192.0.2.1	ref-2	\N	\N	\N	
3	1	\\x74782d33	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce	3	2026-11-22 05:58:45.992384+00	2026-11-22 05:58:45.992384+00	issued	19	\N	CN=d3.example	DNS:d3.example	192.0.2.1	ref-3	\N	\N	\N	
4	3	\\x776169742d31	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\xb1ea59dfd4c5a6d68d78286a32c994f8b3e05278f88cd0b3adf9808353ca7b0a	\N	2026-11-22 05:58:45.994477+00	2026-11-22 05:58:45.994477+00	pending	19	\\x30cc	CN=w1		192.0.2.2	ref-w1	2099-01-01 00:00:00+00	\N	\N	
7	2	\\x776169742d31	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x7872a45f403abbed1d15c60f5787d56933abe60141250bf0cd1c0dc3b17c2e29	\N	2026-11-22 05:58:45.996383+00	2026-11-22 05:58:45.996383+00	pending	19	\\x30cc	CN=w1		192.0.2.2	ref-w1	2099-01-01 00:00:00+00	\N	\N	
6	3	\\x776169742d33	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x8c19a322de3f7bcd2d882ac48779e66f8458913bc31b993ae3f04fcaa0eeb60d	\N	2026-11-22 05:58:45.995797+00	2026-11-22 05:58:45.995797+00	denied	19	\\x30cc	CN=w3		192.0.2.2	ref-w3	2099-01-01 00:00:00+00	2026-11-22 05:58:45.999533+00	postgres	no
9	2	\\x776169742d33	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x746cb61771359fc43a24a0efa60292760f1839c3557667a2ec7cab323ca06920	\N	2026-11-22 05:58:45.997395+00	2026-11-22 05:58:45.997395+00	denied	19	\\x30cc	CN=w3		192.0.2.2	ref-w3	2099-01-01 00:00:00+00	2026-11-22 05:58:45.99986+00	postgres	no
8	2	\\x776169742d32	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x93fde0c2d23677e6fec39d3653517c405976fbd38f373fddab6d6c17d6ce4669	\N	2026-11-22 05:58:45.996901+00	2026-11-22 05:58:45.996901+00	approved	19	\\x30cc	CN=w2		192.0.2.2	ref-w2	2099-01-01 00:00:00+00	2026-11-22 05:58:45.998981+00	postgres	well
5	3	\\x776169742d32	\\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a	\\x3b0d6ff816a79fb513f2a44a6246d5422eea3b57af99992ee8901891cfe0d2cd	4	2026-11-22 05:58:45.995197+00	2026-11-22 05:58:46.000922+00	issued	19	\N	CN=w2		192.0.2.2	ref-w2	\N	2026-11-22 05:58:45.998568+00	postgres	well
\.

SELECT pg_catalog.setval('scepgate.application_id_seq', 1, true);

SELECT pg_catalog.setval('scepgate.audit_event_id_seq', 41, true);

SELECT pg_catalog.setval('scepgate.ca_id_seq', 2, true);

SELECT pg_catalog.setval('scepgate.ca_next_id_seq', 1, true);

SELECT pg_catalog.setval('scepgate.certificate_id_seq', 4, true);

SELECT pg_catalog.setval('scepgate.endpoint_id_seq', 3, true);

SELECT pg_catalog.setval('scepgate.policy_id_seq', 1, true);

SELECT pg_catalog.setval('scepgate.policy_rule_id_seq', 1, true);

SELECT pg_catalog.setval('scepgate.private_key_id_seq', 4, true);

SELECT pg_catalog.setval('scepgate.profile_id_seq', 3, true);

SELECT pg_catalog.setval('scepgate.ra_certificate_id_seq', 3, true);

SELECT pg_catalog.setval('scepgate.static_challenge_id_seq', 2, true);

SELECT pg_catalog.setval('scepgate.transaction_id_seq', 9, true);

ALTER TABLE ONLY scepgate.application
    ADD CONSTRAINT application_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT application_id_is_taken ON scepgate.application IS 'This number is taken.';

ALTER TABLE ONLY scepgate.application
    ADD CONSTRAINT application_name_is_taken UNIQUE (name);

COMMENT ON CONSTRAINT application_name_is_taken ON scepgate.application IS 'There is an application of this name.';

ALTER TABLE ONLY scepgate.audit_event
    ADD CONSTRAINT audit_event_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT audit_event_id_is_taken ON scepgate.audit_event IS 'This number is taken.';

ALTER TABLE ONLY scepgate.ca
    ADD CONSTRAINT ca_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT ca_id_is_taken ON scepgate.ca IS 'This number is taken.';

ALTER TABLE ONLY scepgate.ca
    ADD CONSTRAINT ca_name_is_taken UNIQUE (name);

COMMENT ON CONSTRAINT ca_name_is_taken ON scepgate.ca IS 'There is a CA of this name.';

ALTER TABLE ONLY scepgate.ca_next
    ADD CONSTRAINT ca_next_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT ca_next_id_is_taken ON scepgate.ca_next IS 'This number is taken.';

ALTER TABLE ONLY scepgate.ca_next
    ADD CONSTRAINT ca_next_is_the_only_one UNIQUE (ca_id);

COMMENT ON CONSTRAINT ca_next_is_the_only_one ON scepgate.ca_next IS 'The CA has a next certificate already: remove that one first.';

ALTER TABLE ONLY scepgate.certificate
    ADD CONSTRAINT certificate_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT certificate_id_is_taken ON scepgate.certificate IS 'This number is taken.';

ALTER TABLE ONLY scepgate.certificate
    ADD CONSTRAINT certificate_serial_is_taken UNIQUE (ca_id, serial);

COMMENT ON CONSTRAINT certificate_serial_is_taken ON scepgate.certificate IS 'The CA has issued a certificate with this serial number.';

ALTER TABLE ONLY scepgate.crl
    ADD CONSTRAINT crl_number_is_taken PRIMARY KEY (ca_id, number);

COMMENT ON CONSTRAINT crl_number_is_taken ON scepgate.crl IS 'The CA has published a CRL of this number.';

ALTER TABLE ONLY scepgate.endpoint
    ADD CONSTRAINT endpoint_default_for_host_is_taken UNIQUE (default_for_host);

COMMENT ON CONSTRAINT endpoint_default_for_host_is_taken ON scepgate.endpoint IS 'Another endpoint is the default for this host.';

ALTER TABLE ONLY scepgate.endpoint
    ADD CONSTRAINT endpoint_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT endpoint_id_is_taken ON scepgate.endpoint IS 'This number is taken.';

ALTER TABLE ONLY scepgate.endpoint
    ADD CONSTRAINT endpoint_is_attached_already UNIQUE (application_id, profile_id);

COMMENT ON CONSTRAINT endpoint_is_attached_already ON scepgate.endpoint IS 'The profile is attached to this application already.';

ALTER TABLE ONLY scepgate.policy
    ADD CONSTRAINT policy_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT policy_id_is_taken ON scepgate.policy IS 'This number is taken.';

ALTER TABLE ONLY scepgate.policy
    ADD CONSTRAINT policy_name_is_taken UNIQUE (name);

COMMENT ON CONSTRAINT policy_name_is_taken ON scepgate.policy IS 'There is a policy of this name.';

ALTER TABLE ONLY scepgate.policy_rule
    ADD CONSTRAINT policy_rule_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT policy_rule_id_is_taken ON scepgate.policy_rule IS 'This number is taken.';

ALTER TABLE ONLY scepgate.policy_rule
    ADD CONSTRAINT policy_rule_is_there_already UNIQUE (policy_id, target, effect, item, pattern);

COMMENT ON CONSTRAINT policy_rule_is_there_already ON scepgate.policy_rule IS 'The policy has this rule already.';

ALTER TABLE ONLY scepgate.private_key
    ADD CONSTRAINT private_key_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT private_key_id_is_taken ON scepgate.private_key IS 'This number is taken.';

ALTER TABLE ONLY scepgate.profile
    ADD CONSTRAINT profile_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT profile_id_is_taken ON scepgate.profile IS 'This number is taken.';

ALTER TABLE ONLY scepgate.profile
    ADD CONSTRAINT profile_name_is_taken UNIQUE (name);

COMMENT ON CONSTRAINT profile_name_is_taken ON scepgate.profile IS 'There is a profile of this name.';

ALTER TABLE ONLY scepgate.ra_certificate
    ADD CONSTRAINT ra_certificate_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT ra_certificate_id_is_taken ON scepgate.ra_certificate IS 'This number is taken.';

ALTER TABLE ONLY scepgate.schema_api
    ADD CONSTRAINT schema_api_has_one_row PRIMARY KEY (single);

COMMENT ON CONSTRAINT schema_api_has_one_row ON scepgate.schema_api IS 'This table has exactly one row.';

ALTER TABLE ONLY scepgate.schema_version
    ADD CONSTRAINT schema_version_applied_once PRIMARY KEY (version);

COMMENT ON CONSTRAINT schema_version_applied_once ON scepgate.schema_version IS 'This migration was applied already.';

ALTER TABLE ONLY scepgate.static_challenge
    ADD CONSTRAINT static_challenge_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT static_challenge_id_is_taken ON scepgate.static_challenge IS 'This number is taken.';

ALTER TABLE ONLY scepgate.static_challenge
    ADD CONSTRAINT static_challenge_name_is_taken UNIQUE (endpoint_id, name);

COMMENT ON CONSTRAINT static_challenge_name_is_taken ON scepgate.static_challenge IS 'The endpoint has a challenge of this name.';

ALTER TABLE ONLY scepgate.transaction
    ADD CONSTRAINT transaction_id_is_taken PRIMARY KEY (id);

COMMENT ON CONSTRAINT transaction_id_is_taken ON scepgate.transaction IS 'This number is taken.';

ALTER TABLE ONLY scepgate.transaction
    ADD CONSTRAINT transaction_is_recorded_already UNIQUE (endpoint_id, transaction_id, requester_spki_sha256, csr_sha256);

COMMENT ON CONSTRAINT transaction_is_recorded_already ON scepgate.transaction IS 'This request of this device is recorded already.';

CREATE INDEX audit_event_by_at ON scepgate.audit_event USING btree (at);

COMMENT ON INDEX scepgate.audit_event_by_at IS 'Finds events by time.';

CREATE INDEX audit_event_by_reference ON scepgate.audit_event USING btree (reference) WHERE (reference IS NOT NULL);

COMMENT ON INDEX scepgate.audit_event_by_reference IS 'Finds the events of one request.';

CREATE INDEX ca_by_private_key ON scepgate.ca USING btree (private_key_id);

COMMENT ON INDEX scepgate.ca_by_private_key IS 'Finds the CA of a key.';

CREATE UNIQUE INDEX ca_certificate_is_taken ON scepgate.ca USING btree (sha256(certificate));

COMMENT ON INDEX scepgate.ca_certificate_is_taken IS 'This CA certificate is stored already.';

CREATE INDEX ca_next_by_private_key ON scepgate.ca_next USING btree (private_key_id);

COMMENT ON INDEX scepgate.ca_next_by_private_key IS 'Finds the next CA certificate of a key.';

CREATE INDEX certificate_by_application ON scepgate.certificate USING btree (application_id, id);

COMMENT ON INDEX scepgate.certificate_by_application IS 'Finds the certificates of an application.';

CREATE INDEX certificate_by_endpoint ON scepgate.certificate USING btree (endpoint_id);

COMMENT ON INDEX scepgate.certificate_by_endpoint IS 'Finds the certificates of an endpoint.';

CREATE INDEX certificate_by_not_after ON scepgate.certificate USING btree (not_after);

COMMENT ON INDEX scepgate.certificate_by_not_after IS 'Finds the certificates that expire soon.';

CREATE INDEX certificate_by_renewal_of ON scepgate.certificate USING btree (renewal_of) WHERE (renewal_of IS NOT NULL);

COMMENT ON INDEX scepgate.certificate_by_renewal_of IS 'Finds the successor of a certificate.';

CREATE INDEX certificate_by_revocation ON scepgate.certificate USING btree (ca_id, serial) WHERE (revoked_at IS NOT NULL);

COMMENT ON INDEX scepgate.certificate_by_revocation IS 'Finds what a CA has revoked, for its CRL.';

CREATE INDEX certificate_by_serial ON scepgate.certificate USING btree (encode(serial, 'hex'::text));

COMMENT ON INDEX scepgate.certificate_by_serial IS 'Finds a certificate by its serial number in hexadecimal.';

CREATE INDEX certificate_by_sha256 ON scepgate.certificate USING btree (encode(sha256, 'hex'::text));

COMMENT ON INDEX scepgate.certificate_by_sha256 IS 'Finds a certificate by its fingerprint in hexadecimal.';

CREATE INDEX certificate_by_spki_sha256 ON scepgate.certificate USING btree (spki_sha256);

COMMENT ON INDEX scepgate.certificate_by_spki_sha256 IS 'Finds the certificates of a key.';

CREATE INDEX endpoint_by_profile ON scepgate.endpoint USING btree (profile_id);

COMMENT ON INDEX scepgate.endpoint_by_profile IS 'Finds the endpoints of a profile.';

CREATE INDEX ra_certificate_by_endpoint ON scepgate.ra_certificate USING btree (endpoint_id);

COMMENT ON INDEX scepgate.ra_certificate_by_endpoint IS 'Finds the RA certificates of an endpoint.';

CREATE INDEX ra_certificate_by_private_key ON scepgate.ra_certificate USING btree (private_key_id);

COMMENT ON INDEX scepgate.ra_certificate_by_private_key IS 'Finds the RA certificate of a key.';

CREATE UNIQUE INDEX ra_certificate_is_the_only_current_one ON scepgate.ra_certificate USING btree (endpoint_id, use) WHERE (state = 'current'::text);

COMMENT ON INDEX scepgate.ra_certificate_is_the_only_current_one IS 'An endpoint has one current RA certificate for each use: make the other one previous first.';

CREATE INDEX transaction_by_certificate ON scepgate.transaction USING btree (certificate_id);

COMMENT ON INDEX scepgate.transaction_by_certificate IS 'Finds the transaction of a certificate.';

CREATE INDEX transaction_by_expiry ON scepgate.transaction USING btree (endpoint_id, expires_at) WHERE (state <> 'issued'::text);

COMMENT ON INDEX scepgate.transaction_by_expiry IS 'Finds the requests that wait on an endpoint, and those that expired.';

CREATE INDEX transaction_by_request ON scepgate.transaction USING btree (endpoint_id, csr_sha256);

COMMENT ON INDEX scepgate.transaction_by_request IS 'Finds who sent a certification request.';

CREATE TRIGGER audit_event_keep BEFORE DELETE OR UPDATE ON scepgate.audit_event FOR EACH ROW EXECUTE FUNCTION scepgate.audit_event_keep();

COMMENT ON TRIGGER audit_event_keep ON scepgate.audit_event IS 'Trigger: the audit trail only grows, but for maintenance by a member of scepgate_owner.';

CREATE TRIGGER audit_event_keep_all BEFORE TRUNCATE ON scepgate.audit_event FOR EACH STATEMENT EXECUTE FUNCTION scepgate.audit_event_keep();

COMMENT ON TRIGGER audit_event_keep_all ON scepgate.audit_event IS 'Trigger: the audit trail only grows, but for maintenance by a member of scepgate_owner.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.application FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.application IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.ca FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.ca IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.ca_next FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.ca_next IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.endpoint FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.endpoint IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.policy FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.policy IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.policy_rule FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.policy_rule IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.private_key FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.private_key IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.profile FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.profile IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.ra_certificate FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.ra_certificate IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON scepgate.static_challenge FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();

COMMENT ON TRIGGER configuration_changed ON scepgate.static_challenge IS 'Trigger of every configuration table: counts up the version of each endpoint concerned, notifies the channel scepgate_config, and writes an audit event.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.application FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.application IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.ca FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.ca IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.ca_next FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.ca_next IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.endpoint FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.endpoint IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.policy FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.policy IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.policy_rule FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.policy_rule IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.private_key FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.private_key IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.profile FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.profile IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.ra_certificate FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.ra_certificate IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR DELETE OR UPDATE ON scepgate.static_challenge FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();

COMMENT ON TRIGGER configuration_lock ON scepgate.static_challenge IS 'Trigger: lets one transaction at a time change configuration.';

CREATE TRIGGER crl_keep BEFORE UPDATE ON scepgate.crl FOR EACH ROW EXECUTE FUNCTION scepgate.crl_keep();

COMMENT ON TRIGGER crl_keep ON scepgate.crl IS 'Trigger: a published CRL never changes.';

CREATE TRIGGER crl_number_check BEFORE INSERT ON scepgate.crl FOR EACH ROW EXECUTE FUNCTION scepgate.crl_number_check();

COMMENT ON TRIGGER crl_number_check ON scepgate.crl IS 'Trigger: the numbers of the CRLs of a CA strictly increase, whoever publishes (RFC 5280 section 5.2.3).';

CREATE TRIGGER endpoint_next_version BEFORE INSERT OR UPDATE ON scepgate.endpoint FOR EACH ROW EXECUTE FUNCTION scepgate.endpoint_next_version();

COMMENT ON TRIGGER endpoint_next_version ON scepgate.endpoint IS 'Trigger: counts the version of an endpoint up, whatever the statement says.';

CREATE TRIGGER policy_limits_check AFTER UPDATE ON scepgate.policy FOR EACH ROW EXECUTE FUNCTION scepgate.policy_limits_check();

COMMENT ON TRIGGER policy_limits_check ON scepgate.policy IS 'Trigger: no profile gives a longer validity than its policy allows.';

CREATE TRIGGER policy_limits_check AFTER INSERT OR UPDATE ON scepgate.profile FOR EACH ROW EXECUTE FUNCTION scepgate.policy_limits_check();

COMMENT ON TRIGGER policy_limits_check ON scepgate.profile IS 'Trigger: no profile gives a longer validity than its policy allows.';

CREATE TRIGGER policy_rule_count_check AFTER INSERT OR UPDATE ON scepgate.policy_rule FOR EACH ROW EXECUTE FUNCTION scepgate.policy_rule_count_check();

COMMENT ON TRIGGER policy_rule_count_check ON scepgate.policy_rule IS 'Trigger: a policy has at most 256 rules.';

CREATE TRIGGER private_key_sweep AFTER DELETE OR UPDATE OF private_key_id ON scepgate.ca FOR EACH ROW EXECUTE FUNCTION scepgate.private_key_sweep();

COMMENT ON TRIGGER private_key_sweep ON scepgate.ca IS 'Trigger: deletes a private key together with the last certificate that used it.';

CREATE TRIGGER private_key_sweep AFTER DELETE OR UPDATE OF private_key_id ON scepgate.ca_next FOR EACH ROW EXECUTE FUNCTION scepgate.private_key_sweep();

COMMENT ON TRIGGER private_key_sweep ON scepgate.ca_next IS 'Trigger: deletes a private key together with the last certificate that used it.';

CREATE TRIGGER private_key_sweep AFTER DELETE OR UPDATE OF private_key_id ON scepgate.ra_certificate FOR EACH ROW EXECUTE FUNCTION scepgate.private_key_sweep();

COMMENT ON TRIGGER private_key_sweep ON scepgate.ra_certificate IS 'Trigger: deletes a private key together with the last certificate that used it.';

ALTER TABLE ONLY scepgate.certificate
    ADD CONSTRAINT application_has_issued_certificates FOREIGN KEY (application_id) REFERENCES scepgate.application(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT application_has_issued_certificates ON scepgate.certificate IS 'The application has issued certificates and is kept with them; it can be disabled.';

ALTER TABLE ONLY scepgate.endpoint
    ADD CONSTRAINT application_still_has_endpoints FOREIGN KEY (application_id) REFERENCES scepgate.application(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT application_still_has_endpoints ON scepgate.endpoint IS 'The application still has endpoints: detach them first, or disable the application.';

ALTER TABLE ONLY scepgate.certificate
    ADD CONSTRAINT ca_has_issued_certificates FOREIGN KEY (ca_id) REFERENCES scepgate.ca(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT ca_has_issued_certificates ON scepgate.certificate IS 'The CA has issued certificates and is kept with them; it can be disabled.';

ALTER TABLE ONLY scepgate.ca
    ADD CONSTRAINT ca_has_issued_this_ca FOREIGN KEY (issuer_id) REFERENCES scepgate.ca(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT ca_has_issued_this_ca ON scepgate.ca IS 'Another CA names this one as its issuer: delete that one first.';

ALTER TABLE ONLY scepgate.ca
    ADD CONSTRAINT ca_needs_its_private_key FOREIGN KEY (private_key_id) REFERENCES scepgate.private_key(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT ca_needs_its_private_key ON scepgate.ca IS 'The private key belongs to a CA: delete the CA, and the key goes with it.';

ALTER TABLE ONLY scepgate.ca_next
    ADD CONSTRAINT ca_next_needs_its_ca FOREIGN KEY (ca_id) REFERENCES scepgate.ca(id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT ca_next_needs_its_ca ON scepgate.ca_next IS 'There is no such CA.';

ALTER TABLE ONLY scepgate.ca_next
    ADD CONSTRAINT ca_next_needs_its_private_key FOREIGN KEY (private_key_id) REFERENCES scepgate.private_key(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT ca_next_needs_its_private_key ON scepgate.ca_next IS 'The private key belongs to the next certificate of a CA: remove that, and the key goes with it.';

ALTER TABLE ONLY scepgate.profile
    ADD CONSTRAINT ca_still_has_profiles FOREIGN KEY (ca_id) REFERENCES scepgate.ca(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT ca_still_has_profiles ON scepgate.profile IS 'Profiles use this CA: delete them or give them another CA first. A CA that shall issue nothing more can be disabled.';

ALTER TABLE ONLY scepgate.transaction
    ADD CONSTRAINT certificate_still_has_its_transaction FOREIGN KEY (certificate_id) REFERENCES scepgate.certificate(id) DEFERRABLE INITIALLY DEFERRED;

COMMENT ON CONSTRAINT certificate_still_has_its_transaction ON scepgate.transaction IS 'A certificate is kept as long as its transaction.';

ALTER TABLE ONLY scepgate.certificate
    ADD CONSTRAINT certificate_was_renewed FOREIGN KEY (renewal_of) REFERENCES scepgate.certificate(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT certificate_was_renewed ON scepgate.certificate IS 'Another certificate renews this one; both are kept.';

ALTER TABLE ONLY scepgate.crl
    ADD CONSTRAINT crl_needs_its_ca FOREIGN KEY (ca_id) REFERENCES scepgate.ca(id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT crl_needs_its_ca ON scepgate.crl IS 'There is no such CA.';

ALTER TABLE ONLY scepgate.certificate
    ADD CONSTRAINT endpoint_has_issued_certificates FOREIGN KEY (endpoint_id) REFERENCES scepgate.endpoint(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT endpoint_has_issued_certificates ON scepgate.certificate IS 'The endpoint has issued certificates and is kept with them; it can be disabled.';

ALTER TABLE ONLY scepgate.transaction
    ADD CONSTRAINT endpoint_has_transactions FOREIGN KEY (endpoint_id) REFERENCES scepgate.endpoint(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT endpoint_has_transactions ON scepgate.transaction IS 'The endpoint has received requests and is kept with them; it can be disabled.';

ALTER TABLE ONLY scepgate.policy_rule
    ADD CONSTRAINT policy_rule_needs_its_policy FOREIGN KEY (policy_id) REFERENCES scepgate.policy(id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT policy_rule_needs_its_policy ON scepgate.policy_rule IS 'There is no such policy.';

ALTER TABLE ONLY scepgate.profile
    ADD CONSTRAINT policy_still_has_profiles FOREIGN KEY (policy_id) REFERENCES scepgate.policy(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT policy_still_has_profiles ON scepgate.profile IS 'Profiles use this policy: delete them or give them another policy first.';

ALTER TABLE ONLY scepgate.endpoint
    ADD CONSTRAINT profile_still_has_endpoints FOREIGN KEY (profile_id) REFERENCES scepgate.profile(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT profile_still_has_endpoints ON scepgate.endpoint IS 'The profile is still attached to applications: detach it first.';

ALTER TABLE ONLY scepgate.ra_certificate
    ADD CONSTRAINT ra_certificate_needs_its_endpoint FOREIGN KEY (endpoint_id) REFERENCES scepgate.endpoint(id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT ra_certificate_needs_its_endpoint ON scepgate.ra_certificate IS 'There is no such endpoint.';

ALTER TABLE ONLY scepgate.ra_certificate
    ADD CONSTRAINT ra_certificate_needs_its_private_key FOREIGN KEY (private_key_id) REFERENCES scepgate.private_key(id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT ra_certificate_needs_its_private_key ON scepgate.ra_certificate IS 'The private key belongs to an RA certificate: delete that, and the key goes with it.';

ALTER TABLE ONLY scepgate.static_challenge
    ADD CONSTRAINT static_challenge_needs_its_endpoint FOREIGN KEY (endpoint_id) REFERENCES scepgate.endpoint(id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT static_challenge_needs_its_endpoint ON scepgate.static_challenge IS 'There is no such endpoint.';

GRANT USAGE ON SCHEMA scepgate TO scepgate_worker;
GRANT USAGE ON SCHEMA scepgate TO scepgate_admin;
GRANT USAGE ON SCHEMA scepgate TO scepgate_operator;
GRANT USAGE ON SCHEMA scepgate TO scepgate_auditor;
GRANT USAGE ON SCHEMA scepgate TO scepgate_minter;
GRANT USAGE ON SCHEMA scepgate TO scepgate_public;

REVOKE ALL ON FUNCTION scepgate.address_or_null(address text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.application_alter(name text, new_name text, description text, enabled boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.application_alter(name text, new_name text, description text, enabled boolean) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.application_create(name text, description text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.application_create(name text, description text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.application_delete(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.application_delete(name text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.application_id(name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.are_key_purposes(words text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.are_key_purposes(words text[]) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.audit_configuration(table_name text, before jsonb, after jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.audit_event_keep() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.audit_value(column_name text, value jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.ca_alter(name text, new_name text, description text, enabled boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.ca_alter(name text, new_name text, description text, enabled boolean) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.ca_create(name text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea, description text, issuer text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.ca_create(name text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea, description text, issuer text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.ca_delete(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.ca_delete(name text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.ca_id(name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.ca_next_remove(ca text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.ca_next_remove(ca text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.ca_next_set(ca text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.ca_next_set(ca text, certificate bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone, private_key bytea, spki_sha256 bytea) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.certificate_find(endpoint_id integer, endpoint_version bigint, serial bytea, requester_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.certificate_find(endpoint_id integer, endpoint_version bigint, serial bytea, requester_sha256 bytea) TO scepgate_worker;

REVOKE ALL ON FUNCTION scepgate.challenge_is_live(endpoint_id integer, challenge_mode text, static_challenge_id integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.challenge_remove(application text, profile text, name text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.challenge_remove(application text, profile text, name text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.challenge_set(application text, profile text, hash text, name text, expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.challenge_set(application text, profile text, hash text, name text, expires_at timestamp with time zone) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.configuration_changed() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.configuration_endpoints(table_name text, row_id integer, owner_id integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.configuration_lock() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.crl_keep() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.crl_latest(ca_id integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.crl_latest(ca_id integer) TO scepgate_worker;
GRANT ALL ON FUNCTION scepgate.crl_latest(ca_id integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.crl_material(ca text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.crl_material(ca text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.crl_number_check() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamp with time zone, next_update timestamp with time zone, der bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamp with time zone, next_update timestamp with time zone, der bytea) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_alter(application text, profile text, enabled boolean, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.endpoint_alter(application text, profile text, enabled boolean, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_attach(application text, profile text, ra_certificate bytea, ra_private_key bytea, ra_spki_sha256 bytea, ra_subject text, ra_not_before timestamp with time zone, ra_not_after timestamp with time zone, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.endpoint_attach(application text, profile text, ra_certificate bytea, ra_private_key bytea, ra_spki_sha256 bytea, ra_subject text, ra_not_before timestamp with time zone, ra_not_after timestamp with time zone, challenge_mode text, allowed_ciphers text[], allowed_digests text[], include_chain boolean, replay_window_seconds integer, default_for_host text, approval text, ca_certs text, include_root boolean, append_chain boolean, password_recipient boolean, allowed_keys text[], pending_lifetime_seconds integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_default(host text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.endpoint_default(host text) TO scepgate_worker;
GRANT ALL ON FUNCTION scepgate.endpoint_default(host text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_detach(application text, profile text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.endpoint_detach(application text, profile text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_id(application text, profile text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) TO scepgate_worker;
GRANT ALL ON FUNCTION scepgate.endpoint_is_current(endpoint_id integer, endpoint_version bigint) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_load(application text, profile text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.endpoint_load(application text, profile text) TO scepgate_worker;
GRANT ALL ON FUNCTION scepgate.endpoint_load(application text, profile text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.endpoint_next_version() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.enrol_commit(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, authorisation text, static_challenge_id integer, csr bytea, certificate bytea, serial bytea, spki_sha256 bytea, subject text, sans text, not_before timestamp with time zone, not_after timestamp with time zone, notes text, client_address text, reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.enrol_commit(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, authorisation text, static_challenge_id integer, csr bytea, certificate bytea, serial bytea, spki_sha256 bytea, subject text, sans text, not_before timestamp with time zone, not_after timestamp with time zone, notes text, client_address text, reference text) TO scepgate_worker;

REVOKE ALL ON FUNCTION scepgate.enrol_lookup(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.enrol_lookup(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea) TO scepgate_worker;

REVOKE ALL ON FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, static_challenge_id integer, csr bytea, subject text, sans text, client_address text, reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.enrol_pend(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea, message_type integer, static_challenge_id integer, csr bytea, subject text, sans text, client_address text, reference text) TO scepgate_worker;

REVOKE ALL ON FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.enrol_poll(endpoint_id integer, endpoint_version bigint, transaction_id bytea, requester_spki_sha256 bytea) TO scepgate_worker;

REVOKE ALL ON FUNCTION scepgate.enrol_refuse(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, message_type integer, error text, detail text, subject text, client_address text, reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.enrol_refuse(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, message_type integer, error text, detail text, subject text, client_address text, reference text) TO scepgate_worker;

REVOKE ALL ON FUNCTION scepgate.is_attribute_type(word text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.is_attribute_type(word text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.is_dotted_oid(word text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.is_dotted_oid(word text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.is_key_purpose(word text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.is_key_purpose(word text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.is_rule_item(target text, item text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.is_rule_item(target text, item text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.octets_as_text(octets bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.octets_as_text(octets bytea) TO scepgate_admin;
GRANT ALL ON FUNCTION scepgate.octets_as_text(octets bytea) TO scepgate_operator;
GRANT ALL ON FUNCTION scepgate.octets_as_text(octets bytea) TO scepgate_auditor;

REVOKE ALL ON FUNCTION scepgate.policy_alter(name text, new_name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.policy_alter(name text, new_name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.policy_create(name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.policy_create(name text, description text, unlisted text, allow_empty_subject boolean, rsa_min_bits integer, rsa_max_bits integer, ec_curves text[], ed25519 boolean, max_validity_days integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.policy_delete(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.policy_delete(name text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.policy_id(name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.policy_limits_check() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.policy_rule_add(policy text, target text, effect text, item text, pattern text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.policy_rule_add(policy text, target text, effect text, item text, pattern text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.policy_rule_count_check() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.policy_rule_remove(policy text, target text, effect text, item text, pattern text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.policy_rule_remove(policy text, target text, effect text, item text, pattern text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.private_key_create(pkcs8 bytea, spki_sha256 bytea) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.private_key_sweep() FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.profile_alter(name text, new_name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.profile_alter(name text, new_name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.profile_create(name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.profile_create(name text, ca text, policy text, description text, validity_days integer, key_usage text[], extended_key_usage text[], backdate_seconds integer) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.profile_delete(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.profile_delete(name text) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.profile_id(name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.ra_certificate_set(application text, profile text, certificate bytea, private_key bytea, spki_sha256 bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.ra_certificate_set(application text, profile text, certificate bytea, private_key bytea, spki_sha256 bytea, subject text, not_before timestamp with time zone, not_after timestamp with time zone) TO scepgate_admin;

REVOKE ALL ON FUNCTION scepgate.request_is_foreign(endpoint_id integer, requester_spki_sha256 bytea, csr_sha256 bytea) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.transaction_approve(id bigint, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.transaction_approve(id bigint, reason text) TO scepgate_admin;
GRANT ALL ON FUNCTION scepgate.transaction_approve(id bigint, reason text) TO scepgate_operator;

REVOKE ALL ON FUNCTION scepgate.transaction_decide(id bigint, decision text, reason text) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.transaction_deny(id bigint, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.transaction_deny(id bigint, reason text) TO scepgate_admin;
GRANT ALL ON FUNCTION scepgate.transaction_deny(id bigint, reason text) TO scepgate_operator;

REVOKE ALL ON FUNCTION scepgate.transaction_is_live(state text, updated_at timestamp with time zone, replay_window interval, expires_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION scepgate.words_are_known(words text[], known text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION scepgate.words_are_known(words text[], known text[]) TO scepgate_admin;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.application TO scepgate_admin;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.endpoint TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.applications TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.applications TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.applications TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.audit_event TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.audit_events TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.audit_events TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.audit_events TO scepgate_auditor;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.ca TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.ca_certificates TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.ca_certificates TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.ca_certificates TO scepgate_auditor;
GRANT SELECT ON TABLE scepgate.ca_certificates TO scepgate_public;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.ca_next TO scepgate_admin;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.private_key TO scepgate_admin;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.profile TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.cas TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.cas TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.cas TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.certificate TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.certificate_files TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.certificate_files TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.certificate_files TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.certificates TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.certificates TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.certificates TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.crl TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.crls TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.crls TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.crls TO scepgate_auditor;
GRANT SELECT ON TABLE scepgate.crls TO scepgate_public;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.policy TO scepgate_admin;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.ra_certificate TO scepgate_admin;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.static_challenge TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.transaction TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.endpoints TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.endpoints TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.endpoints TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.next_cas TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.next_cas TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.next_cas TO scepgate_auditor;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scepgate.policy_rule TO scepgate_admin;

GRANT SELECT ON TABLE scepgate.policies TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.policies TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.policies TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.policy_rules TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.policy_rules TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.policy_rules TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.profiles TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.profiles TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.profiles TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.ra_certificates TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.ra_certificates TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.ra_certificates TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.schema_api TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.schema_api TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.schema_api TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.schema_version TO scepgate_worker;
GRANT SELECT ON TABLE scepgate.schema_version TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.schema_version TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.schema_version TO scepgate_auditor;
GRANT SELECT ON TABLE scepgate.schema_version TO scepgate_minter;
GRANT SELECT ON TABLE scepgate.schema_version TO scepgate_public;

GRANT SELECT ON TABLE scepgate.static_challenges TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.static_challenges TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.static_challenges TO scepgate_auditor;

GRANT SELECT ON TABLE scepgate.transactions TO scepgate_admin;
GRANT SELECT ON TABLE scepgate.transactions TO scepgate_operator;
GRANT SELECT ON TABLE scepgate.transactions TO scepgate_auditor;

ALTER DEFAULT PRIVILEGES FOR ROLE scepgate_owner REVOKE ALL ON FUNCTIONS  FROM PUBLIC;

