// Which findings are open when all events have been judged: what a pipeline asks of a scan.
//
// A grant (also a latent or an unverifiable one) is open until it is resolved, whatever changed it
// meanwhile. A use or an attempt happened and is over: it is told, but is no state that could be
// mended, and a gate that counted it would fail until the log is gone. One thread.
// Tested by findings_at_end_test.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_set>

#include "evaluator/audit/finding.h"

namespace auditor {

class FindingsAtEnd {
 public:
  // In the order of their events.
  void add(std::span<const Finding> findings);

  std::size_t open() const { return open_.size(); }

 private:
  std::unordered_set<std::string> open_;  // ids
};

}  // namespace auditor
