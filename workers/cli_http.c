/* SPDX-License-Identifier: ISC
 *
 * consciousness device add.
 */
#include <stdio.h>

#include "shared/base/token.h"
#include "shared/domain/http_device.h"
#include "workers/cli_int.h"

struct addition {
	struct cli	*c;
	struct device	 device;
	char		 key[HTTP_DEVICE_KEY];
};

static enum rc
add(struct tx *tx, void *arg, struct fault *f)
{
	struct addition *n = arg;

	return http_device_add(tx, n->c->core->conf, n->c->argv[0], n->c->option[OPTION_AREA], n->c->a,
	    &n->device, n->key, f);
}

enum rc
cli_device_add(struct cli *c)
{
	struct addition n = { .c = c };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if ((rc = store_write(c->core->writer, "cli", add, &n, &c->f)) != RC_OK)
		return rc;
	jsw_object(&w, NULL);
	jsw_string(&w, "id", n.device.id);
	jsw_string(&w, "key", n.key);
	jsw_end(&w);
	if (c->json)
		cli_print_json(&b);
	else
		printf("%s %s\n", n.device.id, n.key);
	token_wipe(n.key, sizeof(n.key));
	buf_free(&b);
	return RC_OK;
}
