-- CAs. In *_alter, null leaves a value as it is. Every function returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.private_key_create(private_key bytea, spki_sha256 bytea) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	scheme CONSTANT bytea := 'pkcs11:';
	new_id integer;
BEGIN
	IF substring(private_key_create.private_key FROM 1 FOR length(scheme)) = scheme THEN
		INSERT INTO scepgate.private_key (kind, uri, spki_sha256) VALUES ('pkcs11', convert_from(private_key_create.private_key, 'UTF8'), private_key_create.spki_sha256) RETURNING id INTO new_id;
	ELSE
		INSERT INTO scepgate.private_key (kind, pkcs8, spki_sha256) VALUES ('pkcs8', private_key_create.private_key, private_key_create.spki_sha256) RETURNING id INTO new_id;
	END IF;
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.private_key_create(bytea, bytea) IS 'Store a private key: encrypted PKCS#8, or the URI (pkcs11:) of a key in a token, as octets. For the functions that store certificates.';

CREATE OR REPLACE FUNCTION scepgate.ca_create(name text, certificate bytea, subject text, not_before timestamptz, not_after timestamptz, private_key bytea DEFAULT NULL,
		spki_sha256 bytea DEFAULT NULL, description text DEFAULT '', issuer text DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
COMMENT ON FUNCTION scepgate.ca_create(text, bytea, text, timestamptz, timestamptz, bytea, bytea, text, text)
	IS 'Store a CA: certificate in DER, private_key as encrypted PKCS#8, or the URI of a key in a token as octets, with the digest of its SubjectPublicKeyInfo. Without private_key it is a link of a chain only. issuer: the name of the CA above it, if that one is stored here.';

CREATE OR REPLACE FUNCTION scepgate.ca_alter(name text, new_name text DEFAULT NULL, description text DEFAULT NULL, enabled boolean DEFAULT NULL, crl_urls text[] DEFAULT NULL,
		delta_crl_urls text[] DEFAULT NULL, ca_urls text[] DEFAULT NULL, crl_validity_hours integer DEFAULT NULL, delta_crl_hours integer DEFAULT NULL, crl_partitions integer DEFAULT NULL,
		publish_on_revocation boolean DEFAULT NULL) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	UPDATE scepgate.ca c SET
		name = coalesce(ca_alter.new_name, c.name),
		description = coalesce(ca_alter.description, c.description),
		enabled = coalesce(ca_alter.enabled, c.enabled),
		crl_urls = coalesce(ca_alter.crl_urls, c.crl_urls),
		delta_crl_urls = coalesce(ca_alter.delta_crl_urls, c.delta_crl_urls),
		ca_urls = coalesce(ca_alter.ca_urls, c.ca_urls),
		crl_validity_hours = coalesce(ca_alter.crl_validity_hours, c.crl_validity_hours),
		delta_crl_hours = CASE WHEN ca_alter.delta_crl_hours IS NULL THEN c.delta_crl_hours ELSE nullif(ca_alter.delta_crl_hours, 0) END,
		crl_partitions = coalesce(ca_alter.crl_partitions, c.crl_partitions),
		publish_on_revocation = coalesce(ca_alter.publish_on_revocation, c.publish_on_revocation)
	WHERE c.id = scepgate.ca_id(ca_alter.name) RETURNING c.id
$$;
COMMENT ON FUNCTION scepgate.ca_alter(text, text, text, boolean, text[], text[], text[], integer, integer, integer, boolean)
	IS 'Rename, describe, enable or disable a CA; say where its CRLs and its certificate are fetched, for the certificates that it will issue, and how long its CRLs are good. delta_crl_hours 0: no deltas. Its certificate and key never change: make another CA.';

CREATE OR REPLACE FUNCTION scepgate.ca_delete(name text) RETURNS integer
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ DELETE FROM scepgate.ca c WHERE c.id = scepgate.ca_id(ca_delete.name) RETURNING c.id $$;
COMMENT ON FUNCTION scepgate.ca_delete(text) IS 'Delete a CA, with its private key, that has issued nothing and that no profile uses.';

CREATE OR REPLACE FUNCTION scepgate.ca_next_set(ca text, certificate bytea, subject text, not_before timestamptz, not_after timestamptz, private_key bytea DEFAULT NULL,
		spki_sha256 bytea DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
COMMENT ON FUNCTION scepgate.ca_next_set(text, bytea, text, timestamptz, timestamptz, bytea, bytea)
	IS 'Announce the next certificate of a CA, which GetNextCACert then gives out (RFC 8894 section 4.7): certificate in DER, private_key as for ca_create(), when it is known here. Replaces one that was announced before, with its key.';

CREATE OR REPLACE FUNCTION scepgate.ca_next_remove(ca text) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
COMMENT ON FUNCTION scepgate.ca_next_remove(text) IS 'Take back the next certificate of a CA, with its private key; raises no_data_found.';
