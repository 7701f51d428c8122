#include <gtest/gtest.h>

#include <iostream>
#include <string_view>

#include "tests/kafka/environment.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  auditor::Environment environment;
  auditor::set_environment(&environment);
  const int result = RUN_ALL_TESTS();
  if (result != 0) std::cerr << "logs kept in " << environment.keep_logs().string() << '\n';
  return result;
}
