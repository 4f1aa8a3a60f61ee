/* SPDX-License-Identifier: ISC
 *
 * Readings: what a /sensors message lists, two or three levels deep, single or in lists.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/adapters/adapter_value.h"

#define KEY_MAX 64	/* bytes of a key in the path of a reading */

static const struct tasmota_read reads[] = {
	{ 't', TASMOTA_ROOT, false, "SENSOR" },
	{ 's', TASMOTA_SNS, false, "STATUS8" },
	{ 's', TASMOTA_SNS, false, "STATUS10" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};

struct sensor {
	bool	numeric;	/* it has a unit: anything but a number is wrong */
	int8_t	keys;		/* in path */
	int16_t	place;		/* in a list at the end of the path; -1: it is no list */
	char	path[];		/* keys, each with its NUL */
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const struct js *path = js_get(config, "path");
	size_t i, n, size = 0, keys = js_size(path);
	struct sensor *s;
	const char *key;
	char *p;

	if (keys < 2 || keys > 3)
		return fault_set(f, RC_INVALID, "path", "a path has two or three steps");
	for (i = 0; i < keys; i++)
		if (js_string(js_at(path, i), &n) != NULL)
			size += n + 1;
	b->own = s = mem_xcalloc(1, sizeof(*s) + size);
	s->numeric = js_bool(js_get(config, "numeric"), false);
	s->place = -1;
	for (i = 0, p = s->path; i < keys; i++) {
		if ((key = js_string(js_at(path, i), &n)) == NULL) {
			s->place = (int16_t)js_int(js_at(path, i), 0);
			break;
		}
		memcpy(p, key, n);
		p += n + 1;
		s->keys++;
	}
	return RC_OK;
}

/* Devices announce more phases than they report: a single number stands for the first. */
static const struct js *
find(const struct sensor *s, const struct js *o)
{
	const char *key = s->path;
	int i;

	for (i = 0; i < s->keys && o != NULL; i++, key += strlen(key) + 1)
		o = js_get(o, key);
	if (s->place < 0 || (s->place == 0 && js_type(o) != JS_ARRAY))
		return o;
	return js_at(o, (size_t)s->place);
}

static enum report_result
decode(struct tasmota_decode *d)
{
	const struct sensor *s = d->b->own;
	const struct js *v = find(s, d->o);
	struct buf text = { .max = ADAPTER_STATE_MAX };
	enum report_result result = REPORT_OK;
	double number;

	if (v == NULL)
		return REPORT_NOTHING;
	if (js_is_null(v))
		return adapter_family_set(d->r, NULL);
	if (!adapter_value_text(v, &text))
		result = REPORT_NOTHING;
	else if (text.over)
		result = tasmota_decode_bad(d, "state is longer than 255 bytes");
	else if (s->numeric && !adapter_value_number(buf_str(&text), text.len, &number))
		result = tasmota_decode_bad(d, "not a number");
	else
		adapter_family_set(d->r, mem_strndup(d->a, buf_str(&text), text.len));
	buf_free(&text);
	return result;
}

/* ---- what is announced ---- */

/* Where a walk through a message is. */
struct walk {
	struct tasmota_reading	*r;
	const struct js		*sn;		/* all of it: the units are there */
	const char		*keys[3];
	int			 n;
	int			 place;		/* in a list, -1: none */
};

/* Which key names the quantity; NULL for readings that only look like one we know. */
static const char *
quantity_of(const struct walk *w)
{
	const char *unit, *sub = w->keys[1];
	size_t n = strlen(sub);

	if (strcmp(sub, "Energy") == 0 &&
	    (strcmp(w->keys[0], "AS3935") == 0 || strcmp(w->keys[0], "LD2410") == 0))
		return NULL;
	if (w->n == 3 && tasmota_quantity_find(w->keys[2], w->sn, &unit) != NULL &&
	    (unit != NULL || strcmp(w->keys[2], "Factor") == 0))
		return w->keys[2];
	/* Analog inputs are numbered. */
	if (strcmp(w->keys[0], "ANALOG") == 0 && n > 0 && isdigit((unsigned char)sub[n - 1]))
		return mem_strndup(w->r->b.a, sub, n - 1);
	return sub;
}

/* keys, joined. */
static const char *
join(const struct walk *w, const char *separator)
{
	const char *s = mem_printf(w->r->b.a, "%s%s%s", w->keys[0], separator, w->keys[1]);

	if (w->n == 3)
		s = mem_printf(w->r->b.a, "%s%s%s", s, separator, w->keys[2]);
	return w->place < 0 ? s : mem_printf(w->r->b.a, "%s%s%d", s, separator, w->place);
}

static struct js *
path_of(const struct walk *w)
{
	struct js *path = js_new_array();
	int i;

	for (i = 0; i < w->n; i++)
		js_append(path, js_new_string(w->keys[i]));
	if (w->place >= 0)
		js_append(path, js_new_int(w->place));
	return path;
}

static void
add(const struct walk *w, const struct js *v)
{
	const char *name = quantity_of(w), *unit = NULL, *state_class = NULL;
	const struct tasmota_quantity *q =
	    name == NULL ? NULL : tasmota_quantity_find(name, w->sn, &unit);
	struct announced_entity e = { .domain = "sensor", .enabled = true, .name = join(w, " ") };
	struct js *config = js_new_object(), *caps = js_new_object();

	e.unique_id = mem_printf(w->r->b.a, "%s_sensor_sensor_%s", w->r->mac, join(w, "_"));
	if (q != NULL) {
		e.device_class = q->device_class;
		e.icon = q->icon;
		state_class = q->state_class;
	}
	e.unit = mem_strdup(w->r->b.a, unit);
	if (e.device_class == NULL && state_class == NULL && unit == NULL && js_is_number(v))
		state_class = "measurement";
	if (state_class != NULL)
		js_set(caps, "state_class", js_new_string(state_class));
	js_set(config, "kind", js_new_string("sensor"));
	js_set(config, "path", path_of(w));
	if (unit != NULL)
		js_set(config, "numeric", js_new_bool(true));
	tasmota_reading_add(w->r, &e, config, caps);
}

static void
walk_list(struct walk *w, const struct js *list)
{
	size_t i;

	for (i = 0; i < js_size(list) && w->r->b.n < TASMOTA_SENSORS_MAX; i++) {
		w->place = (int)i;
		add(w, js_at(list, i));
	}
	w->place = -1;
}

static bool
usable(const char *key)
{
	return *key != '\0' && strlen(key) <= KEY_MAX;
}

/* The members of one sensor, and of what is nested in it. */
static void
walk_members(struct walk *w, const struct js *o)
{
	const struct js *v;
	void *it;

	w->n++;
	for (it = js_iter(o); it != NULL && w->r->b.n < TASMOTA_SENSORS_MAX; it = js_iter_next(o, it)) {
		v = js_iter_value(it);
		if (!usable(js_iter_key(it)))
			continue;
		w->keys[w->n - 1] = js_iter_key(it);
		if (js_type(v) == JS_OBJECT && w->n < 3)
			walk_members(w, v);
		else if (js_type(v) == JS_ARRAY && w->n < 3)
			walk_list(w, v);
		else
			add(w, v);
	}
	w->n--;
}

void
tasmota_sensor_entities(struct tasmota_reading *r, const struct js *sn)
{
	/* Readers of cards and tags: what they show is no reading. */
	static const char *const ignored[] = { "Time", "PN532", "RDM6300" };
	struct walk w = { .r = r, .sn = sn, .n = 1, .place = -1 };
	size_t i;
	void *it;

	for (it = js_iter(sn); it != NULL; it = js_iter_next(sn, it)) {
		w.keys[0] = js_iter_key(it);
		for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			if (strcmp(w.keys[0], ignored[i]) == 0)
				break;
		if (i == sizeof(ignored) / sizeof(ignored[0]) && usable(w.keys[0]) &&
		    js_type(js_iter_value(it)) == JS_OBJECT)
			walk_members(&w, js_iter_value(it));
	}
}

const struct tasmota_kind tasmota_sensor = {
	.name = "sensor",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.poll = "STATUS", .poll_payload = "10",
	.setup = setup, .decode = decode,
};
