# Jamf Pro: a webhook of the event SCEPChallenge for each device that gets a profile, in JSON or XML, with a header or Basic authentication. It renews by
# pushing the profile anew, with another challenge and its own identifier as a second common name; and it may stand between devices and server.

# The webhook's body, in JSON. The keys are Jamf's; what is unknown to the server must not trouble it.
jamf_json()
{
	local event=${1:-SCEPChallenge} url=${2:-$MDM_URL} more=${3-}
	printf '{"webhook":{"id":7,"name":"scepgate","webhookEvent":"%s","eventTimestamp":%s000},"event":{"scepServerUrl":"%s","payloadIdentifier":"%s",' \
		"$event" "$(date +%s)" "$url" 'A5B3C1D2-0000-4000-8000-000000000001'
	printf '"payloadTypes":["com.apple.security.scep","com.apple.wifi.managed"],"targetDevice":"jamf-device-4711"%s}}' "$more"
}

jamf_xml()
{
	local event=${1:-SCEPChallenge} url=${2:-$MDM_URL}
	printf '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><JSSEvent><webhook><eventTimestamp>%s000</eventTimestamp><id>7</id><name>scepgate</name>' "$(date +%s)"
	printf '<webhookEvent>%s</webhookEvent></webhook><event><scepServerUrl>%s</scepServerUrl><payloadIdentifier>%s</payloadIdentifier>' \
		"$event" "$url" 'A5B3C1D2-0000-4000-8000-000000000002'
	printf '<payloadTypes><payloadType>com.apple.security.scep</payloadType></payloadTypes><targetDevice>jamf-device-4712</targetDevice></event></JSSEvent>'
}

# jamf_hook OUT header|basic json|xml BODY [URL]: the webhook.
jamf_hook()
{
	local out=$1 body=$4 url=${5:-$MDM_MINT} authentication
	authentication=(-H "Authorization: Bearer $(mdm_token jamf)")
	[ "$2" = header ] || authentication=(-u "jamf:$(mdm_token jamf)")
	mdm_call "$out" "${authentication[@]}" -A 'Jamf Pro/11.4' -H "Content-Type: application/$3" --data-binary "$body" "$url"
}

# jamf_enrols NAME AUTHENTICATION FORMAT BODY: from the webhook to a certificate.
jamf_enrols()
{
	local name=$1 out=$WORK/$1 cn=$1.jamf.example.org
	mdm_is_challenge "Jamf, $name" "$(jamf_hook "$out.challenge" "$2" "$3" "$4")" "$out.challenge"
	mdm_profile "$out" "$MDM_URL" "$(cat "$out.challenge")" "$cn" C=CH O=Example "CN=$cn"
	ok "Jamf, $name: the device enrols" mdm_device "$out"
	certificate_matches "$out" "Jamf, $name" "$cn" "DNS:$cn"
	is "Jamf, $name: by its challenge" "$(mdm_authorisation "$out")" dynamic_challenge
}

# The device's name, and the profile's: the certificate of the first push stays as good as it was.
jamf_redistributes()
{
	local first=$WORK/json-header out=$WORK/redistributed cn=json-header.jamf.example.org identifier=A5B3C1D2-0000-4000-8000-000000000001
	mdm_is_challenge "Jamf, redistributed" "$(jamf_hook "$out.challenge" header json "$(jamf_json)")" "$out.challenge"
	ok "Jamf, redistributed: the challenge is another one" test "$(cat "$out.challenge")" != "$(cat "$first.challenge")"
	mdm_profile "$out" "$MDM_URL" "$(cat "$out.challenge")" "$cn" C=CH O=Example "CN=$cn" "CN=$identifier"
	ok "Jamf, redistributed: the device enrols under two common names" mdm_device "$out"
	certificate_matches "$out" "Jamf, redistributed" "$cn" "DNS:$cn"
	like "Jamf, redistributed: the profile's identifier is the other name" ",$(openssl x509 -in "$out.crt" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')," ",CN=$identifier,"
	is "Jamf, redistributed: the first certificate is not revoked by it" \
		"$(e2e_sql "SELECT count(*) FROM scepgate.certificate WHERE revoked_at IS NOT NULL")" 0
}

