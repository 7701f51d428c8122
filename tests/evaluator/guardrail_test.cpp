// guardrail_test.cpp
