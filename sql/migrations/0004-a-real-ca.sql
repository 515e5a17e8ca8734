INSERT INTO scepgate.schema_version (version, name) VALUES (4, 'a real CA');

-- Functions and views of the API whose parameters, results or columns change; the API makes them anew.
DROP FUNCTION IF EXISTS scepgate.ca_alter(text, text, text, boolean);
DROP FUNCTION IF EXISTS scepgate.crl_material(text);
DROP FUNCTION IF EXISTS scepgate.crl_publish(text, bigint, timestamptz, timestamptz, bytea);
DROP FUNCTION IF EXISTS scepgate.enrol_lookup(integer, bigint, bytea, bytea, bytea, bytea, bytea, text);
DROP FUNCTION IF EXISTS scepgate.enrol_poll(integer, bigint, bytea, bytea);
DROP FUNCTION IF EXISTS scepgate.policy_create(text, text, text, boolean, integer, integer, text[], boolean, integer, boolean);
DROP FUNCTION IF EXISTS scepgate.policy_alter(text, text, text, text, boolean, integer, integer, text[], boolean, integer, boolean);
DROP FUNCTION IF EXISTS scepgate.profile_create(text, text, text, text, integer, text[], text[], integer);
DROP FUNCTION IF EXISTS scepgate.profile_alter(text, text, text, text, text, integer, text[], text[], integer);
DROP FUNCTION IF EXISTS scepgate.challenge_mint(integer, integer, integer, integer, integer, text, text, bytea, text, text, jsonb, integer, inet);
DROP FUNCTION IF EXISTS scepgate.challenge_create(text, text, integer, integer, text, text, bytea, text, text, jsonb);
DROP FUNCTION IF EXISTS scepgate.challenge_request(bytea, text, text, text, integer, integer, text, text, bytea, text, text, jsonb, text);
DROP FUNCTION IF EXISTS scepgate.endpoint_load(text, text);
DROP FUNCTION IF EXISTS scepgate.enrol_commit(integer, bigint, bytea, bytea, bytea, integer, text, integer, bigint, bigint, bytea, bytea, bytea, bytea, text, text, timestamptz, timestamptz, text, text, text);
DROP VIEW IF EXISTS scepgate.crls;

-- Revocation

CREATE FUNCTION scepgate.are_urls(urls text[]) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT coalesce(array_ndims(urls), 1) = 1 AND cardinality(urls) <= 8
		AND NOT EXISTS (SELECT FROM unnest(urls) AS t (url) WHERE url IS NULL OR length(url) > 1000 OR url !~ '^(https?|ldap)://[!-~]+$') $$;
COMMENT ON FUNCTION scepgate.are_urls(text[]) IS 'Are these at most eight URLs that can stand in a certificate: http, https or ldap, printable ASCII, 1000 characters?';

ALTER TABLE scepgate.ca
	ADD COLUMN crl_partitions integer NOT NULL DEFAULT 1 CONSTRAINT ca_crl_partitions_is_1_to_256 CHECK (crl_partitions BETWEEN 1 AND 256),
	ADD COLUMN crl_validity_hours integer NOT NULL DEFAULT 168 CONSTRAINT ca_crl_validity_is_1_to_87600_hours CHECK (crl_validity_hours BETWEEN 1 AND 87600),
	ADD COLUMN delta_crl_hours integer CONSTRAINT ca_delta_crl_is_1_to_87600_hours CHECK (delta_crl_hours BETWEEN 1 AND 87600),
	ADD COLUMN crl_urls text[] NOT NULL DEFAULT '{}' CONSTRAINT ca_crl_urls_are_urls CHECK (scepgate.are_urls(crl_urls)),
	ADD COLUMN delta_crl_urls text[] NOT NULL DEFAULT '{}' CONSTRAINT ca_delta_crl_urls_are_urls CHECK (scepgate.are_urls(delta_crl_urls)),
	ADD COLUMN ca_urls text[] NOT NULL DEFAULT '{}' CONSTRAINT ca_ca_urls_are_urls CHECK (scepgate.are_urls(ca_urls)),
	ADD COLUMN publish_on_revocation boolean NOT NULL DEFAULT true,
	ADD CONSTRAINT ca_partitions_have_a_url CHECK (crl_partitions = 1 OR strpos(crl_urls::text, '{partition}') > 0);

