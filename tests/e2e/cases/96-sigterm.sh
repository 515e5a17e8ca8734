# SIGTERM lets a worker finish the request under way: the database holds the enrolment back until all workers have had the signal.

# Whether a worker's statement waits for a lock.
enrolment_waits()
{
	[ "$(e2e_sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'scepgate_worker' AND wait_event_type = 'Lock'")" -ge 1 ]
}

case_run()
{
	local workers holder sender pid out=$WORK/term
	[ "$PERSISTENT" = yes ] || return 0
	hand_message "$out" term.example.org '' "$CHALLENGE"
	workers=$(web_worker_pids "$SANDBOX")
	mkfifo "$WORK/lock"
	PGUSER=postgres psql -XAtq <"$WORK/lock" >/dev/null &
	holder=$!
	exec 8>"$WORK/lock"
	echo "BEGIN; LOCK TABLE scepgate.certificate IN EXCLUSIVE MODE;" >&8
	e2e_wait_for 'the lock' eval '[ "$(e2e_sql "SELECT count(*) FROM pg_locks WHERE mode = '\''ExclusiveLock'\'' AND relation = '\''scepgate.certificate'\''::regclass AND granted")" = 1 ]'
	hand_post "$URL" "$out.msg" "$out.rep" >"$out.status" &
	sender=$!
	ok "an enrolment is under way" e2e_wait_for 'the enrolment' enrolment_waits
	for pid in $workers; do
		kill -TERM "$pid"
	done
	sleep 0.3
	echo "COMMIT;" >&8
	exec 8>&-
	wait "$sender" "$holder"
	is "the enrolment under way is answered" "$(cat "$out.status")" '200 application/x-pki-message'
	is "with SUCCESS" "$(reply_status "$out.rep")" 0
	reply_certificates "$out.rep" "$out" >"$out.crt"
	certificate_matches "$out" "SIGTERM in mid-request" term.example.org ''
	ok "all workers that had the signal have ended" e2e_wait_for 'their end' e2e_none_running $workers
	web_revive "$KIND" "$SANDBOX"
	hand_message "$WORK/after" after.example.org '' "$CHALLENGE"
	ok "their successors serve" e2e_wait_for 'the successors' hand_enrol "$URL" "$WORK/after"
	WORKERS=$(web_worker_pids "$SANDBOX")
}
