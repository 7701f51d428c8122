// How far a long command is, in one line on a terminal that the next one overwrites, after half a
// second; nothing in a log. Stands beside finding_output because the two share the terminal: the
// line has to go before a finding is written. One thread.
#pragma once

#include <chrono>
#include <string>

namespace auditor {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // False: the last line is too young, or nobody looks, so no text need be made.
  bool is_due();
  void show(const std::string& text);

  // Before anything else is written to the terminal.
  void clear();

 private:
  bool can_show_;
  bool is_shown_ = false;
  std::chrono::steady_clock::time_point due_at_;
};

}  // namespace auditor
