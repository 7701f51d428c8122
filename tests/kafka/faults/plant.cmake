# cmake -DSOURCES=root -DMISTAKE=mistakes/NAME.cmake -DOUTPUT=copy.cpp -P plant.cmake: a copy of one
# product source with one mistake in it.
#
# MISTAKE sets `file`, and `right` and `wrong`: the text that is replaced, which must be there
# exactly once. When the product has changed so that it is not, the build ends here: a mistake that
# is no longer planted would prove nothing.
include("${MISTAKE}")
file(READ "${SOURCES}/${file}" text)
string(FIND "${text}" "${right}" first)
string(FIND "${text}" "${right}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${MISTAKE}: its `right` text must be in ${file} exactly once; adapt it to what ${file} is now")
endif()
string(REPLACE "${right}" "${wrong}" text "${text}")
file(WRITE "${OUTPUT}" "${text}")
