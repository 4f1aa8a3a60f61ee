/* SPDX-License-Identifier: ISC
 *
 * The house in memory.
 */
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/house.h"

static void
drop_attributes(struct live *l)
{
	if (l->unread)
		free(l->attributes.text);
	else
		js_free(l->attributes.tree);
	l->attributes.tree = NULL;
	l->unread = false;
}

static void
free_live(struct live *l)
{
	if (l->binding != NULL)
		l->adapter->unbind(l->binding);
	drop_attributes(l);
	free(l->timers);
	free(l->state);
	free(l);
}

void
house_free(struct house *h)
{
	struct live_capabilities *c;
	struct live_device *d;
	struct live *l;
	char *name;
	size_t i;

	for (i = 0; (l = map_next(&h->by_row, &i)) != NULL;)
		free_live(l);
	for (i = 0; (d = map_next(&h->devices, &i)) != NULL;) {
		free(d->id);
		free(d);
	}
	for (i = 0; (name = map_next(&h->names, &i)) != NULL;)
		free(name);
	for (i = 0; (c = map_next(&h->capabilities, &i)) != NULL;) {
		js_free(c->tree);
		free(c);
	}
	map_free(&h->capabilities);
	map_free(&h->names);
	map_free(&h->by_row);
	map_free(&h->by_id);
	map_free(&h->devices);
	adapter_close_all(h->families);
}

static char *
copy(const char *s)
{
	return s == NULL ? NULL : mem_xstrdup(s);
}

static void
replace(char **slot, const char *s)
{
	free(*slot);
	*slot = copy(s);
}

/* Domains, device classes and units are few and repeat: one copy each. */
static const char *
intern(struct house *h, const char *name)
{
	char *known = map_get(&h->names, name);

	if (known == NULL) {
		known = mem_xstrdup(name);
		h->names.inside = 1;	/* it is its own key */
		map_put(&h->names, known, known);
	}
	return known;
}

/* So do capabilities. */
static struct live_capabilities *
intern_capabilities(struct house *h, const char *text)
{
	struct live_capabilities *known = map_get(&h->capabilities, text);
	size_t n = strlen(text) + 1;

	if (known == NULL) {
		known = mem_xcalloc(1, sizeof(*known) + n);
		memcpy(known->text, text, n);
		h->capabilities.inside = MAP_INSIDE(struct live_capabilities, text);
		map_put(&h->capabilities, known->text, known);
	}
	return known;
}

static struct live_device *
put_device(struct house *h, const struct entity *e)
{
	struct live_device *d;

	if (e->device == 0)
		return NULL;
	if ((d = map_get_int(&h->devices, e->device)) == NULL) {
		d = mem_xcalloc(1, sizeof(*d));
		d->row = e->device;
		d->id = copy(e->device_id != NULL ? e->device_id : "");
		map_put_int(&h->devices, d->row, d);
	}
	return d;
}

/* What has no state says nothing about whether its device is there. */
static bool
counts(const struct live *l)
{
	return strcmp(l->domain, "device_automation") != 0 && strcmp(l->domain, "tag") != 0;
}

static void
join_device(struct live *l, struct live_device *d)
{
	if (l->device == d)
		return;
	if (l->device != NULL && counts(l)) {
		l->device->entities--;
		l->device->available -= l->available;
		/* Nobody tells how it fares: the next one who does tells something new. */
		l->device->known = l->device->known && l->device->entities > 0;
	}
	l->device = d;
	if (d != NULL && counts(l)) {
		d->entities++;
		d->available += l->available;
	}
}

static void
set_available(struct live *l, bool available)
{
	if (l->device != NULL && counts(l))
		l->device->available += available - l->available;
	l->available = available;
}

static void
bind(struct house *h, struct live *l, const struct entity *e)
{
	struct entity lasting = *e;
	struct binding_info info;
	struct fault f = { 0 };
	struct adapter *ad;

	if (l->binding != NULL)
		l->adapter->unbind(l->binding);
	l->binding = NULL;
	l->adapter = adapter_find(e->adapter);
	if (l->adapter == NULL) {
		log_error(e->entity_id, "no adapter is called \"%s\"", e->adapter);
		return;
	}
	lasting.entity_id = l->entity_id;
	ad = adapter_open(h->families, l->adapter);
	if (h->sees != NULL && l->adapter->see != NULL)
		l->adapter->see(ad, h->sees);
	if (l->adapter->bind(ad, &lasting, l->available, &l->binding, &f) != RC_OK) {
		log_error(e->entity_id, "announcement refused: %s%s%s", f.field, *f.field ? ": " : "", f.msg);
		return;
	}
	l->adapter->info(l->binding, &info);
	set_available(l, info.available);
}

