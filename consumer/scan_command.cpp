// scan_command
