// Tested by seed_reader_test.cpp. Source of the shapes: the responses of
// GetAccountAuthorizationDetails, GetRepositoryPolicy and GetRegistryPolicy.
#include "consumer/seed/seed_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "consumer/decoding/json_scanner.h"
#include "consumer/decoding/percent_encoding.h"
#include "evaluator/account/account_state.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"
#include "sinks/records/state_record.h"

namespace auditor {
namespace {

namespace dom = simdjson::dom;
using simdjson::SUCCESS;

using Outcome = std::expected<void, std::string>;

std::unexpected<std::string> wrong(const std::string& place, const std::string& what) {
  return std::unexpected(place + ": " + what);
}

std::optional<std::string> text_member(dom::object object, std::string_view name) {
  std::string_view text;
  if (object[name].get(text) != SUCCESS) return std::nullopt;
  return std::string(text);
}

// The elements of the list `name`, each with its place; a list that is not there is empty.
template <typename Use>
Outcome for_each_object(dom::object object, std::string_view name, const std::string& place,
                        Use use) {
  dom::element member;
  if (object[name].get(member) != SUCCESS || member.is_null()) return {};
  const std::string list = place.empty() ? std::string(name) : place + "." + std::string(name);
  dom::array elements;
  if (member.get(elements) != SUCCESS) return wrong(list, "is not a list");
  std::size_t index = 0;
  for (const dom::element element : elements) {
    const std::string at = list + "[" + std::to_string(index++) + "]";
    dom::object one;
    if (element.get(one) != SUCCESS) return wrong(at, "is not an object");
    if (Outcome outcome = use(one, at); !outcome) return outcome;
  }
  return {};
}

// The objects of a text: outputs of the CLI one behind the other, or lists of them.
template <typename Use>
Outcome for_each_output(std::string_view text, Use use) {
  dom::parser parser;
  std::size_t count = 0;
  for (text = trim_json(text); !text.empty(); text = trim_json(text)) {
    const std::string at = "output " + std::to_string(++count);
    const std::size_t length = skim_value(text);
    if (length == skim_failed) return wrong(at, "is not JSON, or ends too early");
    dom::element element;
    if (const auto error = parser.parse(text.data(), length).get(element)) {
      return wrong(at, std::string("is not JSON: ") + simdjson::error_message(error));
    }
    text.remove_prefix(length);
    dom::object object;
    dom::array list;
    if (element.get(object) == SUCCESS) {
      if (Outcome outcome = use(object, at); !outcome) return outcome;
    } else if (element.get(list) == SUCCESS) {
      std::size_t index = 0;
      for (const dom::element one : list) {
        const std::string place = at + "[" + std::to_string(index++) + "]";
        if (one.get(object) != SUCCESS) return wrong(place, "is not an object");
        if (Outcome outcome = use(object, place); !outcome) return outcome;
      }
    } else {
      return wrong(at, "is neither an object nor a list");
    }
  }
  return count == 0 ? wrong("the text", "is empty") : Outcome();
}

// One entity of one account: appends its facts.
class EntityWriter {
 public:
  EntityWriter(Seed& seed, const AccountKey& account, EntityKey entity, EventTime as_of)
      : seed_(seed), facts_(seed.facts[account]), entity_(std::move(entity)), as_of_(as_of) {}

  Fact& add(Attribute attribute, std::string_view name = {}, std::string_view value = {}) {
    const Stamp stamp{as_of_, seed_event_id, 0};
    facts_.push_back({entity_, {attribute, true, name, stamp, value, nullptr}, {}});
    return facts_.back();
  }

  void document(const DocumentAttribute& attribute, std::string_view name, std::string text,
                const std::string& place) {
    const auto read = parse_policy_document(text, attribute.kind);
    if (read) {
      add(attribute.document, name).document_text = std::move(text);
      return;
    }
    seed_.doubts.push_back(place + ": " + read.error().message);
    add(attribute.doubt, name, read.error().message);
  }

