// settings_test.cpp
