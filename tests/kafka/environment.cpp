#include "tests/kafka/environment.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace auditor {
namespace {

namespace fs = std::filesystem;

Environment* the_environment = nullptr;

fs::path make_directory() {
  std::string name = (fs::temp_directory_path() / "guardrail-auditor-broker-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  return name;
}

}  // namespace

Environment::Environment() : directory_(make_directory()) {
  try {
    broker_ = std::make_unique<Broker>(KAFKA_JARS, directory_ / "broker");
    client_ = std::make_unique<Client>(broker_->bootstrap_servers());
  } catch (...) {
    fs::remove_all(directory_);
    throw;
  }
}

Environment::~Environment() {
  client_.reset();
  broker_.reset();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

fs::path Environment::keep_logs() const {
  const fs::path kept = KEPT_LOGS;
  fs::remove_all(kept);
  fs::create_directories(kept);
  for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
    const fs::path& path = entry.path();
    const bool is_ours = path.parent_path() == directory_ || path == broker_->log();
    if (entry.is_regular_file() && is_ours) fs::copy(path, kept / path.filename());
  }
  return kept;
}

std::string Environment::unique(const std::string& base) {
  return base + "-" + std::to_string(++names_);
}

Environment& environment() { return *the_environment; }
void set_environment(Environment* environment) { the_environment = environment; }

}  // namespace auditor
