// message_auditor_test.cpp
