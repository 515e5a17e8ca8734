#include <config.h>

#include "pki/crl.h"

#include <string.h>

#include "pki/cert_issuer.h"
#include "pki/crypto.h"
#include "pki/der.h"

/*
 * Making a CRL of any length. It is written here octet by octet and not by libtasn1, nor by GnuTLS: both take quadratic time over a list (GnuTLS
 * 3.7.9 needs 3.6 s for 16000 entries, and would need hours for a million), and hold it in memory as a tree.
 *
 * DER has the length in front of what it measures, so the entries are walked once for their length, and then for their octets. A signature by RSA has
 * a known length, so it can be made while the list goes out; that of ECDSA has not, and the outermost length counts it, so it is made in a walk of
 * its own. Ed25519 reads everything twice, so there the list is kept.
 */

enum { VERSION_2 = 1, SIGN_BIT = 0x80, REASON_COUNT = CRL_REASON_AA_COMPROMISE + 1 };

/* What stands around the entries, and how long it all is. */
struct frame {
	const struct crl_template *crl;
	const struct crl_source *source;
	struct buf algorithm;        /* AlgorithmIdentifier, which stands there twice */
	struct buf before, after;    /* of the content of TBSCertList: what is before revokedCertificates, and what is behind */
	struct buf extensions[REASON_COUNT]; /* crlEntryExtensions that give a reason, whole elements; made once each */
	size_t entries_len;          /* content of revokedCertificates */
	size_t count;
	bool is_walked;              /* the source has to be rewound */
};

/* Where octets go: to be counted alone, or also to be digested, kept, or given to a sink in pieces. */
struct output {
	struct crypto_hash *hash;
	struct buf *whole;
	const struct crl_sink *sink;
	struct buf piece;
	size_t len;
};

static enum err output_flush(struct output *output, struct why *why)
{
	enum err e;

	if (output->piece.len == 0)
		return ERR_OK;
	e = output->sink->write(output->sink->context, buf_bytes(&output->piece), why);
	output->piece.len = 0;
	return e;
}

static enum err output_put(struct output *output, struct bytes octets, struct why *why)
{
	enum err e = ERR_OK;

	output->len += octets.len;
	if (output->hash != NULL)
		e = crypto_hash_update(output->hash, octets);
	if (e == ERR_OK && output->whole != NULL)
		e = buf_append(output->whole, octets);
	while (e == ERR_OK && output->sink != NULL && octets.len > 0) {
		size_t room = CRL_PIECE_LEN - output->piece.len, len = octets.len < room ? octets.len : room;

		if ((e = buf_append(&output->piece, bytes_from(octets.ptr, len))) == ERR_OK && len == room)
			e = output_flush(output, why);
		octets = bytes_from(octets.ptr + len, octets.len - len);
	}
	return e;
}

static enum err output_put_header(struct output *output, uint8_t tag, size_t len, struct why *why)
{
	struct buf header = { 0 };
	enum err e = der_put_header(&header, tag, len);

	if (e == ERR_OK)
		e = output_put(output, buf_bytes(&header), why);
	buf_clear(&header);
	return e;
}

/* --- entries ---------------------------------------------------------------------------------------------------------------- */

/* The shortest form of an INTEGER above zero, X.690 section 8.3.2. */
static bool is_serial(struct bytes content)
{
	if (content.len == 0 || content.len > CERT_MAX_SERIAL_LEN || (content.ptr[0] & SIGN_BIT) != 0)
		return false;
	return content.ptr[0] != 0 || (content.len > 1 && (content.ptr[1] & SIGN_BIT) != 0);
}

static enum err check_entry(const struct crl_entry *entry, bool is_delta, struct why *why)
{
	if (!is_serial(entry->serial))
		return why_set(why, ERR_VALUE, "a serial number of %zu octets is no positive INTEGER", entry->serial.len);
	if (crl_reason_name((int)entry->reason) == NULL || (entry->reason == CRL_REASON_REMOVE_FROM_CRL && !is_delta))
		return why_set(why, ERR_VALUE, "a %s CRL cannot give the reason %d", is_delta ? "delta" : "complete", (int)entry->reason);
	return ERR_OK;
}

/* Storage that is used again for each entry. */
struct scratch {
	struct buf content, entry;
};

