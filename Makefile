# Everything runs in the project's own environment, .venv, made from uv.lock.
PYTHON ?= python3
V := .venv
SYNC := UV_PROJECT_ENVIRONMENT=$(V) $(V)/bin/uv sync --frozen --inexact --quiet
EXPORT := $(V)/bin/uv export --frozen --no-default-groups --quiet
export PATH := $(CURDIR)/$(V)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo run test test-long test-sdk check map format audit sbom bench bench-doors \
	screenshots env clean

help:
	@echo "make demo         try it: the portal with a Zoho of its own, nothing to set up"
	@echo "make test         run the whole suite"
	@echo "make test-sdk     run Zoho's own SDKs on its stand-in, and print what came of it"
	@echo "make check        lint, types, import contracts, deployment checks"
	@echo "make map          print what the house is like, in figures"
	@echo "make audit        ask whether something bad is known of what is installed"
	@echo "make sbom         list what is installed in sbom.json, in CycloneDX's form"
	@echo "make env          write a .env with fresh keys, for make run"
	@echo "make run          start the portal for real: the web server and a worker"
	@echo "make bench        print figures, one JSON line each"
	@echo "make bench-doors  print what strangers who keep the server waiting cost; 11 minutes"
	@echo "make screenshots  take the README's pictures again"

# What runs the portal, and nothing else. All of it is known by its checksum, uv too.
$(V)/.ok: pyproject.toml uv.lock uv.txt
	@test -x $(V)/bin/python || $(PYTHON) -m venv $(V) || { \
	  echo "Python could not make an environment: install python3-venv and try again."; exit 1; }
	@echo "Installing what is needed into $(V) …"
	@$(V)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r uv.txt
	@$(SYNC) --no-default-groups
	@touch $@

# And what tests and checks it.
$(V)/.dev: $(V)/.ok
	@$(SYNC)
	@touch $@

demo: $(V)/.ok
	@python -m zohoportal.run.demo

run: $(V)/.ok
	@python manage.py migrate --verbosity 0
	@python manage.py collectstatic --noinput --verbosity 0
	@exec python -m zohoportal.run.supervisor

# ARGS picks a part of it: make test ARGS=tests/browser
test: $(V)/.dev
	@python -m pytest -m "not long" $(ARGS)

test-long: $(V)/.dev
	@python -m pytest -m long

# Zoho's own SDKs on the sandbox, unmodified. The Node one is left out without npm.
test-sdk: $(V)/.dev
	@if command -v npm >/dev/null; then \
	  cd tests/sdk/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null; fi
	@python -m tests.sdk

check: $(V)/.dev
	@python -m tests.check

map: $(V)/.dev
	@python -m tests.map

format: $(V)/.dev
	@ruff format --quiet . && ruff check --fix --quiet .
	@git ls-files -co --exclude-standard 'templates/*.html' | xargs djade --target-version 5.2

audit: $(V)/.ok
	@$(SYNC) --only-group audit
	@$(EXPORT) --format requirements.txt | python -m zohoportal.run.audit

sbom: $(V)/.ok
	@$(EXPORT) --format cyclonedx1.5 --output-file sbom.json >/dev/null
	@echo "Wrote sbom.json."

# ARGS picks parts of it: make bench ARGS=age
bench: $(V)/.dev
	@python -m tests.bench $(ARGS)

bench-doors: $(V)/.dev
	@python -m tests.bench doors

screenshots: $(V)/.dev
	@python -m pytest --quiet -m browser tests/browser/test_screenshots.py --screenshots docs/screenshots

env: $(V)/.ok
	@python -m zohoportal.run.new_env

clean:
	rm -rf $(V) var/static var/demo
