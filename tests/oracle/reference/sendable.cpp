#include "tests/oracle/reference/sendable.h"

#include <algorithm>
#include <array>
#include <set>

#include "tests/oracle/reference/situation.h"
#include "tests/oracle/reference/values.h"

namespace auditor::reference {
namespace {

using Values = std::vector<std::string>;

struct PartitionRegions {
  std::string_view partition, prefix, region;
};
constexpr std::array partition_regions = {
    PartitionRegions{"aws-cn", "cn-", "cn-north-1"},
    PartitionRegions{"aws-us-gov", "us-gov-", "us-gov-west-1"},
    PartitionRegions{"aws-eusc", "eusc-", "eusc-de-east-1"},
    PartitionRegions{"aws-iso", "us-iso-", "us-iso-east-1"},
    PartitionRegions{"aws-iso-b", "us-isob-", "us-isob-east-1"},
    PartitionRegions{"aws-iso-e", "eu-isoe-", "eu-isoe-west-1"},
    PartitionRegions{"aws-iso-f", "us-isof-", "us-isof-south-1"}};

// Regions to put instead, or nothing when the region is the partition's.
Values better_regions(const std::string& partition, const std::string& region) {
  for (const PartitionRegions& known : partition_regions) {
    if (known.partition != partition) continue;
    if (region.starts_with(known.prefix)) return {};
    return {std::string(known.region)};
  }
  const bool foreign = std::ranges::any_of(partition_regions, [&](const PartitionRegions& known) {
    return region.starts_with(known.prefix);
  });
  if (partition != "aws" || !foreign) return {};
  return {"us-east-1", "eu-west-1", "ap-south-1"};
}

std::string join(const std::array<std::string, 6>& fields) {
  std::string text = fields[0];
  for (std::size_t index = 1; index < fields.size(); ++index) text += ":" + fields[index];
  return text;
}

// Of a service's own keys the text says nothing.
bool is_single_valued(const std::string& key) {
  return (key.starts_with("aws:") || is_cross_service(key)) && !is_multivalued(key);
}

// The one type by which every rule that names the key compares it. A rule that only asks whether
// the key is there asks for no type.
std::optional<Type> type_of(const std::string& key, const std::vector<NamedClause>& clauses) {
  std::optional<Type> type;
  std::set<std::size_t> named_in;
  std::set<std::size_t> compared_in;
  for (const NamedClause& named : clauses) {
    const bool in_variable =
        named.variables && std::ranges::any_of(named.clause.values, [&](const std::string& value) {
          return lower(value).find("${" + key) != std::string::npos;
        });
    if (in_variable) return std::nullopt;
    if (named.clause.key != key) continue;
    named_in.insert(named.rule);
    if (named.clause.type == Type::null) continue;
    compared_in.insert(named.rule);
    if (type && *type != named.clause.type) return std::nullopt;
    type = named.clause.type;
  }
  return named_in == compared_in ? type : std::nullopt;
}

bool is_arn(const std::string& text) {
  const auto fields = split_arn(text);
  return fields && (*fields)[0] == "arn" && !(*fields)[5].empty();
}

bool is_typed(Type type, const std::string& value) {
  switch (type) {
    case Type::number:
      return read_number(value).has_value();
    case Type::date:
      return read_instant(value).has_value();
    case Type::boolean:
      return value == "true" || value == "false";
    case Type::address: {
      const auto address = read_address_range(value);
      return address && !address->has_prefix;
    }
    case Type::arn:
      return is_arn(value);
    default:
      return true;
  }
}

// Values of the type next to what the clauses name.
Values typed_values(Type type, const std::string& key, const std::vector<NamedClause>& clauses) {
  Values values;
  const auto add_fixed = [&](const Values& more) {
    values.insert(values.end(), more.begin(), more.end());
  };
  for (const NamedClause& named : clauses) {
    if (named.clause.key != key) continue;
    for (const std::string& value : named.clause.values) {
      if (const auto number = read_number(value); number && type == Type::number) {
        for (const double delta : {-1.0, -0.25, 0.0, 0.25, 1.0}) {
          values.push_back(write_number(*number + delta));
        }
      }
      if (const auto instant = read_instant(value); instant && type == Type::date) {
        for (const double delta : {-1.0, 0.0, 1.0})
          values.push_back(write_number(*instant + delta));
      }
      if (type == Type::arn && split_arn(value)) {
        for (const char* rest : {"", "x", "111122223333"}) {
          std::string text;
          for (const char one : value)
            text += one == '*' ? rest : std::string(1, one == '?' ? 'q' : one);
          values.push_back(text);
        }
      }
      if (type == Type::address) values.push_back(value.substr(0, value.find('/')));
    }
  }
  if (type == Type::number) add_fixed({"0", "1"});
  if (type == Type::date) add_fixed({"2026-01-01T00:00:00Z"});
  if (type == Type::boolean) add_fixed({"true", "false"});
  if (type == Type::address) add_fixed({"203.0.113.9", "198.51.100.1", "2001:db8::7"});
  if (type == Type::arn) add_fixed({"arn:aws:iam::555555555555:role/x"});
  std::erase_if(values, [&](const std::string& value) { return !is_typed(type, value); });
  return values;
}

class Inspector {
 public:
  Inspector(const Request& witness, const std::vector<NamedClause>& clauses,
            const std::function<bool(const Request&)>& shows)
      : witness_(witness), clauses_(clauses), shows_(shows) {}

