# The one list of commands. `make check` is exactly what CI runs.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
BIN := .venv/bin
WORKERS ?= auto
export PYTHONPATH := src
# The machine's own certificates, where it keeps some: behind a company's proxy only they hold.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS ?= 1
endif

# A machine without a fit Node gets one from PyPI, to build the pages with.
NODE_IS_FIT := $(shell node --version 2>/dev/null | grep -Eq '^v(20\.(19|[2-9][0-9])|22\.(1[2-9]|[2-9][0-9])|2[3-9]|[3-9][0-9])' && \
	command -v npm)
BUILD_EXTRA := $(if $(wildcard web/package.json),$(if $(NODE_IS_FIT),,--extra web-build))

.PHONY: help setup demo up test check format lint imports types docs docs-write tests quick bench e2e browser web web-check seed clean lock \
	fuzz drill-kill drill-disk drills

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Install all that the other commands need into .venv

.venv/.runtime: uv.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Shopwright needs Python 3.11 or newer on the path."; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.13,<1"
	$(BIN)/uv sync --quiet --locked --inexact --compile-bytecode $(BUILD_EXTRA) --python $(CURDIR)/$(BIN)/python
	@touch $@

.venv/.ready: .venv/.runtime
	$(BIN)/uv sync --quiet --locked --inexact --group dev --python $(CURDIR)/$(BIN)/python
	@touch $@

demo: .venv/.runtime ## Start Shopwright with two simulated shops and print their addresses and logins
	$(BIN)/shopwright demo

up: .venv/.runtime ## Start Shopwright
	$(BIN)/shopwright up

seed: .venv/.runtime ## Fill the simulated shops without starting the program
	$(BIN)/shopwright demo --seed-only

test: setup ## Run the tests
	$(BIN)/pytest -q -n $(WORKERS)

quick: format lint imports ## The part of `check` that takes seconds; pre-commit runs it

check: format lint imports web-check types docs tests drills ## All that must hold, in the order of speed

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

imports: setup
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy src tests drills

docs: setup ## Check that the documentation is complete
	$(BIN)/pytest -q tests/architecture

tests: setup
	$(BIN)/pytest -q -n $(WORKERS) --cov --cov-report=term:skip-covered --cov-report=xml:.coverage.xml
	$(BIN)/python -m tests.coverage_bars .coverage.xml

docs-write: setup ## Write the generated documentation anew
	$(BIN)/python -m tests.architecture.write_docs

bench: .venv/.browser ## Measure speed as ratios against a peer in the same run; the pages where there is Chromium
	$(BIN)/python -m benchmarks

web: .venv/.runtime ## Build the web pages, if their sources have changed
	$(BIN)/python src/shopwright/app/pages/building.py

web-check: setup ## Lint, types, tests and contract of the web pages
	$(BIN)/python -m tests.web_checks

e2e: setup ## Whole journeys through the started program, by HTTP and in a browser
	$(BIN)/pytest -q tests/e2e
	$(MAKE) browser

.venv/.browser: .venv/.ready
	$(BIN)/uv sync --quiet --locked --inexact --group dev --group browser --python $(CURDIR)/$(BIN)/python
	@touch $@

browser: .venv/.browser ## The web pages of the running demo in a real browser; needs Chromium
	$(BIN)/pytest -q tests/browser --reruns 1 -r R

.venv/.drills: .venv/.ready
	$(BIN)/uv sync --quiet --locked --inexact --group dev --group drills --python $(CURDIR)/$(BIN)/python
	@touch $@

fuzz: .venv/.drills ## Requests made from the OpenAPI document, about three minutes
	$(BIN)/python -m drills fuzz

drill-kill: .venv/.drills ## Kill program, worker and database 30 times and check what is left
	$(BIN)/python -m drills kill

drill-disk: .venv/.drills ## Fill the disk under the program and make room again; needs the right to mount
	$(BIN)/python -m drills disk

drills: .venv/.drills ## The short forms of fuzz and drill-kill, which `check` runs
	$(BIN)/python -m drills fuzz --seconds 40
	$(BIN)/python -m drills kill --rounds 3

lock: setup ## Resolve the dependencies anew
	$(BIN)/uv lock

clean: ## Remove what was built and installed (never data)
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* htmlcov
