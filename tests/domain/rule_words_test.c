/* SPDX-License-Identifier: ISC
 *
 * Automations of Home Assistant, as people bring them, and the words in which the house keeps and shows them.
 */
#include <atf-c.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/rule_words.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)
#define FILES SRC_DIR "/tests/data/automations"

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct fault fault;

static void
open_house(void)
{
	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "user:anna" };
}

static void
close_house(void)
{
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	db_close(db);
	conf_free(conf);
	mem_arena_free(arena);
}

static struct js *
parse(const char *text)
{
	struct js *v = NULL;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

static struct js *
read_file(const char *name)
{
	struct buf b = { 0 };
	char path[512], piece[4096];
	struct js *v;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", FILES, name);
	ATF_REQUIRE((f = fopen(path, "r")) != NULL);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(&b, piece, n);
	fclose(f);
	v = parse(buf_str(&b));
	buf_free(&b);
	return v;
}

static const char *
text_of(const struct js *v)
{
	struct buf b = { 0 };

	js_dump(v, &b);
	return buf_keep(&b, arena);
}

/* The automation as the API shows it. */
static struct js *
shown(const struct automation *r)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *v;

	automation_edit_write(&w, NULL, r, true);
	v = parse(buf_str(&b));
	buf_free(&b);
	return v;
}

static void
make_entities(const struct js *entities)
{
	struct entity_state e;
	void *it;

	for (it = js_iter(entities); it != NULL; it = js_iter_next(entities, it))
		if (store_entity_get(db, js_iter_key(it), arena, &e) != RC_OK)
			house_entity(&tx, js_iter_key(it), text_of(js_iter_value(it)));
}

/* Every member of own is in the one that is shown; what is not there is what it is for a rule that does not name it. */
static void
check_shown(const char *file, const struct automation *r, const struct js *own)
{
	struct js *v = shown(r);
	const char *want;
	void *it;

	for (it = js_iter(own); it != NULL; it = js_iter_next(own, it)) {
		want = text_of(js_iter_value(it));
		if (strcmp(want, "\"\"") == 0)
			want = "null";
		ATF_CHECK_STREQ_MSG(want, text_of(js_get(v, js_iter_key(it))), "%s: %s", file, js_iter_key(it));
	}
	ATF_CHECK_MSG(js_bool(js_get(own, "enabled"), true) == r->enabled, "%s", file);
	js_free(v);
}

static void
take(const char *file)
{
	struct js *all = read_file(file), *own;
	struct automation r;

	make_entities(js_get(all, "entities"));
	own = rule_words_own(js_get(all, "given"), false);
	ATF_CHECK_STREQ_MSG(text_of(js_get(all, "own")), text_of(own), "%s", file);
	ATF_CHECK_EQ_MSG(automation_edit_add(&tx, js_get(all, "given"), arena, &r, &fault), RC_OK, "%s: %s: %s", file,
	    fault.field, fault.msg);
	if (fault.rc == RC_OK) {
		ATF_CHECK_MSG(strspn(r.id, "0123456789") == 0, "%s: %s", file, r.id);
		check_shown(file, &r, own);
	}
	fault = (struct fault){ 0 };
	js_free(own);
	js_free(all);
}

ATF_TC_WITHOUT_HEAD(home_assistant__is_taken_as_it_is);
ATF_TC_BODY(home_assistant__is_taken_as_it_is, tc)
{
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	open_house();
	ATF_REQUIRE((d = opendir(FILES)) != NULL);
	while ((e = readdir(d)) != NULL)
		if (strstr(e->d_name, ".json") != NULL) {
			take(e->d_name);
			n++;
		}
	closedir(d);
	ATF_CHECK_MSG(n >= 10, "%zu files", n);
	close_house();
}

