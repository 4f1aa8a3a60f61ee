/* SPDX-License-Identifier: ISC
 *
 * What device families with a protocol of their own do alike: entities are announced with a configuration that
 * is bound once at that time, so that a bad one never gets in; devices that several entities share are kept
 * once; what happens and what is there is told in the same way.
 */
#ifndef ADAPTER_FAMILY_H
#define ADAPTER_FAMILY_H

#include "shared/base/map.h"
#include "shared/domain/adapter.h"

/* What a family says about itself, in one const struct. */
struct adapter_family {
	const char	*name;		/* as in its ops */
	size_t		 entities_max;	/* of one announcement */
	/* A binding of an entity's parsed configuration, and its end (NULL is legal). */
	enum rc		(*make)(struct adapter *ad, const struct js *config, bool was_available,
			    struct binding **out, struct fault *f);
	void		(*unmake)(struct binding *b);
	/* Adds its capabilities. */
	void		(*describe)(const struct binding *b, struct js *caps);
};

/* adapter_ops.bind. */
enum rc adapter_family_bind(const struct adapter_family *family, struct adapter *ad,
    const struct entity *e, bool was_available, struct binding **out, struct fault *f);

/* ---- announcements ---- */

/* One that is being put together; a family may have more of it around. */
struct adapter_build {
	const struct adapter_family *family;
	struct adapter		*ad;
	struct mem_arena	*a;
	const char		*source;
	struct announced_entity	*entities;
	size_t			 n;
};
/* Adds an entity: e says all but component, config, capabilities and source. One that cannot be bound, that
 * has the id of an earlier one or is one too many is left out, logged and counted. config and caps are taken
 * over; caps may be NULL. */
void adapter_family_add(struct adapter_build *s, const struct announced_entity *e, struct js *config,
    struct js *caps);
/* *out becomes all of it. */
void adapter_family_announce(const struct adapter_build *s, const struct announced_device *d,
    struct announcement *out);
/* A device with one identifier; the texts are copied. */
struct announced_device *adapter_family_device(struct mem_arena *a, const char *kind, const char *value,
    const char *name);
/* "front_door" as "Front door", in the arena. */
const char *adapter_family_title(const char *name, struct mem_arena *a);
/* aa:bb:cc:dd:ee:ff of twelve hexadecimal digits, with or without anything of ":-." between; NULL: none. */
const char *adapter_family_mac(const char *value, struct mem_arena *a);

/* ---- shared devices ---- */

/* The first member of a family's own struct of a device. */
struct adapter_shared {
	uint32_t	 refs;
	struct mem_arena *a;		/* of all that belongs to it */
	const char	*key;		/* JSON it was made of */
};
/* One reference more to the device that o describes, made with fill when it is new. size: of the family's
 * own struct. RC_INVALID as fill has it. */
enum rc adapter_family_share(struct map *devices, const struct js *o, size_t size,
    enum rc (*fill)(struct adapter_shared *d, const struct js *o, struct fault *f),
    struct adapter_shared **out, struct fault *f);
void adapter_family_unshare(struct map *devices, struct adapter_shared *d);	/* NULL is legal */

/* ---- reports ---- */

bool adapter_family_says(const struct message *m, const char *text);	/* the whole payload */
enum report_result adapter_family_set(struct report *r, const char *state);
/* The state is this scalar, as text in the arena. REPORT_BAD: a list or an object, or longer than a state may be. */
enum report_result adapter_family_set_value(struct report *r, const struct js *v, struct mem_arena *a);
/* Whether it is there; *known is told as well. */
enum report_result adapter_family_available(struct report *r, bool online, bool *known);
/* An event of this kind, now. */
enum report_result adapter_family_happened(struct report *r, const char *type, int64_t now_ms,
    struct mem_arena *a);

#endif
