# shellcheck shell=sh
#
# Requests that wait, decisions on them, and CRLs, in sessions beside each other. Sourced by run.test after race.sh, whose endpoint it uses.

pending_prepare() {
	race_sql "SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', challenge_mode => 'none')" >/dev/null
}

# pending_pend REQUEST: the statement of a worker that pends a request.
pending_pend() {
	printf '%s\n' "SELECT outcome FROM scepgate.enrol_pend((SELECT id FROM scepgate.endpoints WHERE application = 'corp'), (SELECT version FROM scepgate.endpoints WHERE application = 'corp'),
		'tx-$1', sha256('k'), sha256('waits $1'), 19, 0, '\\x30cc', 'CN=$1')"
}

# pending_commit NUMBER REQUEST: the statement of a worker that commits certificate NUMBER for an approved request.
pending_commit() {
	printf '%s\n' "SELECT outcome, encode(recorded, 'hex') FROM scepgate.enrol_commit((SELECT id FROM scepgate.endpoints WHERE application = 'corp'), (SELECT version FROM scepgate.endpoints WHERE application = 'corp'),
		'tx-$2', sha256('k'), sha256('waits $2'), 20, 'approval', 0, '\\x30cc', '\\x30c0$1', '\\x$1', sha256('s'), 'CN=d', '', now(), now() + interval '1 day')"
}

# pending_decide WORD REQUEST: the statement of an operator.
pending_decide() {
	printf '%s\n' "SELECT 'decided' FROM scepgate.transaction t, LATERAL scepgate.transaction_$1(t.id) AS d WHERE t.csr_sha256 = sha256('waits $2')"
}

# pending_poll REQUEST: the statement of a worker whose device polls.
pending_poll() {
	printf '%s\n' "SELECT outcome FROM scepgate.enrol_poll((SELECT id FROM scepgate.endpoints WHERE application = 'corp'), (SELECT version FROM scepgate.endpoints WHERE application = 'corp'), 'tx-$1', sha256('k'))"
}

# pending_beside FIRST SECOND: run one statement, slow to end its transaction, and in the middle of it another.
pending_beside() {
	{ printf 'BEGIN; %s; SELECT pg_sleep(1); %s;' "$1" "${3:-COMMIT}" | psql -XqAt -v ON_ERROR_STOP=1 -f - >"$PG_DIR/first" 2>&1; } &
	race_first=$!
	sleep 0.4
	race_sql "$2" >"$PG_DIR/second" 2>&1
	race_second_status=$?
	wait "$race_first"
}

pending_events() {
	race_sql "SELECT count(*) FROM scepgate.audit_event WHERE event = '$1'"
}

# Two workers pend the same request: one transaction, one event.
pending_two_pends() {
	pending_before=$(pending_events enrolment_pending)
	pending_beside "$(pending_pend one)" "$(pending_pend one)" && grep -qx pending "$PG_DIR/first" && grep -qx pending "$PG_DIR/second" &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.transaction WHERE csr_sha256 = sha256('waits one')")" = 1 ] && [ "$(pending_events enrolment_pending)" = $((pending_before + 1)) ]
}

# The device polls while an operator approves: pending until the approval is committed, never anything between, and no waiting.
pending_approve_while_polling() {
	pending_beside "$(pending_decide approve one)" "$(pending_poll one)" && grep -qx decided "$PG_DIR/first" && grep -qx pending "$PG_DIR/second" &&
		[ "$(race_sql "$(pending_poll one)")" = approved ]
}

# Two workers commit the approved transaction: one certificate.
pending_two_commits() {
	pending_before=$(race_sql 'SELECT count(*) FROM scepgate.certificate')
	pending_beside "$(pending_commit 11 one)" "$(pending_commit 12 one)" && grep -qx 'issued|30c011' "$PG_DIR/first" && grep -qx 'repeat|30c011' "$PG_DIR/second" &&
		[ "$(race_sql 'SELECT count(*) FROM scepgate.certificate')" = $((pending_before + 1)) ]
}

# The first of them gives up: the approval is still there for the second.
pending_commit_gives_up() {
	race_sql "$(pending_pend two)" >/dev/null && race_sql "$(pending_decide approve two)" >/dev/null &&
		pending_beside "$(pending_commit 13 two)" "$(pending_commit 14 two)" ROLLBACK && grep -qx 'issued|30c014' "$PG_DIR/second"
}

# An operator denies what a worker is committing: too late. And a worker commits what is being denied: too late as well.
pending_deny_against_commit() {
	race_sql "$(pending_pend three)" >/dev/null && race_sql "$(pending_decide approve three)" >/dev/null &&
		pending_beside "$(pending_commit 15 three)" "$(pending_decide deny three)" && [ "$race_second_status" -ne 0 ] && grep -q 'has its certificate already' "$PG_DIR/second" &&
		race_sql "$(pending_pend four)" >/dev/null && race_sql "$(pending_decide approve four)" >/dev/null &&
		pending_beside "$(pending_decide deny four)" "$(pending_commit 16 four)" && grep -qx 'unapproved|' "$PG_DIR/second" && [ "$(race_sql "$(pending_poll four)")" = denied ]
}

