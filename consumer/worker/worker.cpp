// Each batch either happened, or it is made as if it had never been read. Three things have to
// agree about it whenever the loop is back in `collecting`: what is published, where this member
// reads on, and what the handler remembers.
//
// What the broker promises. Outputs and offsets are one transaction: a reader with read_committed
// sees all of it or nothing (KIP-98). The offsets go with the group's member and generation of the
// assignment under which the messages were read: once the partitions are another's, the broker
// refuses them, and the outputs with them (KIP-447). So at most one worker's batch over an offset
// is ever committed, whoever believes to own the partition.
//
// Why nothing is lost or doubled. After an abort that succeeded, nothing of the batch was
// committed. What came before it was, and from there on every message went into this one
// (`Batch::cover`), also those that led to nothing. So the committed offset of each partition is
// the batch's first, as far as a reader can tell: between the two is nothing that it is shown.
// recover() goes back there from memory and needs no answer from the broker; the handler takes back
// what the batch taught it; then the same messages meet the same memory and lead to the same
// outputs. A partition that has gone to another meanwhile is passed over: its new owner reads from
// the same offset. Where a partition of ours cannot be moved back, going on would lose its
// messages: the process ends, and a restart reads on from what is committed.
//
// No rebalance meets a transaction: the callbacks run inside poll() and close(), and neither is
// called while one is open. What is revoked was not begun to be written, so the batch is dropped.
//
// Example. Committed of partition 0 is 40. A batch covers 40 to 57; the messages 44 and 52 open a
// finding each. It writes both, sends the offset 58, and the coordinator answers that the
// transaction has to be aborted. Then nobody has seen the two, and 40 is still what is committed.
// The handler forgets both findings, reading goes back to 40, and 44 opens its finding as if for
// the first time.
//
// Counter-examples, each planted in an auditor of its own in tests/kafka/faults/mistakes/:
// - reading on at 58 without going back: the next commit covers the two, which nobody has told;
// - going back without handler_.rollback(): read again, 44 is an event that was seen, and is told
//   as little;
// - offsets after the outputs, in a transaction of their own: a crash in between tells both twice.
//
// What must not be guessed: a commit whose answer says neither done nor abort may have happened.
// Going back would double it, going on could lose it. Only the broker knows, so the process ends. A
// restart with the same transactional.id ends what is open (OutputSink::start), and with
// read_committed it is told no offset on which a transaction is pending (KIP-447).
//
// Two cases are not ended by going back. What an assignment led to has no offsets and no message
// that could be read again: the records stay and are tried again. And where the broker refuses one
// record for what it is, going back for ever would not help: the batch is halved until the message
// is found that leads to it, and that one is quarantined unread. An outage looks otherwise
// (SinkOutcome), and ends the process after some tries without any message in quarantine.
//
// Tested by worker_test.cpp: every row of the state machine, and a sink that fails at each call.
#include "consumer/worker/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "consumer/worker/quarantine.h"

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds poll_wait{100};     // so long, at most, until a stop is seen
constexpr milliseconds start_step{1'000};  // of waiting for the transaction coordinator
constexpr milliseconds say_again_after{5'000};
constexpr milliseconds retry_pause{20};
constexpr std::size_t call_retries_max = 100;
constexpr milliseconds back_off_first{100};
constexpr milliseconds back_off_max{10'000};
constexpr std::size_t aborts_in_a_row_max = 10;  // about half a minute of back-off
constexpr std::uint32_t messages_per_look = 16;  // at clock and watchdog, while there is no output
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

}  // namespace

Worker::Worker(const Settings& settings, MessageSource& source, OutputSink& sink,
               MessageHandler& handler, Clock& clock, Progress& progress,
               const std::atomic<bool>& stop_requested, OnCounters on_counters)
    : settings_(settings),
      source_(source),
      sink_(sink),
      handler_(handler),
      clock_(clock),
      progress_(progress),
      stop_requested_(stop_requested),
      on_counters_(std::move(on_counters)),
      first_output_at_(clock.now()),
      last_commit_at_(clock.now()),
      sources_max_(no_limit) {
  for (const auto& [topic, partition, offset] : settings.skip) {
    to_quarantine_[{topic, partition, offset}] = {"skipped: the settings name this message", true};
  }
}

WorkerEnd Worker::run() {
  if (!start()) return WorkerEnd::failed;
  while (!stop_requested_) {
    if (!batch_.is_of_assignment() && !collect()) return WorkerEnd::failed;
    if (!batch_is_due()) continue;
    const Published published = publish();
    if (published != Published::committed && !recover(published)) return WorkerEnd::failed;
  }
  return stop();
}

// ---- starting

bool Worker::start() {
  auto said_at = clock_.now();
  while (!stop_requested_) {
    progress_.report();
    const SinkOutcome outcome = sink_.start(start_step);
    if (outcome == SinkOutcome::done) break;
    if (outcome != SinkOutcome::retry)
      return failed("cannot start transactions: " + sink_.last_error());
    if (const auto refused = sink_.refused(); !refused.is_final.empty()) {
      return failed(refused.is_final);
    }
    if (clock_.now() - said_at < say_again_after) continue;
    spdlog::warn("no transaction coordinator answers ({}); trying again", sink_.last_error());
    said_at = clock_.now();
  }
  if (stop_requested_) return true;
  source_.subscribe(*this);
  last_commit_at_ = clock_.now();
  return true;
}

// ---- collecting: no transaction is open

bool Worker::collect() {
  // With outputs in hand only what is here already may join them: an alert does not wait.
  const milliseconds wait = batch_.outputs().empty() ? poll_wait : milliseconds(0);
  is_caught_up_ = false;
  const PollOutcome outcome = source_.poll(wait);
  if (offsets_ran_backwards_) return failed("offsets run backwards");
  if (has_no_memory_ && !stop_requested_) return failed("what is remembered cannot be read back");
  if (outcome == PollOutcome::fatal) return failed("the consumer cannot go on");
  is_caught_up_ = outcome == PollOutcome::caught_up;
  if (!is_caught_up_) return true;
  progress_.report();
  if (on_counters_) on_counters_(counters_);
  return true;
}

bool Worker::on_message(const RawMessage& message) noexcept {
  if (has_no_memory_) return false;
  if (!batch_.cover(message)) {
    spdlog::critical("offset {} of `{}` partition {} comes after a later one", message.offset,
                     message.topic, message.partition);
    offsets_ran_backwards_ = true;
    return false;
  }
  hand_over(message);
  add_outputs(message);
  return !batch_is_due() && !stop_requested_;
}

void Worker::hand_over(const RawMessage& message) {
  const QuarantineReason* reason = reason_to_quarantine(message);
  if (reason == nullptr) return handler_.handle(message, outputs_, batch_.counters);
  outputs_.push_back(
      quarantine_unread(message, reason->text, reason->keeps_bytes, settings_, batch_.counters));
}

const Worker::QuarantineReason* Worker::reason_to_quarantine(const RawMessage& message) const {
  if (to_quarantine_.empty()) return nullptr;
  const auto found =
      to_quarantine_.find({std::string(message.topic), message.partition, message.offset});
  return found == to_quarantine_.end() ? nullptr : &found->second;
}

void Worker::add_outputs(const RawMessage& message) {
  if (outputs_.empty()) return;
  if (batch_.outputs().empty()) first_output_at_ = clock_.now();
  for (OutputRecord& output : outputs_) batch_.add(std::move(output), message);
  outputs_.clear();
}

bool Worker::batch_is_due() {
  if (batch_.is_of_assignment()) return true;
  if (!batch_.outputs().empty()) return outputs_are_due();
  return !batch_.is_empty() && offsets_are_due();
}

bool Worker::outputs_are_due() const {
  return is_caught_up_ || batch_.outputs().size() >= settings_.batch.outputs_max ||
         batch_.bytes() >= settings_.batch.bytes_max || batch_.sources() >= sources_max_ ||
         clock_.now() - first_output_at_ >= settings_.batch.age;
}

bool Worker::offsets_are_due() {
  // WHY: under backlog this runs for every message, and the clock is not free.
  if (!is_caught_up_ && ++messages_since_look_ < messages_per_look) return false;
  progress_.report();
  if (clock_.now() - last_commit_at_ >= settings_.batch.offsets_interval) return true;
  messages_since_look_ = 0;  // not when due: it stays due until the commit
  return false;
}

// INVARIANT: on_revoked came before, so the batch is empty, and no message comes until poll() has
// returned. What the handler says at once is a batch of its own: it has no offsets to go back to.
void Worker::on_assigned(std::span<const PartitionOffset> partitions) noexcept {
  ++counters_.rebalances;
  spdlog::info("{} partitions of `{}` are this worker's", partitions.size(),
               settings_.topics.input);
  std::vector<std::int32_t> numbers;
  for (const PartitionOffset& partition : partitions) numbers.push_back(partition.partition);
  const BrokerWait waiting(progress_);
  has_no_memory_ = !handler_.on_assigned(numbers, outputs_);
  for (OutputRecord& output : outputs_) batch_.add_of_assignment(std::move(output));
  outputs_.clear();
}

void Worker::on_revoked() noexcept {
  spdlog::info("all partitions revoked");
  handler_.on_revoked();
  forget_batch();  // another member reads it again
}

// ---- writing, committing

Worker::Published Worker::publish() {
  if (sink_.begin() != SinkOutcome::done) {  // there is nothing to abort yet
    failed("a transaction cannot begin: " + sink_.last_error());
    return Published::failed;
  }
  const BrokerWait waiting(progress_);
  SinkOutcome outcome = write_outputs();
  const std::vector<PartitionOffset> next = batch_.next();
  if (outcome == SinkOutcome::done && !next.empty()) {
    outcome = repeated([&] { return sink_.send_offsets(next, source_.group()); });
    if (outcome == SinkOutcome::retry) outcome = SinkOutcome::must_abort;
  }
  if (outcome == SinkOutcome::done) outcome = repeated([this] { return sink_.commit(); });
  if (outcome != SinkOutcome::done) return abort(outcome);
  count_committed_batch();
  return Published::committed;
}

SinkOutcome Worker::write_outputs() {
  for (const BatchOutput& output : batch_.outputs()) {
    SinkOutcome outcome = repeated([&] { return sink_.write(output.record); });
    if (outcome == SinkOutcome::too_large) outcome = write_short_record(output);
    if (outcome != SinkOutcome::done)
      return SinkOutcome::fatal == outcome ? outcome : SinkOutcome::must_abort;
  }
  return SinkOutcome::done;
}

// The transaction is still good: say in quarantine what could not be said where it belongs.
SinkOutcome Worker::write_short_record(const BatchOutput& refused) {
  spdlog::error("a record of {} bytes for `{}` is larger than `message.max.bytes`: quarantined",
                refused.record.bytes(), refused.record.topic);
  ++counters_.replaced;
  const OutputRecord record =
      quarantine_replacement(refused.record, refused.source, refused.timestamp_ms, settings_);
  return repeated([&] { return sink_.write(record); });
}

// The watchdog bounds a call that does not come back; this bounds one that always says `retry`.
SinkOutcome Worker::repeated(const std::function<SinkOutcome()>& call) {
  SinkOutcome outcome = call();
  for (std::size_t retry = 0; outcome == SinkOutcome::retry && retry < call_retries_max; ++retry) {
    clock_.sleep(retry_pause);
    outcome = call();
  }
  return outcome;
}

void Worker::count_committed_batch() {
  handler_.commit();
  counters_.audited += batch_.counters;
  counters_.records += batch_.outputs().size();
  ++counters_.transactions;
  aborts_in_a_row_ = 0;
  widen_again();
  for (const auto& [topic, partition, offset] : batch_.next()) {
    std::erase_if(to_quarantine_, [&](const auto& entry) {
      const auto& [its_topic, its_partition, its_offset] = entry.first;
      return its_topic == topic && its_partition == partition && its_offset < offset;
    });
  }
  forget_batch();
  last_commit_at_ = clock_.now();
  progress_.report();
  if (on_counters_) on_counters_(counters_);
}

// A half that is good leaves the culprit to the next one; two that are good have left it behind.
void Worker::widen_again() {
  if (sources_max_ == no_limit || ++commits_while_narrow_ < 2) return;
  commits_while_narrow_ = 0;
  sources_max_ = sources_max_ > settings_.batch.outputs_max ? no_limit : sources_max_ * 2;
}

// ---- aborting

Worker::Published Worker::abort(SinkOutcome reason) {
  const std::string why = sink_.last_error();
  if (reason != SinkOutcome::must_abort) {
    failed("a transaction ended as " + std::string(to_string(reason)) + ": " + why);
    return Published::failed;
  }
  const SinkOutcome outcome = repeated([this] { return sink_.abort(); });
  if (outcome != SinkOutcome::done && outcome != SinkOutcome::record_refused) {
    failed("a transaction could not be aborted: " + sink_.last_error());
    return Published::failed;
  }
  ++counters_.aborts;
  spdlog::warn("transaction aborted ({}); its messages are read again", why);
  return outcome == SinkOutcome::done ? Published::aborted : Published::record_refused;
}

// ---- rewinding, as the head of this file says

bool Worker::recover(Published published) {
  if (published == Published::failed) return false;
  // No message is to be read again: the same records are still true, and are tried again.
  if (batch_.is_of_assignment()) return back_off();
  handler_.rollback();
  if (!source_.rewind(batch_.first())) return failed("could not go back to the batch's begin");
  const bool is_narrowed = published == Published::record_refused && narrow_down_refused_record();
  // WHY: halving comes to an end by itself, and librdkafka 2.0.2 aborts the transaction after a
  // refused record too (the record's sequence number is gone), so the two alternate.
  if (is_narrowed) aborts_in_a_row_ = 0;
  forget_batch();
  return is_narrowed || back_off();
}

// Halves the batch until one message is left: that one will be quarantined unread, first with its
// bytes, then without. False: even that was refused.
bool Worker::narrow_down_refused_record() {
  commits_while_narrow_ = 0;
  if (batch_.outputs().empty()) return false;
  if (batch_.sources() > 1) {
    sources_max_ = batch_.sources() / 2;
    return true;
  }
  const SourcePosition& source = batch_.outputs().front().source;
  const Coordinate coordinate{source.topic, source.partition, source.offset};
  const auto [entry, is_new] = to_quarantine_.try_emplace(
      coordinate,
      QuarantineReason{"output-refused: the broker does not take what this message leads to"});
  if (!is_new && !entry->second.keeps_bytes) return false;
  if (!is_new) entry->second.keeps_bytes = false;
  spdlog::error("the broker refuses what `{}` partition {} offset {} leads to: quarantined",
                source.topic, source.partition, source.offset);
  return true;
}

// WHY no quarantine here: an outage must never send good events there.
bool Worker::back_off() {
  if (++aborts_in_a_row_ >= aborts_in_a_row_max) {
    return failed(std::to_string(aborts_in_a_row_) + " transactions in a row were aborted");
  }
  milliseconds left = std::min(back_off_first * (1 << (aborts_in_a_row_ - 1)), back_off_max);
  for (; left.count() > 0 && !stop_requested_; left -= std::min(left, poll_wait)) {
    if (const auto refused = sink_.refused(); !refused.is_final.empty()) {
      return failed(refused.is_final);
    }
    progress_.report();
    clock_.sleep(std::min(left, poll_wait));
  }
  return true;
}

// ---- stopping

WorkerEnd Worker::stop() {
  // Quick: a good transaction takes about 20 ms. Not while they fail: someone reads it again.
  const bool is_worth_a_try = !batch_.is_empty() && aborts_in_a_row_ == 0;
  if (is_worth_a_try && publish() == Published::failed) return WorkerEnd::failed;
  forget_batch();
  source_.close();
  return WorkerEnd::stopped;
}

void Worker::forget_batch() { batch_.clear(); }

bool Worker::failed(const std::string& reason) {
  spdlog::critical("{}", reason);
  return false;
}

}  // namespace auditor
