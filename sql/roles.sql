-- Roles of scepgate. They belong to the whole cluster, so this file only creates what is missing and never touches a password or a membership of yours.
-- Needs CREATEROLE, and nothing once all roles exist.

DO $roles$
DECLARE
	wanted record;
BEGIN
	FOR wanted IN
		SELECT * FROM (VALUES
			('scepgate_owner', 'NOLOGIN', 'Owns the schema scepgate and everything in it. Nobody logs in as this role; upgrades act as it.'),
			('scepgate_worker', 'LOGIN', 'scep.fcgi: reads endpoints and runs the enrolment functions. No table is open to it.'),
			('scepgate_admin', 'LOGIN', 'PKI administrators: all administrative functions, all views, and plain SQL on the configuration tables. Certificates, transactions and audit events are read-only.'),
			('scepgate_operator', 'LOGIN', 'Daily operation: mints and revokes challenges, approves and denies requests that wait, stops renewals, reads all views. No key, no hash.'),
			('scepgate_auditor', 'LOGIN', 'Auditors: read all views. No key, no hash, no change.'),
			('scepgate_minter', 'LOGIN', 'challenge.fcgi: mints dynamic challenges for callers with an API token. No table is open to it.'),
			('scepgate_public', 'LOGIN', 'pki.fcgi: reads CA certificates and CRLs.')
		) AS t (name, login, comment)
	LOOP
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
			-- Of two installations at once the second waits here for the first, whose role it then has.
			BEGIN
				EXECUTE pg_catalog.format('CREATE ROLE %I %s', wanted.name, wanted.login);
			EXCEPTION WHEN duplicate_object OR unique_violation THEN
				NULL;
			END;
		END IF;
		IF pg_catalog.shobj_description((SELECT oid FROM pg_catalog.pg_roles WHERE rolname = wanted.name), 'pg_authid') IS DISTINCT FROM wanted.comment THEN
			EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L', wanted.name, wanted.comment);
		END IF;
	END LOOP;
	-- Who installs acts as the owner; a superuser may do so anyway.
	IF NOT pg_catalog.pg_has_role(current_user, 'scepgate_owner', 'MEMBER') THEN
		EXECUTE pg_catalog.format('GRANT scepgate_owner TO %I', current_user);
	END IF;
END
$roles$;
