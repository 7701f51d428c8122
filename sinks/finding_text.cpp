#include "sinks/finding_text.h"

#include <span>
#include <variant>
#include <vector>

namespace auditor {
namespace {

std::string joined(std::span<const std::string> texts, std::string_view between) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

std::string principal_text(const Principal& principal) {
  struct Writer {
    std::string operator()(const ArnPrincipal& arn) const { return arn.arn; }
    std::string operator()(const AnonymousPrincipal&) const { return "anyone (anonymous)"; }
    std::string operator()(const ServicePrincipal& service) const {
      return "service " + service.service;
    }
    std::string operator()(const FederatedPrincipal& federated) const {
      return "federated user of " + federated.provider;
    }
  };
  return std::visit(Writer{}, principal);
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain(text);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const auto byte = static_cast<unsigned char>(plain[i]);
    // U+0080 to U+009F are control characters too; in UTF-8 they begin with 0xC2.
    const bool is_c1 =
        byte == 0xC2 && i + 1 < plain.size() && static_cast<unsigned char>(plain[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F) plain[i] = '?';
    if (is_c1) plain.replace(i, 2, "?");
  }
  return plain;
}

std::string headline(const Finding& finding) {
  const std::string subject =
      std::string(to_string(finding.subject.type)) + " " + finding.subject.arn;
  const std::string against = " against " + finding.guardrail.id;
  switch (finding.kind) {
    case FindingKind::grant:
      return is_identity(finding.subject.type)
                 ? subject + " may call " + joined(finding.actions, ", ") + against
                 : subject + " lets in calls of " + joined(finding.actions, ", ") + against;
    case FindingKind::usage:
      return subject + " called " + joined(finding.actions, ", ") + against;
    case FindingKind::attempt:
      return subject + " tried " + joined(finding.actions, ", ") + against;
    case FindingKind::unverifiable:
      return "not known whether " + subject + " obeys " + finding.guardrail.id;
  }
  return subject + against;
}

std::string one_line(const Request& request) {
  std::string line =
      principal_text(request.principal) + " calls " + request.action + " on " + request.resource;
  std::string context;
  for (const auto& [key, value] : request.context) {
    if (!context.empty()) context += ", ";
    const auto* text = std::get_if<std::string>(&value);
    context +=
        key + "=" +
        (text != nullptr ? *text
                         : "[" + joined(std::get<std::vector<std::string>>(value), ", ") + "]");
  }
  if (!context.empty()) line += " with " + context;
  return line;
}

std::string one_line(const GrantedBy& granted_by) {
  std::string line = granted_by.policy_kind + " policy " + granted_by.policy_name;
  if (!granted_by.policy_version.empty()) line += " " + granted_by.policy_version;
  line += ", statement " + std::to_string(granted_by.statement);
  if (!granted_by.sid.empty()) line += " (Sid " + granted_by.sid + ")";
  return line;
}

}  // namespace auditor
