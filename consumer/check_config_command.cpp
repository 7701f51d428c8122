// check_config_command
