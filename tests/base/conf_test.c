/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/conf.h"

static struct fault fault;

static void
write_file(const char *path, const char *text, size_t n)
{
	FILE *fp = fopen(path, "w");

	ATF_REQUIRE(fp != NULL);
	ATF_REQUIRE_EQ(fwrite(text, 1, n, fp), n);
	ATF_REQUIRE_EQ(fclose(fp), 0);
}

/* Loads this text as the file "test.conf", with no key in the environment. */
static enum rc
load(const char *text, struct conf **c)
{
	int key;

	for (key = 0; key < CONF__MAX; key++)
		unsetenv(conf_name((enum conf_key)key));
	write_file("test.conf", text, strlen(text));
	memset(&fault, 0, sizeof(fault));
	return conf_load(".", "test.conf", c, &fault);
}

ATF_TC_WITHOUT_HEAD(defaults__hang_on_the_data_directory);
ATF_TC_BODY(defaults__hang_on_the_data_directory, tc)
{
	char cwd[PATH_MAX], want[PATH_MAX + 64], small[8];
	struct conf *c;

	ATF_REQUIRE(getcwd(cwd, sizeof(cwd)) != NULL);
	ATF_REQUIRE_EQ(load("", &c), RC_OK);
	ATF_CHECK_STREQ(conf_data_dir(c), cwd);
	snprintf(want, sizeof(want), "sqlite:///%s/consciousness.db", cwd);
	ATF_CHECK_STREQ(conf_text(c, CONF_DATABASE_URL), want);
	snprintf(want, sizeof(want), "%s/run/api.sock", cwd);
	ATF_CHECK_STREQ(conf_text(c, CONF_API_SOCKET), want);
	snprintf(want, sizeof(want), "%s/run/bridge.sock", cwd);
	ATF_CHECK_STREQ(conf_text(c, CONF_BRIDGE_LISTEN), want);
	ATF_CHECK_STREQ(conf_origin(c, CONF_MQTT_URL), "default");
	ATF_CHECK_EQ(conf_text(c, CONF_REDIS_URL), NULL);
	ATF_CHECK_EQ(conf_int(c, CONF_API_THREADS), 32);
	ATF_CHECK_EQ(conf_int(c, CONF_MAX_REQUEST_SIZE), 10485760);
	ATF_CHECK(conf_bool(c, CONF_METRICS_ALIASES) && !conf_bool(c, CONF_DEBUG));
	ATF_CHECK_EQ(conf_path(c, "run/x", want, sizeof(want)), RC_OK);
	ATF_CHECK_STREQ(want + strlen(cwd), "/run/x");
	ATF_CHECK_EQ(conf_path(c, "run/x", small, sizeof(small)), RC_TOO_LARGE);
	conf_free(c);
	conf_free(NULL);
}

ATF_TC_WITHOUT_HEAD(data_dir__absolute_before_it_exists);
ATF_TC_BODY(data_dir__absolute_before_it_exists, tc)
{
	char cwd[PATH_MAX], want[PATH_MAX + 64];
	struct conf *c;

	ATF_REQUIRE(getcwd(cwd, sizeof(cwd)) != NULL);
	snprintf(want, sizeof(want), "%s/not/yet", cwd);
	ATF_REQUIRE_EQ(conf_load("./not/yet//", NULL, &c, &fault), RC_OK);
	ATF_CHECK_STREQ(conf_data_dir(c), want);
	conf_free(c);
	ATF_CHECK_EQ(conf_load("", NULL, &c, &fault), RC_INVALID);
	ATF_CHECK_EQ(conf_load(NULL, NULL, &c, &fault), RC_INVALID);
}

