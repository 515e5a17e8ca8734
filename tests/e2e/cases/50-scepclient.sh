# micromdm's scepclient encrypts with single DES, whatever the server says: refused by default, enrolled where the endpoint names des-cbc.

case_run()
{
	local output
	e2e_issues_nothing "scepclient at an endpoint without single DES" client_scepclient "$URL" "$WORK/refused" des.example.org '' "$CHALLENGE"
	output=$(client_scepclient "$URL" "$WORK/again" des.example.org '' "$CHALLENGE" 2>&1)
	like "scepclient is told HTTP status 400" "$output" '400'

	ok "scepclient enrols where des-cbc is allowed" client_scepclient "$BASE/scep/corp/legacy/pkiclient.exe" "$WORK/des" des.example.org '' "$LEGACY_CHALLENGE"
	certificate_matches "$WORK/des" scepclient des.example.org ''

	# The text of the refusal, which the client does not print.
	hand_csr "$WORK/hand" des-hand.example.org '' "$CHALLENGE" && hand_envelope "$WORK/hand" -des -provider legacy -provider default && hand_sign "$WORK/hand" --digest sha1
	is "single DES is refused with 400" "$(hand_post "$URL" "$WORK/hand.msg" "$WORK/hand.rep")" '400 text/plain'
	like "the refusal names the cipher's OID" "$(cat "$WORK/hand.rep")" '1\.3\.14\.3\.2\.7'
}
