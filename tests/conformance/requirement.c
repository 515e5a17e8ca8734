#include <config.h>

#include "conformance/requirement.h"

#include "conformance/checks.h"

const char *level_name(enum level level)
{
	switch (level) {
	case LEVEL_MUST:
		return "MUST";
	case LEVEL_SHOULD:
		return "SHOULD";
	case LEVEL_INTEROP:
		return "INTEROP";
	}
	return "";
}

/* An id that ends in a small letter is a second statement about the same thing, at another level. */
const struct requirement requirement_table[] = {
	/* A: HTTP */
	{ "A1", LEVEL_MUST, "4.1, 4.3", "PKIOperation by POST with the raw message as body is answered by a CertRep", check_post },
	{ "A2", LEVEL_INTEROP, "4.1", "PKIOperation by GET, as old clients send it, is answered by a CertRep", check_get },
	{ "A3", LEVEL_MUST, "3.5.1, 4.2", "GetCACaps and GetCACert are served by GET", check_get_operations },
	{ "A3b", LEVEL_INTEROP, "4.1", "message may be absent, empty or in front, and unknown parameters are ignored", check_get_variants },
	{ "A4", LEVEL_SHOULD, "4.1", "the path is not looked at more closely than needed: a further /pkiclient.exe or slash does no harm", check_path },
	{ "A5", LEVEL_INTEROP, "4.3", "a POST is a PKIOperation, whatever its operation parameter says", check_post_operation },
	{ "A6", LEVEL_MUST, "4.1", "the message of a GET is base64 of RFC 4648 section 4, percent-escaped", check_get_escaped },
	{ "A6b", LEVEL_INTEROP, "4.1", "the message of a GET is read in the other encodings that clients send", check_get_encodings },
	{ "A7", LEVEL_INTEROP, "4.3", "the Content-Type of a POST does not matter", check_post_media_type },
	{ "A8", LEVEL_MUST, "4.2.1, 4.3.1", "GetCACert and every CertRep have their media types", check_media_types },
	{ "A8b", LEVEL_INTEROP, "4.2.1, 4.3.1", "media types are sent in small letters and without parameters", check_media_types_exact },
	{ "A9", LEVEL_INTEROP, "4.1", "an HTTP/1.0 request without Host gets a reply with Content-Length that is not chunked", check_http_1_0 },
	{ "A10", LEVEL_INTEROP, "4.1", "a GET with a request target of 32 KiB is served", check_long_target },
	{ "A10b", LEVEL_INTEROP, "4.1", "a request target that is too long is refused by an HTTP status of the 400s, and never cut",
	check_too_long_target },
	{ "A11", LEVEL_INTEROP, "3.3.2.2, 4.3.1", "what is refused for its content is HTTP status 200 and a CertRep", check_http_status },
	{ "A11b", LEVEL_INTEROP, "4.3.1", "no error is reported as an HTML page", check_error_pages },
	{ "A12", LEVEL_INTEROP, "4.1", "replies must not be cached", check_no_cache },
	{ "A13", LEVEL_INTEROP, "7.10", "plain HTTP is enough, since the messages protect themselves", check_plain_http },
	/* B: GetCACaps */
	{ "B1", LEVEL_MUST, "3.5", "GetCACaps is implemented", check_caps_served },
	{ "B2", LEVEL_MUST, "3.5.2", "keywords stand one a line, in the letters of the RFC", check_caps_words },
	{ "B3", LEVEL_MUST, "3.5.2", "the algorithms that are advertised are served", check_caps_true },
	{ "B4", LEVEL_SHOULD, "3.5.2", "AES, SHA-256 and POSTPKIOperation are listed one by one as well", check_caps_individually },
	{ "B5", LEVEL_INTEROP, "3.5.2, 6", "further keywords are registered or private ones", check_caps_registered },
	{ "B6", LEVEL_SHOULD, "3.5.2", "GetCACaps is answered by keywords, or, when nothing is supported, by an empty message or an HTTP error", check_caps_or_nothing },
	{ "B7", LEVEL_SHOULD, "3.5.2", "the Content-Type of GetCACaps is text/plain", check_caps_media_type },
	{ "B8", LEVEL_INTEROP, "7.5", "3DES and SHA-1 are refused where they are not advertised: a list that nobody signed keeps no weak algorithm out", check_caps_enforced },
	{ "B9", LEVEL_INTEROP, "3.5.2", "the list is shorter than 1024 bytes and has no empty line", check_caps_size },
	/* C: GetCACert */
	{ "C1", LEVEL_MUST, "4.2", "GetCACert is implemented", check_ca_served },
	{ "C2", LEVEL_MUST, "4.2.1.1", "a single certificate is sent as it is, in binary", check_ca_single },
	{ "C3", LEVEL_MUST, "4.2.1.2", "several certificates are a degenerate SignedData and belong to one chain", check_ca_chain },
	{ "C4", LEVEL_MUST, "2.1.2", "the KeyUsage of the certificates allows to encipher keys and to sign replies", check_ca_usages },
	{ "C5", LEVEL_INTEROP, "2.2", "the fingerprint that is known from elsewhere is that of a certificate of GetCACert", check_ca_fingerprint },
	{ "C6", LEVEL_INTEROP, "4.2", "a CA identifier of older drafts is no error", check_ca_identifier },
	/* D: GetNextCACert */
	{ "D1", LEVEL_MUST, "4.7.1", "GetNextCACert gives a degenerate SignedData inside one that is signed by the current CA key", check_next_ca },
	{ "D2", LEVEL_INTEROP, "3.5.2", "GetNextCACert is advertised when it is implemented, and refused otherwise", check_next_ca_keyword },
	{ "D3", LEVEL_INTEROP, "5.1", "a request enveloped for the next certificate is issued by the next CA", check_next_ca_envelope },
	/* E: pkiMessage */
	{ "E1", LEVEL_MUST, "3.2", "a CertRep is a SignedData with eContentType id-data", check_reply_signed_data },
	{ "E2", LEVEL_MUST, "3.2", "the eContent of a SUCCESS is a complete ContentInfo { envelopedData }", check_reply_envelope },
	{ "E3", LEVEL_MUST, "3, 3.3.2.2", "a message without messageData has no envelope at all: FAILURE", check_failure_without_envelope },
	{ "E4", LEVEL_MUST, "3.2.1", "a CertRep has all signed attributes, each once with one value", check_reply_attributes },
	{ "E4b", LEVEL_INTEROP, "3.2.1", "a request that lacks transactionID or senderNonce is refused", check_missing_attributes },
	{ "E5", LEVEL_MUST, "2.3", "the signer of a request is found among further certificates in it", check_signer_among_others },
	{ "E5b", LEVEL_INTEROP, "2.3", "a CertRep holds its signer's certificate, with a key of GetCACert, and verifies", check_reply_signer },
	{ "E6", LEVEL_SHOULD, "3.1", "a request that is not encrypted is refused", check_no_plain_content },
	{ "E7", LEVEL_INTEROP, "3.2", "a message with no SignerInfo or with two is refused", check_one_signer },
	{ "E8", LEVEL_INTEROP, "3.2", "a request in BER with indefinite lengths and chunks is served", check_ber },
	{ "E9", LEVEL_INTEROP, "3.2.1", "signed attributes that are not in DER order, and signed so, are accepted", check_unsorted },
	/* F: encodings of attributes */
	{ "F1", LEVEL_MUST, "3.2.1, 3.2.1.2", "messageType is a PrintableString of decimal digits", check_message_type_encoding },
	{ "F2", LEVEL_MUST, "3.2.1, 3.2.1.3", "pkiStatus is a PrintableString of decimal digits", check_status_encoding },
	{ "F3", LEVEL_MUST, "3.2.1, 3.2.1.4", "failInfo is a PrintableString of decimal digits", check_fail_info_encoding },
	{ "F4", LEVEL_MUST, "3.2.1, 3.2.1.5", "senderNonce is an OCTET STRING of 16 octets", check_sender_nonce_encoding },
	{ "F5", LEVEL_MUST, "3.2.1, 3.2.1.5", "recipientNonce is an OCTET STRING", check_recipient_nonce_encoding },
	{ "F6", LEVEL_MUST, "3.2.1, 3.2.1.1", "transactionID is a PrintableString", check_transaction_id_encoding },
	{ "F7", LEVEL_MUST, "3.2.1, 3.2.1.4", "failInfoText is a UTF8String", check_fail_info_text_encoding },
	{ "F8", LEVEL_INTEROP, "3.2.1", "unknown signed attributes are ignored", check_unknown_attribute },
	{ "F8b", LEVEL_INTEROP, "3.2.1", "a SCEP attribute that stands twice is an error", check_double_attribute },
	/* G: messageType */
	{ "G1", LEVEL_MUST, "3.2.1.2", "a message without messageType is refused", check_message_type_present },
	{ "G2", LEVEL_MUST, "3.2.1.2", "message types that are not defined are errors, with and without a challenge", check_message_type_known },
	{ "G3", LEVEL_INTEROP, "2.3", "a PKCSReq signed by an issued certificate is a renewal", check_renewal_by_pkcs_req },
	/* H: pkiStatus and failInfo */
	{ "H1", LEVEL_MUST, "3.2.1.3", "every CertRep has the pkiStatus that it means", check_status_known },
	{ "H2", LEVEL_MUST, "3.2.1.4", "failInfo is one of 0 to 4", check_fail_info_known },
	{ "H2b", LEVEL_INTEROP, "3.2.1.4", "badMessageCheck says that a signature is wrong, badRequest that the challenge is",
	check_fail_info_mapping },
	{ "H3", LEVEL_MUST, "3.3.2.2", "a FAILURE has failInfo and no envelope, a SUCCESS has no failInfo", check_failure_shape },
	{ "H4", LEVEL_MUST, "3.3.2.3", "a PENDING has no envelope, and fits its request", check_pending_shape },
	/* I: transactionID and nonces */
	{ "I1", LEVEL_MUST, "3.2.1.1", "a CertRep has the transactionID of its request", check_transaction_id_echo },
	{ "I2", LEVEL_INTEROP, "3.2.1.1", "the transactionID is the client's choice, not a hash of its key", check_transaction_id_opaque },
	{ "I3", LEVEL_INTEROP, "3.2.1.1", "two requesters may choose the same transactionID and never get each other's certificate",
	check_transaction_id_shared },
	{ "I4", LEVEL_INTEROP, "3.2.1.1", "a transactionID of other characters, string types and lengths comes back as it was",
	check_transaction_id_characters },
	{ "I5", LEVEL_MUST, "3.2.1.5", "recipientNonce is the senderNonce of the request", check_recipient_nonce },
	{ "I5b", LEVEL_INTEROP, "3.2.1.5", "nonces of 8 and 32 octets come back as they were", check_nonce_lengths },
	{ "I6", LEVEL_MUST, "3.2.1, 3.2.1.5", "every CertRep has a fresh senderNonce", check_sender_nonce_fresh },
	{ "I6b", LEVEL_INTEROP, "3.2.1.5", "the senderNonce of a CertRep is as long as that of its request", check_sender_nonce_length },
	{ "I7", LEVEL_INTEROP, "3.2.1.5", "a message that is sent again, nonce and all, is no attack", check_resent_message },
	{ "I8", LEVEL_INTEROP, "3.3.2, 4.4", "CertPoll needs no recipientNonce, and is answered by PENDING while nobody decides", check_poll_pending },
	/* J: pkcsPKIEnvelope */
	{ "J1", LEVEL_MUST, "3.2.2", "the content type inside the envelope is id-data", check_envelope_content_type },
	{ "J2", LEVEL_MUST, "2.3, 3.1", "the reply is encrypted to the key that signed the request, not to that of the CSR", check_envelope_recipient },
	{ "J3", LEVEL_MUST, "3.1", "the reply to a key that cannot decrypt is encrypted with the challenge, or the request is refused",
	check_password_recipient },
	{ "J4", LEVEL_MUST, "2.9", "AES-128-CBC with SHA-256 is served", check_mandatory_algorithms },
	{ "J5", LEVEL_MUST, "2.9, 7.5", "single DES is refused", check_single_des },
	{ "J5b", LEVEL_MUST, "2.9, 7.5", "MD5 is refused", check_md5 },
	{ "J5c", LEVEL_INTEROP, "2.9", "a legacy cipher that the operator allows is served and mirrored", check_legacy_cipher },
	{ "J6", LEVEL_INTEROP, "3.1", "the server finds its own RecipientInfo among several", check_several_recipients },
	/* K: message bodies */
	{ "K1", LEVEL_MUST, "3.3.1, 4.3.1", "a PKCSReq with the challenge gets a certificate for its key that chains to the CA", check_enrolled },
	{ "K2", LEVEL_INTEROP, "2.3", "subject and key of the signer need not be those of the CSR", check_foreign_signer },
	{ "K3", LEVEL_MUST, "2.4", "a self-signed certificate authenticates nobody, even under the names of an issued one",
	check_self_signed_is_no_authority },
	{ "K4", LEVEL_SHOULD, "2.5", "a RenewalReq signed by an issued certificate is served without a challenge", check_renewal },
	{ "K5", LEVEL_SHOULD, "7.6", "a CSR whose own signature is wrong is refused", check_csr_signature },
	{ "K6", LEVEL_MUST, "2.4", "a wrong challenge is rejected or put to somebody's decision, by a CertRep", check_wrong_secret },
	{ "K7", LEVEL_MUST, "3.3.2.1", "a SUCCESS holds the issued certificate, as the leaf", check_issued_is_leaf },
	{ "K7b", LEVEL_INTEROP, "3.3.2.1", "the issued certificate stands first", check_issued_is_first },
	{ "K8", LEVEL_MUST, "3.4", "a SUCCESS holds a degenerate SignedData: no signers, no content, eContentType id-data", check_degenerate },
	{ "K9", LEVEL_MUST, "4.5.1", "GetCert for a certificate that does not exist is answered by a FAILURE", check_get_cert_unknown },
	{ "K9b", LEVEL_INTEROP, "3.3.4, 4.5", "GetCert gives a requester its own certificate", check_get_cert },
	{ "K10", LEVEL_MUST, "3.3.4, 4.6.1", "GetCRL gives the CRL of the certificate's issuer, and nothing else", check_get_crl },
	{ "K11", LEVEL_SHOULD, "3.3.3", "CertPoll goes by the transactionID, not by the names in it", check_poll_foreign_names },
	{ "K12", LEVEL_MUST, "4.4", "CertPoll for an unknown transaction is rejected", check_poll_unknown },
	{ "K13", LEVEL_INTEROP, "5.2", "CertPoll for a transaction that is done gives its certificate again", check_poll_issued },
	{ "K14", LEVEL_INTEROP, "5.2, 7.4", "the same request in a new message gives the same certificate", check_repeated_request },
	{ "K14b", LEVEL_INTEROP, "5.2", "another request under the same transactionID never gives the first one's certificate",
	check_repeated_other_csr },
	{ "K14c", LEVEL_INTEROP, "4.4", "the repeat of a pending request is answered by PENDING", check_pending_repeat },
	{ "K15", LEVEL_INTEROP, "2.6", "GetCert is no directory for strangers", check_get_cert_stranger },
	/* L: what cannot be decoded */
	{ "L1", LEVEL_INTEROP, "4.3.1", "what is no pkiMessage is an HTTP status of the 400s with a text", check_no_message },
	{ "L2", LEVEL_INTEROP, "3.3.2.2", "a message whose signature is wrong is answered by a FAILURE that fits it", check_bad_signature_answered },
	{ "L2b", LEVEL_MUST, "3.2", "neither a wrong signature nor a wrong messageDigest gets a certificate", check_bad_message_digest },
	{ "L3", LEVEL_INTEROP, "3.2.2, 7.3", "all failures to decrypt look alike", check_oracle },
	{ "L4", LEVEL_INTEROP, "3.2.1.4", "failInfoText does not repeat the challenge", check_no_echo },
	/* M: security */
	{ "M1", LEVEL_INTEROP, "7.2", "requests are not encrypted to the CA's own key", check_ra_is_not_ca },
};

const size_t requirement_count = sizeof requirement_table / sizeof *requirement_table;
