/* SPDX-License-Identifier: ISC
 *
 * Commands that were sent and are not written down yet, in a file that the process writes as memory: it outlives
 * kill -9, and costs no call of the system before a command goes out. The next engine finds there what its
 * predecessor sent without being able to say so, and does not send it again without saying so.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/domain/event.h"
#include "workers/engine.h"

#define PLACES 512		/* of a new file; it grows to twice as many when all are taken */
#define PLACES_MAX 65536
#define REPLAY_MS 10000		/* what the broker kept for an engine has come again so soon after it answers */
#define RESUME_MS 60000		/* what goes on by itself has done so */
#define ROWS_MAX 50		/* commands of an entity that are looked at for what was written down */

/* `batch` of those that are not simply written down with the batch of that number. */
#define LEFT 0			/* an earlier engine sent it; nothing has repeated it yet */
#define REPEATED UINT32_MAX	/* something does; that is not recorded yet */

/* One command. `used` is set last and cleared first. */
struct sent {
	uint32_t	used;
	uint32_t	batch;		/* of the recorder; not of a file that is read */
	uint64_t	what;		/* hash of actor, service and data */
	int64_t		entity;		/* row */
	int64_t		command;	/* id, 0: not known yet */
	int64_t		cause;		/* event, 0: not known yet */
	int64_t		created;	/* UTC ms */
};

struct sent_log {
	struct sent	*file;		/* n places, shared with the file */
	int		 fd;
	int		 n, taken;	/* places */
	int		 left;		/* what an earlier engine sent and did not write down, and nothing repeated */
	int		 next;		/* place to try first */
	uint32_t	 batch;		/* that is being filled */
	int64_t		 since;		/* UTC ms: messages come in; 0: not yet */
	bool		 full;		/* was said */
};

/* FNV-1a, 64 bits. */
static uint64_t
hash(uint64_t h, const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (h ^ 0xff) * UINT64_C(1099511628211);
}

static uint64_t
what(const struct command *c)
{
	return hash(hash(hash(UINT64_C(14695981039346656037), c->actor), c->service), c->data);
}

static void
release(struct sent_log *log, struct sent *s)
{
	log->left -= s->batch == LEFT;
	log->taken--;
	__atomic_store_n(&s->used, 0, __ATOMIC_RELEASE);
}

/* ---- what an earlier engine left ---- */

static bool
is_settled(const struct command *row)
{
	return row->sent != 0 || row->status != COMMAND_PENDING;
}

/* Its row is there: the file was only not cleared any more. */
static bool
was_written(struct engine *e, const struct sent *s)
{
	struct store_command_filter newest = { .entity = s->entity, .limit = ROWS_MAX };
	struct command *rows;
	size_t n, i;

	if (store_command_list(e->core.db, &newest, e->arena, &rows, &n) != RC_OK)
		return false;
	for (i = 0; i < n; i++)
		if (is_settled(&rows[i]) && (s->command != 0 ? rows[i].id == s->command :
		    rows[i].created == s->created && what(&rows[i]) == s->what))
			return true;
	return false;
}

/* The id may be of an event that was never committed, and by now be that of another one. */
static bool
is_run(struct engine *e, int64_t event)
{
	struct store_event ev;

	return event != 0 && store_event_get(e->core.db, event, e->arena, &ev) == RC_OK &&
	    (ev.kind == EVENT_AUTOMATION_RUN || ev.kind == EVENT_SCENARIO_START);
}

/* It stays in the file until what repeats it is recorded, or nothing does: this engine may die soon, too. */
static void
take_over(struct engine *e, struct sent_log *log)
{
	struct sent *s;
	int i;

	for (i = 0; i < log->n; i++) {
		s = &log->file[i];
		if (s->used == 0)
			continue;
		s->batch = LEFT;
		log->left++;
		log->taken++;
		if (was_written(e, s))
			release(log, s);
		else if (!is_run(e, s->cause))
			s->cause = 0;
	}
	if (log->left > 0)
		log_warn("engine", "%d commands were sent by an engine that died before it wrote them down",
		    log->left);
}

static void
forget(struct engine *e, struct sent *s)
{
	const struct live *l = house_find(&e->house, s->entity);
	char time[CLOCK_TEXT];

	log_warn(l != NULL ? l->entity_id : "engine",
	    "what an engine told it at %s before it died was not written down, and nothing repeated it",
	    clock_local(s->created, time));
	release(e->sent, s);
}

/* What has to come again has done so. */
static void
forget_old(struct engine *e)
{
	struct sent_log *log = e->sent;
	struct sent *s;
	int i;

	if (log->left == 0)
		return;
	if (log->since == 0 && e->listening_ms != 0)
		log->since = e->now_ms;
	if (log->since == 0 || e->now_ms - log->since <= REPLAY_MS)
		return;
	for (i = 0; i < log->n; i++) {
		s = &log->file[i];
		if (s->used != 0 && s->batch == LEFT && e->now_ms - log->since >
		    (s->command == 0 && s->cause == 0 ? REPLAY_MS : RESUME_MS))
			forget(e, s);
	}
}

/* ---- the file ---- */