/* SEQUENCE { userCertificate CertificateSerialNumber, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }   RFC 5280 section 5.1.2.6 */
static enum err put_entry(const struct frame *frame, const struct crl_entry *entry, struct scratch *scratch, struct output *output, struct why *why)
{
	enum err e;

	scratch->content.len = scratch->entry.len = 0; /* nothing of it is secret */
	if ((e = der_put(&scratch->content, DER_INTEGER, entry->serial)) != ERR_OK || (e = der_put_time(&scratch->content, entry->revoked_at_utc)) != ERR_OK ||
	    (e = buf_append(&scratch->content, buf_bytes(&frame->extensions[entry->reason]))) != ERR_OK)
		return e;
	if ((e = der_put(&scratch->entry, DER_SEQUENCE, buf_bytes(&scratch->content))) != ERR_OK)
		return e;
	return output_put(output, buf_bytes(&scratch->entry), why);
}

/* None for the reason that says nothing. */
static enum err make_extensions(struct frame *frame)
{
	struct buf extension = { 0 };
	enum err e = ERR_OK;

	for (unsigned reason = CRL_REASON_UNSPECIFIED + 1; reason < REASON_COUNT && e == ERR_OK; reason++) {
		buf_reset(&extension);
		if ((e = ext_put_crl_reason(&extension, reason)) == ERR_OK)
			e = der_put(&frame->extensions[reason], DER_SEQUENCE, buf_bytes(&extension));
	}
	buf_clear(&extension);
	return e;
}

/* Walk the entries. @param len, count out: what was put. */
static enum err put_entries(struct frame *frame, struct output *output, size_t *len, size_t *count, struct why *why)
{
	const size_t start = output->len;
	struct scratch scratch = { 0 };
	struct crl_entry entry;
	size_t n = 0;
	enum err e = frame->is_walked ? frame->source->rewind(frame->source->context, why) : ERR_OK;

	frame->is_walked = true;
	while (e == ERR_OK && (e = frame->source->next(frame->source->context, &entry, why)) == ERR_OK) {
		n++;
		if ((e = check_entry(&entry, frame->crl->is_delta, why)) == ERR_OK)
			e = put_entry(frame, &entry, &scratch, output, why);
		if (e == ERR_NOT_FOUND) /* of a sink: it is not the end */
			e = ERR_INTERNAL;
	}
	if (e == ERR_NOT_FOUND) {
		*len = output->len - start;
		*count = n;
		e = ERR_OK;
	}
	buf_clear(&scratch.content);
	buf_clear(&scratch.entry);
	return e;
}

/* --- the list --------------------------------------------------------------------------------------------------------------- */

static enum err put_extensions(const struct crl_template *crl, const struct cert *issuer, struct buf *out, struct why *why)
{
	const struct crl_scope *scope = &crl->scope;
	enum err e;

	if ((e = cert_issuer_put_key_id(issuer, out, why)) != ERR_OK || (e = ext_put_crl_number(out, crl->number)) != ERR_OK)
		return e;
	if (crl->is_delta && (e = ext_put_delta_crl_indicator(out, crl->base_number)) != ERR_OK)
		return e;
	if ((scope->urls.count > 0 || scope->only_user_certs || scope->only_ca_certs) && (e = ext_put_issuing_distribution_point(out, scope, why)) != ERR_OK)
		return e;
	return crl->delta_urls.count > 0 ? ext_put_freshest_crl(out, crl->delta_urls, why) : ERR_OK;
}

/* crlExtensions [0] EXPLICIT Extensions */
static enum err make_after(struct frame *frame, const struct cert *issuer, struct why *why)
{
	struct buf extensions = { 0 }, sequence = { 0 };
	enum err e;

	if ((e = put_extensions(frame->crl, issuer, &extensions, why)) == ERR_OK && (e = der_put(&sequence, DER_SEQUENCE, buf_bytes(&extensions))) == ERR_OK)
		e = der_put(&frame->after, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&sequence));
	buf_clear(&extensions);
	buf_clear(&sequence);
	return e;
}

/* version, signature, issuer, thisUpdate, nextUpdate */
static enum err make_before(struct frame *frame, const struct cert *issuer)
{
	static const uint8_t version[] = { VERSION_2 };
	enum err e;

