# Puente. `make` alone lists what can be made. Needs Python 3.11 or newer, git and make.

PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$name; break; }; done)
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
PORT ?= 8000
WORKERS ?= 2

VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.in-step-with-requirements
SOURCES := clusters events matchmaking tests benchmarks manage.py
TEMPLATES := $(shell find templates -name '*.html' 2>/dev/null)

export CHROMIUM
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help env demo check test fmt lint types shots messages requirements clean \
	format-in-step imports house migrations-in-step messages-in-step chromium suite

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-13s %s\n", $$1, $$2}'

# --- environment -------------------------------------------------------------------------------

env: $(STAMP) ## Build the environment in .venv, so that .venv/bin/python manage.py ... works
	@$(RUN) manage.py messages compile --quiet
	@echo "== env: ready, $$($(RUN) --version) in $(VENV)"

$(STAMP): requirements/dev.txt
	@sh .ci/environment "$(PYTHON)" $(VENV)
	@touch $@

requirements: $(STAMP) ## Renew the hashed requirements/*.txt from requirements/*.in
	@echo "== requirements: resolving"
	@for name in base dev; do .tools/bin/uv pip compile --quiet --upgrade --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate \
		requirements/$$name.in --output-file requirements/$$name.txt; done

# --- run ---------------------------------------------------------------------------------------

demo: env ## Fill a demo and serve it; PORT=8000 STAGE= SIZE= ARGS=--no-server
	@echo "== demo: preparing the database, then http://localhost:$(PORT)"
	@$(RUN) manage.py demo --port $(PORT) $(if $(STAGE),--stage $(STAGE)) $(if $(SIZE),--size $(SIZE)) $(ARGS)

shots: env chromium ## Photograph every demo page into shots/ (phone, desktop, English, Spanish); ONLY=match narrows
	@echo "== shots: photographing the demo's pages into shots/"
	@$(RUN) -m tests.browser.shots $(if $(ONLY),--only $(ONLY))

# --- check: everything CI runs, cheapest first -------------------------------------------------

check: env chromium format-in-step lint types imports house migrations-in-step messages-in-step suite ## Run everything CI runs
	@echo "== check: all green"

chromium:
	@test -n "$(CHROMIUM)" || { echo "The browser tests need Chromium. Install it with: apt-get install chromium (or set CHROMIUM=/path/to/it)."; exit 1; }

format-in-step:
	@echo "== format: Python and templates are formatted"
	@$(VENV)/bin/ruff format --quiet --check $(SOURCES) || { echo "Not formatted. Run: make fmt"; $(VENV)/bin/ruff format --check $(SOURCES); exit 1; }
	@$(if $(TEMPLATES),$(VENV)/bin/djade --target-version 5.2 --check $(TEMPLATES) || { echo "Templates are not formatted. Run: make fmt"; exit 1; },true)

lint: $(STAMP) ## Check style and common mistakes (ruff, django-upgrade)
	@echo "== lint: ruff and django-upgrade"
	@$(VENV)/bin/ruff check --quiet $(SOURCES)
	@git ls-files '*.py' | grep -v /migrations/ | xargs $(VENV)/bin/django-upgrade --target-version 5.2 --check

types: $(STAMP) ## Check types (mypy)
	@echo "== types: mypy"
	@$(VENV)/bin/mypy --no-error-summary

imports: $(STAMP)
	@echo "== imports: the contracts between apps and layers"
	@mkdir -p var; PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo > var/imports.txt 2>&1 || { cat var/imports.txt; exit 1; }

house: $(STAMP) ## Check the rules of the house
	@echo "== house: the rules of docs/developers"
	@$(RUN) -m pytest -q -m house tests/house

migrations-in-step:
	@echo "== migrations: in step with the models"
	@$(RUN) manage.py makemigrations --check --dry-run

messages-in-step:
	@echo "== messages: every string translated"
	@$(RUN) manage.py messages check

suite:
	@echo "== tests: with a real PostgreSQL and a real browser, $(WORKERS) at a time"
	@$(RUN) -m pytest -q -n $(WORKERS) --dist loadgroup -m "not house" --cov --cov-report= --cov-report=json tests
	@DJANGO_SETTINGS_MODULE=matchmaking.settings $(RUN) -m tests.house.ratchet

test: $(STAMP) ## Run the tests that need no browser; T=tests/clusters narrows them
	@$(RUN) manage.py messages compile --quiet
	@$(RUN) -m pytest -q -n $(WORKERS) --dist loadgroup -m "not browser" $(T)

# --- mend --------------------------------------------------------------------------------------

fmt: $(STAMP) ## Format Python and templates, mend what can be mended
	@echo "== fmt: ruff, django-upgrade and djade"
	@git ls-files '*.py' | grep -v /migrations/ | xargs $(VENV)/bin/django-upgrade --target-version 5.2 --exit-zero-even-if-changed
	@$(VENV)/bin/ruff check --quiet --fix-only $(SOURCES)
	@$(VENV)/bin/ruff format --quiet $(SOURCES)
	@$(if $(TEMPLATES),$(VENV)/bin/djade --target-version 5.2 $(TEMPLATES) || true)

messages: $(STAMP) ## Collect strings to translate into locale/es and compile it
	@$(RUN) manage.py messages update
	@$(RUN) manage.py messages compile

clean: ## Stop the embedded database and remove all that make made, demo data included
	@echo "== clean: back to a fresh clone"
	@if [ -x $(RUN) ]; then $(RUN) manage.py embedded_database remove || true; fi
	@rm -rf var shots $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete 2>/dev/null || true
