// The engine decides: a policy that allows exactly what is known of the call violates the guardrail
// when the call may be one that is not accepted.
// Tested by use_audit_test.cpp.
#include "evaluator/audit/call_acceptance.h"

#include <expected>
#include <string>
#include <utility>
#include <variant>

#include "evaluator/aws/service_model.h"
#include "evaluator/decision/decision.h"
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

// A role or user; anyone else with an ARN (root, a federated user) is asked about as a user.
bool is_accepted_of_principal(const GuardedCall& call, const Guardrail& guardrail) {
  Subject principal = call.subject;
  if (principal.type != EntityKind::role) principal.type = EntityKind::user;
  const ParsedPolicy document = document_of(call);
  Query query{.subject = principal, .identity_policies = {}, .resource_policies = {}};
  query.identity_policies = {&document, 1};
  return decide(query, guardrail).kind == VerdictKind::compliant;
}

bool is_accepted_of_service(const GuardedCall& call, const ServicePrincipal& service,
                            const Guardrail& guardrail) {
  PolicyDocument allows = document_of(call);
  allows.statements[0].principal.emplace().service = {service.service};
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
  if (call.subject.account.empty()) return false;
  Guardrail narrowed = guardrail;
  narrowed.identity_actions = {call.action};
  narrowed.resource_actions = {call.action};
  if (std::holds_alternative<ArnPrincipal>(call.principal)) {
    return is_accepted_of_principal(call, narrowed);
  }
  const auto* service = std::get_if<ServicePrincipal>(&call.principal);
  // A policy of a resource says nothing of a call that has none.
  return service != nullptr && has_resource(call.action) &&
         is_accepted_of_service(call, *service, narrowed);
}

// What the answer depends on. Questions about documents begin with a length, these with a letter.
std::string call_question_bytes(const GuardedCall& call) {
  std::string bytes = "use";
  append_field(bytes, call.action);
  append_field(bytes, to_string(call.subject.type));
  append_field(bytes, call.subject.arn);
  append_field(bytes, call.subject.account);
  append_field(bytes, call.account.partition);
  append_field(bytes, call.account.account);
  const auto* service = std::get_if<ServicePrincipal>(&call.principal);
  append_field(bytes, service == nullptr ? std::string_view() : service->service);
  bytes += static_cast<char>('0' + call.principal.index());
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
