// Transactions (orda.md 16).
#include <thread>

#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

class OrdaTransaction : public MarinaTest {
 protected:
  void SetUp() override {
    MarinaTest::SetUp();
    other_ = std::make_unique<Process>(datastore());
  }
  void TearDown() override {
    other_.reset();
    MarinaTest::TearDown();
  }
  DataClass theirs(std::string_view name) { return in(*other_, name); }

  std::unique_ptr<Process> other_;
};

TEST_F(OrdaTransaction, NoneOpen) {
  EXPECT_EQ(process().validateTransaction().error().code(), code::noTransaction);
  EXPECT_EQ(process().cancelTransaction().error().code(), code::noTransaction);
  EXPECT_EQ(process().transactionLevel(), 0u);
}

TEST_F(OrdaTransaction, ChangesAreVisibleInsideOnlyUntilValidated) {
  harbour(R"({"name":"North"})");
  boat(R"({"name":"Kite","harbourID":1})");
  boat(R"({"name":"Old"})");
  process().startTransaction();
  boat(R"({"name":"Gull","harbourID":1,"skipper":null})");
  const EntityRef kite = boats().get(number(1));
  ASSERT_TRUE(kite->set("name", text("Kestrel")));
  ASSERT_TRUE(kite->save().success());
  ASSERT_TRUE(boats().get(number(2))->drop().success());
  EXPECT_EQ(boats().getCount(), 2u);
  EXPECT_EQ(names(boats().all()), R"(["Kestrel","Gull"])");
  EXPECT_EQ(find(boats(), "name = 'Gu@'")->length(), 1u);
  EXPECT_EQ(find(boats(), "name = Kite")->length(), 0u);
  EXPECT_EQ(find(boats(), "harbour.name = North")->length(), 2u);
  EXPECT_EQ(EntitySelection::from(harbours().get(number(1))->get("boats"))->length(), 2u);
  EXPECT_FALSE(boats().get(number(2)));
  EXPECT_EQ(theirs("Boat").getCount(), 2u);
  EXPECT_EQ(names(theirs("Boat").all()), R"(["Kite","Old"])");
  EXPECT_FALSE(theirs("Boat").get(number(3)));
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(names(theirs("Boat").all()), R"(["Kestrel","Gull"])");
  EXPECT_EQ(theirs("Boat").get(number(1))->getStamp(), 2u);
}

TEST_F(OrdaTransaction, CancelUndoesEverything) {
  boat(R"({"name":"Kite","code":"A"})");
  process().startTransaction();
  const EntityRef kite = boats().get(number(1)), gull = boat(R"({"name":"Gull","code":"B"})");
  ASSERT_TRUE(kite->set("name", text("Kestrel")));
  ASSERT_TRUE(kite->save().success());
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(names(boats().all()), R"(["Kite"])");
  EXPECT_EQ(kite->get("name").asText(), "Kestrel") << "in-memory entities keep their values";
  ASSERT_TRUE(gull->set("name", text("Tern")));
  EXPECT_EQ(statusOf(gull->save()), 5) << "created in the cancelled transaction";
  ASSERT_TRUE(kite->set("metres", number(1)));
  EXPECT_EQ(statusOf(kite->save()), 2) << "needs a reload";
  ASSERT_TRUE(kite->reload().success());
  EXPECT_EQ(kite->get("name").asText(), "Kite");
  EXPECT_EQ(boat(R"({"name":"Skua","code":"B"})")->getKey().asInteger(), 3) << "sequence numbers are not given back";
}