	if ((e = der_put_unsigned(&frame->before, bytes_from(version, sizeof version))) == ERR_OK &&
	    (e = buf_append(&frame->before, buf_bytes(&frame->algorithm))) == ERR_OK && (e = buf_append(&frame->before, issuer->subject)) == ERR_OK &&
	    (e = der_put_time(&frame->before, frame->crl->this_update_utc)) == ERR_OK)
		e = der_put_time(&frame->before, frame->crl->next_update_utc);
	return e;
}

/* revokedCertificates is not there when nothing is revoked, RFC 5280 section 5.1.2.6. */
static size_t tbs_content_len(const struct frame *frame)
{
	size_t revoked_len = frame->count == 0 ? 0 : der_header_len(frame->entries_len) + frame->entries_len;

	return frame->before.len + revoked_len + frame->after.len;
}

/* TBSCertList, the whole element. */
static enum err put_tbs(struct frame *frame, struct output *output, struct why *why)
{
	size_t len = 0, count = 0;
	enum err e;

	if ((e = output_put_header(output, DER_SEQUENCE, tbs_content_len(frame), why)) != ERR_OK ||
	    (e = output_put(output, buf_bytes(&frame->before), why)) != ERR_OK)
		return e;
	if (frame->count > 0 && ((e = output_put_header(output, DER_SEQUENCE, frame->entries_len, why)) != ERR_OK ||
	    (e = put_entries(frame, output, &len, &count, why)) != ERR_OK))
		return e;
	if (len != frame->entries_len || count != frame->count)
		return why_set(why, ERR_CONFLICT, "the list of revoked certificates changed while the CRL was made");
	return output_put(output, buf_bytes(&frame->after), why);
}

/* The octets before the TBSCertList: how long all is. */
static enum err put_start(const struct frame *frame, size_t signature_len, struct output *output, struct why *why)
{
	size_t tbs_len = tbs_content_len(frame), bits_len = 1 + signature_len;

	tbs_len += der_header_len(tbs_len);
	bits_len += der_header_len(bits_len);
	return output_put_header(output, DER_SEQUENCE, tbs_len + frame->algorithm.len + bits_len, why);
}

/* The octets behind the TBSCertList: signatureAlgorithm and signatureValue. */
static enum err put_end(const struct frame *frame, struct bytes signature, struct output *output, struct why *why)
{
	static const uint8_t unused_bits[] = { 0 };
	enum err e;

	if ((e = output_put(output, buf_bytes(&frame->algorithm), why)) == ERR_OK &&
	    (e = output_put_header(output, DER_BIT_STRING, signature.len + 1, why)) == ERR_OK &&
	    (e = output_put(output, bytes_from(unused_bits, sizeof unused_bits), why)) == ERR_OK && (e = output_put(output, signature, why)) == ERR_OK)
		e = output_flush(output, why);
	return e;
}

/* --- signing and writing ---------------------------------------------------------------------------------------------------- */

/* Ed25519. */
static enum err write_kept(struct frame *frame, const struct key *key, enum digest digest, struct output *output, struct why *why)
{
	struct buf tbs = { 0 }, signature = { 0 };
	struct output keep = { .whole = &tbs };
	enum err e;

	if ((e = put_tbs(frame, &keep, why)) == ERR_OK && (e = key_sign(key, digest, buf_bytes(&tbs), &signature, why)) == ERR_OK &&
	    (e = put_start(frame, signature.len, output, why)) == ERR_OK && (e = output_put(output, buf_bytes(&tbs), why)) == ERR_OK)
		e = put_end(frame, buf_bytes(&signature), output, why);
	buf_clear(&tbs);
	buf_clear(&signature);
	return e;
}

/* RSA: sign what goes out. */
static enum err write_once(struct frame *frame, const struct key *key, enum digest digest, struct crypto_hash *hash, struct output *output, struct why *why)
{
	const size_t signature_len = (key_get_bits(key) + 7) / 8;
	uint8_t octets[DIGEST_MAX_LEN];
	struct buf signature = { 0 };
	enum err e;

	if ((e = put_start(frame, signature_len, output, why)) != ERR_OK)
		return e;
	output->hash = hash;
	e = put_tbs(frame, output, why);
	output->hash = NULL;
	if (e != ERR_OK)
		return e;
	crypto_hash_finish(hash, octets);
	if ((e = key_sign_hash(key, digest, bytes_from(octets, digest_len(digest)), &signature, why)) == ERR_OK)
		e = signature.len == signature_len ? put_end(frame, buf_bytes(&signature), output, why) :
			why_set(why, ERR_KEY, "an RSA signature has %zu octets, not %zu", signature.len, signature_len);
	buf_clear(&signature);
	return e;
}

