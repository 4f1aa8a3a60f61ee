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

#define HOLDS "{{ true }}"	/* stands for a template in which something is wrong */

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

/* What can be left out. */
struct part {
	const struct js	*object;	/* the innermost of a list; one alone counts as a list of one */
	const struct js	*list;		/* with a text at the place, such as a template that is a condition */
	size_t		 at;
};

/* What the place leads through. */
static struct part
innermost(const struct js *config, const char *place)
{
	struct part found = { 0 };
	const struct js *v = config, *list;
	size_t n, i;
	char *end;

	while (v != NULL && *place != '\0') {
		n = strcspn(place, ".[");
		v = n > 0 ? member(v, place, n) : v;
		for (place += n; *place == '['; place = *end == ']' ? end + 1 : end) {
			i = strtoul(place + 1, &end, 10);
			list = js_type(v) == JS_ARRAY ? v : NULL;
			v = list != NULL ? js_at(v, i) : i == 0 ? v : NULL;
			found = js_type(v) == JS_OBJECT ? (struct part){ v, NULL, 0 } :
			    js_type(v) == JS_STRING ? (struct part){ found.object, list, i } : found;
		}
		place += *place == '.';
	}
	return found;
}

/* False: there is nothing that could be left out. */
static bool
take_out(struct js *config, const char *place)
{
	struct part part = innermost(config, place);
	char name[64];
	size_t n = strcspn(place, ".[");

	if (part.list != NULL && rule_is_template(js_at(part.list, part.at)) &&
	    strcmp(js_string(js_at(part.list, part.at), NULL), HOLDS) != 0) {
		js_set_at((struct js *)(uintptr_t)part.list, part.at, js_new_string(HOLDS));
		return true;
	}
	if (part.object != NULL && !js_bool(js_get(part.object, "enabled"), true))
		return false;
	if (part.object != NULL) {
		js_set((struct js *)(uintptr_t)part.object, "enabled", js_new_bool(false));
		return true;
	}
	if (n == 0 || n >= sizeof(name))
		return false;
	memcpy(name, place, n);
	name[n] = '\0';
	replace_member(config, name);
	return true;
}

static bool
is_wait(const char *member)
{
	return strcmp(member, "wait_for_trigger") == 0;
}

/* The place of the first wait for the sun; false: there is none. */
static bool
find_sun_wait(const struct js *v, bool waits, struct buf *place)
{
	static const char *const own[] = { "data", "event_data", "variables", "parameters" };
	const char *kind = rule_trigger_kind(v);
	size_t len = place->len, i;
	void *it;

	if (rule_disabled(v))
		return false;
	if (waits && kind != NULL && strcmp(kind, "sun") == 0)
		return true;
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++) {
		buf_printf(place, "[%zu]", i);
		if (find_sun_wait(js_at(v, i), waits, place))
			return true;
		buf_cut(place, len);
	}
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL; it = js_iter_next(v, it)) {
		buf_printf(place, "%s%s", len > 0 ? "." : "", js_iter_key(it));
		if (!rule_text_in(js_iter_key(it), own, sizeof(own) / sizeof(own[0])) &&
		    find_sun_wait(js_iter_value(it), waits || is_wait(js_iter_key(it)), place))
			return true;
		buf_cut(place, len);
	}
	return false;
}

enum rc
automation_check_sun(const struct js *config, bool placed, struct fault *f)
{
	struct buf place = { 0 };
	enum rc rc = RC_OK;

	if (!placed && find_sun_wait(config, false, &place))
		rc = fault_set(f, RC_INVALID, buf_str(&place), "it would wait for ever: where the house stands is not "
		    "known; set LATITUDE and LONGITUDE in the configuration");
	buf_free(&place);
	return rc;
}

enum rc
automation_fault(struct db *db, const struct js *config, bool scenario, struct mem_arena *a, struct fault *f)
{
	struct rule *r = NULL;
	enum rc rc = scenario ? automation_compile_scenario(config, &r, f) : automation_compile(config, &r, f);

	automation_free(r);
	return rc == RC_OK ? automation_check(db, config, config, a, f) : rc;
}

static enum rc
look(struct db *db, const struct js *config, bool scenario, bool placed, struct mem_arena *a, struct fault *f)
{
	enum rc rc = automation_fault(db, config, scenario, a, f);

	return rc == RC_OK ? automation_check_sun(config, placed, f) : rc;
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
automation_faults(struct db *db, const struct js *given, bool scenario, bool placed, struct mem_arena *a,
    struct jsw *w)
{
	struct js *config = js_copy(given);
	struct fault f = { 0 };
	size_t n = 0;

	while (n < AUTOMATION_FAULTS_MAX && look(db, config, scenario, placed, a, &f) != RC_OK) {
		write_one(w, f.field, f.msg);
		n++;
		if (!take_out(config, f.field))
			break;
		f = (struct fault){ 0 };
	}
	js_free(config);
	return n;
}
