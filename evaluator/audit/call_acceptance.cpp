// The engine decides: a policy that allows exactly what is known of the call violates the guardrail
// when the call may be one that is not accepted.
// Tested by use_audit_test.cpp.
#include "evaluator/audit/call_acceptance.h"

#include <expected>
#include <string>
#include <utility>

#include "evaluator/aws/service_model.h"
#include "evaluator/decision/decision.h"
#include "evaluator/policy/arn.h"
#include "evaluator/policy/condition.h"
#include "evaluator/text/length_prefix.h"

namespace auditor {
namespace {

// MFA that the event does not confirm may be absent as well as false.
ConditionClause mfa_of(const GuardedCall& call) {
  const bool has_mfa = call.mfa.value_or(false);
  auto clause =
      make_condition_clause(has_mfa ? "Bool" : "BoolIfExists", "aws:MultiFactorAuthPresent",
                            {has_mfa ? "true" : "false"}, true);
  return clause ? *std::move(clause) : ConditionClause();
}

PolicyDocument document_of(const GuardedCall& call) {
  Statement statement;
  statement.effect = Effect::allow;
  statement.action.texts = {call.action};
  statement.resource = Patterns{{"*"}, false};
  statement.conditions = {mfa_of(call)};
  return {true, {std::move(statement)}};
}

bool is_accepted_of_holder(const GuardedCall& call, const Subject& holder,
                           const Guardrail& guardrail) {
  const ParsedPolicy document = document_of(call);
  Query query{.subject = holder, .identity_policies = {}, .resource_policies = {}};
  query.identity_policies = {&document, 1};
  return decide(query, guardrail).kind == VerdictKind::compliant;
}

// Somebody of an account: whoever it was must be accepted. Of some user or role a policy that
// nobody is known to have asks; root is neither.
bool is_accepted_of_everyone(const GuardedCall& call, const Guardrail& guardrail) {
  const EntityPlace place{call.caller.partition, call.caller.account, {}};
  const auto holder = [&](EntityKind kind, EntityKind named) {
    return Subject{kind,
                   entity_arn(named, place, named == EntityKind::policy ? "any" : ""),
                   call.caller.account,
                   {}};
  };
  return is_accepted_of_holder(call, holder(EntityKind::policy, EntityKind::policy), guardrail) &&
         is_accepted_of_holder(call, holder(EntityKind::user, EntityKind::account), guardrail);
}

bool is_accepted_of_service(const GuardedCall& call, const Guardrail& guardrail) {
  // A policy of a resource says nothing of a call that has none, nor of what is no service.
  if (!has_resource(call.action) || !is_service_name(call.caller.id)) return false;
  PolicyDocument allows = document_of(call);
  allows.statements[0].principal.emplace().service = {call.caller.id};
  const ParsedPolicy document = std::move(allows);
  const EntityPlace place = place_of(call.account, "us-east-1");
  const ServiceModel* const model = service_of(call.action);
  const EntityKind kind = model == nullptr ? EntityKind::repository : model->resource;
  const Subject called{kind, entity_arn(kind, place, "any"), call.account.account,
                       std::string(place.region)};
  Query query{.subject = called, .identity_policies = {}, .resource_policies = {}};
  query.resource_policies = {&document, 1};
  return decide(query, guardrail).kind == VerdictKind::compliant;
}

bool is_accepted(const GuardedCall& call, const Guardrail& guardrail) {
  Guardrail narrowed = guardrail;
  narrowed.identity_actions = {call.action};
  narrowed.resource_actions = {call.action};
  if (const auto holder = policy_holder(call.caller)) {
    return is_accepted_of_holder(call, *holder, narrowed);
  }
  switch (call.caller.kind) {
    case CallerKind::service:
      return !call.account.account.empty() && is_accepted_of_service(call, narrowed);
    case CallerKind::identity_center_user:
    case CallerKind::account:
    case CallerKind::unknown:
      return !call.caller.account.empty() && is_accepted_of_everyone(call, narrowed);
    default:
      return false;
  }
}

// What the answer depends on. Questions about documents begin with a length, these with a letter.
std::string call_question_bytes(const GuardedCall& call) {
  std::string bytes = "use";
  append_field(bytes, call.action);
  append_field(bytes, to_string(call.caller.kind));
  append_field(bytes, call.caller.id);
  append_field(bytes, call.caller.account);
  append_field(bytes, call.caller.partition);
  append_field(bytes, call.account.partition);
  append_field(bytes, call.account.account);
  bytes += call.mfa.value_or(false) ? 'm' : '-';
  return bytes;
}

}  // namespace

Refusals refusals_of(const GuardedCall& call, std::span<const Guardrail> guardrails,
                     VerdictCache& cache) {
  std::string bytes = call_question_bytes(call);
  if (const Refusals* known = cache.find_refusals(bytes)) return *known;
  Refusals refusals;
  for (const std::size_t i : call.guardrails) {
    if (!is_accepted(call, guardrails[i])) refusals.push_back(i);
  }
  cache.remember(std::move(bytes), refusals);
  return refusals;
}

}  // namespace auditor
