// worker_test.cpp
