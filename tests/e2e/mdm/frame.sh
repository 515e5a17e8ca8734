# Simulated MDMs: what stands between a device's administrator and the SCEP server. Each asks for a challenge in its own manner, drops it into a
# profile as it pushes it to a device, and a SCEP client that others wrote reads the profile and enrols. A file of this folder is an MDM, with a
# function of the file's name that is made of assertions. Source after tests/support/e2e.sh.
#
#	MDM_URL MDM_MINT MDM_PAGE     the endpoint corp/mdm: SCEP, challenges by POST, the NDES page; its challenges are dynamic ones
#	mdm_token NAME                the API token of that name, which is for corp/mdm
#	WORK                          a folder of the simulator's own

mdm_token()
{
	cat "$SANDBOX/etc/token-$1"
}

# mdm_token_create NAME ENDPOINTS
mdm_token_create()
{
	(umask 077 && scepadm token create "$1" --endpoints "$2" >"$SANDBOX/etc/token-$1")
}

# mdm_endpoint NAME [OPTION...]: one more endpoint with dynamic challenges.
mdm_endpoint()
{
	local name=$1
	shift
	scepadm profile create "$name" --ca "$(e2e_sql 'SELECT name FROM scepgate.ca')" --policy "$(e2e_sql 'SELECT name FROM scepgate.policy')" &&
		scepadm endpoint attach "corp/$name" --challenge-mode dynamic "$@"
}

# How many challenges there are of an endpoint's profile, spent and expired ones too.
mdm_minted()
{
	e2e_sql "SELECT count(*) FROM scepgate.challenge c JOIN scepgate.endpoint e ON e.id = c.endpoint_id JOIN scepgate.profile p ON p.id = e.profile_id
		WHERE p.name = '${1:-mdm}'"
}

# mdm_events EVENT: how many of them are in the audit log.
mdm_events()
{
	e2e_sql "SELECT count(*) FROM scepgate.audit_event WHERE event = '$1'"
}

# mdm_call OUT OPTION...: one request of an MDM; the body goes to OUT, the header to OUT.head; prints "STATUS MEDIA-TYPE".
mdm_call()
{
	local out=$1
	shift
	curl -sS --max-time 60 -H 'Expect:' -D "$out.head" -o "$out" -w '%{http_code} %{content_type}' "$@"
}

# mdm_is_challenge NAME ANSWER FILE: a bare challenge and not an octet more, which nobody may keep.
mdm_is_challenge()
{
	is "$1: answered by plain text" "$2" '200 text/plain' || { tap_show "$3" 3; return; }
	like "$1: the body is 32 hexadecimal digits" "$(cat "$3")" '^[0-9A-F]{32}$'
	is "$1: and no octet more, no line feed either" "$(wc -c <"$3")" 32
	like "$1: nobody may keep it" "$(tr '[:upper:]' '[:lower:]' <"$3.head")" 'cache-control: [^'$'\n'']*no-store'
}

# mdm_mints_nothing NAME STATUS PROFILE COMMAND...: the answer is text with that status, and no challenge is made.
mdm_mints_nothing()
{
	local name=$1 status=$2 profile=$3 before
	shift 3
	before=$(mdm_minted "$profile")
	is "$name: $status" "$("$@")" "$status text/plain"
	is "$name: nothing is minted" "$(mdm_minted "$profile")" "$before"
}

# --- the device ----------------------------------------------------------------------------------------------------------------

# mdm_profile OUT URL CHALLENGE DNS ATTRIBUTE...: OUT.mobileconfig, as an MDM pushes it. An attribute is TYPE=VALUE.
mdm_profile()
{
	local out=$1 url=$2 challenge=$3 dns=$4 attribute
	shift 4
	{
		printf '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
		printf '<plist version="1.0"><dict>\n<key>PayloadType</key><string>Configuration</string>\n<key>PayloadContent</key><array><dict>\n'
		printf '<key>PayloadType</key><string>com.apple.security.scep</string>\n<key>PayloadContent</key><dict>\n<key>URL</key><string>%s</string>\n' "$url"
		printf '<key>Challenge</key><string>%s</string>\n<key>Keysize</key><integer>2048</integer>\n<key>Key Type</key><string>RSA</string>\n' "$challenge"
		printf '<key>Key Usage</key><integer>5</integer>\n<key>Subject</key><array>\n'
		for attribute in "$@"; do
			printf '<array><array><string>%s</string><string>%s</string></array></array>\n' "${attribute%%=*}" "${attribute#*=}"
		done
		printf '</array>\n<key>SubjectAltName</key><dict><key>dNSName</key><string>%s</string></dict>\n' "$dns"
		printf '</dict></dict></array></dict></plist>\n'
	} >"$out.mobileconfig"
}

