-- Writes man/scepgate-schema.7 from the comments of a live schema:
--
--	psql -XqAt -v ON_ERROR_STOP=1 -f man/scepgate-schema.sql
--
-- "make schema-page" does that with a throw-away cluster, and tests/sql/schema-page.test holds the page to it. What the page says is said in sql/, as comments.

-- What the page does not speak of: the order in which PostgreSQL happens to keep things.
SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION pg_temp.mdoc(words text) RETURNS text
	LANGUAGE sql IMMUTABLE
	AS $$
	-- A sentence a line, and nothing that roff would take for a request or an escape.
	SELECT string_agg(CASE WHEN line ~ '^[.'']' THEN '\&' ELSE '' END || line, E'\n' ORDER BY place)
	FROM regexp_split_to_table(regexp_replace(replace(words, '\', '\e'), '([.?!]) +(?=[A-Z"(])', E'\\1\n', 'g'), '\n') WITH ORDINALITY AS t (line, place)
$$;

CREATE FUNCTION pg_temp.mdoc_rights(acl aclitem[], owner oid) RETURNS text
	LANGUAGE sql STABLE
	AS $$
	SELECT coalesce('Open to ' || string_agg(r.who || CASE WHEN r.what = 'EXECUTE' THEN '' ELSE ' (' || lower(r.what) || ')' END, ', ' ORDER BY r.who) || '.', 'Open to nobody but the owner.')
	FROM (SELECT a.grantee::regrole::text AS who, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS what
		FROM aclexplode(acl) AS a WHERE a.grantee <> owner AND a.grantee <> 0 GROUP BY a.grantee) AS r
$$;

-- The columns of a table or view, as items of a list.
CREATE FUNCTION pg_temp.mdoc_columns(relation oid) RETURNS text
	LANGUAGE sql STABLE
	AS $$
	SELECT string_agg(format(E'.It Va %s\n%s\n%s', a.attname,
			pg_temp.mdoc(format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ', not null' ELSE '' END
				|| CASE WHEN a.attgenerated <> '' THEN ', generated as ' || pg_get_expr(d.adbin, d.adrelid)
					WHEN a.attidentity <> '' THEN ', numbered'
					WHEN d.adbin IS NOT NULL THEN ', default ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END || '.'),
			pg_temp.mdoc(col_description(relation, a.attnum))), E'\n' ORDER BY a.attnum)
	FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- Its constraints, and indexes beside those of constraints.
CREATE FUNCTION pg_temp.mdoc_constraints(relation oid) RETURNS text
	LANGUAGE sql STABLE
	AS $$
	SELECT string_agg(format(E'.It Sy %s\n%s', p.name, pg_temp.mdoc(p.sentence)), E'\n' ORDER BY p.rank, p.name COLLATE "C")
	FROM (
		SELECT 1 AS rank, k.conname AS name, obj_description(k.oid, 'pg_constraint') AS sentence FROM pg_constraint k WHERE k.conrelid = relation AND k.contype IN ('c', 'f', 'p', 'u')
		UNION ALL
		SELECT 2, x.relname, obj_description(x.oid, 'pg_class') FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
		WHERE i.indrelid = relation AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = relation)
	) AS p
$$;

CREATE FUNCTION pg_temp.mdoc_functions(is_open boolean) RETURNS text
	LANGUAGE sql STABLE
	AS $$
	SELECT string_agg(format(E'.It Ic %s\n%s', p.proname, pg_temp.mdoc(format('(%s)%s.', pg_get_function_arguments(p.oid), CASE WHEN p.prorettype = 'trigger'::regtype THEN '' ELSE
			' returns ' || pg_get_function_result(p.oid) END)) || E'\n.br\n' || pg_temp.mdoc(obj_description(p.oid, 'pg_proc'))
			|| CASE WHEN is_open THEN E'\n' || pg_temp.mdoc_rights(p.proacl, p.proowner) ELSE '' END), E'\n' ORDER BY p.proname COLLATE "C", pg_get_function_arguments(p.oid) COLLATE "C")
	FROM pg_proc p WHERE p.pronamespace = 'scepgate'::regnamespace
		AND is_open = EXISTS (SELECT FROM aclexplode(p.proacl) AS a WHERE a.grantee <> p.proowner AND a.grantee <> 0)
$$;

SELECT $page$.\" Made by man/scepgate-schema.sql from the comments of the schema: change those, then "make schema-page".
.Dd December 1, 2026
.Dt SCEPGATE-SCHEMA 7
.Os scepgate
.Sh NAME
.Nm scepgate-schema
.Nd the database of scepgate: roles, tables, views and functions
.Sh DESCRIPTION
Everything that lasts is in one PostgreSQL database, in the schema
.Li scepgate .
This page names all that is in it, for whoever works with it in SQL;
the
.Pa README
in the folder of the SQL files leads through it by example.
The same texts stand in the database as comments, where the commands \ed+, \edf+ and \edu+ of
.Xr psql 1
show them.
.Pp$page$;

SELECT format('This is version %s of the schema.', max(version)) FROM scepgate.schema_version;

SELECT E'.Sh ROLES\n.Bl -tag -width Ds';
SELECT format(E'.It Sy %s\n%s', rolname, pg_temp.mdoc(shobj_description(oid, 'pg_authid'))) FROM pg_roles WHERE rolname LIKE 'scepgate\_%' ORDER BY rolname COLLATE "C";
SELECT '.El';

SELECT E'.Sh TABLES\nAfter the columns of a table come its constraints, with what they say when they refuse, and its further indexes, with what they are for.';
SELECT format(E'.Ss Table %s\n%s\n%s\n.Bl -tag -width Ds\n%s\n.El', c.relname, pg_temp.mdoc(obj_description(c.oid, 'pg_class')), pg_temp.mdoc_rights(c.relacl, c.relowner),
	concat_ws(E'\n', pg_temp.mdoc_columns(c.oid), pg_temp.mdoc_constraints(c.oid)))
FROM pg_class c WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind = 'r' ORDER BY c.relname COLLATE "C";

SELECT E'.Sh VIEWS\nColumns are only ever added, at the end.';
SELECT format(E'.Ss View %s\n%s\n%s\n.Bl -tag -width Ds\n%s\n.El', c.relname, pg_temp.mdoc(obj_description(c.oid, 'pg_class')), pg_temp.mdoc_rights(c.relacl, c.relowner),
	pg_temp.mdoc_columns(c.oid))
FROM pg_class c WHERE c.relnamespace = 'scepgate'::regnamespace AND c.relkind = 'v' ORDER BY c.relname COLLATE "C";

SELECT E'.Sh FUNCTIONS\nThey are called with named arguments; what has a default may be left out.\n.Bl -tag -width Ds\n' || pg_temp.mdoc_functions(true) || E'\n.El';
SELECT E'.Sh FUNCTIONS OF THE SCHEMA ITSELF\nConstraints, triggers and the functions above stand on them; nobody else may call them.\n.Bl -tag -width Ds\n' || pg_temp.mdoc_functions(false) || E'\n.El';

SELECT $page$.Sh SEE ALSO
.Xr psql 1 ,
.Xr scepgate-protocol 7 ,
.Xr scepadm 8 ,
.Xr scepadm-db 8$page$;
