# make run · make test · make dev · make bench · make lint · make clean
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export EROS_HOME ?= $(CURDIR)/data
export DAGSTER_HOME ?= $(EROS_HOME)/dagster
export DO_NOT_TRACK = 1

.PHONY: run test test-long dev bench lint clean

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: $(VENV)/.installed
	@$(BIN)/eros run --demo

test: $(VENV)/.installed
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

test-long: $(VENV)/.installed
	@$(BIN)/python -m pytest -m long

dev: $(VENV)/.installed
	@$(BIN)/eros doctor --quiet
	@$(BIN)/dg dev -w workspace.yaml

bench: $(VENV)/.installed
	@$(BIN)/python -m benchmarks

lint: $(VENV)/.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

clean:
	rm -rf data dbt_project/target dbt_project/logs dbt_project/seeds/*.csv .pytest_cache .mypy_cache .ruff_cache
