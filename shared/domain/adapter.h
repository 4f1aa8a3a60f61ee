/* SPDX-License-Identifier: ISC
 *
 * The port for device families that live on MQTT: which topics announce devices, how an entity's
 * announcement becomes a binding (compiled once), how a message becomes a report, and how a command
 * becomes messages. Pure: no adapter touches the database or a socket. adapters.c lists the families.
 */
#ifndef ADAPTER_H
#define ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/domain/announce.h"
#include "shared/domain/message.h"
#include "shared/store/store_command.h"
#include "shared/store/store_entity.h"

/* What a message says about one entity. Text lives in the arena of the call. */
struct report_attribute {
	const char	*name;
	struct js	*value;		/* one reference, taken over by the receiver; NULL takes it away */
};
#define REPORT_ATTRIBUTES 48

struct report {
	bool		 has_state;
	const char	*state;		/* NULL: unknown */
	bool		 has_available;
	bool		 available;
	bool		 force;		/* counts as a change even when nothing differs */
	bool		 poll;		/* the device is there (again): it is asked for its state */
	bool		 heard;		/* says nothing, but the device lives: what expires does not yet */
	bool		 action;	/* a momentary thing (button press, event): state is what happened */
	const char	*picture;	/* bytes of a new picture of a kind that picture.h knows, or NULL */
	size_t		 picture_len;
	bool		 picture_text;	/* the bytes are still written in base64: picture_unwrap, off the fast path */
	int		 event;		/* something happened that leaves no state: its kind in event.def, or 0 */
	const char	*subject;	/* of the event; NULL: the entity's device, without one the entity */
	struct js	*data;		/* of the event: an object, taken over by the receiver */
	int		 n_attributes;
	struct report_attribute attributes[REPORT_ATTRIBUTES];	/* last: the first n_attributes count */
};

/* An empty one, without a word about the room for attributes: the fast path makes one per entity. */
void adapter_report_clear(struct report *r);

/* Adds an attribute, taking over the reference of value; one that does not fit is dropped. */
void adapter_report_put(struct report *r, const char *name, struct js *value);

#define REPORT_TEMPLATE "template"	/* field of a fault: a template failed, whatever came of the message */
enum report_result {
	REPORT_NOTHING,		/* fine, but says nothing about this entity */
	REPORT_OK,
	REPORT_BAD		/* wrong: dropped and counted, *f says why */
};

/* One message to send. Text lives in the arena of the call. */
struct outgoing {
	const char	*topic;
	const char	*payload;
	size_t		 len;
	int		 qos;
	bool		 retain;
};
#define OUTGOING_MAX 8

struct template_env;	/* template.h */
struct adapter;		/* what a family shares among its bindings (compiled templates, scratch), opaque */
struct binding;		/* what a family keeps per entity, opaque */

/* A topic an entity listens to. One topic may occur several times with different roles. */
struct binding_topic {
	const char	*topic;		/* may hold wildcards; lives as long as the binding */
	uint16_t	 role;		/* what it means to the family, where that keeps a list */
	uint8_t		 qos;
	bool		 availability;	/* asked for again whenever an engine becomes active */
};

struct binding_info {
	size_t		 n_topics;	/* that it listens to */
	int64_t		 expire_ms;	/* unavailable when nothing was heard for this long; 0: never */
	int64_t		 off_delay_ms;	/* back to "off" this long after "on"; 0: never */
	bool		 optimistic;	/* nobody reports some of what it is told: assume says what it is */
	bool		 available;	/* as far as known now; true when no topic decides it */
};

/* The state an adapter may need to encode or decode: the present one. */
struct binding_state {
	const char		*state;		/* or NULL */
	const struct js		*attributes;	/* object or NULL */
	bool			 available;
};

struct adapter_ops {
	const char	*name;		/* "mqtt": entity.adapter */
	/* One for each thread that announces, binds or decodes. All bindings are gone before close. */
	struct adapter	*(*open)(void);
	void		(*close)(struct adapter *ad);	/* NULL is legal */
	/* How ad's templates see the house: all of it but variables, time and memo. It outlives ad. NULL: the
	 * family has no templates. */
	void		(*see)(struct adapter *ad, const struct template_env *house);
	/* The topic filters under which this family announces devices, NULL-terminated; NULL: there are none. A "~" at
	 * the beginning stands for MQTT_DISCOVERY_PREFIX. */
	const char	*const *announces;
	/*
	 * m came in on such a topic: *out (zeroed by the caller) is complete, its text lives in the arena and
	 * in m. RC_NOT_FOUND: none of ours, or nothing to make of it until out->companion or the
	 * answers to out->asks came.
	 * RC_UNSUPPORTED: a kind of thing this house has no use for. RC_INVALID, RC_TOO_LARGE: wrong. *f says
	 * why. Bad parts of a message with many are left out, logged and counted.
	 */
	enum rc		(*announce)(struct adapter *ad, struct message *m, const char *prefix, struct mem_arena *a,
			    struct announcement *out, struct fault *f);
	/* Compiles the entity's config. RC_INVALID, RC_UNSUPPORTED. was_available: as last known, false for
	 * one that was never heard of (info says what it is then). e->entity_id outlives the binding. */
	enum rc		(*bind)(struct adapter *ad, const struct entity *e, bool was_available,
			    struct binding **out, struct fault *f);
	void		(*unbind)(struct binding *b);
	void		(*info)(const struct binding *b, struct binding_info *out);
	/* Topic number i of those that info counts. */
	struct binding_topic (*topic)(const struct binding *b, size_t i);
	/* What m, on topic number `topic`, says. r is zeroed by the caller. */
	enum report_result (*decode)(struct binding *b, size_t topic, struct message *m,
			    const struct binding_state *now, struct mem_arena *a, struct report *r,
			    struct fault *f);
	/* The messages that carry out a command (admitted: service and data are valid for the entity). */
	enum rc		(*encode)(struct binding *b, const struct command *c, const struct js *data,
			    const struct binding_state *now, struct mem_arena *a,
			    struct outgoing out[OUTGOING_MAX], size_t *n, struct fault *f);
	/* The messages that make the device report the entity's state. NULL: its devices do so by themselves. */
	void		(*poll)(struct binding *b, struct mem_arena *a, struct outgoing out[OUTGOING_MAX],
			    size_t *n);
	/* For an optimistic entity: what is taken for granted once c was sent. */
	enum report_result (*assume)(struct binding *b, const struct command *c, const struct js *data,
			    const struct binding_state *now, struct mem_arena *a, struct report *r);
};

/* shared/adapters/adapters.c: the families, NULL-terminated. */
extern const struct adapter_ops *const adapters[];
const struct adapter_ops *adapter_find(const char *name);	/* or NULL */
#define ADAPTERS_MAX 16
/* Writes filter number i of those that ops announces under; false when there is none, or when it does not fit. */
bool adapter_announces(const struct adapter_ops *ops, size_t i, const char *prefix, char *out, size_t outlen);
/* What ops keeps in families[ADAPTERS_MAX] (as adapters[], all NULL at first), opened on first use. */
struct adapter *adapter_open(struct adapter **families, const struct adapter_ops *ops);
void adapter_close_all(struct adapter **families);

#endif
