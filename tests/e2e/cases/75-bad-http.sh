# What is wrong before there is a pkiMessage: each a clear HTTP error, nothing issued, the workers alive.

# http_row NAME EXPECTED-STATUS curl-arguments...
http_row()
{
	local name=$1 expected=$2 status
	shift 2
	status=$(curl -sS --max-time 60 -o "$WORK/body" -D "$WORK/head" -w '%{http_code}' -H 'Expect:' "$@" 2>"$WORK/curl")
	is "$name: $expected" "$status" "$expected"
}

case_run()
{
	local before
	before=$(e2e_issued)
	: >"$WORK/empty"
	head -c 65536 /dev/zero >"$WORK/64k"
	head -c 65537 /dev/zero >"$WORK/64k+1"
	head -c 3000 /dev/urandom >"$WORK/random"
	http_row "empty body" 400 --data-binary "@$WORK/empty" "$URL?operation=PKIOperation"
	http_row "64 KiB of zeros" 400 --data-binary "@$WORK/64k" "$URL?operation=PKIOperation"
	http_row "64 KiB and one byte" 413 --data-binary "@$WORK/64k+1" "$URL?operation=PKIOperation"
	http_row "random octets" 400 --data-binary "@$WORK/random" "$URL?operation=PKIOperation"
	http_row "base64 where octets belong" 400 --data-binary "$(openssl base64 -A -in "$WORK/random")" "$URL?operation=PKIOperation"
	http_row "GET with characters that are no base64" 400 "$URL?operation=PKIOperation&message=%21%21%21%21"
	http_row "GET with base64 of nothing sensible" 400 "$URL?operation=PKIOperation&message=AAAA"
	http_row "GET with half a base64 group" 400 "$URL?operation=PKIOperation&message=A"
	http_row "GET with a broken percent escape" 400 "$URL?operation=PKIOperation&message=%4"
	http_row "GET with an empty message" 400 "$URL?operation=PKIOperation&message="
	http_row "GET without a message" 400 "$URL?operation=PKIOperation"
	http_row "GET with 30 KiB of base64" 400 "$URL?operation=PKIOperation&message=$(head -c 22500 /dev/zero | openssl base64 -A | sed 's/=//g')"
	http_row "unknown operation" 400 "$URL?operation=GetCACrap"
	http_row "no operation" 400 "$URL"
	http_row "unknown application" 404 "$BASE/scep/nobody/devices/pkiclient.exe?operation=GetCACaps"
	http_row "unknown profile" 404 "$BASE/scep/corp/nothing/pkiclient.exe?operation=GetCACaps"
	http_row "POST to an unknown endpoint" 404 --data-binary "@$WORK/random" "$BASE/scep/nobody/devices?operation=PKIOperation"
	http_row "an application alone" 404 "$BASE/scep/corp?operation=GetCACaps"
	http_row "path that climbs" 404 --path-as-is "$BASE/scep/corp/%2e%2e/devices?operation=GetCACaps"
	http_row "PUT" 405 -X PUT --data-binary "@$WORK/random" "$URL?operation=PKIOperation"
	like "405 says what is allowed" "$(cat "$WORK/head")" '[Aa]llow: GET, HEAD, POST'
	http_row "DELETE" 405 -X DELETE "$URL?operation=GetCACaps"
	http_row "no next CA certificate" 404 "$URL?operation=GetNextCACert"
	http_row "HEAD" 200 -I "$URL?operation=GetCACaps"
	http_row "400 is text" 400 "$URL?operation=GetCACrap"
	like "an error is text/plain" "$(cat "$WORK/head")" '[Cc]ontent-[Tt]ype: text/plain'
	like "an error has a sentence" "$(cat "$WORK/body")" 'operation'
	is "bad HTTP issued nothing" "$(e2e_issued)" "$before"
	e2e_is_alive "after bad HTTP"
}
