// watchdog
