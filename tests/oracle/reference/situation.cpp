#include "tests/oracle/reference/situation.h"

#include <algorithm>
#include <array>

#include "tests/oracle/reference/values.h"

namespace auditor::reference {
namespace {

using Check = std::expected<void, std::string>;
using Kind = Identity::Kind;

// Builds the context step by step; the first step that fails says why.
class Filler {
 public:
  Filler(const Request& request, const RequestEnv& scene)
      : request_(request), scene_(scene), who_(identify(request.principal)) {}

  std::expected<Context, std::string> fill() {
    for (const auto step : {&Filler::take_written, &Filler::fill_tags, &Filler::check_principal,
                            &Filler::check_resource, &Filler::fill_principal, &Filler::fill_service,
                            &Filler::fill_organization, &Filler::fill_credentials,
                            &Filler::fill_user_id, &Filler::fill_network, &Filler::fill_chain,
                            &Filler::fill_always, &Filler::check_types, &Filler::check_carried}) {
      if (const Check result = (this->*step)(); !result) return std::unexpected(result.error());
    }
    return context_;
  }

 private:
  static Check impossible(const std::string& why) { return std::unexpected(why); }
  bool has(const std::string& key) const { return context_.contains(key); }
  bool is(const char* type) const {
    return (std::string_view(type) == "anonymous" &&
            std::holds_alternative<AnonymousPrincipal>(request_.principal)) ||
           (std::string_view(type) == "service" &&
            std::holds_alternative<ServicePrincipal>(request_.principal));
  }
  std::string text(const std::string& key) const {
    const auto found = context_.find(key);
    if (found == context_.end()) return "";
    if (const auto* one = std::get_if<std::string>(&found->second)) return *one;
    const auto& list = std::get<std::vector<std::string>>(found->second);
    return list.empty() ? "" : list.front();
  }
  // The key has this one value, written or not.
  Check must_be(const std::string& key, const std::string& value) {
    if (!has(key)) context_[key] = value;
    return text(key) == value ? Check{} : impossible(key + " must be `" + value + "`");
  }
  Check must_be_absent(const std::string& key) const {
    return has(key) ? impossible(key + " must be absent") : Check{};
  }

  Check take_written() {
    for (const auto& [written, value] : request_.context) {
      const std::string key = lower(written);
      std::vector<std::string> names = {key};
      // In ECR a resource tag has two names.
      const std::string tag = key.substr(std::min<std::size_t>(3, key.size()));
      if (scene_.subject != nullptr && tag.starts_with(":resourcetag/") &&
          (key.starts_with("ecr") || key.starts_with("aws"))) {
        names = {"aws" + tag, "ecr" + tag};
      }
      for (const std::string& name : names) {
        const auto [place, is_new] = context_.emplace(name, value);
        if (!is_new && place->second != value) return impossible("two values for " + name);
      }
    }
    return {};
  }

  // The tags of a repository or a user are what they are.
  Check fill_tags() {
    if (scene_.subject == nullptr || scene_.tags == nullptr) return {};
    const Context known = known_tags(*scene_.subject, scene_.tags);
    for (const auto& [key, value] : known) {
      if (scene_.subject->type == EntityKind::repository &&
          is_call_without_resource(request_.action)) {
        continue;
      }
      if (const Check check = must_be(key, std::get<std::string>(value)); !check) return check;
    }
    for (const auto& [key, value] : context_) {
      if (is_fixed(key, *scene_.subject, scene_.tags) && !known.contains(key)) {
        return impossible("no tag for " + key);
      }
    }
    return {};
  }

