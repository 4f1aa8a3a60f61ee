/* SPDX-License-Identifier: ISC
 *
 * Between the two halves of the recorder: what a batch holds. engine_record.c fills and hands over,
 * engine_write.c writes.
 */
#ifndef ENGINE_RECORD_H
#define ENGINE_RECORD_H

#include "shared/domain/event.h"
#include "shared/domain/rhythm.h"
#include "workers/engine.h"

enum record_kind { R_EVENT, R_STATE, R_DEVICE, R_COMMAND, R_RUN, R_TRACE, R_QUESTION, R_TURN,
	R_HOLD, R_UNHOLD, R_TIME, R_ANNOUNCE,
	R_INSPECTION, R_SERVED,
	R_FRESHNESS, R_BATTERY, R_UNTOLD, R_TOLD, R_DELIVERY,
	R_ALERT, R_ALERT_HOLD, R_ALERT_UNHOLD, R_ALERT_PROBLEM, R__MAX };

struct record {
	enum record_kind	 kind;
	int64_t			 time;		/* UTC ms */
	int64_t			 id;		/* R_EVENT: once written */
	struct late		*self, *cause, *row;	/* owned references */
	bool			 named_self, named_row;	/* got their ids from this record */
	struct trace		*trace;		/* of R_RUN and R_TRACE, in the arena */
	union {
		struct store_event	 event;
		struct {
			int64_t		 entity;
			struct state	 state;
			int		 event;		/* 1 + place of its last event, or 0 */
		}			 state;
		struct {
			int64_t		 row;
			const char	*id;
			bool		 online;
			bool		 quiet;		/* its event comes by itself */
		}			 device;
		struct command		 command;
		struct run		 run;
		struct store_trace	 piece;		/* R_TRACE: without its data */
		struct hold		 hold;
		struct question		 question;
		struct {
			const char	*automation_id, *actor;
			bool		 on;
		}			 turn;
		int64_t			 until;
		int64_t			 served;	/* id of an event */
		struct freshness	 freshness;
		struct alert		 alert;
		struct alert_hold	 alert_hold;	/* R_ALERT_UNHOLD: its rule alone */
		struct {
			int64_t		 rule;		/* row */
			const char	*text;		/* or NULL */
		}			 alert_problem;
		struct delivery		 delivery;	/* of the alert `row`, if any */
		struct store_untold	 untold;	/* R_TOLD: its source alone */
		struct {
			int64_t		 entity;
			bool		 low;
		}			 battery;
		struct {
			int64_t		 event;		/* the question */
			const char	*answer;
		}			 inspection;
		struct {
			const struct adapter_ops *family;
			struct message	 m;		/* payload "" when len is over ANNOUNCEMENT_MAX */
			/* What the family made of it, once: it remembers what it has read. In the batch's arena. */
			const struct announcement *read;	/* NULL: not read yet */
			enum rc		 rc;			/* of reading it */
			const char	*refused;		/* why, or NULL */
		}			 announce;
	} u;
};

/* A picture on its way to its file. */
struct kept_picture {
	int64_t			 entity;
	char			*bytes;		/* malloc; NULL: none */
	size_t			 len;
	bool			 text;		/* they are written in base64 */
	bool			 remove;	/* the entity is gone, its file goes too */
};

struct batch {
	struct mem_arena	*arena;
	struct record		*records;
	size_t			 n, cap;
	int64_t			*changed;	/* entity rows that announcements touched, malloc */
	size_t			 n_changed;
	struct kept_picture	*pictures;	/* malloc; one each for those that have a new one */
	size_t			 n_pictures, picture_bytes;
	const char		**wanted;	/* kept announcements that others need beside them, malloc */
	size_t			 n_wanted;
	struct outgoing		*asks;		/* questions to devices that showed up, malloc; text in arena */
	size_t			 n_asks;
	size_t			 n_deliveries;
	size_t			 announced;	/* bytes of announcements in it */
	uint64_t		 kinds;		/* of the events in it, once written: STORE_KIND_BITs */
	bool			 scenarios_end;	/* runs of some do: writing that may have given commands */
	bool			 apart;		/* each announcement in a savepoint of its own */
};

/* What writing needs besides the batch; belongs to the writing thread. */
struct record_writer {
	struct adapter	*families[ADAPTERS_MAX];	/* of adapter_open */
	struct mem_arena *scratch;
	struct buf	 sealed;			/* a trace */
	const char	*prefix;			/* MQTT_DISCOVERY_PREFIX */
};

/*
 * Writes all records inside tx. A record that would fail again by itself is logged and left out;
 * RC_FULL, RC_BUSY, RC_DOWN concern the whole batch, which is to be tried again.
 */
enum rc record_write(struct record_writer *w, struct batch *b, struct tx *tx);
/* engine_announce.c: one record of an announcement. */
enum rc record_write_announce(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx,
    struct fault *f);
/* The transaction was rolled back: what it gave and found is forgotten, so that the next try does so anew. */
void record_undo(struct batch *b);

/* ---- engine_picture.c ---- */

/* Keeps a copy of the n bytes at p; p NULL: the file is to be removed. */
void pictures_keep(struct batch *b, int64_t entity, const char *p, size_t n, bool text);
/* Writes them, each by itself: one that cannot be written is logged and lost. */
void pictures_write(struct batch *b, const struct conf *c);
void pictures_drop(struct batch *b);

#endif
