#include "tests/oracle/reference/comparison.h"

#include <algorithm>
#include <random>
#include <set>

#include "tests/oracle/reference/candidates.h"
#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/sendable.h"
#include "tests/oracle/reference/trial.h"

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;

// A pattern's texts: `*` as nothing, as a letter, and as what another pattern names.
void add_texts(const std::string& pattern, const std::set<std::string>& others,
               std::set<std::string>& texts) {
  const auto fill = [&](const std::string& rest) {
    std::string text;
    for (const char one : pattern) {
      if (one == '*') {
        text += rest;
      } else {
        text += one == '?' ? 'q' : one;
      }
    }
    texts.insert(text);
  };
  for (const char* rest : {"", "x", "a", "b", "xx", "xyz"}) fill(rest);
  for (const std::string& other : others) {
    std::string rest = other.substr(other.rfind(':') + 1);
    std::erase_if(rest, [](char one) { return one == '*' || one == '?'; });
    fill(rest);
  }
}

// The same for ARNs: a region where one belongs, and a first `*` that reaches beyond a colon.
void add_arns(const std::string& pattern, const std::set<std::string>& others,
              std::set<std::string>& texts) {
  add_texts(pattern, others, texts);
  const std::size_t star = pattern.find('*');
  if (star == pattern.npos) return;
  for (const char* first : {"eu-west-1", "-west-1", "eu-west-1:111122223333", "west-1:1",
                            "aws:ecr:eu-west-1:111122223333", "ecr:eu-west-1:1"}) {
    add_texts(pattern.substr(0, star) + first + pattern.substr(star + 1), {}, texts);
  }
}

// Principals and keys are collected as for a policy of some account; actions and resources are any.
Candidates collect(const Document& reference, const Document& candidate, PolicyKind kind) {
  const bool identity = kind == PolicyKind::identity;
  const Subject subject =
      identity ? make_subject("policy", "arn:aws:iam::111122223333:policy/p")
               : make_subject("registry", "arn:aws:ecr:us-east-1:111122223333:registry");
  Documents documents;
  (identity ? documents.identity : documents.resource) = {reference, candidate};
  Candidates result = collect_candidates(subject, documents, {});
  // What else a federated caller carries the text leaves open: tried only where one is named.
  const auto names_federated = [](const Rule& rule) { return !rule.who.federated.empty(); };
  if (std::ranges::any_of(reference.rules, names_federated) ||
      std::ranges::any_of(candidate.rules, names_federated)) {
    result.principals.push_back(FederatedPrincipal{"arn:aws:iam::1:saml-provider/x"});
  }
  std::set<std::string> action_patterns;
  std::set<std::string> resource_patterns;
  for (const Document* document : {&reference, &candidate}) {
    for (const Rule& rule : document->rules) {
      action_patterns.insert(rule.action.values.begin(), rule.action.values.end());
      resource_patterns.insert(rule.resource.values.begin(), rule.resource.values.end());
    }
  }
  std::set<std::string> actions = {"other:Action"};
  for (const std::string& pattern : action_patterns) add_texts(pattern, action_patterns, actions);
  std::set<std::string> resources = {"*", "arn:aws:other:::thing"};
  for (const std::string& pattern : resource_patterns) {
    add_arns(pattern, resource_patterns, resources);
  }
  for (const std::string& action : actions) {
    const bool lawful = action.find(':') != action.npos && action.find(' ') == action.npos;
    if (lawful) result.actions.push_back(action);
  }
  for (const std::string& resource : resources) {
    if (resource == "*" || split_arn(resource)) result.resources.push_back(resource);
  }
  return result;
}

}  // namespace

Comparison read_comparison(const ordered_json& json) {
  const bool identity = json.at("type") == "identity";
  return {identity ? PolicyKind::identity : PolicyKind::resource,
          document_text(json.at("reference")), document_text(json.at("candidate"))};
}

