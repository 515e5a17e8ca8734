-- Policies and their rules. In *_alter, null leaves a value as it is. Every function returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.policy_create(name text, description text DEFAULT '', unlisted text DEFAULT 'refuse', allow_empty_subject boolean DEFAULT false,
		rsa_min_bits integer DEFAULT 2048, rsa_max_bits integer DEFAULT 8192, ec_curves text[] DEFAULT '{p256,p384,p521}', ed25519 boolean DEFAULT false,
		max_validity_days integer DEFAULT 825, several_common_names boolean DEFAULT false, csr_digests text[] DEFAULT '{sha1,sha224,sha256,sha384,sha512}',
		past_ca text DEFAULT 'clip') RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	INSERT INTO scepgate.policy (name, description, unlisted, allow_empty_subject, rsa_min_bits, rsa_max_bits, ec_curves, ed25519, max_validity_days, several_common_names,
		csr_digests, past_ca)
	VALUES (policy_create.name, policy_create.description, policy_create.unlisted, policy_create.allow_empty_subject, policy_create.rsa_min_bits, policy_create.rsa_max_bits,
		policy_create.ec_curves, policy_create.ed25519, policy_create.max_validity_days, policy_create.several_common_names, policy_create.csr_digests, policy_create.past_ca)
	RETURNING id
$$;
COMMENT ON FUNCTION scepgate.policy_create(text, text, text, boolean, integer, integer, text[], boolean, integer, boolean, text[], text) IS 'Make a policy. Without rules it lists nothing, so with unlisted = refuse it refuses every name and usage.';

CREATE OR REPLACE FUNCTION scepgate.ready_policies() RETURNS TABLE (name text, description text, unlisted text, allow_empty_subject boolean, ed25519 boolean, max_validity_days integer)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$
	VALUES ('device', 'Phones and computers that prove who they are', 'drop', false, false, 825),
		('user', 'People, for authentication and mail', 'drop', false, false, 825),
		('eap-tls', 'Wi-Fi and VPN', 'drop', false, true, 825),
		('tls-server', 'Servers known by their host names', 'refuse', true, true, 398),
		('iot', 'Printers, phones, sensors: clients that are servers too', 'drop', false, true, 3650)
$$;
COMMENT ON FUNCTION scepgate.ready_policies() IS 'The policies that policy_create_from can make, with the settings in which they differ.';

CREATE OR REPLACE FUNCTION scepgate.ready_policy_rules(ready text) RETURNS TABLE (target text, effect text, item text)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT r.target, r.effect, i.item
	FROM (VALUES
		('device', 'subject', 'require', '{CN}'::text[]),
		('device', 'subject', 'allow', '{O,OU,C,ST,L,DC,serialNumber,UID,unstructuredName}'),
		('device', 'san', 'allow', '{dns,uri}'),
		('device', 'key_usage', 'allow', '{digitalSignature,keyEncipherment,keyAgreement}'),
		('device', 'ext_key_usage', 'allow', '{clientAuth}'),
		('user', 'subject', 'require', '{CN}'),
		('user', 'subject', 'allow', '{O,OU,C,ST,L,DC,UID,emailAddress}'),
		('user', 'san', 'allow', '{email,upn}'),
		('user', 'key_usage', 'allow', '{digitalSignature,keyEncipherment,keyAgreement}'),
		('user', 'ext_key_usage', 'allow', '{clientAuth,emailProtection}'),
		('eap-tls', 'subject', 'require', '{CN}'),
		('eap-tls', 'subject', 'allow', '{O,OU,C,DC,serialNumber}'),
		('eap-tls', 'san', 'allow', '{dns,email,upn}'),
		('eap-tls', 'key_usage', 'allow', '{digitalSignature,keyEncipherment,keyAgreement}'),
		('eap-tls', 'ext_key_usage', 'allow', '{clientAuth,eapOverLAN,ipsecIKE}'),
		('tls-server', 'subject', 'allow', '{CN,O,OU,C,ST,L}'),
		('tls-server', 'san', 'require', '{dns}'),
		('tls-server', 'san', 'allow', '{ip}'),
		('tls-server', 'key_usage', 'allow', '{digitalSignature,keyEncipherment}'),
		('tls-server', 'ext_key_usage', 'allow', '{serverAuth}'),
		('iot', 'subject', 'require', '{CN}'),
		('iot', 'subject', 'allow', '{O,OU,C,ST,L,DC,serialNumber,unstructuredName,unstructuredAddress}'),
		('iot', 'san', 'allow', '{dns,ip,uri}'),
		('iot', 'key_usage', 'allow', '{digitalSignature,keyEncipherment,keyAgreement}'),
		('iot', 'ext_key_usage', 'allow', '{clientAuth,serverAuth}')) AS r (ready, target, effect, items), unnest(r.items) AS i (item)
	WHERE r.ready = ready_policy_rules.ready
