# Simulated clients: devices that cannot stand beside the tests, each a table of what it sends, octet by octet, and of the rules by which it judges the
# answer. A client is a file of this folder with a function for each of its variants; a variant calls `client NAME`, changes what differs from the
# defaults below, and ends with `client_runs`.
#
# Source after tests/support/e2e.sh.
#
#	c_operations    what it asks before it enrols, in its order: words METHOD:QUERY
#	c_suffix        put behind the endpoint's path
#	c_agent         User-Agent; empty: none
#	c_http          0 or 1: HTTP/1.0 or 1.1
#	c_method        post; get-raw ("=" alone is escaped), get-bare (nothing is), get-escaped, get-wrapped (lines of 64, each ended by %0A, also the last), get-message-first
#	c_media_type    Content-Type of its POST; empty: none
#	c_subject       of the CSR, /TYPE=VALUE...; c_string_mask of openssl's [req]; c_csr_version; c_csr_digest
#	c_extensions    lines for openssl's extension section: what the CSR asks
#	c_signer        own: signed by the CSR's key; else the subject of a signer with a key of its own
#	c_signer_serial decimal; c_signer_digest; c_signer_extensions
#	c_transaction   the transactionID
#	c_nonce         octets of senderNonce
#	c_envelope      options of openssl cms -encrypt
#	c_key_transport more of them, about the recipient
#	c_cipher        as openssl prints it: the reply must have the same
#	c_digest        of the SignerInfo: the reply must have the same
#	c_sign          more options of pkimessage.pl

# client NAME: all to the defaults.
client()
{
	c_name=$1
	c_out=$WORK/$1
	c_operations='GetCACaps GetCACert'
	c_suffix= c_agent= c_http=1 c_method=post c_media_type=application/x-pki-message
	c_cn=$1.example.org
	c_subject=/C=CH/O=Example/CN=$c_cn
	c_string_mask=utf8only c_csr_version=0 c_csr_digest=sha256 c_extensions=
	c_signer=own c_signer_serial= c_signer_digest=sha256 c_signer_extensions='keyUsage=critical,digitalSignature,keyEncipherment'
	c_transaction=$(openssl rand -hex 20)
	c_nonce=16
	c_envelope=-aes128 c_key_transport= c_cipher=aes-128-cbc
	c_digest=sha256
	c_sign=
}

# --- its messages -------------------------------------------------------------------------------------------------------------

client_csr()
{
	openssl genrsa -out "$c_out.key" 2048 2>/dev/null || return
	{
		printf '[req]\nprompt=no\nstring_mask=%s\ndistinguished_name=dn\nattributes=attributes\n' "$c_string_mask"
		[ -z "$c_extensions" ] || printf 'req_extensions=extensions\n'
		printf '[dn]%s\n[attributes]\nchallengePassword=%s\n[extensions]\n%s\n' "${c_subject//\//$'\n'}" "$CHALLENGE" "$c_extensions"
	} >"$c_out.cnf"
	openssl req -new -key "$c_out.key" -config "$c_out.cnf" "-$c_csr_digest" -outform DER -out "$c_out.csr" || return
	[ "$c_csr_version" = 0 ] || "$SCEPGATE_SRCDIR/tests/support/csr_version.pl" "$c_out.csr" "$c_out.key" "$c_csr_version" "$c_csr_digest"
}

# OUT.signer.key and OUT.signer.self.
client_signer()
{
	local subject=$c_signer
	if [ "$c_signer" = own ]; then
		cp "$c_out.key" "$c_out.signer.key"
		subject=$c_subject
	else
		openssl genrsa -out "$c_out.signer.key" 2048 2>/dev/null || return
	fi
	printf '[req]\ndistinguished_name=dn\nx509_extensions=extensions\n[dn]\n[extensions]\nsubjectKeyIdentifier=none\nauthorityKeyIdentifier=none\n%s\n' \
		"$c_signer_extensions" >"$c_out.signer.cnf"
	openssl req -x509 -new -key "$c_out.signer.key" -config "$c_out.signer.cnf" -subj "$subject" "-$c_signer_digest" -days 2 \
		${c_signer_serial:+-set_serial "$c_signer_serial"} -out "$c_out.signer.self"
}

client_message()
{
	client_csr && client_signer &&
		openssl cms -encrypt -binary -in "$c_out.csr" -outform DER -out "$c_out.env" $c_envelope -recip "$RA_CERT" $c_key_transport &&
		"$SCEPGATE_SRCDIR/tests/support/pkimessage.pl" --envelope "$c_out.env" --cert "$c_out.signer.self" --key "$c_out.signer.key" --out "$c_out.msg" \
			--digest "$c_digest" --transaction-id "$c_transaction" --nonce "$(openssl rand -hex "$c_nonce")" $c_sign
}

# --- its HTTP -----------------------------------------------------------------------------------------------------------------

# client_http OUT OPTION...: one exchange of curl in this client's manner; prints "STATUS MEDIA-TYPE".
client_http()
{
	local out=$1
	shift
	curl -sS --max-time 60 "--http1.$c_http" -H 'Accept:' -H 'Expect:' -A "$c_agent" -D "$out.head" -o "$out" -w '%{http_code} %{content_type}' "$@"
}

