/* SPDX-License-Identifier: ISC
 *
 * Who is still heard: each report of a device is one beat of its rhythm, and now and then everybody is looked
 * at. What is learned goes from engine to engine in a file and only rarely to the database: every hour, and
 * when a device's level changes.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "shared/domain/rhythm.h"
#include "workers/engine.h"

#define SWEEP_MS 5000
#define ECHO_MS 120000		/* a hub that was greeted repeats what it knows, also of devices that are gone */
#define WRITE_MS (60 * 60 * 1000)
#define WRITES 20		/* of one sweep, so that an hour's rows do not come at once */

struct listened {
	struct freshness	 f;		/* level is that of `level` */
	enum rhythm_level	 level;
	struct live_device	*device;	/* or NULL: an entity of its own */
	int64_t			 written;	/* UTC ms */
};

struct listening {
	struct engine	*e;
	struct map	 sources;	/* struct listened by source */
	struct timer	 sweep;
};

static struct listened *
listened_to(struct engine *e, int64_t source, struct live_device *device)
{
	struct listened *s = map_get_int(&e->listening->sources, source);

	if (s == NULL) {
		s = mem_xcalloc(1, sizeof(*s));
		s->f.source = source;
		s->f.level = rhythm_level_name(RHYTHM_UNKNOWN);
		map_put_int(&e->listening->sources, source, s);
	}
	if (device != NULL) {
		s->device = device;
		device->listened = s;
	}
	return s;
}

/* Whether something else tells that it cannot be reached: an availability topic, or a time it expires. */
static bool
is_told(struct engine *e, const struct live_device *d)
{
	struct binding_info info;
	struct live *l;
	size_t i = 0, j;

	while ((l = map_next(&e->house.by_row, &i)) != NULL) {
		if (l->device != d || l->binding == NULL)
			continue;
		l->adapter->info(l->binding, &info);
		if (info.expire_ms > 0)
			return true;
		for (j = 0; j < info.n_topics; j++)
			if (l->adapter->topic(l->binding, j).availability)
				return true;
	}
	return false;
}

static void
tell(struct engine *e, const struct listened *s)
{
	struct recorded ev = { .kind = EVENT_FRESHNESS };
	struct jsw w = jsw_to(&e->text);

	buf_reset(&e->text);
	jsw_object(&w, NULL);
	jsw_string(&w, "device_id", s->device->id);
	jsw_string(&w, "level", s->f.level);
	jsw_time(&w, "last_seen", s->f.heard);
	jsw_int(&w, "expected_every", s->f.every);
	jsw_end(&w);
	ev.subject = mem_printf(e->arena, "device.%s", s->device->id);
	ev.data = buf_str(&e->text);
	record_event(e->recorder, &ev);
}

static void
write_row(struct engine *e, struct listened *s)
{
	s->f.every = rhythm_every(&s->f);
	s->written = e->now_ms;
	record_freshness(e->recorder, &s->f);
}

static void
set_level(struct engine *e, struct listened *s, enum rhythm_level level)
{
	bool turns = s->level == RHYTHM_SILENT || level == RHYTHM_SILENT;

	s->level = level;
	s->f.level = rhythm_level_name(level);
	s->f.lost = level == RHYTHM_SILENT && s->device != NULL && !is_told(e, s->device);
	write_row(e, s);
	if (s->device == NULL || !turns)
		return;
	tell(e, s);
	s->device->lost = s->f.lost;
	engine_turned(e, NULL, s->device);
}

void
engine_heard(struct engine *e, struct live *l, bool news)
{
	struct listened *s = l->device != NULL ? l->device->listened : NULL;

	if (s == NULL)
		s = listened_to(e, l->device != NULL ? l->device->row : -l->row, l->device);
	if (s->f.heard == e->now_ms)
		return;		/* another entity of the same message */
	if (!news && e->now_ms - e->hello_ms < ECHO_MS)
		return;
	rhythm_hear(&s->f, e->now_ms, e->listening_ms);
	if (s->level == RHYTHM_LATE || s->level == RHYTHM_SILENT)
		set_level(e, s, rhythm_level_at(&s->f, e->now_ms, e->listening_ms));
}

static void
sweep(void *arg, int64_t now_ms)
{
	struct listening *all = arg;
	struct engine *e = all->e;
	enum rhythm_level level;
	struct listened *s;
	size_t i = 0;
	int writes = 0;

	timer_start(&e->timers, &all->sweep, now_ms + SWEEP_MS);
	mem_arena_reset(e->arena);
	while (e->listening_ms > 0 && (s = map_next(&all->sources, &i)) != NULL) {
		level = rhythm_level_at(&s->f, now_ms, e->listening_ms);
		if (level != s->level && s->f.heard > 0)
			set_level(e, s, level);
		else if (level != RHYTHM_UNKNOWN && now_ms - s->written >= WRITE_MS && writes < WRITES) {
			writes++;
			write_row(e, s);
		}
	}
}

