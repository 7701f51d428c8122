#!/usr/bin/env bash
# tidy_test.sh judged: in a copy of the tree, each breach made on purpose must be found by name, and
# each check must have found one.
#   tidy_can_fail_test.sh ROOT
set -euo pipefail
root=$(readlink -f "$1")
copy=$(mktemp -d)
tree=$(mktemp)
trap 'rm -rf "$copy" "$tree"' EXIT
failures=0
# What the checks read: no cases, corpora and samples.
(cd "$root" && find consumer evaluator sinks tests deploy config cmake CMake* README.md \
  .clang-tidy .clang-format -type f -regex '.*\.\(h\|cpp\|in\|sh\|txt\|cmake\|md\|json\|clang-.*\)' \
  -not -path 'tests/cases/*' -not -path 'config/*.json' | tar -cf "$tree" -T -)
judged=()

# expect CHECK WHAT COMMAND...: the command spoils a fresh copy; the check's report must then name
# WHAT. Only that check runs, so that this test stays short.
expect() {
  local check=$1 what=$2 report; shift 2
  judged+=("$check")
  rm -rf "${copy:?}"/*
  tar -xf "$tree" -C "$copy"
  (cd "$copy" && "$@")
  if report=$("$root/tests/tidy/tidy_test.sh" "$copy" "$check"); then
    echo "not found: $what"; failures=1
  elif ! grep -qF "$what" <<<"$report"; then
    printf 'another breach than "%s" was found:\n%s\n' "$what" "$report"; failures=1
  fi
}
# add NAME LINE: to that file, in whichever folder of the three rooms it is.
file() { find consumer evaluator sinks -path "*$1" -type f | head -n 1; }
add() { echo "$2" >>"$(file "$1")"; }
edit() { sed -i "$1" "$(file "$2")"; }
put() { mkdir -p "${1%/*}"; echo "$2" >"$1"; }
long_file() { seq 501 | sed 's|^|// |' >>"$(file /raw_message.h)"; }
full_folder() { for i in $(seq 26); do put "evaluator/new/u$i.h" '// one'; done; }
forgotten_in_folder() {
  put evaluator/new/kept.cpp '// kept'
  put evaluator/new/forgotten.cpp '// forgotten'
  put evaluator/new/CMakeLists.txt 'add_library(auditor_new STATIC kept.cpp)'
}
forgotten_test() {
  put tests/evaluator/new/kept_test.cpp '// kept'
  put tests/evaluator/new/forgotten_test.cpp '// forgotten'
  echo 'add_executable(new_test new/kept_test.cpp)' >>tests/evaluator/CMakeLists.txt
}
untested() { put evaluator/new/x.cpp '// what it is'; }
old_regex() { sed -i 's|/\.+\\\.h|/[^/]+\\.h|' .clang-tidy; put evaluator/new/x.h '// x'; }
badly_formatted() { add /request.h 'inline int  two_blanks = 0;'; }

expect rooms 'evaluator/ includes another room' add /audit.h '#include "sinks/records/encoder.h"'
expect rooms 'sinks/ includes consumer/' add /output_record.h '#include "consumer/decoding/raw_message.h"'
expect arrows 'a folder without a rule: evaluator/new' put evaluator/new/x.h '// x'
expect purity 'a header of Kafka' add /audit.cpp '#include <librdkafka/rdkafka.h>'
expect purity 'a header of Kafka' add /audit.cpp '#include <thread>'
expect purity 'a clock' add /audit.cpp 'auto t = std::chrono::system_clock::now();'
expect worker 'worker/batch.h -> librdkafka' add worker/batch.h '#include <librdkafka/rdkafka.h>'
expect worker 'worker/worker.h -> sinks/kafka/output_sink.h -> sinks/kafka/kafka_handles.h' \
  add /output_sink.h '#include "sinks/kafka/kafka_handles.h"'
expect simdjson 'simdjson' add /output_record.h '#include <simdjson.h>'
expect length 'a file of over 500 lines' long_file
expect folder_size 'evaluator/new: 26 units' full_folder
expect headers 'does not open with what it is' edit 1d /request.h
expect headers 'without #pragma once' edit '/pragma once/d' /request.h
expect own_header_first 'whose first include is not its own' edit '1i#include <string>' /arn.cpp
expect own_header_first 'under which no source proves' put cmake/x.cmake 'set(CMAKE_UNITY_BUILD ON)'
expect clang_tidy 'clang-tidy does not look into' old_regex
expect clang_tidy 'clang-tidy does not look into' sed -i /HeaderFilterRegex/d .clang-tidy
expect format 'is not as clang-format-19 has it' badly_formatted
expect readmes 'a folder without a README.md' rm sinks/README.md
expect readmes 'evaluator/new' put evaluator/new/x.h '// x'
expect listed 'sinks/forgotten.cpp' put sinks/forgotten.cpp '// forgotten'
expect listed 'evaluator/new/forgotten.cpp' forgotten_in_folder
expect listed 'tests/evaluator/new/forgotten_test.cpp' forgotten_test
expect tested 'evaluator/new/x: no test of its name' untested
expect tested 'tested by gone_test.cpp, which is not there' add /arn.h '// Tested by gone_test.cpp.'
expect left 'left for later' add /output_record.h '// TO''DO'

for check in $("$root/tests/tidy/tidy_test.sh" --checks); do
  [[ " ${judged[*]} " == *" $check "* ]] || { echo "no breach for the check $check"; failures=1; }
done
[ $failures = 0 ] && echo 'each breach is found'
exit $failures
