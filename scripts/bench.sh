#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tables of measures, in Markdown; see docs/bench.md. It fails when something
# does not answer or answers wrongly, never on time. ESCALE_BENCH_FULL=1 generates
# a million activities instead of twenty thousand.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

# durable_postgres: restarts the server of start_postgres with the durability
# PostgreSQL has when nobody changes it: here its speed is what is measured.
durable_postgres() {
	local port=${ESCALE_TEST_POSTGRES##*127.0.0.1:}
	(cd "$PG_DIR" && "${PG_RUN[@]}" "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -w -l "$PG_DIR/log" -m fast \
		-o "-p ${port%%/*} -k $PG_DIR -c listen_addresses=127.0.0.1 -c max_connections=400" restart >/dev/null)
}

work=$(mktemp -d /tmp/escale-bench.XXXXXX)
trap 'stop_postgres; rm -rf "$work"' EXIT
postgres=
start_postgres
if [ -n "${ESCALE_TEST_POSTGRES:-}" ]; then
	durable_postgres
	"$PG_BIN/psql" -q "$ESCALE_TEST_POSTGRES" -c 'CREATE DATABASE measured'
	postgres=${ESCALE_TEST_POSTGRES/\/postgres?/\/measured?}
fi
activities=20000
[ "${ESCALE_BENCH_FULL:-}" = 1 ] && activities=1000000

echo "Measured on $(date -u +%F) with $(go env GOVERSION) on $(nproc) processors ($(uname -sm)), load average $(cut -d' ' -f1-3 /proc/loadavg) at the start."
echo
CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$work/escale" ./cmd/escale
go build -o "$work/bench" ./internal/app/bench
"$work/bench" -program "$work/escale" -postgres "$postgres" -activities "$activities"

echo "### Searching 25,000 places"
echo
ESCALE_BENCH=1 go test -count=1 -v -run '^TestBenchReport$' ./internal/network/finder >"$work/finder" || { cat "$work/finder" >&2; exit 1; }
awk '/ places, .* built in /{ print $0 ".\n" }
	/^questions /{ print "| questions | engine | asked | p50 | p99 | same counts as the index |\n| --- | --- | --- | --- | --- | --- |" }
	$3 ~ /^[0-9]+$/ && $5 ~ /^[0-9]+$/ {
		same = ""; for (i = 6; i <= NF; i++) same = same " " $i
		print "| " $1 " | " $2 " | " $3 " | " $4 " µs | " $5 " µs |" same " |"
	}' "$work/finder"
echo

echo "### Opening hours and territory"
echo
echo "| what | one takes | allocations |"
echo "| --- | --- | --- |"
go test -run '^$' -bench . -benchmem -benchtime 200ms ./internal/kit/hours ./internal/territory >"$work/lookups" || { cat "$work/lookups" >&2; exit 1; }
awk '/^pkg: /{ sub(/^.*\//, "", $2); room = $2 }
	/^Benchmark/{
		sub(/^Benchmark/, "", $1); sub(/-[0-9]+$/, "", $1)
		took = $3 >= 1e6 ? sprintf("%.1f ms", $3 / 1e6) : $3 >= 1e3 ? sprintf("%.1f µs", $3 / 1e3) : sprintf("%.0f ns", $3)
		print "| " room " " $1 " | " took " | " $(NF - 1) " |"
	}' "$work/lookups"
