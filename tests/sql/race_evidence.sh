# shellcheck shell=sh
#
# Challenges that are spent, certificates that are renewed, requests that begin to wait and refusals that are counted, in many sessions beside each other. Sourced by run.test after
# race.sh and race_pending.sh.

# An endpoint of its own, and functions that say what a worker says; each certificate is a device's and a number's.
evidence_prepare() {
	race_sql "SELECT scepgate.application_create('many'); SELECT scepgate.endpoint_attach('many', 'wifi', challenge_mode => 'both');
		SELECT scepgate.challenge_set('many', 'wifi', '\$2b\$10\$abcdefghijklmnopqrstuv');
		CREATE SCHEMA race;
		CREATE FUNCTION race.endpoint() RETURNS scepgate.endpoint LANGUAGE sql AS \$\$ SELECT e.* FROM scepgate.endpoint e WHERE e.id = scepgate.endpoint_id('many', 'wifi') \$\$;
		CREATE FUNCTION race.challenge(secret text, uses integer DEFAULT 1) RETURNS bigint LANGUAGE sql AS \$\$
			INSERT INTO scepgate.challenge (endpoint_id, hash, uses, uses_left, expires_at) VALUES ((race.endpoint()).id, sha256(secret::bytea), uses, uses, now() + interval '1 hour')
			ON CONFLICT ON CONSTRAINT challenge_is_minted_already DO UPDATE SET uses = EXCLUDED.uses RETURNING id \$\$;
		CREATE FUNCTION race.secret(secret text) RETURNS bigint LANGUAGE sql AS \$\$ SELECT id FROM scepgate.challenge WHERE hash = sha256(secret::bytea) \$\$;
		CREATE FUNCTION race.certificate(device text) RETURNS bigint LANGUAGE sql AS \$\$ SELECT id FROM scepgate.certificate WHERE spki_sha256 = sha256(device::bytea) ORDER BY id LIMIT 1 \$\$;
		CREATE FUNCTION race.commits(device text, authorisation text, challenge bigint DEFAULT 0, renewal_of bigint DEFAULT 0, request text DEFAULT NULL, number integer DEFAULT pg_backend_pid()) RETURNS text LANGUAGE sql AS \$\$
			SELECT c.outcome FROM race.endpoint() e, LATERAL scepgate.enrol_commit(e.id, e.version, 'tx', sha256(device::bytea), sha256(coalesce(request, 'csr of ' || device)::bytea), 19, authorisation,
				CASE authorisation WHEN 'static_challenge' THEN (SELECT id FROM scepgate.static_challenge s WHERE s.endpoint_id = e.id) ELSE 0 END, challenge, renewal_of, '\\x30cc', (device || ' ' || number)::bytea,
				substring(sha256((device || number || random())::bytea) FROM 1 FOR 16), sha256(device::bytea), 'CN=' || device, '', date_trunc('second', now()), now() + interval '1 day') AS c \$\$;
		CREATE FUNCTION race.pends(device text, request text, challenge bigint DEFAULT 0, address text DEFAULT '192.0.2.1') RETURNS text LANGUAGE sql AS \$\$
			SELECT p.outcome FROM race.endpoint() e, LATERAL scepgate.enrol_pend(e.id, e.version, request::bytea, sha256(device::bytea), sha256(request::bytea), 19, 0, challenge, 0, '\\x30cc',
				sha256(device::bytea), 'CN=' || device, '', '', address) AS p \$\$;
		-- Until so many sessions wait for a lock, but not for long.
		CREATE PROCEDURE race.wait_for(sessions integer) LANGUAGE plpgsql AS \$\$
		BEGIN
			FOR i IN 1 .. 600 LOOP
				PERFORM pg_stat_clear_snapshot();
				EXIT WHEN (SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()) >= sessions;
				PERFORM pg_sleep(0.05);
			END LOOP;
		END \$\$" >/dev/null
}

