#!/usr/bin/env bash
# list_headers.cmake judged, on a small tree of its own: what it lists, that it cannot pass over an
# empty tree, and that a listed header which leans on its includer does not compile.
#   headers_can_fail_test.sh CMAKE COMPILER
set -euo pipefail
cmake=$1 compiler=$2
list=$(dirname "$(readlink -f "$0")")/list_headers.cmake
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
fail() { echo "$1"; exit 1; }

list_headers() { "$cmake" -DROOT="$tree" -P "$list" 2>&1; }
compiles() { echo "#include \"$1\"" | "$compiler" -std=c++23 -fsyntax-only -I. -x c++ - 2>/dev/null; }

mkdir -p consumer/deep/er evaluator sinks
if list_headers >/dev/null; then fail 'a tree without headers passes'; fi

touch consumer/deep/er/{with,without}.h consumer/deep/er/with.cpp evaluator/data.h sinks/sink.{h,cpp}
expected=$'consumer/deep/er/without.h\nevaluator/data.h'
listed=$(list_headers) || fail "$listed"
[ "$listed" = "$expected" ] || fail "expected: $expected, listed: $listed"

rm sinks/sink.h
if list_headers >/dev/null; then fail 'a folder without headers passes'; fi

touch sinks/sink.h
printf 'namespace n { inline std::string text; }\n' >evaluator/data.h
if compiles evaluator/data.h; then fail 'a header that misses an include compiles'; fi
sed -i '1i#include <string>' evaluator/data.h
compiles evaluator/data.h || fail 'a header that misses nothing does not compile'
echo 'headers are listed, and a broken one is found'
