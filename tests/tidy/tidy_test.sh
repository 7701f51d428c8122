#!/usr/bin/env bash
# The house rules that no compiler checks, over the source tree; prints every breach.
#   tidy_test.sh ROOT [CHECK...]     ROOT: the top of the source tree; CHECK: only these
#   tidy_test.sh --checks            the names of the checks
set -uo pipefail
shopt -s lastpipe  # breach() counts in this shell, not in one of its own

breaches=0
# breach WHAT: takes the offenders from standard input, one a line; none is well.
breach() {
  local offenders; offenders=$(cat)
  [ -z "$offenders" ] && return
  breaches=$((breaches + 1))
  printf '%s:\n%s\n\n' "$1" "$offenders"
}

rooms=(consumer evaluator sinks)
sources() { find "$@" \( -name '*.h' -o -name '*.cpp' \) -type f | LC_ALL=C sort; }
headers() { find "$@" -name '*.h' -type f | LC_ALL=C sort; }
# Top folders whose sources do not stand in sub-folders yet: no rule on folders binds them.
flat() { sed -n 's/^\([a-z]*\): \*$/\1/p' tests/tidy/arrows.txt; }

# The arrows of the architecture: consumer -> sinks -> evaluator.
check_rooms() {
  sources evaluator | xargs grep -nE '#include ["<](consumer|sinks|tests)/' |
    breach 'evaluator/ includes another room'
  sources sinks | xargs grep -nE '#include ["<](consumer|tests)/' |
    breach 'sinks/ includes consumer/'
  sources consumer | xargs grep -nE '#include ["<]tests/' | breach 'consumer/ includes tests/'
}

# The arrows inside them, and their picture in README.md.
check_arrows() { tests/tidy/arrows.sh --check . | breach 'an arrow between folders or files'; }

# evaluator/ is pure: no Kafka, no log, no file, no thread, no clock.
check_purity() {
  local impure='librdkafka|spdlog|filesystem|fstream|iostream|thread|mutex|atomic|condition_variable|future|stop_token|random|unistd\.h|fcntl\.h|sys/'
  sources evaluator | xargs grep -nE "#include [<\"]($impure)" |
    breach 'evaluator/ includes a header of Kafka, log, file or thread'
  sources evaluator | xargs grep -nE '_clock::|std::time\(|\b(fopen|getenv|printf|fprintf|puts)\(' |
    breach 'evaluator/ reads a clock, a file or the environment, or prints'
}

