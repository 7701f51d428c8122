// Tested by guardrail_test.cpp.
#include "evaluator/text/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

// Looks at the events of a text before any node is built.
class Bounds final : public YAML::EventHandler {
 public:
  // What is out of bounds, and where. Empty: nothing.
  std::string problem;
  YAML::Mark mark;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& at, YAML::anchor_t) override { node(at); }
  void OnAlias(const YAML::Mark& at, YAML::anchor_t) override {
    refuse(at, "aliases (`*name`) are not read here: write the value out");
  }
  void OnScalar(const YAML::Mark& at, const std::string&, YAML::anchor_t,
                const std::string&) override {
    node(at);
  }
  void OnSequenceStart(const YAML::Mark& at, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    enter(at);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& at, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    enter(at);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void refuse(const YAML::Mark& at, std::string message) {
    if (!problem.empty()) return;
    problem = std::move(message);
    mark = at;
  }
  void node(const YAML::Mark& at) {
    if (++nodes_ > yaml_nodes_max) {
      refuse(at, "more than " + std::to_string(yaml_nodes_max) + " values");
    }
  }
  void enter(const YAML::Mark& at) {
    node(at);
    if (++depth_ > yaml_depth_max) {
      refuse(at, "nested deeper than " + std::to_string(yaml_depth_max) + " levels");
    }
  }

  std::size_t nodes_ = 0;
  std::size_t depth_ = 0;
};

std::string_view kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return "a single value";
  return "empty";
}

// The nearest known key; when none is near, all of them.
std::string hint(std::string_view key, std::span<const std::string_view> known) {
  if (const auto meant = nearest(key, known)) return did_you_mean(meant);
  std::string list;
  for (const std::string_view name : known) {
    list += (list.empty() ? " (" : ", ") + std::string(name);
  }
  return list + ")";
}

// A tab before the first word of a line, which YAML refuses, and yaml-cpp in words of whatever it
// took it for. Null: there is none.
YAML::Mark first_tab_in_indentation(std::string_view text) {
  YAML::Mark mark;
  for (std::size_t begin = 0; begin < text.size(); ++mark.line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t word = line.find_first_not_of(" \t\r");
    const std::size_t tab = line.find('\t');
    if (word != std::string_view::npos && line[word] != '#' && tab < word) {
      mark.pos = static_cast<int>(begin + tab);
      mark.column = static_cast<int>(tab);
      return mark;
    }
    begin = end + 1;
  }
  return YAML::Mark::null_mark();
}

}  // namespace

void YamlReader::report(const YAML::Mark& mark, std::string message, bool is_warning) {
  ConfigProblem problem;
  problem.file = file_;
  if (!mark.is_null()) {
    problem.line = static_cast<std::size_t>(mark.line) + 1;
    problem.column = static_cast<std::size_t>(mark.column) + 1;
  }
  problem.message = std::move(message);
  problem.is_warning = is_warning;
  problems_.push_back(std::move(problem));
}

void YamlReader::error(const YAML::Node& at, std::string message) {
  report(at.Mark(), std::move(message), false);
}

void YamlReader::warning(const YAML::Node& at, std::string message) {
  report(at.Mark(), std::move(message), true);
}

std::size_t YamlReader::error_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(problems_, [](const auto& problem) { return !problem.is_warning; }));
}

std::optional<YAML::Node> YamlReader::load(std::string_view text) {
  if (text.size() > yaml_bytes_max) {
    report(YAML::Mark::null_mark(),
           "larger than " + std::to_string(yaml_bytes_max) + " bytes: not read", false);
    return std::nullopt;
  }
  const std::string owned(text);
  try {
    std::istringstream stream(owned);
    YAML::Parser parser(stream);
    Bounds bounds;
    parser.HandleNextDocument(bounds);
    if (bounds.problem.empty() && parser) {
      report(YAML::Mark::null_mark(), "holds more than one document: only one is read", false);
      return std::nullopt;
    }
    if (!bounds.problem.empty()) {
      report(bounds.mark, bounds.problem, false);
      return std::nullopt;
    }
    return YAML::Load(owned);
  } catch (const YAML::Exception& exception) {
    const YAML::Mark tab = first_tab_in_indentation(text);
    if (!tab.is_null()) {
      report(tab, "not YAML: a tab in the indentation, where only blanks may stand", false);
    } else {
      report(exception.mark, "not YAML: " + exception.msg, false);
    }
  } catch (const std::exception& exception) {
    report(YAML::Mark::null_mark(), std::string("not YAML: ") + exception.what(), false);
  }
  return std::nullopt;
}

std::vector<YamlMember> YamlReader::members(const YAML::Node& node, std::string_view what,
                                            std::span<const std::string_view> known) {
  std::vector<YamlMember> members;
  if (!node.IsMap()) {
    error(node, std::string(what) + " must be a map, but is " + std::string(kind_of(node)));
    return members;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      error(entry.first, "a key of " + std::string(what) + " must be a single value");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      error(entry.first, "`" + key + "` stands twice in " + std::string(what));
      continue;
    }
    if (!known.empty() && std::ranges::find(known, key) == known.end()) {
      error(entry.first, "unknown key `" + key + "` in " + std::string(what) + hint(key, known));
      continue;
    }
    members.push_back({key, entry.first, entry.second});
  }
  return members;
}

std::optional<std::string> YamlReader::text(const YAML::Node& node, std::string_view what) {
  if (node.IsScalar()) return node.Scalar();
  error(node, std::string(what) + " must be a single value, but is " + std::string(kind_of(node)));
  return std::nullopt;
}

std::vector<YamlText> YamlReader::texts(const YAML::Node& node, std::string_view what) {
  std::vector<YamlText> texts;
  if (node.IsScalar()) {
    texts.push_back({node.Scalar(), node});
  } else if (node.IsSequence()) {
    for (const YAML::Node& entry : node) {
      if (entry.IsScalar()) {
        texts.push_back({entry.Scalar(), entry});
      } else {
        error(entry, "an entry of " + std::string(what) + " must be a single value, but is " +
                         std::string(kind_of(entry)));
      }
    }
  } else {
    error(node, std::string(what) + " must be a list, but is " + std::string(kind_of(node)));
  }
  return texts;
}

}  // namespace auditor
