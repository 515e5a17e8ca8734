# Routers and firewalls.

# Cisco IOS: HTTP/1.0 and GET, base64 in lines of 64, each with its end, also the last one.
cisco_ios()
{
	c_operations='GetCACert&message=trustpoint GetCACaps&message=trustpoint'
	c_http=0 c_method=get-wrapped
	c_agent='Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)'
	c_string_mask=pkix
	c_transaction=$(openssl rand -hex 16 | tr '[:lower:]' '[:upper:]')
	c_csr_digest=sha1
	c_signer_extensions=
}

client cisco-ios
cisco_ios
c_envelope=-des3 c_cipher=des-ede3-cbc c_digest=sha1
client_runs

client cisco-ios-xe
cisco_ios
c_http=1 c_agent=
c_csr_digest=sha256
c_envelope=-aes256 c_cipher=aes-256-cbc
client_runs

# MD5, whatever is advertised. This endpoint does not allow it: the device is told so, in a CertRep.
client cisco-ios-old
cisco_ios
c_envelope=-des3 c_digest=md5
client_is_refused 0

client junos
c_operations='GetCACaps&message=ca-identity GetCACert&message=ca-identity'
c_method=get-escaped
c_envelope=-des3 c_cipher=des-ede3-cbc c_digest=sha1 c_csr_digest=sha1
c_transaction=$(openssl rand -hex 16)
client_runs

# RouterOS looks for a next CA certificate from time to time.
client mikrotik
c_operations='GetCACaps&message=DummyCAIdentity GetCACert&message=DummyCAIdentity GetNextCACert&message=DummyCAIdentity'
c_agent='Mikrotik/6.x Fetch'
c_envelope=-des3 c_cipher=des-ede3-cbc c_digest=sha1
client_runs

# FortiOS leaves its attributes in the order in which it made them.
client fortigate
c_operations='GetCACert GetCACaps'
c_transaction=$(openssl rand -hex 16 | tr '[:lower:]' '[:upper:]')
c_sign='--order transactionID,messageType,senderNonce'
client_runs