namespace {

// A repair that makes doubtful what the witness shows for certain, of either side, is none.
bool is_as_certain(const Request& repaired, const Request& witness, const Document& reference,
                   const Document& candidate, PolicyKind kind) {
  const auto allows = [&](const Request& request, const Document& document, Reading reading) {
    const auto context = complete_context(request, {});
    return context && allowed_alone(request, *context, document, kind, reading);
  };
  const auto is_granted = [&](const Request& request) {
    return allows(request, candidate, Reading::strict);
  };
  const auto is_new = [&](const Request& request) {
    return !allows(request, reference, Reading::lenient);
  };
  return (is_granted(repaired) || !is_granted(witness)) && (is_new(repaired) || !is_new(witness));
}

}  // namespace

AccessComparison ask_engine(const Comparison& comparison) {
  return compare(parse_policy_document(comparison.reference, comparison.kind),
                 parse_policy_document(comparison.candidate, comparison.kind), comparison.kind);
}

std::expected<void, std::string> is_new_access(const Request& request, const Document& reference,
                                               const Document& candidate, PolicyKind kind) {
  const auto context = complete_context(request, {});
  if (!context) return std::unexpected("no such request: " + context.error());
  if (!allowed_alone(request, *context, candidate, kind, Reading::lenient)) {
    return std::unexpected(std::string("the candidate does not allow it"));
  }
  if (allowed_alone(request, *context, reference, kind, Reading::strict)) {
    return std::unexpected(std::string("the reference allows it"));
  }
  return {};
}

std::optional<Request> find_new_access(const Document& reference, const Document& candidate,
                                       PolicyKind kind, std::size_t requests_max,
                                       std::uint64_t seed, Sides sides) {
  const Candidates candidates = collect(reference, candidate, kind);
  std::mt19937_64 random(seed);
  const auto pick = [&](const auto& list) { return list[random() % list.size()]; };
  for (std::size_t tries = 0; tries < requests_max; ++tries) {
    Request request{
        pick(candidates.principals), pick(candidates.actions), pick(candidates.resources), {}};
    for (const auto& [key, values] : candidates.keys) {
      if (random() % 3 != 0) request.context[key] = pick(values);
    }
    const auto context = complete_context(request, {});
    if (context && allowed_alone(request, *context, candidate, kind, sides.candidate) &&
        !allowed_alone(request, *context, reference, kind, sides.reference)) {
      return request;
    }
  }
  return std::nullopt;
}

std::optional<ComparisonJudgement> judge_comparison(const ordered_json& json,
                                                    std::size_t requests_max, std::uint64_t seed) {
  if (!json.contains("type") || !json.contains("reference") || !json.contains("candidate")) {
    return std::nullopt;
  }
  const Comparison comparison = read_comparison(json);
  const auto reference = read_document(comparison.reference, comparison.kind);
  const auto candidate = read_document(comparison.candidate, comparison.kind);
  const AccessComparison answer = ask_engine(comparison);
  ComparisonJudgement judgement{answer.new_access, answer.reason, std::nullopt};
  if (!reference || !candidate) {
    if (answer.new_access != NewAccess::unknown) judgement.disagreement = "a malformed one passes";
    return judgement;
  }
  if (answer.new_access == NewAccess::yes) {
    if (!answer.witness) {
      judgement.disagreement = "new access without a witness";
    } else if (const auto replay =
                   is_new_access(*answer.witness, *reference, *candidate, comparison.kind);
               !replay) {
      judgement.disagreement =
          "the witness fails, " + replay.error() + ": " + to_json(*answer.witness).dump();
    } else if (const auto oddity = find_oddity(
                   *answer.witness, clauses_of({&*reference, &*candidate}, nullptr),
                   [&](const Request& request) {
                     return is_new_access(request, *reference, *candidate, comparison.kind) &&
                            is_as_certain(request, *answer.witness, *reference, *candidate,
                                          comparison.kind);
                   })) {
      judgement.disagreement =
          "nobody would send the witness, " + *oddity + ": " + to_json(*answer.witness).dump();
    }
  } else if (answer.new_access == NewAccess::no) {
    if (const auto found =
            find_new_access(*reference, *candidate, comparison.kind, requests_max, seed)) {
      judgement.disagreement = "no new access, but this is: " + to_json(*found).dump();
    }
  }
  return judgement;
}

}  // namespace auditor::reference
