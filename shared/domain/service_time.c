/* SPDX-License-Identifier: ISC
 *
 * date, time, datetime: set_value. Whatever form was given, the command holds the one of moment.h.
 */
#include <string.h>

#include "shared/domain/moment.h"
#include "shared/domain/service_int.h"

static const struct service_field date_value[] = {
	{ TEXT("date", 40), .required = true, .attribute = "" },
	{ 0 },
};
static const struct service_field time_value[] = {
	{ TEXT("time", 40), .required = true, .attribute = "" },
	{ 0 },
};
static const struct service_field datetime_value[] = {
	{ TEXT("datetime", 40), .required = true, .attribute = "" },
	{ 0 },
};

static enum rc
resolve(const struct service *s, enum moment kind, struct js *data, const char *like, struct fault *f)
{
	const char *name = s->fields[0].name, *text;
	char out[CLOCK_TEXT];
	size_t n;

	text = js_string(js_get(data, name), &n);
	if (text == NULL || !moment_parse(kind, text, n, false, out))
		return fault_set(f, RC_INVALID, name, "must be a %s such as %s", name, like);
	js_set(data, name, js_new_string(out));
	return RC_OK;
}

static enum rc
resolve_date(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	(void)e;
	(void)caps;
	return resolve(*s, MOMENT_DATE, data, "2026-01-31", f);
}

static enum rc
resolve_time(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	(void)e;
	(void)caps;
	return resolve(*s, MOMENT_TIME, data, "08:15:00", f);
}

static enum rc
resolve_datetime(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	(void)e;
	(void)caps;
	return resolve(*s, MOMENT_DATETIME, data, "2026-01-31 08:15:00 or 2026-01-31T08:15:00+01:00", f);
}

const struct service service_date[] = {
	{ .domain = "date", .name = "set_value", .fields = date_value, .resolve = resolve_date },
	{ 0 },
};

const struct service service_time[] = {
	{ .domain = "time", .name = "set_value", .fields = time_value, .resolve = resolve_time },
	{ 0 },
};

const struct service service_datetime[] = {
	{ .domain = "datetime", .name = "set_value", .fields = datetime_value,
	    .resolve = resolve_datetime },
	{ 0 },
};

static const struct reversal_field date_before[] = {
	{ WAS("date", "") },
	{ 0 },
};
static const struct reversal_field time_before[] = {
	{ WAS("time", "") },
	{ 0 },
};
static const struct reversal_field datetime_before[] = {
	{ WAS("datetime", "") },
	{ 0 },
};

const struct reversal reversal_date[] = {
	{ .service = "set_value", .fields = date_before },
	{ 0 },
};

const struct reversal reversal_time[] = {
	{ .service = "set_value", .fields = time_before },
	{ 0 },
};

const struct reversal reversal_datetime[] = {
	{ .service = "set_value", .fields = datetime_before },
	{ 0 },
};
