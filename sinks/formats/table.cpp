// Tested by encoder_test.cpp.
#include "sinks/formats/table.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "sinks/formats/finding_text.h"
#include "sinks/formats/text_width.h"

namespace auditor {
namespace {

constexpr std::size_t severity_width = 9;  // "CRITICAL" and a space
constexpr std::size_t label_indent = 2;
constexpr std::size_t label_width = 12;
constexpr std::size_t content_width_min = 8;
constexpr std::size_t granted_by_lines_max = 5;

constexpr std::string_view bold = "\033[1m";
constexpr std::string_view dim = "\033[2m";
constexpr std::string_view reset = "\033[0m";

std::string_view severity_colour(Severity severity) {
  if (severity >= Severity::high) return "\033[1;31m";
  if (severity == Severity::medium) return "\033[1;33m";
  return "\033[1;36m";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

class TableEntry {
 public:
  explicit TableEntry(const TableLook& look) : look_(look) {}

  void head(const Finding& finding) {
    std::string severity = upper(std::string(to_string(finding.guardrail.severity)));
    if (severity == "INFORMATIONAL") severity = "INFO";
    paint(severity_colour(finding.guardrail.severity), padded(severity, severity_width));
    const std::string id = plain_text(finding.guardrail.id) + "  ";
    paint(bold, id);
    rows(plain_text(finding.guardrail.title), severity_width + display_width(id));
  }

  void line(std::string_view label, std::string_view content) {
    text_.append(label_indent, ' ');
    paint(dim, padded(std::string(label), label_width));
    rows(plain_text(content), label_indent + label_width);
  }

  std::string take() { return std::move(text_) + '\n'; }

 private:
  // The rest of a row of which `indent` columns are written. Where too little room is left for
  // words, the terminal breaks it better.
  void rows(std::string_view content, std::size_t indent) {
    const bool fits = look_.columns >= indent + content_width_min;
    bool is_first = true;
    for (const std::string_view line : wrapped(content, fits ? look_.columns - indent : 0)) {
      if (!std::exchange(is_first, false)) text_.append(indent, ' ');
      text_.append(line) += '\n';
    }
  }

  void paint(std::string_view colour, std::string_view content) {
    if (look_.has_colour) text_ += colour;
    text_ += content;
    if (look_.has_colour) text_ += reset;
  }

  TableLook look_;
  std::string text_;
};

std::string state_of(const Finding& finding) {
  std::string state =
      std::string(to_string(finding.kind)) + ", " + std::string(to_string(finding.status));
  if (finding.latent) state += ", latent";
  if (finding.evidence.certainty == Certainty::ambiguous) state += ", ambiguous";
  return state;
}

// "opened by", "resolved by": what the cause did. A use or an attempt is the event itself.
std::string_view cause_label(const Finding& finding) {
  if (finding.kind == FindingKind::usage || finding.kind == FindingKind::attempt) return "event";
  switch (finding.status) {
    case FindingStatus::open:
      return "opened by";
    case FindingStatus::changed:
      return "changed by";
    case FindingStatus::resolved:
      return "resolved by";
  }
  return "event";
}

std::string comma_separated(const std::vector<std::string>& actions) {
  std::string text;
  for (const std::string& action : actions) {
    if (!text.empty()) text += ", ";
    text += action;
  }
  return text;
}

}  // namespace

std::string table_entry(const Finding& finding, const TableLook& look) {
  TableEntry entry(look);
  entry.head(finding);
  entry.line("subject", std::string(finding.subject.type) + " " + finding.subject.arn);
  entry.line("state", state_of(finding));
  if (!finding.evidence.actions.empty())
    entry.line("actions", comma_separated(finding.evidence.actions));
  if (finding.evidence.witness) entry.line("witness", one_line(*finding.evidence.witness));
  if (finding.new_access) {
    entry.line("new", comma_separated(finding.new_access->actions));
    if (finding.new_access->witness) entry.line("", one_line(*finding.new_access->witness));
  }
  const std::size_t shown = std::min(finding.evidence.granted_by.size(), granted_by_lines_max);
  for (std::size_t i = 0; i < shown; ++i) {
    entry.line(i == 0 ? "granted by" : "", one_line(finding.evidence.granted_by[i]));
  }
  if (shown < finding.evidence.granted_by.size()) {
    entry.line("", "and " + std::to_string(finding.evidence.granted_by.size() - shown) + " more");
  }
  if (!finding.evidence.reason.empty()) entry.line("because", finding.evidence.reason);
  for (const std::string& note : finding.evidence.notes) entry.line("note", note);
  if (finding.uses > 1) entry.line("uses", std::to_string(finding.uses) + " identical ones");
  entry.line(cause_label(finding), cause_text(finding));
  return entry.take();
}

}  // namespace auditor
