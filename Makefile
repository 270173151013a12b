# Two commands for a newcomer: make demo, make test. Both make .venv when it is missing.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
FRESH ?=
BIN := $(VENV)/bin

.PHONY: demo test lint unit soak bench audit lock clean

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

# Three at once on two cores: long tests wait for much of their time, for a process or an hour to come.
# Some machines ask Python to keep nothing that it compiled: each process that a test starts would do it anew.
unit: $(VENV)/installed
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal

test: lint unit

# The long way: a thousand kills, a hundred thousand fuzzed updates, ten thousand bent files, ten times the properties.
# Chance is drawn anew each time, where `make test` draws the same (tests/chance.py).
soak: $(VENV)/installed
	NHIPCAU_SOAK=1 $(BIN)/pytest -n 2 --dist worksteal --timeout 5400 \
		tests/crash tests/engine tests/acceptance tests/content tests/core tests/channels tests/reports

# Measures, with other libraries beside us in the same run; they live in an environment of their own.
bench: $(VENV)/installed .venv-bench/installed
	$(BIN)/python -m benchmarks

.venv-bench/installed: requirements-bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch .venv-bench/installed

# Hashes, licences, the environment's own tools, and known advisories where the data is at hand.
audit: $(VENV)/installed .venv-audit/installed
	$(BIN)/python .ci/audit.py

.venv-audit/installed: requirements-audit.lock
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch .venv-audit/installed

# Refreshes the locks from pyproject.toml, for every supported Python at once; they name no index.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
lock: $(VENV)/installed
	$(LOCK) --group dev pyproject.toml -o requirements.lock
	$(LOCK) --group pyproject.toml:bench -o requirements-bench.lock
	$(LOCK) --group pyproject.toml:audit -o requirements-audit.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
