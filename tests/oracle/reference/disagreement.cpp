#include "tests/oracle/reference/disagreement.h"

#include <algorithm>

#include "tests/oracle/reference/attack.h"
#include "tests/oracle/reference/candidates.h"
#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/sendable.h"

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;

std::optional<Guardrail> read_one_guardrail(const ordered_json& json) {
  if (!json.contains("guardrails")) return std::nullopt;
  GuardrailFile file = parse_guardrails(json["guardrails"].get<std::string>(), "case");
  if (file.has_errors() || file.guardrails.size() != 1) return std::nullopt;
  return std::move(file.guardrails[0]);
}

bool is_lawful(const ordered_json& json) {
  return json.contains("subject") && json["subject"].contains("type") &&
         json["subject"].contains("arn") &&
         (json.contains("identity_policies") || json.contains("resource_policy"));
}

std::optional<std::string> check_witness(const Trial& trial, const Documents& documents,
                                         const Guardrail& guardrail, const Verdict& verdict) {
  if (!verdict.witness) return "a violation without a witness";
  const auto text = [&] { return ": " + to_json(*verdict.witness).dump(); };
  const auto replay = [&](Reading reading) {
    return replay_witness(*verdict.witness, trial.subject, documents, guardrail, reading);
  };
  if (const auto lenient = replay(Reading::lenient); !lenient) {
    return "the witness fails, " + lenient.error() + text();
  }
  const bool certain = verdict.certainty == Certainty::certain;
  if (const auto strict = replay(Reading::strict); certain && !strict) {
    return "the witness of a certain violation is doubtful, " + strict.error() + text();
  }
  const auto shows = [&](const Request& request) {
    const Reading reading = certain ? Reading::strict : Reading::lenient;
    return replay_witness(request, trial.subject, documents, guardrail, reading).has_value();
  };
  const auto oddity = find_oddity(*verdict.witness, clauses_of(documents, guardrail), shows);
  if (oddity) return "nobody would send the witness, " + *oddity + text();
  return std::nullopt;
}

// What a condition on the ARN makes of a path that is not known the text leaves open: whether the
// violation is certain is not judged then.
bool path_may_decide(const Trial& trial, const Documents& documents, const Guardrail& guardrail) {
  if (trial.subject.path_is_known) return false;
  const std::string key = "aws:principalarn";
  return std::ranges::any_of(clauses_of(documents, guardrail), [&](const NamedClause& named) {
    return named.clause.key == key ||
           std::ranges::any_of(named.clause.values, [&](const std::string& value) {
             return lower(value).find(key) != std::string::npos;
           });
  });
}

// Every array element and object member, deepest last, as JSON pointers.
void list_parts(const ordered_json& json, const ordered_json::json_pointer& at,
                std::vector<ordered_json::json_pointer>& parts) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      parts.push_back(at / key);
      list_parts(value, at / key, parts);
    }
  } else if (json.is_array()) {
    for (std::size_t index = 0; index < json.size(); ++index) {
      parts.push_back(at / index);
      list_parts(json[index], at / index, parts);
    }
  }
}

ordered_json without(ordered_json json, const ordered_json::json_pointer& part) {
  ordered_json& parent = json[part.parent_pointer()];
  if (parent.is_array()) {
    parent.erase(std::stoul(part.back()));
  } else {
    parent.erase(part.back());
  }
  return json;
}

// The guardrails stand as text; shrinking wants to see their parts.
ordered_json unfold(ordered_json json) {
  json["guardrails"] = ordered_json::parse(json["guardrails"].get<std::string>());
  return json;
}
ordered_json fold(ordered_json json) {
  if (json.contains("guardrails")) json["guardrails"] = json["guardrails"].dump();
  return json;
}

}  // namespace

std::expected<void, std::string> replay_witness(const Request& witness, const Subject& subject,
                                                const Documents& documents,
                                                const Guardrail& guardrail, Reading reading) {
  const auto shown = violates(witness, subject, documents, guardrail, reading);
  const bool any_path =
      !subject.path_is_known && witness.principal == Principal(ArnPrincipal{subject.arn});
  if (shown || !any_path) return shown;
  Request other = witness;
  for (const Principal& principal : collect_candidates(subject, documents, guardrail).principals) {
    other.principal = principal;
    if (violates(other, subject, documents, guardrail, reading)) return {};
  }
  return shown;
}

std::optional<SubjectEvaluation> judge(const ordered_json& json, std::size_t requests_max,
                                       std::uint64_t seed) {
  if (!is_lawful(json)) return std::nullopt;
  const auto guardrail = read_one_guardrail(json);
  if (!guardrail) return std::nullopt;
  const Trial trial = read_trial(json);
  const auto documents = read_documents(trial);
  const Verdict verdict = ask_engine(trial, *guardrail);
  SubjectEvaluation judgement{verdict.kind, verdict.certainty, verdict.reason, !documents,
                              std::nullopt};
  if (!documents) {
    if (verdict.kind != VerdictKind::unknown)
      judgement.disagreement = "a malformed document passes";
    return judgement;
  }
  if (verdict.kind == VerdictKind::unknown) return judgement;
  Attack attack;
  attack.requests_max = requests_max;
  attack.seed = seed;
  if (verdict.kind == VerdictKind::violation) {
    judgement.disagreement = check_witness(trial, *documents, *guardrail, verdict);
    if (judgement.disagreement || verdict.certainty == Certainty::certain) return judgement;
    if (path_may_decide(trial, *documents, *guardrail)) return judgement;
    attack.reading = Reading::strict;
    if (const auto found = find_violation(trial.subject, *documents, *guardrail, attack)) {
      judgement.disagreement = "ambiguous, but this is certain: " + to_json(*found).dump();
    }
    return judgement;
  }
  if (const auto found = find_violation(trial.subject, *documents, *guardrail, attack)) {
    judgement.disagreement = "compliant, but this passes: " + to_json(*found).dump();
  }
  return judgement;
}

ordered_json shrink(ordered_json json,
                    const std::function<bool(const ordered_json&)>& still_wrong) {
  const bool has_guardrails = json.contains("guardrails");
  if (has_guardrails) json = unfold(std::move(json));
  const auto wrong = [&](const ordered_json& one) {
    return still_wrong(has_guardrails ? fold(one) : one);
  };
  for (bool smaller = true; smaller;) {
    smaller = false;
    std::vector<ordered_json::json_pointer> parts;
    list_parts(json, ordered_json::json_pointer(), parts);
    for (const ordered_json::json_pointer& part : parts) {
      ordered_json candidate = without(json, part);
      if (!wrong(candidate)) continue;
      json = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return has_guardrails ? fold(std::move(json)) : json;
}

}  // namespace auditor::reference
