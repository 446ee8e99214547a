# lstmd - build, test and operate. `make help` lists the targets.
#
# Everything that is made goes into $(BUILD); sources are found, not listed. Variables that change what is built:
#   BUILD=build  CC=gcc  DEVELOPER=1 (warnings are errors)  PG=0 (without PostgreSQL)  SANITIZER=address,undefined | thread  COVERAGE=1

BUILD   ?= build
PREFIX  ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
FUZZ_TIME    ?= 30
FUZZ_SEED    ?= 0
SECONDS      ?= 60
CLIENTS      ?= 8
TEST_TIMEOUT ?= 600
IMAGE   ?= lstmd
SUITE   ?= trixie
ARCH    ?= arm64
ifeq ($(origin CC),default)
CC := gcc
endif

JOBS := $(shell nproc 2>/dev/null || echo 2)
# A make that already runs in parallel passes its job slots on; otherwise there is one job per core.
PARALLEL = $(MAKE) $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS)) --no-print-directory

# ---- sources ---------------------------------------------------------------------------------------------------
find_c = $(shell find $(1) -name '*.c' 2>/dev/null | sort)

CORE_SRC        := $(call find_c,core)
# Without libpq, or with PG=0, the driver for PostgreSQL is left out.
PG              ?= $(if $(shell pkg-config --exists libpq 2>/dev/null && echo yes),1,0)
WITHOUT         := $(if $(filter 0,$(PG)),server/store/postgres/%)
SERVER_SRC      := $(filter-out $(WITHOUT),$(call find_c,server))
CONTRACT_SRC    := $(call find_c,tests/contract)
UNIT_SRC        := $(filter-out $(WITHOUT:%=tests/unit/%),$(call find_c,tests/unit)) $(CONTRACT_SRC)
INTEGRATION_SRC := $(call find_c,tests/integration)
BROWSER_SRC     := $(call find_c,tests/browser)
FUZZ_SRC        := $(wildcard tests/fuzz/fuzz_*.c)
BENCH_SRC       := $(wildcard tests/bench/bench_*.c)
EXAMPLE_SRC     := $(call find_c,docs/examples)
# The page: what is in server/web/, the examples that it begins with and the charts' library, packed.
DYGRAPHS        ?= $(firstword $(wildcard /usr/share/javascript/dygraphs/dygraph.min.js /usr/share/nodejs/dygraphs/dist/dygraph.min.js))
WEB_SRC         := $(shell find server/web -type f ! -name '*.sh' | LC_ALL=C sort)
WEB_EXAMPLES    := $(addprefix config/examples/,airpassengers.csv sine.csv tutorial.json)
WEB             := $(sort $(BUILD)/web/hash $(BUILD)/web/dygraphs.js.gz $(patsubst server/%,$(BUILD)/%.gz,$(WEB_SRC)) \
                   $(patsubst config/examples/%,$(BUILD)/web/%.gz,$(WEB_EXAMPLES)))