 private:
  Seed& seed_;
  std::vector<Fact>& facts_;
  EntityKey entity_;
  EventTime as_of_;
};

// The CLI shows a document as an object; the service answers with a percent-encoded text.
std::optional<std::string> document_member(dom::object object, std::string_view name) {
  dom::element element;
  if (object[name].get(element) != SUCCESS || element.is_null()) return std::nullopt;
  std::string_view text;
  if (element.get(text) == SUCCESS) return decode_document(std::string(text));
  return std::string(simdjson::minify(element));
}

struct PrincipalLists {
  EntityKind kind;
  std::string_view list, name, policies;
};
constexpr PrincipalLists role_lists{EntityKind::role, "RoleDetailList", "RoleName",
                                    "RolePolicyList"};
constexpr PrincipalLists user_lists{EntityKind::user, "UserDetailList", "UserName",
                                    "UserPolicyList"};
constexpr PrincipalLists group_lists{EntityKind::group, "GroupDetailList", "GroupName",
                                     "GroupPolicyList"};

// The account of an ARN of this kind; nullopt for any other text, and where its path is none.
std::optional<AccountKey> account_in_arn(std::string_view text, EntityKind kind) {
  const auto arn = parse_entity_arn(text);
  if (!arn || arn->kind != kind || !is_account_id(arn->place.account)) return std::nullopt;
  if (!is_named_with_path(arn->name)) return std::nullopt;
  return AccountKey{std::string(arn->place.partition), std::string(arn->place.account)};
}

Outcome add_tags(EntityWriter& writer, dom::object object, std::string_view list,
                 const std::string& place, bool ignores_case) {
  return for_each_object(object, list, place, [&](dom::object tag, const std::string& at) {
    const auto key = text_member(tag, "Key");
    const auto value = text_member(tag, "Value");
    if (!key || !value) return Outcome(wrong(at, "no `Key` and `Value`"));
    writer.add(Attribute::tag, ignores_case ? to_lower(*key) : *key, *value);
    return Outcome();
  });
}

Outcome add_inline_policies(EntityWriter& writer, dom::object object, std::string_view list,
                            const std::string& place) {
  return for_each_object(object, list, place, [&](dom::object policy, const std::string& at) {
    auto name = text_member(policy, "PolicyName");
    auto text = document_member(policy, "PolicyDocument");
    if (!name || !is_iam_name(*name)) return Outcome(wrong(at, "no lawful `PolicyName`"));
    if (!text) return Outcome(wrong(at, "no `PolicyDocument`"));
    writer.document(inline_document, *std::move(name), *std::move(text), at);
    return Outcome();
  });
}

Outcome add_attachments(EntityWriter& writer, dom::object object, const std::string& place) {
  return for_each_object(object, "AttachedManagedPolicies", place,
                         [&](dom::object policy, const std::string& at) {
                           auto arn = text_member(policy, "PolicyArn");
                           if (!arn || !is_managed_policy_arn(*arn)) {
                             return Outcome(wrong(at, "no lawful `PolicyArn`"));
                           }
                           writer.add(Attribute::attached, *std::move(arn));
                           return Outcome();
                         });
}

Outcome add_boundary(EntityWriter& writer, dom::object object, const std::string& place) {
  dom::element member;
  if (object["PermissionsBoundary"].get(member) != SUCCESS || member.is_null()) return {};
  dom::object boundary;
  if (member.get(boundary) != SUCCESS) return wrong(place, "`PermissionsBoundary` is no object");
  auto arn = text_member(boundary, "PermissionsBoundaryArn");
  if (!arn || !is_managed_policy_arn(*arn)) {
    return wrong(place, "`PermissionsBoundary` has no lawful `PermissionsBoundaryArn`");
  }
  writer.add(Attribute::boundary, {}, *std::move(arn));
  return {};
}

Outcome add_groups(EntityWriter& writer, dom::object object, const std::string& place) {
  dom::element member;
  if (object["GroupList"].get(member) != SUCCESS || member.is_null()) return {};
  dom::array groups;
  if (member.get(groups) != SUCCESS) return wrong(place, "`GroupList` is not a list");
  for (const dom::element group : groups) {
    std::string_view name;
    if (group.get(name) != SUCCESS || !is_iam_name(name)) {
      return wrong(place, "`GroupList` holds what is no group's name");
    }
    writer.add(Attribute::member_of, to_lower(name));
  }
  return {};
}

Outcome read_principal(Seed& seed, EventTime as_of, const PrincipalLists& lists, dom::object object,
                       const std::string& place) {
  const auto name = text_member(object, lists.name);
  if (!name || !is_iam_name(*name)) {
    return wrong(place, "no lawful `" + std::string(lists.name) + "`");
  }
  auto arn = text_member(object, "Arn");
  const auto account = arn ? account_in_arn(*arn, lists.kind) : std::nullopt;
  if (!account || !("/" + *arn).ends_with("/" + *name)) {
    return wrong(place, "no `Arn` that fits `" + *name + "`");
  }
  EntityWriter writer(seed, *account, {lists.kind, {}, to_lower(*name)}, as_of);
  writer.add(Attribute::created, {}, *std::move(arn));
  if (Outcome done = add_inline_policies(writer, object, lists.policies, place); !done) return done;
  if (Outcome done = add_attachments(writer, object, place); !done) return done;
  if (Outcome done = add_boundary(writer, object, place); !done) return done;
  if (Outcome done = add_groups(writer, object, place); !done) return done;
  return add_tags(writer, object, "Tags", place, true);
}

Outcome read_managed_policy(Seed& seed, EventTime as_of, dom::object object,
                            const std::string& place) {
  auto arn = text_member(object, "Arn");
  if (!arn || !is_managed_policy_arn(*arn)) return wrong(place, "no lawful `Arn` of a policy");
  const auto key = policy_key(*arn);
  const auto account = account_in_arn(*arn, EntityKind::policy);
  if (!key || !account) {
    ++seed.counts.aws_policies_skipped;
    return {};
  }
  ++seed.counts.policies;
  auto default_version = text_member(object, "DefaultVersionId");
  if (!default_version || !is_iam_name(*default_version)) {
    return wrong(place, "no lawful `DefaultVersionId`");
  }
  EntityWriter writer(seed, *account, *key, as_of);
  writer.add(Attribute::created, {}, *std::move(arn));
  writer.add(Attribute::default_version, {}, *std::move(default_version));
  return for_each_object(object, "PolicyVersionList", place,
                         [&](dom::object version, const std::string& at) {
                           auto id = text_member(version, "VersionId");
                           auto text = document_member(version, "Document");
                           if (!id || !is_iam_name(*id))
                             return Outcome(wrong(at, "no lawful `VersionId`"));
                           if (!text) return Outcome(wrong(at, "no `Document`"));
                           writer.document(version_document, *std::move(id), *std::move(text), at);
                           return Outcome();
                         });
}

Outcome read_details(Seed& seed, EventTime as_of, dom::object object, const std::string& at) {
  dom::element truncated;
  dom::element next;
  if ((object["IsTruncated"].get(truncated) == SUCCESS && simdjson::minify(truncated) != "false") ||
      (object["NextToken"].get(next) == SUCCESS && !next.is_null())) {
    return wrong(at, "is not all of the account: ask without --max-items and --no-paginate");
  }
  bool has_list = false;
  for (const std::string_view list :
       {role_lists.list, user_lists.list, group_lists.list, std::string_view("Policies")}) {
    dom::array found;
    has_list = has_list || object[list].get(found) == SUCCESS;
  }
  if (!has_list) {
    return wrong(at, "is no output of `aws iam get-account-authorization-details --output json`");
  }
  const std::pair<PrincipalLists, std::size_t*> principals[] = {{role_lists, &seed.counts.roles},
                                                                {user_lists, &seed.counts.users},
                                                                {group_lists, &seed.counts.groups}};
  for (const auto& [lists, count] : principals) {
    Outcome done = for_each_object(object, lists.list, at,
                                   [&](dom::object principal, const std::string& place) {
                                     ++*count;
                                     return read_principal(seed, as_of, lists, principal, place);
                                   });
    if (!done) return done;
  }
  return for_each_object(object, "Policies", at, [&](dom::object policy, const std::string& place) {
    return read_managed_policy(seed, as_of, policy, place);
  });
}

// Whose repository or registry an output is about, and where.
struct Place {
  AccountKey account;
  std::string region;
};

std::expected<Place, std::string> registry_of(const Seed& seed, dom::object object,
                                              std::string_view region_argument,
                                              const std::string& at) {
  const std::string region = text_member(object, "region").value_or(std::string(region_argument));
  if (region.empty()) return wrong(at, "no region: give --region, or `region` in the object");
  if (region != public_region && !is_region(region)) {
    return wrong(at, "`" + region + "` is no region");
  }
  const auto id = text_member(object, "registryId");
  if (!id || !is_account_id(*id)) return wrong(at, "no lawful `registryId`");
  // WHY told of: the note on the account says that all of it is known now. Its ARNs say in which
  // partition it is; the name of a region would only hint at it.
  const auto told = std::ranges::find_if(
      seed.facts, [&](const auto& account) { return account.first.account == *id; });
  if (told == seed.facts.end()) {
    return wrong(at, "is of account " + *id +
                         ", of which the authorization details tell nothing: seed each account "
                         "with its own files");
  }
  return Place{told->first, region};
}

void set_resource_policy(EntityWriter& writer, dom::object object, const std::string& at) {
  auto text = document_member(object, "policyText");
  if (text) {
    writer.document(resource_document, {}, *std::move(text), at);
  } else {
    writer.add(Attribute::policy).entry.is_set = false;
  }
}

}  // namespace

SeedReader::SeedReader(EventTime as_of) : as_of_(as_of) {}

Outcome SeedReader::read_account_details(std::string_view text) {
  Outcome done = for_each_output(text, [&](dom::object object, const std::string& at) {
    return read_details(seed_, as_of_, object, at);
  });
  if (done && seed_.facts.empty()) {
    return std::unexpected("no role, user, group or policy of a customer in it");
  }
  return done;
}

Outcome SeedReader::read_repositories(std::string_view text, std::string_view region) {
  return for_each_output(text, [&](dom::object object, const std::string& at) {
    const auto place = registry_of(seed_, object, region, at);
    if (!place) return Outcome(std::unexpected(place.error()));
    const auto name = text_member(object, "repositoryName");
    if (!name || !is_repository_name(*name)) {
      return Outcome(wrong(at, "no lawful `repositoryName`"));
    }
    ++seed_.counts.repositories;
    EntityWriter writer(seed_, place->account, {EntityKind::repository, place->region, *name},
                        as_of_);
    dom::array tags;
    // WHY only with tags: a creation says that all tags are known.
    if (object["tags"].get(tags) == SUCCESS) {
      writer.add(
          Attribute::created, {},
          entity_arn(EntityKind::repository, place_of(place->account, place->region), *name));
    }
    set_resource_policy(writer, object, at);
    return add_tags(writer, object, "tags", at, false);
  });
}

Outcome SeedReader::read_registries(std::string_view text, std::string_view region) {
  return for_each_output(text, [&](dom::object object, const std::string& at) {
    const auto place = registry_of(seed_, object, region, at);
    if (!place) return Outcome(std::unexpected(place.error()));
    ++seed_.counts.registries;
    EntityWriter writer(seed_, place->account, {EntityKind::registry, place->region, {}}, as_of_);
    set_resource_policy(writer, object, at);
    return Outcome();
  });
}

Seed SeedReader::take() {
  std::vector<AccountKey> accounts;
  for (const auto& [account, facts] : seed_.facts) accounts.push_back(account);
  for (const AccountKey& account : accounts) {
    EntityWriter(seed_, account, {EntityKind::account, {}, {}}, as_of_).add(Attribute::seeded);
  }
  return std::exchange(seed_, {});
}

}  // namespace auditor
