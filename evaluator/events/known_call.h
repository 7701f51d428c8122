// A call that changes what is remembered, as a row of its service's table.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "evaluator/events/fact_writer.h"

namespace auditor {

// Whether somebody can be able to do more because a call worked. Where it cannot grow, no finding
// can open, whatever the parameters were: what is created holds nothing yet, and AWS deletes only
// what nothing is attached to any more.
enum class Access : std::uint8_t { can_grow, cannot_grow };

struct KnownCall {
  std::string_view name;
  // Writes what the call, had it worked, did to entities of `kind`.
  void (*write)(FactWriter& out, EntityKind kind);
  EntityKind kind;
  Access access = Access::can_grow;
};

// INVARIANT: of each table.
constexpr bool is_ordered_by_name(std::span<const KnownCall> calls) {
  return std::ranges::is_sorted(calls, {}, &KnownCall::name);
}

}  // namespace auditor
