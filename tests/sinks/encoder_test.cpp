// encoder_test.cpp
