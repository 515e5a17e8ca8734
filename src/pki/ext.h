#ifndef SCEPGATE_PKI_EXT_H
#define SCEPGATE_PKI_EXT_H

/* The certificate extensions that we read from requests and write into certificates (RFC 5280 section 4.2). */

#include "base/bytes.h"
#include "base/why.h"
#include "pki/oid.h"

enum {
	EXT_MAX_COUNT = 32,     /* extensions in one request or certificate that we read */
	EXT_MAX_SAN = 64,       /* GeneralNames in one SubjectAltName */
	EXT_MAX_SAN_LEN = 1024, /* bytes of one GeneralName */
	EXT_MAX_EKU = 32        /* purposes in one ExtKeyUsage */
};

/** Bits of KeyUsage, RFC 5280 section 4.2.1.3; bit n of the BIT STRING is 1 << n here. */
enum key_usage {
	KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0, KEY_USAGE_NON_REPUDIATION = 1 << 1, KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2, KEY_USAGE_DATA_ENCIPHERMENT = 1 << 3,
	KEY_USAGE_KEY_AGREEMENT = 1 << 4, KEY_USAGE_KEY_CERT_SIGN = 1 << 5, KEY_USAGE_CRL_SIGN = 1 << 6, KEY_USAGE_ENCIPHER_ONLY = 1 << 7, KEY_USAGE_DECIPHER_ONLY = 1 << 8
};

/** "digitalSignature", "nonRepudiation", "keyEncipherment", … as in RFC 5280. @return NULL for what is not exactly one bit. */
const char *key_usage_name(enum key_usage bit);
/** @return 0 for any other word. ASCII case is ignored. */
enum key_usage key_usage_from_name(struct bytes name);

/** The kinds of GeneralName that policies know. */
enum san_type { SAN_OTHER, SAN_DNS, SAN_EMAIL, SAN_IP, SAN_URI, SAN_UPN, SAN_DIRECTORY_NAME, SAN_REGISTERED_ID };

/** "dns", "email", "ip", "uri", "upn", "directoryName", "registeredID", "other". */
const char *san_type_name(enum san_type type);
/** @return SAN_OTHER for any other word. */
enum san_type san_type_from_name(struct bytes name);

/** One GeneralName; borrowed from the extension. */
struct san {
	enum san_type type;
	struct bytes raw;    /* the whole element, copied into the certificate as it is */
	struct bytes value;  /* text of dns, email, uri (ASCII); octets of ip (4 or 16); UTF-8 of upn; content otherwise */
};

/** An extension whose value is not read; borrowed. */
struct ext_other {
	struct bytes oid;    /* content octets */
	bool is_critical;
};

/** What extensions of a request say. Borrowed from the request. Zero means that nothing was asked. */
struct ext_request {
	bool has_basic_constraints, is_ca;
	bool has_key_usage;
	unsigned key_usage;               /* enum key_usage bits */
	struct bytes eku[EXT_MAX_EKU];    /* OID content octets */
	size_t eku_count;
	bool has_eku;
	struct san san[EXT_MAX_SAN];
	size_t san_count;
	struct ext_other other[EXT_MAX_COUNT]; /* extensions that are none of BC, KU, EKU, SAN: their values are not read */
	size_t other_count;
};

/**
 * Read an Extensions value.
 *
 * dNSName, rfc822Name and URI must be IA5 without control characters, NUL or blanks; iPAddress 4 or 16 octets; an empty SAN, EKU or KU, a
 * doubled extension, or more than the limits is refused.
 *
 * @param extensions in: SEQUENCE OF Extension, whole element. @param out out: untouched on error.
 * @return ERR_OK; ERR_CSR_SYNTAX with the cause.
 */
enum err ext_request_parse(struct bytes extensions, struct ext_request *out, struct why *why);

/**
 * Read one GeneralName, under the rules of ext_request_parse().
 *
 * @param general_name in: the whole element, EXT_MAX_SAN_LEN bytes at most. @param out out: untouched on error; borrows from `general_name`.
 * @return ERR_OK; ERR_CSR_SYNTAX with the cause.
 */
enum err san_parse(struct bytes general_name, struct san *out, struct why *why);

/**
 * Append the value alone as text: the host name, the address ("192.0.2.1", RFC 5952 for IPv6), the RFC 4514 name, the dotted identifier; for an otherName that is
 * no UPN its type. @return ERR_OK; ERR_MEMORY.
 */
enum err san_format_value(const struct san *san, struct buf *out);

/** Append a text for people of one GeneralName: "DNS:host", "IP:192.0.2.1", "UPN:…". @return ERR_OK; ERR_MEMORY. */
enum err san_format(const struct san *san, struct buf *out);

/*
 * Writers: each appends one whole Extension SEQUENCE. @return ERR_OK; ERR_MEMORY; ERR_VALUE.
 */
enum err ext_put_basic_constraints(struct buf *out, bool is_ca, int path_len /* -1: none */);
enum err ext_put_key_usage(struct buf *out, unsigned key_usage);
enum err ext_put_ext_key_usage(struct buf *out, const struct bytes *oids, size_t count, bool critical);
enum err ext_put_san(struct buf *out, const struct bytes *general_names, size_t count, bool critical); /* whole GeneralName elements */
enum err ext_put_subject_key_id(struct buf *out, struct bytes key_id);
enum err ext_put_authority_key_id(struct buf *out, struct bytes key_id);
enum err ext_put_crl_number(struct buf *out, uint64_t number);
enum err ext_put_crl_reason(struct buf *out, unsigned reason /* CRLReason, 0..10 */);

/**
 * Append a GeneralName element for a text as people write it: a host name, an address, a URI, a UPN, an RFC 4514 name, a dotted identifier.
 *
 * @return ERR_OK; ERR_VALUE for text that does not fit the type, and for SAN_OTHER; ERR_MEMORY.
 */
enum err san_encode_text(enum san_type type, struct bytes text, struct buf *out, struct why *why);

#endif