  Check check_principal() {
    const auto* arn = std::get_if<ArnPrincipal>(&request_.principal);
    if (arn != nullptr && who_.kind == Kind::none) return impossible("no such principal");
    if (const auto* service = std::get_if<ServicePrincipal>(&request_.principal)) {
      const bool known = is_service_name(service->service);
      const bool possible = known || (scene_.open_world && is_dns_name(service->service));
      if (!possible) return impossible("no name of a service");
    }
    if (scene_.subject == nullptr || !is_identity(scene_.subject->type)) return {};
    const Subject& subject = *scene_.subject;
    if (subject.type == EntityKind::role || subject.type == EntityKind::user) {
      if (arn != nullptr && arn->arn == subject.arn) return {};
      const Identity own = identify(ArnPrincipal{subject.arn});
      const bool of_some_path = !subject.path_is_known && who_.kind == own.kind &&
                                who_.partition == own.partition && who_.account == own.account &&
                                who_.name == own.name;
      return of_some_path ? Check{} : impossible("another principal");
    }
    const bool right_kind =
        who_.kind == Kind::user || (subject.type == EntityKind::policy && who_.kind == Kind::role);
    // A policy of AWS itself can be attached anywhere.
    const bool right_account = who_.account == subject.account || subject.account == "aws";
    return right_kind && right_account ? Check{} : impossible("not a holder of this document");
  }

  Check check_resource() {
    if (scene_.subject == nullptr) return {};
    if (is_call_without_resource(request_.action)) {
      return request_.resource == "*" ? Check{} : impossible("the call has no resource");
    }
    const auto fields = split_arn(request_.resource);
    if (!fields || (*fields)[0] != "arn" || (*fields)[2] != "ecr") return impossible("no ECR ARN");
    const Subject& subject = *scene_.subject;
    const auto owner = split_arn(subject.arn);
    const std::string& name = (*fields)[5];
    if (!is_lawful_repository(request_.resource)) {
      return impossible("not a lawful region or repository name");
    }
    if (!fits((*fields)[4], account_id)) return impossible("not an account");
    if (subject.account != "aws" && (*fields)[4] != subject.account) {
      return impossible("a repository of another account");
    }
    if (owner && (*owner)[1] != (*fields)[1]) return impossible("another partition");
    if (owner && !who_.partition.empty() && (*owner)[1] != who_.partition) {
      return impossible("a principal of another partition");  // partitions share no credentials
    }
    if (subject.type == EntityKind::repository && request_.resource != subject.arn) {
      return impossible("another repository");
    }
    if (!is_identity(subject.type) && owner && (*owner)[3] != (*fields)[3]) {
      return impossible("another region");
    }
    if (subject.type == EntityKind::template_ && owner) {
      const std::string prefix = (*owner)[5].substr((*owner)[5].find('/') + 1);
      if (prefix != "ROOT" && !name.substr(11).starts_with(prefix)) return impossible("prefix");
    }
    return {};
  }

  Check fill_principal() {
    if (is("anonymous")) {
      for (const char* key : {"aws:principalarn", "aws:username", "aws:multifactorauthpresent",
                              "aws:multifactorauthage", "aws:tokenissuetime"}) {
        if (const Check check = must_be_absent(key); !check) return check;
      }
      return must_be("aws:principalaccount", "anonymous");
    }
    if (is("service")) {
      for (const char* key :
           {"aws:principalarn", "aws:principalaccount", "aws:username",
            "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:tokenissuetime"}) {
        if (const Check check = must_be_absent(key); !check) return check;
      }
      return {};
    }
    const auto* arn = std::get_if<ArnPrincipal>(&request_.principal);
    // A web or SAML session is a role's; of which role, the text leaves open.
    if (arn == nullptr) return must_be_absent("aws:username");
    if (const Check check = must_be("aws:principalaccount", who_.account); !check) return check;
    if (who_.kind == Kind::session) {
      const std::string role = "arn:" + who_.partition + ":iam::" + who_.account + ":role/";
      if (!has("aws:principalarn")) context_["aws:principalarn"] = role + who_.name;
      const std::string written = text("aws:principalarn");
      const Identity shown = identify(ArnPrincipal{written});
      const bool fits_role =
          shown.kind == Kind::role && written.starts_with(role) && shown.name == who_.name;
      if (!fits_role) return impossible("a session shows its role's ARN");
    } else if (const Check check = must_be("aws:principalarn", arn->arn); !check) {
      return check;
    }
    return who_.kind == Kind::user ? must_be("aws:username", who_.name)
                                   : must_be_absent("aws:username");
  }

