// A JSON Schema validator for the few keywords that config/schema/ uses. A keyword that it does not
// know is an error, so that a schema cannot grow past what the tests check.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace auditor {

// A schema, and the folder where the other files are that it refers to.
struct Schema {
  nlohmann::json root;
  std::filesystem::path folder;
};

Schema load_schema(const std::filesystem::path& file);

// What is wrong with `value`, each with its place; empty when it is valid.
std::vector<std::string> schema_errors(const Schema& schema, const nlohmann::json& value);

}  // namespace auditor
