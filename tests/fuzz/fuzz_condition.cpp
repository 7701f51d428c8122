// One clause of a Condition block: the first line is the operator, the second the key, the others
// are values. The clause must be what was written, a document that holds it must be readable
// exactly when the clause is, and the verdicts on it must stand: see verdict_check.h.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/pattern.h"
#include "tests/fuzz/verdict_check.h"

namespace {

using namespace auditor;
using namespace auditor::reference;
using Json = nlohmann::ordered_json;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// A document is JSON, and JSON is UTF-8: other bytes cannot stand in one.
bool is_utf8(std::string_view text) {
  return std::ranges::none_of(decode(text), [](char32_t c) { return c >= 0xD800 && c <= 0xDFFF; });
}

struct Written {
  std::string operation, key;
  std::vector<std::string> values;
};

std::string statement(const char* effect, const Json& condition) {
  Json json = {{"Effect", effect}, {"Action", "ecr:*"}, {"Resource", "*"}};
  if (!condition.is_null()) json["Condition"] = condition;
  return json.dump();
}

std::string document(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

void check_clause(const Written& written, const ConditionClause& clause) {
  const bool stands = clause.values == written.values && clause.written_key == written.key &&
                      clause.key.size() == written.key.size();
  if (!stands) std::abort();
}

Guardrail deletion() {
  Guardrail guardrail;
  guardrail.summary.id = "FUZZ-1";
  guardrail.identity_actions = guardrail.resource_actions = {"ecr:DeleteRepository"};
  guardrail.authorized_principals = {"arn:aws:iam::*:role/ci-*"};
  return guardrail;
}

void check_verdicts(const Json& condition, const Guardrail& guardrail, std::size_t size) {
  const std::string everything = statement("Allow", Json());
  const std::string open =
      R"({"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":)" + condition.dump() + "}";
  const Subject user = make_subject("user", "arn:aws:iam::111122223333:user/alice");
  const Subject policy = make_subject("policy", "arn:aws:iam::111122223333:policy/p");
  const Subject repository =
      make_subject("repository", "arn:aws:ecr:eu-west-1:111122223333:repository/app");
  const std::string allowed = document(statement("Allow", condition));
  const std::string denied = document(everything + "," + statement("Deny", condition));
  check_verdict({user, {allowed}, std::nullopt, {}}, guardrail, size);
  check_verdict({policy, {denied}, std::nullopt, {}}, guardrail, size);
  check_verdict({repository, {}, std::nullopt, {document(open)}}, guardrail, size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = lines_of({reinterpret_cast<const char*>(data), size});
  if (lines.size() < 3) return 0;
  const Written written{lines[0], lines[1], {lines.begin() + 2, lines.end()}};
  const auto plain = make_condition_clause(written.operation, written.key, written.values, false);
  const auto clause = make_condition_clause(written.operation, written.key, written.values, true);
  if (plain) check_clause(written, *plain);
  if (clause) check_clause(written, *clause);
  if (!is_utf8({reinterpret_cast<const char*>(data), size})) return 0;

  const Json condition = {{written.operation, {{written.key, written.values}}}};
  const auto parsed =
      parse_policy_document(document(statement("Allow", condition)), PolicyKind::identity);
  if (parsed.has_value() != clause.has_value()) std::abort();
  if (!clause) return 0;
  Guardrail guardrail = deletion();
  check_verdicts(condition, guardrail, size);
  // The same clause on the other side: what it accepts is not forbidden.
  guardrail.accepted_when = {AcceptedWhen{{*clause}, {}}};
  const Trial trial{make_subject("user", "arn:aws:iam::111122223333:user/alice"),
                    {document(statement("Allow", Json()))},
                    std::nullopt,
                    {}};
  check_verdict(trial, guardrail, size);
  return 0;
}