  Check fill_service() {
    if (is("service")) {
      const auto& service = std::get<ServicePrincipal>(request_.principal).service;
      if (const Check check = must_be("aws:principalisawsservice", "true"); !check) return check;
      return must_be("aws:principalservicename", service);
    }
    for (const char* key : {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid",
                            "aws:sourceorgpaths", "aws:principalservicename"}) {
      if (const Check check = must_be_absent(key); !check) return check;
    }
    // "Anonymous requests do not include this key."
    if (is("anonymous") && !has("aws:principalisawsservice")) return {};
    return must_be("aws:principalisawsservice", "false");
  }

  Check fill_organization() {
    if (is("anonymous") || is("service")) {
      for (const auto& [key, value] : context_) {
        if (key == "aws:principalorgid" || key == "aws:principalorgpaths" ||
            key == "aws:principalorgmasteraccountid" || key.starts_with("aws:principaltag/")) {
          return impossible(key + " on a principal without account");
        }
      }
      return {};
    }
    return fill_organization_of("aws:principal");
  }

  // The path is exactly one and begins with the id; both are there or neither.
  Check fill_organization_of(const std::string& whose) {
    const std::string id = whose + "orgid";
    const std::string paths = whose + "orgpaths";
    if (const auto found = context_.find(paths); found != context_.end()) {
      const auto* list = std::get_if<std::vector<std::string>>(&found->second);
      if (list != nullptr && list->size() != 1) return impossible("not exactly one path");
      const std::string path = text(paths);
      if (!fits(path, organization_path)) return impossible("not an organization path");
      return must_be(id, path.substr(0, path.find('/')));
    }
    if (!has(id)) return {};
    if (!fits(text(id), organization_id)) return impossible("not an organization id");
    context_[paths] = std::vector<std::string>{text(id) + "/r-zz99/"};
    return {};
  }

  Check fill_credentials() {
    if (has("aws:assumedroot")) {
      if (who_.kind != Kind::root) return impossible("aws:AssumedRoot of another principal");
      if (const Check check = must_be("aws:assumedroot", "true"); !check) return check;
    }
    if (is("anonymous") || is("service")) return {};
    const std::string mfa = "aws:multifactorauthpresent";
    const std::string age = "aws:multifactorauthage";
    if (has(age)) {
      if (const Check check = must_be(mfa, "true"); !check) return check;
    }
    if (has(mfa) && text(mfa) == "true" && !has(age)) context_[age] = "300";
    if (has(mfa) && text(mfa) != "true" && text(mfa) != "false") return impossible("MFA value");
    const auto* arn = std::get_if<ArnPrincipal>(&request_.principal);
    const auto fields = arn != nullptr ? split_arn(arn->arn) : std::nullopt;
    const bool linked = fields && (*fields)[5].starts_with("role/aws-service-role/");
    if (linked && text(mfa) == "true") return impossible("a service-linked role with MFA");
    const bool federated = who_.kind == Kind::federated_user;
    if (federated && text(mfa) == "true") return impossible("a federated user with MFA");
    // Whether the time stands in the request of a web or SAML session the text leaves open.
    const bool of_role = who_.kind == Kind::role || who_.kind == Kind::session;
    const bool temporary = of_role || federated || has(mfa);
    if (temporary && !has("aws:tokenissuetime")) {
      context_["aws:tokenissuetime"] = "2026-08-22T11:00:00Z";
    }
    return {};
  }