# mdm_field FILE KEY: the string of that key in a profile.
mdm_field()
{
	sed -n "s|^.*<key>$2</key><string>\\([^<]*\\)</string>.*\$|\\1|p" "$1"
}

# mdm_device OUT [OPTION...]: reads OUT.mobileconfig and does what it says, with strongSwan's client; leaves OUT.key and OUT.crt. The key stays when there
# is one.
mdm_device()
{
	local out=$1 dn
	shift
	[ -s "$out.key.der" ] || { openssl genrsa -out "$out.key" 2048 2>/dev/null && openssl rsa -in "$out.key" -outform DER -out "$out.key.der" 2>/dev/null; } || return
	dn=$(sed -n 's|^<array><array><string>\([^<]*\)</string><string>\([^<]*\)</string>.*$|\1=\2|p' "$out.mobileconfig" | paste -sd, | sed 's/,/, /g')
	pki --scep --url "$(mdm_field "$out.mobileconfig" URL)" --in "$out.key.der" --dn "$dn" --san "$(mdm_field "$out.mobileconfig" dNSName)" \
		--password "$(mdm_field "$out.mobileconfig" Challenge)" --cacert-enc "$RA_CERT" --cacert-sig "$RA_CERT" --cacert "$CA_CERT" \
		--interval 1 --maxpolltime 30 --outform pem "$@" >"$out.crt"
}

# mdm_serial FILE: of FILE.crt.
mdm_serial()
{
	openssl x509 -in "$1.crt" -noout -serial | sed 's/^.*=//'
}

# mdm_authorisation FILE: by what right FILE.crt was issued, and what it renews, as the database has it.
mdm_authorisation()
{
	e2e_sql "SELECT authorisation || coalesce(' of ' || renewal_of, '') FROM scepgate.certificate WHERE encode(serial, 'hex') ILIKE '%$(mdm_serial "$1")'"
}

# --- the MDM as a proxy ----------------------------------------------------------------------------------------------------------

# mdm_relay PATH AGENT: starts one in front of corp/mdm; prints its address.
mdm_relay()
{
	local pid
	pid=$(web_detach "$WORK/relay.out" "$SCEPGATE_SRCDIR/tests/e2e/mdm/relay.pl" "$1" "$MDM_URL" "$2" "$WORK/relay.log")
	echo "$pid" >"$WORK/relay.pid"
	e2e_wait_for 'the relay' grep -q . "$WORK/relay.out" >&2 && echo "http://127.0.0.1:$(cat "$WORK/relay.out")$1"
}

mdm_relay_stop()
{
	kill "$(cat "$WORK/relay.pid")"
}

# --- all of them ----------------------------------------------------------------------------------------------------------------

# The policy of the sandbox, and what MDMs need beyond it: Jamf repeats the name of a profile as a second common name.
mdm_setup()
{
	local name
	mdm_endpoint mdm --challenge-max-pending 1000 --challenge-lifetime-minutes 120 || return
	for name in jamf fleet workspace-one; do
		mdm_token_create "$name" corp/mdm || return
	done
	scepadm policy alter "$(e2e_sql 'SELECT name FROM scepgate.policy')" --several-common-names yes
}

# mdm_run KIND
mdm_run()
{
	local name
	e2e_start "$1"
	mdm_setup >"$SANDBOX/setup.log" 2>&1 || { tap_show "$SANDBOX/setup.log"; tap_bail "the endpoint for MDMs cannot be made"; }
	MDM_URL=$BASE/scep/corp/mdm/pkiclient.exe
	MDM_MINT=$BASE/scep/corp/mdm/challenge
	MDM_PAGE=$BASE/scep/corp/mdm/certsrv/mscep_admin
	RA_CERT=$SANDBOX/ra-mdm.pem
	e2e_ra_pem corp mdm >"$RA_CERT"
	for name in jamf fleet ndes workspace-one; do
		[ -z "${E2E_CASES-}" ] || [[ " $E2E_CASES " == *" $name "* ]] || continue
		WORK=$SANDBOX/work/$name
		mkdir -p "$WORK"
		tap_note "--- $name"
		. "$SCEPGATE_SRCDIR/tests/e2e/mdm/$name.sh"
		"simulate_${name//-/_}"
	done
	e2e_is_alive "after all MDMs"
	e2e_end
}
