// The life of blob files.
#include <atomic>
#include <thread>

#include "base/error_codes.h"
#include "test_store.h"

namespace qodly::storage {
namespace {

class BlobTest : public StoreTest {
 protected:
  std::uint64_t collect() {
    const Result<std::uint64_t> removed = store_->collectBlobs();
    EXPECT_TRUE(removed.has_value()) << removed.error().text();
    return removed.value_or(0);
  }
  static std::string content(char letter) { return std::string(externalThreshold + 1, letter); }
};

TEST_F(BlobTest, RefsRoundTrip) {
  const BlobRef ref{std::string(32, 'd'), 123456789};
  const std::string bytes = ref.encode();
  EXPECT_EQ(bytes.size(), 40u);
  EXPECT_EQ(BlobRef::decode(bytes), ref);
  EXPECT_EQ(BlobRef::decode(bytes + "image/png"), ref);
  EXPECT_EQ(BlobRef::decode(std::string_view(bytes).substr(1)), std::nullopt);
  EXPECT_EQ(BlobRef::decode(std::string(40, '\xFF')), std::nullopt);
}

TEST_F(BlobTest, WritesOnceAndReadsParts) {
  open();
  BlobStore& blobs = store_->blobs();
  const BlobRef ref = *blobs.write("hello world");
  EXPECT_EQ(*blobs.write("hello world"), ref);
  EXPECT_EQ(blobs.list()->size(), 1u);
  EXPECT_TRUE(blobs.exists(ref));
  EXPECT_EQ(*blobs.read(ref), "hello world");
  EXPECT_EQ(*blobs.readRange(ref, 6, 3), "wor");
  EXPECT_EQ(*blobs.readRange(ref, 6, 100), "world");
  EXPECT_EQ(blobs.readRange(ref, 12, 1).error().code(), code::wrongArgument);
  EXPECT_TRUE(blobs.check(ref));
  EXPECT_EQ(blobs.pathOf(ref).filename().string(), "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
  EXPECT_EQ(blobs.pathOf(ref).parent_path().filename().string(), "b9");
  ASSERT_TRUE(blobs.remove(ref));
  EXPECT_FALSE(blobs.exists(ref));
  EXPECT_EQ(blobs.read(ref).error().code(), code::fileNotFound);
}

TEST_F(BlobTest, CollectsWhatNothingRefersTo) {
  openPeople();
  const RecordNumber kept = insert({Value::integer(1), {}, {}, {}, {}, Value::blob(content('a'))});
  const RecordNumber gone = insert({Value::integer(2), {}, {}, {}, {}, Value::blob(content('b'))});
  const RecordNumber shared = insert({Value::integer(3), {}, {}, {}, {}, Value::blob(content('a'))});
  EXPECT_EQ(collect(), 0u);
  ASSERT_TRUE(remove(gone).has_value());
  ASSERT_TRUE(remove(shared).has_value());
  EXPECT_EQ(collect(), 1u);
  EXPECT_EQ(value(kept, column(5), ColumnType::blob).asBlob().bytes, content('a'));
  ASSERT_TRUE(update(kept, {Value::integer(1)}, 1, 2).has_value());
  EXPECT_EQ(collect(), 1u);
  EXPECT_TRUE(store_->blobs().list()->empty());
  expectSound();
}

TEST_F(BlobTest, WhatIsAboutToBeReferredToStays) {
  openPeople();
  const std::string record = encode({Value::integer(1), {}, {}, {}, {}, Value::blob(content('a'))});
  EXPECT_EQ(collect(), 0u);  // written a moment ago, not yet committed
  ChangeSet set;
  const RecordNumber number = store_->reserve(person());
  set.put({person(), number}, {Change::Kind::insert, record, 0, 1});
  ASSERT_TRUE(store_->commit(std::move(set)).has_value());
  EXPECT_EQ(collect(), 0u);

  // Dropped columns and hidden tables still refer to their content.
  TableDefinition table = personDefinition();
  table.columns.pop_back();
  define({table});
  EXPECT_EQ(collect(), 0u);
  define({});
  EXPECT_EQ(collect(), 0u);
  openPeople();
  EXPECT_EQ(value(number, column(5), ColumnType::blob).asBlob().bytes, content('a'));
}

TEST_F(BlobTest, ARefusedSetReleasesItsContent) {
  openPeople();
  insert({Value::integer(1)});
  ChangeSet set;
  addInsert(set, {Value::integer(1), {}, {}, {}, {}, Value::blob(content('a'))});
  EXPECT_FALSE(store_->commit(std::move(set)).has_value());
  EXPECT_EQ(collect(), 1u);
}

TEST_F(BlobTest, ARecordCannotReferToContentThatIsGone) {
  openPeople();
  const std::string record = encode({Value::integer(1), {}, {}, {}, {}, Value::blob(content('a'))});
  ASSERT_TRUE(store_->blobs().remove(store_->blobs().list()->at(0)));
  ChangeSet set;
  set.put({person(), store_->reserve(person())}, {Change::Kind::insert, record, 0, 1});
  EXPECT_EQ(store_->commit(std::move(set)).error().kind, CommitFailure::Kind::storage);
}

TEST_F(BlobTest, ARecordWhoseContentIsLostCanBeReplaced) {
  openPeople();
  const RecordNumber number = insert({Value::integer(1), Value::text(content('a'))});
  ASSERT_TRUE(store_->blobs().remove(store_->blobs().list()->at(0)));
  EXPECT_TRUE(update(number, {Value::integer(1), Value::text("short")}, 1, 2).has_value());
  EXPECT_EQ(find(nameColumn(), Value::text("short"), ColumnType::text), Numbers{number});
  EXPECT_EQ(store_->verify().problems.size(), 2u);  // the count of the index, and the entry that stayed
}

TEST_F(BlobTest, CollectionRunsBesideCommits) {
  openPeople();
  std::atomic<bool> stop = false;
  std::thread collector([&] {
    while (!stop) collect();
  });
  for (int i = 0; i < 60; ++i) {
    const RecordNumber number =
        insert({Value::integer(i), {}, {}, {}, {}, Value::blob(content(static_cast<char>('a' + i % 3)))});
    const bool removed = i % 2 != 0 || remove(number).has_value();
    ASSERT_TRUE(removed);
  }
  stop = true;
  collector.join();
  expectSound();
}

}  // namespace
}  // namespace qodly::storage
