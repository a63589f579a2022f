// A throw-away data folder with a table of people, and short ways to write and read it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/text.h"
#include "storage/store.h"

namespace qodly::storage {

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    folder_ = std::filesystem::temp_directory_path() / ("qodly-storage-" + randomHex(8));
    options_.folder = folder_;
    options_.durable = false;
  }
  ~StoreTest() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void open() {
    store_.reset();
    Result<std::unique_ptr<Store>> opened = Store::open(options_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    store_ = std::move(*opened);
  }

  // Person: ID int32 unique, name text indexed, age int32 indexed, notes text with keywords, extra object indexed.
  static TableDefinition personDefinition() {
    TableDefinition table{"person-uuid", "Person", {}, {}};
    table.columns = {{"id", "ID", ColumnType::int32, true},         {"name", "name", ColumnType::text, false},
                     {"age", "age", ColumnType::int32, false},      {"notes", "notes", ColumnType::text, false},
                     {"extra", "extra", ColumnType::object, false}, {"photo", "photo", ColumnType::blob, false}};
    table.indexes = {{"name", IndexKind::ordered},
                     {"age", IndexKind::ordered},
                     {"notes", IndexKind::keywords},
                     {"extra", IndexKind::objectPaths}};
    return table;
  }

  void define(const std::vector<TableDefinition>& tables) {
    const Result<std::vector<TableBinding>> bound = store_->defineTables(tables);
    ASSERT_TRUE(bound.has_value()) << bound.error().text();
    bindings_ = *bound;
  }
  void openPeople() {
    open();
    define({personDefinition()});
  }

  TableId person() const { return bindings_[0].table; }
  ColumnId column(std::size_t position) const { return bindings_[0].columns[position]; }
  ColumnId id() const { return column(0); }
  ColumnId nameColumn() const { return column(1); }
  ColumnId age() const { return column(2); }

  // Bytes of a record whose slots have the given values (missing at the end: null).
  std::string encode(const std::vector<Value>& values, TableId table = 0) {
    const auto layouts = store_->layouts(table == 0 ? person() : table);
    RecordBuilder builder(layouts->current());
    for (std::size_t slot = 0; slot < values.size(); ++slot) {
      const Result<> stored =
          storeField(builder, layouts->current(), static_cast<int>(slot), values[slot], store_->blobs());
      EXPECT_TRUE(stored.has_value()) << stored.error().text();
    }
    return builder.finish();
  }
  RecordNumber addInsert(ChangeSet& set, const std::vector<Value>& values) {
    const RecordNumber number = store_->reserve(person());
    set.put({person(), number}, {Change::Kind::insert, encode(values), 0, 1});
    return number;
  }
  RecordNumber insert(const std::vector<Value>& values) {
    ChangeSet set;
    const RecordNumber number = addInsert(set, values);
    const Store::Outcome outcome = store_->commit(std::move(set));
    EXPECT_TRUE(outcome.has_value()) << outcome.error().error.text();
    return number;
  }
  Store::Outcome update(RecordNumber number, const std::vector<Value>& values, std::uint32_t expected,
                        std::uint32_t next) {
    ChangeSet set;
    set.put({person(), number}, {Change::Kind::update, encode(values), expected, next});
    return store_->commit(std::move(set));
  }
  Store::Outcome remove(RecordNumber number, std::uint32_t expected = 0) {
    ChangeSet set;
    set.put({person(), number}, {Change::Kind::remove, {}, expected, 0});
    return store_->commit(std::move(set));
  }

  Value value(RecordNumber number, ColumnId column, ColumnType type) {
    const std::unique_ptr<ReadScope> scope = store_->read();
    const RecordView record = scope->record(person(), number);
    if (!record) return {};
    const Result<Value> loaded = loadField(record.field(column), type, store_->blobs());
    EXPECT_TRUE(loaded.has_value()) << loaded.error().text();
    return loaded.value_or(Value());
  }
  std::vector<RecordNumber> find(ColumnId column, const Value& wanted, ColumnType type) {
    std::vector<RecordNumber> numbers;
    KeyRange range;
    range.from = range.to = indexKey(type, wanted, store_->collation()).bytes;
    store_->read()->scanIndex(person(), column, IndexKind::ordered, range, false,
                              [&](std::string_view, RecordNumber number) {
                                numbers.push_back(number);
                                return true;
                              });
    return numbers;
  }
  void expectSound() {
    const VerifyReport report = store_->verify();
    for (const std::string& problem : report.problems) ADD_FAILURE() << problem;
  }

  std::filesystem::path folder_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  std::vector<TableBinding> bindings_;
};

using Numbers = std::vector<RecordNumber>;

}  // namespace qodly::storage
