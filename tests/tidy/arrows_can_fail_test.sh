#!/usr/bin/env bash
# arrows.sh judged, on a small tree of its own: its picture is the known one, and each breach made
# on purpose is found by name.
#   arrows_can_fail_test.sh ROOT
set -euo pipefail
arrows=$(readlink -f "$1")/tests/tidy/arrows.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
failures=0

# unit NAME INCLUDED...: a header that includes these units.
unit() {
  local name=$1; shift
  mkdir -p "${name%/*}"
  : >"$name.h"
  for included; do includes "$name.h" "$included"; done
}
includes() { echo "#include \"$2.h\"" >>"$1"; }

# evaluator/top reaches text only through both middles, so its own arrow to it is left out.
fresh() {
  rm -rf "${tree:?}"/*
  unit evaluator/text/letter
  unit evaluator/text/word evaluator/text/letter
  unit evaluator/left/a evaluator/text/word
  unit evaluator/right/b evaluator/text/letter
  unit evaluator/top/c evaluator/left/a evaluator/right/b evaluator/text/word
  unit sinks/kafka/out evaluator/left/a
  unit consumer/commands/run sinks/kafka/out evaluator/top/c
  unit consumer/main consumer/commands/run
  mkdir -p tests/tidy
  cat >tests/tidy/arrows.txt <<'RULES'
# a comment
evaluator/text:
evaluator/left: text
evaluator/right: text
evaluator/top: left right text
sinks/kafka:
consumer/commands:
consumer: commands  # and a comment
RULES
  printf '# a title\n<!-- arrows -->\n<!-- /arrows -->\nthe end\n' >README.md
  "$arrows" --update .
}

# finds WHAT COMMAND...: the command spoils a fresh tree; the check must then say exactly WHAT.
finds() {
  local what=$1 report; shift
  fresh
  "$@"
  report=$("$arrows" --check .)
  [ "$report" = "$what" ] ||
    { printf 'after `%s` expected:\n%s\nand got:\n%s\n' "$*" "$what" "$report"; failures=1; }
}
rule() { sed -i "s|^$1:.*|$1:$2|" tests/tidy/arrows.txt; "$arrows" --update .; }
flat_with_circle() {
  unit evaluator/x evaluator/y evaluator/top/c
  unit evaluator/y evaluator/x
  echo 'evaluator: *' >>tests/tidy/arrows.txt
  "$arrows" --update .
}
new_arrow() { includes evaluator/left/a.h evaluator/right/b; rule evaluator/left ' right text'; }
stale_picture() { cp README.md old; new_arrow; cat old >README.md; }
# Of which there is no picture, so that the update fails.
circle_of_folders() {
  includes evaluator/text/word.h evaluator/left/a
  rule evaluator/text ' left' || true
}
circle_of_three() {
  unit evaluator/top/d evaluator/top/e
  unit evaluator/top/e evaluator/top/f
  : >evaluator/top/f.cpp
  includes evaluator/top/f.cpp evaluator/top/d
}

finds '' true
finds '' new_arrow
finds '' flat_with_circle  # binds nobody before it is split
finds 'evaluator/right/b.h includes evaluator/left/a.h, which the rule of evaluator/right does not allow
README.md shows other arrows than the includes: tests/tidy/arrows.sh --update .' \
  includes evaluator/right/b.h evaluator/left/a
finds 'a rule that no include needs: evaluator/left: right' rule evaluator/left ' right text'
finds 'a folder without a rule: evaluator/right' sed -i '/^evaluator.right/d' tests/tidy/arrows.txt
finds 'a rule for a folder without sources: evaluator/gone' \
  sed -i '$aevaluator/gone:' tests/tidy/arrows.txt
finds 'evaluator/text/word.h includes evaluator/text/gone.h, which is not there' \
  includes evaluator/text/word.h evaluator/text/gone
finds 'a circle of files: evaluator/text/letter -> evaluator/text/word -> evaluator/text/letter' \
  includes evaluator/text/letter.h evaluator/text/word
finds 'a circle of files: evaluator/top/d -> evaluator/top/e -> evaluator/top/f -> evaluator/top/d' \
  circle_of_three
finds 'README.md shows other arrows than the includes: tests/tidy/arrows.sh --update .' \
  stale_picture
finds 'README.md has no line `<!-- arrows -->`' sed -i '/arrows -->/d' README.md
finds 'a circle of folders: evaluator/left -> evaluator/text -> evaluator/left' circle_of_folders

fresh
includes evaluator/text/word.h sinks/kafka/out
"$arrows" --check . | grep -q '^evaluator/text/word.h includes sinks/kafka/out.h, which stands above' ||
  { echo 'not found: an include of a top folder above'; failures=1; }

fresh
expected='consumer/
   2  main       → commands
   1  commands   → evaluator/top sinks/kafka
sinks/
   1  kafka      → evaluator/left
evaluator/
   3  top        → left right
   2  left       → text
      right      → text
   1  text'
[ "$(sed -n '/^```/,/^```/p' README.md | sed '/^```/d')" = "$expected" ] &&
  [ "$(sed -n '1p;$p' README.md)" = $'# a title\nthe end' ] ||
  { echo 'another picture than the known one:'; cat README.md; failures=1; }
[ "$("$arrows" . | tail -4)" = 'evaluator   4 folders,   5 units,   5 arrows,  3 layers
sinks       1 folders,   1 units,   0 arrows,  1 layers
consumer    2 folders,   2 units,   1 arrows,  2 layers
all         7 folders,   8 units,   9 arrows,  5 layers' ] ||
  { echo 'other counts than the known ones:'; "$arrows" .; failures=1; }

[ $failures = 0 ] && echo 'each breach is found'
exit $failures
