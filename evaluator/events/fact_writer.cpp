// Tested by account_change_test.cpp.
#include "evaluator/events/fact_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "evaluator/events/event_owner.h"

namespace auditor {
namespace {

const EntityKey whole_account{EntityKind::account, {}, {}};

std::string why_parameters_are_missing(const RequestParameters& request) {
  if (request.omitted) return "the request parameters were too large for CloudTrail (omitted)";
  if (!request.present) return "the event carries no request parameters";
  return {};
}

// The request holds the document as sent. The response's is AWS's own rendering of it, and the
// only one left when the parameters were too large.
const std::string* document_text(const CloudTrailEvent& event) {
  if (!event.request.omitted && event.request.policy_document) {
    return &*event.request.policy_document;
  }
  return event.response.policy_document ? &*event.response.policy_document : nullptr;
}

}  // namespace

FactWriter::FactWriter(const CloudTrailEvent& event, AccountKey account,
                       const CanMatter& can_matter)
    : event_(event),
      account_(std::move(account)),
      stamp_(stamp_of(event)),
      can_matter_(can_matter) {}

void FactWriter::set(const EntityKey& entity, Attribute attribute, const std::string& name,
                     const std::string& value) {
  add(entity, attribute, name, value, true);
}

void FactWriter::clear(const EntityKey& entity, Attribute attribute, const std::string& name) {
  add(entity, attribute, name, {}, false);
}

void FactWriter::document(const EntityKey& entity, const DocumentAttribute& attribute,
                          std::string name) {
  const std::string* const text = document_text(event_);
  if (text == nullptr) {
    std::string why = why_parameters_are_missing(event_.request);
    if (why.empty()) why = "the event carries no policy document";
    set(entity, attribute.doubt, std::move(name), "the policy document is missing: " + why);
    return;
  }
  auto parsed = parse_policy_document(*text, attribute.kind);
  if (!parsed) {
    set(entity, attribute.doubt, std::move(name),
        "the policy document cannot be read: " + parsed.error().message);
    return;
  }
  set(entity, attribute.document, std::move(name));
  Fact& fact = facts_.back();
  fact.document_text = *text;
  if (!can_matter_(*parsed, attribute.kind)) return;
  fact.entry.document =
      std::make_shared<const KeptDocument>(KeptDocument{*text, std::move(*parsed)});
}

void FactWriter::unnamed(std::string_view what) {
  std::string why = why_parameters_are_missing(event_.request);
  if (why.empty()) why.append("the event names no lawful ").append(what);
  doubt(why);
}

void FactWriter::doubt(std::string_view reason) {
  set(whole_account, Attribute::doubt, stamp_.event_id, event_.name + ": " + std::string(reason));
  has_doubt_ = true;
}

bool FactWriter::has(const EntityKey& entity, Attribute attribute) const {
  return std::ranges::any_of(facts_, [&](const Fact& fact) {
    return fact.entity == entity && fact.entry.attribute == attribute;
  });
}

AccountChange FactWriter::take() {
  settle_doubt();
  return {std::move(account_), std::move(facts_)};
}

// What the first version of the event left open, its correction says.
void FactWriter::settle_doubt() {
  if (stamp_.revision == 0 || has_doubt_) return;
  clear(whole_account, Attribute::doubt, stamp_.event_id);
}

void FactWriter::add(const EntityKey& entity, Attribute attribute, const std::string& name,
                     const std::string& value, bool is_set) {
  facts_.push_back({entity, {attribute, is_set, name, stamp_, value, nullptr}, {}});
}

}  // namespace auditor
