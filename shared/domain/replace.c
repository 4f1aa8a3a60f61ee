/* SPDX-License-Identifier: ISC
 *
 * One device in place of another: the plan, then the rows, then the events.
 */
#include <string.h>

#include "shared/domain/registry_int.h"
#include "shared/domain/replace.h"
#include "shared/domain/used.h"
#include "shared/store/store_succession.h"

/* Both sides, and what becomes of them. */
struct exchange {
	struct tx		*tx;
	struct mem_arena	*a;
	struct device		 old, new;
	struct registry_matching m;
};

static enum rc
find(struct tx *tx, const char *id, const char *field, struct mem_arena *a, struct device *out,
    struct fault *f)
{
	enum rc rc = store_device_get(tx->db, id, a, out);

	return rc == RC_NOT_FOUND ? fault_set(f, strcmp(field, "id") == 0 ? rc : RC_INVALID, field,
	    "there is no device \"%.60s\"", id) : rc;
}

static enum rc
load(struct exchange *x, const char *id, const char *by, struct fault *f)
{
	struct registry_matching *m = &x->m;
	enum rc rc;

	if ((rc = find(x->tx, id, "id", x->a, &x->old, f)) != RC_OK ||
	    (rc = find(x->tx, by, "by", x->a, &x->new, f)) != RC_OK)
		return rc;
	if (x->old.row == x->new.row)
		return fault_set(f, RC_INVALID, "by", "a device cannot replace itself");
	if (registry_device_stays(&x->old) || registry_device_stays(&x->new))
		return fault_set(f, RC_REFUSED, "by",
		    "a device that reports over HTTP keeps its id: let the new one use the key of the old");
	rc = store_entity_of_device(x->tx->db, x->old.row, x->a, &m->old, &m->n_old);
	if (rc == RC_OK)
		rc = store_entity_of_device(x->tx->db, x->new.row, x->a, &m->new, &m->n_new);
	if (rc == RC_OK)
		registry_match(m, x->a);
	return rc;
}

static void
plan(const struct exchange *x, struct replace *r)
{
	const struct registry_matching *m = &x->m;
	size_t i;

	*r = (struct replace){ .device = x->old.id };
	r->pairs = mem_zalloc(x->a, (m->n_old + 1) * sizeof(*r->pairs));
	r->missing = mem_zalloc(x->a, (m->n_old + 1) * sizeof(*r->missing));
	r->added = mem_zalloc(x->a, (m->n_new + 1) * sizeof(*r->added));
	for (i = 0; i < m->n_old; i++)
		if (m->partner[i] != NULL)
			r->pairs[r->n_pairs++] = (struct replace_pair){ m->old[i].entity.entity_id,
			    m->partner[i]->entity.unique_id, m->partner[i]->entity.entity_id };
		else
			r->missing[r->n_missing++] = m->old[i].entity.entity_id;
	for (i = 0; i < m->n_new; i++)
		if (!m->taken[i])
			r->added[r->n_added++] = m->new[i].entity.entity_id;
}

/* A rule must not lose what it is about. */
static enum rc
check(const struct exchange *x, const struct replace *r, struct fault *f)
{
	const char **given_up = mem_zalloc(x->a, (r->n_pairs + 1) * sizeof(*given_up));
	struct used_query q = { given_up, r->n_pairs, "device_id", x->new.id };
	struct used *list;
	size_t n, i;
	enum rc rc;

	if (r->n_pairs == 0 && x->m.n_old > 0)
		return fault_set(f, RC_REFUSED, "by", "nothing of %.60s fits what %.60s has", x->new.id,
		    x->old.id);
	for (i = 0; i < r->n_pairs; i++)
		given_up[i] = r->pairs[i].was;
	if ((rc = used_find(x->tx->db, &q, x->a, &list, &n)) != RC_OK || n == 0)
		return rc;
	return fault_set(f, RC_REFUSED, "by", "\"%.60s\" uses the new device at %.60s: let it use what "
	    "that replaces first", list[0].name, list[0].where[0]);
}

/* What is kept on the broker for the old hardware is known from now on. */
static enum rc
remember(struct exchange *x)
{
	struct registry_matching *m = &x->m;
	const char *source;
	bool announced = false;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < m->n_old && rc == RC_OK; i++) {
		if (m->old[i].entity.orphaned)
			continue;
		source = m->old[i].entity.source;
		source = mem_strndup(x->a, source, strcspn(source, "#"));
		rc = store_device_add_replaced(x->tx, x->old.row, source);
		announced = true;
	}
	if (rc != RC_OK)
		return rc;
	return store_device_replace(x->tx, x->old.row, x->new.row, announced);
}

