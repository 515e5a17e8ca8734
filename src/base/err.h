#ifndef SCEPGATE_BASE_ERR_H
#define SCEPGATE_BASE_ERR_H

/*
 * Every way in which anything in scepgate can fail, in one table: its text, the HTTP status and the SCEP failInfo that a
 * device gets, the exit status of a command, and the level at which it is logged. Foreign error codes are turned into one of
 * these where the foreign library lives, and nowhere else.
 *
 * This is not the place for detail about one occurrence: that is struct why.
 */

/** Levels of the log; err_log_level() gives one for each error. */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/** Exit statuses of the commands: 0 done, 1 refused or failed, 2 usage, 3 no database, 4 not found, 5 to be asked for later. */
enum exit_status { EXIT_STATUS_DONE = 0, EXIT_STATUS_FAILED = 1, EXIT_STATUS_USAGE = 2, EXIT_STATUS_NO_DATABASE = 3, EXIT_STATUS_NOT_FOUND = 4, EXIT_STATUS_PENDING = 5 };

/** The failInfo values of RFC 8894 section 3.2.1.4.5; NO_FAIL_INFO for what never reaches a CertRep. */
enum fail_info { NO_FAIL_INFO = -1, FAIL_BAD_ALG = 0, FAIL_BAD_MESSAGE_CHECK = 1, FAIL_BAD_REQUEST = 2, FAIL_BAD_TIME = 3, FAIL_BAD_CERT_ID = 4 };

/*
 * X(name, text, HTTP status, failInfo, exit status, log level). The text is generic and may be shown to anybody.
 * HTTP 200 stands for "answered as a CertRep": such an error is reported inside a signed message.
 */
