#!/usr/bin/env bash
# guardrail-auditor scan as a user runs it: output, counters, messages and exit codes.
#   scan_test.sh BINARY EVENTS         EVENTS: tests/cases/events
set -uo pipefail
auditor=$1 events=$2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
failures=0

# check WHAT GOT WANTED
check() {
  [ "$2" = "$3" ] && return
  failures=$((failures + 1))
  printf 'FAILED: %s\n  got:    %s\n  wanted: %s\n' "$1" "$2" "$3"
}
# counter NAME: from the stats of the last scan
counter() { grep -oE "\"$1\":[0-9]+" "$work/stats" | grep -oE '[0-9]+$'; }
# run ARGUMENTS...: leaves out, err, stats and $code
run() {
  "$auditor" scan --stats "$work/stats" "$@" >"$work/out" 2>"$work/err"
  code=$?
}

# Some of the samples hold nothing that can be read, which is told by the code.
run "$events"
check 'a directory is read' "$code" 1
check 'counters add up' "$(counter events)" \
  "$(($(counter evaluated) + $(counter irrelevant) + $(counter quarantined)))"
check 'each finding is a line' "$(wc -l <"$work/out")" \
  "$(($(counter IAM-ECR-1) + $(counter IAM-ECR-2)))"
check 'there are findings' "$(($(counter IAM-ECR-1) > 0))" 1
check 'each quarantined record is told' "$(wc -l <"$work/err")" "$(counter quarantined)"
check 'with its file and line' \
  "$(grep -c 'envelope.s3-notice.json:1: pointer-not-event: ' "$work/err")" 1

cp "$work/out" "$work/first"
run "$events"
check 'the same input gives the same bytes' "$(cmp "$work/out" "$work/first" && echo same)" same

run "$events/s3.GetObject.json"
check 'a guardrail without findings is named' "$(counter IAM-ECR-1)" 0

run "$events/iam.PutRolePolicy.json"
cp "$work/out" "$work/first"
run - <"$events/iam.PutRolePolicy.json"
check 'standard input gives what the file gave, but for its name' \
  "$(sed "s#$events/iam.PutRolePolicy.json#-#g" "$work/first" | cmp - "$work/out" && echo same)" same
gzip -c "$events/iam.PutRolePolicy.json" >"$work/role.json.gz"
run "$work/role.json.gz"
check 'so does a compressed file' "$(counter evaluated)" 1

run "$work/missing.json" "$events/iam.PutRolePolicy.json"
check 'a missing file is an error' "$code" 1
check 'that is told' "$(cat "$work/err")" \
  "$work/missing.json: cannot be opened: No such file or directory"
check 'and the rest is read' "$(counter evaluated)" 1

for _ in $(seq 30); do echo '{"no":"event"}'; done >"$work/strangers.ndjson"
run "$work/strangers.ndjson" "$events/s3.GetObject.json"
check 'a file of nothing but unreadable records is an error' "$code" 1
check 'they are counted' "$(counter quarantined)" 30
check 'and not all are told' "$(tail -n 1 "$work/err")" \
  'and 10 more records that could not be read'

run --format table "$events/iam.PutRolePolicy.json"
check 'a table is for people' "$(grep -c 'role/app-role' "$work/out" | sed 's/[1-9][0-9]*/some/')" some

