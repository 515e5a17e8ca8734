#ifndef SCEPGATE_TESTS_SERVICE_CRAFTED_MESSAGE_H
#define SCEPGATE_TESTS_SERVICE_CRAFTED_MESSAGE_H

/*
 * pkiMessages put together by hand, so that one thing at a time can be odd or wrong. A field that is empty or zero gets what a good request of the fixture's client has.
 * What is returned, and what plans borrow, lives until crafted_forget().
 */

#include "service/craft.h"
#include "service/fixture.h"

/** A PKCS#10 request. */
struct crafted_csr {
	const struct key *key;
	struct bytes version;             /* INTEGER content: 00 */
	struct bytes subject;             /* whole Name: CN=device-1 */
	struct bytes spki;                /* whole */
	struct bytes challenge;           /* content of the SET of values: one PrintableString */
	bool no_challenge;
	struct bytes more;                /* Attributes behind it, whole */
	bool no_attributes;               /* not even an empty [0] */
	enum digest digest;               /* of its signature: SHA-256 */
	struct bytes behind;              /* octets behind the request */
};
struct bytes crafted_csr(const struct fixture *f, const struct crafted_csr *csr);

/** An extensionRequest attribute. @param extensions in: whole Extension elements. */
struct bytes crafted_extension_request(enum oid attribute_type, struct bytes extensions);
struct bytes crafted_extension(enum oid type, struct bytes value);
/** A SubjectAltName of this many host names, as a whole Extension. */
struct bytes crafted_san(size_t count);

/** A signer's certificate. Its own signature is valid, though nobody asks. */
struct crafted_cert {
	const struct key *key;
	struct bytes version;             /* whole [0] element: version 3 */
	bool no_version;
	struct bytes serial;              /* INTEGER content: 2a */
	bool is_serial_empty;
	struct bytes subject;             /* whole Name: CN=device-1; issuer too */
	struct bytes spki;
	struct bytes validity;            /* content: a day around now */
	struct bytes extensions;          /* content of Extensions; none */
};
struct bytes crafted_cert(const struct fixture *f, const struct crafted_cert *cert);

/** How the signature value is made. */
enum crafted_signature { CRAFTED_SIGNATURE_USUAL, CRAFTED_SIGNATURE_WITHOUT_NULL, CRAFTED_SIGNATURE_PSS };

struct crafted {
	int type;                         /* of the plan, and of messageType: 19 */
	/* EnvelopedData */
	struct bytes content;             /* messageData: the usual CSR */
	enum cipher cipher;               /* AES-128 */
	struct bytes cipher_algorithm;    /* whole AlgorithmIdentifier */
	struct bytes encrypted_content;   /* whole element */
	bool no_encrypted_content;
	struct bytes recipients;          /* content of the SET: one, for the RA */
	struct bytes envelope_version;    /* INTEGER content: 00 */
	const struct craft_framing *envelope_framing;
	bool is_envelope_bare;            /* no ContentInfo around it */
	struct bytes envelope;            /* what is signed, instead of all that */
	/* signed attributes */
	struct bytes message_type, transaction_id, sender_nonce, content_type, message_digest; /* content of the SET of values */
	enum oid without;                 /* leave this attribute out */
	struct bytes more;                /* more Attributes, whole */
	bool is_unsorted;                 /* in descending order on the wire */
	bool is_signed_as_sent;           /* the signature is over that order */
	/* SignedData */
	struct bytes version;             /* INTEGER content: 01 */
	struct bytes digest_algorithms;   /* content of the SET */
	bool no_digest_algorithms;
	enum oid encapsulated_type;       /* id-data */
	bool no_encapsulated;
	struct bytes certificates;        /* content: the signer's */
	struct bytes crls;                /* whole [1] element */
	const struct craft_framing *framing;
	struct bytes behind;              /* octets behind the message */
	/* SignerInfo */
	const struct key *key;
	struct bytes signer_der;          /* the signer's certificate */
	struct bytes signer_version;      /* INTEGER content: 01 */
	struct bytes sid;                 /* whole element */
	enum digest digest;               /* SHA-256 */
	struct bytes digest_algorithm;    /* whole AlgorithmIdentifier */
	struct bytes signature_algorithm; /* whole AlgorithmIdentifier: rsaEncryption */
	enum crafted_signature signature;
	bool no_signed_attributes;        /* the signature is over the content then */
	struct bytes unsigned_attributes; /* whole [1] element */
	const struct craft_framing *signer_framing;
	int signer_count;                 /* 0: one; negative: none */
};

/** Make the message; the plan opens the reply. */
void crafted_message(struct fixture *f, const struct crafted *crafted, struct buf *message, struct scep_request_plan *plan);

/** One KeyTransRecipientInfo with the key of the content cipher, for the RA by issuer and serial number unless said otherwise. */
struct crafted_recipient {
	const struct cert *cert;          /* whose key: the RA's */
	enum cipher cipher;               /* AES-128 */
	struct bytes version;             /* INTEGER content: 00 */
	struct bytes rid;                 /* whole element */
	struct bytes algorithm;           /* whole: rsaEncryption */
	struct bytes encrypted_key;       /* content */
};
struct bytes crafted_recipient(const struct fixture *f, const struct crafted_recipient *recipient);

/** IssuerAndSerialNumber. */
struct bytes crafted_issuer_and_serial(struct bytes issuer, struct bytes serial);

/** The RA's encrypted key, made again and again until it starts with a zero octet, which is cut off. */
struct bytes crafted_short_encrypted_key(const struct fixture *f);

void crafted_forget(void);

#endif
