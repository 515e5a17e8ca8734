# shellcheck shell=sh
#
# Dynamic challenges minted by many sessions beside each other. Sourced by run.test after race.sh, whose endpoint it uses.

challenge_prepare() {
	race_sql "SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'dynamic', challenge_max_pending => 100, approval => 'none')" >/dev/null &&
		challenge_token=$(race_sql "SELECT token FROM scepgate.token_create('jamf', '{corp/wifi}')")
}

# challenge_storm WORDS: 40 sessions of challenge.fcgi's role, each with ten mints of its own transaction, that begin at the same moment. Outcomes are counted in $PG_DIR/first.
challenge_storm() {
	challenge_begin=$(race_sql "SELECT clock_timestamp() + interval '1.5 seconds'")
	{
		echo "SELECT 'waited' FROM pg_sleep(greatest(0, extract(epoch FROM timestamptz '$challenge_begin' - clock_timestamp())));"
		challenge_left=10
		while [ "$challenge_left" -gt 0 ]; do
			echo "SELECT outcome FROM scepgate.challenge_request(sha256('$challenge_token'), 'jamf', 'corp', 'wifi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '192.0.2.7');"
			challenge_left=$((challenge_left - 1))
		done
	} >"$PG_DIR/storm.sql"
	challenge_pids=
	challenge_left=40
	while [ "$challenge_left" -gt 0 ]; do
		PGUSER=scepgate_minter psql -XqAt -v ON_ERROR_STOP=1 -f "$PG_DIR/storm.sql" >"$PG_DIR/storm.$challenge_left" 2>&1 &
		challenge_pids="$challenge_pids $!"
		challenge_left=$((challenge_left - 1))
	done
	challenge_status=0
	for challenge_pid in $challenge_pids; do
		wait "$challenge_pid" || challenge_status=1
	done
	cat "$PG_DIR"/storm.[0-9]* | sort | uniq -c | awk '{ print $2 "=" $1 }' >"$PG_DIR/first"
	rm -f "$PG_DIR"/storm.[0-9]*
	return "$challenge_status"
}

challenge_pending="SELECT count(*) FROM scepgate.challenge WHERE uses_left > 0 AND expires_at > clock_timestamp()"

# 400 parallel mints where 100 may be pending.
challenge_cap() {
	challenge_storm && [ "$(tr '\n' ' ' <"$PG_DIR/first")" = 'full=300 minted=100 waited=40 ' ] && [ "$(race_sql "$challenge_pending")" = 100 ]
}

# While some are spent, others take their place, and there are never more.
challenge_cap_while_spent() {
	race_sql "DO \$\$ BEGIN PERFORM pg_sleep(1); FOR n IN 1 .. 60 LOOP
			UPDATE scepgate.challenge SET uses_left = 0, spent_at = clock_timestamp() WHERE id = (SELECT min(id) FROM scepgate.challenge WHERE uses_left > 0 AND expires_at > clock_timestamp());
			COMMIT;
			PERFORM pg_sleep(0.02);
			IF ($challenge_pending) > 100 THEN RAISE 'more than 100 are pending'; END IF;
		END LOOP; END \$\$" >"$PG_DIR/second" 2>&1 &
	race_first=$!
	challenge_storm
	challenge_storm_status=$?
	wait "$race_first" && [ "$challenge_storm_status" -eq 0 ] && grep -q '^minted=' "$PG_DIR/first" && [ "$(race_sql "$challenge_pending")" -le 100 ] &&
		[ "$(race_sql 'SELECT count(*) FROM scepgate.challenge')" = $((100 + $(sed -n 's/^minted=//p' "$PG_DIR/first"))) ]
}

# A mint that is rolled back leaves room.
challenge_rolled_back() {
	race_sql 'DELETE FROM scepgate.challenge' && race_sql "SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 1)" >/dev/null || return 1
	{ race_sql "BEGIN; SELECT 'minted' FROM scepgate.challenge_create('corp', 'wifi'); SELECT pg_sleep(1); ROLLBACK" >"$PG_DIR/first" 2>&1; } &
	race_first=$!
	sleep 0.4
	race_sql "SELECT 'minted' FROM scepgate.challenge_create('corp', 'wifi')" >"$PG_DIR/second" 2>&1
	wait "$race_first" && grep -qx minted "$PG_DIR/first" && grep -qx minted "$PG_DIR/second" && [ "$(race_sql "$challenge_pending")" = 1 ]
}

# A session that looked before others minted, and goes on with what it saw then: it would find room where there is none.
challenge_old_snapshot() {
	race_sql 'DELETE FROM scepgate.challenge' && race_sql "SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 1)" >/dev/null || return 1
	for challenge_level in 'REPEATABLE READ' SERIALIZABLE; do
		# None is pending, and that is known: nobody has to write down that he counted, which an old snapshot would stumble over.
		race_sql "DELETE FROM scepgate.challenge; UPDATE scepgate.challenge_quota SET counted = 0, counted_at_id = (SELECT last_value FROM scepgate.challenge_id_seq)" || return 1
		PGUSER=scepgate_operator race_sql "BEGIN ISOLATION LEVEL $challenge_level; SELECT count(*) FROM scepgate.challenges; SELECT pg_sleep(1);
			SELECT 'minted' FROM scepgate.challenge_create('corp', 'wifi'); COMMIT" >"$PG_DIR/first" 2>&1 &
		race_first=$!
		sleep 0.4
		PGUSER=scepgate_operator race_sql "SELECT 'minted' FROM scepgate.challenge_create('corp', 'wifi')" >"$PG_DIR/second" 2>&1
		wait "$race_first" && return 1
		grep -q 'isolation level read committed alone' "$PG_DIR/first" && grep -qx minted "$PG_DIR/second" && [ "$(race_sql "$challenge_pending")" = 1 ] || return 1
	done
}
