// Tested by audit_handler_test.cpp.
#include "consumer/auditor/state_records.h"

#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "sinks/records/state_record.h"

namespace auditor {

// An entry that replaces another has its key: then the tombstone of the other is not written.
std::vector<OutputRecord> state_records(const std::vector<Remembered>& remembered,
                                        const Topics& topics) {
  std::vector<OutputRecord> records;
  for (const auto& [partition, account, changes] : remembered) {
    for (const StateChange& change : changes) {
      for (const Fact& fact : change.removed) {
        records.push_back(state_tombstone(account, fact, partition, topics));
      }
      for (const Fact& fact : change.written) {
        records.push_back(state_record(account, fact, partition, topics));
      }
    }
  }
  std::set<std::pair<std::int32_t, std::string_view>> later;
  std::vector<bool> is_last(records.size());
  for (std::size_t i = records.size(); i-- > 0;) {
    is_last[i] = later.emplace(records[i].partition, records[i].key).second;
  }
  std::vector<OutputRecord> last;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (is_last[i]) last.push_back(std::move(records[i]));
  }
  return last;
}

}  // namespace auditor
