/* SPDX-License-Identifier: ISC
 *
 * Finds the next fault by disabling the part that has the last one: what is disabled is not looked into.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/automation_fault.h"

/* What stands for a member of the rule itself that is wrong; NULL: it is left away. */
static const struct {
	const char	*name, *json;
} stands_for[] = {
	{ "name", "\"x\"" },
	{ "triggers", "[{\"trigger\":\"homeassistant\",\"event\":\"start\"}]" },
	{ "actions", "[{\"stop\":\"\"}]" },
};

static void
replace_member(struct js *config, const char *name)
{
	struct js *v = NULL;
	size_t i;

	js_unset(config, name);
	for (i = 0; i < sizeof(stands_for) / sizeof(stands_for[0]); i++)
		if (strcmp(stands_for[i].name, name) == 0 &&
		    js_parse(stands_for[i].json, strlen(stands_for[i].json), JS_STRICT, &v, NULL) == RC_OK)
			js_set(config, name, v);
}

/* Conditions in short have their list under another name than the place says. */
static const struct js *
member(const struct js *v, const char *name, size_t n)
{
	static const char *const words[] = { "and", "or", "not" };
	const struct js *found = js_getn(v, name, n);
	size_t i;

	for (i = 0; found == NULL && n == 10 && strncmp(name, "conditions", n) == 0 && i < 3; i++)
		found = js_get(v, words[i]);
	return found;
}

/* The innermost object of a list that the place leads through; NULL: none. One alone counts as a list of one. */
static const struct js *
innermost(const struct js *config, const char *place)
{
	const struct js *v = config, *found = NULL;
	size_t n, i;
	char *end;

	while (v != NULL && *place != '\0') {
		n = strcspn(place, ".[");
		v = n > 0 ? member(v, place, n) : v;
		for (place += n; *place == '['; place = *end == ']' ? end + 1 : end) {
			i = strtoul(place + 1, &end, 10);
			v = js_type(v) == JS_ARRAY ? js_at(v, i) : i == 0 ? v : NULL;
			found = js_type(v) == JS_OBJECT ? v : found;
		}
		place += *place == '.';
	}
	return found;
}

/* False: there is nothing that could be left out. */
static bool
take_out(struct js *config, const char *place)
{
	const struct js *part = innermost(config, place);
	char name[64];
	size_t n = strcspn(place, ".[");

	if (part != NULL && !js_bool(js_get(part, "enabled"), true))
		return false;
	if (part != NULL) {
		js_set((struct js *)(uintptr_t)part, "enabled", js_new_bool(false));
		return true;
	}
	if (n == 0 || n >= sizeof(name))
		return false;
	memcpy(name, place, n);
	name[n] = '\0';
	replace_member(config, name);
	return true;
}

static enum rc
look(struct db *db, const struct js *config, bool scenario, struct mem_arena *a, struct fault *f)
{
	struct rule *r = NULL;
	enum rc rc = scenario ? automation_compile_scenario(config, &r, f) : automation_compile(config, &r, f);

	automation_free(r);
	return rc == RC_OK ? automation_check(db, config, a, f) : rc;
}

static void
write_one(struct jsw *w, const char *place, const char *message)
{
	jsw_object(w, NULL);
	jsw_string(w, "place", place);
	jsw_string(w, "message", message);
	jsw_end(w);
}

size_t
automation_faults(struct db *db, const struct js *given, bool scenario, struct mem_arena *a, struct jsw *w)
{
	struct js *config = js_copy(given);
	struct fault f = { 0 };
	size_t n = 0;

	while (n < AUTOMATION_FAULTS_MAX && look(db, config, scenario, a, &f) != RC_OK) {
		write_one(w, f.field, f.msg);
		n++;
		if (!take_out(config, f.field))
			break;
		f = (struct fault){ 0 };
	}
	js_free(config);
	return n;
}

/* ---- doubts ---- */

static bool
of_sun(const struct js *part)
{
	const char *trigger = js_get_string(part, "trigger"), *condition = js_get_string(part, "condition");

	return (trigger != NULL && strcmp(trigger, "sun") == 0) || (condition != NULL && strcmp(condition, "sun") == 0);
}

struct doubting {
	struct jsw	*w;
	struct buf	 place;
	size_t		 n;
};

static void
seek_sun(const struct js *v, struct doubting *d)
{
	size_t len = d->place.len, i;
	void *it;

	if (of_sun(v) && js_bool(js_get(v, "enabled"), true) && d->n++ < AUTOMATION_FAULTS_MAX)
		write_one(d->w, buf_str(&d->place), "it is not known where the house stands, so the sun never rises or "
		    "sets here: set LATITUDE and LONGITUDE in the configuration");
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++) {
		buf_printf(&d->place, "[%zu]", i);
		seek_sun(js_at(v, i), d);
		buf_cut(&d->place, len);
	}
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL; it = js_iter_next(v, it)) {
		buf_printf(&d->place, "%s%s", len > 0 ? "." : "", js_iter_key(it));
		seek_sun(js_iter_value(it), d);
		buf_cut(&d->place, len);
	}
}

size_t
automation_doubts(const struct js *config, bool placed, struct jsw *w)
{
	struct doubting d = { .w = w };

	if (!placed)
		seek_sun(config, &d);
	buf_free(&d.place);
	return d.n;
}
