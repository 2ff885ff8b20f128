# `make` sets up what is missing and builds dist/ from sources/; `make test` does the same for the tests.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: all build setup setup-tests test check fix bench lock figures screenshots watch clean

all: build

build: setup
	$(BIN)/python build.py

# System packages only where they are missing; Python packages into .venv, versions locked.
setup: .venv/.installed
	@sh scripts/system-packages.sh build

setup-tests: .venv/.installed-dev
	@sh scripts/system-packages.sh test

.venv/.installed: requirements.lock pyproject.toml scripts/venv.sh
	@sh scripts/venv.sh "$(PYTHON)" requirements.lock
	@$(BIN)/python -m compileall -q cardbook # the first build, and where Python may not write them itself
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(BIN)/pip install --quiet -r requirements-dev.lock
	$(BIN)/python scripts/anki_web.py
	@touch $@

test: setup-tests
	$(BIN)/python -m pytest -n auto

check: setup-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: setup-tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-tests
	$(BIN)/python -m benchmarks

LOCK := $(BIN)/uv pip compile --quiet --upgrade --no-header --no-emit-index-url --no-emit-find-links pyproject.toml
lock: setup-tests
	$(BIN)/pip install --quiet uv
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --output-file requirements-dev.lock

# The figures of the shipped notes; the images are committed, so nobody needs this to build.
figures: .venv/.installed-figures
	$(BIN)/python -W error -m figures

.venv/.installed-figures: requirements-figures.lock .venv/.installed
	$(BIN)/pip install --quiet -r requirements-figures.lock
	@touch $@

# The pictures of the README, from what `make` built.
screenshots: setup-tests build
	$(BIN)/python scripts/screenshots.py
	$(BIN)/python scripts/report_picture.py

watch: setup
	$(BIN)/python build.py --watch

clean:
	rm -rf dist/.cache
