# Everything runs in .venv, from packages and jars pinned by hash. `make help` lists the targets.

PYTHON := $(shell for name in python3.11 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
BIN := .venv/bin
# The second set shares one exchange, whose services are processes of their own: it runs in one. Faults have their own.
FAST := tests/unit tests/property tests/conformance
KAFKA := tests/security tests/integration tests/browser
FAULT := tests/fault
# These start an exchange of their own, in a container, where a Docker engine answers.
CONTAINERS := tests/containers
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
NETWORK := { echo "make: installing $$what failed, see the lines above. Check the network and run make again: what came is kept." >&2; exit 1; }

.PHONY: help demo test coverage bench lint clean
.DELETE_ON_ERROR:

help:
	@echo "make demo      run the main job on a real Kafka and tell what each party saw"
	@echo "make test      run every test"
	@echo "make coverage  run the fast tests and check how much of the core they cover"
	@echo "make bench     measure CPU time against bare baselines; BENCH=--full for longer rounds, BENCH='envelope --json' for a part"
	@echo "make lint      check style, types and the directions of imports"
	@echo "make clean     remove everything that these targets made in this folder"

demo: .venv/runtime.stamp
	@$(BIN)/python -m broker.embedded.fetch
	@$(BIN)/baken demo

test: .venv/dev.stamp
	@$(BIN)/python -m broker.embedded.fetch
	$(BIN)/pytest -n 2 $(FAST)
	$(BIN)/pytest $(KAFKA)
	$(BIN)/pytest $(FAULT)
	$(BIN)/pytest $(CONTAINERS)

coverage: .venv/dev.stamp
	$(BIN)/pytest -n 2 $(FAST) --cov=contracts --cov=adapters --cov=broker/envelope --cov=broker/admission --cov-report=term:skip-covered \
		--cov-fail-under=95

bench: .venv/dev.stamp
	@$(BIN)/python -m broker.embedded.fetch
	@$(BIN)/python -m tests.bench $(BENCH)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv .cache .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage *.egg-info
	find adapters broker contracts tests -name __pycache__ -type d -exec rm -rf {} +

# A stamp is made last: an installation that was broken off is done again.
.venv/made.stamp:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer on PATH" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON)" >&2
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime.stamp: .venv/made.stamp requirements/runtime.txt pyproject.toml
	@echo "Installing requirements/runtime.txt into .venv" >&2
	@what=requirements/runtime.txt; $(PIP) --require-hashes -r requirements/runtime.txt || $(NETWORK)
	@what=baken; $(PIP) --no-deps --no-build-isolation --no-index -e . || $(NETWORK)
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp requirements/dev.txt
	@echo "Installing requirements/dev.txt into .venv" >&2
	@what=requirements/dev.txt; $(PIP) --require-hashes -r requirements/dev.txt || $(NETWORK)
	@touch $@
