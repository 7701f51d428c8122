// A new directory for what a test leaves behind, gone with its owner.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace auditor {

class TemporaryDirectory {
 public:
  // Named after the program and `purpose`. Throws std::system_error when there is no room for it.
  explicit TemporaryDirectory(const std::string& purpose) {
    std::string name =
        (std::filesystem::temp_directory_path() / ("guardrail-auditor-" + purpose + "-XXXXXX"))
            .string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp");
    }
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace auditor
