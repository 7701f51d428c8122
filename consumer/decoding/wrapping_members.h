// The members of an object by which a wrapping is known. Raw JSON, not parsed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

#include "consumer/decoding/json_scanner.h"

namespace auditor {

inline bool is_object(std::string_view json) { return json.starts_with('{'); }
inline bool is_array(std::string_view json) { return json.starts_with('['); }
inline bool is_string(std::string_view json) { return json.starts_with('"'); }
// Text or an object: what a log shipper's `message` may be.
inline bool is_content(std::string_view json) { return is_object(json) || is_string(json); }
inline bool begins_document(std::string_view text) { return is_content(text) || is_array(text); }

// The members that tell wrappings apart. One that comes twice is not believed: of two `Records` one
// would go unread.
inline constexpr std::string_view member_keys[] = {
    "eventSource", "eventName",         "eventCategory",
    "eventType",   "requestParameters", "Records",
    "messageType", "detail-type",       "Type",
    "Message",     "s3Bucket",          "s3ObjectKey",
    "s3",          "class_uid",         "digestS3Bucket",
    "kvlistValue", "digestStartTime",   "CloudTrailEvent",
    "message",     "payload",           "ecs",
};

// A row by its key. A key that has no row does not compile.
class MemberKey {
 public:
  consteval MemberKey(const char* key) {
    while (std::string_view(key) != member_keys[index_]) ++index_;
  }
  std::size_t index() const { return index_; }

 private:
  std::size_t index_ = 0;
};

// The members of one object. Raw JSON; of the known ones empty when absent.
class WrappingMembers {
 public:
  explicit WrappingMembers(std::string_view object) : object_(object) {
    JsonSkimmer skimmer(object);
    while (skimmer.next()) {
      ++count_;
      if (kept_.size() < kept_max) kept_.push_back({skimmer.key(), skimmer.value()});
      const auto* const known = std::ranges::find(member_keys, skimmer.key());
      if (known == std::end(member_keys)) continue;
      std::string_view& value = values_[static_cast<std::size_t>(known - member_keys)];
      if (!value.empty()) fault_ = "duplicate-key: in a wrapping";
      value = skimmer.value();
    }
    if (!skimmer.complete()) fault_ = "not-json: broken structure";
  }

  std::string_view operator[](MemberKey key) const { return values_[key.index()]; }
  std::string_view text(MemberKey key) const {  // of a string without escapes
    const std::string_view json = (*this)[key];
    return json.size() < 2 || json.front() != '"' ? "" : json.substr(1, json.size() - 2);
  }

  // Calls use(key, value) for each member.
  template <typename Use>
  void for_each(Use use) const {
    if (count_ == kept_.size()) {
      for (const Member& member : kept_) use(member.key, member.value);
      return;
    }
    JsonSkimmer skimmer(object_);
    while (skimmer.next()) use(skimmer.key(), skimmer.value());
  }

  // Why these members cannot be believed; empty when they can.
  std::string_view fault() const { return fault_; }

 private:
  struct Member {
    std::string_view key, value;
  };
  static constexpr std::size_t kept_max = 256;  // of more, a second look is taken

  std::string_view object_;
  std::vector<Member> kept_;
  std::size_t count_ = 0;
  std::array<std::string_view, std::size(member_keys)> values_;
  std::string_view fault_;
};

}  // namespace auditor
