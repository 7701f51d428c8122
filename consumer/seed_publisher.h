// A seed -> the topic of the state, in transactions: each batch is there as a whole or not at all,
// and the note that an account was seeded comes last. Publishing it again changes nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/seed_reader.h"
#include "sinks/encoder.h"
#include "sinks/output_sink.h"

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

inline constexpr std::size_t seed_batch_records = 5'000;

// Once, before the first publish_more().
std::expected<void, std::string> start_publishing(OutputSink& sink);

// `written` is told after each commit how many records are there. The error says what stopped it:
// what was told as written stays.
std::expected<void, std::string> publish_more(OutputSink& sink,
                                              std::span<const OutputRecord> records,
                                              const std::function<void(std::size_t)>& written);

// Both.
std::expected<void, std::string> publish(OutputSink& sink, std::span<const OutputRecord> records,
                                         const std::function<void(std::size_t)>& written);

}  // namespace auditor
