#include "tests/kafka/faults/fleet.h"

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds restart_pause{200};
constexpr milliseconds stop_time_max{10'000};
constexpr std::size_t errors_max = 200;

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

Fleet::Fleet(std::filesystem::path executable, std::filesystem::path directory,
             RunSettings settings)
    : executable_(std::move(executable)),
      directory_(std::move(directory)),
      settings_(std::move(settings)) {}

void Fleet::start(Auditor& auditor) const {
  RunSettings settings = settings_;
  settings.worker = auditor.worker;
  settings.is_static_member = auditor.is_static_member;
  const std::filesystem::path config = directory_ / (auditor.worker + ".yaml");
  std::ofstream(config) << settings.yaml();
  auditor.process = std::make_unique<ChildProcess>(
      std::vector<std::string>{executable_, "run", "--config", config},
      directory_ / (auditor.worker + ".log"));
}

void Fleet::join(bool is_static_member) {
  if (auditors_.size() >= auditors_max) return;
  workers_.push_back(settings_.group + "-" + std::to_string(workers_.size()));
  Auditor& auditor = auditors_.emplace_back();
  auditor.worker = workers_.back();
  auditor.is_static_member = is_static_member;
  start(auditor);
}

void Fleet::leave() {
  if (auditors_.size() <= 1) return;
  stop(auditors_.back());
  auditors_.pop_back();
}

std::vector<Fleet::Auditor*> Fleet::picked(std::size_t which) {
  std::vector<Auditor*> list;
  for (std::size_t i = 0; i < auditors_.size(); ++i) {
    const bool is_picked = which == all || which % auditors_.size() == i;
    if (is_picked && auditors_[i].process != nullptr) list.push_back(&auditors_[i]);
  }
  return list;
}

void Fleet::kill(std::size_t which) {
  const std::vector<Auditor*> victims = picked(which);
  for (Auditor* auditor : victims) auditor->process->send_signal(SIGKILL);
  for (Auditor* auditor : victims) {
    auditor->process->kill();
    start(*auditor);
  }
  kills_ += victims.size();
}

void Fleet::freeze(std::size_t which) {
  for (Auditor* auditor : picked(which)) {
    auditor->process->send_signal(SIGSTOP);
    ++freezes_;
  }
}

void Fleet::thaw(std::size_t which) {
  for (Auditor* auditor : picked(which)) auditor->process->send_signal(SIGCONT);
}

void Fleet::supervise() {
  const auto now = std::chrono::steady_clock::now();
  for (Auditor& auditor : auditors_) {
    if (auditor.process == nullptr) {
      if (now >= auditor.starts_at) start(auditor);
      continue;
    }
    if (auditor.process->running()) continue;
    if (++errors_ > errors_max) {
      throw std::runtime_error("auditors end with an error again and again:\n" + logs());
    }
    auditor.process.reset();
    auditor.starts_at = now + restart_pause;
  }
}

void Fleet::stop(Auditor& auditor) {
  if (auditor.process == nullptr) return;
  auditor.process->send_signal(SIGTERM);
  const std::optional<int> code = auditor.process->wait(stop_time_max);
  if (!code) throw std::runtime_error("an auditor does not stop:\n" + auditor.process->output());
  if (*code != 0) ++errors_;
}

void Fleet::stop_all() {
  for (Auditor& auditor : auditors_) {
    if (auditor.process != nullptr) auditor.process->send_signal(SIGTERM);
  }
  for (Auditor& auditor : auditors_) stop(auditor);
  auditors_.clear();
}

std::size_t Fleet::count_in_logs(const std::string& text) const {
  std::size_t count = 0;
  for (const std::string& worker : workers_) {
    const std::string log = content(directory_ / (worker + ".log"));
    for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
  }
  return count;
}

std::string Fleet::logs() const {
  std::string text;
  for (const std::string& worker : workers_) {
    text += "---- " + worker + "\n" + content(directory_ / (worker + ".log"));
  }
  return text;
}

}  // namespace auditor
