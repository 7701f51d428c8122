#include "tests/oracle/smt/translation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "tests/oracle/smt/conditions.h"
#include "tests/oracle/smt/smt_text.h"

namespace auditor::smt {
namespace {

using reference::Clause;
using reference::Document;
using reference::Documents;
using reference::Rule;

constexpr const char* path_unknown = "path";  // `repository/` and the name

// The names that ECR and IAM give out.
constexpr const char* lawful_names = R"((define-fun lower () RegLan (re.range "a" "z"))
(define-fun word () RegLan (re.+ (re.union lower (re.range "0" "9"))))
(define-fun separator () RegLan (re.union (str.to_re ".") (str.to_re "_") (str.to_re "-")))
(define-fun part () RegLan (re.++ word (re.* (re.++ separator word))))
(define-fun repository-path () RegLan
  (re.++ (str.to_re "repository/") (re.* (re.++ part (str.to_re "/"))) part))
(define-fun region-name () RegLan
  (re.++ (re.+ lower) (re.+ (re.++ (str.to_re "-") word))))
)";

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != text.npos; }

// Up to `count` parts; the last takes the rest.
Terms split(std::string_view text, std::size_t count) {
  Terms parts;
  while (parts.size() + 1 < count && text.find(':') != text.npos) {
    parts.emplace_back(text.substr(0, text.find(':')));
    text.remove_prefix(text.find(':') + 1);
  }
  parts.emplace_back(text);
  return parts;
}

bool has_upper(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char one) { return std::isupper(one) != 0; });
}

// The calls whose resource and tags we know how to describe.
enum class Target { repository, none };

std::expected<Target, std::string> target_of(const std::string& action) {
  constexpr std::array on_repository = {"batchdeleteimage", "deleterepository", "batchgetimage",
                                        "getdownloadurlforlayer", "putimage"};
  const std::string folded = reference::lower(action);
  if (folded == "ecr:getauthorizationtoken") return Target::none;
  for (const char* name : on_repository) {
    if (folded == "ecr:" + std::string(name)) return Target::repository;
  }
  return outside("the action `" + action + "`");
}

class Translator {
 public:
  Translator(const Subject& subject, std::string action, Target target)
      : subject_(split(subject.arn, 6)),
        action_(split(reference::lower(action), 2)),
        target_(target),
        conditions_(target == Target::repository) {
    resource_ = {string_constant("arn"), string_constant(subject_[1]), string_constant("ecr"),
                 region_unknown,         string_constant(subject_[4]), path_unknown};
  }

  // Some rule of this effect applies.
  Term any_rule(const Document& document, bool allows) {
    Terms any;
    for (const Rule& rule : document.rules) {
      if (rule.allows != allows) continue;
      const Term one = rule_applies(rule, document.variables);
      if (!one) return one;
      any.push_back(*one);
    }
    return disjunction(any);
  }

  Term accepted(const AcceptedWhen& entry, bool documents_name_resource_tags) {
    if (!entry.limited_to_owner_by.empty()) {
      if (documents_name_resource_tags) return outside("an owner tag");
      return "false";  // no document singles out any tag
    }
    Terms all;
    for (const ConditionClause& clause : entry.condition) {
      const Term one = conditions_.translate(reference::from_guardrail(clause), true);
      if (!one) return one;
      all.push_back(*one);
    }
    return conjunction(all);
  }

  // The principal is known: its fields are constants.
  Term authorized(const std::string& text) const {
    if (text.starts_with("service:")) return "false";
    const Terms fields = split(text, 6);
    if (fields.size() < 6 || fields[5] == "root" || !is_plain(text, false)) {
      return outside("the authorized principal `" + text + "`");
    }
    Terms all;
    for (std::size_t index = 0; index < fields.size(); ++index) {
      all.push_back(in_glob(string_constant(subject_[index]), fields[index]));
    }
    return conjunction(all);
  }

  std::string declarations() const {
    const auto declare = [](const std::string& name, const std::string& language) {
      return "(declare-const " + name + " String)\n" +
             call("assert", {call("str.in_re", {name, language})}) + "\n";
    };
    return lawful_names + declare(region_unknown, "region-name") +
           declare(path_unknown, "repository-path") + conditions_.declarations();
  }

  std::vector<std::string> tags() const { return conditions_.tags(); }

 private:
  // Without regard to case; NotAction names what is left out.
  Term action_applies(const Rule& rule) const {
    Terms any;
    for (const std::string& text : rule.action.values) {
      const bool has_space =
          std::ranges::any_of(text, [](unsigned char one) { return std::isspace(one) != 0; });
      if (has_space) continue;
      if (text == "*") {
        any.emplace_back("true");
        continue;
      }
      const Terms wanted = split(text, 2);
      if (!is_plain(text, false) || has_wildcard(wanted[0])) return outside("`" + text + "`");
      if (reference::lower(wanted[0]) != action_[0]) continue;
      any.push_back(in_glob(string_constant(action_[1]), reference::lower(wanted[1])));
    }
    return rule.action.negated ? negation(disjunction(any)) : disjunction(any);
  }

  // Items 13 to 15.
  Term resource_matches(const std::string& text) const {
    if (!is_plain(text, true)) return outside("the resource `" + text + "`");
    if (text == "*") return "true";
    if (target_ == Target::none) return in_glob(string_constant("*"), text);
    const Terms wanted = split(text, 6);
    if (wanted.size() > 2 && has_wildcard(wanted[2])) return outside("`" + text + "`");
    // In fewer than six segments a `*` before a colon may reach beyond it: open. Six leave it no
    // colon to spare.
    const bool may_reach =
        wanted.size() < 6 &&
        std::ranges::any_of(
            wanted.begin(), wanted.end() - 1, [](const auto& one) { return one.ends_with('*'); });
    if (may_reach) return outside("`" + text + "`");
    Terms all;
    for (std::size_t index = 0; index < wanted.size(); ++index) {
      if (index < 5 && has_upper(wanted[index])) return outside("`" + text + "`");
      all.push_back(in_glob(resource_[index], wanted[index]));
    }
    return conjunction(all);
  }

