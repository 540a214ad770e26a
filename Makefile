# Every target works on a machine with only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
NPM := $(shell command -v npm 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help install explorer demo serve test check schema lock clean

help: ## show what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/.installed: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Foothold needs Python 3.11 to 3.13; try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$($(PYTHON) -c 'import re; print(re.search(r"uv==[0-9.]+", open("pyproject.toml").read()).group())')"
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --extra embedded --group dev --quiet
	@touch $@

install: .venv/.installed ## install the locked dependencies into .venv

demo: install explorer ## the API with sample people and opportunities, live, without key or server
	$(BIN)/foothold demo

serve: install explorer ## the API with what the environment configures
	$(BIN)/foothold serve

test: install explorer ## the whole test suite
	$(BIN)/pytest

check: install ## format, lint, types, import contract, exported SDL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/foothold schema | diff - graphql/schema.graphql

schema: install ## export the SDL
	$(BIN)/foothold schema > graphql/schema.graphql

lock: install ## lock the dependencies anew
	$(BIN)/uv lock --upgrade

clean: ## remove what was installed and built, keep .foothold
	rm -rf .venv explorer/node_modules resolvers/static
