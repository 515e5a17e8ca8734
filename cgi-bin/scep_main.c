#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "pki/crypto.h"
#include "service/challenge_memo.h"
#include "service/endpoint_cache.h"
#include "web/gateway.h"
#include "web/scep_handler.h"

/* scep.fcgi: wiring alone. Configuration and secret are read once; the database is connected at the first request. */

static enum err open_service(const struct conf *conf, const struct log *log, struct key_secrets *secrets, struct service *service, struct why *why)
{
	struct store_options options = {
		.conninfo = conf->conninfo,
		.user = conf->worker_user,
		.program = "scep.fcgi",
		.connect_timeout_s = conf->connect_timeout_s,
		.statement_timeout_s = conf->statement_timeout_s,
		.listen = true,
		.check_schema = true,
		.log = log,
	};
	enum err e;

	*service = (struct service){ .log = log, .clock = clock_system(), .random = random_system() };
	if ((e = key_access_init(conf, &service->keys, why)) != ERR_OK || (e = key_access_load(conf, secrets, &service->keys, why)) != ERR_OK ||
	    (e = store_new(&options, &service->store, why)) != ERR_OK)
		return e;
	service->cache = endpoint_cache_new();
	service->memo = challenge_memo_new(&service->random, service->keys.secret);
	return service->cache == NULL || service->memo == NULL ? ERR_MEMORY : ERR_OK;
}

int main(void)
{
	struct service service = { 0 };
	struct conf conf = { 0 };
	struct key_secrets secrets = { 0 };
	struct why why = { 0 };
	struct log log;
	int status = EXIT_FAILURE;
	enum err e;

	gateway_prepare();
	log_init(&log, "scep.fcgi", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	if ((e = conf_load(NULL, &conf, &why)) != ERR_OK)
		goto out;
	log_init(&log, "scep.fcgi", conf.log_target, conf.log_level);
	if ((e = crypto_init(&why)) != ERR_OK || (e = open_service(&conf, &log, &secrets, &service, &why)) != ERR_OK)
		goto out;
	status = gateway_run(&log, scep_handler, &service);
out:
	if (e != ERR_OK)
		LOG_EVENT(&log, LOG_LEVEL_ERROR, "start-failed", log_str("error", err_name(e)), log_str("detail", why_text(&why, e)));
	challenge_memo_free(service.memo);
	endpoint_cache_free(service.cache);
	store_free(service.store);
	key_secrets_clear(&secrets);
	conf_clear(&conf);
	return status;
}
