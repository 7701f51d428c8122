// Where the findings of `scan` and `replay` go: stdout, or a topic. One thread.
#pragma once

#include <string>
#include <string_view>

#include "consumer/auditor/side_by_side.h"
#include "sinks/formats/finding_diff.h"
#include "sinks/formats/format.h"
#include "sinks/formats/table.h"

namespace auditor {

// Of the option `--format`, beside the formats: findings for people.
inline constexpr std::string_view table_format_name = "table";

class FindingOutput {
 public:
  virtual ~FindingOutput() = default;

  // What was judged last.
  virtual void write(const SideBySide& judged) = 0;

  // Throws std::runtime_error when not all of it could be written.
  virtual void finish() = 0;

  // With two sides.
  const FindingDiffCounts& finding_diffs() const { return differences_; }

 protected:
  FindingDiffCounts differences_;
};

// The findings as lines or as a table; with two sides, what differs between them.
class StdoutFindings : public FindingOutput {
 public:
  // The name of a format, or `table`.
  explicit StdoutFindings(const std::string& format);

  void write(const SideBySide& judged) override;
  void finish() override;

 private:
  std::string text_of(const Finding& finding) const;
  std::string text_of(const FindingDiff& difference) const;

  bool is_table_;
  TableLook look_;
  Format format_ = native_format();
};

// "native, ocsf (JSON lines) or table"
std::string format_option_help();

// Empty, or what is wrong with it: for the option `--format`.
std::string finding_format_problem(const std::string& format);

// Empty, or what is wrong with both: differences are told as native or as a table.
std::string against_format_problem(const std::string& format);

}  // namespace auditor
