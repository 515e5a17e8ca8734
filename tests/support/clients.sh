# SCEP clients that others wrote, and messages made by hand with openssl, for the end-to-end tests. Source after tap.sh. Every
# client_* function enrols one certificate and leaves OUT.key and OUT.crt (PEM); it fails when the client does.
#
#	client_NAME URL OUT CN DNS CHALLENGE [OPTION...]
#
# RA_CERT and CA_CERT name the endpoint's certificates (PEM).

# strongSwan: --cipher and --digest may follow. Names its plugins that are not installed on standard error, always.
client_strongswan()
{
	local url=$1 out=$2 cn=$3 dns=$4 challenge=$5
	shift 5
	openssl genrsa -out "$out.key" 2048 2>/dev/null &&
		openssl rsa -in "$out.key" -outform DER -out "$out.key.der" 2>/dev/null &&
		pki --scep --url "$url" --in "$out.key.der" --dn "C=CH, O=Example, CN=$cn" --san "$dns" --password "$challenge" \
			--cacert-enc "$RA_CERT" --cacert-sig "$RA_CERT" --cacert "$CA_CERT" --interval 1 --maxpolltime 2 --outform pem "$@" >"$out.crt"
}

# micromdm's scepclient writes its files into the working folder; it always uses single DES.
client_scepclient()
{
	local url=$1 out=$2 cn=$3 challenge=$5
	mkdir -p "$out.d" &&
		(cd "$out.d" && scepclient -server-url "$url" -private-key client.key -certificate client.pem -cn "$cn" -organization Example -ou MDM \
			-country CH -challenge "$challenge" -debug) &&
		openssl rsa -in "$out.d/client.key" -out "$out.key" 2>/dev/null && openssl x509 -in "$out.d/client.pem" -out "$out.crt"
}

