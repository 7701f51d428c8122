// Tested by record_parser_test.cpp.
#include "consumer/decoding/record_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "consumer/decoding/json_members.h"
#include "consumer/decoding/percent_encoding.h"

namespace auditor {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;
using Text = std::optional<std::string>;

template <typename Holder>
struct Field {
  std::string_view key;
  Text Holder::* member;
  bool is_document = false;
};

constexpr std::array<Field<RequestParameters>, 24> request_fields{{
    {"roleName", &RequestParameters::role_name},
    {"userName", &RequestParameters::user_name},
    {"groupName", &RequestParameters::group_name},
    {"newUserName", &RequestParameters::new_user_name},
    {"newGroupName", &RequestParameters::new_group_name},
    {"newPath", &RequestParameters::new_path},
    {"policyName", &RequestParameters::policy_name},
    {"policyArn", &RequestParameters::policy_arn},
    {"managedPolicyArn", &RequestParameters::policy_arn},
    {"versionId", &RequestParameters::version_id},
    {"setAsDefault", &RequestParameters::set_as_default},
    {"path", &RequestParameters::path},
    {"policyDocument", &RequestParameters::policy_document, true},
    {"policyText", &RequestParameters::policy_document, true},
    {"inlinePolicy", &RequestParameters::policy_document, true},
    {"repositoryPolicy", &RequestParameters::policy_document, true},
    {"permissionsBoundary", &RequestParameters::permissions_boundary},
    {"repositoryName", &RequestParameters::repository_name},
    {"registryId", &RequestParameters::registry_id},
    {"prefix", &RequestParameters::prefix},
    {"resourceArn", &RequestParameters::resource_arn},
    {"permissionSetArn", &RequestParameters::permission_set_arn},
    {"name", &RequestParameters::setting_name},
    {"value", &RequestParameters::setting_value},
}};

// The answers of the calls differ only in the object that holds the entity: role.arn,
// policyVersion.versionId, repository.repositoryArn.
constexpr std::array<std::string_view, 7> answer_holders{
    "role", "user", "group", "policy", "policyVersion", "repository", "repositoryCreationTemplate"};

constexpr std::array<Field<ResponseElements>, 9> answer_fields{{
    {"arn", &ResponseElements::arn},
    {"repositoryArn", &ResponseElements::arn},
    {"versionId", &ResponseElements::version_id},
    {"defaultVersionId", &ResponseElements::version_id},
    {"registryId", &ResponseElements::registry_id},
    {"repositoryName", &ResponseElements::repository_name},
    {"prefix", &ResponseElements::prefix},
    {"policyText", &ResponseElements::policy_document, true},
    {"repositoryPolicy", &ResponseElements::policy_document, true},
}};

template <typename Holder, std::size_t size>
const Field<Holder>* find_field(const std::array<Field<Holder>, size>& fields,
                                std::string_view key) {
  const auto found = std::ranges::find(fields, key, &Field<Holder>::key);
  return found == fields.end() ? nullptr : &*found;
}

template <typename Holder>
error_code read_field(ondemand::value value, const Field<Holder>& field, Holder& holder) {
  Text& text = holder.*field.member;
  const error_code error = read_text(value, text);
  if (field.is_document && text) text = decode_document(std::move(*text));
  return error;
}

// There, but neither null, nor an object, nor an empty text.
bool is_other_than_object(ondemand::value value) {
  ondemand::json_type type{};
  if (value.type().get(type)) return false;
  if (type == ondemand::json_type::string) return !value.raw_json_token().starts_with("\"\"");
  return type != ondemand::json_type::object && type != ondemand::json_type::null;
}

// for_each_member_of, also where a pipeline has written the object as its JSON text. A text that
// holds no object has no members.
template <typename Use>
error_code for_each_member_also_in_text(ondemand::value value, Use use) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::string) return for_each_member_of(value, use);
  std::string_view text;
  if (value.get_string().get(text)) return SUCCESS;
  const simdjson::padded_string padded(text);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(padded).get(document)) return SUCCESS;
  if (document.get_object().get(object)) return SUCCESS;
  return for_each_member(object, use);
}