  bool is_role_session() const {
    return who_.kind == Kind::role || who_.kind == Kind::session ||
           std::holds_alternative<FederatedPrincipal>(request_.principal);
  }

  // "Principal key values": the id of the user or of the role, with what tells sessions apart.
  Check fill_user_id() {
    const std::string key = "aws:userid";
    if (is("anonymous")) return must_be(key, "anonymous");
    if (who_.kind == Kind::root) return must_be(key, who_.account);
    if (who_.kind == Kind::federated_user) return must_be(key, who_.account + ":" + who_.name);
    if (is("service")) {
      if (!has(key)) context_[key] = "service";
      return {};
    }
    if (who_.kind == Kind::user) {
      if (!has(key)) context_[key] = "AIDAEXAMPLEEXAMPLEEX1";
      return fits(text(key), "AIDA\\w+") ? Check{} : impossible("no id of a user");
    }
    const std::string session = who_.session.empty() ? "session" : who_.session;
    if (!has(key)) context_[key] = "AROAEXAMPLEEXAMPLEEX1:" + session;
    const std::string id = text(key);
    if (!fits(id, "AROA\\w+:[\\w+=,.@-]+")) return impossible("no id of a role's session");
    const bool right_session = who_.session.empty() || id.substr(id.find(':') + 1) == who_.session;
    return right_session ? Check{} : impossible("the id of another session");
  }

  // What comes with a VPC endpoint comes together, and in place of the public address.
  Check fill_network() {
    constexpr std::array tied = {"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"};
    constexpr std::array also = {"aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
                                 "aws:sourcevpcarn"};
    constexpr std::array values = {"vpce-0fedcba9876543210", "vpc-0fedcba9876543210",
                                   "172.31.254.253"};
    const auto present = [this](const char* key) { return has(key); };
    if (std::ranges::none_of(tied, present) && std::ranges::none_of(also, present)) return {};
    for (std::size_t index = 0; index < tied.size(); ++index) {
      if (!has(tied[index])) context_[tied[index]] = values[index];
    }
    if (const Check check = fill_organization_of("aws:vpce"); !check) return check;
    return must_be_absent("aws:sourceip");
  }

  // The services that pass a call on: the first and the last are the ends of the list.
  Check fill_chain() {
    const std::string list = "aws:calledvia";
    const std::string first = "aws:calledviafirst";
    const std::string last = "aws:calledvialast";
    const bool passed_on =
        has(list) || has(first) || has(last) || text("aws:viaawsservice") == "true";
    if (passed_on && !has(list)) {
      const std::string one = has(first)  ? text(first)
                              : has(last) ? text(last)
                                          : "cloudformation.amazonaws.com";
      std::vector<std::string> chain = {one};
      if (has(last) && text(last) != one) chain.push_back(text(last));
      context_[list] = chain;
    }
    if (passed_on) {
      const auto* chain = std::get_if<std::vector<std::string>>(&context_[list]);
      const std::vector<std::string> services =
          chain != nullptr ? *chain : std::vector<std::string>{text(list)};
      if (services.empty()) return impossible("called via nobody");
      if (const Check check = must_be(first, services.front()); !check) return check;
      if (const Check check = must_be(last, services.back()); !check) return check;
    }
    return must_be("aws:viaawsservice", passed_on ? "true" : "false");
  }

  Check fill_always() {
    if (!has("aws:currenttime") && !has("aws:epochtime")) {
      context_["aws:currenttime"] = "2026-08-22T12:00:00Z";
    }
    if (!has("aws:epochtime")) {
      const auto instant = read_instant(text("aws:currenttime"));
      if (!instant) return impossible("not a time");
      context_["aws:epochtime"] = write_number(*instant);
    } else if (!has("aws:currenttime")) {
      context_["aws:currenttime"] = text("aws:epochtime");
    }
    const auto instant = read_instant(text("aws:currenttime"));
    if (!instant || instant != read_instant(text("aws:epochtime"))) return impossible("two times");
    if (!has("aws:securetransport")) context_["aws:securetransport"] = "true";
    return fill_resource();
  }

