#include "tests/oracle/reference/candidates.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/oracle/reference/values.h"

namespace auditor::reference {
namespace {

using Names = std::set<std::string>;

// Every `*` becomes `rest`, every `?` one letter.
std::string fill(const std::string& pattern, const std::string& rest) {
  std::string text;
  for (const char one : pattern) {
    if (one == '*') {
      text += rest;
    } else {
      text += one == '?' ? 'q' : one;
    }
  }
  return text;
}

std::string without_wildcards(std::string text) {
  std::erase_if(text, [](char one) { return one == '*' || one == '?'; });
  return text;
}

// The first `*` becomes one text and the others another: for paths and ARNs, whose parts differ.
std::string fill_apart(const std::string& pattern, const std::string& first,
                       const std::string& rest) {
  const std::size_t star = pattern.find('*');
  if (star == pattern.npos) return fill(pattern, rest);
  return fill(pattern.substr(0, star), "") + first + fill(pattern.substr(star + 1), rest);
}

// An address just outside or just inside: one bit of the range's address turned round.
std::string turn_bit(AddressRange range, unsigned bit) {
  range.bytes[bit / 8] = static_cast<std::uint8_t>(range.bytes[bit / 8] ^ (0x80U >> (bit % 8)));
  std::array<char, 64> text{};
  inet_ntop(range.is_v6 ? AF_INET6 : AF_INET, range.bytes.data(), text.data(), text.size());
  return text.data();
}

void add_instances(const std::string& pattern, const Names& pool, Names& texts) {
  texts.insert(pattern);  // also as literal text
  for (const char* rest : {"", "x", "zz", "0"}) texts.insert(fill(pattern, rest));
  if (pattern.find('*') == pattern.npos) return;
  for (const std::string& other : pool) texts.insert(fill(pattern, without_wildcards(other)));
}

// Texts with each `${...}` taken out or replaced, so that they fit what a tag may hold.
std::string without_variables(const std::string& text, const std::string& instead) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t close = text.find('}', at);
    if (text.compare(at, 2, "${") == 0 && close != text.npos) {
      result += instead;
      at = close;
    } else {
      result += text[at];
    }
  }
  return result;
}

// What stands behind a comma in `${key, 'default'}`.
Names defaults_in(const std::string& text) {
  Names found;
  for (std::size_t at = text.find("${"); at != text.npos; at = text.find("${", at + 2)) {
    const std::size_t end = text.find('}', at);
    const std::size_t open = text.find('\'', at);
    const std::size_t close = open == text.npos ? open : text.find('\'', open + 1);
    if (end != text.npos && close != text.npos && close < end) {
      found.insert(text.substr(open + 1, close - open - 1));
    }
  }
  return found;
}

Names variables_in(const std::string& text) {
  Names keys;
  for (std::size_t at = text.find("${"); at != text.npos; at = text.find("${", at + 2)) {
    const std::size_t end = text.find_first_of(",}", at);
    if (end == text.npos) break;
    std::string key = lower(text.substr(at + 2, end - at - 2));
    while (key.ends_with(' ')) key.pop_back();
    if (key.size() > 1) keys.insert(key);
  }
  return keys;
}

