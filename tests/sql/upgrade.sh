# shellcheck shell=sh
#
# Upgrades from every released version of the schema. Sourced by run.test after race.sh, which leaves the structure of a fresh installation in dump1.

# Every column that all versions have, of what must not change; then, from version 2 on, of what that added.
upgrade_sums_1="SELECT 'certificates', md5(string_agg(concat_ws(',', id, ca_id, serial, application_id, endpoint_id, der, csr_der, sha256, spki_sha256, subject, sans, not_before, not_after, message_type,
		authorisation, notes, renewal_of, revoked_at, revocation_reason, reference, issued_at), ';' ORDER BY id)) FROM scepgate.certificate
	UNION ALL SELECT 'transactions', md5(string_agg(concat_ws(',', id, endpoint_id, transaction_id, requester_spki_sha256, csr_sha256, certificate_id, created_at, updated_at), ';' ORDER BY id)) FROM scepgate.transaction
	UNION ALL SELECT 'policies', md5(string_agg(concat_ws(',', id, name, description, unlisted, allow_empty_subject, rsa_min_bits, rsa_max_bits, ec_curves, ed25519, max_validity_days, created_at), ';' ORDER BY id)) FROM scepgate.policy
	UNION ALL SELECT 'rules', md5(string_agg(r::text, ',' ORDER BY id)) FROM scepgate.policy_rule r
	UNION ALL SELECT 'profiles', md5(string_agg(concat_ws(',', id, name, description, ca_id, policy_id, validity_days, key_usage, extended_key_usage, backdate_seconds, created_at), ';' ORDER BY id)) FROM scepgate.profile
	UNION ALL SELECT 'cas', md5(string_agg(concat_ws(',', id, name, description, enabled, certificate, private_key_id, issuer_id, subject, not_before, not_after, created_at), ';' ORDER BY id)) FROM scepgate.ca
	UNION ALL SELECT 'keys', md5(string_agg(k::text, ',' ORDER BY id)) FROM scepgate.private_key k UNION ALL SELECT 'ras', md5(string_agg(r::text, ',' ORDER BY id)) FROM scepgate.ra_certificate r
	UNION ALL SELECT 'challenges', md5(string_agg(s::text, ',' ORDER BY id)) FROM scepgate.static_challenge s
	UNION ALL SELECT 'endpoints', md5(string_agg(concat_ws(',', id, application_id, profile_id, challenge_mode, allowed_ciphers, include_chain, replay_window, default_for_host), ';' ORDER BY id)) FROM scepgate.endpoint
	UNION ALL SELECT 'events', md5(string_agg(v::text, ',' ORDER BY id)) FROM scepgate.audit_event v WHERE NOT detail ? 'changed'"
upgrade_sums_2="$upgrade_sums_1
	UNION ALL SELECT 'waiting', md5(string_agg(concat_ws(',', id, state, message_type, csr_der, subject, sans, client_address, reference, expires_at, decided_at, decided_by, reason), ';' ORDER BY id)) FROM scepgate.transaction
	UNION ALL SELECT 'settings', md5(string_agg(concat_ws(',', id, approval, ca_certs, include_root, append_chain, password_recipient, allowed_keys, pending_lifetime), ';' ORDER BY id)) FROM scepgate.endpoint
	UNION ALL SELECT 'next CAs', md5(string_agg(n::text, ',' ORDER BY id)) FROM scepgate.ca_next n UNION ALL SELECT 'CRLs', md5(string_agg(concat_ws(',', ca_id, number, this_update, next_update, der, published_at), ';' ORDER BY ca_id, number)) FROM scepgate.crl"

upgrade_sql() {
	psql -XqAt -d "$1" -v ON_ERROR_STOP=1 -c "$2"
}