void
house_load_state(struct live *l, const struct state *s)
{
	replace(&l->state, s->state);
	drop_attributes(l);
	if (s->attributes != NULL && strcmp(s->attributes, "{}") != 0) {
		l->attributes.text = mem_xstrdup(s->attributes);
		l->unread = true;
	}
	set_available(l, s->available);
	l->last_changed = s->last_changed;
	l->last_updated = l->recorded = s->last_updated;
}

bool
house_changed_away(const struct live *l)
{
	return !l->available && l->last_changed > l->last_updated;
}

static struct live *
put(struct house *h, const struct entity_state *e)
{
	struct live *l = map_get_int(&h->by_row, e->entity.row);
	bool fresh = l == NULL;
	size_t n;

	if (fresh) {
		n = strlen(e->entity.entity_id) + 1;
		l = mem_xcalloc(1, sizeof(*l) + n);
		l->row = e->entity.row;
		memcpy(l->entity_id, e->entity.entity_id, n);
		l->domain = intern(h, e->entity.domain);
		map_put_int(&h->by_row, l->row, l);
		h->by_id.inside = MAP_INSIDE(struct live, entity_id);
		map_put(&h->by_id, l->entity_id, l);
	}
	l->capabilities = intern_capabilities(h, e->entity.capabilities == NULL ? "{}" : e->entity.capabilities);
	l->device_class = e->entity.device_class == NULL ? NULL : intern(h, e->entity.device_class);
	l->unit = e->entity.unit == NULL ? NULL : intern(h, e->entity.unit);
	join_device(l, put_device(h, &e->entity));
	if (fresh)
		house_load_state(l, &e->state);
	return l;
}

struct live *
house_put(struct house *h, const struct entity_state *e)
{
	struct live *l = put(h, e);

	bind(h, l, &e->entity);
	return l;
}

struct live *
house_view(struct house *h, const struct entity_state *e)
{
	return put(h, e);
}

void
house_remove(struct house *h, struct live *l)
{
	join_device(l, NULL);
	map_remove_int(&h->by_row, l->row);
	map_remove(&h->by_id, l->entity_id);
	free_live(l);
}

struct live *
house_find(const struct house *h, int64_t row)
{
	return map_get_int(&h->by_row, row);
}

struct live *
house_find_id(const struct house *h, const char *entity_id)
{
	struct live *l = map_get(&h->by_id, entity_id);

	return l != NULL || h->absent == NULL ? l : h->absent(h->absent_arg, entity_id);
}

/* To the outside nothing changes: it is read when it is first asked for. */
static void
read_attributes(struct live *l)
{
	char *text = l->attributes.text;
	struct js *tree = NULL;

	js_parse(text, strlen(text), JS_LAX_KEYS, &tree, NULL);
	free(text);
	l->attributes.tree = tree;
	l->unread = false;
}

const struct js *
house_attributes(const struct live *l)
{
	if (l->unread)
		read_attributes((struct live *)(uintptr_t)l);
	return l->attributes.tree;
}

void
house_write_attributes(const struct live *l, struct buf *b)
{
	if (l->unread)
		buf_puts(b, l->attributes.text);
	else if (l->attributes.tree != NULL)
		js_dump(l->attributes.tree, b);
}

const struct js *
house_capabilities(const struct live *l)
{
	struct live_capabilities *c = l->capabilities;

	if (c->tree == NULL && js_parse(c->text, strlen(c->text), JS_LAX_KEYS, &c->tree, NULL) != RC_OK)
		c->tree = js_new_object();
	return c->tree;
}

struct binding_state
house_state(const struct live *l)
{
	return (struct binding_state){ l->state, house_attributes(l), l->available };
}

void
house_entity_state(const struct live *l, struct mem_arena *a, struct entity_state *out)
{
	struct buf b = { 0 };

	*out = (struct entity_state){
		.entity = { .row = l->row, .entity_id = l->entity_id, .domain = l->domain,
		    .component = l->domain, .adapter = l->adapter == NULL ? "" : l->adapter->name,
		    .device = l->device == NULL ? 0 : l->device->row, .device_class = l->device_class,
		    .unit = l->unit, .enabled = true,
		    .capabilities = l->capabilities->text },
		.state = { .state = l->state, .attributes = "{}", .available = l->available,
		    .last_changed = l->last_changed, .last_updated = l->last_updated },
	};
	house_write_attributes(l, &b);
	if (b.len > 0)
		out->state.attributes = mem_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
}

