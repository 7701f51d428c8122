// Any text as one CloudTrail record, past the wrappings. An ARN made from names in it must stay
// an ARN of the account in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>

#include "consumer/cloudtrail_parser.h"
#include "evaluator/arn.h"
#include "evaluator/policy_change.h"

namespace {

const auditor::Subject* subject_of(const auditor::PolicyChange& change) {
  using namespace auditor;
  if (const auto* put = std::get_if<InlinePolicyPut>(&change)) return &put->holder;
  if (const auto* attached = std::get_if<PolicyAttached>(&change)) return &attached->holder;
  if (const auto* written = std::get_if<ManagedPolicyWritten>(&change)) return &written->policy;
  if (const auto* set = std::get_if<ResourcePolicySet>(&change)) return &set->resource;
  return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auditor::CloudTrailParser parser;
  auditor::CloudTrailEvent event;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (parser.parse(text, event).kind != auditor::ParsedEvent::Kind::policy_call) return 0;
  const auto change = auditor::policy_change(event);
  const auditor::Subject* const subject = change ? subject_of(*change) : nullptr;
  if (subject == nullptr) return 0;
  const auto arn = auditor::split_arn(subject->arn);
  const bool is_of_account = arn && (arn->account == subject->account || arn->service == "sso");
  if (!is_of_account) std::abort();
  return 0;
}
