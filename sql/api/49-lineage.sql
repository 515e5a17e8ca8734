-- Lineages: a certificate and its renewals. Each function returns the number of the first certificate, at which the lineage is stopped.

CREATE OR REPLACE FUNCTION scepgate.lineage_decide(certificate_id bigint, is_stopped boolean, reason text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	first_id bigint;
	root record;
BEGIN
	SELECT coalesce(c.lineage, c.id) INTO first_id FROM scepgate.certificate c WHERE c.id = lineage_decide.certificate_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no certificate %', lineage_decide.certificate_id USING ERRCODE = 'no_data_found';
	END IF;
	-- A renewal that is being recorded holds this row shared: this waits for it, and the next one waits for this.
	SELECT c.lineage_stopped_at, c.subject, encode(c.serial, 'hex') AS serial, a.name AS application, p.name AS profile INTO root
	FROM scepgate.certificate c JOIN scepgate.application a ON a.id = c.application_id JOIN scepgate.endpoint e ON e.id = c.endpoint_id JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE c.id = first_id
	FOR UPDATE OF c;
	IF (root.lineage_stopped_at IS NOT NULL) = lineage_decide.is_stopped THEN
		RAISE EXCEPTION 'renewals of certificate % are % already', lineage_decide.certificate_id, CASE WHEN lineage_decide.is_stopped THEN 'stopped' ELSE 'allowed' END
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	UPDATE scepgate.certificate c SET lineage_stopped_at = CASE WHEN lineage_decide.is_stopped THEN clock_timestamp() END WHERE c.id = first_id;
	INSERT INTO scepgate.audit_event (event, application, profile, detail)
	VALUES (CASE WHEN lineage_decide.is_stopped THEN 'lineage_stopped' ELSE 'lineage_resumed' END, root.application, root.profile,
		jsonb_build_object('certificate_id', lineage_decide.certificate_id, 'lineage', first_id, 'serial', root.serial, 'subject', left(root.subject, 1024), 'reason', left(coalesce(lineage_decide.reason, ''), 400)));
	RETURN first_id;
END
$$;
COMMENT ON FUNCTION scepgate.lineage_decide(bigint, boolean, text) IS 'Stop or resume the renewals of a lineage. For lineage_stop and lineage_resume.';

CREATE OR REPLACE FUNCTION scepgate.lineage_stop(certificate_id bigint, reason text DEFAULT '') RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT scepgate.lineage_decide(lineage_stop.certificate_id, true, lineage_stop.reason) $$;
COMMENT ON FUNCTION scepgate.lineage_stop(bigint, text)
	IS 'From now on no certificate of the lineage of this one can be renewed: the certificate that it began with, and every renewal. None is revoked. Raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.lineage_resume(certificate_id bigint) RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT scepgate.lineage_decide(lineage_resume.certificate_id, false, '') $$;
COMMENT ON FUNCTION scepgate.lineage_resume(bigint) IS 'Allow renewals of a lineage that was stopped. Raises no_data_found.';
