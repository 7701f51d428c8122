// The service's loop, one thread: poll, hand over, and publish the outputs with the offsets as one
// transaction. The first file to read after main.cpp and run_command.cpp.
//
// States: starting; collecting, the only one that polls, with no transaction open; writing;
// committing; aborting; rewinding; stopping; failed. Promises: what a commit covers is published
// exactly once; what an abort covers is read again.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "consumer/settings/settings.h"
#include "consumer/worker/batch.h"
#include "consumer/worker/clock.h"
#include "consumer/worker/message_handler.h"
#include "consumer/worker/message_source.h"
#include "consumer/worker/watchdog.h"
#include "sinks/kafka/output_sink.h"

namespace auditor {

// What has been committed; what was dropped and read again counts once.
struct WorkerCounters {
  Counters audited;
  std::uint64_t records = 0;       // published, to whatever topic
  std::uint64_t transactions = 0;  // committed
  std::uint64_t aborts = 0;
  std::uint64_t rebalances = 0;
  std::uint64_t replaced = 0;  // outputs too large to publish: a quarantine record stands for each
};

enum class WorkerEnd { stopped, failed };

class Worker : private SourceListener {
 public:
  // Told of the counters after each commit and while there is nothing to read, on the worker's
  // thread.
  using OnCounters = std::function<void(const WorkerCounters&)>;

  // All references must outlive the worker.
  Worker(const Settings& settings, MessageSource& source, OutputSink& sink, MessageHandler& handler,
         Clock& clock, Progress& progress, const std::atomic<bool>& stop_requested,
         OnCounters on_counters = {});

  // Until a stop is requested, or it fails. The source is closed unless it failed.
  WorkerEnd run();

  const WorkerCounters& counters() const { return counters_; }

 private:
  enum class Published { committed, aborted, record_refused, failed };
  struct QuarantineReason {
    std::string text;
    bool keeps_bytes = true;
  };
  using Coordinate = std::tuple<std::string, std::int32_t, std::int64_t>;

  // starting
  bool start();

  // collecting
  bool collect();
  bool on_message(const RawMessage& message) noexcept override;
  void on_assigned(std::span<const PartitionOffset> partitions) noexcept override;
  void on_revoked() noexcept override;
  void hand_over(const RawMessage& message);
  void add_outputs(const RawMessage& message);
  const QuarantineReason* reason_to_quarantine(const RawMessage& message) const;
  bool batch_is_due();
  bool outputs_are_due() const;
  bool offsets_are_due();

  // writing, committing, aborting
  Published publish();
  SinkOutcome write_outputs();
  SinkOutcome write_short_record(const BatchOutput& refused);
  SinkOutcome repeated(const std::function<SinkOutcome()>& call);
  Published abort(SinkOutcome reason);
  void count_committed_batch();
  void widen_again();

  // rewinding
  bool recover(Published published);
  bool narrow_down_refused_record();
  bool back_off();

  // stopping
  WorkerEnd stop();

  void forget_batch();
  static bool failed(const std::string& reason);

  const Settings& settings_;
  MessageSource& source_;
  OutputSink& sink_;
  MessageHandler& handler_;
  Clock& clock_;
  Progress& progress_;
  const std::atomic<bool>& stop_requested_;
  OnCounters on_counters_;

  WorkerCounters counters_;
  Batch batch_;
  std::vector<OutputRecord> outputs_;  // of one message; kept for its room
  bool is_caught_up_ = false;
  bool offsets_ran_backwards_ = false;
  bool has_no_memory_ = false;  // the handler could not take the partitions over
  std::uint32_t messages_since_look_ = 0;
  Clock::TimePoint first_output_at_;
  Clock::TimePoint last_commit_at_;
  std::size_t aborts_in_a_row_ = 0;
  std::size_t sources_max_;  // smaller while a record that the broker refuses is looked for
  std::size_t commits_while_narrow_ = 0;
  std::map<Coordinate, QuarantineReason> to_quarantine_;  // unread
};

}  // namespace auditor
