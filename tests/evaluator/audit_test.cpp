// audit_test.cpp
