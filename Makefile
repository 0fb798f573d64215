# Escale. The two commands a newcomer needs are `go run ./cmd/escale demo` and
# `make test`; the others are here too.

.PHONY: test bench journey format build demo

# Everything: set-up, vet, static analysis, race-enabled tests on SQLite and
# PostgreSQL, browser journeys with accessibility checks.
test:
	@bash scripts/test.sh

# The browser journeys alone; ESCALE_SHOTS=docs/journey keeps their pictures.
journey:
	@bash scripts/journey.sh

# Tables of measures. Never fails on time: machines are shared and noisy.
bench:
	@bash scripts/bench.sh

format:
	go tool gofumpt -w cmd internal

# One static binary.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o escale ./cmd/escale

demo:
	go run ./cmd/escale demo
