/* SPDX-License-Identifier: ISC
 *
 * The emotion job: what the house feels, computed out of stored rows and written down, when its time has come.
 */
#include <stdio.h>

#include "shared/base/metric.h"
#include "shared/domain/emotion_record.h"
#include "workers/job.h"

enum rc
job_emotion(struct job_context *c, struct fault *f)
{
	struct emotions now;
	double intensity;
	enum emotion primary;
	int k;
	enum rc rc = emotion_record_update(c->core->writer, conf_int(c->core->conf, CONF_EMOTION_UPDATE_INTERVAL),
	    clock_now(&c->core->clock), conf_int(c->core->conf, CONF_RAW_HISTORY_DAYS), &now, f);

	if (rc != RC_OK || !now.known) {
		snprintf(c->detail, sizeof(c->detail), "it is not time yet");
		return rc;
	}
	for (k = 0; k < EMOTION__MAX; k++)
		metric_set_label(METRIC_EMOTIONAL_STATE, emotion_names[k], now.v[k]);
	primary = emotion_primary(&now, &intensity);
	snprintf(c->detail, sizeof(c->detail), "%s %.2f", emotion_names[primary], now.v[primary]);
	return RC_OK;
}
