// Tested by language_test.cpp.
#include "evaluator/solver/lazy_automaton.h"

namespace auditor {

bool accepts(const Language& language, std::u32string_view value) {
  LazyAutomaton automaton(language, 0);
  std::uint32_t state = automaton.start();
  for (const char32_t c : value) {
    state = automaton.step(state, c);
    if (automaton.is_dead(state)) return false;
  }
  return automaton.accepts(state);
}

bool accepts(const Language& language, std::string_view value) {
  return accepts(language, std::u32string_view(decode(value)));
}

}  // namespace auditor
