// Commits, reads and indexes of one store.
#include <atomic>
#include <thread>

#include "base/error_codes.h"
#include "test_store.h"

namespace qodly::storage {
namespace {

using Kind = CommitFailure::Kind;

Value number(std::int64_t value) { return Value::integer(value); }
Value text(std::string_view value) { return Value::text(value); }

TEST_F(StoreTest, InsertsAndReadsBack) {
  openPeople();
  const RecordNumber first = insert({number(1), text("Ann"), number(30)});
  const RecordNumber second = insert({number(2), text("Bob")});
  EXPECT_EQ(value(first, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_TRUE(value(second, age(), ColumnType::int32).isNull());

  const auto scope = store_->read();
  EXPECT_EQ(scope->count(person()), 2u);
  EXPECT_EQ(scope->end(person()), second + 1);
  const RecordView record = scope->record(person(), first);
  EXPECT_EQ(record.stamp(), 1u);
  EXPECT_GT(record.savedAt().ms, 1'600'000'000'000);
  EXPECT_FALSE(scope->record(person(), 999));
  EXPECT_EQ(find(id(), number(2), ColumnType::int32), Numbers{second});
  EXPECT_EQ(find(nameColumn(), text("ANN"), ColumnType::text), Numbers{first});
}

TEST_F(StoreTest, UpdatesMoveIndexEntriesAndRemovesDropThem) {
  openPeople();
  const RecordNumber record = insert({number(1), text("Ann"), number(30)});
  ASSERT_TRUE(update(record, {number(1), text("Zoe"), number(30)}, 1, 2).has_value());
  EXPECT_TRUE(find(nameColumn(), text("Ann"), ColumnType::text).empty());
  EXPECT_EQ(find(nameColumn(), text("Zoe"), ColumnType::text), Numbers{record});
  EXPECT_EQ(store_->read()->record(person(), record).stamp(), 2u);
  expectSound();
  ASSERT_TRUE(remove(record, 2).has_value());
  EXPECT_TRUE(find(nameColumn(), text("Zoe"), ColumnType::text).empty());
  EXPECT_FALSE(store_->read()->record(person(), record));
  expectSound();
}

TEST_F(StoreTest, RefusesStaleStampsAndMissingRecords) {
  openPeople();
  const RecordNumber record = insert({number(1), text("Ann")});
  EXPECT_EQ(update(record, {number(1), text("Bea")}, 7, 8).error().kind, Kind::stampChanged);
  EXPECT_EQ(remove(record, 7).error().kind, Kind::stampChanged);
  EXPECT_EQ(update(record + 100, {number(9)}, 0, 2).error().kind, Kind::missing);
  EXPECT_EQ(remove(record + 100).error().kind, Kind::missing);
  EXPECT_EQ(value(record, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_TRUE(remove(record, 0).has_value());
}

TEST_F(StoreTest, RefusesDuplicatesAndLeavesNothingOfTheSet) {
  openPeople();
  insert({number(1), text("Ann")});
  ChangeSet set;
  addInsert(set, {number(5), text("Carl")});
  const RecordNumber offender = addInsert(set, {number(1), text("Dora")});
  const Store::Outcome outcome = store_->commit(std::move(set));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::duplicateKey);
  EXPECT_EQ(outcome.error().column, id());
  EXPECT_EQ(outcome.error().record, (RecordId{person(), offender}));
  EXPECT_EQ(outcome.error().error.code(), code::duplicateKey);
  EXPECT_NE(outcome.error().error.message().find("Person.ID"), std::string::npos);
  EXPECT_EQ(store_->read()->count(person()), 1u);

  ChangeSet twins;
  addInsert(twins, {number(7)});
  addInsert(twins, {number(7)});
  EXPECT_EQ(store_->commit(std::move(twins)).error().kind, Kind::duplicateKey);

  ChangeSet nulls;
  addInsert(nulls, {Value::null(), text("x")});
  addInsert(nulls, {Value::null(), text("y")});
  EXPECT_TRUE(store_->commit(std::move(nulls)).has_value());
  expectSound();
}

TEST_F(StoreTest, AllowsUniqueValuesToChangePlacesInOneSet) {
  openPeople();
  const RecordNumber first = insert({number(1)}), second = insert({number(2)});
  ChangeSet set;
  set.put({person(), first}, {Change::Kind::update, encode({number(2)}), 1, 2});
  set.put({person(), second}, {Change::Kind::update, encode({number(1)}), 1, 2});
  ASSERT_TRUE(store_->commit(std::move(set)).has_value());
  EXPECT_EQ(find(id(), number(1), ColumnType::int32), Numbers{second});
  ChangeSet reuse;
  reuse.put({person(), first}, {Change::Kind::remove, {}, 0, 0});
  const RecordNumber third = addInsert(reuse, {number(2)});
  ASSERT_TRUE(store_->commit(std::move(reuse)).has_value());
  EXPECT_EQ(find(id(), number(2), ColumnType::int32), Numbers{third});
  expectSound();
}

TEST_F(StoreTest, ChecksAbsences) {
  openPeople();
  const RecordNumber child = insert({number(1), text("Ann"), number(30)});
  const auto require = [&](ColumnId column, Value key) {
    ChangeSet set;
    set.require({person(), column, std::move(key)});
    return store_->commit(std::move(set));
  };
  EXPECT_EQ(require(age(), number(30)).error().kind, Kind::stillReferenced);
  EXPECT_TRUE(require(age(), number(31)).has_value());
  EXPECT_EQ(require(nameColumn(), text("ann")).error().kind, Kind::stillReferenced);
  EXPECT_TRUE(require(column(3), text("nothing")).has_value());  // no ordered index: by scan

  ChangeSet removing;
  removing.put({person(), child}, {Change::Kind::remove, {}, 0, 0});
  removing.require({person(), age(), number(30)});
  EXPECT_TRUE(store_->commit(std::move(removing)).has_value());

  ChangeSet adding;
  addInsert(adding, {number(2), text("Bob"), number(40)});
  adding.require({person(), age(), number(40)});
  EXPECT_EQ(store_->commit(std::move(adding)).error().kind, Kind::stillReferenced);
}

TEST_F(StoreTest, KeepsEverythingWhenReopened) {
  openPeople();
  const RecordNumber record = insert({number(1), text("Ann")});
  EXPECT_EQ(store_->nextSequence(person(), id()), 1);
  EXPECT_EQ(store_->nextSequence(person(), id()), 2);
  store_->raiseSequence(person(), id(), 50);
  ASSERT_TRUE(store_->setProperty("stamp", "17").has_value());
  ChangeSet withProperty;
  withProperty.setProperty("position", "9");
  ASSERT_TRUE(store_->commit(std::move(withProperty)).has_value());
  openPeople();
  EXPECT_EQ(value(record, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_EQ(store_->nextSequence(person(), id()), 51);
  EXPECT_GT(store_->reserve(person()), record);
  EXPECT_EQ(store_->property("stamp"), "17");
  EXPECT_EQ(store_->property("position"), "9");
  EXPECT_EQ(store_->property("other"), std::nullopt);
  expectSound();
}

TEST_F(StoreTest, ConcurrentSubmittersAgreeOnUniqueValues) {
  openPeople();
  constexpr int threads = 8, values = 60;
  std::atomic<int> accepted = 0;
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < values; ++i) {
        ChangeSet set;
        addInsert(set, {number(i), text("worker " + std::to_string(t)), number(t)});
        if (store_->commit(std::move(set)).has_value()) ++accepted;
      }
    });
  }
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const auto scope = store_->read();
      std::uint64_t seen = 0;
      scope->scan(person(), 0, noRecord, [&](RecordNumber, const RecordView& record) {
        seen += record.isSound() ? 1 : 0;
        return true;
      });
      EXPECT_EQ(seen, scope->count(person()));
      EXPECT_EQ(scope->countIndex(person(), id(), IndexKind::ordered, {}, UINT64_MAX), seen);
    }
  });
  for (std::thread& worker : workers) worker.join();
  stop = true;
  reader.join();
  EXPECT_EQ(accepted, values);
  EXPECT_EQ(store_->read()->count(person()), static_cast<std::uint64_t>(values));
  expectSound();
}

