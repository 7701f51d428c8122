// Tested by view_meaning_test.cpp.
#include "evaluator/audit/view_meaning.h"

#include <algorithm>
#include <concepts>
#include <tuple>
#include <type_traits>

#include "evaluator/text/length_prefix.h"

namespace auditor {
namespace {

// INVARIANT: each list takes its struct apart by name, all of it, so a new field does not compile
// until somebody has decided here whether results depend on it.

auto fields_of(const Subject& subject) {
  const auto& [type, arn, account, region, path_is_known] = subject;
  return std::tie(type, arn, account, region, path_is_known);
}

// Through which group a user has a document changes nothing about what it grants.
auto fields_of(const HeldDocument& held) {
  [[maybe_unused]] const auto& [kind, name, arn, version, group, document] = held;
  return std::tie(kind, name, arn, version, document);
}

auto fields_of(const HeldBoundary& boundary) {
  const auto& [policy, unknown_because] = boundary;
  return std::tie(policy, unknown_because);
}

// `as_of` says since when the view is as it is, not what it is.
auto fields_of(const SubjectView& view) {
  [[maybe_unused]] const auto& [subject, latent, documents, boundary, doubts, tags,
                                registry_scope_v1, as_of] = view;
  return std::tie(subject, latent, documents, boundary, doubts, tags, registry_scope_v1);
}

// What a document says follows from its text.
const std::string& text_of(const std::shared_ptr<const KeptDocument>& document) {
  return document->text;
}

// One field after the other. Lists and what may be absent say first how many there are, so that the
// bytes of two different views can never be the same.
class MeaningWriter {
 public:
  std::string take() { return std::move(bytes_); }

  void add(const std::string& text) { append_field(bytes_, text); }
  void add(bool flag) { bytes_ += flag ? '+' : '-'; }

  template <typename Enum>
    requires std::is_enum_v<Enum>
  void add(Enum value) {
    append_field(bytes_, to_string(value));
  }

  void add(const std::shared_ptr<const KeptDocument>& document) {
    add(document != nullptr);
    if (document != nullptr) add(text_of(document));
  }

  template <typename Value>
  void add(const std::optional<Value>& value) {
    add(value.has_value());
    if (value) add(*value);
  }

  template <typename Value>
  void add(const std::vector<Value>& values) {
    add(std::to_string(values.size()));
    for (const Value& value : values) add(value);
  }

  void add(const std::map<std::string, std::string>& texts) {
    add(std::to_string(texts.size()));
    for (const auto& [key, value] : texts) {
      add(key);
      add(value);
    }
  }

  template <typename Struct>
    requires requires(const Struct& value) { fields_of(value); }
  void add(const Struct& value) {
    std::apply([this](const auto&... fields) { (add(fields), ...); }, fields_of(value));
  }

 private:
  std::string bytes_;
};

template <typename Value>
bool is_same(const Value& one, const Value& other);

bool is_same(const std::shared_ptr<const KeptDocument>& one,
             const std::shared_ptr<const KeptDocument>& other) {
  if (one == other) return true;
  return one != nullptr && other != nullptr && text_of(one) == text_of(other);
}

template <typename Value>
bool is_same(const std::optional<Value>& one, const std::optional<Value>& other) {
  return one && other ? is_same(*one, *other) : one.has_value() == other.has_value();
}

template <typename Value>
bool is_same(const std::vector<Value>& one, const std::vector<Value>& other) {
  return std::ranges::equal(
      one, other, [](const Value& left, const Value& right) { return is_same(left, right); });
}

template <std::size_t... place>
bool are_same(const auto& one, const auto& other, std::index_sequence<place...>) {
  return (is_same(std::get<place>(one), std::get<place>(other)) && ...);
}

template <typename Value>
bool is_same(const Value& one, const Value& other) {
  if constexpr (requires { fields_of(one); }) {
    const auto fields = fields_of(one);
    return are_same(fields, fields_of(other),
                    std::make_index_sequence<std::tuple_size_v<decltype(fields)>>());
  } else {
    return one == other;
  }
}

}  // namespace

std::string bytes_of_meaning(const SubjectView& view) {
  MeaningWriter writer;
  writer.add(view);
  return writer.take();
}

bool same_meaning(const SubjectView& one, const SubjectView& other) { return is_same(one, other); }

}  // namespace auditor
