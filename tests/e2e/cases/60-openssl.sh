# Messages made by hand with openssl cms, and an outer SignedData by tests/support/pkimessage.pl.

# hand_row NAME ENVELOPE-OPTIONS SIGN-OPTIONS
hand_row()
{
	local out=$WORK/$1 cn=$1.hand.example.org
	hand_csr "$out" "$cn" "$cn" "$CHALLENGE" && hand_envelope "$out" $2 && hand_sign "$out" $3
	ok "openssl, $1: enrols" hand_enrol "$URL" "$out"
	certificate_matches "$out" "openssl, $1" "$cn" "DNS:$cn"
}

case_run()
{
	local answer out=$WORK/get
	hand_row aes128 '-aes128' ''
	hand_row aes256-sha512 '-aes256' '--digest sha512'
	hand_row aes192-sha384 '-aes192' '--digest sha384'
	hand_row des3-sha1 '-des3' '--digest sha1'
	hand_row stream '-aes256 -stream' ''
	hand_row keyid '-aes128 -keyid' ''
	hand_row stream-keyid-ber '-aes256 -stream -keyid' '--ber --digest sha512'
	hand_row ber '-aes128' '--ber'

	hand_message "$out" get.hand.example.org get.hand.example.org "$CHALLENGE"
	answer=$(hand_get "$URL" "$out.msg" "$out.rep")
	is "openssl, GET: CertRep" "$answer" '200 application/x-pki-message'
	is "openssl, GET: SUCCESS" "$(reply_status "$out.rep")" 0
	reply_certificates "$out.rep" "$out" >"$out.crt"
	certificate_matches "$out" "openssl, GET" get.hand.example.org DNS:get.hand.example.org
	is "the reply carries the issued certificate alone" "$(grep -c BEGIN "$out.crt")" 1
	is "the reply names the request's transaction" "$(reply_attribute "$out.rep" 2.16.840.1.113733.1.9.7)" "$(reply_attribute "$out.msg" 2.16.840.1.113733.1.9.7)"
	is "the reply's recipientNonce is the request's senderNonce" "$(reply_attribute "$out.rep" 2.16.840.1.113733.1.9.6 | sed 's/^.*\]://')" \
		"$(reply_attribute "$out.msg" 2.16.840.1.113733.1.9.5 | sed 's/^.*\]://')"
	is "the reply is a CertRep" "$(reply_attribute "$out.rep" 2.16.840.1.113733.1.9.2)" 3
	like "the audit log has a row for it" "$(e2e_sql "SELECT count(*) FROM scepgate.certificates WHERE subject LIKE '%get.hand.example.org%'")" '^1$'
}
