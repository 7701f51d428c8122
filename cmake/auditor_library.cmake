# auditor_library(NAME SOURCES a.cpp ... [PUBLIC library ...] [PRIVATE library ...])
#
# The static library of one folder. PUBLIC names what its headers include, PRIVATE what only its
# sources do. Our own libraries among them are the arrows of the architecture: what is not named
# here, or by what is named, cannot be called.
#
# A preset may build its sources as one unit: then no two of them may share a
# name at file scope. A source that must stay by itself has SKIP_UNITY_BUILD_INCLUSION.
function(auditor_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "auditor_library(${name}): SOURCES, PUBLIC and PRIVATE, not `${arg_UNPARSED_ARGUMENTS}`")
  endif()
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_features(${name} PUBLIC cxx_std_23)
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE auditor_warnings ${arg_PRIVATE})
endfunction()
