// Tested by language_test.cpp.
#include "evaluator/solver/lazy_automaton.h"

namespace auditor {

bool accepts(const Language& language, std::u32string_view value) {
  return LazyAutomaton(language, 0).accepts_text(value);
}

bool accepts(const Language& language, std::string_view value) {
  return accepts(language, std::u32string_view(decode(value)));
}

}  // namespace auditor
