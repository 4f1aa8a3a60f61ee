/* SPDX-License-Identifier: ISC
 *
 * A cover: position and slats in percent, and which way it moves.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/feature.h"

struct cover {
	bool	positions, slats;	/* it was calibrated; it has slats */
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	struct cover *c = b->own = mem_xcalloc(1, sizeof(*c));

	(void)f;
	c->positions = js_bool(js_get(config, "positions"), false);
	c->slats = js_bool(js_get(config, "slats"), false);
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct cover *c = b->own;
	int bits = FEATURE_COVER_OPEN | FEATURE_COVER_CLOSE | FEATURE_COVER_STOP;

	if (c->positions)
		bits |= FEATURE_COVER_POSITION;
	if (c->slats)
		bits |= FEATURE_COVER_OPEN_TILT | FEATURE_COVER_CLOSE_TILT | FEATURE_COVER_STOP_TILT |
		    FEATURE_COVER_TILT_POSITION;
	js_set(caps, "supported_features", js_new_int(bits));
}

static int
percent(const struct js *v)
{
	return (int)fmax(0, fmin(100, adapter_value_round(js_real(v, 0))));
}

static bool
is_moving(const char *state)
{
	return state != NULL && (strcmp(state, "opening") == 0 || strcmp(state, "closing") == 0);
}

/* Where it stands still, the position says what it is. */
static const char *
state_of(const struct shelly_decode *d, const struct js *position)
{
	const char *state = shelly_decode_text(d->o, "state");

	if (state == NULL && is_moving(d->now->state))
		return mem_strdup(d->a, d->now->state);
	if (is_moving(state))
		return state[0] == 'o' ? "opening" : "closing";
	if (js_is_number(position))
		return percent(position) == 0 ? "closed" : "open";
	if (state == NULL)
		return mem_strdup(d->a, d->now->state);
	if (strcmp(state, "closed") == 0)
		return "closed";
	return strcmp(state, "open") == 0 || strcmp(state, "stopped") == 0 ? "open" : NULL;
}

static enum report_result
decode(struct shelly_decode *d)
{
	const struct js *position = js_get(d->o, "current_pos"), *slat = js_get(d->o, "slat_pos");
	const struct cover *c = d->b->own;

	if (c->slats && js_is_number(slat))
		adapter_report_put(d->r, "current_tilt_position", js_new_int(percent(slat)));
	if (js_is_number(position))
		adapter_report_put(d->r, "current_position", js_new_int(percent(position)));
	if (position == NULL && js_get(d->o, "state") == NULL)
		return d->r->n_attributes > 0 ? REPORT_OK : REPORT_NOTHING;
	if (!js_is_number(position))
		position = js_get(d->now->attributes, "current_position");
	return adapter_family_set(d->r, state_of(d, position));
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	static const struct {
		const char	*service, *method, *field;
		int		 value;		/* of field; -1: as the service says */
	} rows[] = {
		{ "open_cover", "Cover.Open", NULL, 0 },
		{ "close_cover", "Cover.Close", NULL, 0 },
		{ "open_cover_tilt", "Cover.GoToPosition", "slat_pos", 100 },
		{ "close_cover_tilt", "Cover.GoToPosition", "slat_pos", 0 },
		{ "set_cover_position", "Cover.GoToPosition", "pos", -1 },
		{ "set_cover_tilt_position", "Cover.GoToPosition", "slat_pos", -1 },
		{ NULL, "Cover.Stop", NULL, 0 },
	};
	const struct js *asked = js_get(e->data, "position");
	size_t i = 0;

	while (rows[i].service != NULL && !shelly_encode_is(e, rows[i].service))
		i++;
	js_set(params, "id", js_new_int(e->b->id));
	if (asked == NULL)
		asked = js_get(e->data, "tilt_position");
	if (rows[i].field != NULL)
		js_set(params, rows[i].field,
		    js_new_int(rows[i].value >= 0 ? rows[i].value : percent(asked)));
	return rows[i].method;
}

const struct shelly_kind shelly_cover = {
	.name = "cover", .setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
