// The readers of `scan`: threads that inflate and parse the chunks of files side by side.
//
// What they found is handed over in the order of the chunks, so nothing that is made of it depends
// on how many they are or which was faster. So many chunks are held, at most, that every thread can
// go on while the slowest is waited for.
// Tested by scan_readers_test.cpp.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "consumer/decoding/counters.h"
#include "consumer/scan/file_chunks.h"
#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/guardrail/guardrail.h"
#include "sinks/records/quarantined.h"

namespace auditor {

// So many of the records that cannot be read are told, the others only counted.
inline constexpr std::uint64_t quarantined_told_max = 20;

// What a chunk held. The events are not counted yet: whoever judges them does.
struct ScannedChunk {
  std::string path;  // empty where there are only problems to tell
  std::vector<std::string> problems;
  std::vector<CloudTrailEvent> events;
  std::vector<Quarantined> quarantined;  // the first ones, without their bytes
  // See Quarantined::is_damage; of the last message. A broken line among others is one bad record,
  // and the last one of a file shows that it was cut.
  bool ends_in_damage = false;
  Counters counters;
  // How far the reading is:
  std::size_t files_begun = 0;  // so the number of its file
  std::uint64_t bytes_read = 0;
};

class ScanReaders {
 public:
  // `chunks` and `guardrails` must outlive it.
  ScanReaders(FileChunks& chunks, std::span<const Guardrail> guardrails, std::size_t threads);
  ~ScanReaders();
  ScanReaders(const ScanReaders&) = delete;
  ScanReaders& operator=(const ScanReaders&) = delete;

  // The next chunk in order; waits for it. Nullopt: there is no more.
  std::optional<ScannedChunk> next();

 private:
  struct Slot {
    ScannedChunk scanned;
    std::exception_ptr failure;  // no memory, as a rule
  };

  void read_pieces(std::span<const Guardrail> guardrails, const std::stop_token& stop);
  std::optional<std::uint64_t> take(FileChunk& chunk, const std::stop_token& stop);
  void hand_over(std::uint64_t number, Slot slot);

  FileChunks& chunks_;
  const std::size_t held_max_;
  std::mutex taking_;  // one thread at a time cuts the files

  std::mutex mutex_;  // of what follows
  std::condition_variable_any has_room_;
  std::condition_variable_any is_ready_;
  std::map<std::uint64_t, Slot> ready_;  // by the number of the chunk
  std::uint64_t taken_ = 0;
  std::uint64_t handed_out_ = 0;
  bool is_at_end_ = false;

  std::vector<std::jthread> threads_;  // last: they use the members above
};

}  // namespace auditor
