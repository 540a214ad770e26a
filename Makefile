# Every target works on a machine with only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
NPM := $(shell command -v npm >/dev/null 2>&1 && node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 22 || (major == 22 && minor >= 12) || (major == 20 && minor >= 19) ? 0 : 1)' && command -v npm)
EXPLORER := resolvers/static/explorer/index.html
CLIENT := resolvers/static/client/index.html
CLIENT_CHECKS := client/node_modules/.checks

.DEFAULT_GOAL := help
.PHONY: help install explorer client client-checks client-pictures demo serve test coverage faults quality bench check schema reference lock clean

help: ## show what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# The version of .venv, and of a PYTHON that was asked for: where they differ, .venv is made anew.
VERSION = -c 'import sys; print("%d.%d" % sys.version_info[:2])'
ifneq ($(origin PYTHON),file)
ifneq ($(filter-out $(shell $(BIN)/python $(VERSION) 2>/dev/null),$(shell $(PYTHON) $(VERSION) 2>/dev/null)),)
REBUILD := .venv/.anew
endif
endif

.PHONY: .venv/.anew
.venv/.anew:
	@rm -rf .venv

.venv/.installed: pyproject.toml uv.lock $(REBUILD)
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Foothold needs Python 3.11 to 3.13; try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies into .venv; that is done once."
	@$(BIN)/python deploy/uv_requirement.py uv.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --compile-bytecode --extra embedded --group dev --quiet
	@touch $@

install: .venv/.installed ## install the locked dependencies into .venv

# built_pages FOLDER OPTIONS: what is installed may be broken, as by an interrupted update; then it is installed anew.
define built_pages
@cd $(1) && present() { test node_modules/.package-lock.json -nt package-lock.json; } \
	&& fetch() { "$(NPM)" ci $(2) --loglevel=error --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000; } \
	&& build() { "$(NPM)" run build --silent -- --logLevel warn; } \
	&& { { present && build; } || { fetch && build; } || echo "$(1): npm could not build it"; }
endef

explorer: $(if $(NPM),$(EXPLORER)) ## GraphiQL that works offline, where Node 20.19+ is
	@test -f $(EXPLORER) || echo "explorer: not built; browsers get a page that loads GraphiQL from a CDN"

# A failed build, as without network, leaves the page from the CDN: nothing else waits for the explorer.
$(EXPLORER): $(wildcard explorer/*.* explorer/src/* graphql/operations/*.graphql)
	@echo "Building the explorer with npm; that is done once."
	$(call built_pages,explorer,)

client: $(if $(NPM),$(CLIENT)) ## the pages for browsers, where Node 20.19+ is
	@test -f $(CLIENT) || echo "client: not built; / says how to get it"

# What the build needs and no more: a checkout that was tested before has everything already.
$(CLIENT): $(wildcard client/*.* client/public/* client/worker/*) $(shell find client/src -type f 2>/dev/null)
	@echo "Building the client with npm; that is done once."
	$(call built_pages,client,--omit=dev)

# Types, tests and format of the client need more packages than its build.
client-checks: $(if $(NPM),$(CLIENT_CHECKS))

$(CLIENT_CHECKS): client/package-lock.json
	@cd client && "$(NPM)" ci --loglevel=error --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 \
		&& touch node_modules/.checks || echo "client: npm could not install what its tests need"

client-pictures: install client-checks client ## pictures of every page of the client, into docs/img/client/; needs Chromium
	@data=$$(mktemp -d) && cd client \
		&& { node tests/browser/pictures.mjs ../$(BIN)/foothold "$$data" ../docs/img/client; rm -rf "$$data"; }

demo: install explorer client ## the API with sample people and opportunities, live, without key or server
	@$(BIN)/foothold demo

serve: install explorer client ## the API with what the environment configures
	@$(BIN)/foothold serve

test: install explorer client-checks client ## the test suite, without what takes long (.ci/run)
	@# Rewritten assertions are kept, whatever the environment says: six workers would each compile every test.
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest

coverage: install explorer client-checks client ## the whole test suite, and which lines it reaches; fails below the floor in pyproject.toml
	@rm -f .coverage .coverage.*
	PYTHONDONTWRITEBYTECODE= $(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

faults: install ## what a subscriber misses while processes die, networks fall silent, clocks jump and copies are restored; ARGS=--help says more
	$(BIN)/python -m tests.proofs.faults $(ARGS)

quality: install ## how well the built-in rules judge people of many trades and languages; fails below its floors
	$(BIN)/python -m tests.proofs.quality $(ARGS)

bench: install ## Foothold beside a floor and beside Node, and how fast tokens pass: writes docs/benchmarks.md
	@test -z "$(NPM)" || test bench/peer/node_modules/.package-lock.json -nt bench/peer/package-lock.json \
		|| { cd bench/peer && "$(NPM)" ci --loglevel=error --no-audit --no-fund; }
	$(BIN)/python -m bench --save
	$(BIN)/python -m bench.chat --save

check: install ## format, lint, types, import contract, exported SDL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/foothold schema | diff - graphql/schema.graphql

schema: install ## export the SDL
	$(BIN)/foothold schema > graphql/schema.graphql

reference: install ## make the tables of occupations anew: make reference FROM=folder (docs/reference.md)
	$(BIN)/python .ci/reference.py $(FROM)
	$(BIN)/python .ci/ordinary_words.py $(FROM)

lock: install ## lock the dependencies anew
	$(BIN)/uv lock --upgrade

clean: ## remove what was installed and built, keep .foothold
	rm -rf .venv .coverage .coverage.* explorer/node_modules client/node_modules bench/peer/node_modules resolvers/static
