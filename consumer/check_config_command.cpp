#include "consumer/commands.h"

namespace auditor {

void add_check_config_command(CLI::App&, int&) {}

}  // namespace auditor
