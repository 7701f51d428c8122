# auditor_test(NAME PREFIX room LABEL unit [SOURCES a_test.cpp ...] [LIBRARIES library ...])
#
# A program of gtest, with gtest's main. Each test in it is a test of CTest: PREFIX.SUITE.NAME.
# Without SOURCES each folder below adds its own: target_sources(NAME PRIVATE a_test.cpp ...).
# Its sources may be one unit as a library's may: each has its names in a namespace of its own.
function(auditor_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX;LABEL" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_PREFIX OR NOT arg_LABEL)
    message(FATAL_ERROR "auditor_test(${name}): PREFIX, LABEL, SOURCES and LIBRARIES, not `${arg_UNPARSED_ARGUMENTS}`")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} auditor_warnings GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX "${arg_PREFIX}." PROPERTIES LABELS ${arg_LABEL})
endfunction()