// `tags`: what a variable may stand for.
void add_values(const Clause& clause, const Names& pool, const Names& tags, Names& texts) {
  for (const std::string& value : clause.values) {
    switch (clause.type) {
      case Type::string:
      case Type::arn: {
        Names fillings = tags;
        fillings.insert({"", "x"});
        fillings.merge(defaults_in(value));
        for (const std::string& instead : fillings) {
          add_instances(without_variables(value, instead), pool, texts);
        }
        std::string other = value;
        for (char& one : other)
          one = static_cast<char>(std::toupper(static_cast<unsigned char>(one)));
        texts.insert(other);
        texts.insert(lower(value));
        texts.insert(value + "x");
        break;
      }
      case Type::number:
        if (const auto number = read_number(value)) {
          texts.insert(value);
          for (const double delta : {-1.0, -0.5, 0.05, 0.5, 1.0}) {
            texts.insert(nlohmann::json(*number + delta).dump());
          }
        }
        break;
      case Type::date:
        for (const auto instant : {read_instant(value), read_year(value)}) {
          if (!instant) continue;
          for (const double delta : {-1.0, 0.0, 0.0005, 0.25, 1.0}) {
            texts.insert(write_number(*instant + delta));
          }
        }
        break;
      case Type::boolean:
      case Type::null:
        texts.insert("true");
        texts.insert("false");
        break;
      case Type::binary:
        texts.insert(value);
        texts.insert("AAAA");
        break;
      case Type::address:
        texts.insert({value.substr(0, value.find('/')), "203.0.113.9", "2001:db8::7"});
        if (const auto range = read_address_range(value)) {
          const unsigned last = range->is_v6 ? 127 : 31;
          texts.insert(turn_bit(*range, last));
          if (range->prefix > 0) texts.insert(turn_bit(*range, range->prefix - 1));
          if (range->prefix <= last) texts.insert(turn_bit(*range, range->prefix));
        }
        break;
    }
  }
  texts.insert({"z", ""});
}

bool follows_from_principal(const std::string& key) {
  constexpr std::array keys = {"aws:principalarn",   "aws:principalaccount",
                               "aws:username",       "aws:principalisawsservice",
                               "aws:principaltype",  "aws:principalservicename",
                               "aws:resourceaccount"};
  return std::ranges::find(keys, key) != keys.end();
}

// Up to six segments, split at the colons that stand outside variables.
std::vector<std::string> segments_of(const std::string& pattern) {
  std::vector<std::string> segments(1);
  bool in_variable = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern.compare(at, 2, "${") == 0) in_variable = true;
    if (pattern[at] == '}') in_variable = false;
    if (pattern[at] == ':' && !in_variable && segments.size() < 6) {
      segments.emplace_back();
    } else {
      segments.back() += pattern[at];
    }
  }
  return segments;
}

// `repository/*` of `arn:aws:ecr:*:repository/*` too.
std::string last_field(const std::string& pattern) { return segments_of(pattern).back(); }

// A region that the partition has.
std::string region_in(const std::string& partition) {
  const std::map<std::string, std::string> regions = {
      {"aws-cn", "cn-north-1"},        {"aws-us-gov", "us-gov-west-1"},
      {"aws-eusc", "eusc-de-east-1"},  {"aws-iso", "us-iso-east-1"},
      {"aws-iso-b", "us-isob-east-1"}, {"aws-iso-e", "eu-isoe-west-1"},
      {"aws-iso-f", "us-isof-south-1"}};
  const auto found = regions.find(partition);
  return found != regions.end() ? found->second : "us-east-1";
}

// Ids of a user and of a role's session that might fit a pattern.
void add_user_ids(Names& texts) {
  for (const std::string& text : Names(texts)) {
    texts.insert({fill_apart(text, "AROAX", "x"), fill_apart(text, "AROAX:", "x"),
                  fill_apart(text, "AIDAX", "x"), fill(text, "x")});
  }
  texts.insert({"AIDAZ", "AROAZ:z"});
}

void add_paths(Names& texts) {
  for (const std::string& text : Names(texts)) {
    for (const char* first : {"o-other", "1/", "-9/", "r-zz99/"}) {
      texts.insert({fill_apart(text, first, ""), fill_apart(text, first, "ou-zz-9/")});
    }
  }
  texts.insert("o-other/r-zz99/");
}

