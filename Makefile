# Each target sets itself up in .venv from requirements-dev.lock; nothing but a Python and make is needed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=
AWS_TESTS := integration_tests/suites/lifecycle/test_life_cycle.py
CONFORMANCE := sandbox_sql sandbox_scripts sandbox_wire exasol_sql dbt_adapter drivers
PYTHON ?=

.PHONY: compiled help demo test test-exasol test-aws conformance lint types format bench docs wheel lock clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: compiled ## The whole life cycle on a private sandbox (ARGS="--rows 10000 --keep")
	@$(BIN)/exasol-sagemaker demo $(ARGS)

test: compiled ## All tests (ARGS="-k name")
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

conformance: compiled ## The tests that compare the sandbox with Exasol, and their tables in docs/sandbox.md
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m conformance --write-conformance $(ARGS)

# EXASOL_DSN may hold the fingerprint of the certificate, or nocertcheck: localhost/nocertcheck:8563.
test-exasol: compiled ## The conformance suites on the Exasol of EXASOL_DSN, EXASOL_USER, EXASOL_PASSWORD
	@: "$${EXASOL_DSN:?host and port of an Exasol}" "$${EXASOL_USER:?a user with the role DBA}" "$${EXASOL_PASSWORD:?}"
	@$(BIN)/python -m pytest --exasol $(ARGS) $(addprefix integration_tests/suites/,$(CONFORMANCE))

# Costs a few dollars; boto3's own chain finds the account (AWS_PROFILE, …). docs/real-aws.md says more.
test-aws: compiled ## The life cycle on the AWS account of AWS_PROFILE, SAGEMAKER_ROLE_ARN, SAGEMAKER_S3_URI
	@: "$${SAGEMAKER_ROLE_ARN:?the execution role of SageMaker}" "$${SAGEMAKER_S3_URI:?s3://bucket/prefix}"
	@$(BIN)/python -m pytest --aws -x $(ARGS) $(AWS_TESTS)

lint: $(READY) ## Style of Python, SQL and Lua, and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar .
	@if command -v luacheck > /dev/null; then luacheck -qqq --no-color models/scripts/lua/*.sql; \
	else echo "The Lua scripts are not checked: luacheck is not installed (Debian, Ubuntu: apt install lua-check)."; fi

types: $(READY) ## mypy --strict
	@$(BIN)/mypy

format: $(READY) ## Put Python and SQL into our style
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: compiled ## The figures that we promise, measured here
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## dbt's documentation of the integration project, with the lineage, into target/docs
	@$(BIN)/python -m exasol_sagemaker.demo.docs target/docs

wheel: $(READY) ## Wheel and source distribution into dist/
	@rm -rf build dist
	@$(BIN)/python -m build --outdir dist . > /dev/null 2>&1 || { echo "The build failed; see: $(BIN)/python -m build" >&2; exit 1; }
	@ls dist

lock: $(READY) ## Resolve requirements-dev.lock anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --extra dev -c constraints.in \
		pyproject.toml -o requirements-dev.lock --no-header

clean: ## Remove all that these commands made
	rm -rf $(VENV) build dist target python_hooks/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find integration_tests -maxdepth 1 \( -name target -o -name logs -o -name dbt_packages \) -exec rm -rf {} +

# pip compiles what it installs, but nothing that is installed as editable: where PYTHONDONTWRITEBYTECODE is set,
# each command would compile the package anew.
compiled: $(READY)
	@$(BIN)/python -m compileall -q python_hooks

# Keeps a .venv that works; a broken one, or one of another Python, is made anew.
$(READY): requirements-dev.lock pyproject.toml setup.py
	@fits() { "$$1" -c 'import sys, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2> /dev/null; }; \
	if ! fits $(BIN)/python; then \
		python=""; \
		for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.10; do \
			if fits "$$candidate"; then python="$$candidate"; break; fi; \
		done; \
		if [ -z "$$python" ]; then \
			echo "No Python 3.10 to 3.13 found, as python3 or under its own name." >&2; \
			echo "Install one, or say where it is: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; \
		fi; \
		echo "Making $(VENV) with $$("$$python" --version) ..."; \
		"$$python" -m venv --clear $(VENV) || { \
			echo "$$python cannot make virtual environments: on Debian and Ubuntu, install python3-venv." >&2; exit 1; }; \
	fi
	@echo "Installing what requirements-dev.lock lists into $(VENV) (once, a minute or two) ..."
	@$(PIP) install -r requirements-dev.lock 2> >(grep -v '^WARNING: Location' >&2)
	@$(PIP) install --no-deps --editable . 2> >(grep -v '^WARNING: Location' >&2)
	@touch $@
