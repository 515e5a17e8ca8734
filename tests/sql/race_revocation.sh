# shellcheck shell=sh
#
# Revocations beside renewals, and publishers of CRLs beside each other and beside revocations. Sourced by run.test after race_pending.sh and race_evidence.sh, whose endpoint it uses.

revocation_prepare() {
	race_sql "UPDATE scepgate.endpoint SET approval = 'none', challenge_mode = 'static' WHERE id = (race.endpoint()).id; SELECT race.commits('v' || n, 'static_challenge') FROM generate_series(1, 60) AS n" >/dev/null
}

revocation_id() {
	race_sql "SELECT race.certificate('$1')"
}

# A renewal meets a revocation that is not committed yet: it waits, and is refused.
revocation_first() {
	pending_beside "SELECT scepgate.certificate_revoke(race.certificate('v1'))" "SELECT race.commits('v1', 'renewal', 0, race.certificate('v1'), 'again')" &&
		grep -qx renewal "$PG_DIR/second"
}

# A revocation meets a renewal that is not committed yet: it waits for it. That of the whole lineage revokes the renewal too.
revocation_after_renewal() {
	revocation_old=$(revocation_id v2)
	pending_beside "SELECT race.commits('v2', 'renewal', 0, $revocation_old, 'again')" "SELECT count(*) FROM scepgate.certificates_revoke(lineage => $revocation_old)" &&
		grep -qx issued "$PG_DIR/first" && grep -qx 2 "$PG_DIR/second" &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.certificate WHERE (id = $revocation_old OR lineage = $revocation_old) AND revoked_at IS NOT NULL")" = 2 ]
}

# Two revoke the same certificate: one does, the other is told.
revocation_twice() {
	pending_beside "SELECT scepgate.certificate_revoke(race.certificate('v3'))" "SELECT scepgate.certificate_revoke(race.certificate('v3'))" && [ "$race_second_status" -ne 0 ] &&
		grep -q 'is revoked already' "$PG_DIR/second"
}

# A publisher waits for a revocation that is not committed yet; and what it then looks at has it.
revocation_before_publisher() {
	pending_beside "SELECT scepgate.certificate_revoke(race.certificate('v4'))" "SELECT scepgate.crl_wait('root') > (SELECT revoked_at FROM scepgate.certificate WHERE id = race.certificate('v4'))" &&
		[ "$race_second_status" -eq 0 ] && [ "$(race_sql "SELECT count(*) FROM scepgate.certificate WHERE id = race.certificate('v4') AND revoked_at IS NOT NULL")" = 1 ]
}

# Eight publishers, six CRLs each, complete ones and deltas, beside revocations: every one is published, and the numbers rise in the order in which they were.
revocation_eight_publishers() {
	race_sql "SELECT scepgate.crl_publish('root', number, now(), now() + interval '1 day', '\\x30') FROM scepgate.crl_prepare('root')" >/dev/null || return 1
	revocation_before=$(race_sql "SELECT max(number) FROM scepgate.crls WHERE ca = 'root'")
	revocation_pids=
	for revocation_n in 1 2 3 4 5 6 7 8; do
		for revocation_k in 1 2 3 4 5 6; do
			printf "SELECT scepgate.crl_wait('root') AS at \\gset\nBEGIN; SELECT number, coalesce(base_number, 0) AS base FROM scepgate.crl_prepare('root', 0, %s) \\gset\n" "$([ $((revocation_k % 2)) = 0 ] && echo true || echo false)"
			printf "SELECT scepgate.crl_append((SELECT id FROM scepgate.ca WHERE name = 'root'), :number, convert_to(:'number', 'UTF8')); SELECT scepgate.crl_publish('root', :number, now(), now() + interval '1 day', base_number => nullif(:base, 0), taken_at => :'at'); COMMIT;\n"
			printf "SELECT scepgate.certificate_revoke(race.certificate('v%d'));\n" $((revocation_n * 6 + revocation_k))
		done | psql -XqAt -v ON_ERROR_STOP=1 -f - >"$PG_DIR/crowd.$revocation_n" 2>&1 &
		revocation_pids="$revocation_pids $!"
	done
	revocation_status=0
	for revocation_pid in $revocation_pids; do
		wait "$revocation_pid" || revocation_status=1
	done
	cat "$PG_DIR"/crowd.* >"$PG_DIR/first"
	rm -f "$PG_DIR"/crowd.*
	[ "$revocation_status" -eq 0 ] &&
		[ "$(race_sql "SELECT count(*) || ' ' || count(DISTINCT detail ->> 'number') || ' ' || (max((detail ->> 'number')::bigint) - $revocation_before) || ' ' || coalesce(bool_and(rises), false)
			FROM (SELECT *, (detail ->> 'number')::bigint > lag((detail ->> 'number')::bigint, 1, 0::bigint) OVER (ORDER BY id) AS rises FROM scepgate.audit_event
				WHERE event = 'crl_published' AND detail ->> 'ca' = 'root' AND (detail ->> 'number')::bigint > $revocation_before) AS v")" = '48 48 48 true' ] &&
		[ "$(race_sql "SELECT count(*) FROM scepgate.crl_files WHERE ca = 'root' AND number > $revocation_before AND convert_from(crl, 'UTF8') <> number::text")" = 0 ]
}

