# Fleet: its type Smallstep asks as Jamf does, with the time in seconds; its type NDES reads the page, first without credentials; and the devices reach the
# server through Fleet, under a path in which commas are escaped.

fleet_json()
{
	printf '{"webhook":{"webhookEvent":"SCEPChallenge","eventTimestamp":%s,"id":1,"name":"SCEPChallenge"},"event":{"scepServerUrl":"%s","payloadIdentifier":"%s",' \
		"$(date +%s)" "$MDM_URL" "$1"
	printf '"payloadTypes":["com.apple.security.scep"]}}'
}

# fleet_profile OUT URL CHALLENGE: what Fleet must find again in the certificate stands in an OU.
fleet_profile()
{
	local cn=${1##*/}.fleet.example.org
	mdm_profile "$1" "$2" "$3" "$cn" C=CH O=Example "OU=fleet-$(sha256sum <<<"$cn" | cut -c 1-32)" "CN=$cn"
}

# fleet_enrols NAME URL
fleet_enrols()
{
	local out=$WORK/$1 cn=$1.fleet.example.org
	fleet_profile "$out" "$2" "$(cat "$out.challenge")"
	ok "Fleet, $1: the device enrols" mdm_device "$out"
	certificate_matches "$out" "Fleet, $1" "$cn" "DNS:$cn"
	like "Fleet, $1: the identifier for its renewal is in the subject" "$(openssl x509 -in "$out.crt" -noout -subject -nameopt RFC2253)" 'OU=fleet-[0-9a-f]{32}'
}

fleet_smallstep()
{
	local out=$WORK/smallstep
	mdm_is_challenge "Fleet, smallstep" "$(mdm_call "$out.challenge" -u "fleet:$(mdm_token fleet)" -A Go-http-client/1.1 -H 'Content-Type: application/json' \
		--data-binary "$(fleet_json "$(cat /proc/sys/kernel/random/uuid)")" "$MDM_MINT")" "$out.challenge"
	fleet_enrols smallstep "$MDM_URL"
}

# It asks without credentials, looks at what the 401 offers, and then gives them; once for each device.
fleet_ndes()
{
	local out=$WORK/ndes before
	before=$(mdm_minted)
	is "Fleet, ndes: the page, after a 401" "$(mdm_call "$out" --anyauth -u "fleet:$(mdm_token fleet)" -A Go-http-client/1.1 "$MDM_PAGE" | cut -d ' ' -f 1,2 | tr -d ';')" '200 text/html'
	is "Fleet, ndes: there was a 401 first" "$(tr -d '\r' <"$out.head" | sed -n 's|^HTTP/1.1 \([0-9]*\).*|\1|p' | paste -sd' ')" '401 200'
	is "Fleet, ndes: one challenge is minted" "$(mdm_minted)" $((before + 1))
	"$SCEPGATE_SRCDIR/tests/e2e/mdm/scrape.pl" fleet <"$out" | tr -d '\n' >"$out.challenge"
	like "Fleet, ndes: it finds the challenge" "$(cat "$out.challenge")" '^[0-9A-F]{32}$'
	fleet_enrols ndes "$MDM_URL"
	mdm_mints_nothing "Fleet, ndes, wrong password" 401 mdm mdm_call "$out" --anyauth -u 'fleet:sgt_0000' "$MDM_PAGE"
}

# Host, profile, name of the CA and challenge, with escaped commas: Fleet's own affair, as long as the server answers.
fleet_proxies()
{
	local out=$WORK/proxied url path
	path="/mdm/scep/proxy/$(cat /proc/sys/kernel/random/uuid)%2C$(cat /proc/sys/kernel/random/uuid)%2CEXAMPLE%2C$(openssl rand -hex 8)"
	url=$(mdm_relay "$path" 'Go-http-client/1.1')
	is "Fleet, saved settings: GetCACert holds certificates" "$(curl -sS "$url?operation=GetCACert" | openssl pkcs7 -inform DER -print_certs 2>/dev/null | grep -c BEGIN)" 2
	mdm_call "$out.challenge" -u "fleet:$(mdm_token fleet)" -H 'Content-Type: application/json' --data-binary "$(fleet_json proxied)" "$MDM_MINT" >/dev/null
	fleet_enrols proxied "$url"
	like "Fleet, proxied: all of it came through Fleet" "$(sort -u "$WORK/relay.log" | paste -sd' ')" 'GetCACaps 200 GetCACert 200 PKIOperation 200'
	is "Fleet, proxied: another path is none" "$(curl -sS -o /dev/null -w '%{http_code}' "${url//%2C/,}?operation=GetCACaps")" 404
	mdm_relay_stop
}

simulate_fleet()
{
	fleet_smallstep
	fleet_ndes
	fleet_proxies
}
