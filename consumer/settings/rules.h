// Loads what the auditor judges by: guardrail files and the catalogue of AWS managed policies.
//
// From disk, or the ones built into the binary, so that it works from anywhere. Every problem of
// every file is collected, not only the first.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/aws/managed_policies.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

inline constexpr std::size_t rules_file_bytes_max = 64 << 20;

// Read once, then immutable and shared. The fingerprints are SHA-256, in hex, of the texts: another
// one means that accounts are to be judged again.
struct Rules {
  std::vector<Guardrail> guardrails;
  ManagedPolicies managed_policies;
  std::string guardrails_fingerprint;
  std::string catalogue_fingerprint;
};

struct LoadedRules {
  std::shared_ptr<const Rules> rules;   // null when a problem is an error
  std::vector<ConfigProblem> problems;  // warnings as well

  bool has_errors() const { return rules == nullptr; }
};

// `guardrail_paths`: files, or directories whose *.yaml and *.yml are read in order of name. Empty:
// the built-in guardrails. `managed_policies_path` empty: the built-in catalogue.
LoadedRules load_rules(std::span<const std::string> guardrail_paths,
                       const std::string& managed_policies_path = {});

// The errors as one text, a line each, for a command that cannot start.
std::string errors_text(std::span<const ConfigProblem> problems);

// The files built in from config/. They live as long as the process.
std::string_view builtin_guardrails();
std::string_view builtin_managed_policies();

}  // namespace auditor