# upgrade_from N SUMS: what an installation of version N held is there after the upgrade, and its structure is that of a fresh installation.
upgrade_from() {
	race_sql "CREATE DATABASE version$1" && psql -Xq -d "version$1" -v ON_ERROR_STOP=1 -f "$SCEPGATE_SRCDIR/tests/sql/version-$1.sql" >/dev/null &&
		upgrade_sql "version$1" "$2" >"$PG_DIR/first" &&
		PGDATABASE="version$1" pg_install && upgrade_sql "version$1" "$2" >"$PG_DIR/second" && diff "$PG_DIR/first" "$PG_DIR/second" &&
		race_dump "version$1" >"$PG_DIR/dump5" && diff "$PG_DIR/dump1" "$PG_DIR/dump5"
}

upgrade_from_1() {
	upgrade_from 1 "$upgrade_sums_1"
}

upgrade_from_2() {
	upgrade_from 2 "$upgrade_sums_2"
}

# upgrade_lookup N TX REQUEST: what a lookup says of a request on endpoint 1.
upgrade_lookup() {
	upgrade_sql "version$1" "SELECT outcome, encode(certificate, 'hex') FROM scepgate.endpoint e, LATERAL scepgate.enrol_lookup(e.id, e.version, '$2', sha256('k'), sha256('$3')) WHERE e.id = ${4:-1}"
}

# What was issued before answers its repeats, new columns are filled, and keys that a policy allowed still are.
upgrade_keeps_serving_1() {
	[ "$(upgrade_sql version1 "SELECT string_agg(concat_ws(' ', transaction_id, state, message_type, subject, sans, reference), ', ' ORDER BY id) FROM scepgate.transactions")" = \
		'tx-1 issued 19 CN=d1.example DNS:d1.example ref-1, tx-2 issued 19 CN=d2.example DNS:d2.example ref-2, tx-3 issued 19 CN=d3.example DNS:d3.example ref-3' ] &&
		upgrade_sql version1 'UPDATE scepgate.transaction SET updated_at = now()' && [ "$(upgrade_lookup 1 tx-2 2)" = 'issued|30c002' ] &&
		[ "$(upgrade_sql version1 "SELECT string_agg(profile, ' ') FROM scepgate.endpoints WHERE 'ed25519' = ANY (allowed_keys)")" = vpn ]
}

# What waited still waits, and what was approved is issued. What came to an endpoint without challenges is known to have come without. A certificate of before can be renewed.
upgrade_keeps_serving_2() {
	upgrade_sql version2 'UPDATE scepgate.transaction SET updated_at = now()' && [ "$(upgrade_lookup 2 tx-2 2)" = 'issued|30c002' ] &&
		[ "$(upgrade_lookup 2 wait-1 w31 3) $(upgrade_lookup 2 wait-2 w32 3) $(upgrade_lookup 2 wait-3 w33 3) $(upgrade_lookup 2 wait-2 w22 2)" = 'pending| issued|30c004 denied| approved|' ] &&
		[ "$(upgrade_sql version2 "SELECT string_agg(DISTINCT concat_ws(' ', endpoint_id, is_authenticated), ', ') FROM scepgate.transaction WHERE state <> 'issued'")" = '2 t, 3 f' ] &&
		[ "$(upgrade_sql version2 "SELECT outcome FROM scepgate.endpoint e, LATERAL scepgate.enrol_commit(e.id, e.version, 'wait-2', sha256('k'), sha256('w22'), 20, 'approval', 0, 0, 0, '\\x30cc', '\\x30c005', '\\x0105',
			sha256('w2'), 'CN=w2', '', now(), now() + interval '1 day') WHERE e.id = 2")" = issued ] &&
		[ "$(upgrade_sql version2 "SELECT outcome FROM scepgate.endpoint e, LATERAL scepgate.enrol_commit(e.id, e.version, 'new', sha256('1'), sha256('new'), 17, 'renewal', 0, 0, 1, '\\x30cc', '\\x30c006', '\\x0106',
			sha256('new'), 'CN=d1.example', '', now(), now() + interval '1 day') WHERE e.id = 1")" = issued ]
}
