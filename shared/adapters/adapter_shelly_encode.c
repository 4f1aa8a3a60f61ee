/* SPDX-License-Identifier: ISC
 *
 * What is sent to a device: methods with their parameters, and where the answer is to go.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"

bool
shelly_encode_is(const struct shelly_encode *e, const char *service)
{
	return strcmp(e->c->service, service) == 0;
}

void
shelly_encode_request(const char *prefix, const char *component, const char *src, int id,
    const char *method, struct js *params, struct mem_arena *a, struct outgoing *out)
{
	struct js *o = js_new_object();
	struct buf b = { 0 };

	js_set(o, "id", js_new_int(id));
	js_set(o, "src", js_new_string(mem_printf(a, "%s%s%s%s", src, prefix, component != NULL ? "/" : "",
	    component != NULL ? component : "")));
	js_set(o, "method", js_new_string(method));
	if (params != NULL)
		js_set(o, "params", params);
	js_dump(o, &b);
	*out = (struct outgoing){ .topic = mem_printf(a, "%s/rpc", prefix),
		.payload = mem_strndup(a, buf_str(&b), b.len), .len = b.len, .qos = 1 };
	buf_free(&b);
	js_free(o);
}
