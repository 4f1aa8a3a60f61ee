# SPDX-License-Identifier: ISC
# House Consciousness: one plain Makefile.
#
#   make              all programs into build/bin, the dashboard into build/www
#   make programs     the C programs alone
#   make check        all tests (scripts/check installs what they need first)
#   make bench        numbers and their ratios to the ceilings of the same run; ONLY="name ..."
#   make profile      instructions per message and per request
#   make corpus       every known Zigbee device against the house: exact, wrong, unsupported
#   make valgrind     a minute of load on the engine under memcheck
#   make fuzz         every fuzz target for FUZZ_SECONDS each
#   make install      DESTDIR=, PREFIX=
#
# SAN=address,undefined builds into build-san instead, with the sanitizers on.

CC ?= cc
PREFIX ?= /usr
FUZZ_SECONDS ?= 10
B := $(if $(SAN),build-san,build)

PKGS := sqlite3 jansson libcurl hiredis openssl libmicrohttpd libbsd-overlay libmosquitto libargon2 libpcre2-8 libical
CPPFLAGS += -D_GNU_SOURCE -I. $(shell pkg-config --cflags $(PKGS))
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wno-format-nonliteral -Wundef -Wpointer-arith
HARDEN := -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2) -fstack-clash-protection
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(WARN) $(HARDEN) -ffunction-sections -fdata-sections \
	$(if $(WERROR),-Werror) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections $(if $(SAN),-fsanitize=$(SAN))
LDLIBS := $(shell pkg-config --libs $(PKGS)) -lwslay -lfcgi -lnova -lm -lpthread

