#include "tests/oracle/reference/attack.h"

#include <algorithm>
#include <random>

#include "tests/oracle/reference/candidates.h"

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

// A request made to suit one Allow rule: each key takes a value under which the rule's clauses on
// it hold, where there is one. Finds what blind chance would need long for.
class Guide {
  template <typename List>
  const auto& pick(const List& list) {
    return list[random_() % list.size()];
  }

 public:
  Guide(const Subject& subject, const Documents& documents, const Candidates& candidates,
        Reading reading, std::mt19937_64& random)
      : subject_(subject),
        candidates_(candidates),
        open_(reading == Reading::lenient),
        random_(random) {
    const auto take = [this](const Document& document) {
      for (const Rule& rule : document.rules) {
        if (rule.allows) rules_.push_back({&rule, document.variables});
      }
    };
    for (const Document& document : documents.identity) take(document);
    for (const Document& document : documents.resource) take(document);
    principals_.resize(rules_.size());
  }

  bool empty() const { return rules_.empty(); }

  Request guess() {
    const std::size_t place = random_() % rules_.size();
    const auto& [rule, variables] = rules_[place];
    Request request;
    request.action = pick(candidates_.actions);
    const std::vector<std::size_t>& fitting_principals = principals_of(place);
    request.principal = fitting_principals.empty() || random_() % 8 == 0
                            ? pick(candidates_.principals)
                            : candidates_.principals[pick(fitting_principals)];
    request.resource = is_call_without_resource(request.action) ? "*" : pick(candidates_.resources);
    Context so_far = candidates_.fixed;
    for (const auto& [key, values] : candidates_.keys) {
      std::vector<const ContextValue*> fitting;
      const bool careful = random_() % 4 != 0;
      for (std::size_t index = 0; index <= values.size(); ++index) {
        const ContextValue* value = index == 0 ? nullptr : &values[index - 1];
        if (!careful || suits(*rule, key, value, variables, so_far)) fitting.push_back(value);
      }
      if (fitting.empty()) continue;
      const bool leave_out = fitting.front() == nullptr && random_() % 3 == 0;
      if (const ContextValue* value = leave_out ? nullptr : pick(fitting)) {
        request.context[key] = *value;
        so_far[key] = *value;
      }
    }
    return request;
  }

 private:
  // Those whom the rule lets in.
  const std::vector<std::size_t>& principals_of(std::size_t place) {
    auto& known = principals_[place];
    if (known) return *known;
    known.emplace();
    for (std::size_t index = 0; index < candidates_.principals.size(); ++index) {
      if (lets_in_principal(*rules_[place].first, candidates_.principals[index], subject_)) {
        known->push_back(index);
      }
    }
    return *known;
  }

  bool suits(const Rule& rule, const std::string& key, const ContextValue* value, bool variables,
             const Context& so_far) const {
    Context context = so_far;
    if (value != nullptr) context[key] = *value;
    return std::ranges::all_of(rule.conditions, [&](const Clause& clause) {
      return clause.key != key || holds(clause, context, variables, open_);
    });
  }

  const Subject& subject_;
  const Candidates& candidates_;
  const bool open_;
  std::mt19937_64& random_;
  std::vector<std::pair<const Rule*, bool>> rules_;
  std::vector<std::optional<std::vector<std::size_t>>> principals_;  // by rule
};

}  // namespace

std::optional<Request> find_violation(const Subject& subject, const Documents& documents,
                                      const Guardrail& guardrail, const Attack& attack) {
  const Candidates candidates =
      collect_candidates(subject, attack.naming ? *attack.naming : documents, guardrail);
  const auto total = count(candidates);
  if (total == 0U) return std::nullopt;
  std::mt19937_64 random(attack.seed);
  Guide guide(subject, documents, candidates, attack.reading, random);
  const bool all = total && *total <= attack.requests_max;
  const std::uint64_t tries = all ? *total : attack.requests_max;
  for (std::uint64_t index = 0; index < tries; ++index) {
    const std::uint64_t place = all ? index : total ? random() % *total : random();
    const bool guided = !all && index % 4 != 0 && !guide.empty();
    const Request request = guided ? guide.guess() : request_at(candidates, place);
    if (violates(request, subject, documents, guardrail, attack.reading) &&
        (!attack.also || attack.also(request))) {
      return request;
    }
  }
  return std::nullopt;
}

}  // namespace auditor::reference
