/* SPDX-License-Identifier: ISC
 *
 * Inside the family of Frigate: a kind of entity is one const row of adapter_frigate_kinds.c.
 */
#ifndef ADAPTER_FRIGATE_INT_H
#define ADAPTER_FRIGATE_INT_H

#include "shared/base/map.h"
#include "shared/domain/adapter.h"

#define FRIGATE_PAYLOAD_MAX 1048576	/* bytes of one announcement */
#define FRIGATE_NAME_MAX 64		/* bytes of a camera, a zone, a label */
#define FRIGATE_PREFIX_MAX 128
#define FRIGATE_CAMERAS_MAX 200
#define FRIGATE_SEEN_MAX 4000		/* places with labels that are remembered as announced */

struct frigate_decode;

struct frigate_kind {
	const char	*name;		/* in a stored configuration */
	const char	*topic;		/* below the prefix: %c is the camera (or zone), %w what it is about */
	enum report_result (*decode)(struct frigate_decode *d);
	const char	*set;		/* topic of commands, or NULL */
	void		(*describe)(struct js *caps);	/* NULL: nothing to add */
};

struct adapter {
	struct map	seen;		/* char * by itself: sources of labels that were announced */
};

struct binding {
	const struct frigate_kind	*kind;
	struct binding_topic		 topics[2];	/* whether Frigate is there, and the kind's own */
	char				*camera, *what;
	char				*set;		/* or NULL */
	bool				 available;
};

struct frigate_decode {
	struct binding	*b;
	struct message	*m;
	struct mem_arena *a;
	struct report	*r;
	struct fault	*f;
};

/* adapter_frigate_kinds.c. NULL: nobody knows it. */
const struct frigate_kind *frigate_kinds_find(const char *name);

/* adapter_frigate_binding.c */
enum rc frigate_binding_new(const struct js *config, bool was_available, struct binding **out,
    struct fault *f);
void frigate_binding_free(struct binding *b);		/* NULL is legal */
/* A camera, a zone or a label: what can be one level of a topic. */
bool frigate_binding_name(const char *name, size_t len);

/* adapter_frigate_discovery.c */
enum rc frigate_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f);
void frigate_discovery_forget(struct adapter *ad);

#endif