# The worker's headers know no librdkafka, of their own or through others: what the loop can meet is
# what its interfaces say, and the fakes of its tests say it too.
check_worker() {
  sources "${rooms[@]}" | xargs awk '
    /^#include [<"]/ {
      split($2, name, /[<>"]/)
      included[FILENAME, ++count[FILENAME]] = name[2]
    }
    # The way from `file` to librdkafka; empty: there is none.
    function way(file,    i, rest) {
      if (file ~ /^librdkafka\//) return file
      if (file in seen) return ""
      seen[file]
      for (i = 1; i <= count[file]; ++i) {
        rest = way(included[file, i])
        if (rest != "") return file " -> " rest
      }
      return ""
    }
    END {
      for (i = 1; i < ARGC; ++i) {
        if (ARGV[i] !~ /^consumer\/worker\/.*\.h$/) continue
        delete seen
        found = way(ARGV[i])
        if (found != "") print found
      }
    }' |
    breach 'a header of consumer/worker/ includes librdkafka'
}

# The parser's own headers, which no other file includes, may; whichever folder they are in.
check_simdjson() {
  headers "${rooms[@]}" | grep -vE '/(cloudtrail_fields|record_reader|json_members)\.h$' |
    xargs grep -nE '#include <simdjson' |
    breach 'a header includes simdjson, which belongs into .cpp files'
}

# A test may be longer: its cases are read one by one.
check_length() {
  sources "${rooms[@]}" tests | xargs wc -l |
    awk '$2 != "total" && $1 > ($2 ~ /tests\// ? 650 : 500) {print $2 ": " $1 " lines"}' |
    breach 'a file of over 500 lines'
}

# A header and its source count as one unit: they are read as one.
check_folder_size() {
  sources "${rooms[@]}" | sed 's/\.[a-z]*$//' | uniq | sed 's|/[^/]*$||' | uniq -c |
    awk '$1 > 25 {print $2 ": " $1 " units"}' | grep -vE "^($(flat | paste -sd '|')):" |
    breach 'a folder of over 25 units (a header with its source is one)'
}

check_headers() {
  headers "${rooms[@]}" tests | xargs awk 'FNR == 1 && !/^\/\/ / {print FILENAME}' |
    breach 'a header that does not open with what it is'
  headers "${rooms[@]}" tests | xargs grep -L '^#pragma once$' |
    breach 'a header without #pragma once'
}

# A source that includes its own header before anything else proves, by being compiled, that the
# header needs nothing before it; tests/headers compiles the headers that have no source. Under a
# precompiled header or a unity build a source would prove nothing. CMAKE_UNITY_BUILD alone, on the
# command line or in a preset, is well: tests/headers knows it and compiles every header then.
check_own_header_first() {
  find "${rooms[@]}" -name '*.cpp' -type f | LC_ALL=C sort | while read -r source; do
    [ -f "${source%.cpp}.h" ] && echo "$source"
  done | xargs -r awk '
    FNR == 1 {header = FILENAME; sub(/cpp$/, "h", header); is_first = 1}
    /^#include/ && is_first {is_first = 0; if ($2 != "\"" header "\"") print FILENAME ": " $0}' |
    breach 'a source whose first include is not its own header'
  { find "${rooms[@]}" cmake -name CMakeLists.txt -o -name '*.cmake'
    ls CMakeLists.txt
  } | xargs grep -niE 'precompile_headers|(^|[^_])unity_build([^_]|$)|cmake_unity_build([^_]|$)' |
    breach 'a precompiled header or a unity build, under which no source proves its header'
}

# clang-tidy looks into headers whose whole path matches.
check_clang_tidy() {
  local regex; regex=$(sed -n "s/^HeaderFilterRegex: '\(.*\)'$/\1/p" .clang-tidy)
  headers "${rooms[@]}" tests | sed 's|^|/|' | grep -vE "${regex:-nothing}" |
    breach 'a header that clang-tidy does not look into (HeaderFilterRegex)'
}

# By name: each version formats a little differently, and Debian 12 and 13 both have this one.
check_format() {
  if ! command -v clang-format-19 >/dev/null; then
    echo 'deploy/install-packages.sh test' | breach 'clang-format-19 is not here, which installs'
    return
  fi
  sources "${rooms[@]}" tests | xargs -n 50 -P 2 clang-format-19 --dry-run -Werror 2>&1 |
    sed -n 's/: error: .*//p' | LC_ALL=C sort |
    breach 'a line that is not as clang-format-19 has it'
}

check_readmes() {
  { printf '%s\n' . "${rooms[@]}" tests deploy config
    sources "${rooms[@]}" | sed 's|/[^/]*$||' | LC_ALL=C sort -u
  } | while read -r folder; do
    [ -f "$folder/README.md" ] || echo "$folder"
  done | breach 'a folder without a README.md'
}

# Each source is named in the CMakeLists.txt beside it: no dead files. Tests of one binary may
# stand in sub-folders of it, and are named by their path from there.
check_listed() {
  local named
  named=$(find "${rooms[@]}" tests -name CMakeLists.txt -type f | xargs awk '
    FNR == 1 {folder = FILENAME; sub(/CMakeLists.txt$/, "", folder)}
    {
      count = split($0, words, /[^A-Za-z0-9_.\/-]+/)
      for (i = 1; i <= count; ++i) {
        if (words[i] !~ /\.cpp$/) continue
        sub(/^\//, "", words[i])  # of ${CMAKE_CURRENT_SOURCE_DIR}/x.cpp
        if (words[i] !~ /\// || folder ~ /^tests\//) print folder words[i]
      }
    }')
  find "${rooms[@]}" tests -name '*.cpp' -type f | grep -vxFf <(echo "$named") |
    breach 'a source that no CMakeLists.txt names'
}

# Each unit of the rooms has a test of its name, or says which test it is tested by: a file by its
# name alone, wherever it is below tests/, or a path.
check_tested() {
  { find tests -type f; find tests -type d | sed 's|$|/|'; } | awk '
    FILENAME == "-" {
      exists[$0]
      if (!sub(/.*\//, "")) next
      if ($0 != "") exists[$0]
      next
    }
    FNR == 1 {
      unit = FILENAME
      sub(/\.[a-z]*$/, "", unit)
      text[unit] = text[unit] ". "
      if (FILENAME ~ /\.cpp$/) sources[unit]
    }
    /^ *\/\// {sub(/^ *\/\/ ?/, ""); text[unit] = text[unit] $0 " "; in_comment = 1; next}
    in_comment {text[unit] = text[unit] ". "; in_comment = 0}
    END {
      for (unit in text) {
        rest = text[unit]
        named = 0
        while (match(rest, /[Tt]ested by /)) {
          rest = substr(rest, RSTART + RLENGTH)
          sentence = substr(rest, 1, index(rest ". ", ". ") - 1)
          count = split(sentence, words, /[ ,;:()]+/)
          for (i = 1; i <= count; ++i) {
            if (words[i] !~ /\.(cpp|sh|txt)$/ && words[i] !~ /^tests\/.*\/$/) continue
            if (words[i] in exists) ++named
            else print unit ": tested by " words[i] ", which is not there"
          }
        }
        if (named || !(unit in sources) || unit ~ /^tests\//) continue
        room = name = unit
        sub(/\/.*/, "", room)
        sub(/.*\//, "", name)
        if ("tests/" unit "_test.cpp" in exists) continue
        if ("tests/" room "/" name "_test.cpp" in exists) continue
        print unit ": no test of its name, and no line \"Tested by\""
      }
    }' - $(sources "${rooms[@]}" tests) | LC_ALL=C sort |
    breach 'a source that names no test which is there'
}

check_left() {
  local left='TO''DO|FIX''ME|NO''LINT|GTEST_SK''IP|DISAB''LED_'
  grep -rnE "$left" --include='*.h' --include='*.cpp' --include='*.sh' --include='CMakeLists.txt' \
    "${rooms[@]}" tests deploy | breach 'something left for later'
}

all_checks() { compgen -A function check_ | sed 's/^check_//'; }

if [ "$1" = --checks ]; then all_checks; exit; fi
cd "$1" || exit 2
shift
for check in ${*:-$(all_checks)}; do
  if ! declare -F "check_$check" >/dev/null; then echo "there is no check \`$check\`"; exit 2; fi
  "check_$check"
done
[ $breaches = 0 ] && echo 'the house rules hold'
exit $((breaches > 0))
