# Everything one does with this project. `make` alone lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

REPO ?= .
HTML ?= report.html
ARGS ?=
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
INPUTS := pyproject.toml requirements.lock requirements-dev.lock .ci/environment
# Paths may hold spaces: recipes read them from the environment, quoted.
export REPO HTML PYTHON

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(RUNTIME) ## Make .venv with what Streamgauge needs to run

.PHONY: report
report: $(RUNTIME) ## Report on a clone: make report REPO=path/to/clone (default: this project)
	@$(BIN)/streamgauge report "$$REPO" --html "$$HTML" $(ARGS)
	@echo "The page is in $$HTML" >&2

.PHONY: demo
demo: $(RUNTIME) ## Fill a lake with an invented company and report on it
	@$(BIN)/streamgauge demo $(ARGS)

.PHONY: test
test: $(DEV) ## Run every check: style, types, layers, docs, tests with coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/build.py --check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.PHONY: docs
docs: $(DEV) ## Write the pages of docs/ that are made from the code
	$(BIN)/python docs/build.py

.PHONY: format
format: $(DEV) ## Put the code into its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(DEV) ## Run the benchmarks; each prints its ratios against a limit
	$(BIN)/python -m bench $(ARGS)

.PHONY: lock
lock: $(DEV) ## Choose the newest versions that fit pyproject.toml, and lock them
	$(BIN)/uv pip compile --quiet --upgrade $(LOCKED) pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade $(LOCKED) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock
LOCKED := --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11

.PHONY: clean
clean: ## Remove .venv and everything that was made
	rm -rf .venv .coverage .coverage.* htmlcov dist build report.html .bench
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

$(RUNTIME): $(INPUTS)
	@if [ -e $(DEV) ]; then .ci/environment dev; else .ci/environment runtime; fi
	@if [ -e $(DEV) ]; then touch $(DEV); fi
	@touch $@

$(DEV): $(INPUTS)
	@.ci/environment dev
	@touch $(RUNTIME) $@
