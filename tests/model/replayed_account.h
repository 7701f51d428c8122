// An account as a small world that is changed by one event after the other: users, groups and
// policies are objects, so that a rename moves an object and a deletion ends it for whoever has it.
//
// It says what AWS would have, as far as the events tell, when no two events share a second. What
// events of one second mean is chance, and a rule for each case: that is in plain_account.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evaluator/account/subject_view.h"

namespace auditor {

class ReplayedAccount {
 public:
  // The facts of one event, later than all before. A rename has both of its facts.
  void happen(const std::vector<Fact>& facts);

  // As PlainAccount::view().
  std::optional<SubjectView> view(const AccountKey& account, const EntityKey& entity) const;

 private:
  using Document = std::shared_ptr<const KeptDocument>;
  // A text that can be replaced, and whether something unreadable came after it.
  struct Slot {
    std::optional<Document> text;
    bool is_doubted = false;
  };
  struct Object {
    bool is_known = false;  // an event was about it, not only about what names it
    bool has_ended = false;
    bool creation_seen = false;
    bool by_service = false;
    bool tags_are_told = false;  // by its creation
    // Of its ARN: "arn:aws:iam::111122223333:role/team/"; empty: the path is not known.
    std::string up_to_name;
    std::string name_at_creation, name_taught, name_spelled;
    std::map<std::string, Slot> documents;  // inline policies, versions, the policy
    std::map<std::string, std::shared_ptr<Object>> attached;
    std::map<std::string, bool> attached_unknown;
    std::set<std::shared_ptr<Object>> groups;
    std::optional<std::pair<std::string, std::shared_ptr<Object>>> boundary;
    bool boundary_is_doubted = false;
    std::map<std::string, std::string> tags;
    std::vector<std::string> defaults;  // versions that were the default, oldest first
    std::optional<Slot> from_template;
    std::string template_prefix;
    bool scope_v1 = false;
    std::set<std::string> account_doubts;
  };
  using ObjectPointer = std::shared_ptr<Object>;

  ObjectPointer at(const EntityKey& key);          // made when it is named for the first time
  ObjectPointer find(const EntityKey& key) const;  // null: never named
  void end(const EntityKey& key);
  void rename(const EntityKey& from, const EntityKey& to);
  void create(const Fact& fact);
  void take_template(const EntityKey& repository, Object& object) const;
  void change(const Fact& fact);
  static void teach(Object& object, const Entry& entry);

  static void add_documents(const Object& holder, SubjectView& view);
  static void add_policy(const Object& policy, const std::string& arn, SubjectView& view);
  static void add_slot(const Slot& slot, DocumentKind kind, const std::string& name,
                       SubjectView& view);
  bool is_used(const ObjectPointer& policy) const;
  bool has_member(const ObjectPointer& group) const;

  std::map<EntityKey, ObjectPointer> entities_;
  // What events created and renamed: their addenda do not do it again.
  std::set<std::pair<std::string, EntityKey>> begun_;
};

}  // namespace auditor
