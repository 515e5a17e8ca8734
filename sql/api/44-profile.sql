-- Profiles. In *_alter, null leaves a value as it is. Every function returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.profile_create(name text, ca text, policy text, description text DEFAULT '', validity_days integer DEFAULT 365,
		key_usage text[] DEFAULT '{digitalSignature,keyEncipherment}', extended_key_usage text[] DEFAULT '{clientAuth}', backdate_seconds integer DEFAULT 300,
		validity_hours integer DEFAULT NULL, valid_until timestamptz DEFAULT NULL, subject_template text DEFAULT '', san_templates text[] DEFAULT '{}', extensions text[] DEFAULT '{}')
	RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	INSERT INTO scepgate.profile (name, description, ca_id, policy_id, validity_days, key_usage, extended_key_usage, backdate_seconds, validity_hours, valid_until,
		subject_template, san_templates, extensions)
	VALUES (profile_create.name, profile_create.description, scepgate.ca_id(profile_create.ca), scepgate.policy_id(profile_create.policy), profile_create.validity_days,
		profile_create.key_usage, profile_create.extended_key_usage, profile_create.backdate_seconds, profile_create.validity_hours, profile_create.valid_until,
		profile_create.subject_template, profile_create.san_templates, profile_create.extensions)
	RETURNING id
$$;
COMMENT ON FUNCTION scepgate.profile_create(text, text, text, text, integer, text[], text[], integer, integer, timestamptz, text, text[], text[])
	IS 'Make a profile of a CA, a policy and default values. validity_hours or valid_until, when given, counts instead of validity_days.';

CREATE OR REPLACE FUNCTION scepgate.profile_alter(name text, new_name text DEFAULT NULL, ca text DEFAULT NULL, policy text DEFAULT NULL, description text DEFAULT NULL,
		validity_days integer DEFAULT NULL, key_usage text[] DEFAULT NULL, extended_key_usage text[] DEFAULT NULL, backdate_seconds integer DEFAULT NULL, validity_hours integer DEFAULT NULL,
		valid_until timestamptz DEFAULT NULL, subject_template text DEFAULT NULL, san_templates text[] DEFAULT NULL, extensions text[] DEFAULT NULL) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	UPDATE scepgate.profile p SET
		name = coalesce(profile_alter.new_name, p.name),
		description = coalesce(profile_alter.description, p.description),
		ca_id = CASE WHEN profile_alter.ca IS NULL THEN p.ca_id ELSE scepgate.ca_id(profile_alter.ca) END,
		policy_id = CASE WHEN profile_alter.policy IS NULL THEN p.policy_id ELSE scepgate.policy_id(profile_alter.policy) END,
		validity_days = coalesce(profile_alter.validity_days, p.validity_days),
		key_usage = coalesce(profile_alter.key_usage, p.key_usage),
		extended_key_usage = coalesce(profile_alter.extended_key_usage, p.extended_key_usage),
		backdate_seconds = coalesce(profile_alter.backdate_seconds, p.backdate_seconds),
		-- One of the three counts: who gives one takes the others away.
		validity_hours = CASE WHEN num_nonnulls(profile_alter.validity_days, profile_alter.validity_hours, profile_alter.valid_until) = 0 THEN p.validity_hours
			ELSE profile_alter.validity_hours END,
		valid_until = CASE WHEN num_nonnulls(profile_alter.validity_days, profile_alter.validity_hours, profile_alter.valid_until) = 0 THEN p.valid_until
			ELSE profile_alter.valid_until END,
		subject_template = coalesce(profile_alter.subject_template, p.subject_template),
		san_templates = coalesce(profile_alter.san_templates, p.san_templates),
		extensions = coalesce(profile_alter.extensions, p.extensions)
	WHERE p.id = scepgate.profile_id(profile_alter.name) RETURNING p.id
$$;
COMMENT ON FUNCTION scepgate.profile_alter(text, text, text, text, text, integer, text[], text[], integer, integer, timestamptz, text, text[], text[])
	IS 'Change a profile, for all applications that it is attached to at once. Whichever of validity_days, validity_hours and valid_until is given counts from then on.';

CREATE OR REPLACE FUNCTION scepgate.profile_delete(name text) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ DELETE FROM scepgate.profile p WHERE p.id = scepgate.profile_id(profile_delete.name) RETURNING p.id $$;
COMMENT ON FUNCTION scepgate.profile_delete(text) IS 'Delete a profile that is attached to no application.';
