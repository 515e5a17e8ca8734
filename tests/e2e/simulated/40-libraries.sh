# Clients that are made of a library.

# BouncyCastle: indefinite lengths, chunks of 1000 octets, signature named together with its digest, POST as plain octets.
client bouncycastle
c_operations='GetCACaps&message= GetCACert&message='
c_agent=Java/1.8.0_292
c_media_type=application/octet-stream
c_digest=sha512
c_envelope='-aes128 -stream'
c_sign='--ber --chunk 1000 --signature-algorithm 1.2.840.113549.1.1.13'
client_runs

# The same by GET: java.net.URI leaves "+", "/" and "=" alone.
client bouncycastle-get
c_operations='GetCACaps&message= GetCACert&message='
c_method=get-bare
c_envelope='-aes128 -stream'
c_sign='--ber --chunk 1000'
client_runs

# Go: parameters sorted by name, base64 with "+", "/" and "=" in the transactionID.
client go
c_method=get-message-first
c_transaction=$(openssl rand -base64 20)
c_media_type=
client_runs

# Content key under RSAES-OAEP, where what works with our keys can open it; else it is refused, and says so.
oaep_runs_or_is_refused()
{
	case $(scepadm check) in
	*'worked with by OpenSSL'*) client_runs ;;
	*) client_is_refused 0 ;;
	esac
}

client openxpki-oaep
c_envelope=-aes256 c_cipher=aes-256-cbc
c_key_transport='-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256'
oaep_runs_or_is_refused

client openxpki-oaep-sha1
c_envelope=-aes128
c_key_transport='-keyopt rsa_padding_mode:oaep'
oaep_runs_or_is_refused