/* ---- where it is kept ---- */

/* The device of a source, NULL for an entity of its own or one that is gone. */
static struct live_device *
device_of(struct engine *e, int64_t source)
{
	return source > 0 ? map_get_int(&e->house.devices, source) : NULL;
}

static bool
load_row(const struct freshness *f, void *arg)
{
	struct engine *e = arg;
	struct live_device *d = device_of(e, f->source);
	struct listened *s;

	if (d == NULL && (f->source > 0 || house_find(&e->house, -f->source) == NULL))
		return true;
	s = listened_to(e, f->source, d);
	if (f->heard < s->f.heard)
		return true;
	s->level = rhythm_level_parse(f->level);
	s->f = *f;
	s->f.level = rhythm_level_name(s->level);
	s->written = e->now_ms - (int64_t)(f->source % 3600) * 1000;
	if (d != NULL)
		d->lost = f->lost;
	return true;
}

/* What the file holds of one: without the text. */
struct handed {
	struct freshness	f;
	int			level;
};

/* Written by the engine before, in the same house on the same machine; still, bytes are only believed that far. */
static bool
is_sound(const struct handed *h)
{
	return h->f.heard >= 0 && h->f.since >= 0 && h->f.every >= 0 && h->level >= 0 &&
	    h->level < RHYTHM__MAX && isfinite(h->f.mean) && h->f.mean >= 0;
}

static void
load_file(struct engine *e)
{
	char path[PATH_MAX];
	struct handed h;
	size_t size = 0;
	FILE *f;

	if (conf_path(e->core.conf, "run/rhythms", path, sizeof(path)) != RC_OK ||
	    (f = fopen(path, "re")) == NULL)
		return;
	if (fread(&size, sizeof(size), 1, f) == 1 && size == sizeof(h))
		while (fread(&h, sizeof(h), 1, f) == 1 && is_sound(&h)) {
			h.f.level = rhythm_level_name((enum rhythm_level)h.level);
			load_row(&h.f, e);
		}
	fclose(f);
}

static void
load_rows(struct engine *e)
{
	if (store_freshness_each(e->core.db, load_row, e) != RC_OK)
		log_warn("engine", "the rhythms of the devices cannot be read");
}

void
engine_freshness_open(struct engine *e)
{
	struct listening *all = e->listening = mem_xcalloc(1, sizeof(*all));

	all->e = e;
	all->sweep.fn = sweep;
	all->sweep.arg = all;
	load_rows(e);
}

/* A level that changed is in the rows at once; of an engine that was killed the file is an older one. */
void
engine_freshness_catch_up(struct engine *e)
{
	load_file(e);
	load_rows(e);
}

void
engine_freshness_start(struct engine *e)
{
	timer_start(&e->timers, &e->listening->sweep, e->now_ms + SWEEP_MS);
}

void
engine_freshness_save(const struct engine *e)
{
	char path[PATH_MAX], part[PATH_MAX];
	size_t size = sizeof(struct handed), i = 0;
	struct listened *s;
	struct handed h;
	bool failed;
	FILE *f;

	if (conf_path(e->core.conf, "run/rhythms", path, sizeof(path)) != RC_OK ||
	    conf_path(e->core.conf, "run/rhythms.part", part, sizeof(part)) != RC_OK)
		return;
	if ((f = fopen(part, "we")) == NULL) {
		log_warn("engine", "%s: %s", part, strerror(errno));
		return;
	}
	fwrite(&size, sizeof(size), 1, f);
	while ((s = map_next(&e->listening->sources, &i)) != NULL) {
		memset(&h, 0, sizeof(h));
		h.f = s->f;
		h.f.level = NULL;
		h.level = (int)s->level;
		fwrite(&h, sizeof(h), 1, f);
	}
	failed = ferror(f) != 0;
	if (fclose(f) != 0 || failed || rename(part, path) != 0)
		log_warn("engine", "the rhythms are not handed on: %s", strerror(errno));
}

void
engine_freshness_close(struct engine *e)
{
	struct listened *s;
	size_t i = 0;

	if (e->listening == NULL)
		return;
	timer_stop(&e->timers, &e->listening->sweep);
	while ((s = map_next(&e->listening->sources, &i)) != NULL)
		free(s);
	map_free(&e->listening->sources);
	free(e->listening);
	e->listening = NULL;
}
