/* SPDX-License-Identifier: ISC
 *
 * Commands that were sent and are not written down yet, in a file that the process writes as memory: it outlives
 * kill -9, and costs no call of the system before a command goes out. The next engine finds there what its
 * predecessor sent without being able to say so, and does not send it again without saying so.
 */
#include <sys/mman.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/domain/event.h"
#include "workers/engine.h"

#define PLACES 512		/* of the file; commands of one batch beyond are not remembered */
#define REPLAY_MS 10000		/* a new engine does again what was not committed within so long */
#define ROWS_MAX 50		/* commands of an entity that are looked at for what was written down */

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
	struct sent	*file;		/* PLACES of them, shared with the file */
	struct sent	 left[PLACES];	/* what an earlier engine sent and did not write down */
	int		 n_left;
	int		 next;		/* place to try first */
	uint32_t	 batch;		/* that is being filled */
	int64_t		 opened;	/* UTC ms */
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
		if (s->command != 0 ? rows[i].id == s->command && rows[i].sent != 0 :
		    rows[i].created == s->created && what(&rows[i]) == s->what)
			return true;
	return false;
}

/* Takes over what an earlier engine left, and clears the file. */
static void
take_over(struct engine *e, struct sent_log *log)
{
	int64_t last = store_event_last(e->core.db);
	struct sent *s;
	int i;

	for (i = 0; i < PLACES; i++) {
		s = &log->file[i];
		if (s->used == 1 && !was_written(e, s)) {
			if (s->cause > last)
				s->cause = 0;	/* of an event that was never committed */
			log->left[log->n_left++] = *s;
		}
	}
	memset(log->file, 0, PLACES * sizeof(*log->file));
	if (log->n_left > 0)
		log_warn("engine", "%d commands were sent by an engine that died before it wrote them down",
		    log->n_left);
}

void
engine_sent_open(struct engine *e)
{
	char path[PATH_MAX] = "run/sent";
	void *p = MAP_FAILED;
	int fd = -1;

	if (conf_path(e->core.conf, "run/sent", path, sizeof(path)) == RC_OK)
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* A hole that the disk has no room for would end the process when it is written. */
	if (fd != -1 && posix_fallocate(fd, 0, PLACES * sizeof(struct sent)) == 0)
		p = mmap(NULL, PLACES * sizeof(struct sent), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd != -1)
		close(fd);
	if (p == MAP_FAILED) {
		log_error("engine", "%s: cannot be used: what is sent is not remembered over a crash", path);
		return;
	}
	e->sent = mem_xcalloc(1, sizeof(*e->sent));
	e->sent->file = p;
	e->sent->opened = e->now_ms;
	take_over(e, e->sent);
}

void
engine_sent_close(struct engine *e)
{
	if (e->sent == NULL)
		return;
	munmap(e->sent->file, PLACES * sizeof(struct sent));
	free(e->sent);
	e->sent = NULL;
}

static struct sent
describe(const struct command *c, int64_t cause)
{
	return (struct sent){ .entity = c->entity, .command = c->id, .cause = c->id != 0 ? 0 : cause,
		.created = c->created, .what = what(c) };
}

/* The same row, or the same effect of the same cause; or of one that has no id yet, soon after. */
bool
engine_sent_before(struct engine *e, const struct command *c, int64_t cause)
{
	struct sent now = describe(c, cause), *s;
	struct sent_log *log = e->sent;
	int i;

	for (i = 0; log != NULL && i < log->n_left; i++) {
		s = &log->left[i];
		if (s->command != now.command || s->entity != now.entity || s->what != now.what ||
		    s->cause != now.cause || (s->command == 0 && s->cause == 0 && e->now_ms - log->opened > REPLAY_MS))
			continue;
		*s = log->left[--log->n_left];
		return true;
	}
	return false;
}

void
engine_sent(struct engine *e, const struct command *c, int64_t cause)
{
	struct sent now = describe(c, cause), *s;
	struct sent_log *log = e->sent;
	int i;

	for (i = 0; log != NULL && i < PLACES; i++) {
		s = &log->file[(log->next + i) % PLACES];
		if (s->used != 0)
			continue;
		log->next = (log->next + i + 1) % PLACES;
		now.batch = log->batch;
		*s = now;
		__atomic_store_n(&s->used, 1, __ATOMIC_RELEASE);
		return;
	}
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
	int i;

	for (i = 0; e->sent != NULL && i < PLACES; i++)
		if (e->sent->file[i].used != 0 && e->sent->file[i].batch != e->sent->batch)
			e->sent->file[i].used = 0;
}
