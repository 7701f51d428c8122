// OCSF 1.8.0, profile `cloud`: the present state of a subject is a Compliance Finding (class_uid
// 2003).
//
// Source: the compiled schema of OCSF 1.8.0. Tested by encoder_test.cpp.
#pragma once

#include <string>

#include "evaluator/audit/finding.h"

namespace auditor {

std::string ocsf_json(const ComplianceRecord& record);

}  // namespace auditor
