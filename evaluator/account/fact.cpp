// Tested by account_state_test.cpp.
#include "evaluator/account/fact.h"

#include <algorithm>
#include <array>

namespace auditor {
namespace {

struct NamedAttribute {
  Attribute attribute;
  std::string_view text;
};

// INVARIANT: these texts are in the topic of the state; a new name would orphan what is there.
constexpr std::array<NamedAttribute, 26> attribute_names{{
    {Attribute::created, "created"},
    {Attribute::deleted, "deleted"},
    {Attribute::renamed_to, "renamed_to"},
    {Attribute::renamed_from, "renamed_from"},
    {Attribute::arn, "arn"},
    {Attribute::spelling, "spelling"},
    {Attribute::inline_policy, "inline_policy"},
    {Attribute::inline_doubt, "inline_doubt"},
    {Attribute::attached, "attached"},
    {Attribute::attached_doubt, "attached_doubt"},
    {Attribute::boundary, "boundary"},
    {Attribute::boundary_doubt, "boundary_doubt"},
    {Attribute::member_of, "member_of"},
    {Attribute::tag, "tag"},
    {Attribute::version, "version"},
    {Attribute::version_doubt, "version_doubt"},
    {Attribute::default_version, "default_version"},
    {Attribute::policy, "policy"},
    {Attribute::policy_doubt, "policy_doubt"},
    {Attribute::scope, "scope"},
    {Attribute::doubt, "doubt"},
    {Attribute::seeded, "seeded"},
    {Attribute::judged, "judged"},
    {Attribute::open, "open"},
    {Attribute::use, "use"},
    {Attribute::seen, "seen"},
}};

}  // namespace

std::string_view to_string(Attribute attribute) {
  const auto* const named =
      std::ranges::find(attribute_names, attribute, &NamedAttribute::attribute);
  return named == attribute_names.end() ? std::string_view() : named->text;
}

const DocumentAttribute* document_attribute(Attribute attribute) {
  for (const DocumentAttribute* one : {&inline_document, &version_document, &resource_document}) {
    if (one->document == attribute) return one;
  }
  return nullptr;
}

std::optional<Attribute> parse_attribute(std::string_view text) {
  const auto* const named = std::ranges::find(attribute_names, text, &NamedAttribute::text);
  if (named == attribute_names.end()) return std::nullopt;
  return named->attribute;
}

}  // namespace auditor
