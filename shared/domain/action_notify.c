/* SPDX-License-Identifier: ISC
 *
 * Action "notify": people are told, by the channels that it names or by all that are set up.
 */
#include <string.h>

#include "shared/domain/action.h"
#include "shared/domain/outbox.h"

enum { F_NOTIFY, F_TITLE, F_SEVERITY, F_CHANNELS, F__MAX };

struct telling {
	struct rule_value	 message, title;	/* title.js NULL: the message alone */
	const char		*severity;
	const struct js		*channels;		/* or NULL */
};

static const struct field_shape channel = { .name = "channel", .schema = "{\"type\":\"string\"}" };

static const struct field fields[] = {
	[F_NOTIFY] = { RULE_TEXT("notify", 1, OUTBOX_MESSAGE_MAX, "what people are told; a template too"),
	    .required = true },
	[F_TITLE] = { RULE_TEXT("title", 1, OUTBOX_TITLE_MAX, "its title; a template too") },
	[F_SEVERITY] = { .name = "severity", .type = FIELD_CHOICE, .choices = severities,
	    .help = "how much it matters" },
	[F_CHANNELS] = { .name = "channels", .type = FIELD_ARRAY, .max = CHANNELS_MAX, .shape = &channel,
	    .help = "names of channels; all that are set up when not given" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* The text of a value, which may read as a number. */
static void
put_text(struct buf *b, const struct js *v)
{
	const char *s = js_string(v, NULL);

	if (s != NULL)
		buf_puts(b, s);
	else
		js_dump(v, b);
}

static enum rc
render(const struct rule_value *v, struct action_context *x, struct buf *out)
{
	struct js *now = NULL;
	enum rc rc = rule_render(v, &x->rule, &now, &x->fault);

	if (rc == RC_OK)
		put_text(out, now);
	js_free(now);
	return rc;
}

static enum step_result
run(const struct step *s, struct action_context *x)
{
	const struct telling *t = s->data;
	struct buf message = { 0 }, title = { 0 }, payload = { 0 };
	struct notice n = { .status = "notice", .severity = t->severity, .time = x->rule.now_ms };
	enum rc rc = render(&t->message, x, &message);

	if (rc == RC_OK && t->title.js != NULL)
		rc = render(&t->title, x, &title);
	if (rc == RC_OK) {
		n.message = buf_str(&message);
		n.title = title.len > 0 ? buf_str(&title) : n.message;
		outbox_notice(&n, &payload);
		if (x->deliver != NULL)
			rc = x->deliver(x->arg, t->channels, buf_str(&payload), &x->fault);
	}
	buf_free(&message);
	buf_free(&title);
	buf_free(&payload);
	return rc == RC_OK ? STEP_NEXT : STEP_FAILED;
}

static void
free_js(void *arg)
{
	js_free(arg);
}

static enum rc
compile_text(const struct field_value *v, struct program *p, const char *name, struct rule_value *out, struct fault *f)
{
	struct js *text = js_new_string(v->s);
	enum rc rc;

	mem_arena_defer(p->arena, free_js, text);
	rc = rule_value(text, p->arena, out, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, name, -1);
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct telling *t = mem_zalloc(p->arena, sizeof(*t));
	struct step *s = program_step(p);
	enum rc rc = compile_text(&v[F_NOTIFY], p, "notify", &t->message, f);

	s->run = run;
	s->data = t;
	t->severity = severities[v[F_SEVERITY].set ? v[F_SEVERITY].i : SEVERITY_INFO];
	t->channels = v[F_CHANNELS].set ? v[F_CHANNELS].js : NULL;
	if (rc == RC_OK && v[F_TITLE].set)
		rc = compile_text(&v[F_TITLE], p, "title", &t->title, f);
	return rc == RC_OK ? channel_check(t->channels, f) : rc;
}

const struct action_ops action_notify = {
	.name = "notify", .title = "Tell people", .help = "tells people by mail, chat or the log", .fields = fields,
	.compile = compile
};
