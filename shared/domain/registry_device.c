/* SPDX-License-Identifier: ISC
 *
 * The device of an announcement: found by any of its identifiers, made when there is none.
 */
#include <string.h>

#include "shared/domain/registry_int.h"

static bool
differs(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

static enum rc
find(struct tx *tx, const struct announced_device *ad, struct mem_arena *a, struct device *out)
{
	enum rc rc = RC_NOT_FOUND;
	size_t i;

	for (i = 0; i < ad->n_identifiers && rc == RC_NOT_FOUND; i++)
		rc = store_device_by_identifier(tx->db, &ad->identifiers[i], a, out);
	return rc;
}

/* Takes over what the announcement says; what it leaves out stays. Returns whether that is news. */
static bool
merge(struct device *d, const struct announcement *an)
{
	const struct announced_device *ad = an->device;
	const struct {
		const char	**mine, *theirs;
	} texts[] = {
		{ &d->adapter, an->adapter }, { &d->name, ad->name },
		{ &d->manufacturer, ad->manufacturer }, { &d->model, ad->model },
		{ &d->model_id, ad->model_id }, { &d->sw_version, ad->sw_version },
		{ &d->hw_version, ad->hw_version }, { &d->serial_number, ad->serial_number },
		{ &d->configuration_url, ad->configuration_url }, { &d->via, ad->via },
	};
	bool news = false;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].theirs == NULL || !differs(*texts[i].mine, texts[i].theirs))
			continue;
		*texts[i].mine = texts[i].theirs;
		news = true;
	}
	return news;
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
		rc = registry_add_area(tx, name, NULL, a, &area, NULL);
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
	merge(d, an);
	if (d->name == NULL)
		d->name = ad->model != NULL ? ad->model : ad->identifiers[0].value;
	d->id = registry_id_device(tx->db, d->name, a);
	d->status = "unknown";
	d->created = d->updated = tx->now_ms;
	if ((rc = place(tx, ad->suggested_area, a, d)) != RC_OK ||
	    (rc = store_device_insert(tx, d)) != RC_OK)
		return rc;
	return registry_event_device(tx, EVENT_DEVICE_ADDED, d, a);
}

/* Binds the identifiers that nobody has; one that another device has stays there. */
static enum rc
identify(struct tx *tx, const struct announced_device *ad, const struct device *d,
    struct mem_arena *a)
{
	struct device other;
	enum rc rc;
	size_t i;

	for (i = 0; i < ad->n_identifiers; i++) {
		rc = store_device_by_identifier(tx->db, &ad->identifiers[i], a, &other);
		if (rc == RC_NOT_FOUND)
			rc = store_device_identify(tx, d->row, &ad->identifiers[i]);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
registry_device_apply(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct device **out)
{
	struct device *d;
	enum rc rc;

	*out = NULL;
	if (an->device == NULL)
		return RC_OK;
	d = mem_zalloc(a, sizeof(*d));
	rc = find(tx, an->device, a, d);
	if (rc == RC_NOT_FOUND)
		rc = make(tx, an, a, d);
	else if (rc == RC_OK && merge(d, an)) {
		d->updated = tx->now_ms;
		rc = store_device_update(tx, d);
		if (rc == RC_OK)
			rc = registry_event_device(tx, EVENT_DEVICE_CHANGED, d, a);
	}
	if (rc == RC_OK)
		rc = identify(tx, an->device, d, a);
	if (rc == RC_OK)
		*out = d;
	return rc;
}
