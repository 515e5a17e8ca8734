# Our own client with its switches.

scepcli_row()
{
	local name=$1 out=$WORK/$1
	shift
	ok "scepcli, $name: enrols" scepcli enroll "$URL" --subject "CN=$name.cli.example.org,O=Example" --san "dns:$name.cli.example.org" --challenge-file "$WORK/challenge" \
		--key-out "$out.key" --out "$out.crt" "$@"
	certificate_matches "$out" "scepcli, $name" "$name.cli.example.org" "DNS:$name.cli.example.org"
}

case_run()
{
	local output
	printf '%s\n' "$CHALLENGE" >"$WORK/challenge"
	scepcli_row plain
	scepcli_row get --get
	scepcli_row post --post
	scepcli_row ber --ber
	scepcli_row aes256-sha512 --cipher aes256-cbc --digest sha512
	output=$(scepcli caps "$URL" 2>/dev/null)
	like "scepcli caps prints the capabilities" "$output" 'POSTPKIOperation'
	output=$(scepcli cacert "$URL" --out "$WORK/all.pem" 2>/dev/null)
	like "scepcli cacert prints fingerprints" "$output" "$(openssl x509 -in "$CA_CERT" -noout -fingerprint -sha256 | sed 's/^.*=//')"
	is "scepcli cacert writes both certificates" "$(grep -c BEGIN "$WORK/all.pem")" 2
	printf 'wrong challenge\n' >"$WORK/wrong-challenge"
	e2e_issues_nothing "scepcli with a wrong challenge" scepcli enroll "$URL" --subject CN=wrong.cli.example.org --challenge-file "$WORK/wrong-challenge" \
		--key-out "$WORK/wrong.key" --out "$WORK/wrong.crt"
}
