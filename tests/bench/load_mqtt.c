/* SPDX-License-Identifier: ISC
 *
 * The load of the benchmark: devices with five entities each (a switch, a motion sensor, three
 * numbers) that announce themselves as Zigbee2MQTT's do, and report.
 *
 *	announce	retained announcements of --entities entities (--remove takes them back)
 *	flood		every message another entity's new value, at --rate a second or at most
 *	obey		the switches do what they are told and say so, until the end of standard input
 *	react		motion on one topic, command back on another: round trips
 */
#include <err.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/sample.h"
#include "tests/bench/wire.h"

#define PARTS 5		/* entities of a device */
#define BURST 32	/* messages between two looks at the clock */

struct options {
	int		 port;
	int		 entities;
	long long	 rate;		/* messages a second, 0: as fast as it goes */
	double		 seconds;
	int		 count;		/* round trips */
	bool		 remove;
	bool		 quiet;		/* flood without motion */
	const char	*base;		/* first level of the topics of flood */
	const char	*motion, *command;	/* topics of react */
};

static const struct part {
	const char	*name, *component, *key, *extra;
} parts[PARTS] = {
	{"lamp", "switch", "state", NULL},
	{"motion", "binary_sensor", "occupancy",
	 "\"device_class\":\"motion\",\"payload_on\":true,\"payload_off\":false"},
	{"temperature", "sensor", "v",
	 "\"device_class\":\"temperature\",\"unit_of_measurement\":\"\302\260C\","
	 "\"state_class\":\"measurement\""},
	{"humidity", "sensor", "v",
	 "\"device_class\":\"humidity\",\"unit_of_measurement\":\"%\","
	 "\"state_class\":\"measurement\""},
	{"power", "sensor", "v",
	 "\"device_class\":\"power\",\"unit_of_measurement\":\"W\","
	 "\"state_class\":\"measurement\""},
};

static int
describe(char *out, size_t n, int device, const struct part *p)
{
	char command[80] = "";

	if (p->extra == NULL)
		snprintf(command, sizeof(command), "\"command_topic\":\"bench/%d/%s/set\"", device,
		    p->name);
	return snprintf(out, n,
	    "{\"name\":\"%s\",\"state_topic\":\"bench/%d/%s\","
	    "\"value_template\":\"{{ value_json[\\\"%s\\\"] }}\",%s,"
	    "\"default_entity_id\":\"%s.bench_%d_%s\",\"unique_id\":\"bench_%d_%s\","
	    "\"device\":{\"identifiers\":[\"bench_%d\"],\"name\":\"Bench %d\","
	    "\"manufacturer\":\"Bench\",\"model\":\"Five in one\","
	    "\"suggested_area\":\"Room %d\"},\"origin\":{\"name\":\"Bench\"}}",
	    p->name, device, p->name, p->key, p->extra != NULL ? p->extra : command, p->component,
	    device, p->name, device, p->name, device, device, device % 5);
}

static void
announce(const struct options *o)
{
	struct wire *w = wire_open(o->port, "bench-announce");
	char topic[128], payload[1024];

	for (int i = 0; i < o->entities; i++) {
		const struct part *p = &parts[i % PARTS];
		int n = describe(payload, sizeof(payload), i / PARTS, p);

		snprintf(topic, sizeof(topic), "homeassistant/%s/bench_%d/%s/config", p->component,
		    i / PARTS, p->name);
		wire_publish(w, topic, payload, o->remove ? 0 : (size_t)n, true);
	}
	wire_close(w);
	printf("{\"announced\":%d}\n", o->entities);
}

/* The value of an entity in a round: never the one of the round before. */
static void
report(struct wire *w, const char *base, int entity, long long round)
{
	const struct part *p = &parts[entity % PARTS];
	char topic[64], payload[48];
	int n;

	snprintf(topic, sizeof(topic), "%s/%d/%s", base, entity / PARTS, p->name);
	if (entity % PARTS == 0)
		n = snprintf(payload, sizeof(payload), "{\"state\":\"%s\"}",
		    round % 2 ? "ON" : "OFF");
	else if (entity % PARTS == 1)
		n = snprintf(payload, sizeof(payload), "{\"occupancy\":%s}",
		    round % 2 ? "true" : "false");
	else
		n = snprintf(payload, sizeof(payload), "{\"v\":%.2f}",
		    15 + (double)((round * 7 + entity) % 1500) / 100);
	wire_publish(w, topic, payload, (size_t)n, false);
}

static void
sleep_us(int64_t us)
{
	struct timespec t = {us / 1000000, us % 1000000 * 1000};

	if (us > 0)
		nanosleep(&t, NULL);
}

static void
flood(const struct options *o)
{
	struct wire *w = wire_open(o->port, "bench-flood");
	int64_t start = sample_now_us(), now = start;
	int64_t end = start + (int64_t)(o->seconds * 1e6);
	long long sent = 0, step = 0, burst = o->rate == 0 || o->rate > 5000 ? BURST : 1;

	while (now < end) {
		for (long long i = 0; i < burst; step++) {
			int entity = (int)(step % o->entities);

			if (o->quiet && entity % PARTS < 2)
				continue;
			report(w, o->base, entity, step / o->entities + 1);
			sent++;
			i++;
		}
		wire_flush(w);
		now = sample_now_us();
		if (o->rate > 0)
			sleep_us(sent * 1000000 / o->rate - (now - start));
	}
	wire_close(w);
	printf("{\"sent\":%lld,\"seconds\":%.3f}\n", sent, (double)(now - start) / 1e6);
}

