// A seed -> records of the topic of the state; the note that an account was seeded comes last.
// Publishing them again changes nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/seed/seed_reader.h"
#include "sinks/records/output_record.h"
#include "sinks/records/topics.h"

namespace auditor {

// How the producers of the input find a key's partition.
enum class Partitioner { murmur2, consistent, fnv1a };

// librdkafka's names, with and without `_random` (which is for messages without a key). Others do
// not keep a key on one partition.
std::expected<Partitioner, std::string> parse_partitioner(std::string_view text);

std::int32_t partition_of(Partitioner partitioner, std::string_view key, std::int32_t partitions);

// The records of a seed in the order in which they are to be written. The partition is that of the
// account's id as the input's key.
std::vector<OutputRecord> seed_records(const Seed& seed, Partitioner partitioner,
                                       std::int32_t partitions, const Topics& topics);

}  // namespace auditor
