# Workspace ONE UEM: reads the NDES page with a user that has a domain, and takes as many characters as its settings say; tests its connection; asks again
# while a request waits; and may stand between devices and server.

WS1_LENGTH=32

# ws1_fetch OUT: one challenge from the page PAGE, as long as the settings say, to OUT.challenge.
ws1_fetch()
{
	local out=$1 answer
	answer=$(mdm_call "$out" --anyauth -u "CORP\\workspace-one:$(mdm_token workspace-one)" "${2:-$MDM_PAGE}") || return
	"$SCEPGATE_SRCDIR/tests/e2e/mdm/scrape.pl" count "$WS1_LENGTH" "${answer#* }" <"$out" | tr -d '\n' >"$out.challenge"
}

ws1_profile()
{
	local cn=${1##*/}.ws1.example.org
	mdm_profile "$1" "$2" "$(cat "$1.challenge")" "$cn" C=CH O=Example "CN=$cn"
}

ws1_tests_connection()
{
	local before
	before=$(mdm_minted)
	is "Workspace ONE, Test Connection: GetCACaps" "$(mdm_call "$WORK/caps" "$MDM_URL?operation=GetCACaps&message=")" '200 text/plain'
	is "Workspace ONE, Test Connection: GetCACert" "$(mdm_call "$WORK/cacert" "$MDM_URL?operation=GetCACert&message=")" '200 application/x-x509-ca-ra-cert'
	ok "Workspace ONE, Test Connection: the page, for a user with a domain" ws1_fetch "$WORK/test"
	like "Workspace ONE, Test Connection: a challenge of $WS1_LENGTH characters" "$(cat "$WORK/test.challenge")" "^[0-9A-F]{$WS1_LENGTH}\$"
	is "Workspace ONE, Test Connection: it costs one challenge" "$(mdm_minted)" $((before + 1))
}

ws1_enrols()
{
	local out=$WORK/plain
	ws1_fetch "$out"
	ws1_profile "$out" "$MDM_URL"
	ok "Workspace ONE: the device enrols" mdm_device "$out"
	certificate_matches "$out" "Workspace ONE" plain.ws1.example.org DNS:plain.ws1.example.org
	# Its settings name the length: a shorter one cuts the challenge.
	WS1_LENGTH=16 ws1_fetch "$WORK/short"
	ws1_profile "$WORK/short" "$MDM_URL"
	e2e_issues_nothing "Workspace ONE, with a challenge length of 16" mdm_device "$WORK/short"
}

ws1_is_pending()
{
	[ "$(e2e_sql "SELECT count(*) FROM scepgate.transactions WHERE state = 'pending' AND subject LIKE '%waits.ws1.example.org%'")" = 1 ]
}

# An endpoint where an operator decides: the device asks again every second.
ws1_waits()
{
	local out=$WORK/waits client
	ok "Workspace ONE, pending: the endpoint" mdm_endpoint mdm-manual --approval always
	ok "Workspace ONE, pending: its token" scepadm token allow workspace-one corp/mdm-manual
	ws1_fetch "$out" "$BASE/scep/corp/mdm-manual/certsrv/mscep_admin"
	ws1_profile "$out" "$BASE/scep/corp/mdm-manual/pkiclient.exe"
	e2e_ra_pem corp mdm-manual >"$WORK/ra.pem"
	RA_CERT=$WORK/ra.pem mdm_device "$out" >"$out.log" 2>&1 &
	client=$!
	ok "Workspace ONE, pending: the request waits" e2e_wait_for 'the request' ws1_is_pending
	sleep 1.5
	ok "Workspace ONE, pending: the operator approves" scepadm request approve --subject '*waits.ws1.example.org*' --reason 'seen in the shop' --yes
	wait "$client"
	is "Workspace ONE, pending: the device gets its certificate when it asks again" $? 0 || tap_show "$out.log"
	certificate_matches "$out" "Workspace ONE, pending" waits.ws1.example.org DNS:waits.ws1.example.org
}

ws1_proxies()
{
	local out=$WORK/proxied url
	url=$(mdm_relay /airwatch/scep/proxy 'AirWatch SCEP Proxy')
	ws1_fetch "$out"
	ws1_profile "$out" "$url"
	ok "Workspace ONE as proxy: the device enrols" mdm_device "$out"
	certificate_matches "$out" "Workspace ONE as proxy" proxied.ws1.example.org DNS:proxied.ws1.example.org
	mdm_relay_stop
}

simulate_workspace_one()
{
	ws1_tests_connection
	ws1_enrols
	ws1_waits
	ws1_proxies
}
