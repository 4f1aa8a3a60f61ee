/* SPDX-License-Identifier: ISC
 *
 * Inside the family that speaks Home Assistant's MQTT discovery. A component is one const table: its
 * keys with types and defaults, the topics it reads with what each means, and how it encodes. All else
 * (parsing, checking, sharing, subscribing, rendering) is done once, by these tables.
 */
#ifndef ADAPTER_HASS_INT_H
#define ADAPTER_HASS_INT_H

#include "shared/adapters/adapter_topic.h"
#include "shared/adapters/adapter_value.h"
#include "shared/base/js_scan.h"
#include "shared/base/map.h"
#include "shared/base/template.h"
#include "shared/domain/adapter.h"

#define HASS_PARTS_MAX 500	/* entities in one device message */
#define HASS_TEXT_MAX 4096	/* bytes of any other text but templates */
#define HASS_NAME_MAX 255	/* bytes of names and ids */
#define HASS_LIST_MAX 1000	/* items of a list */
#define HASS_AVAILABILITY_MAX 16
#define HASS_NUMBER_MAX 9e18	/* magnitude of a number in a configuration: fits 64 bits */
#define HASS_KEYS_MAX 160	/* keys of a component, common ones included */
#define HASS_STATE_MAX 255	/* characters of a state */
#define HASS_VARS 4		/* variables that a component adds to its templates */

/* A text that bindings share, and the template it is when somebody uses it as one. */
struct hass_text {
	struct template	*compiled;	/* NULL until hass_pool_template */
	uint32_t	 refs;
	uint32_t	 json : 1;	/* the template reads value_json */
	uint32_t	 self : 1;	/* it reads `this` */
	uint32_t	 name : 1;	/* it reads `name` */
	uint32_t	 len : 29;	/* bytes */
	char		 p[];
};
#define HASS_TEXT_LEN ((1u << 29) - 1)

/* What announcements of a device repeat. */
enum hass_part_of { HASS_PART_DEVICE, HASS_PART_ORIGIN, HASS_PART_AVAILABILITY, HASS_PARTS__MAX };
struct hass_part {
	struct buf	 text;		/* how the last one was written */
	struct js	*tree;		/* and what it is, one reference; NULL: there was none yet */
};

struct adapter {
	struct map		 texts;		/* text -> struct hass_text */
	struct map		 shapes;	/* content -> struct hass_shape */
	struct map		 availabilities;	/* content -> struct hass_availability */
	struct map		 keys;		/* component -> struct map of its keys, made when it is first met */
	struct buf		 written;	/* how the availability was written that was read last */
	struct hass_availability *last;		/* what that was, one reference; or NULL */
	struct hass_part	 parts[HASS_PARTS__MAX];
	struct template_scratch	*scratch;
	struct buf		 out;		/* what the last template rendered */
	const struct template_env *house;	/* how templates see it, NULL: not at all */
};

/* One reference more to the shared text. */
struct hass_text *hass_pool_text(struct adapter *ad, const char *p, size_t len);
/* The same, compiled. RC_INVALID. */
enum rc hass_pool_template(struct adapter *ad, const char *p, size_t len, struct hass_text **out,
    struct fault *f);
void hass_pool_drop(struct adapter *ad, struct hass_text *t);	/* NULL is legal */

enum hass_type {
	HASS_TEXT,	/* any scalar as the text that Python's str() makes of it */
	HASS_NULLABLE,	/* the same; null takes the default away */
	HASS_SUBSCRIBE,	/* a topic to listen to, may hold wildcards */
	HASS_PUBLISH,	/* a topic to send to */
	HASS_TEMPLATE,
	HASS_BOOL,
	HASS_NUMBER,
	HASS_LIST,	/* texts, stored as "\x1fone\x1ftwo\x1f" */
	HASS_TYPE__MAX
};

struct hass_key {
	const char	*name;
	enum hass_type	 type;
	const char	*text;		/* default of texts, NULL for none */
	double		 number;	/* default of numbers and booleans */
	bool		 required;
};