struct EventText {
  std::string_view key;
  std::string CloudTrailEvent::* member;
};

constexpr std::array<EventText, 8> event_texts{{
    {"eventID", &CloudTrailEvent::id},
    {"sharedEventID", &CloudTrailEvent::shared_id},
    {"eventName", &CloudTrailEvent::name},
    {"eventSource", &CloudTrailEvent::source},
    {"awsRegion", &CloudTrailEvent::region},
    {"errorCode", &CloudTrailEvent::error_code},
    {"errorMessage", &CloudTrailEvent::error_message},
    {"recipientAccountId", &CloudTrailEvent::account},
}};

}  // namespace

struct RecordReader::Part {
  std::string_view key;
  error_code (RecordReader::*read)(Value);
};

constexpr RecordReader::Part RecordReader::parts[] = {
    {"eventTime", &RecordReader::pass_over},
    {"userIdentity", &RecordReader::read_identity},
    {"sourceIPAddress", &RecordReader::read_source_address},
    {"userAgent", &RecordReader::read_user_agent},
    {"requestParameters", &RecordReader::read_request},
    {"responseElements", &RecordReader::read_response},
    {"addendum", &RecordReader::read_addendum},
    {"serviceEventDetails", &RecordReader::read_service_event},
    {"resources", &RecordReader::read_resources},
};

error_code RecordReader::read(ondemand::object object) {
  const error_code error = for_each_member(
      object, [this](std::string_view key, Value value) { return read_member(key, value); });
  event_.account_is_recipient = !event_.account.empty();
  if (event_.account.empty()) event_.account = event_.actor.account;
  return error;
}

error_code RecordReader::read_member(std::string_view key, Value value) {
  std::uint32_t bit = 1;
  for (const EventText& text : event_texts) {
    if (text.key == key) {
      note_duplicate((seen_ & bit) != 0, key);
      seen_ |= bit;
      return read_text(value, event_.*text.member);
    }
    bit <<= 1U;
  }
  for (const Part& part : parts) {
    if (part.key == key) {
      note_duplicate((seen_ & bit) != 0, key);
      seen_ |= bit;
      return (this->*part.read)(value);
    }
    bit <<= 1U;
  }
  return SUCCESS;
}

// The parser has read it: an event is made with its time.
error_code RecordReader::pass_over(Value) { return SUCCESS; }

error_code RecordReader::read_addendum(Value addendum) {
  return for_each_member_of(addendum, [this](std::string_view key, Value value) {
    if (key == "reason") return read_text(value, event_.addendum.reason);
    return key == "originalEventID" ? read_text(value, event_.addendum.original_id) : SUCCESS;
  });
}

error_code RecordReader::read_source_address(Value value) {
  return read_text(value, event_.actor.source_address);
}

error_code RecordReader::read_user_agent(Value value) {
  return read_text(value, event_.actor.user_agent);
}

error_code RecordReader::read_identity(Value identity) {
  Actor& actor = event_.actor;
  return for_each_member_of(identity, [&](std::string_view key, Value value) {
    if (key == "type") return read_text(value, actor.type);
    if (key == "arn") return read_text(value, actor.arn);
    if (key == "principalId") return read_text(value, actor.principal_id);
    if (key == "accountId") return read_text(value, actor.account);
    if (key == "invokedBy") return read_text(value, actor.invoked_by);
    if (key == "identityProvider") return read_text(value, actor.identity_provider);
    if (key == "onBehalfOf") return read_person(value);
    return key == "sessionContext" ? read_session(value) : SUCCESS;
  });
}

error_code RecordReader::read_person(Value person) {
  return for_each_member_of(person, [this](std::string_view key, Value value) {
    if (key == "userId") return read_text(value, event_.actor.on_behalf_of);
    return key == "identityStoreArn" ? read_text(value, event_.actor.identity_store_arn) : SUCCESS;
  });
}