static void
note(struct js **object, const char *name, struct js *value)
{
	if (*object == NULL)
		*object = js_new_object();
	js_set(*object, name, value);
}

/* Takes over value. */
static bool
apply_attribute(struct live *l, const char *name, struct js *value, struct house_change *c)
{
	const struct js *was = js_get(house_attributes(l), name);

	if (value == NULL ? was == NULL : was != NULL && js_equal(was, value)) {
		js_free(value);
		return false;
	}
	note(&c->changed, name, value == NULL ? js_new_null() : js_ref(value));
	if (was != NULL)
		note(&c->was, name, js_ref(was));
	if (value == NULL) {
		js_unset(l->attributes.tree, name);
		return true;
	}
	if (l->attributes.tree == NULL)
		l->attributes.tree = js_new_object();
	js_set(l->attributes.tree, name, value);
	return true;
}

static bool
apply_state(struct live *l, const struct report *r, struct house_change *c)
{
	bool same;

	if (!r->has_state)
		return false;
	same = r->state == NULL ? l->state == NULL : l->state != NULL && strcmp(r->state, l->state) == 0;
	if (same && !r->force && !r->action)
		return false;
	c->repeat = same && !r->action;
	c->prior = l->state;
	l->state = copy(r->state);
	return true;
}

/* Of somebody who is away. */
static void
keep_times_away(struct live *l, const struct house_change *c)
{
	if (l->last_updated == 0)
		l->last_updated = c->now_ms - 1;
	if (c->state && !c->repeat)
		l->last_changed = c->now_ms > l->last_updated ? c->now_ms : l->last_updated + 1;
}

static void
keep_times(struct live *l, const struct report *r, const struct house_change *c)
{
	if (!l->available) {
		if (r->has_state || c->attributes)
			keep_times_away(l, c);
		return;
	}
	if (r->has_state || c->attributes || c->returned)
		l->last_updated = c->now_ms;
	if (c->state || c->returned || (c->attributes && l->last_changed == 0))
		l->last_changed = c->now_ms;
}

bool
house_apply(struct live *l, struct report *r, int64_t now_ms, struct house_change *c)
{
	bool hidden = house_changed_away(l);
	int i;

	*c = (struct house_change){ .live = l, .now_ms = now_ms };
	c->state = apply_state(l, r, c);
	for (i = 0; i < r->n_attributes; i++)
		c->attributes |= apply_attribute(l, r->attributes[i].name, r->attributes[i].value, c);
	r->n_attributes = 0;
	if (r->has_available && r->available != l->available) {
		set_available(l, r->available);
		c->available = true;
		c->returned = hidden && l->available;
	}
	keep_times(l, r, c);
	if (!c->state && c->changed != NULL)
		c->prior = copy(l->state);
	return c->state || c->attributes || c->available;
}

const struct js *
house_attributes_before(const struct house_change *c)
{
	struct house_change *kept = (struct house_change *)(uintptr_t)c;
	const struct js *now = house_attributes(c->live);
	void *it;

	if (c->changed == NULL || c->before != NULL)
		return c->changed == NULL ? now : c->before;
	kept->before = js_new_object();
	for (it = now != NULL ? js_iter(now) : NULL; it != NULL; it = js_iter_next(now, it))
		if (js_get(c->changed, js_iter_key(it)) == NULL)
			js_set(kept->before, js_iter_key(it), js_ref(js_iter_value(it)));
	for (it = c->was != NULL ? js_iter(c->was) : NULL; it != NULL; it = js_iter_next(c->was, it))
		js_set(kept->before, js_iter_key(it), js_ref(js_iter_value(it)));
	return c->before;
}

void
house_change_free(struct house_change *c)
{
	free(c->prior);
	js_free(c->changed);
	js_free(c->was);
	js_free(c->before);
	*c = (struct house_change){ 0 };
}

bool
house_device_turned(struct live_device *d)
{
	bool online = d->available > 0 && !d->lost;

	if ((d->known && online == d->online) || (d->entities == 0 && !d->known))
		return false;
	d->online = online;
	d->known = true;
	return true;
}
