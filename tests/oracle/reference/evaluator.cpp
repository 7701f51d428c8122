#include "tests/oracle/reference/evaluator.h"

#include <algorithm>
#include <regex>

namespace auditor::reference {
namespace {

using Kind = Identity::Kind;

// Where a rule is read: the request, and to what an open point resolves for "the rule applies".
struct Case {
  const Request& request;
  const Context& context;
  const Subject* subject;  // null: compare
  PolicyKind kind;
  bool is_registry;
  bool variables;
  bool open;
};

bool has_wildcard(const Pattern& pattern) {
  return std::ranges::any_of(
      pattern, [](const Symbol& symbol) { return symbol.kind != Symbol::Kind::literal; });
}

// Items 8 and 13.
bool action_matches(const std::string& text, const std::string& action, bool open) {
  if (text == "*") return true;
  if (std::ranges::any_of(text, [](unsigned char one) { return std::isspace(one) != 0; })) {
    return false;
  }
  const std::size_t colon = text.find(':');
  const std::size_t split = action.find(':');
  const Context none;
  const Pattern prefix = *make_pattern(text.substr(0, colon), {true, false}, none);
  const Pattern name = *make_pattern(text.substr(colon + 1), {true, false}, none);
  if (!matches(prefix, action.substr(0, split), true)) return false;
  if (!matches(name, action.substr(split + 1), true)) return false;
  return has_wildcard(prefix) ? open : true;
}

bool action_applies(const Rule& rule, const Case& now) {
  const bool open = rule.action.negated ? !now.open : now.open;
  const bool named = std::ranges::any_of(rule.action.values, [&](const std::string& text) {
    return action_matches(text, now.request.action, open);
  });
  return named != rule.action.negated;
}

// Items 13 to 15, field by field.
enum class Match { no, doubtful, yes };
Match match_fields(const Pattern& pattern, const std::array<std::string, 6>& fields,
                   PolicyKind kind) {
  std::vector<Pattern> wanted = split_fields(pattern);
  if (wanted.size() < 6 && kind == PolicyKind::resource) return Match::no;
  const bool wild_service = wanted.size() > 2 && has_wildcard(wanted[2]);
  Match result = wild_service ? Match::doubtful : Match::yes;
  while (wanted.size() < 6) wanted.push_back({{Symbol::Kind::any_sequence, '*', false}});
  for (std::size_t index = 0; index < 6; ++index) {
    if (matches(wanted[index], fields[index])) continue;
    if (index == 5 || !matches(wanted[index], fields[index], true)) return Match::no;
    result = Match::doubtful;  // only the case of one of the first five fields differs
  }
  return result;
}

// Items 13 to 16. `text` is what the pattern was made of.
bool arn_matches(const std::string& text, const Pattern& pattern, const Case& now, bool open) {
  const std::string& resource = now.request.resource;
  const auto fields = split_arn(resource);
  if (!fields) return matches(pattern, resource);
  const Match by_fields = match_fields(pattern, *fields, now.kind);
  if (by_fields == Match::no) return open && matches_beyond_colons(pattern, resource);
  const bool in_front = now.variables && has_variable_in_front(text);
  return by_fields == Match::yes && !in_front ? true : open;
}

// Items 16 and 17.
bool resource_applies(const Rule& rule, const Case& now) {
  if (!rule.resource.written) return true;
  const bool open = rule.resource.negated ? !now.open : now.open;
  bool unresolved = false;
  const bool named = std::ranges::any_of(rule.resource.values, [&](const std::string& text) {
    if (text == "*") return true;
    const auto pattern = make_pattern(text, {true, now.variables}, now.context);
    unresolved = unresolved || !pattern;
    return pattern && arn_matches(text, *pattern, now, open);
  });
  bool applies = named != rule.resource.negated;
  if (rule.resource.negated && unresolved) applies = applies && now.open;
  const bool own_policy =
      now.kind == PolicyKind::resource && !now.is_registry && now.subject != nullptr;
  return !applies && own_policy ? now.open : applies;
}

bool is_account(const std::string& text, std::string& account) {
  static const std::regex form("([0-9]{12})|arn:aws(?:-[a-z0-9]+)*:iam::([0-9]{12}):root");
  std::smatch part;
  if (!std::regex_match(text, part, form)) return false;
  account = part[1].matched ? part[1].str() : part[2].str();
  return true;
}

// Does an `AWS` entry name this principal? A role's ARN names its sessions.
bool names(const std::string& entry, const Principal& principal, bool& by_account) {
  const auto* arn = std::get_if<ArnPrincipal>(&principal);
  if (arn == nullptr) return false;
  const Identity who = identify(principal);
  if (std::string account; is_account(entry, account)) {
    by_account = true;
    return account == who.account;
  }
  if (entry == arn->arn) return true;
  if (who.kind != Kind::session) return false;
  const std::string role = "arn:" + who.partition + ":iam::" + who.account + ":role/";
  return entry.starts_with(role) && entry.substr(entry.rfind('/') + 1) == who.name;
}

bool who_applies(const Rule& rule, const Case& now) {
  const Who& who = rule.who;
  if (now.kind == PolicyKind::identity) return true;
  if (!who.written) return false;
  const Principal& principal = now.request.principal;
  bool direct = who.everyone;
  bool through_account = false;
  for (const std::string& entry : who.aws) {
    bool by_account = false;
    if (!names(entry, principal, by_account)) continue;
    (by_account ? through_account : direct) = true;
  }
  if (const auto* service = std::get_if<ServicePrincipal>(&principal)) {
    direct = direct || std::ranges::find(who.service, service->service) != who.service.end();
  }
  if (const auto* federated = std::get_if<FederatedPrincipal>(&principal)) {
    const auto& list = who.federated;
    direct = direct || std::ranges::find(list, federated->provider) != list.end() ||
             (now.subject == nullptr && std::ranges::find(list, "*") != list.end());
  }
  if (who.negated) {
    if (direct) return false;
    if (!through_account) return true;
    // Item 21: whether an account excepts its roles too is doubtful; a doubtful exception counts
    // as one for a Deny, and for an Allow it lets no one in.
    return false;
  }
  if (direct) return true;
  if (!through_account) return false;
  // Section 2: the own account by itself grants nothing beyond identity policies.
  const bool own = now.subject != nullptr && identify(principal).account == now.subject->account;
  return !rule.allows || !own;
}

bool applies(const Rule& rule, const Case& now) {
  return action_applies(rule, now) && resource_applies(rule, now) && who_applies(rule, now) &&
         std::ranges::all_of(rule.conditions, [&](const Clause& clause) {
           return holds(clause, now.context, now.variables, now.open);
         });
}

// Does any rule of this effect apply?
bool any_applies(const Document& document, bool allows, Case now, Reading reading) {
  now.variables = document.variables;
  now.open = (reading == Reading::lenient) == allows;
  return std::ranges::any_of(document.rules, [&](const Rule& rule) {
    return rule.allows == allows && applies(rule, now);
  });
}

// `role/` or `user/`, then nothing or any path of printable characters, then the name.
bool fits_some_path(const Pattern& wanted, const std::string& kind, const std::string& name) {
  const Context none;
  const Pattern without = *make_pattern(kind + "/" + name, {}, none);
  Pattern with = *make_pattern(kind + "/?*/", {true, false}, none);
  for (const char one : name) with.push_back({Symbol::Kind::literal, one, false});
  return have_common_text(wanted, without) || have_common_text(wanted, with);
}

// Tried with no path and with paths of a character that the pattern does not name, of every length
// that it can tell apart: what takes these takes any.
bool fits_every_path(const Pattern& wanted, const std::string& kind, const std::string& name) {
  char unnamed = '!';
  while (std::ranges::any_of(wanted, [&](const Symbol& symbol) {
    return symbol.kind == Symbol::Kind::literal && symbol.character == unnamed;
  })) {
    ++unnamed;
  }
  if (!matches(wanted, kind + "/" + name)) return false;
  for (std::size_t length = 1; length <= wanted.size() + 1; ++length) {
    if (!matches(wanted, kind + "/" + std::string(length, unnamed) + "/" + name)) return false;
  }
  return true;
}

// Nothing certain can be said of a pattern that fits only some path the principal might have.
bool is_authorized(const Principal& principal, const Subject& subject, const std::string& text,
                   bool open) {
  if (const auto* service = std::get_if<ServicePrincipal>(&principal)) {
    return text == "service:" + service->service;
  }
  const auto* arn = std::get_if<ArnPrincipal>(&principal);
  if (arn == nullptr) return false;
  const Identity who = identify(principal);
  if (std::string account; is_account(text, account)) return account == who.account;
  const std::vector<Pattern> wanted = split_fields(*make_pattern(text, {true, false}, {}));
  if (wanted.size() < 6) return false;
  const auto fits = [&](const std::string& candidate) {
    const auto fields = *split_arn(candidate);
    for (std::size_t index = 0; index < 6; ++index) {
      if (!matches(wanted[index], fields[index])) return false;
    }
    return true;
  };
  const auto fits_path = [&](const std::string& kind, auto fits_paths) {
    const auto fields = *split_arn("arn:" + who.partition + ":iam::" + who.account + ":" + kind);
    for (std::size_t index = 0; index < 5; ++index) {
      if (!matches(wanted[index], fields[index])) return false;
    }
    return fits_paths(wanted[5], kind, who.name);
  };
  if (!subject.path_is_known && (who.kind == Kind::role || who.kind == Kind::user)) {
    const std::string kind = who.kind == Kind::role ? "role" : "user";
    if (open && !fits_path(kind, fits_every_path)) return fits_path(kind, fits_some_path);
    return fits(arn->arn);  // of the path that this request shows
  }
  if (who.kind != Kind::session) return fits(arn->arn);
  const std::string role = "arn:" + who.partition + ":iam::" + who.account + ":role/";
  if (fits(role + who.name)) return true;
  return open && fits_path("role", fits_some_path);
}

// The tag's name without the service that it is spelled with.
std::string tag_of(const std::string& key) {
  const bool is_tag = key.starts_with("aws:resourcetag/") || key.starts_with("ecr:resourcetag/");
  return is_tag ? key.substr(4) : "";
}

// Is this tag value one that some clause of the documents singles out?
bool singled_out(const std::string& key, const std::string& value, const Documents& documents,
                 const Request& request, const Context& context) {
  const auto names_tag = [&](const std::string& text) {
    const std::string folded = lower(text);
    return folded.find("${aws:" + tag_of(key)) != folded.npos ||
           folded.find("${ecr:" + tag_of(key)) != folded.npos;
  };
  const auto by_document = [&](const Document& document) {
    return std::ranges::any_of(document.rules, [&](const Rule& rule) {
      const bool by_resource = std::ranges::any_of(rule.resource.values, [&](const auto& text) {
        if (!document.variables || !names_tag(text)) return false;
        const auto pattern = make_pattern(text, {true, true}, context);
        const auto fields = split_arn(request.resource);
        if (!pattern || !fields) return false;
        // Where the text matches in one reading only, it grants in that one only.
        return match_fields(*pattern, *fields, PolicyKind::resource) != Match::no ||
               matches_beyond_colons(*pattern, request.resource);
      });
      if (by_resource) return true;
      return std::ranges::any_of(rule.conditions, [&](const Clause& clause) {
        if (clause.type == Type::null) return false;
        if (tag_of(clause.key) == tag_of(key)) {
          // A tag compared with itself: every value will do.
          const bool itself = std::ranges::any_of(clause.values, [&](const std::string& one) {
            return document.variables && names_tag(one) && one.starts_with("${") &&
                   one.find('}') + 1 == one.size();
          });
          return !itself && fits_values(clause, value, context, document.variables, true) &&
                 !fits_every_text(clause, context, document.variables);
        }
        // The tag may stand on the other side: `aws:PrincipalTag/team: ${aws:ResourceTag/team}`.
        const auto other = context.find(clause.key);
        if (other == context.end() || !document.variables) return false;
        std::vector<std::string> texts;
        if (const auto* text = std::get_if<std::string>(&other->second)) {
          texts = {*text};
        } else {
          texts = std::get<std::vector<std::string>>(other->second);
        }
        return std::ranges::any_of(clause.values, [&](const std::string& one) {
          Clause alone = clause;
          alone.values = {one};
          return names_tag(one) && !fits_every_text(alone, context, true) &&
                 std::ranges::any_of(texts, [&](const std::string& text) {
                   return fits_values(alone, text, context, true, true);
                 });
        });
      });
    });
  };
  return std::ranges::any_of(documents.identity, by_document) ||
         std::ranges::any_of(documents.resource, by_document) ||
         (documents.boundary && by_document(*documents.boundary));
}

// Section 3: is one of the named tags present with a value that the documents single out?
bool limited_to_owner(const std::vector<std::string>& tags, const Documents& documents,
                      const Request& request, const Context& context) {
  return std::ranges::any_of(context, [&](const auto& entry) {
    const auto& [key, held] = entry;
    const auto* value = std::get_if<std::string>(&held);
    if (value == nullptr || !key.starts_with("aws:resourcetag/")) return false;
    const bool is_named = std::ranges::any_of(tags, [&](const std::string& tag) {
      std::string folded = lower(tag);
      if (folded.starts_with("ecr:")) folded = "aws" + folded.substr(3);
      return matches(*make_pattern(folded, {true, false}, {}), key);
    });
    return is_named && singled_out(key, *value, documents, request, context);
  });
}

}  // namespace

bool allowed(const Request& request, const Context& context, const Subject& subject,
             const Documents& documents, Reading reading) {
  const bool by_identity = is_identity(subject.type);
  Case now{request, context, &subject, PolicyKind::identity, false, false, false};
  if (by_identity) {
    bool granted = false;
    for (const Document& document : documents.identity) {
      if (any_applies(document, false, now, reading)) return false;
      granted = granted || any_applies(document, true, now, reading);
    }
    if (!documents.boundary) return granted;
    return granted && !any_applies(*documents.boundary, false, now, reading) &&
           any_applies(*documents.boundary, true, now, reading);
  }
  if (is_call_without_resource(request.action)) return false;  // inert in a resource policy
  now.kind = PolicyKind::resource;
  bool granted = false;
  const std::vector<Document> counted = counting(documents, subject, request).resource;
  for (std::size_t index = 0; index < counted.size(); ++index) {
    now.is_registry = index > 0 || subject.type == EntityKind::registry;
    if (any_applies(counted[index], false, now, reading)) return false;
    granted = granted || any_applies(counted[index], true, now, reading);
  }
  return granted;
}

Documents counting(const Documents& documents, const Subject& subject, const Request& request) {
  const std::string action = lower(request.action);
  const bool registry_counts = !documents.registry_scope_v1 || action == "ecr:replicateimage" ||
                               action == "ecr:batchimportupstreamimage" ||
                               action == "ecr:createrepository";
  Documents result = documents;
  if (!registry_counts) {
    result.resource.resize(std::min<std::size_t>(documents.resource.size(),
                                                 subject.type == EntityKind::registry ? 0 : 1));
  }
  return result;
}

bool forbidden(const Request& request, const Context& context, const Subject& subject,
               const Documents& documents, const Guardrail& guardrail, Reading reading) {
  const auto& actions =
      is_identity(subject.type) ? guardrail.identity_actions : guardrail.resource_actions;
  const bool listed = std::ranges::any_of(
      actions, [&](const std::string& action) { return lower(action) == lower(request.action); });
  if (!listed) return false;
  const Documents counted = counting(documents, subject, request);
  const bool open = reading == Reading::strict;  // an exception, so the other way round
  for (const std::string& pattern : guardrail.authorized_principals) {
    if (is_authorized(request.principal, subject, pattern, open)) return false;
  }
  return std::ranges::none_of(guardrail.accepted_when, [&](const AcceptedWhen& entry) {
    const bool conditions =
        std::ranges::all_of(entry.condition, [&](const ConditionClause& clause) {
          return holds(from_guardrail(clause), context, true, open);
        });
    return conditions && (entry.limited_to_owner_by.empty() ||
                          limited_to_owner(entry.limited_to_owner_by, counted, request, context));
  });
}

std::expected<void, std::string> violates(const Request& request, const Subject& subject,
                                          const Documents& documents, const Guardrail& guardrail,
                                          Reading reading) {
  const auto context = complete_context(
      request,
      {&subject, documents.tags ? &*documents.tags : nullptr, reading == Reading::lenient});
  if (!context) return std::unexpected("no such request: " + context.error());
  if (!allowed(request, *context, subject, documents, reading)) {
    return std::unexpected(std::string("the documents do not allow it"));
  }
  if (!forbidden(request, *context, subject, documents, guardrail, reading)) {
    return std::unexpected(std::string("the guardrail does not forbid it"));
  }
  return {};
}

bool lets_in_principal(const Rule& rule, const Principal& principal, const Subject& subject) {
  const Request request{principal, "", "", {}};
  const PolicyKind kind = is_identity(subject.type) ? PolicyKind::identity : PolicyKind::resource;
  return who_applies(rule, {request, {}, &subject, kind, false, false, true});
}

bool allowed_alone(const Request& request, const Context& context, const Document& document,
                   PolicyKind kind, Reading reading) {
  const Case now{request, context, nullptr, kind, true, false, false};
  return any_applies(document, true, now, reading) && !any_applies(document, false, now, reading);
}

}  // namespace auditor::reference
