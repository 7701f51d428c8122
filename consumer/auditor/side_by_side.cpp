// Tested by replay_test.cpp.
#include "consumer/auditor/side_by_side.h"

namespace auditor {

SideBySide::SideBySide(const std::shared_ptr<const Rules>& guardrails,
                       const std::shared_ptr<const Rules>& against, std::int64_t use_window_seconds)
    : guardrails_of_all_(guardrails->guardrails), guardrails_(guardrails, use_window_seconds) {
  if (against == nullptr) return;
  guardrails_of_all_.insert(guardrails_of_all_.end(), against->guardrails.begin(),
                            against->guardrails.end());
  against_.emplace(against, use_window_seconds);
}

void SideBySide::evaluate(const CloudTrailEvent& event) {
  for_each_side([&event](Side& side) {
    side.audited.clear();
    side.auditor.evaluate(event, side.audited, side.counters);
    side.auditor.memory().commit();
  });
}

void SideBySide::evaluate_accounts(std::int32_t partition) {
  for_each_side([partition](Side& side) {
    side.audited.clear();
    side.auditor.evaluate_accounts(partition, side.audited);
    side.auditor.memory().commit();
  });
}

std::expected<void, std::string> SideBySide::restore(std::int32_t partition, std::string_view key,
                                                     std::string_view value) {
  std::expected<void, std::string> done;
  for_each_side([&](Side& side) {
    auto fact = side.state_reader.read(key, value);
    if (!fact) done = std::unexpected(fact.error());
    if (fact) side.auditor.memory().restore(partition, *std::move(fact));
  });
  return done;
}

void SideBySide::forget_all() {
  for_each_side([](Side& side) { side.auditor.memory().forget_all(); });
}

}  // namespace auditor
