#include "tests/evaluator/reference/attack.h"

#include <random>

#include "tests/evaluator/reference/candidates.h"

namespace auditor::reference {
namespace {

// One request per index of the product, counted like the digits of a number.
Request request_at(const Candidates& candidates, std::uint64_t index) {
  const auto digit = [&index](std::size_t base) {
    const std::size_t value = index % base;
    index /= base;
    return value;
  };
  Request request;
  request.action = candidates.actions[digit(candidates.actions.size())];
  for (const auto& [key, values] : candidates.keys) {
    const std::size_t choice = digit(values.size() + 1);
    if (choice > 0) request.context[key] = values[choice - 1];
  }
  request.principal = candidates.principals[digit(candidates.principals.size())];
  const std::string resource = candidates.resources[digit(candidates.resources.size())];
  request.resource = is_call_without_resource(request.action) ? "*" : resource;
  return request;
}

// The size of the product, or nothing when it does not fit.
std::optional<std::uint64_t> count(const Candidates& candidates) {
  std::uint64_t total = candidates.actions.size();
  const auto times = [&total](std::uint64_t factor) {
    if (total == 0) return true;
    if (factor > (std::uint64_t{1} << 62) / total) return false;
    total *= factor;
    return true;
  };
  bool fits = times(candidates.principals.size()) && times(candidates.resources.size());
  for (const auto& [key, values] : candidates.keys) fits = fits && times(values.size() + 1);
  return fits ? std::optional(total) : std::nullopt;
}

}  // namespace

std::optional<Request> find_violation(const Subject& subject, const Documents& documents,
                                      const Guardrail& guardrail, const Attack& attack) {
  const Candidates candidates = collect_candidates(subject, documents, guardrail);
  const auto total = count(candidates);
  if (total == 0U) return std::nullopt;
  std::mt19937_64 random(attack.seed);
  const bool all = total && *total <= attack.requests_max;
  const std::uint64_t tries = all ? *total : attack.requests_max;
  for (std::uint64_t index = 0; index < tries; ++index) {
    const std::uint64_t place = all ? index : total ? random() % *total : random();
    const Request request = request_at(candidates, place);
    if (violates(request, subject, documents, guardrail, attack.reading)) return request;
  }
  return std::nullopt;
}

}  // namespace auditor::reference
