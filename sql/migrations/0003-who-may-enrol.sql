INSERT INTO scepgate.schema_version (version, name) VALUES (3, 'who may enrol');

-- Functions of the API whose parameters or results change; the API makes them anew.
DROP FUNCTION IF EXISTS scepgate.endpoint_attach(text, text, bytea, bytea, bytea, text, timestamptz, timestamptz, text, text[], text[], boolean, integer, text, text, text, boolean, boolean, boolean, text[], integer);
DROP FUNCTION IF EXISTS scepgate.endpoint_alter(text, text, boolean, text, text[], text[], boolean, integer, text, text, text, boolean, boolean, boolean, text[], integer);
DROP FUNCTION IF EXISTS scepgate.endpoint_load(text, text);
DROP FUNCTION IF EXISTS scepgate.enrol_lookup(integer, bigint, bytea, bytea, bytea);
DROP FUNCTION IF EXISTS scepgate.enrol_commit(integer, bigint, bytea, bytea, bytea, integer, text, integer, bytea, bytea, bytea, bytea, text, text, timestamptz, timestamptz, text, text, text);
DROP FUNCTION IF EXISTS scepgate.enrol_pend(integer, bigint, bytea, bytea, bytea, integer, integer, bytea, text, text, text, text);
DROP FUNCTION IF EXISTS scepgate.enrol_poll(integer, bigint, bytea, bytea);
DROP FUNCTION IF EXISTS scepgate.enrol_refuse(integer, bytea, bytea, integer, text, text, text, text, text);
DROP FUNCTION IF EXISTS scepgate.challenge_is_live(integer, text, integer);
DROP FUNCTION IF EXISTS scepgate.policy_create(text, text, text, boolean, integer, integer, text[], boolean, integer);
DROP FUNCTION IF EXISTS scepgate.policy_alter(text, text, text, text, boolean, integer, integer, text[], boolean, integer);

-- Policies: MDMs add names of their own

ALTER TABLE scepgate.policy ADD COLUMN several_common_names boolean NOT NULL DEFAULT false;

-- A function that an index stands on. It belongs to the tables, so it changes by migration only.

CREATE FUNCTION scepgate.network_of(address inet) RETURNS inet
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT CASE
		WHEN address IS NULL THEN inet '0.0.0.0'
		WHEN family(address) = 4 THEN set_masklen(address, 32)
		WHEN set_masklen(address, 128) <<= inet '::ffff:0.0.0.0/96' THEN inet '0.0.0.0' + (set_masklen(address, 128) - inet '::ffff:0.0.0.0')
		WHEN set_masklen(address, 128) <<= inet '64:ff9b::/96' THEN inet '0.0.0.0' + (set_masklen(address, 128) - inet '64:ff9b::')
		ELSE network(set_masklen(address, 64))::inet END $$;
COMMENT ON FUNCTION scepgate.network_of(inet)
	IS 'Whose address is counted as one: an IPv4 address, also when it is written as IPv6 or translated to it (NAT64); a /64 of IPv6, which one client has to itself. All that are unknown are one, too.';

-- Endpoints: what opens them

