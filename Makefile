# Everything runs in the project's own environment, .venv, made from uv.lock.
PYTHON ?= python3
V := .venv
export PATH := $(CURDIR)/$(V)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo run redis test test-long check format bench screenshots env clean

help:
	@echo "make demo         try it: the portal with a Zoho of its own, nothing to set up"
	@echo "make test         run the whole suite"
	@echo "make check        lint, types, import contracts, deployment checks"
	@echo "make env          write a .env with fresh keys, for make run"
	@echo "make run          start the portal for real: the web server and a worker"
	@echo "make redis        install what tasks over Redis need"
	@echo "make bench        print figures, one JSON line each"
	@echo "make screenshots  take the README's pictures again"

$(V)/.ok: pyproject.toml uv.lock
	@test -x $(V)/bin/python || $(PYTHON) -m venv $(V) || { \
	  echo "Python could not make an environment: install python3-venv and try again."; exit 1; }
	@echo "Installing what is needed into $(V) …"
	@$(V)/bin/pip install --quiet --disable-pip-version-check "uv>=0.9"
	@UV_PROJECT_ENVIRONMENT=$(V) $(V)/bin/uv sync --frozen --inexact --quiet
	@touch $@

demo: $(V)/.ok
	@python -m zohoportal.demo

run: $(V)/.ok
	@python manage.py migrate --verbosity 0
	@python manage.py collectstatic --noinput --verbosity 0
	@exec python -m zohoportal.supervisor

redis: $(V)/.ok
	@UV_PROJECT_ENVIRONMENT=$(V) $(V)/bin/uv sync --frozen --inexact --quiet --extra redis

# ARGS picks a part of it: make test ARGS=tests/browser
test: $(V)/.ok
	@python -m pytest -m "not long" $(ARGS)

test-long: $(V)/.ok
	@python -m pytest -m long

check: $(V)/.ok
	@python -m tests.check

format: $(V)/.ok
	@ruff format --quiet . && ruff check --fix --quiet .
	@git ls-files -co --exclude-standard 'templates/*.html' | xargs djade --target-version 5.2

bench: $(V)/.ok
	@python -m tests.bench

screenshots: $(V)/.ok
	@python -m pytest --quiet -m browser tests/browser/test_screenshots.py --screenshots docs/screenshots

env: $(V)/.ok
	@python -m zohoportal.new_env

clean:
	rm -rf $(V) var/static var/demo
