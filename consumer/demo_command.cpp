// demo_command