ALTER TABLE scepgate.endpoint
	DROP CONSTRAINT endpoint_challenge_mode_is_known,
	ADD CONSTRAINT endpoint_challenge_mode_is_known CHECK (challenge_mode IN ('none', 'static', 'dynamic', 'both')),
	DROP CONSTRAINT endpoint_approval_is_known,
	ADD CONSTRAINT endpoint_approval_is_known CHECK (approval IN ('none', 'always', 'rules')),
	ADD COLUMN challenge_lifetime_minutes integer NOT NULL DEFAULT 60,
	ADD COLUMN long_challenges boolean NOT NULL DEFAULT false,
	ADD COLUMN challenge_max_pending integer NOT NULL DEFAULT 100 CONSTRAINT endpoint_challenge_max_pending_is_1_to_1000000 CHECK (challenge_max_pending BETWEEN 1 AND 1000000),
	ADD COLUMN challenge_uses integer NOT NULL DEFAULT 1 CONSTRAINT endpoint_challenge_uses_is_1_to_1000 CHECK (challenge_uses BETWEEN 1 AND 1000),
	ADD COLUMN challenge_page_encoding text NOT NULL DEFAULT 'utf-16le-bom' CONSTRAINT endpoint_challenge_page_encoding_is_known
		CHECK (challenge_page_encoding IN ('utf-16le-bom', 'utf-16le', 'utf-8')),
	ADD COLUMN signer_key_must_match boolean NOT NULL DEFAULT false,
	ADD COLUMN renewal boolean NOT NULL DEFAULT true,
	ADD COLUMN renewal_window text NOT NULL DEFAULT 'any' CONSTRAINT endpoint_renewal_window_is_any_or_days_or_percent CHECK (renewal_window ~ '^(any|[1-9][0-9]{0,3}d|[1-9][0-9]?%)$'),
	ADD COLUMN renewal_grace_days integer NOT NULL DEFAULT 0 CONSTRAINT endpoint_renewal_grace_is_0_to_365_days CHECK (renewal_grace_days BETWEEN 0 AND 365),
	ADD COLUMN renewal_identity text NOT NULL DEFAULT 'same' CONSTRAINT endpoint_renewal_identity_is_known CHECK (renewal_identity IN ('same', 'unstructured')),
	ADD COLUMN renewal_new_key boolean NOT NULL DEFAULT false,
	ADD COLUMN renewal_challenge boolean NOT NULL DEFAULT false,
	ADD COLUMN renewal_at_par boolean NOT NULL DEFAULT false,
	ADD COLUMN pending_max_per_address integer NOT NULL DEFAULT 20 CONSTRAINT endpoint_pending_max_per_address_is_1_to_100000 CHECK (pending_max_per_address BETWEEN 1 AND 100000),
	ADD COLUMN pending_max_per_day integer NOT NULL DEFAULT 1000 CONSTRAINT endpoint_pending_max_per_day_is_1_to_1000000 CHECK (pending_max_per_day BETWEEN 1 AND 1000000),
	ADD CONSTRAINT endpoint_challenge_lifetime_is_1_to_1440_minutes CHECK (challenge_lifetime_minutes BETWEEN 1 AND 1440 OR long_challenges AND challenge_lifetime_minutes BETWEEN 1 AND 43200);

-- Rules that let a request wait for an operator, on an endpoint whose approval is "rules"

CREATE TABLE scepgate.approval_rule (
	id integer GENERATED BY DEFAULT AS IDENTITY CONSTRAINT approval_rule_id_is_taken PRIMARY KEY,
	endpoint_id integer NOT NULL CONSTRAINT approval_rule_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	kind text NOT NULL CONSTRAINT approval_rule_kind_is_known CHECK (kind IN ('subject', 'san', 'first_time')),
	item text NOT NULL DEFAULT '',
	pattern text NOT NULL DEFAULT '*' CONSTRAINT approval_rule_pattern_is_text CHECK (length(pattern) >= 1 AND length(pattern) <= 256 AND pattern !~ '[\x01-\x1f\x7f-\x9f]'),
	CONSTRAINT approval_rule_item_is_known_for_its_kind CHECK (CASE kind WHEN 'first_time' THEN item = '' AND pattern = '*' ELSE item <> '*' AND scepgate.is_rule_item(kind, item) END),
	CONSTRAINT approval_rule_is_there_already UNIQUE (endpoint_id, kind, item, pattern)
);

-- API tokens, and the dynamic challenges that they mint

CREATE TABLE scepgate.api_token (
	id integer GENERATED BY DEFAULT AS IDENTITY CONSTRAINT api_token_id_is_taken PRIMARY KEY,
	name text NOT NULL CONSTRAINT api_token_name_is_taken UNIQUE CONSTRAINT api_token_name_is_valid CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	description text NOT NULL DEFAULT '' CONSTRAINT api_token_description_is_short CHECK (length(description) <= 1000),
	hash bytea NOT NULL CONSTRAINT api_token_hash_is_taken UNIQUE CONSTRAINT api_token_hash_is_sha256 CHECK (octet_length(hash) = 32),
	expires_at timestamptz,
	revoked_at timestamptz,
	last_used_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by text NOT NULL DEFAULT session_user
);