LIB_SRC := $(sort $(wildcard shared/*/*.c))
API_SRC := $(sort $(wildcard cgi/*.c))
# workers/NAME.c is a main; workers/NAME_*.c belong to it.
worker_src = $(sort $(wildcard workers/$(1).c workers/$(1)_*.c))
ENGINE_SRC := $(call worker_src,engine)
BRIDGE_SRC := $(call worker_src,bridge)
JOB_SRC := $(sort $(call worker_src,job) $(wildcard workers/jobs.c))
CLI_SRC := $(call worker_src,cli)
SIM_SRC := $(call worker_src,simulator)

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
LIB := $(B)/libconsciousness.a
PROGRAMS := $(if $(API_SRC),$(B)/bin/consciousness-api) \
	$(if $(ENGINE_SRC),$(B)/bin/consciousness-engine) \
	$(if $(BRIDGE_SRC),$(B)/bin/consciousness-bridge) \
	$(if $(JOB_SRC),$(B)/bin/consciousness-job) \
	$(if $(CLI_SRC),$(B)/bin/consciousness) \
	$(if $(SIM_SRC),$(B)/bin/consciousness-simulator)

.PHONY: all programs www bench corpus profile fuzz install clean
all: programs www
programs: $(PROGRAMS)

$(B)/bin/consciousness-api: $(call obj,$(API_SRC)) $(LIB)
$(B)/bin/consciousness-engine: $(call obj,$(ENGINE_SRC)) $(LIB)
$(B)/bin/consciousness-bridge: $(call obj,$(BRIDGE_SRC)) $(LIB)
$(B)/bin/consciousness-job: $(call obj,$(JOB_SRC)) $(LIB)
$(B)/bin/consciousness: $(call obj,$(CLI_SRC)) $(LIB)
$(B)/bin/consciousness-simulator: $(call obj,$(SIM_SRC)) $(LIB)

$(B)/bin/%:
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)

MIGRATIONS := $(sort $(wildcard shared/store/migrations/*.sql))
$(B)/gen/migrations.c: $(MIGRATIONS) scripts/embed-sql.sh
	@mkdir -p $(@D)
	scripts/embed-sql.sh $(MIGRATIONS) > $@.tmp && mv $@.tmp $@

$(B)/gen/migrations.o: $(B)/gen/migrations.c
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

SCENARIOS := $(sort $(wildcard shared/domain/scenarios/*.json))
$(B)/gen/scenarios.c: $(SCENARIOS) scripts/embed-json.sh
	@mkdir -p $(@D)
	scripts/embed-json.sh $(SCENARIOS) > $@.tmp && mv $@.tmp $@

$(B)/gen/scenarios.o: $(B)/gen/scenarios.c shared/domain/scenario.h
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(LIB): $(call obj,$(LIB_SRC)) $(B)/gen/migrations.o $(B)/gen/scenarios.o
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) crs $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# tests/<layer>/<module>_test.c: one atf program each; tests/<layer>/<subject>_test.sh: atf-sh programs.
# All of them land in $(B)/tests with the Kyuafile that scripts/check runs.
TEST_SRC := $(sort $(wildcard tests/*/*_test.c))
TEST_SCRIPT := $(sort $(wildcard tests/*/*_test.sh))
TEST_BIN := $(patsubst %.c,$(B)/%,$(TEST_SRC))
TEST_SH := $(patsubst %.sh,$(B)/%,$(TEST_SCRIPT))
# seconds a test may take unless it sets its own "timeout"
TEST_SECONDS := $(if $(SAN),180,60)

# Fuzz targets without a fuzzer, for tests/fuzz/replay_test.sh.
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
REPLAY := $(FUZZ_NAMES:%=$(B)/replay/%)

# tests/tools/NAME.c: a program that tests start
TEST_TOOLS := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/tools/*.c)))

.PHONY: tests kyua check valgrind
tests: $(TEST_TOOLS) $(TEST_BIN) $(TEST_SH) $(B)/tests/Kyuafile $(REPLAY)
check:
	+SAN="$(SAN)" scripts/check --no-install $(TESTS)
valgrind:
	+VALGRIND_SECONDS="$${VALGRIND_SECONDS:-60}" scripts/check --no-install faults/valgrind_test
# The report of the last run again.
kyua:
	kyua report --results-file=$(B)/tests/results.db --results-filter=failed,broken --verbose

$(B)/obj/tests/%.o: CPPFLAGS += -DSRC_DIR='"$(CURDIR)"' -DBUILD_DIR='"$(CURDIR)/$(B)"'
$(B)/tests/%_test: $(B)/obj/tests/%_test.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) -latf-c $(LDLIBS)

$(B)/tests/tools/%: $(B)/obj/tests/tools/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

# What the API is made of besides its main.
API_PARTS := $(filter-out $(B)/obj/cgi/main.o,$(call obj,$(API_SRC)))
$(B)/tests/cgi/%_test: $(B)/obj/tests/cgi/%_test.o $(API_PARTS) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) -latf-c $(LDLIBS)

# What the bridge is made of besides its main.
BRIDGE_PARTS := $(filter-out $(B)/obj/workers/bridge.o,$(call obj,$(BRIDGE_SRC)))
$(B)/tests/workers/bridge_%_test: $(B)/obj/tests/workers/bridge_%_test.o $(BRIDGE_PARTS) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) -latf-c $(LDLIBS)

# What the engine is made of besides its main.
ENGINE_PARTS := $(filter-out $(B)/obj/workers/engine.o,$(call obj,$(ENGINE_SRC)))
$(B)/tests/workers/engine_%_test: $(B)/obj/tests/workers/engine_%_test.o $(ENGINE_PARTS) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) -latf-c $(LDLIBS)

$(B)/replay/http $(B)/replay/device: $(API_PARTS)
$(B)/replay/%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/replay.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)

$(B)/tests/%_test: tests/%_test.sh Makefile
	@mkdir -p $(@D)
	@{ printf '#! /usr/bin/atf-sh\nSRC_DIR=%s BUILD_DIR=%s\nexport SRC_DIR BUILD_DIR\n' \
	    "$(CURDIR)" "$(CURDIR)/$(B)"; cat $<; } > $@.tmp
	@chmod 755 $@.tmp && mv $@.tmp $@

$(B)/tests/Kyuafile: Makefile scripts/lib/kyuafiles.sh $(TEST_SRC) $(TEST_SCRIPT)
	@scripts/lib/kyuafiles.sh $(B)/tests $(TEST_SECONDS) \
	    $(patsubst $(B)/tests/%,%,$(TEST_BIN) $(TEST_SH))

# tests/bench: NAME.c is a program, sample.c and wire.c belong to all of them.
BENCH_COMMON := $(call obj,tests/bench/sample.c tests/bench/wire.c)
BENCH_NAMES := backtest ceiling_fcgi ceiling_mqtt ceiling_sqlite evaluate load_mqtt load_ws
BENCH_BIN := $(BENCH_NAMES:%=$(B)/bench/%)
.PHONY: bench-programs
bench-programs: $(BENCH_BIN)
$(B)/bench/%: $(B)/obj/tests/bench/%.o $(BENCH_COMMON) $(B)/libconsciousness.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
bench: programs bench-programs
	@tests/bench/bench.py --build "$(CURDIR)/$(B)" $(ONLY)
corpus: programs $(B)/tests/tools/template_cli
	/usr/bin/python3 tests/devices/zoo.py --build "$(CURDIR)/$(B)" --restart
profile: programs bench-programs
	@tests/bench/instructions.py --build "$(CURDIR)/$(B)"

# The dashboard: hashed files and the pages that name them, for nginx.
WWW_SRC := $(shell find www/src www/static -type f) www/build.mjs www/package.json
www: $(B)/www/index.html
www/node_modules/.package-lock.json: www/package-lock.json
	npm --prefix www ci --no-audit --no-fund
	@touch $@
$(B)/www/index.html: $(WWW_SRC) www/node_modules/.package-lock.json
	node www/build.mjs $(B)/www

# tests/fuzz/fuzz_NAME.c: a libFuzzer target each, seeded from tests/data/hostile/NAME. What the fuzzer
# learns stays in build/fuzz/corpus; an input that breaks something in build/fuzz/crash-NAME-*.
FUZZ_CC ?= clang
FUZZ_B := build/fuzz
FUZZ_SAN := address,undefined
FUZZ_FLAGS := -std=gnu11 -O1 -g -Wall -Wextra -fno-omit-frame-pointer -fno-sanitize-recover=all
FUZZ_OBJ := $(patsubst %.c,$(FUZZ_B)/obj/%.o,$(LIB_SRC)) $(FUZZ_B)/obj/migrations.o $(FUZZ_B)/obj/scenarios.o
.PHONY: $(FUZZ_NAMES:%=fuzz-%)
fuzz: $(FUZZ_NAMES:%=fuzz-%)

$(FUZZ_B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,$(FUZZ_SAN) -MMD -MP -c -o $@ $<

$(FUZZ_B)/obj/migrations.o $(FUZZ_B)/obj/scenarios.o: $(FUZZ_B)/obj/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,$(FUZZ_SAN) -c -o $@ $<

$(FUZZ_B)/libconsciousness.a: $(FUZZ_OBJ)
	@rm -f $@
	$(AR) crs $@ $^

$(FUZZ_B)/fuzz_http $(FUZZ_B)/fuzz_device: $(patsubst $(B)/%,$(FUZZ_B)/%,$(API_PARTS))
$(FUZZ_B)/fuzz_%: $(FUZZ_B)/obj/tests/fuzz/fuzz_%.o $(FUZZ_B)/libconsciousness.a
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer,$(FUZZ_SAN) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)

# The words that a target's sources look for: a fuzzer does not guess them.
FUZZ_WORDS_discovery := shared/adapters/adapter_hass*
FUZZ_WORDS_device := cgi/res_http_device.c shared/domain/http_device.c
FUZZ_WORDS_frigate := shared/adapters/adapter_frigate*
FUZZ_WORDS_http := cgi/*.c
FUZZ_WORDS_past = $(FUZZ_WORDS_rule) shared/domain/scenario*.c
FUZZ_WORDS_rule := shared/domain/action_*.c shared/domain/condition_*.c shared/domain/trigger_*.c \
	shared/domain/automation.c shared/domain/rule*.c shared/base/template*
FUZZ_WORDS_shelly := shared/adapters/adapter_shelly*
FUZZ_WORDS_tasmota := shared/adapters/adapter_tasmota*
FUZZ_WORDS_template := shared/base/template*
$(FUZZ_B)/%.dict: Makefile
	@mkdir -p $(@D)
	echo '# words of $(or $(FUZZ_WORDS_$*),none)' > $@
	grep -ohE '"[A-Za-z_][A-Za-z0-9_/-]{1,40}"' $(FUZZ_WORDS_$*) </dev/null | LC_ALL=C sort -u >> $@

$(FUZZ_NAMES:%=fuzz-%): fuzz-%: $(FUZZ_B)/fuzz_% $(FUZZ_B)/%.dict
	@mkdir -p $(FUZZ_B)/corpus/$*
	$< -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	    -dict=$(FUZZ_B)/$*.dict \
	    -artifact_prefix=$(FUZZ_B)/crash-$*- $(FUZZ_B)/corpus/$* $(wildcard tests/data/hostile/$*)

install: programs www
	DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" BUILD_DIR="$(B)" scripts/install.sh

clean:
	rm -rf build build-san

-include $(shell find $(B)/obj $(FUZZ_B)/obj -name '*.d' 2>/dev/null)
.SECONDARY:
