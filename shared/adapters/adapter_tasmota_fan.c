/* SPDX-License-Identifier: ISC
 *
 * The fan of an iFan: off and three speeds.
 */
#include <math.h>
#include <stdio.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/domain/feature.h"

#define SPEEDS 3
#define MEDIUM 2

static const struct tasmota_read reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 't', TASMOTA_ROOT, false, "STATE" },
	{ 's', TASMOTA_ROOT, true, "STATE" },
	{ 's', TASMOTA_ROOT, true, "FANSPEED" },
	{ 's', TASMOTA_STS, false, "STATUS11" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};

struct fan {
	uint8_t	speed;		/* it last ran at, 0: not known */
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	(void)config;
	(void)f;
	b->own = mem_xcalloc(1, sizeof(struct fan));
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "percentage_step", js_new_real(100.0 / SPEEDS));
	js_set(caps, "supported_features",
	    js_new_int(FEATURE_FAN_SPEED | FEATURE_FAN_TURN_ON | FEATURE_FAN_TURN_OFF));
}

static enum report_result
decode(struct tasmota_decode *d)
{
	struct fan *fan = d->b->own;
	const struct js *v = js_get(d->o, "FanSpeed");
	int64_t speed = js_int(v, -1);

	if (js_is_null(v))
		return REPORT_NOTHING;
	if (speed < 0 || speed > SPEEDS)
		return tasmota_decode_bad(d, "no speed of a fan");
	if (speed > 0)
		fan->speed = (uint8_t)speed;
	adapter_report_put(d->r, "percentage", js_new_int(speed * 100 / SPEEDS));
	return adapter_family_set(d->r, speed > 0 ? "on" : "off");
}

/* Turned on without a speed, it runs as it last did. */
static int
wanted(const struct tasmota_encode *e)
{
	const struct fan *fan = e->b->own;
	const struct js *percentage = js_get(e->data, "percentage");

	if (tasmota_encode_service(e, "turn_off"))
		return 0;
	if (js_is_number(percentage))
		return (int)fmin(SPEEDS, ceil(js_real(percentage, 0) * SPEEDS / 100));
	return fan->speed > 0 ? fan->speed : MEDIUM;
}

static enum rc
encode(struct tasmota_encode *e)
{
	char speed[16];

	snprintf(speed, sizeof(speed), "%d", wanted(e));
	return tasmota_encode_send(e, "FanSpeed", speed);
}

const struct tasmota_kind tasmota_fan = {
	.name = "fan",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.poll = "STATE", .poll_payload = "",
	.setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
