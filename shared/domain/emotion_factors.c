/* SPDX-License-Identifier: ISC
 *
 * See emotion_factors.h.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/emotion_environment.h"
#include "shared/domain/emotion_factors.h"

#define HOUR_MS 3600000LL
#define ALERTS_MOST 10		/* then that part of health is gone */
#define COMMANDS_FULL 10	/* in the window: a full load */

static void
say(struct js *reasons, const struct buf *text)
{
	js_append(reasons, js_new_string(buf_str(text)));
}

static double
health(const struct emotion_facts *facts)
{
	int64_t devices = facts->online + facts->offline;
	double share = devices == 0 ? 1 : (double)facts->online / (double)devices;

	return 0.6 * share + 0.4 * fmax(0, 1 - (double)facts->alerts / ALERTS_MOST);
}

static void
say_devices(const struct emotion_facts *facts, struct js *reasons)
{
	long long devices = facts->online + facts->offline;
	struct buf text = { 0 };

	if (devices == 0)
		return;
	if (facts->offline == 0)
		buf_printf(&text, devices == 1 ? "the one device is online" : "all %lld devices are online", devices);
	else
		buf_printf(&text, "%lld of %lld devices %s offline", (long long)facts->offline, devices,
		    facts->offline == 1 ? "is" : "are");
	say(reasons, &text);
	buf_free(&text);
}

static void
say_alerts(const struct emotion_facts *facts, struct js *reasons)
{
	struct buf text = { 0 };

	if (facts->alerts == 0)
		return;
	buf_printf(&text, "%lld %s raised in the last hour", (long long)facts->alerts,
	    facts->alerts == 1 ? "alert was" : "alerts were");
	if (facts->critical > 0)
		buf_printf(&text, ", %lld of them critical", (long long)facts->critical);
	say(reasons, &text);
	buf_free(&text);
}

static void
say_commands(const struct emotion_commands *c, struct js *reasons)
{
	struct buf text = { 0 };

	if (c->all == 0)
		return;
	buf_printf(&text, "%lld %s given in the last 2 hours", (long long)c->all,
	    c->all == 1 ? "command was" : "commands were");
	if (c->ended > 0)
		buf_printf(&text, "; of %lld that came to an end %lld %s confirmed", (long long)c->ended,
		    (long long)c->confirmed, c->confirmed == 1 ? "was" : "were");
	say(reasons, &text);
	buf_free(&text);
}

void
emotion_factors(const struct emotion_facts *facts, double factors[FACTOR__MAX], struct js *reasons)
{
	const struct emotion_commands *c = &facts->commands;

	memcpy(factors, emotion_no_data, sizeof(emotion_no_data));
	factors[FACTOR_HEALTH] = health(facts);
	if (c->ended > 0)
		factors[FACTOR_COMPLETION] = (double)c->confirmed / (double)c->ended;
	factors[FACTOR_LOAD] = fmin(1, (double)c->all / COMMANDS_FULL);
	say_devices(facts, reasons);
	say_alerts(facts, reasons);
	say_commands(c, reasons);
}

enum rc
emotion_factors_read(struct db *db, int64_t now_ms, int64_t raw_days, double factors[FACTOR__MAX],
    struct js *reasons)
{
	struct emotion_facts facts = { 0 };
	enum rc rc;

	if ((rc = store_emotion_devices(db, &facts.online, &facts.offline)) != RC_OK ||
	    (rc = store_emotion_alerts(db, now_ms - HOUR_MS, &facts.alerts, &facts.critical)) != RC_OK ||
	    (rc = store_emotion_commands(db, now_ms - 2 * HOUR_MS, &facts.commands)) != RC_OK)
		return rc;
	emotion_factors(&facts, factors, reasons);
	return emotion_environment_read(db, now_ms, raw_days, &factors[FACTOR_ENVIRONMENT], reasons);
}
