#include <config.h>

#include "scep/body.h"

#include "pki/ber.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/name.h"

static enum err body_error(struct why *why, const char *what)
{
	return why_set(why, ERR_CMS_DECRYPT, "the content is no %s", what);
}

/* Both bodies are a SEQUENCE that starts with a Name. `framed` takes the DER-framed bytes; *inside is behind the name. */
static enum err read_issuer(struct bytes ber, const char *what, struct buf *framed, struct bytes *issuer, struct der *inside, struct why *why)
{
	struct der_element name;
	struct der outer;
	size_t used_len = 0;
	enum err e;

	if ((e = ber_normalise(ber, framed, &used_len, why)) != ERR_OK)
		return e == ERR_MEMORY ? e : ERR_CMS_DECRYPT;
	outer = (struct der){ buf_bytes(framed) };
	if (used_len != ber.len || der_enter(&outer, DER_SEQUENCE, inside) != ERR_OK || der_read_tag(inside, DER_SEQUENCE, &name) != ERR_OK ||
	    name_check(name.raw) != ERR_OK)
		return body_error(why, what);
	*issuer = name.raw;
	return ERR_OK;
}

/*
 * IssuerAndSerialNumber ::= SEQUENCE {
 *   issuer Name,
 *   serialNumber CertificateSerialNumber }                       RFC 5652 section 10.2.4
 */
enum err scep_issuer_and_serial_parse(struct bytes ber, struct scep_issuer_and_serial *out, struct why *why)
{
	struct der_element serial;
	struct buf framed = { 0 };
	struct bytes issuer;
	struct der inside;
	enum err e;

	if ((e = read_issuer(ber, "IssuerAndSerialNumber", &framed, &issuer, &inside, why)) != ERR_OK)
		goto out;
	if (der_read_tag(&inside, DER_INTEGER, &serial) != ERR_OK || serial.value.len == 0 || serial.value.len > CERT_MAX_SERIAL_LEN || der_end(&inside) != ERR_OK) {
		e = body_error(why, "IssuerAndSerialNumber");
		goto out;
	}
	buf_move(&out->der, &framed);
	out->issuer = issuer;
	out->serial = serial.value;
out:
	buf_clear(&framed);
	return e;
}

/*
 * issuerAndSubject ::= SEQUENCE {
 *   issuer Name,
 *   subject Name }                                               RFC 8894 section 3.3.3
 */
enum err scep_issuer_and_subject_parse(struct bytes ber, struct scep_issuer_and_subject *out, struct why *why)
{
	struct der_element subject;
	struct buf framed = { 0 };
	struct bytes issuer;
	struct der inside;
	enum err e;

	if ((e = read_issuer(ber, "IssuerAndSubject", &framed, &issuer, &inside, why)) != ERR_OK)
		goto out;
	if (der_read_tag(&inside, DER_SEQUENCE, &subject) != ERR_OK || name_check(subject.raw) != ERR_OK || der_end(&inside) != ERR_OK) {
		e = body_error(why, "IssuerAndSubject");
		goto out;
	}
	buf_move(&out->der, &framed);
	out->issuer = issuer;
	out->subject = subject.raw;
out:
	buf_clear(&framed);
	return e;
}

void scep_issuer_and_serial_clear(struct scep_issuer_and_serial *body)
{
	buf_clear(&body->der);
	*body = (struct scep_issuer_and_serial){ 0 };
}

void scep_issuer_and_subject_clear(struct scep_issuer_and_subject *body)
{
	buf_clear(&body->der);
	*body = (struct scep_issuer_and_subject){ 0 };
}

enum err scep_issuer_and_serial_encode(struct bytes issuer, struct bytes serial, struct buf *out)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = buf_append(&content, issuer)) == ERR_OK && (e = der_put(&content, DER_INTEGER, serial)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

enum err scep_issuer_and_subject_encode(struct bytes issuer, struct bytes subject, struct buf *out)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = buf_append(&content, issuer)) == ERR_OK && (e = buf_append(&content, subject)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}
