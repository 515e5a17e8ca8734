#include <config.h>

#include "ctl/explain_clients.h"

enum {
	APPLE = 1 << CLIENT_APPLE, WINDOWS = 1 << CLIENT_WINDOWS, CISCO = 1 << CLIENT_CISCO, SSCEP = 1 << CLIENT_SSCEP, JSCEP = 1 << CLIENT_JSCEP,
	MICROMDM = 1 << CLIENT_MICROMDM, STRONGSWAN = 1 << CLIENT_STRONGSWAN, CERTMONGER = 1 << CLIENT_CERTMONGER, MIKROTIK = 1 << CLIENT_MIKROTIK,
	ALL = (1 << CLIENT_COUNT) - 1
};

static const char *const names[CLIENT_COUNT] = {
	[CLIENT_APPLE] = "iOS, macOS", [CLIENT_WINDOWS] = "Windows, Intune", [CLIENT_CISCO] = "Cisco IOS", [CLIENT_SSCEP] = "sscep", [CLIENT_JSCEP] = "jscep",
	[CLIENT_MICROMDM] = "micromdm", [CLIENT_STRONGSWAN] = "strongSwan 5.9.8", [CLIENT_CERTMONGER] = "certmonger", [CLIENT_MIKROTIK] = "MikroTik",
};

/* When the trait is there, these clients do this. */
static const struct {
	enum trait trait;
	unsigned clients;
	enum verdict verdict;
	const char *text;
} rows[] = {
	/* any reply */
	{ TRAIT_HTML, WINDOWS, VERDICT_REFUSES, "reports 0x800700CE, as for every HTML page" },
	{ TRAIT_HTML, ALL & ~WINDOWS, VERDICT_REFUSES, "finds no CMS message" },
	{ TRAIT_UNREADABLE, ALL, VERDICT_REFUSES, "cannot read it" },
	{ TRAIT_LARGE, SSCEP, VERDICT_REFUSES, "has 16 KiB of buffer for a reply" },
	{ TRAIT_BER, MICROMDM, VERDICT_REFUSES, "reads DER alone; strings in pieces do not give the right digest" },
	{ TRAIT_MEDIA_PARAMETER, CERTMONGER, VERDICT_REFUSES, "compares the Content-Type with its parameters" },
	{ TRAIT_MEDIA_PARAMETER, SSCEP, VERDICT_DEPENDS, "older releases compare the Content-Type with its parameters" },
	{ TRAIT_MEDIA_OTHER, SSCEP | CERTMONGER, VERDICT_REFUSES, "takes application/x-pki-message alone" },

	/* CertRep */
	{ TRAIT_SIGNATURE_BAD, ALL, VERDICT_REFUSES, "the signature does not verify" },
	{ TRAIT_SIGNATURE_NOT_RSA_ENCRYPTION, STRONGSWAN, VERDICT_REFUSES, "wants rsaEncryption as signatureAlgorithm of the SignerInfo" },
	{ TRAIT_NO_CONTENT_TYPE_ATTRIBUTE, JSCEP, VERDICT_REFUSES, "wants the attribute contentType" },
	{ TRAIT_ATTRIBUTE_VALUES, SSCEP, VERDICT_REFUSES, "ends when an attribute is doubled" },
	{ TRAIT_ATTRIBUTE_STRING, SSCEP | JSCEP, VERDICT_REFUSES, "reads the attributes as PrintableString alone" },
	{ TRAIT_NONCE_TYPE, SSCEP | JSCEP, VERDICT_REFUSES, "reads nonces as OCTET STRING alone" },
	{ TRAIT_NO_SENDER_NONCE, CERTMONGER, VERDICT_REFUSES, "wants a senderNonce in the reply too" },
	{ TRAIT_NONCE_LEN, APPLE, VERDICT_DEPENDS, "old iOS sends nonces of 8 octets and expects as many" },
	{ TRAIT_NO_RECIPIENT_NONCE, SSCEP, VERDICT_REFUSES, "wants a recipientNonce, though a wrong one is only a warning" },
	{ TRAIT_NO_RECIPIENT_NONCE, JSCEP | CERTMONGER, VERDICT_REFUSES, "compares the recipientNonce with its own nonce" },
	{ TRAIT_NO_STATUS, ALL, VERDICT_REFUSES, "cannot tell what the answer is" },
	{ TRAIT_STATUS_UNDEFINED, ALL, VERDICT_REFUSES, "cannot tell what the answer is" },
	{ TRAIT_FAIL_INFO_UNDEFINED, SSCEP, VERDICT_REFUSES, "knows failInfo 0 to 4" },
	{ TRAIT_PENDING, APPLE, VERDICT_TAKES, "polls three times, every 10 seconds, unless its profile says otherwise" },
	{ TRAIT_PENDING, SSCEP, VERDICT_TAKES, "polls every 300 seconds for 8 hours, unless told otherwise" },
	{ TRAIT_PENDING, MICROMDM, VERDICT_TAKES, "sends its request again every 30 seconds, octet for octet, and never a CertPoll" },
	{ TRAIT_PENDING, CERTMONGER, VERDICT_TAKES, "polls with a message that it made beforehand, always with the same nonce" },
	{ TRAIT_PENDING, MIKROTIK, VERDICT_TAKES, "polls until it is answered" },
	{ TRAIT_PENDING, STRONGSWAN, VERDICT_TAKES, "polls as its options say" },

	/* its envelope and what is inside */
	{ TRAIT_NO_ENVELOPE, ALL, VERDICT_REFUSES, "finds no certificate" },
	{ TRAIT_SUCCESS, CISCO, VERDICT_DEPENDS, "fails unless digest and cipher are those of its request" },
	{ TRAIT_CIPHER_AES, MIKROTIK, VERDICT_DEPENDS, "asks with 3DES, or with DES where that is not advertised; AES is not what it asked for" },
	{ TRAIT_CIPHER_LONG_AES, MIKROTIK, VERDICT_DEPENDS, "asks with 3DES, or with DES where that is not advertised; AES is not what it asked for" },
	{ TRAIT_RECIPIENT_PASSWORD, ALL, VERDICT_REFUSES, "is not known to read PasswordRecipientInfo" },
	{ TRAIT_RECIPIENT_KEY_ID, STRONGSWAN, VERDICT_DEPENDS, "is known to read one recipient, named by issuer and serial number" },
	{ TRAIT_RECIPIENTS_SEVERAL, STRONGSWAN, VERDICT_DEPENDS, "is known to read one recipient, named by issuer and serial number" },
	{ TRAIT_OAEP, STRONGSWAN, VERDICT_REFUSES, "wants rsaEncryption as key transport" },
	{ TRAIT_CERTS_NONE, ALL, VERDICT_REFUSES, "finds no certificate" },
	{ TRAIT_CERTS_CA_FIRST, APPLE, VERDICT_REFUSES, "takes the first certificate as its own, and its key does not fit (error 22008)" },
	{ TRAIT_CERTS_CA_FIRST, MICROMDM, VERDICT_REFUSES, "takes the first certificate as the issued one" },
	{ TRAIT_CERTS_CA_FIRST, SSCEP, VERDICT_DEPENDS, "takes the first certificate that is not self-signed" },

	/* GetCACert */
	{ TRAIT_CA_MEDIA_PARAMETER, APPLE, VERDICT_REFUSES, "compares the Content-Type to the letter (error 22004)" },
	{ TRAIT_CA_MEDIA_PARAMETER, CERTMONGER, VERDICT_REFUSES, "compares the Content-Type with its parameters" },
	{ TRAIT_CA_MEDIA_PARAMETER, MICROMDM, VERDICT_REFUSES, "knows a chain by the Content-Type, to the letter" },
	{ TRAIT_CA_MEDIA_PARAMETER, SSCEP, VERDICT_DEPENDS, "older releases compare the Content-Type with its parameters" },
	{ TRAIT_CA_MEDIA_OTHER, APPLE, VERDICT_REFUSES, "compares the Content-Type to the letter (error 22004)" },
	{ TRAIT_CA_MEDIA_OTHER, SSCEP | CERTMONGER, VERDICT_REFUSES, "knows no other Content-Type than the two" },
	{ TRAIT_CA_MEDIA_OTHER, MICROMDM, VERDICT_REFUSES, "knows a chain by the Content-Type" },
	{ TRAIT_CA_USAGE, APPLE | JSCEP, VERDICT_DEPENDS, "chooses by key usage whom to encrypt to, and may take the wrong certificate" },
	{ TRAIT_CA_USAGE, WINDOWS, VERDICT_DEPENDS, "has failed where the RA certificate had no key usages" },
	{ TRAIT_CA_SEVERAL, MICROMDM, VERDICT_TAKES, "encrypts to all of the certificates, unless it is told a fingerprint" },
	{ TRAIT_CA_NO_ROOT, STRONGSWAN, VERDICT_DEPENDS, "wants the self-signed root among the certificates to save it as the CA's" },
};

