-- Decisions on requests that wait. Every function returns the number of the row.

CREATE OR REPLACE FUNCTION scepgate.transaction_decide(id bigint, decision text, reason text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
COMMENT ON FUNCTION scepgate.transaction_decide(bigint, text, text) IS 'Decide on a request that has no certificate yet and has not expired. For transaction_approve and transaction_deny.';

CREATE OR REPLACE FUNCTION scepgate.transaction_approve(id bigint, reason text DEFAULT '') RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT scepgate.transaction_decide(transaction_approve.id, 'approved', transaction_approve.reason) $$;
COMMENT ON FUNCTION scepgate.transaction_approve(bigint, text)
	IS 'Approve a request that waits, or was denied and has not expired: the device gets its certificate when it asks next, if it does so within the pending lifetime of the endpoint.';

CREATE OR REPLACE FUNCTION scepgate.transaction_deny(id bigint, reason text DEFAULT '') RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT scepgate.transaction_decide(transaction_deny.id, 'denied', transaction_deny.reason) $$;
COMMENT ON FUNCTION scepgate.transaction_deny(bigint, text)
	IS 'Deny a request that waits, or was approved and has no certificate yet. The device is told so, with the reason, until the request expires, which a denial does not put off; after that it may ask anew.';