/* The hardware is the new one's, the names are the old one's. */
static enum rc
take_device(struct exchange *x)
{
	struct device *d = &x->old;
	const struct device *n = &x->new;
	const struct {
		const char	*name, **mine, *theirs;
	} texts[] = {
		{ "adapter", &d->adapter, n->adapter }, { "manufacturer", &d->manufacturer, n->manufacturer },
		{ "model", &d->model, n->model }, { "model_id", &d->model_id, n->model_id },
		{ "sw_version", &d->sw_version, n->sw_version },
		{ "hw_version", &d->hw_version, n->hw_version },
		{ "serial_number", &d->serial_number, n->serial_number },
		{ "configuration_url", &d->configuration_url, n->configuration_url },
		{ "via", &d->via, n->via }, { "status", &d->status, n->status },
		{ "announced_name", &d->name, n->name },
	};
	struct revision_edit r = { REVISION_DEVICE, d->id, registry_snapshot_device(d, x->a), NULL, NULL };
	struct change c = { 0 };
	size_t i;
	enum rc rc;

	if (d->label == NULL && strcmp(d->name, n->name) != 0)
		d->label = d->name;
	if (d->area == 0 && n->area != 0) {
		d->area = n->area;
		d->area_id = n->area_id;
		change_add(&c, "area_id");
	}
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		change_text(&c, texts[i].name, texts[i].mine, texts[i].theirs);
	change_add(&c, "hardware");
	r.after = registry_snapshot_device(d, x->a);
	rc = registry_device_store(x->tx, d, &c, x->a);
	return rc == RC_OK ? revision_add(x->tx, &r, x->a, NULL) : rc;
}

static enum rc
take_state(struct exchange *x, const struct entity_state *into, const struct state *from)
{
	struct store_event e = {
		.kind = EVENT_STATE_CHANGED, .entity = into->entity.row, .state = from->state,
		.prior = into->state.state, .cause = x->tx->cause, .actor = x->tx->actor,
	};
	struct state s = *from;
	enum rc rc;

	if (from->last_updated == 0)
		return RC_OK;
	if ((rc = store_event_append(x->tx, &e, &s.event)) != RC_OK)
		return rc;
	return store_state_put(x->tx, into->entity.row, &s);
}

/* old goes on with what new is. */
static enum rc
take_entity(struct exchange *x, struct entity_state *old, const struct entity_state *new)
{
	struct entity *e = &old->entity;
	const struct entity *n = &new->entity;
	const struct {
		const char	*name, **mine, *theirs;
	} texts[] = {
		{ "adapter", &e->adapter, n->adapter }, { "component", &e->component, n->component },
		{ "unique_id", &e->unique_id, n->unique_id }, { "name", &e->name, n->name },
		{ "device_class", &e->device_class, n->device_class }, { "unit", &e->unit, n->unit },
		{ "icon", &e->icon, n->icon }, { "category", &e->category, n->category },
		{ "source", &e->source, n->source }, { "config", &e->config, n->config },
		{ "capabilities", &e->capabilities, n->capabilities },
	};
	struct revision_edit r = { REVISION_ENTITY, e->entity_id, registry_snapshot_entity(e, x->a), NULL, NULL };
	struct change c = { 0 };
	size_t i;
	enum rc rc;

	if (e->label == NULL && (e->name == NULL ? n->name != NULL :
	    n->name == NULL || strcmp(e->name, n->name) != 0))
		e->label = registry_entity_name(e, x->a);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		change_text(&c, texts[i].name, texts[i].mine, texts[i].theirs);
	change_bool(&c, "orphaned", &e->orphaned, n->orphaned);
	r.after = registry_snapshot_entity(e, x->a);
	if ((rc = store_succession_add(x->tx, n->row, e->row, x->tx->cause)) != RC_OK ||
	    (rc = registry_entity_remove(x->tx, n, x->a)) != RC_OK ||
	    (rc = registry_entity_store(x->tx, e, &c, x->a)) != RC_OK ||
	    (rc = revision_add(x->tx, &r, x->a, NULL)) != RC_OK)
		return rc;
	return take_state(x, old, &new->state);
}

static enum rc
lose_entity(struct exchange *x, struct entity *e)
{
	if (e->orphaned)
		return RC_OK;
	e->orphaned = true;
	e->updated = x->tx->now_ms;
	if (store_entity_update(x->tx, e) != RC_OK)
		return RC_ERROR;
	return registry_event_entity(x->tx, EVENT_ENTITY_REMOVED, e, NULL, x->a);
}

static enum rc
join_entity(struct exchange *x, struct entity *e)
{
	struct change c = { 0 };

	e->device = x->old.row;
	e->device_id = x->old.id;
	e->device_name = x->old.label != NULL ? x->old.label : x->old.name;
	change_add(&c, "device_id");
	if (!x->old.enabled && e->enabled) {
		e->with_device = true;
		change_bool(&c, "enabled", &e->enabled, false);
	}
	return registry_entity_store(x->tx, e, &c, x->a);
}

