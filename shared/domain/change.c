/* SPDX-License-Identifier: ISC
 *
 * Putting new values over old ones, and remembering which differed.
 */
#include <string.h>
#include <strings.h>

#include "shared/base/field.h"
#include "shared/domain/change.h"

void
change_add(struct change *c, const char *name)
{
	if (c->n < CHANGE_MAX)
		c->names[c->n++] = name;
}

void
change_text(struct change *c, const char *name, const char **mine, const char *theirs)
{
	if (*mine == NULL || theirs == NULL ? *mine == theirs : strcmp(*mine, theirs) == 0)
		return;
	*mine = theirs;
	change_add(c, name);
}

void
change_bool(struct change *c, const char *name, bool *mine, bool theirs)
{
	if (*mine == theirs)
		return;
	*mine = theirs;
	change_add(c, name);
}

void
change_entry(struct change *c, const char *name, const char **mine, const char *entry)
{
	if (entry != NULL)
		change_text(c, name, mine, *entry != '\0' ? entry : NULL);
}

void
change_write(struct jsw *w, const struct change *c)
{
	size_t i;

	jsw_array(w, "changed");
	for (i = 0; i < c->n; i++)
		jsw_string(w, NULL, c->names[i]);
	jsw_end(w);
}

enum rc
change_check(const char *text, const char *field, struct fault *f)
{
	if (text == NULL)
		return RC_OK;
	if (strlen(text) > CHANGE_NAME_MAX || !field_utf8(text, strlen(text)))
		return fault_set(f, RC_INVALID, field, "%s has at most %d bytes of UTF-8 text", field,
		    CHANGE_NAME_MAX);
	return RC_OK;
}

struct change_names
change_names_of(const struct js *list, struct mem_arena *a)
{
	const char **names = mem_zalloc(a, (js_size(list) + 1) * sizeof(*names));
	struct change_names out = { names, 0 };
	size_t i;

	for (i = 0; i < js_size(list); i++)
		if (js_string(js_at(list, i), NULL) != NULL)
			names[out.n++] = js_string(js_at(list, i), NULL);
	return out;
}

static bool
named_before(const struct change_names *names, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (strcasecmp(names->list[j], names->list[i]) == 0)
			return true;
	return false;
}

enum rc
change_aliases(const struct change_names *names, struct mem_arena *a, const char **json,
    struct fault *f)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc = RC_OK;
	size_t i;

	if (names->n > CHANGE_NAMES_MAX)
		return fault_set(f, RC_INVALID, "aliases", "there are at most %d aliases", CHANGE_NAMES_MAX);
	jsw_array(&w, NULL);
	for (i = 0; i < names->n && rc == RC_OK; i++) {
		if (names->list[i][0] == '\0')
			rc = fault_set(f, RC_INVALID, "aliases", "an alias has at least one letter");
		else
			rc = change_check(names->list[i], "aliases", f);
		if (rc == RC_OK && !named_before(names, i))
			jsw_string(&w, NULL, names->list[i]);
	}
	jsw_end(&w);
	if (rc == RC_OK)
		*json = mem_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return rc;
}
