/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/metric.h"

#define CHILDREN 4
#define ROUNDS 20000
#define LABELS 50

static void
open_file(void)
{
	struct fault f = {0};

	ATF_REQUIRE_EQ_MSG(metric_open("metrics", &f), RC_OK, "%s", f.msg);
}

static void
has(const char *line)
{
	struct buf b = {0};

	metric_print(&b, 0);
	ATF_CHECK_MSG(strstr(buf_str(&b), line) != NULL, "no %s in:\n%s", line, buf_str(&b));
	buf_free(&b);
}

static void
has_not(const char *text)
{
	struct buf b = {0};

	metric_print(&b, 0);
	ATF_CHECK_MSG(strstr(buf_str(&b), text) == NULL, "%s in:\n%s", text, buf_str(&b));
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(scratch__before_open);
ATF_TC_BODY(scratch__before_open, tc)
{
	metric_add(METRIC_MQTT_MESSAGES, 2);
	metric_add_label(METRIC_EVENTS, "state_changed", 3);
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_MESSAGES, ""), 2);
	ATF_CHECK_EQ(metric_get(METRIC_EVENTS, "state_changed"), 3);
	ATF_CHECK_EQ(metric_get(METRIC_EVENTS, "never"), 0);
	open_file();
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_MESSAGES, ""), 0);
	metric_close();
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_MESSAGES, ""), 2);
}

/* All children start at once and make the same series, so that claims collide. */
static void
child(int go)
{
	char label[32], c;
	int i;

	open_file();
	if (read(go, &c, 1) != 0)
		_exit(1);
	for (i = 0; i < ROUNDS; i++) {
		snprintf(label, sizeof(label), "kind%d", i % LABELS);
		metric_add(METRIC_MQTT_MESSAGES, 1);
		metric_add_label(METRIC_EVENTS, label, 1);
		metric_observe_us(METRIC_COMMIT_SECONDS, i % 1000);
		metric_series_observe_us(metric_series(METRIC_JOB_SECONDS, label), 300);
	}
	_exit(0);
}

ATF_TC_WITHOUT_HEAD(update__several_processes);
ATF_TC_BODY(update__several_processes, tc)
{
	int go[2], i, status;
	char label[32], line[128];

	ATF_REQUIRE_EQ(pipe(go), 0);
	for (i = 0; i < CHILDREN; i++) {
		if (fork() == 0) {
			close(go[1]);
			child(go[0]);
		}
	}
	close(go[0]);
	close(go[1]);
	for (i = 0; i < CHILDREN; i++) {
		ATF_REQUIRE(wait(&status) > 0);
		ATF_REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	open_file();
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_MESSAGES, ""), CHILDREN * ROUNDS);
	for (i = 0; i < LABELS; i++) {
		snprintf(label, sizeof(label), "kind%d", i);
		ATF_CHECK_EQ(metric_get(METRIC_EVENTS, label), CHILDREN * ROUNDS / LABELS);
		snprintf(line, sizeof(line), "consciousness_job_duration_seconds_count{job=\"%s\"} "
		    "%d\n", label, CHILDREN * ROUNDS / LABELS);
		has(line);
	}
	snprintf(line, sizeof(line), "consciousness_commit_seconds_count %d\n", CHILDREN * ROUNDS);
	has(line);
	has("consciousness_commit_seconds_sum 39.96\n");
}

ATF_TC_WITHOUT_HEAD(file__survives_and_is_shared);
ATF_TC_BODY(file__survives_and_is_shared, tc)
{
	open_file();
	metric_set(METRIC_MQTT_CONNECTED, 1);
	metric_add_label(METRIC_COMMANDS, "confirmed", 7);
	metric_close();
	ATF_CHECK_EQ(metric_get(METRIC_COMMANDS, "confirmed"), 0);
	open_file();
	ATF_CHECK_EQ(metric_get(METRIC_COMMANDS, "confirmed"), 7);
	has("consciousness_mqtt_connected 1\n");
}

