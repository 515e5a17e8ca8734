-- Changing the key-encryption secret: whoever has both secrets reads what is sealed, and writes it sealed anew, in one transaction. Keys first, then requests: that is the order in
-- which enrolments take their locks (endpoint, then transaction).

CREATE OR REPLACE FUNCTION scepgate.sealed_keys() RETURNS TABLE (id bigint, sealed bytea)
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT k.id, k.pkcs8 FROM scepgate.private_key k WHERE k.kind = 'pkcs8' ORDER BY k.id FOR UPDATE $$;
COMMENT ON FUNCTION scepgate.sealed_keys() IS 'The keys that are sealed under the key-encryption secret, locked until the end of the transaction.';

CREATE OR REPLACE FUNCTION scepgate.sealed_key_set(id bigint, sealed bytea) RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ UPDATE scepgate.private_key k SET pkcs8 = sealed_key_set.sealed WHERE k.id = sealed_key_set.id AND k.kind = 'pkcs8' RETURNING k.id $$;
COMMENT ON FUNCTION scepgate.sealed_key_set(bigint, bytea) IS 'Replace a key by the same key, sealed under another secret. Its number; null when there is none to replace.';

CREATE OR REPLACE FUNCTION scepgate.sealed_requests(after bigint, at_most integer)
	RETURNS TABLE (id bigint, sealed bytea, endpoint_id integer, transaction_id bytea, requester_spki_sha256 bytea, csr_sha256 bytea)
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT t.id, t.csr_der, t.endpoint_id, t.transaction_id, t.requester_spki_sha256, t.csr_sha256
	FROM scepgate.transaction t WHERE t.csr_der IS NOT NULL AND t.id > sealed_requests.after ORDER BY t.id LIMIT sealed_requests.at_most FOR NO KEY UPDATE
$$;
COMMENT ON FUNCTION scepgate.sealed_requests(bigint, integer)
	IS 'Requests that wait for an operator, or were denied, as they are sealed under the key-encryption secret, from a number on, with what they are sealed for; locked until the end of the transaction.';

CREATE OR REPLACE FUNCTION scepgate.sealed_request_set(id bigint, sealed bytea) RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ UPDATE scepgate.transaction t SET csr_der = sealed_request_set.sealed WHERE t.id = sealed_request_set.id AND t.csr_der IS NOT NULL RETURNING t.id $$;
COMMENT ON FUNCTION scepgate.sealed_request_set(bigint, bytea) IS 'Replace a sealed request by the same request, sealed under another secret. Its number; null when there is none to replace.';

CREATE OR REPLACE FUNCTION scepgate.secret_changed(keys integer, requests integer) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ INSERT INTO scepgate.audit_event (event, detail) VALUES ('keys_rewrapped', jsonb_build_object('keys', secret_changed.keys, 'requests', secret_changed.requests)) $$;
COMMENT ON FUNCTION scepgate.secret_changed(integer, integer) IS 'Write the audit event of a change of the key-encryption secret: how many keys and requests were sealed anew.';
