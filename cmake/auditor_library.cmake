# auditor_library(NAME SOURCES a.cpp b.cpp ... [PUBLIC library ...] [PRIVATE library ...])
#
# The static library of one folder, NAME: its top folder, `_`, its own name. PUBLIC names what its
# headers include, PRIVATE what only its sources do. Our own libraries among them are the arrows of
# the architecture: what is not named here, or by what is named, cannot be called.
#
# A preset may build its sources as one unit: then no two of them may share a name at file scope. A
# source that must stay by itself has SKIP_UNITY_BUILD_INCLUSION.
#
# AUDITOR_WHOLE_ROOMS makes one library, and in a unity build one unit, of a whole top folder. Most
# of a compiler's time goes into the same headers and templates again, so that is the quickest way
# to build everything once, and the slowest to build one change. The arrows are not held then.
option(AUDITOR_WHOLE_ROOMS "Make one library of each top folder" OFF)

function(auditor_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "auditor_library(${name}): SOURCES, PUBLIC and PRIVATE, not `${arg_UNPARSED_ARGUMENTS}`")
  endif()
  if(NOT AUDITOR_WHOLE_ROOMS)
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
    target_compile_features(${name} PUBLIC cxx_std_23)
    target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE auditor_warnings ${arg_PRIVATE})
    return()
  endif()
  string(REGEX REPLACE "_.*" "" top ${name})
  set(room ${top}_room)
  if(NOT TARGET ${room})
    add_library(${room} STATIC)
    target_include_directories(${room} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
    target_compile_features(${room} PUBLIC cxx_std_23)
    target_link_libraries(${room} PRIVATE auditor_warnings)
    set_target_properties(${room} PROPERTIES UNITY_BUILD_BATCH_SIZE 0)  # of no bound
  endif()
  list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  target_sources(${room} PRIVATE ${arg_SOURCES})
  list(FILTER arg_PUBLIC EXCLUDE REGEX "^${top}_")
  target_link_libraries(${room} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${room})
endfunction()
