-- By what right a certificate is issued, as the database sees it when it is recorded. For enrol_commit() and enrol_pend(), which hold the endpoint. What is found good is locked
-- until the end of the transaction, always in this order: endpoint, quota, challenge, certificates, transaction. What is unknown, or null, is refused.

CREATE OR REPLACE FUNCTION scepgate.static_challenge_is_live(endpoint_id integer, static_challenge_id integer) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN EXISTS (SELECT FROM scepgate.static_challenge s JOIN scepgate.endpoint e ON e.id = s.endpoint_id WHERE s.id = static_challenge_is_live.static_challenge_id
		AND e.id = static_challenge_is_live.endpoint_id AND e.challenge_mode IN ('static', 'both') AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp()));
END
$$;
COMMENT ON FUNCTION scepgate.static_challenge_is_live(integer, integer) IS 'Does this static challenge open this endpoint now?';

CREATE OR REPLACE FUNCTION scepgate.challenge_hold(endpoint_id integer, challenge_id bigint, spki_sha256 bytea) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	held record;
BEGIN
	-- Who waits here for another worker then finds the row as that one left it. The lock is one that the references from certificates and transactions go along with.
	SELECT d.uses_left, d.expires_at, d.spki_sha256 INTO held
	FROM scepgate.challenge d JOIN scepgate.endpoint e ON e.id = d.endpoint_id
	WHERE d.id = challenge_hold.challenge_id AND e.id = challenge_hold.endpoint_id AND e.challenge_mode IN ('dynamic', 'both')
	FOR NO KEY UPDATE OF d;
	RETURN FOUND AND held.uses_left > 0 AND held.expires_at > clock_timestamp() AND coalesce(held.spki_sha256 IS NULL OR held.spki_sha256 = challenge_hold.spki_sha256, false);
END
$$;
COMMENT ON FUNCTION scepgate.challenge_hold(integer, bigint, bytea) IS 'Does this dynamic challenge open this endpoint now, for this key? If so nobody else can spend it until the end of the transaction.';

CREATE OR REPLACE FUNCTION scepgate.challenge_spend(challenge_id bigint, spki_sha256 bytea) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	UPDATE scepgate.challenge d SET uses_left = d.uses_left - 1, spent_at = CASE d.uses_left WHEN 1 THEN clock_timestamp() END,
		spent_by_spki_sha256 = CASE d.uses_left WHEN 1 THEN challenge_spend.spki_sha256 END
	WHERE d.id = challenge_spend.challenge_id
$$;
COMMENT ON FUNCTION scepgate.challenge_spend(bigint, bytea) IS 'One use less of a dynamic challenge that challenge_hold() found good; null spends none.';

CREATE OR REPLACE FUNCTION scepgate.renewal_hold(endpoint_id integer, certificate_id bigint, requester_spki_sha256 bytea) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	first_id bigint;
BEGIN
	SELECT coalesce(c.lineage, c.id) INTO first_id FROM scepgate.certificate c WHERE c.id = renewal_hold.certificate_id;
	-- First the locks, so that whoever revokes or stops is waited for; what counts is read after that.
	PERFORM FROM scepgate.certificate c WHERE c.id IN (first_id, renewal_hold.certificate_id) ORDER BY c.id FOR SHARE;
	RETURN (SELECT root.id FROM scepgate.endpoint e JOIN scepgate.certificate c ON c.endpoint_id = e.id AND c.application_id = e.application_id JOIN scepgate.certificate root ON root.id = first_id
		WHERE e.id = renewal_hold.endpoint_id AND e.renewal AND c.id = renewal_hold.certificate_id AND c.spki_sha256 = renewal_hold.requester_spki_sha256
			AND c.revoked_at IS NULL AND root.lineage_stopped_at IS NULL AND date_trunc('second', clock_timestamp()) BETWEEN c.not_before AND c.not_after + e.renewal_grace_days * interval '24 hours');
END
$$;
COMMENT ON FUNCTION scepgate.renewal_hold(integer, bigint, bytea)
	IS 'May this certificate be renewed on this endpoint now by this requester key: one of its own, for that very key, unrevoked, its lineage not stopped, in date or in the grace after it, where the endpoint renews at all? Then the first certificate of its lineage, and nobody can revoke or stop it until the end of the transaction; else null.';

CREATE OR REPLACE FUNCTION scepgate.key_is_barred(endpoint_id integer, spki_sha256s bytea[]) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	superseded CONSTANT integer := 4;
BEGIN
	RETURN EXISTS (SELECT FROM scepgate.certificate c JOIN scepgate.certificate root ON root.id = coalesce(c.lineage, c.id)
		WHERE c.spki_sha256 = ANY (key_is_barred.spki_sha256s) AND c.endpoint_id = key_is_barred.endpoint_id
			AND (c.revoked_at IS NOT NULL AND c.revocation_reason <> superseded OR root.lineage_stopped_at IS NOT NULL));
END
$$;
COMMENT ON FUNCTION scepgate.key_is_barred(integer, bytea[])
	IS 'Has this endpoint certified one of these keys, and was that certificate revoked (but for superseded) or its lineage stopped? A static challenge then does not certify it again: whoever replays the first enrolment, or holds the key, would undo what an operator did.';

CREATE OR REPLACE FUNCTION scepgate.evidence_hold(endpoint_id integer, authorisation text, static_challenge_id integer, challenge_id bigint, renewal_of bigint, requester_spki_sha256 bytea,
		spki_sha256 bytea, spent_before bigint, OUT refusal text, OUT static_id integer, OUT spends bigint, OUT renews bigint, OUT lineage bigint)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	is_renewal boolean := coalesce(evidence_hold.authorisation = 'renewal', false);
	is_dynamic boolean := coalesce(evidence_hold.authorisation = 'dynamic_challenge' OR is_renewal AND evidence_hold.challenge_id > 0, false);
	is_static boolean := coalesce(evidence_hold.authorisation = 'static_challenge' OR is_renewal AND NOT is_dynamic, false);
