#include <config.h>

#include "policy/decision.h"

#include <string.h>

#include "policy/template.h"

/*
 * Which names are judged: the request's, or, where the profile has templates, those that these make. A renewal evaluates none of them: what was known of the device
 * when it enrolled is not known now, and the certificate that is renewed says what came of it.
 */

static bool has_subject_template(const struct profile *profile)
{
	return profile->subject_template != NULL && profile->subject_template[0] != '\0';
}

/* @param names in/out: grows; the name begins it. */
static enum err put_subject(struct decision *decision, const struct template_source *source, struct buf *names, struct why *why)
{
	if (decision->renewed != NULL)
		return buf_append(names, decision->renewed->cert->subject);
	return template_subject(source, decision->profile->subject_template, names, why);
}

static enum err put_sans(struct decision *decision, const struct template_source *source, struct buf *names, struct why *why)
{
	const struct ext_request *had = decision->renewed == NULL ? NULL : decision->renewed->ext;
	enum err e = ERR_OK;

	if (decision->renewed != NULL) {
		for (size_t i = 0; had != NULL && i < had->san_count && e == ERR_OK; i++)
			e = buf_append(names, had->san[i].raw);
		return e;
	}
	for (size_t i = 0; i < decision->profile->san_template_count && e == ERR_OK; i++)
		e = template_san(source, decision->profile->san_template[i], names, why);
	return e;
}

/* All octets first, since the buffer moves while it grows; then what borrows from them. */
static enum err build(struct decision *decision, bool is_subject, bool are_sans, struct why *why)
{
	const struct template_source source = { decision->csr, decision->facts, decision->profile->name };
	struct buf *names = &decision->verdict->names;
	size_t subject_len;
	enum err e;

	if (is_subject && (e = put_subject(decision, &source, names, why)) != ERR_OK)
		return e;
	subject_len = names->len;
	if (are_sans && (e = put_sans(decision, &source, names, why)) != ERR_OK)
		return e;
	if (is_subject)
		decision->subject = bytes_from(names->ptr, subject_len);
	if (are_sans && names->len == subject_len)
		decision->san_count = 0;
	else if (are_sans)
		return san_parse_elements(bytes_from(names->ptr + subject_len, names->len - subject_len), decision->san, &decision->san_count, why);
	return ERR_OK;
}

void decision_names(struct decision *decision)
{
	bool is_subject = has_subject_template(decision->profile), are_sans = decision->profile->san_template_count > 0;
	const struct ext_request *asked = &decision->csr->ext;
	struct why why = { 0 };
	enum err e;

	decision->subject = decision->csr->subject;
	memcpy(decision->san, asked->san, asked->san_count * sizeof asked->san[0]);
	decision->san_count = asked->san_count;
	if (!is_subject && !are_sans)
		return;
	if ((e = build(decision, is_subject, are_sans, &why)) == ERR_MEMORY)
		decision_keep(decision, e);
	else if (e != ERR_OK)
		decision_refuse(decision, "%s", why_text(&why, e));
	else
		decision_note(decision, "%s%s%s %s", is_subject ? "subject" : "", is_subject && are_sans ? " and " : "", are_sans ? "subjectAltNames" : "",
			decision->renewed == NULL ? "built by the profile" : "of the certificate that is renewed");
}
