// finding_test.cpp
