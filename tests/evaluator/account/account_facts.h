// Facts for the tests of the memory, in few words.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "evaluator/account/account_state.h"
#include "tests/evaluator/account/instants.h"

namespace auditor {

inline EntityKey role(std::string name) { return {EntityKind::role, {}, std::move(name)}; }
inline EntityKey user(std::string name) { return {EntityKind::user, {}, std::move(name)}; }
inline EntityKey group(std::string name) { return {EntityKind::group, {}, std::move(name)}; }
inline EntityKey customer_policy(std::string name) {
  return {EntityKind::policy, {}, std::move(name)};
}
inline EntityKey repository(std::string name) {
  return {EntityKind::repository, "eu-central-1", std::move(name)};
}

inline std::string arn_of_policy(const std::string& name) {
  return "arn:aws:iam::111122223333:policy/" + name;
}

// At second `time`, by event `id`.
struct At {
  std::int64_t time;
  std::string id = "e";
};

inline Fact set(EntityKey entity, Attribute attribute, const At& at, std::string name = {},
                std::string value = {}) {
  return {std::move(entity), {attribute, true, name, stamp(at.time, at.id), value, {}}, {}};
}

inline Fact cleared(EntityKey entity, Attribute attribute, const At& at, std::string name = {}) {
  Fact fact = set(std::move(entity), attribute, at, std::move(name));
  fact.entry.is_set = false;
  return fact;
}

// `text` need not be JSON: the memory does not read it.
inline Fact document(EntityKey entity, Attribute attribute, const At& at, std::string name,
                     std::string text) {
  Fact fact = set(std::move(entity), attribute, at, std::move(name));
  fact.entry.document = std::make_shared<KeptDocument>(KeptDocument{text, {}});
  fact.document_text = std::move(text);
  return fact;
}

// All that is kept, as text: what two equal memories have in common.
inline std::string text_of(const AccountState& state) {
  std::string text;
  for (const auto& [key, entity] : state.entities()) {
    text += std::to_string(static_cast<int>(key.kind)) + " " + key.region + " " + key.name + "\n";
    for (const Entry& entry : entity.entries) {
      text += "  " + std::to_string(static_cast<int>(entry.attribute)) + " " +
              std::string(entry.name) + " " + std::to_string(entry.stamp.time.seconds()) +
              std::string(entry.stamp.event_id) + "." + std::to_string(entry.stamp.revision) +
              (entry.is_set ? " = " : " - ") + std::string(entry.value) +
              (entry.document ? entry.document->text : "") + "\n";
    }
  }
  return text;
}

}  // namespace auditor
