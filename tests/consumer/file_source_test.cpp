// file_source_test.cpp