TEST_F(StoreTest, WalksIndexRangesBothWays) {
  openPeople();
  for (int i = 0; i < 50; ++i) insert({number(i), text("n"), number(i % 10)});
  const auto key = [&](std::int64_t value) {
    return indexKey(ColumnType::int32, number(value), store_->collation()).bytes;
  };
  const auto ids = [&](const KeyRange& range, bool descending) {
    std::vector<std::int64_t> found;
    const auto scope = store_->read();
    scope->scanIndex(person(), age(), IndexKind::ordered, range, descending,
                     [&](std::string_view, RecordNumber record) {
                       found.push_back(scope->record(person(), record).field(id()).integer());
                       return found.size() < 12;
                     });
    return found;
  };
  KeyRange range;
  range.from = key(2);
  range.to = key(4);
  EXPECT_EQ(ids(range, false), (std::vector<std::int64_t>{2, 12, 22, 32, 42, 3, 13, 23, 33, 43, 4, 14}));
  EXPECT_EQ(ids(range, true), (std::vector<std::int64_t>{4, 14, 24, 34, 44, 3, 13, 23, 33, 43, 2, 12}));
  range.fromInclusive = range.toInclusive = false;
  EXPECT_EQ(ids(range, false), (std::vector<std::int64_t>{3, 13, 23, 33, 43}));
  EXPECT_EQ(ids(range, true), (std::vector<std::int64_t>{3, 13, 23, 33, 43}));
  KeyRange above;
  above.from = key(8);
  above.fromInclusive = false;
  EXPECT_EQ(ids(above, true), (std::vector<std::int64_t>{9, 19, 29, 39, 49}));
  KeyRange beyond;
  beyond.from = key(100);
  EXPECT_TRUE(ids(beyond, true).empty());
  EXPECT_TRUE(ids(beyond, false).empty());
  EXPECT_EQ(store_->read()->countIndex(person(), age(), IndexKind::ordered, range, 100), 5u);
  EXPECT_GE(store_->read()->countIndex(person(), age(), IndexKind::ordered, {}, 3), 3u);

  std::uint64_t inRuns = 0;
  store_->read()->scanIndexRuns(person(), age(), IndexKind::ordered, {}, [&](std::string_view, auto numbers) {
    inRuns += numbers.size();
    return true;
  });
  EXPECT_EQ(inRuns, 50u);
  EXPECT_EQ(store_->read()->findIndex(person(), age(), IndexKind::ordered, key(3)), 3u);
  EXPECT_EQ(store_->read()->findIndex(person(), age(), IndexKind::ordered, key(33)), noRecord);
}

