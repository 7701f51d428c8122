// Any text as one CloudTrail record, past the wrappings. An ARN made from names in it must stay
// an ARN of the account in it, and a key must name one entity.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "consumer/decoding/record_parser.h"
#include "evaluator/aws/entity_kind.h"
#include "evaluator/events/account_change.h"

namespace {

using namespace auditor;

bool always(const PolicyDocument&, PolicyKind) { return true; }

bool is_of_account(const Fact& fact, const AccountKey& account) {
  const bool holds_arn =
      fact.entry.attribute == Attribute::created || fact.entry.attribute == Attribute::arn;
  if (!holds_arn || fact.entry.value.empty() || fact.entry.value == "service") return true;
  const auto arn = parse_entity_arn(fact.entry.value);
  return arn && arn->kind == fact.entity.kind && arn->place.account == account.account &&
         arn->place.partition == account.partition;
}

// A path may hold every printable character; only the key of a policy has one.
bool names_one_thing(const EntityKey& entity) {
  const bool has_path =
      entity.kind == EntityKind::policy || entity.kind == EntityKind::permission_set;
  return entity.name.find_first_of(has_path ? " \n" : ":*? \n") == std::string::npos;
}

void check(const std::optional<AccountChange>& change) {
  if (!change) return;
  for (const Fact& fact : change->facts) {
    if (!is_of_account(fact, change->account) || !names_one_thing(fact.entity)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static CloudTrailParser parser;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParsedEvent parsed = parser.parse(text);
  if (parsed.kind != ParsedEvent::Kind::relevant) return 0;
  if (parsed.event->id.empty()) std::abort();
  check(account_change(*parsed.event, always));
  check(attempted_change(*parsed.event, always));
  return 0;
}
