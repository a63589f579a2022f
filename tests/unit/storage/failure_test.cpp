// Files that are damaged, in use, too new or full.
#include <csignal>
#include <fstream>

#include <sys/resource.h>
#include <sys/wait.h>

#include "base/error_codes.h"
#include "storage/catalogue.h"
#include "storage/lmdb.h"
#include "test_store.h"

namespace qodly::storage {
namespace {

class FailureTest : public StoreTest {
 protected:
  Error openError() {
    store_.reset();
    Result<std::unique_ptr<Store>> opened = Store::open(options_);
    if (opened) return {0, "", "opened"};
    return opened.error();
  }
  // Changes the closed data file behind the store's back.
  void inFile(const std::function<void(lmdb::Transaction&)>& change) {
    store_.reset();
    MDB_env* created = nullptr;
    ASSERT_EQ(mdb_env_create(&created), 0);
    const lmdb::Environment environment(created);
    mdb_env_set_mapsize(created, 1 << 26);
    mdb_env_set_maxdbs(created, 100);
    ASSERT_EQ(mdb_env_open(created, (folder_ / "data.qodly").c_str(), MDB_NOSUBDIR | MDB_NOTLS, 0644), 0);
    lmdb::Transaction transaction(created, false);
    change(transaction);
    transaction.commit();
  }
  std::string problems() {
    std::string all;
    for (const std::string& problem : store_->verify().problems) all += problem + "\n";
    return all;
  }
};

TEST_F(FailureTest, ASecondOpenerLearnsWhoHoldsTheData) {
  openPeople();
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto opened = Store::open(options_);
    const std::string answer =
        opened ? "opened" : std::to_string(opened.error().code()) + " " + opened.error().message();
    const ssize_t written = write(pipes[1], answer.data(), answer.size());
    _exit(written > 0 ? 0 : 1);
  }
  close(pipes[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(pipes[0], buffer, sizeof buffer)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(count));
  close(pipes[0]);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(answer.starts_with(std::to_string(code::dataFileInUse))) << answer;
  EXPECT_NE(answer.find("process " + std::to_string(getpid()) + " ("), std::string::npos) << answer;
  EXPECT_NE(answer.find("test_storage"), std::string::npos) << answer;
  insert({Value::integer(1)});  // the owner is not disturbed
}

TEST_F(FailureTest, ANewerFormatIsRefusedWithBothNumbers) {
  openPeople();
  inFile([](lmdb::Transaction& transaction) {
    const MDB_dbi meta = *transaction.database("meta", 0);
    transaction.put(meta, std::string_view("format"), std::string_view("\7\0\0\0", 4));
  });
  const Error error = openError();
  EXPECT_EQ(error.code(), code::dataFileTooNew);
  EXPECT_NE(error.message().find("version 7"), std::string::npos) << error.message();
  EXPECT_NE(error.message().find("up to 1"), std::string::npos) << error.message();
}

TEST_F(FailureTest, OtherFilesAreRefused) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "data.qodly") << std::string(20'000, 'x');
  EXPECT_EQ(openError().code(), code::dataFileDamaged);
  std::ofstream(folder_ / "data.qodly") << "tiny";
  EXPECT_EQ(openError().code(), code::dataFileDamaged);
}

TEST_F(FailureTest, DamagedHeadersAreRefused) {
  openPeople();
  for (int i = 0; i < 100; ++i) insert({Value::integer(i), Value::text(std::string(500, 'n'))});
  store_.reset();
  std::ifstream file(folder_ / "data.qodly", std::ios::binary);
  const std::string good(std::istreambuf_iterator<char>(file), {});
  const auto tryWith = [&](const std::string& bytes) {
    std::ofstream(folder_ / "data.qodly", std::ios::binary) << bytes;
    return openError();
  };
  for (const std::size_t offset : {10u, 16u, 20u, 40u, 4096u + 10u, 4096u + 16u, 4096u + 40u}) {
    std::string bytes = good;
    bytes[offset] = static_cast<char>(~bytes[offset]);
    EXPECT_EQ(tryWith(bytes).code(), code::dataFileDamaged) << offset;
  }
  const Error shortFile = tryWith(good.substr(0, good.size() / 2));
  EXPECT_EQ(shortFile.code(), code::dataFileDamaged);
  EXPECT_NE(shortFile.message().find("cut short"), std::string::npos) << shortFile.message();
  EXPECT_EQ(tryWith(good).message(), "opened");
}

TEST_F(FailureTest, AFullMapRefusesTheSetAndLeavesTheStoreUsable) {
  options_.mapSize = 1 << 20;
  openPeople();
  insert({Value::integer(1), Value::text("Ann")});
  ChangeSet set;
  for (int i = 10; i < 1000; ++i) addInsert(set, {Value::integer(i), Value::text(std::string(4000, 'x'))});
  const Store::Outcome outcome = store_->commit(std::move(set));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, CommitFailure::Kind::storage);
  EXPECT_EQ(outcome.error().error.code(), code::diskFull);
  EXPECT_EQ(store_->read()->count(person()), 1u);
  insert({Value::integer(2), Value::text("Bob")});
  expectSound();
}

