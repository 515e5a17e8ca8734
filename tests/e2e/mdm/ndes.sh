# Programs that read the NDES page: six ways to decode and to cut, on three pages (with a challenge, full, forbidden) in three encodings. And what it takes to
# be found where only the name of a host can be set.

# What a way finds on a page with a challenge: it, or not. No way finds one where there is none.
NDES_WAYS='fleet python powershell junos dotnet count'
declare -A NDES_MISSES=([utf-8]='python powershell' [utf-16le]='junos' [utf-16le-bom]='')

ndes_token()
{
	cat "$SANDBOX/etc/token-ndes"
}

# ndes_scrape WAY FILE: what that way makes of the page. The media type that came with it is in FILE.type.
ndes_scrape()
{
	local option=()
	case $1 in
	dotnet) option=("$(cat "$2.type")") ;;
	count) option=(32 "$(cat "$2.type")") ;;
	esac
	"$SCEPGATE_SRCDIR/tests/e2e/mdm/scrape.pl" "$1" "${option[@]}" <"$2"
}

# ndes_get FILE [OPTION...]: the page of corp/ndes; prints the status.
ndes_get()
{
	local out=$1 answer
	shift
	answer=$(mdm_call "$out" "$@" "$BASE/scep/corp/ndes/certsrv/mscep_admin/")
	printf '%s\n' "${answer#* }" >"$out.type"
	printf '%s' "${answer%% *}"
}

# ndes_octets FILE: how the page begins, as the encodings differ.
ndes_begins()
{
	head -c 4 "$1" | od -An -tx1 | tr -d ' \n'
}

ndes_with_challenge()
{
	local encoding=$1 page=$WORK/$1 way challenge cn=$1.ndes.example.org
	is "NDES, $encoding: the page" "$(ndes_get "$page" -u "ndes:$(ndes_token)")" 200
	like "NDES, $encoding: media type and charset" "$(cat "$page.type")" "^text/html; ?charset=\"?${2}\"?\$"
	is "NDES, $encoding: its first octets" "$(ndes_begins "$page")" "$3"
	like "NDES, $encoding: nobody may keep it" "$(tr '[:upper:]' '[:lower:]' <"$page.head")" 'cache-control: [^'$'\n'']*no-store'
	challenge=$(ndes_scrape fleet "$page")
	like "NDES, $encoding: there is a challenge" "$challenge" '^[0-9A-F]{32}$'
	for way in $NDES_WAYS; do
		if [[ " ${NDES_MISSES[$encoding]} " == *" $way "* ]]; then
			like "NDES, $encoding: $way cannot read it, as with Microsoft's" "$(ndes_scrape "$way" "$page")" '^(nothing|undecodable)$'
		else
			is "NDES, $encoding: $way finds it" "$(ndes_scrape "$way" "$page")" "$challenge"
		fi
	done
	mdm_profile "$page" "$BASE/scep/corp/ndes/pkiclient.exe" "$challenge" "$cn" C=CH O=Example "CN=$cn"
	ok "NDES, $encoding: a device enrols with it" mdm_device "$page"
	certificate_matches "$page" "NDES, $encoding" "$cn" "DNS:$cn"
}

# ndes_without NAME ENCODING USER FLEET: a page without a challenge. Fleet tells by its words why.
ndes_without()
{
	local page=$WORK/$2-$1 way before
	before=$(mdm_minted ndes)
	is "NDES, $2, $1: the page" "$(ndes_get "$page" -u "$3")" 200
	for way in $NDES_WAYS; do
		[ "$way" = fleet ] || like "NDES, $2, $1: $way finds nothing" "$(ndes_scrape "$way" "$page")" '^(nothing|undecodable)$'
	done
	is "NDES, $2, $1: Fleet is told why" "$(ndes_scrape fleet "$page")" "$4"
	is "NDES, $2, $1: nothing is minted" "$(mdm_minted ndes)" "$before"
}

# ndes_encoding NAME CHARSET OCTETS: the endpoint allows one challenge at a time.
ndes_encoding()
{
	local before
	ok "NDES, $1: the setting" scepadm endpoint alter corp/ndes --challenge-page-encoding "$1"
	ndes_with_challenge "$@"
	is "NDES, $1: one more challenge, which fills the endpoint" "$(ndes_get "$WORK/fill" -u "ndes:$(ndes_token)")" 200
	ndes_without full "$1" "ndes:$(ndes_token)" full
	ndes_without forbidden "$1" "jamf:$(mdm_token jamf)" forbidden
	e2e_sql "UPDATE scepgate.challenge SET expires_at = clock_timestamp() WHERE uses_left > 0 AND endpoint_id = (SELECT e.id FROM scepgate.endpoint e
		JOIN scepgate.profile p ON p.id = e.profile_id WHERE p.name = 'ndes')"
	before=$(mdm_minted ndes)
	is "NDES, $1, HEAD: no challenge is minted that nobody sees" "$(ndes_get "$WORK/head" -I -u "ndes:$(ndes_token)" >/dev/null; mdm_minted ndes)" "$before"
	is "NDES, $1, POST: 405" "$(ndes_get "$WORK/post" -d '' -u "ndes:$(ndes_token)")" 405
	is "NDES, $1, POST: nothing is minted" "$(mdm_minted ndes)" "$before"
	is "NDES, $1, without credentials: 401" "$(ndes_get "$WORK/stranger")" 401
	unlike "NDES, $1, without credentials: not a word of a challenge" "$(tr -d '\0' <"$WORK/stranger")" 'challenge password is'
}

# Ivanti's LDMS and PAN-OS know a host and Microsoft's paths alone, in any case of letters.
ndes_at_the_root()
{
	local path page=$WORK/root url=$BASE/certsrv/mscep/mscep.dll/pkiclient.exe cn=root.ndes.example.org
	for path in /certsrv/mscep_admin /certsrv/mscep_admin/ /CertSrv/mscep_admin/; do
		is "NDES at the root: $path" "$(mdm_call "$page" -u "CORP\\ndes:$(ndes_token)" "$BASE$path" | cut -c 1-13)" '200 text/html'
	done
	mdm_profile "$page" "$url" "$("$SCEPGATE_SRCDIR/tests/e2e/mdm/scrape.pl" fleet <"$page")" "$cn" C=CH O=Example "CN=$cn"
	ok "NDES at the root: a device enrols at Microsoft's path" mdm_device "$page"
	certificate_matches "$page" "NDES at the root" "$cn" "DNS:$cn"
}

simulate_ndes()
{
	ok "NDES: the endpoint" mdm_endpoint ndes --challenge-max-pending 1
	ok "NDES: its token" mdm_token_create ndes corp/ndes,corp/devices
	e2e_ra_pem corp ndes >"$WORK/ra.pem"
	local RA_CERT=$WORK/ra.pem
	ndes_encoding utf-16le-bom 'utf-16(le)?' fffe3c00
	ndes_encoding utf-16le 'utf-16(le)?' 3c004800
	ndes_encoding utf-8 utf-8 3c48544d
	RA_CERT=$SANDBOX/ra.pem ndes_at_the_root
}
