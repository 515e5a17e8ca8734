#include <config.h>

#include "service/ca_sign.h"

#include "pki/ca_cert.h"
#include "service/ca_create.h"
#include "service/ca_signer.h"
#include "service/cert_facts.h"

enum err ca_sign_record(struct service *service, const char *issuer, struct bytes cert_der, struct bytes csr, struct why *why)
{
	struct admin_argument argument[CERT_FACTS_ARGUMENTS + 2];
	size_t count = CERT_FACTS_ARGUMENTS;
	struct cert_facts facts = { 0 };
	struct cert *cert = NULL;
	enum err e;

	if ((e = cert_parse(cert_der, &cert, why)) != ERR_OK || (e = cert_facts_read(cert, &facts, why)) != ERR_OK)
		goto out;
	cert_facts_arguments(&facts, argument);
	argument[count++] = (struct admin_argument){ "ca", bytes_from_str(issuer) };
	if (csr.len > 0)
		argument[count++] = (struct admin_argument){ "csr", csr };
	e = admin_call(service->store, ADMIN_SUBORDINATE_RECORD, argument, count, NULL, why);
out:
	cert_facts_clear(&facts);
	cert_free(cert);
	return e;
}

int ca_sign_path_len(const struct cert *issuer, int path_len)
{
	return path_len == CA_NO_PATH_LENGTH && issuer->path_len > 0 ? issuer->path_len - 1 : path_len;
}

static enum err sign(struct service *service, const struct ca_sign_plan *plan, const struct csr *csr, struct buf *cert_der, struct why *why)
{
	struct cert_template tbs = { 0 };
	struct ca_signer issuer = { 0 };
	enum err e;

	if ((e = ca_cert_template(csr, plan->path_len, &tbs, why)) != ERR_OK || (e = ca_signer_load(service, plan->issuer, &issuer, why)) != ERR_OK ||
	    (e = ca_signer_set_validity(service, issuer.cert, plan->validity_days, &tbs, why)) != ERR_OK)
		goto out;
	tbs.path_len = ca_sign_path_len(issuer.cert, tbs.path_len);
	e = cert_sign(&tbs, csr->pubkey, issuer.cert, issuer.key, &service->random, NULL, cert_der, why);
out:
	ca_signer_clear(&issuer);
	return e;
}

enum err ca_sign(struct service *service, const struct ca_sign_plan *plan, struct buf *cert_der, struct why *why)
{
	struct buf der = { 0 }, kept = { 0 };
	struct csr *csr = NULL;
	enum err e;

	if (plan->validity_days < 1 || plan->validity_days > CA_MAX_VALIDITY_DAYS)
		return why_set(why, ERR_VALUE, "a CA is valid for 1 to %d days", CA_MAX_VALIDITY_DAYS);
	if ((e = csr_parse(plan->csr, &csr, why)) != ERR_OK || (e = sign(service, plan, csr, &der, why)) != ERR_OK || (e = csr_redact(csr, &kept)) != ERR_OK)
		goto out;
	if ((e = ca_sign_record(service, plan->issuer, buf_bytes(&der), buf_bytes(&kept), why)) == ERR_OK)
		e = buf_append(cert_der, buf_bytes(&der));
out:
	csr_free(csr);
	buf_clear(&der);
	buf_clear(&kept);
	return e;
}
