// decision
