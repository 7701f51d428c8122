# Which headers must be compiled by themselves: those without a source beside them. The others are
# proven by their source, whose first include they are (tests/tidy: own_header_first).
#   cmake -DROOT=... -P list_headers.cmake     prints them, one a line

cmake_minimum_required(VERSION 3.25)  # for the script

# list_headers(ROOT RESULT): RESULT holds their paths from ROOT. A glob that misses what is there
# must not pass for "none is broken", so each folder's headers are counted a second time by find.
function(list_headers ROOT RESULT)
  set(LOOKS_AGAIN)
  if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(LOOKS_AGAIN CONFIGURE_DEPENDS)
  endif()
  set(ALONE)
  foreach(FOLDER consumer evaluator sinks)
    file(GLOB_RECURSE HEADERS ${LOOKS_AGAIN} RELATIVE ${ROOT} ${ROOT}/${FOLDER}/*.h)
    file(GLOB_RECURSE SOURCES ${LOOKS_AGAIN} RELATIVE ${ROOT} ${ROOT}/${FOLDER}/*.cpp)
    list(LENGTH HEADERS COUNT)
    execute_process(COMMAND find ${ROOT}/${FOLDER} -name *.h -type f OUTPUT_VARIABLE FOUND)
    string(REGEX MATCHALL "\n" FOUND "${FOUND}")
    list(LENGTH FOUND THERE)
    if(COUNT EQUAL 0 OR NOT COUNT EQUAL THERE)
      message(FATAL_ERROR "${COUNT} headers listed in ${FOLDER}/, find says ${THERE}")
    endif()
    foreach(HEADER IN LISTS HEADERS)
      string(REGEX REPLACE "h$" "cpp" SOURCE ${HEADER})
      if(NOT SOURCE IN_LIST SOURCES)
        list(APPEND ALONE ${HEADER})
      endif()
    endforeach()
  endforeach()
  set(${RESULT} ${ALONE} PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  list_headers(${ROOT} ALONE)
  string(REPLACE ";" "\n" ALONE "${ALONE}")
  execute_process(COMMAND ${CMAKE_COMMAND} -E echo "${ALONE}")
endif()
