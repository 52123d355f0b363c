# Every target says what it does: `make help`. CI runs these same targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
UV := .tools/bin/uv
T ?= tests
# A release is taken once it has been public for a while: a poisoned one is usually found by then.
COOLDOWN ?= 2026-11-20
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
  --exclude-newer $(COOLDOWN)
export UV_SYSTEM_CERTS = 1
export UV_PYTHON_DOWNLOADS = never

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.tools/.done: requirements/uv.txt
	@rm -rf .tools && $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
	  --root-user-action=ignore --require-hashes --target .tools -r requirements/uv.txt
	@touch $@

.venv/.done: .tools/.done requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: .venv/.done ## Set up .venv from the hash-checked lock

.PHONY: demo
demo: install ## Issue, verify and serve four badges and a stack on this machine
	@$(BIN)/issuer demo

.PHONY: serve
serve: install ## Serve with the settings in ISSUER_… variables
	@$(BIN)/issuer serve

.PHONY: fmt
fmt: install ## Format the code
	@$(BIN)/ruff format && $(BIN)/ruff check --fix

.PHONY: lint
lint: install ## Check formatting and lint
	@$(BIN)/ruff format --check && $(BIN)/ruff check && $(BIN)/hadolint Dockerfile

.PHONY: types
types: install ## Check types
	@$(BIN)/mypy

.PHONY: imports
imports: install ## Check that dependencies point down
	@$(BIN)/lint-imports

.PHONY: check
check: lint types imports ## The inner loop: lint, types, imports, unit tests and vectors
	@$(BIN)/pytest -q -n 2 tests/unit tests/vectors tests/golden

.PHONY: test
test: install ## Run every test, on SQLite and on a real PostgreSQL (T=path for a part)
	@$(BIN)/pytest -n 3 --dist worksteal $(T)

.PHONY: conformance
conformance: install ## Ask outside verifiers (needs node for the JavaScript ones)
	@$(BIN)/pytest -m conformance

.PHONY: openapi
openapi: install ## Export the OpenAPI document
	@$(BIN)/issuer openapi > openapi/openapi.json

.PHONY: bench
bench: install ## Measure, print a table, write bench.json
	@$(BIN)/python -m tests.bench

.PHONY: kill-test
kill-test: install ## Kill processes, PostgreSQL, connections and disks under load (KILL=--short for minutes)
	@$(BIN)/python -m tests.killing $(KILL)

.PHONY: screenshots
screenshots: install ## Write a picture of every page in every state into screenshots/ (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots screenshots

.PHONY: revision
revision: install ## Draft a migration: make revision m="add a column"
	@$(BIN)/alembic revision --autogenerate -m "$(m)"

.PHONY: lock
lock: .tools/.done ## Resolve the requirements anew, with hashes and without addresses
	@$(LOCK) requirements/uv.in -o requirements/uv.txt
	@$(LOCK) requirements/build.in -o requirements/build.txt
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) pyproject.toml --group dev -o requirements/dev.txt

.PHONY: image
image: ## Build the container image
	@docker build -t open-badge-issuer .
