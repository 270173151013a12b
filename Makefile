# Two commands for a newcomer: make demo, make test. Both make .venv when it is missing.
PYTHON ?= python3
PORT ?= 8080
FRESH ?=
BIN := .venv/bin

.PHONY: demo test lint lock clean

# The stamp is written last, so an interrupted installation is done again.
.venv: .venv/installed
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 .venv")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	touch .venv .venv/installed

demo: .venv/installed
	$(BIN)/nhipcau demo --port $(PORT) $(if $(FRESH),--fresh)

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2

# Refreshes the lock from pyproject.toml; for every supported Python at once, with no index named in it.
lock: .venv/installed
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command 'make lock' --group dev --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
