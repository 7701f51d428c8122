// A command as its source describes it: options, help, examples and what to do. CLI11 stands
// behind it and is read in command_line.cpp only, where it costs as much as all commands together.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace auditor {

// Options that do not go together: exit code 2. Thrown by what run() was given.
struct UsageError : std::runtime_error {
  UsageError(std::string of_option, const std::string& problem)
      : std::runtime_error(problem), option(std::move(of_option)) {}
  std::string option;
};

class CommandOption {
 public:
  explicit CommandOption(CLI::Option* option) : option_(option) {}

  CommandOption& type(const std::string& name);  // "FILE", as the help shows it
  CommandOption& required();
  CommandOption& one_each();  // may be repeated, but takes one value each time
  CommandOption& shows_default();
  CommandOption& excludes(const CommandOption& other);
  // Says what is wrong with a value, or nothing.
  CommandOption& check(const std::function<std::string(const std::string&)>& problem_of);

 private:
  CLI::Option* option_;
};

// The places that options are read into must live as long as what run() was given.
class CommandLine {
 public:
  CommandLine(CLI::App& app, int& exit_code) : app_(app), exit_code_(exit_code) {}

  // What it does, in the list of commands.
  void about(const std::string& text);
  // Below the options: examples.
  void footer(const std::string& text);

  CommandOption text(const std::string& name, std::string& place, const std::string& help);
  CommandOption texts(const std::string& name, std::vector<std::string>& places,
                      const std::string& help);
  // From 1 to `max`.
  CommandOption positive_number(const std::string& name, std::size_t& place,
                                const std::string& help, std::size_t max);
  // One of `values`.
  CommandOption choice(const std::string& name, std::string& place, std::vector<std::string> values,
                       const std::string& help);
  void flag(const std::string& name, bool& place, const std::string& help);

  // `command` returns the exit code.
  void run(std::function<int()> command);

 private:
  CLI::App& app_;
  int& exit_code_;
};

struct Command {
  const char* name;
  void (*describe)(CommandLine& command);
};

// Runs the command that the arguments name, and returns its exit code; 2 when they are wrong: then
// the nearest command or option is named. `help`, `help COMMAND` and `version` are understood.
// Throws what the command throws.
int run_command_line(std::span<const Command> commands, int argc, char** argv);

}  // namespace auditor
