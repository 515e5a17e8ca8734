-- CAs above and below each other, and what comes from elsewhere: certificates of subordinate CAs, requests of CAs of ours, certificates that another server issued.

CREATE OR REPLACE FUNCTION scepgate.subordinate_record(ca text, certificate bytea, serial bytea, spki_sha256 bytea, subject text, not_before timestamptz, not_after timestamptz,
		csr bytea DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	issuer integer := scepgate.ca_id(subordinate_record.ca);
	new_id bigint;
BEGIN
	-- A CA that we signed for somebody else may come back as one that is imported.
	SELECT c.id INTO new_id FROM scepgate.certificate c WHERE c.ca_id = issuer AND c.serial = subordinate_record.serial AND c.der = subordinate_record.certificate;
	IF FOUND THEN
		RETURN new_id;
	END IF;
	INSERT INTO scepgate.certificate (ca_id, serial, der, csr_der, spki_sha256, subject, not_before, not_after, authorisation)
	VALUES (issuer, subordinate_record.serial, subordinate_record.certificate, subordinate_record.csr, subordinate_record.spki_sha256, subordinate_record.subject,
		subordinate_record.not_before, subordinate_record.not_after, 'subordinate')
	RETURNING id INTO new_id;
	INSERT INTO scepgate.audit_event (event, detail)
	VALUES ('subordinate_signed', jsonb_build_object('certificate_id', new_id, 'ca', subordinate_record.ca, 'serial', encode(subordinate_record.serial, 'hex'),
		'subject', left(subordinate_record.subject, 1024), 'not_after', subordinate_record.not_after, 'sha256', encode(sha256(subordinate_record.certificate), 'hex')));
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.subordinate_record(text, bytea, bytea, bytea, text, timestamptz, timestamptz, bytea)
	IS 'Record a certificate that a CA has signed for another CA, so that it can be revoked. One that is recorded already stays as it is. Returns its number.';

CREATE OR REPLACE FUNCTION scepgate.certificate_import(application text, profile text, certificate bytea, serial bytea, spki_sha256 bytea, subject text, sans text,
		not_before timestamptz, not_after timestamptz, revoked_at timestamptz DEFAULT NULL, revocation_reason integer DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site record;
	new_id bigint;
BEGIN
	SELECT e.id, e.application_id, p.ca_id INTO site FROM scepgate.endpoint e JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE e.id = scepgate.endpoint_id(certificate_import.application, certificate_import.profile) FOR SHARE OF e;
	IF EXISTS (SELECT FROM scepgate.certificate c WHERE c.ca_id = site.ca_id AND c.serial = certificate_import.serial AND c.der = certificate_import.certificate) THEN
		RETURN NULL;
	END IF;
	INSERT INTO scepgate.certificate (ca_id, serial, application_id, endpoint_id, der, spki_sha256, subject, sans, not_before, not_after, authorisation, revoked_at, revocation_reason,
		status_changed_at)
	VALUES (site.ca_id, certificate_import.serial, site.application_id, site.id, certificate_import.certificate, certificate_import.spki_sha256, certificate_import.subject,
		coalesce(certificate_import.sans, ''), certificate_import.not_before, certificate_import.not_after, 'import', certificate_import.revoked_at, certificate_import.revocation_reason,
		certificate_import.revoked_at)
	RETURNING id INTO new_id;
	INSERT INTO scepgate.audit_event (event, application, profile, detail)
	VALUES ('certificate_imported', certificate_import.application, certificate_import.profile,
		jsonb_strip_nulls(jsonb_build_object('certificate_id', new_id, 'serial', encode(certificate_import.serial, 'hex'), 'subject', left(certificate_import.subject, 1024),
			'not_after', certificate_import.not_after, 'revoked_at', certificate_import.revoked_at, 'sha256', encode(sha256(certificate_import.certificate), 'hex'))));
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_import(text, text, bytea, bytea, bytea, text, text, timestamptz, timestamptz, timestamptz, integer)
	IS 'Record a certificate that another server issued under the CA of an endpoint, so that its holder can renew it there. Whoever calls has verified that the CA signed it. Returns its number; null when it is recorded already.';

CREATE OR REPLACE FUNCTION scepgate.ca_request_create(name text, csr bytea, subject text, private_key bytea, spki_sha256 bytea, description text DEFAULT '') RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	new_id integer;
BEGIN
	IF EXISTS (SELECT FROM scepgate.ca c WHERE c.name = ca_request_create.name) THEN
		RAISE EXCEPTION 'there is a CA "%" already', ca_request_create.name USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	INSERT INTO scepgate.ca_request (name, description, csr, private_key_id, subject)
	VALUES (ca_request_create.name, coalesce(ca_request_create.description, ''), ca_request_create.csr,
		scepgate.private_key_create(ca_request_create.private_key, ca_request_create.spki_sha256), ca_request_create.subject)
	RETURNING id INTO new_id;
	RETURN new_id;
END
$$;
COMMENT ON FUNCTION scepgate.ca_request_create(text, bytea, text, bytea, bytea, text)
	IS 'Store the key of a CA that another one is to certify, as encrypted PKCS#8, with its certification request in DER. The CA is made with ca_create when the certificate has come.';

CREATE OR REPLACE FUNCTION scepgate.ca_request_delete(name text) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	old_id integer;
BEGIN
	DELETE FROM scepgate.ca_request q WHERE q.name = ca_request_delete.name RETURNING q.id INTO old_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no request of a CA "%"', ca_request_delete.name USING ERRCODE = 'no_data_found';
	END IF;
	RETURN old_id;
END
$$;
COMMENT ON FUNCTION scepgate.ca_request_delete(text) IS 'Forget a request, with its key when no CA has it; raises no_data_found.';
