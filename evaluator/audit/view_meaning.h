// Which fields of a view its results depend on: what the verdict cache is asked by, and what makes
// two views the same. Both walk one list of fields, so that none can be in one and not the other.
#pragma once

#include <string>

#include "evaluator/account/subject_view.h"

namespace auditor {

// Two views have the same bytes only when they have the same meaning. Begins with a length.
std::string bytes_of_meaning(const SubjectView& view);

// True when both are the same but for `as_of`: they have the same results.
bool same_meaning(const SubjectView& one, const SubjectView& other);

}  // namespace auditor
