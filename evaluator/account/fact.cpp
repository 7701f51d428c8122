// Tested by account_state_test.cpp.
#include "evaluator/account/fact.h"

#include <array>

namespace auditor {
namespace {

template <typename Value>
struct Named {
  Value value;
  std::string_view text;
};

// INVARIANT: these texts are in the topic of the state; a new name would orphan what is there.
constexpr std::array<Named<EntityKind>, 9> kind_names{{
    {EntityKind::role, "role"},
    {EntityKind::user, "user"},
    {EntityKind::group, "group"},
    {EntityKind::policy, "policy"},
    {EntityKind::permission_set, "permission_set"},
    {EntityKind::repository, "repository"},
    {EntityKind::registry, "registry"},
    {EntityKind::template_, "template"},
    {EntityKind::account, "account"},
}};

constexpr std::array<Named<Attribute>, 26> attribute_names{{
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

template <typename Value, std::size_t size>
std::string_view text_in(const std::array<Named<Value>, size>& table, Value value) {
  for (const auto& named : table) {
    if (named.value == value) return named.text;
  }
  return {};
}

template <typename Value, std::size_t size>
std::optional<Value> value_in(const std::array<Named<Value>, size>& table, std::string_view text) {
  for (const auto& named : table) {
    if (named.text == text) return named.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(EntityKind kind) { return text_in(kind_names, kind); }
std::string_view to_string(Attribute attribute) { return text_in(attribute_names, attribute); }

const DocumentAttribute* document_attribute(Attribute attribute) {
  for (const DocumentAttribute* one : {&inline_document, &version_document, &resource_document}) {
    if (one->document == attribute) return one;
  }
  return nullptr;
}

std::optional<EntityKind> parse_entity_kind(std::string_view text) {
  return value_in(kind_names, text);
}
std::optional<Attribute> parse_attribute(std::string_view text) {
  return value_in(attribute_names, text);
}

}  // namespace auditor
