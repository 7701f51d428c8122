// Tested by state_record_test.cpp.
#include "sinks/records/state_record.h"

#include <simdjson.h>

#include <cstring>
#include <initializer_list>
#include <limits>
#include <utility>

#include "evaluator/account/account_state.h"
#include "sinks/formats/format.h"
#include "sinks/json/json_object.h"

namespace auditor {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;

constexpr std::uint64_t state_version = 1;
// Valid names, tags and lists of actions are far shorter. Whatever is cut says so.
constexpr std::size_t name_bytes_max = 8 << 10;
constexpr std::size_t text_bytes_max = 64 << 10;

std::string bounded(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  return std::string(text.substr(0, bytes_max)) + "... (cut, " + std::to_string(text.size()) +
         " bytes)";
}

std::string key_of(const AccountKey& account, const Fact& fact) {
  const Entry& entry = fact.entry;
  const std::string thing_name = bounded(fact.entity.name, name_bytes_max);
  const std::string name = bounded(entry.name, name_bytes_max);
  std::string key;
  for (const std::string_view part : std::initializer_list<std::string_view>{
           account.partition, account.account, to_string(fact.entity.kind), fact.entity.region,
           thing_name, to_string(entry.attribute), name}) {
    key += key.empty() ? '[' : ',';
    append_json_string(key, part);
  }
  if (has_own_key(fact.entity.kind, entry)) {
    key.append(",").append(std::to_string(entry.stamp.time.seconds())).append(",");
    append_json_string(key, bounded(entry.stamp.event_id.text(), name_bytes_max));
    key.append(",").append(std::to_string(entry.stamp.revision));
  }
  return key += ']';
}

JsonObject stamped(const Entry& entry) {
  JsonObject json;
  json.json("v", std::to_string(state_version))
      .json("time", std::to_string(entry.stamp.time.seconds()))
      .text("id", bounded(entry.stamp.event_id.text(), name_bytes_max))
      .json("rev", std::to_string(entry.stamp.revision))
      .flag("set", entry.is_set);
  return json;
}

std::string value_of(const Fact& fact) {
  if (fact.document_text.empty()) {
    return stamped(fact.entry).text("value", bounded(fact.entry.value, text_bytes_max)).take();
  }
  std::string text = stamped(fact.entry).text("document", fact.document_text).take();
  if (text.size() <= record_bytes_max) return text;
  // A document that is cut would be another one.
  return stamped(fact.entry)
      .text("value", "a document of " + std::to_string(fact.document_text.size()) +
                         " bytes, which is too large to be remembered")
      .take();
}

template <typename Element, typename Text>
error_code read_text(Element element, Text& text) {
  std::string_view found;
  const error_code error = element.get_string().get(found);
  if (error == SUCCESS) text = found;
  return error;
}

std::unexpected<std::string> broken(std::string_view part, error_code error) {
  return std::unexpected("the " + std::string(part) +
                         " of a record of the state is broken: " + simdjson::error_message(error));
}

}  // namespace

bool has_own_key(EntityKind kind, const Entry& entry) {
  // What the auditor notes for itself has one place, whatever led to it.
  // A seed can be older than what events have taught: it must not take the place of their records.
  const bool is_of_seed = entry.stamp.event_id == seed_event_id && !is_note(entry.attribute);
  return is_of_seed || keeps_versions(kind, entry.attribute);
}

OutputRecord state_record(const AccountKey& account, const Fact& fact, std::int32_t partition,
                          const Topics& topics) {
  OutputRecord record;
  record.topic = topics.state;
  record.key = key_of(account, fact);
  record.value = value_of(fact);
  record.partition = partition;
  return record;
}

OutputRecord state_tombstone(const AccountKey& account, const Fact& fact, std::int32_t partition,
                             const Topics& topics) {
  OutputRecord record;
  record.topic = topics.state;
  record.key = key_of(account, fact);
  record.partition = partition;
  record.is_tombstone = true;
  return record;
}

class StateReader::Impl {
 public:
  explicit Impl(CanMatter can_matter) : can_matter_(std::move(can_matter)) {}

  std::expected<RestoredFact, std::string> read(std::string_view key, std::string_view value) {
    KeyParts parts;
    if (const error_code error = read_key(key, parts)) return broken("key", error);
    const auto kind = parse_entity_kind(parts.kind);
    if (!kind) {
      return std::unexpected("a record of the state is of an unknown thing: " +
                             std::string(parts.kind));
    }
    const auto attribute = parse_attribute(parts.attribute);
    if (!attribute) {
      return std::unexpected("a record of the state is of an unknown register: " +
                             std::string(parts.attribute));
    }
    RestoredFact restored{.account = {std::string(parts.partition), std::string(parts.account)},
                          .fact = {{*kind, std::string(parts.region), std::string(parts.entity)},
                                   {*attribute, true, parts.name, parts.stamp, {}, nullptr},
                                   {}},
                          .is_tombstone = false};
    Fact& fact = restored.fact;
    if (value.empty()) {
      restored.is_tombstone = true;
      return restored;
    }
    std::uint64_t version = 0;
    if (const error_code error = read_value(value, version, fact)) return broken("value", error);
    if (version != state_version) {
      return std::unexpected("a record of the state has version " + std::to_string(version) +
                             ", this auditor knows " + std::to_string(state_version) +
                             ": run the newer auditor, or let this one have a topic of its own");
    }
    settle_document(fact);
    return restored;
  }