# evidence_crowd N LOCK STATEMENT: N sessions run the statement, @ in it their number, all at once: when LOCK, which holds them up, ends. Prints how often each answer came.
evidence_crowd() {
	printf 'BEGIN; %s; CALL race.wait_for(%d); COMMIT;' "$2" "$1" | psql -XqAt -v ON_ERROR_STOP=1 -f - >"$PG_DIR/first" 2>&1 &
	evidence_pids=$!
	sleep 0.3
	evidence_n=0
	while [ "$evidence_n" -lt "$1" ]; do
		evidence_n=$((evidence_n + 1))
		race_sql "$(printf '%s' "$3" | sed "s/@/$evidence_n/g")" >"$PG_DIR/crowd.$evidence_n" 2>&1 &
		evidence_pids="$evidence_pids $!"
	done
	# shellcheck disable=SC2086
	wait $evidence_pids
	cat "$PG_DIR"/crowd.* | sort | uniq -c | awk '{ printf "%s%d %s", sep, $1, $2; sep = ", " } END { print "" }' | tee "$PG_DIR/second"
	rm -f "$PG_DIR"/crowd.*
}

evidence_lock_challenge() {
	printf "SELECT FROM scepgate.challenge WHERE id = race.secret('%s') FOR UPDATE" "$1"
}

# Two hundred devices with one challenge that is good once: one certificate.
evidence_200_devices() {
	race_sql "SELECT race.challenge('once')" >/dev/null &&
		[ "$(evidence_crowd 200 "$(evidence_lock_challenge once)" "SELECT race.commits('a@', 'dynamic_challenge', race.secret('once'))")" = '199 challenge, 1 issued' ] &&
		[ "$(race_sql "SELECT count(*), min(d.uses_left), bool_and(c.spki_sha256 = d.spent_by_spki_sha256) FROM scepgate.certificate c JOIN scepgate.challenge d ON d.id = c.challenge_id WHERE d.id = race.secret('once')")" = '1|0|t' ]
}

# Two hundred workers with one request: one certificate, which all of them get.
evidence_200_repeats() {
	race_sql "SELECT race.challenge('same')" >/dev/null &&
		[ "$(evidence_crowd 200 "$(evidence_lock_challenge same)" "SELECT race.commits('b', 'dynamic_challenge', race.secret('same'))")" = '1 issued, 199 repeat' ] &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.certificate WHERE challenge_id = race.secret('same')")" = 1 ]
}

# A challenge that is good seven times, and requests of which each comes twice.
evidence_seven_uses() {
	race_sql "SELECT race.challenge('seven', 7)" >/dev/null &&
		[ "$(evidence_crowd 60 "$(evidence_lock_challenge seven)" "SELECT race.commits('c' || (@ + 1) / 2, 'dynamic_challenge', race.secret('seven')) = 'issued'" | sed 's/.*, //')" = '7 t' ] &&
		[ "$(race_sql "SELECT count(*), count(DISTINCT c.spki_sha256), min(d.uses_left) FROM scepgate.certificate c JOIN scepgate.challenge d ON d.id = c.challenge_id WHERE d.id = race.secret('seven')")" = '7|7|0' ]
}

# The first one gives up: its challenge is there for the second.
evidence_first_gives_up() {
	race_sql "SELECT race.challenge('given')" >/dev/null &&
		pending_beside "SELECT race.commits('d1', 'dynamic_challenge', race.secret('given'))" "SELECT race.commits('d2', 'dynamic_challenge', race.secret('given'))" ROLLBACK &&
		grep -qx issued "$PG_DIR/first" && grep -qx issued "$PG_DIR/second" &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.certificate WHERE challenge_id = race.secret('given')")" = 1 ]
}

# A challenge that is being revoked opens nothing any more.
evidence_challenge_revoked() {
	race_sql "SELECT race.challenge('revoked')" >/dev/null &&
		pending_beside "UPDATE scepgate.challenge SET expires_at = clock_timestamp() WHERE id = race.secret('revoked')" "SELECT race.commits('e', 'dynamic_challenge', race.secret('revoked'))" &&
		grep -qx challenge "$PG_DIR/second"
}

