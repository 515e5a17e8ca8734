#ifndef SCEPGATE_TESTS_CTL_SCEP_STUB_H
#define SCEPGATE_TESTS_CTL_SCEP_STUB_H

/*
 * A SCEP server of a few lines on http_stub.h, which does one thing wrong where a test wants that. It certifies what it is asked; there is
 * no policy. It knows one certificate: that of whoever asks. A signer that cannot decrypt is answered under the challenge.
 */

#include "base/clock.h"
#include "ctl/http_stub.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "scep/message.h"

enum { SCEP_STUB_NOW_UTC = 1798761600 /* 2027-01-01; the certificates of tests/vectors are valid then */ };

enum scep_stub_mode {
	STUB_GOOD,
	STUB_REFUSES,             /* CertRep FAILURE badRequest */
	STUB_REFUSES_SILENTLY,    /* the same without failInfoText */
	STUB_PENDING,
	STUB_OTHER_SIGNER,        /* the reply is signed by a certificate that GetCACert does not show */
	STUB_OTHER_NONCE,         /* recipientNonce is not the request's senderNonce */
	STUB_OTHER_TRANSACTION,
	STUB_OTHER_KEY,           /* the certificate is for another key */
	STUB_OTHER_CA,            /* the certificate is issued by a CA that GetCACert does not show */
	STUB_CA_CERT_FIRST,       /* the CertRep holds the CA certificate before the issued one */
	STUB_NO_CERTIFICATE,      /* the CertRep holds no certificate */
	STUB_ECHO,                /* the reply is the request */
	STUB_GARBAGE              /* the reply is no message */
};

/** What the server is. Texts are borrowed. */
struct scep_stub {
	enum scep_stub_mode mode;
	const char *caps;         /* body of GetCACaps; NULL: 404 */
	const char *caps_type, *ca_type, *reply_type; /* media types; NULL: the right ones */
	bool without_chain;       /* GetCACert shows the RA certificate alone */
	bool only_ca;             /* there is no RA: the CA answers, GetCACert is one certificate */
	int status;               /* of PKIOperation; 0: 200 */
	unsigned pending_count;   /* the first so many requests and polls are answered PENDING */
	bool revokes;             /* the CRL lists the certificate that is asked for */
	struct buf kept_csr, kept_id, kept_challenge; /* of the last request, for polls; in the server's process */
	struct cert *ca, *other_ca, *ra, *other_ra;
	struct key *ca_key, *other_ca_key, *ra_key, *other_ra_key;
	struct http_stub http;
};

/** Make the certificates. Aborts when that fails. Then set what shall differ, and start. */
void scep_stub_init(struct scep_stub *stub);
void scep_stub_start(struct scep_stub *stub);
void scep_stub_clear(struct scep_stub *stub);

/**
 * Issue a certificate that is valid at SCEP_STUB_NOW_UTC. @param issuer in: NULL: self-signed, then issuer_key is `key`. @param key_usage
 * in: 0: no extension.
 */
struct cert *scep_stub_issue(const char *name, const struct key *key, bool is_ca, unsigned key_usage, const struct cert *issuer,
	const struct key *issuer_key);

#endif
