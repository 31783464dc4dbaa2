# The commands that everything else builds on. `make help` lists them.
SHELL := bash
.DEFAULT_GOAL := help

PORT ?= 8787
SANDBOX_PORT ?= 8790
export PORT SANDBOX_PORT

# What the built Worker depends on.
SOURCES := Cargo.toml Cargo.lock build.rs scripts/build.sh $(shell find src templates catalog -type f -not -path '*/tests/*')

help: ## Lists the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## Installs what is missing
	@scripts/setup.sh

build: setup build/index.js ## Builds the Worker (build/index.js, build/index_bg.wasm)

build/index.js: $(SOURCES)
	@scripts/build.sh

build-conformance/index.js: $(SOURCES)
	@scripts/build.sh conformance

dev: build ## Runs the connector with a local mittwald (PORT, SANDBOX_PORT)
	@scripts/run.sh scripts/dev.mjs

demo: setup ## A real MCP client signs in to the running connector and lists projects
	@scripts/run.sh scripts/demo.mjs

check: setup ## Formatting, lints, structure
	@scripts/check.sh

conformance: build build-conformance/index.js ## The official MCP conformance suite, against the built Worker
	@scripts/run.sh --test --test-reporter=spec 'tests/conformance*.test.mjs'

test: build build-conformance/index.js ## Every test
	@scripts/test.sh

catalog: ## Makes catalog/operations.json from an OpenAPI document (SPEC=file or URL)
	@scripts/catalog.sh

tokens: setup ## What the tools cost on each surface: bytes, tokens (docs/tokens.md)
	@scripts/run.sh scripts/tokens.mjs

deploy: build ## Deploys to Cloudflare
	@scripts/deploy.sh

fuzz: ## Runs each fuzz target for FUZZ_SECONDS (60); needs nightly Rust and cargo-fuzz
	@scripts/fuzz.sh

clean: ## Removes what was built here
	rm -rf build build-conformance target .wrangler

.PHONY: help setup build dev demo check conformance test catalog tokens deploy fuzz clean
