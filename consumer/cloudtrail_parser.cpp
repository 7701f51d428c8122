#include "consumer/cloudtrail_parser.h"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "consumer/event_time.h"
#include "consumer/percent_encoding.h"
#include "evaluator/account_change.h"

namespace auditor {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;

ParsedEvent unreadable(std::string reason) {
  return {ParsedEvent::Kind::unreadable, std::move(reason)};
}

// A value of the record in a message for people: short, and nothing that a terminal would obey.
std::string as_text(std::string_view value) {
  static constexpr std::size_t shown_bytes_max = 64;
  std::string text = "`";
  for (const char c : value.substr(0, shown_bytes_max)) text += c < ' ' || c > '~' ? '?' : c;
  return text += '`';
}

ParsedEvent unreadable(error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return unreadable("not-json: invalid utf-8");
    case simdjson::UNCLOSED_STRING:
      return unreadable("not-json: unclosed string");
    case simdjson::EMPTY:
      return unreadable("empty: no text");
    case simdjson::MEMALLOC:
      return unreadable("too-large: no memory to parse the record");
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return unreadable("not-json: ends too early");
    default:
      return unreadable("not-json: broken structure");
  }
}

// Calls use(key, value) for each member. A key without escapes is looked at in place, because
// most keys are only stepped over.
template <typename Use>
error_code for_each_member(ondemand::object object, Use use) {
  for (auto result : object) {
    ondemand::field field;
    if (const error_code error = std::move(result).get(field)) return error;
    const char* const raw = field.key().raw();
    std::size_t length = 0;
    while (raw[length] != '"' && raw[length] != '\\') ++length;  // the string is closed: stage 1
    std::string_view key(raw, length);
    if (raw[length] == '\\') {
      if (const error_code error = field.unescaped_key().get(key)) return error;
    }
    if (const error_code error = use(key, field.value())) return error;
  }
  return SUCCESS;
}

// for_each_member of a value that ought to be an object; anything else has no members.
template <typename Use>
error_code for_each_member_of(ondemand::value value, Use use) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::object) return SUCCESS;
  ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  return for_each_member(object, use);
}

template <typename Use>
error_code for_each_element_of(ondemand::value value, Use use) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::array) return SUCCESS;
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  for (auto result : array) {
    ondemand::value element;
    if (const error_code error = std::move(result).get(element)) return error;
    if (const error_code error = use(element)) return error;
  }
  return SUCCESS;
}

std::string_view trimmed(std::string_view token) {
  const std::size_t last = token.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : token.substr(0, last + 1);
}

// A string's text; of any other value its JSON, so that nothing is lost: whoever reads a name or
// a document will find that it is none. A string whose escapes are broken gives its raw token.
// `null` leaves `text` as it is.
error_code read_text(ondemand::value value, std::optional<std::string>& text) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  std::string_view found;
  switch (type) {
    case ondemand::json_type::null:
      return SUCCESS;
    case ondemand::json_type::object: {
      ondemand::object object;
      if (const error_code error = value.get_object().get(object)) return error;
      if (const error_code error = object.raw_json().get(found)) return error;
      break;
    }
    case ondemand::json_type::array: {
      ondemand::array array;
      if (const error_code error = value.get_array().get(array)) return error;
      if (const error_code error = array.raw_json().get(found)) return error;
      break;
    }
    case ondemand::json_type::string: {
      const std::string_view token = trimmed(value.raw_json_token());
      if (value.get_string().get(found)) found = token;
      break;
    }
    default:
      found = trimmed(value.raw_json_token());
  }
  text.emplace(found);
  return SUCCESS;
}

error_code read_text(ondemand::value value, std::string& text) {
  std::optional<std::string> found;
  const error_code error = read_text(value, found);
  if (found) text = std::move(*found);
  return error;
}

// CloudTrail writes true and "true".
error_code read_flag(ondemand::value value, std::optional<bool>& flag) {
  std::optional<std::string> text;
  const error_code error = read_text(value, text);
  if (text) flag = *text == "true";
  return error;
}

struct RequestField {
  std::string_view key;
  std::optional<std::string> RequestParameters::*member;
  bool is_document = false;
};

