# Every target sets up by itself: a virtual environment in .venv, packages pinned by hash.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready
PEERS := .venv-peers/.ready
STUDY ?= suzhou-2003
BRIEFING ?=
ROWS ?= 100000000
# Compiled modules are kept, whatever the environment says: without them a process takes three times as long to start.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help briefing conference test lab explore check bench soak docs gallery size lock clean
.SILENT:

help:  ## Show what can be made
	grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	echo "Setting up .venv (once; about a minute) …"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(READY)

$(PEERS): requirements-peers.lock $(READY)
	echo "Setting up .venv-peers, with what the bench compares scenarios with …"
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --no-deps --require-hashes -r requirements-peers.lock
	touch $(PEERS)

briefing: $(READY)  ## Write the briefing paper of the study that ships (Word, PDF, HTML, Excel)
	$(BIN)/workbook briefing $(STUDY) $(BRIEFING)

conference: $(READY)  ## Write a meeting's whole folder: briefing, slides, agenda, decisions, department sheets, index
	$(BIN)/workbook conference $(STUDY)

lab: $(READY)  ## Open JupyterLab on the notebooks
	$(BIN)/jupyter lab --config=.lab/jupyter_server_config.json --LabApp.app_settings_dir="$$PWD/.lab" --notebook-dir=. notebooks/0_start.ipynb

explore: $(READY)  ## Serve the coverage views to colleagues who do not program (this machine only, by token)
	$(BIN)/python -m analysis.briefing.serving notebooks/2_coverage.ipynb

check: $(READY)  ## Lint, types, import directions, stripped notebooks
	$(BIN)/ruff check analysis tests notebooks/[0-7]_*.ipynb
	$(BIN)/ruff format --check analysis tests
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

test: check  ## Everything that must hold before a change is kept
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

bench: $(READY) $(PEERS)  ## Speed, as ratios measured side by side in one run (registers up to ROWS rows)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.sources.registers.bench $(ROWS)

soak: $(READY)  ## Stop a hundred runs at random moments; protect two hundred random sets of tables; try every property longer
	EXAMPLES_TIMES=10 $(BIN)/python -m pytest -m hypothesis --numprocesses auto --maxprocesses 4
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak_disclosure
	$(BIN)/python -m tests.soak_registers
	$(BIN)/python -m tests.soak_sheets
	$(BIN)/python -m tests.soak_audit
	$(BIN)/python -m tests.soak_inputs

size:  ## Lines and modules by package, the longest functions and modules
	$(PYTHON) -m tests.size

docs: $(READY)  ## Build a small site from docstrings and notebooks in build/docs, without a network
	$(BIN)/python -m analysis.briefing.site build/docs

gallery: $(READY)  ## Draw the pictures of README.md again
	$(BIN)/python -m tests.gallery

lock: $(READY)  ## Resolve requirements.lock again from pyproject.toml, and the peers' lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --excludes requirements.excludes \
	  --quiet --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile tests/scenarios/peers/requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --quiet --upgrade --output-file requirements-peers.lock

clean:  ## Remove what was made, the reports too
	rm -rf .venv .venv-peers .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
	find reports -mindepth 1 -maxdepth 1 ! -name gallery -exec rm -rf {} +
