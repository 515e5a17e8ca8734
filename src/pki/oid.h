#ifndef SCEPGATE_PKI_OID_H
#define SCEPGATE_PKI_OID_H

/* Object identifiers: the DER content octets of those we know, and text of any. Compare with bytes_is_equal(). */

#include "base/bytes.h"

/* X(name, dotted). A new row needs its octets in the table of oid.c; the unit test derives them from the dotted form and compares. */
#define OID_TABLE(X) \
	/* CMS content types, RFC 5652 */ \
	X(DATA, "1.2.840.113549.1.7.1") X(SIGNED_DATA, "1.2.840.113549.1.7.2") X(ENVELOPED_DATA, "1.2.840.113549.1.7.3") \
	X(AUTH_ENVELOPED_DATA, "1.2.840.113549.1.9.16.1.23") \
	/* CMS attributes */ \
	X(CONTENT_TYPE, "1.2.840.113549.1.9.3") X(MESSAGE_DIGEST, "1.2.840.113549.1.9.4") X(SIGNING_TIME, "1.2.840.113549.1.9.5") \
	/* SCEP attributes, RFC 8894 section 3.2.1 */ \
	X(SCEP_MESSAGE_TYPE, "2.16.840.1.113733.1.9.2") X(SCEP_PKI_STATUS, "2.16.840.1.113733.1.9.3") X(SCEP_FAIL_INFO, "2.16.840.1.113733.1.9.4") \
	X(SCEP_SENDER_NONCE, "2.16.840.1.113733.1.9.5") X(SCEP_RECIPIENT_NONCE, "2.16.840.1.113733.1.9.6") \
	X(SCEP_TRANSACTION_ID, "2.16.840.1.113733.1.9.7") X(SCEP_FAIL_INFO_TEXT, "1.3.6.1.5.5.7.24.1") \
	/* PKCS#9 attributes of a CSR */ \
	X(CHALLENGE_PASSWORD, "1.2.840.113549.1.9.7") X(EXTENSION_REQUEST, "1.2.840.113549.1.9.14") X(MS_EXTENSION_REQUEST, "1.3.6.1.4.1.311.2.1.14") \
	X(UNSTRUCTURED_NAME, "1.2.840.113549.1.9.2") X(UNSTRUCTURED_ADDRESS, "1.2.840.113549.1.9.8") X(FRIENDLY_NAME, "1.2.840.113549.1.9.20") \
	/* digests */ \
	X(MD5, "1.2.840.113549.2.5") X(SHA1, "1.3.14.3.2.26") X(SHA224, "2.16.840.1.101.3.4.2.4") X(SHA256, "2.16.840.1.101.3.4.2.1") \
	X(SHA384, "2.16.840.1.101.3.4.2.2") X(SHA512, "2.16.840.1.101.3.4.2.3") \
	/* keys from passwords, RFC 8018 and RFC 3211 */ \
	X(PBKDF2, "1.2.840.113549.1.5.12") X(PBES2, "1.2.840.113549.1.5.13") \
	X(PWRI_KEK, "1.2.840.113549.1.9.16.3.9") X(HMAC_SHA1, "1.2.840.113549.2.7") X(HMAC_SHA224, "1.2.840.113549.2.8") \
	X(HMAC_SHA256, "1.2.840.113549.2.9") X(HMAC_SHA384, "1.2.840.113549.2.10") X(HMAC_SHA512, "1.2.840.113549.2.11") \
	/* ciphers */ \
	X(DES_CBC, "1.3.14.3.2.7") X(DES3_CBC, "1.2.840.113549.3.7") X(AES128_CBC, "2.16.840.1.101.3.4.1.2") \
	X(AES192_CBC, "2.16.840.1.101.3.4.1.22") X(AES256_CBC, "2.16.840.1.101.3.4.1.42") \
	/* public keys and signatures */ \
	X(RSA_ENCRYPTION, "1.2.840.113549.1.1.1") X(RSAES_OAEP, "1.2.840.113549.1.1.7") X(RSASSA_PSS, "1.2.840.113549.1.1.10") \
	X(MGF1, "1.2.840.113549.1.1.8") X(P_SPECIFIED, "1.2.840.113549.1.1.9") X(MD5_WITH_RSA, "1.2.840.113549.1.1.4") X(SHA1_WITH_RSA, "1.2.840.113549.1.1.5") \
	X(SHA1_WITH_RSA_OIW, "1.3.14.3.2.29") X(SHA224_WITH_RSA, "1.2.840.113549.1.1.14") \
	X(SHA256_WITH_RSA, "1.2.840.113549.1.1.11") X(SHA384_WITH_RSA, "1.2.840.113549.1.1.12") X(SHA512_WITH_RSA, "1.2.840.113549.1.1.13") \
	X(EC_PUBLIC_KEY, "1.2.840.10045.2.1") X(SECP256R1, "1.2.840.10045.3.1.7") X(SECP384R1, "1.3.132.0.34") X(SECP521R1, "1.3.132.0.35") \
	X(ECDSA_SHA1, "1.2.840.10045.4.1") X(ECDSA_SHA256, "1.2.840.10045.4.3.2") X(ECDSA_SHA384, "1.2.840.10045.4.3.3") X(ECDSA_SHA512, "1.2.840.10045.4.3.4") \
	X(ED25519, "1.3.101.112") \
	/* certificate extensions, RFC 5280 */ \
	X(SUBJECT_KEY_ID, "2.5.29.14") X(KEY_USAGE, "2.5.29.15") X(SUBJECT_ALT_NAME, "2.5.29.17") X(BASIC_CONSTRAINTS, "2.5.29.19") \
	X(CRL_DISTRIBUTION_POINTS, "2.5.29.31") X(CERTIFICATE_POLICIES, "2.5.29.32") X(AUTHORITY_KEY_ID, "2.5.29.35") X(EXT_KEY_USAGE, "2.5.29.37") \
	X(AUTHORITY_INFO_ACCESS, "1.3.6.1.5.5.7.1.1") X(AD_CA_ISSUERS, "1.3.6.1.5.5.7.48.2") X(AD_OCSP, "1.3.6.1.5.5.7.48.1") \
	X(MS_TEMPLATE_NAME, "1.3.6.1.4.1.311.20.2") X(MS_TEMPLATE, "1.3.6.1.4.1.311.21.7") X(MS_APPLICATION_POLICIES, "1.3.6.1.4.1.311.21.10") \
	X(MS_SID, "1.3.6.1.4.1.311.25.2") X(MS_OBJECT_SID, "1.3.6.1.4.1.311.25.2.1") X(MS_UPN, "1.3.6.1.4.1.311.20.2.3") X(SMIME_CAPABILITIES, "1.2.840.113549.1.9.15") \
	/* CRL extensions, RFC 5280 */ \
	X(CRL_NUMBER, "2.5.29.20") X(CRL_REASON, "2.5.29.21") X(DELTA_CRL_INDICATOR, "2.5.29.27") X(ISSUING_DISTRIBUTION_POINT, "2.5.29.28") \
	X(FRESHEST_CRL, "2.5.29.46") \
	/* extended key usages */ \
	X(KP_SERVER_AUTH, "1.3.6.1.5.5.7.3.1") X(KP_CLIENT_AUTH, "1.3.6.1.5.5.7.3.2") X(KP_CODE_SIGNING, "1.3.6.1.5.5.7.3.3") \
	X(KP_EMAIL_PROTECTION, "1.3.6.1.5.5.7.3.4") X(KP_TIME_STAMPING, "1.3.6.1.5.5.7.3.8") X(KP_OCSP_SIGNING, "1.3.6.1.5.5.7.3.9") \
	X(KP_IPSEC_IKE, "1.3.6.1.5.5.7.3.17") X(KP_EAP_OVER_LAN, "1.3.6.1.5.5.7.3.14") X(KP_MS_SMARTCARD_LOGON, "1.3.6.1.4.1.311.20.2.2") \
	X(KP_MS_CERT_REQUEST_AGENT, "1.3.6.1.4.1.311.20.2.1") X(KP_ANY, "2.5.29.37.0") \
	/* attribute types of names, RFC 5280 and RFC 4519 */ \
	X(AT_CN, "2.5.4.3") X(AT_SURNAME, "2.5.4.4") X(AT_SERIAL_NUMBER, "2.5.4.5") X(AT_C, "2.5.4.6") X(AT_L, "2.5.4.7") X(AT_ST, "2.5.4.8") \
	X(AT_STREET, "2.5.4.9") X(AT_O, "2.5.4.10") X(AT_OU, "2.5.4.11") X(AT_TITLE, "2.5.4.12") X(AT_GIVEN_NAME, "2.5.4.42") \
	X(AT_DN_QUALIFIER, "2.5.4.46") X(AT_UID, "0.9.2342.19200300.100.1.1") X(AT_DC, "0.9.2342.19200300.100.1.25") \
	X(AT_EMAIL, "1.2.840.113549.1.9.1")

