/* SPDX-License-Identifier: ISC
 *
 * Devices that report over HTTP: made with a key that is shown once; their readings need no token but a
 * signature.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/http_device.h"

static enum rc
reply_key(struct request *r, const char *id, char key[HTTP_DEVICE_KEY])
{
	struct jsw *w = request_reply(r);

	jsw_object(w, NULL);
	jsw_string(w, "id", id);
	jsw_string(w, "key", key);
	jsw_end(w);
	token_wipe(key, HTTP_DEVICE_KEY);
	return RC_OK;
}

enum { ADD_NAME, ADD_KIND, ADD_AREA };

static const char *const kinds[] = { "http", NULL };

static const struct field add_inputs[] = {
	[ADD_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true, .min = 1,
	    .max = 128, .help = "as people call it" },
	[ADD_KIND] = { .name = "kind", .where = FIELD_BODY, .type = FIELD_CHOICE, .required = true,
	    .choices = kinds, .help = "http: it sends signed readings" },
	[ADD_AREA] = { .name = "area_id", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "the room it is in" },
	{ .name = NULL }
};

static enum rc
add(struct request *r)
{
	char key[HTTP_DEVICE_KEY];
	struct device d;
	enum rc rc;

	rc = http_device_add(r->tx, r->api->conf, r->in[ADD_NAME].s, request_text(r, ADD_AREA), r->arena, &d,
	    key, &r->fault);
	return rc == RC_OK ? reply_key(r, d.id, key) : rc;
}

enum { ONE_ID };

static const struct field one_inputs[] = {
	[ONE_ID] = REQUEST_ID_FIELD("device"),
	{ .name = NULL }
};

static enum rc
rekey(struct request *r)
{
	char key[HTTP_DEVICE_KEY];
	enum rc rc = http_device_rekey(r->tx, r->api->conf, r->in[ONE_ID].s, r->arena, key, &r->fault);

	return rc == RC_OK ? reply_key(r, r->in[ONE_ID].s, key) : rc;
}

enum { READ_ID, READ_READINGS };

static const struct field read_inputs[] = {
	[READ_ID] = REQUEST_ID_FIELD("device"),
	[READ_READINGS] = { .name = "readings", .where = FIELD_BODY, .type = FIELD_ARRAY, .required = true,
	    .min = 1, .max = HTTP_DEVICE_READINGS,
	    .help = "objects: key, value, and for the first time name, unit, device_class, state_class" },
	{ .name = NULL }
};

struct speaker {
	struct request	*r;
	struct http_signed claim;
	struct device	 device;	/* row 0: there is none */
	const char	*why;
};

static enum rc
write_refusal(struct tx *tx, void *arg, struct fault *f)
{
	struct speaker *s = arg;

	(void)f;
	return http_device_refused(tx, &s->claim, s->device.row != 0 ? &s->device : NULL, s->r->http.remote,
	    s->why, s->r->arena);
}

/* Every refusal is counted and logged; the log of the house is told of it now and then. */
static enum rc
refuse(struct request *r, struct speaker *s, bool due)
{
	struct fault ignored = { 0 };

	metric_add_label(METRIC_ERRORS, HTTP_DEVICE_REFUSALS, 1);
	log_warn("readings", "refused device=%.80s peer=%s request_id=%s reason=\"%s\"", r->in[READ_ID].s,
	    r->http.remote, r->id, s->why);
	if (due)
		pool_write(r->api->pool, "anonymous", write_refusal, s, &ignored);
	return RC_UNAUTHORIZED;
}

/* Before anything is parsed or written: who says that? */
static enum rc
verify(struct request *r)
{
	struct speaker *s = mem_zalloc(r->arena, sizeof(*s));
	bool due = false;
	enum rc rc;

	s->r = r;
	s->claim = (struct http_signed){
		.device_id = r->in[READ_ID].s, .signature = r->http.signature,
		.timestamp = r->http.timestamp, .nonce = r->http.nonce, .body = r->raw, .len = r->raw_len,
		.now_ms = r->now_ms,
	};
	r->state = s;
	if ((rc = request_begin(r)) != RC_OK)
		return rc;
	rc = http_device_verify(r->db, r->api->conf, &s->claim, r->arena, &s->device, &s->why, &r->fault);
	if (rc == RC_UNAUTHORIZED)
		due = http_device_tells(r->db, s->device.row != 0 ? &s->device : NULL, r->now_ms, r->arena);
	request_end(r);
	return rc == RC_UNAUTHORIZED ? refuse(r, s, due) : rc;
}

static enum rc
take(struct request *r)
{
	struct speaker *s = r->state;
	struct http_device_answer answer;
	struct jsw *w;
	enum rc rc;
	size_t i;

	r->tx->actor = mem_printf(r->arena, "device:%s", s->device.id);
	rc = http_device_take(r->tx, r->api->conf, &s->device, r->http.nonce, r->in[READ_READINGS].js, r->arena,
	    &answer, &r->fault);
	r->retry_s = answer.retry_s;
	if (rc == RC_OK) {
		w = request_reply(r);
		jsw_object(w, NULL);
		jsw_int(w, "accepted", (int64_t)js_size(answer.taken));
		jsw_array(w, "ignored");
		for (i = 0; i < answer.n_ignored; i++)
			jsw_string(w, NULL, answer.ignored[i]);
		jsw_end(w);
		jsw_end(w);
	}
	js_free(answer.taken);
	return rc;
}

static const struct member key_members[] = {
	{ .name = "id", .type = MEMBER_TEXT },
	{ .name = "key", .type = MEMBER_TEXT, .help = "to sign with; shown only here" },
	{ .name = NULL }
};

static const struct member taken_members[] = {
	{ .name = "accepted", .type = MEMBER_INT, .help = "readings that were stored" },
	{ .name = "ignored", .type = MEMBER_TEXTS,
	    .help = "keys of readings that were not: of what is disabled, or null of what nobody knows" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "DeviceKey", key_members, NULL },
	{ "ReadingsTaken", taken_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "POST", .path = "/api/v1/devices", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .inputs = add_inputs, .handle = add, .status = 201,
	    .summary = "Make a device that reports over HTTP", .reply = "DeviceKey" },
	{ .method = "POST", .path = "/api/v1/devices/{id}/key", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .inputs = one_inputs, .handle = rekey, .status = 201,
	    .summary = "Give the device a new key; the old one ends at once", .reply = "DeviceKey" },
	{ .method = "POST", .path = "/api/v1/devices/{id}/readings", .permission = PERMISSION_NONE,
	    .flags = ROUTE_WRITE, .inputs = read_inputs, .verify = verify, .handle = take, .status = 202,
	    .summary = "Report readings, signed with the device's key (X-Signature, X-Timestamp, X-Nonce)",
	    .reply = "ReadingsTaken" },
	{ .method = NULL }
};

const struct resource res_http_device = {
	"http devices", "Devices that send signed readings.", routes, schemas
};
