#!/usr/bin/env bash
# The house rules that no compiler checks, over the source tree; prints every breach.
#   tidy_test.sh ROOT         ROOT: the top of the source tree
set -uo pipefail
shopt -s lastpipe  # breach() counts in this shell, not in one of its own
cd "$1" || exit 2

breaches=0
# breach WHAT: takes the offenders from standard input, one a line; none is well.
breach() {
  local offenders; offenders=$(cat)
  [ -z "$offenders" ] && return
  breaches=$((breaches + 1))
  printf '%s:\n%s\n\n' "$1" "$offenders"
}

sources() { find "$@" \( -name '*.h' -o -name '*.cpp' \) -type f | sort; }

# The arrows of the architecture: consumer -> sinks -> evaluator.
sources evaluator | xargs grep -nE '#include ["<](consumer|sinks|tests)/' |
  breach 'evaluator/ includes another room'
sources sinks | xargs grep -nE '#include ["<](consumer|tests)/' | breach 'sinks/ includes consumer/'
sources consumer | xargs grep -nE '#include ["<]tests/' | breach 'consumer/ includes tests/'

# evaluator/ is pure: no Kafka, no log, no file, no thread, no clock.
impure='librdkafka|spdlog|filesystem|fstream|iostream|thread|mutex|atomic|condition_variable|future|stop_token|random|unistd\.h|fcntl\.h|sys/'
sources evaluator | xargs grep -nE "#include [<\"]($impure)" |
  breach 'evaluator/ includes a header of Kafka, log, file or thread'
sources evaluator | xargs grep -nE '_clock::|std::time\(|\b(fopen|getenv|printf|fprintf|puts)\(' |
  breach 'evaluator/ reads a clock, a file or the environment, or prints'

# The parser's own headers, which no other file includes, may.
sources evaluator sinks consumer | grep '\.h$' | grep -vE '/(cloudtrail_fields|json_members)\.h$' |
  xargs grep -nE '#include <simdjson' |
  breach 'a header includes simdjson, which belongs into .cpp files'

# A test may be longer: its cases are read one by one.
sources evaluator sinks consumer tests | xargs wc -l |
  awk '$2 != "total" && $1 > ($2 ~ /tests\// ? 650 : 500) {print $2 ": " $1 " lines"}' |
  breach 'a file of over 500 lines'

for header in $(sources evaluator sinks consumer tests | grep '\.h$'); do
  [ "$(head -c 3 "$header")" = '// ' ] || echo "$header"
done | breach 'a header that does not open with what it is'
sources evaluator sinks consumer tests | grep '\.h$' | xargs grep -L '^#pragma once$' |
  breach 'a header without #pragma once'

for folder in . consumer evaluator sinks tests deploy config; do
  [ -f "$folder/README.md" ] || echo "$folder"
done | breach 'a folder without a README.md'

# Each source is listed in its folder's CMakeLists.txt: no dead files.
for source in $(find consumer evaluator sinks tests -name '*.cpp' -type f | sort); do
  grep -q "\b$(basename "$source")\b" "$(dirname "$source")/CMakeLists.txt" || echo "$source"
done | breach 'a source that no CMakeLists.txt names'

left='TO''DO|FIX''ME|NO''LINT|GTEST_SK''IP|DISAB''LED_'
grep -rnE "$left" --include='*.h' --include='*.cpp' --include='*.sh' --include='CMakeLists.txt' \
  consumer evaluator sinks tests deploy | breach 'something left for later'

[ $breaches = 0 ] && echo 'the house rules hold'
exit $((breaches > 0))
