# cmake -DINPUT=file -DOUTPUT=file.cpp -DNAME=name -P embed.cmake: a file's bytes as a string_view.
#
# As an array of numbers, since the standard bounds the length of a string literal.
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUTPUT}" "// Made by cmake/embed.cmake; the source is ${NAME}'s file in config/.
#include \"consumer/settings/embedded_files.h\"

namespace {
const unsigned char ${NAME}_bytes[] = {
${bytes}};
}  // namespace

namespace auditor::embedded {
const std::string_view ${NAME}(reinterpret_cast<const char*>(${NAME}_bytes),
                              sizeof ${NAME}_bytes);
}  // namespace auditor::embedded
")
