# A wrong, a missing and an empty challenge: CertRep FAILURE badRequest, nothing issued (RFC 8894 sections 2.4 and 3.2.1.4.5).

# challenge_row NAME CHALLENGE URL
challenge_row()
{
	local out=$WORK/$1 before
	before=$(e2e_issued)
	hand_message "$out" refused.example.org '' "$2" || tap_fail "$1: the message is made"
	e2e_is_refused "$1" "$3" "$out.msg" 2
	is "$1: nothing is issued" "$(e2e_issued)" "$before"
}

case_run()
{
	challenge_row "wrong challenge" "x$CHALLENGE" "$URL"
	challenge_row "challenge cut by a character" "${CHALLENGE%?}" "$URL"
	challenge_row "challenge of another endpoint" "$LEGACY_CHALLENGE" "$URL"
	challenge_row "missing challenge" - "$URL"
	challenge_row "empty challenge" '' "$URL"
	challenge_row "right challenge at an endpoint without one" "$CHALLENGE" "$BASE/scep/corp/closed/pkiclient.exe"
	like "refusals are in the audit log" "$(e2e_sql "SELECT count(*) >= 5 FROM scepgate.audit_events WHERE detail->>'error' = 'ERR_CHALLENGE'")" '^t$'
}
