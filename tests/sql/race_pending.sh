# shellcheck shell=sh
#
# Requests that wait, decisions on them, and CRLs, in sessions beside each other. Sourced by run.test after race.sh, whose endpoint it uses.

pending_prepare() {
	race_sql "SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', challenge_mode => 'none')" >/dev/null
}

# pending_pend REQUEST: the statement of a worker that pends a request.
pending_pend() {
	printf '%s\n' "SELECT outcome FROM scepgate.enrol_pend((SELECT id FROM scepgate.endpoints WHERE application = 'corp'), (SELECT version FROM scepgate.endpoints WHERE application = 'corp'),
		'tx-$1', sha256('k'), sha256('waits $1'), 19, 0, 0, 0, '\\x30cc', sha256('key of $1'), 'CN=$1', '')"
}

# pending_commit NUMBER REQUEST: the statement of a worker that commits certificate NUMBER for an approved request.
pending_commit() {
	printf '%s\n' "SELECT outcome, encode(recorded, 'hex') FROM scepgate.enrol_commit((SELECT id FROM scepgate.endpoints WHERE application = 'corp'), (SELECT version FROM scepgate.endpoints WHERE application = 'corp'),
		'tx-$2', sha256('k'), sha256('waits $2'), 20, 'approval', 0, 0, 0, '\\x30cc', '\\x30c0$1', '\\x$1', sha256('s'), 'CN=d', '', now(), now() + interval '1 day')"
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
	pending_publish="SELECT 'published' FROM scepgate.crl_publish('root', (SELECT coalesce(max(number), 0) + 1 FROM scepgate.crls WHERE ca = 'root')"
	pending_rest=", now(), now() + interval '1 day', '\\x30') AS p"
	pending_beside "$pending_publish$pending_rest" "$pending_publish$pending_rest" && [ "$race_second_status" -ne 0 ] && grep -q 'or a later one was published already' "$PG_DIR/second" &&
		pending_beside "$pending_publish + 5$pending_rest" "$pending_publish + 3$pending_rest" && [ "$race_second_status" -ne 0 ] &&
		pending_beside "$pending_publish$pending_rest" "$pending_publish + 1$pending_rest" && [ "$race_second_status" -eq 0 ] &&
		[ "$(race_sql "SELECT string_agg(number::text, ' ' ORDER BY published_at) FROM scepgate.crl WHERE ca_id = (SELECT id FROM scepgate.ca WHERE name = 'root')")" = '1 7 8 9' ]
}
