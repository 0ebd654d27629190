# imbik: `make demo` walks the whole road on the sample corpus, `make test` runs every check. Each sets itself up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
RUNS   ?= runs
WORKERS ?= auto  # processes of `make test`; a test file stays in one

# llama.cpp is built from source; GGML_NATIVE=OFF because g++ 12 miscompiles its AMX kernels (see DECISIONS.md).
export CMAKE_ARGS ?= -DGGML_NATIVE=OFF
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export HF_HUB_DISABLE_TELEMETRY = 1

.PHONY: help demo test test-slow test-review fuzz lint format samples clean

help:
	@echo "make demo       sample documents -> documents, pairs, preferences, adapters, GGUF and report.html under $(RUNS)/demo"
	@echo "make test       format, lint, types, room contracts and tests"
	@echo "make test-slow  the proofs that take minutes"
	@echo "make test-review  the real Argilla: its environment, its own search tests, annotators, a browser"
	@echo "make fuzz       the property tests on thousands of new examples"
	@echo "make samples    rebuild samples/belgeler from samples/yazilar"
	@echo "make clean      remove the virtual environment and caches (runs stay)"

$(VENV)/.all: pyproject.toml constraints.txt
	@echo "==> virtual environment in $(VENV) with $(PYTHON) (first time: some minutes, llama.cpp is compiled)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "imbik needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "==> installing imbik and what it needs"
	@$(BIN)/pip install -qq -c constraints.txt -e '.[all]'
	@touch $@

$(VENV)/.dev: $(VENV)/.all
	@echo "==> installing the test tools"
	@$(BIN)/pip install -qq -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(VENV)/.all
	@echo "==> imbik run recipes/demo.yaml"
	@$(BIN)/imbik run recipes/demo.yaml --runs $(RUNS)
	@echo "==> asking the exported model"
	@$(BIN)/imbik ask demo --runs $(RUNS)

test: $(VENV)/.dev lint
	@echo "==> tests"
	@$(BIN)/python -m pytest -m 'not slow and not argilla' -n $(WORKERS) --dist loadfile

test-slow: $(VENV)/.dev
	@echo "==> slow tests"
	@$(BIN)/python -m pytest -m 'slow and not argilla'

test-review: $(VENV)/.dev
	@echo "==> the environment of the embedded Argilla"
	@$(BIN)/imbik review serve --prepare
	@echo "==> tests with a running Argilla"
	@$(BIN)/python -m pytest -m argilla -rs

fuzz: $(VENV)/.dev
	@echo "==> property tests on new examples"
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m 'not slow' tests/curation tests/synthesis tests/alignment

lint: $(VENV)/.dev
	@echo "==> format"
	@$(BIN)/ruff format --check --quiet .
	@echo "==> lint"
	@$(BIN)/ruff check --quiet .
	@echo "==> types"
	@$(BIN)/mypy --no-error-summary
	@echo "==> room contracts"
	@$(BIN)/lint-imports --no-logo > .lint-imports.log || { cat .lint-imports.log; exit 1; }

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

samples: $(VENV)/.dev
	@$(BIN)/python -m samples.build

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info build
