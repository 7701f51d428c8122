// Tested by decision_test.cpp.
#include "evaluator/decision/query.h"

namespace auditor {

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::compliant:
      return "compliant";
    case VerdictKind::violation:
      return "violation";
    case VerdictKind::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::certain:
      return "certain";
    case Certainty::ambiguous:
      return "ambiguous";
    case Certainty::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace auditor
