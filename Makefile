# Everything one does with Jalon, from a fresh clone: `make demo` to see it, `make test` to hold it.
# Needs Go, make, and for the tests node with npm; .ci/setup gets the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help

GO ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
TEST_TIMEOUT ?= 25m
TORTURE_TIMEOUT ?= 6h
# The race detector watches all code but that of SQLite, which is C turned into Go: locked by the C it comes from,
# and five to ten times slower when it is watched.
RACE := -race -gcflags='modernc.org/...=-race=false'
# Packages whose results could depend on the machine's time zone. They are tested again far from Paris; those
# that do not exist are left out, and internal/archtest holds that the names are the real ones.
ZONE_PACKAGES := internal/civil governance/cadence internal/database internal/web

.PHONY: help demo test torture bench bench-selection check build docs-pictures setup clean

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## build and run the demonstration authority on http://127.0.0.1:8080
	$(GO) run ./cmd/jalon demo

test: setup ## the whole suite: SQLite, PostgreSQL and browser, with the race detector
	JALON_TEST_REQUIRE=1 .ci/postgres $(GO) test $(RACE) -shuffle=on -timeout $(TEST_TIMEOUT) ./...

torture: setup ## the long runs that test samples: kills, accelerated years, big files, every page
	JALON_TEST_REQUIRE=1 JALON_TORTURE=1 .ci/postgres $(GO) test $(RACE) -shuffle=on -timeout $(TORTURE_TIMEOUT) ./...

bench: setup ## the benchmarks, as CPU time beside a reference (docs/performance.md), about eight minutes
	@set -o pipefail; JALON_TEST_REQUIRE=1 .ci/postgres $(GO) test -run '^$$' -bench . -benchtime 2s -p 1 -timeout $(TEST_TIMEOUT) ./... \
		| grep --line-buffered -Ev '^(PASS|ok|goos|goarch|cpu|\?)'

bench-selection: ## the selection engine beside CBC, GLPK and HiGHS, where they are installed; ARGS='-limit 60s -each 10' for more
	$(GO) run ./internal/benchtest/selection $(ARGS)

check: setup ## format, vet, staticcheck, and the time-sensitive packages in another time zone
	@folders=$$($(GO) list -f '{{.Dir}}' ./...) && unformatted=$$(gofmt -l $$folders | sort -u); \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	TZ=Pacific/Auckland JALON_TEST_REQUIRE=1 .ci/postgres $(GO) test $(addprefix ./,$(wildcard $(ZONE_PACKAGES)))

build: ## the one static binary, bin/jalon
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/jalon ./cmd/jalon

docs-pictures: setup ## draw the pictures of the documentation anew
	JALON_TEST_REQUIRE=1 JALON_DOCS_PICTURES=1 $(GO) test ./internal/browsertest -count=1 -run TestDocsPictures

setup: ## get what the tests need and this machine lacks
	@.ci/setup

clean: ## remove what was built and fetched; var/, the data, stays
	rm -rf bin node_modules internal/browsertest/assets/axe.min.js
