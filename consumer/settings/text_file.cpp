// Tested by commands_test.cpp.
#include "consumer/settings/text_file.h"

#include <array>
#include <filesystem>
#include <fstream>

namespace auditor {

std::expected<std::string, std::string> read_text_file(const std::string& path,
                                                       std::size_t bytes_max) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return std::unexpected("is a directory, not a file");  // a stream would open it
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::unexpected("cannot be opened");
  std::string text;
  std::array<char, 1 << 16> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > bytes_max) {
      return std::unexpected("is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
  if (stream.bad()) return std::unexpected("cannot be read");
  return text;
}

}  // namespace auditor