# A certificate that is being revoked, or whose lineage is being stopped, is not renewed; if that is not done after all, it is.
evidence_renewal() {
	race_sql "SELECT race.commits('f', 'static_challenge')" >/dev/null &&
		pending_beside "UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1 WHERE id = race.certificate('f')" \
			"SELECT race.commits('f', 'renewal', 0, race.certificate('f'), 'f again')" ROLLBACK && grep -qx issued "$PG_DIR/second" &&
		pending_beside "UPDATE scepgate.certificate SET lineage_stopped_at = now() WHERE id = race.certificate('f')" \
			"SELECT race.commits('f', 'renewal', 0, (SELECT max(id) FROM scepgate.certificate WHERE lineage = race.certificate('f')), 'f stopped')" && grep -qx renewal "$PG_DIR/second" &&
		race_sql "UPDATE scepgate.certificate SET lineage_stopped_at = NULL WHERE id = race.certificate('f')" &&
		pending_beside "UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1 WHERE lineage = race.certificate('f')" \
			"SELECT race.commits('f', 'renewal', 0, (SELECT max(id) FROM scepgate.certificate WHERE lineage = race.certificate('f')), 'f revoked')" && grep -qx renewal "$PG_DIR/second" &&
		pending_beside "UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1 WHERE id = race.certificate('f')" \
			"SELECT race.commits('f', 'renewal', 0, race.certificate('f'), 'f revoked')" && grep -qx renewal "$PG_DIR/second"
}

# And the other way round: a revocation waits for the renewal that is being recorded.
evidence_renewal_first() {
	race_sql "SELECT race.commits('g', 'static_challenge')" >/dev/null &&
		pending_beside "SELECT race.commits('g', 'renewal', 0, race.certificate('g'), 'g again')" \
			"SET lock_timeout = '200ms'; UPDATE scepgate.certificate SET lineage_stopped_at = now() WHERE id = race.certificate('g')" && [ "$race_second_status" -ne 0 ] &&
		grep -qx issued "$PG_DIR/first" && grep -q 'lock timeout' "$PG_DIR/second" &&
		pending_beside "SELECT race.commits('g', 'renewal', 0, race.certificate('g'), 'g 3')" "SELECT race.commits('g', 'renewal', 0, race.certificate('g'), 'g 4')" &&
		grep -qx issued "$PG_DIR/first" && grep -qx issued "$PG_DIR/second"
}

# Of a request that begins to wait and one that is issued with the same challenge one is.
evidence_pend_against_commit() {
	race_sql "UPDATE scepgate.endpoint SET approval = 'rules' WHERE id = (race.endpoint()).id; SELECT race.challenge('either'); SELECT race.challenge('or')" >/dev/null &&
		pending_beside "SELECT race.commits('h1', 'dynamic_challenge', race.secret('either'))" "SELECT race.pends('h2', 'h2', race.secret('either'))" &&
		grep -qx issued "$PG_DIR/first" && grep -qx challenge "$PG_DIR/second" &&
		pending_beside "SELECT race.pends('h2', 'h2', race.secret('or'))" "SELECT race.commits('h1', 'dynamic_challenge', race.secret('or'), 0, 'h1 again')" &&
		grep -qx pending "$PG_DIR/first" && grep -qx challenge "$PG_DIR/second"
}

# The requests of one key that come at once wait in one transaction, and spend one use.
evidence_one_key_waits_once() {
	race_sql "SELECT race.challenge('key', 50)" >/dev/null &&
		[ "$(evidence_crowd 50 "$(evidence_lock_challenge key)" "SELECT race.pends('i', 'request @', race.secret('key'))")" = '50 pending' ] &&
		[ "$(race_sql "SELECT count(*), min(d.uses_left) FROM scepgate.transaction t JOIN scepgate.challenge d ON d.id = t.challenge_id WHERE d.id = race.secret('key')")" = '1|49' ]
}

