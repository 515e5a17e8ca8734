# A change by a DBA with psql is live at once in every worker.

# answers STATUS: what every one of ten requests, spread over the workers, is answered.
answers()
{
	local i
	sleep 0.3 # the notification arrives after the commit has returned
	for i in 1 2 3 4 5 6 7 8 9 10; do
		curl -sS -o /dev/null -w '%{http_code}\n' "$URL?operation=GetCACaps"
	done | sort -u | tr '\n' ' '
}

case_run()
{
	is "the endpoint answers" "$(answers)" '200 '
	e2e_sql "SELECT scepgate.endpoint_alter(application => 'corp', profile => 'devices', enabled => false)" >/dev/null
	is "disabled by the function, no worker serves it" "$(answers)" '404 '
	e2e_sql "SELECT scepgate.endpoint_alter(application => 'corp', profile => 'devices', enabled => true)" >/dev/null
	is "enabled again, every worker serves it" "$(answers)" '200 '
	e2e_sql "UPDATE scepgate.application SET enabled = false WHERE name = 'corp'" >/dev/null
	is "its application disabled by plain UPDATE, no worker serves it" "$(answers)" '404 '
	e2e_sql "UPDATE scepgate.application SET enabled = true WHERE name = 'corp'" >/dev/null
	is "the application enabled again, every worker serves it" "$(answers)" '200 '

	e2e_sql "SELECT scepgate.endpoint_alter(application => 'corp', profile => 'devices', allowed_digests => '{sha256}')" >/dev/null
	e2e_wait_for "the change" bash -c "! curl -sS '$URL?operation=GetCACaps' | grep -q SHA-512"
	unlike "a digest taken away is not advertised any more" "$(curl -sS "$URL?operation=GetCACaps")" 'SHA-512'
	hand_csr "$WORK/digest" digest.example.org '' "$CHALLENGE" && hand_envelope "$WORK/digest" && hand_sign "$WORK/digest" --digest sha512
	e2e_is_refused "a digest that is not advertised" "$URL" "$WORK/digest.msg" 0
	e2e_sql "SELECT scepgate.endpoint_alter(application => 'corp', profile => 'devices', allowed_digests => '{sha256,sha512,sha384,sha1}')" >/dev/null
	e2e_wait_for "the change" bash -c "curl -sS '$URL?operation=GetCACaps' | grep -q SHA-512"
	like "given back, it is advertised" "$(curl -sS "$URL?operation=GetCACaps")" 'SHA-512'

	e2e_sql "UPDATE scepgate.profile SET validity_days = 30 WHERE name = 'devices'" >/dev/null
	hand_message "$WORK/short" short.example.org '' "$CHALLENGE"
	ok "enrols with the shorter validity" hand_enrol "$URL" "$WORK/short"
	ok "the shorter validity is in the certificate" openssl x509 -in "$WORK/short.crt" -noout -checkend $((29 * 86400))
	is "and no longer" "$(openssl x509 -in "$WORK/short.crt" -noout -checkend $((31 * 86400)) >/dev/null && echo longer)" ''
	e2e_sql "UPDATE scepgate.profile SET validity_days = 365 WHERE name = 'devices'" >/dev/null
}
