// What was in a wrapping, other than a valid record.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace auditor {

// What a wrapping held. `bytes` is valid only during the call that hands it over.
struct Unwrapped {
  enum class Kind {
    record,      // has eventSource and eventName, but try_record refused it
    irrelevant,  // valid, but no record of a call: a control message, an Insights event
    no_records,  // the whole message: a log file without any, or an empty array
    unreadable,  // `reason`: a code and a sentence
  };
  Kind kind = Kind::unreadable;
  std::string_view bytes;
  std::string reason;
  bool is_damage = false;  // as in Quarantined
};

using UnwrappedSink = std::function<void(const Unwrapped&)>;

}  // namespace auditor