# A newer request of a key takes over while an operator decides, while the older one is issued, and while it is issued itself.
evidence_take_over() {
	race_sql "SELECT race.challenge('over', 50); SELECT race.pends('j', 'j 1', race.secret('over'))" >/dev/null &&
		pending_beside "SELECT scepgate.transaction_approve(id) FROM scepgate.transaction WHERE csr_sha256 = sha256('j 1')" "SELECT race.pends('j', 'j 2', race.secret('over'))" && grep -qx approved "$PG_DIR/second" &&
		pending_beside "SELECT outcome FROM race.endpoint() e, LATERAL scepgate.enrol_commit(e.id, e.version, 'j 2', sha256('j'), sha256('j 2'), 19, 'approval', 0, 0, 0, '\\x30cc', 'j 2', '\\x0102', sha256('j'), 'CN=j', '',
			now(), now() + interval '1 day')" "SELECT race.pends('j', 'j 3', race.secret('over'))" && grep -qx issued "$PG_DIR/first" && grep -qx pending "$PG_DIR/second" &&
		[ "$(race_sql "SELECT string_agg(state, ' ' ORDER BY state) FROM scepgate.transaction WHERE requester_spki_sha256 = sha256('j')")" = 'issued pending' ] &&
		pending_beside "SELECT outcome FROM race.endpoint() e, LATERAL scepgate.enrol_commit(e.id, e.version, 'j 4', sha256('j'), sha256('j 4'), 19, 'static_challenge', (SELECT id FROM scepgate.static_challenge s WHERE s.endpoint_id = e.id),
			0, 0, '\\x30cc', 'j 4', '\\x0104', sha256('j'), 'CN=j', '', now(), now() + interval '1 day')" "SELECT race.pends('j', 'j 4', race.secret('over'))" && grep -qx issued "$PG_DIR/first" && grep -qx issued "$PG_DIR/second" &&
		[ "$(race_sql "SELECT string_agg(convert_from(transaction_id, 'UTF8') || ' ' || state, ', ' ORDER BY transaction_id) FROM scepgate.transaction WHERE requester_spki_sha256 = sha256('j')")" = 'j 2 issued, j 3 pending, j 4 issued' ]
}

# The limits of requests without challenge are exact.
evidence_pending_limits() {
	race_sql "UPDATE scepgate.endpoint SET approval = 'always', challenge_mode = 'none', pending_max_per_address = 7, pending_max_per_day = 13 WHERE id = (race.endpoint()).id" >/dev/null &&
		[ "$(evidence_crowd 40 "SELECT FROM scepgate.challenge_quota WHERE endpoint_id = (race.endpoint()).id FOR UPDATE" "SELECT race.pends('k@', 'k@')")" = '33 address_full, 7 pending' ] &&
		[ "$(evidence_crowd 40 "SELECT FROM scepgate.challenge_quota WHERE endpoint_id = (race.endpoint()).id FOR UPDATE" "SELECT race.pends('l@', 'l@', 0, '198.51.100.@')")" = '34 day_full, 6 pending' ] &&
		race_sql "UPDATE scepgate.endpoint SET approval = 'none', challenge_mode = 'both' WHERE id = (race.endpoint()).id"
}

# Wrong challenges that many workers find wrong at once are all counted: of forty each tenth blocks, and for twice as long.
evidence_throttle() {
	race_sql "SELECT scepgate.enrol_refuse((race.endpoint()).id, '', '', 19, 'ERR_POLICY', '', '', '203.0.113.1')" >/dev/null &&
		evidence_crowd 40 "SELECT FROM scepgate.throttle WHERE endpoint_id = (race.endpoint()).id FOR UPDATE" \
			"SELECT scepgate.enrol_refuse((race.endpoint()).id, '', '', 19, 'ERR_CHALLENGE', '', '', '203.0.113.1', '', sha256('@'))" >/dev/null &&
		[ "$(race_sql "SELECT blocks, refusals, cardinality(attempts), blocked_until - clock_timestamp() BETWEEN interval '470 s' AND interval '480 s' FROM scepgate.throttle WHERE network = '203.0.113.1'")" = '4|41|0|t' ] &&
		[ "$(race_sql "SELECT string_agg(detail ->> 'seconds', ' ' ORDER BY (detail ->> 'seconds')::integer) FROM scepgate.audit_event WHERE event = 'challenge_throttled'")" = '60 120 240 480' ] &&
		[ "$(evidence_crowd 40 "INSERT INTO scepgate.throttle (endpoint_id, network) VALUES ((race.endpoint()).id, '203.0.113.2')" \
			"SELECT scepgate.enrol_refuse((race.endpoint()).id, '', '', 19, 'ERR_CHALLENGE', '', '', '203.0.113.2', '', sha256('@'))")" = '40 ' ] &&
		[ "$(race_sql "SELECT blocks, refusals FROM scepgate.throttle WHERE network = '203.0.113.2'")" = '4|40' ]
}

