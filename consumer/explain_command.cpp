// explain_command