class Collector {
 public:
  Collector(const Subject& subject, const Documents& documents, const Guardrail& guardrail)
      : subject_(subject),
        guardrail_(guardrail),
        tags_(documents.tags ? &*documents.tags : nullptr) {
    const auto owner = split_arn(subject.arn);
    partition_ = owner ? (*owner)[1] : "aws";
    if (tags_ != nullptr) {
      for (const auto& [key, value] : *tags_) tag_values_.insert(value);
    }
    for (const Document& document : documents.identity) take(document);
    for (const Document& document : documents.resource) take(document);
    if (documents.boundary) take(*documents.boundary);
    for (const AcceptedWhen& entry : guardrail.accepted_when) {
      for (const ConditionClause& clause : entry.condition)
        clauses_.push_back(from_guardrail(clause));
    }
    for (const Clause& clause : clauses_) {
      pool_.insert(clause.values.begin(), clause.values.end());
      for (const std::string& value : clause.values) variables_.merge(variables_in(value));
    }
  }

  Candidates collect() {
    Candidates result;
    const bool identity = is_identity(subject_.type);
    result.actions = identity ? guardrail_.identity_actions : guardrail_.resource_actions;
    collect_principals(result);
    collect_resources(result);
    collect_keys(result);
    std::erase_if(result.keys,
                  [&](const auto& entry) { return is_fixed(entry.first, subject_, tags_); });
    result.fixed = known_tags(subject_, tags_);
    return result;
  }

 private:
  void take(const Document& document) {
    for (const Rule& rule : document.rules) {
      clauses_.insert(clauses_.end(), rule.conditions.begin(), rule.conditions.end());
      resources_.insert(rule.resource.values.begin(), rule.resource.values.end());
      for (const std::string& text : rule.resource.values) variables_.merge(variables_in(text));
      arns_.insert(rule.who.aws.begin(), rule.who.aws.end());
      services_.insert(rule.who.service.begin(), rule.who.service.end());
    }
  }

  bool is_about_ecr() const {
    return !guardrail_.identity_actions.empty() || !guardrail_.resource_actions.empty();
  }

  // A resource tag has two names in ECR; writing both would mostly contradict.
  std::string one_name(const std::string& key) const {
    return is_about_ecr() && key.starts_with("ecr:resourcetag/") ? "aws" + key.substr(3) : key;
  }

  std::string arn_of(const std::string& service, const std::string& account,
                     const std::string& rest) const {
    return "arn:" + partition_ + ":" + service + "::" + account + ":" + rest;
  }

  // A role or user, under every path that the documents and the guardrail might tell apart.
  void collect_own(Candidates& result) const {
    result.principals = {ArnPrincipal{subject_.arn}};
    if (subject_.path_is_known) return;
    const Identity own = identify(ArnPrincipal{subject_.arn});
    const std::string kind = own.kind == Identity::Kind::role ? "role/" : "user/";
    Names paths = {"zz/", "a/b/", ":role/", "*?/"};
    const auto add = [&](const std::string& pattern) {
      for (const char* rest : {"", "x"}) {
        const std::string text = fill(last_field(pattern), rest);
        const std::size_t end = text.rfind('/');
        if (text.starts_with(kind) && end >= kind.size() && end != text.npos) {
          paths.insert(text.substr(kind.size(), end + 1 - kind.size()));
        }
      }
    };
    for (const std::string& text : guardrail_.authorized_principals) add(text);
    for (const Clause& clause : clauses_) {
      if (clause.key == "aws:principalarn") std::ranges::for_each(clause.values, add);
    }
    for (const std::string& path : paths) {
      const ArnPrincipal principal{arn_of("iam", own.account, kind + path + own.name)};
      if (identify(principal).kind == own.kind) result.principals.push_back(principal);
    }
  }

