-- Install or upgrade scepgate with psql, from the database that shall hold it:
--
--	psql -d DATABASE -f install.sql
--
-- as a superuser, or as a role with CREATEROLE and CREATE on the database. Doing it again changes nothing. `scepadm db upgrade` does the same.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = pg_catalog, pg_temp;

BEGIN;
\ir roles.sql
\ir ledger.sql
COMMIT;

SELECT NOT EXISTS (SELECT FROM scepgate.schema_version WHERE version = 1) AS missing \gset
\if :missing
BEGIN;
SET LOCAL ROLE scepgate_owner;
\ir migrations/0001-first-tables.sql
COMMIT;
\endif

SELECT NOT EXISTS (SELECT FROM scepgate.schema_version WHERE version = 2) AS missing \gset
\if :missing
BEGIN;
SET LOCAL ROLE scepgate_owner;
\ir migrations/0002-rfc8894-in-full.sql
COMMIT;
\endif

SELECT NOT EXISTS (SELECT FROM scepgate.schema_version WHERE version = 3) AS missing \gset
\if :missing
BEGIN;
SET LOCAL ROLE scepgate_owner;
\ir migrations/0003-who-may-enrol.sql
COMMIT;
\endif

SELECT NOT EXISTS (SELECT FROM scepgate.schema_version WHERE version = 4) AS missing \gset
\if :missing
BEGIN;
SET LOCAL ROLE scepgate_owner;
\ir migrations/0004-a-real-ca.sql
COMMIT;
\endif

SELECT NOT EXISTS (SELECT FROM scepgate.schema_version WHERE version = 5) AS missing \gset
\if :missing
BEGIN;
SET LOCAL ROLE scepgate_owner;
\ir migrations/0005-keys.sql
COMMIT;
\endif

BEGIN;
SET LOCAL ROLE scepgate_owner;
LOCK TABLE scepgate.schema_version IN SHARE ROW EXCLUSIVE MODE;
\ir api/10-comments.sql
\ir api/20-views.sql
\ir api/21-view-comments.sql
\ir api/30-worker.sql
\ir api/31-pending.sql
\ir api/32-inventory.sql
\ir api/33-challenge.sql
\ir api/34-throttle.sql
\ir api/35-evidence.sql
\ir api/36-public.sql
\ir api/40-names.sql
\ir api/41-application.sql
\ir api/42-ca.sql
\ir api/43-policy.sql
\ir api/44-profile.sql
\ir api/45-endpoint.sql
\ir api/46-transaction.sql
\ir api/47-crl.sql
\ir api/48-token.sql
\ir api/49-lineage.sql
\ir api/50-revocation.sql
\ir api/51-inventory.sql
\ir api/52-hierarchy.sql
\ir api/53-keys.sql
\ir api/90-privileges.sql
INSERT INTO scepgate.schema_api AS a (digest) VALUES (NULL) ON CONFLICT (single) DO UPDATE SET digest = NULL, applied_at = now(), applied_by = session_user;
SELECT pg_notify('scepgate_config', 'schema') AS notified \gset
COMMIT;
RESET search_path;
