// The JSON lines of `explain` and `compare`: text -> queries.
//
// A policy may stand as an object or as a JSON string. A line that cannot be read says why and
// never stops the next one. Not thread safe: owns its parser.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/decision/decision.h"

namespace auditor {

inline constexpr std::size_t query_bytes_max = 16 << 20;  // of one line

struct ExplainLine {
  nlohmann::ordered_json id;  // echoed as it came; null when it could not be read
  std::string error;          // not empty: the line could not be read
  Subject subject;
  std::vector<ParsedPolicy> identity_policies;
  std::optional<ParsedPolicy> permissions_boundary;
  std::vector<ParsedPolicy> resource_policies;
};

struct CompareLine {
  nlohmann::ordered_json id;
  std::string error;
  PolicyKind kind = PolicyKind::identity;
  ParsedPolicy reference;
  ParsedPolicy candidate;
};

class QueryReader {
 public:
  QueryReader();
  ~QueryReader();

  ExplainLine read_explain(std::string_view line);
  CompareLine read_compare(std::string_view line);

 private:
  class Impl;  // keeps simdjson out of this header
  std::unique_ptr<Impl> impl_;
};

}  // namespace auditor
