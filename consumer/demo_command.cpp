#include "consumer/commands.h"

namespace auditor {

void add_demo_command(CLI::App&, int&) {}

}  // namespace auditor
