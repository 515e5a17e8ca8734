# Windows under Intune: a suffix behind the URL, a throw-away signer whose AuthorityKeyIdentifier is critical, the same message again when in doubt.

windows_client()
{
	c_operations='GetCACaps&message=default GetCACert&message=default'
	c_agent='Mozilla/4.0 (compatible; Win32; NDES client 10.0.19041.1/vb_release)'
	c_suffix=/pkiclient.exe
	c_signer='/CN=SCEP Protocol Certificate' c_signer_digest=sha1
	c_signer_extensions="2.5.29.35=critical,DER:30168014$(openssl rand -hex 20)
subjectKeyIdentifier=hash"
	c_extensions='extendedKeyUsage=clientAuth'
}

client windows
windows_client
client_runs

client windows-sha1
windows_client
c_digest=sha1 c_envelope=-des3 c_cipher=des-ede3-cbc
client_runs

# A .NET client: AES-256, and the signature is named together with its digest.
client dotnet
windows_client
c_envelope=-aes256 c_cipher=aes-256-cbc
c_sign='--signature-algorithm 1.2.840.113549.1.1.11'
client_runs
