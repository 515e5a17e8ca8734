# GetCACert (RFC 8894 section 3.5.1): RA certificate first, then the CA; exact media types.

fingerprints()
{
	# Certificates of a PEM stream, one SHA-256 fingerprint a line, in their order.
	awk -v folder="$WORK" '/BEGIN CERT/ { n++ } n { print > (folder "/split." n ".pem") } END { print n + 0 }' >"$WORK/count"
	local i
	for i in $(seq "$(cat "$WORK/count")"); do
		openssl x509 -in "$WORK/split.$i.pem" -noout -fingerprint -sha256
		rm "$WORK/split.$i.pem"
	done
}

case_run()
{
	local answer expected
	expected=$(cat "$RA_CERT" "$CA_CERT" | fingerprints)
	answer=$(curl -sS -o "$WORK/ca.p7" -w '%{http_code} %{content_type}' "$URL?operation=GetCACert")
	is "GetCACert answers with CA and RA certificates" "$answer" '200 application/x-x509-ca-ra-cert'
	is "GetCACert is the RA certificate, then the CA's" "$(openssl pkcs7 -inform DER -in "$WORK/ca.p7" -print_certs | fingerprints)" "$expected"
	answer=$(curl -sS -o "$WORK/other.p7" -w '%{http_code}' "$URL?operation=GetCACert&message=7")
	is "GetCACert with an index answers 200 (certmonger counts up)" "$answer" 200
	ok "GetCACert with an index has the same bytes" cmp "$WORK/ca.p7" "$WORK/other.p7"

	answer=$(curl -sS -o "$WORK/alone.p7" -w '%{http_code} %{content_type}' "$BASE/scep/corp/chainless/pkiclient.exe?operation=GetCACert")
	is "without the chain GetCACert answers too" "$answer" '200 application/x-x509-ca-ra-cert'
	is "without the chain that is the RA certificate alone" "$(openssl pkcs7 -inform DER -in "$WORK/alone.p7" -print_certs | fingerprints)" \
		"$(e2e_ra_pem corp chainless | fingerprints)"

	ok "the RA certificate chains to the CA" openssl verify -x509_strict -CAfile "$CA_CERT" "$RA_CERT"
	like "the RA certificate signs and decrypts" "$(openssl x509 -in "$RA_CERT" -noout -ext keyUsage)" 'Digital Signature, Key Encipherment'

	ok "strongSwan's pki --scepca takes it" pki --scepca --url "$URL" --caout "$WORK/ss-ca.pem" --raout "$WORK/ss-ra.pem" --outform pem
	is "pki --scepca finds the CA" "$(openssl x509 -in "$WORK/ss-ca.pem" -noout -fingerprint -sha256)" "$(openssl x509 -in "$CA_CERT" -noout -fingerprint -sha256)"
	is "pki --scepca finds the RA" "$(openssl x509 -in "$WORK/ss-ra.pem" -noout -fingerprint -sha256)" "$(openssl x509 -in "$RA_CERT" -noout -fingerprint -sha256)"
}
