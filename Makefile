# Fourlights. `make` lists the targets.
SHELL := /bin/bash
PORT ?= 8080
PUBLIC_URL ?= ./
TOOLS := . tools/versions.sh &&

.PHONY: help serve test build stack stack-incident stack-publish bench-status bench bench-bytes bench-load soak size lint fmt schema native browser e2e e2e-repeat clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

serve: ## set up, build and serve the console with the embedded demo on http://127.0.0.1:8080 (PORT=..)
	@tools/setup.sh trunk
	@tools/serve.sh $(PORT)

test: ## set up everything, then run every test of every kind
	@tools/setup.sh trunk lint browser readers servers
	@tools/test.sh

build: ## leave dist/, ready for any static host (PUBLIC_URL=/ops/ for absolute addresses)
	@tools/setup.sh trunk
	@tools/build.sh $(PUBLIC_URL)

stack: ## a real system to look at: Prometheus, Alertmanager, exporters, Caddy, load; Ctrl-C stops all
	@tools/setup.sh trunk servers
	@tools/build.sh ./
	@$(TOOLS) cargo run --quiet --profile tool --bin stack

stack-incident: ## make the running stack slow and failing for some minutes (MODE=latency|errors|outage, default both)
	@$(TOOLS) cargo run --quiet --profile tool --bin stack -- incident $(MODE)

stack-publish: ## write the running stack's public page, for its Caddy to serve
	@$(TOOLS) { read -r _; read -r site; read -r page; } < target/stack.port && \
	  cargo run --quiet --profile tool --bin fourlights -- publish "$$site/fourlights.json" --out "$$page" --live dist

bench: ## our charts beside uPlot in one browser: a table, then a JSON line a measure (WORDS=redraw for a part)
	@tools/setup.sh trunk browser bench servers
	@tools/bench.sh $(WORDS)

bench-status: ## the public page's bytes and times beside its peers' figures: a table, then a JSON line a measure
	@tools/setup.sh trunk browser lighthouse servers
	@tools/build.sh ./
	@$(TOOLS) cargo bench --quiet --locked --features e2e --bench status

bench-bytes: ## bytes of the first load from a source with 500 and 5,000 services: a JSON line a query, and the sums
	@tools/setup.sh servers
	@$(TOOLS) cargo test --quiet --locked --features e2e --test e2e first_load -- --nocapture --test-threads=1

bench-load: ## the health page on a slow phone (150 ms, 1.6 Mbit/s, CPU x 4): a JSON line a measure
	@tools/setup.sh trunk browser servers
	@tools/build.sh ./
	@$(TOOLS) cargo bench --quiet --locked --features e2e --bench load

soak: ## a page refreshed every second for ten minutes, twice: long tasks and memory (SOAK_MINUTES=1 for a look)
	@tools/setup.sh trunk browser servers
	@tools/build.sh ./
	@$(TOOLS) cargo bench --quiet --locked --features e2e --bench soak

size: ## bytes of the first load on the wire, by part
	@tools/setup.sh trunk
	@tools/build.sh ./
	@node tools/size.mjs dist

lint: ## formatting, lints on both targets, unused dependencies, licences
	@tools/setup.sh wasm lint
	@tools/lint.sh

fmt: ## format the code
	@$(TOOLS) cargo fmt

schema: ## write the JSON Schema and its tables from the types
	@$(TOOLS) tools/schema.sh

native: ## native tests alone
	@$(TOOLS) cargo test --lib --test native

browser: ## browser tests alone
	@tools/setup.sh trunk browser
	@tools/test.sh browser

e2e: ## end-to-end tests alone
	@tools/setup.sh trunk browser readers servers
	@tools/test.sh e2e

e2e-repeat: ## end-to-end tests five times beside two busy processes (REPEAT=..)
	@tools/setup.sh trunk browser readers servers
	@tools/test.sh repeat

clean: ## remove what was built
	rm -rf target dist .stage test-results
