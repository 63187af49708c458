# What there is to run. `make` alone prints this list.
.PHONY: help test testnocgo race interop integration vet lint vulnerabilities fmt lambda package image publish deploycheck vectors fuzz soak bench clean

GOLANGCI := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 50000x
DIST ?= dist
SOAK ?= 30m
SEED ?= 1
CONFIG ?= etc/test-config.json

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

test: ## all tests
	go test ./... ./local/...

testnocgo: ## the root module's tests without a C compiler
	CGO_ENABLED=0 go test ./...

race: ## the packages that share data between goroutines, under the race detector
	go test -race ./federation ./federation/message ./federation/spill/... ./federation/client ./timestream
	go test -race ./local/internal/athena ./local/internal/tsserver ./local/internal/stack ./local/internal/console

interop: ## AWS's own SDK plays Athena against the Lambda binary (Java 17, Maven, Python)
	interop/run

integration: ## the connector on a real account: CONFIG=etc/test-config.json with your bucket; makes a database and removes it
	go test ./internal/integration -run TestIntegration -count=1 -v -timeout 60m -config $(abspath $(CONFIG))

vet: ## go vet, both modules
	go vet ./... ./local/...

lint: ## the linters of .golangci.yml, both modules
	$(GOLANGCI) run ./...
	cd local && $(GOLANGCI) run ./...

vulnerabilities: ## what the Go project knows of the modules in the function; needs vuln.go.dev
	scripts/vulnerabilities

fmt: ## format all Go files
	$(GOLANGCI) fmt ./... && cd local && $(GOLANGCI) fmt ./...

lambda: ## the Lambda binaries: dist/amd64/bootstrap, dist/arm64/bootstrap
	for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch go build -tags lambda.norpc -trimpath -ldflags "-s -w" \
			-o $(DIST)/$$arch/bootstrap ./cmd/athena-timestream || exit 1; \
	done

package: lambda ## the zips for Lambda, arm64 and x86_64, reproducible, with checksums and lists of modules
	scripts/package $(DIST)

image: lambda ## images of the function in OCI's layout, dist/image/arm64 and dist/image/amd64, without Docker
	for arch in amd64 arm64; do \
		go run ./deploy/image $(DIST)/image/$$arch $$arch $(DIST)/$$arch/bootstrap LICENSE THIRD_PARTY.txt || exit 1; \
	done

publish: package ## the templates into the Serverless Application Repository: BUCKET=..., VERSION=...; DRY=1 asks AWS nothing
	DRY=$(DRY) scripts/publish "$(BUCKET)" $(VERSION)

deploycheck: ## templates and packages, by cfn-lint, sam and checkov (Python)
	deploy/check

vectors: ## rewrite the golden vectors (Java 17 and Maven)
	cd vectors/generator && mvn -q compile exec:exec
	cd vectors/substrait-generator && mvn -q compile exec:exec

fuzz: ## every fuzz target, FUZZTIME executions each
	./scripts/fuzz $(FUZZTIME)

soak: ## 64 readers against one served instance with faults, for SOAK=30m, drawn from SEED=1
	go test ./local/internal/soak -run TestSoak -count=1 -v -timeout 0 -for $(SOAK) -seed $(SEED)

bench: package ## how fast it reads, into docs/performance.md (minutes); SHORT=1: what CI asks for, and nothing is written
	go run ./timestream/internal/bench -dist $(DIST) $(if $(SHORT),-short,-doc docs/performance.md -plots docs/performance)

clean: ## remove what was built
	rm -rf dist
