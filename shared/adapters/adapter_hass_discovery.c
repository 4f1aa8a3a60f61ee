/* SPDX-License-Identifier: ISC
 *
 * Announcements: one component per message, or a device with all of its components.
 */
#include <stdio.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/device_class.h"

/* An announcement while it is being read. */
struct reading {
	struct adapter		*ad;
	struct mem_arena	*a;
	struct hass_topic	 topic;
	const char		*source;
	bool			 has_device;
	struct announced_entity	*entities;
	size_t			 n;
	struct announced_refusal *refused;	/* parts that are left out */
	size_t			 n_refused;
};

/* Members of a device message that hold for each of its components. */
static const char *const shared_keys[] = { "availability", "availability_mode",
	"availability_template", "availability_topic", "command_topic", "payload_available",
	"payload_not_available", "state_topic" };
/* Members that are kept elsewhere or say nothing about the entity itself. */
static const char *const left_out[] = { "device", "origin", "components", "platform", "name",
	"unique_id", "object_id", "default_entity_id", "icon", "entity_category", "device_class",
	"enabled_by_default", "entity_picture", "group" };

static const char *
or_null(const char *s)
{
	return s != NULL && s[0] != '\0' ? s : NULL;
}

/*
 * The own part of the name: NULL or none when it says null or repeats the device; by class or component
 * when it says nothing.
 */
static const char *
pick_name(const struct js *config, const char *name, const struct announced_entity *e,
    const struct hass_component *c, const char *device_name, struct mem_arena *a)
{
	if (js_get(config, "name") == NULL)
		return e->device_class != NULL ? device_class_name(e->device_class, a) :
		    c->plain_name;
	if (name == NULL || name[0] == '\0')
		return NULL;
	return device_name != NULL && strcmp(name, device_name) == 0 ? NULL : name;
}

static enum rc
read_labels(struct reading *r, const struct js *config, const struct hass_component *c,
    const char *device_name, struct announced_entity *e, struct fault *f)
{
	const char *name, *object_id;
	const struct {
		const char	*key;
		const char	**out;
	} texts[] = {
		{ "unique_id", &e->unique_id }, { "icon", &e->icon },
		{ "device_class", &e->device_class }, { "unit_of_measurement", &e->unit },
		{ "entity_category", &e->category }, { "object_id", &object_id },
		{ "default_entity_id", &e->object_id },
	};
	enum rc rc = hass_device_label(config, "name", HASS_NAME_MAX, r->a, &name, f);
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && rc == RC_OK; i++)
		rc = hass_device_text(config, texts[i].key, HASS_NAME_MAX, r->a, texts[i].out, f);
	if (rc != RC_OK)
		return rc;
	if (e->object_id == NULL)
		e->object_id = or_null(object_id);
	e->device_class = or_null(e->device_class);
	e->unit = or_null(e->unit);
	e->name = pick_name(config, name, e, c, device_name, r->a);
	if (js_get(config, "device_class") == NULL)
		e->device_class = c->device_class;
	if (e->category != NULL && strcmp(e->category, "config") != 0 &&
	    strcmp(e->category, "diagnostic") != 0)
		e->category = NULL;
	return RC_OK;
}

