-- Certificate revocation lists: what the next one says, and publishing it. It is signed elsewhere.

CREATE OR REPLACE FUNCTION scepgate.crl_material(ca text) RETURNS TABLE (ca_id integer, number bigint, serials bytea[], revoked_at bigint[], reasons integer[])
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	site integer := scepgate.ca_id(crl_material.ca);
BEGIN
	RETURN QUERY
		-- Reason 8 (removeFromCRL) says that a certificate is no longer on hold.
		WITH latest AS (SELECT l.number, l.this_update FROM scepgate.crl l WHERE l.ca_id = site ORDER BY l.number DESC LIMIT 1)
		SELECT site, coalesce((SELECT latest.number FROM latest), 0) + 1, coalesce(array_agg(c.serial ORDER BY c.serial), '{}'),
			coalesce(array_agg(floor(extract(epoch FROM c.revoked_at))::bigint ORDER BY c.serial), '{}'), coalesce(array_agg(c.revocation_reason ORDER BY c.serial), '{}')
		FROM scepgate.certificate c WHERE c.ca_id = site AND c.revoked_at IS NOT NULL AND c.revocation_reason <> 8 AND c.not_after >= coalesce((SELECT latest.this_update FROM latest), '-infinity');
END
$$;
COMMENT ON FUNCTION scepgate.crl_material(text)
	IS 'What the next CRL of a CA says, as one snapshot: its number, and serial number, time (seconds since 1970) and reason of each revoked certificate that had not expired when the last CRL was made (RFC 5280 section 3.3).';

CREATE OR REPLACE FUNCTION scepgate.crl_publish(ca text, number bigint, this_update timestamptz, next_update timestamptz, der bytea) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	kept CONSTANT integer := 30;
	site integer := scepgate.ca_id(crl_publish.ca);
BEGIN
	INSERT INTO scepgate.crl (ca_id, number, this_update, next_update, der)
	VALUES (site, crl_publish.number, crl_publish.this_update, crl_publish.next_update, crl_publish.der);
	DELETE FROM scepgate.crl WHERE ca_id = site AND number IN (SELECT l.number FROM scepgate.crl l WHERE l.ca_id = site ORDER BY l.number DESC OFFSET kept);
	INSERT INTO scepgate.audit_event (event, detail)
	VALUES ('crl_published', jsonb_build_object('ca', crl_publish.ca, 'number', crl_publish.number, 'this_update', crl_publish.this_update, 'next_update', crl_publish.next_update,
		'sha256', encode(sha256(crl_publish.der), 'hex')));
	RETURN crl_publish.number;
END
$$;
COMMENT ON FUNCTION scepgate.crl_publish(text, bigint, timestamptz, timestamptz, bytea)
	IS 'Publish a CRL, DER, whose number must be greater than that of every earlier one of this CA. The newest 30 of a CA are kept. Returns the number.';
