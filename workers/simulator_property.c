/* SPDX-License-Identifier: ISC
 *
 * Rows that several kinds of devices share, and the helpers of the tables.
 */
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "workers/simulator_property.h"

static const char *const power_on[] = {"off", "on", "toggle", "previous", NULL};

/* Decimals that the devices report. */
static const int decimals[] = {
    [SIM_TEMPERATURE] = 2,
    [SIM_HUMIDITY] = 2,
    [SIM_POWER] = 1,
    [SIM_CURRENT] = 2,
    [SIM_ENERGY] = 2,
    [SIM_MEASURE__MAX] = 0,
};

double
simulator_property_round(double v, int places)
{
	double scale = pow(10, places);

	return round(v * scale) / scale;
}

void
simulator_property_write_measure(
    struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	int n = decimals[p->measure];

	if (n == 0)
		jsw_int(w, p->key, llround(d->value[p->measure]));
	else
		jsw_real(w, p->key, simulator_property_round(d->value[p->measure], n));
}

bool
simulator_property_number(const struct js *v, double low, double high, double *out)
{
	const char *s = js_string(v, NULL);
	char *end = NULL;
	double n = s != NULL ? strtod(s, &end) : js_real(v, NAN);

	if ((s != NULL && (end == s || *end != '\0')) || !(n >= low && n <= high))
		return false;
	*out = n;
	return true;
}

int
simulator_property_choice(const struct js *v, const char *const *choices)
{
	const char *s = js_string(v, NULL);

	for (int i = 0; s != NULL && choices[i] != NULL; i++) {
		if (strcasecmp(s, choices[i]) == 0)
			return i;
	}
	return -1;
}

void
simulator_property_write_onoff(
    struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->on ? "ON" : "OFF");
}

bool
simulator_property_set_onoff(struct sim_device *d, const struct js *v)
{
	static const char *const words[] = {"OFF", "ON", "TOGGLE", NULL};
	int i = simulator_property_choice(v, words);

	if (i < 0)
		return false;
	d->on = i == 2 ? !d->on : i == 1;
	return true;
}

void
simulator_property_write_power_on(
    struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, power_on[d->power_on]);
}

bool
simulator_property_set_power_on(struct sim_device *d, const struct js *v)
{
	int i = simulator_property_choice(v, power_on);

	if (i >= 0)
		d->power_on = i;
	return i >= 0;
}

bool
simulator_property_set_identify(struct sim_device *d, const struct js *v)
{
	static const char *const words[] = {"identify", NULL};

	(void)d;
	return simulator_property_choice(v, words) == 0;
}

void
simulator_property_topic(struct jsw *w, const char *key, const char *topic, const char *below)
{
	struct buf b = {0};

	buf_printf(&b, "%s%s", topic, below);
	jsw_string(w, key, buf_str(&b));
	buf_free(&b);
}

void
simulator_property_strings(struct jsw *w, const char *key, const char *const *strings)
{
	jsw_array(w, key);
	for (int i = 0; strings[i] != NULL; i++)
		jsw_string(w, NULL, strings[i]);
	jsw_end(w);
}

void
simulator_property_describe_power_on(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set/power_on_behavior");
	simulator_property_strings(w, "options", power_on);
	jsw_string(w, "icon", "mdi:power-settings");
}

void
simulator_property_describe_identify(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set/identify");
	jsw_string(w, "payload_press", "identify");
}

void
simulator_property_describe_linkquality(struct jsw *w, const char *topic)
{
	(void)topic;
	jsw_string(w, "icon", "mdi:signal");
}
