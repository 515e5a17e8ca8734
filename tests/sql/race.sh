# shellcheck shell=sh
#
# Sessions beside each other, and the installation itself. Sourced by run.test; each function returns 0 when what it says holds.

race_sql() {
	psql -XqAt -v ON_ERROR_STOP=1 -c "$1"
}

race_prepare() {
	race_sql "SELECT scepgate.ca_create('root', '\\x30a0', 'CN=root', now(), now() + interval '1 year');
		SELECT scepgate.policy_create('p'); SELECT scepgate.profile_create('wifi', 'root', 'p'); SELECT scepgate.application_create('corp');
		SELECT scepgate.endpoint_attach('corp', 'wifi');
		SELECT scepgate.challenge_set('corp', 'wifi', '\$2b\$10\$abcdefghijklmnopqrstuv')" >/dev/null
}

# race_commit NUMBER REQUEST: the statement of a worker that commits certificate NUMBER for a request.
race_commit() {
	printf '%s\n' "SELECT outcome, encode(recorded, 'hex') FROM scepgate.enrol_commit((SELECT id FROM scepgate.endpoint), (SELECT version FROM scepgate.endpoint), 'tx', sha256('k'), sha256('$2'), 19,
		'static_challenge', (SELECT id FROM scepgate.static_challenge), 0, 0, '\\x30cc', '\\x30c00$1', '\\x0$1', sha256('s'), 'CN=d', '', now(), now() + interval '1 day')"
}

# Two workers commit the same request; the first is slow to end its transaction, so the second meets it in the middle.
race_same_request() {
	{ printf 'BEGIN; %s; SELECT pg_sleep(1); COMMIT;' "$(race_commit 1 one)" | psql -XqAt -v ON_ERROR_STOP=1 -f - >"$PG_DIR/first" 2>&1; } &
	race_first=$!
	sleep 0.4
	race_sql "$(race_commit 2 one)" >"$PG_DIR/second" 2>&1
	wait "$race_first" &&
		grep -qx 'issued|30c001' "$PG_DIR/first" && grep -qx 'repeat|30c001' "$PG_DIR/second" &&
		[ "$(race_sql 'SELECT (SELECT count(*) FROM scepgate.certificate), (SELECT count(*) FROM scepgate.transaction)')" = '1|1' ]
}

# race_slow FUNCTION: it takes a second before it does anything; all else about it stays.
race_slow() {
	race_sql "DO \$slow\$ BEGIN EXECUTE regexp_replace(pg_get_functiondef('$1'::regprocedure), E'\nBEGIN\n', E'\nBEGIN\nPERFORM pg_sleep(1);\n'); END \$slow\$"
}

# A worker looks while another one commits the same request: it sees nothing of it, or all; never that it was issued without the certificate.
race_look_while_committed() {
	race_definition=$(race_sql "SELECT pg_get_functiondef('scepgate.transaction_of(integer,interval,bytea,bytea,bytea)'::regprocedure)")
	race_slow 'scepgate.transaction_of(integer,interval,bytea,bytea,bytea)' || return
	race_sql "SELECT outcome, encode(certificate, 'hex') FROM scepgate.enrol_lookup((SELECT id FROM scepgate.endpoint), (SELECT version FROM scepgate.endpoint), 'tx', sha256('k'),
		sha256('looked for'))" >"$PG_DIR/first" 2>&1 &
	race_first=$!
	sleep 0.4
	race_sql "$(race_commit 6 'looked for')" >"$PG_DIR/second" 2>&1
	wait "$race_first" && grep -qx 'issued|30c006' "$PG_DIR/second" && grep -qxE 'new\||issued\|30c006' "$PG_DIR/first"
	race_status=$?
	race_sql "$race_definition; DELETE FROM scepgate.transaction WHERE csr_sha256 = sha256('looked for'); DELETE FROM scepgate.certificate WHERE serial = '\\x06'" || return
	return $race_status
}

# The first one gives up: then the second one issues.
race_first_gives_up() {
	{ printf 'BEGIN; %s; SELECT pg_sleep(1); ROLLBACK;' "$(race_commit 3 two)" | psql -XqAt -v ON_ERROR_STOP=1 -f - >"$PG_DIR/first" 2>&1; } &
	race_first=$!
	sleep 0.4
	race_sql "$(race_commit 4 two)" >"$PG_DIR/second" 2>&1
	wait "$race_first" && grep -qx 'issued|30c004' "$PG_DIR/second" && [ "$(race_sql 'SELECT count(*) FROM scepgate.certificate')" = 2 ]
}

# A change of configuration is under way while a worker that loaded the endpoint before commits: it waits, and is stale.
race_change_under_way() {
	race_statement=$(race_commit 5 three | sed "s/(SELECT version FROM scepgate.endpoint)/$(race_sql 'SELECT version FROM scepgate.endpoint')/")
	race_sql "BEGIN; UPDATE scepgate.policy SET ed25519 = true; SELECT pg_sleep(1); COMMIT" >/dev/null 2>&1 &
	race_first=$!
	sleep 0.4
	race_sql "$race_statement" >"$PG_DIR/second" 2>&1
	wait "$race_first" && grep -qx 'stale|' "$PG_DIR/second"
}

