-- Revocation of certificates. What is revoked can be renewed no more from the moment of the commit on; relying parties learn it from the next CRL.
--
-- Locks are taken in this order: CAs by number, shared, which crl_wait() waits for; then certificates by number, as a renewal that is being recorded takes them (the lineage's
-- first before others): so a renewal is recorded before the revocation, or refused after it.

CREATE OR REPLACE FUNCTION scepgate.revocation_reason(word text) RETURNS integer
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	-- RFC 5280 section 5.3.1; 7 is not used, and 8, removeFromCRL, is no reason to revoke.
	names CONSTANT text[] := '{unspecified,keyCompromise,cACompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,-,-,privilegeWithdrawn,aACompromise}';
	name text;
BEGIN
	FOR number IN 0 .. 10 LOOP
		name := names[number + 1];
		IF name <> '-' AND (lower(name) = lower(revocation_reason.word) OR number::text = revocation_reason.word) THEN
			RETURN number;
		END IF;
	END LOOP;
	RAISE EXCEPTION '"%" is no reason to revoke: %', revocation_reason.word, array_to_string(array_remove(names, '-'), ', ') USING ERRCODE = 'invalid_parameter_value';
END
$$;
COMMENT ON FUNCTION scepgate.revocation_reason(text) IS 'The number of a CRLReason (RFC 5280 section 5.3.1) by its name, in any case, or its number.';

