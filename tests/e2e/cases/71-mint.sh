# Dynamic challenges by HTTP: minting with a token, every refusal with its status, and from the challenge to a certificate.

# mint_call OPTION...: prints "STATUS MEDIA-TYPE"; the body goes to WORK/body, the header to WORK/head.
mint_call()
{
	curl -sS --max-time 60 -H 'Expect:' -D "$WORK/head" -o "$WORK/body" -w '%{http_code} %{content_type}' "$@"
}

mint_count()
{
	e2e_sql 'SELECT count(*) FROM scepgate.challenge'
}

# mint_row NAME OPTION...: a challenge and nothing else comes back.
mint_row()
{
	local name=$1 before
	shift
	before=$(mint_count)
	is "mint, $name: 200, as plain text" "$(mint_call "$@")" '200 text/plain' || tap_show "$WORK/body" 3
	like "mint, $name: 32 hexadecimal digits" "$(cat "$WORK/body")" '^[0-9A-F]{32}$'
	is "mint, $name: and no octet more" "$(wc -c <"$WORK/body")" 32
	is "mint, $name: one is minted" "$(mint_count)" $((before + 1))
}

# mint_refused NAME STATUS OPTION...
mint_refused()
{
	local name=$1 status=$2 before
	shift 2
	before=$(mint_count)
	is "mint, $name: $status" "$(mint_call "$@")" "$status text/plain"
	is "mint, $name: nothing is minted" "$(mint_count)" "$before"
}

mint_head_has()
{
	like "mint, $1" "$(tr -d '\r' <"$WORK/head" | tr '[:upper:]' '[:lower:]')" "$2"
}

mint_authentication()
{
	mint_row "Bearer" -d "" -H "Authorization: Bearer $API_TOKEN" "$CHALLENGE_URL"
	mint_head_has "nobody may keep the answer" $'\n''cache-control: [^'$'\n'']*no-store'
	mint_head_has "the length of the answer is told" $'\n''content-length: 32'
	mint_row "bearer in small letters" -d "" -H "authorization: bearer $API_TOKEN" "$CHALLENGE_URL"
	mint_row "Basic" -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL"
	mint_row "the long form of the path" -d "" -u "sandbox:$API_TOKEN" "$BASE/scep/applications/corp/profiles/devices/challenge"
	# lighttpd answers this itself, without asking anybody.
	case $KIND in
	lighttpd-*) is "mint, no body and no length: 411" "$(mint_call -X POST -u "sandbox:$API_TOKEN" "$CHALLENGE_URL")" '411 text/html' ;;
	*) mint_row "no body and no length" -X POST -u "sandbox:$API_TOKEN" "$CHALLENGE_URL" ;;
	esac
	mint_refused "no authentication" 401 -d "" "$CHALLENGE_URL"
	mint_head_has "401 asks for Basic" $'\n''www-authenticate: basic realm='
	mint_refused "a token that is none" 401 -d "" -H 'Authorization: Bearer sgt_0000' "$CHALLENGE_URL"
	mint_refused "the token cut by a digit" 401 -d "" -H "Authorization: Bearer ${API_TOKEN%?}" "$CHALLENGE_URL"
	mint_refused "the token under another name" 401 -d "" -u "somebody:$API_TOKEN" "$CHALLENGE_URL"
	mint_refused "name and token the wrong way round" 401 -d "" -u "$API_TOKEN:sandbox" "$CHALLENGE_URL"
	mint_refused "Basic that is no base64" 401 -d "" -H 'Authorization: Basic *' "$CHALLENGE_URL"
	mint_refused "another scheme" 401 -d "" -H "Authorization: Digest $API_TOKEN" "$CHALLENGE_URL"
	mint_refused "the token in the query" 401 -d "" "$CHALLENGE_URL?token=$API_TOKEN"
	mint_refused "the static challenge as a token" 401 -d "" -H "Authorization: Bearer $CHALLENGE" "$CHALLENGE_URL"
}

mint_tokens()
{
	local token
	token=$(scepadm token create passing --endpoints corp/devices --expires "$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)")
	mint_row "a token of its own" -d "" -u "passing:$token" "$CHALLENGE_URL"
	mint_refused "an endpoint that the token is not for" 403 -d "" -u "passing:$token" "$BASE/scep/corp/closed/challenge"
	mint_refused "an endpoint that there is not, with a token" 404 -d "" -u "passing:$token" "$BASE/scep/corp/nothing/challenge"
	mint_refused "an endpoint that there is not, without a token" 401 -d "" "$BASE/scep/corp/nothing/challenge"
	e2e_sql "UPDATE scepgate.api_token SET expires_at = now() WHERE name = 'passing'"
	mint_refused "an expired token" 401 -d "" -u "passing:$token" "$CHALLENGE_URL"
	token=$(scepadm token create closed --endpoints corp/closed)
	mint_refused "an endpoint that takes no dynamic challenges" 409 -d "" -u "closed:$token" "$BASE/scep/corp/closed/challenge"
	ok "scepadm token revoke" scepadm token revoke closed --yes
	mint_refused "a revoked token" 401 -d "" -u "closed:$token" "$BASE/scep/corp/closed/challenge"
}

