/* SPDX-License-Identifier: ISC
 *
 * Inside the family of Tasmota devices. A kind of entity is one const table: the topics it reads, what a
 * message says about it, how a service is encoded. What the entities of a device have in common (topics,
 * the words it uses for on and off) is kept once for all of them.
 */
#ifndef ADAPTER_TASMOTA_INT_H
#define ADAPTER_TASMOTA_INT_H

#include "shared/adapters/adapter_family.h"

#define TASMOTA_LIST_MAX 64		/* relays, switches, buttons of one device */
#define TASMOTA_SENSORS_MAX 500		/* readings of one device */
#define TASMOTA_ENTITIES_MAX 1000	/* of one device */
#define TASMOTA_TEXT_MAX 255		/* bytes of a name or a word */
#define TASMOTA_MAC_MAX 32

/* Where in a message the reading of an entity is looked for. */
enum tasmota_role {
	TASMOTA_ROOT, TASMOTA_STS, TASMOTA_SNS, TASMOTA_PRM, TASMOTA_FWR, TASMOTA_NET, TASMOTA_INFO1,
	TASMOTA_INFO2, TASMOTA_INFO3,
	TASMOTA_POWER,		/* at the top, or the whole payload is a word */
	TASMOTA_LWT,		/* whether the device is there */
	TASMOTA_ROLE__MAX
};

/* What a /config message said about the whole device; shared by its bindings. */
struct tasmota_device {
	struct adapter_shared shared;
	const char	*cmnd, *stat, *tele;	/* topics up to the last slash */
	const char	*online, *offline;
	const char	*words[4];	/* off, on, toggle, hold */
	int		 powers;	/* relays and lights it has */
	bool		 by_command;	/* SetOption4: results come in under the name of the command */
	bool		 sleeps;	/* deep sleep: being offline says nothing */
	struct tasmota_topics *topics;
};

struct tasmota_topics {
	const struct tasmota_read *reads;	/* this list is made of */
	int			 index;
	size_t			 n;
	struct binding_topic	*list;
	struct tasmota_topics	*next;
};

/* A topic that a kind reads. */
struct tasmota_read {
	char		 prefix;	/* 's': stat, 't': tele */
	uint8_t		 role;		/* of enum tasmota_role */
	bool		 by_command;	/* only where SetOption4 is on */
	const char	*name;		/* last level; "%d" is the number of the entity, from 1 */
};
#define TASMOTA_READS_MAX 16

struct binding;
struct tasmota_decode;
struct tasmota_encode;

struct tasmota_kind {
	const char	*name;		/* in a stored configuration */
	const struct tasmota_read *reads;
	size_t		 n_reads;
	const char	*poll, *poll_payload;	/* the command that makes it report */
	/* Fills b->own (malloc) from the configuration. NULL: nothing of its own. RC_INVALID. */
	enum rc		(*setup)(struct binding *b, const struct js *config, struct fault *f);
	void		(*describe)(const struct binding *b, struct js *caps);	/* NULL: nothing to add */
	enum report_result (*decode)(struct tasmota_decode *d);
	enum rc		(*encode)(struct tasmota_encode *e);	/* NULL: it takes no commands */
};

struct adapter {
	struct map	 devices;	/* struct tasmota_device by key */
	struct map	 known;		/* struct tasmota_known by MAC: of /config messages that were read */
};

/* What /sensors needs of the /config of the same device. */
struct tasmota_known {
	char	*device;		/* JSON */
	char	*name;
	char	 mac[];
};

struct binding {
	struct adapter			*ad;
	const struct tasmota_kind	*kind;
	const struct tasmota_read	*reads;		/* kind->reads unless setup chose others */
	struct tasmota_device		*device;
	const struct tasmota_topics	*topics;
	void				*own;
	const char			*poll_payload;	/* kind->poll_payload unless setup chose another */
	uint8_t				 n_reads;
	uint8_t				 index;		/* from 0 */
	bool				 available;
	uint16_t			 off_delay_ms;	/* 0: none */
};

struct tasmota_decode {
	struct binding			*b;
	struct message			*m;
	const struct js			*o;	/* the object with the readings; NULL: payload is a word */
	const struct binding_state	*now;
	struct mem_arena		*a;
	struct report			*r;
	struct fault			*f;
};

