#!/usr/bin/env bash
# tidy_test.sh judged: in a copy of the tree, each breach made on purpose must be found by name.
#   tidy_can_fail_test.sh ROOT
set -euo pipefail
root=$(readlink -f "$1")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failures=0

# expect WHAT COMMAND...: the command spoils a fresh copy; the report must then name WHAT.
expect() {
  local what=$1 report; shift
  rm -rf "${copy:?}"/*
  cp -r "$root"/{consumer,evaluator,sinks,tests,deploy,config,README.md} "$copy"
  (cd "$copy" && "$@")
  if report=$("$root/tests/tidy/tidy_test.sh" "$copy"); then
    echo "not found: $what"; failures=1
  elif ! grep -qF "$what" <<<"$report"; then
    printf 'another breach than "%s" was found:\n%s\n' "$what" "$report"; failures=1
  fi
}
add() { echo "$2" >>"$1"; }
long_file() { seq 501 | sed 's|^|// |' >>consumer/raw_message.h; }

expect 'evaluator/ includes another room' add evaluator/audit.h '#include "sinks/encoder.h"'
expect 'sinks/ includes consumer/' add sinks/encoder.h '#include "consumer/raw_message.h"'
expect 'a header of Kafka' add evaluator/audit.cpp '#include <librdkafka/rdkafka.h>'
expect 'a header of Kafka' add evaluator/audit.cpp '#include <thread>'
expect 'a clock' add evaluator/audit.cpp 'auto t = std::chrono::system_clock::now();'
expect 'simdjson' add sinks/encoder.h '#include <simdjson.h>'
expect 'a file of over 500 lines' long_file
expect 'does not open with what it is' sed -i 1d evaluator/request.h
expect 'without #pragma once' sed -i '/pragma once/d' evaluator/request.h
expect 'a folder without a README.md' rm sinks/README.md
expect 'that no CMakeLists.txt names' add sinks/forgotten.cpp '// forgotten'
expect 'left for later' add sinks/encoder.h '// TO''DO'
[ $failures = 0 ] && echo 'each breach is found'
exit $failures
