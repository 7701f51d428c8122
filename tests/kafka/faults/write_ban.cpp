#include "tests/kafka/faults/write_ban.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "tests/kafka/broker_node.h"

namespace auditor {
namespace {

constexpr int answer_time_max_ms = 30'000;

template <auto destroy>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};
using Queue = std::unique_ptr<rd_kafka_queue_t, Free<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Free<rd_kafka_event_destroy>>;
using Binding = std::unique_ptr<rd_kafka_AclBinding_t, Free<rd_kafka_AclBinding_destroy>>;

std::string principal() { return std::string("User:") + proxied_user; }

Binding binding(const std::string& topic, rd_kafka_AclOperation_t operation,
                rd_kafka_AclPermissionType_t permission) {
  return Binding(rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str(),
                                         RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal().c_str(),
                                         "*", operation, permission, nullptr, 0));
}

Event answer(const Queue& queue, const char* what) {
  Event event(rd_kafka_queue_poll(queue.get(), answer_time_max_ms));
  if (event == nullptr) throw std::runtime_error(std::string(what) + ": no answer");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(std::string(what) + ": " + rd_kafka_event_error_string(event.get()));
  }
  return event;
}

}  // namespace

WriteBan::WriteBan(const std::string& bootstrap_servers, std::string topic)
    : topic_(std::move(topic)),
      admin_(make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap_servers}})) {
  // KAFKA: as soon as a topic has one entry, everything is forbidden that no other one allows.
  const Binding deny =
      binding(topic_, RD_KAFKA_ACL_OPERATION_WRITE, RD_KAFKA_ACL_PERMISSION_TYPE_DENY);
  const Binding allow =
      binding(topic_, RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
  std::array<rd_kafka_AclBinding_t*, 2> bindings = {allow.get(), deny.get()};
  const Queue queue(rd_kafka_queue_new(admin_.get()));
  rd_kafka_CreateAcls(admin_.get(), bindings.data(), bindings.size(), nullptr, queue.get());
  const Event event = answer(queue, "create ACLs");
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_error_t* error = rd_kafka_acl_result_error(results[i]);
    if (error != nullptr) throw std::runtime_error(rd_kafka_error_string(error));
  }
}

void WriteBan::lift() {
  const Binding filter(rd_kafka_AclBindingFilter_new(
      RD_KAFKA_RESOURCE_TOPIC, topic_.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      principal().c_str(), "*", RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY,
      nullptr, 0));
  std::array<rd_kafka_AclBindingFilter_t*, 1> filters = {filter.get()};
  const Queue queue(rd_kafka_queue_new(admin_.get()));
  rd_kafka_DeleteAcls(admin_.get(), filters.data(), filters.size(), nullptr, queue.get());
  answer(queue, "delete ACLs");
}

}  // namespace auditor
