/* SPDX-License-Identifier: ISC
 *
 * consciousness-simulator: a demo house on an MQTT broker. Five rooms full of devices that announce
 * themselves, report and obey like Zigbee devices behind Zigbee2MQTT. An ordinary MQTT client,
 * outside the product's own processes; it keeps nothing on disk.
 */
#include <err.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/proc.h"
#include "workers/simulator_announce.h"
#include "workers/simulator_house.h"
#include "workers/simulator_mqtt.h"
#include "workers/simulator_people.h"

#define TICK 50 /* ms of real time between steps */
#define SPEED_MAX 100000.0
#define CATCH_UP 7200.0 /* s of simulated time at most in one step */

static const char online[] = "{\"state\":\"online\"}";
static const char offline[] = "{\"state\":\"offline\"}";

struct options {
	const char *url;
	struct sim_names names;
	double speed;
	uint64_t seed;
	bool away, once, remove;
};

struct simulator {
	struct options options;
	struct sim_house house;
	struct simulator_mqtt *mqtt;
	struct buf topic, payload;
	bool announced; /* in this connection */
};

static const struct option longopts[] = {
    {"mqtt", required_argument, NULL, 'm'},
    {"base", required_argument, NULL, 'b'},
    {"discovery", required_argument, NULL, 'd'},
    {"speed", required_argument, NULL, 's'},
    {"seed", required_argument, NULL, 'r'},
    {"away", no_argument, NULL, 'a'},
    {"once", no_argument, NULL, 'o'},
    {"remove", no_argument, NULL, 'x'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void
usage(FILE *to)
{
	fprintf(to,
	    "usage: consciousness-simulator [options]\n"
	    "A demo house that behaves like Zigbee2MQTT with %d devices in five rooms.\n\n"
	    "  --mqtt URL          broker, mqtt://[user:password@]host[:port] or mqtts://...\n"
	    "                      (default mqtt://127.0.0.1:1883)\n"
	    "  --base TOPIC        base topic (default zigbee2mqtt)\n"
	    "  --discovery PREFIX  discovery prefix (default homeassistant)\n"
	    "  --speed N           seconds of the house's time per second (default 1)\n"
	    "  --seed N            another course of events (default 1)\n"
	    "  --away              nobody is at home, nor comes\n"
	    "  --once              announce, report every state once, and end\n"
	    "  --remove            take all announcements back, and end\n"
	    "  --help              this text\n",
	    SIM_DEVICES);
}

static double
number(const char *name, const char *text, double low, double high)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end != '\0' || !(v >= low && v <= high))
		errx(2, "--%s: \"%s\" is no number from %g to %g", name, text, low, high);
	return v;
}

static void
check_topic(const char *name, const char *text)
{
	if (*text == '\0' || strpbrk(text, "+#") != NULL)
		errx(2, "--%s: \"%s\" is no topic", name, text);
}

static struct options
parse_options(int argc, char **argv)
{
	struct options o = {.url = "mqtt://127.0.0.1:1883",
	    .names = {"zigbee2mqtt", "homeassistant"},
	    .speed = 1,
	    .seed = 1};
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'm':
			o.url = optarg;
			break;
		case 'b':
			o.names.base = optarg;
			break;
		case 'd':
			o.names.prefix = optarg;
			break;
		case 's':
			o.speed = number("speed", optarg, 0.001, SPEED_MAX);
			break;
		case 'r':
			o.seed = (uint64_t)number("seed", optarg, 0, 9e15);
			break;
		case 'a':
			o.away = true;
			break;
		case 'o':
			o.once = true;
			break;
		case 'x':
			o.remove = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind != argc)
		errx(2, "unexpected argument \"%s\"", argv[optind]);
	check_topic("base", o.names.base);
	check_topic("discovery", o.names.prefix);
	return o;
}

/* Topics "BASE/NAME" and "BASE/NAME/LEAF"; valid until the next call. */
static const char *
topic_of(struct simulator *s, const char *name, const char *leaf)
{
	buf_reset(&s->topic);
	buf_printf(&s->topic, "%s/%s%s", s->options.names.base, name, leaf);
	return buf_str(&s->topic);
}

static void
publish_text(struct simulator *s, const char *topic, const char *text)
{
	simulator_mqtt_publish(s->mqtt, topic, text, strlen(text), 1, true);
}

static void
report(struct simulator *s, struct sim_device *d)
{
	buf_reset(&s->payload);
	simulator_devices_report(d, &s->payload);
	simulator_mqtt_publish(
	    s->mqtt, topic_of(s, d->name, ""), buf_str(&s->payload), s->payload.len, 0, false);
	simulator_devices_sent(d);
}

static void
report_all(struct simulator *s)
{
	for (int i = 0; i < SIM_DEVICES; i++)
		report(s, &s->house.devices[i]);
}

static void
emit(const char *topic, const struct buf *payload, void *arg)
{
	struct simulator *s = arg;

	simulator_mqtt_publish(
	    s->mqtt, topic, buf_str(payload), s->options.remove ? 0 : payload->len, 1, true);
}

static void
announce_all(struct simulator *s)
{
	const char *state = s->options.remove ? "" : online;

	simulator_announce_bridge(&s->options.names, emit, s);
	for (int i = 0; i < SIM_DEVICES; i++) {
		const struct sim_device *d = &s->house.devices[i];

		simulator_announce_device(
		    &s->options.names, d, simulator_house_room_name(d->room), emit, s);
		publish_text(s, topic_of(s, d->name, "/availability"), state);
	}
}

