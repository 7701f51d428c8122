#include "tests/kafka/environment.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

Environment* the_environment = nullptr;

}  // namespace

Environment::Environment()
    : broker_(std::make_unique<Broker>(KAFKA_JARS, directory() / "broker")),
      client_(std::make_unique<Client>(broker_->bootstrap_servers())) {}

fs::path Environment::keep_logs() const {
  const fs::path kept = KEPT_LOGS;
  fs::remove_all(kept);
  fs::create_directories(kept);
  for (const auto& entry : fs::recursive_directory_iterator(directory())) {
    const fs::path& path = entry.path();
    const bool is_ours = path.parent_path() == directory() || path == broker_->log();
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