  void add_named_arns(Names& arns) const {
    for (const Clause& clause : clauses_) {
      if (clause.key == "aws:principalarn") {
        for (const std::string& value : clause.values) {
          for (const std::string& account : {subject_.account, std::string("999999999999")}) {
            for (const char* rest : {"", "x"}) arns.insert(fill_apart(value, account, rest));
            arns.insert(fill_apart(value, account + ":role/", "x"));
            arns.insert(fill_apart(value, partition_, account));
          }
        }
      }
      if (clause.key == "aws:username") {
        for (const std::string& value : clause.values) {
          arns.insert(arn_of("iam", subject_.account, "user/" + fill(value, "x")));
        }
      }
      if (clause.key == "aws:principalaccount") {
        for (const std::string& value : clause.values) {
          for (const char* rest : {"user/x", "role/x"}) arns.insert(arn_of("iam", value, rest));
        }
      }
      // `ID:NAME` of a federated user.
      if (clause.key == "aws:userid") {
        for (const std::string& value : clause.values) {
          for (const std::string& account : {subject_.account, std::string("555555555555")}) {
            const std::string id = fill_apart(value, account, "x");
            const std::string name = id.substr(id.find(':') + 1);
            const std::string digits = id.substr(0, id.find(':'));
            arns.insert({arn_of("sts", digits, "federated-user/" + name),
                         arn_of("sts", account, "federated-user/" + name),
                         arn_of("iam", digits, "root")});
          }
        }
      }
    }
  }

  void collect_principals(Candidates& result) {
    if (subject_.type == EntityKind::role || subject_.type == EntityKind::user) {
      collect_own(result);
      return;
    }
    Names arns = arns_;
    add_named_arns(arns);
    for (const std::string& text : guardrail_.authorized_principals) {
      add_instances(text, {"999999999999"}, arns);
    }
    // Everybody of an account that is named anywhere.
    for (const std::string& text : Names(arns)) {
      const std::string digits =
          text.size() == 12 ? text : split_arn(text).value_or(std::array<std::string, 6>{})[4];
      if (digits.size() != 12) continue;
      arns.insert({arn_of("iam", digits, "role/other"), arn_of("sts", digits, "federated-user/fed"),
                   arn_of("iam", digits, "root")});
    }
    for (const char* rest : {"role/any", "user/any", "user/alice", "role/x:role/*?/any"}) {
      arns.insert(arn_of("iam", subject_.account, rest));
    }
    const bool identity = is_identity(subject_.type);
    if (!identity) {
      arns.insert({arn_of("iam", "555555555555", "role/x"),
                   arn_of("sts", "555555555555", "federated-user/fed"),
                   arn_of("sts", subject_.account, "federated-user/fed"),
                   arn_of("iam", "555555555555", "root")});
    }
    for (const std::string& arn : arns) {
      const Identity::Kind kind = identify(ArnPrincipal{arn}).kind;
      const bool holds_policies = kind == Identity::Kind::user || kind == Identity::Kind::role;
      // In `compare` a federated user calls with what the policies of a user grant.
      const bool borrows = kind == Identity::Kind::federated_user && !is_about_ecr();
      const bool possible = holds_policies || !identity || borrows;
      if (possible && kind != Identity::Kind::none) {
        result.principals.push_back(ArnPrincipal{arn});
      }
    }
    if (identity) return;
    result.principals.push_back(AnonymousPrincipal{});
    for (const Clause& clause : clauses_) {
      if (clause.key != "aws:principalservicename") continue;
      for (const std::string& value : clause.values) {
        for (const char* rest : {"", "x", "x.y-z-1"}) services_.insert(fill(value, rest));
      }
    }
    services_.insert({"other.amazonaws.com", "other.eu-west-1.amazonaws.com",
                      "other.amazonaws.com.cn", "other.csp.hci.ic.gov", "svc.example.com"});
    for (const std::string& service : services_) {
      result.principals.push_back(ServicePrincipal{service});
    }
  }

  Names regions_to_try() const {
    Names regions = {subject_.region.empty() ? region_in(partition_) : subject_.region};
    for (const Clause& clause : clauses_) {
      if (clause.key != "aws:requestedregion") continue;
      for (const std::string& value : clause.values) {
        regions.insert({fill(value, "west-1"), fill(value, "x-1")});
      }
    }
    for (const std::string& pattern : resources_) {
      const std::vector<std::string> segments = segments_of(pattern);
      if (segments.size() < 4) continue;
      const std::string& segment = segments[3];
      for (const char* rest : {"eu-west-1", "west-1", "-west-1", ""}) {
        if (segment.find('$') == segment.npos) regions.insert(fill(segment, rest));
      }
    }
    return regions;
  }

