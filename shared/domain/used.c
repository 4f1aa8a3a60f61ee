/* SPDX-License-Identifier: ISC
 *
 * Searching documents for ids: every string, whole or inside a template, and every key.
 */
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/template.h"
#include "shared/domain/used.h"
#include "shared/store/store_device.h"
#include "shared/store/store_entity.h"

struct search {
	const struct used_query	*q;
	struct mem_arena	*a;
	const struct used_ops	*user;
	struct buf		 path;
	struct used		*list;
	size_t			 n, cap, where_cap;
	bool			 open;	/* the last of list is the present document */
};

/* Room for one more in a list that doubles. */
static void *
room(struct mem_arena *a, void *list, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 8 : *cap * 2;

	if (n < *cap)
		return list;
	list = mem_grow(a, list, n, more, size);
	*cap = more;
	return list;
}

static bool
in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The id stands in text as a word of its own. */
static bool
names(const char *text, const char *id)
{
	size_t n = strlen(id);
	const char *p;

	for (p = text; (p = strstr(p, id)) != NULL; p++)
		if ((p == text || !in_word(p[-1])) && !in_word(p[n]))
			return true;
	return false;
}

static bool
wanted(const struct used_query *q, const char *text)
{
	size_t i;

	for (i = 0; i < q->n; i++)
		if (names(text, q->entities[i]))
			return true;
	return false;
}

static void
found(struct search *s, const struct used_document *d)
{
	struct used *u;

	if (!s->open) {
		s->list = room(s->a, s->list, s->n, &s->cap, sizeof(*s->list));
		s->list[s->n++] = (struct used){ .user = s->user, .id = mem_strdup(s->a, d->id),
			.name = mem_strdup(s->a, d->name) };
		s->open = true;
		s->where_cap = 0;
	}
	u = &s->list[s->n - 1];
	u->where = room(s->a, u->where, u->n, &s->where_cap, sizeof(*u->where));
	u->where[u->n++] = mem_strndup(s->a, buf_str(&s->path), s->path.len);
}

static void walk(struct search *s, const struct used_document *d, const char *key,
    const struct js *v);

static void
walk_object(struct search *s, const struct used_document *d, const struct js *v)
{
	size_t len = s->path.len;
	const char *key;
	void *it;

	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it)) {
		key = js_iter_key(it);
		buf_printf(&s->path, "%s%s", len > 0 ? "." : "", key);
		if (wanted(s->q, key))
			found(s, d);
		walk(s, d, key, js_iter_value(it));
		buf_cut(&s->path, len);
	}
}

static void
walk_array(struct search *s, const struct used_document *d, const char *key, const struct js *v)
{
	size_t len = s->path.len, i;

	for (i = 0; i < js_size(v); i++) {
		buf_printf(&s->path, "[%zu]", i);
		walk(s, d, key, js_at(v, i));
		buf_cut(&s->path, len);
	}
}

/* Whether a template asks for what the key names, as area_entities("kitchen") does. */
struct asking {
	const struct used_query	*q;
	bool			 yes;
};

static void
ask_id(void *arg, const char *kind, const char *id)
{
	struct asking *a = arg;

	a->yes |= (strcmp(kind, a->q->key) == 0 || strcmp(kind, "lookup_value") == 0) && strcmp(id, a->q->value) == 0;
}

static bool
asks(const struct used_query *q, const char *text)
{
	struct asking a = { q, false };
	const struct template_names names = { .id = ask_id, .arg = &a };
	struct template *t = NULL;

	if (strstr(text, q->value) == NULL || template_compile(text, strlen(text), &t, NULL) != RC_OK)
		return false;
	if (!template_is_literal(t))
		template_names(t, &names);
	template_free(t);
	return a.yes;
}

static bool
is_named(const struct used_query *q, const char *key, const char *text)
{
	return q->value != NULL && ((strcmp(key, q->key) == 0 && strcmp(text, q->value) == 0) || asks(q, text));
}

static void
walk(struct search *s, const struct used_document *d, const char *key, const struct js *v)
{
	const char *text;

	if (js_type(v) == JS_OBJECT)
		walk_object(s, d, v);
	else if (js_type(v) == JS_ARRAY)
		walk_array(s, d, key, v);
	else if (js_type(v) == JS_STRING) {
		text = js_string(v, NULL);
		if (wanted(s->q, text) || is_named(s->q, key, text))
			found(s, d);
	}
}

static void
search_one(const struct used_document *d, void *arg)
{
	struct search *s = arg;

	s->open = false;
	buf_reset(&s->path);
	walk(s, d, "", d->config);
}

enum rc
used_find(struct db *db, const struct used_query *q, struct mem_arena *a, struct used **out,
    size_t *n)
{
	struct search s = { .q = q, .a = a };
	enum rc rc = RC_OK;
	int i;

	for (i = 0; users[i] != NULL && rc == RC_OK; i++) {
		s.user = users[i];
		rc = users[i]->each(db, search_one, &s);
	}
	buf_free(&s.path);
	if (rc != RC_OK)
		return rc;
	*out = s.list;
	*n = s.n;
	return RC_OK;
}

/* The query with the n entities of these rows. */
static struct used_query
query_of(struct used_query q, const struct entity_state *rows, size_t n, struct mem_arena *a)
{
	const char **ids = mem_zalloc(a, (n + 1) * sizeof(*ids));
	size_t i;

	for (i = 0; i < n; i++)
		ids[i] = rows[i].entity.entity_id;
	q.entities = ids;
	q.n = n;
	return q;
}

enum rc
used_device(struct db *db, const char *id, struct mem_arena *a, struct used **out, size_t *n)
{
	struct used_query q = { .key = "device_id", .value = id };
	struct entity_state *rows;
	struct device d;
	size_t count;
	enum rc rc;

	if ((rc = store_device_get(db, id, a, &d)) != RC_OK ||
	    (rc = store_entity_of_device(db, d.row, a, &rows, &count)) != RC_OK)
		return rc;
	q = query_of(q, rows, count, a);
	return used_find(db, &q, a, out, n);
}

enum rc
used_orphans(struct db *db, struct mem_arena *a, struct used **out, size_t *n)
{
	struct used_query q = { .n = 0 };
	struct entity_state *rows;
	size_t count;
	enum rc rc = store_entity_orphans(db, NULL, 0, a, &rows, &count);

	if (rc != RC_OK)
		return rc;
	q = query_of(q, rows, count, a);
	return used_find(db, &q, a, out, n);
}

static void
write_one(struct jsw *w, const struct used *u)
{
	size_t i;

	jsw_object(w, NULL);
	jsw_string(w, "id", u->id);
	jsw_string(w, "name", u->name);
	jsw_array(w, "where");
	for (i = 0; i < u->n; i++)
		jsw_string(w, NULL, u->where[i]);
	jsw_end(w);
	jsw_end(w);
}

void
used_write(struct jsw *w, const char *key, const struct used *list, size_t n)
{
	size_t i;
	int u;

	jsw_object(w, key);
	for (u = 0; users[u] != NULL; u++) {
		jsw_array(w, users[u]->name);
		for (i = 0; i < n; i++)
			if (list[i].user == users[u])
				write_one(w, &list[i]);
		jsw_end(w);
	}
	jsw_end(w);
}