#define OID_ENUM(name, dotted) OID_##name,
enum oid { OID_TABLE(OID_ENUM) OID_COUNT };
#undef OID_ENUM

/** The content octets of a known identifier (no tag, no length). Borrowed for ever. */
struct bytes oid_get(enum oid oid);

/** Which known identifier are these content octets? @return OID_COUNT when none. */
enum oid oid_find(struct bytes content);

static inline bool oid_is(struct bytes content, enum oid oid)
{
	return bytes_is_equal(content, oid_get(oid));
}

/** Append the dotted form of content octets. @return ERR_OK; ERR_ASN1_SYNTAX for an encoding that is not valid; ERR_MEMORY. */
enum err oid_format(struct bytes content, struct buf *out);

/** Append the content octets of a dotted form. @return ERR_OK; ERR_TEXT; ERR_MEMORY. */
enum err oid_parse(const char *dotted, struct buf *out);

/**
 * Short names as used in policies, on the command line and in RFC 4514 text: "CN", "O", "OU", "C", "ST", "L", "DC", "UID", "serialNumber", "emailAddress",
 * "unstructuredName", … for attribute types; "clientAuth", "serverAuth", "codeSigning", "emailProtection", "timeStamping", "OCSPSigning", "ipsecIKE",
 * "eapOverLAN", "msSmartcardLogin", "certificateRequestAgent", "anyExtendedKeyUsage" for key purposes.
 */
/** @return the short name, or NULL when there is none. Borrowed for ever. */
const char *oid_name(enum oid oid);

/** Append the content octets for a short name (ASCII case ignored) or a dotted form. @return ERR_OK; ERR_TEXT; ERR_MEMORY. */
enum err oid_from_name(const char *name, struct buf *out);

/** Append the short name of content octets, or the dotted form. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_MEMORY. */
enum err oid_format_name(struct bytes content, struct buf *out);

#endif