TEST_F(StoreTest, PrefixRangesEndWithThePrefix) {
  openPeople();
  for (const char* name : {"an", "Anna", "anton", "ao", "b"}) insert({Value::null(), text(name)});
  KeyRange range;
  range.from = indexKey(ColumnType::text, text("AN"), store_->collation()).bytes;
  range.prefix = true;
  for (const bool descending : {false, true}) {
    Numbers found;
    store_->read()->scanIndex(person(), nameColumn(), IndexKind::ordered, range, descending,
                              [&](std::string_view, RecordNumber record) {
                                found.push_back(record);
                                return true;
                              });
    EXPECT_EQ(found, descending ? (Numbers{2, 1, 0}) : (Numbers{0, 1, 2}));
  }
}

TEST_F(StoreTest, LongTextsAreUniqueAsAWhole) {
  open();
  TableDefinition table = personDefinition();
  table.columns[1].unique = true;
  define({table});
  const std::string common(3000, 'x');
  insert({number(1), text(common + "a")});
  const RecordNumber second = insert({number(2), text(common + "b")});
  ChangeSet set;
  addInsert(set, {number(3), text(common + "A")});
  EXPECT_EQ(store_->commit(std::move(set)).error().kind, Kind::duplicateKey);
  EXPECT_EQ(update(second, {number(2), text(common + "á")}, 1, 2).error().kind, Kind::duplicateKey);
  EXPECT_TRUE(update(second, {number(2), text(common + "c")}, 1, 2).has_value());
  expectSound();
}

