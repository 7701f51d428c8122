// language_test.cpp