$$;
COMMENT ON FUNCTION scepgate.ready_policy_rules(text) IS 'The rules of a ready policy.';

CREATE OR REPLACE FUNCTION scepgate.policy_create_from(name text, ready text) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	model record;
	new_id integer;
BEGIN
	SELECT r.* INTO model FROM scepgate.ready_policies() AS r WHERE r.name = policy_create_from.ready;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no ready policy "%"', policy_create_from.ready USING ERRCODE = 'no_data_found';
	END IF;
	new_id := scepgate.policy_create(policy_create_from.name, model.description, model.unlisted, model.allow_empty_subject, ed25519 => model.ed25519, max_validity_days => model.max_validity_days);
	INSERT INTO scepgate.policy_rule (policy_id, target, effect, item) SELECT new_id, r.target, r.effect, r.item FROM scepgate.ready_policy_rules(policy_create_from.ready) AS r;
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.policy_create_from(text, text) IS 'Make a policy like a ready one, with its rules: device, user, eap-tls, tls-server or iot. It is a policy like others, and can be changed. Raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.policy_alter(name text, new_name text DEFAULT NULL, description text DEFAULT NULL, unlisted text DEFAULT NULL,
		allow_empty_subject boolean DEFAULT NULL, rsa_min_bits integer DEFAULT NULL, rsa_max_bits integer DEFAULT NULL, ec_curves text[] DEFAULT NULL, ed25519 boolean DEFAULT NULL,
		max_validity_days integer DEFAULT NULL, several_common_names boolean DEFAULT NULL, csr_digests text[] DEFAULT NULL, past_ca text DEFAULT NULL) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
		max_validity_days = coalesce(policy_alter.max_validity_days, l.max_validity_days),
		several_common_names = coalesce(policy_alter.several_common_names, l.several_common_names),
		csr_digests = coalesce(policy_alter.csr_digests, l.csr_digests),
		past_ca = coalesce(policy_alter.past_ca, l.past_ca)
	WHERE l.id = scepgate.policy_id(policy_alter.name) RETURNING l.id
$$;
COMMENT ON FUNCTION scepgate.policy_alter(text, text, text, text, boolean, integer, integer, text[], boolean, integer, boolean, text[], text) IS 'Change a policy, for all its profiles at once.';

CREATE OR REPLACE FUNCTION scepgate.policy_delete(name text) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ DELETE FROM scepgate.policy l WHERE l.id = scepgate.policy_id(policy_delete.name) RETURNING l.id $$;
COMMENT ON FUNCTION scepgate.policy_delete(text) IS 'Delete a policy, with its rules, that no profile uses.';

CREATE OR REPLACE FUNCTION scepgate.policy_rule_add(policy text, target text, effect text, item text, pattern text DEFAULT '*') RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	INSERT INTO scepgate.policy_rule (policy_id, target, effect, item, pattern)
	VALUES (scepgate.policy_id(policy_rule_add.policy), policy_rule_add.target, policy_rule_add.effect, policy_rule_add.item, coalesce(policy_rule_add.pattern, '*')) RETURNING id
$$;
COMMENT ON FUNCTION scepgate.policy_rule_add(text, text, text, text, text) IS 'Add a rule to a policy: target subject, san, key_usage or ext_key_usage; effect allow, require or deny.';

CREATE OR REPLACE FUNCTION scepgate.policy_rule_remove(policy text, target text, effect text, item text, pattern text DEFAULT '*') RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
COMMENT ON FUNCTION scepgate.policy_rule_remove(text, text, text, text, text) IS 'Remove a rule, named by all that it says; raises no_data_found.';
