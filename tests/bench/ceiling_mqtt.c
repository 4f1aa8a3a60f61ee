/* SPDX-License-Identifier: ISC
 *
 * What libmosquitto can do at most, at the same broker, with topics below ceiling/ of its own.
 *
 *	ceiling_mqtt PORT echo MOTION COMMAND	answers every motion at once with a command
 *	ceiling_mqtt PORT count			counts what arrives; prints it when told to end
 */
#include <err.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/sample.h"

struct client {
	const char	*motion, *command;	/* NULL: count */
	long long	 n;
	int64_t		 first, last;		/* us */
};

static volatile sig_atomic_t stop;

static void
on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static void
on_message(struct mosquitto *mosq, void *arg, const struct mosquitto_message *m)
{
	static const char on[] = "ON";
	struct client *c = arg;

	if (c->motion == NULL) {
		c->last = sample_now_us();
		if (c->n++ == 0)
			c->first = c->last;
	} else if (strcmp(m->topic, c->motion) == 0 && strstr(m->payload, "true") != NULL)
		mosquitto_publish(mosq, NULL, c->command, (int)strlen(on), on, 0, false);
}

static void
on_subscribe(struct mosquitto *mosq, void *arg, int mid, int n, const int *qos)
{
	(void)mosq, (void)arg, (void)mid, (void)n, (void)qos;
	puts("ready");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct client c = {0};
	struct mosquitto *mosq;
	struct sigaction action = {.sa_handler = on_signal};

	if (argc == 5 && strcmp(argv[2], "echo") == 0) {
		c.motion = argv[3];
		c.command = argv[4];
	} else if (argc != 3 || strcmp(argv[2], "count") != 0)
		errx(2, "usage: ceiling_mqtt PORT echo MOTION COMMAND | PORT count");
	sigaction(SIGTERM, &action, NULL);
	mosquitto_lib_init();
	if ((mosq = mosquitto_new(NULL, true, &c)) == NULL)
		err(1, "libmosquitto");
	mosquitto_int_option(mosq, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_message_callback_set(mosq, on_message);
	mosquitto_subscribe_callback_set(mosq, on_subscribe);
	if (mosquitto_connect(mosq, "127.0.0.1", (int)sample_number(argv[1], 1, 65535), 60) != 0)
		errx(1, "no broker");
	mosquitto_subscribe(mosq, NULL, "ceiling/+/+", 0);
	while (stop == 0 && mosquitto_loop(mosq, 200, 1) == MOSQ_ERR_SUCCESS)
		;
	printf("{\"received\":%lld,\"seconds\":%.3f}\n", c.n, (double)(c.last - c.first) / 1e6);
	mosquitto_destroy(mosq);
	return 0;
}
