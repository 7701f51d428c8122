#!/usr/bin/env bash
# Every test but those labelled `slow`, on Debian 12 or 13: installs what is missing (GoogleTest, a
# JDK and Maven for the broker tests too), builds, runs ctest and ends with its summary.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

deploy/install-packages.sh build test

# Runs a step; its output is shown only when it fails.
quietly() {
  local log; log=$(mktemp)
  "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
  rm -f "$log"
}
ccache=()
if command -v ccache >/dev/null; then ccache=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
echo "== configuring build/dev"
quietly cmake --preset dev -DBUILD_TESTING=ON "${ccache[@]}"
echo "== building the program and its tests, fetching Apache Kafka from Maven Central (a few minutes the first time)"
quietly cmake --build --preset dev
echo "== running ctest, all labels but slow"
ctest --preset dev
