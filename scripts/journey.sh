#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Walks the program in a real browser. With ESCALE_SHOTS=FOLDER, keeps pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
find_chromium
find_axe
[ -z "${ESCALE_SHOTS:-}" ] || { mkdir -p "$ESCALE_SHOTS"; ESCALE_SHOTS=$(cd "$ESCALE_SHOTS" && pwd); export ESCALE_SHOTS; }
go test -count=1 -timeout 10m ./internal/app/journey
