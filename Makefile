# Everything from a bare clone: `make demo`, then `make test`. Needs Python >= 3.11, make and a package index.
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow sweep mutate check bench dev docs clean

PYTHON ?= python3
STATE ?= .tieout
DEMO ?=
PYTEST ?=
BIN := .venv/bin
READY := .venv/.ready
DBT := DBT_SEND_ANONYMOUS_USAGE_STATS=false $(BIN)/dbt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

help:  ## Show these targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

# One locked, hashed environment; made once, and again when the lock or the project's metadata changes.
# uv takes seconds where pip takes a minute or two; where it cannot reach the index, pip does the same.
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "Tieout needs Python 3.11 or later. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo \
	  "$(PYTHON) cannot make a virtual environment: install python3-venv (apt install python3-venv)" >&2; exit 1; }
	@echo "Setting up .venv (once)"
	@{ test -x $(BIN)/uv || $(PIP) --no-deps --require-hashes --requirement requirements-uv.lock; } && \
	  $(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock || \
	  $(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

demo: $(READY)  ## Make a company, plant breaks in its books, and find them all
	@$(BIN)/tieout demo --home $(STATE)/demo $(DEMO)

test: $(READY)  ## The tests that take minutes
	@$(BIN)/python -m pytest -m "not slow and not mutation" -n 2 --dist loadfile $(PYTEST)

test-slow: $(READY)  ## The long sweeps: random companies, histories, kills
	@$(BIN)/python -m pytest -m "slow and not sweep" -n 2 --dist loadfile $(PYTEST)

sweep: $(READY)  ## The other two thirds of the steps and instants at which a night is killed
	@$(BIN)/python -m pytest -m sweep -n 2 $(PYTEST)

mutate: $(READY)  ## Eighty-four edits of the models, one by one: do the comparisons notice?
	@$(BIN)/python -m pytest -m mutation $(PYTEST)

check: $(READY)  ## Lint, types, contracts, SQL, dbt, Dagster
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(BIN)/python -m pytest --collect-only >/dev/null || $(BIN)/python -m pytest --collect-only
	$(BIN)/python -m data_contracts.lint
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models dbt_project/kinds
	$(DBT) parse --quiet --project-dir dbt_project --profiles-dir dbt_project
	$(BIN)/dg check defs

bench: $(READY)  ## Time builds against a hand-written script on the same data
	@$(BIN)/python -m tests.bench

dev: $(READY)  ## The Dagster UI, on http://127.0.0.1:3000
	@$(BIN)/python -m orchestration.dev

docs: $(READY)  ## The models, their columns and their lineage, as one page
	@$(BIN)/python -m orchestration.docs

clean:  ## Remove the environment and what tools left; your data in .tieout stays
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
