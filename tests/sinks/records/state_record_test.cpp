#include "sinks/records/state_record.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "evaluator/account/account_state.h"
#include "sinks/formats/format.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::state_record_test {
namespace {

using nlohmann::json;

const AccountKey account{"aws-cn", "111122223333"};

constexpr auto identity_document =
    R"({"Version":"2012-10-17", "Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}})";
constexpr auto resource_document =
    R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]})";

std::vector<EntityKind> all_kinds() {
  std::vector<EntityKind> kinds;
  for (int i = 0; i <= static_cast<int>(EntityKind::account); ++i) {
    kinds.push_back(static_cast<EntityKind>(i));
  }
  return kinds;
}

std::vector<Attribute> all_registers() {
  std::vector<Attribute> attributes;
  for (int i = 0; i <= static_cast<int>(Attribute::seen); ++i) {
    attributes.push_back(static_cast<Attribute>(i));
  }
  return attributes;
}

bool holds_documents(Attribute attribute) {
  return attribute == Attribute::inline_policy || attribute == Attribute::version ||
         attribute == Attribute::policy;
}

Fact fact_of(EntityKind kind, Attribute attribute, std::string_view name, std::string_view value) {
  const Stamp at = stamp(1'767'225'900, "685e066d-a3aa-4323-a6a1-2f187a2fc986", 1);
  Fact fact{{kind, "eu-west-1", "thing"}, {attribute, true, name, at, {}, nullptr}, {}};
  if (holds_documents(attribute)) {
    fact.document_text = attribute == Attribute::policy ? resource_document : identity_document;
  } else {
    fact.entry.value = value;
  }
  return fact;
}

void expect_equal(const Fact& left, const Fact& right) {
  EXPECT_EQ(left.entity, right.entity);
  EXPECT_EQ(to_string(left.entry.attribute), to_string(right.entry.attribute));
  EXPECT_EQ(left.entry.name, right.entry.name);
  EXPECT_EQ(left.entry.stamp, right.entry.stamp);
  EXPECT_EQ(left.entry.is_set, right.entry.is_set);
  EXPECT_EQ(left.entry.value, right.entry.value);
  EXPECT_EQ(left.document_text, right.document_text);
}

StateReader reader_of_all() {
  return StateReader([](const PolicyDocument&, PolicyKind) { return true; });
}

Fact restored(const Fact& fact) {
  StateReader reader = reader_of_all();
  const OutputRecord record = state_record(account, fact, 3, Topics());
  const auto read = reader.read(record.key, record.value);
  EXPECT_TRUE(read.has_value()) << read.error() << '\n' << record.key << '\n' << record.value;
  if (!read || read->is_tombstone) return fact_of(EntityKind::account, Attribute::judged, "", "");
  EXPECT_EQ(read->account, account);
  return read->fact;
}

TEST(StateRecord, ComesBackAsItWasForEveryThingRegisterAndNastyText) {
  const std::vector<std::string> texts{"",
                                       "plain",
                                       "\"],[\\",
                                       std::string("nul\0byte", 8),
                                       "\n\t\x01\x7f",
                                       "{\"v\":9}",
                                       "é\u2028😀",
                                       "arn:aws:iam::111122223333:policy/team/p",
                                       std::string(4096, '\\')};
  for (const EntityKind kind : all_kinds()) {
    for (const Attribute attribute : all_registers()) {
      for (const std::string& text : texts) {
        Fact fact = fact_of(kind, attribute, text, text);
        fact.entity.name = text;
        expect_equal(restored(fact), fact);
      }
    }
  }
}

TEST(StateRecord, ComesBackWithTheUtmostNumbersAndWhenItIsNotSet) {
  for (const std::int64_t time : {std::int64_t{0}, std::int64_t{253'402'300'799}}) {
    Fact fact = fact_of(EntityKind::user, Attribute::attached, "arn", "");
    fact.entry.stamp = stamp(time, "?", std::numeric_limits<std::uint32_t>::max());
    fact.entry.is_set = false;
    expect_equal(restored(fact), fact);
  }
  Fact deleted = fact_of(EntityKind::repository, Attribute::policy, "", "");
  deleted.entry.is_set = false;
  deleted.document_text.clear();
  expect_equal(restored(deleted), deleted);
}

TEST(StateRecord, IsTheDocumentedJson) {
  const Fact fact = fact_of(EntityKind::role, Attribute::attached, "arn:p", "");
  const OutputRecord record = state_record(account, fact, 3, Topics());
  EXPECT_EQ(record.topic, "guardrail.state");
  EXPECT_EQ(record.partition, 3);
  EXPECT_FALSE(record.is_tombstone);
  EXPECT_EQ(record.key,
            R"(["aws-cn","111122223333","role","eu-west-1","thing","attached","arn:p"])");
  EXPECT_EQ(record.value,
            R"({"v":1,"time":1767225900,"id":"685e066d-a3aa-4323-a6a1-2f187a2fc986","rev":1,)"
            R"("set":true,"value":""})");
}

TEST(StateRecord, KeyOfAnotherEntryIsAnotherUnlessOnlyTheNewestIsKept) {
  std::set<std::string> keys;
  std::size_t expected = 0;
  for (const EntityKind kind : all_kinds()) {
    for (const Attribute attribute : all_registers()) {
      for (const char* name : {"", "a", "a\",\"b", "A"}) {
        Fact fact = fact_of(kind, attribute, name, "");
        keys.insert(state_record(account, fact, 0, Topics()).key);
        fact.entry.stamp.revision = 2;
        keys.insert(state_record(account, fact, 0, Topics()).key);
        expected += keeps_versions(kind, attribute) ? 2U : 1U;
      }
    }
  }
  EXPECT_EQ(keys.size(), expected);
}

TEST(StateRecord, OfASeedNeverTakesThePlaceOfAnEvents) {
  const Fact taught = fact_of(EntityKind::role, Attribute::inline_policy, "p", "");
  Fact seeded = taught;
  seeded.entry.stamp = stamp(taught.entry.stamp.time.seconds() - 60, seed_event_id);
  EXPECT_NE(state_record(account, taught, 0, Topics()).key,
            state_record(account, seeded, 0, Topics()).key);
  expect_equal(restored(seeded), seeded);
}

TEST(StateRecord, OfTheAuditorsOwnNotesHasOnePlaceWhateverLedToIt) {
  for (const Attribute attribute :
       {Attribute::judged, Attribute::open, Attribute::use, Attribute::seen}) {
    const Fact by_event = fact_of(EntityKind::account, attribute, "n", "");
    Fact by_seed = by_event;
    by_seed.entry.stamp = stamp(1, seed_event_id);
    EXPECT_EQ(state_record(account, by_event, 0, Topics()).key,
              state_record(account, by_seed, 0, Topics()).key);
  }
}

TEST(StateRecord, TombstoneHasTheKeyOfItsRecordAndNoValue) {
  for (const Attribute attribute : all_registers()) {
    const Fact fact = fact_of(EntityKind::user, attribute, "n", "v");
    const OutputRecord tombstone = state_tombstone(account, fact, 5, Topics());
    EXPECT_EQ(tombstone.key, state_record(account, fact, 5, Topics()).key);
    EXPECT_EQ(tombstone.value, "");
    EXPECT_TRUE(tombstone.is_tombstone);
    EXPECT_EQ(tombstone.partition, 5);
    StateReader reader = reader_of_all();
    const auto read = reader.read(tombstone.key, "");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->account, account);
    EXPECT_TRUE(read->is_tombstone);
    EXPECT_EQ(read->fact.entity, fact.entity);
    EXPECT_EQ(read->fact.entry.attribute, attribute);
    EXPECT_EQ(read->fact.entry.name, "n");
    EXPECT_EQ(read->fact.entry.stamp, fact.entry.stamp);  // a user keeps all versions
  }
}

TEST(StateRecord, BytesThatAreNotUtf8BecomeTheSameLawfulTextEachTime) {
  const Fact bad = fact_of(EntityKind::role, Attribute::tag, "k\xff", "\xc3(\xed\xa0\x80");
  const Fact once = restored(bad);
  EXPECT_EQ(once.entry.name, "k\uFFFD");
  expect_equal(restored(once), once);
  expect_equal(restored(bad), once);
}

TEST(StateRecord, WhatNoLawfulEventHoldsIsBounded) {
  Fact fact = fact_of(EntityKind::role, Attribute::tag, std::string(3'000'000, 'n'),
                      std::string(3'000'000, '\x01'));
  fact.entry.stamp.event_id = std::string(3'000'000, 'i');
  fact.entity.name = std::string(3'000'000, 't');
  EXPECT_LE(state_record(account, fact, 0, Topics()).bytes(), record_bytes_max);
  EXPECT_NE(restored(fact).entry.value.view().find("(cut, 3000000 bytes)"), std::string::npos);
}

TEST(StateRecord, DocumentThatIsTooLargeComesBackAsADoubt) {
  Fact fact = fact_of(EntityKind::role, Attribute::inline_policy, "p", "");
  fact.document_text += std::string(record_bytes_max, ' ');
  EXPECT_LE(state_record(account, fact, 0, Topics()).value.size(), record_bytes_max);
  const Fact doubt = restored(fact);
  EXPECT_EQ(to_string(doubt.entry.attribute), to_string(Attribute::inline_doubt));
  EXPECT_NE(doubt.entry.value.view().find("too large"), std::string::npos);
  EXPECT_EQ(doubt.entry.stamp, fact.entry.stamp);
}

TEST(StateReader, ParsesDocumentsThatCanMatterAndMarksTheOthers) {
  std::vector<PolicyKind> asked;
  bool matters = true;
  StateReader reader([&](const PolicyDocument& document, PolicyKind kind) {
    EXPECT_EQ(document.statements.size(), 1u);
    asked.push_back(kind);
    return matters;
  });
  for (const Attribute attribute :
       {Attribute::inline_policy, Attribute::version, Attribute::policy}) {
    const Fact fact = fact_of(EntityKind::policy, attribute, "v1", "");
    const OutputRecord record = state_record(account, fact, 0, Topics());
    matters = true;
    const auto kept = reader.read(record.key, record.value);
    ASSERT_TRUE(kept && kept->fact.entry.document);
    EXPECT_EQ(kept->fact.entry.document->text, fact.document_text);
    matters = false;
    EXPECT_EQ(reader.read(record.key, record.value)->fact.entry.document, nullptr);
  }
  EXPECT_EQ(asked, (std::vector{PolicyKind::identity, PolicyKind::identity, PolicyKind::identity,
                                PolicyKind::identity, PolicyKind::resource, PolicyKind::resource}));
}

TEST(StateReader, DocumentThatNoLongerParsesBecomesADoubt) {
  const std::pair<Attribute, Attribute> pairs[] = {
      {Attribute::inline_policy, Attribute::inline_doubt},
      {Attribute::version, Attribute::version_doubt},
      {Attribute::policy, Attribute::policy_doubt}};
  for (const auto& [attribute, doubt] : pairs) {
    Fact fact = fact_of(EntityKind::policy, attribute, "v1", "");
    fact.document_text = R"({"Statement":[{"Effect":"Permit"}]})";
    const Fact read = restored(fact);
    EXPECT_EQ(to_string(read.entry.attribute), to_string(doubt));
    EXPECT_EQ(read.entry.name, "v1");
    EXPECT_EQ(read.entry.stamp, fact.entry.stamp);
    EXPECT_TRUE(read.entry.is_set);
    EXPECT_NE(read.entry.value, "");
    EXPECT_EQ(read.entry.document, nullptr);
    EXPECT_EQ(read.document_text, "");
  }
}

TEST(StateReader, RefusesTheRecordsOfANewerAuditor) {
  StateReader reader = reader_of_all();
  const auto read =
      reader.read(R"(["aws","1","role","","r","created",""])", R"({"v":2,"when":[]})");
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().find("version 2"), std::string::npos) << read.error();
}

TEST(StateReader, SaysWhatIsWrongWithABrokenRecordAndReadsTheNext) {
  StateReader reader = reader_of_all();
  const std::string good_key = R"(["aws","1","role","","r","created",""])";
  const std::string good = R"({"v":1,"time":1,"id":"","rev":0,"set":true,"value":""})";
  const std::pair<std::string, std::string> broken[] = {
      {"", good},
      {"not json", good},
      {"{}", good},
      {R"(["aws","1","role","","r","created"])", good},
      {R"(["aws","1","role","","r","created","",1])", good},
      {R"(["aws","1","role","","r","created","",1,"e",4294967296])", good},
      {R"(["aws",1,"role","","r","created",""])", good},
      {R"(["aws","1","planet","","r","created",""])", good},
      {R"(["aws","1","role","","r","eaten",""])", good},
      {R"(["aws","1","role","","r","created",""])", "x"},
      {good_key, "[]"},
      {good_key, "{}"},
      {good_key, R"({"v":1,"time":"1","id":"","rev":0,"set":true,"value":""})"},
      {good_key, R"({"v":1,"time":1,"id":"","rev":-1,"set":true,"value":""})"},
      {good_key, R"({"v":1,"time":1,"id":"","rev":4294967296,"set":true,"value":""})"},
      {good_key, R"({"v":1,"time":1,"id":"","rev":0,"set":true})"},
      {good_key, R"({"v":1,"time":1,"id":"","rev":0,"set":true,"value":7})"},
      {good_key, "{\"v\":1,\"time\":1,\"id\":\"\xff\",\"rev\":0,\"set\":true,\"value\":\"\"}"},
  };
  for (const auto& [key, value] : broken) {
    EXPECT_FALSE(reader.read(key, value).has_value()) << key << ' ' << value;
    EXPECT_TRUE(reader.read(good_key, good).has_value());
  }
}

TEST(StateReader, SaysHowManyRecordsItReadsASecond) {
  StateReader reader = reader_of_all();
  const OutputRecord record = state_record(
      account, fact_of(EntityKind::role, Attribute::attached, "arn:aws:iam::aws:policy/P", ""), 0,
      Topics());
  constexpr int count = 200'000;
  std::size_t read = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i)
    read += reader.read(record.key, record.value).has_value() ? 1U : 0U;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::cout << "read " << static_cast<long>(count / seconds.count()) << " records/s\n";
  EXPECT_EQ(read, std::size_t{count});
}

}  // namespace
}  // namespace auditor::state_record_test
