/* SPDX-License-Identifier: ISC
 *
 * Batteries: one event when one becomes low and one when it is good again, with room in between so that a
 * battery on the edge does not tell it all day.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/event.h"
#include "workers/engine.h"

#define LOW_PERCENT 20
#define GOOD_PERCENT 25

enum charge { CHARGE_UNKNOWN, CHARGE_LOW, CHARGE_BETWEEN, CHARGE_GOOD };

static enum charge
charge_of(const struct live *l)
{
	char *end;
	double percent;

	if (l->state == NULL)
		return CHARGE_UNKNOWN;
	if (strcmp(l->domain, "binary_sensor") == 0)
		return strcmp(l->state, "on") == 0 ? CHARGE_LOW : CHARGE_GOOD;
	percent = strtod(l->state, &end);
	if (strcmp(l->domain, "sensor") != 0 || end == l->state || *end != '\0')
		return CHARGE_UNKNOWN;
	return percent <= LOW_PERCENT ? CHARGE_LOW : percent >= GOOD_PERCENT ? CHARGE_GOOD : CHARGE_BETWEEN;
}

static void
tell(struct engine *e, struct live *l, bool low)
{
	struct recorded ev = { .kind = EVENT_BATTERY, .entity = l->row, .state = low ? "low" : "good" };
	struct jsw w = jsw_to(&e->text);

	buf_reset(&e->text);
	jsw_object(&w, NULL);
	jsw_string(&w, "entity_id", l->entity_id);
	jsw_string(&w, "level", l->state);
	jsw_bool(&w, "low", low);
	jsw_end(&w);
	ev.data = buf_str(&e->text);
	record_event(e->recorder, &ev);
	record_battery(e->recorder, l->row, low);
}

void
engine_battery(struct engine *e, struct live *l)
{
	enum charge charge;
	bool was;

	if (l->device_class == NULL || strcmp(l->device_class, "battery") != 0)
		return;
	charge = charge_of(l);
	was = map_get_int(&e->low, l->row) != NULL;
	if (charge == CHARGE_LOW && !was) {
		map_put_int(&e->low, l->row, l);
		tell(e, l, true);
	} else if (charge == CHARGE_GOOD && was) {
		map_remove_int(&e->low, l->row);
		tell(e, l, false);
	}
}

static bool
load(int64_t entity, int64_t since, void *arg)
{
	struct engine *e = arg;

	(void)since;
	map_put_int(&e->low, entity, e);	/* only whether it is there counts */
	return true;
}

void
engine_battery_load(struct engine *e)
{
	map_free(&e->low);
	store_battery_each(e->core.db, load, e);
}
