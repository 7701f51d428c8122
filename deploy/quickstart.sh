#!/usr/bin/env bash
# From a fresh checkout on Debian 12 or 13 to a running demo: installs what is missing, builds the
# executable, shows alerts on the bundled sample events. Needs no Kafka.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

deploy/install-packages.sh build

# Runs a step; its output is shown only when it fails.
quietly() {
  local log; log=$(mktemp)
  "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
  rm -f "$log"
}
echo "== configuring build/release"
quietly cmake --preset release -DBUILD_TESTING=OFF
echo "== building guardrail-auditor (a few minutes the first time)"
quietly cmake --build --preset release --target guardrail-auditor
echo "== running: build/release/guardrail-auditor demo"
build/release/guardrail-auditor demo