  std::optional<std::string> find() const {
    for (const auto check : {&Inspector::check_names, &Inspector::check_lists,
                             &Inspector::check_region, &Inspector::check_types}) {
      if (auto wrong = (this->*check)()) return wrong;
    }
    return std::nullopt;
  }

 private:
  using Result = std::optional<std::string>;

  bool can_be(std::string Request::* part, const std::string& value) const {
    Request repaired = witness_;
    repaired.*part = value;
    return shows_(repaired);
  }

  bool can_hold(const std::string& key, const ContextValue& value) const {
    Request repaired = witness_;
    repaired.context[key] = value;
    return shows_(repaired);
  }

  Result check_names() const {
    if (witness_.action.empty() || witness_.action.ends_with(':')) {
      if (can_be(&Request::action, (witness_.action.empty() ? "s3:" : witness_.action) + "Get")) {
        return "no name of an action";
      }
    }
    const std::string& resource = witness_.resource;
    const bool nameless = resource.empty() || resource.ends_with(':') || resource.ends_with('/');
    if (nameless && can_be(&Request::resource, resource + "x")) return "no name of a resource";
    for (const auto& [key, value] : witness_.context) {
      const auto* text = std::get_if<std::string>(&value);
      const std::string folded = lower(key);
      const bool is_name = folded == "aws:username" || folded == "aws:userid" ||
                           folded == "aws:requestedregion" || folded == "aws:principalservicename";
      if (text != nullptr && text->empty() && is_name && can_hold(key, "x")) {
        return "no name in " + key;
      }
    }
    return std::nullopt;
  }

  Result check_lists() const {
    for (const auto& [key, value] : witness_.context) {
      const bool is_list = std::holds_alternative<Values>(value);
      if (is_list && std::get<Values>(value).empty()) return key + " is an empty list";
      if (!is_list && is_multivalued(lower(key))) return key + " is no list";
      if (is_list && is_single_valued(lower(key))) return key + " is a list";
    }
    return std::nullopt;
  }

  Result check_region() const {
    const auto fields = split_arn(witness_.resource);
    if (!fields || (*fields)[3].empty()) return std::nullopt;
    for (const std::string& better : better_regions((*fields)[1], (*fields)[3])) {
      Request repaired = witness_;
      auto changed = *fields;
      changed[3] = better;
      repaired.resource = join(changed);
      for (auto& [key, value] : repaired.context) {
        if (lower(key) == "aws:requestedregion") value = better;
      }
      if (shows_(repaired)) return (*fields)[3] + " is no region of " + (*fields)[1];
    }
    return std::nullopt;
  }

  Result check_types() const {
    for (const auto& [written, value] : witness_.context) {
      const auto* text = std::get_if<std::string>(&value);
      const std::string key = lower(written);
      const auto type = type_of(key, clauses_);
      if (text == nullptr || !type || is_typed(*type, *text)) continue;
      for (const std::string& better : typed_values(*type, key, clauses_)) {
        if (can_hold(written, better)) {
          return written + " is `" + *text + "`, could be `" + better + "`";
        }
      }
    }
    return std::nullopt;
  }

  const Request& witness_;
  const std::vector<NamedClause>& clauses_;
  const std::function<bool(const Request&)>& shows_;
};

}  // namespace

std::vector<NamedClause> clauses_of(const std::vector<const Document*>& documents,
                                    const Guardrail* guardrail) {
  std::vector<NamedClause> clauses;
  std::size_t rules = 0;
  for (const Document* document : documents) {
    for (const Rule& rule : document->rules) {
      ++rules;
      for (const Clause& clause : rule.conditions) {
        clauses.push_back({clause, document->variables, rules});
      }
      // A variable in a resource makes its key a text.
      Clause names;
      names.values = rule.resource.values;
      clauses.push_back({names, document->variables, rules});
    }
  }
  if (guardrail == nullptr) return clauses;
  for (const AcceptedWhen& entry : guardrail->accepted_when) {
    ++rules;
    for (const ConditionClause& clause : entry.condition) {
      clauses.push_back({from_guardrail(clause), true, rules});
    }
  }
  return clauses;
}

std::vector<NamedClause> clauses_of(const Documents& documents, const Guardrail& guardrail) {
  std::vector<const Document*> all;
  for (const Document& document : documents.identity) all.push_back(&document);
  for (const Document& document : documents.resource) all.push_back(&document);
  if (documents.boundary) all.push_back(&*documents.boundary);
  return clauses_of(all, &guardrail);
}

std::optional<std::string> find_oddity(const Request& witness,
                                       const std::vector<NamedClause>& clauses,
                                       const std::function<bool(const Request&)>& shows) {
  return Inspector(witness, clauses, shows).find();
}

}  // namespace auditor::reference
