/* SPDX-License-Identifier: ISC
 *
 * An entity that is listened to: its kind, its camera, its topics.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/adapters/adapter_topic.h"
#include "shared/base/field.h"

bool
frigate_binding_name(const char *name, size_t len)
{
	return name != NULL && len <= FRIGATE_NAME_MAX && adapter_topic_publishable(name, len) &&
	    memchr(name, '/', len) == NULL && field_utf8(name, len);
}

/* A text of the configuration that can be one level of a topic. "": none. */
static enum rc
take(const struct js *config, const char *key, char **out, struct fault *f)
{
	size_t n;
	const char *s = js_string(js_get(config, key), &n);

	if (s == NULL || (n > 0 && !frigate_binding_name(s, n)))
		return fault_set(f, RC_INVALID, key, "%s is missing or no name", key);
	*out = mem_xstrdup(s);
	return RC_OK;
}

static char *
expand(const struct binding *b, const char *prefix, const char *pattern)
{
	struct buf out = { 0 };
	const char *p;
	char *text;

	buf_printf(&out, "%s/", prefix);
	for (p = pattern; *p != '\0'; p++)
		if (*p == '%')
			buf_puts(&out, *++p == 'c' ? b->camera : b->what);
		else
			buf_putc(&out, *p);
	text = mem_xstrdup(buf_str(&out));
	buf_free(&out);
	return text;
}

static enum rc
fill(struct binding *b, const struct js *config, struct fault *f)
{
	const char *prefix = js_get_string(config, "prefix");
	enum rc rc;

	if ((b->kind = frigate_kinds_find(js_get_string(config, "kind"))) == NULL)
		return fault_set(f, RC_INVALID, "kind", "no kind of entity that we know");
	if (prefix == NULL || strlen(prefix) > FRIGATE_PREFIX_MAX ||
	    !adapter_topic_publishable(prefix, strlen(prefix)))
		return fault_set(f, RC_INVALID, "prefix", "no prefix of topics");
	if ((rc = take(config, "camera", &b->camera, f)) != RC_OK ||
	    (rc = take(config, "what", &b->what, f)) != RC_OK)
		return rc;
	b->topics[0] = (struct binding_topic){ .topic = expand(b, prefix, "available"),
		.availability = true };
	b->n_topics = 1;
	if (b->kind->topic != NULL)
		b->topics[b->n_topics++] = (struct binding_topic){
			.topic = expand(b, prefix, b->kind->topic), .role = 1 };
	if (b->kind->set != NULL)
		b->set = expand(b, prefix, b->kind->set);
	return RC_OK;
}

enum rc
frigate_binding_new(struct adapter *ad, const struct js *config, bool was_available,
    struct binding **out, struct fault *f)
{
	struct binding *b = mem_xcalloc(1, sizeof(*b));
	enum rc rc;

	(void)ad;
	if ((rc = fill(b, config, f)) != RC_OK) {
		frigate_binding_free(b);
		return rc;
	}
	b->available = was_available;
	*out = b;
	return RC_OK;
}

void
frigate_binding_free(struct binding *b)
{
	if (b == NULL)
		return;
	free(b->camera);
	free(b->what);
	free(b->set);
	free((char *)(uintptr_t)b->topics[0].topic);
	free((char *)(uintptr_t)b->topics[1].topic);
	free(b);
}

static void
describe(const struct binding *b, struct js *caps)
{
	if (b->kind->describe != NULL)
		b->kind->describe(b, caps);
}

const struct adapter_family frigate_family = {
	.name = "frigate", .entities_max = FRIGATE_ENTITIES_MAX,
	.make = frigate_binding_new, .unmake = frigate_binding_free, .describe = describe,
};
