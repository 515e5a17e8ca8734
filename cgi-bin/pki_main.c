#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "pki/crypto.h"
#include "service/service.h"
#include "web/gateway.h"
#include "web/pki_handler.h"

/* pki.fcgi: wiring alone. It publishes, so it needs no secret, and its database role reads what is public; the database is connected at the first request. */

static enum err open_service(const struct conf *conf, const struct log *log, struct service *service, struct why *why)
{
	struct store_options options = {
		.conninfo = conf->conninfo,
		.user = conf->public_user,
		.program = "pki.fcgi",
		.connect_timeout_s = conf->connect_timeout_s,
		.statement_timeout_s = conf->statement_timeout_s,
		.check_schema = true,
		.log = log,
	};

	*service = (struct service){ .log = log, .clock = clock_system(), .random = random_system() };
	return store_new(&options, &service->store, why);
}

int main(void)
{
	struct service service = { 0 };
	struct pki_site site = { &service, NULL };
	struct conf conf = { 0 };
	struct why why = { 0 };
	struct log log;
	int status = EXIT_FAILURE;
	enum err e;

	gateway_prepare();
	log_init(&log, "pki.fcgi", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	if ((e = conf_load(NULL, &conf, &why)) != ERR_OK)
		goto out;
	log_init(&log, "pki.fcgi", conf.log_target, conf.log_level);
	if ((e = crypto_init(&why)) != ERR_OK || (e = open_service(&conf, &log, &service, &why)) != ERR_OK)
		goto out;
	if ((site.cache = publication_cache_new()) == NULL) {
		e = ERR_MEMORY;
		goto out;
	}
	status = gateway_run(&log, pki_handler, &site);
out:
	if (e != ERR_OK)
		LOG_EVENT(&log, LOG_LEVEL_ERROR, "start-failed", log_str("error", err_name(e)), log_str("detail", why_text(&why, e)));
	publication_cache_free(site.cache);
	store_free(service.store);
	conf_clear(&conf);
	return status;
}
