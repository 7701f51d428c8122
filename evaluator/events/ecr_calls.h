// What the calls on repositories, registries and repository creation templates change.
#pragma once

#include <span>

#include "evaluator/events/known_call.h"

namespace auditor {

std::span<const KnownCall> ecr_calls();
std::span<const KnownCall> ecr_public_calls();

}  // namespace auditor
