-- What scep.fcgi reads of the inventory for devices: certificates for GetCert, CRLs for GetCRL.

CREATE OR REPLACE FUNCTION scepgate.certificate_find(endpoint_id integer, endpoint_version bigint, serial bytea, requester_sha256 bytea) RETURNS TABLE (outcome text, certificate bytea)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT CASE WHEN e.id IS NULL THEN 'stale' WHEN c.id IS NULL THEN 'none' ELSE 'found' END, c.der
	FROM (VALUES (true)) AS one (x)
	LEFT JOIN scepgate.endpoint e ON e.id = certificate_find.endpoint_id AND e.version = certificate_find.endpoint_version
	LEFT JOIN scepgate.profile p ON p.id = e.profile_id
	LEFT JOIN scepgate.certificate r ON encode(r.sha256, 'hex') = encode(certificate_find.requester_sha256, 'hex') AND r.endpoint_id = e.id AND r.revoked_at IS NULL
		AND clock_timestamp() BETWEEN r.not_before AND r.not_after
	LEFT JOIN scepgate.certificate c ON r.id IS NOT NULL AND c.ca_id = p.ca_id AND c.serial = certificate_find.serial AND c.application_id = e.application_id
$$;
COMMENT ON FUNCTION scepgate.certificate_find(integer, bigint, bytea, bytea)
	IS 'For GetCert: the certificate of the endpoint''s CA and application with this serial number, for a requester whose own certificate (by its SHA-256) the same endpoint issued and which is unrevoked and in date. outcome: found, none, stale.';

CREATE OR REPLACE FUNCTION scepgate.crl_latest(ca_id integer) RETURNS SETOF bytea
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$ SELECT l.der FROM scepgate.crl l WHERE l.ca_id = crl_latest.ca_id AND l.partition = 0 AND NOT l.is_delta ORDER BY l.number DESC LIMIT 1 $$;
COMMENT ON FUNCTION scepgate.crl_latest(integer) IS 'The complete CRL of everything that a CA has revoked, DER, the newest one; no row when none was published.';
