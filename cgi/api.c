/* SPDX-License-Identifier: ISC
 *
 * Opens what all threads of the API share.
 */
#include <stdlib.h>

#include "cgi/api.h"
#include "shared/adapters/net_bell.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/base/token.h"

#define LISTS_KEPT 8
#define DEVICES_KEPT 256

/* Without a doorbell the house is slower by a poll, not deaf. */
static struct bus *
open_bus(const struct conf *conf)
{
	struct fault f = {0};
	struct bus *bus = NULL;
	char dir[4096];

	if (conf_path(conf, "run/bell", dir, sizeof(dir)) != RC_OK ||
	    bell_open_ringer(dir, &bus, &f) != RC_OK)
		log_warn("bell", "nobody can be woken: %s", f.msg);
	return bus;
}

/* Loopback, private, link-local: RFC 1122, 1918, 3927, 4193, 4291. */
#define LOCAL "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,::1,fc00::/7,fe80::/10"

enum rc
api_open(const struct conf *conf, struct api **out, struct fault *f)
{
	struct network *trusted, *local = NULL;
	struct api *api;
	enum rc rc;

	rc = network_parse(conf_text(conf, CONF_TRUSTED_NETWORKS), &trusted, f);
	if (rc == RC_OK)
		rc = network_parse(LOCAL, &local, f);
	if (rc != RC_OK)
		return rc;
	api = mem_xcalloc(1, sizeof(*api));
	api->conf = conf;
	api->clock = clock_open();
	api->trusted = trusted;
	api->local = local;
	api->origins = conf_text(conf, CONF_ALLOWED_ORIGINS);
	api->hosts = conf_text(conf, CONF_ALLOWED_HOSTS);
	api->body_max = conf_int(conf, CONF_MAX_REQUEST_SIZE);
	token_random(&api->id_seed, sizeof(api->id_seed));
	pthread_mutex_init(&api->slow, NULL);
	api->lists = kept_new(LISTS_KEPT);
	api->devices = kept_new(DEVICES_KEPT);
	pthread_mutex_init(&api->sample_lock, NULL);
	api->bus = open_bus(conf);
	api->pool = pool_new(conf, &api->clock, api->bus);
	api->router = router_new(resources);
	*out = api;
	return RC_OK;
}

void
api_close(struct api *api)
{
	if (api == NULL)
		return;
	router_free(api->router);
	pool_free(api->pool);
	if (api->bus != NULL)
		api->bus->ops->close(api->bus);
	network_free(api->trusted);
	network_free(api->local);
	pthread_mutex_destroy(&api->slow);
	kept_free(api->lists);
	kept_free(api->devices);
	pthread_mutex_destroy(&api->sample_lock);
	free(api);
}
