# `make help` explains the targets. Everything runs under the Node.js that npm has pinned.
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test check up install packages generate format lint types architecture breaking \
        test-fast test-e2e test-s3 test-clouds test-compose bench-eval clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

demo: install packages-run ## Start the mesh, build the example website, show result and trace, stop
	@deploy/demo

test: install packages-run packages-test ## Unit, conformance, differential and end-to-end tests (needs Nix; installed where possible)
	vitest run --project fast --project e2e

check: install generated-current wasm-current lint types architecture ## Types, lint, architecture, generated code up to date

up: install packages-run ## Run all daemons on loopback until Ctrl-C
	@packages/cli/bin/tvix up

install: node_modules/.package-lock.json ## Install the npm packages, Node.js included, and bundle tvix for a quick start
	@node deploy/startup/make-startup-bundle.ts || echo "tvix runs from its sources, and starts slower" >&2

node_modules/.package-lock.json: package-lock.json
	npm ci --no-progress
	@touch $@

.PHONY: packages-run packages-test packages-s3 packages-clouds packages-compose generated-current
packages-run:
	@deploy/install-system-packages run
packages-test:
	@deploy/install-system-packages test
packages-s3:
	@deploy/install-system-packages s3
packages-clouds:
	@deploy/install-system-packages clouds
packages-compose:
	@deploy/install-system-packages compose

generate: install ## Generate code from proto/
	buf generate

generated-current: install
	@before=$$(find packages/proto/src -type f | sort | xargs cat | sha256sum); \
	buf generate; \
	after=$$(find packages/proto/src -type f | sort | xargs cat | sha256sum); \
	[ "$$before" = "$$after" ] || { echo "packages/proto/src was out of date; commit what 'make generate' wrote" >&2; exit 1; }

asc = cd packages/castore && asc assembly/index.ts --config assembly/asconfig.json --outFile

wasm: install ## Compile packages/castore/assembly to WebAssembly
	$(asc) src/wasm/castore.wasm

wasm-current: install
	@fresh=$$(mktemp) && ($(asc) $$fresh) && cmp -s $$fresh packages/castore/src/wasm/castore.wasm; same=$$?; rm -f $$fresh; \
	[ $$same = 0 ] || { echo "packages/castore/src/wasm/castore.wasm is out of date; commit what 'make wasm' writes" >&2; exit 1; }

# The tree of the published figures is nixpkgs 20.09; nix-store and restic are the peers.
bench-castore: install ## Measure the castore next to nix-store, restic and plain HTTP/2 (TREE=directory to import)
	node bench/castore.ts $(if $(TREE),--tree $(TREE))

format: install ## Format sources and protos
	biome check --write .
	buf format -w

lint: install ## Lint sources and protos
	biome check .
	buf lint
	buf format --diff --exit-code

types: install ## Check types
	tsc -p .

architecture: install ## Check who imports whom
	vitest run --project fast tests/architecture.test.ts

breaking: install ## Compare the protos with the last release tag
	@tag=$$(git describe --tags --abbrev=0 2>/dev/null) && buf breaking --against ".git#tag=$$tag" \
	|| { [ -z "$$tag" ] && echo "no release tag yet: nothing to compare with"; }

test-fast: install packages-run ## Unit and conformance tests only
	vitest run --project fast

test-e2e: install packages-run packages-test ## Daemons, foreign clients and real Nix
	vitest run --project e2e

test-s3: install packages-s3 ## Object stores against a real S3 server, Ceph's, which is started for it
	vitest run --project s3

test-clouds: install packages-clouds ## Object stores and tables against servers that speak as Azure's and Google's, which are started for it
	vitest run --project clouds

test-compose: install packages-run packages-compose ## Build the image and run the compose stack in a container engine of its own
	vitest run --project compose

bench-eval: install ## Compare evaluation with nix-instantiate: make bench-eval NIXPKGS=/path/to/nixpkgs
	@[ -n "$(NIXPKGS)" ] || { echo "say where a nixpkgs is: make bench-eval NIXPKGS=/path" >&2; exit 2; }
	node tests/bench/eval.ts "$(NIXPKGS)"

nixpkgs-check: install packages-test ## Compare store paths with Nix's: make nixpkgs-check NIXPKGS="/path/to/nixpkgs …"
	@[ -n "$(NIXPKGS)" ] || { echo "say where a nixpkgs is: make nixpkgs-check NIXPKGS=/path" >&2; exit 2; }
	node tests/nixpkgs/check.ts $(NIXPKGS)

# LANG is also the locale's variable: only one given to make counts, and children get none (a folder's name there ends
# Node.js with a segmentation fault).
ifeq ($(origin LANG),command line)
unexport LANG
endif
lang-nix: install ## Run C++ Nix's language tests: make lang-nix LANG=/path/to/tests/functional/lang [COMMAND=nix-instantiate]
	@[ "$(origin LANG)" = "command line" ] || { echo "say where the tests are: make lang-nix LANG=/path" >&2; exit 2; }
	@LANG=C.UTF-8 node tests/lang/run.ts --exceptions tests/lang/nix-exceptions.json \
	  $(if $(COMMAND),--command "$(COMMAND)") "$(LANG)"

.PHONY: lang fuzz-lang
lang: install ## Run the language suite: make lang [COMMAND="nix-instantiate --readonly-mode" VERSION=2.8]
	@node tests/lang/run.ts $(if $(COMMAND),--command "$(COMMAND)") $(if $(VERSION),--version $(VERSION)) packages/eval/lang-tests

fuzz-lang: install packages-test ## Compare generated programs with Nix's: make fuzz-lang [PROGRAMS=50000 SEED=1]
	node tests/lang/fuzz.ts $(if $(PROGRAMS),--programs $(PROGRAMS)) $(if $(SEED),--seed $(SEED))

clean: ## Remove what targets here have made
	rm -rf node_modules .demo
