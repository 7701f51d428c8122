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
constexpr std::array<Named<ThingKind>, 9> kind_names{{
    {ThingKind::role, "role"},
    {ThingKind::user, "user"},
    {ThingKind::group, "group"},
    {ThingKind::policy, "policy"},
    {ThingKind::permission_set, "permission_set"},
    {ThingKind::repository, "repository"},
    {ThingKind::registry, "registry"},
    {ThingKind::template_, "template"},
    {ThingKind::account, "account"},
}};

constexpr std::array<Named<Register>, 26> register_names{{
    {Register::created, "created"},
    {Register::deleted, "deleted"},
    {Register::renamed_to, "renamed_to"},
    {Register::renamed_from, "renamed_from"},
    {Register::arn, "arn"},
    {Register::spelling, "spelling"},
    {Register::inline_policy, "inline_policy"},
    {Register::inline_doubt, "inline_doubt"},
    {Register::attached, "attached"},
    {Register::attached_doubt, "attached_doubt"},
    {Register::boundary, "boundary"},
    {Register::boundary_doubt, "boundary_doubt"},
    {Register::member_of, "member_of"},
    {Register::tag, "tag"},
    {Register::version, "version"},
    {Register::version_doubt, "version_doubt"},
    {Register::default_version, "default_version"},
    {Register::policy, "policy"},
    {Register::policy_doubt, "policy_doubt"},
    {Register::scope, "scope"},
    {Register::doubt, "doubt"},
    {Register::seeded, "seeded"},
    {Register::judged, "judged"},
    {Register::open, "open"},
    {Register::use, "use"},
    {Register::seen, "seen"},
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

std::string_view to_string(ThingKind kind) { return text_in(kind_names, kind); }
std::string_view to_string(Register reg) { return text_in(register_names, reg); }

std::optional<ThingKind> parse_thing_kind(std::string_view text) {
  return value_in(kind_names, text);
}
std::optional<Register> parse_register(std::string_view text) {
  return value_in(register_names, text);
}

}  // namespace auditor
