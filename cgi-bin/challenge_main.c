#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "pki/crypto.h"
#include "service/service.h"
#include "web/challenge_handler.h"
#include "web/gateway.h"

/* challenge.fcgi: wiring alone. It mints, so it needs no key and no secret, and its database role is given none; the database is connected at the first request. */

static enum err open_service(const struct conf *conf, const struct log *log, struct service *service, struct why *why)
{
	struct store_options options = {
		.conninfo = conf->conninfo,
		.user = conf->minter_user,
		.program = "challenge.fcgi",
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
	struct conf conf = { 0 };
	struct why why = { 0 };
	struct log log;
	int status = EXIT_FAILURE;
	enum err e;

	gateway_prepare();
	log_init(&log, "challenge.fcgi", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	if ((e = conf_load(NULL, &conf, &why)) != ERR_OK)
		goto out;
	log_init(&log, "challenge.fcgi", conf.log_target, conf.log_level);
	if ((e = crypto_init(&why)) != ERR_OK || (e = open_service(&conf, &log, &service, &why)) != ERR_OK)
		goto out;
	status = gateway_run(&log, challenge_handler, &service);
out:
	if (e != ERR_OK)
		LOG_EVENT(&log, LOG_LEVEL_ERROR, "start-failed", log_str("error", err_name(e)), log_str("detail", why_text(&why, e)));
	store_free(service.store);
	conf_clear(&conf);
	return status;
}
