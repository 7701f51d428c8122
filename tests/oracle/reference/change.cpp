#include "tests/oracle/reference/change.h"

#include <algorithm>

#include "evaluator/decision/added_access.h"
#include "tests/oracle/reference/attack.h"
#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/sendable.h"

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;

// What a condition would have seen of the tags before. Where one side is not certain, the tag is
// taken to be what it is now.
std::optional<Tags> former_tags(const Documents& before, const Documents& after) {
  if (!before.tags || !after.tags) return after.tags;
  const auto is_doubled = [](const Tags& tags, const std::string& key) {
    return std::ranges::count_if(
               tags, [&](const auto& tag) { return lower(tag.first) == lower(key); }) > 1;
  };
  Tags result;
  for (const auto& [key, value] : *before.tags) {
    if (!is_doubled(*before.tags, key) && !is_doubled(*after.tags, key)) result[key] = value;
  }
  for (const auto& [key, value] : *after.tags) {
    if (is_doubled(*before.tags, key) || is_doubled(*after.tags, key)) result[key] = value;
  }
  return result;
}

bool was_allowed(Request request, const Subject& subject, const Documents& before,
                 const Documents& after, Reading reading) {
  const std::optional<Tags> tags = former_tags(before, after);
  const Tags* known = tags ? &*tags : nullptr;
  std::erase_if(request.context,
                [&](const auto& entry) { return is_fixed(lower(entry.first), subject, known); });
  // The request exists: it is one of those after the change.
  const auto context = complete_context(request, {&subject, known});
  return context && allowed(request, *context, subject, before, reading);
}

std::expected<void, std::string> is_added(const Request& request, const Subject& subject,
                                          const Documents& before, const Documents& after,
                                          const Guardrail& guardrail) {
  const auto replay = violates(request, subject, after, guardrail, Reading::lenient);
  if (!replay) return replay;
  if (was_allowed(request, subject, before, after, Reading::strict)) {
    return std::unexpected(std::string("it was allowed before"));
  }
  return {};
}

// The constants of both sides.
Documents naming(const Documents& before, const Documents& after) {
  Documents both = after;
  both.identity.insert(both.identity.end(), before.identity.begin(), before.identity.end());
  both.resource.insert(both.resource.end(), before.resource.begin(), before.resource.end());
  if (before.boundary) both.identity.push_back(*before.boundary);
  return both;
}

std::optional<std::string> check_some(const Change& change, const Documents& before,
                                      const Documents& after, const Guardrail& guardrail,
                                      const AddedAccess& added) {
  if (!added.witness || added.actions.empty()) return "added access without a witness";
  if (added.witness->action != added.actions.front()) return "the witness is of another action";
  const auto replay = is_added(*added.witness, change.after.subject, before, after, guardrail);
  const auto text = [&] { return ": " + to_json(*added.witness).dump(); };
  if (!replay) return "the witness fails, " + replay.error() + text();
  const Subject& subject = change.after.subject;
  const auto is_certain = [&](const Request& request) {
    return violates(request, subject, after, guardrail, Reading::strict).has_value();
  };
  const auto is_new = [&](const Request& request) {
    return !was_allowed(request, subject, before, after, Reading::lenient);
  };
  // A repair that makes doubtful what the witness shows for certain, of either side, is none.
  const bool certain = is_certain(*added.witness);
  const bool certainly_new = is_new(*added.witness);
  const auto shows = [&](const Request& request) {
    return is_added(request, subject, before, after, guardrail) &&
           (!certain || is_certain(request)) && (!certainly_new || is_new(request));
  };
  const auto oddity =
      find_oddity(*added.witness, clauses_of(naming(before, after), guardrail), shows);
  if (oddity) return "nobody would send the witness, " + *oddity + text();
  return std::nullopt;
}

}  // namespace

Change read_change(const ordered_json& json) {
  const auto side = [&](const char* name) {
    ordered_json trial = json.at(name);
    trial["subject"] = json.at("subject");
    return read_trial(trial);
  };
  return {side("before"), side("after")};
}

ChangeJudgement judge_change(const Change& change, const Guardrail& guardrail,
                             std::size_t requests_max, std::uint64_t seed) {
  const EngineQuestion before_question(change.before);
  const EngineQuestion after_question(change.after);
  ChangeJudgement judgement;
  judgement.added = added_access(before_question.question(), after_question.question(), guardrail);
  const auto before = read_documents(change.before);
  const auto after = read_documents(change.after);
  judgement.malformed = !before || !after;
  const AddedAccess::Kind kind = judgement.added.kind;
  if (judgement.malformed) {
    if (kind != AddedAccess::Kind::unknown) judgement.disagreement = "a malformed document passes";
    return judgement;
  }
  if (kind == AddedAccess::Kind::some) {
    judgement.disagreement = check_some(change, *before, *after, guardrail, judgement.added);
  } else if (kind == AddedAccess::Kind::none) {
    const Documents both = naming(*before, *after);
    Attack attack;
    attack.requests_max = requests_max;
    attack.seed = seed;
    attack.reading = Reading::strict;  // what is new under every reading
    attack.naming = &both;
    attack.also = [&](const Request& request) {
      return !was_allowed(request, change.after.subject, *before, *after, Reading::lenient);
    };
    if (const auto found = find_violation(change.after.subject, *after, guardrail, attack)) {
      judgement.disagreement = "nothing added, but this is: " + to_json(*found).dump();
    }
  }
  return judgement;
}

std::optional<ChangeJudgement> judge_change(const ordered_json& json, std::size_t requests_max,
                                            std::uint64_t seed) {
  const bool lawful = json.contains("subject") && json["subject"].contains("type") &&
                      json["subject"].contains("arn") && json.contains("before") &&
                      json.contains("after") && json.contains("guardrails");
  if (!lawful) return std::nullopt;
  GuardrailFile file = parse_guardrails(json["guardrails"].get<std::string>(), "case");
  if (file.has_errors() || file.guardrails.size() != 1) return std::nullopt;
  return judge_change(read_change(json), file.guardrails[0], requests_max, seed);
}

}  // namespace auditor::reference
