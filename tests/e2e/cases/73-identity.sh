# The identity comes from the challenge and not from the device: a ready policy, templates, a Windows account; what was asked beside what was signed.

# An endpoint of the case's own.
identity_endpoint()
{
	scepadm policy create identity --from eap-tls && scepadm profile create identity --ca "$1" --policy identity --validity-hours 36 \
		--subject-template 'CN={challenge.device},O={application}' --san-templates 'upn:{challenge.user|nobody}@corp.example' --extensions 2.5.29.32=3006300406022a03 &&
		scepadm endpoint attach corp/identity --challenge-mode dynamic
}

identity_names()
{
	openssl x509 -in "$1" -noout -subject -ext subjectAltName -nameopt RFC2253
}

# identity_ends FILE: within 36 hours and a little.
identity_ends()
{
	! openssl x509 -in "$1" -noout -checkend 129700
}

case_run()
{
	local url=$BASE/scep/corp/identity ca id
	ca=$(e2e_sql "SELECT c.name FROM scepgate.ca c JOIN scepgate.profile p ON p.ca_id = c.id WHERE p.name = 'devices'")
	ok "a ready policy, a profile with templates, an endpoint" identity_endpoint "$ca"
	scepadm challenge create corp/identity --device laptop-7 --username ceo --sid S-1-5-21-1-2-3-500 >"$WORK/challenge"
	ok "a device that says it is somebody else enrols" scepcli enroll "$url" --subject 'CN=domain-admin,O=Evil' --challenge-file "$WORK/challenge" \
		--key-out "$WORK/device.key" --out "$WORK/device.crt"
	is "its subject is the challenge's device, its UPN the challenge's user" "$(identity_names "$WORK/device.crt" | tr -s ' \n' ' ')" \
		'subject=CN=laptop-7,O=corp X509v3 Subject Alternative Name: othername: UPN::ceo@corp.example '
	is "as it is recorded" "$(e2e_sql "SELECT subject, sans FROM scepgate.certificates ORDER BY id DESC LIMIT 1")" 'CN=laptop-7,O=corp|UPN:ceo@corp.example'
	like "it has the account's extension, and the profile's" "$(openssl x509 -in "$WORK/device.crt" -noout -text | tr -d '\n')" 'Policy: 1.2.3.*1.3.6.1.4.1.311.25.2'
	ok "it is valid for 36 hours" openssl x509 -in "$WORK/device.crt" -noout -checkend 129000
	ok "and no longer" identity_ends "$WORK/device.crt"
	ok "openssl verifies it" openssl verify -x509_strict -CAfile "$CA_CERT" "$WORK/device.crt"
	id=$(e2e_sql 'SELECT max(id) FROM scepgate.certificates')
	scepadm certificate diff "$id" >"$WORK/diff"
	like "certificate diff shows both subjects" "$(cat "$WORK/diff")" 'subject +(CN=domain-admin,O=Evil|O=Evil,CN=domain-admin) +CN=laptop-7,O=corp +differs'
	like "and the alternative name that nobody asked" "$(cat "$WORK/diff")" 'subjectAltName +- +UPN:ceo@corp.example +differs'
	ok "the device renews, and its challenge is long gone" scepcli renew "$url" --cert "$WORK/device.crt" --key "$WORK/device.key" --key-out "$WORK/new.key" --out "$WORK/new.crt"
	is "it has the same names" "$(identity_names "$WORK/new.crt")" "$(identity_names "$WORK/device.crt")"
	like "and the same account" "$(openssl x509 -in "$WORK/new.crt" -noout -text)" '1.3.6.1.4.1.311.25.2'
	scepadm challenge create corp/identity --username ceo >"$WORK/challenge"
	e2e_issues_nothing "a challenge without a device" scepcli enroll "$url" --subject CN=laptop-8 --challenge-file "$WORK/challenge" --key-out "$WORK/no.key" --out "$WORK/no.crt"
}
