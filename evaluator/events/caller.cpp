// The types of userIdentity: "CloudTrail userIdentity element". Tested by caller_test.cpp.
#include "evaluator/events/caller.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "evaluator/events/event_owner.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

struct CallerRow {
  CallerKind kind;
  std::string_view name;
  std::string_view resource_type;  // CloudFormation's name, or words where it has none
};

constexpr std::array<CallerRow, 10> caller_rows{{
    {CallerKind::role, "role", "AWS::IAM::Role"},
    {CallerKind::user, "user", "AWS::IAM::User"},
    {CallerKind::root, "root", "AWS::Account"},
    {CallerKind::federated_user, "federated_user", "Federated User"},
    {CallerKind::identity_center_user, "identity_center_user", "Identity Center User"},
    {CallerKind::federated, "federated", "Federated Identity"},
    {CallerKind::service, "service", "AWS Service"},
    {CallerKind::account, "account", "AWS::Account"},
    {CallerKind::anonymous, "anonymous", "Anonymous"},
    {CallerKind::unknown, "principal", "Unknown"},
}};

constexpr bool callers_stand_in_order() {
  for (std::size_t i = 0; i < caller_rows.size(); ++i) {
    if (caller_rows[i].kind != static_cast<CallerKind>(i)) return false;
  }
  return true;
}
static_assert(callers_stand_in_order());

const CallerRow& row_of(CallerKind kind) { return caller_rows[static_cast<std::size_t>(kind)]; }