 private:
  // A text with the room behind it that simdjson reads into. Grows to the longest and stays.
  class PaddedBuffer {
   public:
    simdjson::padded_string_view hold(std::string_view text) {
      const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
      if (bytes_.size() < needed) bytes_.resize(2 * needed);
      if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
      return simdjson::padded_string_view(bytes_.data(), text.size(), bytes_.size());
    }

   private:
    std::string bytes_;
  };

  // What a key names, in its order. Valid until the next text is parsed.
  // Where it names no stamp, that of the entry stands in the value.
  struct KeyParts {
    std::string_view partition, account, kind, region, entity, attribute, name;
    Stamp stamp = Stamp::of_no_event();
  };

  error_code read_key(std::string_view key, KeyParts& parts) {
    ondemand::document document;
    if (const error_code error = parser_.iterate(buffer_.hold(key)).get(document)) return error;
    ondemand::array array;
    if (const error_code error = document.get_array().get(array)) return error;
    std::string_view* const texts[] = {&parts.partition, &parts.account, &parts.kind,
                                       &parts.region,    &parts.entity,  &parts.attribute,
                                       &parts.name};
    std::size_t count = 0;
    for (auto element : array) {
      if (count < std::size(texts)) {
        if (const error_code error = element.get_string().get(*texts[count])) return error;
      } else if (const error_code error =
                     read_stamp(element, count - std::size(texts), parts.stamp)) {
        return error;
      }
      ++count;
    }
    return count == std::size(texts) || count == std::size(texts) + 3
               ? SUCCESS
               : simdjson::INDEX_OUT_OF_BOUNDS;
  }

  // 0 is that of notes, and what older auditors wrote for a time that they did not understand.
  template <typename Element>
  static error_code read_time(Element&& element, Stamp& stamp) {
    std::int64_t seconds = 0;
    if (const error_code error = element.get_int64().get(seconds)) return error;
    const auto time = EventTime::at(seconds);
    if (!time) return simdjson::NUMBER_OUT_OF_RANGE;
    stamp.time = *time;
    return SUCCESS;
  }

  template <typename Element>
  static error_code read_revision(Element&& element, Stamp& stamp) {
    std::uint64_t revision = 0;
    if (const error_code error = element.get_uint64().get(revision)) return error;
    if (revision > std::numeric_limits<std::uint32_t>::max()) return simdjson::NUMBER_OUT_OF_RANGE;
    stamp.revision = static_cast<std::uint32_t>(revision);
    return SUCCESS;
  }

  template <typename Element>
  static error_code read_stamp(Element& element, std::size_t part, Stamp& stamp) {
    if (part == 0) return read_time(element, stamp);
    if (part == 1) return read_text(std::move(element), stamp.event_id);
    return read_revision(element, stamp);
  }

  // Stops behind the version where it is another one: what follows may be anything.
  error_code read_value(std::string_view value, std::uint64_t& version, Fact& fact) {
    ondemand::document document;
    if (const error_code error = parser_.iterate(buffer_.hold(value)).get(document)) return error;
    ondemand::object object;
    if (const error_code error = document.get_object().get(object)) return error;
    if (const error_code error = object["v"].get_uint64().get(version)) return error;
    if (version != state_version) return SUCCESS;
    Entry& entry = fact.entry;
    if (const error_code error = read_time(object["time"], entry.stamp)) return error;
    if (const error_code error = read_text(object["id"], entry.stamp.event_id)) return error;
    if (const error_code error = read_revision(object["rev"], entry.stamp)) return error;
    if (const error_code error = object["set"].get_bool().get(entry.is_set)) return error;
    const error_code absent = read_text(object["document"], fact.document_text);
    if (absent == simdjson::NO_SUCH_FIELD) return read_text(object["value"], entry.value);
    return absent;
  }

  // Parsed as when the event came; what no longer parses replaces nothing.
  void settle_document(Fact& fact) const {
    Entry& entry = fact.entry;
    const DocumentAttribute* const attribute = document_attribute(entry.attribute);
    if (attribute == nullptr || !entry.is_set) return;
    auto document = parse_policy_document(fact.document_text, attribute->kind);
    if (!document) {
      entry.attribute = attribute->doubt;
      if (entry.value.empty()) entry.value = std::move(document.error().message);
      fact.document_text.clear();
    } else if (can_matter_(*document, attribute->kind)) {
      entry.document = std::make_shared<const KeptDocument>(
          KeptDocument{fact.document_text, *std::move(document)});
    }
  }

  CanMatter can_matter_;
  ondemand::parser parser_;
  PaddedBuffer buffer_;
};

StateReader::StateReader(CanMatter can_matter)
    : impl_(std::make_unique<Impl>(std::move(can_matter))) {}
StateReader::~StateReader() = default;

std::expected<RestoredFact, std::string> StateReader::read(std::string_view key,
                                                           std::string_view value) {
  return impl_->read(key, value);
}

}  // namespace auditor