static size_t
size_of(int places)
{
	return (size_t)places * sizeof(struct sent);
}

/* Behind a storm the file need not stay as large. */
static void
shrink(struct sent_log *log)
{
	int i;

	for (i = PLACES; i < log->n; i++)
		if (log->file[i].used != 0)
			return;
	munmap((char *)log->file + size_of(PLACES), size_of(log->n) - size_of(PLACES));
	log->n = PLACES;
	if (ftruncate(log->fd, (off_t)size_of(PLACES)) != 0)
		log_warn("engine", "run/sent: cannot be made smaller");
}

/* Maps the file with so many places. A hole that the disk has no room for would end the process when it is written. */
static bool
map_file(struct sent_log *log, int places)
{
	void *p;

	if (posix_fallocate(log->fd, 0, (off_t)size_of(places)) != 0)
		return false;
	p = log->file == NULL ?
	    mmap(NULL, size_of(places), PROT_READ | PROT_WRITE, MAP_SHARED, log->fd, 0) :
	    mremap(log->file, size_of(log->n), size_of(places), MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		return false;
	log->file = p;
	log->n = places;
	return true;
}

/* As many places as the file has. */
static int
places_of(int fd)
{
	struct stat st;
	int n = PLACES;

	if (fstat(fd, &st) != 0)
		return n;
	while (n < PLACES_MAX && size_of(n) < (size_t)st.st_size)
		n *= 2;
	return n;
}

void
engine_sent_open(struct engine *e)
{
	struct sent_log log = { .fd = -1, .batch = LEFT + 1 };
	char path[PATH_MAX] = "run/sent";

	if (conf_path(e->core.conf, "run/sent", path, sizeof(path)) == RC_OK)
		log.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (log.fd == -1 || !map_file(&log, places_of(log.fd))) {
		if (log.fd != -1)
			close(log.fd);
		log_error("engine", "%s: cannot be used: what is sent is not remembered over a crash", path);
		return;
	}
	take_over(e, &log);
	if (log.n > PLACES)
		shrink(&log);
	e->sent = mem_xcalloc(1, sizeof(*e->sent));
	*e->sent = log;
}

void
engine_sent_close(struct engine *e)
{
	if (e->sent == NULL)
		return;
	munmap(e->sent->file, size_of(e->sent->n));
	close(e->sent->fd);
	free(e->sent);
	e->sent = NULL;
}

/* ---- commands ---- */

static bool
is_same(const struct sent *s, const struct command *c, int64_t cause)
{
	if (s->entity != c->entity || s->what != what(c))
		return false;
	if (s->command != 0)
		return s->command == c->id;
	/* one with a row was written meanwhile, by an engine that could not send it again */
	return s->cause == 0 || s->cause == (c->id != 0 ? c->cause : cause);
}

int
engine_sent_before(struct engine *e, const struct command *c, int64_t cause)
{
	struct sent_log *log = e->sent;
	struct sent *s;
	int i;

	if (log == NULL || log->left == 0)
		return 0;
	forget_old(e);
	for (i = 0; log->left > 0 && i < log->n; i++) {
		s = &log->file[i];
		if (s->used == 0 || s->batch != LEFT || !is_same(s, c, cause))
			continue;
		s->created = c->created;	/* so that its row is found when this engine dies */
		s->batch = REPEATED;
		log->left--;
		return i + 1;
	}
	return 0;
}

void
engine_sent_repeated(struct engine *e, int place)
{
	if (e->sent != NULL && place != 0)
		e->sent->file[place - 1].batch = e->sent->batch;
}

/* A free place, or NULL. */
static struct sent *
find_place(struct sent_log *log)
{
	int at;

	if (log->taken == log->n && (log->n == PLACES_MAX || !map_file(log, log->n * 2))) {
		if (!log->full)
			log_error("engine", "run/sent: is full and cannot grow: "
			    "what is sent now is not remembered over a crash");
		log->full = true;
		return NULL;
	}
	for (at = log->next; log->file[at % log->n].used != 0; at++)
		;
	log->next = (at + 1) % log->n;
	return &log->file[at % log->n];
}

void
engine_sent(struct engine *e, const struct command *c, int64_t cause)
{
	struct sent_log *log = e->sent;
	struct sent *s;

	if (log == NULL || (s = find_place(log)) == NULL)
		return;
	*s = (struct sent){ .batch = log->batch, .entity = c->entity, .command = c->id,
		.cause = c->id != 0 ? 0 : cause, .created = c->created, .what = what(c) };
	log->taken++;
	__atomic_store_n(&s->used, 1, __ATOMIC_RELEASE);
}

void
engine_sent_handed(struct engine *e)
{
	if (e->sent != NULL)
		e->sent->batch++;
}

void
engine_sent_written(struct engine *e)
{
	struct sent_log *log = e->sent;
	struct sent *s;
	int i, unseen;

	if (log == NULL)
		return;
	forget_old(e);
	for (i = 0, unseen = log->taken; unseen > 0; i++) {
		s = &log->file[i];
		if (s->used == 0)
			continue;
		unseen--;
		if (s->batch != LEFT && s->batch != REPEATED && s->batch != log->batch)
			release(log, s);
	}
}
