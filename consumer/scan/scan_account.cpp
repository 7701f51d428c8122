// Tested by scan_account_test.cpp.
#include "consumer/scan/scan_account.h"

#include <utility>

namespace auditor {

void ScanAccount::add(ScannedChunk& chunk) {
  has_damage_ |= !chunk.problems.empty();
  bytes_read_ = chunk.bytes_read;
  if (chunk.path.empty()) return;
  // Taken now: close_file() adds what is not of this file.
  const Counters of_chunk = chunk.counters;
  if (chunk.files_begun != number_) {
    close_file(chunk);
    number_ = chunk.files_begun;
    path_ = chunk.path;
    ++files_read_;
  }
  if (of_chunk.messages > 0) ends_in_damage_ = chunk.ends_in_damage;
  messages_of_file_ += of_chunk.messages;
  quarantined_of_file_ += of_chunk.quarantined;
  const std::uint64_t records =
      of_chunk.irrelevant - of_chunk.without_records + chunk.events.size();
  records_of_file_ += records;
  records_ += records;
}

ScannedChunk ScanAccount::finish() {
  ScannedChunk last;
  close_file(last);
  number_ = 0;
  return last;
}

void ScanAccount::close_file(ScannedChunk& into) {
  if (number_ == 0) return;
  if (messages_of_file_ == 0) {
    ++into.counters.messages;
    ++into.counters.events;
    ++into.counters.quarantined;
    ++quarantined_of_file_;
    into.quarantined.insert(
        into.quarantined.begin(),
        {.reason = "empty: nothing is in it", .bytes = {}, .position = {path_, 0, 0}});
  }
  has_damage_ |= ends_in_damage_ || (records_of_file_ == 0 && quarantined_of_file_ > 0);
  ends_in_damage_ = false;
  messages_of_file_ = records_of_file_ = quarantined_of_file_ = 0;
}

}  // namespace auditor
