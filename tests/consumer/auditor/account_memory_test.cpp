// What is restored from the topic's records, in the order of the topic.
#include "consumer/auditor/account_memory.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/evaluator/account/instants.h"

namespace auditor::account_memory_test {
namespace {

const AccountKey account{"aws", "111122223333"};
constexpr std::int64_t as_of = 1'767'225'900;

Fact boundary_at(std::int64_t time, std::string_view event_id) {
  const std::string arn = "arn:aws:iam::111122223333:policy/" + std::to_string(time);
  return {{EntityKind::role, {}, "dev"},
          {Attribute::boundary, true, {}, stamp(time, event_id), arn, nullptr},
          {}};
}

OutputRecord written(const Fact& fact) { return state_record(account, fact, 0, Topics()); }
OutputRecord forgotten(const Fact& fact) { return state_tombstone(account, fact, 0, Topics()); }

// The time of the newest boundary that is known; 0 when none is.
std::int64_t newest_after(const std::vector<OutputRecord>& topic) {
  AccountMemory memory;
  StateReader reader([](const PolicyDocument&, PolicyKind) { return true; });
  for (const OutputRecord& record : topic) {
    auto restored = reader.read(record.key, record.value);
    EXPECT_TRUE(restored.has_value());
    if (restored) memory.restore(0, *std::move(restored));
  }
  const Entity* entity = memory.account(0, account).find({EntityKind::role, {}, "dev"});
  const Entry* newest = entity == nullptr ? nullptr : entity->newest(Attribute::boundary);
  return newest == nullptr ? 0 : newest->stamp.time.seconds();
}

TEST(AccountMemory, TheLastRecordOfAKeyCounts) {
  const Fact first = boundary_at(as_of, "a");
  const Fact second = boundary_at(as_of + 60, "b");
  EXPECT_EQ(newest_after({written(first), written(second)}), as_of + 60);
  EXPECT_EQ(newest_after({written(second), written(first)}), as_of);
  EXPECT_EQ(newest_after({written(first), forgotten(first)}), 0);
  EXPECT_EQ(newest_after({written(first), forgotten(first), written(second)}), as_of + 60);
}

TEST(AccountMemory, ASeedAndAnEventAreToldApartByTheirTimesAlone) {
  const Fact event = boundary_at(as_of, "a");
  const Fact older = boundary_at(as_of - 60, seed_event_id);
  const Fact newer = boundary_at(as_of + 60, seed_event_id);
  EXPECT_EQ(newest_after({written(event), written(older)}), as_of);
  EXPECT_EQ(newest_after({written(older), written(event)}), as_of);
  EXPECT_EQ(newest_after({written(event), written(newer)}), as_of + 60);
  EXPECT_EQ(newest_after({written(newer), written(event)}), as_of + 60);
  EXPECT_EQ(newest_after({written(older), written(newer), written(older)}), as_of + 60);
}

TEST(AccountMemory, OfASeedOnlyWhatIsForgottenIsForgotten) {
  const Fact event = boundary_at(as_of, "a");
  const Fact older = boundary_at(as_of - 60, seed_event_id);
  const Fact newer = boundary_at(as_of + 60, seed_event_id);
  EXPECT_EQ(newest_after({written(event), written(older), forgotten(older)}), as_of);
  EXPECT_EQ(newest_after({written(event), written(newer), forgotten(newer)}), as_of);
  EXPECT_EQ(newest_after({written(newer), written(event), forgotten(event)}), as_of + 60);
}

}  // namespace
}  // namespace auditor::account_memory_test