static void
become(const char *const pairs[][2], size_t n)
{
	struct js *v, *own;
	size_t i;

	arena = mem_arena_new(4096);
	for (i = 0; i < n; i++) {
		v = parse(pairs[i][0]);
		own = rule_words_own(v, false);
		ATF_CHECK_STREQ(pairs[i][1], text_of(own));
		js_free(own);
		js_free(v);
	}
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(words__theirs_stay);
ATF_TC_BODY(words__theirs_stay, tc)
{
	static const char *const same[] = {
		"{\"alias\":\"a\",\"name\":\"b\"}",
		"{\"triggers\":[{\"trigger\":\"state\",\"platform\":\"state\"}]}",
		"{\"variables\":{\"alias\":\"x\",\"service\":\"y\"},\"conditions\":null}",
		"{\"actions\":[{\"event\":\"e\",\"event_data\":{\"triggers\":[{\"platform\":\"x\"}]}}]}",
		"{\"actions\":[{\"webhook\":\"https://a/\",\"body\":{\"service\":1},\"headers\":{\"service\":\"2\"}}]}",
		"{\"actions\":[{\"repeat\":{\"for_each\":[{\"service\":\"x\"}],\"sequence\":[]}}]}",
		"{\"nonsense\":{\"a\":[1]},\"mode\":\"single\"}",
	};
	struct js *v, *own;
	size_t i;

	arena = mem_arena_new(4096);
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		v = parse(same[i]);
		own = rule_words_own(v, false);
		ATF_CHECK_STREQ(same[i], text_of(own));
		js_free(own);
		js_free(v);
	}
	mem_arena_free(arena);
}

/* Each rule is what stands behind it. */
ATF_TC_WITHOUT_HEAD(words__older_of_an_action);
ATF_TC_BODY(words__older_of_an_action, tc)
{
	static const char *const pairs[][2] = {
		{ "{\"action\":{\"service_template\":\"light.turn_{{ x }}\",\"data_template\":{\"brightness\":\"{{ 3 }}\"},"
		    "\"target\":{\"entity_id\":\"light.a\"}}}",
		    "{\"actions\":[{\"action\":\"light.turn_{{ x }}\",\"data\":{\"brightness\":\"{{ 3 }}\"},"
		    "\"target\":{\"entity_id\":\"light.a\"}}]}" },
		{ "{\"actions\":[{\"if\":[],\"then\":{\"service\":\"light.toggle\",\"entity_id\":\"light.a\"}}]}",
		    "{\"actions\":[{\"if\":[],\"then\":{\"action\":\"light.toggle\",\"entity_id\":\"light.a\"}}]}" },
		{ "{\"actions\":[{\"event\":\"e\",\"event_data_template\":{\"service\":\"{{ 1 }}\"}}]}",
		    "{\"actions\":[{\"event\":\"e\",\"event_data\":{\"service\":\"{{ 1 }}\"}}]}" },
	};

	become(pairs, sizeof(pairs) / sizeof(pairs[0]));
}

ATF_TC_WITHOUT_HEAD(values__as_people_write_them);
ATF_TC_BODY(values__as_people_write_them, tc)
{
	static const char *const pairs[][2] = {
		{ "{\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"light.a, light.b ,light.c\"}]}",
		    "{\"triggers\":[{\"trigger\":\"state\",\"entity_id\":[\"light.a\",\"light.b\",\"light.c\"]}]}" },
		{ "{\"actions\":[{\"action\":\"light.toggle\",\"target\":{\"entity_id\":\"light.a,light.b\"}},"
		    "{\"action\":\"light.toggle\",\"target\":{\"entity_id\":\"{{ ['light.a', 'light.b'] }}\"}}]}",
		    "{\"actions\":[{\"action\":\"light.toggle\",\"target\":{\"entity_id\":[\"light.a\",\"light.b\"]}},"
		    "{\"action\":\"light.toggle\",\"target\":{\"entity_id\":\"{{ ['light.a', 'light.b'] }}\"}}]}" },
		{ "{\"actions\":[{\"action\":\"light.turn_on\",\"data\":{\"entity_id\":\"light.a, light.b\",\"kelvin\":2700}},"
		    "{\"action\":\"light.turn_off\",\"data\":{\"area_id\":\"kitchen\"}}]}",
		    "{\"actions\":[{\"action\":\"light.turn_on\",\"data\":{\"color_temp_kelvin\":2700},"
		    "\"target\":{\"entity_id\":[\"light.a\",\"light.b\"]}},"
		    "{\"action\":\"light.turn_off\",\"target\":{\"area_id\":\"kitchen\"}}]}" },
		{ "{\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.a\",\"data\":{\"entity_id\":\"light.b\"}},"
		    "{\"action\":\"fan.turn_on\",\"entity_id\":\"fan.a\",\"data\":{\"kelvin\":1}}]}",
		    "{\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.a\",\"data\":{\"entity_id\":\"light.b\"}},"
		    "{\"action\":\"fan.turn_on\",\"entity_id\":\"fan.a\",\"data\":{\"kelvin\":1}}]}" },
		{ "{\"conditions\":[{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"above\":\"20\",\"below\":\"-2.5\"},"
		    "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"above\":\"sensor.b\",\"below\":\"1.2.3\"}]}",
		    "{\"conditions\":[{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"above\":20,\"below\":-2.5},"
		    "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"above\":\"sensor.b\",\"below\":\"1.2.3\"}]}" },
	};

	become(pairs, sizeof(pairs) / sizeof(pairs[0]));
}