CREATE TABLE scepgate.api_token_endpoint (
	token_id integer NOT NULL CONSTRAINT api_token_endpoint_needs_its_token REFERENCES scepgate.api_token ON DELETE CASCADE,
	endpoint_id integer NOT NULL CONSTRAINT api_token_endpoint_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	CONSTRAINT api_token_endpoint_is_there_already PRIMARY KEY (token_id, endpoint_id)
);
CREATE INDEX api_token_endpoint_by_endpoint ON scepgate.api_token_endpoint (endpoint_id);

CREATE TABLE scepgate.challenge (
	id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT challenge_id_is_taken PRIMARY KEY,
	endpoint_id integer NOT NULL CONSTRAINT challenge_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	hash bytea NOT NULL CONSTRAINT challenge_hash_is_sha256 CHECK (octet_length(hash) = 32),
	uses integer NOT NULL DEFAULT 1 CONSTRAINT challenge_uses_is_1_to_1000 CHECK (uses BETWEEN 1 AND 1000),
	uses_left integer NOT NULL DEFAULT 1,
	expires_at timestamptz NOT NULL,
	-- What it is bound to; null: to nothing of that kind.
	subject text CONSTRAINT challenge_subject_is_short CHECK (length(subject) BETWEEN 1 AND 4096),
	sans text CONSTRAINT challenge_sans_is_short CHECK (length(sans) BETWEEN 1 AND 4096),
	spki_sha256 bytea CONSTRAINT challenge_spki_sha256_is_sha256 CHECK (octet_length(spki_sha256) = 32),
	device text CONSTRAINT challenge_device_is_a_line CHECK (length(device) >= 1 AND length(device) <= 255 AND device !~ '[\x01-\x1f\x7f-\x9f]'),
	-- What is known of the device's user, for templates and people; nothing is compared with it.
	username text CONSTRAINT challenge_username_is_a_line CHECK (length(username) >= 1 AND length(username) <= 255 AND username !~ '[\x01-\x1f\x7f-\x9f]'),
	context jsonb NOT NULL DEFAULT '{}' CONSTRAINT challenge_context_is_a_short_object CHECK (jsonb_typeof(context) = 'object' AND octet_length(context::text) <= 8192),
	token_id integer CONSTRAINT challenge_was_minted_with_its_token REFERENCES scepgate.api_token ON DELETE SET NULL,
	client_address inet,
	spent_at timestamptz,
	spent_by_spki_sha256 bytea,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	created_by text NOT NULL DEFAULT session_user,
	CONSTRAINT challenge_is_minted_already UNIQUE (endpoint_id, hash),
	CONSTRAINT challenge_uses_left_is_0_to_uses CHECK (uses_left BETWEEN 0 AND uses),
	CONSTRAINT challenge_is_spent_when_nothing_is_left CHECK ((uses_left = 0) = (spent_at IS NOT NULL))
);
CREATE INDEX challenge_by_liveness ON scepgate.challenge (endpoint_id, expires_at) WHERE uses_left > 0;
CREATE INDEX challenge_by_expiry ON scepgate.challenge (expires_at);

-- The lock under which challenges of one endpoint are minted, and how many were pending when they were counted last, at which
-- challenge: with the numbers given out since then that is an upper bound, and only when it reaches the limit they are counted anew.
CREATE TABLE scepgate.challenge_quota (
	endpoint_id integer CONSTRAINT challenge_quota_is_there_already PRIMARY KEY CONSTRAINT challenge_quota_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	counted integer NOT NULL DEFAULT 0,
	counted_at_id bigint NOT NULL DEFAULT 0
);

-- Wrong challenges and refusals, counted by endpoint and network address

