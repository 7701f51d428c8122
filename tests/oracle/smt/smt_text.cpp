#include "tests/oracle/smt/smt_text.h"

#include <cctype>
#include <cstdio>

namespace auditor::smt {
namespace {

std::string join(std::string_view function, const Terms& terms, const char* of_none) {
  if (terms.empty()) return of_none;
  return terms.size() == 1 ? terms.front() : call(function, terms);
}

std::string one_character(char character, bool ignore_case) {
  const auto code = static_cast<unsigned char>(character);
  const auto exactly = [](int one) {
    return call("str.to_re", {string_constant(std::string(1, static_cast<char>(one)))});
  };
  if (!ignore_case || std::isalpha(code) == 0) return exactly(code);
  return call("re.union", {exactly(std::tolower(code)), exactly(std::toupper(code))});
}

}  // namespace

std::string call(std::string_view function, const Terms& arguments) {
  std::string text = "(";
  text += function;
  for (const std::string& argument : arguments) text += " " + argument;
  return text + ")";
}

std::string conjunction(const Terms& terms) { return join("and", terms, "true"); }
std::string disjunction(const Terms& terms) { return join("or", terms, "false"); }
std::string negation(const std::string& term) { return call("not", {term}); }

std::string string_constant(std::string_view text) {
  std::string result = "\"";
  for (const char character : text) {
    const auto code = static_cast<unsigned char>(character);
    const bool is_plain = character != '"' && character != '\\' && std::isprint(code) != 0;
    if (is_plain) {
      result += character;
      continue;
    }
    char escape[16];
    std::snprintf(escape, sizeof escape, "\\u{%x}", static_cast<unsigned>(code));
    result += escape;
  }
  return result + "\"";
}

std::string symbol(std::string_view name) {
  std::string text = "|";
  text += name;
  return text + "|";
}

std::string glob(std::string_view text, Wildcards wildcards) {
  Terms parts;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) parts.push_back(call("str.to_re", {string_constant(literal)}));
    literal.clear();
  };
  for (const char character : text) {
    if (wildcards.known && (character == '*' || character == '?')) {
      end_literal();
      parts.emplace_back(character == '*' ? "re.all" : "re.allchar");
    } else if (wildcards.ignore_case) {
      parts.push_back(one_character(character, true));
    } else {
      literal += character;
    }
  }
  end_literal();
  return join("re.++", parts, R"((str.to_re ""))");
}

std::string in_glob(const std::string& term, std::string_view text, Wildcards wildcards) {
  return call("str.in_re", {term, glob(text, wildcards)});
}

}  // namespace auditor::smt