# Revocation of many and of single ones, holds, renewals, stops, changes of the CA and publishers at once end without deadlock.
revocation_no_deadlock() {
	race_sql "SELECT race.commits('w' || n, 'static_challenge') FROM generate_series(1, 6) AS n" >/dev/null || return 1
	revocation_pids=
	for revocation_n in 1 2 3 4 5 6 7 8; do
		awk -v me="$revocation_n" 'BEGIN { srand(me); for (i = 0; i < 60; i++) {
			d = int(rand() * 6) + 1; k = int(rand() * 8)
			if (k == 0 || k == 1) printf "SELECT race.commits(\047w%d\047, \047renewal\047, 0, race.certificate(\047w%d\047), \047r%d %d\047);\n", d, d, me, i
			if (k == 2) printf "SELECT scepgate.certificate_revoke(race.certificate(\047w%d\047), \047certificateHold\047);\n", d
			if (k == 3) printf "SELECT scepgate.certificate_unhold(race.certificate(\047w%d\047));\n", d
			if (k == 4) printf "BEGIN; SELECT count(*) FROM scepgate.certificates_revoke(subject => \047CN=w%d\047, reason => \047certificateHold\047); SELECT scepgate.certificate_unhold(id) FROM scepgate.certificate WHERE subject = \047CN=w%d\047 AND revocation_reason = 6 ORDER BY id; COMMIT;\n", d, d
			if (k == 5) printf "BEGIN; UPDATE scepgate.certificate SET lineage_stopped_at = CASE WHEN lineage_stopped_at IS NULL THEN now() END WHERE id = race.certificate(\047w%d\047); COMMIT;\n", d
			if (k == 6) printf "SELECT scepgate.ca_alter(\047root\047, description => \047%d\047);\n", i
			if (k == 7) printf "SELECT scepgate.crl_wait(\047root\047) IS NULL; BEGIN; SELECT scepgate.crl_publish(\047root\047, number, now(), now() + interval \0471 day\047, \047x\047) > 0 FROM scepgate.crl_prepare(\047root\047); COMMIT;\n"
		} }' | psql -XqAt -f - >"$PG_DIR/crowd.$revocation_n" 2>&1 &
		revocation_pids="$revocation_pids $!"
	done
	# shellcheck disable=SC2086
	wait $revocation_pids
	cat "$PG_DIR"/crowd.* | sed 's/[0-9][0-9]*/N/g' | sort | uniq -c >"$PG_DIR/first"
	rm -f "$PG_DIR"/crowd.*
	! grep -q -e deadlock -e 'violates' "$PG_DIR/first" && grep -q issued "$PG_DIR/first" && grep -q 'renewal' "$PG_DIR/first" && grep -q 'not on hold' "$PG_DIR/first"
}
