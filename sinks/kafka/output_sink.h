// Where a batch goes: one transaction of records and offsets. Pure interface, so that the worker's
// state machine can be tested with a sink that fails at the n-th call.
//
// Order of calls: start, then per batch begin, write..., send_offsets, commit. After must_abort:
// abort, and the batch is as if it had never been written.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "sinks/records/output_record.h"
#include "sinks/records/partition_offset.h"

namespace auditor {

struct ConsumerGroup;  // kafka_handles.h

enum class SinkOutcome {
  done,
  retry,           // nothing happened: the same call again, with the same arguments
  too_large,       // write: only this record was refused, the transaction is good
  must_abort,      // outage, rebalance, fencing by the group, or a record the broker refused
  record_refused,  // abort: done, and a record was at fault: writing it again would fail again
  fatal,           // only a restart knows the truth
};

const char* to_string(SinkOutcome outcome);

class OutputSink {
 public:
  virtual ~OutputSink() = default;

  // Once, before all others: fences the predecessor with the same id and aborts what it left open.
  virtual SinkOutcome start(std::chrono::milliseconds timeout) = 0;

  virtual SinkOutcome begin() = 0;
  virtual SinkOutcome write(const OutputRecord& record) = 0;
  virtual SinkOutcome send_offsets(std::span<const PartitionOffset> next,
                                   const ConsumerGroup& group) = 0;
  virtual SinkOutcome commit() = 0;
  virtual SinkOutcome abort() = 0;

  // Why the last call was not done, for the log.
  virtual std::string last_error() const = 0;

  // What the broker refuses, as a line for people. `stands`: at the moment, so a call that was not
  // done for it is worth another try; `is_final`: for so long that it is not.
  struct Refused {
    std::string stands, is_final;
  };
  virtual Refused refused() { return {}; }
};

}  // namespace auditor