constexpr std::array<RequestField, 22> request_fields{{
    {"roleName", &RequestParameters::role_name},
    {"userName", &RequestParameters::user_name},
    {"groupName", &RequestParameters::group_name},
    {"policyName", &RequestParameters::policy_name},
    {"policyArn", &RequestParameters::policy_arn},
    {"managedPolicyArn", &RequestParameters::policy_arn},
    {"versionId", &RequestParameters::version_id},
    {"path", &RequestParameters::path},
    {"policyDocument", &RequestParameters::policy_document, true},
    {"policyText", &RequestParameters::policy_document, true},
    {"inlinePolicy", &RequestParameters::policy_document, true},
    {"repositoryPolicy", &RequestParameters::policy_document, true},
    {"content", &RequestParameters::policy_document, true},
    {"assumeRolePolicyDocument", &RequestParameters::policy_document, true},
    {"permissionsBoundary", &RequestParameters::permissions_boundary},
    {"repositoryName", &RequestParameters::repository_name},
    {"registryId", &RequestParameters::registry_id},
    {"prefix", &RequestParameters::prefix},
    {"resourceArn", &RequestParameters::resource_arn},
    {"permissionSetArn", &RequestParameters::permission_set_arn},
    {"name", &RequestParameters::setting_name},
    {"value", &RequestParameters::setting_value},
}};

// Reads the members of one policy call. `duplicate` is the first key that came twice: two parsers
// may believe different ones, so the record cannot be trusted.
class EventReader {
 public:
  explicit EventReader(CloudTrailEvent& event) : event_(event) {}

  error_code read(ondemand::object object) {
    const error_code error = for_each_member(
        object,
        [this](std::string_view key, ondemand::value value) { return read_member(key, value); });
    event_.account_is_recipient = !event_.account.empty();
    if (event_.account.empty()) event_.account = event_.actor.account;
    return error;
  }

  const std::string& duplicate() const { return duplicate_; }

