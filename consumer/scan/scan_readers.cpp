#include "consumer/scan/scan_readers.h"

#include <utility>

#include "consumer/decoding/event_reader.h"
#include "consumer/scan/chunk_reader.h"

namespace auditor {
namespace {

constexpr std::size_t held_pieces_per_thread = 4;

// Reads one chunk after the other, with its parser and its buffers.
class PieceReader {
 public:
  explicit PieceReader(std::span<const Guardrail> guardrails) : reader_(guardrails) {}

  ScannedChunk read(FileChunk& chunk) {
    ScannedChunk scanned;
    scanned.path = chunk.path;
    scanned.problems = std::move(chunk.problems);
    scanned.files_begun = chunk.files_begun;
    scanned.bytes_read = chunk.bytes_read;
    const auto hold = [&scanned](CloudTrailEvent& event, std::string_view) {
      scanned.events.push_back(std::move(event));
    };
    const auto keep_first = [&scanned](const EventReader::Unreadable& record) {
      scanned.ends_in_damage |= record.is_damage;
      if (scanned.quarantined.size() >= quarantined_told_max) return;
      scanned.quarantined.push_back(
          {std::string(record.reason), {}, record.position, record.timestamp_ms, record.is_damage});
    };
    messages_.read(chunk, [&](const RawMessage& message) {
      scanned.ends_in_damage = false;
      reader_.read(message, hold, keep_first, scanned.counters);
    });
    return scanned;
  }

 private:
  EventReader reader_;
  ChunkReader messages_;
};

}  // namespace

ScanReaders::ScanReaders(FileChunks& chunks, std::span<const Guardrail> guardrails,
                         std::size_t threads)
    : chunks_(chunks), held_max_(threads * held_pieces_per_thread) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back(
        [this, guardrails](const std::stop_token& stop) { read_pieces(guardrails, stop); });
  }
}

ScanReaders::~ScanReaders() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void ScanReaders::read_pieces(std::span<const Guardrail> guardrails, const std::stop_token& stop) {
  PieceReader reader(guardrails);
  FileChunk chunk;
  while (const auto number = take(chunk, stop)) {
    Slot slot;
    try {
      slot.scanned = reader.read(chunk);
    } catch (...) {  // the thread that is told of it throws it again
      slot.failure = std::current_exception();
    }
    hand_over(*number, std::move(slot));
  }
}

// The number of the chunk; nullopt when there is no more.
std::optional<std::uint64_t> ScanReaders::take(FileChunk& chunk, const std::stop_token& stop) {
  const std::lock_guard turn(taking_);
  std::unique_lock lock(mutex_);
  const bool has_room =
      has_room_.wait(lock, stop, [this] { return taken_ < handed_out_ + held_max_; });
  if (!has_room || is_at_end_) return std::nullopt;
  lock.unlock();  // reading can take long, and what is ready must be had meanwhile
  std::exception_ptr failure;
  bool is_there = false;
  try {
    is_there = chunks_.next(chunk);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  is_at_end_ = !is_there;
  if (failure) ready_[taken_++].failure = failure;
  is_ready_.notify_all();
  return is_there ? std::optional(taken_++) : std::nullopt;
}

void ScanReaders::hand_over(std::uint64_t number, Slot slot) {
  const std::lock_guard lock(mutex_);
  ready_.emplace(number, std::move(slot));
  is_ready_.notify_all();
}

std::optional<ScannedChunk> ScanReaders::next() {
  std::unique_lock lock(mutex_);
  const auto is_next_there = [this] { return ready_.contains(handed_out_); };
  is_ready_.wait(lock, [&] { return is_next_there() || (is_at_end_ && handed_out_ == taken_); });
  if (!is_next_there()) return std::nullopt;
  Slot slot = std::move(ready_.extract(handed_out_++).mapped());
  has_room_.notify_all();
  lock.unlock();
  if (slot.failure) std::rethrow_exception(slot.failure);
  return std::move(slot.scanned);
}

}  // namespace auditor