# --- Jamf's own certificate signs ------------------------------------------------------------------------------------------------

# jamf_relays NAME SIGNER CHALLENGE: a message for a device's request, signed by SIGNER.self with SIGNER.key. OUT.rep is the answer.
jamf_relays()
{
	local out=$WORK/$1 cn=$1.jamf.example.org
	hand_csr "$out" "$cn" "$cn" "$3" && hand_envelope "$out" && hand_sign "$out" --cert "$2.self" --key "$2.key" &&
		hand_post "$MDM_URL" "$out.msg" "$out.rep"
}

jamf_relay_row()
{
	local name=$1 signer=$2 out=$WORK/$1 cn=$1.jamf.example.org
	jamf_hook "$out.challenge" basic json "$(jamf_json)" >/dev/null
	is "Jamf as proxy, $name: answered by a CertRep" "$(jamf_relays "$name" "$signer" "$(cat "$out.challenge")")" '200 application/x-pki-message'
	is "Jamf as proxy, $name: SUCCESS" "$(reply_status "$out.rep")" 0 || tap_note "$(reply_fail_text "$out.rep")"
	reply_certificates "$out.rep" "$signer" >"$out.crt"
	certificate_matches "$out" "Jamf as proxy, $name" "$cn" "DNS:$cn"
	is "Jamf as proxy, $name: a new enrolment by its challenge, no renewal" "$(mdm_authorisation "$out")" dynamic_challenge
}

# jamf_relay_refused NAME SIGNER CHALLENGE
jamf_relay_refused()
{
	local before
	before=$(e2e_issued)
	jamf_relays "$1" "$2" "$3" >/dev/null
	is "Jamf as proxy, $1: refused" "$(reply_status "$WORK/$1.rep")" 2
	is "Jamf as proxy, $1: nothing is issued" "$(e2e_issued)" "$before"
}

jamf_as_proxy()
{
	local own=$WORK/jamf-own ours=$WORK/jamf-ours
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$own.key" -subj '/CN=JAMF Software Proxy' -days 30 -out "$own.self" 2>/dev/null
	jamf_relay_row self-signed "$own"
	# The certificate that it signs with may be one of this very endpoint: it does not renew the devices' by that, nor they its own.
	jamf_hook "$ours.challenge" header json "$(jamf_json)" >/dev/null
	mdm_profile "$ours" "$MDM_URL" "$(cat "$ours.challenge")" proxy.jamf.example.org C=CH O=Example CN=proxy.jamf.example.org
	ok "Jamf as proxy: its own certificate is of the endpoint" mdm_device "$ours"
	cp "$ours.crt" "$ours.self"
	jamf_relay_row of-the-endpoint "$ours"
	jamf_relay_refused no-challenge "$own" -
	jamf_relay_refused no-challenge-of-the-endpoint "$ours" -
	jamf_relay_refused spent-challenge "$own" "$(cat "$WORK/json-header.challenge")"
	scepadm endpoint alter corp/mdm --signer-key-must-match yes >/dev/null
	jamf_hook "$WORK/match.challenge" header json "$(jamf_json)" >/dev/null
	jamf_relay_refused signer-key-must-match "$own" "$(cat "$WORK/match.challenge")"
	scepadm endpoint alter corp/mdm --signer-key-must-match no >/dev/null
	is "Jamf as proxy: a refusal does not spend the challenge" "$(e2e_sql "SELECT uses_left FROM scepgate.challenge ORDER BY id DESC LIMIT 1")" 1
}

# --- what goes wrong ---------------------------------------------------------------------------------------------------------------

