// Tables that change under their data.
#include "base/error_codes.h"
#include "test_store.h"

namespace qodly::storage {
namespace {

TEST_F(StoreTest, RenamesKeepTheData) {
  openPeople();
  const std::vector<TableBinding> before = bindings_;
  const RecordNumber record = insert({Value::integer(1), Value::text("Ann")});
  TableDefinition table = personDefinition();
  table.name = "Human";
  table.columns[1].name = "fullName";
  define({table});
  EXPECT_EQ(bindings_[0].table, before[0].table);
  EXPECT_EQ(bindings_[0].columns, before[0].columns);
  EXPECT_EQ(value(record, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_EQ(store_->layouts(person())->all().size(), 1u);
  expectSound();
}

TEST_F(StoreTest, AddedColumnsAreNullInOldRecords) {
  openPeople();
  const RecordNumber old = insert({Value::integer(1), Value::text("Ann")});
  TableDefinition table = personDefinition();
  table.columns.push_back({"email", "email", ColumnType::text, false});
  table.indexes.push_back({"email", IndexKind::ordered});
  define({table});
  EXPECT_TRUE(value(old, column(6), ColumnType::text).isNull());
  const RecordNumber fresh = insert({Value::integer(2), {}, {}, {}, {}, {}, Value::text("b@c")});
  EXPECT_EQ(value(fresh, column(6), ColumnType::text).asText(), "b@c");
  EXPECT_EQ(find(column(6), Value::null(), ColumnType::text), Numbers{old});
  expectSound();
}

TEST_F(StoreTest, ADroppedColumnFindsItsValuesAgain) {
  openPeople();
  const RecordNumber untouched = insert({Value::integer(1), Value::text("Ann"), Value::integer(30)});
  const RecordNumber written = insert({Value::integer(2), Value::text("Bob"), Value::integer(40)});
  const ColumnId ageId = age();
  TableDefinition without = personDefinition();
  std::erase_if(without.columns, [](const ColumnDefinition& c) { return c.uuid == "age"; });
  std::erase_if(without.indexes, [](const IndexDefinition& i) { return i.columnUuid == "age"; });
  define({without});
  EXPECT_FALSE(store_->hasIndex(person(), ageId, IndexKind::ordered));
  EXPECT_EQ(store_->layouts(person())->current().slot(ageId), -1);
  ASSERT_TRUE(update(written, {Value::integer(2), Value::text("Bobby")}, 1, 2).has_value());
  expectSound();

  open();
  define({personDefinition()});
  EXPECT_EQ(age(), ageId);
  EXPECT_EQ(value(untouched, ageId, ColumnType::int32).asInteger(), 30);
  EXPECT_TRUE(value(written, ageId, ColumnType::int32).isNull());
  EXPECT_EQ(find(ageId, Value::integer(30), ColumnType::int32), Numbers{untouched});
  expectSound();
}

TEST_F(StoreTest, RetypedColumnsConvertAndReindex) {
  openPeople();
  const RecordNumber number = insert({Value::integer(1), Value::text("17")});
  const RecordNumber word = insert({Value::integer(2), Value::text("Bob")});
  TableDefinition table = personDefinition();
  table.columns[1].type = ColumnType::int32;
  define({table});
  EXPECT_EQ(value(number, nameColumn(), ColumnType::int32).asInteger(), 17);
  EXPECT_TRUE(value(word, nameColumn(), ColumnType::int32).isNull());
  EXPECT_EQ(find(nameColumn(), Value::integer(17), ColumnType::int32), Numbers{number});
  EXPECT_EQ(find(nameColumn(), Value::null(), ColumnType::int32), Numbers{word});
  expectSound();
  ASSERT_TRUE(update(number, {Value::integer(1), Value::integer(18)}, 1, 2).has_value());
  EXPECT_TRUE(find(nameColumn(), Value::integer(17), ColumnType::int32).empty());
  EXPECT_EQ(find(nameColumn(), Value::integer(18), ColumnType::int32), Numbers{number});
  expectSound();
  open();
  define({table});
  expectSound();
}

TEST_F(StoreTest, ADroppedTableComesBackWithItsData) {
  openPeople();
  const RecordNumber record = insert({Value::integer(1), Value::text("Ann")});
  TableDefinition other{"other-uuid", "Other", {{"x", "x", ColumnType::text, false}}, {}};
  define({other});
  expectSound();
  open();
  define({other, personDefinition()});
  std::swap(bindings_[0], bindings_[1]);
  EXPECT_EQ(value(record, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_EQ(find(nameColumn(), Value::text("Ann"), ColumnType::text), Numbers{record});
  expectSound();
}

TEST_F(StoreTest, NewIndexesAreBuiltWithProgress) {
  open();
  TableDefinition bare = personDefinition();
  bare.indexes.clear();
  define({bare});
  ChangeSet set;
  for (int i = 0; i < 25'000; ++i) addInsert(set, {Value::integer(i), Value::text("n" + std::to_string(i % 1000))});
  ASSERT_TRUE(store_->commit(std::move(set)).has_value());
  std::uint64_t last = 0, calls = 0;
  const auto bound =
      store_->defineTables({personDefinition()}, [&](std::uint64_t done, std::uint64_t total, auto what) {
        EXPECT_EQ(total, 25'000u);
        EXPECT_GE(done, last);
        EXPECT_NE(what.find("Person"), std::string_view::npos);
        last = done;
        ++calls;
      });
  ASSERT_TRUE(bound.has_value());
  EXPECT_EQ(last, 25'000u);
  EXPECT_GE(calls, 2u);
  EXPECT_EQ(find(nameColumn(), Value::text("n7"), ColumnType::text).size(), 25u);
  expectSound();
}

TEST_F(StoreTest, AnotherLocaleRebuildsTextIndexes) {
  openPeople();
  const RecordNumber record = insert({Value::integer(1), Value::text("öl")});
  insert({Value::integer(2), Value::text("zebra")});
  options_.collationLocale = "sv";
  openPeople();
  EXPECT_EQ(store_->collation().locale(), "sv");
  EXPECT_EQ(find(nameColumn(), Value::text("öl"), ColumnType::text), Numbers{record});
  expectSound();
  Numbers order;
  store_->read()->scanIndex(person(), nameColumn(), IndexKind::ordered, {}, false,
                            [&](std::string_view, RecordNumber r) {
                              order.push_back(r);
                              return true;
                            });
  EXPECT_EQ(order, (Numbers{1, 0}));  // Swedish: ö comes after z
}

TEST_F(StoreTest, DefinitionsWithoutIdentityAreRefused) {
  open();
  TableDefinition nameless = personDefinition();
  nameless.uuid.clear();
  EXPECT_EQ(store_->defineTables({nameless}).error().code(), code::modelInvalid);
  EXPECT_EQ(store_->defineTables({personDefinition(), personDefinition()}).error().code(), code::modelInvalid);
  TableDefinition twice = personDefinition();
  twice.columns[1].uuid = "id";
  EXPECT_EQ(store_->defineTables({twice}).error().code(), code::modelInvalid);
  TableDefinition unknown = personDefinition();
  unknown.indexes.push_back({"nowhere", IndexKind::ordered});
  EXPECT_EQ(store_->defineTables({unknown}).error().code(), code::modelInvalid);
}

TEST_F(StoreTest, IndexesThatMakeNoSenseAreLeftOut) {
  open();
  TableDefinition table = personDefinition();
  table.indexes.push_back({"photo", IndexKind::ordered});
  table.columns[5].unique = true;
  define({table});
  EXPECT_FALSE(store_->hasIndex(person(), column(5), IndexKind::ordered));
  EXPECT_TRUE(store_->hasIndex(person(), id(), IndexKind::ordered));  // unique: without being asked for
}

TEST_F(StoreTest, ManyLayoutsAreCompactedAtOpening) {
  openPeople();
  const RecordNumber record = insert({Value::integer(1), Value::text("Ann"), Value::integer(30)});
  TableDefinition table = personDefinition();
  for (int i = 0; i < 5; ++i) {
    table.columns.push_back({"extra" + std::to_string(i), "extra", ColumnType::text, false});
    define({table});
  }
  EXPECT_EQ(store_->layouts(person())->all().size(), 6u);
  options_.layoutsBeforeRewrite = 3;
  open();
  define({table});
  EXPECT_LE(store_->layouts(person())->all().size(), 2u);
  EXPECT_EQ(value(record, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_EQ(store_->read()->record(person(), record).stamp(), 1u);
  expectSound();
}

}  // namespace
}  // namespace qodly::storage