error_code RecordReader::read_session(Value session) {
  return for_each_member_of(session, [this](std::string_view key, Value value) {
    if (key == "sessionIssuer") return read_issuer(value);
    if (key != "attributes") return SUCCESS;
    return for_each_member_of(value, [this](std::string_view name, Value attribute) {
      if (name != "mfaAuthenticated") return SUCCESS;
      return read_flag(attribute, event_.actor.mfa);
    });
  });
}

error_code RecordReader::read_issuer(Value issuer) {
  std::string type;
  std::string arn;
  const error_code error = for_each_member_of(issuer, [&](std::string_view key, Value value) {
    if (key == "type") return read_text(value, type);
    return key == "arn" ? read_text(value, arn) : SUCCESS;
  });
  if (type == "Role") event_.actor.role_arn = std::move(arn);
  return error;
}

error_code RecordReader::read_resources(Value resources) {
  return for_each_element_of(resources, [this](Value resource) {
    return for_each_member_of(resource, [this](std::string_view key, Value value) {
      if (key != "ARN" && key != "arn") return SUCCESS;
      return read_text(value, event_.resource_arns.emplace_back());
    });
  });
}

error_code RecordReader::read_request(Value request) {
  // Parameters that are text without an object in it, or no object at all, are there, but name
  // nothing.
  event_.request.present = event_.request.present || is_other_than_object(request);
  return for_each_member_also_in_text(request, [this](std::string_view key, Value value) {
    event_.request.present = true;
    return read_parameter(key, value);
  });
}

error_code RecordReader::read_parameter(std::string_view key, Value value) {
  RequestParameters& request = event_.request;
  if (key == "tags") return read_tags(value);
  if (key == "tagKeys") {
    return for_each_element_of(
        value, [&](Value tag_key) { return read_text(tag_key, request.tag_keys.emplace_back()); });
  }
  if (key == "omitted") {
    // WHY not read_flag: a marker in an unusual form must not pass for complete parameters.
    Text omitted;
    const error_code error = read_text(value, omitted);
    request.omitted = request.omitted || (omitted && *omitted != "false");
    return error;
  }
  const auto* const field = find_field(request_fields, key);
  if (field == nullptr) return SUCCESS;
  note_duplicate((request.*field->member).has_value(), key);
  return read_field(value, *field, request);
}

// IAM writes key and value, ECR Key and Value.
error_code RecordReader::read_tags(Value tags) {
  return for_each_element_of(tags, [this](Value element) {
    Tag& tag = event_.request.tags.emplace_back();
    return for_each_member_of(element, [&tag](std::string_view key, Value value) {
      if (key == "key" || key == "Key") return read_text(value, tag.key);
      return key == "value" || key == "Value" ? read_text(value, tag.value) : SUCCESS;
    });
  });
}

error_code RecordReader::read_response(Value response) {
  return for_each_member_also_in_text(response, [this](std::string_view key, Value value) {
    return read_answer_member(key, value, 0);
  });
}

error_code RecordReader::read_answer(Value answer, int depth) {
  return for_each_member_of(answer, [&](std::string_view key, Value value) {
    return read_answer_member(key, value, depth);
  });
}

error_code RecordReader::read_answer_member(std::string_view key, Value value, int depth) {
  static constexpr int depth_max = 3;
  if (std::ranges::find(answer_holders, key) != answer_holders.end()) {
    return depth < depth_max ? read_answer(value, depth + 1) : SUCCESS;
  }
  const auto* const field = find_field(answer_fields, key);
  return field == nullptr ? SUCCESS : read_field(value, *field, event_.response);
}

error_code RecordReader::read_service_event(Value details) {
  return for_each_member_of(details, [this](std::string_view key, Value value) {
    if (key != "lifecycleEventImageActions") return SUCCESS;
    return for_each_element_of(value, [this](Value) {
      ++event_.lifecycle_deletions;
      return SUCCESS;
    });
  });
}

void RecordReader::note_duplicate(bool is_duplicate, std::string_view key) {
  if (is_duplicate && duplicate_.empty()) duplicate_ = key;
}

}  // namespace auditor
