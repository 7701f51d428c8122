#include "sinks/kafka/bulk_publisher.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>

namespace auditor {
namespace {

constexpr std::chrono::seconds start_step{1};
constexpr int starts_max = 3'600;  // whoever starts has a shorter patience
constexpr std::chrono::milliseconds refused_again_after{500};
constexpr int attempts_max = 5;  // of one batch
constexpr int retries_max = 1'000;

// Nothing happened, so the same call again; each waits a little in the client.
template <typename Call>
SinkOutcome patiently(Call call) {
  SinkOutcome outcome = SinkOutcome::retry;
  for (int i = 0; i < retries_max && outcome == SinkOutcome::retry; ++i) outcome = call();
  return outcome;
}

SinkOutcome write_batch(OutputSink& sink, std::span<const OutputRecord> batch) {
  SinkOutcome outcome = patiently([&] { return sink.begin(); });
  for (const OutputRecord& record : batch) {
    if (outcome != SinkOutcome::done) return outcome;
    outcome = patiently([&] { return sink.write(record); });
  }
  if (outcome != SinkOutcome::done) return outcome;
  return patiently([&] { return sink.commit(); });
}

std::unexpected<std::string> failed(std::string_view what, OutputSink& sink) {
  const OutputSink::Refused refused = sink.refused();
  return std::unexpected(std::string(what) + ": " +
                         (refused.stands.empty() ? sink.last_error() : refused.stands));
}

// A right that was just given counts after a second or two.
bool is_worth_waiting(OutputSink& sink) {
  const OutputSink::Refused refused = sink.refused();
  if (refused.stands.empty() || !refused.is_final.empty()) return false;
  std::this_thread::sleep_for(refused_again_after);
  return true;
}

}  // namespace

std::expected<void, std::string> start_publishing(OutputSink& sink) {
  SinkOutcome outcome = SinkOutcome::retry;
  for (int i = 0; i < starts_max && outcome == SinkOutcome::retry; ++i) {
    outcome = sink.start(start_step);
    if (!sink.refused().is_final.empty()) break;
  }
  if (outcome != SinkOutcome::done) return failed("no transaction can be begun", sink);
  return {};
}

std::expected<void, std::string> publish_more(OutputSink& sink,
                                              std::span<const OutputRecord> records,
                                              const std::function<void(std::size_t)>& written) {
  std::size_t done = 0;
  int attempts = 0;
  while (done < records.size()) {
    const std::size_t count = std::min(publish_batch_records, records.size() - done);
    const SinkOutcome outcome = write_batch(sink, records.subspan(done, count));
    if (outcome == SinkOutcome::done) {
      written(done += count);
      attempts = 0;
      continue;
    }
    const bool waits = is_worth_waiting(sink);
    if (!waits && (outcome != SinkOutcome::must_abort || ++attempts == attempts_max)) {
      auto error = failed("a batch was not written", sink);
      if (outcome != SinkOutcome::fatal) sink.abort();
      return error;
    }
    if (outcome != SinkOutcome::fatal &&
        patiently([&] { return sink.abort(); }) == SinkOutcome::done) {
      continue;
    }
    if (!waits) return failed("a batch was not written", sink);
    if (const auto started = start_publishing(sink); !started) return started;  // anew
  }
  return {};
}

std::expected<void, std::string> publish(OutputSink& sink, std::span<const OutputRecord> records,
                                         const std::function<void(std::size_t)>& written) {
  const auto started = start_publishing(sink);
  return started ? publish_more(sink, records, written) : started;
}

}  // namespace auditor
