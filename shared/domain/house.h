/* SPDX-License-Identifier: ISC
 *
 * The house in memory: every enabled entity with its present state, and the devices they belong to. The
 * engine owns one; rules read it. No I/O here: what changed is returned, and the caller records it.
 */
#ifndef HOUSE_H
#define HOUSE_H

#include "shared/base/map.h"
#include "shared/base/timer.h"
#include "shared/domain/adapter.h"
#include "shared/domain/emotion.h"
#include "shared/domain/late.h"
#include "shared/domain/sun.h"
#include "shared/store/store_untold.h"

struct live_device {
	int64_t		 row;
	char		*id;
	int		 entities;	/* that are live and have a state */
	int		 available;	/* of them */
	bool		 online;	/* as last recorded */
	bool		 known;		/* a status was recorded at all */
	bool		 lost;		/* silent, and nothing else would tell */
	bool		 turning, before;	/* it turned a moment ago; what it was before */
	bool		 met, returning;	/* it was online once; also before it turned */
	struct listened	*listened;	/* its rhythm, or NULL */
};

struct listened;	/* engine_freshness.c */
struct rule_link;	/* automation.h: a trigger that listens to an entity */
struct engine;		/* the owner of the house */
struct pending;		/* engine_command.h: a command that waits for its confirmation */

/* What happens to an entity when nothing is heard of it; few have any. */
struct live_timers {
	struct engine	*engine;
	struct live	*live;
	int64_t		 expire_ms, off_delay_ms;	/* of the binding, 0: never */
	struct timer	 expire, off;
};

/* What entities can: one copy for all that can the same, read once for all of them when somebody asks. */
struct live_capabilities {
	struct js	*tree;		/* NULL: nobody asked yet */
	char		 text[];	/* JSON of an object */
};

struct live {
	int64_t		 row;
	const char	*domain;	/* points to a name that lives for ever */
	struct live_capabilities *capabilities;	/* lives as long as the house */
	const char	*device_class;	/* or NULL; as domain */
	const char	*unit;		/* or NULL; as domain */
	struct live_device *device;	/* or NULL */
	const struct adapter_ops *adapter;
	struct binding	*binding;	/* NULL when its announcement could not be compiled */

	char		*state;		/* NULL: unknown */
	/* Most are never asked for while an engine lives: house_attributes reads the text when somebody does. */
	union {
		struct js	*tree;	/* object or NULL for none */
		char		*text;	/* JSON of an object */
	} attributes;
	bool		 unread;	/* the text is there, not the tree */
	bool		 available;
	bool		 dirty;		/* state row must be written with the next batch */
	int		 event;		/* 1 + index of its last event in the present batch, 0: none */
	int64_t		 last_changed, last_updated;	/* UTC ms, 0: never; see house_changed_away */
	int64_t		 recorded;	/* last_updated as last written */

	struct live	*next_dirty;
	struct rule_link *links;	/* triggers that listen to it */
	struct pending	*pending;	/* commands that wait for it */
	struct live_timers *timers;	/* NULL: nothing happens to it by itself */
	char		 entity_id[];
};

struct house {
	struct map	 by_row;	/* struct live */
	struct map	 by_id;		/* the same, by entity id */
	struct map	 devices;	/* struct live_device, by row */
	struct map	 names;		/* domains, one copy each */
	struct map	 capabilities;	/* struct live_capabilities, by their text */
	struct place	 place;		/* where it stands */
	struct emotions	 emotions;	/* what it feels */
	struct db	*calendars;	/* what appointments are read from, NULL: there are none */
	struct adapter	*families[ADAPTERS_MAX];	/* of adapter_open */
	const struct template_env *sees;	/* how templates of devices see it, NULL: not at all */
	/* Asked for an entity that is not there, of a house that is filled as it is looked at; NULL: it is whole. */
	struct live	*(*absent)(void *arg, const char *entity_id);
	void		*absent_arg;
};

void house_free(struct house *h);
/* Adds or refreshes one entity; the state is taken only for a new one. Never NULL. */
struct live *house_put(struct house *h, const struct entity_state *e);
/* The same without what understands its messages: to look at, not to listen with. */
struct live *house_view(struct house *h, const struct entity_state *e);
/* Removes and frees; links and pending commands are the caller's to cut before. */
void house_remove(struct house *h, struct live *l);
struct live *house_find(const struct house *h, int64_t row);	/* or NULL */
struct live *house_find_id(const struct house *h, const char *entity_id);
/* State, attributes, availability and times as another process wrote them. */
void house_load_state(struct live *l, const struct state *s);
/*
 * It is away, and its state is not the one that it went with: nobody may count on that before it is back. It shows in
 * its times, which every engine reads: while it is away last_updated stands still.
 */
bool house_changed_away(const struct live *l);

/* Object or NULL for none; until the next change. */
const struct js *house_attributes(const struct live *l);
/* The same as JSON text; nothing for none. */
void house_write_attributes(const struct live *l, struct buf *b);
/* What the entity can: an object, empty for nothing; lives as long as the house. */
const struct js *house_capabilities(const struct live *l);
struct binding_state house_state(const struct live *l);
/* As command_admit wants it; text in the arena. */
void house_entity_state(const struct live *l, struct mem_arena *a, struct entity_state *out);

/* What a report changed. `prior` is valid until house_change_free. */
struct house_change {
	struct live	*live;
	bool		 state;		/* the state differs from prior, or the report was forced */
	bool		 repeat;	/* forced: the same state was reported again */
	bool		 attributes;	/* some attribute differs */
	bool		 available;	/* availability differs from before */
	bool		 returned;	/* it is back, and not as it went: what it is now is news */
	char		*prior;		/* the state before, owned; NULL: unknown */
	struct js	*changed;	/* object of the changed attributes (null: gone), owned, or NULL */
	struct js	*was;		/* what those that were there before were, owned, or NULL */
	struct js	*before;	/* of house_attributes_before, owned */
	const struct house_change *by;	/* nothing of that: what counts is that another changed so; or NULL */
	const struct js	*held;		/* of what had to hold on: rule_change_held of when that began; or NULL */
	int64_t		 now_ms;
	/* Instead of all that: something happened that left no state. */
	int		 event;		/* its kind in event.def, or 0 */
	const char	*subject;	/* of the event */
	const struct js	*data;		/* of the event */
};

/* Takes over what the report holds. True when anything but the time of the last report changed. */
bool house_apply(struct live *l, struct report *r, int64_t now_ms, struct house_change *out);
/* All attributes as they were before it: object or NULL for none, as long as c. */
const struct js *house_attributes_before(const struct house_change *c);
void house_change_free(struct house_change *c);

/* Recounts after availability changed; true when the device's status is now another. */
bool house_device_turned(struct live_device *d);

#endif
