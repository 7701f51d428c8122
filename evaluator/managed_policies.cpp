// managed_policies
