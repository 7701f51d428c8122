// What the exit code of a command says, the same for all of them. When several are true, a scan
// says the first of: failed to start or to write (1), open (4), nothing read (3), in part (1).
#pragma once

namespace auditor::exit_code {

inline constexpr int done = 0;
inline constexpr int failed = 1;        // something could not be read or written, or not started
inline constexpr int wrong_usage = 2;   // the command line
inline constexpr int nothing_read = 3;  // there was input, or none, and no record in it
inline constexpr int is_open = 4;       // asked for by --fail-on

}  // namespace auditor::exit_code
