#include "tests/model/random_history.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <span>

#include "tests/evaluator/account/instants.h"

namespace auditor {
namespace {

using enum Attribute;

constexpr std::int64_t start = 1'700'000'000;
const std::string account_id = "111122223333";
const std::string region = "eu-west-1";
const std::string iam = "arn:aws:iam::" + account_id + ":";

struct Document {
  const char* text;
  bool can_matter;
};

constexpr std::array<Document, 5> identity_documents{{
    {R"({"Statement":{"Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}})", true},
    {R"({"Statement":{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}})",
     true},
    {R"({"Statement":{"Effect":"Deny","Action":"ecr:*","Resource":"*"}})", true},
    {R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}})", false},
    {R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})", true},
}};
constexpr std::array<Document, 4> repository_documents{{
    {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}})", true},
    {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:DeleteRepository"}})", true},
    {R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"ecr:*"}})", true},
    {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:ListImages"}})", false},
}};
constexpr std::array<Document, 4> registry_documents{{
    {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage",)"
     R"("Resource":"*"}})",
     true},
    {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:DeleteRepository",)"
     R"("Resource":"arn:aws:ecr:eu-west-1:111122223333:repository/prod/*"}})",
     true},
    {R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*"}})", true},
    {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:ListImages",)"
     R"("Resource":"*"}})",
     false},
}};

std::shared_ptr<const KeptDocument> read(const char* text, PolicyKind kind) {
  return std::make_shared<const KeptDocument>(
      KeptDocument{text, parse_policy_document(text, kind).value_or(PolicyDocument{})});
}

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint64_t number)
      : random_(seed * 0x9E3779B97F4A7C15 + number) {
    seconds_ = 1 + below(7);
    names_ = 1 + below(2);
    theme_ = below(4);
    creations_tell_arn_ = !chance(4);
  }

  History history() {
    const std::size_t size = 3 + below(10);
    while (history_.size() < size) {
      begin();
      if (!history_.empty() && chance(8)) {
        addendum();
      } else {
        call();
      }
      if (!event_.facts.empty()) history_.push_back(event_);
    }
    return history_;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(std::size_t in) { return below(in) == 0; }
  template <typename T, std::size_t size>
  const T& one_of(const std::array<T, size>& all) {
    return all[below(size)];
  }

  void begin() {
    const EventTime time = second_of(start + static_cast<std::int64_t>(below(seconds_)));
    const std::string id =
        std::string(1, static_cast<char>('a' + below(26))) + std::to_string(history_.size());
    event_ = {.call = {}, .stamp = {time, id, 0}, .facts = {}};
  }

  Fact& add(const EntityKey& entity, Attribute attribute, std::string_view name = {},
            std::string_view value = {}, bool is_set = true) {
    event_.facts.push_back({entity, {attribute, is_set, name, event_.stamp, value, nullptr}, {}});
    return event_.facts.back();
  }

  void add_document(const EntityKey& entity, Attribute attribute, const std::string& name = {}) {
    const bool is_identity = attribute != Attribute::policy;
    const std::span<const Document> all =
        is_identity                           ? std::span<const Document>(identity_documents)
        : entity.kind == EntityKind::registry ? std::span<const Document>(registry_documents)
                                              : std::span<const Document>(repository_documents);
    const Document& document = all[below(all.size())];
    Fact& fact = add(entity, attribute, name);
    fact.document_text = document.text;
    if (!document.can_matter) return;
    fact.entry.document =
        read(document.text, is_identity ? PolicyKind::identity : PolicyKind::resource);
  }

  // One time in six the document cannot be read.
  void add_document_or_doubt(const EntityKey& entity, Attribute attribute, Attribute doubt_reg,
                             const std::string& name = {}) {
    if (chance(6)) {
      add(entity, doubt_reg, name, "unreadable");
    } else {
      add_document(entity, attribute, name);
    }
  }

  EntityKey role() { return {EntityKind::role, "", std::array{"admin", "dev"}[below(names_)]}; }
  EntityKey user() {
    return {EntityKind::user, "", std::array{"ann", "bob", "cat"}[below(1 + names_)]};
  }
  EntityKey group() {
    return {EntityKind::group, "", std::array{"ops", "qa", "web"}[below(1 + names_)]};
  }
  EntityKey policy() { return {EntityKind::policy, "", std::array{"p", "team/q"}[below(names_)]}; }
  EntityKey repository() {
    return {EntityKind::repository, region, std::array{"prod/app", "tools"}[below(names_)]};
  }
  EntityKey registry() { return {EntityKind::registry, region, ""}; }
  EntityKey template_() {
    return {EntityKind::template_, region, std::array{"prod", "ROOT"}[below(2)]};
  }
  EntityKey account() { return {EntityKind::account, "", ""}; }
  EntityKey holder() {
    const std::size_t which = below(3);
    return which == 0 ? role() : which == 1 ? user() : group();
  }
  EntityKey principal() { return chance(2) ? role() : user(); }

  std::string arn_of(const EntityKey& entity) {
    return iam + std::string(to_string(entity.kind)) + "/" + entity.name;
  }
  // With a path, and the first letter of the name in upper case.
  std::string spelled_arn_of(const EntityKey& entity) {
    std::string name = entity.name;
    if (chance(2)) name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return iam + std::string(to_string(entity.kind)) + path() + name;
  }
  // Every character that a path can have, so also what looks like the fields of an ARN, or like the
  // names of other entities.
  std::string path() {
    if (!chance(3)) return std::array{"/", "/team/"}[below(2)];
    if (chance(2))
      return std::array{"/:role/", "/admin/", "/x:user/ann/", "/*/", "/a/:b?/"}[below(5)];
    std::string made = "/";
    for (std::size_t left = 1 + below(4); left > 0; --left) {
      made += static_cast<char>('!' + below('~' - '!' + 1));
    }
    return made += made == "//" ? "x/" : "/";
  }
  std::string some_policy_arn() {
    if (chance(6)) return "arn:aws:iam::aws:policy/AdministratorAccess";
    return arn_of(policy());
  }
  std::string inline_name() { return std::array{"x", "y"}[below(names_)]; }
  std::string version_name() { return std::array{"v1", "v2", "v3"}[below(3)]; }
  std::string tag_key() { return std::array{"owner", "unit"}[below(2)]; }
  std::string tag_value() { return std::array{"a", "b"}[below(2)]; }

  void call() {
    switch (theme_) {
      case 0:
        return chance(2) ? holder_call(holder()) : policy_call();
      case 1:
        return chance(2) ? naming_call() : holder_call(chance(2) ? user() : group());
      case 2:
        return ecr_call();
      default:
        return any_call();
    }
  }

  void any_call() {
    switch (below(5)) {
      case 0:
        return holder_call(holder());
      case 1:
        return policy_call();
      case 2:
        return naming_call();
      case 3:
        return ecr_call();
      default:
        return account_call();
    }
  }

  void holder_call(const EntityKey& entity) {
    switch (below(11)) {
      case 0:
      case 1:
        return create(entity);
      case 2:
        event_.call = "delete";
        add(entity, deleted);
        return;
      case 3:
      case 4:
        event_.call = "put inline policy";
        return add_document_or_doubt(entity, inline_policy, inline_doubt, inline_name());
      case 5:
        event_.call = "delete inline policy";
        add(entity, inline_policy, inline_name(), "", false);
        return;
      case 6:
      case 7:
        event_.call = "attach";
        if (chance(12)) {
          add(entity, attached_doubt, "", "no parameters");
        } else {
          add(entity, attached, some_policy_arn());
        }
        return;
      case 8:
        event_.call = "detach";
        add(entity, attached, some_policy_arn(), "", false);
        return;
      case 9:
        return bound(entity.kind == EntityKind::group ? principal() : entity);
      default:
        return membership();
    }
  }

  void create(const EntityKey& entity) {
    event_.call = "create";
    const bool tells_arn = creations_tell_arn_ && !chance(6);
    add(entity, created, "", tells_arn ? spelled_arn_of(entity) : "");
    if (entity.kind == EntityKind::user && chance(2)) add(entity, tag, tag_key(), tag_value());
    if (entity.kind != EntityKind::group && chance(3)) add(entity, boundary, "", some_policy_arn());
  }

  void bound(const EntityKey& entity) {
    event_.call = "bound";
    if (chance(6)) {
      add(entity, boundary_doubt, "", "no parameters");
    } else if (chance(4)) {
      add(entity, boundary, "", "", false);
    } else {
      add(entity, boundary, "", some_policy_arn());
    }
  }

  void membership() {
    const bool joins = !chance(4);
    event_.call = joins ? "join" : "leave";
    add(user(), member_of, group().name, "", joins);
  }

  void naming_call() {
    const EntityKey entity = chance(2) ? user() : group();
    switch (below(5)) {
      case 0:
        return membership();
      case 1:
        if (chance(4)) {
          event_.call = "move to a path that is not understood";
          add(entity, arn, "", "", false);
          return;
        }
        event_.call = "teach ARN";
        add(entity, arn, "", spelled_arn_of(entity));
        return;
      case 2:
        if (entity.kind != EntityKind::user) return membership();
        event_.call = "tag";
        add(entity, tag, tag_key(), tag_value(), !chance(3));
        return;
      default:
        return rename(entity);
    }
  }

  void rename(const EntityKey& entity) {
    const EntityKey other = entity.kind == EntityKind::user ? user() : group();
    if (other == entity) return;
    event_.call = "rename";
    add(entity, renamed_to, "", other.name);
    add(other, renamed_from, "", entity.name);
    const std::string taught = spelled_arn_of(other);
    if (chance(2)) {
      add(other, arn, "", taught);
    } else if (chance(4)) {
      add(other, arn, "", "", false);
    } else if (const std::string name = taught.substr(taught.rfind('/') + 1); name != other.name) {
      add(other, spelling, "", name);
    }
  }

  void policy_call() {
    const EntityKey entity = policy();
    const std::string name = version_name();
    switch (below(8)) {
      case 0:
      case 1:
        event_.call = "create policy";
        add(entity, created, "", arn_of(entity));
        add_document_or_doubt(entity, version, version_doubt, "v1");
        add(entity, default_version, "", "v1");
        return;
      case 2:
        event_.call = "delete policy";
        add(entity, deleted);
        return;
      case 3:
      case 4:
        event_.call = "create policy version";
        add_document_or_doubt(entity, version, version_doubt, name);
        if (!chance(3)) add(entity, default_version, "", name);
        return;
      case 5:
        event_.call = "set default version";
        add(entity, default_version, "", name);
        return;
      case 6:
        event_.call = "delete version";
        add(entity, version, name, "", false);
        return;
      default:
        event_.call = "attach";
        add(holder(), attached, some_policy_arn(), "", !chance(4));
        return;
    }
  }

  void ecr_call() {
    const EntityKey entity = chance(2) ? repository() : chance(2) ? template_() : registry();
    switch (below(6)) {
      case 0:
        event_.call = "put policy";
        return add_document_or_doubt(entity, Attribute::policy, policy_doubt);
      case 1:
        event_.call = "delete policy";
        add(entity, Attribute::policy, "", "", false);
        return;
      case 2:
        if (entity.kind == EntityKind::registry) break;
        event_.call = "delete";
        add(entity, deleted);
        return;
      case 3:
        if (entity.kind != EntityKind::repository) break;
        event_.call = "tag";
        add(entity, tag, tag_key(), tag_value(), !chance(3));
        return;
      default:
        break;
    }
    if (entity.kind == EntityKind::registry) {
      event_.call = "set scope";
      add(entity, scope, "", std::array{"V1", "V2"}[below(2)]);
    } else {
      create_ecr(entity);
    }
  }

  void create_ecr(const EntityKey& entity) {
    event_.call = "create";
    if (entity.kind == EntityKind::template_) {
      add(entity, created);
      if (!chance(3)) add_document_or_doubt(entity, Attribute::policy, policy_doubt);
    } else if (chance(2)) {
      add(entity, created, "", chance(4) ? "" : "service");
    } else {
      add(entity, created, "",
          "arn:aws:ecr:" + region + ":" + account_id + ":repository/" + entity.name);
      if (chance(2)) add(entity, tag, tag_key(), tag_value());
    }
  }

  void account_call() {
    if (!chance(3)) {
      event_.call = "omitted parameters";
      add(account(), doubt, event_.stamp.event_id.text(), "a policy of unknown name");
      return;
    }
    event_.call = "seed";
    add(account(), seeded);
    const EntityKey entity = principal();
    add(entity, created, "", arn_of(entity));
    if (chance(2)) add_document(entity, inline_policy, inline_name());
    if (chance(2)) add(entity, attached, some_policy_arn());
  }

  // The same call as one before, corrected: another document, or one that can be read now.
  void addendum() {
    const HistoryEvent original = history_[below(history_.size())];
    if (original.stamp.revision != 0) return;
    event_.stamp = original.stamp;
    event_.stamp.revision = 1;
    if (std::ranges::find(history_, event_) != history_.end()) return;
    event_.call = "addendum: " + original.call;
    for (const Fact& fact : original.facts) correct(fact);
  }

  void correct(const Fact& fact) {
    const Entry& entry = fact.entry;
    if (entry.attribute == doubt) {
      add(fact.entity, doubt, entry.name, "", false);
    } else if (entry.attribute == inline_doubt ||
               (entry.attribute == inline_policy && entry.is_set)) {
      add_document_or_doubt(fact.entity, inline_policy, inline_doubt, entry.name);
    } else if (entry.attribute == version_doubt || (entry.attribute == version && entry.is_set)) {
      add_document_or_doubt(fact.entity, version, version_doubt, entry.name);
    } else if (entry.attribute == policy_doubt ||
               (entry.attribute == Attribute::policy && entry.is_set)) {
      add_document_or_doubt(fact.entity, Attribute::policy, policy_doubt);
    } else {
      event_.facts.push_back(fact);
      event_.facts.back().entry.stamp = event_.stamp;
    }
  }

  std::mt19937_64 random_;
  std::size_t seconds_ = 1;
  std::size_t names_ = 1;
  std::size_t theme_ = 0;
  bool creations_tell_arn_ = true;
  History history_;
  HistoryEvent event_{.call = {}, .stamp = stamp(start, "a"), .facts = {}};
};

std::string stamp_words(const Stamp& stamp) {
  return "(" + std::to_string(stamp.time.seconds() - start) + ", " + stamp.event_id +
         (stamp.revision == 0 ? "" : ", revision " + std::to_string(stamp.revision)) + ")";
}

}  // namespace