static void
connected(void *arg)
{
	struct simulator *s = arg;
	struct buf birth = {0};

	publish_text(s, topic_of(s, "bridge", "/state"), s->options.remove ? "" : online);
	announce_all(s);
	if (!s->options.remove) {
		simulator_mqtt_subscribe(s->mqtt, topic_of(s, "+/set", ""));
		simulator_mqtt_subscribe(s->mqtt, topic_of(s, "+/set/+", ""));
		simulator_mqtt_subscribe(s->mqtt, topic_of(s, "+/get", ""));
		buf_printf(&birth, "%s/status", s->options.names.prefix);
		simulator_mqtt_subscribe(s->mqtt, buf_str(&birth));
		report_all(s);
	}
	buf_free(&birth);
	s->announced = true;
}

static void
set_one(struct sim_device *d, const char *key, const struct js *value)
{
	if (!simulator_devices_set(d, key, value))
		log_warn(d->name, "cannot set \"%s\"", key);
}

/* ".../set" takes an object of properties, or the plain value of "state". */
static void
set_object(struct sim_device *d, const struct js *v)
{
	static const char *const ignored[] = {"transition", "flash", "effect", "state"};
	const struct js *state = js_get(v, "state");

	if (js_type(v) != JS_OBJECT) {
		set_one(d, "state", v);
		return;
	}
	if (state != NULL) /* first: a brightness beside it means on */
		set_one(d, "state", state);
	for (void *it = js_iter(v); it != NULL; it = js_iter_next(v, it)) {
		bool skip = false;

		for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			skip = skip || strcmp(js_iter_key(it), ignored[i]) == 0;
		if (!skip)
			set_one(d, js_iter_key(it), js_iter_value(it));
	}
}

static void
command(struct simulator *s, struct sim_device *d, const char *key, const char *payload, size_t len)
{
	struct js *v = NULL;

	if (js_parse(payload, len, JS_LAX_KEYS, &v, NULL) != RC_OK)
		v = js_new_stringn(payload, len);
	if (key != NULL)
		set_one(d, key, v);
	else
		set_object(d, v);
	js_free(v);
	if (d->changed)
		report(s, d);
}

static bool
is_birth(const struct simulator *s, const char *topic)
{
	size_t n = strlen(s->options.names.prefix);

	return strncmp(topic, s->options.names.prefix, n) == 0 && strcmp(topic + n, "/status") == 0;
}

static void
message(void *arg, const char *topic, const char *payload, size_t len, bool retained)
{
	struct simulator *s = arg;
	const char *name, *slash;
	struct sim_device *d;

	if (retained)
		return;
	if (is_birth(s, topic)) {
		if (strcmp(payload, "online") == 0)
			report_all(s);
		return;
	}
	name = topic + strlen(s->options.names.base) + 1;
	if ((slash = strchr(name, '/')) == NULL)
		return;
	d = simulator_house_find(&s->house, name, (size_t)(slash - name));
	if (d == NULL)
		log_warn("mqtt", "nobody listens to %s", topic);
	else if (strcmp(slash, "/get") == 0)
		report(s, d);
	else
		command(s, d, strncmp(slash, "/set/", 5) == 0 ? slash + 5 : NULL, payload, len);
}

static void
run(struct simulator *s)
{
	int64_t last = clock_mono_us(), now;

	while (proc_stop == 0) {
		simulator_mqtt_wait(s->mqtt, TICK);
		if (s->announced && (s->options.once || s->options.remove) &&
		    simulator_mqtt_drained(s->mqtt))
			return;
		now = clock_mono_us();
		simulator_house_step(
		    &s->house, fmin((double)(now - last) / 1e6 * s->options.speed, CATCH_UP));
		last = now;
		for (int i = 0; i < SIM_DEVICES; i++) {
			if (simulator_devices_due(&s->house.devices[i]))
				report(s, &s->house.devices[i]);
		}
	}
	publish_text(s, topic_of(s, "bridge", "/state"), offline);
	for (int i = 0; i < 20 && !simulator_mqtt_drained(s->mqtt); i++)
		simulator_mqtt_wait(s->mqtt, TICK);
}

int
main(int argc, char **argv)
{
	struct simulator s = {.options = parse_options(argc, argv)};
	struct simulator_mqtt_options o = {.url = s.options.url,
	    .will = offline,
	    .connected = connected,
	    .message = message,
	    .arg = &s};
	struct clock clock;
	struct fault f = {0};

	proc_start();
	proc_signals();
	log_open("simulator", LOG_LEVEL_INFO, NULL);
	clock = clock_open();
	simulator_house_init(&s.house, s.options.seed, clock_now(&clock) / 1000);
	if (s.options.away)
		simulator_people_leave(&s.house);
	o.will_topic = topic_of(&s, "bridge", "/state");
	if (simulator_mqtt_open(&o, &s.mqtt, &f) != RC_OK)
		errx(2, "%s", f.msg);
	run(&s);
	simulator_mqtt_close(s.mqtt);
	buf_free(&s.topic);
	buf_free(&s.payload);
	return 0;
}
