# The database goes away under the workers, and comes back: 503 with Retry-After meanwhile, and the same workers go on.

case_run()
{
	local workers answer
	workers=$(web_worker_pids "$SANDBOX")
	hand_message "$WORK/away" away.example.org '' "$CHALLENGE"
	pg_stop "$SANDBOX/pg" fast
	answer=$(hand_post "$URL" "$WORK/away.msg" "$WORK/away.rep")
	is "without a database an enrolment is 503" "$answer" '503 text/plain'
	like "503 says when to come back" "$(cat "$WORK/away.rep.head")" '[Rr]etry-[Aa]fter: [0-9]+'
	pg_control "$SANDBOX/pg" -l "$SANDBOX/pg/log" start
	# A worker that could not connect holds off for a moment.
	ok "with the database back the same request enrols" e2e_wait_for 'the workers' hand_enrol "$URL" "$WORK/away"
	certificate_matches "$WORK/away" "after the database's return" away.example.org ''
	sleep 2
	pg_restart "$SANDBOX/pg"
	hand_message "$WORK/restart" restart.example.org '' "$CHALLENGE"
	ok "a restart between two requests is not seen" hand_enrol "$URL" "$WORK/restart"
	[ "$PERSISTENT" = no ] || is "no worker ended because of it" "$(e2e_still_running $workers)" "$workers"
	POSTGRES_PID=$(pg_pid "$SANDBOX/pg")
}
