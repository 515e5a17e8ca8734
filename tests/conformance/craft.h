#ifndef SCEPGATE_TESTS_CONFORMANCE_CRAFT_H
#define SCEPGATE_TESTS_CONFORMANCE_CRAFT_H

/*
 * pkiMessages written element by element, so that a check can leave out, double, damage or reorder what the library's writer insists on. With
 * all oddities off the result is a plain request of RFC 8894 section 3.2.
 */

#include "pki/cert.h"
#include "pki/key.h"
#include "scep/message.h"

/** Who signs a message. */
struct party {
	const struct key *key;
	const struct cert *cert;
};

/** Oddities, to be or-ed. */
enum craft_oddity {
	CRAFT_NO_MESSAGE_TYPE = 1 << 0,
	CRAFT_NO_TRANSACTION_ID = 1 << 1,
	CRAFT_NO_SENDER_NONCE = 1 << 2,
	CRAFT_DOUBLE_MESSAGE_TYPE = 1 << 3,     /* the attribute twice, the second one another type */
	CRAFT_DOUBLE_TRANSACTION_ID = 1 << 4,   /* twice, the second one another text */
	CRAFT_UNKNOWN_ATTRIBUTE = 1 << 5,
	CRAFT_UNSORTED = 1 << 6,                /* signed attributes in descending order, and signed so */
	CRAFT_BAD_SIGNATURE = 1 << 7,
	CRAFT_BAD_MESSAGE_DIGEST = 1 << 8,      /* of another content; the signature fits */
	CRAFT_TWO_SIGNERS = 1 << 9,             /* the SignerInfo twice */
	CRAFT_NO_SIGNER = 1 << 10,
	CRAFT_BER = 1 << 11                     /* indefinite lengths, content in chunks of 1000 bytes */
};

enum { CRAFT_MAX_CERTIFICATES = CMS_MAX_CERTIFICATES };

/** What to write. Borrowed. */
struct craft {
	const char *message_type;       /* decimal text */
	struct bytes transaction_id;
	uint8_t transaction_id_tag;     /* 0: PrintableString */
	struct bytes sender_nonce;
	struct bytes content;           /* eContent */
	const struct party *signer;
	const struct cert *extra[CRAFT_MAX_CERTIFICATES]; /* embedded in front of the signer's certificate */
	size_t extra_count;
	enum digest digest;             /* DIGEST_NONE: SHA-256 */
	unsigned oddities;
};

/** Append the pkiMessage. */
enum err craft_message(const struct craft *craft, struct buf *out, struct why *why);

/** An envelope for several recipients, or with a content key that nobody has. Borrowed. */
struct craft_envelope {
	struct bytes plain;
	const struct cert *recipient[2];
	size_t recipient_count;
	enum cipher cipher;
	bool has_wrong_key;             /* another content key than that which encrypts is transported */
};

/** Append ContentInfo { envelopedData }. */
enum err craft_envelope(const struct craft_envelope *envelope, const struct random *random, struct buf *out, struct why *why);

/**
 * Append a certificate that claims the names and the serial number of another one, for a key of its own, which signs it: what somebody
 * makes who wants to be taken for a device.
 */
enum err craft_impostor(const struct cert *model, const struct key *key, int64_t now_utc, struct buf *out, struct why *why);

/** Append IssuerAndSubject (RFC 8894 section 3.3.3) from two whole Names. */
enum err craft_issuer_and_subject(struct bytes issuer, struct bytes subject, struct buf *out);

/** Append IssuerAndSerialNumber (RFC 5652 section 10.2.4). @param serial in: INTEGER content. */
enum err craft_issuer_and_serial(struct bytes issuer, struct bytes serial, struct buf *out);

#endif
