/* SPDX-License-Identifier: ISC
 *
 * Inside the family of Shelly devices. A device is a set of components ("switch:0"); an entity shows one of
 * them, or one reading of it. A kind of entity is one const table.
 */
#ifndef ADAPTER_SHELLY_INT_H
#define ADAPTER_SHELLY_INT_H

#include "shared/adapters/adapter_family.h"

#define SHELLY_ENTITIES_MAX 500		/* of one device */
#define SHELLY_TEXT_MAX 255		/* bytes of a name or a word */
#define SHELLY_PREFIX_MAX 200		/* bytes of a device's topic prefix */
#define SHELLY_PENDING_MAX 5000		/* devices that were asked what they are */

/* Whom answers are addressed to: devices send them to <src>/rpc. */
#define SHELLY_ASK "consciousness-shelly/ask/"		/* what the device is */
#define SHELLY_POLL "consciousness-shelly/status/"	/* its present state */
#define SHELLY_DO "consciousness-shelly/command/"	/* commands; their answers tell nothing new */

enum shelly_role { SHELLY_ONLINE, SHELLY_EVENTS, SHELLY_STATUS, SHELLY_ANSWER, SHELLY_ROLES };

/* The topics of all entities of one component. */
struct shelly_topics {
	const char		*component;
	struct binding_topic	 list[SHELLY_ROLES];
	struct shelly_topics	*next;
};

/* What the bindings of a device share. */
struct shelly_device {
	struct adapter_shared shared;
	const char	*prefix;
	int64_t		 sleep_s;	/* it wakes up this often; 0: it is always there */
	struct shelly_topics *topics;
};

struct shelly_decode;
struct shelly_encode;

struct shelly_kind {
	const char	*name;		/* in a stored configuration */
	/* Fills b->own (malloc) from the configuration. NULL: nothing of its own. RC_INVALID. */
	enum rc		(*setup)(struct binding *b, const struct js *config, struct fault *f);
	void		(*teardown)(struct binding *b);	/* gives up what b->own holds; NULL: nothing */
	void		(*describe)(const struct binding *b, struct js *caps);	/* NULL: nothing to add */
	/* NULL: it shows nothing. */
	enum report_result (*decode)(struct shelly_decode *d);
	/* What happened to the component (d->o is all of it); NULL: nothing that matters. */
	enum report_result (*happened)(struct shelly_decode *d, const char *event);
	/* The method and its parameters (an object to fill). NULL: it takes no commands. */
	const char	*(*encode)(struct shelly_encode *e, struct js *params);
};

struct adapter {
	struct map	 devices;	/* struct shelly_device by key */
	struct map	 pending;	/* struct shelly_pending by prefix */
};

struct binding {
	struct adapter			*ad;
	const struct shelly_kind	*kind;
	struct shelly_device		*device;
	const struct shelly_topics	*topics;
	const struct shelly_dynamic	*dynamic;	/* NULL: the device always had it */
	void				*own;
	uint16_t			 id;		/* number behind the colon */
	bool				 available;
};

struct shelly_decode {
	struct binding			*b;
	struct message			*m;
	const struct js			*o;	/* the component's status, or what happened */
	bool				 full;	/* o is all of it, not only what changed */
	const struct binding_state	*now;
	struct mem_arena		*a;
	struct report			*r;
	struct fault			*f;
};

struct shelly_encode {
	struct binding			*b;
	const struct command		*c;
	const struct js			*data;
	const struct binding_state	*now;
};

/* adapter_shelly_binding.c */
extern const struct adapter_family shelly_family;
enum rc shelly_binding_new(struct adapter *ad, const struct js *config, bool was_available,
    struct binding **out, struct fault *f);
void shelly_binding_free(struct binding *b);		/* NULL is legal */

/* adapter_shelly_device.c: one reference more to the device that the JSON object describes. RC_INVALID. */
enum rc shelly_device_get(struct adapter *ad, const struct js *o, struct shelly_device **out,
    struct fault *f);
void shelly_device_drop(struct adapter *ad, struct shelly_device *d);	/* NULL is legal */
const struct shelly_topics *shelly_device_topics(struct shelly_device *d, const char *component);

/* adapter_shelly_dynamic.c: a type of components that can be added to a device. */
struct shelly_dynamic {
	const char	*type, *get, *set;	/* methods; set may be NULL */
};
const struct shelly_dynamic *shelly_dynamic_find(const char *component);	/* NULL: none of these */
bool shelly_dynamic_is(const char *component, const char *type);
/* Adds what a list of them says to the two other answers. Returns how many it had. */
size_t shelly_dynamic_merge(const struct js *list, struct js *config, struct js *status);

/* adapter_shelly_discovery.c */
enum rc shelly_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f);
void shelly_discovery_forget(struct adapter *ad);

/* adapter_shelly_encode.c */
bool shelly_encode_is(const struct shelly_encode *e, const char *service);
/* A request to the device with that prefix, answered below src, by component unless NULL. params: taken
 * over; NULL: none. */
void shelly_encode_request(const char *prefix, const char *component, const char *src, int id,
    const char *method, struct js *params, struct mem_arena *a, struct outgoing *out);

/* adapter_shelly_build.c: an announcement that is being put together. */
struct shelly_build {
	struct adapter_build	 b;
	const char		*mac;
	const struct js		*info, *config, *status;	/* the answers of the device */
	struct js		*device;	/* what every entity's configuration holds */
};
void shelly_build_all(struct shelly_build *s);
/* Adds an entity of a component: e says all but ids, config, capabilities and source. suffix: of the
 * unique id, or NULL. A bad one is left out, logged and counted. config is taken over. */
void shelly_build_add(struct shelly_build *s, const char *component, const char *suffix,
    const struct announced_entity *e, const char *kind, struct js *config);
/* What a component is called: its given name, or NULL for the only one of its kind. */
const char *shelly_build_channel(const struct shelly_build *s, const char *component);

/* adapter_shelly_virtual.c, adapter_shelly_bluetooth.c: what a component of these types becomes. */
void shelly_virtual_add(struct shelly_build *s, const char *component);
void shelly_virtual_add_button(struct shelly_build *s, const char *component);
void shelly_bluetooth_add_device(struct shelly_build *s, const char *component);
void shelly_bluetooth_add_sensor(struct shelly_build *s, const char *component);

/* adapter_shelly_reading.c: adds the readings that the status of the component has. */
void shelly_reading_entities(struct shelly_build *s, const char *component, const struct js *status);

/* adapter_shelly_decode.c: for kinds. */
enum report_result shelly_decode_bad(struct shelly_decode *d, const char *why);
/* A text of at most SHELLY_TEXT_MAX bytes, or NULL. */
const char *shelly_decode_text(const struct js *o, const char *key);

#endif
