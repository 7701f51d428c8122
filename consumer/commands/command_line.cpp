// Tested by commands_test.cpp.
#include "consumer/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <string_view>
#include <utility>

#include "consumer/commands/exit_code.h"
#include "consumer/settings/version.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

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
                                           const std::string& help, std::size_t max) {
  const auto problem_of = [max](const std::string& text) {
    std::size_t number = 0;
    const char* end = text.data() + text.size();
    const auto [behind, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && behind == end && number >= 1 && number <= max) return std::string();
    return in_backticks(text) + " is not a number from 1 to " + std::to_string(max);
  };
  return CommandOption(app_.add_option(name, place, help)->check(problem_of));
}

CommandOption CommandLine::choice(const std::string& name, std::string& place,
                                  std::vector<std::string> values, const std::string& help) {
  const auto problem_of = [values = std::move(values)](const std::string& text) {
    if (std::ranges::find(values, text) != values.end()) return std::string();
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : ", ") + value;
    const std::vector<std::string_view> candidates(values.begin(), values.end());
    return in_backticks(text) + " is none of " + list + did_you_mean(nearest(text, candidates));
  };
  return CommandOption(app_.add_option(name, place, help)->check(problem_of));
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

namespace {

constexpr const char* program_name = "guardrail-auditor";

constexpr const char* program_footer =
    R"(guardrail-auditor help COMMAND tells the options of a command, with examples.

Exit codes of all commands: 0 done, 1 could not start, or something could not be read or written, 2
wrong usage, 3 nothing could be read (scan, explain, compare), 4 findings are open at the end (scan
--fail-on open))";

// `help` and `version` as commands, which is how many write them.
std::vector<std::string> as_options(std::vector<std::string> arguments) {
  if (arguments.empty()) return arguments;
  if (arguments.front() == "version") arguments.front() = "--version";
  if (arguments.front() != "help") return arguments;
  arguments.front() = "--help";
  const bool names_command =
      arguments.size() > 1 && arguments[1] != "help" && arguments[1] != "version";
  if (names_command) std::swap(arguments[0], arguments[1]);
  return arguments;
}

// Empty, or which command there is not.
std::string unknown_command(std::span<const Command> commands, const std::string& argument) {
  if (argument.starts_with('-')) return {};
  std::vector<std::string_view> names{"help", "version"};
  for (const Command& command : commands) names.emplace_back(command.name);
  if (std::ranges::find(names, argument) != names.end()) return {};
  return "there is no command " + in_backticks(argument) + did_you_mean(nearest(argument, names));
}

// Empty, or which option the command does not have. `argument` may hold a value behind `=`.
std::string unknown_option(const CLI::App& command, std::string_view argument) {
  if (!argument.starts_with('-')) return {};
  const std::string_view option = argument.substr(0, argument.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* known : command.get_options()) {
    for (const std::string& name : known->get_lnames()) names.push_back("--" + name);
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return "there is no option " + in_backticks(option) + did_you_mean(nearest(option, candidates));
}

// What CLI11 says of what it does not expect is only that it does not.
std::string unexpected(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  for (const std::string& argument : app.remaining(true)) {
    const std::string problem = unknown_option(command, argument);
    if (!problem.empty()) return problem;
  }
  return {};
}

int refuse(const CLI::App& app, const std::string& problem) {
  const auto chosen = app.get_subcommands();
  std::cerr << problem << "\nRun `" << program_name << ' '
            << (chosen.empty() ? "" : chosen.front()->get_name() + " ")
            << "--help` for more information.\n";
  return exit_code::wrong_usage;
}

}  // namespace

int run_command_line(std::span<const Command> commands, int argc, char** argv) {
  // Named here, or the usage would show the path that it was started by.
  CLI::App app{
      "Says what a policy change in CloudTrail means: alerts with a witness, exactly once.",
      program_name};
  app.set_version_flag("--version", std::string(program_name) + " " + version);
  app.require_subcommand(1);
  app.footer(program_footer);
  int code = exit_code::done;
  for (const Command& command : commands) {
    CommandLine line(*app.add_subcommand(command.name), code);
    command.describe(line);
  }
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  if (arguments.empty()) {
    std::cerr << app.help();
    return exit_code::wrong_usage;
  }
  arguments = as_options(std::move(arguments));
  const std::string problem = unknown_command(commands, arguments.front());
  if (!problem.empty()) return refuse(app, problem);
  std::ranges::reverse(arguments);  // as CLI11 takes them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    // Without what was misspelt something else may be missing: the first is what helps.
    const std::string option = unexpected(app);
    return refuse(app, option.empty() ? error.what() : option);
  }
  return code;
}

}  // namespace auditor
