// Terms of SMT-LIB 2 as text: strings, globs as regular expressions, `and` and `or`.
//
// Source: SMT-LIB 2.6, theory UnicodeStrings. Only ASCII goes in, so that a character means the
// same to every reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace auditor::smt {

using Terms = std::vector<std::string>;

std::string call(std::string_view function, const Terms& arguments);

std::string conjunction(const Terms& terms);  // of none: true
std::string disjunction(const Terms& terms);  // of none: false
std::string negation(const std::string& term);

// A string constant.
std::string string_constant(std::string_view text);

// A name that may hold any printable character of a condition key but `|` and `\`.
std::string symbol(std::string_view name);

// What of a text is more than itself.
struct Wildcards {
  bool known = true;  // `*` and `?`
  bool ignore_case = false;
};

// The regular expression of an IAM text: `*` is any sequence, `?` one character.
std::string glob(std::string_view text, Wildcards wildcards = {});

std::string in_glob(const std::string& term, std::string_view text, Wildcards wildcards = {});

}  // namespace auditor::smt
