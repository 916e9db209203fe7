# `make` or `make help` lists what can be made.
SHELL := bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export EROS_HOME ?= $(CURDIR)/data
export DAGSTER_HOME ?= $(EROS_HOME)/dagster
export DO_NOT_TRACK = 1

.DEFAULT_GOAL := help
.PHONY: help install run dev test coverage test-long bench lint docs snapshot clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed  ## set up .venv with the pinned versions of everything
	@echo "ready: $$($(BIN)/eros --version), $$($(BIN)/python --version), in $(VENV)"

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "1/3 environment: $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "2/3 packages: the $$(wc -l < constraints.txt) versions of constraints.txt (about two minutes when none is cached)"
	@set -o pipefail; $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -c constraints.txt -e '.[dev]' \
		| grep --line-buffered -E '^(Collecting|Installing|Successfully|ERROR)' | cut -c 1-78
	@echo "3/3 check: every package fits the others"
	@$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@

run: $(VENV)/.installed  ## everything that is new; makes sample exports on a first run
	@$(BIN)/eros run --demo

dev: $(VENV)/.installed  ## the Dagster UI, with schedules and the inbox sensor
	@$(BIN)/eros doctor --quiet
	@$(BIN)/dg dev -w workspace.yaml

test: $(VENV)/.installed  ## the whole suite but the long ones
	@$(BIN)/python -m pytest -n 2 $(MEASURE)

# Needs what `make test MEASURE="--cov --cov-report="` wrote.
coverage: $(VENV)/.installed  ## branch coverage of domain, rules and planning, after `make test`
	@set -o pipefail; echo "branch coverage:    statements, missed, branches, partly, covered"; \
		for room in domain rules planning; do printf '%-9s' $$room; \
		$(BIN)/python -m coverage report --include="eros_assets/$$room/*" | sed -n '$$p' || exit 1; done

test-long: $(VENV)/.installed  ## tests of minutes each, for nights and releases
	@$(BIN)/python -m pytest -m long

bench: $(VENV)/.installed  ## benchmarks of speed and optimality
	@$(BIN)/python -m benchmarks

lint: $(VENV)/.installed  ## ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: $(VENV)/.installed  ## write docs/rules.md, and the tables of docs/reference
	@$(BIN)/python -m eros_assets.reports.rules_page docs/rules.md
	@$(BIN)/python -m eros_assets.flows.reference_pages docs/reference

snapshot: $(VENV)/.installed  ## write tests/pipeline/definitions.txt from the definitions
	@$(BIN)/python -m tests.pipeline.definitions_snapshot

clean:  ## delete caches and built files; nothing of EROS_HOME, ever
	rm -rf dbt_project/target dbt_project/logs dbt_project/seeds/*.csv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find eros_assets schedules sensors tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