ATF_TC_WITHOUT_HEAD(file__forms_of_lines);
ATF_TC_BODY(file__forms_of_lines, tc)
{
	struct conf *c;

	ATF_REQUIRE_EQ_MSG(load("# a comment\r\n\n  MQTT_URL = mqtt://broker:1884 \r\n"
	    "LOG_LEVEL=DEBUG\nMQTT_CLIENT_ID=\"a b # c\"\nDEBUG='yes'\nMAX_REQUEST_SIZE=2m\n"
	    "ALLOWED_HOSTS= a.example ,,b.example,\nTRUSTED_NETWORKS=\nREDIS_URL=\n"
	    "LOG_FILE=\"half\nTZ=Europe/Berlin", &c), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ(conf_text(c, CONF_MQTT_URL), "mqtt://broker:1884");
	ATF_CHECK_STREQ(conf_origin(c, CONF_MQTT_URL), "test.conf:3");
	ATF_CHECK_STREQ(conf_text(c, CONF_LOG_LEVEL), "debug");
	ATF_CHECK_STREQ(conf_text(c, CONF_MQTT_CLIENT_ID), "a b # c");
	ATF_CHECK(conf_bool(c, CONF_DEBUG));
	ATF_CHECK_STREQ(conf_text(c, CONF_DEBUG), "true");
	ATF_CHECK_EQ(conf_int(c, CONF_MAX_REQUEST_SIZE), 2097152);
	ATF_CHECK_STREQ(conf_text(c, CONF_ALLOWED_HOSTS), "a.example,b.example");
	ATF_CHECK_STREQ(conf_text(c, CONF_TRUSTED_NETWORKS), "");
	ATF_CHECK_EQ(conf_text(c, CONF_REDIS_URL), NULL);
	ATF_CHECK_STREQ(conf_text(c, CONF_LOG_FILE), "\"half");
	ATF_CHECK_STREQ(getenv("TZ"), "Europe/Berlin");
	conf_free(c);
}

static void
refused(const char *text, const char *field, const char *part)
{
	struct conf *c = NULL;

	ATF_CHECK_EQ_MSG(load(text, &c), RC_INVALID, "%s", text);
	ATF_CHECK_EQ(c, NULL);
	ATF_CHECK_STREQ(fault.field, field);
	ATF_CHECK_MSG(strstr(fault.msg, part) != NULL, "%s lacks %s", fault.msg, part);
	if (*field != '\0')
		ATF_CHECK_MSG(strstr(fault.msg, field) != NULL, "%s lacks %s", fault.msg, field);
}

ATF_TC_WITHOUT_HEAD(file__error_names_key_file_line);
ATF_TC_BODY(file__error_names_key_file_line, tc)
{
	refused("DEBUG=true\n\nCOLOUR=red\n", "COLOUR", "test.conf:3");
	refused("debug=true\n", "debug", "test.conf:1");
	refused("=1\n", "", "test.conf:1");
	refused("DEBUG\n", "", "test.conf:1");
	refused("DEBUG=maybe", "DEBUG", "test.conf:1");
	refused("DEBUG=true\nDEBUG=true\n", "DEBUG", "test.conf:2");
	refused("ENVIRONMENT=prod", "ENVIRONMENT", "test.conf:1");
	refused("LOG_LEVEL=warn", "LOG_LEVEL", "error, warning, info or debug");
	refused("API_THREADS=0", "API_THREADS", "test.conf:1");
	refused("API_THREADS=4x", "API_THREADS", "test.conf:1");
	refused("API_THREADS=99999999999999999999", "API_THREADS", "test.conf:1");
	refused("ENGINE_COMMIT_MS=51", "ENGINE_COMMIT_MS", "0 to 50");
	refused("ENGINE_WINDOW_SECONDS=-1", "ENGINE_WINDOW_SECONDS", "test.conf:1");
	refused("MAX_REQUEST_SIZE=10X", "MAX_REQUEST_SIZE", "test.conf:1");
	refused("MAX_REQUEST_SIZE=M", "MAX_REQUEST_SIZE", "test.conf:1");
	refused("MAX_REQUEST_SIZE=9999999999G", "MAX_REQUEST_SIZE", "test.conf:1");
	refused("MQTT_URL=localhost", "MQTT_URL", "test.conf:1");
	refused("MQTT_URL=mqtt://", "MQTT_URL", "test.conf:1");
	refused("MQTT_URL=mqtt://a b", "MQTT_URL", "test.conf:1");
	refused("MQTT_CLIENT_ID=\xff", "MQTT_CLIENT_ID", "test.conf:1");
	refused("TZ=Europe/Atlantis", "TZ", "test.conf:1");
	refused("TZ=../../etc/passwd", "TZ", "test.conf:1");
}

/* A value may be a secret in the wrong line: no message repeats it. */
ATF_TC_WITHOUT_HEAD(file__error_hides_the_value);
ATF_TC_BODY(file__error_hides_the_value, tc)
{
	struct conf *c = NULL;

	ATF_REQUIRE_EQ(load("MQTT_URL=hunter2\n", &c), RC_INVALID);
	ATF_CHECK(strstr(fault.msg, "hunter2") == NULL);
	ATF_REQUIRE_EQ(load("hunter2\n", &c), RC_INVALID);
	ATF_CHECK(strstr(fault.msg, "hunter2") == NULL);
}

ATF_TC_WITHOUT_HEAD(file__missing_huge_binary);
ATF_TC_BODY(file__missing_huge_binary, tc)
{
	char *big = malloc(2 << 20);
	struct conf *c = NULL;

	ATF_REQUIRE(big != NULL);
	ATF_CHECK_EQ(conf_load(".", "absent.conf", &c, &fault), RC_NOT_FOUND);
	ATF_CHECK(strstr(fault.msg, "absent.conf") != NULL);
	memset(big, '#', 2 << 20);
	write_file("big.conf", big, 2 << 20);
	ATF_CHECK_EQ(conf_load(".", "big.conf", &c, &fault), RC_TOO_LARGE);
	write_file("nul.conf", "DEBUG=true\0\n", 12);
	ATF_CHECK_EQ(conf_load(".", "nul.conf", &c, &fault), RC_INVALID);
	ATF_REQUIRE_EQ(mkdir("dir.conf", 0700), 0);
	ATF_CHECK_EQ(conf_load(".", "dir.conf", &c, &fault), RC_ERROR);
	ATF_CHECK_EQ(c, NULL);
	free(big);
}

ATF_TC_WITHOUT_HEAD(file__in_the_data_directory);
ATF_TC_BODY(file__in_the_data_directory, tc)
{
	struct conf *c = NULL;

	ATF_REQUIRE_EQ(mkdir("house", 0700), 0);
	ATF_REQUIRE_EQ(conf_load("house", NULL, &c, &fault), RC_OK);
	conf_free(c);
	write_file("house/consciousness.conf", "API_THREADS=3\n", 14);
	ATF_REQUIRE_EQ(conf_load("house", NULL, &c, &fault), RC_OK);
	ATF_CHECK_EQ(conf_int(c, CONF_API_THREADS), 3);
	conf_free(c);
}

ATF_TC_WITHOUT_HEAD(environment__wins);
ATF_TC_BODY(environment__wins, tc)
{
	struct conf *c = NULL;

	ATF_REQUIRE_EQ(load("API_THREADS=3\nLOG_LEVEL=debug\nTRUSTED_NETWORKS=10.0.0.0/8\n", &c),
	    RC_OK);
	conf_free(c);
	setenv("API_THREADS", "5", 1);
	setenv("LOG_LEVEL", "", 1);
	setenv("TRUSTED_NETWORKS", "", 1);
	ATF_REQUIRE_EQ(conf_load(".", "test.conf", &c, &fault), RC_OK);
	ATF_CHECK_EQ(conf_int(c, CONF_API_THREADS), 5);
	ATF_CHECK_STREQ(conf_origin(c, CONF_API_THREADS), "environment");
	ATF_CHECK_STREQ(conf_text(c, CONF_LOG_LEVEL), "debug");
	ATF_CHECK_STREQ(conf_text(c, CONF_TRUSTED_NETWORKS), "");
	conf_free(c);
	c = NULL;
	setenv("API_THREADS", "many", 1);
	ATF_CHECK_EQ(conf_load(".", "test.conf", &c, &fault), RC_INVALID);
	ATF_CHECK_STREQ(fault.field, "API_THREADS");
	ATF_CHECK(strstr(fault.msg, "environment") != NULL);
	ATF_CHECK_EQ(c, NULL);
}

ATF_TC_WITHOUT_HEAD(show__hides_passwords);
ATF_TC_BODY(show__hides_passwords, tc)
{
	struct buf b = {0};
	struct conf *c = NULL;

	ATF_REQUIRE_EQ(load("MQTT_URL=mqtts://me:p@ss:w@broker:8883/x@y\n"
	    "REDIS_URL=redis://host/0?a=b:c@d\n", &c), RC_OK);
	conf_show(c, CONF_MQTT_URL, &b);
	ATF_CHECK_STREQ(buf_str(&b), "mqtts://me:***@broker:8883/x@y");
	buf_reset(&b);
	conf_show(c, CONF_REDIS_URL, &b);
	ATF_CHECK_STREQ(buf_str(&b), "redis://host/0?a=b:c@d");
	buf_reset(&b);
	conf_show(c, CONF_LOG_FILE, &b);
	ATF_CHECK_STREQ(buf_str(&b), "");
	buf_free(&b);
	conf_free(c);
}

ATF_TC_WITHOUT_HEAD(keys__named_and_explained);
ATF_TC_BODY(keys__named_and_explained, tc)
{
	int key;

	for (key = 0; key < CONF__MAX; key++) {
		ATF_CHECK(*conf_name((enum conf_key)key) != '\0');
		ATF_CHECK_MSG(strlen(conf_help((enum conf_key)key)) > 10, "%s",
		    conf_name((enum conf_key)key));
		/* of most URLs only the password is one */
		ATF_CHECK(!conf_is_secret((enum conf_key)key) || key == CONF_SLACK_WEBHOOK_URL ||
		    strstr(conf_name((enum conf_key)key), "URL") == NULL);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, defaults__hang_on_the_data_directory);
	ATF_TP_ADD_TC(tp, data_dir__absolute_before_it_exists);
	ATF_TP_ADD_TC(tp, file__forms_of_lines);
	ATF_TP_ADD_TC(tp, file__error_names_key_file_line);
	ATF_TP_ADD_TC(tp, file__error_hides_the_value);
	ATF_TP_ADD_TC(tp, file__missing_huge_binary);
	ATF_TP_ADD_TC(tp, file__in_the_data_directory);
	ATF_TP_ADD_TC(tp, environment__wins);
	ATF_TP_ADD_TC(tp, show__hides_passwords);
	ATF_TP_ADD_TC(tp, keys__named_and_explained);
	return atf_no_error();
}
