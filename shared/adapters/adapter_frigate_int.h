/* SPDX-License-Identifier: ISC
 *
 * Inside the family of Frigate: a kind of entity is one const row of adapter_frigate_kinds.c.
 */
#ifndef ADAPTER_FRIGATE_INT_H
#define ADAPTER_FRIGATE_INT_H

#include "shared/adapters/adapter_family.h"

#define FRIGATE_NAME_MAX 64		/* bytes of a camera, a zone, a label */
#define FRIGATE_TEXT_MAX 255		/* bytes of another text, words of a list */
#define FRIGATE_PREFIX_MAX 128
#define FRIGATE_CAMERAS_MAX 100
#define FRIGATE_ENTITIES_MAX 5000	/* of one announcement */
#define FRIGATE_SEEN_MAX 4000		/* places with labels that are remembered as announced */

struct frigate_decode;

struct frigate_kind {
	const char	*name;		/* in a stored configuration */
	/* below the prefix: %c is the camera (or zone), %w what it is about. NULL: it reports nothing */
	const char	*topic;
	enum report_result (*decode)(struct frigate_decode *d);
	const char	*set;		/* topic of commands, or NULL */
	/* What is sent there; lives as long as the binding or in the arena. */
	const char	*(*payload)(const struct binding *b, const struct command *c, const struct js *data,
			    struct mem_arena *a);
	void		(*describe)(const struct binding *b, struct js *caps);	/* NULL: nothing to add */
};

struct adapter {
	struct map	seen;		/* char * by itself: sources of labels that were announced, and cameras */
};

struct binding {
	const struct frigate_kind	*kind;
	struct binding_topic		 topics[2];	/* whether Frigate is there, and the kind's own */
	size_t				 n_topics;
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

/* adapter_frigate_decode.c: for kinds. */
enum report_result frigate_decode_bad(struct frigate_decode *d, const char *why);
enum report_result frigate_decode_set_now(struct frigate_decode *d);
struct js *frigate_decode_list(const char *const *words, size_t n);

/* adapter_frigate_seen.c: what was seen, and what is to be looked at. */
enum report_result frigate_seen_event(struct frigate_decode *d);
enum report_result frigate_seen_review(struct frigate_decode *d);
void frigate_seen_describe_event(const struct binding *b, struct js *caps);
void frigate_seen_describe_review(const struct binding *b, struct js *caps);

/* adapter_frigate_binding.c */
extern const struct adapter_family frigate_family;
enum rc frigate_binding_new(struct adapter *ad, const struct js *config, bool was_available,
    struct binding **out, struct fault *f);
void frigate_binding_free(struct binding *b);		/* NULL is legal */
/* A camera, a zone or a label: what can be one level of a topic. */
bool frigate_binding_name(const char *name, size_t len);

/* adapter_frigate_discovery.c */
enum rc frigate_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f);
void frigate_discovery_forget(struct adapter *ad);

/* adapter_frigate_build.c: an announcement that is being put together. */
struct frigate_build {
	struct adapter_build	 b;
	const char		*prefix;
};
/* An entity by its kind. */
struct frigate_thing {
	const char	*kind, *what, *name;
	const char	*domain, *device_class, *unit, *icon, *category;
	bool		 enabled;
};
/* camera: "" for Frigate itself */
void frigate_build_add(struct frigate_build *s, const char *camera, const struct frigate_thing *t);
/* All there is of a camera that is listed with this config. */
void frigate_build_camera(struct frigate_build *s, const char *camera, const struct js *config);
void frigate_build_system(struct frigate_build *s);	/* Frigate itself */

#endif
