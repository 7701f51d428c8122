// cloudtrail_parser_test.cpp
