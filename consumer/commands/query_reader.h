// A question of `explain` or `compare`: JSON text -> query.
//
// A policy may stand as an object or as a JSON string. A question that cannot be read says why. Not
// thread safe: owns its parser.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/decision/decision.h"

namespace auditor {

inline constexpr std::size_t query_bytes_max = 32 << 20;

struct ExplainLine {
  nlohmann::ordered_json id;  // echoed as it came; null when it could not be read
  std::string error;          // not empty: it could not be read
  Subject subject;
  std::vector<ParsedPolicy> identity_policies;
  std::optional<ParsedPolicy> permissions_boundary;
  std::vector<ParsedPolicy> resource_policies;
  bool has_granting_policy =
      false;  // one that was given, readable or not; a boundary grants nothing
};

struct CompareLine {
  nlohmann::ordered_json id;
  std::string error;
  PolicyKind kind = PolicyKind::identity;
  ParsedPolicy reference;
  ParsedPolicy candidate;
};

// Of a question that is not JSON, as far as it can be found, so that its answer can be told from
// others; null otherwise.
nlohmann::ordered_json id_of_broken(std::string_view question);

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
