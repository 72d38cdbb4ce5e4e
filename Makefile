# The words for everything. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data

# Where this is set, each of some hundred programs that tests start compiles every library once more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run test check fix journeys forensics bench formats

help: ## List these words
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# Packages come only from the locks, by hash and as wheels: nothing is built, nothing else is fetched.
$(VENV)/bootstrapped: requirements/bootstrap.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

$(VENV)/installed: $(VENV)/bootstrapped requirements/run.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-build -r requirements/run.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-build -r requirements/dev.lock
	@touch $@

CATALOGUES := $(wildcard src/visavis/locale/*/LC_MESSAGES/django.po)
$(VENV)/catalogues: $(VENV)/installed $(CATALOGUES)
	$(BIN)/python -m visavis.project.catalogues
	@touch $@

install: $(VENV)/catalogues ## Make the environment in .venv, nothing else

run: install ## Make the demo site, press its first edition and serve it on http://127.0.0.1:8000
	$(BIN)/visavis demo --data $(DATA) --serve

# Tests run in a random order, which finds those that lean on each other. The seed is drawn from the files that are
# committed: a failure seen on one machine comes in the same order on every other. SEED=7 takes another order.
SEED = $(shell printf '%d' 0x$$(git rev-parse 'HEAD^{tree}' 2> /dev/null | cut -c 1-7) 2> /dev/null)

test: $(VENV)/installed-dev $(VENV)/catalogues ## Run every test, a process for each processor; WORDS="..." is handed to pytest
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal --randomly-seed $(SEED) $(WORDS)

journeys: $(VENV)/installed-dev $(VENV)/catalogues ## Run only the stories told in a browser
	$(BIN)/python -m pytest -m journey $(WORDS)

forensics: $(VENV)/installed-dev $(VENV)/catalogues ## Prove with 1,000 requests that a copy shows no word, link, order or hour
	REQUESTS=1000 $(BIN)/python -m pytest tests/journeys/test_forensics.py $(WORDS)

check: $(VENV)/installed-dev $(VENV)/catalogues ## Format, lint, types, import contracts, migrations, catalogues, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config importlinter.toml
	$(BIN)/python -m django makemigrations --check --dry-run --settings visavis.project.settings
	$(BIN)/python -m visavis.project.catalogues --check
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal tests/house

fix: $(VENV)/installed-dev ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

formats: $(VENV)/installed-dev $(VENV)/catalogues ## Write all that this version writes into tests/formats/next
	PYTHONHASHSEED=0 $(BIN)/python tests/formats/writing.py

bench: install ## Measure; figures and how to read them are in docs/performance.md
	$(BIN)/python -m benchmarks
