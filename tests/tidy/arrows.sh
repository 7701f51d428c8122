#!/usr/bin/env bash
# The arrows between the folders of sources, read off the includes.
#   arrows.sh ROOT             folders, units, arrows and layers; and what breaks the rules
#   arrows.sh --check ROOT     only what breaks the rules of arrows.txt, or circles
#   arrows.sh --picture ROOT   the arrows as a text for people
#   arrows.sh --update ROOT    writes the picture into README.md
# A unit is a header with its source. A layer is the length of the longest way down.
# Tested by arrows_can_fail_test.sh.
set -euo pipefail
mode=--report
case $1 in --*) mode=$1; shift ;; esac
cd "$1"
rules=tests/tidy/arrows.txt
begin='<!-- arrows -->'
end='<!-- /arrows -->'

# arrows MODE: reads `file:#include "..."` lines, one `file:` for each file, and the rules.
arrows() {
  find consumer evaluator sinks \( -name '*.h' -o -name '*.cpp' -o -name '*.h.in' \) -type f |
    LC_ALL=C sort | xargs awk '
      BEGIN {for (i = 1; i < ARGC; ++i) print ARGV[i]}
      /^#include "(consumer|evaluator|sinks)\// {split($0, part, "\""); print FILENAME, part[2]}' |
    awk -v mode="$1" -v rules="$rules" '
function unit_of(path) {sub(/\.(h|cpp|h\.in)$/, "", path); return path}
function folder_of(path) {sub(/\/[^\/]*$/, "", path); return path}
function top_of(path) {sub(/\/.*/, "", path); return path}
# A folder as the lines about `top` call it.
function name_of(folder, top) {
  if (folder == top) return units[top] == 1 ? substr(only_unit[top], length(top) + 2) : "(flat)"
  return top_of(folder) == top ? substr(folder, length(top) + 2) : folder
}
function breach(what) {if (!(what in said)) {said[what]; found[++found_count] = what}}

# A circle below `node` of the graph `edge` (node, i) with `degree` (node), as a text. Nodes on the
# way have state 1, those that are done with 2.
function circle(node, edge, degree, state, way,    i, next_node, text) {
  state[node] = 1
  way = way node " -> "
  for (i = 1; i <= degree[node] && text == ""; ++i) {
    next_node = edge[node, i]
    if (state[next_node] == 1) text = substr(way, index(way, next_node " -> ")) next_node
    else if (!state[next_node]) text = circle(next_node, edge, degree, state, way)
  }
  state[node] = 2
  return text
}
# The longest way down from `folder`; inside its top folder only, when `is_inside`.
function layer(folder, is_inside,    i, below, most) {
  if ((folder, is_inside) in layer_memo) return layer_memo[folder, is_inside]
  most = 0
  for (i = 1; i <= out_count[folder]; ++i) {
    if (is_inside && top_of(out[folder, i]) != top_of(folder)) continue
    below = layer(out[folder, i], is_inside)
    if (below > most) most = below
  }
  return layer_memo[folder, is_inside] = most + 1
}
function reaches(from, to,    i) {
  if ((from, to) in reach_memo) return reach_memo[from, to]
  for (i = 1; i <= out_count[from]; ++i) {
    if (out[from, i] == to || reaches(out[from, i], to)) return reach_memo[from, to] = 1
  }
  return reach_memo[from, to] = 0
}
# What `folder` includes inside its top folder; in the picture also below it, but without what it
# has through another.
function targets(folder, is_reduced,    i, j, near, far, is_implied) {
  for (i = 1; i <= folder_count; ++i) {
    if (!((folder, folders[i]) in arrow)) continue
    is_implied = 0
    for (j = 1; is_reduced && j <= out_count[folder]; ++j) {
      if (reaches(out[folder, j], folders[i])) is_implied = 1
    }
    if (is_implied) continue
    if (top_of(folders[i]) == top_of(folder)) near = near " " name_of(folders[i], top_of(folder))
    else if (is_reduced) far = far " " name_of(folders[i], top_of(folder))
  }
  return substr(near far, 2)
}

BEGIN {
  rank["evaluator"] = 1; rank["sinks"] = 2; rank["consumer"] = 3
  while ((getline line < rules) > 0) {
    sub(/ *#.*/, "", line)
    if (line == "") continue
    owner = names = line
    sub(/:.*/, "", owner)
    sub(/^[^:]*:/, "", names)
    has_rule[owner]
    count = split(names, name)
    for (i = 1; i <= count; ++i) {
      if (name[i] == "*") is_flat[owner]
      else may[owner, top_of(owner) "/" name[i]]
    }
  }
}
NF == 1 {
  unit = unit_of($1)
  if (unit in is_unit) next
  is_unit[unit]
  all_units[++unit_count] = unit
  folder = folder_of(unit)
  if (!(folder in units)) folders[++folder_count] = folder
  ++units[folder]
  only_unit[folder] = unit
}
NF == 2 {from_file[++include_count] = $1; to_file[include_count] = $2}
END {
  for (n = 1; n <= include_count; ++n) {
    from = unit_of(from_file[n]); to = unit_of(to_file[n])
    if (from == to) continue
    include = from_file[n] " includes " to_file[n]
    if (!(to in is_unit)) {breach(include ", which is not there"); continue}
    a = folder_of(from); b = folder_of(to)
    if (a == b) {
      if (!(a in is_flat) && !((from, to) in inside)) {
        inside[from, to]
        inner[from, ++inner_count[from]] = to
      }
      continue
    }
    if (!((a, b) in arrow)) {
      arrow[a, b]
      out[a, ++out_count[a]] = b
    }
    if (top_of(a) != top_of(b)) {
      if (rank[top_of(a)] < rank[top_of(b)]) breach(include ", which stands above it")
    } else if (a in has_rule && !((a, b) in may) && !(a in is_flat)) {
      breach(include ", which the rule of " a " does not allow")
    }
  }
  for (n = 1; n <= folder_count; ++n) {
    if (!(folders[n] in has_rule)) breach("a folder without a rule: " folders[n])
  }
  for (owner in has_rule) {
    if (!(owner in units)) breach("a rule for a folder without sources: " owner)
  }
  for (pair in may) {
    split(pair, part, SUBSEP)
    if (!(part[1] in units) || pair in arrow) continue
    breach("a rule that no include needs: " part[1] ": " name_of(part[2], top_of(part[1])))
  }
  for (n = 1; n <= folder_count; ++n) {
    if (state[folders[n]] || !(text = circle(folders[n], out, out_count, state, ""))) continue
    breach("a circle of folders: " text)
    is_round = 1
  }
  for (n = 1; n <= unit_count; ++n) {
    if (unit_state[all_units[n]]) continue
    text = circle(all_units[n], inner, inner_count, unit_state, "")
    if (text) breach("a circle of files: " text)
  }

  sum_row = "%-10s %2d folders, %3d units, %3d arrows, %2d layers\n"
  if (mode == "--report" && !is_round) {
    for (n = 1; n <= folder_count; ++n) {
      a = folders[n]
      printf "%-22s layer %d, %2d units: %s\n", a, layer(a, 1), units[a], targets(a, 0)
    }
    print ""
    count = split("evaluator sinks consumer", tops)
    for (t = 1; t <= count; ++t) {
      f = u = arrows = layers = 0
      for (n = 1; n <= folder_count; ++n) {
        a = folders[n]
        if (top_of(a) != tops[t]) continue
        ++f
        u += units[a]
        if (layer(a, 1) > layers) layers = layer(a, 1)
        for (i = 1; i <= out_count[a]; ++i) if (top_of(out[a, i]) == tops[t]) ++arrows
      }
      printf sum_row, tops[t], f, u, arrows, layers
    }
    arrows = layers = 0
    for (n = 1; n <= folder_count; ++n) {
      arrows += out_count[folders[n]]
      if (layer(folders[n], 0) > layers) layers = layer(folders[n], 0)
    }
    printf sum_row, "all", folder_count, unit_count, arrows, layers
  }
  if (mode == "--picture" && !is_round) {
    print "A folder includes what stands behind its arrow, and what that includes in turn; none points"
    print "up. The number is the longest way down inside the top folder. Read off the includes by"
    print "`tests/tidy/arrows.sh --update .`, and held against them by the tests."
    print ""
    print "```"
    count = split("consumer sinks evaluator", tops)
    for (t = 1; t <= count; ++t) {
      print tops[t] "/"
      for (height = folder_count; height > 0; --height) {
        is_shown = 0
        for (n = 1; n <= folder_count; ++n) {
          a = folders[n]
          if (top_of(a) != tops[t] || layer(a, 1) != height) continue
          text = targets(a, 1)
          line = sprintf("%4s  %-10s", is_shown ? "" : height, name_of(a, tops[t]))
          if (text != "") line = line " → " text
          sub(/ +$/, "", line)
          print line
          is_shown = 1
        }
      }
    }
    print "```"
  }
  if (mode != "--picture" || is_round) for (n = 1; n <= found_count; ++n) print found[n]
  exit mode != "--check" && (mode == "--report" || is_round) && found_count > 0
}'
}

in_readme() { sed -n "\\|^$begin\$|,\\|^$end\$|p" README.md | sed '1d;$d'; }

case $mode in
  --report | --picture) arrows "$mode" ;;
  --check)
    arrows --check
    if grep -q "^$begin\$" README.md; then
      if picture=$(arrows --picture) && [ "$picture" != "$(in_readme)" ]; then
        echo 'README.md shows other arrows than the includes: tests/tidy/arrows.sh --update .'
      fi
    elif ! grep -q ': \*$' "$rules"; then
      echo "README.md has no line \`$begin\`"
    fi ;;
  --update)
    grep -q "^$begin\$" README.md || { echo "README.md has no line \`$begin\`" >&2; exit 1; }
    picture=$(arrows --picture)
    awk -v begin="$begin" -v end="$end" -v picture="$picture" '
      $0 == end {is_inside = 0}
      !is_inside
      $0 == begin {is_inside = 1; print picture}' README.md >README.md.new
    cat README.md.new >README.md  # keeps its mode
    rm README.md.new ;;
  *) echo "unknown option $mode" >&2; exit 2 ;;
esac
