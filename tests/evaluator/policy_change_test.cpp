// policy_change_test.cpp
