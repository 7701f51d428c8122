// A change -> the question for the engine -> findings. What a verdict means is decided in
// evaluator/decision; here is only who is judged by which document, and what is said about it.
#include "evaluator/audit.h"

#include <algorithm>
#include <expected>
#include <tuple>
#include <utility>
#include <variant>

namespace auditor {
namespace {

// Where a judged document lives, for granted_by.
struct Origin {
  std::string kind;
  std::string name;
  std::string arn;
  std::string version;
};

std::string last_part(std::string_view arn) {
  const std::size_t slash = arn.find_last_of("/:");
  return std::string(slash == std::string_view::npos ? arn : arn.substr(slash + 1));
}

// "team/app" of a repository, "registry", "repository-creation-template/PREFIX".
std::string resource_name(const Subject& resource) {
  constexpr std::string_view prefix = ":repository/";
  const std::size_t at = resource.arn.find(prefix);
  return at == std::string::npos ? resource.arn.substr(resource.arn.rfind(':') + 1)
                                 : resource.arn.substr(at + prefix.size());
}

// Only AWS can change what a service-linked role may do, so it is known and not judged.
bool is_service_linked(const Subject& subject) {
  return subject.type == SubjectType::role &&
         subject.arn.find(":role/aws-service-role/") != std::string::npos;
}

// Nobody is known to have a policy or to be in a group, and a template is about the future.
bool is_latent(SubjectType type) {
  return type == SubjectType::group || type == SubjectType::policy ||
         type == SubjectType::template_;
}

const std::vector<std::string>& guarded_actions(const Guardrail& guardrail, SubjectType type) {
  return is_identity(type) ? guardrail.identity_actions : guardrail.resource_actions;
}

// An account in doubt may hold any kind of policy.
bool concerns(const Guardrail& guardrail, SubjectType type) {
  return type == SubjectType::account || !guarded_actions(guardrail, type).empty();
}

// What would settle the doubt.
std::string needed(const Subject& subject) {
  switch (subject.type) {
    case SubjectType::role:
      return "the policies of the role (`aws iam get-account-authorization-details`)";
    case SubjectType::user:
      return "the policies of the user (`aws iam get-account-authorization-details`)";
    case SubjectType::group:
      return "the policies of the group (`aws iam get-account-authorization-details`)";
    case SubjectType::policy:
      return "the document of the policy (`aws iam get-policy-version`)";
    case SubjectType::repository:
      return "the policy of the repository (`aws ecr get-repository-policy`)";
    case SubjectType::registry:
      return "the policy of the registry (`aws ecr get-registry-policy`)";
    case SubjectType::template_:
      return "the template (`aws ecr describe-repository-creation-templates`)";
    case SubjectType::account:
      return "the policies of the account (`aws iam get-account-authorization-details`, "
             "`aws ecr get-repository-policy`)";
  }
  return "the document";
}

class Audit {
 public:
  Audit(const CloudTrailEvent& event, std::span<const Guardrail> guardrails,
        const ManagedPolicies& managed_policies, VerdictMemory& memory)
      : event_(event),
        guardrails_(guardrails),
        managed_policies_(managed_policies),
        memory_(memory) {}

  void operator()(const InlinePolicyPut& change) {
    judge(change.holder, change.document, {"inline", change.policy_name, "", ""});
  }

  void operator()(const ManagedPolicyWritten& change) {
    if (!change.is_default) {
      notes_.push_back("version `" + change.version +
                       "` is not the default version: it has effect once it becomes the default");
    }
    judge(change.policy, change.document,
          {"managed", last_part(change.policy.arn), change.policy.arn, change.version});
  }

  void operator()(const ResourcePolicySet& change) {
    judge(change.resource, change.document,
          {std::string(to_string(change.resource.type)), resource_name(change.resource),
           change.resource.arn, ""});
  }

  void operator()(const PolicyAttached& change) {
    if (is_service_linked(change.holder)) return;
    if (!change.policy_arn.starts_with("arn:")) {
      all_unverifiable(change.holder, "the event names no lawful ARN of an attached policy");
    } else if (is_aws_managed_policy(change.policy_arn)) {
      judge_aws_managed(change);
    }
    // A customer managed policy is judged where its document is written.
  }

  void operator()(const NonGrantingPolicy&) {}

  void operator()(const UnnamedChange& change) { all_unverifiable(change.account, change.reason); }

  std::vector<Finding> take_findings() {
    std::ranges::sort(findings_, {}, [](const Finding& finding) {
      return std::tie(finding.subject.arn, finding.guardrail.id, finding.kind);
    });
    return std::move(findings_);
  }

 private:
  void judge(const Subject& subject, const DocumentText& text, const Origin& origin) {
    if (is_service_linked(subject)) return;
    if (text.missing()) {
      all_unverifiable(subject, "the policy document is missing: " + text.missing_because);
      return;
    }
    const JudgedDocument* judged = memory_.find(subject, text.text);
    if (judged == nullptr) {
      judged = &memory_.remember(subject, text.text, judge_text(subject, text.text));
    }
    if (!judged->malformed.empty()) {
      all_unverifiable(subject, "the policy document cannot be read: " + judged->malformed);
      return;
    }
    for (std::size_t i = 0; i < guardrails_.size(); ++i) {
      report(subject, guardrails_[i], origin, judged->verdicts[i]);
    }
  }