CREATE TABLE scepgate.throttle (
	endpoint_id integer NOT NULL CONSTRAINT throttle_needs_its_endpoint REFERENCES scepgate.endpoint ON DELETE CASCADE,
	network inet NOT NULL,
	attempts bytea[] NOT NULL DEFAULT '{}',
	attempts_since timestamptz NOT NULL DEFAULT clock_timestamp(),
	blocks integer NOT NULL DEFAULT 0,
	blocked_until timestamptz,
	refusals integer NOT NULL DEFAULT 0,
	refusals_since timestamptz NOT NULL DEFAULT clock_timestamp(),
	suppressed bigint NOT NULL DEFAULT 0,
	updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT throttle_is_there_already PRIMARY KEY (endpoint_id, network)
);
CREATE INDEX throttle_by_update ON scepgate.throttle (updated_at);

-- Transactions and certificates: by what right, and in which lineage

ALTER TABLE scepgate.transaction
	ADD COLUMN csr_spki_sha256 bytea CONSTRAINT transaction_csr_spki_sha256_is_sha256 CHECK (octet_length(csr_spki_sha256) = 32),
	ADD COLUMN asked_sha256 bytea CONSTRAINT transaction_asked_sha256_is_sha256 CHECK (octet_length(asked_sha256) = 32),
	ADD COLUMN challenge_id bigint CONSTRAINT transaction_came_with_its_challenge REFERENCES scepgate.challenge ON DELETE SET NULL,
	ADD COLUMN renewal_of bigint CONSTRAINT transaction_renews_its_certificate REFERENCES scepgate.certificate ON DELETE SET NULL,
	ADD COLUMN is_authenticated boolean NOT NULL DEFAULT true,
	ADD COLUMN pended_because text NOT NULL DEFAULT '' CONSTRAINT transaction_pended_because_is_a_line CHECK (octet_length(pended_because) <= 255 AND pended_because !~ '[\x01-\x1f\x7f-\x9f]');
-- What waits on an endpoint without challenges came without.
UPDATE scepgate.transaction t SET is_authenticated = false FROM scepgate.endpoint e WHERE e.id = t.endpoint_id AND e.challenge_mode = 'none' AND t.state <> 'issued';
SET CONSTRAINTS ALL IMMEDIATE;
CREATE INDEX transaction_by_key ON scepgate.transaction (endpoint_id, csr_spki_sha256) WHERE state IN ('pending', 'approved');
CREATE INDEX transaction_by_creation ON scepgate.transaction (endpoint_id, created_at) WHERE NOT is_authenticated;
CREATE INDEX transaction_by_network ON scepgate.transaction (endpoint_id, scepgate.network_of(client_address)) WHERE state = 'pending' AND NOT is_authenticated;

ALTER TABLE scepgate.certificate
	DROP CONSTRAINT certificate_authorisation_is_known,
	ADD CONSTRAINT certificate_authorisation_is_known CHECK (authorisation IN ('static_challenge', 'dynamic_challenge', 'renewal', 'approval')),
	ADD COLUMN challenge_id bigint CONSTRAINT certificate_came_with_its_challenge REFERENCES scepgate.challenge ON DELETE SET NULL,
	ADD COLUMN lineage bigint,
	ADD COLUMN lineage_stopped_at timestamptz,
	ADD CONSTRAINT certificate_lineage_begins_with_an_enrolment CHECK (renewal_of IS NULL OR lineage IS NOT NULL),
	ADD CONSTRAINT certificate_lineage_is_stopped_at_its_first CHECK (lineage_stopped_at IS NULL OR lineage IS NULL);