 private:
  error_code read_member(std::string_view key, ondemand::value value) {
    static constexpr std::array<std::string_view, 14> known{
        "eventID",           "sharedEventID",   "eventTime",
        "eventName",         "eventSource",     "awsRegion",
        "errorCode",         "errorMessage",    "recipientAccountId",
        "userIdentity",      "sourceIPAddress", "userAgent",
        "requestParameters", "responseElements"};
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] != key) continue;
      note_duplicate((seen_ & (1U << i)) != 0, key);
      seen_ |= 1U << i;
      return read_known(key, value);
    }
    return key == "resources" ? read_resources(value) : SUCCESS;
  }

  error_code read_known(std::string_view key, ondemand::value value) {
    if (key == "eventID") return read_text(value, event_.id);
    if (key == "sharedEventID") return read_text(value, event_.shared_id);
    if (key == "eventName") return read_text(value, event_.name);
    if (key == "eventSource") return read_text(value, event_.source);
    if (key == "awsRegion") return read_text(value, event_.region);
    if (key == "errorCode") return read_text(value, event_.error_code);
    if (key == "errorMessage") return read_text(value, event_.error_message);
    if (key == "recipientAccountId") return read_text(value, event_.account);
    if (key == "sourceIPAddress") return read_text(value, event_.actor.source_address);
    if (key == "userAgent") return read_text(value, event_.actor.user_agent);
    if (key == "userIdentity") return read_identity(value);
    if (key == "requestParameters") return read_request(value);
    if (key == "responseElements") return read_response(value, 0);
    std::string time;  // eventTime
    const error_code error = read_text(value, time);
    event_.time = normalise_event_time(time);
    return error;
  }

  error_code read_identity(ondemand::value identity) {
    Actor& actor = event_.actor;
    return for_each_member_of(identity, [&](std::string_view key, ondemand::value value) {
      if (key == "type") return read_text(value, actor.type);
      if (key == "arn") return read_text(value, actor.arn);
      if (key == "principalId") return read_text(value, actor.principal_id);
      if (key == "accountId") return read_text(value, actor.account);
      if (key == "invokedBy") return read_text(value, actor.invoked_by);
      return key == "sessionContext" ? read_session(value) : SUCCESS;
    });
  }

  error_code read_session(ondemand::value session) {
    return for_each_member_of(session, [this](std::string_view key, ondemand::value value) {
      if (key == "sessionIssuer") return read_issuer(value);
      if (key != "attributes") return SUCCESS;
      return for_each_member_of(value, [this](std::string_view name, ondemand::value attribute) {
        if (name != "mfaAuthenticated") return SUCCESS;
        return read_flag(attribute, event_.actor.mfa);
      });
    });
  }

  error_code read_issuer(ondemand::value issuer) {
    std::string type;
    std::string arn;
    const error_code error =
        for_each_member_of(issuer, [&](std::string_view key, ondemand::value value) {
          if (key == "type") return read_text(value, type);
          return key == "arn" ? read_text(value, arn) : SUCCESS;
        });
    if (type == "Role") event_.actor.role_arn = std::move(arn);
    return error;
  }

  error_code read_resources(ondemand::value resources) {
    return for_each_element_of(resources, [this](ondemand::value resource) {
      return for_each_member_of(resource, [this](std::string_view key, ondemand::value value) {
        if (key != "ARN" && key != "arn") return SUCCESS;
        return read_text(value, event_.resource_arns.emplace_back());
      });
    });
  }

  error_code read_request(ondemand::value request) {
    return for_each_member_of(request, [this](std::string_view key, ondemand::value value) {
      event_.request.present = true;
      return read_parameter(key, value);
    });
  }

  error_code read_parameter(std::string_view key, ondemand::value value) {
    RequestParameters& request = event_.request;
    if (key == "tags") return read_tags(value);
    if (key == "tagKeys") {
      return for_each_element_of(value, [&](ondemand::value tag_key) {
        return read_text(tag_key, request.tag_keys.emplace_back());
      });
    }
    if (key == "setAsDefault") {
      note_duplicate(request.set_as_default.has_value(), key);
      return read_flag(value, request.set_as_default);
    }
    if (key == "omitted") {
      // WHY not read_flag: a marker in an unusual form must not pass for complete parameters.
      std::optional<std::string> omitted;
      const error_code error = read_text(value, omitted);
      request.omitted = request.omitted || (omitted && *omitted != "false");
      return error;
    }
    for (const RequestField& field : request_fields) {
      if (field.key != key || field.member == nullptr) continue;
      auto& text = request.*field.member;
      note_duplicate(text.has_value(), key);
      const error_code error = read_text(value, text);
      if (field.is_document && text) text = decode_document(std::move(*text));
      return error;
    }
    return SUCCESS;
  }

  // IAM writes key and value, ECR Key and Value.
  error_code read_tags(ondemand::value tags) {
    return for_each_element_of(tags, [this](ondemand::value element) {
      Tag& tag = event_.request.tags.emplace_back();
      return for_each_member_of(element, [&tag](std::string_view key, ondemand::value value) {
        if (key == "key" || key == "Key") return read_text(value, tag.key);
        return key == "value" || key == "Value" ? read_text(value, tag.value) : SUCCESS;
      });
    });
  }

  // The answers of the calls differ only in the object that holds the thing: role.arn,
  // policyVersion.versionId, policy.policySummary.arn, registryId.
  error_code read_response(ondemand::value response, int depth) {
    static constexpr int depth_max = 3;
    ResponseElements& out = event_.response;
    return for_each_member_of(response, [&](std::string_view key, ondemand::value value) {
      for (const std::string_view holder :
           {"role", "user", "group", "policy", "policyVersion", "repository",
            "repositoryCreationTemplate", "policySummary"}) {
        if (key == holder) return depth < depth_max ? read_response(value, depth + 1) : SUCCESS;
      }
      if (key == "arn" || key == "repositoryArn") return read_text(value, out.arn);
      if (key == "versionId" || key == "defaultVersionId") return read_text(value, out.version_id);
      if (key == "registryId") return read_text(value, out.registry_id);
      if (key == "repositoryName") return read_text(value, out.repository_name);
      if (key == "prefix") return read_text(value, out.prefix);
      if (key == "type") return read_text(value, out.organization_policy_type);
      if (key != "policyText" && key != "assumeRolePolicyDocument" && key != "repositoryPolicy" &&
          key != "content") {
        return SUCCESS;
      }
      const error_code error = read_text(value, out.policy_document);
      if (out.policy_document)
        out.policy_document = decode_document(std::move(*out.policy_document));
      return error;
    });
  }

  void note_duplicate(bool is_duplicate, std::string_view key) {
    if (is_duplicate && duplicate_.empty()) duplicate_ = key;
  }

  CloudTrailEvent& event_;
  std::uint32_t seen_ = 0;
  std::string duplicate_;
};

