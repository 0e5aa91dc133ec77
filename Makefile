# Two commands: `make demo` and `make test`. Everything lives in .venv and is reused the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP_RUN := $(VENV)/.installed
STAMP_TEST := $(VENV)/.installed-test
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test check clean help

help:
	@echo "make demo   try it: invented people and postings, a shortlist workbook in ./demo"
	@echo "make test   install what the tests need and run all of them"

$(BIN)/python:
	@echo "== creating the virtual environment $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)

$(STAMP_RUN): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing rengang (a minute or two, only the first time)"
	@$(PIP) install --progress-bar on -q -c constraints.txt -e .
	@touch $@

$(STAMP_TEST): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing rengang with what the tests need (some minutes, only the first time)"
	@$(PIP) install --progress-bar on -q -c constraints.txt -e '.[encoder,test]'
	@touch $@ $(STAMP_RUN)

demo: $(STAMP_RUN)
	@$(BIN)/rengang demo --folder demo

test: $(STAMP_TEST)
	@echo "== ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== mypy --strict"; $(BIN)/mypy
	@echo "== import contracts"; $(BIN)/lint-imports --no-cache
	@echo "== pytest"; $(BIN)/python -m pytest

clean:
	rm -rf demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
