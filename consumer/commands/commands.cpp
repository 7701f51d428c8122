// Tested by commands_test.cpp.
#include "consumer/commands/commands.h"

namespace auditor {

// One a source: each describes its command, and is called from nowhere but the table.
void run_command(CommandLine& command);
void route_command(CommandLine& command);
void seed_command(CommandLine& command);
void scan_command(CommandLine& command);
void replay_command(CommandLine& command);
void snapshot_command(CommandLine& command);
void explain_command(CommandLine& command);
void compare_command(CommandLine& command);
void demo_command(CommandLine& command);
void check_config_command(CommandLine& command);

namespace {

constexpr Command command_table[] = {
    {"run", run_command},         {"route", route_command},
    {"seed", seed_command},       {"scan", scan_command},
    {"replay", replay_command},   {"snapshot", snapshot_command},
    {"explain", explain_command}, {"compare", compare_command},
    {"demo", demo_command},       {"check-config", check_config_command},
};

}  // namespace

std::span<const Command> commands() { return command_table; }

}  // namespace auditor
