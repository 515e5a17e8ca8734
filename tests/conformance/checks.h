#ifndef SCEPGATE_TESTS_CONFORMANCE_CHECKS_H
#define SCEPGATE_TESTS_CONFORMANCE_CHECKS_H

/* The checks, one for each row of the table of requirements, in the files check_*.c. */

#include "conformance/requirement.h"

/* check_transport.c */
requirement_check check_post, check_get, check_get_escaped, check_get_operations, check_get_variants, check_path,
	check_post_operation, check_get_encodings, check_post_media_type, check_media_types, check_media_types_exact, check_http_1_0,
	check_long_target, check_too_long_target, check_http_status, check_error_pages, check_no_cache, check_plain_http,
	check_no_message;

/* check_caps.c */
requirement_check check_caps_served, check_caps_words, check_caps_true, check_caps_individually, check_caps_registered,
	check_caps_or_nothing, check_caps_media_type, check_caps_enforced, check_caps_size;

/* check_ca.c */
requirement_check check_ca_served, check_ca_single, check_ca_chain, check_ca_usages, check_ca_fingerprint, check_ca_identifier,
	check_next_ca, check_next_ca_keyword, check_next_ca_envelope, check_ra_is_not_ca;

/* check_structure.c */
requirement_check check_reply_signed_data, check_reply_envelope, check_failure_without_envelope, check_reply_attributes,
	check_signer_among_others, check_reply_signer, check_no_plain_content, check_one_signer, check_unknown_attribute,
	check_double_attribute, check_missing_attributes, check_ber, check_unsorted;

/* check_attributes.c */
requirement_check check_message_type_encoding, check_status_encoding, check_fail_info_encoding, check_sender_nonce_encoding,
	check_recipient_nonce_encoding, check_transaction_id_encoding, check_fail_info_text_encoding, check_transaction_id_echo,
	check_transaction_id_opaque, check_transaction_id_characters, check_recipient_nonce, check_nonce_lengths,
	check_sender_nonce_fresh, check_sender_nonce_length;

/* check_errors.c */
requirement_check check_message_type_present, check_message_type_known, check_status_known, check_fail_info_known,
	check_failure_shape, check_fail_info_mapping, check_bad_signature_answered, check_oracle, check_no_echo, check_bad_message_digest;

/* check_envelope.c */
requirement_check check_envelope_content_type, check_envelope_recipient, check_password_recipient, check_mandatory_algorithms,
	check_single_des, check_md5, check_legacy_cipher, check_several_recipients;

/* check_enrol.c */
requirement_check check_enrolled, check_foreign_signer, check_self_signed_is_no_authority, check_renewal,
	check_renewal_by_pkcs_req, check_csr_signature, check_wrong_secret, check_issued_is_leaf, check_issued_is_first, check_degenerate;

/* check_poll.c */
requirement_check check_pending_shape, check_poll_pending, check_poll_foreign_names, check_poll_unknown, check_poll_issued,
	check_pending_repeat;

/* check_access.c */
requirement_check check_get_cert_unknown, check_get_cert, check_get_cert_stranger, check_get_crl;

/* check_replay.c */
requirement_check check_transaction_id_shared, check_resent_message, check_repeated_request, check_repeated_other_csr;

#endif
