/* SPDX-License-Identifier: ISC
 *
 * Pictures on their way from the reacting thread to their files. They travel with a batch but not in its
 * transaction: each is one file that is replaced as a whole, and only the newest of an entity counts.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/picture.h"
#include "workers/engine_record.h"

#define PICTURES_BYTES (8 * PICTURE_MAX)	/* in one batch, while nothing can be written */

static struct kept_picture *
find(struct batch *b, int64_t entity)
{
	size_t i;

	for (i = 0; i < b->n_pictures; i++)
		if (b->pictures[i].entity == entity)
			return &b->pictures[i];
	b->pictures = mem_xrealloc(b->pictures, b->n_pictures + 1, sizeof(*b->pictures));
	b->pictures[b->n_pictures] = (struct kept_picture){ .entity = entity };
	return &b->pictures[b->n_pictures++];
}

void
pictures_keep(struct batch *b, int64_t entity, const char *p, size_t n, bool text)
{
	struct kept_picture *k = find(b, entity);

	b->picture_bytes -= k->len;
	free(k->bytes);
	k->bytes = NULL;
	k->len = 0;
	k->remove = p == NULL;
	k->text = text;
	if (p == NULL)
		return;
	if (b->picture_bytes + n > PICTURES_BYTES) {
		log_error("engine", "too many pictures wait to be written: one was dropped");
		metric_add_label(METRIC_MQTT_DROPPED, "picture", 1);
		return;
	}
	k->bytes = mem_xbytes(p, n);
	k->len = n;
	b->picture_bytes += n;
}

/* What is decoded only here may turn out to be wrong: the picture before it stays. */
static enum rc
put(const struct conf *c, const struct kept_picture *k, struct fault *f)
{
	struct buf b = { 0 };
	enum rc rc;

	if (!k->text)
		return picture_put(c, k->entity, k->bytes, k->len, f);
	if ((rc = picture_unwrap(k->bytes, k->len, &b, f)) == RC_OK)
		rc = picture_put(c, k->entity, buf_str(&b), b.len, f);
	buf_free(&b);
	return rc;
}

static void
write_one(const struct conf *c, struct kept_picture *k)
{
	struct fault f = { 0 };
	enum rc rc = RC_OK;

	if (k->remove)
		picture_remove(c, k->entity);
	else if (k->bytes != NULL)
		rc = put(c, k, &f);
	if (rc == RC_INVALID || rc == RC_TOO_LARGE) {
		log_debug("engine", "a picture was dropped: %s", f.msg);
		metric_add_label(METRIC_MQTT_DROPPED, "payload", 1);
	} else if (rc != RC_OK) {
		log_error("engine", "a picture is lost: %s", f.msg);
		metric_add_label(METRIC_ERRORS, "picture", 1);
	}
}

void
pictures_write(struct batch *b, const struct conf *c)
{
	size_t i;

	for (i = 0; i < b->n_pictures; i++)
		write_one(c, &b->pictures[i]);
	pictures_drop(b);
}

void
pictures_drop(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n_pictures; i++)
		free(b->pictures[i].bytes);
	free(b->pictures);
	b->pictures = NULL;
	b->n_pictures = b->picture_bytes = 0;
}