CREATE FUNCTION scepgate.ca_partitions_check() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF NEW.crl_partitions < OLD.crl_partitions THEN
		RAISE EXCEPTION 'the certificates of a partition point to its CRL as long as they live: there can be more partitions, but not fewer'
			USING ERRCODE = 'check_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'ca_partitions_only_grow';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.ca_partitions_check() IS 'Trigger: a CA never has fewer partitions than before.';
-- Not before the update: that would lock the row against every certificate that is being recorded, even where nothing changes.
CREATE TRIGGER ca_partitions_check AFTER UPDATE OF crl_partitions ON scepgate.ca FOR EACH ROW EXECUTE FUNCTION scepgate.ca_partitions_check();

-- What is no longer on hold is not revoked; that it was is seen from status_changed_at.
ALTER TABLE scepgate.certificate
	ADD COLUMN crl_partition smallint NOT NULL DEFAULT 0 CONSTRAINT certificate_crl_partition_is_0_to_256 CHECK (crl_partition BETWEEN 0 AND 256),
	ADD COLUMN status_changed_at timestamptz;
UPDATE scepgate.certificate SET status_changed_at = revoked_at WHERE revoked_at IS NOT NULL;
UPDATE scepgate.certificate SET revoked_at = NULL, revocation_reason = NULL WHERE revocation_reason = 8;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE scepgate.certificate
	DROP CONSTRAINT certificate_revocation_reason_is_known,
	ADD CONSTRAINT certificate_revocation_reason_is_known CHECK (revocation_reason IN (0, 1, 2, 3, 4, 5, 6, 9, 10));
DROP INDEX scepgate.certificate_by_revocation;
CREATE INDEX certificate_by_revocation ON scepgate.certificate (ca_id, serial) INCLUDE (revoked_at, revocation_reason, not_after, crl_partition) WHERE revoked_at IS NOT NULL;
CREATE INDEX certificate_by_status_change ON scepgate.certificate (ca_id, status_changed_at) WHERE status_changed_at IS NOT NULL;

ALTER TABLE scepgate.crl
	ADD COLUMN partition smallint NOT NULL DEFAULT 0 CONSTRAINT crl_partition_is_0_to_256 CHECK (partition BETWEEN 0 AND 256),
	ADD COLUMN is_delta boolean NOT NULL DEFAULT false,
	ADD COLUMN base_number bigint,
	ADD COLUMN revoked integer,
	ADD COLUMN taken_at timestamptz,
	ADD COLUMN sha256 bytea NOT NULL GENERATED ALWAYS AS (sha256(der)) STORED,
	ADD CONSTRAINT crl_delta_has_an_older_base CHECK (is_delta = (base_number IS NOT NULL) AND (base_number IS NULL OR base_number < number)),
	ALTER COLUMN der SET STORAGE EXTERNAL; -- serial numbers are random and do not compress
DROP TRIGGER crl_keep ON scepgate.crl;
UPDATE scepgate.crl SET taken_at = this_update;
ALTER TABLE scepgate.crl ALTER COLUMN taken_at SET NOT NULL;
CREATE TRIGGER crl_keep BEFORE UPDATE ON scepgate.crl FOR EACH ROW EXECUTE FUNCTION scepgate.crl_keep();
CREATE INDEX crl_by_scope ON scepgate.crl (ca_id, partition, is_delta, number);

CREATE TABLE scepgate.crl_sequence (
	ca_id integer CONSTRAINT crl_sequence_is_there_already PRIMARY KEY CONSTRAINT crl_sequence_needs_its_ca REFERENCES scepgate.ca ON DELETE CASCADE,
	number bigint NOT NULL DEFAULT 0
);
INSERT INTO scepgate.crl_sequence (ca_id, number) SELECT l.ca_id, max(l.number) FROM scepgate.crl l GROUP BY l.ca_id;