ATF_TC_WITHOUT_HEAD(values__durations);
ATF_TC_BODY(values__durations, tc)
{
	static const struct {
		const char	*text;
		int64_t		 ms;	/* -1: it is none */
	} cases[] = {
		{ "\"00:05\"", 300000 }, { "\"1:30\"", 5400000 }, { "\"00:00:00.5\"", 500 }, { "\"00:00:01.123456\"", 1123 },
		{ "\"00:00:07\"", 7000 }, { "\"00:60\"", -1 }, { "\"00:00:00.\"", -1 }, { "\"00:00.5\"", -1 },
		{ "\"00:00:\"", -1 }, { "\"00:00:00.1234567\"", -1 }, { "\"5\"", -1 }, { "\".5\"", -1 },
	};
	struct js *v;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -1;

		v = parse(cases[i].text);
		rule_duration(v, &ms, NULL);
		ATF_CHECK_MSG(ms == cases[i].ms, "%s: %lld", cases[i].text, (long long)ms);
		js_free(v);
	}
}

/* A change takes away what is null, unless it gives it in another word. */
ATF_TC_WITHOUT_HEAD(words__null_is_nothing);
ATF_TC_BODY(words__null_is_nothing, tc)
{
	static const char *const given[] = {
		"{\"name\":null,\"alias\":\"a\"}", "{\"alias\":\"a\",\"name\":null}", "{\"alias\":null,\"name\":\"a\"}",
	};
	struct js *v, *own;
	size_t i;

	arena = mem_arena_new(4096);
	for (i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		v = parse(given[i]);
		own = rule_words_own(v, false);
		ATF_CHECK_STREQ_MSG("a", js_get_string(own, "name"), "%s", given[i]);
		js_free(own);
		js_free(v);
	}
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(words__of_a_scenario);
ATF_TC_BODY(words__of_a_scenario, tc)
{
	struct js *v = parse("{\"alias\":\"Film\",\"sequence\":{\"service\":\"light.turn_off\"},\"id\":\"x\"}");
	struct js *own = rule_words_own(v, true);

	arena = mem_arena_new(4096);
	ATF_CHECK_STREQ("{\"name\":\"Film\",\"actions\":[{\"action\":\"light.turn_off\"}],\"id\":\"x\"}", text_of(own));
	mem_arena_free(arena);
	js_free(own);
	js_free(v);
}

/* What is wrong with it, as "place: message". */
static const char *
fault_of(const char *text)
{
	struct js *v = parse(text), *own = rule_words_own(v, false);
	struct fault f = { 0 };
	struct rule *r = NULL;
	enum rc rc = automation_compile(own, &r, &f);

	automation_free(r);
	js_free(own);
	js_free(v);
	return rc == RC_OK ? "" : mem_printf(arena, "%s: %s", f.field, f.msg);
}

ATF_TC_WITHOUT_HEAD(words__refused_with_a_hint);
ATF_TC_BODY(words__refused_with_a_hint, tc)
{
	arena = mem_arena_new(4096);
	ATF_CHECK_STREQ("use_blueprint: there are no blueprints here: in Home Assistant choose \"Take control\" of this "
	    "automation, and bring what comes of it",
	    fault_of("{\"alias\":\"x\",\"use_blueprint\":{\"path\":\"homeassistant/motion_light.yaml\"}}"));
	ATF_CHECK_STREQ("trigger_variables: a trigger sees no variables here: write their values into the trigger, and "
	    "what conditions and actions see into variables",
	    fault_of("{\"alias\":\"x\",\"trigger_variables\":{\"a\":1},\"trigger\":{\"platform\":\"time\",\"at\":\"07:00\"},"
	    "\"action\":{\"stop\":\"\"}}"));
	ATF_CHECK_STREQ("name: name is missing", fault_of("{\"trigger\":{\"platform\":\"time\",\"at\":\"07:00\"},\"action\":"
	    "{\"stop\":\"\"}}"));
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(change__in_older_words);
ATF_TC_BODY(change__in_older_words, tc)
{
	struct js *v = parse("{\"alias\":\"A\",\"trigger\":{\"platform\":\"time\",\"at\":\"07:00\"},\"action\":{\"stop\":\"\"}}");
	struct js *other = parse("{\"alias\":\"B\",\"condition\":\"{{ true }}\",\"initial_state\":false}");
	struct automation r;

	open_house();
	ATF_REQUIRE_EQ(automation_edit_add(&tx, v, arena, &r, &fault), RC_OK);
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, r.id, other, arena, &r, &fault), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ("B", r.name);
	ATF_CHECK(!r.enabled);
	ATF_CHECK_STREQ("{\"name\":\"B\",\"triggers\":[{\"trigger\":\"time\",\"at\":\"07:00\"}],\"actions\":[{\"stop\":\"\"}],"
	    "\"conditions\":[\"{{ true }}\"]}", r.config);
	js_free(other);
	js_free(v);
	close_house();
}

/* What stands alone becomes a list: that must not go deeper than what the house can read again. */
ATF_TC_WITHOUT_HEAD(add__too_deep_in_own_words);
ATF_TC_BODY(add__too_deep_in_own_words, tc)
{
	struct buf b = { 0 };
	struct automation r;
	struct js *v;
	int i;

	open_house();
	buf_puts(&b, "{\"alias\":\"A\",\"trigger\":{\"platform\":\"time\",\"at\":\"07:00\"},\"action\":");
	for (i = 0; i < 15; i++)
		buf_puts(&b, "{\"parallel\":{\"sequence\":");
	buf_puts(&b, "{\"stop\":\"\"}");
	for (i = 0; i < 15; i++)
		buf_puts(&b, "}}");
	buf_puts(&b, "}");
	v = parse(buf_str(&b));
	ATF_CHECK_EQ_MSG(automation_edit_add(&tx, v, arena, &r, &fault), RC_TOO_LARGE, "%s: %s", fault.field,
	    fault.msg);
	js_free(v);
	buf_free(&b);
	close_house();
}

ATF_TC_WITHOUT_HEAD(faults__all_of_a_change);
ATF_TC_BODY(faults__all_of_a_change, tc)
{
	struct js *v = parse("{\"alias\":\"A\",\"trigger\":{\"platform\":\"tim\"},\"condition\":{\"condition\":\"stat\"},"
	    "\"action\":{\"stop\":\"\"},\"use_blueprint\":{},\"initial_state\":false,\"variables\":"
	    "{\"a\":\"{{ states('light.nobody') }}\"}}");
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	open_house();
	jsw_array(&w, NULL);
	automation_edit_faults(db, NULL, v, true, arena, &w);
	jsw_end(&w);
	ATF_CHECK(strstr(buf_str(&b), "\"place\":\"variables.a\"") != NULL);
	ATF_CHECK(strstr(buf_str(&b), "\"place\":\"use_blueprint\"") != NULL);
	ATF_CHECK(strstr(buf_str(&b), "\"place\":\"triggers[0].trigger\"") != NULL);
	ATF_CHECK_MSG(strstr(buf_str(&b), "\"place\":\"conditions[0].condition\"") != NULL, "%s", buf_str(&b));
	buf_free(&b);
	js_free(v);
	close_house();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, home_assistant__is_taken_as_it_is);
	ATF_TP_ADD_TC(tp, words__theirs_stay);
	ATF_TP_ADD_TC(tp, words__older_of_an_action);
	ATF_TP_ADD_TC(tp, values__as_people_write_them);
	ATF_TP_ADD_TC(tp, values__durations);
	ATF_TP_ADD_TC(tp, words__null_is_nothing);
	ATF_TP_ADD_TC(tp, words__of_a_scenario);
	ATF_TP_ADD_TC(tp, words__refused_with_a_hint);
	ATF_TP_ADD_TC(tp, change__in_older_words);
	ATF_TP_ADD_TC(tp, add__too_deep_in_own_words);
	ATF_TP_ADD_TC(tp, faults__all_of_a_change);
	return atf_no_error();
}