# A profile is attached while its policy changes: the new endpoint must not keep the version under which it was first seen.
race_attach_while_policy_changes() {
	race_sql "BEGIN; UPDATE scepgate.policy SET max_validity_days = 800; SELECT pg_sleep(1); COMMIT" >/dev/null 2>&1 &
	race_first=$!
	sleep 0.4
	race_sql "SELECT scepgate.application_create('late'); SELECT scepgate.endpoint_attach('late', 'wifi'); SELECT max_validity_days FROM scepgate.endpoint_load('late', 'wifi')" >"$PG_DIR/second" 2>&1
	wait "$race_first" && [ "$(tail -n 1 "$PG_DIR/second")" = 800 ]
}

# An auditor who takes every advisory lock, and what locks on tables he may, holds up neither an administrator nor an installation.
race_auditor_blocks_nobody() {
	race_statement="BEGIN; SELECT pg_advisory_lock(hashtext('scepgate configuration')), pg_advisory_lock(hashtext('scepgate install'));
		LOCK TABLE scepgate.schema_version IN ACCESS SHARE MODE; SELECT pg_sleep(3); COMMIT"
	PGUSER=scepgate_auditor race_sql "$race_statement" >"$PG_DIR/first" 2>&1 &
	race_first=$!
	sleep 0.4
	PGUSER=scepgate_admin race_sql "SET lock_timeout = '1s'; SELECT scepgate.endpoint_alter('corp', 'wifi', include_chain => true)" >"$PG_DIR/second" 2>&1 &&
		PGOPTIONS='-c lock_timeout=1s' pg_install >>"$PG_DIR/second" 2>&1
	race_second_status=$?
	wait "$race_first" && [ "$race_second_status" -eq 0 ] &&
		! PGUSER=scepgate_auditor race_sql 'BEGIN; LOCK TABLE scepgate.schema_version IN ROW SHARE MODE' >/dev/null 2>&1
}

# LISTEN hears of a change by plain SQL, with the table as payload.
race_notify() {
	printf '%s\n' 'LISTEN scepgate_config;' "\\! psql -Xqc \"UPDATE scepgate.application SET description = 'heard' WHERE name = 'corp'\"" 'SELECT pg_sleep(0.3);' 'SELECT 1;' |
		psql -XqAt -f - 2>&1 | grep -q 'scepgate_config.*payload "application"'
}

race_dump() {
	pg_dump -s "${1:-$PGDATABASE}" | grep -v -e '^\\restrict' -e '^\\unrestrict'
}

# Installing again changes nothing.
install_twice() {
	race_dump >"$PG_DIR/dump1" && pg_install && race_dump >"$PG_DIR/dump2" && diff "$PG_DIR/dump1" "$PG_DIR/dump2"
}

# A role that may make roles and owns a database installs as well as a superuser.
install_as_owner_of_database() {
	race_sql "CREATE ROLE dba LOGIN CREATEROLE" && race_sql "CREATE DATABASE other OWNER dba" &&
		PGUSER=dba PGDATABASE=other pg_install &&
		race_dump other | sed 's/; Owner: dba$//' >"$PG_DIR/dump3" && diff "$PG_DIR/dump1" "$PG_DIR/dump3"
}

# A role without rights does not, and leaves nothing behind.
install_as_stranger() {
	race_sql "CREATE ROLE nobody_special LOGIN" && race_sql "CREATE DATABASE third" &&
		! PGUSER=nobody_special PGDATABASE=third pg_install 2>/dev/null &&
		[ "$(psql -XqAt -d third -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'scepgate'")" = 0 ]
}

# install.sql names every file that there is.
install_is_complete() {
	(cd "$SCEPGATE_SRCDIR/sql" && ls roles.sql ledger.sql migrations/*.sql api/*.sql) | sort >"$PG_DIR/files" &&
		sed -n 's/^\\ir //p' "$SCEPGATE_SRCDIR/sql/install.sql" | sort | cmp - "$PG_DIR/files"
}

# A dump taken and restored elsewhere is the same schema with the same rows.
dump_and_restore() {
	race_sql "CREATE DATABASE restored" && pg_dump -Fc -f "$PG_DIR/dump.custom" && pg_restore -d restored -e "$PG_DIR/dump.custom" &&
		race_dump restored >"$PG_DIR/dump4" && diff "$PG_DIR/dump1" "$PG_DIR/dump4" &&
		[ "$(psql -XqAt -d restored -c 'SELECT count(*) FROM scepgate.certificates')" = "$(race_sql 'SELECT count(*) FROM scepgate.certificates')" ]
}
