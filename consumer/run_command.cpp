// run_command
