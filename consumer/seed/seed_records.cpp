// Tested by seed_records_test.cpp.
#include "consumer/seed/seed_records.h"

#include <librdkafka/rdkafka.h>

#include "sinks/records/state_record.h"

namespace auditor {
std::expected<Partitioner, std::string> parse_partitioner(std::string_view text) {
  if (text == "murmur2" || text == "murmur2_random") return Partitioner::murmur2;
  if (text == "consistent" || text == "consistent_random") return Partitioner::consistent;
  if (text == "fnv1a" || text == "fnv1a_random") return Partitioner::fnv1a;
  return std::unexpected("`" + std::string(text) +
                         "` is no partitioner that keeps a key on one partition (murmur2, "
                         "consistent, fnv1a)");
}

std::int32_t partition_of(Partitioner partitioner, std::string_view key, std::int32_t partitions) {
  switch (partitioner) {
    case Partitioner::murmur2:
      return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr,
                                              nullptr);
    case Partitioner::consistent:
      return rd_kafka_msg_partitioner_consistent(nullptr, key.data(), key.size(), partitions,
                                                 nullptr, nullptr);
    case Partitioner::fnv1a:
      return rd_kafka_msg_partitioner_fnv1a(nullptr, key.data(), key.size(), partitions, nullptr,
                                            nullptr);
  }
  return 0;
}

std::vector<OutputRecord> seed_records(const Seed& seed, Partitioner partitioner,
                                       std::int32_t partitions, const Topics& topics) {
  std::vector<OutputRecord> records;
  for (const auto& [account, facts] : seed.facts) {
    const std::int32_t partition = partition_of(partitioner, account.account, partitions);
    for (const Fact& fact : facts) {
      records.push_back(state_record(account, fact, partition, topics));
    }
  }
  return records;
}

}  // namespace auditor
