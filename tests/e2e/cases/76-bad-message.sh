# Messages that parse and must be refused, by CertRep FAILURE with the fitting failInfo (RFC 8894 section 3.2.1.4.5).

# bad_row NAME FAIL-INFO: OUT.msg is there.
bad_row()
{
	local before
	before=$(e2e_issued)
	e2e_is_refused "$1" "$URL" "$WORK/$1.msg" "$2"
	is "$1: nothing is issued" "$(e2e_issued)" "$before"
}

# syntax_row NAME: 400, no CertRep.
syntax_row()
{
	local before
	before=$(e2e_issued)
	is "$1: 400" "$(hand_post "$URL" "$WORK/$1.msg" "$WORK/$1.rep")" '400 text/plain'
	is "$1: nothing is issued" "$(e2e_issued)" "$before"
}

# The last octet of a file with one bit changed.
flip_last_octet()
{
	perl -0777 -i -pe 'substr($_, -1) = chr(ord(substr $_, -1) ^ 1)' "$1"
}

case_run()
{
	local out name

	out="$WORK/CSR with a wrong signature"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && flip_last_octet "$out.csr" && hand_envelope "$out" && hand_sign "$out"
	bad_row "${out##*/}" 2

	out="$WORK/RSA-1024"
	openssl genrsa -out "$out.key" 1024 2>/dev/null
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out"
	openssl genrsa -out "$WORK/strong.key" 2048 2>/dev/null
	openssl req -x509 -key "$WORK/strong.key" -subj /CN=signer -days 2 -out "$out.self"
	"$SCEPGATE_SRCDIR/tests/support/pkimessage.pl" --envelope "$out.env" --cert "$out.self" --key "$WORK/strong.key" --out "$out.msg"
	bad_row "${out##*/}" 0

	out="$WORK/CA:TRUE in the CSR"
	hand_csr "$out" bad.example.org bad.example.org "$CHALLENGE" basicConstraints=critical,CA:TRUE && hand_envelope "$out" && hand_sign "$out"
	bad_row "${out##*/}" 2

	out="$WORK/keyCertSign in the CSR"
	hand_csr "$out" bad.example.org bad.example.org "$CHALLENGE" keyUsage=critical,keyCertSign && hand_envelope "$out" && hand_sign "$out"
	bad_row "${out##*/}" 2

	out="$WORK/broken signature of the message"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out" && hand_sign "$out" --break-signature
	bad_row "${out##*/}" 1

	out="$WORK/MD5"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out" && hand_sign "$out" --digest md5
	bad_row "${out##*/}" 0

	out="$WORK/enveloped for somebody else"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_signer "$out" && RA_CERT=$out.self hand_envelope "$out" && hand_sign "$out"
	bad_row "${out##*/}" 2

	out="$WORK/garbage in the envelope"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && head -c 700 /dev/urandom >"$out.csr" && hand_envelope "$out" && hand_sign "$out"
	bad_row "${out##*/}" 2

	out="$WORK/unknown message type"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out" && hand_sign "$out" --message-type 18
	bad_row "${out##*/}" 2

	out="$WORK/CertRep as a request"
	hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out" && hand_sign "$out" --message-type 3
	syntax_row "${out##*/}"

	for name in messageType transactionID senderNonce; do
		out="$WORK/no $name"
		hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out" && hand_sign "$out" --omit "$name"
		syntax_row "${out##*/}"
		out="$WORK/two of $name"
		hand_csr "$out" bad.example.org '' "$CHALLENGE" && hand_envelope "$out" && hand_sign "$out" --double "$name"
		syntax_row "${out##*/}"
	done

	out="$WORK/a certificate instead of a message"
	openssl x509 -in "$RA_CERT" -outform DER -out "$out.msg"
	syntax_row "${out##*/}"
	e2e_is_alive "after bad messages"
}
