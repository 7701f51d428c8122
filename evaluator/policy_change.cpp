// policy_change