/* Rows of a component's keys[]. */
#define HASS_KEY(id, k, t) [(id) - HASS_OWN] = { .name = k, .type = t }
#define HASS_KEY_MUST(id, k, t) [(id) - HASS_OWN] = { .name = k, .type = t, .required = true }
#define HASS_KEY_TEXT(id, k, t, v) [(id) - HASS_OWN] = { .name = k, .type = t, .text = v }
#define HASS_KEY_NUMBER(id, k, t, v) [(id) - HASS_OWN] = { .name = k, .type = t, .number = v }
/* The four keys of a feature; that of its state is called differently in each component: "_value_template". */
#define HASS_KEY_QUARTET(id, k, state_template) \
	HASS_KEY(id##_STATE_TOPIC, k "_state_topic", HASS_SUBSCRIBE), \
	HASS_KEY(id##_STATE_TEMPLATE, k state_template, HASS_TEMPLATE), \
	HASS_KEY(id##_COMMAND_TOPIC, k "_command_topic", HASS_PUBLISH), \
	HASS_KEY(id##_COMMAND_TEMPLATE, k "_command_template", HASS_TEMPLATE)

/* Keys of every component; its own follow from HASS_OWN on. */
enum {
	HASS_ATTRIBUTES_TOPIC, HASS_ATTRIBUTES_TEMPLATE, HASS_QOS, HASS_RETAIN, HASS_OPTIMISTIC,
	HASS_ENCODING, HASS_AVAILABILITY_MODE, HASS_OWN
};
#define HASS_NONE 0xff		/* no such key */

union hass_value {
	struct hass_text *text;
	double		  number;
};

/* Where an entity's availability is told, and how. */
struct hass_watch {
	struct hass_text *topic, *template, *online, *offline;	/* template may be NULL */
};

/* All that tells it. Shared like texts: the entities of a device have the same. */
struct hass_availability {
	uint64_t	 content;	/* key in adapter.availabilities, when it stands there */
	uint32_t	 refs;
	uint32_t	 n;
	struct hass_watch watch[];
};

/* What payloads are written in; 0 is what almost all are. */
enum hass_encoding { HASS_UTF8, HASS_BYTES_ONLY, HASS_ASCII, HASS_LATIN1, HASS_UTF16, HASS_UTF16LE,
	HASS_UTF16BE };

enum hass_mode { HASS_LATEST, HASS_ALL, HASS_ANY };

/*
 * What entities of a kind have in common, once for all of them: the configuration without its topics.
 * Topics are kept as the difference to the binding's own.
 */
struct hass_shape {
	uint64_t			 content;	/* key in adapter.shapes, when it stands there */
	uint32_t			 refs;
	uint32_t			 features;	/* bits of FEATURE_*, from component->describe */
	/* From here on it is what tells one from another. */
	struct adapter			*ad;
	const struct hass_component	*component;
	uint8_t				 n_values;	/* only what differs from the default */
	uint8_t				 n_topics;	/* that a binding has of its own */
	uint8_t				 n_roles;	/* topics it listens to, without availability */
	uint8_t				 mode;		/* enum hass_mode */
	uint8_t				 encoding;	/* enum hass_encoding */
	uint8_t				 unused[3];
	union hass_value		 values[];	/* behind them: keys, places, roles, a byte each */
};
/* Place of a topic that is the first one with another ending. The text is that ending; before it stands a
 * byte: 1 + how much of the first topic's end goes. */
#define HASS_ENDING 0xff

struct binding {
	struct hass_shape		*shape;
	struct hass_availability	*availability;	/* NULL: always there */
	const char			*entity_id;	/* of the owner */
	uint32_t			 online;	/* bit per availability topic */
	bool				 available;	/* of the latest message, HASS_LATEST */
	struct hass_text		*topics[];	/* behind them what the component keeps: hass_binding_own */
};

/* One message on its way through one topic of a binding. */
struct hass_decode {
	struct binding			*b;
	const struct hass_read		*read;
	struct message			*m;
	const struct binding_state	*now;
	struct mem_arena		*a;
	struct report			*r;
	struct fault			*f;
	const char			*text;		/* payload after the template */
	size_t				 len;
};

enum hass_read_flag {
	HASS_RAW = 1,		/* where the template has no value: the payload; else nothing is said */
	HASS_IF_TEMPLATE = 2,	/* read only when the template was given */
	HASS_BYTES = 4,		/* the payload may be anything, not only text */
	HASS_STATE = 8		/* tells the state too, though it has a name */
};

/* One topic that a component reads. */
struct hass_read {
	uint8_t		topic;		/* key */
	uint8_t		template;	/* key or HASS_NONE */
	uint8_t		flags;		/* of enum hass_read_flag */
	enum report_result (*fn)(struct hass_decode *d);
	const char	*name;		/* attribute that it tells; NULL: the state */
};

/* One command on its way to messages. */
struct hass_encode {
	struct binding			*b;
	const struct command		*c;
	const struct js			*data;
	const struct binding_state	*now;
	struct mem_arena		*a;
	struct outgoing			*out;
	size_t				 n;
	struct fault			*f;
};

struct hass_component {
	const char		*name;		/* as in the topic: also its domain */
	const char		*schema;	/* NULL: the only one */
	const char		*plain_name;	/* of an entity without name and device class */
	/* Its name whatever was announced; NULL: as announced. */
	const char		*(*make_name)(const struct binding *b, struct mem_arena *a);
	bool			 needs_device;	/* is nothing without one */
	bool			 plain;		/* has no attributes but those that its reads name */
	const char		*device_class;	/* of one that names none */
	const struct hass_key	*keys;
	size_t			 n_keys;
	const struct hass_read	*reads;
	size_t			 n_reads;
	uint8_t			 expire;	/* key: expire_after, which every message puts off; 0: none */
	const char *const	*attributes;	/* that its readers tell beyond their names, NULL ends them; or NULL */
	uint8_t			 fallback;	/* key: the template of reads without their own; 0: none */
	size_t			 own;		/* bytes a binding keeps for this component */
	/* Rules between keys; NULL: none. */
	enum rc			(*check)(const struct binding *b, struct fault *f);
	/* Called for every binding; device_class may be NULL. Static attributes into caps, feature bits as the
	 * result. caps NULL: only the bits. */
	uint32_t		(*describe)(const struct binding *b, const char *device_class,
				    struct js *caps);
	/* Variables of its value templates, at most HASS_VARS; NULL: none but the usual. */
	size_t			(*vars)(const struct binding *b, struct template_var *out);
	/* NULL: it takes no commands. */
	enum rc			(*encode)(struct hass_encode *e);
	bool			 assumes_parts;	/* assume leaves out by itself what is reported */
	/* What an optimistic one is after the command; NULL: no state. */
	enum report_result	(*assume)(struct hass_encode *e, struct report *r);
	void			(*info)(const struct binding *b, struct binding_info *out);
};

/* adapter_hass_components.c: by name and schema ("" for none given), NULL when nobody knows it. */
const struct hass_component *hass_components_find(const char *name, const char *schema);

/*
 * adapter_hass_binding.c. config: JSON text of an object that was checked before, names in full; entity_id is
 * borrowed; device_class may be NULL.
 */
enum rc hass_binding_new(struct adapter *ad, const struct hass_component *c, const char *entity_id,
    const char *config, const char *device_class, bool was_available, struct binding **out, struct fault *f);
void hass_binding_free(struct binding *b);	/* NULL is legal */
void *hass_binding_own(const struct binding *b);	/* component->own bytes, zero at first */
size_t hass_binding_topics(const struct binding *b);	/* that it listens to */
struct binding_topic hass_binding_topic(const struct binding *b, size_t i);
/* The topic of a key that was given; in the arena or longer lived. */
const char *hass_binding_publish(const struct binding *b, int key, struct mem_arena *a);
/* The text of a key that is no topic, its default, or NULL. */
const char *hass_binding_text(const struct binding *b, int key);
const char *hass_binding_either(const struct binding *b, int key, int otherwise);	/* of the one given */
const struct hass_text *hass_binding_shared(const struct binding *b, int key);	/* or NULL */
double hass_binding_number(const struct binding *b, int key);
bool hass_binding_has(const struct binding *b, int key);	/* given, and not null */
bool hass_binding_lists(const struct binding *b, int key, const char *item, size_t len);
/* The items of a list as a JSON array; NULL when the key was not given. */
struct js *hass_binding_list(const struct binding *b, int key);
int hass_binding_qos(const struct binding *b);	/* 0, 1 or 2 */
bool hass_binding_optimistic(const struct binding *b);	/* in some respect */
/* Whether a topic that it listens to tells the attribute, NULL: the state. */
bool hass_binding_reports(const struct binding *b, const char *attribute);

/* adapter_hass_shape.c: what a configuration says, while it is read. */
struct hass_reading {
	struct adapter		*ad;
	const struct hass_component *component;
	struct buf		 text;		/* scratch for scalars and lists */
	union hass_value	 values[HASS_KEYS_MAX];	/* in order of the keys; topics in full at first */
	uint8_t			 keys[HASS_KEYS_MAX], places[HASS_KEYS_MAX];
	size_t			 n;
	struct hass_text	*topics[HASS_KEYS_MAX];	/* of the binding */
	size_t			 n_topics;
	uint8_t			 mode, encoding;
	struct hass_availability *availability;
};
const struct hass_key *hass_shape_key(const struct hass_component *c, int key);
bool hass_shape_holds_text(const struct hass_component *c, int key);	/* topics included */
bool hass_shape_holds_topic(const struct hass_component *c, int key);
/* The shape of what was read, one reference more; the topics are left in r->topics, the values are taken over. */
struct hass_shape *hass_shape_of(struct hass_reading *r);
void hass_shape_drop(struct hass_shape *s);
const uint8_t *hass_shape_keys(const struct hass_shape *s);
const uint8_t *hass_shape_places(const struct hass_shape *s);
const uint8_t *hass_shape_roles(const struct hass_shape *s);

/* adapter_hass_availability.c */
/* What is written under the names availability*, payload_available and payload_not_available. */
enum hass_told { HASS_TOLD_LIST, HASS_TOLD_TOPIC, HASS_TOLD_TEMPLATE, HASS_TOLD_ONLINE, HASS_TOLD_OFFLINE,
	HASS_TOLD__MAX };
extern const char *const hass_told_names[HASS_TOLD__MAX];
/* *out: one reference, or NULL when nothing tells. A member that was not given has no key. */
enum rc hass_availability_read(struct adapter *ad, const struct js_member told[HASS_TOLD__MAX],
    struct hass_availability **out, struct fault *f);
void hass_availability_drop(struct adapter *ad, struct hass_availability *av);	/* NULL is legal */
enum hass_mode hass_availability_mode(const char *name);
bool hass_availability_now(const struct binding *b);
enum report_result hass_availability_decode(struct hass_decode *d, size_t entry);

/* adapter_hass_topic.c */
struct hass_topic {
	char	component[64], node[HASS_NAME_MAX + 1], object[HASS_NAME_MAX + 1];
};
/* <prefix>/<component>/[<node>/]<object>/config. RC_NOT_FOUND: none of these. RC_INVALID: illegal id. */
enum rc hass_topic_parse(const char *topic, const char *prefix, struct hass_topic *out,
    struct fault *f);

/* adapter_hass_expand.c: abbreviations and the base topic. The caller owns the result (js_free). */
enum hass_names { HASS_PAYLOAD_NAMES, HASS_DEVICE_NAMES, HASS_ORIGIN_NAMES };
struct js *hass_expand_names(const struct js *o, enum hass_names names);
/* Names of a component's configuration and of the objects in it, then its base topic. */
struct js *hass_expand_config(const struct js *o);

/* adapter_hass_device.c. RC_INVALID. *out NULL when config has no device. */
enum rc hass_device_read(const struct js *config, struct mem_arena *a,
    const struct announced_device **out, struct fault *f);
/* A scalar member as text in the arena, NULL when absent or null; RC_INVALID for lists and objects. */
enum rc hass_device_text(const struct js *o, const char *key, size_t max, struct mem_arena *a,
    const char **out, struct fault *f);
/* The same of a label for people, which is cut between characters where it is too long. */
enum rc hass_device_label(const struct js *o, const char *key, size_t max, struct mem_arena *a,
    const char **out, struct fault *f);

/* adapter_hass_rules.c: config is expanded, and the component's. */
enum hass_class { HASS_CLASS_UNKNOWN, HASS_CLASS_WORD, HASS_CLASS_NUMBER, HASS_CLASS_DATE, HASS_CLASS_TIMESTAMP };
/* What the values of a device class are; UNKNOWN: the domain has classes, but not this one. */
enum hass_class hass_rules_class(const char *domain, const char *device_class);
/* RC_INVALID: it contradicts itself; the field is the key. */
enum rc hass_rules_check(const struct js *config, const struct hass_component *c, struct fault *f);
/* Takes away device and state classes that nobody knows; the log says so, of source. */
void hass_rules_tidy(struct js *config, const struct hass_component *c, const char *source);

/* adapter_hass_message.c */
/* message_json of an announcement. */
const struct js *hass_message_json(struct adapter *ad, struct message *m);
void hass_message_forget(struct adapter *ad);	/* what is kept of the last one */

/* adapter_hass_discovery.c */
enum rc hass_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f);

/* adapter_hass_decode.c */
enum report_result hass_decode_topic(struct binding *b, size_t topic, struct message *m,
    const struct binding_state *now, struct mem_arena *a, struct report *r, struct fault *f);
/* Runs a shared template over the message; the text is in ad->out. */
enum template_result hass_decode_render(struct binding *b, const struct hass_text *t,
    struct message *m, struct fault *f);
/* Readers for tables. The state: any text; "None" is unknown. */
enum report_result hass_decode_state(struct hass_decode *d);
enum report_result hass_decode_attribute_text(struct hass_decode *d);	/* attribute read->name */
enum report_result hass_decode_attribute_number(struct hass_decode *d);
/* The attribute read->name, or the state. "None" is unknown, an empty text says nothing, others are bad. */
enum report_result hass_decode_one_of(struct hass_decode *d, const char *const *list, size_t n,
    const char *why);
enum report_result hass_decode_listed(struct hass_decode *d, int key, const char *why);
/* The attribute read->name as a number in steps of `precision`, 0: as it is. */
enum report_result hass_decode_rounded(struct hass_decode *d, double precision);
/* v in the range of the two keys in whole percent, 0 to 100, as Home Assistant rounds: down. */
int hass_decode_percent(const struct binding *b, int low, int high, double v);
bool hass_decode_is(const struct hass_decode *d, const char *text);	/* NULL matches nothing */
bool hass_decode_none(const struct hass_decode *d);	/* "None": unknown */
/* A state out of two texts; "None" is unknown, others are bad. */
enum report_result hass_decode_on_off(struct hass_decode *d, const char *on, const char *off,
    const char *why);
/* Reports a state; NULL is unknown. */
enum report_result hass_decode_set(struct hass_decode *d, const char *state);
/* Takes the reference of value over. */
void hass_decode_put(struct report *r, const char *name, struct js *value);
enum report_result hass_decode_bad(struct hass_decode *d, const char *why);

/* adapter_hass_encoding.c. RC_UNSUPPORTED. */
enum rc hass_encoding_parse(const char *name, uint8_t *out, struct fault *f);
/* The payload as UTF-8 text; false when it is none in this encoding, or holds a NUL character. */
bool hass_encoding_decode(uint8_t encoding, const char *p, size_t n, struct mem_arena *a,
    const char **out, size_t *len);
bool hass_encoding_is_plain(uint8_t encoding);	/* the payload is the text itself */
/* UTF-8 text to payload; false when a character cannot be written in it. */
bool hass_encoding_encode(uint8_t encoding, const char *p, size_t n, struct buf *out);

/* adapter_hass_template.c */
#define HASS_COMMON_VARS 3	/* that every template of an entity may read: entity_id, name, this */
/* What the values of those that are borrowed by a template stand in. */
struct hass_self {
	struct template_state	 state;
	char			 name[HASS_NAME_MAX + 1];
};
/*
 * Makes *env one of that time, with vars as its variables: the common ones that t reads are the first, and env->nvars
 * counts them. vars has room for HASS_COMMON_VARS at least, self lives as long as they.
 */
void hass_template_env(const struct binding *b, const struct hass_text *t, int64_t now_ms,
    struct template_var *vars, struct hass_self *self, struct template_env *env);

/* adapter_hass_encode.c */
/* One message: value as text, or the template with value and the n further variables. */
enum rc hass_encode_send(struct hass_encode *e, int topic, int template,
    const struct template_var *value, const struct template_var *more, size_t n);
enum rc hass_encode_text(struct hass_encode *e, int topic, int template, const char *value);
enum rc hass_encode_number(struct hass_encode *e, int topic, int template, const struct js *value);
/* The same for what Home Assistant always takes as a float: 20 goes out as 20.0. */
enum rc hass_encode_real(struct hass_encode *e, int topic, int template, const struct js *value);
enum rc hass_encode_json(struct hass_encode *e, int topic, const struct js *value);
/* RC_UNSUPPORTED for a service that the announcement has no topic for. */
enum rc hass_encode_cannot(struct hass_encode *e);
bool hass_encode_service(const struct hass_encode *e, const char *service);
/* For components whose states are "on" and "off" by turn_on and turn_off. */
enum report_result hass_encode_assume_onoff(struct hass_encode *e, struct report *r);
/* For components whose state is when they were told something last. */
enum report_result hass_encode_assume_now(struct hass_encode *e, struct report *r);

#endif
