// check-config: says everything that is wrong with settings and guardrails, and contacts nobody.
// Tested by commands_test.cpp.
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "consumer/commands/command_line.h"
#include "consumer/kafka/client_properties.h"
#include "consumer/settings/rules.h"
#include "consumer/settings/settings.h"
#include "consumer/settings/text_file.h"
#include "evaluator/text/wording.h"
#include "sinks/formats/finding_text.h"

namespace auditor {
namespace {

constexpr std::string_view check_config_examples = R"(
Examples:
  guardrail-auditor check-config config/auditor.yaml
  guardrail-auditor check-config --guardrails my-guardrails/
Exit code: 0 nothing wrong but warnings, 1 an error.)";

struct CheckOptions {
  std::string config;
  std::vector<std::string> guardrails;
};

void append(std::vector<ConfigProblem>& to, std::vector<ConfigProblem> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// The settings' own problems; what they name is left in `guardrails` and `managed_policies`.
void check_settings_file(const CheckOptions& options, std::vector<std::string>& guardrails,
                         std::string& managed_policies, std::vector<ConfigProblem>& problems) {
  const auto text = read_text_file(options.config, settings_file_bytes_max);
  if (!text) {
    problems.push_back({options.config, 0, 0, "the settings file " + text.error(), false});
    return;
  }
  CheckedSettings checked = check_settings(*text, options.config);
  const bool is_whole = checked.problems.empty();
  append(problems, std::move(checked.problems));
  for (ConfigProblem& problem : kafka_problems(checked.settings)) {
    if (!is_whole && problem.message.find("is missing") != problem.message.npos) {
      continue;  // perhaps only not readable
    }
    problems.push_back(std::move(problem));
  }
  managed_policies = checked.settings.managed_policies_path;
  if (guardrails.empty()) guardrails = checked.settings.guardrail_paths;
}

int check_config(const CheckOptions& options) {
  std::vector<ConfigProblem> problems;
  std::vector<std::string> guardrails = options.guardrails;
  std::string managed_policies;
  if (!options.config.empty()) check_settings_file(options, guardrails, managed_policies, problems);
  LoadedRules loaded = load_rules(guardrails, managed_policies);
  append(problems, std::move(loaded.problems));

  std::size_t errors = 0;
  for (ConfigProblem& problem : problems) {
    if (!problem.is_warning) ++errors;
    problem.message = (problem.is_warning ? "warning: " : "error: ") + problem.message;
    std::cout << plain_text(to_string(problem)) << '\n';
  }
  std::cout << counted(errors, "error") << ", " << counted(problems.size() - errors, "warning");
  if (loaded.rules != nullptr) {
    std::cout << "; " << counted(loaded.rules->guardrails.size(), "guardrail") << ", "
              << loaded.rules->managed_policies.size() << " AWS managed policies known";
  }
  std::cout << '\n';
  if (!std::cout.flush()) throw std::runtime_error("cannot write to stdout");
  return errors == 0 ? 0 : 1;
}

}  // namespace

void check_config_command(CommandLine& command) {
  command.about("Says all that is wrong with settings and guardrails");
  const auto options = std::make_shared<CheckOptions>();
  command.text("--config,config", options->config, "Settings file, as of `run`").type("FILE");
  command
      .texts("--guardrails", options->guardrails,
             "Guardrail files or directories; default: those of the settings, else built in")
      .type("PATH");
  command.footer(std::string(check_config_examples));
  command.run([options] { return check_config(*options); });
}

}  // namespace auditor
