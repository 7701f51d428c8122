// Tested by audit_test.cpp and use_audit_test.cpp.
#include "evaluator/audit/open_findings.h"

#include <array>
#include <string_view>
#include <utility>

namespace auditor {
namespace {

constexpr char field_separator = '\t';  // in no ARN and no action

std::string list_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ',';
    text += word;
  }
  return text;
}

std::string open_value(const Finding& finding) {
  std::string value(to_string(finding.kind));
  const auto add = [&value](std::string_view field) {
    value += field_separator;
    value += field;
  };
  add(finding.subject.type);
  add(finding.subject.region);
  add(finding.latent ? "latent" : "");
  add(list_text(finding.evidence.actions));
  add(finding.subject.arn);
  add(finding.guardrail.id);
  return value;
}

// The text up to the field_separator, which is taken off; nullopt: there is none.
std::optional<std::string_view> take_field(std::string_view& text) {
  const std::size_t end = text.find(field_separator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end + 1);
  return field;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<OpenFinding> parse_open(std::string_view text) {
  std::array<std::string_view, 6> fields;
  for (std::string_view& field : fields) {
    const auto taken = take_field(text);
    if (!taken) return std::nullopt;
    field = *taken;
  }
  const auto type = parse_subject_kind(fields[1]);
  const bool is_grant = fields[0] == to_string(FindingKind::grant);
  if (!type || (!is_grant && fields[0] != to_string(FindingKind::unverifiable))) {
    return std::nullopt;
  }
  return OpenFinding{is_grant ? FindingKind::grant : FindingKind::unverifiable,
                     *type,
                     std::string(fields[2]),
                     fields[3] == "latent",
                     split_list(fields[4]),
                     std::string(fields[5]),
                     std::string(text)};
}

}  // namespace

std::map<std::string, OpenFinding> open_findings(const AccountState& state) {
  std::map<std::string, OpenFinding> findings;
  const Entity* account = state.find(account_entity);
  if (account == nullptr) return findings;
  for (const Entry& entry : account->of(Attribute::open)) {
    if (auto open = parse_open(entry.value)) findings.emplace(entry.name, std::move(*open));
  }
  return findings;
}

void note_findings(std::span<const Finding> findings, AccountState& state,
                   std::vector<StateChange>& changes) {
  for (const Finding& finding : findings) {
    const Entry* noted = find_note(state, Attribute::open, finding.id);
    if (finding.status == FindingStatus::resolved) {
      if (noted != nullptr)
        erase_note(Attribute::open, finding.id, Stamp::of_no_event(), state, changes);
      continue;
    }
    const std::string value = open_value(finding);
    if (noted != nullptr && noted->value == value) continue;
    put_note(Attribute::open, finding.id, Stamp::of_no_event(), value, state, changes);
  }
}

std::optional<JudgedBy> judged_by(const AccountState& state) {
  const Entry* noted = find_note(state, Attribute::judged);
  if (noted == nullptr) return std::nullopt;
  std::string_view ids = noted->value;
  const auto guardrails = take_field(ids);
  const auto catalogue = take_field(ids);
  if (!guardrails || !catalogue) return std::nullopt;
  const bool has_seed = noted->stamp != Stamp::of_no_event();
  return JudgedBy{std::string(*guardrails), std::string(*catalogue), split_list(ids),
                  has_seed ? std::optional(noted->stamp) : std::nullopt};
}

void note_judged_by(const JudgedBy& judged, AccountState& state,
                    std::vector<StateChange>& changes) {
  std::string value = judged.guardrails + field_separator + judged.catalogue + field_separator;
  value += list_text(judged.guardrail_ids);
  put_note(Attribute::judged, {}, judged.seed.value_or(Stamp::of_no_event()), value, state,
           changes);
}

std::optional<Stamp> newest_seed(const AccountState& state) {
  const Entry* seeded = find_note(state, Attribute::seeded);
  return seeded == nullptr ? std::nullopt : std::optional(seeded->stamp);
}

}  // namespace auditor