  Term resource_applies(const Rule& rule) const {
    Terms any;
    for (const std::string& text : rule.resource.values) {
      const Term one = resource_matches(text);
      if (!one) return one;
      any.push_back(*one);
    }
    return rule.resource.negated ? negation(disjunction(any)) : disjunction(any);
  }

  Term rule_applies(const Rule& rule, bool variables) {
    Terms all;
    for (const Term& part : {action_applies(rule), resource_applies(rule)}) {
      if (!part) return part;
      all.push_back(*part);
    }
    for (const Clause& clause : rule.conditions) {
      const Term one = conditions_.translate(clause, variables);
      if (!one) return one;
      all.push_back(*one);
    }
    return conjunction(all);
  }

  Terms subject_;
  Terms action_;
  Target target_;
  Conditions conditions_;
  Terms resource_;
};

bool names_resource_tags(const Documents& documents) {
  const auto in_document = [](const Document& document) {
    return std::ranges::any_of(document.rules, [](const Rule& rule) {
      return std::ranges::any_of(rule.conditions, [](const Clause& clause) {
        return clause.key.find(":resourcetag/") != clause.key.npos;
      });
    });
  };
  return std::ranges::any_of(documents.identity, in_document) ||
         (documents.boundary && in_document(*documents.boundary));
}

// Every assertion of the query, or what is outside the fragment.
std::expected<Terms, std::string> assertions(Translator& translator, const Documents& documents,
                                             const Guardrail& guardrail) {
  Terms granting;
  Terms all;
  std::string error;
  const auto try_add = [&](Terms& terms, const Term& term, bool negated) {
    if (!term) error = term.error();
    if (term) terms.push_back(negated ? negation(*term) : *term);
  };
  for (const Document& document : documents.identity) {
    try_add(granting, translator.any_rule(document, true), false);
    try_add(all, translator.any_rule(document, false), true);
  }
  all.insert(all.begin(), disjunction(granting));
  if (documents.boundary) {
    try_add(all, translator.any_rule(*documents.boundary, true), false);
    try_add(all, translator.any_rule(*documents.boundary, false), true);
  }
  for (const std::string& principal : guardrail.authorized_principals) {
    try_add(all, translator.authorized(principal), true);
  }
  const bool tags = names_resource_tags(documents);
  for (const AcceptedWhen& entry : guardrail.accepted_when) {
    try_add(all, translator.accepted(entry, tags), true);
  }
  if (!error.empty()) return outside(error);
  return all;
}

bool is_lawful_subject(const Subject& subject) {
  const bool right_type = subject.type == EntityKind::role || subject.type == EntityKind::user;
  // AWS's own roles never have MFA.
  const bool linked = subject.arn.find("/aws-service-role/") != subject.arn.npos;
  return right_type && !linked && split(subject.arn, 6).size() == 6 && is_plain(subject.arn, true);
}

}  // namespace

std::expected<Query, std::string> translate(const reference::Trial& trial,
                                            const Guardrail& guardrail, const std::string& action) {
  if (!is_lawful_subject(trial.subject)) return outside("the subject");
  if (!trial.subject.path_is_known) return outside("a path that is not known");
  if (trial.tags) return outside("known tags");
  const auto target = target_of(action);
  if (!target) return outside(target.error());
  const auto documents = reference::read_documents(trial);
  if (!documents) return outside("a malformed document");
  Translator translator(trial.subject, action, *target);
  const auto terms = assertions(translator, *documents, guardrail);
  if (!terms) return outside(terms.error());
  Query query{translator.declarations(), translator.tags()};
  for (const std::string& term : *terms) query.text += call("assert", {term}) + "\n";
  return query;
}

std::string fix_request(const Request& request, const Query& query) {
  std::map<std::string, std::string> written;
  for (const auto& [key, value] : request.context) {
    std::string folded = reference::lower(key);
    if (folded.starts_with("ecr:resourcetag/")) folded = "aws" + folded.substr(3);
    if (const auto* text = std::get_if<std::string>(&value)) written[folded] = *text;
  }
  std::string text;
  const auto require = [&](const std::string& term) { text += call("assert", {term}) + "\n"; };
  const auto is = [&](const std::string& unknown, const std::string& value) {
    require(call("=", {unknown, value}));
  };
  const Terms fields = split(request.resource, 6);
  if (fields.size() == 6) {
    is(region_unknown, string_constant(fields[3]));
    is(path_unknown, string_constant(fields[5]));
  }
  const auto mfa = written.find("aws:multifactorauthpresent");
  const auto age = written.find("aws:multifactorauthage");
  // Who has an age has MFA, written or not.
  is(mfa_present, mfa != written.end() || age != written.end() ? "true" : "false");
  if (mfa != written.end()) is(mfa_value, mfa->second);
  if (age != written.end()) require(mfa_value);
  if (age != written.end()) is(mfa_age, age->second);
  for (const std::string& tag : query.tags) {
    const auto found = written.find(tag);
    is(symbol(tag + "?"), found != written.end() ? "true" : "false");
    if (found != written.end()) is(symbol(tag), string_constant(found->second));
  }
  return text;
}

}  // namespace auditor::smt
