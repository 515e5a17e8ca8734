#include <config.h>

#include "service/proposal.h"

#include "pki/name.h"

void proposal_clear(struct proposal *proposal)
{
	policy_verdict_free(proposal->verdict);
	proposal->verdict = NULL;
	buf_clear(&proposal->subject);
	buf_clear(&proposal->sans);
	buf_clear(&proposal->notes);
}

/* Text of the names that are certified. */
static enum err format_sans(const struct policy_verdict *verdict, struct buf *out)
{
	struct san san;
	enum err e;

	for (size_t i = 0; i < verdict->tbs.san_count; i++) {
		if ((e = san_parse(verdict->tbs.san[i], &san, NULL)) != ERR_OK)
			return e;
		if (out->len > 0 && (e = buf_append_str(out, ", ")) != ERR_OK)
			return e;
		if ((e = san_format(&san, out)) != ERR_OK)
			return e;
	}
	return buf_terminate(out);
}

static enum err write_notes(const struct pki_operation *operation, const struct policy_verdict *verdict, struct buf *out)
{
	enum err e;

	if ((e = buf_append(out, buf_bytes(&verdict->notes))) != ERR_OK)
		return e;
	if (operation->message->has_clear_challenge && (e = buf_append_format(out, "%sthe challenge was sent in clear too, among the signed attributes",
		out->len > 0 ? "; " : "")) != ERR_OK)
		return e;
	return buf_terminate(out);
}

static enum err write_texts(const struct pki_operation *operation, struct proposal *out)
{
	enum err e;

	if ((e = name_format(out->verdict->tbs.subject, &out->subject)) != ERR_OK || (e = buf_terminate(&out->subject)) != ERR_OK)
		return e;
	if ((e = format_sans(out->verdict, &out->sans)) != ERR_OK)
		return e;
	return write_notes(operation, out->verdict, &out->notes);
}

static enum err check_key(const struct pki_operation *operation, const struct cert *at_par, struct why *why)
{
	const struct pubkey *pubkey = operation->csr->pubkey;
	enum key_class class = key_class_of(pubkey_get_kind(pubkey), pubkey_get_bits(pubkey));

	if (key_list_has(&operation->endpoint->row->keys, class) || (at_par != NULL && bytes_is_equal(at_par->spki, operation->csr->spki)))
		return ERR_OK;
	return why_set(why, ERR_ALG_KEY, "the endpoint does not allow keys of class %s (%u bits)", class == KEY_CLASS_NONE ? "other" : key_class_name(class),
		pubkey_get_bits(pubkey));
}

static const char *text_or_null(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
}

enum err proposal_make(const struct pki_operation *operation, const struct policy_facts *facts, struct proposal *out, struct why *why)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	const struct endpoint *row = endpoint->row;
	const struct policy_facts known = {
		.renewed = facts->renewed,
		.is_at_par = facts->renewed != NULL && row->renewal.is_at_par,
		.application = row->application,
		.device = text_or_null(facts->device),
		.user = text_or_null(facts->user),
		.sid = text_or_null(facts->sid),
	};
	enum err e;

	if ((e = check_key(operation, known.is_at_par ? known.renewed : NULL, why)) != ERR_OK)
		return e;
	e = policy_decide(&row->policy, &row->profile, operation->csr, endpoint->ca_cert, &known, clock_now_utc(&operation->service->clock), &out->verdict, why);
	if (e != ERR_OK)
		return e;
	if (known.renewed != NULL && (e = renewal_check_identity(&row->renewal, &row->profile, known.renewed, &out->verdict->tbs, why)) != ERR_OK)
		return e;
	return write_texts(operation, out);
}