CREATE OR REPLACE FUNCTION scepgate.certificate_record_status(id bigint, reason integer, note text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	moment timestamptz := clock_timestamp();
	was record;
BEGIN
	SELECT c.revoked_at, c.revocation_reason, c.subject, encode(c.serial, 'hex') AS serial, i.name AS ca, a.name AS application, p.name AS profile INTO was
	FROM scepgate.certificate c JOIN scepgate.ca i ON i.id = c.ca_id LEFT JOIN scepgate.application a ON a.id = c.application_id LEFT JOIN scepgate.endpoint e ON e.id = c.endpoint_id
	LEFT JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE c.id = certificate_record_status.id;
	IF certificate_record_status.reason IS NULL AND was.revocation_reason IS DISTINCT FROM 6 THEN
		RAISE EXCEPTION 'certificate % is not on hold', certificate_record_status.id USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF certificate_record_status.reason IS NOT NULL AND was.revoked_at IS NOT NULL AND (was.revocation_reason <> 6 OR certificate_record_status.reason = 6) THEN
		RAISE EXCEPTION 'certificate % is revoked already: %, %', certificate_record_status.id, to_char(was.revoked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			scepgate.revocation_reason_name(was.revocation_reason) USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	-- Who comes from hold to revocation is revoked since it was put on hold.
	UPDATE scepgate.certificate c SET revoked_at = CASE WHEN certificate_record_status.reason IS NOT NULL THEN coalesce(c.revoked_at, moment) END,
		revocation_reason = certificate_record_status.reason, status_changed_at = moment
	WHERE c.id = certificate_record_status.id;
	INSERT INTO scepgate.audit_event (event, application, profile, detail)
	VALUES (CASE WHEN certificate_record_status.reason IS NULL THEN 'certificate_unheld' ELSE 'certificate_revoked' END, was.application, was.profile,
		jsonb_strip_nulls(jsonb_build_object('certificate_id', certificate_record_status.id, 'ca', was.ca, 'serial', was.serial, 'subject', left(was.subject, 1024),
			'reason', scepgate.revocation_reason_name(certificate_record_status.reason), 'before', scepgate.revocation_reason_name(was.revocation_reason),
			'note', nullif(left(coalesce(certificate_record_status.note, ''), 400), ''))));
	RETURN certificate_record_status.id;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_record_status(bigint, integer, text) IS 'Revoke a certificate whose row is locked, or, with reason null, take it off hold. For the functions of revocation.';

CREATE OR REPLACE FUNCTION scepgate.certificate_lock(id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM FROM scepgate.ca i WHERE i.id = (SELECT c.ca_id FROM scepgate.certificate c WHERE c.id = certificate_lock.id) FOR SHARE;
	PERFORM FROM scepgate.certificate c WHERE c.id = certificate_lock.id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no certificate %', certificate_lock.id USING ERRCODE = 'no_data_found';
	END IF;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_lock(bigint) IS 'Lock a certificate for a change of its status, and hold off the next CRL of its CA until that is committed. Raises no_data_found.';

CREATE OR REPLACE FUNCTION scepgate.certificate_revoke(id bigint, reason text DEFAULT 'unspecified', note text DEFAULT '') RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	number integer := scepgate.revocation_reason(certificate_revoke.reason);
BEGIN
	PERFORM scepgate.certificate_lock(certificate_revoke.id);
	RETURN scepgate.certificate_record_status(certificate_revoke.id, number, certificate_revoke.note);
END
$$;
COMMENT ON FUNCTION scepgate.certificate_revoke(bigint, text, text)
	IS 'Revoke a certificate, for a reason of RFC 5280 section 5.3.1 by name: from now on it cannot be renewed, and the next CRL names it. certificateHold can be taken back, or become another reason. note goes to the audit trail. Raises no_data_found; object_not_in_prerequisite_state when it is revoked already. Returns the number of the certificate.';

CREATE OR REPLACE FUNCTION scepgate.certificate_unhold(id bigint, note text DEFAULT '') RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM scepgate.certificate_lock(certificate_unhold.id);
	RETURN scepgate.certificate_record_status(certificate_unhold.id, NULL, certificate_unhold.note);
END
$$;
COMMENT ON FUNCTION scepgate.certificate_unhold(bigint, text)
	IS 'Take a certificate off hold: it is valid as before, and the next CRL does not name it any more. Raises no_data_found; object_not_in_prerequisite_state when it is not on hold. Returns the number of the certificate.';

CREATE OR REPLACE FUNCTION scepgate.certificates_revoke(application text DEFAULT NULL, profile text DEFAULT NULL, ca text DEFAULT NULL, subject text DEFAULT NULL, sans text DEFAULT NULL,
		lineage bigint DEFAULT NULL, issued_before timestamptz DEFAULT NULL, issued_after timestamptz DEFAULT NULL, reason text DEFAULT 'unspecified', note text DEFAULT '',
		at_most integer DEFAULT 1000) RETURNS SETOF bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	number integer := scepgate.revocation_reason(certificates_revoke.reason);
	of_application integer := CASE WHEN application IS NOT NULL THEN scepgate.application_id(application) END;
	of_profile integer := CASE WHEN profile IS NOT NULL THEN scepgate.profile_id(profile) END;
	of_ca integer := CASE WHEN ca IS NOT NULL THEN scepgate.ca_id(ca) END;
	-- As of LIKE: * is %, and what is special there stands for itself.
	like_subject text := replace(regexp_replace(subject, '([\\%_])', '\\\1', 'g'), '*', '%');
	like_sans text := replace(regexp_replace(sans, '([\\%_])', '\\\1', 'g'), '*', '%');
	root bigint;
	chosen bigint[];
	one bigint;
BEGIN
	IF num_nonnulls(application, profile, ca, subject, sans, lineage, issued_before, issued_after) = 0 THEN
		RAISE EXCEPTION 'at least one filter must be given: application, profile, ca, subject, sans, lineage, issued_before or issued_after' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF at_most IS NULL OR at_most NOT BETWEEN 1 AND 100000 THEN
		RAISE EXCEPTION 'at_most is 1 to 100000' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM FROM scepgate.ca i WHERE of_ca IS NULL OR i.id = of_ca ORDER BY i.id FOR SHARE;
	IF lineage IS NOT NULL THEN
		SELECT coalesce(c.lineage, c.id) INTO root FROM scepgate.certificate c WHERE c.id = certificates_revoke.lineage;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'there is no certificate %', lineage USING ERRCODE = 'no_data_found';
		END IF;
		-- Renewals that are being recorded hold it shared: they are waited for, and seen.
		PERFORM FROM scepgate.certificate c WHERE c.id = root FOR NO KEY UPDATE;
	END IF;
	SELECT array_agg(w.id ORDER BY w.id) INTO chosen FROM (
		SELECT c.id FROM scepgate.certificate c LEFT JOIN scepgate.endpoint e ON e.id = c.endpoint_id
		WHERE (c.revoked_at IS NULL OR c.revocation_reason = 6 AND number <> 6) AND c.not_after + coalesce(e.renewal_grace_days, 0) * interval '24 hours' > clock_timestamp()
			AND (of_application IS NULL OR c.application_id = of_application) AND (of_profile IS NULL OR e.profile_id = of_profile) AND (of_ca IS NULL OR c.ca_id = of_ca)
			AND (like_subject IS NULL OR c.subject LIKE like_subject) AND (like_sans IS NULL OR c.sans LIKE like_sans)
			AND (root IS NULL OR c.id = root OR c.lineage = root) AND (issued_before IS NULL OR c.issued_at < issued_before) AND (issued_after IS NULL OR c.issued_at >= issued_after)
		ORDER BY c.id LIMIT at_most
		FOR NO KEY UPDATE OF c) AS w;
	FOREACH one IN ARRAY coalesce(chosen, '{}') LOOP
		RETURN NEXT scepgate.certificate_record_status(one, number, note);
	END LOOP;
END
$$;
COMMENT ON FUNCTION scepgate.certificates_revoke(text, text, text, text, text, bigint, timestamptz, timestamptz, text, text, integer)
	IS 'Revoke every certificate that meets all filters given, of which there must be one, and is not revoked yet; those that have expired and can no longer be renewed are left out. lineage: that of this certificate, all of it; * in subject and sans stands for any run of characters. The oldest come first, at_most so many. Returns their numbers.';
