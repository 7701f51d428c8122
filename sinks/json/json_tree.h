// JSON as the auditor writes it: fixed field order, always valid UTF-8, bounded size.
//
// Shared by the encoders and by the commands that print witnesses. Nothing here throws for what
// the data holds.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "evaluator/policy/request.h"

namespace auditor {

// A witness: {"principal": ..., "action": ..., "resource": ..., "context": {...}}. A principal that
// has no ARN is an object: {"type": "Anonymous"}, {"type": "Service", "service": ...},
// {"type": "Federated", "provider": ...}.
nlohmann::ordered_json to_json(const Request& request);

// Null for an empty text, so that a reader need not know that empty means absent.
nlohmann::ordered_json text_or_null(std::string_view text);

// One line. Bytes that are not UTF-8 become U+FFFD.
std::string dump(const nlohmann::ordered_json& value);

// JSON as it is where it is not longer than `bytes_max`. Otherwise its long texts and long lists
// are cut, as little as is needed, and end in a mark that says so. The fields all stay.
std::string bounded_json(std::string json, std::size_t bytes_max);

}  // namespace auditor
