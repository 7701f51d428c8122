// guardrail-auditor: the ordered list of what it can do. The service's way is
// run_command -> service -> worker -> message_auditor -> evaluator/audit.
// Tested by commands_test.cpp.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "consumer/commands/commands.h"
#include "consumer/settings/version.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Says what a policy change in CloudTrail means: alerts with a witness, exactly once."};
  app.set_version_flag("--version", auditor::version);
  app.require_subcommand(1);
  int exit_code = 0;

  auditor::add_run_command(app, exit_code);
  auditor::add_route_command(app, exit_code);
  auditor::add_seed_command(app, exit_code);
  auditor::add_scan_command(app, exit_code);
  auditor::add_replay_command(app, exit_code);
  auditor::add_snapshot_command(app, exit_code);
  auditor::add_explain_command(app, exit_code);
  auditor::add_compare_command(app, exit_code);
  auditor::add_demo_command(app, exit_code);
  auditor::add_check_config_command(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {  // could not start: one clear line
    std::cerr << "guardrail-auditor: " << error.what() << '\n';
    return 1;
  }
  return exit_code;
}
