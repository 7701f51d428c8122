// transactional_sink_test.cpp
