// A call that changes what is remembered, as a row of its service's table.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "evaluator/events/fact_writer.h"

namespace auditor {

struct KnownCall {
  std::string_view name;
  // Writes what the call, had it worked, did to entities of `kind`.
  void (*write)(FactWriter& out, EntityKind kind);
  EntityKind kind;
};

// INVARIANT: of each table.
constexpr bool is_ordered_by_name(std::span<const KnownCall> calls) {
  return std::ranges::is_sorted(calls, {}, &KnownCall::name);
}

}  // namespace auditor