TEST_F(OrdaTransaction, AnEntityOfACancelledSaveDoesNotMatchALaterStamp) {
  boat(R"({"name":"Kite","metres":1})");
  process().startTransaction();
  process().startTransaction();
  const EntityRef kite = boats().get(number(1));
  ASSERT_TRUE(kite->set("name", text("Kestrel")));
  ASSERT_TRUE(kite->save().success());
  ASSERT_TRUE(process().validateTransaction());
  const EntityRef seen = boats().get(number(1));
  ASSERT_TRUE(process().cancelTransaction());
  const EntityRef foreign = theirs("Boat").get(number(1));
  ASSERT_TRUE(foreign->set("metres", number(5)));
  ASSERT_TRUE(foreign->save().success());
  ASSERT_EQ(foreign->getStamp(), kite->getStamp());
  ASSERT_TRUE(kite->set("crew", number(3)));
  EXPECT_EQ(statusOf(kite->save()), 2);
  EXPECT_EQ(statusOf(kite->save(AutoMerge::yes)), 2);
  ASSERT_TRUE(seen->set("crew", number(3)));
  EXPECT_EQ(statusOf(seen->save()), 2) << "loaded from the cancelled transaction";
  EXPECT_EQ(statusOf(kite->drop()), 2);
  EXPECT_EQ(statusOf(kite->lock()), 2);
  EXPECT_TRUE(kite->lock(ReloadIfChanged::yes).success());
  EXPECT_EQ(kite->get("name").asText(), "Kite");
  EXPECT_EQ(kite->get("metres").asNumber(), 5);
  ASSERT_TRUE(kite->set("crew", number(3)));
  EXPECT_TRUE(kite->save().success());
}

TEST_F(OrdaTransaction, ACancelledInnerLevelLeavesOuterSavesValid) {
  boat(R"({"name":"Kite"})");
  process().startTransaction();
  const EntityRef kite = boats().get(number(1));
  ASSERT_TRUE(kite->set("name", text("Kestrel")));
  ASSERT_TRUE(kite->save().success());
  process().startTransaction();
  ASSERT_TRUE(process().cancelTransaction());
  ASSERT_TRUE(process().validateTransaction());
  ASSERT_TRUE(kite->set("metres", number(4)));
  EXPECT_TRUE(kite->save().success());
  EXPECT_EQ(kite->getStamp(), 3u);
}

TEST_F(OrdaTransaction, NestingHandsChangesToTheOuterLevel) {
  process().startTransaction();
  boat(R"({"name":"a"})");
  process().startTransaction();
  boat(R"({"name":"b"})");
  EXPECT_EQ(process().transactionLevel(), 2u);
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(boats().getCount(), 2u);
  EXPECT_EQ(theirs("Boat").getCount(), 0u) << "permanent only with the outermost level";
  process().startTransaction();
  boat(R"({"name":"c"})");
  ASSERT_TRUE(boats().get(number(1))->drop().success());
  EXPECT_EQ(names(boats().all()), R"(["b","c"])");
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(names(boats().all()), R"(["a","b"])");
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(names(theirs("Boat").all()), R"(["a","b"])");
}

TEST_F(OrdaTransaction, CancelOfTheOuterLevelUndoesValidatedInnerOnes) {
  process().startTransaction();
  process().startTransaction();
  boat(R"({"name":"a"})");
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(boats().getCount(), 1u);
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(boats().getCount(), 0u);
}

TEST_F(OrdaTransaction, DeepNesting) {
  for (int i = 0; i < 200; ++i) process().startTransaction();
  boat(R"({"name":"a"})");
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(boats().getCount(), 1u);
}

TEST_F(OrdaTransaction, OneCopyOfEachRecord) {
  boat(R"({"name":"Kite","metres":1})");
  process().startTransaction();
  const EntityRef first = boats().get(number(1)), second = boats().get(number(1));
  ASSERT_TRUE(first->set("name", text("Gull")));
  ASSERT_TRUE(first->save().success());
  ASSERT_TRUE(second->set("metres", number(2)));
  EXPECT_TRUE(second->save().success()) << "no stamp mismatch inside a transaction";
  EXPECT_EQ(second->getStamp(), 3u);
  EXPECT_EQ(second->get("name").asText(), "Gull") << "only the touched attributes were written onto the copy";
  ASSERT_TRUE(process().validateTransaction());
  const EntityRef stored = theirs("Boat").get(number(1));
  EXPECT_EQ(stored->get("name").asText(), "Gull");
  EXPECT_EQ(stored->get("metres").asNumber(), 2);
  EXPECT_EQ(stored->getStamp(), 3u);
}

