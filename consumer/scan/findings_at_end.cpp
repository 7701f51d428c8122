// Tested by findings_at_end_test.cpp.
#include "consumer/scan/findings_at_end.h"

namespace auditor {
namespace {

bool is_state(FindingKind kind) {
  switch (kind) {
    case FindingKind::grant:
    case FindingKind::unverifiable:
      return true;
    case FindingKind::usage:
    case FindingKind::attempt:
      return false;
  }
  return true;
}

}  // namespace

void FindingsAtEnd::add(std::span<const Finding> findings) {
  for (const Finding& finding : findings) {
    if (!is_state(finding.kind)) continue;
    if (finding.status == FindingStatus::resolved) {
      open_.erase(finding.id);
    } else {
      open_.insert(finding.id);
    }
  }
}

}  // namespace auditor
