# strongSwan's pki --scep: POST, its CSR attributes are not sorted as DER wants.

case_run()
{
	ok "strongSwan enrols with AES-128" client_strongswan "$URL" "$WORK/aes" ss-aes.example.org ss-aes.example.org "$CHALLENGE"
	certificate_matches "$WORK/aes" "strongSwan, AES-128" ss-aes.example.org DNS:ss-aes.example.org
	ok "strongSwan enrols with 3DES and SHA-1" client_strongswan "$URL" "$WORK/des3" ss-des3.example.org ss-des3.example.org "$CHALLENGE" --cipher des3 --digest sha1
	certificate_matches "$WORK/des3" "strongSwan, 3DES" ss-des3.example.org DNS:ss-des3.example.org
	ok "strongSwan enrols with SHA-512" client_strongswan "$URL" "$WORK/sha512" ss-sha512.example.org ss-sha512.example.org "$CHALLENGE" --digest sha512
	certificate_matches "$WORK/sha512" "strongSwan, SHA-512" ss-sha512.example.org DNS:ss-sha512.example.org
	e2e_issues_nothing "strongSwan with a wrong challenge" client_strongswan "$URL" "$WORK/wrong" ss-wrong.example.org ss-wrong.example.org "not $CHALLENGE"
}