TEST_F(OrdaTransaction, WrittenRecordsStayLockedUntilTheOutermostLevelEnds) {
  boat(R"({"name":"Kite"})");
  boat(R"({"name":"Gull"})");
  process().startTransaction();
  process().startTransaction();
  const EntityRef kite = boats().get(number(1));
  ASSERT_TRUE(kite->set("name", text("Kestrel")));
  ASSERT_TRUE(kite->save().success());
  const EntityRef locked = boats().get(number(2));
  ASSERT_TRUE(locked->lock().success());
  EXPECT_TRUE(locked->unlock());
  const EntityRef foreign = theirs("Boat").get(number(1));
  ASSERT_TRUE(foreign->set("metres", number(9)));
  EXPECT_EQ(statusOf(foreign->save()), 3);
  EXPECT_EQ(statusOf(foreign->lock()), 3);
  EXPECT_EQ(statusOf(foreign->drop()), 3);
  EXPECT_EQ(statusOf(theirs("Boat").get(number(2))->lock()), 3) << "locked in the transaction";
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(statusOf(foreign->lock()), 3) << "until the outermost level ends";
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_TRUE(foreign->save().success());
  EXPECT_TRUE(theirs("Boat").get(number(2))->lock().success());
}

TEST_F(OrdaTransaction, ARecordLockedByAnotherCannotBeWritten) {
  boat(R"({"name":"Kite"})");
  const EntityRef foreign = theirs("Boat").get(number(1));
  ASSERT_TRUE(foreign->lock().success());
  process().startTransaction();
  const EntityRef kite = boats().get(number(1));
  ASSERT_TRUE(kite->set("name", text("Gull")));
  EXPECT_EQ(statusOf(kite->save()), 3);
  EXPECT_EQ(statusOf(kite->drop()), 3);
  ASSERT_TRUE(process().validateTransaction());
}

TEST_F(OrdaTransaction, UniquenessIsCheckedAtTheSave) {
  boat(R"({"code":"A"})");
  process().startTransaction();
  const EntityRef one = boats().create(), two = boats().create();
  ASSERT_TRUE(one->set("code", text("á")));
  EXPECT_EQ(firstError(one->save()), code::duplicateKey);
  ASSERT_TRUE(one->set("code", text("B")));
  EXPECT_TRUE(one->save().success());
  ASSERT_TRUE(two->set("code", text("b")));
  EXPECT_EQ(firstError(two->save()), code::duplicateKey) << "against the transaction's own records too";
  ASSERT_TRUE(boats().get(number(1))->drop().success());
  ASSERT_TRUE(two->set("code", text("a")));
  EXPECT_TRUE(two->save().success()) << "the dropped record's value is free inside the transaction";
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(boats().getCount(), 2u);
}

TEST_F(OrdaTransaction, ACollisionFoundAtTheCommitCancelsTheWhole) {
  process().startTransaction();
  boat(R"({"code":"A","name":"mine"})");
  boat(R"({"name":"also"})");
  const EntityRef foreign = theirs("Boat").create();
  ASSERT_TRUE(foreign->set("code", text("A")));
  ASSERT_TRUE(foreign->save().success());
  const auto validated = process().validateTransaction();
  ASSERT_FALSE(validated);
  EXPECT_EQ(validated.error().code(), code::duplicateKey);
  EXPECT_EQ(process().transactionLevel(), 0u);
  EXPECT_EQ(boats().getCount(), 1u);
}

TEST_F(OrdaTransaction, InsertedAndDroppedLeavesNothing) {
  process().startTransaction();
  const EntityRef boat = this->boat(R"({"name":"a"})");
  ASSERT_TRUE(boat->set("name", text("b")));
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(boat->getStamp(), 2u);
  ASSERT_TRUE(boat->drop().success());
  ASSERT_TRUE(boat->set("name", text("c")));
  EXPECT_EQ(statusOf(boat->save()), 5);
  EXPECT_EQ(boats().getCount(), 0u);
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(boats().getCount(), 0u);
}

TEST_F(OrdaTransaction, EndOfTheProcessCancels) {
  boat(R"({"name":"Kite"})");
  {
    Process third(datastore());
    third.startTransaction();
    const EntityRef boat = in(third, "Boat").get(number(1));
    ASSERT_TRUE(boat->set("name", text("Gull")));
    ASSERT_TRUE(boat->save().success());
  }
  EXPECT_EQ(boats().get(number(1))->get("name").asText(), "Kite");
  EXPECT_TRUE(boats().get(number(1))->lock().success());
}

