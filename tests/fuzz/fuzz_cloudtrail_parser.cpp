// Any text as one CloudTrail record, past the wrappings. An ARN made from names in it must stay
// an ARN of the account in it, and a key must name one entity.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "consumer/decoding/record_parser.h"
#include "evaluator/events/account_change.h"
#include "evaluator/policy/arn.h"

namespace {

using namespace auditor;

bool always(const PolicyDocument&, PolicyKind) { return true; }

bool is_of_account(const Fact& fact, const AccountKey& account) {
  const bool holds_arn =
      fact.entry.attribute == Attribute::created || fact.entry.attribute == Attribute::arn;
  if (!holds_arn || fact.entry.value.empty() || fact.entry.value == "service") return true;
  const auto arn = split_arn(fact.entry.value);
  return arn && arn->account == account.account && arn->partition == account.partition;
}

bool names_one_thing(const EntityKey& entity) {
  return entity.kind == EntityKind::permission_set ||
         entity.name.find_first_of(":*? \n") == std::string::npos;
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
  CloudTrailEvent event;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (parser.parse(text, event).kind != ParsedEvent::Kind::relevant) return 0;
  check(account_change(event, always));
  check(attempted_change(event, always));
  return 0;
}