struct tasmota_encode {
	struct binding			*b;
	const struct command		*c;
	const struct js			*data;
	const struct binding_state	*now;
	struct mem_arena		*a;
	struct outgoing			*out;
	size_t				 n;
	struct fault			*f;
};

/* adapter_tasmota_kinds.c. NULL: nobody knows it. */
const struct tasmota_kind *tasmota_kind_find(const char *name);

/* adapter_tasmota_device.c */
/* One reference more to the device that the JSON object describes. RC_INVALID. */
enum rc tasmota_device_get(struct adapter *ad, const struct js *o, struct tasmota_device **out,
    struct fault *f);
void tasmota_device_drop(struct adapter *ad, struct tasmota_device *d);	/* NULL is legal */
/* The topics of reads for entity number index; they live as long as the device. */
const struct tasmota_topics *tasmota_device_topics(struct tasmota_device *d,
    const struct tasmota_read *reads, size_t n, int index);

/* adapter_tasmota_binding.c */
extern const struct adapter_family tasmota_family;
enum rc tasmota_binding_new(struct adapter *ad, const struct js *config, bool was_available,
    struct binding **out, struct fault *f);
void tasmota_binding_free(struct binding *b);		/* NULL is legal */

/* adapter_tasmota_discovery.c */
enum rc tasmota_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f);
void tasmota_discovery_forget(struct adapter *ad);	/* all known devices */

/* adapter_tasmota_reading.c: an announcement that is being put together. */
struct tasmota_reading {
	struct adapter_build	 b;
	const char		*mac;
	struct js		*device;	/* what every entity's configuration holds */
};
/* Adds an entity: e says all but config, capabilities and source. config gets the device; taken over. A
 * bad one is left out, logged and counted. */
void tasmota_reading_add(struct tasmota_reading *r, const struct announced_entity *e,
    struct js *config, struct js *caps);

/* adapter_tasmota_config.c: the device part of a /config message, and its entities. */
enum rc tasmota_config_device(const struct js *o, const char *mac, struct js **out, struct fault *f);
void tasmota_config_entities(struct tasmota_reading *r, const struct js *o);
/* A text of at most TASMOTA_TEXT_MAX bytes, or NULL. */
const char *tasmota_config_text(const struct js *o, const char *key);
bool tasmota_config_option(const struct js *o, const char *number);	/* a SetOption */

/* adapter_tasmota_sensor.c: the readings that a /sensors message lists. */
void tasmota_sensor_entities(struct tasmota_reading *r, const struct js *sn);

/* adapter_tasmota_status.c: what a device says about itself. */
void tasmota_status_entities(struct tasmota_reading *r, bool battery);

/* adapter_tasmota_receiver.c, adapter_tasmota_restart.c: what no announcement lists. o: of /config. */
void tasmota_receiver_entities(struct tasmota_reading *r, const struct js *o);
void tasmota_restart_entity(struct tasmota_reading *r);

/* adapter_tasmota_quantity.c: what is known of a quantity by its name in messages. */
struct tasmota_quantity {
	const char	*name, *unit, *device_class, *state_class, *icon;	/* or NULL */
};
/* NULL: unknown. units: object that says TempUnit, PressureUnit, SpeedUnit. *unit may stay NULL. */
const struct tasmota_quantity *tasmota_quantity_find(const char *name, const struct js *units,
    const char **unit);

/* adapter_tasmota_decode.c, adapter_tasmota_encode.c: for kinds. */
enum report_result tasmota_decode_bad(struct tasmota_decode *d, const char *why);
/* "on" or "off" by the device's words; NULL for any other text or none. */
const char *tasmota_decode_word(const struct tasmota_decode *d, const char *text);
/* The state of power number b->index in the message: "on", "off" or NULL. */
const char *tasmota_decode_power(const struct tasmota_decode *d);
/* One command as a message of its own. */
enum rc tasmota_encode_send(struct tasmota_encode *e, const char *command, const char *payload);
bool tasmota_encode_service(const struct tasmota_encode *e, const char *service);

#endif
