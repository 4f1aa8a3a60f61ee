/* SPDX-License-Identifier: ISC
 *
 * The device of an announcement: found by any of its identifiers, made when there is none.
 */
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/registry_int.h"

static enum rc
find(struct tx *tx, const struct announced_device *ad, struct mem_arena *a, struct device *out)
{
	enum rc rc = RC_NOT_FOUND;
	size_t i;

	for (i = 0; i < ad->n_identifiers && rc == RC_NOT_FOUND; i++)
		rc = store_device_by_identifier(tx->db, &ad->identifiers[i], a, out);
	return rc;
}

static bool
was_replaced(struct tx *tx, const struct announced_device *ad)
{
	size_t i;

	for (i = 0; i < ad->n_identifiers; i++)
		if (store_device_was_replaced(tx->db, &ad->identifiers[i]))
			return true;
	return false;
}

enum rc
registry_device_row(struct tx *tx, const struct announced_device *ad, struct mem_arena *a, int64_t *row)
{
	struct device d;
	enum rc rc = ad == NULL ? RC_NOT_FOUND : find(tx, ad, a, &d);

	if (rc == RC_OK)
		*row = d.row;
	else if (rc == RC_NOT_FOUND) {
		if (ad != NULL && was_replaced(tx, ad))
			return RC_REFUSED;
		*row = 0;
		rc = RC_OK;
	}
	return rc;
}

/* Takes over what the announcement says; what it leaves out stays. c: what of it is news. */
static void
merge(struct device *d, const struct announcement *an, struct change *c)
{
	const struct announced_device *ad = an->device;
	const struct {
		const char	*name, **mine, *theirs;
	} texts[] = {
		{ "adapter", &d->adapter, an->adapter }, { "announced_name", &d->name, ad->name },
		{ "manufacturer", &d->manufacturer, ad->manufacturer },
		{ "model", &d->model, ad->model }, { "model_id", &d->model_id, ad->model_id },
		{ "sw_version", &d->sw_version, ad->sw_version },
		{ "hw_version", &d->hw_version, ad->hw_version },
		{ "serial_number", &d->serial_number, ad->serial_number },
		{ "configuration_url", &d->configuration_url, ad->configuration_url },
		{ "via", &d->via, ad->via },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].theirs != NULL)
			change_text(c, texts[i].name, texts[i].mine, texts[i].theirs);
}

/* The area of that name, made when it is missing. */
static enum rc
place(struct tx *tx, const char *name, struct mem_arena *a, struct device *d)
{
	struct area area;
	enum rc rc;

	if (name == NULL)
		return RC_OK;
	rc = store_area_by_name(tx->db, name, a, &area);
	if (rc == RC_NOT_FOUND)
		rc = area_add(tx, &(struct area_edit){ .name = name }, a, &area, NULL);
	if (rc != RC_OK)
		return rc;
	d->area = area.row;
	d->area_id = area.id;
	return RC_OK;
}

static enum rc
make(struct tx *tx, const struct announcement *an, struct mem_arena *a, struct device *d)
{
	const struct announced_device *ad = an->device;
	enum rc rc;

	memset(d, 0, sizeof(*d));
	merge(d, an, &(struct change){ 0 });
	d->enabled = true;
	if (d->name == NULL)
		d->name = ad->model != NULL ? ad->model : ad->identifiers[0].value;
	d->id = registry_id_device(tx->db, d->name, a);
	d->status = "unknown";
	d->created = d->updated = tx->now_ms;
	if ((rc = place(tx, ad->suggested_area, a, d)) != RC_OK ||
	    (rc = store_device_insert(tx, d)) != RC_OK)
		return rc;
	if ((rc = registry_event_device(tx, EVENT_DEVICE_ADDED, d, NULL, a)) == RC_OK)
		rc = registry_back(tx, REVISION_DEVICE, d->id, registry_snapshot_device(d, a), a);
	return rc == RC_OK ? store_device_by_row(tx->db, d->row, a, d) : rc;
}

enum rc
registry_device_store(struct tx *tx, struct device *d, const struct change *c, struct mem_arena *a)
{
	enum rc rc;

	if (c->n == 0)
		return RC_OK;
	d->updated = tx->now_ms;
	rc = store_device_update(tx, d);
	return rc == RC_OK ? registry_event_device(tx, EVENT_DEVICE_CHANGED, d, c, a) : rc;
}

/* Binds the identifiers that nobody has or had; one that another device has stays there. c: whether it did. */
static enum rc
identify(struct tx *tx, const struct announced_device *ad, const struct device *d, struct change *c)
{
	enum rc rc = RC_OK;
	bool bound = false;
	size_t i;

	for (i = 0; i < ad->n_identifiers && rc == RC_OK; i++)
		if (!store_device_identified(tx->db, &ad->identifiers[i]) &&
		    !store_device_was_replaced(tx->db, &ad->identifiers[i])) {
			rc = store_device_identify(tx, d->row, &ad->identifiers[i]);
			bound = true;
		}
	if (bound)
		change_add(c, "identifiers");
	return rc;
}

enum rc
registry_device_apply(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct device **out)
{
	struct change c = { 0 };
	struct device *d;
	bool fresh = true;
	enum rc rc;

	*out = NULL;
	if (an->device == NULL)
		return RC_OK;
	d = mem_zalloc(a, sizeof(*d));
	rc = find(tx, an->device, a, d);
	if (rc == RC_NOT_FOUND && was_replaced(tx, an->device))
		return RC_REFUSED;
	if (rc == RC_NOT_FOUND)
		rc = make(tx, an, a, d);
	else if (rc == RC_OK) {
		fresh = false;
		merge(d, an, &c);
	}
	if (rc == RC_OK)
		rc = identify(tx, an->device, d, &c);
	if (rc == RC_OK && !fresh)
		rc = registry_device_store(tx, d, &c, a);
	if (rc == RC_OK)
		*out = d;
	return rc;
}