# certmonger's daemon, alone in a D-Bus session of its own, with its state below OUT.d; always GET. Steps of certmonger.sh may follow; "request" alone without.
client_certmonger()
{
	local url=$1 out=$2 cn=$3 dns=$4 challenge=$5
	shift 5
	[ $# -gt 0 ] || set -- request
	mkdir -p "$out.d/home" && printf '%s' "$challenge" >"$out.d/challenge" &&
		HOME=$out.d/home TMPDIR=$out.d XDG_CONFIG_HOME=$out.d/home/.config dbus-run-session -- \
			bash "$SCEPGATE_SRCDIR/tests/support/certmonger.sh" "$url" "$out" "$cn" "$dns" "$out.d/challenge" "$RA_CERT" "$CA_CERT" "$@"
}

# --- messages by hand ----------------------------------------------------------------------------------------------------

# hand_csr OUT CN DNS CHALLENGE [EXTENSION...]: OUT.key and OUT.csr (DER). OUT.key is made unless it is there. An empty challenge is written
# as an empty one; "-" leaves the attribute out. An extension is a line as openssl's configuration file wants it.
hand_csr()
{
	local out=$1 cn=$2 dns=$3 challenge=$4
	shift 4
	[ -z "$dns" ] || set -- "subjectAltName=DNS:$dns" "$@"
	[ -e "$out.key" ] || openssl genrsa -out "$out.key" 2048 2>/dev/null || return
	{
		printf '[req]\nprompt=no\nstring_mask=utf8only\ndistinguished_name=dn\n'
		[ "$challenge" = - ] || [ -z "$challenge" ] || printf 'attributes=attributes\n'
		[ $# -eq 0 ] || printf 'req_extensions=extensions\n'
		printf '[dn]\nC=CH\nO=Example\nCN=%s\n[attributes]\nchallengePassword=%s\n[extensions]\n' "$cn" "$challenge"
		printf '%s\n' "$@"
	} >"$out.cnf"
	openssl req -new -key "$out.key" -config "$out.cnf" -outform DER -out "$out.csr" || return
	[ -n "$challenge" ] || "$SCEPGATE_SRCDIR/tests/support/empty_challenge.pl" "$out.csr" "$out.key"
}

# hand_signer OUT: a self-signed certificate for signing the message, OUT.self, of OUT.key.
hand_signer()
{
	[ -e "$1.self" ] || openssl req -x509 -key "$1.key" -subj /CN=signer -days 2 -out "$1.self"
}

# hand_envelope OUT [openssl cms options]: OUT.csr enveloped for the RA as OUT.env.
hand_envelope()
{
	local out=$1
	shift
	[ $# -gt 0 ] || set -- -aes128
	openssl cms -encrypt -binary -in "$out.csr" -outform DER -out "$out.env" "$@" "$RA_CERT"
}

# hand_sign OUT [pkimessage.pl options]: OUT.env signed as OUT.msg.
hand_sign()
{
	local out=$1
	shift
	hand_signer "$out" && "$SCEPGATE_SRCDIR/tests/support/pkimessage.pl" --envelope "$out.env" --cert "$out.self" --key "$out.key" --out "$out.msg" "$@"
}

# hand_message OUT CN DNS CHALLENGE: all of it with usual choices.
hand_message()
{
	hand_csr "$@" && hand_envelope "$1" && hand_sign "$1"
}

# hand_post URL FILE OUT: POSTs a message; the reply goes to OUT and its header to OUT.head; prints "STATUS MEDIA-TYPE".
hand_post()
{
	curl -sS --max-time 60 -D "$3.head" -o "$3" -w '%{http_code} %{content_type}' -H 'Content-Type: application/x-pki-message' -H 'Expect:' \
		--data-binary "@$2" "$1?operation=PKIOperation"
}

# hand_get URL FILE OUT: the same by GET, base64 and escaped.
hand_get()
{
	local message
	message=$(openssl base64 -A -in "$2" | sed 's/+/%2B/g; s/=/%3D/g')
	curl -sS --max-time 60 -D "$3.head" -o "$3" -w '%{http_code} %{content_type}' "$1?operation=PKIOperation&message=$message"
}

# reply_attribute FILE OID: the text of a signed attribute of a CertRep; empty when it is not there.
reply_attribute()
{
	openssl asn1parse -inform DER -in "$1" 2>/dev/null | awk -v oid=":$2" '
		$0 ~ oid "$" { found = 1; next }
		found && / prim: .*STRING/ { sub(/^.*STRING *:?/, ""); print; exit }'
}

reply_status() { reply_attribute "$1" 2.16.840.1.113733.1.9.3; }
reply_fail_info() { reply_attribute "$1" 2.16.840.1.113733.1.9.4; }
reply_fail_text() { reply_attribute "$1" 1.3.6.1.5.5.7.24.1; }

# reply_certificates REPLY OUT: verifies the reply's signature up to the CA, decrypts it with OUT.self and OUT.key, and prints the
# certificates in it as PEM, in their order.
reply_certificates()
{
	openssl cms -verify -inform DER -in "$1" -CAfile "$CA_CERT" -purpose any -binary -out "$1.env" 2>"$1.verify" &&
		openssl cms -decrypt -inform DER -in "$1.env" -recip "$2.self" -inkey "$2.key" -binary -out "$1.p7" &&
		openssl pkcs7 -inform DER -in "$1.p7" -print_certs | sed '/^subject=/d; /^issuer=/d; /^$/d'
}

# hand_enrol URL OUT: sends OUT.msg by POST, and leaves the certificate as OUT.crt.
hand_enrol()
{
	local answer
	answer=$(hand_post "$1" "$2.msg" "$2.rep") || return
	if [ "$answer" != '200 application/x-pki-message' ] || [ "$(reply_status "$2.rep")" != 0 ]; then
		printf 'the answer was %s, pkiStatus %s, failInfo %s, %s\n' "$answer" "$(reply_status "$2.rep")" "$(reply_fail_info "$2.rep")" "$(reply_fail_text "$2.rep")"
		return 1
	fi
	reply_certificates "$2.rep" "$2" >"$2.crt"
}

# certificate_matches FILE CN DNS: a row of assertions on FILE.crt, whose key is FILE.key. DNS is what the SAN must be, as openssl prints it,
# or empty for none.
certificate_matches()
{
	local file=$1 name=$2 cn=$3 san=$4 now before after text
	[ -s "$file.crt" ] || { tap_fail "$name: there is a certificate"; return 1; }
	is "$name: public key" "$(openssl x509 -in "$file.crt" -noout -pubkey)" "$(openssl pkey -in "$file.key" -pubout)"
	like "$name: subject" ",$(openssl x509 -in "$file.crt" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')," ",CN=$cn,"
	is "$name: subjectAltName" "$(openssl x509 -in "$file.crt" -noout -ext subjectAltName 2>/dev/null | sed -n '2s/^ *//p')" "$san"
	is "$name: keyUsage" "$(openssl x509 -in "$file.crt" -noout -ext keyUsage | tr -s '\n ' ' ')" 'X509v3 Key Usage: critical Digital Signature, Key Encipherment '
	is "$name: extendedKeyUsage" "$(openssl x509 -in "$file.crt" -noout -ext extendedKeyUsage | sed -n '2s/^ *//p')" 'TLS Web Client Authentication'
	ok "$name: chain, for TLS clients" openssl verify -x509_strict -purpose sslclient -CAfile "$CA_CERT" "$file.crt"
	text=$(openssl x509 -in "$file.crt" -noout -text)
	unlike "$name: is no CA" "$text" 'CA:TRUE'
	now=$(date +%s)
	before=$(date -d "$(openssl x509 -in "$file.crt" -noout -startdate | sed 's/^.*=//')" +%s)
	after=$(date -d "$(openssl x509 -in "$file.crt" -noout -enddate | sed 's/^.*=//')" +%s)
	ok "$name: notBefore is a little in the past" test "$before" -le "$now" -a "$before" -ge $((now - 900))
	ok "$name: notAfter is a year ahead" test $((after - now)) -gt $((364 * 86400)) -a $((after - now)) -le $((365 * 86400))
	ok "$name: serial number of 64 bits or more" test "$(openssl x509 -in "$file.crt" -noout -serial | sed 's/^.*=//' | tr -d '\n' | wc -c)" -ge 16
}
