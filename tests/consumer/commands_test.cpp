// commands_test.cpp
