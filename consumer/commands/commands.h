// The subcommands. Each function adds its command, options, help and examples to `app`; when the
// command is chosen, its callback runs it and stores the exit code.
//
// Exit codes: 0 done, 1 could not start or failed, 2 the command line was wrong.
#pragma once

namespace CLI {
class App;
}

namespace auditor {

void add_run_command(CLI::App& app, int& exit_code);
void add_route_command(CLI::App& app, int& exit_code);
void add_seed_command(CLI::App& app, int& exit_code);
void add_scan_command(CLI::App& app, int& exit_code);
void add_replay_command(CLI::App& app, int& exit_code);
void add_snapshot_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);
void add_compare_command(CLI::App& app, int& exit_code);
void add_demo_command(CLI::App& app, int& exit_code);
void add_check_config_command(CLI::App& app, int& exit_code);

}  // namespace auditor
