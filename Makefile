# Two commands for a newcomer: make demo, make test. Both make .venv when it is missing.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
FRESH ?=
BIN := $(VENV)/bin

.PHONY: demo test lint unit soak bench lock clean

$(VENV): $(VENV)/installed
# The stamp is written last, so an interrupted installation is done again.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, for example: make PYTHON=python3.12 $@")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $(VENV) $(VENV)/installed

demo: $(VENV)/installed
	@exec $(BIN)/nhipcau demo --port $(PORT) $(if $(FRESH),--fresh)

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/installed
	$(BIN)/pytest -n 2 --dist worksteal

test: lint unit

# Refreshes the lock from pyproject.toml, for every supported Python at once; it names no index.
lock: $(VENV)/installed
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command 'make lock' --group dev --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
