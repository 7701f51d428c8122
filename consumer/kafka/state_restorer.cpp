// Which records of the topic of the state belong to the offsets this worker begins at? All that
// were published in transactions which those offsets come from, or came before. One too few, and
// what it says of an entity is never read again: the events are behind the committed offsets. So
// the end has to be found first, and it is found in three steps, in this order.
//
// 1. The offsets settle. A predecessor may be in the middle of a transaction T. If T has sent its
//    offsets, it may still be committed; with read_committed the broker gives no offsets until that
//    is decided (KIP-447). If it has not, it never will: since the assignment that brought us here
//    its member is fenced, so T's offsets are refused and T is aborted.
// 2. The ends are asked, of the leaders and of all that is appended. A commit waits until every
//    record is acknowledged by its partition, so the records of all transactions whose offsets
//    count are appended by now: they are below the ends.
// 3. Each partition is read, as read_committed, until the client says that it stands at the end of
//    the partition, and that is not before the end of step 2. The offset of the last record read
//    would not do: the last offsets may be of markers, or of records aborted or compacted away,
//    none of which a reader is shown.
//
// What comes after the ends is not needed to begin. What messages lead to is committed with their
// offsets, and from here on only this worker's are taken; what `seed` adds is read at the next
// assignment.
//
// Why all that is appended (read_uncommitted in step 2 only). A transaction is decided first and
// its markers are written then, each partition's when its turn comes. So the offsets can be settled
// while on the state's partition the transaction still looks open. And what is open of another, as
// of `seed`, hides what is committed behind it.
//
// Example. The state's partition 3 has records up to 899 and T's from 900 to 904; T's offset 58 of
// the input's is settled, its marker here is not written yet. The end is 905. The reader is shown
// the records up to 899 and stands at 900, before 905, so it waits; the marker comes as 905, the
// reader is shown T's five records and stands at 906: done.
//
// Counter-example. Asked as read_committed, the end is 900, the first offset of an open
// transaction. The five records are missing from the memory, and no event before 58 is read again:
// a finding that T opened is never resolved.
//
// Why ListOffsets, and not the high watermark that comes with each fetch. The leader's answer never
// goes back: one that is new answers only when it knows of all that was committed before it
// (KIP-207; until then it is asked again). A fetch may tell an end of the past: of a follower,
// which is read from when `client.rack` is set (KIP-392), or of a leader so new that its followers
// have not yet said what they have. Read from whom it may be, the reading goes on until it is at
// the leader's end.
//
// Counter-example. The leader's end is 905, the nearest follower has heard of 897. Its fetch ends
// at 897 and says so. With that as the end, eight offsets are missing;
// tests/kafka/faults/rack_test.cpp shows it on real brokers.
//
// How long it takes is bounded by what is waited for: an open transaction is aborted by the broker
// after transaction.timeout.ms, and a broker that does not answer at all is the watchdog's.
//
// Tested by state_restorer_test.cpp (librdkafka's mock cluster) and tests/kafka/ (a real broker).
#include "consumer/kafka/state_restorer.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <ranges>
#include <stdexcept>
#include <utility>

#include "consumer/kafka/broker_waits.h"
#include "consumer/kafka/wait_log.h"