CREATE INDEX certificate_by_lineage ON scepgate.certificate (coalesce(lineage, id));
CREATE INDEX certificate_by_identity ON scepgate.certificate (application_id, hashtext(subject), hashtext(sans));
CREATE INDEX certificate_by_challenge ON scepgate.certificate (challenge_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX transaction_by_challenge ON scepgate.transaction (challenge_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX transaction_by_renewal_of ON scepgate.transaction (renewal_of) WHERE renewal_of IS NOT NULL;

-- Triggers: rules are configuration of their endpoint; tokens are none, but audited as configuration is

CREATE OR REPLACE FUNCTION scepgate.configuration_endpoints(table_name text, row_id integer, owner_id integer) RETURNS SETOF integer
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
	WITH RECURSIVE below (id, depth) AS (
		SELECT c.id, 0 FROM scepgate.ca c WHERE table_name = 'ca' AND c.id = row_id OR table_name = 'private_key' AND c.private_key_id = row_id
		UNION
		SELECT c.id, b.depth + 1 FROM scepgate.ca c JOIN below b ON c.issuer_id = b.id WHERE b.depth < 16
	)
	SELECT e.id FROM scepgate.endpoint e JOIN scepgate.profile p ON p.id = e.profile_id
	WHERE CASE table_name
		WHEN 'application' THEN e.application_id = row_id
		WHEN 'ca' THEN p.ca_id IN (SELECT b.id FROM below b)
		WHEN 'ca_next' THEN p.ca_id = owner_id
		WHEN 'private_key' THEN p.ca_id IN (SELECT b.id FROM below b) OR e.id IN (SELECT r.endpoint_id FROM scepgate.ra_certificate r WHERE r.private_key_id = row_id)
			OR p.ca_id IN (SELECT n.ca_id FROM scepgate.ca_next n WHERE n.private_key_id = row_id)
		WHEN 'policy' THEN p.policy_id = row_id
		WHEN 'policy_rule' THEN p.policy_id = owner_id
		WHEN 'profile' THEN p.id = row_id
		WHEN 'static_challenge' THEN e.id = owner_id
		WHEN 'approval_rule' THEN e.id = owner_id
		WHEN 'ra_certificate' THEN e.id = owner_id
		ELSE false END
$$;
COMMENT ON FUNCTION scepgate.configuration_endpoints(text, integer, integer) IS 'The endpoints that a row of a configuration table concerns. owner_id: its policy, endpoint or CA, where it has one.';

CREATE FUNCTION scepgate.approval_rule_count_check() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF (SELECT count(*) FROM scepgate.approval_rule r WHERE r.endpoint_id = NEW.endpoint_id) > 256 THEN
		RAISE EXCEPTION 'an endpoint has at most 256 approval rules'
			USING ERRCODE = 'check_violation', SCHEMA = 'scepgate', TABLE = TG_TABLE_NAME, CONSTRAINT = 'endpoint_has_at_most_256_approval_rules';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.approval_rule_count_check() IS 'Trigger: an endpoint has at most 256 approval rules.';

CREATE FUNCTION scepgate.api_token_changed() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'last_used_at' END;
	after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'last_used_at' END;
BEGIN
	IF before IS NOT DISTINCT FROM after THEN
		RETURN NULL;
	END IF;
	-- An endpoint of a token is told with the token's name.
	IF TG_TABLE_NAME = 'api_token_endpoint' THEN
		before := before || jsonb_build_object('token', (SELECT k.name FROM scepgate.api_token k WHERE k.id = (before ->> 'token_id')::integer));
		after := after || jsonb_build_object('token', (SELECT k.name FROM scepgate.api_token k WHERE k.id = (after ->> 'token_id')::integer));
	END IF;
	PERFORM scepgate.audit_configuration(TG_TABLE_NAME, before, after);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION scepgate.api_token_changed() IS 'Trigger of API tokens and their endpoints: writes an audit event, without the hash; that a token was used is none.';

CREATE TRIGGER configuration_lock BEFORE INSERT OR UPDATE OR DELETE ON scepgate.approval_rule FOR EACH STATEMENT EXECUTE FUNCTION scepgate.configuration_lock();
CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON scepgate.approval_rule FOR EACH ROW EXECUTE FUNCTION scepgate.configuration_changed();
CREATE TRIGGER approval_rule_count_check AFTER INSERT OR UPDATE ON scepgate.approval_rule FOR EACH ROW EXECUTE FUNCTION scepgate.approval_rule_count_check();
CREATE TRIGGER api_token_changed AFTER INSERT OR UPDATE OR DELETE ON scepgate.api_token FOR EACH ROW EXECUTE FUNCTION scepgate.api_token_changed();
CREATE TRIGGER api_token_changed AFTER INSERT OR UPDATE OR DELETE ON scepgate.api_token_endpoint FOR EACH ROW EXECUTE FUNCTION scepgate.api_token_changed();