mint_bodies()
{
	local json='{"webhook":{"webhookEvent":"%s"},"event":{"scepServerUrl":"%s"}}' authorization="Authorization: Bearer $API_TOKEN"
	mint_row "a webhook" -H "$authorization" -H 'Content-Type: application/json' --data-binary "$(printf "$json" SCEPChallenge "$SCEP_URL")" "$CHALLENGE_URL"
	mint_row "an object without keys" -H "$authorization" -H 'Content-Type: application/json' --data-binary '{}' "$CHALLENGE_URL"
	mint_refused "another event" 422 -H "$authorization" -H 'Content-Type: application/json' --data-binary "$(printf "$json" SmartGroup "$SCEP_URL")" "$CHALLENGE_URL"
	mint_refused "the URL of another endpoint" 409 -H "$authorization" -H 'Content-Type: application/json' \
		--data-binary "$(printf "$json" SCEPChallenge "$BASE/scep/corp/legacy/pkiclient.exe")" "$CHALLENGE_URL"
	mint_refused "half an object" 400 -H "$authorization" -H 'Content-Type: application/json' --data-binary '{"webhook":' "$CHALLENGE_URL"
	head -c 70000 /dev/zero | tr '\0' ' ' >"$WORK/large"
	mint_refused "a body beyond 64 KiB" 413 -H "$authorization" -H 'Content-Type: application/json' --data-binary "@$WORK/large" "$CHALLENGE_URL"
	mint_refused "GET" 405 -H "$authorization" "$CHALLENGE_URL"
	mint_head_has "405 says what is allowed" $'\n''allow: post'
	mint_refused "PUT" 405 -X PUT -H "$authorization" -d '{}' "$CHALLENGE_URL"
}

# As many as are pending, and not one more; what is spent or expired makes room.
mint_limit()
{
	local pending
	pending=$(e2e_sql "SELECT dynamic_challenges FROM scepgate.endpoints WHERE application = 'corp' AND profile = 'devices'")
	ok "scepadm endpoint alter: one more than are pending" scepadm endpoint alter corp/devices --challenge-max-pending $((pending + 1))
	mint_row "the last that is allowed" -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL"
	mint_refused "one too many" 429 -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL"
	e2e_sql "UPDATE scepgate.challenge SET expires_at = clock_timestamp() WHERE id = (SELECT max(id) FROM scepgate.challenge)"
	mint_row "one again when one has expired" -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL"
	ok "scepadm endpoint alter: the limit as it was" scepadm endpoint alter corp/devices --challenge-max-pending 100
}

# From a challenge to a certificate, and what it is worth then.
mint_enrols()
{
	local breaches
	mint_call -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL" >/dev/null
	cp "$WORK/body" "$WORK/challenge"
	ok "mint, scepcli: enrols" scepcli enroll "$URL" --subject CN=minted.cli.example.org,O=Example --san dns:minted.cli.example.org --challenge-file "$WORK/challenge" \
		--key-out "$WORK/cli.key" --out "$WORK/cli.crt"
	certificate_matches "$WORK/cli" "mint, scepcli" minted.cli.example.org DNS:minted.cli.example.org
	breaches=$(e2e_sql "SELECT count(*) FROM scepgate.audit_event WHERE event = 'challenge_breach'")
	hand_message "$WORK/second" second.example.org '' "$(cat "$WORK/challenge")"
	e2e_is_refused "a spent challenge from another key" "$URL" "$WORK/second.msg" 2
	is "a spent challenge from another key: a breach is recorded" "$(e2e_sql "SELECT count(*) FROM scepgate.audit_event WHERE event = 'challenge_breach'")" $((breaches + 1))

	mint_call -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL" >/dev/null
	ok "mint, strongSwan: enrols" client_strongswan "$URL" "$WORK/ss" minted.ss.example.org minted.ss.example.org "$(cat "$WORK/body")"
	certificate_matches "$WORK/ss" "mint, strongSwan" minted.ss.example.org DNS:minted.ss.example.org
	is "mint: both were issued by a dynamic challenge" "$(e2e_sql "SELECT DISTINCT authorisation FROM scepgate.certificate WHERE subject LIKE '%minted.%'")" dynamic_challenge

	mint_call -d "" -u "sandbox:$API_TOKEN" "$CHALLENGE_URL" >/dev/null
	hand_message "$WORK/elsewhere" elsewhere.example.org '' "$(cat "$WORK/body")"
	e2e_issues_nothing "a challenge of another endpoint" hand_enrol "$BASE/scep/corp/chainless/pkiclient.exe" "$WORK/elsewhere"
	# What was refused did not spend it.
	hand_csr "$WORK/unwanted" unwanted.example.org '' "$(cat "$WORK/body")" basicConstraints=critical,CA:TRUE && hand_envelope "$WORK/unwanted" && hand_sign "$WORK/unwanted"
	e2e_is_refused "a challenge with a request for a CA" "$URL" "$WORK/unwanted.msg" 2
	ok "refusals have not spent the challenge" hand_enrol "$URL" "$WORK/elsewhere"
}

case_run()
{
	mint_authentication
	mint_tokens
	mint_bodies
	mint_limit
	mint_enrols
	e2e_is_alive "after minting"
}
