#include "consumer/seed/seed_records.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/evaluator/account/instants.h"

namespace auditor::seed_records_test {
namespace {

// The figures of the Java client (UtilsTest.testMurmur2) and of zlib's crc32, by hand: the
// auditor, `route` and whoever writes the input must agree.
TEST(Partitioner, AgreesWithTheClientsThatWriteTheInput) {
  // murmur2("21") = -973932308, crc32("21") = 4252452532
  EXPECT_EQ(partition_of(Partitioner::murmur2, "21", 1'000'003),
            (-973932308 & 0x7fffffff) % 1'000'003);
  EXPECT_EQ(partition_of(Partitioner::consistent, "21", 1'000'003), 4252452532U % 1'000'003);
}

TEST(Partitioner, IsNamedAsByLibrdkafka) {
  EXPECT_EQ(parse_partitioner("murmur2"), Partitioner::murmur2);
  EXPECT_EQ(parse_partitioner("murmur2_random"), Partitioner::murmur2);
  EXPECT_EQ(parse_partitioner("consistent_random"), Partitioner::consistent);
  EXPECT_EQ(parse_partitioner("fnv1a"), Partitioner::fnv1a);
  EXPECT_FALSE(parse_partitioner("random").has_value());
}

TEST(SeedRecords, StandInThePartitionOfTheirAccountAndEndWithTheNote) {
  SeedReader reader(second_of(1'767'225'900));
  ASSERT_TRUE(reader
                  .read_account_details(R"({"RoleDetailList": [
                      {"RoleName": "a", "Arn": "arn:aws:iam::111122223333:role/a"},
                      {"RoleName": "b", "Arn": "arn:aws:iam::444455556666:role/b"}]})")
                  .has_value());
  const auto records = seed_records(reader.take(), Partitioner::murmur2, 12, Topics());
  ASSERT_EQ(records.size(), 4u);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto key = nlohmann::json::parse(records[i].key);
    EXPECT_EQ(records[i].topic, "guardrail.state");
    EXPECT_EQ(records[i].partition,
              partition_of(Partitioner::murmur2, key[1].get<std::string>(), 12));
    EXPECT_EQ(key[5], i % 2 == 0 ? "created" : "seeded");
  }
}

}  // namespace
}  // namespace auditor::seed_records_test
