// OCSF 1.8.0, profile `cloud`: what security lakes ingest. A finding is a Detection Finding
// (class_uid 2004).
//
// Source: the compiled schema of OCSF 1.8.0. Times are in milliseconds, and all of them are the
// event's: there is no clock here.
#pragma once

#include <string>

#include "evaluator/audit/finding.h"

namespace auditor {

std::string ocsf_json(const Finding& finding);

}  // namespace auditor