/* "bench/7/lamp/set" "ON" is answered by "bench/7/lamp" {"state":"ON"}. */
static void
obey(const struct options *o)
{
	struct wire *w = wire_open(o->port, "bench-obey");
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	struct wire_message m;
	char topic[128], payload[64];
	int n;

	wire_subscribe(w, "bench/+/lamp/set");
	puts("ready");
	fflush(stdout);
	while (poll(&input, 1, 0) == 0) {
		for (int wait = 100; wire_read(w, wait, &m); wait = 0) {
			snprintf(topic, sizeof(topic), "%.*s", (int)(m.topic_len - strlen("/set")),
			    m.topic);
			n = snprintf(payload, sizeof(payload), "{\"state\":\"%.*s\"}", (int)m.len,
			    m.payload);
			wire_publish(w, topic, payload, (size_t)n, false);
		}
		wire_flush(w);
	}
	wire_close(w);
}

static bool
is_command(const struct wire_message *m, const char *topic)
{
	return m->topic_len == strlen(topic) && memcmp(m->topic, topic, m->topic_len) == 0;
}

static void
send_now(struct wire *w, const char *topic, const char *payload)
{
	wire_publish(w, topic, payload, strlen(payload), false);
	wire_flush(w);
}

/* The lamp says that it obeyed; then everything is as before. */
static void
settle(struct wire *w, const struct options *o, const char *lamp)
{
	send_now(w, lamp, "{\"state\":\"ON\"}");
	sleep_us(2000);
	send_now(w, lamp, "{\"state\":\"OFF\"}");
	send_now(w, o->motion, "{\"occupancy\":false}");
	sleep_us(3000);
}

static void
react(const struct options *o)
{
	struct wire *w = wire_open(o->port, "bench-react");
	struct sample s = {0};
	struct wire_message m;
	char lamp[128];
	int lost = 0, warm = o->count / 10;

	snprintf(lamp, sizeof(lamp), "%.*s", (int)(strlen(o->command) - strlen("/set")), o->command);
	wire_subscribe(w, o->command);
	for (int i = -warm; i < o->count; i++) {
		int64_t start = sample_now_us();
		bool got;

		send_now(w, o->motion, "{\"occupancy\":true}");
		do
			got = wire_read(w, 2000, &m);
		while (got && !is_command(&m, o->command));
		if (!got)
			lost++;
		else if (i >= 0)
			sample_add(&s, sample_now_us() - start);
		if (lost > 5)
			break;
		settle(w, o, lamp);
		while (wire_read(w, 0, &m))	/* a command that was sent twice */
			;
	}
	wire_close(w);
	printf("{");
	sample_print(&s);
	printf(",\"lost\":%d}\n", lost);
	sample_free(&s);
}

static struct options
parse_options(int argc, char **argv)
{
	static const struct option longopts[] = {{"port", required_argument, NULL, 'p'},
	    {"entities", required_argument, NULL, 'e'}, {"rate", required_argument, NULL, 'r'},
	    {"seconds", required_argument, NULL, 's'}, {"count", required_argument, NULL, 'n'},
	    {"motion", required_argument, NULL, 'm'}, {"command", required_argument, NULL, 'c'},
	    {"remove", no_argument, NULL, 'x'}, {"quiet", no_argument, NULL, 'q'},
	    {"base", required_argument, NULL, 'b'},
	    {NULL, 0, NULL, 0}};
	struct options o = {.entities = 1000, .seconds = 5, .count = 1000, .base = "bench",
	    .motion = "bench/0/motion", .command = "bench/0/lamp/set"};
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'p': o.port = (int)sample_number(optarg, 1, 65535); break;
		case 'e': o.entities = (int)sample_number(optarg, 1, 1000000); break;
		case 'r': o.rate = sample_number(optarg, 0, 10000000); break;
		case 's': o.seconds = strtod(optarg, NULL); break;
		case 'n': o.count = (int)sample_number(optarg, 1, 10000000); break;
		case 'm': o.motion = optarg; break;
		case 'c': o.command = optarg; break;
		case 'x': o.remove = true; break;
		case 'q': o.quiet = true; break;
		case 'b': o.base = optarg; break;
		default: exit(2);
		}
	}
	if (o.port == 0 || optind != argc - 1 || strlen(o.command) < strlen("/set"))
		errx(2, "usage: load_mqtt --port N [option...] announce|flood|obey|react");
	return o;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const struct options *o);
	} verbs[] = {{"announce", announce}, {"flood", flood}, {"obey", obey}, {"react", react}};
	struct options o = parse_options(argc, argv);

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, argv[optind]) == 0) {
			verbs[i].run(&o);
			return 0;
		}
	}
	errx(2, "unknown verb \"%s\"", argv[optind]);
}
