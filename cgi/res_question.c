/* SPDX-License-Identifier: ISC
 *
 * /questions: what the house wants to know of people.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/question.h"

enum { ANSWER_ID, ANSWER_ANSWER };
enum { YES, NO };

static const char *const answers[] = { "yes", "no", NULL };

static const struct field answer_inputs[] = {
	[ANSWER_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1,
	    .max = 9007199254740991.0, .help = "id of the question" },
	[ANSWER_ANSWER] = { .name = "answer", .where = FIELD_BODY, .type = FIELD_CHOICE, .required = true,
	    .choices = answers, .help = "whether it is to run now" },
	{ .name = NULL }
};

static enum rc
list(struct request *r)
{
	struct question *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = store_question_list(r->db, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "questions");
	for (i = 0; i < n; i++)
		question_write(w, NULL, &rows[i]);
	jsw_end(w);
	jsw_end(w);
	return RC_OK;
}

static enum rc
answer(struct request *r)
{
	int64_t event;
	struct jsw *w;
	enum rc rc;

	rc = question_answer(r->tx, r->in[ANSWER_ID].i, r->in[ANSWER_ANSWER].i == YES, r->arena, &event, &r->fault);
	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_int(w, "id", r->in[ANSWER_ID].i);
	jsw_string(w, "answer", answers[r->in[ANSWER_ANSWER].i]);
	jsw_int(w, "event", event);
	jsw_end(w);
	return RC_OK;
}

static const struct member question_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "automation_id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "due", .type = MEMBER_TIME, .help = "the time that passed while the house was not running" },
	{ .name = "asked", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "questions", .type = MEMBER_LIST, .of = "Question", .help = "the oldest first" },
	{ .name = NULL }
};

static const struct member answer_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "answer", .type = MEMBER_TEXT },
	{ .name = "event", .type = MEMBER_INT, .help = "of yes: cause of the run that follows" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Question", question_members, NULL },
	{ "QuestionList", list_members, NULL },
	{ "QuestionAnswered", answer_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/questions", .permission = PERMISSION_READ, .handle = list,
	    .summary = "List what the house asks people: may an automation run whose time passed?",
	    .reply = "QuestionList" },
	{ .method = "POST", .path = "/api/v1/questions/{id}", .permission = PERMISSION_CONTROL, .flags = ROUTE_WRITE,
	    .inputs = answer_inputs, .handle = answer, .summary = "Answer a question", .reply = "QuestionAnswered" },
	{ .method = NULL }
};

const struct resource res_question = {
	"questions", "What the house asks people.", routes, schemas
};