TEST_F(OrdaTransaction, ScopeCancelsUnlessValidated) {
  {
    TransactionScope scope(process());
    boat(R"({"name":"a"})");
  }
  EXPECT_EQ(boats().getCount(), 0u);
  {
    TransactionScope scope(process());
    boat(R"({"name":"a"})");
    ASSERT_TRUE(scope.validate());
  }
  EXPECT_EQ(boats().getCount(), 1u);
}

TEST_F(OrdaTransaction, StatisticsSortsAndCollectionsSeeTheOverlay) {
  harbour(R"({"name":"North"})");
  boat(R"({"name":"b","metres":2,"harbourID":1})");
  process().startTransaction();
  boat(R"({"name":"a","metres":5,"harbourID":1})");
  const SelectionRef all = boats().all();
  EXPECT_EQ(all->sum("metres")->asNumber(), 7);
  EXPECT_EQ(show(all->distinct("name").value()), R"(["a","b"])");
  EXPECT_EQ(names(all->orderBy("name").value()), R"(["a","b"])");
  const std::vector<std::string> filter{"name", "harbour.name"};
  EXPECT_EQ(show(all->toCollection(filter)),
            R"([{"name":"b","harbour":{"name":"North"}},{"name":"a","harbour":{"name":"North"}}])");
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(show(all->toCollection(filter)), R"([{"name":"b","harbour":{"name":"North"}}])");
}

TEST_F(OrdaTransaction, ConcurrentTransactionsOnOneRecordLoseNothing) {
  boat(R"({"name":"Kite","metres":0})");
  std::atomic<int> failedValidations = 0;
  const auto work = [&] {
    for (int done = 0; done < 25;) {
      Process own(datastore());
      own.startTransaction();
      const EntityRef held = in(own, "Boat").get(number(1));
      if (!held->lock(ReloadIfChanged::yes).success()) continue;
      EXPECT_TRUE(held->set("metres", real(held->get("metres").asNumber() + 1)));
      const Status status = held->save();
      EXPECT_TRUE(status.success()) << show(status.toValue());
      if (!own.validateTransaction()) ++failedValidations;
      ++done;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failedValidations, 0);
  EXPECT_EQ(boats().get(number(1))->get("metres").asNumber(), 100);
}

TEST_F(OrdaTransaction, SavesOfManyProcessesIntoOneRecordNeverFailTheValidation) {
  boat(R"({"name":"Kite","metres":0,"crew":0})");
  std::atomic<bool> stop = false;
  std::thread saver([&] {
    Process own(datastore());
    while (!stop) {
      const EntityRef entity = in(own, "Boat").get(number(1));
      (void)entity->set("metres", real(entity->get("metres").asNumber() + 1));
      (void)entity->save(AutoMerge::yes);
    }
  });
  int saved = 0;
  for (int i = 0; i < 200; ++i) {
    process().startTransaction();
    const EntityRef entity = boats().get(number(1));
    ASSERT_TRUE(entity->set("crew", number(i % 20)));
    const Status status = entity->save();
    saved += status.success() ? 1 : 0;
    if (!status.success()) {
      EXPECT_EQ(statusOf(status), 3);
    }
    const auto validated = process().validateTransaction();
    EXPECT_TRUE(validated) << validated.error().text();
  }
  stop = true;
  saver.join();
  EXPECT_GT(saved, 0);
}

TEST_F(OrdaTransaction, AKeySetAsideByACancelledLevelIsFree) {
  process().startTransaction();
  process().startTransaction();
  boat(R"({"code":"A","name":"first"})");
  ASSERT_TRUE(process().cancelTransaction());
  const EntityRef second = boat(R"({"code":"A","name":"second"})");
  ASSERT_TRUE(second->set("code", text("B")));
  ASSERT_TRUE(second->save().success());
  boat(R"({"code":"A","name":"third"})");
  const EntityRef fourth = boats().create();
  ASSERT_TRUE(fourth->set("code", text("b")));
  EXPECT_EQ(firstError(fourth->save()), code::duplicateKey);
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(names(boats().all()), R"(["second","third"])");
}

}  // namespace qodly::orda::test
