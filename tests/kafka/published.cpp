#include "tests/kafka/published.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace auditor {

Lanes lanes(const std::vector<Record>& alerts) {
  Lanes result;
  for (const Record& alert : alerts) {
    const auto input = nlohmann::json::parse(alert.value).at("event").at("kafka").at("partition");
    result[{alert.partition, input.get<std::int32_t>()}].emplace_back(alert.key, alert.value);
  }
  return result;
}

Published published(Client& client, const RunSettings& settings) {
  Published result;
  const std::vector<Record> alerts = client.read(settings.alerts);
  result.alerts = lanes(alerts);
  result.alert_count = alerts.size();
  for (const Record& record : client.read(settings.compliance)) {
    result.compliance[record.key].push_back(record.value);
  }
  for (const Record& record : client.read(settings.state)) {
    result.state[record.partition].emplace_back(record.key, record.value);
  }
  return result;
}

void expect_same(const Published& got, const Published& expected) {
  EXPECT_EQ(got.alert_count, expected.alert_count);
  EXPECT_TRUE(got.alerts == expected.alerts) << "the alerts differ";
  EXPECT_TRUE(got.compliance == expected.compliance) << "the compliance records differ";
  EXPECT_TRUE(got.state == expected.state) << "the state differs";
}

}  // namespace auditor