EMBEDDED        := $(sort $(wildcard migrations/*.sql) $(wildcard config/*.json config/*.conf) $(wildcard config/examples/*.csv config/examples/*.json config/examples/*.conllu)) $(WEB)

tests_of   = $(foreach f,$(1),$(if $(filter test_%,$(notdir $(f))),$(f)))
helpers_of = $(filter-out $(call tests_of,$(1)),$(1))
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
exe = $(patsubst %.c,$(BUILD)/%,$(1))

UNIT_CORE     := $(call exe,$(call tests_of,$(filter tests/unit/core/%,$(UNIT_SRC))))
UNIT_SERVER   := $(filter-out $(UNIT_CORE),$(call exe,$(call tests_of,$(UNIT_SRC))))
INTEGRATION   := $(call exe,$(call tests_of,$(INTEGRATION_SRC)))
BROWSER       := $(call exe,$(call tests_of,$(BROWSER_SRC)))
REPLAY        := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/replay_%,$(FUZZ_SRC))
FUZZERS       := $(call exe,$(FUZZ_SRC))
BENCHES       := $(call exe,$(BENCH_SRC))
BENCH_PEERS   := $(BUILD)/tests/bench/bare_mhd
CROSS_FIGURES := $(BUILD)/tests/cross/figures
EXAMPLES      := $(call exe,$(EXAMPLE_SRC))

# ---- flags -----------------------------------------------------------------------------------------------------
LIBS_SERVER := libmicrohttpd gnutls sqlite3 libcurl libcjson inih nettle zlib libpcre2-8
LIBS_TEST   := check libcurl libcjson zlib
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wvla -Wmissing-prototypes \
            -Wstrict-prototypes -Wformat=2 -Wundef -Wno-missing-field-initializers $(if $(DEVELOPER),-Werror)
OPT_CORE   := -O3
OPT_SERVER := -O2
OPT_TESTS  = $(OPT_SERVER)
DEBUG      := -g
HARDEN     := -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
INSTRUMENT :=
ifneq ($(SANITIZER),)
INSTRUMENT := -fsanitize=$(SANITIZER) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN     := -U_FORTIFY_SOURCE
OPT_CORE   := -O1
OPT_SERVER := -O1
# Compiled once and run once: backtraces need lines alone, and tests are half of what is compiled.
OPT_TESTS  = $(if $(FUZZER),-O1,-O0)
DEBUG      := -g1
endif
ifneq ($(FUZZER),)
INSTRUMENT += -fsanitize=fuzzer-no-link
endif
ifneq ($(COVERAGE),)
INSTRUMENT += --coverage
HARDEN     := -U_FORTIFY_SOURCE
OPT_CORE   := -O0
OPT_SERVER := -O0
endif

ALL_CPPFLAGS := -D_GNU_SOURCE -I. -Iinclude $(if $(WITHOUT),,-DLSTMD_POSTGRES $(patsubst -I%,-isystem %,$(call pkg,--cflags,libpq))) $(call pkg,--cflags,$(LIBS_SERVER)) $(CPPFLAGS)
# No contraction: the compiler must not fuse a*b+c by itself. Only kernels with explicit FMA
# instructions do.
ALL_CFLAGS   := -std=gnu11 $(DEBUG) $(WARNINGS) $(HARDEN) -pthread $(INSTRUMENT)
ALL_LDFLAGS  := -pthread $(INSTRUMENT) $(if $(SANITIZER)$(COVERAGE),,-Wl,-z,relro,-z,now) $(LDFLAGS)
# What the core itself needs; libunistring has no .pc file.
CORE_LIBS    := -lunistring -lm
SERVER_LIBS   = $(call pkg,--libs,$(LIBS_SERVER) $(if $(WITHOUT),,libpq)) $(CORE_LIBS)
TEST_LIBS     = $(call pkg,--libs,$(LIBS_TEST)) $(CORE_LIBS)

optimised = $(if $(filter core/%,$(1)),$(OPT_CORE),$(if $(filter tests/%,$(1)),$(OPT_TESTS),$(OPT_SERVER)))
flags_for = -ffp-contract=off $(optimised)
ifneq ($(filter x86_64-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
flags_for = $(if $(filter %_avx2.c,$(1)),-mavx2 -mfma,$(if $(filter %_avx512.c,$(1)),\
    -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma,-ffp-contract=off)) \
    $(if $(filter %/bytes_avx512.c,$(1)),-mavx512vnni) \
    $(if $(filter %/bytes_avx2.c %/bytes_avx512.c,$(1)),-ffp-contract=off) $(optimised)
endif

# ---- help (the default) ----------------------------------------------------------------------------------------
.DEFAULT_GOAL := help
.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo '  Variables: BUILD CC PREFIX SYSCONFDIR DESTDIR DEVELOPER=1 SANITIZER=address,undefined FUZZ_TIME=30 TEST_TIMEOUT=600'

# ---- build -----------------------------------------------------------------------------------------------------
.PHONY: all deps deps-dev deps-browser FORCE
all: $(BUILD)/lstmd $(BUILD)/liblstm.a ## build the daemon and the library (build/lstmd, build/liblstm.a)

deps: ## install what building, testing and the demo need (apt-get, only what is missing)
	@tests/deps.sh build

deps-dev: deps ## install the tools of lint, format, fuzz, coverage as well
	@tests/deps.sh dev

deps-browser: deps ## install the browser of browser-test
	@tests/deps.sh browser

# Rewritten only when it would change, so that other flags mean other objects.
STAMP := $(BUILD)/flags
FLAGS_TEXT = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(OPT_CORE) $(OPT_SERVER) $(OPT_TESTS) $(CFLAGS)
$(STAMP): FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_TEXT)' | cmp -s - $@ || echo '$(FLAGS_TEXT)' > $@

$(BUILD)/%.o: %.c $(STAMP)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(call flags_for,$<) $(CFLAGS) -MMD -MP -c -o $@ $<

# An archive is made again when a source was added or removed.
SOURCES := $(BUILD)/sources
SOURCES_TEXT = $(CORE_SRC) $(SERVER_SRC) $(UNIT_SRC) $(INTEGRATION_SRC)
$(SOURCES): FORCE
	@mkdir -p $(@D)
	@echo '$(SOURCES_TEXT)' | cmp -s - $@ || echo '$(SOURCES_TEXT)' > $@

define archive
@mkdir -p $(@D)
@rm -f $@
$(Q)$(AR) rcs $@ $(filter %.o,$^)
endef
$(BUILD)/liblstm.a: $(SOURCES) $(call obj,$(CORE_SRC))
	$(archive)
$(BUILD)/libserver.a: $(SOURCES) $(filter-out $(BUILD)/server/main.o,$(call obj,$(SERVER_SRC))) $(BUILD)/embedded.o
	$(archive)
$(BUILD)/tests/libunit.a: $(SOURCES) $(call obj,$(call helpers_of,$(UNIT_SRC)))
	$(archive)
$(BUILD)/tests/libintegration.a: $(SOURCES) $(call obj,$(call helpers_of,$(INTEGRATION_SRC) $(CONTRACT_SRC)))
	$(archive)

$(BUILD)/lstmd: $(BUILD)/server/main.o $(BUILD)/libserver.a $(BUILD)/liblstm.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SERVER_LIBS)

# The list of files is part of the stamp: a migration that was removed must leave the binary too.
$(BUILD)/embedded.list: FORCE
	@mkdir -p $(@D)
	@echo '$(EMBEDDED)' | cmp -s - $@ || echo '$(EMBEDDED)' > $@
$(BUILD)/embedded.c: server/base/embed.sh $(BUILD)/embedded.list $(EMBEDDED)
	$(Q)sh server/base/embed.sh $(BUILD) $(EMBEDDED) > $@.tmp && mv $@.tmp $@
# One run of the script makes them all.
$(filter-out $(BUILD)/web/hash,$(WEB)): $(BUILD)/web/hash ;
$(BUILD)/web/hash: server/web/pack.sh $(BUILD)/embedded.list $(WEB_SRC) $(WEB_EXAMPLES) $(DYGRAPHS)
	@sh server/web/pack.sh $(@D) '$(DYGRAPHS)' $(WEB_SRC) $(WEB_EXAMPLES)
$(BUILD)/embedded.o: $(BUILD)/embedded.c server/base/embedded.h $(STAMP)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# ---- tests -----------------------------------------------------------------------------------------------------
TEST_PROGRAMS := $(UNIT_CORE) $(UNIT_SERVER) $(INTEGRATION) $(REPLAY)
# These send one request at a time to one daemon. ThreadSanitizer finds nothing in them that it does
# not find in the others.
ONE_AT_A_TIME := arithmetic crowd documents durability memory storage tagging tutorials uploads
THREADED      := $(filter $(BUILD)/tests/unit/server/%,$(UNIT_SERVER)) \
                 $(filter-out $(ONE_AT_A_TIME:%=$(BUILD)/tests/integration/test_%),$(INTEGRATION))

define link_test
$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^)
endef
$(UNIT_CORE): %: %.o $(BUILD)/tests/libunit.a $(BUILD)/liblstm.a
	$(link_test) $(TEST_LIBS)
$(UNIT_SERVER): %: %.o $(BUILD)/tests/libunit.a $(BUILD)/libserver.a $(BUILD)/liblstm.a
	$(link_test) $(TEST_LIBS) $(SERVER_LIBS)
# The libraries are there for helpers that compare digests, read checkpoints, or damage a database; the daemon
# is asked over HTTP.
$(INTEGRATION): %: %.o $(BUILD)/tests/libintegration.a $(BUILD)/liblstm.a
	$(link_test) $(TEST_LIBS) $(SERVER_LIBS)
$(BUILD)/tests/soak/soak: %: %.o $(BUILD)/tests/libintegration.a $(BUILD)/liblstm.a
	$(link_test) $(TEST_LIBS)
$(BROWSER): %: %.o $(call obj,$(call helpers_of,$(BROWSER_SRC))) $(BUILD)/tests/libintegration.a $(BUILD)/liblstm.a
	$(link_test) $(TEST_LIBS)
$(REPLAY): $(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libserver.a $(BUILD)/liblstm.a
	$(link_test) $(SERVER_LIBS)
$(FUZZERS): %: %.o $(BUILD)/libserver.a $(BUILD)/liblstm.a
	$(link_test) -fsanitize=fuzzer $(SERVER_LIBS)
$(BUILD)/tests/integration/test_tls $(BUILD)/tests/integration/test_monitoring: $(BUILD)/tests/unit/server/http/certificate.o
$(BUILD)/tests/integration/test_sources $(BUILD)/tests/integration/test_prometheus_source: \
    $(BUILD)/tests/unit/server/http/certificate.o $(BUILD)/tests/unit/server/client/web_server.o
$(BUILD)/tests/bench/bench_http $(BUILD)/tests/bench/bench_waiting $(BUILD)/tests/bench/bench_connections: $(BUILD)/tests/bench/load.o
$(BUILD)/tests/bench/bench_waiting $(BUILD)/tests/bench/bench_connections: $(BUILD)/tests/bench/probe.o $(BUILD)/tests/bench/service.o
$(BUILD)/tests/bench/bench_http: $(BUILD)/tests/bench/big_sets.o
$(BUILD)/tests/bench/bench_situations: $(BUILD)/tests/bench/simulate.o
$(BUILD)/tests/bench/bench_tutorials $(BUILD)/tests/unit/core/test_readme: $(BUILD)/tests/bench/tutorials.o
$(BUILD)/tests/bench/bench_tagger $(BUILD)/tests/bench/bench_tagger_robust $(BUILD)/tests/bench/bench_tokenizer: $(BUILD)/tests/bench/treebank.o
$(CROSS_FIGURES): %: %.o $(BUILD)/tests/libunit.a $(BUILD)/liblstm.a
	$(link_test) $(TEST_LIBS)
# The example of docs/library.md, which needs only the library.
$(EXAMPLES): %: %.o $(BUILD)/liblstm.a
	$(link_test) $(CORE_LIBS)
$(BENCH_PEERS): %: %.o
	$(link_test) $(call pkg,--libs,libmicrohttpd)
$(BENCHES): %: %.o $(BUILD)/libserver.a $(BUILD)/liblstm.a
	$(link_test) $(SERVER_LIBS)

RUN_ENV   = env LSTMD_BIN='$(abspath $(BUILD))/lstmd' TEST_TIMEOUT=$(TEST_TIMEOUT)
RUN_TESTS = $(RUN_ENV) tests/run.sh $(BUILD)

.PHONY: test test-programs test-threaded-programs run-tests run-threaded-tests check-asan check-tsan fuzz fuzz-programs fuzz-regression \
    core-tests run-core-tests proxy-test alerts-test distro-test cross-test
test: deps ## build and run every test (unit, integration, fuzz corpus)
	@$(PARALLEL) all test-programs
	@$(MAKE) --no-print-directory run-tests

test-programs: $(TEST_PROGRAMS) $(EXAMPLES)
test-threaded-programs: $(THREADED)
run-tests:
	@$(RUN_TESTS) $(TEST_PROGRAMS)
run-threaded-tests:
	@$(RUN_TESTS) $(THREADED)

# The tests of the store on a PostgreSQL server of their own, each in a schema of its own.
ON_POSTGRES := $(filter $(BUILD)/tests/unit/server/store/test_% $(BUILD)/tests/unit/server/store/postgres/%,$(UNIT_SERVER))
.PHONY: test-postgres
test-postgres: $(ON_POSTGRES) ## the tests of the store on PostgreSQL (skipped where it is missing)
	@tests/with_postgres.sh $(RUN_ENV) tests/run.sh $(BUILD) $(ON_POSTGRES)

.PHONY: browser-test
browser-test: all $(BROWSER) ## what web pages can do to the daemon, from Chromium (skipped where it is missing)
	@tests/browser/axe.sh '$(BUILD)'
	@AXE='$(abspath $(BUILD))/browser/node_modules/axe-core/axe.min.js' $(RUN_TESTS) $(BROWSER)

.PHONY: bench-page
bench-page: all $(BUILD)/tests/browser/test_paint ## size of the page, and how long it takes until something of it is seen
	@cat $(filter %.gz,$(WEB)) | wc -c | sed 's/$$/ bytes: the files of the page, packed, as they lie in the binary/'
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' $(BUILD)/tests/browser/test_paint

.PHONY: screenshots
screenshots: all $(BUILD)/tests/browser/test_frame ## pictures of every screen, light, dark and narrow, in build/ui
	@mkdir -p $(BUILD)/ui
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' SCREENSHOTS='$(abspath $(BUILD))/ui' $(BUILD)/tests/browser/test_frame
	@cp $(BUILD)/ui/start-light.png docs/page.png

# By clang where there is one: its UBSan also checks offsets of null pointers and casts of values that do not fit.
ASAN = BUILD=build/asan SANITIZER=address,undefined $(if $(shell command -v clang),CC=clang)
check-asan: ## the tests under AddressSanitizer, LeakSanitizer and UBSan
	@$(PARALLEL) $(ASAN) all test-programs
	@CK_FORK=no ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 \
	    $(MAKE) --no-print-directory $(ASAN) run-tests

TSAN = BUILD=build/tsan SANITIZER=thread
check-tsan: ## the threaded tests (server, integration) under ThreadSanitizer
	@$(PARALLEL) $(TSAN) all test-threaded-programs
	@CK_FORK=no TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$(CURDIR)/tests/tsan.supp \
	    $(MAKE) --no-print-directory $(TSAN) run-threaded-tests

.PHONY: openapi client-test
openapi: $(BUILD)/tests/unit/server/api/test_openapi ## write config/openapi.json anew: layout, and hyper-parameters from their table
	@OPENAPI_WRITE=config/openapi.json $<

client-test: all ## lint config/openapi.json, compile a TypeScript client of it and run it (needs npm)
	@tests/client/run.sh '$(BUILD)' '$(abspath $(BUILD))/lstmd'
core-tests: $(BUILD)/liblstm.a $(UNIT_CORE) $(CROSS_FIGURES)
run-core-tests:
	@$(RUN_TESTS) $(UNIT_CORE)

proxy-test: all ## serve through config/nginx.conf and config/Caddyfile (needs nginx and Caddy)
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' tests/proxy_test.sh

alerts-test: all ## promtool on the alerts, their tests and /metrics (fetches promtool without installing it)
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' tests/alerts_test.sh '$(BUILD)'

# Each of these makes a system of its own in a temporary folder, and needs root and mmdebstrap.
distro-test: ## make demo and make test in a fresh minimal system: SUITE=trixie, bookworm, ...
	@SUITE='$(SUITE)' tests/distro_test.sh
cross-test: ## build the core and its tests for ARCH=arm64, run them under qemu-user, compare the figures
	@ARCH='$(ARCH)' tests/cross_test.sh

FUZZ = BUILD=build/fuzz CC=clang SANITIZER=address,undefined FUZZER=1
fuzz: ## libFuzzer on every tests/fuzz/fuzz_*.c, FUZZ_TIME=30 seconds each (needs clang)
	@$(PARALLEL) $(FUZZ) fuzz-programs
	@FUZZ_SEED='$(FUZZ_SEED)' tests/fuzz/run.sh build/fuzz $(FUZZ_TIME)
fuzz-programs: $(FUZZERS)

.PHONY: soak
soak: all $(BUILD)/tests/soak/soak ## random clients while the daemon is killed: SECONDS=60 CLIENTS=8
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' $(BUILD)/tests/soak/soak $(SECONDS) $(CLIENTS)

.PHONY: upgrade-test
upgrade-test: all $(BUILD)/tests/soak/soak ## soak that begins with the program of OLD=COMMIT and goes on with this one
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' tests/upgrade_test.sh '$(BUILD)' '$(OLD)' $(SECONDS) $(CLIENTS)

fuzz-regression: ## replay the fuzz corpus (part of make test)
	@$(PARALLEL) $(REPLAY)
	@$(RUN_TESTS) $(REPLAY)

# ---- quality ---------------------------------------------------------------------------------------------------
.PHONY: lint format format-check coverage coverage-programs bench bench-speed bench-http bench-waiting bench-connections bench-tagger-robust readme-tables
FORMATTED = $(shell find include core server tests docs -name '*.[ch]' | sort)
# Both compilers look at every file, tests too; -fsyntax-only would miss what only the optimiser sees.
lint: ## include rules, banned functions, clang-tidy, gcc -fanalyzer, warnings as errors under gcc and clang
	@tests/lint.sh
	@$(PARALLEL) BUILD=build/lint-clang CC=clang DEVELOPER=1 all test-programs
	@$(PARALLEL) BUILD=build/lint-gcc CC=gcc DEVELOPER=1 all test-programs
	@$(PARALLEL) tidy analyze
	@echo 'lint: clean'

TIDY := $(patsubst %.c,build/tidy/%.ok,$(CORE_SRC) $(SERVER_SRC))
.PHONY: tidy
tidy: $(TIDY) ## clang-tidy alone
build/tidy/%.ok: %.c .clang-tidy $(shell find include core server -name '*.h')
	@mkdir -p $(@D)
	@clang-tidy --quiet --warnings-as-errors='*' $< -- -std=gnu11 $(ALL_CPPFLAGS) \
	    $(filter -m%,$(call flags_for,$<)) 2> $@.log || { cat $@.log; exit 1; }
	@touch $@

# Two warnings of gcc's analyser are off: it loses track of memory that is stored through a pointer
# (LeakSanitizer looks for leaks while the tests run), and takes a vector type's size for that of an
# element. Kernels, which are intrinsics, are left out.
ANALYZE := $(patsubst %.c,build/analyze/%.ok,$(filter-out core/nn/kernels% core/nn/bytes_%,$(CORE_SRC) $(SERVER_SRC)))
.PHONY: analyze
analyze: $(ANALYZE) ## gcc -fanalyzer alone
build/analyze/%.ok: %.c Makefile $(shell find include core server -name '*.h')
	@mkdir -p $(@D)
	@gcc -std=gnu11 $(ALL_CPPFLAGS) -DLSTM_ANALYZER -O1 -fanalyzer -Wno-analyzer-malloc-leak \
	    -Wno-analyzer-shift-count-overflow -Werror -c -o /dev/null $<
	@touch $@

format: ## clang-format every source in place
	@clang-format -i $(FORMATTED)
format-check: ## fail when clang-format would change something
	@clang-format --dry-run --Werror $(FORMATTED)

COV = BUILD=build/coverage-obj COVERAGE=1
coverage: ## line coverage of the tests: summary, HTML in build/coverage
	@$(PARALLEL) $(COV) all test-programs
	@find build/coverage-obj -name '*.gcda' -delete
	@$(MAKE) --no-print-directory $(COV) run-tests
	@lcov --quiet --capture --directory build/coverage-obj --no-external --base-directory $(CURDIR) \
	    --output-file build/coverage-obj/all.info
	@lcov --quiet --remove build/coverage-obj/all.info '*/tests/*' '*/build/*' --output-file build/coverage-obj/lstmd.info
	@genhtml --quiet --output-directory build/coverage build/coverage-obj/lstmd.info
	@lcov --summary build/coverage-obj/lstmd.info
	@echo 'HTML: build/coverage/index.html'

bench: bench-tutorials bench-speed bench-http bench-forecast bench-calendar bench-covariates bench-tagger bench-tokenizer ## every benchmark on the release build (tests/bench/README.md)
bench-speed: all $(BUILD)/tests/bench/bench_train ## trainings, steps and inference beside PyTorch
	@BUILD='$(BUILD)' tests/bench/speed.sh
bench-waiting: all $(BUILD)/tests/bench/bench_waiting $(BENCH_PEERS) ## p99 of a probe and a cached forecast beside heavy loads
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' $(BUILD)/tests/bench/bench_waiting $(BUILD)/bench_waiting.csv
bench-connections: all $(BUILD)/tests/bench/bench_connections ## a client beside 10,000 idle and 2,000 slow connections
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' $(BUILD)/tests/bench/bench_connections $(BUILD)/bench_connections.csv
bench-http: bench-waiting $(BUILD)/tests/bench/bench_http ## the service beside a bare libmicrohttpd handler
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' $(BUILD)/tests/bench/bench_http $(BUILD)/bench_http.csv

readme-tables: ## write the documents' tables from tests/bench/results and newer results of make bench-...
	@BUILD='$(BUILD)' tests/bench/readme_tables.sh

bench-tagger-robust: $(BUILD)/tests/bench/bench_tagger_robust ## the tagger on symbols, invisible characters, other cases
	@$< $(ARGS)

bench-%: $(BUILD)/tests/bench/bench_% ## run one benchmark: make bench-tagger ARGS='FOLDER SEEDS ...'
	@$< $(ARGS)

# ---- operation -------------------------------------------------------------------------------------------------
.PHONY: demo run install image image-test clean
demo: deps ## build, start the daemon, run the three tutorials through HTTP, leave it up
	@$(PARALLEL) all
	@LSTMD_BIN='$(abspath $(BUILD))/lstmd' tests/demo.sh

run: all ## run the daemon in the foreground, its data in build/lstmd.db (ARGS='--listen 127.0.0.1:9000')
	@$(BUILD)/lstmd serve --database $(BUILD)/lstmd.db $(ARGS)

install: all ## install program, library, headers, manual pages, completion, configuration, systemd unit (PREFIX, DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/include/lstm \
	    $(DESTDIR)$(PREFIX)/share/lstmd/examples
	install -m 755 $(BUILD)/lstmd $(DESTDIR)$(PREFIX)/bin/lstmd
	install -m 644 $(BUILD)/liblstm.a $(DESTDIR)$(PREFIX)/lib/liblstm.a
	install -m 644 include/lstm/*.h $(DESTDIR)$(PREFIX)/include/lstm
	install -m 644 config/lstmd.conf $(DESTDIR)$(PREFIX)/share/lstmd/lstmd.conf
	install -m 644 config/examples/*.* $(DESTDIR)$(PREFIX)/share/lstmd/examples
	sed 's|@PREFIX@|$(PREFIX)|g; s|@SYSCONFDIR@|$(SYSCONFDIR)|g' config/lstmd.service > $(BUILD)/lstmd.service
	install -m 644 $(BUILD)/lstmd.service $(DESTDIR)$(PREFIX)/lib/systemd/system/lstmd.service
	install -m 644 config/lstmd.socket $(DESTDIR)$(PREFIX)/lib/systemd/system/lstmd.socket
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5
	$(BUILD)/lstmd manual lstmd.1 > $(DESTDIR)$(PREFIX)/share/man/man1/lstmd.1
	$(BUILD)/lstmd manual lstmd.conf.5 > $(DESTDIR)$(PREFIX)/share/man/man5/lstmd.conf.5
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	$(BUILD)/lstmd completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lstmd
	$(BUILD)/lstmd completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_lstmd
	@config/install_settings.sh '$(DESTDIR)' '$(SYSCONFDIR)'

.PHONY: package package-test
package: all ## build a Debian package, build/lstmd_VERSION_ARCHITECTURE.deb
	@config/debian/build.sh '$(BUILD)'
package-test: package ## install the package in a fresh system, forecast, upgrade, remove, purge (root, mmdebstrap)
	@tests/package_test.sh '$(BUILD)'

image: ## build the container image (IMAGE=lstmd)
	docker build -t $(IMAGE) .
image-test: ## build and run the image for real: train, forecast, health, stop, start again
	@tests/image_test.sh

clean: ## remove everything that was made
	rm -rf build $(BUILD)

# VERBOSE=1 shows every command; else only its name and target.
ifeq ($(VERBOSE),)
Q = @echo '  $(if $(filter %.a,$@),AR,$(if $(filter %.o,$@),CC,$(if $(filter %.c,$@),GEN,LD)))' $@;
else
Q =
endif

-include $(shell find $(BUILD)/core $(BUILD)/server $(BUILD)/tests $(BUILD)/docs -name '*.d' 2>/dev/null)