# event TIME ID ROLE: a change that gives ROLE everything in ECR
event() {
  printf '%s' '{"eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy","awsRegion":"us-east-1",' \
    '"recipientAccountId":"111122223333","eventTime":"'"$1"'","eventID":"'"$2"'",' \
    '"requestParameters":{"roleName":"'"$3"'","policyName":"p","policyDocument":' \
    '"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ecr:DeleteRepository\",\"Resource\":\"*\"}}"}}'
  echo
}
{
  event 2026-03-02T10:00:00Z a third
  event 2026-03-02T09:00:00Z b second
} >"$work/1.ndjson"
event 2026-03-02T09:00:00Z a first >"$work/2.ndjson"
run "$work/1.ndjson" "$work/2.ndjson"
check 'findings come in the order of eventTime and eventID' \
  "$(grep -oE '"arn":"[^"]*:role/[a-z]+"' "$work/out" | grep -oE 'first|second|third' | uniq | xargs)" \
  'first second third'

printf -- '- {id: MINE, actions: ecr:DeleteRepository}\n' >"$work/mine.yaml"
run --guardrails "$work/mine.yaml" "$work/1.ndjson" "$work/2.ndjson"
check 'an option takes no path away' "$(counter messages)" 3
check 'guardrails of a file are used' "$(counter MINE)" 3

cp "$work/out" "$work/first"
for threads in 1 2 7; do
  run --threads $threads --guardrails "$work/mine.yaml" "$work/1.ndjson" "$work/2.ndjson"
  check "$threads threads give the same bytes" "$(cmp "$work/out" "$work/first" && echo same)" same
done
run --threads 0 "$events"
check 'no threads are wrong usage' "$code" 2

# lists of what is allowed, so that a policy stands on one side or on both
printf -- '- {id: MINE, actions: ecr:BatchGetImage}\n' >"$work/other.yaml"
run --guardrails "$work/mine.yaml" --against "$work/mine.yaml" "$work/1.ndjson"
check 'of the same guardrails nothing differs' "$code $(wc -c <"$work/out")" '0 0'
check 'and that is said' "$(cat "$work/err")" \
  '0 only under --guardrails, 0 only under --against, 0 changed, 2 the same'
run --guardrails "$work/mine.yaml" --against "$work/other.yaml" "$work/1.ndjson" "$work/2.ndjson"
check 'what only the first says is told' "$(grep -c '"difference":"only_guardrails"' "$work/out")" 3
check 'and counted' "$(counter only_guardrails)" 3
run --guardrails "$work/other.yaml" --against "$work/mine.yaml" "$work/1.ndjson" "$work/2.ndjson"
check 'so is what only the second says' "$(grep -c '"difference":"only_against"' "$work/out")" 3
printf -- '- {id: MINE, title: Other, actions: ecr:DeleteRepository}\n' >"$work/changed.yaml"
run --guardrails "$work/mine.yaml" --against "$work/changed.yaml" "$work/1.ndjson"
check 'and what both say, with the fields' \
  "$(grep -c '"difference":"changed","finding_id":"[0-9a-f]*","fields":\["guardrail"\]' "$work/out")" 2
run --guardrails "$work/mine.yaml" --against "$work/other.yaml" --format table "$work/2.ndjson"
check 'a table says it in words' "$(head -n 1 "$work/out")" 'only under --guardrails:'
run --against "$work/mine.yaml" --format ocsf "$work/2.ndjson"
check 'differences are not told as OCSF' "$code" 2

# What stands in a directory: read, passed over or a problem, and never waited for.
mkdir "$work/all" "$work/all/locked"
cp "$events/iam.PutRolePolicy.json" "$work/all/firehose-2026-03-02-abc"
cp "$events/s3.GetObject.json" "$work/all/locked/a.json"
echo text >"$work/all/README"
mkfifo "$work/all/pipe.json"
ln -s nowhere "$work/all/dangling"
ln -s . "$work/all/self"
: >"$work/all/empty.json"
run "$work/all"
check 'an empty file is an error' "$code" 1
check 'and counted as a message' "$(counter messages) $(counter quarantined)" '3 1'
check 'an object without an ending is read' "$(counter evaluated)" 1
check 'files add up' "$(counter files)" \
  "$(($(counter files_read) + $(counter files_unread) + $(counter passed_over)))"
check 'what is passed over is counted' "$(counter passed_over)" 4
check 'and told' "$(grep -c 'passed over: ' "$work/err")" 4
check 'with the reason' "$(grep 'README' "$work/err")" \
  "$work/all/README: passed over: its content is no log"
rm "$work/all/empty.json"
run "$work/all"
check 'what is passed over is no error' "$code" 0
chmod 755 "$work" "$work/all"
chmod 000 "$work/all/locked"
# Root may read everything.
as_nobody=()
if [ "$(id -u)" = 0 ]; then
  as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  cp "$auditor" "$work/auditor"
else
  ln -s "$auditor" "$work/auditor"
fi
"${as_nobody[@]}" "$work/auditor" scan "$work/all" >"$work/out" 2>"$work/err"
check 'a directory that may not be read is an error' "$?" 1
check 'it is told' "$(grep locked "$work/err")" \
  "$work/all/locked: cannot be listed: Permission denied"
check 'and the rest is read' "$(($(wc -l <"$work/out") > 0))" 1
chmod 755 "$work/all/locked"
cat "$events/iam.PutRolePolicy.json" >"$work/all/pipe.json" &
run "$work/all/pipe.json"
check 'a pipe that is named is read' "$code $(counter evaluated)" '0 1'

# nothing_read WHAT PATH: what holds no record has its own code, and says so
nothing_read() {
  run "$2" </dev/null
  check "$1: nothing was read" "$code" 3
  check "$1: and that is said" "$(tail -n 1 "$work/err" | cut -d: -f1)" 'nothing was read'
}
mkdir "$work/none"
: >"$work/empty"
echo '{"Records":[]}' >"$work/no-records.json"
nothing_read 'an empty directory' "$work/none"
nothing_read 'an empty file' "$work/empty"
nothing_read 'empty standard input' -
nothing_read 'a missing file' "$work/missing.json"
nothing_read 'junk' "$work/strangers.ndjson"
nothing_read 'a log file without records' "$work/no-records.json"

# change NAME ROLE TIME: of the inline policy `p`
change() {
  printf '%s' '{"eventSource":"iam.amazonaws.com","eventName":"'"$1"'","awsRegion":"us-east-1",' \
    '"recipientAccountId":"111122223333","eventTime":"'"$3"'","eventID":"'"$1$2$3"'",' \
    '"requestParameters":{"roleName":"'"$2"'","policyName":"p"}}'
  echo
}
event 2026-03-02T09:00:00Z a role >"$work/open.ndjson"
change DeleteRolePolicy role 2026-03-02T10:00:00Z >"$work/closed.ndjson"
run --fail-on open "$work/open.ndjson"
check 'a finding that stays open fails where that is asked' "$code" 4
check 'that is said' "$(tail -n 1 "$work/err")" "$(counter open_at_end) finding is open at the end"
run "$work/open.ndjson"
check 'and not where it is not' "$code" 0
run --fail-on never "$work/open.ndjson"
check 'nor where it is not wanted' "$code" 0
run --fail-on open "$work/closed.ndjson" "$work/open.ndjson"
check 'a finding that is resolved later is not open at the end' "$code $(counter open_at_end)" '0 0'
run --fail-on open "$work/open.ndjson" "$work/missing.json"
check 'open findings outrank what could not be read' "$code" 4
run --fail-on open "$work/strangers.ndjson"
check 'and where nothing was read, nothing is open' "$code" 3
run --fail-on open "$events/ecr.BatchDeleteImage.json"
check 'a use is over when it is told' "$code $(($(wc -l <"$work/out") > 0))" '0 1'
run --fail-on opne "$events"
check 'the nearest value is named' "$code $(grep -c 'did you mean `open`' "$work/err")" '2 1'
run --fail-on open --against "$work/mine.yaml" "$events"
check 'differences have no open findings' "$code" 2

# What a terminal is shown. on_terminal SETTINGS COMMAND: both streams, of a shell with a terminal
on_terminal() { script -qec "env -u NO_COLOR -u CLICOLOR_FORCE -u FORCE_COLOR TERM=xterm $1 $2" /dev/null; }
table="'$auditor' scan --format table '$events/iam.PutRolePolicy.json'"
escapes() { grep -c $'\033\[[0-9]' | sed 's/[1-9][0-9]*/some/'; }
check 'a terminal has colours' "$(on_terminal '' "$table" | escapes)" some
for setting in NO_COLOR=1 TERM=dumb CLICOLOR=0 'NO_COLOR=1 CLICOLOR_FORCE=1'; do
  check "but none with $setting" "$(on_terminal "$setting" "$table" | escapes)" 0
done
check 'a pipe has none' "$(eval "$table" | escapes)" 0
for setting in CLICOLOR_FORCE=1 FORCE_COLOR=1; do
  check "but with $setting" "$(eval "$setting $table" | escapes)" some
done
# longest: of the lines on standard input, in characters, without colours
longest() { tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g' | awk '{if (length > most) most = length} END {print most}'; }
whole=$(eval "$table" | longest)
check 'a row of a table can be long' "$((whole > 60))" 1
check 'and is wrapped on a terminal' "$(($(on_terminal COLUMNS=60 "$table" | longest) <= 60))" 1
check 'as wide as that is' \
  "$(($(script -qec "stty cols 50; TERM=xterm $table" /dev/null | longest) <= 50))" 1
check 'but not in a pipe' "$(eval "COLUMNS=60 $table" | longest)" "$whole"
slow="(sleep 0.8; cat '$events/s3.GetObject.json') | '$auditor' scan -"
progress() { grep -c 'events, file' | sed 's/[1-9][0-9]*/some/'; }
check 'a long scan says how far it is' "$(on_terminal '' "sh -c \"$slow\"" | progress)" some
check 'but not on a dumb terminal' "$(on_terminal TERM=dumb "sh -c \"$slow\"" | progress)" 0
check 'a short one does not' "$(on_terminal '' "'$auditor' scan '$events'" | progress)" 0

run --format tabel "$events"
check 'an unknown format is wrong usage' "$code" 2
check 'and the nearest is named' "$(grep -c 'did you mean `table`' "$work/err")" 1
run --guardrails "$work/missing.yaml" "$events"
check 'so are guardrails that cannot be read' "$code" 1
check 'and nothing is written' "$(wc -c <"$work/out")" 0
run --no-such-option "$events"
check 'wrong usage has its own code' "$code" 2
run
check 'no path is wrong usage' "$code" 2
if [ -w /dev/full ]; then
  "$auditor" scan "$events" >/dev/full 2>"$work/err"
  check 'a full disk is an error' "$?" 1
fi

[ $failures = 0 ] && echo 'scan does what it says'
exit $((failures > 0))
