// The subcommands, in the order of the help.
//
// Exit codes: 0 done, 1 could not start or failed, 2 the command line was wrong.
#pragma once

#include <span>

#include "consumer/commands/command_line.h"

namespace auditor {

std::span<const Command> commands();

}  // namespace auditor
