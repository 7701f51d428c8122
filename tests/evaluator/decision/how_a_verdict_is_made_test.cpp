// Keeps docs/how-a-verdict-is-made.md true: each of its blocks is what the engine's parts answer.
//   UPDATE_DOCS=1 evaluator_test --gtest_filter='HowAVerdictIsMade.*'     writes the blocks anew
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/decision/decision.h"
#include "evaluator/decision/forbidden_requests.h"
#include "evaluator/decision/prepared_query.h"

namespace auditor::how_a_verdict_is_made_test {
namespace {

const std::string page_path = std::string(DOCS_DIR) + "/how-a-verdict-is-made.md";

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The page's blocks by name: "<!-- block: NAME -->", then a fenced block.
class Page {
 public:
  explicit Page(std::string text) : text_(std::move(text)) {}

  std::map<std::string, std::string> blocks() const {
    std::map<std::string, std::string> blocks;
    for (std::size_t at = text_.find(mark); at != std::string::npos; at = text_.find(mark, at)) {
      at += mark.size();
      const Place place = place_of(at);
      blocks[text_.substr(at, text_.find(' ', at) - at)] =
          text_.substr(place.begin, place.end - place.begin);
    }
    return blocks;
  }

  void replace(const std::string& name, const std::string& text) {
    const std::size_t at = text_.find(mark + name + " -->");
    ASSERT_NE(at, std::string::npos) << "the page has no block " << name;
    const Place place = place_of(at);
    text_.replace(place.begin, place.end - place.begin, text);
  }

  const std::string& text() const { return text_; }

 private:
  struct Place {
    std::size_t begin, end;
  };
  static inline const std::string mark = "<!-- block: ";

  Place place_of(std::size_t at) const {
    const std::size_t begin = text_.find('\n', text_.find("```", at)) + 1;
    return {begin, text_.find("```", begin)};
  }