  void collect_resources(Candidates& result) {
    Names texts;
    if (subject_.type == EntityKind::repository) {
      texts.insert(subject_.arn);
    } else {
      Names names = {"x", "z", "b"};
      for (const std::string& pattern : resources_) {
        std::string name = last_field(pattern);
        if (name.starts_with("repository/")) name = name.substr(11);
        Names fillings = tag_values_;
        fillings.insert({"x", "alice", "shared"});
        for (const std::string& instead : fillings) {
          add_instances(without_variables(name, instead), names_of_resources(), names);
        }
        names.insert(name + "x");
      }
      const auto owner = split_arn(subject_.arn);
      const bool is_template = subject_.type == EntityKind::template_;
      const std::string prefix =
          is_template ? (*owner)[5].substr((*owner)[5].find('/') + 1) + "/" : "";
      for (const std::string& region : regions_to_try()) {
        for (const std::string& name : names) {
          const std::string arn = "arn:" + partition_ + ":ecr:" + region + ":" + subject_.account +
                                  ":repository/" + prefix + name;
          if (is_lawful_repository(arn) || subject_.account == "aws") texts.insert(arn);
        }
      }
      if (subject_.account == "aws")
        texts.insert("arn:aws:ecr:us-east-1:111122223333:repository/x");
    }
    if (is_identity(subject_.type)) texts.insert("*");
    result.resources.assign(texts.begin(), texts.end());
  }

  Names names_of_resources() const {
    Names names;
    for (const std::string& pattern : resources_) {
      const std::string rest = last_field(pattern);
      names.insert(rest.starts_with("repository/") ? rest.substr(11) : rest);
    }
    return names;
  }

  void collect_keys(Candidates& result) {
    std::map<std::string, Names> values;
    for (const Clause& clause : clauses_) {
      if (follows_from_principal(clause.key)) continue;
      add_values(clause, pool_, tag_values_, values[one_name(clause.key)]);
    }
    // A key that stands in a variable, or is compared with one, may be anything named anywhere.
    for (const std::string& key : variables_) {
      if (follows_from_principal(key)) continue;
      Names& list = values[one_name(key)];
      list.insert({"x", "alice", region_in(partition_), subject_.account});
      for (const Clause& clause : clauses_) {
        if (clause.type == Type::string) add_values(clause, {}, tag_values_, list);
      }
    }
    for (auto& [key, texts] : values) {
      if (key == "aws:principalorgid" || key == "aws:vpceorgid") texts.insert("o-other");
      if (key == "aws:principalorgpaths" || key == "aws:vpceorgpaths") add_paths(texts);
      if (key == "aws:principalorgpaths" || key == "aws:vpceorgpaths") {
        std::erase_if(texts, [](const auto& one) { return !fits(one, organization_path); });
      }
      if (key == "aws:sourcevpc") texts.insert("vpc-zz");
      if (key == "aws:userid") add_user_ids(texts);
      auto& list = result.keys[key];
      for (const std::string& text : texts) {
        if (is_multivalued(key)) {
          list.emplace_back(std::vector<std::string>{text});
        } else {
          list.emplace_back(text);
        }
      }
      if (key == "aws:calledvia") {
        for (const std::string& text : texts) {
          for (const std::string& other : texts) {
            list.emplace_back(std::vector<std::string>{text, other});
          }
        }
      }
    }
  }

  const Subject& subject_;
  const Guardrail& guardrail_;
  const Tags* tags_;
  std::string partition_;
  std::vector<Clause> clauses_;
  Names resources_, arns_, services_, pool_, variables_, tag_values_;
};

}  // namespace

Candidates collect_candidates(const Subject& subject, const Documents& documents,
                              const Guardrail& guardrail) {
  return Collector(subject, documents, guardrail).collect();
}

}  // namespace auditor::reference