// eventSource and eventName, and how often they occur: readers may believe either of two, so a
// record with two must not be dropped for one of them.
struct Heads {
  std::string_view source, name;
  std::size_t sources = 0, names = 0;
};

error_code read_heads(ondemand::object object, Heads& heads) {
  return for_each_member(object, [&heads](std::string_view key, ondemand::value value) {
    const bool is_source = key == "eventSource";
    if (!is_source && key != "eventName") return SUCCESS;
    std::string_view text;
    if (const error_code error = value.get_string().get(text)) return error;
    (is_source ? heads.source : heads.name) = text;
    ++(is_source ? heads.sources : heads.names);
    return SUCCESS;
  });
}

}  // namespace

class CloudTrailParser::Impl {
 public:
  ParsedEvent parse(std::string_view json, CloudTrailEvent& event);
  const std::string* decode_string(std::string_view literal);

 private:
  simdjson::padded_string_view padded(std::string_view text) {
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (buffer_.size() < needed) buffer_.resize(needed + needed / 2);
    std::memcpy(buffer_.data(), text.data(), text.size());
    std::memset(buffer_.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(buffer_.data(), text.size(), buffer_.size());
  }

  ondemand::parser parser_;
  std::vector<char> buffer_;
  std::string decoded_;
};

ParsedEvent CloudTrailParser::Impl::parse(std::string_view json, CloudTrailEvent& event) {
  if (json.empty()) return unreadable("empty: no text");
  if (json.size() > event_bytes_max) return unreadable("too-large: a record of that size");
  ondemand::document document;
  if (const error_code error = parser_.iterate(padded(json)).get(document)) {
    return unreadable(error);
  }
  ondemand::object object;
  if (const error_code error = document.get_object().get(object)) return unreadable(error);
  Heads heads;
  if (const error_code error = read_heads(object, heads)) return unreadable(error);
  const char* rest = nullptr;
  const bool has_more = document.current_location().get(rest) == SUCCESS;
  if (heads.sources == 0 || heads.names == 0) return {ParsedEvent::Kind::not_an_event, {}};
  if (has_more) return {ParsedEvent::Kind::several, {}};
  if (heads.source.starts_with("aws:")) {  // S3, SNS, SQS
    return unreadable("pointer-not-event: a notice of " + as_text(heads.source));
  }
  if (heads.sources > 1) return unreadable("duplicate-key: `eventSource`");
  if (heads.names > 1) return unreadable("duplicate-key: `eventName`");
  if (!is_policy_call(heads.source, heads.name)) return {ParsedEvent::Kind::irrelevant, {}};

  document.rewind();
  if (const error_code error = document.get_object().get(object)) return unreadable(error);
  SourcePosition position = std::move(event.position);
  event = CloudTrailEvent{};
  event.position = std::move(position);
  EventReader reader(event);
  if (const error_code error = reader.read(object)) return unreadable(error);
  if (!reader.duplicate().empty()) {
    return unreadable("duplicate-key: " + as_text(reader.duplicate()));
  }
  return {ParsedEvent::Kind::policy_call, {}};
}

const std::string* CloudTrailParser::Impl::decode_string(std::string_view literal) {
  if (!literal.starts_with('"')) return nullptr;
  ondemand::document document;
  std::string_view text;
  if (parser_.iterate(padded(literal)).get(document)) return nullptr;
  if (document.get_string().get(text)) return nullptr;
  decoded_.assign(text);
  return &decoded_;
}

CloudTrailParser::CloudTrailParser() : impl_(std::make_unique<Impl>()) {}
CloudTrailParser::~CloudTrailParser() = default;

ParsedEvent CloudTrailParser::parse(std::string_view json, CloudTrailEvent& event) {
  return impl_->parse(json, event);
}

const std::string* CloudTrailParser::decode_string(std::string_view literal) {
  return impl_->decode_string(literal);
}

}  // namespace auditor
