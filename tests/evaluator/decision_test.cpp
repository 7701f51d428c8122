// decision_test.cpp
