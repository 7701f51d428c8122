// A JSON Schema validator for the few keywords that config/schema/ uses. A keyword that it does not
// know is an error, so that a schema cannot grow past what the tests check.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace auditor {

// What is wrong with `value`, each with its place; empty when it is valid.
std::vector<std::string> schema_errors(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace auditor
