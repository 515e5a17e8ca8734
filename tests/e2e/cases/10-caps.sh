# GetCACaps (RFC 8894 section 3.5.2): what the endpoint's settings allow, one keyword a line.

case_run()
{
	local body head keyword target
	body=$(curl -sS -D "$WORK/head" "$URL?operation=GetCACaps")
	head=$(tr -d '\r' <"$WORK/head")
	like "GetCACaps answers 200" "$head" '^HTTP/1\.[01] 200'
	like "GetCACaps is text/plain without a parameter" "$head"$'\n' $'\n[Cc]ontent-[Tt]ype: text/plain\n'
	for keyword in AES DES3 POSTPKIOperation Renewal SCEPStandard SHA-1 SHA-256 SHA-384 SHA-512; do
		like "GetCACaps lists $keyword" $'\n'"$body"$'\n' $'\n'"$keyword"$'\n'
	done
	unlike "GetCACaps has no empty line (strongSwan takes one for every keyword)" "$body" $'\n\n'
	ok "GetCACaps stays below 1024 bytes (certmonger refuses more)" test ${#body} -lt 1024

	is "a CA identifier in message= changes nothing" "$(curl -sS "$URL?operation=GetCACaps&message=anything")" "$body"
	is "HTTP/1.0 gets the same" "$(curl -sS -0 "$URL?operation=GetCACaps")" "$body"
	is "HTTP/1.0 without a Host gets the same" "$(curl -sS -0 -H 'Host:' "$URL?operation=GetCACaps")" "$body"
	for target in /scep/corp/devices /scep/corp/devices/ /scep/corp/devices/pkiclient.exe /scep/corp/devices/scep/cgi-bin/pkiclient.exe \
		/scep/applications/corp/profiles/devices/pkiclient.exe; do
		is "$target is the endpoint too" "$(curl -sS "$BASE$target?operation=GetCACaps")" "$body"
	done
	for target in /cgi-bin/pkiclient.exe /certsrv/mscep/mscep.dll /certsrv/mscep/mscep.dll/pkiclient.exe /certsrv/mscep/ /CertSrv/mscep/mscep.dll; do
		is "$target is the default endpoint" "$(curl -sS "$BASE$target?operation=GetCACaps")" "$body"
	done
}
