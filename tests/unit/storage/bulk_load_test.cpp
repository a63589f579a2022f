// Bulk loads: indexes rest and come back complete.
#include "test_store.h"

namespace qodly::storage {
namespace {

class BulkLoadTest : public StoreTest {
 protected:
  void insertMany(int from, int to) {
    ChangeSet set;
    for (int i = from; i < to; ++i) {
      addInsert(set, {Value::integer(i), Value::text("n" + std::to_string(i % 100)), Value::integer(i % 7)});
    }
    ASSERT_TRUE(store_->commit(std::move(set)).has_value());
  }
  bool nameIndexed() const { return store_->hasIndex(person(), nameColumn(), IndexKind::ordered); }
};

TEST_F(BulkLoadTest, IndexesRestAndComeBack) {
  openPeople();
  insertMany(0, 100);
  std::unique_ptr<BulkLoad> load = store_->bulkLoad(person(), 100'000);
  EXPECT_FALSE(nameIndexed());
  EXPECT_TRUE(store_->hasIndex(person(), id(), IndexKind::ordered));  // unique values are checked all the time
  insertMany(100, 3'000);
  ChangeSet duplicate;
  addInsert(duplicate, {Value::integer(5)});
  EXPECT_EQ(store_->commit(std::move(duplicate)).error().kind, CommitFailure::Kind::duplicateKey);
  ChangeSet absence;
  absence.require({person(), nameColumn(), Value::text("n42")});
  EXPECT_EQ(store_->commit(std::move(absence)).error().kind, CommitFailure::Kind::stillReferenced);
  ASSERT_TRUE(remove(7).has_value());
  std::uint64_t reported = 0;
  ASSERT_TRUE(load->finish([&](std::uint64_t done, std::uint64_t, std::string_view) { reported = done; }).has_value());
  EXPECT_EQ(reported, 2'999u);
  EXPECT_TRUE(nameIndexed());
  EXPECT_EQ(find(nameColumn(), Value::text("n42"), ColumnType::text).size(), 30u);
  expectSound();
}

TEST_F(BulkLoadTest, OverlappingLoadsEndWithTheLast) {
  openPeople();
  std::unique_ptr<BulkLoad> first = store_->bulkLoad(person(), 100'000), second = store_->bulkLoad(person(), 100'000);
  insertMany(0, 500);
  first.reset();
  EXPECT_FALSE(nameIndexed());
  define({personDefinition()});  // a change of the model in between leaves the load alone
  EXPECT_FALSE(nameIndexed());
  second.reset();
  EXPECT_TRUE(nameIndexed());
  expectSound();
}

TEST_F(BulkLoadTest, SmallLoadsKeepTheIndexes) {
  openPeople();
  const std::unique_ptr<BulkLoad> load = store_->bulkLoad(person(), 1'000);
  EXPECT_TRUE(nameIndexed());
  insertMany(0, 100);
  ASSERT_TRUE(load->finish().has_value());
  expectSound();
}

TEST_F(BulkLoadTest, AnInterruptedLoadIsCompletedByTheNextOpening) {
  openPeople();
  std::unique_ptr<BulkLoad> load = store_->bulkLoad(person(), 100'000);
  insertMany(0, 500);
  // What a crash leaves: the files as they are now.
  const std::filesystem::path copy = folder_ / "copy";
  std::filesystem::create_directories(copy);
  std::filesystem::copy_file(folder_ / "data.qodly", copy / "data.qodly");
  load.reset();
  options_.folder = copy;
  open();
  EXPECT_FALSE(nameIndexed());
  define({personDefinition()});
  EXPECT_TRUE(nameIndexed());
  EXPECT_EQ(find(nameColumn(), Value::text("n42"), ColumnType::text).size(), 5u);
  expectSound();
}

}  // namespace
}  // namespace qodly::storage
