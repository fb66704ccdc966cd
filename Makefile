# Every target sets up what it needs. Python 3.11 or later is all a machine must have.
.DEFAULT_GOAL := help
.PHONY: help setup run quick test check docs pictures migration lock clean

SHELL := /bin/sh
PY := .venv/bin/python

help: ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: ## Make the environment (idempotent; uv when present, else venv and pip)
	@sh deploy/setup.sh requirements.txt

run: setup ## Start a demonstration: web, worker, WeChat sandbox, embedded PostgreSQL
	@$(PY) -m deploy.start

test: ## Everything: lint, types, contracts, unit, protocol, browser, client
	@sh deploy/setup.sh requirements-dev.txt
	@$(PY) -m deploy.check everything

quick: ## The quick part: lint, types, contracts, tests under 0.1 s each
	@sh deploy/setup.sh requirements-dev.txt
	@$(PY) -m deploy.check quick

docs: ## Write the generated pages of docs/reference again
	@sh deploy/setup.sh requirements-dev.txt
	@$(PY) -m deploy.reference

pictures: ## Copy the pictures the browser test took into docs/images
	@cp .run/shots/*.png docs/images/

migration: ## New migration from the models: make migration m="add clinics"
	@sh deploy/setup.sh requirements-dev.txt
	@$(PY) -m deploy.migration "$(m)"

lock: ## Compile requirements*.in to the pinned, hashed requirements*.txt (needs uv)
	@uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate requirements.in -o requirements.txt
	@uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was built and the demonstration's data
	@rm -rf .run .venv client/dist client/node_modules