/* ECDSA: sign, then write. */
static enum err write_twice(struct frame *frame, const struct key *key, enum digest digest, struct crypto_hash *hash, struct output *output, struct why *why)
{
	uint8_t was_signed[DIGEST_MAX_LEN], was_written[DIGEST_MAX_LEN];
	struct output digester = { .hash = hash };
	struct buf signature = { 0 };
	enum err e;

	if ((e = put_tbs(frame, &digester, why)) != ERR_OK)
		return e;
	crypto_hash_finish(hash, was_signed);
	if ((e = key_sign_hash(key, digest, bytes_from(was_signed, digest_len(digest)), &signature, why)) != ERR_OK ||
	    (e = put_start(frame, signature.len, output, why)) != ERR_OK)
		goto out;
	output->hash = hash;
	e = put_tbs(frame, output, why);
	output->hash = NULL;
	if (e != ERR_OK)
		goto out;
	crypto_hash_finish(hash, was_written);
	if (memcmp(was_signed, was_written, digest_len(digest)) != 0)
		e = why_set(why, ERR_CONFLICT, "the list of revoked certificates changed while the CRL was made");
	else
		e = put_end(frame, buf_bytes(&signature), output, why);
out:
	buf_clear(&signature);
	return e;
}

static enum err write_list(struct frame *frame, const struct key *key, enum digest digest, struct output *output, struct why *why)
{
	struct crypto_hash *hash = NULL;
	enum err e;

	if (!key_can_sign_hash(key))
		return write_kept(frame, key, digest, output, why);
	if ((e = crypto_hash_new(digest, &hash)) != ERR_OK)
		return e;
	if (key_get_kind(key) == KEY_KIND_RSA)
		e = write_once(frame, key, digest, hash, output, why);
	else
		e = write_twice(frame, key, digest, hash, output, why);
	crypto_hash_free(hash);
	return e;
}

static enum err check_template(const struct crl_template *crl, const struct cert *issuer, const struct key *issuer_key, struct why *why)
{
	if (crl->next_update_utc <= crl->this_update_utc)
		return why_set(why, ERR_VALUE, "the CRL would be out of date before it begins");
	if (crl->is_delta && crl->base_number >= crl->number)
		return why_set(why, ERR_VALUE, "a delta has a greater number than the complete CRL that it starts from");
	if (crl->is_delta && crl->delta_urls.count > 0)
		return why_set(why, ERR_VALUE, "a delta does not say where deltas are (RFC 5280 section 5.2.6)");
	if (issuer->has_key_usage && (issuer->key_usage & KEY_USAGE_CRL_SIGN) == 0)
		return why_set(why, ERR_VALUE, "the issuer's certificate does not allow it to sign CRLs");
	return cert_issuer_check_key(issuer->spki, issuer_key, why);
}

enum err crl_write(const struct crl_template *crl, const struct crl_source *source, const struct cert *issuer, const struct key *issuer_key,
	const struct crl_sink *sink, size_t *count, struct why *why)
{
	const enum digest digest = cert_issuer_digest(issuer_key);
	struct frame frame = { .crl = crl, .source = source };
	struct output output = { .sink = sink }, counter = { 0 };
	enum err e;

	if ((e = check_template(crl, issuer, issuer_key, why)) != ERR_OK)
		return e;
	if ((e = key_signature_algorithm(issuer_key, digest, &frame.algorithm)) != ERR_OK || (e = make_before(&frame, issuer)) != ERR_OK ||
	    (e = make_extensions(&frame)) != ERR_OK || (e = make_after(&frame, issuer, why)) != ERR_OK ||
	    (e = put_entries(&frame, &counter, &frame.entries_len, &frame.count, why)) != ERR_OK ||
	    (e = write_list(&frame, issuer_key, digest, &output, why)) != ERR_OK)
		goto out;
	if (count != NULL)
		*count = frame.count;
out:
	buf_clear(&frame.algorithm);
	buf_clear(&frame.before);
	buf_clear(&frame.after);
	for (size_t i = 0; i < REASON_COUNT; i++)
		buf_clear(&frame.extensions[i]);
	buf_clear(&output.piece);
	return e;
}
