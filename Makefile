# Everything a person types. `make run` and `make test` need Python 3.11 or later (with venv) and nothing else.

SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Many tests wait for processes and for PostgreSQL: two of them on each core
JOBS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1))))
UV ?= uv
NEITHER := not browser and not server and not soak
FIND_PYTHON = for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	    && exec echo $$python; \
	done

unexport PYTHONDONTWRITEBYTECODE  # tests start our programs a hundred times: they are compiled once

.PHONY: help run install check test coverage browser-test server-test soak bench screenshots lock wheel clean

help:  ## Show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.stamp  ## Install what is missing and start the desk on http://127.0.0.1:8000
	@exec $(BIN)/helpdesk run

install: .venv/run.stamp  ## Only install

check: .venv/dev.stamp  ## Linters, types, import contracts, migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/deptry .
	$(BIN)/helpdesk db sql > .venv/migrations.sql && $(BIN)/squawk .venv/migrations.sql

test: .venv/dev.stamp  ## All tests that need nothing but Python
	$(BIN)/pytest tests -m "$(NEITHER)" -n $(JOBS) --dist loadfile --no-loadscope-reorder --reruns 1 -rR --durations=15 $(ARGS)

coverage:  ## The same, counting which lines and branches they pass; takes twice as long
	$(MAKE) test ARGS="--cov --cov-report=term-missing:skip-covered $(ARGS)"

browser-test: .venv/dev.stamp .venv/html.stamp  ## The pages in Chromium and in the Nu HTML checker
	$(BIN)/pytest tests -m browser -n 2 --dist loadfile --no-loadscope-reorder --reruns 1 -rR --durations=15 $(ARGS)

server-test: .venv/dev.stamp .venv/oidc.stamp  ## Against real peers from Debian's packages
	$(BIN)/pytest tests -m server -n 2 --dist loadfile --durations=5 $(ARGS)

soak: .venv/dev.stamp  ## What takes long
	$(BIN)/pytest tests -m soak -o faulthandler_timeout=0 $(ARGS)

bench: .venv/dev.stamp  ## How fast it is: ARGS="--tickets 1000000"; makes a desk of 100,000 tickets otherwise
	$(BIN)/python -m bench $(ARGS)

screenshots: .venv/dev.stamp  ## Pictures of all three faces into docs/screenshots
	$(BIN)/python -m bench.screenshots

wheel: .venv/dev.stamp  ## Build dist/helpdesk-….whl, which runs alone
	rm -rf dist && $(BIN)/python -m build --no-isolation --quiet

lock:  ## Pin all dependencies again (needs uv)
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml -o requirements/run.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  -c requirements/run.txt pyproject.toml --group dev -o requirements/dev.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  -c requirements/dev.txt --group pyproject.toml:build -o requirements/build.txt

clean:  ## Delete what was installed and built; the desk's data stays
	rm -rf .venv dist build htmlcov artefacts .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache \
	  .hypothesis .import_linter_cache tests/html/node_modules tests/servers/oidc/node_modules

.venv/bin/python:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or later with its venv module is needed (Debian: apt install python3-venv)." >&2; exit 1; \
	fi; \
	echo "Installing into .venv …"; \
	$$python -m venv .venv

.venv/run.stamp: requirements/run.txt requirements/build.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The checker's one package, pinned by its lock; its own install script would only look for a Java
.venv/html.stamp: tests/html/package-lock.json | .venv/bin/python
	@npm ci --prefix tests/html --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# The sign-in provider that tests talk to, pinned by its lock
.venv/oidc.stamp: tests/servers/oidc/package-lock.json | .venv/bin/python
	@npm ci --prefix tests/servers/oidc --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