TEST_F(FailureTest, AFullDiskRefusesTheSetAndLeavesTheStoreUsable) {
  openPeople();
  insert({Value::integer(1), Value::text("Ann")});
  const auto size = std::filesystem::file_size(folder_ / "data.qodly");
  struct rlimit before {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limited = before;
  limited.rlim_cur = size + 20'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  ChangeSet set;
  for (int i = 10; i < 500; ++i) addInsert(set, {Value::integer(i), Value::text(std::string(2000, 'x'))});
  const Store::Outcome outcome = store_->commit(std::move(set));
  const Result<BlobRef> blob = store_->blobs().write(std::string(1 << 20, 'b'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().error.code(), code::diskFull) << outcome.error().error.text();
  ASSERT_FALSE(blob.has_value());
  EXPECT_EQ(blob.error().code(), code::diskFull);
  EXPECT_EQ(store_->read()->count(person()), 1u);
  insert({Value::integer(2), Value::text("Bob")});
  expectSound();
  openPeople();
  EXPECT_EQ(store_->read()->count(person()), 2u);
  expectSound();
}

TEST_F(FailureTest, OneFailingSetDoesNotFailItsGroup) {
  options_.mapSize = 1 << 20;
  openPeople();
  std::atomic<int> good = 0, bad = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) {
      ChangeSet set;
      addInsert(set, {Value::integer(round * 10 + i)});
      store_->submit(std::move(set), [&](Store::Outcome outcome) { ++(outcome ? good : bad); });
    }
    ChangeSet huge;
    for (int i = 0; i < 600; ++i) addInsert(huge, {Value::null(), Value::text(std::string(4000, 'x'))});
    store_->submit(std::move(huge), [&](Store::Outcome outcome) { ++(outcome ? good : bad); });
  }
  ASSERT_TRUE(store_->commit({}).has_value());
  EXPECT_EQ(good, 50);
  EXPECT_EQ(bad, 5);
  expectSound();
}

TEST_F(FailureTest, VerifyFindsWhatIsWrong) {
  openPeople();
  const RecordNumber first = insert({Value::integer(1), Value::text("Ann"), Value::integer(30)});
  insert({Value::integer(2), Value::text("Bob"), Value::integer(40)});
  expectSound();
  const auto key = [&](ColumnType type, const Value& value) {
    return indexKey(type, value, store_->collation()).bytes;
  };
  const std::string ann = key(ColumnType::text, Value::text("Ann")), forty = key(ColumnType::int32, Value::integer(40));
  const std::string bob = key(ColumnType::text, Value::text("Bob"));

  // Which database is which: i1 = ID (unique), then in column order.
  const auto databaseWith = [&](lmdb::Transaction& transaction, const std::string& wanted) {
    for (IndexId index = 1; index < 10; ++index) {
      const auto database = transaction.database(indexDatabaseName(index), 0);
      if (database && transaction.get(*database, wanted)) return *database;
    }
    ADD_FAILURE() << "no index has the key";
    return MDB_dbi{};
  };
  inFile([&](lmdb::Transaction& transaction) { transaction.remove(databaseWith(transaction, ann), ann); });
  openPeople();
  EXPECT_NE(problems().find("Index on Person.name: record 0 is missing"), std::string::npos) << problems();
  EXPECT_EQ(store_->verify().records, 2u);

  inFile([&](lmdb::Transaction& transaction) {
    const MDB_dbi names = databaseWith(transaction, bob);
    const RecordNumber number = first;
    transaction.put(names, ann, std::string_view(reinterpret_cast<const char*>(&number), 4));
    const RecordNumber ghost = 77;
    transaction.put(databaseWith(transaction, forty), forty,
                    std::string_view(reinterpret_cast<const char*>(&ghost), 4));
  });
  openPeople();
  EXPECT_EQ(problems().find("Person.name"), std::string::npos) << problems();
  EXPECT_NE(problems().find("it says that record 77 has the key"), std::string::npos) << problems();

  inFile([&](lmdb::Transaction& transaction) {
    const MDB_dbi records = *transaction.database(recordDatabaseName(1), MDB_INTEGERKEY);
    std::string bytes(*transaction.get(records, first));
    bytes[2] = '\x40';
    transaction.put(records, first, bytes);
  });
  openPeople();
  EXPECT_NE(problems().find("Table Person, record 0: its bytes are damaged"), std::string::npos) << problems();

  inFile([&](lmdb::Transaction& transaction) {
    const MDB_dbi records = *transaction.database(recordDatabaseName(1), MDB_INTEGERKEY);
    transaction.put(records, first, "short");
  });
  openPeople();
  EXPECT_NE(problems().find("record 0: its layout is unknown or it is cut short"), std::string::npos) << problems();
}

TEST_F(FailureTest, VerifyFindsDamagedAndMissingBlobs) {
  openPeople();
  const std::string large(100'000, 'L');
  insert({Value::integer(1), {}, {}, {}, {}, Value::blob(large)});
  const BlobRef ref = store_->blobs().list()->at(0);
  expectSound();
  {
    std::fstream file(store_->blobs().pathOf(ref), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(500);
    file.put('x');
  }
  EXPECT_NE(problems().find("Column Person.photo, record 0"), std::string::npos) << problems();
  ASSERT_TRUE(store_->blobs().remove(ref));
  EXPECT_NE(problems().find("Column Person.photo, record 0"), std::string::npos) << problems();
  EXPECT_FALSE(loadField(store_->read()->record(person(), 0).field(column(5)), ColumnType::blob, store_->blobs()));
}

TEST_F(FailureTest, AReadOnlyStoreReadsAndRefusesWrites) {
  openPeople();
  const RecordNumber record = insert({Value::integer(1), Value::text("Ann")});
  options_.readOnly = true;
  openPeople();
  EXPECT_EQ(value(record, nameColumn(), ColumnType::text).asText(), "Ann");
  EXPECT_EQ(remove(record).error().error.code(), code::readOnly);
  EXPECT_EQ(store_->setProperty("a", "b").error().code(), code::readOnly);
  EXPECT_FALSE(store_->defineTables({}).has_value());
  expectSound();
}

}  // namespace
}  // namespace qodly::storage
