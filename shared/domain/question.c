/* SPDX-License-Identifier: ISC
 *
 * Asking and answering; each is an event.
 */
#include "shared/domain/automation_edit.h"
#include "shared/domain/event.h"
#include "shared/domain/question.h"

static enum rc
tell(struct tx *tx, const struct question *q, const char *status, int64_t *event)
{
	struct buf data = { 0 }, subject = { 0 };
	struct jsw w = jsw_to(&data);
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_string(&w, "automation_id", q->automation_id);
	jsw_string(&w, "name", q->name);
	jsw_string(&w, "status", status);
	jsw_time(&w, "due", q->due);
	jsw_end(&w);
	buf_printf(&subject, "automation.%s", q->automation_id);
	rc = event_append(tx, EVENT_QUESTION, 0, buf_str(&subject), buf_str(&data), event);
	buf_free(&data);
	buf_free(&subject);
	return rc;
}

enum rc
question_ask(struct tx *tx, const struct question *q)
{
	enum rc rc = store_question_put(tx, q);

	if (rc == RC_OK)
		rc = tell(tx, q, "asked", NULL);
	return rc == RC_EXISTS ? RC_OK : rc;
}

enum rc
question_answer(struct tx *tx, int64_t id, bool yes, struct mem_arena *a, int64_t *event, struct fault *f)
{
	struct question q;
	enum rc rc = store_question_get(tx->db, id, a, &q);

	if (rc == RC_OK)
		rc = store_question_delete(tx, id);
	if (rc == RC_NOT_FOUND)
		return fault_set(f, rc, NULL, "there is no such question: somebody answered it, or the automation is "
		    "gone");
	if (rc == RC_OK)
		rc = tell(tx, &q, yes ? "yes" : "no", event);
	if (rc == RC_OK && yes) {
		tx->cause = *event;
		rc = automation_edit_trigger(tx, q.automation_id, a, event, f);
	}
	return rc;
}

void
question_write(struct jsw *w, const char *key, const struct question *q)
{
	jsw_object(w, key);
	jsw_int(w, "id", q->id);
	jsw_string(w, "automation_id", q->automation_id);
	jsw_string(w, "name", q->name);
	jsw_time(w, "due", q->due);
	jsw_time(w, "asked", q->asked);
	jsw_end(w);
}
