/* SPDX-License-Identifier: ISC
 *
 * A shutter: position and tilt in percent, and which way it moves.
 */
#include <math.h>
#include <stdio.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/feature.h"

static const struct tasmota_read reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 's', TASMOTA_ROOT, true, "SHUTTER" },
	{ 's', TASMOTA_ROOT, true, "SHUTTERPOSITION" },
	{ 't', TASMOTA_ROOT, false, "SENSOR" },
	{ 's', TASMOTA_SNS, false, "STATUS8" },
	{ 's', TASMOTA_SNS, false, "STATUS10" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};

struct shutter {
	bool	inverted;	/* the device counts from open to closed */
	bool	tilts;
	int16_t	tilt_min, tilt_max;	/* degrees */
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	struct shutter *s = b->own = mem_xcalloc(1, sizeof(*s));
	const struct js *tilt = js_get(config, "tilt");

	(void)f;
	s->inverted = js_bool(js_get(config, "inverted"), false);
	s->tilt_min = (int16_t)fmax(-360, fmin(360, js_real(js_at(tilt, 0), 0)));
	s->tilt_max = (int16_t)fmax(-360, fmin(360, js_real(js_at(tilt, 1), 0)));
	s->tilts = s->tilt_min != s->tilt_max;
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct shutter *s = b->own;
	int bits = FEATURE_COVER_OPEN | FEATURE_COVER_CLOSE | FEATURE_COVER_STOP |
	    FEATURE_COVER_POSITION;

	if (s->tilts)
		bits |= FEATURE_COVER_OPEN_TILT | FEATURE_COVER_CLOSE_TILT | FEATURE_COVER_STOP_TILT |
		    FEATURE_COVER_TILT_POSITION;
	js_set(caps, "supported_features", js_new_int(bits));
}

static int
percent(double v)
{
	return (int)fmax(0, fmin(100, adapter_value_round(v)));
}

/* Moving says where to; standing still, the position says what it is. */
static const char *
state_of(int direction, const struct js *position)
{
	if (direction != 0)
		return direction > 0 ? "opening" : "closing";
	if (!js_is_number(position))
		return NULL;
	return js_real(position, 0) == 0 ? "closed" : "open";
}

static enum report_result
decode(struct tasmota_decode *d)
{
	const struct shutter *s = d->b->own;
	const struct js *o, *direction, *position, *tilt, *known;
	struct js *now = NULL;
	char key[16];
	int way;

	snprintf(key, sizeof(key), "Shutter%d", d->b->index + 1);
	o = js_get(d->o, key);
	direction = js_get(o, "Direction");
	position = js_get(o, "Position");
	tilt = js_get(o, "Tilt");
	if (js_is_number(tilt) && s->tilts)
		adapter_report_put(d->r, "current_tilt_position", js_new_int(percent(
		    (js_real(tilt, 0) - s->tilt_min) * 100 / (s->tilt_max - s->tilt_min))));
	if (js_is_number(position)) {
		now = js_new_int(s->inverted ? 100 - percent(js_real(position, 0)) :
		    percent(js_real(position, 0)));
		adapter_report_put(d->r, "current_position", now);
	}
	if (now == NULL && !js_is_number(direction))
		return d->r->n_attributes > 0 ? REPORT_OK : REPORT_NOTHING;
	way = js_real(direction, 0) > 0 ? 1 : js_real(direction, 0) < 0 ? -1 : 0;
	known = now != NULL ? now : js_get(d->now->attributes, "current_position");
	return adapter_family_set(d->r, state_of(s->inverted ? -way : way, known));
}

static enum rc
send(struct tasmota_encode *e, const char *command, const char *payload)
{
	char name[32];

	snprintf(name, sizeof(name), "Shutter%s%d", command, e->b->index + 1);
	return tasmota_encode_send(e, name, payload);
}

static enum rc
send_number(struct tasmota_encode *e, const char *command, double v)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)adapter_value_round(v));
	return send(e, command, text);
}

static enum rc
encode(struct tasmota_encode *e)
{
	static const struct {
		const char	*service, *command, *payload;
	} plain[] = {
		{ "open_cover", "Open", "" }, { "close_cover", "Close", "" }, { "stop_cover", "Stop", "" },
		{ "stop_cover_tilt", "Stop", "" }, { "open_cover_tilt", "Tilt", "OPEN" },
		{ "close_cover_tilt", "Tilt", "CLOSE" },
	};
	const struct shutter *s = e->b->own;
	double v;
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (tasmota_encode_service(e, plain[i].service))
			return send(e, plain[i].command, plain[i].payload);
	if (tasmota_encode_service(e, "set_cover_tilt_position")) {
		v = js_real(js_get(e->data, "tilt_position"), 0);
		return send_number(e, "Tilt", s->tilt_min + v * (s->tilt_max - s->tilt_min) / 100);
	}
	v = js_real(js_get(e->data, "position"), 0);
	return send_number(e, "Position", s->inverted ? 100 - v : v);
}

const struct tasmota_kind tasmota_shutter = {
	.name = "shutter",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.poll = "STATUS", .poll_payload = "10",
	.setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