  Check fill_resource() {
    const char* type = who_.kind == Kind::user             ? "User"
                       : is_role_session()                 ? "AssumedRole"
                       : who_.kind == Kind::root           ? "Account"
                       : who_.kind == Kind::federated_user ? "FederatedUser"
                       : is("anonymous")                   ? "Anonymous"
                                                           : nullptr;
    if (type != nullptr) {
      if (const Check check = must_be("aws:principaltype", type); !check) return check;
    } else if (!has("aws:principaltype")) {
      context_["aws:principaltype"] = "Service";
    }
    // Where the ARN names a region or an account, it is the request's; S3 ARNs name none.
    const auto fields = split_arn(request_.resource);
    if (fields && !(*fields)[3].empty()) {
      if (const Check check = must_be("aws:requestedregion", (*fields)[3]); !check) return check;
    }
    if (!has("aws:requestedregion")) context_["aws:requestedregion"] = "us-east-1";
    if (!fits(text("aws:requestedregion"), region_name)) return impossible("not a region");
    if (fields && !(*fields)[4].empty()) return must_be("aws:resourceaccount", (*fields)[4]);
    // A call without resource may carry the caller's account here, or nothing.
    return has("aws:resourceaccount") && scene_.subject != nullptr
               ? must_be("aws:resourceaccount", who_.account)
               : Check{};
  }

  Check check_types() {
    for (const char* key :
         {"aws:securetransport", "aws:viaawsservice", "aws:principalisawsservice"}) {
      if (has(key) && text(key) != "true" && text(key) != "false") return impossible(key);
    }
    for (const char* key : {"aws:sourceip", "aws:vpcsourceip"}) {
      if (!has(key)) continue;
      const auto address = read_address_range(text(key));
      if (!address || address->has_prefix) return impossible(key);
    }
    if (has("aws:tokenissuetime") && !read_instant(text("aws:tokenissuetime"))) {
      return impossible("aws:tokenissuetime");
    }
    if (const auto age = read_number(text("aws:multifactorauthage"));
        has("aws:multifactorauthage") && (!age || *age < 0)) {
      return impossible("aws:multifactorauthage");
    }
    for (const char* key : {"aws:sourceaccount", "aws:vpceaccount"}) {
      if (has(key) && !fits(text(key), account_id)) return impossible(key);
    }
    return {};
  }

  // Item 32: a key that the action never carries is absent.
  Check check_carried() {
    for (const auto& [key, value] : context_) {
      if (is_cross_service(key) && !is_role_session()) return impossible(key);
    }
    if (scene_.subject == nullptr) return {};
    for (const auto& [key, value] : context_) {
      const bool is_tag_of_resource =
          key.starts_with("aws:resourcetag/") || key.starts_with("ecr:resourcetag/");
      if (is_tag_of_resource && is_call_without_resource(request_.action)) return impossible(key);
      const bool tags_something = fits(lower(request_.action), "ecr:(create|tag|untag).*");
      if ((key.starts_with("aws:requesttag/") || key == "aws:tagkeys") && !tags_something) {
        return impossible(key);
      }
      const bool is_global = key.starts_with("aws:");
      if (is_global || is_tag_of_resource || is_cross_service(key)) continue;
      if (is_federation_key(key)) {
        if (!is_role_session()) return impossible(key);
      } else if (is_of_known_service(key) || !scene_.open_world) {
        return impossible(key);
      }
    }
    return {};
  }

  const Request& request_;
  const RequestEnv scene_;
  const Identity who_;
  Context context_;
};

}  // namespace

std::expected<Context, std::string> complete_context(const Request& request,
                                                     const RequestEnv& scene) {
  return Filler(request, scene).fill();
}

}  // namespace auditor::reference
