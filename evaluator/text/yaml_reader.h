// Reads a YAML file that a person wrote and collects everything that is wrong with it.
//
// Internal to the .cpp files that read configuration (it shows yaml-cpp's types). Every problem has
// its line and column; an unknown key names the nearest known one. Size, depth and number of nodes
// are bounded and aliases are refused, so that no file can grow when it is read. Never throws.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/text/config_problem.h"

namespace auditor {

inline constexpr std::size_t yaml_bytes_max = 1 << 20;
inline constexpr std::size_t yaml_depth_max = 32;
inline constexpr std::size_t yaml_nodes_max = 100'000;

struct YamlMember {
  std::string key;
  YAML::Node key_node;
  YAML::Node value;
};

// A scalar with its place, for checks that come after reading.
struct YamlText {
  std::string text;
  YAML::Node node;
};

class YamlReader {
 public:
  explicit YamlReader(std::string_view file) : file_(file) {}

  // The root of the file's one document. Nullopt when the text is not YAML or is out of bounds;
  // the problems say why.
  std::optional<YAML::Node> load(std::string_view text);

  // The entries of a map, in order, without those that were reported: unknown (when `known` is not
  // empty), repeated or not a scalar. Reports when `node` is no map; `what` names it.
  std::vector<YamlMember> members(const YAML::Node& node, std::string_view what,
                                  std::span<const std::string_view> known);

  // A scalar's text; reports anything else, also an empty value.
  std::optional<std::string> text(const YAML::Node& node, std::string_view what);

  // One scalar or a list of scalars.
  std::vector<YamlText> texts(const YAML::Node& node, std::string_view what);

  void error(const YAML::Node& at, std::string message);
  void warning(const YAML::Node& at, std::string message);

  std::size_t error_count() const;
  std::vector<ConfigProblem> take_problems() { return std::move(problems_); }

 private:
  void report(const YAML::Mark& mark, std::string message, bool is_warning);

  std::string file_;
  std::vector<ConfigProblem> problems_;
};

}  // namespace auditor