/* What is compiled again at each start: without what is kept in rows of its own. */
static const char *
config_text(const struct js *config, struct mem_arena *a)
{
	struct js *o = js_new_object();
	struct buf b = { 0 };
	const char *out;
	size_t i;
	void *it;

	for (it = js_iter(config); it != NULL; it = js_iter_next(config, it))
		js_set(o, js_iter_key(it), js_ref(js_iter_value(it)));
	for (i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		js_unset(o, left_out[i]);
	js_dump(o, &b);
	out = buf_keep(&b, a);
	js_free(o);
	return out;
}

/* An address that a browser may load as a picture: nothing that it would run. */
static bool
is_picture(const char *s)
{
	return s != NULL && strlen(s) <= HASS_TEXT_MAX && (s[0] == '/' ||
	    strncmp(s, "https://", 8) == 0 || strncmp(s, "http://", 7) == 0);
}

static const char *
capabilities_text(const struct binding *b, const struct js *config, const char *device_class,
    struct mem_arena *a)
{
	struct js *caps = js_new_object();
	struct buf text = { 0 };
	const char *out;

	if (b->shape->component->describe != NULL)
		b->shape->component->describe(b, device_class, caps);
	if (b->shape->features != 0)
		js_set(caps, "supported_features", js_new_int(b->shape->features));
	if (is_picture(js_get_string(config, "entity_picture")))
		js_set(caps, "entity_picture", js_ref(js_get(config, "entity_picture")));
	js_dump(caps, &text);
	out = buf_keep(&text, a);
	js_free(caps);
	return out;
}

static const struct hass_component *
find_component(const char *name, const struct js *config)
{
	const char *schema = js_get_string(config, "schema");

	return hass_components_find(name, schema != NULL ? schema : "");
}

/* One entity out of its expanded configuration: it is bound once here, so that a bad one never gets in. */
static enum rc
read_entity(struct reading *r, const char *component, const char *part, struct js *config,
    const char *device_name, struct fault *f)
{
	const struct hass_component *c = find_component(component, config);
	struct announced_entity *e = &r->entities[r->n];
	struct binding *b = NULL;
	bool enabled = true;
	enum rc rc;

	if (c == NULL)
		return fault_set(f, RC_UNSUPPORTED, "component",
		    "the component \"%.60s\" (or its schema) is not supported", component);
	if (c->needs_device && !r->has_device)
		return fault_set(f, RC_INVALID, "device", "a %s belongs to a device", c->name);
	if ((rc = hass_rules_check(config, c, f)) != RC_OK)
		return rc;
	hass_rules_tidy(config, c, r->source);
	memset(e, 0, sizeof(*e));
	if ((rc = read_labels(r, config, c, device_name, e, f)) != RC_OK)
		return rc;
	e->config = config_text(config, r->a);
	if ((rc = hass_binding_new(r->ad, c, "", e->config, e->device_class, false, &b, f)) != RC_OK)
		return rc;
	if (js_get(config, "enabled_by_default") != NULL)
		adapter_value_bool(js_get(config, "enabled_by_default"), &enabled);
	e->enabled = enabled;
	if (c->make_name != NULL)
		e->name = c->make_name(b, r->a);
	e->component = e->domain = c->name;
	e->source = part == NULL ? r->source : mem_printf(r->a, "%s#%s", r->source, part);
	if (or_null(e->unique_id) == NULL)
		e->unique_id = e->source;
	e->capabilities = capabilities_text(b, config, e->device_class, r->a);
	hass_binding_free(b);
	r->n++;
	return RC_OK;
}

static enum rc
read_single(struct reading *r, struct js *config, struct announcement *out, struct fault *f)
{
	const char *device_name;
	enum rc rc;

	if ((rc = hass_device_read(config, r->a, &out->device, f)) != RC_OK)
		return rc;
	r->has_device = out->device != NULL;
	device_name = r->has_device ? out->device->name : NULL;
	r->entities = mem_alloc(r->a, sizeof(*r->entities));
	return read_entity(r, r->topic.component, NULL, config, device_name, f);
}

/* The part's own configuration on top of what the message says for all. */
static struct js *
part_config(const struct js *message, const struct js *part)
{
	struct js *o = hass_expand_config(part);
	const struct js *v;
	size_t i;
	bool own = js_get(o, "availability") != NULL || js_get(o, "availability_topic") != NULL;

	for (i = 0; i < sizeof(shared_keys) / sizeof(shared_keys[0]); i++) {
		v = js_get(message, shared_keys[i]);
		if (v == NULL || js_get(o, shared_keys[i]) != NULL ||
		    (own && strncmp(shared_keys[i], "availability", 12) == 0))
			continue;
		js_set(o, shared_keys[i], js_ref(v));
	}
	return o;
}

static void
leave_out(struct reading *r, const char *key, const struct fault *f)
{
	char name[64];

	snprintf(name, sizeof(name), "%.60s", key);
	metric_add_label(METRIC_MQTT_DROPPED, f->rc == RC_UNSUPPORTED ? "unsupported" : "announcement", 1);
	log_info(r->source, "component %s left out: %s", name, f->msg);
	r->refused[r->n_refused++] = (struct announced_refusal){
		.source = mem_printf(r->a, "%s#%s", r->source, strlen(key) > HASS_NAME_MAX ? name : key),
		.reason = mem_printf(r->a, "%s%s%s", f->field, *f->field != '\0' ? ": " : "", f->msg) };
}

/* A part that cannot be used is left out; the others are not to suffer. */
static void
read_part(struct reading *r, const struct js *message, const char *key, const struct js *part,
    const char *device_name)
{
	struct js *config = js_type(part) == JS_OBJECT ? part_config(message, part) : NULL;
	const char *platform = js_get_string(config, "platform");
	struct fault f = { 0 };

	if (js_size(part) == 1 && platform != NULL) {
		js_free(config);	/* a removal: it is not in the set */
		return;
	}
	if (strlen(key) > HASS_NAME_MAX)
		fault_set(&f, RC_TOO_LARGE, "components", "a component's key is too long");
	else if (platform == NULL)
		fault_set(&f, RC_INVALID, "platform", "a component has no platform");
	else
		read_entity(r, platform, key, config, device_name, &f);
	if (f.rc != RC_OK)
		leave_out(r, key, &f);
	js_free(config);
}

static enum rc
read_parts(struct reading *r, const struct js *message, struct announcement *out, struct fault *f)
{
	const struct js *parts = js_get(message, "components");
	enum rc rc;
	void *it;

	if (js_type(parts) != JS_OBJECT)
		return fault_set(f, RC_INVALID, "components", "components is no object");
	if (js_size(parts) > HASS_PARTS_MAX)
		return fault_set(f, RC_TOO_LARGE, "components", "more than %d components",
		    HASS_PARTS_MAX);
	if ((rc = hass_device_read(message, r->a, &out->device, f)) != RC_OK)
		return rc;
	if (out->device == NULL)
		return fault_set(f, RC_INVALID, "device", "a device message has no device");
	r->has_device = true;
	r->entities = mem_alloc(r->a, (js_size(parts) + 1) * sizeof(*r->entities));
	r->refused = mem_alloc(r->a, (js_size(parts) + 1) * sizeof(*r->refused));
	for (it = js_iter(parts); it != NULL; it = js_iter_next(parts, it))
		read_part(r, message, js_iter_key(it), js_iter_value(it), out->device->name);
	return RC_OK;
}

static bool
is_migration(const struct js *config)
{
	bool yes = false;

	return js_get(config, "migrate_discovery") != NULL &&
	    adapter_value_bool(js_get(config, "migrate_discovery"), &yes) && yes;
}

static enum rc
read_message(struct reading *r, struct message *m, struct announcement *out, struct fault *f)
{
	const struct js *json;
	struct js *config;
	enum rc rc;

	if (m->len > ANNOUNCEMENT_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "announcement of more than %d bytes",
		    ANNOUNCEMENT_MAX);
	json = hass_message_json(r->ad, m);
	if ((rc = message_object(m, json, f)) != RC_OK)
		return rc;
	config = hass_expand_config(json);
	if (is_migration(config))
		rc = RC_NOT_FOUND;	/* the device's own message takes over */
	else if (strcmp(r->topic.component, "device") == 0)
		rc = read_parts(r, config, out, f);
	else
		rc = read_single(r, config, out, f);
	js_free(config);
	return rc;
}

enum rc
hass_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f)
{
	struct reading r = { .ad = ad, .a = a, .source = m->topic };
	struct announcement an = { .adapter = "mqtt", .source = m->topic };
	enum rc rc;

	if ((rc = hass_topic_parse(m->topic, prefix, &r.topic, f)) != RC_OK)
		return rc;
	if (m->len == 0)
		an.removal = true;
	else if ((rc = read_message(&r, m, &an, f)) != RC_OK)
		return rc;
	an.entities = r.entities;
	an.n = r.n;
	an.refused = r.refused;
	an.n_refused = r.n_refused;
	*out = an;
	return RC_OK;
}
