-- What pki.fcgi runs: CA certificates and CRLs, for anybody. Each is one statement and one round trip.

CREATE OR REPLACE FUNCTION scepgate.public_ca(name text) RETURNS TABLE (certificate bytea, chain bytea[])
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT c.certificate, above.certificates
	FROM scepgate.ca c
	CROSS JOIN LATERAL (WITH RECURSIVE up (issuer_id, certificate, depth) AS (
			SELECT i.issuer_id, i.certificate, 1 FROM scepgate.ca i WHERE i.id = c.issuer_id
			UNION ALL
			SELECT i.issuer_id, i.certificate, u.depth + 1 FROM up u JOIN scepgate.ca i ON i.id = u.issuer_id WHERE u.depth < 16)
		SELECT coalesce(array_agg(u.certificate ORDER BY u.depth), '{}') FROM up u) AS above (certificates)
	WHERE c.name = public_ca.name
$$;
COMMENT ON FUNCTION scepgate.public_ca(text) IS 'The certificate of a CA, and those of the CAs above it, nearest first; no row when there is no such CA. A disabled CA still has its certificates out there, so it is found too.';

CREATE OR REPLACE FUNCTION scepgate.public_crl(ca text, partition integer DEFAULT 0, is_delta boolean DEFAULT false, known_number bigint DEFAULT 0)
	RETURNS TABLE (number bigint, this_update timestamptz, next_update timestamptz, der bytea)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT l.number, l.this_update, l.next_update, CASE WHEN l.number IS DISTINCT FROM public_crl.known_number THEN l.der END
	FROM scepgate.ca c JOIN scepgate.crl l ON l.ca_id = c.id
	WHERE c.name = public_crl.ca AND l.partition = public_crl.partition AND l.is_delta = public_crl.is_delta
	ORDER BY l.number DESC LIMIT 1
$$;
COMMENT ON FUNCTION scepgate.public_crl(text, integer, boolean, bigint)
	IS 'The newest complete or delta CRL of a CA, or of one of its partitions; no row when none was published. der is null when the number is the one that the caller knows already, so that a large list travels once.';
