-- The schema and its ledger: which migrations ran here, and which API was applied last. Applied before every migration; creates only what is missing.

DO $ledger$
BEGIN
	IF pg_catalog.to_regnamespace('scepgate') IS NULL THEN
		-- Of two installations at once the second waits here for the first, whose schema and ledger it then has.
		BEGIN
			CREATE SCHEMA scepgate AUTHORIZATION scepgate_owner;
		EXCEPTION WHEN duplicate_schema OR unique_violation THEN
			NULL;
		END;
	END IF;
END
$ledger$;

SET LOCAL ROLE scepgate_owner;

DO $ledger$
BEGIN
	IF pg_catalog.to_regclass('scepgate.schema_version') IS NULL THEN
		CREATE TABLE scepgate.schema_version (
			version integer CONSTRAINT schema_version_applied_once PRIMARY KEY CONSTRAINT schema_version_is_positive CHECK (version > 0),
			name text NOT NULL,
			applied_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
			applied_by text NOT NULL DEFAULT session_user
		);
		COMMENT ON TABLE scepgate.schema_version IS 'Ledger of migrations: the highest version is the version of the schema. The first statement of each migration inserts its row, so two upgrades at once cannot both run it.';
		COMMENT ON COLUMN scepgate.schema_version.version IS 'Number of the migration, from its file name.';
		COMMENT ON COLUMN scepgate.schema_version.name IS 'What the migration brought.';
		COMMENT ON COLUMN scepgate.schema_version.applied_at IS 'When it was applied.';
		COMMENT ON COLUMN scepgate.schema_version.applied_by IS 'The role that logged in to apply it.';
		COMMENT ON CONSTRAINT schema_version_applied_once ON scepgate.schema_version IS 'This migration was applied already.';
		COMMENT ON CONSTRAINT schema_version_is_positive ON scepgate.schema_version IS 'Migrations are numbered from 1.';
	END IF;
	IF pg_catalog.to_regclass('scepgate.schema_api') IS NULL THEN
		CREATE TABLE scepgate.schema_api (
			single boolean CONSTRAINT schema_api_has_one_row PRIMARY KEY DEFAULT true CONSTRAINT schema_api_single_is_true CHECK (single),
			digest bytea CONSTRAINT schema_api_digest_is_sha256 CHECK (octet_length(digest) = 32),
			applied_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
			applied_by text NOT NULL DEFAULT session_user
		);
		COMMENT ON TABLE scepgate.schema_api IS 'Which views and functions (sql/api) were applied last; one row.';
		COMMENT ON COLUMN scepgate.schema_api.single IS 'Always true: keeps the table to one row.';
		COMMENT ON COLUMN scepgate.schema_api.digest IS 'SHA-256 over the files, when scepadm applied them; null when psql did.';
		COMMENT ON COLUMN scepgate.schema_api.applied_at IS 'When they were applied.';
		COMMENT ON COLUMN scepgate.schema_api.applied_by IS 'The role that logged in to apply them.';
		COMMENT ON CONSTRAINT schema_api_has_one_row ON scepgate.schema_api IS 'This table has exactly one row.';
		COMMENT ON CONSTRAINT schema_api_single_is_true ON scepgate.schema_api IS 'The column single is always true.';
		COMMENT ON CONSTRAINT schema_api_digest_is_sha256 ON scepgate.schema_api IS 'A SHA-256 digest has 32 octets.';
	END IF;
END
$ledger$;

-- One installation at a time from here on; only the owner can hold this lock.
LOCK TABLE scepgate.schema_version IN SHARE ROW EXCLUSIVE MODE;
COMMENT ON SCHEMA scepgate IS 'scepgate, a SCEP (RFC 8894) enrolment gateway and certificate authority. Tables are singular, the views to read are plural. See sql/README.';
ALTER DEFAULT PRIVILEGES FOR ROLE scepgate_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
