// The subcommands, in the order of the help. Their exit codes: exit_code.h.
#pragma once

#include <span>

#include "consumer/commands/command_line.h"

namespace auditor {

std::span<const Command> commands();

}  // namespace auditor