// "544894e8-80c1-707f-60e3-3ba6510dfac1", with the older "9067642ac7-" in front or without: only
// what can be no other part of an ARN.
bool is_user_id(std::string_view text) {
  constexpr std::size_t bytes_max = 64;
  return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, [](char c) {
    return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// Which kind of caller an ARN names. A session's ARN has no path.
CallerKind kind_of(const Arn& arn) {
  const bool is_session = arn.resource.starts_with("assumed-role/");
  if (arn.service == "iam" && arn.resource.starts_with("role/")) return CallerKind::role;
  if (arn.service == "iam" && arn.resource.starts_with("user/")) return CallerKind::user;
  if (arn.service == "iam" && arn.resource == "root") return CallerKind::root;
  if (arn.service == "sts" && is_session) return CallerKind::role;
  if (arn.service == "sts" && arn.resource.starts_with("federated-user/")) {
    return CallerKind::federated_user;
  }
  return CallerKind::unknown;
}

// An account's ARN is root's, but where the type says that only the account is known.
std::optional<Caller> named_by(const std::string& text, const std::string& type) {
  const auto arn = split_arn(text);
  if (!arn || !is_account_id(arn->account)) return std::nullopt;
  const CallerKind kind = kind_of(*arn);
  if (kind == CallerKind::root && type == "AWSAccount") return std::nullopt;
  return Caller{.kind = kind,
                .id = text,
                .account = std::string(arn->account),
                .partition = std::string(arn->partition),
                .provider = {},
                .path_is_known = kind != CallerKind::role || arn->service == "iam"};
}

bool is_anonymous(const Actor& actor) {
  return equal_ignoring_case(actor.account, "anonymous") ||
         equal_ignoring_case(actor.account, "ANONYMOUS_PRINCIPAL");
}

const std::string& first_of(const std::string& text, const std::string& other) {
  return text.empty() ? other : text;
}

// Who has no ARN: the type says what it is.
CallerKind kind_of_type(const Actor& actor, bool has_account) {
  const std::string& type = actor.type;
  const bool is_open = type.empty() || type == "Unknown";
  if (type == "IdentityCenterUser" || (is_open && !actor.on_behalf_of.empty())) {
    return CallerKind::identity_center_user;
  }
  if (type == "AWSService" || (is_open && !actor.invoked_by.empty())) return CallerKind::service;
  if (type == "SAMLUser" || type == "WebIdentityUser") return CallerKind::federated;
  if (is_anonymous(actor)) return CallerKind::anonymous;
  if (!has_account) return CallerKind::unknown;
  if (type == "Root") return CallerKind::root;
  if (type == "AWSAccount" || actor.principal_id.empty()) return CallerKind::account;
  return CallerKind::unknown;
}

// How a caller without an ARN is called; empty: in no way.
std::string id_of(CallerKind kind, const Actor& actor, const std::string& partition) {
  switch (kind) {
    case CallerKind::root:
      return entity_arn(EntityKind::account, {partition, actor.account, {}});
    case CallerKind::identity_center_user:
      if (is_user_id(actor.on_behalf_of)) {
        return "arn:" + partition + ":identitystore:::user/" + actor.on_behalf_of;
      }
      return actor.principal_id;
    case CallerKind::service:
      return actor.invoked_by;
    case CallerKind::federated:
      return first_of(actor.principal_id, actor.identity_provider);
    case CallerKind::account:
      return actor.account;
    case CallerKind::anonymous:
      return "anonymous";
    case CallerKind::role:
    case CallerKind::user:
    case CallerKind::federated_user:
    case CallerKind::unknown:
      return first_of(actor.arn, actor.principal_id);
  }
  return {};
}

}  // namespace

std::string_view to_string(CallerKind kind) { return row_of(kind).name; }

std::string_view resource_type(CallerKind kind) { return row_of(kind).resource_type; }

Caller caller_of(const CloudTrailEvent& event) {
  const Actor& actor = event.actor;
  for (const auto* arn : {&actor.role_arn, &actor.arn}) {
    if (auto caller = named_by(*arn, actor.type)) return *std::move(caller);
  }
  const bool has_account = is_account_id(actor.account);
  Caller caller;
  caller.kind = kind_of_type(actor, has_account);
  caller.partition = partition_of(event);
  if (has_account) caller.account = actor.account;
  if (auto id = id_of(caller.kind, actor, caller.partition); !id.empty()) {
    caller.id = std::move(id);
  }
  if (caller.kind == CallerKind::federated) caller.provider = actor.identity_provider;
  return caller;
}

Principal principal_of(const Caller& caller) {
  switch (caller.kind) {
    case CallerKind::role:
    case CallerKind::user:
    case CallerKind::root:
    case CallerKind::federated_user:
      return ArnPrincipal{caller.id};
    case CallerKind::service:
      return ServicePrincipal{caller.id};
    case CallerKind::federated:
      return FederatedPrincipal{first_of(caller.provider, caller.id)};
    case CallerKind::anonymous:
      return AnonymousPrincipal{};
    case CallerKind::identity_center_user:
      return OtherPrincipal{"IdentityCenterUser", caller.id};
    case CallerKind::account:
      return OtherPrincipal{"Account", caller.id};
    case CallerKind::unknown:
      break;
  }
  return OtherPrincipal{"Unknown", caller.id};
}

std::optional<Subject> policy_holder(const Caller& caller) {
  if (!std::holds_alternative<ArnPrincipal>(principal_of(caller))) return std::nullopt;
  return Subject{.type = caller.kind == CallerKind::role ? EntityKind::role : EntityKind::user,
                 .arn = caller.id,
                 .account = caller.account,
                 .region = {},
                 .path_is_known = caller.path_is_known};
}

std::string doubt_about(const Caller& caller, const Actor& actor) {
  if (caller.kind == CallerKind::account) {
    return "the event names the account of who called, and no more";
  }
  if (caller.kind != CallerKind::unknown && caller.id != "unknown") return {};
  std::string doubt = "the event does not say who called";
  if (!actor.type.empty()) doubt += ", only that the type is " + in_backticks(actor.type);
  if (!actor.account.empty() && caller.account.empty()) {
    doubt += "; its account id " + in_backticks(actor.account) + " is not valid";
  }
  return doubt;
}

}  // namespace auditor
