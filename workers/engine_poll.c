/* SPDX-License-Identifier: ISC
 *
 * Asking devices for their state: those that report by themselves only now and then, when they show up
 * and when the house may have missed something. The entities of one device want the same answers: what is
 * asked is collected for a moment and sent once.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/metric.h"
#include "workers/engine.h"

#define COLLECT_MS 200
#define QUESTIONS_MAX 20000	/* at a time; more devices than that are asked by nobody */

struct inquiry {
	int	 qos;
	size_t	 topic_len, len;	/* bytes of the topic, and of the payload */
	char	 text[];		/* topic, newline, payload */
};

struct poll_list {
	struct engine	*e;
	struct map	 questions;	/* by their text */
	struct timer	 timer;
};

static void
publish(struct engine *e, const char *topic, const char *payload, size_t len, int qos)
{
	if (mqtt_connected(e->tx) && mqtt_publish(e->tx, topic, payload, len, qos, false, NULL) == RC_OK)
		metric_add(METRIC_MQTT_PUBLISHED, 1);
}

void
engine_poll_send(struct engine *e, const struct outgoing *o)
{
	publish(e, o->topic, o->payload, o->len, o->qos);
}

static void
ask_all(void *arg, int64_t now_ms)
{
	struct poll_list *p = arg;
	struct inquiry *q;
	size_t i = 0;

	(void)now_ms;
	if (!mqtt_connected(p->e->tx))
		p->e->missed = true;	/* all are asked as soon as it is */
	while ((q = map_next(&p->questions, &i)) != NULL) {
		q->text[q->topic_len] = '\0';
		publish(p->e, q->text, q->text + q->topic_len + 1, q->len, q->qos);
		free(q);
	}
	map_free(&p->questions);
}

static struct poll_list *
list_of(struct engine *e)
{
	if (e->polls == NULL) {
		e->polls = mem_xcalloc(1, sizeof(*e->polls));
		e->polls->e = e;
		e->polls->timer.fn = ask_all;
		e->polls->timer.arg = e->polls;
	}
	return e->polls;
}

static void
collect(struct poll_list *p, const struct outgoing *o)
{
	size_t n = strlen(o->topic);
	struct inquiry *q;

	q = mem_xcalloc(1, sizeof(*q) + n + o->len + 2);
	q->qos = o->qos;
	q->topic_len = n;
	q->len = o->len;
	memcpy(q->text, o->topic, n);
	q->text[n] = '\n';
	memcpy(q->text + n + 1, o->payload, o->len);
	if (p->questions.n < QUESTIONS_MAX && map_get(&p->questions, q->text) == NULL)
		map_put(&p->questions, q->text, q);
	else
		free(q);
}

void
engine_poll(struct engine *e, struct live *l)
{
	struct outgoing out[OUTGOING_MAX];
	struct poll_list *p;
	size_t n = 0, i;

	if (l->binding == NULL || l->adapter->poll == NULL)
		return;
	l->adapter->poll(l->binding, e->arena, out, &n);
	if (n == 0)
		return;
	p = list_of(e);
	for (i = 0; i < n; i++)
		collect(p, &out[i]);
	if (p->timer.place == 0)
		timer_start(&e->timers, &p->timer, e->now_ms + COLLECT_MS);
}

void
engine_poll_all(struct engine *e)
{
	struct live *l;
	size_t i = 0;

	while ((l = map_next(&e->house.by_row, &i)) != NULL)
		if (l->available) {
			mem_arena_reset(e->arena);
			engine_poll(e, l);
		}
}

void
engine_poll_close(struct engine *e)
{
	struct inquiry *q;
	size_t i = 0;

	if (e->polls == NULL)
		return;
	timer_stop(&e->timers, &e->polls->timer);
	while ((q = map_next(&e->polls->questions, &i)) != NULL)
		free(q);
	map_free(&e->polls->questions);
	free(e->polls);
	e->polls = NULL;
}