const AccountKey& history_account() {
  static const AccountKey key{"aws", account_id};
  return key;
}

History random_history(std::uint64_t seed, std::uint64_t number) {
  return Generator(seed, number).history();
}

History spread_out(const History& history) {
  std::set<std::pair<std::int64_t, std::string>> events;
  for (const HistoryEvent& event : history) {
    events.emplace(event.stamp.time.seconds(), event.stamp.event_id);
  }
  History result = history;
  for (HistoryEvent& event : result) {
    const auto place = events.find({event.stamp.time.seconds(), event.stamp.event_id});
    event.stamp.time = second_of(start + std::distance(events.begin(), place));
    for (Fact& fact : event.facts) fact.entry.stamp.time = event.stamp.time;
  }
  return result;
}

std::string in_words(const Fact& fact) {
  const Entry& entry = fact.entry;
  std::string words = std::string(to_string(fact.entity.kind)) + " " + fact.entity.name + ": " +
                      std::string(to_string(entry.attribute));
  if (!entry.name.empty()) words += " [" + entry.name + "]";
  if (!entry.is_set) words += " not set";
  if (!entry.value.empty()) words += " = " + entry.value;
  if (entry.document) return words + " = " + entry.document->text;
  return fact.document_text.empty() ? words : words + " = (marker) " + fact.document_text;
}

std::string in_words(const History& history) {
  std::string words;
  for (const HistoryEvent& event : history) {
    words += stamp_words(event.stamp) + " " + event.call + "\n";
    for (const Fact& fact : event.facts) words += "    " + in_words(fact) + "\n";
  }
  return words;
}

}  // namespace auditor
