// Tested by settings_test.cpp.
#include "consumer/settings/config_substitution.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace auditor {
namespace {

constexpr std::string_view file_prefix = "file:";

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::expected<std::string, std::string> file_text(const std::string& path) {
  std::error_code error;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, error)) {
    return std::unexpected("the file `" + path + "` cannot be read");
  }
  std::string text(secret_file_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > secret_file_bytes_max) {
    return std::unexpected("the file `" + path + "` is larger than " +
                           std::to_string(secret_file_bytes_max) + " bytes");
  }
  // Editors and `echo` end a file with a line feed that is no part of the secret.
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

bool names_file(std::string_view written) { return written.starts_with(file_prefix); }

std::expected<std::string, std::string> secret_text(std::string_view written) {
  std::string text;
  while (!written.empty()) {
    if (written.starts_with("$${")) {
      text += "${";
      written.remove_prefix(3);
    } else if (written.starts_with("${")) {
      const std::size_t end = written.find('}');
      const std::string name(written.substr(2, end == written.npos ? end : end - 2));
      if (end == written.npos || !is_variable_name(name)) {
        return std::unexpected(
            "`${` must be followed by a variable's name and `}` (`$${` for a "
            "plain `${`)");
      }
      const char* value = std::getenv(name.c_str());
      if (value == nullptr) {
        return std::unexpected("the environment variable `" + name + "` is not set");
      }
      text += value;
      written.remove_prefix(end + 1);
    } else {
      text += written[0];
      written.remove_prefix(1);
    }
  }
  if (!text.starts_with(file_prefix)) return text;
  return file_text(text.substr(file_prefix.size()));
}

}  // namespace auditor
