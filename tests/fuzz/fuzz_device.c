/* SPDX-License-Identifier: ISC
 *
 * Readings of a device that signs them, through the whole API. The input is the body, or lines of
 * NAME=value that stand for the request's own variables, an empty line, and the body. A request that is
 * signed right is never taken for a stranger's, is taken once, and leaves a device that can be read; one
 * that is not is never taken. What was taken makes states.
 */
#include <ctype.h>

#include "shared/adapters/adapter_http.h"
#include "shared/base/token.h"
#include "shared/domain/http_device.h"
#include "tests/fuzz/family.h"
#include "tests/fuzz/api.h"

#define REQUESTS (HTTP_DEVICE_RATE / 4)	/* of one device: each input makes up to three */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sender {
	char	id[64], key[HTTP_DEVICE_KEY];
	int	used;
};

enum { METHOD, URI, TYPE, LENGTH, TIME, NONCE, SIGNATURE, N_VARIABLES };

static const char *const names[N_VARIABLES] = {
	[METHOD] = "REQUEST_METHOD=", [URI] = "REQUEST_URI=", [TYPE] = "CONTENT_TYPE=",
	[LENGTH] = "CONTENT_LENGTH=", [TIME] = "HTTP_X_TIMESTAMP=", [NONCE] = "HTTP_X_NONCE=",
	[SIGNATURE] = "HTTP_X_SIGNATURE=",
};

struct letter {
	const char	*values[N_VARIABLES];	/* of the input, or NULL: as they should be */
	const char	*body;
	size_t		 len;
	bool		 plain;		/* nothing is as the input says */
};

static void
meet(struct ask *a, struct sender *s)
{
	struct js *made = NULL;

	must(ask(a, "POST", "/api/v1/devices", "{\"kind\":\"http\",\"name\":\"Fuzz\"}", NULL) == 201);
	must(js_parse(ask_body(a), strlen(ask_body(a)), JS_STRICT, &made, NULL) == RC_OK);
	must(strlcpy(s->id, js_get_string(made, "id"), sizeof(s->id)) < sizeof(s->id));
	must(strlcpy(s->key, js_get_string(made, "key"), sizeof(s->key)) < sizeof(s->key));
	s->used = 0;
	js_free(made);
}

static void
read_letter(const uint8_t *data, size_t size, struct letter *l, struct mem_arena *a)
{
	char *head = mem_bytes(a, data, size), *end = strstr(head, "\n\n"), *line;
	int i;

	*l = (struct letter){ .body = head, .len = size, .plain = true };
	if (end == NULL || !isupper((unsigned char)*head))
		return;
	*end = '\0';
	l->body = end + 2;
	l->len = size - (size_t)(l->body - head);
	while ((line = strsep(&head, "\n")) != NULL)
		for (i = 0; i < N_VARIABLES; i++)
			if (strncmp(line, names[i], strlen(names[i])) == 0) {
				l->values[i] = line + strlen(names[i]);
				l->plain = false;
			}
}

static const char *
sign(const struct sender *s, const char *const values[N_VARIABLES], const struct letter *l, struct mem_arena *a)
{
	char *hash = mem_alloc(a, TOKEN_HASH);
	struct buf text = { 0 };

	buf_printf(&text, "%s\n%s\n", values[TIME], values[NONCE]);
	buf_put(&text, l->body, l->len);
	token_hmac_sha256(s->key, strlen(s->key), text.p, text.len, hash);
	buf_free(&text);
	return hash;
}

static void
fill(const struct sender *s, const struct letter *l, const char *values[N_VARIABLES], struct mem_arena *a)
{
	static unsigned nonce;
	const struct clock clock = { 0 };
	int i;

	values[METHOD] = "POST";
	values[URI] = mem_printf(a, "/api/v1/devices/%s/readings", s->id);
	values[TYPE] = "application/json";
	values[LENGTH] = mem_printf(a, "%zu", l->len);
	values[TIME] = mem_printf(a, "%lld", (long long)(clock_now(&clock) / 1000));
	values[NONCE] = mem_printf(a, "nonce-%016x", nonce++);
	for (i = 0; i < SIGNATURE; i++)
		if (l->values[i] != NULL)
			values[i] = l->values[i];
	values[SIGNATURE] = l->values[SIGNATURE] != NULL ? l->values[SIGNATURE] : sign(s, values, l, a);
}

static int
post(struct ask *a, const char *const values[N_VARIABLES], const struct letter *l, struct mem_arena *arena)
{
	char *envp[N_VARIABLES + 1];
	int i, status;

	for (i = 0; i < N_VARIABLES; i++)
		envp[i] = mem_printf(arena, "%s%s", names[i], values[i]);
	envp[i] = NULL;
	status = ask_raw(a, envp, l->body, l->len);
	api_check(a, status);
	return status;
}

/* Each value as the engine gets it, to a sensor and to a binary sensor. */
static void
check_states(const struct letter *l, struct mem_arena *a)
{
	static const char *const domains[] = { "sensor", "binary_sensor" };
	struct js *body = NULL;
	const struct js *list;
	size_t i, k;

	must(js_parse(l->body, l->len, JS_STRICT, &body, NULL) == RC_OK);
	list = js_get(body, "readings");
	for (i = 0; i < 2 * js_size(list); i++) {
		struct announced_entity e = { .component = domains[i % 2], .domain = domains[i % 2],
			.unique_id = "x", .source = "x", .config = "{\"topic\":\"x\"}", .capabilities = "{}" };
		struct buf value = { 0 };

		k = i / 2;
		js_dump(js_get(js_at(list, k), "value"), &value);
		family_check(&adapter_http, NULL, &e, buf_str(&value), value.len, a);
		buf_free(&value);
	}
	js_free(body);
}

static void
check_taken(struct ask *a, const struct sender *s, const char *const values[N_VARIABLES],
    const struct letter *l, struct mem_arena *arena)
{
	struct js *device = NULL;

	must(post(a, values, l, arena) == 401);		/* it was taken once already */
	must(ask(a, "GET", mem_printf(arena, "/api/v1/devices/%s", s->id), NULL, NULL) == 200);
	must(js_parse(ask_body(a), strlen(ask_body(a)), JS_STRICT, &device, NULL) == RC_OK);
	js_free(device);
	check_states(l, arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sender s = { .used = REQUESTS };
	struct mem_arena *arena = mem_arena_new(65536);
	struct ask *a = api_house();
	const char *values[N_VARIABLES];
	struct letter l;
	int status;

	if (s.used++ >= REQUESTS)
		meet(a, &s);
	read_letter(data, size, &l, arena);
	fill(&s, &l, values, arena);
	status = post(a, values, &l, arena);
	must(!l.plain || (status != 401 && status != 429));
	must(l.values[SIGNATURE] == NULL || status != 202);
	if (status == 202)
		check_taken(a, &s, values, &l, arena);
	else if (l.plain) {
		values[SIGNATURE] = "0000";
		must(post(a, values, &l, arena) != 202);
	}
	mem_arena_free(arena);
	return 0;
}
