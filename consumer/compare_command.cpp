// compare_command