jamf_faults()
{
	local out=$WORK/fault wrong
	mdm_mints_nothing "Jamf, no authentication" 401 mdm mdm_call "$out" -H 'Content-Type: application/json' --data-binary "$(jamf_json)" "$MDM_MINT"
	like "Jamf, no authentication: it is told how" "$(tr -d '\r' <"$out.head" | tr '[:upper:]' '[:lower:]')" 'www-authenticate: [^'$'\n'']*basic realm='
	wrong=$(mdm_token jamf)
	wrong=${wrong%?}$(tr '0-9a-f' '1-9a-f0' <<<"${wrong: -1}")
	mdm_mints_nothing "Jamf, wrong token" 401 mdm mdm_call "$out" -u "jamf:$wrong" -H 'Content-Type: application/json' --data-binary "$(jamf_json)" "$MDM_MINT"
	mdm_mints_nothing "Jamf, the token under another name" 401 mdm mdm_call "$out" -u "fleet:$(mdm_token jamf)" -H 'Content-Type: application/json' \
		--data-binary "$(jamf_json)" "$MDM_MINT"
	mdm_mints_nothing "Jamf, another event" 422 mdm jamf_hook "$out" header json "$(jamf_json ComputerAdded)"
	mdm_mints_nothing "Jamf, another event in XML" 422 mdm jamf_hook "$out" header xml "$(jamf_xml ComputerAdded)"
	mdm_mints_nothing "Jamf, the SCEP URL of another endpoint" 409 mdm jamf_hook "$out" header json "$(jamf_json SCEPChallenge "$SCEP_URL")"
	mdm_mints_nothing "Jamf, half a body" 400 mdm jamf_hook "$out" header json '{"webhook":{"webhookEvent":"SCEPCh'
	mdm_is_challenge "Jamf, keys that nobody knows" \
		"$(jamf_hook "$out" header json "$(jamf_json SCEPChallenge "$MDM_URL" ',"future":{"deep":[1,2,{"er":null}]},"trustLevel":3.25,"done":true')")" "$out"
}

# jamf_device NAME CHALLENGE: another device with that challenge in its profile.
jamf_device()
{
	mdm_profile "$WORK/$1" "$MDM_URL" "$2" "$1.jamf.example.org" C=CH O=Example "CN=$1.jamf.example.org" && mdm_device "$WORK/$1"
}

jamf_challenge_faults()
{
	local challenge first=$WORK/json-header breaches before
	challenge=$(cat "$first.challenge")
	before=$(e2e_issued)
	breaches=$(mdm_events challenge_breach)
	cp "$first.crt" "$first.kept"
	ok "Jamf, lost answer: the device asks again with its key and its challenge" mdm_device "$first"
	ok "Jamf, lost answer: and gets the same certificate" cmp "$first.crt" "$first.kept"
	is "Jamf, lost answer: no alarm" "$(mdm_events challenge_breach)" "$breaches"
	e2e_issues_nothing "Jamf, a challenge that another device has spent" jamf_device replay "$challenge"
	is "Jamf, a challenge that another device has spent: a breach is recorded" "$(mdm_events challenge_breach)" $((breaches + 1))
	jamf_hook "$WORK/expired.challenge" header json "$(jamf_json)" >/dev/null
	e2e_sql "UPDATE scepgate.challenge SET expires_at = clock_timestamp() - interval '1 second' WHERE id = (SELECT max(id) FROM scepgate.challenge)"
	e2e_issues_nothing "Jamf, expired by a second" jamf_device expired "$(cat "$WORK/expired.challenge")"
	jamf_hook "$WORK/race.challenge" header json "$(jamf_json)" >/dev/null
	jamf_device race-a "$(cat "$WORK/race.challenge")" >"$WORK/race-a.log" 2>&1 &
	jamf_device race-b "$(cat "$WORK/race.challenge")" >"$WORK/race-b.log" 2>&1 &
	wait
	is "Jamf, two devices with one challenge: one certificate" "$(e2e_issued)" $((before + 1))
	is "Jamf, two devices with one challenge: one of them has it" "$(cat "$WORK"/race-[ab].crt | grep -c 'BEGIN CERT')" 1
}

simulate_jamf()
{
	jamf_enrols json-header header json "$(jamf_json)"
	jamf_enrols json-basic basic json "$(jamf_json)"
	jamf_enrols xml-header header xml "$(jamf_xml)"
	jamf_enrols xml-basic basic xml "$(jamf_xml)"
	like "Jamf: what it said is kept for the audit" "$(e2e_sql "SELECT string_agg(context::text, ' ') FROM scepgate.challenge")" 'jamf-device-4711.*jamf-device-4712'
	jamf_redistributes
	jamf_as_proxy
	jamf_faults
	jamf_challenge_faults
}
