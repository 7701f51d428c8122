#include "tests/sinks/records/schema_check.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

namespace auditor {
namespace {

using nlohmann::json;

const std::set<std::string> annotations{"$schema",     "$defs",      "title",
                                        "description", "properties", "required"};

class Check {
 public:
  explicit Check(const Schema& schema) : schema_(schema) {}

  std::vector<std::string> errors(const json& schema, const json& value, const std::string& at) {
    std::vector<std::string> errors;
    for (const auto& [keyword, argument] : schema.items()) {
      if (!annotations.contains(keyword)) apply(keyword, argument, schema, value, at, errors);
    }
    if (value.is_object()) object(schema, value, at, errors);
    return errors;
  }

 private:
  void apply(const std::string& keyword, const json& argument, const json& schema,
             const json& value, const std::string& at, std::vector<std::string>& errors) {
    const auto expect = [&](bool holds) {
      if (!holds) errors.push_back(at + ": " + keyword + " " + argument.dump());
    };
    if (keyword == "type") {
      expect(has_type(argument, value));
    } else if (keyword == "enum") {
      expect(std::ranges::find(argument, value) != argument.end());
    } else if (keyword == "pattern") {
      expect(value.is_string() &&
             std::regex_search(value.get<std::string>(), std::regex(argument.get<std::string>())));
    } else if (keyword == "minLength") {
      expect(value.is_string() && value.get<std::string>().size() >= argument.get<std::size_t>());
    } else if (keyword == "minimum") {
      expect(value.is_number() && value.get<double>() >= argument.get<double>());
    } else if (keyword == "anyOf") {
      expect(std::ranges::any_of(
          argument, [&](const json& one) { return this->errors(one, value, at).empty(); }));
    } else if (keyword == "$ref") {
      append(errors, referred(argument.get<std::string>(), value, at));
    } else if (keyword == "items") {
      std::size_t index = 0;
      if (!value.is_array()) return;
      for (const json& entry : value) {
        append(errors, this->errors(argument, entry, at + "/" + std::to_string(index++)));
      }
    } else if (keyword != "additionalProperties" || !schema.is_object()) {
      errors.push_back(at + ": the test does not know the keyword " + keyword);
    }
  }

  // `#/a/place` in this schema, or a whole other file.
  std::vector<std::string> referred(const std::string& to, const json& value,
                                    const std::string& at) {
    if (to.starts_with('#')) {
      return errors(schema_.root.at(json::json_pointer(to.substr(1))), value, at);
    }
    const Schema other = load_schema(schema_.folder / to);
    return Check(other).errors(other.root, value, at);
  }

  void object(const json& schema, const json& value, const std::string& at,
              std::vector<std::string>& errors) {
    for (const json& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) errors.push_back(at + ": lacks " + name.dump());
    }
    const json properties = schema.value("properties", json::object());
    for (const auto& [name, member] : value.items()) {
      const std::string place = at + "/" + name;
      if (properties.contains(name)) {
        append(errors, this->errors(properties[name], member, place));
      } else if (schema.contains("additionalProperties")) {
        const json& others = schema["additionalProperties"];
        if (others == false) {
          errors.push_back(place + ": not in the schema");
        } else if (others.is_object()) {
          append(errors, this->errors(others, member, place));
        }
      }
    }
  }

  static bool has_type(const json& types, const json& value) {
    if (types.is_array()) {
      return std::ranges::any_of(types, [&](const json& type) { return has_type(type, value); });
    }
    const auto type = types.get<std::string>();
    return (type == "null" && value.is_null()) || (type == "boolean" && value.is_boolean()) ||
           (type == "string" && value.is_string()) || (type == "array" && value.is_array()) ||
           (type == "object" && value.is_object()) ||
           (type == "integer" && value.is_number_integer());
  }

  static void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  const Schema& schema_;
};

}  // namespace

Schema load_schema(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {json::parse(stream), file.parent_path()};
}

std::vector<std::string> schema_errors(const Schema& schema, const json& value) {
  return Check(schema).errors(schema.root, value, "");
}

}  // namespace auditor
