-- Applications. In *_alter, null leaves a value as it is. Every function returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.application_create(name text, description text DEFAULT '') RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	INSERT INTO scepgate.application (name, description) VALUES (application_create.name, coalesce(application_create.description, '')) RETURNING id
$$;
COMMENT ON FUNCTION scepgate.application_create(text, text) IS 'Make an application.';

CREATE OR REPLACE FUNCTION scepgate.application_alter(name text, new_name text DEFAULT NULL, description text DEFAULT NULL, enabled boolean DEFAULT NULL) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	UPDATE scepgate.application a SET
		name = coalesce(application_alter.new_name, a.name),
		description = coalesce(application_alter.description, a.description),
		enabled = coalesce(application_alter.enabled, a.enabled)
	WHERE a.id = scepgate.application_id(application_alter.name) RETURNING a.id
$$;
COMMENT ON FUNCTION scepgate.application_alter(text, text, text, boolean) IS 'Rename, describe, enable or disable an application.';

CREATE OR REPLACE FUNCTION scepgate.application_delete(name text) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ DELETE FROM scepgate.application a WHERE a.id = scepgate.application_id(application_delete.name) RETURNING a.id $$;
COMMENT ON FUNCTION scepgate.application_delete(text) IS 'Delete an application that has no endpoints.';
