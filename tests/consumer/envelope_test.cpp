// envelope_test.cpp