#define ERR_TABLE(X) \
	X(ERR_OK, "no error", 200, NO_FAIL_INFO, DONE, DEBUG) \
	/* the machine */ \
	X(ERR_MEMORY, "out of memory", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_INTERNAL, "internal error", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_RANDOM, "no random numbers available", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_IO, "input or output failed", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_CONF, "the configuration is not valid", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_USAGE, "wrong usage", 500, NO_FAIL_INFO, USAGE, ERROR) \
	/* the database */ \
	X(ERR_DB_AWAY, "the database cannot be reached", 503, NO_FAIL_INFO, NO_DATABASE, ERROR) \
	X(ERR_DB_SCHEMA, "the database schema does not fit this program", 503, NO_FAIL_INFO, NO_DATABASE, ERROR) \
	X(ERR_DB, "the database refused a statement", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_DB_DENIED, "the database role may not do this", 500, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_STALE, "the configuration changed meanwhile", 503, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_NOT_FOUND, "not found", 404, NO_FAIL_INFO, NOT_FOUND, INFO) \
	X(ERR_CONFLICT, "exists already or is in use", 409, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_VALUE, "a value is not allowed", 400, NO_FAIL_INFO, FAILED, NOTICE) \
	/* HTTP */ \
	X(ERR_HTTP_METHOD, "the method is not allowed here", 405, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_HTTP_OPERATION, "unknown operation", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_HTTP_QUERY, "the query is not valid", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_HTTP_BODY, "the request has no body, or not all of it", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_HTTP_TIMEOUT, "the body did not arrive in time", 408, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_HTTP_TOO_LARGE, "the message is too large", 413, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_HTTP_URI_TOO_LONG, "the request target is too long", 414, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_HTTP_CREDENTIALS, "credentials are needed, and these are none or wrong", 401, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_HTTP_FORBIDDEN, "these credentials do not allow this", 403, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_HTTP_CONTENT, "the body asks for what this address does not do", 422, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_HTTP_TOO_MANY, "too many requests, or too many challenges that are pending", 429, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_ENDPOINT_NOT_READY, "this endpoint is not ready", 503, NO_FAIL_INFO, FAILED, ERROR) \
	/* encodings */ \
	X(ERR_TEXT, "the text is not valid", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_ASN1_SYNTAX, "the ASN.1 encoding is not valid", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_ASN1_LIMIT, "the ASN.1 encoding exceeds a limit", 400, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_CMS_SYNTAX, "this is not a pkiMessage", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_SCEP_ATTRIBUTE, "a SCEP attribute is missing, doubled or malformed", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_CERT_SYNTAX, "this is not a certificate", 400, NO_FAIL_INFO, FAILED, INFO) \
	X(ERR_CRL_SYNTAX, "this is not a certificate revocation list", 400, NO_FAIL_INFO, FAILED, INFO) \
	/* one pkiMessage: answered by CertRep FAILURE, but for the cipher */ \
	X(ERR_CMS_SIGNATURE, "the signature of the message is not valid", 200, FAIL_BAD_MESSAGE_CHECK, FAILED, NOTICE) \
	X(ERR_ALG_DIGEST, "the digest algorithm is not allowed", 200, FAIL_BAD_ALG, FAILED, NOTICE) \
	X(ERR_ALG_SIGNATURE, "the signature algorithm is not supported", 200, FAIL_BAD_ALG, FAILED, NOTICE) \
	X(ERR_ALG_CIPHER, "the content encryption algorithm is not allowed", 400, FAIL_BAD_ALG, FAILED, NOTICE) \
	X(ERR_ALG_KEY_TRANSPORT, "the key transport algorithm is not supported", 200, FAIL_BAD_ALG, FAILED, NOTICE) \
	X(ERR_ALG_KEY, "the key is of a type or size that is not allowed", 200, FAIL_BAD_ALG, FAILED, NOTICE) \
	X(ERR_SCEP_MESSAGE_TYPE, "the message type is not served", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_CMS_RECIPIENT, "the message is encrypted for another recipient", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_CMS_DECRYPT, "the content cannot be read", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_CSR_SYNTAX, "the certification request is malformed", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_CSR_SIGNATURE, "the signature of the certification request is not valid", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_CHALLENGE, "the challenge is missing or wrong", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_THROTTLED, "too many wrong challenges came from this address, it must wait", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_RENEWAL, "this certificate cannot be renewed", 200, FAIL_BAD_CERT_ID, FAILED, NOTICE) \
	X(ERR_RENEWAL_TIME, "it is not the time to renew this certificate", 200, FAIL_BAD_TIME, FAILED, NOTICE) \
	X(ERR_RENEWAL_IDENTITY, "a renewal may not ask for another identity", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_APPROVAL, "the request is not approved", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_POLICY, "the policy does not allow this request", 200, FAIL_BAD_REQUEST, FAILED, NOTICE) \
	X(ERR_CA_VALIDITY, "the CA certificate is not valid now", 200, FAIL_BAD_REQUEST, FAILED, ERROR) \
	X(ERR_CERT_ID, "nothing is found for this request", 200, FAIL_BAD_CERT_ID, FAILED, NOTICE) \
	/* keys at rest */ \
	X(ERR_KEY_SECRET, "the key-encryption secret is missing or wrong", 503, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_KEY, "the private key cannot be used", 503, NO_FAIL_INFO, FAILED, ERROR) \
	/* scepcli */ \
	X(ERR_NET, "the server cannot be reached or answered badly", 502, NO_FAIL_INFO, FAILED, ERROR) \
	X(ERR_SCEP_FAILURE, "the server refused", 502, NO_FAIL_INFO, FAILED, NOTICE) \
	X(ERR_SCEP_PENDING, "the server wants to decide later", 502, NO_FAIL_INFO, PENDING, NOTICE) \
	X(ERR_SCEP_REPLY, "the reply does not fit the request", 502, NO_FAIL_INFO, FAILED, ERROR)

#define ERR_ENUM(name, text, http, fail, exit, level) name,
enum err { ERR_TABLE(ERR_ENUM) };
#undef ERR_ENUM

/** The identifier of the error as a short word for the log, e.g. "ERR_MEMORY". */
const char *err_name(enum err e);

/** A generic text, in English, without a full stop; safe to show to anybody. */
const char *err_text(enum err e);

/** HTTP status of the reply that reports this error; 200 when it is reported inside a CertRep. */
int err_http_status(enum err e);

/** The failInfo that reports this error in a CertRep, or NO_FAIL_INFO. */
enum fail_info err_fail_info(enum err e);

/** Exit status of a command that ends with this error. */
enum exit_status err_exit_status(enum err e);

/** Level at which an occurrence is logged. */
enum log_level err_log_level(enum err e);

#endif
