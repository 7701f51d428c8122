// Texts of a policy as patterns: wildcards, variables, ARNs. Every step spelled out, one text at a
// time.
//
// Source: IAM User Guide, "IAM JSON policy elements: Resource" and "... Variables and tags".
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/request.h"

namespace auditor::reference {

// Keys in lower case, so that one spelling remains.
using Context = std::map<std::string, ContextValue>;

std::string lower(std::string_view text);

struct Symbol {
  enum class Kind { literal, any_one, any_sequence };
  Kind kind = Kind::literal;
  char character = 0;
  bool substituted = false;  // came out of a variable: never a separator of ARN fields
};
using Pattern = std::vector<Symbol>;

// What a pattern text may contain.
struct Spelling {
  bool wildcards = false;  // `*` and `?` mean more than themselves
  bool variables = false;  // `${...}` is replaced
};

// Nothing when a variable cannot be resolved in this context.
std::optional<Pattern> make_pattern(std::string_view text, Spelling spelling,
                                    const Context& context);

bool matches(const Pattern& pattern, std::string_view text, bool ignore_case = false);

// The six fields of an ARN; the last takes the rest. Nothing when there are fewer.
std::optional<std::array<std::string, 6>> split_arn(std::string_view arn);

// Up to six fields, split at the `:` the author wrote.
std::vector<Pattern> split_fields(const Pattern& pattern);

// The other reading of a resource's ARN [?]: as one text, in which a `*` that ends a segment
// reaches beyond the colon. Other wildcards of the first five segments stay within; the sixth takes
// anything. The case of what stands before the text's fifth colon does not count.
bool matches_beyond_colons(const Pattern& pattern, std::string_view text);

// Is there a variable before the fifth colon that the author wrote?
bool has_variable_in_front(std::string_view text);

// Is there a text that both match? What the second's wildcards take is printable ASCII.
bool have_common_text(const Pattern& pattern, const Pattern& other);

// Do these patterns together match every text that is not empty? A text of a character that none
// of them names is matched only by those made of wildcards alone, and they look only at its length.
bool match_every_text(const std::vector<Pattern>& patterns);

}  // namespace auditor::reference