client_ask()
{
	client_http "$c_out.$1" "$URL$c_suffix?operation=$2"
}

client_send()
{
	local message query
	message=$(openssl base64 -A -in "$c_out.msg")
	case $c_method in
	post)
		client_http "$c_out.rep" -H "Content-Type:${c_media_type:+ $c_media_type}" --data-binary "@$c_out.msg" "$URL$c_suffix?operation=PKIOperation"
		return ;;
	get-raw) query="operation=PKIOperation&message=${message//=/%3D}" ;;
	get-bare) query="operation=PKIOperation&message=$message" ;;
	get-escaped) query="operation=PKIOperation&message=$(printf %s "$message" | sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g')" ;;
	get-message-first) query="message=$(printf %s "$message" | sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g')&operation=PKIOperation" ;;
	get-wrapped) query="operation=PKIOperation&message=$(openssl base64 -in "$c_out.msg" | sed 's/+/%2B/g; s/=/%3D/g; s/$/%0A/' | tr -d '\n')" ;;
	esac
	client_http "$c_out.rep" "$URL$c_suffix?$query"
}

# --- how it judges --------------------------------------------------------------------------------------------------------------

# Header lines that must be, and must not: the end of the body is known by its length, and nobody may keep a copy.
client_judges_head()
{
	local head
	head=$(tr -d '\r' <"$2.head" | tr '[:upper:]' '[:lower:]')
	is "$c_name: $1 has the length of its body" "$(sed -n 's/^content-length: //p' <<<"$head")" "$(wc -c <"$2")"
	unlike "$c_name: $1 is not in chunks" "$head" 'transfer-encoding:'
	like "$c_name: $1 may not be cached" "$head" 'cache-control: [^'$'\n'']*no-(store|cache)'
}

client_judges_caps()
{
	is "$c_name: GetCACaps is plain text" "$(client_ask caps "$1")" '200 text/plain'
	client_judges_head GetCACaps "$c_out.caps"
	is "$c_name: every capability that it looks for, in its case" \
		"$(tr '\r' '\n' <"$c_out.caps" | grep -xE 'POSTPKIOperation|AES|DES3|SHA-1|SHA-256|SHA-512|SCEPStandard|Renewal' | sort | paste -sd' ')" \
		"$(printf '%s\n' POSTPKIOperation AES DES3 SHA-1 SHA-256 SHA-512 SCEPStandard Renewal | sort | paste -sd' ')"
	is "$c_name: no empty line among them" "$(tr -d '\r' <"$c_out.caps" | grep -c '^$')" 0
}

client_judges_cacert()
{
	is "$c_name: GetCACert is a chain" "$(client_ask cacert "$1")" '200 application/x-x509-ca-ra-cert'
	client_judges_head GetCACert "$c_out.cacert"
	openssl pkcs7 -inform DER -in "$c_out.cacert" -print_certs 2>/dev/null | sed '/^subject=/d; /^issuer=/d; /^$/d' >"$c_out.chain"
	is "$c_name: the certificate to encrypt to comes first" "$(openssl x509 -in "$c_out.chain" -noout -fingerprint -sha256)" \
		"$(openssl x509 -in "$RA_CERT" -noout -fingerprint -sha256)"
	is "$c_name: it is found by its key usage" "$(openssl x509 -in "$c_out.chain" -noout -ext keyUsage | sed -n '2s/^ *//p')" 'Digital Signature, Key Encipherment'
}

