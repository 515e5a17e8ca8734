# certmonger's full client: GET, AES-256, an X.509 v1 signer, a transactionID of 77 digits.

case_run()
{
	ok "certmonger enrols" client_certmonger "$URL" "$WORK/cm" cm.example.org cm.example.org "$CHALLENGE"
	certificate_matches "$WORK/cm" "certmonger" cm.example.org DNS:cm.example.org
	CERTMONGER_TIMEOUT=10 e2e_issues_nothing "certmonger with a wrong challenge" client_certmonger "$URL" "$WORK/wrong" cm-wrong.example.org cm-wrong.example.org "not $CHALLENGE"
}
