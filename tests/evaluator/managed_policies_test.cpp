// managed_policies_test.cpp