# Everything at once: nobody is the victim of a deadlock, and what was spent is what was issued or waits.
evidence_no_deadlock() {
	race_sql "UPDATE scepgate.endpoint SET approval = 'rules', pending_max_per_day = 1000000, pending_max_per_address = 1000 WHERE id = (race.endpoint()).id; SELECT race.challenge('x' || n, 300) FROM generate_series(1, 3) AS n;
		SELECT race.commits('m' || n, 'static_challenge') FROM generate_series(1, 3) AS n" >/dev/null || return 1
	evidence_pids=
	for evidence_n in 1 2 3 4 5 6 7 8; do
		awk -v me="$evidence_n" 'BEGIN { srand(me); for (i = 0; i < 120; i++) {
			d = int(rand() * 3) + 1; r = "r" int(rand() * 30) "-" d; k = int(rand() * 8)
			if (k == 0) printf "SELECT race.commits(\047m%d\047, \047renewal\047, 0, race.certificate(\047m%d\047), \047%s\047);\n", d, d, r me
			if (k == 1 || k == 2) printf "SELECT race.commits(\047n%d\047, \047dynamic_challenge\047, race.secret(\047x%d\047), 0, \047%s\047);\n", d, int(rand() * 3) + 1, r
			if (k == 3 || k == 4) printf "SELECT race.pends(\047o%d\047, \047w%s\047, race.secret(\047x%d\047));\n", d, r, int(rand() * 3) + 1
			if (k == 5) printf "BEGIN; UPDATE scepgate.certificate SET lineage_stopped_at = CASE WHEN lineage_stopped_at IS NULL THEN now() END WHERE id = race.certificate(\047m%d\047); COMMIT;\n", d
			if (k == 6) printf "SELECT scepgate.transaction_approve(id) FROM (SELECT id FROM scepgate.transaction WHERE state = \047pending\047 AND endpoint_id = (race.endpoint()).id AND expires_at > now() LIMIT 1) AS t;\n"
			if (k == 7) printf "SELECT outcome FROM race.endpoint() e, LATERAL (SELECT * FROM scepgate.transaction WHERE state = \047approved\047 AND endpoint_id = e.id LIMIT 1) AS t, LATERAL scepgate.enrol_commit(e.id, e.version, t.transaction_id, t.requester_spki_sha256, t.csr_sha256, 19, \047approval\047, 0, 0, 0, \047x\047, \047x\047, substring(sha256(random()::text::bytea) FROM 1 FOR 16), t.csr_spki_sha256, t.subject, t.sans, now(), now() + interval \0471 day\047);\n"
		} }' | psql -XqAt -f - >"$PG_DIR/crowd.$evidence_n" 2>&1 &
		evidence_pids="$evidence_pids $!"
	done
	# shellcheck disable=SC2086
	wait $evidence_pids
	cat "$PG_DIR"/crowd.* | sed 's/transaction [0-9]*/transaction N/' | sort | uniq -c >"$PG_DIR/first"
	rm -f "$PG_DIR"/crowd.*
	! grep -q -e deadlock -e 'violates' "$PG_DIR/first" && grep -q issued "$PG_DIR/first" && grep -q pending "$PG_DIR/first" && grep -q approved "$PG_DIR/first" && grep -q renewal "$PG_DIR/first" &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.challenge d WHERE d.endpoint_id = (race.endpoint()).id AND d.uses - d.uses_left <
			(SELECT count(*) FROM scepgate.certificate c WHERE c.challenge_id = d.id) + (SELECT count(*) FROM scepgate.transaction t WHERE t.challenge_id = d.id AND t.state <> 'issued')")" = 0 ] &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.challenge d WHERE d.endpoint_id = (race.endpoint()).id AND d.uses - d.uses_left > 0")" -ge 3 ]
}