namespace auditor {
namespace {

constexpr std::chrono::milliseconds ask_for_offsets_after{0};  // no pause: a takeover waits for it
constexpr std::chrono::milliseconds ask_for_ends_after{100};
// So long a broker that has just started may not have heard of a topic, as librdkafka's own
// topic.metadata.propagation.max.ms has it.
constexpr std::chrono::seconds missing_max{30};
constexpr std::uint64_t records_per_look = 4'096;

PartitionList list_of(const std::string& topic, const std::ranges::sized_range auto& partitions,
                      std::int64_t offset) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const std::int32_t partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

std::string_view bytes(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

bool is_missing(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

}  // namespace

StateRestorer::StateRestorer(KafkaProperties consuming, Topics topics, Progress& progress,
                             BrokerPatience patience)
    : properties_(std::move(consuming)),
      topics_(std::move(topics)),
      progress_(progress),
      patience_(patience) {
  properties_["client.id"] += "-state";
  properties_["enable.partition.eof"] = "true";
  // WHY: the answer to a question for what is not there yet, which is how the end is learned, waits
  // so long: half a second by default.
  properties_["fetch.wait.max.ms"] = "10";
  properties_.erase("group.instance.id");  // it asks for the group's offsets, and is no member
}

bool StateRestorer::read(std::span<const std::int32_t> partitions, const OnRecord& on_record) {
  if (partitions.empty()) return true;
  const auto begin = std::chrono::steady_clock::now();
  KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(properties_));
  rd_kafka_poll_set_consumer(client.get());
  std::uint64_t records = 0;
  if (!settle_offsets(client, partitions)) return false;
  auto ends = ends_of(partitions);
  if (!ends) return false;
  introduce_topic(client.get());
  if (!read_to_end(client, std::move(*ends), on_record, records)) return false;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  spdlog::info("{} records of {} partitions of `{}` read back in {} ms", records, partitions.size(),
               topics_.state, took.count());
  return true;
}

// Step 1. KAFKA: rd_kafka_committed() asks for offsets on which no transaction is pending when
// isolation.level is read_committed, and only then.
bool StateRestorer::settle_offsets(KafkaClient& client, std::span<const std::int32_t> partitions) {
  const auto why_not = [&]() -> std::optional<std::string> {
    const PartitionList list = list_of(topics_.input, partitions, RD_KAFKA_OFFSET_INVALID);
    rd_kafka_resp_err_t error = rd_kafka_committed(client.get(), list.get(), answer_wait_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = first_error(*list);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      client.context().note_all_granted();
      return std::nullopt;
    }
    const bool is_refused = client.context().note_answer(error, topics_.input, operation::describe);
    client.throw_if_refused();
    if (is_refused) return "";
    return std::string("the committed offsets are not settled yet: ") + rd_kafka_err2str(error);
  };
  WaitLog wait_log;
  return ask_until_answered(why_not, wait_log, patience_, ask_for_offsets_after);
}

// Step 2. KAFKA: for the time -1 (RD_KAFKA_OFFSET_END) the leaders' ListOffsets gives the end.
std::optional<StateRestorer::Ends> StateRestorer::ends_of(
    std::span<const std::int32_t> partitions) {
  KafkaProperties properties = properties_;
  properties["isolation.level"] = "read_uncommitted";
  KafkaClient client;
  Ends ends;
  const auto missing_until = std::chrono::steady_clock::now() + missing_max;
  const auto why_not = [&]() -> std::optional<std::string> {
    if (client == nullptr) client = make_client(RD_KAFKA_CONSUMER, make_conf(properties));
    const PartitionList list = list_of(topics_.state, partitions, RD_KAFKA_OFFSET_END);
    rd_kafka_resp_err_t error =
        rd_kafka_offsets_for_times(client.get(), list.get(), answer_wait_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = first_error(*list);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      for (int i = 0; i < list->cnt; ++i) ends[list->elems[i].partition] = list->elems[i].offset;
      return std::nullopt;
    }
    if (is_missing(error) && std::chrono::steady_clock::now() > missing_until) {
      throw std::runtime_error("`" + topics_.state +
                               "` cannot be read: " + rd_kafka_err2str(error));
    }
    const bool is_refused = client.context().note_answer(error, topics_.state, operation::describe);
    client.throw_if_refused();
    if (is_refused) return "";
    if (is_answer(error)) client.reset();
    return "where `" + topics_.state + "` ends is not known yet: " + rd_kafka_err2str(error);
  };
  WaitLog wait_log;
  const bool is_known = ask_until_answered(why_not, wait_log, patience_, ask_for_ends_after);
  return is_known ? std::optional(std::move(ends)) : std::nullopt;
}

// KAFKA: a topic that is assigned before the client has heard of it is looked up by a timer, up to
// a second later. Whatever the answer is, the reading meets it again.
void StateRestorer::introduce_topic(rd_kafka_t* client) {
  const KafkaTopic topic(rd_kafka_topic_new(client, topics_.state.c_str(), nullptr));
  if (topic == nullptr) return;
  const rd_kafka_metadata_t* answer = nullptr;
  rd_kafka_metadata(client, 0, topic.get(), &answer, answer_wait_ms);
  const KafkaMetadata unused(answer);
}

// KAFKA: a consumer looks for its group also where it only reads by assignment; that it may not was
// told when it asked for offsets.
void StateRestorer::note_error(KafkaClient& client, const rd_kafka_message_t& event) const {
  if (event.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) return;
  if (client.context().note_answer(event.err, topics_.state, operation::read)) return;
  spdlog::warn("state: {}", rd_kafka_message_errstr(&event));
}

// Step 3.
bool StateRestorer::read_to_end(KafkaClient& client, Ends ends, const OnRecord& on_record,
                                std::uint64_t& records) {
  const PartitionList list =
      list_of(topics_.state, std::views::keys(ends), RD_KAFKA_OFFSET_BEGINNING);
  const rd_kafka_resp_err_t error = rd_kafka_assign(client.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  WaitLog wait_log;
  patience_.begin();
  while (!ends.empty() && !patience_.is_stopped()) {
    const KafkaMessage message(rd_kafka_consumer_poll(client.get(), poll_wait_ms));
    if (message == nullptr) {
      client.throw_if_refused();
      const std::string why_not = "`" + topics_.state + "` is not read to its end yet";
      patience_.go_on(why_not);
      wait_log.maybe_log(why_not);
      continue;
    }
    const bool is_message = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
                            message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (is_message) patience_.begin();
    if (is_message) client.context().note_all_granted();
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      const auto end = ends.find(message->partition);
      if (end != ends.end() && message->offset >= end->second) ends.erase(end);
    } else if (is_missing(message->err) || message->err == RD_KAFKA_RESP_ERR__FATAL) {
      throw std::runtime_error("`" + topics_.state + "` partition " +
                               std::to_string(message->partition) +
                               " cannot be read: " + rd_kafka_message_errstr(message.get()));
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      note_error(client, *message);
    } else {
      if (!on_record(message->partition, bytes(message->key, message->key_len),
                     bytes(message->payload, message->len))) {
        spdlog::critical("`{}` partition {} offset {} cannot be used", topics_.state,
                         message->partition, message->offset);
        return false;
      }
      if (++records % records_per_look == 0) progress_.report();
    }
  }
  progress_.report();
  return ends.empty();
}

}  // namespace auditor
