# Everything a user needs: Python >= 3.11 and make. Each target prepares what it uses; nothing is made
# twice. Settings (give them after the target, e.g. `make verify ARGS="--out /tmp/report"`):
#   ARGS    passed on to the command of the target (spectral-edge verify, or pytest)
#   PYTHON  the interpreter from which the virtual environment is made
#   VENV    the folder of the virtual environment
#   PIP     extra words for pip, e.g. PIP="--extra-index-url https://download.pytorch.org/whl/cpu"
#           for the smaller build of torch without CUDA

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

ARGS ?=
PIP ?=
VENV ?= .venv
# The first interpreter that is new enough; python3 wins when it is.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

# The environment belongs to what these two files ask for (in pyproject.toml that ends where the settings
# of the tools begin) and to the place where it stands, since a virtual environment cannot be moved. When
# one of them changes, the name of the stamp changes, and the environment is made anew.
FINGERPRINT := $(shell { sed '/^\[tool\.pytest/,$$d' pyproject.toml; cat constraints.txt; echo "$(CURDIR)"; } \
	| cksum | cut -d' ' -f1)
MADE := $(VENV)/.made-$(FINGERPRINT)
MADE_TEST := $(VENV)/.made-test-$(FINGERPRINT)
MADE_DEV := $(VENV)/.made-dev-$(FINGERPRINT)
INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(PIP)

.PHONY: help verify docs test lint types format clean

help: ## Show this list
	@echo 'spectral-edge: an adversarial verifier for the spectral edge theory of training'
	@echo
	@sed -n 's/^\([a-z][a-z]*\):[^#]*## \(.*\)$$/  make \1|\2/p' Makefile | \
		while IFS='|' read -r target what; do printf '%-14s %s\n' "$$target" "$$what"; done
	@echo
	@sed -n '2,7s/^# \{0,1\}//p' Makefile

docs: $(MADE_TEST) ## Build the documentation in site/ (ARGS goes to spectral-edge docs)
	@$(VENV)/bin/spectral-edge docs $(ARGS)

verify: $(MADE) ## Derive, train, confront, and write report/index.html (ARGS goes to spectral-edge verify)
	@$(VENV)/bin/spectral-edge verify $(ARGS)

test: $(MADE_TEST) ## Run the tests (ARGS goes to pytest)
	@$(VENV)/bin/pytest $(ARGS)

lint: $(MADE_DEV) ## Check style, formatting and types
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(MAKE) --no-print-directory types

types: $(MADE_DEV) build/types/spectral_edge ## Check types alone (mypy, strict)
	@$(VENV)/bin/mypy

format: $(MADE_DEV) ## Rewrite the sources in the house style
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

clean: ## Remove what was built and cached (keeps the virtual environment, report/ and .spectral-edge/)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find theory simulate validate tests -name __pycache__ -type d -prune -exec rm -rf {} +

# mypy wants to see folders as they are imported: spectral_edge/{theory,simulate,validate}.
build/types/spectral_edge:
	@mkdir -p $@
	@for part in theory simulate validate; do ln -sfn ../../../$$part $@/$$part; done

$(MADE):
	@test -n "$(PYTHON)" || { echo 'make: no Python >= 3.11 was found; name one: make PYTHON=/path/to/python' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'make: PYTHON=$(PYTHON) is not a Python >= 3.11' >&2; exit 1; }
	@test ! -e $(VENV) || test -e $(VENV)/pyvenv.cfg || \
		{ echo 'make: VENV=$(VENV) exists and is no virtual environment; name another folder' >&2; exit 1; }
	@echo 'Making the virtual environment $(VENV) and installing the pinned packages (once; some minutes) ...'
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo 'make: $(PYTHON) cannot make virtual environments (on Debian: apt install python3-venv)' >&2; exit 1; }
# setuptools first, pinned: building the project then needs no second, unpinned copy of it.
	@$(INSTALL) setuptools
	@$(INSTALL) --no-build-isolation -e .
	@touch $@

$(MADE_TEST): $(MADE)
	@$(INSTALL) --no-build-isolation -e '.[test,docs]'
	@touch $@

$(MADE_DEV): $(MADE)
	@$(INSTALL) --no-build-isolation -e '.[test,docs,dev]'
	@touch $@
