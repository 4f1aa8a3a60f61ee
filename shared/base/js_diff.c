/* SPDX-License-Identifier: ISC
 *
 * Walks two values side by side; where they part, a step is noted.
 */
#include "shared/base/js_diff.h"

/* Where the walk is, and what it found. */
struct walk {
	struct buf	 path;
	struct js	*steps;
};

static void compare(struct walk *w, const struct js *from, const struct js *to);

static void
note(struct walk *w, const struct js *from, const struct js *to)
{
	struct js *step = js_new_object();

	js_set(step, "op", js_new_string(from == NULL ? "add" : to == NULL ? "remove" : "replace"));
	js_set(step, "path", js_new_string(buf_str(&w->path)));
	js_set(step, "from", from != NULL ? js_ref(from) : NULL);
	js_set(step, "to", to != NULL ? js_ref(to) : NULL);
	js_append(w->steps, step);
}

/* A member's name as a part of a pointer: RFC 6901 section 3. */
static void
push_key(struct walk *w, const char *key)
{
	buf_putc(&w->path, '/');
	for (; *key != '\0'; key++) {
		if (*key == '~' || *key == '/')
			buf_puts(&w->path, *key == '~' ? "~0" : "~1");
		else
			buf_putc(&w->path, *key);
	}
}

/* Back to where the pointer was so many bytes long. */
static void
pop(struct walk *w, size_t len)
{
	w->path.len = len;
	w->path.p[len] = '\0';
}

static void
at_key(struct walk *w, const char *key, const struct js *from, const struct js *to)
{
	size_t len = w->path.len;

	push_key(w, key);
	compare(w, from, to);
	pop(w, len);
}

static void
at_index(struct walk *w, size_t i, const struct js *from, const struct js *to)
{
	size_t len = w->path.len;

	buf_printf(&w->path, "/%zu", i);
	compare(w, from, to);
	pop(w, len);
}

static void
compare_objects(struct walk *w, const struct js *from, const struct js *to)
{
	void *it;

	for (it = js_iter(from); it != NULL; it = js_iter_next(from, it))
		at_key(w, js_iter_key(it), js_iter_value(it), js_get(to, js_iter_key(it)));
	for (it = js_iter(to); it != NULL; it = js_iter_next(to, it))
		if (js_get(from, js_iter_key(it)) == NULL)
			at_key(w, js_iter_key(it), NULL, js_iter_value(it));
}

/* From `start` on, both have that many items in the middle; what is too many goes from the end. */
static void
compare_arrays(struct walk *w, const struct js *from, const struct js *to)
{
	size_t n = js_size(from), m = js_size(to), start = 0, i;

	while (start < n && start < m && js_equal(js_at(from, start), js_at(to, start)))
		start++;
	while (n > start && m > start && js_equal(js_at(from, n - 1), js_at(to, m - 1))) {
		n--;
		m--;
	}
	for (i = start; i < n && i < m; i++)
		at_index(w, i, js_at(from, i), js_at(to, i));
	for (i = n; i > m; i--)
		at_index(w, i - 1, js_at(from, i - 1), NULL);
	for (i = n; i < m; i++)
		at_index(w, i, NULL, js_at(to, i));
}

static void
compare(struct walk *w, const struct js *from, const struct js *to)
{
	if (from == NULL || to == NULL) {
		if (from != to)
			note(w, from, to);
	} else if (js_type(from) == JS_OBJECT && js_type(to) == JS_OBJECT)
		compare_objects(w, from, to);
	else if (js_type(from) == JS_ARRAY && js_type(to) == JS_ARRAY)
		compare_arrays(w, from, to);
	else if (!js_equal(from, to))
		note(w, from, to);
}

struct js *
js_diff(const struct js *from, const struct js *to)
{
	struct walk w = { .steps = js_new_array() };

	compare(&w, from, to);
	buf_free(&w.path);
	return w.steps;
}
