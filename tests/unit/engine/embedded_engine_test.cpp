// Readers, locks, listeners, and attributes whose type has changed.
#include "engine/embedded/embedded_engine.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "storage/store.h"
#include "tests/unit/engine/marina.h"

namespace qodly::engine::test {
namespace {

Row boatNamed(std::int64_t id, std::string_view name) {
  Row row(b::count);
  row[b::id] = Value::integer(id);
  row[b::name] = row[b::plainName] = Value::text(name);
  return row;
}

TEST(Reader, FindsByUniqueKeyThroughTransactions) {
  Marina marina;
  const std::string stem(600, 'k');
  const RecordNumber first = marina.insert(harbour, {Value::integer(1), Value::text(stem + "a")});
  const RecordNumber second = marina.insert(harbour, {Value::integer(2), Value::text(stem + "b")});
  marina.begin();
  marina.remove(harbour, first);
  const RecordNumber third = marina.insert(harbour, {Value::integer(3), Value::text("ÉLAN")});
  marina.update(harbour, second, {Value::integer(4), Value::text("moved")});
  const auto committed = marina.engine().read();
  EXPECT_EQ(committed->findUnique(harbour, h::id, Value::integer(1)), first);
  EXPECT_EQ(committed->findUnique(harbour, h::code, Value::text(stem + "B")), second);
  EXPECT_EQ(committed->findUnique(harbour, h::code, Value::text(stem + "c")), storage::noRecord);
  EXPECT_EQ(committed->findUnique(harbour, h::id, Value::null()), storage::noRecord);
  EXPECT_EQ(committed->count(harbour), 2u);
  const auto own = marina.engine().read(marina.overlay());
  EXPECT_EQ(own->findUnique(harbour, h::id, Value::integer(1)), storage::noRecord);
  EXPECT_EQ(own->findUnique(harbour, h::id, Value::integer(2)), storage::noRecord);
  EXPECT_EQ(own->findUnique(harbour, h::id, Value::integer(4)), second);
  EXPECT_EQ(own->findUnique(harbour, h::code, Value::text("elan")), third);
  EXPECT_FALSE(own->record(harbour, first));
  EXPECT_TRUE(own->record(harbour, third));
  EXPECT_EQ(own->count(harbour), 2u);
}

TEST(Reader, FindsKeysWrittenSeveralTimesInNestedLevels) {
  Marina marina;
  marina.begin();
  const RecordNumber first = marina.insert(harbour, {Value::integer(1), Value::text("a")});
  EXPECT_EQ(marina.engine().read(marina.overlay())->findUnique(harbour, h::code, Value::text("A")), first);
  marina.begin();
  marina.update(harbour, first, {Value::integer(1), Value::text("b")});
  const RecordNumber second = marina.insert(harbour, {Value::integer(2), Value::text("a")});
  EXPECT_EQ(marina.engine().read(marina.overlay())->findUnique(harbour, h::code, Value::text("a")), second);
  EXPECT_EQ(marina.engine().read(marina.overlay())->findUnique(harbour, h::code, Value::text("b")), first);
  marina.remove(harbour, second);
  EXPECT_EQ(marina.engine().read(marina.overlay())->findUnique(harbour, h::code, Value::text("a")), storage::noRecord);
  marina.mergeLevel();
  EXPECT_EQ(marina.engine().read(marina.overlay())->findUnique(harbour, h::code, Value::text("b")), first);
  EXPECT_EQ(marina.engine().read(marina.overlay())->findUnique(harbour, h::code, Value::text("a")), storage::noRecord);
}

TEST(All, FollowsCommitsOnceRecordsHaveGaps) {
  Marina marina;
  std::vector<RecordNumber> numbers;
  for (int i = 0; i < 5; ++i) numbers.push_back(marina.insert(boat, boatNamed(i, "boat")));
  marina.remove(boat, numbers[2]);
  const auto all = [&] { return marina.engine().all(boat, marina.overlay()).toVector(); };
  EXPECT_EQ(all(), (std::vector{numbers[0], numbers[1], numbers[3], numbers[4]}));
  const orda::RecordSet before = marina.engine().all(boat, nullptr);
  const RecordNumber added = marina.insert(boat, boatNamed(9, "boat"));
  marina.remove(boat, numbers[0]);
  EXPECT_EQ(all(), (std::vector{numbers[1], numbers[3], numbers[4], added}));
  EXPECT_EQ(before.size(), 4u);
  marina.begin();
  marina.remove(boat, added);
  EXPECT_EQ(all(), (std::vector{numbers[1], numbers[3], numbers[4]}));
  marina.cancelAll();
  EXPECT_EQ(all(), (std::vector{numbers[1], numbers[3], numbers[4], added}));
}

TEST(BulkLoad, QueriesGoThroughTheRecordsMeanwhile) {
  Marina marina;
  const auto load = marina.engine().bulkLoad(boat, 1'000'000);
  const RecordNumber number = marina.insert(boat, boatNamed(1, "ika"));
  marina.insert(boat, boatNamed(2, "orr"));
  query::Node node = condition(boat, b::name, query::Operator::equal, Value::text("IKA"));
  node.access = query::Node::Access::index;
  for (int round = 0; round < 2; ++round) {
    const auto found = marina.engine().run({boat, node, {}}, nullptr, nullptr, nullptr);
    ASSERT_TRUE(found.has_value()) << found.error().text();
    EXPECT_EQ(found->toVector(), std::vector{number});
    const std::vector keys{sortKey(boat, b::name, true)};
    EXPECT_EQ(marina.engine().sort(boat, marina.engine().all(boat, nullptr), keys, nullptr)->at(1), number);
    ASSERT_TRUE(load->finish().has_value());
  }
}

TEST(Reader, VisitsRecordsInTheOrderGiven) {
  Marina marina;
  const RecordNumber first = marina.insert(boat, boatNamed(1, "one"));
  const RecordNumber second = marina.insert(boat, boatNamed(2, "two"));
  const std::vector<RecordNumber> numbers{second, 999, first};
  std::vector<std::string> seen;
  const auto reader = marina.engine().read();
  reader->records(boat, numbers, [&](std::size_t position, const storage::RecordView& record) {
    EXPECT_EQ(position, seen.size());
    seen.push_back(record ? std::string(marina.engine().decode(record, boat, b::name)->asText()) : "-");
    return true;
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"two", "-", "one"}));
}

TEST(Decode, GivesBlanksLargeValuesAndNulls) {
  Marina marina;
  Row row = boatNamed(1, std::string(100'000, 'x'));
  row[b::rank] = Value::null();
  const RecordNumber number = marina.insert(boat, row);
  const auto reader = marina.engine().read();
  const auto record = reader->record(boat, number);
  EXPECT_EQ(marina.engine().decode(record, boat, b::name)->asText().size(), 100'000u);
  EXPECT_EQ(marina.engine().decode(record, boat, b::rank)->asInteger(), 0);
  EXPECT_TRUE(marina.engine().decode(record, boat, b::crew)->isNull());
}

TEST(Locks, RefuseForeignCommits) {
  Marina marina;
  const RecordNumber number = marina.insert(boat, boatNamed(1, "one"));
  const storage::RecordId id{marina.engine().schema()->tables[boat], number};
  orda::LockTable& locks = marina.engine().locks();
  orda::LockInfo mine;
  mine.owner = 7;
  mine.userName = "ika";
  EXPECT_FALSE(locks.lock(id, mine));
  EXPECT_FALSE(locks.lock(id, mine));
  orda::LockInfo other;
  other.owner = 8;
  ASSERT_TRUE(locks.lock(id, other));
  EXPECT_EQ(locks.lock(id, other)->userName, "ika");
  const auto commit = [&](orda::Owner owner, orda::Owner session) {
    ChangeSet changes;
    changes.put(id, marina.change(boat, boatNamed(1, "two"), storage::Change::Kind::update));
    return marina.engine().commit(std::move(changes), owner, session);
  };
  const auto refused = commit(8, 0);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, storage::CommitFailure::Kind::locked);
  EXPECT_EQ(refused.error().record, id);
  EXPECT_TRUE(commit(7, 0).has_value());
  EXPECT_TRUE(commit(8, 7).has_value());
  EXPECT_FALSE(locks.unlock(id, 8));
  EXPECT_TRUE(locks.unlock(id, 7));
  EXPECT_TRUE(locks.holder(id));
  EXPECT_TRUE(locks.unlock(id, 7));
  EXPECT_FALSE(locks.holder(id));
  EXPECT_FALSE(locks.unlock(id, 7));
  EXPECT_FALSE(locks.lock(id, other));
  locks.releaseAll(8);
  EXPECT_FALSE(locks.holder(id));
}

TEST(Listeners, HearCommittedChangesUntilTheTokenGoes) {
  Marina marina;
  std::vector<orda::ChangeEvent> heard;
  auto token = marina.engine().listen(
      [&](std::span<const orda::ChangeEvent> events) { heard.insert(heard.end(), events.begin(), events.end()); });
  const RecordNumber number = marina.insert(boat, boatNamed(1, "one"));
  marina.remove(boat, number);
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0].dataClass, boat);
  EXPECT_EQ(heard[0].number, number);
  EXPECT_EQ(heard[1].kind, storage::Change::Kind::remove);
  token.reset();
  marina.insert(boat, boatNamed(2, "two"));
  EXPECT_EQ(heard.size(), 2u);
}

TEST(Retyped, AttributesAreConvertedWhereverTheyAreRead) {
  Marina marina;
  std::vector<RecordNumber> numbers;
  for (const char* name : {"30", "7", "many", "100"}) {
    numbers.push_back(marina.insert(boat, boatNamed(static_cast<std::int64_t>(numbers.size()), name)));
  }
  auto changed = qodly::engine::test::marina();
  for (const std::uint32_t attribute : {b::name, b::plainName}) {
    changed.classes[boat].attributes[attribute].type = model::AttributeType::long32;
  }
  orda::Engine& engine = marina.engine();
  ASSERT_TRUE(engine.apply(std::make_shared<const model::Model>(changed), {}).has_value());
  for (const std::uint32_t attribute : {b::name, b::plainName}) {
    query::Node less = condition(boat, attribute, query::Operator::less, Value::integer(50));
    if (attribute == b::name) less.access = query::Node::Access::index;
    EXPECT_EQ(engine.run({boat, less, {}}, nullptr, nullptr, nullptr)->toVector(),
              (std::vector{numbers[0], numbers[1]}));
    const query::Node missing = condition(boat, attribute, query::Operator::equal, Value::null());
    EXPECT_EQ(engine.run({boat, missing, {}}, nullptr, nullptr, nullptr)->toVector(), std::vector{numbers[2]});
    const std::vector keys{sortKey(boat, attribute)};
    EXPECT_EQ(engine.sort(boat, engine.all(boat, nullptr), keys, nullptr)->toVector(),
              (std::vector{numbers[2], numbers[1], numbers[0], numbers[3]}));
    EXPECT_DOUBLE_EQ(engine.aggregate(path(boat, attribute), boat, engine.all(boat, nullptr), nullptr)->sum, 137);
  }
  const auto reader = engine.read();
  EXPECT_EQ(engine.decode(reader->record(boat, numbers[0]), boat, b::name)->asInteger(), 30);
  EXPECT_TRUE(engine.decode(reader->record(boat, numbers[2]), boat, b::name)->isNull());
}

TEST(Encode, RefusesAttributesWithoutData) {
  Marina marina;
  auto changed = qodly::engine::test::marina();
  model::Attribute relation;
  relation.name = "harbour";
  relation.kind = model::AttributeKind::relatedEntity;
  changed.classes[boat].attributes.push_back(relation);
  ASSERT_TRUE(marina.engine().apply(std::make_shared<const model::Model>(changed), {}).has_value());
  storage::RecordBuilder builder(marina.engine().currentLayout(boat));
  const auto done = marina.engine().encode(builder, boat, b::count, Value::integer(1));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code(), code::wrongArgument);
  EXPECT_NE(done.error().message().find("Boat.harbour"), std::string::npos);
}

TEST(Concurrency, QueriesAndCommitsRunTogether) {
  Marina marina;
  std::vector<std::jthread> threads;
  std::atomic<bool> stop{false};
  for (int i = 0; i < 200; ++i) marina.insert(boat, boatNamed(i, "boat"));
  threads.emplace_back([&] {
    query::Node node = condition(boat, b::name, query::Operator::equal, Value::text("boat"));
    while (!stop) {
      for (const auto access : {query::Node::Access::index, query::Node::Access::sequential}) {
        node.access = access;
        EXPECT_GE(marina.engine().run({boat, node, {}}, nullptr, nullptr, nullptr)->size(), 200u);
      }
    }
  });
  for (int i = 200; i < 400; ++i) marina.insert(boat, boatNamed(i, "boat"));
  stop = true;
  threads.clear();
  EXPECT_EQ(marina.engine().read()->count(boat), 400u);
}

}  // namespace
}  // namespace qodly::engine::test
