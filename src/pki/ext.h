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
	EXT_MAX_EKU = 32,       /* purposes in one ExtKeyUsage */
	EXT_MAX_PATH_LEN = 255, /* largest pathLenConstraint that we write */
	EXT_MAX_URLS = 16,      /* in one extension that points somewhere */
	EXT_MAX_VALUE_LEN = 8192 /* bytes of the value of an extension that an administrator gives */
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
	int path_len;                     /* of BasicConstraints; -1 when it has none; looked at only with has_basic_constraints */
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

/**
 * Append a text for people of one GeneralName: "DNS:host", "IP:192.0.2.1", "UPN:…", and for an otherName that is no UPN "other:1.2.3#" and its octets. Different names have
 * different texts, but for string types within a directoryName. @return ERR_OK; ERR_MEMORY.
 */
enum err san_format(const struct san *san, struct buf *out);

/** What san_format() writes before the value: "DNS:", "email:", "IP:", "URI:", "UPN:", "DirName:", "RID:", "other:". */
const char *san_type_prefix(enum san_type type);

/**
 * Append octets that all GeneralNames have in common which mean the same (RFC 5280 section 7), and no others: host names in small letters, those of mail addresses too, UPNs
 * folded as names are (name_fold_text()), directoryNames as name_canonicalise(); anything else as it is. For comparing; never to be certified.
 * @return ERR_OK; ERR_MEMORY.
 */
enum err san_canonicalise(const struct san *san, struct buf *out);

/**
 * Find the first of some names that is not among others, each counted as often as it stands there. Two lists are the same set of names when nothing of either is missing in the other.
 *
 * @param names, others in: EXT_MAX_SAN at most each. @param missing out: borrowed from `names`; NULL when all are there. @return ERR_OK; ERR_MEMORY.
 */
enum err san_find_missing(const struct san *names, size_t count, const struct san *others, size_t others_count, const struct san **missing);

/**
 * Read GeneralName elements that stand one behind the other, under the rules of san_parse().
 *
 * @param elements in: may be empty. @param san out: room for EXT_MAX_SAN; borrows from `elements`. @param count out: untouched on error.
 * @return ERR_OK; ERR_CSR_SYNTAX, also when they are too many.
 */
enum err san_parse_elements(struct bytes elements, struct san *san, size_t *count, struct why *why);

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

/*
 * Extensions that point somewhere. A URL is ASCII without blanks, with a scheme, EXT_MAX_SAN_LEN bytes at most; 1..EXT_MAX_URLS of them. All of one extension stand for
 * the same thing: they are alternatives, in the order in which they are to be tried. @return ERR_OK; ERR_VALUE; ERR_MEMORY.
 */
struct url_list {
	const struct bytes *url;
	size_t count;
};

/** cRLDistributionPoints, RFC 5280 section 4.2.1.13: one DistributionPoint with all of the URLs. */
enum err ext_put_crl_distribution_points(struct buf *out, struct url_list urls, struct why *why);
/** freshestCRL, RFC 5280 sections 4.2.1.15 and 5.2.6: where the delta is. */
enum err ext_put_freshest_crl(struct buf *out, struct url_list urls, struct why *why);
/** authorityInfoAccess, RFC 5280 section 4.2.2.1: id-ad-caIssuers, then id-ad-ocsp; either may be empty, not both. */
enum err ext_put_authority_info_access(struct buf *out, struct url_list ca_issuers, struct url_list ocsp, struct why *why);
/** deltaCRLIndicator, RFC 5280 section 5.2.4; critical. */
enum err ext_put_delta_crl_indicator(struct buf *out, uint64_t base_number);

/** What a CRL covers when that is not all that its issuer has issued. All zero: all. */
struct crl_scope {
	struct url_list urls;       /* the distribution point: the same URLs, to the octet, as in the certificates that it covers */
	bool only_user_certs, only_ca_certs; /* not both */
};

/** issuingDistributionPoint, RFC 5280 section 5.2.5; critical. ERR_VALUE for a scope that is all zero. */
enum err ext_put_issuing_distribution_point(struct buf *out, const struct crl_scope *scope, struct why *why);

/**
 * Any extension.
 *
 * @param oid in: content octets. @param value in: the content of extnValue: exactly one element, DER, EXT_MAX_VALUE_LEN bytes at most.
 * @return ERR_OK; ERR_VALUE when the identifier or the value is malformed; ERR_MEMORY.
 */
enum err ext_put_custom(struct buf *out, struct bytes oid, bool critical, struct bytes value, struct why *why);

/** Is this a security identifier as text, "S-1-5-21-…" (MS-DTYP section 2.4.2.1)? @return ERR_OK; ERR_VALUE. */
enum err sid_check(struct bytes sid, struct why *why);

/** The extension that Windows maps a certificate to an account by, 1.3.6.1.4.1.311.25.2 (MS-WCCE section 2.2.2.7.7.4). @param sid in: as sid_check(). */
enum err ext_put_sid(struct buf *out, struct bytes sid, struct why *why);

/** The same as a GeneralName, a URI "tag:microsoft.com,2022-09-14:sid:S-1-…", for those who cannot have the extension. The element is appended. */
enum err san_encode_sid(struct bytes sid, struct buf *out, struct why *why);

/**
 * Append a GeneralName element for a text as people write it: a host name, an address, a URI, a UPN, an RFC 4514 name, a dotted identifier.
 *
 * @return ERR_OK; ERR_VALUE for text that does not fit the type, and for SAN_OTHER; ERR_MEMORY.
 */
enum err san_encode_text(enum san_type type, struct bytes text, struct buf *out, struct why *why);

/**
 * Append a GeneralName element for a text with its type before it, in the words of san_format() or of san_type_name(), in any case: "DNS:a.example", "upn:a@b".
 *
 * @return ERR_OK; ERR_VALUE when the type is unknown or the value does not fit it; ERR_MEMORY.
 */
enum err san_encode_typed_text(struct bytes text, struct buf *out, struct why *why);

/**
 * Read a list as san_format() and ", " write it: "DNS:a.example, UPN:b@example". Every comma begins another name, with or without a blank; but in the value of a URI or DirName, where
 * commas have a meaning of their own, only one with a blank and a type behind it and no backslash before it does. There is no value with such a comma in it but for those two.
 *
 * @param text in: at least one name, EXT_MAX_SAN at most. @param out out: the elements, one behind the other; untouched on error.
 * @return ERR_OK; ERR_VALUE; ERR_MEMORY.
 */
enum err san_parse_text(struct bytes text, struct buf *out, struct why *why);

#endif
