# What anybody may fetch by HTTP: CA certificate, chain and CRL (RFC 5280 sections 4.2.1.13 and 4.2.2.1), and what caches need (RFC 9110 sections 8.8 and 13).

# pki_get NAME EXPECTED-STATUS PATH curl-arguments...
pki_get()
{
	local name=$1 expected=$2 path=$3 status
	shift 3
	rm -f "$WORK/body"
	: >"$WORK/body"
	status=$(curl -sS --max-time 60 -o "$WORK/body" -D "$WORK/head" -w '%{http_code}' "$@" "$BASE/pki/$path" 2>"$WORK/curl")
	tr -d '\r' <"$WORK/head" >"$WORK/fields"
	is "$name: $expected" "$status" "$expected"
}

pki_field()
{
	sed -n "s/^$1: //Ip" "$WORK/fields"
}

case_run()
{
	local ca tag date number
	ca=$(e2e_sql "SELECT ca FROM scepgate.endpoints WHERE application = 'corp' AND profile = 'devices'")

	pki_get "the CA certificate" 200 "$ca.crt"
	is "it is DER of the CA" "$(openssl x509 -inform DER -in "$WORK/body" -noout -fingerprint -sha256)" "$(openssl x509 -in "$CA_CERT" -noout -fingerprint -sha256)"
	is "its media type (RFC 5280 section 4.2.2.1)" "$(pki_field Content-Type)" application/pkix-cert
	pki_get "the chain" 200 "$ca.p7c"
	is "it has the CA" "$(openssl pkcs7 -inform DER -in "$WORK/body" -print_certs | openssl x509 -noout -fingerprint -sha256)" "$(openssl x509 -in "$CA_CERT" -noout -fingerprint -sha256)"

	ok "a CRL is published" scepadm crl publish "$ca"
	pki_get "the CRL" 200 "$ca.crl"
	is "its media type (RFC 5280 section 4.2.1.13)" "$(pki_field Content-Type)" application/pkix-crl
	ok "openssl verifies it" bash -c "openssl crl -inform DER -in '$WORK/body' -CAfile '$CA_CERT' -noout 2>&1 | grep -q 'verify OK'"
	like "a cache may keep it, and for five minutes" "$(pki_field Cache-Control)" '^public, max-age=(300|[12]?[0-9]?[0-9])$'
	tag=$(pki_field ETag)
	date=$(pki_field Last-Modified)
	like "it has a tag" "$tag" '^"[0-9a-f]{32}"$'
	like "it has a date" "$date" 'GMT$'
	number=$(openssl crl -inform DER -in "$WORK/body" -noout -crlnumber)

	pki_get "who has it already" 304 "$ca.crl" -H "If-None-Match: $tag"
	is "gets no body" "$(wc -c <"$WORK/body")" 0
	pki_get "who has it by date" 304 "$ca.crl" -H "If-Modified-Since: $date"
	pki_get "who has an older one" 200 "$ca.crl" -H "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"
	pki_get "HEAD" 200 "$ca.crl" -I
	is "HEAD says how long it is" "$(pki_field Content-Length)" "$(curl -sS "$BASE/pki/$ca.crl" | wc -c)"

	ok "another CRL is published" scepadm crl publish "$ca"
	e2e_wait_for "the next CRL" bash -c "[ \"\$(curl -sS '$BASE/pki/$ca.crl' | openssl crl -inform DER -noout -crlnumber)\" != '$number' ]"
	pki_get "who has the one before" 200 "$ca.crl" -H "If-None-Match: $tag"

	pki_get "no such CA" 404 "nobody.crl"
	pki_get "no such partition" 404 "$ca/7.crl"
	pki_get "no delta CRL" 404 "$ca/delta.crl"
	pki_get "no such thing" 404 "$ca.key"
	pki_get "POST" 405 "$ca.crl" -d x
	is "405 says what is allowed" "$(pki_field Allow)" 'GET, HEAD'
	unlike "an error is kept by no cache" "$(pki_field Cache-Control)" max-age
}
