// Many records at once, in transactions without offsets: each batch is there as a whole or not at
// all.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>

#include "sinks/kafka/output_sink.h"
#include "sinks/records/output_record.h"

namespace auditor {

inline constexpr std::size_t publish_batch_records = 5'000;

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
