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

run "$events"
check 'a directory is read' "$code" 0
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
run "$work/strangers.ndjson"
check 'unreadable records are no error' "$code" 0
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

mkdir "$work/none"
run "$work/none"
check 'a directory without logs is an error' "$code" 1

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
