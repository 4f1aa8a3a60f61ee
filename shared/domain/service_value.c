/* SPDX-License-Identifier: ISC
 *
 * Things that hold one value: number, select, text.
 */
#include <string.h>

#include "shared/domain/service_int.h"

static const struct service_field number_value[] = {
	{ NUMBER("value", SERVICE_REAL, -1e15, 1e15), .required = true, .low = "min", .high = "max",
	    .attribute = "", .tolerance = 0.01 },
	{ 0 },
};
static const struct service_field select_option[] = {
	{ TEXT("option", 255), .required = true, .options = "options", .attribute = "" },
	{ 0 },
};
static const struct service_field text_value[] = {
	{ TEXT("value", 255), .required = true, .low = "min", .high = "max", .pattern = "pattern",
	    .attribute = "" },
	{ 0 },
};

static const struct service_field select_cycle[] = {
	{ .name = "cycle", .type = SERVICE_BOOL, .max = 1 },
	{ 0 },
};

/* Where the present option stands among the n of them; n when it is none. */
static size_t
position(const struct js *options, size_t n, const char *state)
{
	const char *s;
	size_t i;

	for (i = 0; i < n; i++)
		if (state != NULL && (s = js_string(js_at(options, i), NULL)) != NULL &&
		    strcmp(s, state) == 0)
			break;
	return i;
}

/* The first, the last, or one next to the present option; at the end it starts again, if it may. */
static enum rc
resolve_select(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	const struct js *options = js_get(caps, "options");
	size_t n = js_size(options), at = position(options, n, e->state.state);
	bool cycle = js_bool(js_get(data, "cycle"), true);

	if (n == 0)
		return fault_set(f, RC_UNSUPPORTED, "service", "there is nothing to select");
	if (strcmp((*s)->name, "select_first") == 0 || (at == n && strcmp((*s)->name, "select_next") == 0))
		at = 0;
	else if (strcmp((*s)->name, "select_last") == 0 || at == n)
		at = n - 1;
	else if (strcmp((*s)->name, "select_next") == 0)
		at = at + 1 < n ? at + 1 : cycle ? 0 : at;
	else
		at = at > 0 ? at - 1 : cycle ? n - 1 : at;
	js_set(data, "option", js_ref(js_at(options, at)));
	*s = service_find("select", "select_option");
	return RC_OK;
}

const struct service service_number[] = {
	{ .domain = "number", .name = "set_value", .fields = number_value },
	{ 0 },
};

const struct service service_select[] = {
	{ .domain = "select", .name = "select_option", .fields = select_option },
	{ .domain = "select", .name = "select_first", .resolve = resolve_select },
	{ .domain = "select", .name = "select_last", .resolve = resolve_select },
	{ .domain = "select", .name = "select_next", .fields = select_cycle, .once = true,
	    .resolve = resolve_select },
	{ .domain = "select", .name = "select_previous", .fields = select_cycle, .once = true,
	    .resolve = resolve_select },
	{ 0 },
};

const struct service service_text[] = {
	{ .domain = "text", .name = "set_value", .fields = text_value },
	{ 0 },
};

static const struct reversal_field value_before[] = {
	{ WAS("value", "") },
	{ 0 },
};
static const struct reversal_field option_before[] = {
	{ WAS("option", "") },
	{ 0 },
};

const struct reversal reversal_number[] = {
	{ .service = "set_value", .fields = value_before },
	{ 0 },
};

const struct reversal reversal_select[] = {
	{ .service = "select_option", .fields = option_before },
	{ 0 },
};

const struct reversal reversal_text[] = {
	{ .service = "set_value", .fields = value_before },
	{ 0 },
};
