// condition_test.cpp
