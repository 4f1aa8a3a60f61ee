/* SPDX-License-Identifier: ISC
 *
 * Rows of devices: what one buys.
 */
#ifndef STORE_DEVICE_H
#define STORE_DEVICE_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct device {
	int64_t		 row;
	const char	*id;		/* public key, a slug, for ever */
	const char	*adapter;	/* family that announced it */
	const char	*name;		/* as announced */
	const char	*label;		/* as people call it, or NULL */
	const char	*manufacturer, *model, *model_id, *sw_version, *hw_version, *serial_number;
	const char	*configuration_url;	/* all of these may be NULL */
	int64_t		 area;		/* row or 0 */
	const char	*area_id;	/* read only, or NULL */
	const char	*via;		/* identifier of the device it talks through, or NULL */
	const char	*via_device;	/* id of that device; read only, or NULL */
	bool		 enabled;	/* false: the house ignores it */
	const char	*labels;	/* JSON array of ids of its own labels, NULL: none */
	const char	*status;	/* "online", "offline", "unknown" */
	int64_t		 created, updated;	/* UTC ms */
};

struct device_identifier {
	const char	*kind;		/* "id", or a connection type such as "mac" */
	const char	*value;
};

struct store_device_filter {
	const char	*after;		/* id > after, NULL from the start */
	const char	*area;		/* area id or NULL */
	const char	*status;	/* or NULL */
	int		 limit;		/* 0: all */
};

enum rc store_device_get(struct db *db, const char *id, struct mem_arena *a, struct device *out);
enum rc store_device_by_row(struct db *db, int64_t row, struct mem_arena *a, struct device *out);
/* As people call it, whatever the case of its letters; of several the one whose id comes first. */
enum rc store_device_by_name(struct db *db, const char *name, struct mem_arena *a, struct device *out);
enum rc store_device_by_identifier(struct db *db, const struct device_identifier *i,
    struct mem_arena *a, struct device *out);
enum rc store_device_list(struct db *db, const struct store_device_filter *filter,
    struct mem_arena *a, struct device **rows, size_t *n);
/* Sets device->row; RC_EXISTS when the id is taken. */
enum rc store_device_insert(struct tx *tx, struct device *device);
enum rc store_device_update(struct tx *tx, const struct device *device);
/* One that is switched off keeps what it has. */
enum rc store_device_set_status(struct tx *tx, int64_t row, const char *status);
enum rc store_device_delete(struct tx *tx, int64_t row);
/* Binds an identifier to a device; one that is bound already moves. */
enum rc store_device_identify(struct tx *tx, int64_t row, const struct device_identifier *i);
/* The value of its first identifier of kind "id". RC_NOT_FOUND. */
enum rc store_device_identifier(struct db *db, int64_t row, struct mem_arena *a, const char **value);
bool store_device_identified(struct db *db, const struct device_identifier *i);	/* some device has it */
/* True for an identifier of hardware that other hardware took the place of; no device is found by it. */
bool store_device_was_replaced(struct db *db, const struct device_identifier *i);
/* The hardware of `by` takes the place of that of `row`, whose identifiers are kept as replaced or not at all. */
enum rc store_device_replace(struct tx *tx, int64_t row, int64_t by, bool keep);
/* An announcement of hardware that was replaced is kept on the broker at `source`. */
enum rc store_device_add_replaced(struct tx *tx, int64_t row, const char *source);
/* Where they are, for one device. */
enum rc store_device_replaced(struct db *db, int64_t row, struct mem_arena *a,
    const char ***sources, size_t *n);
/* It is withdrawn; with the last one the replaced identifiers are free again. */
enum rc store_device_forget_replaced(struct tx *tx, const char *source);
/* All of a device's are free again. */
enum rc store_device_release(struct tx *tx, int64_t row);
enum rc store_device_counts(struct db *db, int64_t *total, int64_t *online, int64_t *offline);

#endif