# reply_type FILE OID: the ASN.1 type of an attribute's value, and whether it has just one.
reply_type()
{
	openssl asn1parse -inform DER -in "$1" 2>/dev/null | awk -v oid=":$2" '$0 ~ oid "$" { n++; found = 1; next } found && / prim: / { type = $0; found = 0 }
		END { sub(/^.* prim: */, "", type); sub(/ *:.*$/, "", type); sub(/ *\[.*$/, "", type); print n + 0, type }'
}

# The nonce attributes as hexadecimal.
reply_nonce()
{
	reply_attribute "$1" "$2" | sed 's/^.*\]://'
}

client_judges_attributes()
{
	local oid=2.16.840.1.113733.1.9 nonce
	is "$c_name: messageType is one PrintableString" "$(reply_type "$c_out.rep" $oid.2)" '1 PRINTABLESTRING'
	is "$c_name: pkiStatus is one PrintableString" "$(reply_type "$c_out.rep" $oid.3)" '1 PRINTABLESTRING'
	is "$c_name: transactionID is one PrintableString" "$(reply_type "$c_out.rep" $oid.7)" '1 PRINTABLESTRING'
	is "$c_name: senderNonce is one OCTET STRING" "$(reply_type "$c_out.rep" $oid.5)" '1 OCTET STRING'
	is "$c_name: recipientNonce is one OCTET STRING" "$(reply_type "$c_out.rep" $oid.6)" '1 OCTET STRING'
	is "$c_name: contentType is there" "$(reply_type "$c_out.rep" contentType)" '1 OBJECT'
	is "$c_name: the transactionID is its own" "$(reply_attribute "$c_out.rep" $oid.7)" "$c_transaction"
	nonce=$(reply_nonce "$c_out.msg" $oid.5)
	is "$c_name: recipientNonce is what it sent" "$(reply_nonce "$c_out.rep" $oid.6)" "$nonce"
	is "$c_name: senderNonce is as long" "$(reply_nonce "$c_out.rep" $oid.5 | wc -c)" "$(printf '%s\n' "$nonce" | wc -c)"
	unlike "$c_name: senderNonce is not that of the request" "$(reply_nonce "$c_out.rep" $oid.5)" "^$nonce\$"
}

# algorithm FILE FIELD: what openssl calls the first algorithm of that field.
algorithm()
{
	openssl cms -cmsout -print -inform DER -in "$1" 2>/dev/null | awk -v field="$2:" '$1 == field { found = 1; next } found && /algorithm:/ { print $2; exit }'
}

client_judges_certificate()
{
	reply_certificates "$c_out.rep" "$c_out.signer" >"$c_out.crt" 2>"$c_out.open"
	is "$c_name: the reply opens, and holds one certificate" "$(grep -c BEGIN "$c_out.crt")" 1 || { tap_show "$c_out.open"; return; }
	is "$c_name: the first certificate is for its key" "$(openssl x509 -in "$c_out.crt" -noout -pubkey)" "$(openssl pkey -in "$c_out.key" -pubout)"
	like "$c_name: it bears its name" ",$(openssl x509 -in "$c_out.crt" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')," "[,+]CN=$c_cn,"
	ok "$c_name: it leads to the CA" openssl verify -purpose sslclient -CAfile "$CA_CERT" "$c_out.crt"
	is "$c_name: the reply has the digest of the request" "$(algorithm "$c_out.rep" digestAlgorithm)" "$c_digest"
	is "$c_name: the reply's signature is called rsaEncryption" "$(algorithm "$c_out.rep" signatureAlgorithm | tail -n 1)" rsaEncryption
	is "$c_name: the reply has the cipher of the request" "$(algorithm "$c_out.rep.env" contentEncryptionAlgorithm)" "$c_cipher"
}

# --- one client ----------------------------------------------------------------------------------------------------------------

client_asks()
{
	local operation
	for operation in $c_operations; do
		case $operation in
		GetCACaps*) client_judges_caps "$operation" ;;
		GetCACert*) client_judges_cacert "$operation" ;;
		# There is no next CA certificate: refused in plain text, and nothing breaks.
		GetNextCACert*) like "$c_name: GetNextCACert is refused" "$(client_ask next "$operation")" '^4[0-9][0-9] text/plain' ;;
		esac
	done
}

# It asks, enrols, judges; and sends the same again, as devices do whose answer was lost.
client_runs()
{
	local before first
	before=$(e2e_issued)
	client_asks
	ok "$c_name: its message can be made" client_message || return
	is "$c_name: answered by a CertRep" "$(client_send)" '200 application/x-pki-message' || { tap_show "$c_out.rep" 3; return; }
	client_judges_head CertRep "$c_out.rep"
	is "$c_name: SUCCESS" "$(reply_status "$c_out.rep")" 0 || { tap_note "$(reply_fail_info "$c_out.rep") $(reply_fail_text "$c_out.rep")"; return; }
	client_judges_attributes
	client_judges_certificate
	first=$(sha256sum <"$c_out.crt")
	client_send >/dev/null
	reply_certificates "$c_out.rep" "$c_out.signer" >"$c_out.crt" 2>/dev/null
	is "$c_name: the same message gets the same certificate" "$(sha256sum <"$c_out.crt")" "$first"
	is "$c_name: one certificate is recorded" "$(e2e_issued)" $((before + 1))
}

# client_is_refused FAIL-INFO: the server cannot read what it sends: a signed FAILURE, and nothing is issued.
client_is_refused()
{
	local before
	before=$(e2e_issued)
	client_asks
	ok "$c_name: its message can be made" client_message || return
	is "$c_name: answered by a CertRep" "$(client_send)" '200 application/x-pki-message' || { tap_show "$c_out.rep" 3; return; }
	is "$c_name: FAILURE" "$(reply_status "$c_out.rep")" 2
	is "$c_name: failInfo" "$(reply_fail_info "$c_out.rep")" "$1"
	is "$c_name: failInfo is one PrintableString" "$(reply_type "$c_out.rep" 2.16.840.1.113733.1.9.4)" '1 PRINTABLESTRING'
	client_judges_attributes
	is "$c_name: nothing is issued" "$(e2e_issued)" "$before"
}

# simulated_run KIND: all clients.
simulated_run()
{
	local file
	e2e_start "$1"
	WORK=$SANDBOX/work
	mkdir "$WORK"
	for file in "$SCEPGATE_SRCDIR"/tests/e2e/simulated/[0-9]*.sh; do
		tap_note "--- $(basename "$file" .sh)"
		. "$file"
	done
	e2e_is_alive "after all clients"
	e2e_end
}