static enum rc
move_entities(struct exchange *x)
{
	struct registry_matching *m = &x->m;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < m->n_old && rc == RC_OK; i++)
		rc = m->partner[i] != NULL ? take_entity(x, &m->old[i], m->partner[i]) :
		    lose_entity(x, &m->old[i].entity);
	for (i = 0; i < m->n_new && rc == RC_OK; i++)
		if (!m->taken[i])
			rc = join_entity(x, &m->new[i].entity);
	return rc;
}

static void
write_members(struct jsw *w, const struct replace *r)
{
	size_t i;

	jsw_array(w, "replaced");
	for (i = 0; i < r->n_pairs; i++) {
		jsw_object(w, NULL);
		jsw_string(w, "entity_id", r->pairs[i].entity_id);
		jsw_string(w, "unique_id", r->pairs[i].unique_id);
		jsw_string(w, "was", r->pairs[i].was);
		jsw_end(w);
	}
	jsw_end(w);
	jsw_array(w, "added");
	for (i = 0; i < r->n_added; i++)
		jsw_string(w, NULL, r->added[i]);
	jsw_end(w);
	jsw_array(w, "missing");
	for (i = 0; i < r->n_missing; i++)
		jsw_string(w, NULL, r->missing[i]);
	jsw_end(w);
}

/* The cause of all that follows. */
static enum rc
tell(struct exchange *x, const struct replace *r)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	int64_t id;
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_string(&w, "device_id", x->old.id);
	jsw_string(&w, "name", x->old.label != NULL ? x->old.label : x->old.name);
	jsw_string(&w, "by", x->new.id);
	write_members(&w, r);
	jsw_end(&w);
	rc = event_append(x->tx, EVENT_DEVICE_REPLACED, 0, mem_printf(x->a, "device.%s", x->old.id),
	    buf_str(&b), &id);
	if (rc == RC_OK)
		x->tx->cause = id;
	buf_free(&b);
	return rc;
}

static enum rc
carry_out(struct exchange *x, const struct replace *r)
{
	int64_t cause = x->tx->cause;
	const char *reason = x->tx->reason;
	enum rc rc;

	if (reason == NULL)
		x->tx->reason = mem_printf(x->a, "%s goes on with the hardware of %s", x->old.id, x->new.id);
	if ((rc = tell(x, r)) == RC_OK && (rc = remember(x)) == RC_OK &&
	    (rc = take_device(x)) == RC_OK && (rc = move_entities(x)) == RC_OK)
		rc = registry_device_remove(x->tx, &x->new, x->a);
	x->tx->reason = reason;
	x->tx->cause = cause;
	return rc;
}

enum rc
replace_device(struct tx *tx, const char *id, const char *by, bool dry_run, struct mem_arena *a,
    struct replace *out, struct fault *f)
{
	struct exchange x = { .tx = tx, .a = a };
	enum rc rc;

	if ((rc = load(&x, id, by, f)) != RC_OK)
		return rc;
	plan(&x, out);
	if ((rc = check(&x, out, f)) != RC_OK || dry_run)
		return rc;
	rc = carry_out(&x, out);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the replacement could not be stored");
}

void
replace_write(struct jsw *w, const char *key, const struct replace *r)
{
	jsw_object(w, key);
	jsw_string(w, "device", r->device);
	write_members(w, r);
	jsw_end(w);
}

/* Whoever reads announcements asks for these topics again. */
static enum rc
tell_released(struct tx *tx, const struct device *d, const char **sources, size_t n,
    struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;
	size_t i;

	jsw_object(&w, NULL);
	jsw_string(&w, "device_id", d->id);
	jsw_array(&w, "released");
	for (i = 0; i < n; i++)
		jsw_string(&w, NULL, sources[i]);
	jsw_end(&w);
	jsw_end(&w);
	rc = event_append(tx, EVENT_DEVICE_CHANGED, 0, mem_printf(a, "device.%s", d->id), buf_str(&b),
	    NULL);
	buf_free(&b);
	return rc;
}

enum rc
replace_release(struct tx *tx, const char *id, struct mem_arena *a, size_t *n, struct fault *f)
{
	const char **sources;
	struct device d;
	size_t count;
	enum rc rc;

	if ((rc = find(tx, id, "id", a, &d, f)) != RC_OK)
		return rc;
	rc = store_device_replaced(tx->db, d.row, a, &sources, &count);
	if (rc == RC_OK && count > 0 && (rc = store_device_release(tx, d.row)) == RC_OK)
		rc = tell_released(tx, &d, sources, count, a);
	if (rc == RC_OK)
		*n = count;
	return rc;
}
