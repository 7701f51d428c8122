// Facts for the tests of the memory, in few words.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "evaluator/account/account_state.h"

namespace auditor {

inline ThingKey role(std::string name) { return {ThingKind::role, {}, std::move(name)}; }
inline ThingKey user(std::string name) { return {ThingKind::user, {}, std::move(name)}; }
inline ThingKey group(std::string name) { return {ThingKind::group, {}, std::move(name)}; }
inline ThingKey customer_policy(std::string name) {
  return {ThingKind::policy, {}, std::move(name)};
}
inline ThingKey repository(std::string name) {
  return {ThingKind::repository, "eu-central-1", std::move(name)};
}

inline std::string arn_of_policy(const std::string& name) {
  return "arn:aws:iam::111122223333:policy/" + name;
}

// At second `time`, by event `id`.
struct At {
  std::int64_t time;
  std::string id = "e";
};

inline Fact set(ThingKey thing, Register reg, const At& at, std::string name = {},
                std::string value = {}) {
  return {std::move(thing), {reg, true, name, {at.time, at.id, 0}, value, {}}, {}};
}

inline Fact cleared(ThingKey thing, Register reg, const At& at, std::string name = {}) {
  Fact fact = set(std::move(thing), reg, at, std::move(name));
  fact.entry.is_set = false;
  return fact;
}

// `text` need not be JSON: the memory does not read it.
inline Fact document(ThingKey thing, Register reg, const At& at, std::string name,
                     std::string text) {
  Fact fact = set(std::move(thing), reg, at, std::move(name));
  fact.entry.document = std::make_shared<KeptDocument>(KeptDocument{text, {}});
  fact.document_text = std::move(text);
  return fact;
}

// All that is kept, as text: what two equal memories have in common.
inline std::string text_of(const AccountState& state) {
  std::string text;
  for (const auto& [key, thing] : state.things()) {
    text += std::to_string(static_cast<int>(key.kind)) + " " + key.region + " " + key.name + "\n";
    for (const Entry& entry : thing.entries) {
      text += "  " + std::to_string(static_cast<int>(entry.reg)) + " " + std::string(entry.name) +
              " " + std::to_string(entry.stamp.time) + std::string(entry.stamp.event_id) + "." +
              std::to_string(entry.stamp.revision) + (entry.is_set ? " = " : " - ") +
              std::string(entry.value) + (entry.document ? entry.document->text : "") + "\n";
    }
  }
  return text;
}

}  // namespace auditor