  JudgedDocument judge_text(const Subject& subject, const std::string& text) const {
    const JudgedPolicy document = parse_policy_document(
        text, is_identity(subject.type) ? PolicyKind::identity : PolicyKind::resource);
    JudgedDocument judged;
    if (!document) {
      judged.malformed = document.error().message;
      return judged;
    }
    for (const Guardrail& guardrail : guardrails_) {
      judged.verdicts.push_back(verdict_on(subject, document, guardrail));
    }
    return judged;
  }

  void judge_aws_managed(const PolicyAttached& change) {
    const ManagedPolicy* policy = managed_policies_.find(change.policy_arn);
    if (policy == nullptr) {
      all_unverifiable(change.holder, "the AWS managed policy `" + last_part(change.policy_arn) +
                                          "` is not in the catalogue of " +
                                          managed_policies_.snapshot());
      return;
    }
    if (!policy->document) {
      all_unverifiable(change.holder, "the AWS managed policy `" + last_part(change.policy_arn) +
                                          "` cannot be read: " + policy->document.error().message);
      return;
    }
    const Origin origin{"aws-managed", last_part(change.policy_arn), change.policy_arn,
                        policy->version};
    for (const Guardrail& guardrail : guardrails_) {
      judge_from_catalogue(change.holder, *policy, origin, guardrail);
    }
  }

  // The catalogue has the statements of some services only. What it can prove is said; where an
  // action of another service is guarded as well, silence would claim too much.
  void judge_from_catalogue(const Subject& holder, const ManagedPolicy& policy,
                            const Origin& origin, const Guardrail& guardrail) {
    Guardrail covered = guardrail;
    std::erase_if(covered.identity_actions,
                  [this](const std::string& action) { return !managed_policies_.covers(action); });
    const bool is_complete = covered.identity_actions.size() == guardrail.identity_actions.size();
    const std::size_t before = findings_.size();
    report(holder, covered, origin, verdict_on(holder, policy.document, covered));
    if (is_complete) return;
    const std::string gap =
        "the catalogue of AWS managed policies does not know the services of all guarded actions";
    if (findings_.size() == before) {
      add_unverifiable(holder, guardrail, gap);
    } else {
      findings_.back().notes.push_back(gap);
    }
  }

  // A guardrail without actions for this kind of subject is kept.
  static Verdict verdict_on(const Subject& subject, const JudgedPolicy& document,
                            const Guardrail& guardrail) {
    if (!concerns(guardrail, subject.type)) return {};
    Question question{subject, {}, nullptr, {}};
    const std::span<const JudgedPolicy> documents(&document, 1);
    (is_identity(subject.type) ? question.identity_policies : question.resource_policies) =
        documents;
    return decide(question, guardrail);
  }

  void report(const Subject& subject, const Guardrail& guardrail, const Origin& origin,
              const Verdict& verdict) {
    switch (verdict.kind) {
      case VerdictKind::compliant:
        return;
      case VerdictKind::unknown:
        add_unverifiable(subject, guardrail, "not decided: " + verdict.reason);
        append(findings_.back().notes, verdict.notes);
        return;
      case VerdictKind::violation:
        add_grant(subject, guardrail, origin, verdict);
        return;
    }
  }

  void add_grant(const Subject& subject, const Guardrail& guardrail, const Origin& origin,
                 const Verdict& verdict) {
    Finding finding = blank(subject, guardrail, FindingKind::grant);
    finding.actions = verdict.actions;
    finding.witness = verdict.witness;
    finding.certainty = verdict.certainty;
    finding.reason = verdict.reason;
    for (const GrantingStatement& statement : verdict.granted_by) {
      finding.granted_by.push_back({origin.kind, origin.name, origin.arn, origin.version,
                                    statement.statement, statement.sid, statement.pointer});
    }
    append(finding.notes, verdict.notes);
    findings_.push_back(std::move(finding));
  }

  void all_unverifiable(const Subject& subject, const std::string& why) {
    for (const Guardrail& guardrail : guardrails_) {
      if (concerns(guardrail, subject.type)) add_unverifiable(subject, guardrail, why);
    }
  }

  void add_unverifiable(const Subject& subject, const Guardrail& guardrail,
                        const std::string& why) {
    Finding finding = blank(subject, guardrail, FindingKind::unverifiable);
    finding.certainty = Certainty::unknown;
    finding.reason = why + "; needed: " + needed(subject);
    findings_.push_back(std::move(finding));
  }

  Finding blank(const Subject& subject, const Guardrail& guardrail, FindingKind kind) const {
    Finding finding;
    finding.id = finding_id(guardrail.id, kind, subject.arn);
    finding.kind = kind;
    finding.guardrail = {guardrail.id,        guardrail.title,       guardrail.severity,
                         guardrail.rationale, guardrail.remediation, guardrail.references};
    finding.subject = subject;
    finding.latent = is_latent(subject.type);
    finding.notes = notes_;
    finding.event = event_;
    return finding;
  }

  static void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  const CloudTrailEvent& event_;
  std::span<const Guardrail> guardrails_;
  const ManagedPolicies& managed_policies_;
  VerdictMemory& memory_;
  std::vector<std::string> notes_;  // about the change, said with every finding of it
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> audit(const CloudTrailEvent& event, const PolicyChange& change,
                           std::span<const Guardrail> guardrails,
                           const ManagedPolicies& managed_policies, VerdictMemory& memory) {
  Audit audit(event, guardrails, managed_policies, memory);
  std::visit(audit, change);
  return audit.take_findings();
}

}  // namespace auditor
