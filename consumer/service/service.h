// The services: the auditor of `run` and `demo`, the router of `route`. The clients, the worker,
// the watchdog; from the check of the topics to the last line of the log.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "consumer/settings/rules.h"
#include "consumer/settings/settings.h"
#include "consumer/worker/worker.h"

namespace auditor {

struct ServiceEnd {
  WorkerEnd end = WorkerEnd::failed;
  WorkerCounters counters;
};

// Runs on the caller's thread until `stop_requested` or a failure; sets `stop_requested` when it
// ends. What the broker refuses is said in the log, and ends it as failed. A stop that takes too
// long ends the process, with 0 if it is the broker that does not answer. Throws std::runtime_error
// when it cannot start.
ServiceEnd run_service(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Worker::OnCounters on_counters = {});

// `settings.topics.input` to `settings.routed_topic`. Ends as run_service does.
ServiceEnd run_router(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                      std::atomic<bool>& stop_requested);

}  // namespace auditor
