// Tested by scan_test.sh, and by tests/kafka/replay_test.cpp against a topic.
#include "consumer/auditor/finding_output.h"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "consumer/auditor/terminal.h"

namespace auditor {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

StdoutFindings::StdoutFindings(const std::string& format)
    : is_table_(format == table_format_name),
      look_{.has_colour = wants_colour(STDOUT_FILENO), .columns = columns(STDOUT_FILENO)} {
  if (!is_table_) format_ = parse_format(format).value();
}

void StdoutFindings::write(const SideBySide& judged) {
  const std::vector<Finding>& findings = judged.guardrails().findings;
  if (judged.against() == nullptr) {
    for (const Finding& finding : findings) print(text_of(finding));
    return;
  }
  const std::vector<Finding>& against = judged.against()->findings;
  for (const FindingDiff& difference : auditor::finding_diffs(findings, against, differences_)) {
    print(text_of(difference));
  }
}

std::string StdoutFindings::text_of(const Finding& finding) const {
  return is_table_ ? table_entry(finding, look_) : encode(finding, format_) + "\n";
}

std::string StdoutFindings::text_of(const FindingDiff& difference) const {
  return is_table_ ? table_entry(difference, look_) : encode(difference) + "\n";
}

void StdoutFindings::finish() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw std::runtime_error("cannot write to stdout");
  }
}

std::string format_option_help() {
  return format_names(", ") + " (JSON lines) or " + std::string(table_format_name);
}

std::string finding_format_problem(const std::string& format) {
  if (format == table_format_name) return {};
  const auto parsed = parse_format(format, table_format_name);
  return parsed ? std::string() : parsed.error();
}

std::string against_format_problem(const std::string& format) {
  const std::string_view native = native_format()->name;
  if (format == table_format_name || format == native) return {};
  return std::string("is told as ")
      .append(native)
      .append(" or ")
      .append(table_format_name)
      .append(", not as ")
      .append(format);
}

}  // namespace auditor
