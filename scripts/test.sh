#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything that must be true before a change lands. See CONTRIBUTING.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

command -v go >/dev/null || { echo "make test: Go 1.26 is missing: see https://go.dev/dl" >&2; exit 1; }
# The race detector needs a C compiler; the program itself is built without one.
command -v gcc >/dev/null || install gcc libc6-dev || { echo "make test: gcc is missing, which the race detector needs. Install it: apt-get install gcc libc6-dev" >&2; exit 1; }
trap stop_postgres EXIT
start_postgres
find_chromium
find_axe

echo "== format"
unformatted=$(go tool gofumpt -l cmd internal)
[ -z "$unformatted" ] || { printf 'not formatted (make format):\n%s\n' "$unformatted" >&2; exit 1; }
echo "== vet"
go vet ./...
echo "== static analysis"
go tool staticcheck ./...
echo "== tests"
CGO_ENABLED=1 go test -race -timeout 20m ./...
