# iOS, iPadOS and macOS.

# iOS asks GetCACert first and GetCACaps then; digest and cipher as strong as the capabilities allow.
apple_ios()
{
	c_operations='GetCACert&message=EnrollmentCAInstance GetCACaps&message=EnrollmentCAInstance'
	c_agent='MDM/1.0 CFNetwork/1410.0.3 Darwin/22.6.0'
	c_transaction=$(openssl rand -hex 20 | tr '[:lower:]' '[:upper:]')
	c_extensions='keyUsage=digitalSignature,keyEncipherment'
}

client ios-post
apple_ios
c_digest=sha512
client_runs

# Old ones: nonces of eight octets, sent and expected.
client ios-eight-octets
apple_ios
c_nonce=8
c_envelope=-des3 c_cipher=des-ede3-cbc c_digest=sha1
client_runs

# Where POST is not known: "+" and "/" stay as they are, "=" is escaped; the message in BER.
client ios-get
apple_ios
c_method=get-raw
c_envelope='-aes128 -stream'
c_sign='--ber --chunk 1000'
client_runs

# macOS signs with a key and a name that are not those of the CSR, whose version is 2.
client macos
c_operations='GetCACert GetCACaps'
c_agent='mdmclient/1 CFNetwork/760.0.5 Darwin/15.0.0 (x86_64)'
c_signer='/CN=MDM SCEP SIGNER/C=US' c_signer_serial=1 c_signer_digest=sha1
c_signer_extensions='keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=critical,serverAuth,clientAuth'
c_csr_version=2 c_csr_digest=sha1
c_envelope=-des3 c_cipher=des-ede3-cbc c_digest=sha1
c_nonce=8
c_transaction=$(openssl rand -hex 20 | tr '[:lower:]' '[:upper:]')
client_runs
