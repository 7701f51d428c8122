#!/usr/bin/env bash
# Shows that two builds of guardrail-auditor say the same, byte for byte, for work that must not
# change behaviour: moves, renames, new seams.
#   same_output.sh BEFORE AFTER [--managed-policies FILE] [--trail FILE] [--events DIR]
# BEFORE, AFTER: the two binaries. Questions, pairs and events are made from tests/cases and
# config/samples; --managed-policies adds AWS's own as {"name", "document"} lines, --trail a log,
# --events a folder of logs (all may be .gz). Compared are stdout, stderr, exit code and counters.
# Ends with 1 at the first difference. Needs python3, as no test does: this is a developer's tool.
set -euo pipefail
usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
before=$(readlink -f "$1") after=$(readlink -f "$2"); shift 2
managed= trail= events=
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --managed-policies) managed=$(readlink -f "$2") ;;
    --trail) trail=$(readlink -f "$2") ;;
    --events) events=$(readlink -f "$2") ;;
    *) usage ;;
  esac
  shift 2
done
for file in "$before" "$after" ${managed:+"$managed"} ${trail:+"$trail"} ${events:+"$events"}; do
  [ -e "$file" ] || { echo "there is no $file" >&2; exit 2; }
done
cd "$(dirname "$(readlink -f "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Questions by the guardrails they are asked under (NAME.jsonl with NAME.yaml; explain.jsonl under
# those of tests/cases), pairs, and a log in which each case's policy is set, attached or removed.
python3 - "$work" "$managed" <<'PYTHON'
import collections, glob, gzip, json, sys

work, managed = sys.argv[1:]
parts = ("identity_policies", "permissions_boundary", "resource_policy", "registry_policy")

def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        return [json.loads(line) for line in lines if line.strip()]

def write(name, lines):
    with open(f"{work}/{name}", "w") as file:
        for line in lines:
            file.write(line if isinstance(line, str) else json.dumps(line) + "\n")

questions = collections.defaultdict(list)  # by guardrails
for path in sorted(glob.glob("tests/cases/*.jsonl")):
    for case in read(path):
        question = {key: case[key] for key in ("id", "subject", *parts) if key in case}
        questions[case.get("guardrails", "")].append(question)
for case in read("tests/cases/pairs/added_access.jsonl"):
    for side in ("before", "after"):
        documents = {key: case[side][key] for key in parts if key in case[side]}
        question = {"id": f"{case['id']} {side}", "subject": case["subject"], **documents}
        questions[case.get("guardrails", "")].append(question)
role = {"type": "role", "arn": "arn:aws:iam::111122223333:role/dev"}
aws = [{"id": line["name"], "subject": role, "identity_policies": [line["document"]]}
       for line in (read(managed) if managed else [])]
shared = questions.pop("")
write("explain.jsonl", shared)
write("managed.jsonl", aws)
for number, (guardrails, own) in enumerate(questions.items()):
    write(f"own{number}.jsonl", own)
    write(f"own{number}.yaml", [guardrails])

# The cases as they stand have keys that no question has, and so has a line that is cut short.
raw = [line for path in sorted(glob.glob("tests/cases/**/*.jsonl", recursive=True))
       for line in open(path)]
halves = [line[:len(line) // 2].rstrip() + "\n" for line in raw]
write("wrong.jsonl", raw + halves)

pairs = [{key: case[key] for key in ("id", "type", "reference", "candidate")}
         for case in read("tests/cases/pairs/compare.jsonl")]
identity = [q for q in shared + aws if q.get("identity_policies")]
for one, other in zip(identity, identity[1:]):
    pairs.append({"id": f"{one['id']} {other['id']}", "type": "identity",
                  "reference": one["identity_policies"][0],
                  "candidate": other["identity_policies"][0]})
write("pairs.jsonl", pairs)

log = []
def record(name, parameters, source="iam.amazonaws.com"):
    number = len(log)
    log.append({
        "eventVersion": "1.08", "eventSource": source, "eventName": name,
        "eventTime": f"2024-01-{1 + number // 86400 % 28:02}T{number // 3600 % 24:02}:"
                     f"{number // 60 % 60:02}:{number % 60:02}Z",
        "eventID": f"00000000-0000-4000-8000-{number:012}", "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333", "requestParameters": parameters,
        "responseElements": None, "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice",
                         "accountId": "111122223333", "userName": "alice"}})

def text_of(document): return document if isinstance(document, str) else json.dumps(document)

asked = [q for group in (shared, *questions.values(), aws) for q in group]
for number, question in enumerate(asked):
    arn, kind = question["subject"]["arn"], question["subject"]["type"]
    name = arn.split(":", 5)[-1].split("/")[-1]
    if kind in ("role", "user", "group"):
        title = kind.capitalize()
        for place, document in enumerate(question.get("identity_policies", [])):
            record(f"Put{title}Policy", {f"{kind}Name": name, "policyName": f"p{place}",
                                         "policyDocument": text_of(document)})
        if number % 3 == 0:
            record(f"Delete{title}Policy", {f"{kind}Name": name, "policyName": "p0"})
    if kind == "repository" and "resource_policy" in question:
        record("SetRepositoryPolicy", {"repositoryName": name, "registryId": "111122223333",
               "policyText": text_of(question["resource_policy"])}, "ecr.amazonaws.com")
        if number % 3 == 0:
            record("DeleteRepositoryPolicy",
                   {"repositoryName": name, "registryId": "111122223333"}, "ecr.amazonaws.com")
for question in aws:
    parameters = {"roleName": "dev", "policyArn": "arn:aws:iam::aws:policy/" + question["id"]}
    record("AttachRolePolicy", parameters)
    record("DetachRolePolicy", parameters)
write("made.ndjson", log)
PYTHON

# Both run under one name, which the help texts show.
program=$work/guardrail-auditor
run() {
  local side=$1 binary=$2 input=$3 code=0; shift 3
  ln -sf "$binary" "$program"
  "$program" "$@" <"$input" >"$work/$side" 2>"$work/stderr" || code=$?
  [ $code -le 4 ] && [ $code != 2 ] || { echo "exit code $code: guardrail-auditor $*"; cat "$work/stderr"; exit 1; }
  { echo "== stderr"; cat "$work/stderr"; echo "== exit code $code"; } >>"$work/$side"
  if [ -f "$work/stats" ]; then { echo "== counters"; cat "$work/stats"; } >>"$work/$side"; fi
  rm -f "$work/stats"
}
# The first lines that differ, from a little before the byte where they part: lines may be long.
excerpt() {
  diff "$work/before" "$work/after" | awk '
    /^[<>]/ {side[substr($0, 1, 1), ++count[substr($0, 1, 1)]] = substr($0, 3)}
    END {
      for (n = 1; n <= 5 && (("<", n) in side || (">", n) in side); ++n) {
        a = side["<", n]; b = side[">", n]
        for (at = 1; at <= length(a) && substr(a, at, 1) == substr(b, at, 1);) ++at
        from = at > 60 ? at - 60 : 1
        printf "< %s\n> %s\n", substr(a, from, 200), substr(b, from, 200)
      }
    }'
}
# same WHAT INPUT ARGUMENT...
same() {
  local what=$1; shift
  run before "$before" "$@"
  run after "$after" "$@"
  if ! cmp -s "$work/before" "$work/after"; then
    echo "different: $what"
    excerpt
    exit 1
  fi
  printf 'same: %-52s %6d lines, %9d bytes, sha256 %s\n' "$what" \
    "$(sed '/^== stderr$/,$d' "$work/after" | wc -l)" "$(wc -c <"$work/after")" \
    "$(sha256sum "$work/after" | cut -c 1-64)"
}

same 'help' /dev/null --help
for command in run route seed scan replay snapshot explain compare demo check-config; do
  same "help of $command" /dev/null "$command" --help
done
same 'check-config, what is shipped' /dev/null check-config --config config/auditor.yaml
same 'check-config, those of the cases' /dev/null check-config --guardrails tests/cases

logs=(tests/cases/events config/samples "$work/made.ndjson" ${trail:+"$trail"} ${events:+"$events"})
for log in "${logs[@]}"; do
  name=${log#"$work/"}
  for format in native ocsf table; do
    same "scan $name, $format" /dev/null scan --format $format --stats "$work/stats" "$log"
  done
  same "scan $name, other guardrails" /dev/null \
    scan --guardrails tests/cases/guardrails.yaml --stats "$work/stats" "$log"
  for format in native table; do
    same "scan $name, --against, $format" /dev/null \
      scan --against tests/cases/guardrails.yaml --format $format "$log"
  done
done

same 'explain, cases' "$work/explain.jsonl" explain --guardrails tests/cases/guardrails.yaml
for yaml in "$work"/own*.yaml; do
  same "explain, cases with guardrails of their own: $(basename "$yaml" .yaml)" \
    "${yaml%.yaml}.jsonl" explain --guardrails "$yaml"
done
if [ -n "$managed" ]; then same 'explain, AWS managed policies' "$work/managed.jsonl" explain; fi
same 'explain, lines that are wrong' "$work/wrong.jsonl" explain
same 'compare, cases and neighbours' "$work/pairs.jsonl" compare
same 'compare, lines that are wrong' "$work/wrong.jsonl" compare
echo 'both say the same'
