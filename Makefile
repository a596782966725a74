.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find src data -type f -not -name '*.pyc')
BENCHMARKS ?= ../shared/benchmarks
EXTRACTS ?= ../shared/osm
SCENARIOS := lsesn anywhere wide
PAGES := $(SCENARIOS:%=maps/%.html)
COMPARED := $(SCENARIOS) peak unverified-open crossing population marsden-reduced

# Two stamps: what a run needs, and what checks and tests need on top of it.
RUN_READY := $(VENV)/run.stamp
DEV_READY := $(VENV)/dev.stamp

$(VENV)/made.stamp:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(RUN_READY): requirements/run.txt pyproject.toml | $(VENV)/made.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	touch $@

# The engines and solvers that we are measured against; nothing else uses them.
BENCH_READY := .cache/bench/bench.stamp

$(BENCH_READY): requirements/bench.txt $(DEV_READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade --target .cache/bench --requirement requirements/bench.txt
	touch $@

.PHONY: help analysis maps compare check format test validate bench long roads docs licences pictures example site notebooks lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

analysis: $(RUN_READY) ## set everything up and find the two clinics of config/lsesn.yaml
	$(BIN)/clinic-siting run config/lsesn.yaml

maps: $(PAGES) ## run every shipped scenario whose figures or settings changed

compare: $(RUN_READY) ## put the shipped scenarios side by side on one page
	$(BIN)/clinic-siting compare $(COMPARED:%=config/%.yaml)

maps/%.html: config/%.yaml $(RUN_READY) $(SOURCES)
	$(BIN)/clinic-siting run $<

check: $(DEV_READY) ## lint, types, layers, docstrings, and the pages' scripts and styles
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/numpydoc lint $(shell find src -name '*.py')
	$(LINT_PAGES)

# Biome's wheel is for Linux on x86_64 alone; elsewhere a biome found on the path does as well, and none is said aloud.
ifeq ($(shell uname -sm),Linux x86_64)
LINT_PAGES := $(BIN)/biome lint --error-on-warnings
else ifneq ($(shell command -v biome),)
LINT_PAGES := biome lint --error-on-warnings
else
LINT_PAGES := @echo 'make check: the pages were not linted; it needs biome (biomejs.dev), which is installed here on Linux x86_64 only'
endif

format: $(DEV_READY) ## put the code into the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(DEV_READY) ## set everything up and pass the tests
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

validate: $(DEV_READY) ## compare with benchmarks from outside; writes docs/validation.md (BENCHMARKS=, EXTRACTS= their folders)
	CLINIC_SITING_BENCHMARKS="$(abspath $(BENCHMARKS))" CLINIC_SITING_OSM="$(abspath $(EXTRACTS))" \
	$(BIN)/pytest -m validate tests/validate
	$(BIN)/python -m bench.travel_checks "$(abspath $(BENCHMARKS))/travel_reference"

bench: $(BENCH_READY) ## measure against others; writes docs/performance.md and docs/scale.md (PARTS= for some)
	PYTHONPATH=.cache/bench $(BIN)/python -m bench $(PARTS)

long: $(DEV_READY) ## what takes hours: kills, fuzzing, England, other Pythons; writes docs/reliability.md (PART= for one)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: 'atheris>=3' || echo 'make long: atheris does not install here; fuzzing goes without it'
	$(BIN)/python -m bench.reliability $(PART)

roads: $(DEV_READY) ## replace the bundled roads by an OpenStreetMap extract (PBF=england-latest.osm.pbf)
	@test -f "$(PBF)" || { echo 'make roads: name an OpenStreetMap extract, as PBF=england-latest.osm.pbf'; exit 2; }
	$(BIN)/clinic-siting roads import "$(PBF)" --out data/lsesn

docs: $(DEV_READY) ## write the pages that are generated from the code
	$(BIN)/python -c 'from clinic_siting.reference import config_reference; print(config_reference(), end="")' > docs/config.md

site: $(DEV_READY) ## build the documentation site into site/, notebooks executed; no network
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo 'Written: site/index.html (its search works once served: .venv/bin/python -m http.server --directory site)'

notebooks: $(DEV_READY) ## run every notebook from its first cell to its last
	$(BIN)/pytest tests/test_notebooks.py

licences: $(DEV_READY) ## list the licences of all locked packages (those of bench go into .cache)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target .cache/bench --requirement requirements/bench.txt
	PYTHONPATH=.cache/bench $(BIN)/python docs/licences.py > docs/licences.new && mv docs/licences.new docs/licences.md

pictures: $(DEV_READY) maps/lsesn.html ## make the README's pictures from the real page (needs a chromium)
	$(BIN)/python docs/pictures.py

example: $(DEV_READY) ## cut the package's small example from the data set anew
	$(BIN)/python scripts/cut_example.py

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile $(LOCK) --extra osm --extra fast --extra report --extra app --extra scale --group dev --group notebooks --group site pyproject.toml -o requirements/dev.txt
	uv pip compile $(LOCK) --extra fast --extra report --group build -c requirements/dev.txt pyproject.toml -o requirements/run.txt
	uv pip compile $(LOCK) --extra fast --extra bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' --quiet

clean: ## remove what was generated, not the virtual environment
	rm -rf outputs .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find maps -type f -not -name README.md -delete