# Two operators at once: the second is told who was first.
pending_two_operators() {
	race_sql "$(pending_pend five)" >/dev/null &&
		pending_beside "$(pending_decide approve five)" "$(pending_decide approve five)" && [ "$race_second_status" -ne 0 ] && grep -q 'was approved already, by postgres' "$PG_DIR/second"
}

# Two publishers with the same number, and one with a lower number: the second is refused, and the numbers only rise.
pending_two_publishers() {
	pending_publish="SELECT 'published' FROM scepgate.crl_publish('root', (SELECT number FROM scepgate.crl_material('root'))"
	pending_rest=", now(), now() + interval '1 day', '\\x30') AS p"
	pending_beside "$pending_publish$pending_rest" "$pending_publish$pending_rest" && [ "$race_second_status" -ne 0 ] && grep -q 'or a later one was published already' "$PG_DIR/second" &&
		pending_beside "$pending_publish + 5$pending_rest" "$pending_publish + 3$pending_rest" && [ "$race_second_status" -ne 0 ] &&
		pending_beside "$pending_publish$pending_rest" "$pending_publish + 1$pending_rest" && [ "$race_second_status" -eq 0 ] &&
		[ "$(race_sql "SELECT string_agg(number::text, ' ' ORDER BY published_at) FROM scepgate.crl WHERE ca_id = (SELECT id FROM scepgate.ca WHERE name = 'root')")" = '1 7 8 9' ]
}

# What an installation of version 1 held is there after the upgrade, and its structure is that of a fresh installation.
upgrade_from_1() {
	race_sql 'CREATE DATABASE version1' && psql -Xq -d version1 -v ON_ERROR_STOP=1 -f "$SCEPGATE_SRCDIR/tests/sql/version-1.sql" >/dev/null &&
		psql -XqAt -d version1 -v ON_ERROR_STOP=1 -c "$upgrade_sums" >"$PG_DIR/first" &&
		PGDATABASE=version1 pg_install && psql -XqAt -d version1 -v ON_ERROR_STOP=1 -c "$upgrade_sums" >"$PG_DIR/second" && diff "$PG_DIR/first" "$PG_DIR/second" &&
		race_dump version1 >"$PG_DIR/dump5" && diff "$PG_DIR/dump1" "$PG_DIR/dump5"
}

# Every column of version 1 of what must not change.
upgrade_sums="SELECT 'certificates', md5(string_agg(c::text, ',' ORDER BY id)) FROM scepgate.certificate c
	UNION ALL SELECT 'transactions', md5(string_agg(concat_ws(',', id, endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, certificate_id, created_at, updated_at), ';' ORDER BY id)) FROM scepgate.transaction
	UNION ALL SELECT 'policies', md5(string_agg(l::text, ',' ORDER BY id)) FROM scepgate.policy l UNION ALL SELECT 'rules', md5(string_agg(r::text, ',' ORDER BY id)) FROM scepgate.policy_rule r
	UNION ALL SELECT 'profiles', md5(string_agg(p::text, ',' ORDER BY id)) FROM scepgate.profile p UNION ALL SELECT 'cas', md5(string_agg(c::text, ',' ORDER BY id)) FROM scepgate.ca c
	UNION ALL SELECT 'keys', md5(string_agg(k::text, ',' ORDER BY id)) FROM scepgate.private_key k UNION ALL SELECT 'ras', md5(string_agg(r::text, ',' ORDER BY id)) FROM scepgate.ra_certificate r
	UNION ALL SELECT 'challenges', md5(string_agg(s::text, ',' ORDER BY id)) FROM scepgate.static_challenge s
	UNION ALL SELECT 'endpoints', md5(string_agg(concat_ws(',', id, application_id, profile_id, challenge_mode, allowed_ciphers, include_chain, replay_window, default_for_host), ';' ORDER BY id)) FROM scepgate.endpoint
	UNION ALL SELECT 'events', md5(string_agg(v::text, ',' ORDER BY id)) FROM scepgate.audit_event v WHERE NOT detail ? 'changed'"

# What was issued before answers its repeats, new columns are filled, and keys that a policy allowed still are.
upgrade_keeps_serving() {
	[ "$(psql -XqAt -d version1 -c "SELECT string_agg(concat_ws(' ', transaction_id, state, message_type, subject, sans, reference), ', ' ORDER BY id) FROM scepgate.transactions")" = \
		'tx-1 issued 19 CN=d1.example DNS:d1.example ref-1, tx-2 issued 19 CN=d2.example DNS:d2.example ref-2, tx-3 issued 19 CN=d3.example DNS:d3.example ref-3' ] &&
		[ "$(psql -XqAt -d version1 -c "UPDATE scepgate.transaction SET updated_at = now(); SELECT outcome, encode(certificate, 'hex') FROM scepgate.endpoint e,
			LATERAL scepgate.enrol_lookup(e.id, e.version, 'tx-2', sha256('k'), sha256('2')) WHERE e.id = 1")" = 'issued|30c002' ] &&
		[ "$(psql -XqAt -d version1 -c "SELECT string_agg(profile, ' ') FROM scepgate.endpoints WHERE 'ed25519' = ANY (allowed_keys)")" = vpn ]
}