TEST_F(StoreTest, AReadScopeKeepsItsSnapshot) {
  openPeople();
  const RecordNumber record = insert({number(1), text("Ann")});
  const auto before = store_->read();
  ASSERT_TRUE(remove(record).has_value());
  EXPECT_TRUE(before->record(person(), record));
  EXPECT_EQ(before->count(person()), 1u);
  const auto after = store_->read();
  EXPECT_FALSE(after->record(person(), record));
  EXPECT_LT(before->snapshot(), after->snapshot());
}

TEST_F(StoreTest, AScopeOpenedAfterACommitSeesIt) {
  openPeople();
  const RecordNumber record = insert({number(1), text("Ann")});
  for (std::uint32_t stamp = 1; stamp < 50; ++stamp) {
    EXPECT_EQ(store_->read()->record(person(), record).stamp(), stamp);
    EXPECT_EQ(store_->read()->record(person(), record).stamp(), stamp);  // nothing was written in between
    ASSERT_TRUE(update(record, {number(1), text("Ann")}, stamp, stamp + 1).has_value());
  }
}

TEST_F(StoreTest, ScopesSeeTablesThatAreDefinedWhileOthersAreOpen) {
  openPeople();
  insert({number(1), text("Ann")});
  const auto before = store_->read();
  { const auto idle = store_->read(); }
  TableDefinition pet{"pet-uuid", "Pet", {{"petName", "name", ColumnType::text, false}}, {}};
  pet.indexes = {{"petName", IndexKind::ordered}};
  define({personDefinition(), pet});
  const auto after = store_->read();
  EXPECT_EQ(after->count(bindings_[1].table), 0u);
  EXPECT_EQ(after->findIndex(bindings_[1].table, bindings_[1].columns[0], IndexKind::ordered, "x"), noRecord);
  EXPECT_EQ(before->count(person()), 1u);
}

TEST_F(StoreTest, IdleReadersDoNotKeepThePagesOfOldSnapshots) {
  openPeople();
  const std::string notes(100'000, 'n');
  const RecordNumber record = insert({number(1), text("Ann"), number(1), text(notes)});
  const auto readTwice = [&] {
    const auto one = store_->read(), other = store_->read();
    return one->count(person()) + other->count(person());
  };
  constexpr std::uint32_t times = 300;
  for (std::uint32_t stamp = 1; stamp <= times; ++stamp) {
    ASSERT_EQ(readTwice(), 2u);
    ASSERT_TRUE(update(record, {number(1), text("Ann"), number(1), text(notes)}, stamp, stamp + 1).has_value());
  }
  EXPECT_LT(std::filesystem::file_size(folder_ / "data.qodly"), times * notes.size() / 5);
}

TEST(ChangeSet, MergesKinds) {
  ChangeSet set;
  const RecordId record{1, 5};
  set.put(record, {Change::Kind::insert, "a", 0, 1});
  set.put(record, {Change::Kind::update, "b", 1, 2});
  EXPECT_EQ(set.find(record)->kind, Change::Kind::insert);
  EXPECT_EQ(set.find(record)->record, "b");
  EXPECT_EQ(set.find(record)->newStamp, 2u);
  set.put(record, {Change::Kind::remove, "", 2, 0});
  EXPECT_EQ(set.find(record), nullptr);

  set.put(record, {Change::Kind::update, "c", 4, 5});
  ChangeSet inner;
  inner.put(record, {Change::Kind::remove, "", 5, 0});
  inner.setProperty("p", "1");
  set.merge(std::move(inner));
  EXPECT_EQ(set.find(record)->kind, Change::Kind::remove);
  EXPECT_EQ(set.find(record)->expectedStamp, 4u);
  EXPECT_EQ(set.properties().at("p"), "1");
  set.put(record, {Change::Kind::insert, "d", 0, 1});
  EXPECT_EQ(set.find(record)->kind, Change::Kind::update);
  EXPECT_EQ(set.find(record)->expectedStamp, 4u);
}

}  // namespace
}  // namespace qodly::storage
