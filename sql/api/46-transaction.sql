-- Decisions on requests that wait, one by one or many at once. Every function returns the numbers of the rows.

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

CREATE OR REPLACE FUNCTION scepgate.transactions_decide(decision text, application text, profile text, subject text, sans text, client_network text, created_before timestamptz,
		reason text, at_most integer) RETURNS SETOF bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	of_application integer := CASE WHEN application IS NOT NULL THEN scepgate.application_id(application) END;
	of_profile integer := CASE WHEN profile IS NOT NULL THEN scepgate.profile_id(profile) END;
	-- As of LIKE: * is %, and what is special there stands for itself.
	like_subject text := replace(regexp_replace(subject, '([\\%_])', '\\\1', 'g'), '*', '%');
	like_sans text := replace(regexp_replace(sans, '([\\%_])', '\\\1', 'g'), '*', '%');
	network inet := client_network::inet;
	waiting bigint[];
	one bigint;
BEGIN
	IF num_nonnulls(application, profile, subject, sans, client_network, created_before) = 0 THEN
		RAISE EXCEPTION 'at least one filter must be given: application, profile, subject, sans, client_network or created_before' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF at_most IS NULL OR at_most NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'at_most is 1 to 10000' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- Locked in the order of their numbers; what another operator decided meanwhile is passed over.
	SELECT array_agg(w.id ORDER BY w.id) INTO waiting FROM (
		SELECT t.id FROM scepgate.transaction t JOIN scepgate.endpoint e ON e.id = t.endpoint_id
		WHERE t.state = 'pending' AND t.expires_at > clock_timestamp() AND (of_application IS NULL OR e.application_id = of_application)
			AND (of_profile IS NULL OR e.profile_id = of_profile) AND (like_subject IS NULL OR t.subject LIKE like_subject) AND (like_sans IS NULL OR t.sans LIKE like_sans)
			AND (network IS NULL OR t.client_address <<= network) AND (created_before IS NULL OR t.created_at < created_before)
		ORDER BY t.id LIMIT at_most
		FOR UPDATE OF t) AS w;
	FOREACH one IN ARRAY coalesce(waiting, '{}') LOOP
		RETURN NEXT scepgate.transaction_decide(one, decision, reason);
	END LOOP;
END
$$;
COMMENT ON FUNCTION scepgate.transactions_decide(text, text, text, text, text, text, timestamptz, text, integer) IS 'Decide on all requests that wait and meet the filters. For transactions_approve and transactions_deny.';

CREATE OR REPLACE FUNCTION scepgate.transactions_approve(application text DEFAULT NULL, profile text DEFAULT NULL, subject text DEFAULT NULL, sans text DEFAULT NULL,
		client_network text DEFAULT NULL, created_before timestamptz DEFAULT NULL, reason text DEFAULT '', at_most integer DEFAULT 1000) RETURNS SETOF bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT scepgate.transactions_decide('approved', transactions_approve.application, transactions_approve.profile, transactions_approve.subject, transactions_approve.sans,
		transactions_approve.client_network, transactions_approve.created_before, transactions_approve.reason, transactions_approve.at_most)
$$;
COMMENT ON FUNCTION scepgate.transactions_approve(text, text, text, text, text, timestamptz, text, integer)
	IS 'Approve every request that waits and meets all filters given, of which there must be one; * in subject and sans stands for any run of characters. The oldest come first, at_most so many.';

CREATE OR REPLACE FUNCTION scepgate.transactions_deny(application text DEFAULT NULL, profile text DEFAULT NULL, subject text DEFAULT NULL, sans text DEFAULT NULL,
		client_network text DEFAULT NULL, created_before timestamptz DEFAULT NULL, reason text DEFAULT '', at_most integer DEFAULT 1000) RETURNS SETOF bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT scepgate.transactions_decide('denied', transactions_deny.application, transactions_deny.profile, transactions_deny.subject, transactions_deny.sans,
		transactions_deny.client_network, transactions_deny.created_before, transactions_deny.reason, transactions_deny.at_most)
$$;
COMMENT ON FUNCTION scepgate.transactions_deny(text, text, text, text, text, timestamptz, text, integer) IS 'Deny every request that waits and meets all filters given, as transactions_approve approves them.';