-- A CRL on its way in. It lives no longer than the transaction that publishes it, so it needs no write-ahead log.
CREATE UNLOGGED TABLE scepgate.crl_piece (
	id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT crl_piece_id_is_taken PRIMARY KEY,
	ca_id integer NOT NULL,
	number bigint NOT NULL,
	octets bytea NOT NULL CONSTRAINT crl_piece_has_a_length CHECK (octet_length(octets) BETWEEN 1 AND 16777216)
);
ALTER TABLE scepgate.crl_piece ALTER COLUMN octets SET STORAGE EXTERNAL;

CREATE OR REPLACE FUNCTION scepgate.crl_number_check() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	-- One publisher of a CA at a time: the next one waits here and then sees the number of this one.
	INSERT INTO scepgate.crl_sequence AS s (ca_id, number) VALUES (NEW.ca_id, NEW.number)
	ON CONFLICT ON CONSTRAINT crl_sequence_is_there_already DO UPDATE SET number = greatest(s.number, EXCLUDED.number);
	IF NEW.number < (SELECT s.number FROM scepgate.crl_sequence s WHERE s.ca_id = NEW.ca_id) OR EXISTS (SELECT FROM scepgate.crl l WHERE l.ca_id = NEW.ca_id AND l.number >= NEW.number) THEN
		RAISE EXCEPTION 'CRL % or a later one was published already', NEW.number
			USING ERRCODE = 'unique_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'crl_number_increases';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION scepgate.crl_number_check() IS 'Trigger: the numbers of the CRLs of a CA strictly increase, whoever publishes (RFC 5280 section 5.2.3).';

-- Hierarchy and keys

-- Certificates of subordinate CAs belong to no endpoint; those that another server issued came without a request that we know.
ALTER TABLE scepgate.certificate
	ALTER COLUMN application_id DROP NOT NULL,
	ALTER COLUMN endpoint_id DROP NOT NULL,
	ALTER COLUMN csr_der DROP NOT NULL,
	ALTER COLUMN message_type DROP NOT NULL,
	DROP CONSTRAINT certificate_authorisation_is_known,
	ADD CONSTRAINT certificate_authorisation_is_known CHECK (authorisation IN ('static_challenge', 'dynamic_challenge', 'renewal', 'approval', 'import', 'subordinate')),
	ADD CONSTRAINT certificate_of_a_device_has_its_endpoint CHECK ((endpoint_id IS NULL) = (authorisation = 'subordinate') AND (application_id IS NULL) = (endpoint_id IS NULL)),
	ADD CONSTRAINT certificate_answers_a_request CHECK (authorisation IN ('import', 'subordinate') OR (csr_der IS NOT NULL AND message_type IS NOT NULL));

