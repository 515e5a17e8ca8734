INSERT INTO scepgate.schema_version (version, name) VALUES (5, 'keys');

-- Functions of the API whose parameters or results change; the API makes them anew.
DROP FUNCTION IF EXISTS scepgate.private_key_create(bytea, bytea);
DROP FUNCTION IF EXISTS scepgate.endpoint_load(text, text);
DROP FUNCTION IF EXISTS scepgate.ra_certificate_set(text, text, bytea, bytea, bytea, text, timestamptz, timestamptz);

-- A key is stored as it comes: encrypted PKCS#8, or the octets of a URI.
ALTER TABLE scepgate.private_key ADD CONSTRAINT private_key_uri_has_a_length CHECK (length(uri) <= 2048);
