// Tested by commands_test.cpp.
#include "consumer/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "consumer/settings/version.h"

namespace auditor {

CommandOption& CommandOption::type(const std::string& name) {
  option_->type_name(name);
  return *this;
}

CommandOption& CommandOption::required() {
  option_->required();
  return *this;
}

CommandOption& CommandOption::one_each() {
  option_->allow_extra_args(false);
  return *this;
}

CommandOption& CommandOption::shows_default() {
  option_->capture_default_str();
  return *this;
}

CommandOption& CommandOption::excludes(const CommandOption& other) {
  option_->excludes(other.option_);
  return *this;
}

CommandOption& CommandOption::check(
    const std::function<std::string(const std::string&)>& problem_of) {
  option_->check(problem_of);
  return *this;
}

void CommandLine::about(const std::string& text) { app_.description(text); }

void CommandLine::footer(const std::string& text) { app_.footer(text); }

CommandOption CommandLine::text(const std::string& name, std::string& place,
                                const std::string& help) {
  return CommandOption(app_.add_option(name, place, help));
}

CommandOption CommandLine::texts(const std::string& name, std::vector<std::string>& places,
                                 const std::string& help) {
  return CommandOption(app_.add_option(name, places, help));
}

CommandOption CommandLine::positive_number(const std::string& name, std::size_t& place,
                                           const std::string& help) {
  return CommandOption(app_.add_option(name, place, help)->check(CLI::PositiveNumber));
}

void CommandLine::flag(const std::string& name, bool& place, const std::string& help) {
  app_.add_flag(name, place, help);
}

void CommandLine::run(std::function<int()> command) {
  app_.callback([command = std::move(command), &exit_code = exit_code_] {
    try {
      exit_code = command();
    } catch (const UsageError& error) {
      throw CLI::ValidationError(error.option, error.what());
    }
  });
}

int run_command_line(std::span<const Command> commands, int argc, char** argv) {
  CLI::App app{
      "Says what a policy change in CloudTrail means: alerts with a witness, exactly once."};
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  int exit_code = 0;
  for (const Command& command : commands) {
    CommandLine line(*app.add_subcommand(command.name), exit_code);
    command.describe(line);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace auditor