-- A CA of ours that another one is to certify: its key is here, its certificate not yet.
CREATE TABLE scepgate.ca_request (
	id integer GENERATED BY DEFAULT AS IDENTITY CONSTRAINT ca_request_id_is_taken PRIMARY KEY,
	name text NOT NULL CONSTRAINT ca_request_name_is_taken UNIQUE CONSTRAINT ca_request_name_is_valid CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	description text NOT NULL DEFAULT '' CONSTRAINT ca_request_description_is_short CHECK (length(description) <= 1000),
	csr bytea NOT NULL CONSTRAINT ca_request_csr_has_a_length CHECK (octet_length(csr) BETWEEN 1 AND 65536),
	private_key_id integer NOT NULL CONSTRAINT ca_request_needs_its_private_key REFERENCES scepgate.private_key ON DELETE RESTRICT,
	subject text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ca_request_by_private_key ON scepgate.ca_request (private_key_id);

CREATE OR REPLACE FUNCTION scepgate.private_key_sweep() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	DELETE FROM scepgate.private_key k WHERE k.id = OLD.private_key_id
		AND NOT EXISTS (SELECT FROM scepgate.ca c WHERE c.private_key_id = k.id) AND NOT EXISTS (SELECT FROM scepgate.ra_certificate r WHERE r.private_key_id = k.id)
		AND NOT EXISTS (SELECT FROM scepgate.ca_next n WHERE n.private_key_id = k.id) AND NOT EXISTS (SELECT FROM scepgate.ca_request q WHERE q.private_key_id = k.id);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.private_key_sweep() IS 'Trigger: deletes a private key together with the last certificate or request that used it.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR UPDATE OR DELETE ON scepgate.ca_request FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();
CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON scepgate.ca_request FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();
CREATE TRIGGER private_key_sweep AFTER DELETE OR UPDATE OF private_key_id ON scepgate.ca_request FOR EACH ROW EXECUTE FUNCTION scepgate.private_key_sweep();

-- Inventory

CREATE TABLE scepgate.certificate_name (
	certificate_id bigint NOT NULL CONSTRAINT certificate_name_needs_its_certificate REFERENCES scepgate.certificate ON DELETE CASCADE,
	kind text NOT NULL CONSTRAINT certificate_name_kind_is_known
		CHECK (kind IN ('subject', 'cn', 'serialnumber', 'uid', 'emailaddress', 'dns', 'email', 'ip', 'uri', 'upn', 'dirname', 'rid', 'other')),
	value text NOT NULL CONSTRAINT certificate_name_value_has_a_length CHECK (length(value) <= 400),
	CONSTRAINT certificate_name_is_there_already PRIMARY KEY (certificate_id, kind, value)
);
-- An estimate of how many have a name decides in which order they are looked through.
ALTER TABLE scepgate.certificate_name ALTER COLUMN value SET STATISTICS 1000;
CREATE INDEX certificate_name_by_value ON scepgate.certificate_name (value text_pattern_ops, certificate_id);
CREATE INDEX certificate_name_by_end ON scepgate.certificate_name (reverse(value) text_pattern_ops, certificate_id);
ALTER INDEX scepgate.certificate_name_by_end ALTER COLUMN 1 SET STATISTICS 1000;

CREATE FUNCTION scepgate.certificate_names(subject text, sans text) RETURNS TABLE (kind text, value text)
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT DISTINCT n.kind, left(lower(n.value COLLATE "C"), 400)
	FROM (
		SELECT 'subject', certificate_names.subject
		UNION ALL
		-- An attribute ends at a comma or plus sign that is not escaped.
		SELECT lower(split_part(part[1], '=', 1) COLLATE "C"), regexp_replace(substr(part[1], strpos(part[1], '=') + 1), '\\([^0-9A-Fa-f])', '\1', 'g')
		FROM regexp_matches(certificate_names.subject, '(?:\\.|[^,+\\])+', 'g') AS p (part)
		WHERE lower(split_part(part[1], '=', 1) COLLATE "C") IN ('cn', 'serialnumber', 'uid', 'emailaddress')
		UNION ALL
		SELECT lower(split_part(name, ':', 1) COLLATE "C"), substr(name, strpos(name, ':') + 1)
		FROM regexp_split_to_table(certificate_names.sans, ', (?=(?:DNS|email|IP|URI|UPN|DirName|RID|other):)') AS s (name)
		WHERE name ~ '^(?:DNS|email|IP|URI|UPN|DirName|RID|other):'
	) AS n (kind, value)
	WHERE n.value <> ''
$$;
COMMENT ON FUNCTION scepgate.certificate_names(text, text)
	IS 'The names by which a certificate is found, in lower case (ASCII alone) and without escapes: the subject as a whole, its CN, serialNumber, UID and emailAddress, and each alternative name; the first 400 characters.';

INSERT INTO scepgate.certificate_name (certificate_id, kind, value)
	SELECT c.id, n.kind, n.value FROM scepgate.certificate c, LATERAL scepgate.certificate_names(c.subject, c.sans) AS n;
SET CONSTRAINTS ALL IMMEDIATE;

DROP INDEX scepgate.certificate_by_endpoint;
CREATE INDEX certificate_by_endpoint ON scepgate.certificate (endpoint_id, id);
DROP INDEX scepgate.certificate_by_not_after;
CREATE INDEX certificate_by_not_after ON scepgate.certificate (not_after, id);
CREATE INDEX certificate_by_ca ON scepgate.certificate (ca_id, id);
CREATE INDEX certificate_revoked ON scepgate.certificate (id) WHERE revoked_at IS NOT NULL;

-- How many there are: by endpoint and last day. What changes is only added, so that no two workers wait for each other, and summed up now and then.
CREATE TABLE scepgate.certificate_count (
	endpoint_id integer NOT NULL CONSTRAINT certificate_count_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	last_day date NOT NULL,
	certificates bigint NOT NULL,
	revoked bigint NOT NULL,
	CONSTRAINT certificate_count_is_there_already PRIMARY KEY (endpoint_id, last_day)
);
CREATE TABLE scepgate.certificate_count_change (
	id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT certificate_count_change_id_is_taken PRIMARY KEY,
	endpoint_id integer NOT NULL CONSTRAINT certificate_count_change_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	last_day date NOT NULL,
	certificates bigint NOT NULL,
	revoked bigint NOT NULL
);
INSERT INTO scepgate.certificate_count (endpoint_id, last_day, certificates, revoked)
	SELECT c.endpoint_id, (c.not_after AT TIME ZONE 'UTC')::date, count(*), count(c.revoked_at) FROM scepgate.certificate c WHERE c.endpoint_id IS NOT NULL GROUP BY 1, 2;

CREATE FUNCTION scepgate.certificate_counts_sum() RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	-- Its own table is locked by this function alone; who finds it locked leaves the work to the other.
	IF NOT pg_try_advisory_xact_lock(hashtext('scepgate certificate counts')) THEN
		RETURN;
	END IF;
	WITH taken AS (
		DELETE FROM scepgate.certificate_count_change d WHERE d.id IN (SELECT t.id FROM scepgate.certificate_count_change t ORDER BY t.id LIMIT 20000)
		RETURNING d.endpoint_id, d.last_day, d.certificates, d.revoked
	)
	INSERT INTO scepgate.certificate_count AS s (endpoint_id, last_day, certificates, revoked)
	SELECT t.endpoint_id, t.last_day, sum(t.certificates), sum(t.revoked) FROM taken t GROUP BY t.endpoint_id, t.last_day
	ON CONFLICT ON CONSTRAINT certificate_count_is_there_already DO UPDATE SET certificates = s.certificates + EXCLUDED.certificates, revoked = s.revoked + EXCLUDED.revoked;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_counts_sum() IS 'Add the latest changes to the counts of certificates. Called with about every thousandth certificate.';

CREATE FUNCTION scepgate.certificate_added() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	INSERT INTO scepgate.certificate_name (certificate_id, kind, value)
	SELECT a.id, n.kind, n.value FROM added a, LATERAL scepgate.certificate_names(a.subject, a.sans) AS n;
	INSERT INTO scepgate.certificate_count_change (endpoint_id, last_day, certificates, revoked)
	SELECT a.endpoint_id, (a.not_after AT TIME ZONE 'UTC')::date, count(*), count(a.revoked_at) FROM added a WHERE a.endpoint_id IS NOT NULL GROUP BY 1, 2;
	IF random() < 0.001 THEN
		PERFORM scepgate.certificate_counts_sum();
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_added() IS 'Trigger: records the names of new certificates, and counts them.';
CREATE TRIGGER certificate_added AFTER INSERT ON scepgate.certificate REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION scepgate.certificate_added();

CREATE FUNCTION scepgate.certificate_recounted() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	INSERT INTO scepgate.certificate_count_change (endpoint_id, last_day, certificates, revoked)
	SELECT OLD.endpoint_id, (OLD.not_after AT TIME ZONE 'UTC')::date, -1, CASE WHEN OLD.revoked_at IS NULL THEN 0 ELSE -1 END WHERE OLD.endpoint_id IS NOT NULL;
	IF TG_OP = 'UPDATE' THEN
		INSERT INTO scepgate.certificate_count_change (endpoint_id, last_day, certificates, revoked)
		SELECT NEW.endpoint_id, (NEW.not_after AT TIME ZONE 'UTC')::date, 1, CASE WHEN NEW.revoked_at IS NULL THEN 0 ELSE 1 END WHERE NEW.endpoint_id IS NOT NULL;
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.certificate_recounted() IS 'Trigger: counts a certificate that is revoked, taken off hold, or deleted.';
CREATE TRIGGER certificate_recounted AFTER UPDATE OF endpoint_id, not_after, revoked_at ON scepgate.certificate FOR EACH ROW
	WHEN (OLD.endpoint_id IS DISTINCT FROM NEW.endpoint_id OR OLD.not_after <> NEW.not_after OR (OLD.revoked_at IS NULL) <> (NEW.revoked_at IS NULL))
	EXECUTE FUNCTION scepgate.certificate_recounted();
CREATE TRIGGER certificate_uncounted AFTER DELETE ON scepgate.certificate FOR EACH ROW EXECUTE FUNCTION scepgate.certificate_recounted();

CREATE INDEX audit_event_by_application ON scepgate.audit_event (application, id) WHERE application IS NOT NULL;
CREATE INDEX audit_event_by_event ON scepgate.audit_event (event, id);
CREATE INDEX audit_event_by_token ON scepgate.audit_event ((detail ->> 'token'), id) WHERE detail ->> 'token' IS NOT NULL;
CREATE INDEX audit_event_by_client ON scepgate.audit_event (client_address, id) WHERE client_address IS NOT NULL;

-- Policy: what may be certified, and what a profile builds

ALTER TABLE scepgate.policy
	ADD COLUMN csr_digests text[] NOT NULL DEFAULT '{sha1,sha224,sha256,sha384,sha512}' CONSTRAINT policy_csr_digests_are_known
		CHECK (cardinality(csr_digests) > 0 AND scepgate.words_are_known(csr_digests, '{sha1,sha224,sha256,sha384,sha512}')),
	ADD COLUMN past_ca text NOT NULL DEFAULT 'clip' CONSTRAINT policy_past_ca_is_clip_or_refuse CHECK (past_ca IN ('clip', 'refuse'));

ALTER TABLE scepgate.profile
	ADD COLUMN validity_hours integer CONSTRAINT profile_validity_is_1_to_876000_hours CHECK (validity_hours BETWEEN 1 AND 876000),
	ADD COLUMN valid_until timestamptz,
	ADD COLUMN subject_template text NOT NULL DEFAULT '' CONSTRAINT profile_subject_template_is_a_line
		CHECK (length(subject_template) <= 1024 AND subject_template !~ '[\x01-\x1f\x7f-\x9f]'),
	ADD COLUMN san_templates text[] NOT NULL DEFAULT '{}' CONSTRAINT profile_san_templates_are_lines
		CHECK (cardinality(san_templates) <= 16 AND array_position(san_templates, NULL) IS NULL AND length(array_to_string(san_templates, ',')) <= 8192
			AND array_to_string(san_templates, ',') !~ '[\x01-\x1f\x7f-\x9f]'),
	ADD COLUMN extensions text[] NOT NULL DEFAULT '{}' CONSTRAINT profile_extensions_are_identifiers_with_hexadecimal
		CHECK (cardinality(extensions) <= 8 AND array_position(extensions, NULL) IS NULL AND length(array_to_string(extensions, ',')) <= 65536
			AND (cardinality(extensions) = 0 OR array_to_string(extensions, ',') ~ '^(critical:)?[0-2](\.[0-9]+)+=([0-9A-Fa-f]{2})+(,(critical:)?[0-2](\.[0-9]+)+=([0-9A-Fa-f]{2})+)*$')),
	ADD CONSTRAINT profile_validity_is_in_hours_or_until_a_time CHECK (num_nonnulls(validity_hours, valid_until) <= 1);

ALTER TABLE scepgate.challenge
	ADD COLUMN sid text CONSTRAINT challenge_sid_is_a_security_identifier CHECK (length(sid) <= 184 AND sid ~ '^S-1-[0-9]+(-[0-9]+){1,15}$');

CREATE OR REPLACE FUNCTION scepgate.policy_limits_check() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF EXISTS (SELECT FROM scepgate.profile p JOIN scepgate.policy l ON l.id = p.policy_id
		WHERE CASE TG_TABLE_NAME WHEN 'profile' THEN p.id = NEW.id ELSE l.id = NEW.id END AND p.valid_until IS NULL
			AND coalesce(p.validity_hours, p.validity_days * 24) > l.max_validity_days * 24)
	THEN
		RAISE EXCEPTION 'a profile may not give a longer validity than its policy allows (max_validity_days)'
			USING ERRCODE = 'check_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'profile_validity_is_within_its_policy';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.policy_limits_check() IS 'Trigger: no profile gives a longer validity, in days or hours, than its policy allows. A date is compared when a certificate is issued.';
