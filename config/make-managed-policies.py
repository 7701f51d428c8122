#!/usr/bin/env python3
"""Derives config/aws-managed-policies.json from a snapshot of all AWS managed policies.

Input: JSON lines, plain or gzip, one policy a line:
    {"name": "...", "version": "v3", "document": {"Version": "2012-10-17", "Statement": [...]}}
Such a snapshot can be made with `aws iam list-policies --scope AWS` and `get-policy-version`.

Output: every name, because a name that is missing is unknown to the auditor and never harmless;
and, of each policy, the statements (Allow or Deny) that may match an action of the covered
services. An `Action` list is cut to the patterns that may match; `NotAction`, `Resource` and
`Condition` stay whole. `at` holds each statement's position in the full document (or "object"
when Statement is not a list), so that findings point into the document that AWS publishes.

    config/make-managed-policies.py --snapshot 2026-08-22 policies.ndjson.gz
"""

import argparse
import gzip
import json
import pathlib
import sys

SERVICES = ["ecr", "ecr-public"]


def as_list(value):
    return value if isinstance(value, list) else [value]


def globs_meet(a, b):
    """True when some text matches both globs."""
    reached = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if i == len(a) and j == len(b):
            return True
        steps = []
        if i < len(a) and a[i] == "*":
            steps += [(i + 1, j)] + ([(i, j + 1)] if j < len(b) else [])
        if j < len(b) and b[j] == "*":
            steps += [(i, j + 1)] + ([(i + 1, j)] if i < len(a) else [])
        if i < len(a) and j < len(b) and (a[i] == b[j] or "?" in (a[i], b[j])):
            steps.append((i + 1, j + 1))
        for step in steps:
            if step not in reached:
                reached.add(step)
                todo.append(step)
    return False


def may_match(pattern):
    return any(globs_meet(pattern.lower(), service + ":*") for service in SERVICES)


def excludes_everything(patterns):
    """NotAction that leaves no action of the covered services."""
    return all(
        any(pattern.lower() in ("*", service + ":*") for pattern in patterns) for service in SERVICES
    )


def kept_statement(statement):
    """The statement as far as it matters for the covered services, or None."""
    if "NotAction" in statement:
        return None if excludes_everything(as_list(statement["NotAction"])) else statement
    actions = [action for action in as_list(statement["Action"]) if may_match(action)]
    if not actions:
        return None
    return {**statement, "Action": actions if len(actions) > 1 else actions[0]}


def reduced(policy):
    document = policy["document"]
    if document.get("Version") != "2012-10-17" or set(document) - {"Version", "Statement", "Id"}:
        sys.exit(f"{policy['name']}: not a document of version 2012-10-17")
    written = document["Statement"]
    at, statements = [], []
    for index, statement in enumerate(as_list(written)):
        kept = kept_statement(statement)
        if kept is not None:
            at.append(index)
            statements.append(kept)
    entry = {"version": policy["version"]}
    if statements:
        entry["at"] = at if isinstance(written, list) else "object"
        entry["statements"] = statements
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("snapshot_file", type=pathlib.Path)
    parser.add_argument("--snapshot", required=True, help="the snapshot's date, YYYY-MM-DD")
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--output", type=pathlib.Path, default=here / "aws-managed-policies.json")
    arguments = parser.parse_args()

    opener = gzip.open if arguments.snapshot_file.suffix == ".gz" else open
    policies = {}
    with opener(arguments.snapshot_file, "rt", encoding="utf-8") as lines:
        for line in lines:
            policy = json.loads(line)
            if policy["name"] in policies:
                sys.exit(f"{policy['name']}: stands twice in the snapshot")
            policies[policy["name"]] = reduced(policy)

    # One policy a line, so that the difference between two snapshots can be read.
    with open(arguments.output, "w", encoding="utf-8") as out:
        head = {"snapshot": arguments.snapshot, "services": SERVICES}
        out.write(json.dumps(head)[:-1] + ', "policies": {\n')
        out.write(
            ",\n".join(
                f"{json.dumps(name)}: {json.dumps(policies[name], separators=(',', ':'))}"
                for name in sorted(policies)
            )
        )
        out.write("\n}}\n")
    covered = sum("statements" in policy for policy in policies.values())
    print(f"{len(policies)} policies, {covered} with statements, {arguments.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
