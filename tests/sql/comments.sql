-- Everything in the schema says what it is for, every function pins its search path, and everything belongs to the owner.
\ir fixture.psql
SELECT tap.no_plan();

SELECT tap.is_empty($$SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind IN ('r', 'v', 'p', 'm') AND obj_description(c.oid, 'pg_class') IS NULL$$,
	'every table and view has a comment');
SELECT tap.is_empty($$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind IN ('r', 'v', 'p', 'm') AND col_description(c.oid, a.attnum) IS NULL$$, 'every column of a table or view has a comment');
SELECT tap.is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'scepgate'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL$$, 'every function has a comment');
SELECT tap.is_empty($$SELECT conname FROM pg_constraint WHERE connamespace = 'scepgate'::regnamespace AND contype IN ('c', 'f', 'p', 'u', 'x') AND obj_description(oid, 'pg_constraint') IS NULL$$,
	'every constraint has a comment');
SELECT tap.is_empty($$SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relnamespace = 'scepgate'::regnamespace AND obj_description(c.oid, 'pg_class') IS NULL
	AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)$$, 'every index has a comment');
SELECT tap.is_empty($$SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'scepgate'::regnamespace)
	AND obj_description(oid, 'pg_trigger') IS NULL$$, 'every trigger has a comment');
SELECT tap.is_empty($$SELECT rolname FROM pg_roles WHERE rolname LIKE 'scepgate\_%' AND shobj_description(oid, 'pg_authid') IS NULL$$, 'every role has a comment');
SELECT tap.isnt(obj_description('scepgate'::regnamespace, 'pg_namespace'), NULL, 'the schema has a comment');
SELECT tap.is_empty($$SELECT conname FROM pg_constraint WHERE connamespace = 'scepgate'::regnamespace AND (conname ~ '(_check|_fkey|_pkey)[0-9]*$' OR contype = 'u' AND conname ~ '_key[0-9]*$')$$,
	'no constraint has a name that PostgreSQL made up');
SELECT tap.is_empty($$SELECT conname FROM pg_constraint WHERE connamespace = 'scepgate'::regnamespace GROUP BY conname HAVING count(*) > 1$$, 'no name of a constraint is used twice');
SELECT tap.is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'scepgate'::regnamespace AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)$$,
	'every function pins its search path');
SELECT tap.is_empty($$SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'scepgate'::regnamespace AND pg_get_userbyid(c.relowner) <> 'scepgate_owner'
	UNION ALL SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'scepgate'::regnamespace AND pg_get_userbyid(p.proowner) <> 'scepgate_owner'
	UNION ALL SELECT n.nspname FROM pg_namespace n WHERE n.nspname = 'scepgate' AND pg_get_userbyid(n.nspowner) <> 'scepgate_owner'$$, 'everything belongs to scepgate_owner');
SELECT tap.is(rolcanlogin, false, 'nobody logs in as the owner') FROM pg_roles WHERE rolname = 'scepgate_owner';
SELECT tap.is_empty($$SELECT rolname FROM pg_roles WHERE rolname LIKE 'scepgate\_%' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)$$, 'no role has more than it needs');

SELECT * FROM tap.finish();
ROLLBACK;