ATF_TC_WITHOUT_HEAD(file__foreign_or_damaged_is_replaced);
ATF_TC_BODY(file__foreign_or_damaged_is_replaced, tc)
{
	struct stat before, after;
	FILE *fp;

	fp = fopen("metrics", "w");
	ATF_REQUIRE(fp != NULL && fputs("something else", fp) >= 0 && fclose(fp) == 0);
	ATF_REQUIRE_EQ(stat("metrics", &before), 0);
	open_file();
	metric_add(METRIC_MQTT_MESSAGES, 1);
	ATF_REQUIRE_EQ(stat("metrics", &after), 0);
	ATF_CHECK(after.st_size > before.st_size);
	metric_close();

	/* another layout: the second word of the file */
	fp = fopen("metrics", "r+");
	ATF_REQUIRE(fp != NULL && fseek(fp, 8, SEEK_SET) == 0 && fputc('x', fp) == 'x');
	ATF_REQUIRE_EQ(fclose(fp), 0);
	open_file();
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_MESSAGES, ""), 0);
	metric_close();
	ATF_REQUIRE_EQ(truncate("metrics", 5000), 0);
	open_file();
	metric_add(METRIC_MQTT_MESSAGES, 1);
	metric_close();

	ATF_CHECK_EQ(metric_open("no/such/dir/metrics", NULL), RC_ERROR);
	ATF_REQUIRE_EQ(symlink("metrics", "link"), 0);
	ATF_CHECK_EQ(metric_open("link", NULL), RC_ERROR);
}

/* A full disk must be told at the start, not by a SIGBUS while counting: the blocks are real. */
ATF_TC_WITHOUT_HEAD(file__has_its_blocks);
ATF_TC_BODY(file__has_its_blocks, tc)
{
	struct stat st;

	open_file();
	ATF_REQUIRE_EQ(stat("metrics", &st), 0);
	ATF_CHECK((long long)st.st_blocks * 512 >= (long long)st.st_size);
	ATF_CHECK(st.st_size <= 1024 * 1024);
}

