// guardrail-auditor: runs one of the commands. The service's way is
// run_command -> service -> worker -> message_auditor -> evaluator/audit.
// Tested by commands_test.cpp.
#include <exception>
#include <iostream>

#include "consumer/commands/commands.h"

int main(int argc, char** argv) {
  try {
    return auditor::run_command_line(auditor::commands(), argc, argv);
  } catch (const std::exception& error) {  // could not start: one clear line
    std::cerr << "guardrail-auditor: " << error.what() << '\n';
    return 1;
  }
}