BEGIN
	IF is_renewal AND (SELECT NOT e.renewal_challenge FROM scepgate.endpoint e WHERE e.id = evidence_hold.endpoint_id) THEN
		refusal := NULL;
	ELSIF is_dynamic AND coalesce(evidence_hold.challenge_id = evidence_hold.spent_before, false) THEN
		refusal := NULL;
	ELSIF is_dynamic AND scepgate.challenge_hold(evidence_hold.endpoint_id, evidence_hold.challenge_id, evidence_hold.spki_sha256) THEN
		spends := evidence_hold.challenge_id;
	ELSIF is_static AND scepgate.static_challenge_is_live(evidence_hold.endpoint_id, evidence_hold.static_challenge_id) THEN
		static_id := evidence_hold.static_challenge_id;
		IF NOT is_renewal AND scepgate.key_is_barred(evidence_hold.endpoint_id, ARRAY[evidence_hold.spki_sha256, evidence_hold.requester_spki_sha256]) THEN
			refusal := 'barred';
			RETURN;
		END IF;
	ELSE
		refusal := 'challenge';
		RETURN;
	END IF;
	IF is_renewal THEN
		renews := evidence_hold.renewal_of;
		lineage := scepgate.renewal_hold(evidence_hold.endpoint_id, renews, evidence_hold.requester_spki_sha256);
		IF lineage IS NULL THEN
			refusal := 'renewal';
		END IF;
	END IF;
END
$$;
COMMENT ON FUNCTION scepgate.evidence_hold(integer, text, integer, bigint, bigint, bytea, bytea, bigint)
	IS 'Is what a request shows good now? authorisation: static_challenge, dynamic_challenge or renewal. spent_before: a dynamic challenge that this very request spent when it began to wait. refusal: null when good; challenge; renewal; barred, with a static challenge, as key_is_barred() says. static_id: the static challenge that it came with; spends: the dynamic one that is to be spent with it; renews, lineage: the certificate that it renews, and the first of its lineage.';

CREATE OR REPLACE FUNCTION scepgate.approval_hold(endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea,
		OUT refusal text, OUT approved bigint, OUT came_with bigint, OUT renews bigint, OUT lineage bigint)
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	SELECT t.renewal_of INTO renews FROM scepgate.transaction t WHERE t.endpoint_id = approval_hold.endpoint_id AND t.transaction_id = approval_hold.transaction_id
		AND t.requester_spki_sha256 = approval_hold.requester_spki_sha256 AND t.csr_sha256 = approval_hold.csr_sha256;
	IF renews IS NOT NULL THEN
		lineage := scepgate.renewal_hold(approval_hold.endpoint_id, renews, approval_hold.requester_spki_sha256);
	END IF;
	SELECT t.id, t.challenge_id INTO approved, came_with FROM scepgate.transaction t
	WHERE t.endpoint_id = approval_hold.endpoint_id AND t.transaction_id = approval_hold.transaction_id AND t.requester_spki_sha256 = approval_hold.requester_spki_sha256
		AND t.csr_sha256 = approval_hold.csr_sha256 AND t.state = 'approved' AND t.expires_at > clock_timestamp() AND t.renewal_of IS NOT DISTINCT FROM renews
	FOR UPDATE;
	refusal := CASE WHEN approved IS NULL THEN 'unapproved' WHEN renews IS NOT NULL AND lineage IS NULL THEN 'renewal' END;
END
$$;
COMMENT ON FUNCTION scepgate.approval_hold(integer, bytea, bytea, bytea)
	IS 'Did an operator approve this very request, and may the certificate that it renews still be renewed? refusal: null when so; unapproved; renewal. approved: the transaction, which nobody else can use until the end of this one; came_with: the challenge that it spent when it began to wait; renews, lineage: the certificate that it renews, and the first of its lineage.';

CREATE OR REPLACE FUNCTION scepgate.operator_is_asked(endpoint_id integer, authorisation text, subject text, sans text) RETURNS text
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	site record;
BEGIN
	SELECT e.approval, e.application_id INTO site FROM scepgate.endpoint e WHERE e.id = operator_is_asked.endpoint_id;
	IF site.approval = 'none' THEN
		RETURN NULL;
	ELSIF site.approval IS DISTINCT FROM 'rules' THEN
		RETURN 'unapproved';
	ELSIF operator_is_asked.authorisation = 'renewal' OR NOT EXISTS (SELECT FROM scepgate.approval_rule r WHERE r.endpoint_id = operator_is_asked.endpoint_id AND r.kind = 'first_time') THEN
		RETURN NULL;
	ELSIF EXISTS (SELECT FROM scepgate.certificate c WHERE c.application_id = site.application_id AND hashtext(c.subject) = hashtext(operator_is_asked.subject)
		AND hashtext(c.sans) = hashtext(operator_is_asked.sans) AND c.subject = operator_is_asked.subject AND c.sans = operator_is_asked.sans
		AND c.subject || c.sans <> '' AND c.revoked_at IS NULL)
	THEN
		RETURN NULL;
	END IF;
	RETURN 'first_time';
END
$$;
COMMENT ON FUNCTION scepgate.operator_is_asked(integer, text, text, text)
	IS 'Must an operator approve what is to be certified? Null when not; unapproved: always; first_time: a rule of the endpoint asks, and the application has no unrevoked certificate with these names. Who renews has one, so nobody is asked. The lists of names the worker has looked at before.';