const char *client_name(enum client client)
{
	return names[client];
}

enum verdict client_judge(enum client client, const struct traits *traits)
{
	enum verdict worst = VERDICT_TAKES;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if ((rows[i].clients & 1u << client) != 0 && traits->has[rows[i].trait] && rows[i].verdict > worst)
			worst = rows[i].verdict;
	return worst;
}

static const char *verdict_words(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_TAKES:
		return "takes it";
	case VERDICT_DEPENDS:
		return "it depends";
	case VERDICT_REFUSES:
		break;
	}
	return "REFUSES it";
}

static enum err format_one(enum client client, const struct traits *traits, struct buf *out)
{
	enum verdict verdict = client_judge(client, traits);
	const char *join = ": ";
	enum err e = buf_append_format(out, "  %-17s %s", names[client], verdict_words(verdict));

	for (size_t i = 0; e == ERR_OK && i < sizeof rows / sizeof rows[0]; i++) {
		if ((rows[i].clients & 1u << client) == 0 || !traits->has[rows[i].trait])
			continue;
		e = buf_append_format(out, "%s%s", join, rows[i].text);
		join = "; ";
	}
	return e == ERR_OK ? buf_append_byte(out, '\n') : e;
}

enum err clients_format(const struct traits *traits, struct buf *out)
{
	enum err e = buf_append_str(out, "how clients take this reply, as far as is known\n");

	for (int client = 0; e == ERR_OK && client < CLIENT_COUNT; client++)
		e = format_one((enum client)client, traits, out);
	return e;
}
