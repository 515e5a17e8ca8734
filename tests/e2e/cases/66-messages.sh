# Every other message with our own client: PENDING and CertPoll, GetCert, GetCRL, GetNextCACert, and a reply under the challenge, which openssl opens too.

# An endpoint of the case's own: approval by an operator, and replies to keys that cannot decrypt.
messages_endpoint()
{
	scepadm profile create manual --ca "$1" --policy "$2" && scepadm endpoint attach corp/manual --approval always --password-recipient yes &&
		scepadm challenge set corp/manual --challenge-file "$SANDBOX/etc/challenge"
}

messages_pending()
{
	local url=$BASE/scep/corp/manual before id
	before=$(e2e_issued)
	scepcli enroll "$url" --subject CN=waits.example.org,O=Example --challenge-file "$WORK/challenge" --key-out "$WORK/waits.key" --out "$WORK/waits.crt" \
		--state "$WORK/state" >"$WORK/output" 2>&1
	is "scepcli: a request that waits ends with status 5" $? 5
	is "scepcli: nothing is issued while it waits" "$(e2e_issued)" "$before"
	scepcli poll "$url" --state "$WORK/state" --out "$WORK/waits.crt" >"$WORK/output" 2>&1
	is "scepcli poll: still pending" $? 5
	id=$(e2e_sql "SELECT id FROM scepgate.transactions WHERE state = 'pending' AND subject LIKE '%waits.example.org%'")
	ok "scepadm request approve" scepadm request approve "$id"
	ok "scepcli poll: gets the certificate" scepcli poll "$url" --state "$WORK/state" --out "$WORK/waits.crt"
	certificate_matches "$WORK/waits" "scepcli poll" waits.example.org ''
	is "scepcli poll: one certificate is issued" "$(e2e_issued)" $((before + 1))
}

messages_denied()
{
	local url=$BASE/scep/corp/manual id
	scepcli enroll "$url" --subject CN=denied.example.org,O=Example --challenge-file "$WORK/challenge" --key-out "$WORK/denied.key" --out "$WORK/denied.crt" \
		--state "$WORK/denied" >"$WORK/output" 2>&1
	id=$(e2e_sql "SELECT id FROM scepgate.transactions WHERE state = 'pending' AND subject LIKE '%denied.example.org%'")
	ok "scepadm request deny" scepadm request deny "$id" --reason 'not one of ours'
	e2e_issues_nothing "scepcli poll, denied" scepcli poll "$url" --state "$WORK/denied" --out "$WORK/denied.crt"
	like "scepcli poll: the reason reaches the device" "$(cat "$WORK/output")" 'not one of ours'
}

messages_lookup()
{
	local serial
	ok "scepcli: enrols" scepcli enroll "$URL" --subject CN=holder.example.org,O=Example --challenge-file "$WORK/challenge" --key-out "$WORK/holder.key" --out "$WORK/holder.crt"
	serial=$(openssl x509 -in "$WORK/holder.crt" -noout -serial | sed 's/^.*=//')
	ok "scepcli getcert" scepcli getcert "$URL" --cert "$WORK/holder.crt" --key "$WORK/holder.key" --serial "$serial" --out "$WORK/again.crt"
	is "scepcli getcert: the same certificate" "$(openssl x509 -in "$WORK/again.crt" -outform DER | sha256sum)" "$(openssl x509 -in "$WORK/holder.crt" -outform DER | sha256sum)"
	e2e_issues_nothing "scepcli getcert, unknown serial number" scepcli getcert "$URL" --cert "$WORK/holder.crt" --key "$WORK/holder.key" --serial 1234 --out "$WORK/none.crt"
	like "scepcli getcert: badCertId" "$(cat "$WORK/output")" badCertId
	ok "scepadm crl publish" scepadm crl publish "$1"
	ok "scepcli getcrl" scepcli getcrl "$URL" --cert "$WORK/holder.crt" --key "$WORK/holder.key" --out "$WORK/crl.pem"
	ok "scepcli getcrl: openssl verifies the CRL" openssl crl -in "$WORK/crl.pem" -CAfile "$CA_CERT" -noout -verify
	ok "scepadm ca next-create" scepadm ca next-create "$1"
	like "GetCACaps advertises GetNextCACert" "$(curl -sS "$URL?operation=GetCACaps")" GetNextCACert
	ok "scepcli nextca" scepcli nextca "$URL" --ca-file "$CA_CERT" --out "$WORK/next.pem"
	is "scepcli nextca: the CA's name" "$(openssl x509 -in "$WORK/next.pem" -noout -subject)" "$(openssl x509 -in "$CA_CERT" -noout -subject)"
	ok "scepcli nextca: another key" test "$(openssl x509 -in "$WORK/next.pem" -noout -pubkey)" != "$(openssl x509 -in "$CA_CERT" -noout -pubkey)"
	ok "scepadm ca next-remove" scepadm ca next-remove "$1" --yes
}

messages_password()
{
	local url=$BASE/scep/corp/manual
	ok "scepadm endpoint alter: no approval" scepadm endpoint alter corp/manual --approval none
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$WORK/ec.key" 2>/dev/null
	openssl req -x509 -new -key "$WORK/ec.key" -subj /CN=ec.example.org -days 2 -out "$WORK/ec.self"
	ok "scepcli: enrols with an EC key that signs the message itself" scepcli enroll "$url" --subject CN=ec.example.org,O=Example --key "$WORK/ec.key" \
		--signer-key "$WORK/ec.key" --signer-cert "$WORK/ec.self" --challenge-file "$WORK/challenge" --out "$WORK/ec.crt" --save-reply "$WORK/ec.reply"
	is "EC: public key" "$(openssl x509 -in "$WORK/ec.crt" -noout -pubkey)" "$(openssl pkey -in "$WORK/ec.key" -pubout)"
	ok "EC: chain" openssl verify -x509_strict -CAfile "$CA_CERT" "$WORK/ec.crt"
	openssl cms -verify -noverify -inform DER -in "$WORK/ec.reply" -out "$WORK/ec.envelope" 2>/dev/null
	ok "EC: openssl opens the reply with the challenge" openssl cms -decrypt -inform DER -in "$WORK/ec.envelope" -pwri_password "$CHALLENGE" -out "$WORK/ec.content"
	like "EC: and finds the certificate in it" "$(openssl pkcs7 -inform DER -in "$WORK/ec.content" -print_certs 2>/dev/null)" 'ec\.example\.org'
	e2e_issues_nothing "an EC signer at an endpoint that does not allow it" scepcli enroll "$URL" --subject CN=ec2.example.org,O=Example --key "$WORK/ec.key" \
		--signer-key "$WORK/ec.key" --signer-cert "$WORK/ec.self" --challenge-file "$WORK/challenge" --out "$WORK/ec2.crt"
	like "EC: badAlg" "$(cat "$WORK/output")" badAlg
}

case_run()
{
	local ca
	ca=$(e2e_sql 'SELECT name FROM scepgate.ca ORDER BY id LIMIT 1')
	printf '%s\n' "$CHALLENGE" >"$WORK/challenge"
	ok "the endpoint corp/manual" messages_endpoint "$ca" "$(e2e_sql 'SELECT name FROM scepgate.policy ORDER BY id LIMIT 1')"
	messages_pending
	messages_denied
	messages_lookup "$ca"
	messages_password
}