  std::string text_;
};

std::string text_of(const Pattern& pattern) {
  std::string text;
  for (const char32_t symbol : pattern.symbols) {
    if (symbol == any_sequence) {
      text += '*';
    } else if (symbol == any_character) {
      text += '?';
    } else {
      text += encode_utf8(std::u32string(1, symbol));
    }
  }
  return text;
}

std::string text_of(const Predicate& predicate) {
  if (const auto* truth = std::get_if<BoolTest>(&predicate.test)) {
    return truth->accepts_true ? "true" : "false";
  }
  std::string text;
  for (const Pattern& pattern : std::get<TextTest>(predicate.test).patterns) {
    text += (text.empty() ? "" : ", ") + text_of(pattern);
  }
  return text;
}

std::string text_of(const Literal& literal, const Problem& problem) {
  const auto& [ask, predicate, positive, element] = literal.constraint;
  if (element != Element::some) return "an end of a list";  // of no example here
  const std::string& name = problem.variables[literal.variable].name;
  if (ask == Ask::present) return name + (positive ? " is present" : " is absent");
  // Inside and outside ask for a value; its absence is in their negations.
  const bool is_inside = (ask == Ask::inside) == positive;
  std::string is = " is ";
  if (problem.variables[literal.variable].can_be_absent) {
    if (!positive) is = " is absent or ";
    if (positive && !is_inside) is = " is there and ";
  }
  return name + is + (is_inside ? "" : "not ") + text_of(*predicate);
}

// Each clause a line; its literals are alternatives.
std::string text_of(const std::vector<Clause>& clauses, const Problem& problem) {
  std::string text;
  for (const Clause& clause : clauses) {
    std::string line;
    for (const Literal& literal : clause) {
      line += (line.empty() ? "" : "   or   ") + text_of(literal, problem);
    }
    text += line + "\n";
  }
  return text;
}

std::string text_of(const Request& request) {
  std::string text = "principal  " + std::get<ArnPrincipal>(request.principal).arn +
                     "\naction     " + request.action + "\nresource   " + request.resource + "\n";
  for (const auto& [key, value] : request.context) {
    text += "context    " + key + " = " + std::get<std::string>(value) + "\n";
  }
  return text;
}

std::string text_of(const Statement& statement) {
  std::string text = statement.sid + ": " + (statement.effect == Effect::allow ? "Allow" : "Deny");
  for (const std::string& action : statement.action.texts) text += " " + action;
  text += statement.resource->negated ? " on all but" : " on";
  for (const std::string& resource : statement.resource->texts) text += " " + resource;
  for (const ConditionClause& clause : statement.conditions) {
    text += "\n  when " + clause.key + (clause.if_exists ? ", if it is there," : "") + " is " +
            clause.values.front();
  }
  return text + "\n";
}

// What each step of the page shows, from the page's own policy and guardrail.
std::map<std::string, std::string> steps(const std::map<std::string, std::string>& page) {
  std::map<std::string, std::string> shown;
  const ParsedPolicy document = parse_policy_document(page.at("policy"), PolicyKind::identity);
  const GuardrailFile file = parse_guardrails(page.at("guardrail"), "guardrail.yaml");
  EXPECT_TRUE(document.has_value());
  EXPECT_FALSE(file.has_errors());
  if (!document || file.has_errors()) return shown;
  const Guardrail& guardrail = file.guardrails.front();
  for (const Statement& statement : document->statements) {
    shown["statements"] += text_of(statement);
  }

  const Subject role{.type = EntityKind::role,
                     .arn = "arn:aws:iam::111122223333:role/build",
                     .account = "111122223333",
                     .region = ""};
  Query query{.subject = role,
              .identity_policies = std::span(&document, 1),
              .permissions_boundary = nullptr,
              .resource_policies = {},
              .tags = nullptr,
              .registry_scope_v1 = false};
  const PreparedQuery prepared(query);
  const auto actions = prepared.guarded_actions(guardrail).value();
  for (const std::string& action : actions) {
    shown["actions"] +=
        action + (prepared.some_allow_names(action) ? ": an Allow names it\n"
                                                    : ": no Allow names it, so nothing is asked\n");
  }

  const std::string action = "ecr:BatchDeleteImage";
  const StatementSet& statements = prepared.policies(action);
  const std::vector<RequestEnv> envs = prepared.envs(action, statements);
  EXPECT_EQ(envs.size(), 1U);
  Budget budget;
  Problem problem;
  SymbolicRequest request(problem, envs.front());
  StatementCompiler compiler(
      request, problem,
      {.approximation = Approximation::over, .own_account_needs_identity = false, .bindings = {}});
  Observations seen;
  const auto compile = [&](const PlacedStatement& placed) {
    Compiled compiled = compiler.compile(placed);
    seen.add(std::move(compiled.observations));
    return *compiled.conjunction;
  };
  const Conjunction allowed = compile(statements.allows.front());
  const std::vector<Clause> not_denied = *negate(compile(statements.denies.front()));
  ForbiddenRequests forbidden_requests(guardrail, budget);
  const auto forbidden =
      *forbidden_requests.forbidden(request, compiler, seen, Approximation::over).alternatives;
  shown["allow"] = text_of(allowed, problem);
  shown["deny"] = text_of(not_denied, problem);
  EXPECT_EQ(forbidden.size(), 1U);
  shown["forbidden"] = text_of(forbidden.front(), problem);

  // The search, with what is asked coming in step by step.
  const auto model = [&](const std::vector<Clause>& asked) {
    return text_of(request.concrete(solve(problem, asked, budget).model));
  };
  std::vector<Clause> asked;
  shown["model-0"] = model(asked);
  asked.insert(asked.end(), allowed.begin(), allowed.end());
  shown["model-1"] = model(asked);
  asked.insert(asked.end(), not_denied.begin(), not_denied.end());
  shown["model-2"] = model(asked);
  asked.insert(asked.end(), forbidden.front().begin(), forbidden.front().end());
  shown["model-3"] = model(asked);

  const Verdict verdict = decide(query, guardrail);
  EXPECT_EQ(verdict.kind, VerdictKind::violation);
  shown["verdict"] = std::string(to_string(verdict.kind)) + ", " +
                     std::string(to_string(verdict.certainty)) + "\n" + text_of(*verdict.witness) +
                     "granted by " + verdict.granted_by.front().pointer + " (" +
                     verdict.granted_by.front().sid + ")\n";

  // The page's last step: the same with the policy mended.
  const ParsedPolicy mended = parse_policy_document(page.at("mended"), PolicyKind::identity);
  EXPECT_TRUE(mended.has_value());
  query.identity_policies = std::span(&mended, 1);
  const Verdict after = decide(query, guardrail);
  shown["mended-verdict"] =
      std::string(to_string(after.kind)) + ", " + std::string(to_string(after.certainty)) + "\n";
  return shown;
}

TEST(HowAVerdictIsMade, ShowsWhatTheEngineAnswers) {
  Page page(read_file(page_path));
  auto written = page.blocks();
  ASSERT_TRUE(written.contains("policy")) << "cannot be read: " << page_path;
  const auto shown = steps(written);
  if (std::getenv("UPDATE_DOCS") != nullptr) {
    for (const auto& [name, text] : shown) page.replace(name, text);
    std::ofstream(page_path) << page.text();
    written = page.blocks();
  }
  for (const auto& [name, text] : shown) {
    EXPECT_EQ(written[name], text) << "block " << name << " of " << page_path;
  }
  EXPECT_EQ(written.size(), shown.size() + 3) << "blocks beside policy, guardrail and mended";
}

}  // namespace
}  // namespace auditor::how_a_verdict_is_made_test