ATF_TC_WITHOUT_HEAD(series__full_goes_to_other);
ATF_TC_BODY(series__full_goes_to_other, tc)
{
	char label[300];
	int i;

	open_file();
	for (i = 0; i < 6000; i++) {
		snprintf(label, sizeof(label), "kind%d", i);
		metric_add_label(METRIC_EVENTS, label, 1);
	}
	ATF_CHECK_EQ(metric_get(METRIC_EVENTS, "kind0"), 1);
	has("consciousness_events_total{kind=\"other\"} ");
	metric_add_label(METRIC_BAD_INPUT, "api", 2);
	has("consciousness_bad_input_total{door=\"other\"} 2\n");
	memset(label, 'x', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	metric_add_label(METRIC_ERRORS, label, 4);
	has("consciousness_errors_total{component=\"other\"} 4\n");
}

ATF_TC_WITHOUT_HEAD(series__remembered);
ATF_TC_BODY(series__remembered, tc)
{
	struct metric_series *s;

	open_file();
	s = metric_series(METRIC_REQUESTS, "GET\x1f/api/v1/devices\x1f" "200");
	ATF_CHECK_EQ(metric_series(METRIC_REQUESTS, "GET\x1f/api/v1/devices\x1f" "200"), s);
	metric_series_add(s, 5);
	has("consciousness_requests_total{method=\"GET\",endpoint=\"/api/v1/devices\","
	    "status=\"200\"} 5\n");
	s = metric_series(METRIC_DEVICE_STATUS, "light\x1fonline");
	metric_series_set(s, 2.5);
	ATF_CHECK_EQ(metric_get(METRIC_DEVICE_STATUS, "light\x1fonline"), 2.5);
}

ATF_TC_WITHOUT_HEAD(histogram__bounds_and_quantiles);
ATF_TC_BODY(histogram__bounds_and_quantiles, tc)
{
	int i;

	open_file();
	ATF_CHECK_EQ(metric_quantile(METRIC_REACTION_SECONDS, "", 0.5), 0);
	for (i = 1; i < METRIC_BUCKETS; i++)
		ATF_CHECK(metric_bounds[i] > metric_bounds[i - 1]);
	metric_observe_us(METRIC_REACTION_SECONDS, -5);
	metric_observe_us(METRIC_REACTION_SECONDS, 50);
	has("consciousness_reaction_seconds_bucket{le=\"0.00005\"} 2\n");
	for (i = 0; i < 98; i++)
		metric_observe_us(METRIC_REACTION_SECONDS, 800);
	has("consciousness_reaction_seconds_bucket{le=\"0.0005\"} 2\n");
	has("consciousness_reaction_seconds_bucket{le=\"0.001\"} 100\n");
	has("consciousness_reaction_seconds_bucket{le=\"+Inf\"} 100\n");
	has("consciousness_reaction_seconds_sum 0.07845\n");
	ATF_CHECK(fabs(metric_quantile(METRIC_REACTION_SECONDS, "", 0.51) - 0.00075) < 1e-9);
	ATF_CHECK(fabs(metric_quantile(METRIC_REACTION_SECONDS, "", 1) - 0.001) < 1e-9);
	metric_observe_us(METRIC_COMMIT_SECONDS, 3600000000);
	ATF_CHECK_EQ(metric_quantile(METRIC_COMMIT_SECONDS, "", 0.99),
	    metric_bounds[METRIC_BUCKETS - 1]);
}

ATF_TC_WITHOUT_HEAD(print__escapes_labels);
ATF_TC_BODY(print__escapes_labels, tc)
{
	open_file();
	metric_add_label(METRIC_ERRORS, "a\"b\\c\nd\xff\xc3\xbc", 1);
	has("consciousness_errors_total{component=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\xc3\xbc\"} 1\n");
	metric_add_label(METRIC_REQUESTS, "GET", 1);
	has("consciousness_requests_total{method=\"GET\",endpoint=\"\",status=\"\"} 1\n");
}

ATF_TC_WITHOUT_HEAD(print__unwritten);
ATF_TC_BODY(print__unwritten, tc)
{
	open_file();
	has("consciousness_mqtt_messages_total 0\n");
	has("consciousness_commit_seconds_count 0\n");
	has_not("consciousness_mqtt_connected");
	has_not("consciousness_requests_total");
	metric_set(METRIC_DATABASE_SIZE, NAN);
	has("consciousness_database_size_bytes NaN\n");
	metric_set(METRIC_DATABASE_SIZE, -INFINITY);
	has("consciousness_database_size_bytes -Inf\n");
}

/* One family per name, aliases included, and the page without them is clean. */
ATF_TC(print__passes_promtool);
ATF_TC_HEAD(print__passes_promtool, tc)
{
	atf_tc_set_md_var(tc, "require.progs", "promtool");
}
ATF_TC_BODY(print__passes_promtool, tc)
{
	struct buf b = {0};
	FILE *fp;
	int i, status;

	open_file();
	for (i = 0; i < METRIC__MAX; i++) {
		metric_add_label((enum metric)i, "a\x1f" "b\x1f" "c", 1);
		metric_series_observe_us(metric_series((enum metric)i, "a\x1f" "b\x1f" "c"), 70);
	}
	metric_print(&b, 0);
	fp = fopen("page", "w");
	ATF_REQUIRE(fp != NULL);
	ATF_REQUIRE_EQ(fwrite(b.p, 1, b.len, fp), b.len);
	ATF_REQUIRE_EQ(fclose(fp), 0);
	if (fork() == 0) {
		if (freopen("page", "r", stdin) != NULL)
			execlp("promtool", "promtool", "check", "metrics", (char *)NULL);
		_exit(127);
	}
	ATF_REQUIRE(wait(&status) > 0);
	ATF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ATF_CHECK(strstr(b.p, "http_requests_total{") == NULL);
	buf_reset(&b);
	metric_print(&b, 1);
	ATF_CHECK(strstr(b.p, "\nhttp_requests_total{method=\"a\",endpoint=\"b\",status=\"c\"} 1\n"));
	ATF_CHECK(strstr(b.p, "\n# TYPE api_request_latency_seconds histogram\n") != NULL);
	buf_free(&b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, scratch__before_open);
	ATF_TP_ADD_TC(tp, update__several_processes);
	ATF_TP_ADD_TC(tp, file__survives_and_is_shared);
	ATF_TP_ADD_TC(tp, file__foreign_or_damaged_is_replaced);
	ATF_TP_ADD_TC(tp, file__has_its_blocks);
	ATF_TP_ADD_TC(tp, series__full_goes_to_other);
	ATF_TP_ADD_TC(tp, series__remembered);
	ATF_TP_ADD_TC(tp, histogram__bounds_and_quantiles);
	ATF_TP_ADD_TC(tp, print__escapes_labels);
	ATF_TP_ADD_TC(tp, print__unwritten);
	ATF_TP_ADD_TC(tp, print__passes_promtool);
	return atf_no_error();
}
